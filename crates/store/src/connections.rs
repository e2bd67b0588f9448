//! Connections to the file: the one that writes, and a few that can only read. Key and pragmas are set here
//! and nowhere else. WAL with `synchronous=FULL`: without FULL a power cut loses committed words.

use crate::error::StoreError;
use crate::open::Random;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use zeroize::Zeroizing;

/// The most read-only connections kept open.
const MOST_READERS: usize = 4;
/// The most that the connection that writes keeps of the file in memory, in KiB: it meets the same pages again.
const CACHE_KIB: i64 = 64 << 10;
/// The same of one that reads. There are several, and what one has read another does not find.
const READER_CACHE_KIB: i64 = 8 << 10;
/// Prepared statements kept a connection.
const STATEMENTS: usize = 160;

/// The connection that writes, with the source of randomness that goes with it.
pub(crate) struct Writer {
    pub(crate) db: Connection,
    pub(crate) random: Random,
    /// How many changes wait; none where it must be counted anew.
    pub(crate) waiting: Option<u32>,
}

/// The key as SQLCipher takes it: `x'...'` with 64 or, salt included, 96 hexadecimal digits.
#[derive(Clone)]
pub(crate) struct CipherKey(pub(crate) Zeroizing<String>);

/// Where the file is and how to open one more connection to it.
pub(crate) struct Connections {
    path: PathBuf,
    key: CipherKey,
    readers: Mutex<Vec<Connection>>,
}

impl Connections {
    pub(crate) fn new(path: PathBuf, key: CipherKey) -> Self {
        Self { path, key, readers: Mutex::new(Vec::new()) }
    }

    pub(crate) fn key(&self) -> &CipherKey {
        &self.key
    }

    /// Takes a read-only connection out of the pool, or opens one.
    pub(crate) fn reader(&self) -> Result<Connection, StoreError> {
        if let Some(db) = self.idle().pop() {
            return Ok(db);
        }
        let db = open_file(&self.path, &self.key, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        db.pragma_update(None, "query_only", true)?;
        db.pragma_update(None, "cache_size", -READER_CACHE_KIB)?;
        Ok(db)
    }

    /// Puts a connection back.
    pub(crate) fn put_back(&self, db: Connection) {
        let mut idle = self.idle();
        if idle.len() < MOST_READERS && db.is_autocommit() {
            idle.push(db);
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens the file with its key; tells a wrong key from any other fault.
pub(crate) fn open_file(path: &Path, key: &CipherKey, flags: OpenFlags) -> Result<Connection, StoreError> {
    let db = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    set_up(db, path, key)
}

fn set_up(db: Connection, path: &Path, key: &CipherKey) -> Result<Connection, StoreError> {
    give_key(&db, key)?;
    check_key(&db, path)?;
    db.busy_timeout(std::time::Duration::from_secs(5))?;
    prepares(&db)?;
    db.pragma_update(None, "temp_store", "MEMORY")?;
    db.pragma_update(None, "cache_size", -CACHE_KIB)?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "journal_size_limit", 16_777_216)?;
    if cfg!(target_os = "macos") {
        db.pragma_update(None, "fullfsync", true)?;
        db.pragma_update(None, "checkpoint_fullfsync", true)?;
    }
    Ok(db)
}

/// Sets what holds of every connection, wherever its file lies.
pub(crate) fn prepares(db: &Connection) -> Result<(), StoreError> {
    db.pragma_update(None, "foreign_keys", true)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(())
}

/// Opens the file to look at it and leaves nothing beside it. Where a log lies beside it, the log is read too.
pub(crate) fn open_untouched(path: &Path, key: &CipherKey) -> Result<Connection, StoreError> {
    let has_log = crate::backup::has_log(path);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    match path.to_str().filter(|_| !has_log) {
        Some(text) => {
            let db = Connection::open_with_flags(immutable_uri(text), flags | OpenFlags::SQLITE_OPEN_URI)?;
            set_up(db, path, key)
        }
        None => open_file(path, key, OpenFlags::SQLITE_OPEN_READ_ONLY),
    }
}

/// Nobody else writes while the folder's lock is ours, so the file may be read as one that never changes.
fn immutable_uri(path: &str) -> String {
    let mut uri = String::from("file:");
    let text = if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
    if cfg!(windows) && !text.starts_with('/') {
        uri.push('/');
    }
    for letter in text.chars() {
        match letter {
            '?' => uri.push_str("%3f"),
            '#' => uri.push_str("%23"),
            '%' => uri.push_str("%25"),
            other => uri.push(other),
        }
    }
    uri.push_str("?immutable=1");
    uri
}

/// Sets the key of a fresh connection.
fn give_key(db: &Connection, key: &CipherKey) -> Result<(), StoreError> {
    // A wrong key is told to the caller; SQLCipher's own lines on the terminal say nothing more.
    db.pragma_update(None, "cipher_log_level", "NONE")?;
    db.pragma_update(None, "key", key.0.as_str())?;
    Ok(())
}

fn check_key(db: &Connection, path: &Path) -> Result<(), StoreError> {
    let read = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0));
    match read.map_err(StoreError::from) {
        Ok(_) => Ok(()),
        Err(StoreError::Corrupt) if !begins_as_plain_file(path)? => Err(StoreError::WrongKey),
        Err(error) => Err(error),
    }
}

/// An encrypted file begins with random bytes. One that begins like a plain SQLite file is somebody else's.
fn begins_as_plain_file(path: &Path) -> Result<bool, StoreError> {
    use std::io::Read;
    let mut first = Vec::new();
    std::fs::File::open(path)?.take(16).read_to_end(&mut first)?;
    Ok(first == b"SQLite format 3\0")
}
