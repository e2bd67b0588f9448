//! What the hub has confirmed of a field while own changes of that field are under way. A record that the
//! hub has never confirmed needs no rows here: nothing of it is confirmed.

use crate::codec::{person, stamp};
use crate::door::Door;
use crate::error::StoreError;
use crate::table::Migration;
use linchpin_domain::id::PersonId;
use linchpin_domain::stamp::Stamp;
use rusqlite::{Connection, params};
use serde_json::Value;
use std::collections::BTreeMap;

pub(crate) const MIGRATIONS: &[Migration] = &[Migration::breaking(
    5,
    "CREATE TABLE pending_base (
        record INTEGER NOT NULL REFERENCES record (no) ON DELETE CASCADE,
        field TEXT NOT NULL,
        value TEXT,
        stamp BLOB NOT NULL,
        author BLOB NOT NULL,
        PRIMARY KEY (record, field)
    ) STRICT, WITHOUT ROWID;",
)];

/// The confirmed state of a field; none where the hub has no value for it.
pub(crate) type Base = Option<(Value, Stamp, PersonId)>;

pub(crate) fn get(db: &Connection, record: i64) -> Result<BTreeMap<String, Base>, StoreError> {
    let sql = "SELECT field, value, stamp, author FROM pending_base WHERE record = ?1";
    let mut query = db.prepare_cached(sql)?;
    let rows = query.query_map([record], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?, stamp(row, 2)?, person(row, 3)?))
    })?;
    rows.map(|row| {
        let (field, value, stamp, author) = row?;
        let base = value.map(|text| serde_json::from_str(&text).map(|value| (value, stamp, author)));
        Ok((field, base.transpose()?))
    })
    .collect()
}

/// Notes the confirmed state of a field, unless one is noted already.
pub(crate) fn keep(door: &mut Door<'_>, record: i64, field: &str, base: &Base) -> Result<(), StoreError> {
    let sql = "INSERT OR IGNORE INTO pending_base (record, field, value, stamp, author)
               VALUES (?1, ?2, ?3, ?4, ?5)";
    let nobody = crate::codec::NOBODY;
    let (value, stamp, author) = match base {
        Some((value, stamp, author)) => (Some(value.to_string()), *stamp, author),
        None => (None, Stamp::ZERO, &nobody),
    };
    door.db.prepare_cached(sql)?.execute(params![
        record,
        field,
        value,
        stamp.to_bytes(),
        author.0.as_bytes()
    ])?;
    Ok(())
}

pub(crate) fn clear(door: &mut Door<'_>, record: i64) -> Result<(), StoreError> {
    door.db.prepare_cached("DELETE FROM pending_base WHERE record = ?1")?.execute([record])?;
    Ok(())
}
