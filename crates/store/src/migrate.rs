//! The form of the file over time: every step runs once, in order, all missing ones in one transaction, after
//! a verified copy. A file that knows a step which this version does not, and which older apps must not meet,
//! is refused through a handle that cannot write.

use crate::error::StoreError;
use crate::table::{Migration, Opens, migrations};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use std::collections::BTreeSet;

const LIST: &str = "CREATE TABLE IF NOT EXISTS migration (
    number INTEGER PRIMARY KEY,
    older_apps_may INTEGER NOT NULL,
    app TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT";

/// Refuses a file of a newer version that this one would harm.
pub(crate) fn refuse_newer(db: &Connection) -> Result<(), StoreError> {
    let known: BTreeSet<u32> = migrations().iter().map(|step| step.number).collect();
    if !has_list(db)? {
        return Ok(());
    }
    let mut query =
        db.prepare("SELECT number, app FROM migration WHERE older_apps_may = 0 ORDER BY number")?;
    let rows = query.query_map([], |row| Ok((row.get::<_, u32>(0)?, row.get::<_, String>(1)?)))?;
    let mut newest = None;
    for row in rows {
        let (number, app) = row?;
        if !known.contains(&number) {
            newest = Some(app);
        }
    }
    newest.map_or(Ok(()), |min_app| Err(StoreError::TooNew { min_app }))
}

/// Tells whether a file with something in it lacks steps.
pub(crate) fn is_behind(db: &Connection) -> Result<bool, StoreError> {
    Ok(has_list(db)? && !missing(db)?.is_empty())
}

/// Runs the missing steps. A kill in between leaves the form as it was.
pub(crate) fn run(db: &mut Connection, version: &str, now_ms: u64) -> Result<(), StoreError> {
    if has_list(db)? && missing(db)?.is_empty() {
        return Ok(());
    }
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(LIST)?;
    for step in missing(&transaction)? {
        transaction.execute_batch(step.sql)?;
        transaction.execute(
            "INSERT INTO migration (number, older_apps_may, app, at) VALUES (?1, ?2, ?3, ?4)",
            params![step.number, step.opens == Opens::OlderAppsMay, version, crate::codec::int(now_ms)],
        )?;
    }
    transaction.commit()?;
    Ok(())
}

pub(crate) fn has_list(db: &Connection) -> Result<bool, StoreError> {
    has_table(db, "migration")
}

/// Tells whether a file has a table.
pub(crate) fn has_table(db: &Connection, name: &str) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1";
    Ok(db.query_row(sql, [name], |_| Ok(())).optional()?.is_some())
}

fn missing(db: &Connection) -> Result<Vec<Migration>, StoreError> {
    let mut query = db.prepare("SELECT number FROM migration")?;
    let done: BTreeSet<u32> = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(migrations().into_iter().filter(|step| !done.contains(&step.number)).collect())
}
