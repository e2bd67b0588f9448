//! A store that no disk holds, for the simulator, which opens thousands: the same form, doors and reads over one
//! connection. A process that dies leaves in it what was committed, as it does on a disk; keys, locks, logs and what
//! a power cut leaves are shown by stores on a disk alone.

use crate::backup::give_new_id;
use crate::changed::Origin;
use crate::connections::{Writer, prepares};
use crate::error::StoreError;
use crate::migrate;
use crate::open::{Random, Store};
use crate::table::replica;
use rusqlite::Connection;
use rusqlite::backup::Backup;
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::Duration;

/// Prepared statements kept: all there are, for the connection serves one store after another.
const STATEMENTS: usize = 512;

/// A store's file in memory, while no store has it open.
pub struct Memory {
    db: Connection,
}

impl Memory {
    /// Makes one with nothing in it.
    ///
    /// # Errors
    /// Any fault of SQLite.
    pub fn new(version: &str, now_ms: u64) -> Result<Self, StoreError> {
        let mut db = bare()?;
        migrate::run(&mut db, version, now_ms)?;
        Ok(Self { db })
    }

    /// Opens it.
    ///
    /// # Errors
    /// Any fault of SQLite.
    pub fn open(self, random: Random, now_ms: u64) -> Result<Store, StoreError> {
        let writer = Writer { db: self.db, random, waiting: None };
        let listeners = RwLock::new(Vec::new());
        let store = Store { writer: Mutex::new(writer), disk: None, listeners, cloned: false };
        store.write(Origin::Hub, |door| replica::ensure(door, now_ms))?;
        Ok(store)
    }

    /// Gives it another replica id, and new ids to what waits, as restoring a backup does.
    ///
    /// # Errors
    /// Any fault of SQLite.
    pub fn become_another(&mut self, random: &mut Random) -> Result<(), StoreError> {
        give_new_id(&mut self.db, random)
    }

    /// Makes a copy.
    ///
    /// # Errors
    /// Any fault of SQLite.
    pub fn copy(&self) -> Result<Self, StoreError> {
        copy_of(&self.db)
    }

    /// Empties it, so that its connection serves another store: making one costs more than most of what is done in it.
    ///
    /// # Errors
    /// Any fault of SQLite.
    pub fn emptied(self) -> Result<Self, StoreError> {
        let Self { mut db } = self;
        if !db.is_autocommit() {
            db.execute_batch("ROLLBACK")?;
        }
        let transaction = db.transaction()?;
        {
            // The newest tables first: a table refers to older ones alone.
            let sql = "SELECT s.name FROM pragma_table_list AS l JOIN sqlite_schema AS s ON s.name = l.name
                       WHERE l.schema = 'main' AND l.type = 'table' AND s.name <> 'migration'
                         AND s.name NOT LIKE 'sqlite!_%' ESCAPE '!'
                       ORDER BY s.rowid DESC";
            let mut query = transaction.prepare_cached(sql)?;
            let tables: Vec<String> = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
            for table in tables {
                transaction.prepare_cached(&format!("DELETE FROM \"{table}\""))?.execute([])?;
            }
        }
        transaction.prepare_cached("DELETE FROM sqlite_sequence")?.execute([])?;
        transaction.prepare_cached("INSERT INTO search (search) VALUES ('delete-all')")?.execute([])?;
        transaction.commit()?;
        Ok(Self { db })
    }
}

impl Store {
    /// Closes a store in memory and returns its file, as a process that dies leaves it; none for one on a disk.
    pub fn into_memory(self) -> Option<Memory> {
        let Self { writer, disk, .. } = self;
        let Writer { db, .. } = writer.into_inner().unwrap_or_else(PoisonError::into_inner);
        disk.is_none().then_some(Memory { db })
    }

    /// Copies what was committed to memory, as a backup would to a file.
    ///
    /// # Errors
    /// Any fault of SQLite.
    pub fn copy_in_memory(&self) -> Result<Memory, StoreError> {
        copy_of(&self.writer().db)
    }
}

fn bare() -> Result<Connection, StoreError> {
    let db = Connection::open_in_memory()?;
    prepares(&db)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(db)
}

fn copy_of(db: &Connection) -> Result<Memory, StoreError> {
    let mut copy = bare()?;
    Backup::new(db, &mut copy)?.run_to_completion(i32::MAX, Duration::ZERO, None)?;
    Ok(Memory { db: copy })
}
