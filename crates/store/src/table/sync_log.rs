//! What sync did and when, for the screen Sync and history: counts, ids and times, never words.

use crate::codec::{int, len, uint};
use crate::door::Door;
use crate::error::StoreError;
use crate::table::Migration;
use linchpin_domain::record::Tag;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;

pub(crate) const MIGRATIONS: &[Migration] = &[Migration::breaking(
    15,
    "CREATE TABLE sync_log (
        no INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        what TEXT NOT NULL,
        facts TEXT NOT NULL
    ) STRICT;",
)];

/// How many lines are kept.
const MOST: i64 = 2_000;

/// One line of the history.
#[derive(Debug, Clone, PartialEq)]
pub struct SyncLine {
    /// When, milliseconds since 1970.
    pub at: u64,
    /// What happened, in one word of the caller's.
    pub what: String,
    /// Counts and ids.
    pub facts: Value,
}

pub(crate) fn add(door: &mut Door<'_>, line: &SyncLine) -> Result<(), StoreError> {
    let sql = "INSERT INTO sync_log (at, what, facts) VALUES (?1, ?2, ?3)";
    door.db.prepare_cached(sql)?.execute(params![int(line.at), line.what, line.facts.to_string()])?;
    let no = door.db.last_insert_rowid();
    door.db.prepare_cached("DELETE FROM sync_log WHERE no <= ?1")?.execute([no - MOST])?;
    door.touched.tag(Tag::SyncStatus);
    Ok(())
}

/// Returns the last line of one sort.
pub(crate) fn last(db: &Connection, what: &str) -> Result<Option<SyncLine>, StoreError> {
    let sql = "SELECT at, what, facts FROM sync_log WHERE what = ?1 ORDER BY no DESC LIMIT 1";
    let row = db
        .prepare_cached(sql)?
        .query_row([what], |row| Ok((uint(row.get(0)?), row.get::<_, String>(1)?, row.get::<_, String>(2)?)))
        .optional()?;
    row.map(|(at, what, facts)| Ok(SyncLine { at, what, facts: serde_json::from_str(&facts)? })).transpose()
}

/// Returns the last lines, newest first.
pub(crate) fn list(db: &Connection, most: usize) -> Result<Vec<SyncLine>, StoreError> {
    let mut query = db.prepare_cached("SELECT at, what, facts FROM sync_log ORDER BY no DESC LIMIT ?1")?;
    let rows = query.query_map([len(most)], |row| {
        Ok((uint(row.get(0)?), row.get::<_, String>(1)?, row.get::<_, String>(2)?))
    })?;
    rows.map(|row| {
        let (at, what, facts) = row?;
        Ok(SyncLine { at, what, facts: serde_json::from_str(&facts)? })
    })
    .collect()
}
