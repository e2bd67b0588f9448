//! The engine that needs nothing beside the program: one SQLite file, or memory for tests and the simulator.
//! WAL with `synchronous=FULL`, because without it a power cut loses what was acknowledged. One connection
//! writes; reads have connections of their own.

mod account;
mod audit;
mod deleting;
mod join;
mod load;
mod moving;
mod open;
mod people;
mod pull;
mod rows;
mod store;
mod upkeep;
mod write;

pub(crate) use open::make_private;
pub(crate) use upkeep::with_end;

use crate::error::HubError;
use rusqlite::{Connection, TransactionBehavior};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The store's file in the hub's folder.
pub(crate) const FILE: &str = "hub.db";
/// Most reading connections that are kept.
const READERS: usize = 8;

/// The engine.
pub(crate) struct Sqlite {
    /// None where the store lies in memory alone.
    file: Option<PathBuf>,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
}

impl Sqlite {
    /// Runs `f` in a transaction that writes; an error leaves no trace.
    fn write<T>(
        &self,
        f: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T, HubError>,
    ) -> Result<T, HubError> {
        let mut writer = held(&self.writer);
        let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate).map_err(fault)?;
        let value = f(&tx)?;
        tx.commit().map_err(fault)?;
        Ok(value)
    }

    /// Runs `f` on one unmoving state of the store.
    fn read<T>(&self, f: impl FnOnce(&Connection) -> Result<T, HubError>) -> Result<T, HubError> {
        let Some(file) = &self.file else {
            return f(&held(&self.writer));
        };
        let kept = held(&self.readers).pop();
        let mut reader = match kept {
            Some(reader) => reader,
            None => open::reader(file)?,
        };
        let tx = reader.transaction().map_err(fault)?;
        let value = f(&tx);
        drop(tx);
        let mut readers = held(&self.readers);
        if readers.len() < READERS {
            readers.push(reader);
        }
        value
    }
}

/// Takes a lock. A thread that broke off inside left no half state: its transaction was rolled back.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Names a fault of SQLite by what can be done about it.
pub(super) fn fault(error: rusqlite::Error) -> HubError {
    use rusqlite::ErrorCode;
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => HubError::Full,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => HubError::Busy,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => HubError::Corrupt(error.to_string()),
        _ => HubError::Store(error.to_string()),
    }
}
