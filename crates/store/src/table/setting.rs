//! Settings of this computer, which are never sent.

use crate::door::Door;
use crate::error::StoreError;
use crate::table::Migration;
use linchpin_domain::record::Tag;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;

pub(crate) const MIGRATIONS: &[Migration] = &[Migration::breaking(
    14,
    "CREATE TABLE setting (
        key TEXT PRIMARY KEY NOT NULL,
        value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;",
)];

pub(crate) fn get(db: &Connection, key: &str) -> Result<Option<Value>, StoreError> {
    let sql = "SELECT value FROM setting WHERE key = ?1";
    let text: Option<String> = db.prepare_cached(sql)?.query_row([key], |row| row.get(0)).optional()?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

/// Sets a setting; none takes it away.
pub(crate) fn set(door: &mut Door<'_>, key: &str, value: Option<&Value>) -> Result<(), StoreError> {
    match value {
        Some(value) => {
            let sql = "INSERT OR REPLACE INTO setting (key, value) VALUES (?1, ?2)";
            door.db.prepare_cached(sql)?.execute(params![key, value.to_string()])?;
        }
        None => {
            door.db.prepare_cached("DELETE FROM setting WHERE key = ?1")?.execute([key])?;
        }
    }
    door.touched.tag(Tag::Settings);
    Ok(())
}
