//! Values that do not show, kept ninety days so that they can be put back. A union: the same value told
//! twice is one row.

use crate::codec::{int, person, record_id, stamp, sum_bytes, uint};
use crate::door::Door;
use crate::error::StoreError;
use crate::table::Migration;
use linchpin_domain::canonical::canonical;
use linchpin_domain::id::{PersonId, RecordId};
use linchpin_domain::stamp::Stamp;
use linchpin_domain::sum::Sum;
use rusqlite::{Connection, params};
use serde_json::Value;

pub(crate) const MIGRATIONS: &[Migration] = &[Migration::breaking(
    4,
    "CREATE TABLE field_history (
        no INTEGER PRIMARY KEY AUTOINCREMENT,
        record BLOB NOT NULL,
        field TEXT NOT NULL,
        stamp BLOB NOT NULL,
        digest BLOB NOT NULL,
        value TEXT NOT NULL,
        author BLOB NOT NULL,
        apart INTEGER NOT NULL DEFAULT 0,
        at INTEGER NOT NULL,
        UNIQUE (record, field, stamp, digest)
    ) STRICT;
    CREATE INDEX field_history_at ON field_history (at);",
)];

/// A value that does not show.
#[derive(Clone, PartialEq)]
pub struct Past {
    /// The record.
    pub record: RecordId,
    /// The field.
    pub field: String,
    /// The value.
    pub value: Value,
    /// When it was set.
    pub stamp: Stamp,
    /// Who had set it.
    pub author: PersonId,
    /// Whether the one who replaced it had not seen it.
    pub apart: bool,
    /// When this copy heard of it, milliseconds since 1970.
    pub at: u64,
}

pub(crate) fn add(door: &mut Door<'_>, past: &Past) -> Result<(), StoreError> {
    let sql = "INSERT INTO field_history (record, field, stamp, digest, value, author, apart, at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
               ON CONFLICT (record, field, stamp, digest) DO UPDATE SET apart = max(apart, excluded.apart)";
    door.db.prepare_cached(sql)?.execute(params![
        past.record.0.as_bytes(),
        past.field,
        past.stamp.to_bytes(),
        sum_bytes(Sum::of_bytes(&canonical(&past.value))),
        past.value.to_string(),
        past.author.0.as_bytes(),
        past.apart,
        int(past.at)
    ])?;
    Ok(())
}

/// Follows a stamp that the hub lowered.
pub(crate) fn restamp(
    door: &mut Door<'_>,
    record: RecordId,
    field: &str,
    from: Stamp,
    to: Stamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE OR IGNORE field_history SET stamp = ?4 WHERE record = ?1 AND field = ?2 AND stamp = ?3";
    door.db.prepare_cached(sql)?.execute(params![
        record.0.as_bytes(),
        field,
        from.to_bytes(),
        to.to_bytes()
    ])?;
    Ok(())
}

/// Returns what a record's fields were, newest first.
pub(crate) fn of_record(db: &Connection, record: RecordId) -> Result<Vec<Past>, StoreError> {
    let sql = "SELECT record, field, value, stamp, author, apart, at FROM field_history
               WHERE record = ?1 ORDER BY stamp DESC";
    let mut query = db.prepare_cached(sql)?;
    let rows = query.query_map([record.0.as_bytes()], |row| {
        let past = Past {
            record: record_id(row, 0)?,
            field: row.get(1)?,
            value: Value::Null,
            stamp: stamp(row, 3)?,
            author: person(row, 4)?,
            apart: row.get(5)?,
            at: uint(row.get(6)?),
        };
        Ok((past, row.get::<_, String>(2)?))
    })?;
    rows.map(|row| {
        let (past, value) = row?;
        Ok(Past { value: serde_json::from_str(&value)?, ..past })
    })
    .collect()
}

pub(crate) fn remove_of_space(door: &mut Door<'_>, space_no: i64) -> Result<(), StoreError> {
    let sql = "DELETE FROM field_history WHERE record IN (SELECT id FROM record WHERE space = ?1)";
    door.db.execute(sql, [space_no])?;
    Ok(())
}

pub(crate) fn trim(door: &mut Door<'_>, before_ms: u64) -> Result<(), StoreError> {
    door.db.execute("DELETE FROM field_history WHERE at < ?1", [int(before_ms)])?;
    Ok(())
}
