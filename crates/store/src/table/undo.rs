//! Steps that can be taken back: what each field was before and is after. The last two hundred are kept.

use crate::codec::int;
use crate::door::Door;
use crate::error::StoreError;
use crate::table::Migration;
use linchpin_domain::id::RecordId;
use linchpin_domain::record::DELETED;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) const MIGRATIONS: &[Migration] = &[Migration::breaking(
    13,
    "CREATE TABLE undo_step (
        no INTEGER PRIMARY KEY AUTOINCREMENT,
        what TEXT NOT NULL,
        made_at INTEGER NOT NULL,
        fields TEXT NOT NULL
    ) STRICT;",
)];

/// How many steps are kept.
const MOST: i64 = 200;

/// What one step did to one field.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct FieldStep {
    pub(crate) record: RecordId,
    pub(crate) field: String,
    /// The value before; none where there was none.
    pub(crate) before: Option<Value>,
    /// The value after.
    pub(crate) after: Value,
}

impl FieldStep {
    /// The step of a creation: before it, the record might as well have been deleted.
    pub(crate) fn creation(record: RecordId) -> Self {
        let (before, after) = (Some(Value::Bool(true)), Value::Bool(false));
        Self { record, field: DELETED.to_owned(), before, after }
    }

    /// Tells whether it is the step of a creation.
    pub(crate) fn is_creation(&self) -> bool {
        self.field == DELETED && self.before == Some(Value::Bool(true)) && self.after == Value::Bool(false)
    }
}

/// A step.
pub(crate) struct Step {
    pub(crate) no: i64,
    pub(crate) what: String,
    pub(crate) fields: Vec<FieldStep>,
}

pub(crate) fn add(
    door: &mut Door<'_>,
    what: &str,
    now_ms: u64,
    fields: &[FieldStep],
) -> Result<i64, StoreError> {
    let sql = "INSERT INTO undo_step (what, made_at, fields) VALUES (?1, ?2, ?3)";
    door.db.prepare_cached(sql)?.execute(params![what, int(now_ms), serde_json::to_string(fields)?])?;
    let no = door.db.last_insert_rowid();
    door.db.prepare_cached("DELETE FROM undo_step WHERE no <= ?1")?.execute([no - MOST])?;
    Ok(no)
}

/// Returns a step, or the last one.
pub(crate) fn get(db: &Connection, no: Option<i64>) -> Result<Option<Step>, StoreError> {
    let sql = "SELECT no, what, fields FROM undo_step WHERE no <= ?1 ORDER BY no DESC LIMIT 1";
    let row = db
        .prepare_cached(sql)?
        .query_row([no.unwrap_or(i64::MAX)], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?)))
        .optional()?;
    let Some((found, what, fields)) = row else { return Ok(None) };
    if no.is_some_and(|no| no != found) {
        return Ok(None);
    }
    Ok(Some(Step { no: found, what, fields: serde_json::from_str(&fields)? }))
}

pub(crate) fn remove(door: &mut Door<'_>, no: i64) -> Result<(), StoreError> {
    door.db.execute("DELETE FROM undo_step WHERE no = ?1", [no])?;
    Ok(())
}

/// Forgets every step, where a space goes and its words with it.
pub(crate) fn clear(door: &mut Door<'_>) -> Result<(), StoreError> {
    door.db.execute("DELETE FROM undo_step", [])?;
    Ok(())
}
