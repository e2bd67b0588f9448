//! Opening and setting up the store: settings, migrations, and refusing what a newer version wrote.

use crate::audit::{Note, Noted};
use crate::db::Setup;
use crate::db::read::int;
use crate::db::sqlite::{FILE, Sqlite, audit, fault, upkeep};
use crate::error::HubError;
use linchpin_domain::epoch;
use linchpin_domain::space::Space;
use linchpin_domain::stamp::Stamp;
use linchpin_domain::sum::Sum;
use rusqlite::{Connection, OpenFlags, params};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The migrations in order; one that was released is never edited.
const MIGRATIONS: &[&str] = &[
    include_str!("../../../migrations/sqlite/0001_start.sql"),
    include_str!("../../../migrations/sqlite/0002_looks_by_answer.sql"),
    include_str!("../../../migrations/sqlite/0003_audit.sql"),
    include_str!("../../../migrations/sqlite/0004_people.sql"),
    include_str!("../../../migrations/sqlite/0005_deletions.sql"),
    include_str!("../../../migrations/sqlite/0006_accounts.sql"),
    include_str!("../../../migrations/sqlite/0007_files.sql"),
];
/// Marks a file as a hub's: "LHUB".
const APPLICATION: i32 = 0x4c48_5542;
/// How long a connection waits for another.
const WAIT: Duration = Duration::from_secs(5);
/// How many statements a connection keeps prepared.
const PREPARED: usize = 96;

/// Makes a folder that its owner alone may read; one that is there stays as it is.
pub(crate) fn make_private(folder: &Path) -> Result<(), HubError> {
    let said = |error| HubError::File("make the hub's folder".to_owned(), error);
    if folder.is_dir() {
        return Ok(());
    }
    std::fs::create_dir_all(folder).map_err(said)?;
    only_owner(folder, 0o700).map_err(said)
}

/// Lets the owner alone read a file or folder; elsewhere than on Unix the folder's own rights say who may.
pub(crate) fn only_owner(path: &Path, mode: u32) -> std::io::Result<()> {
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))?;
    #[cfg(not(unix))]
    let _ = (path, mode);
    Ok(())
}

impl Sqlite {
    /// Sets a new hub up in a folder. It gets its name last, when all of it is on disk: cut off at any moment,
    /// setting up leaves a whole hub or none, and can be done again.
    ///
    /// # Errors
    /// [`HubError::HubThere`], [`HubError::LogThere`], or any fault of the disk; no hub is in the folder then.
    pub(crate) fn init(folder: &Path, setup: &Setup<'_>) -> Result<Self, HubError> {
        Self::put_in(
            folder,
            || Ok(()),
            |part| {
                let sqlite = Self::empty_at(part)?;
                sqlite.begin(setup)?;
                sqlite.close_as_one_file()
            },
        )?;
        // Nobody has heard of it yet.
        Self::open(folder).inspect_err(|_| upkeep::remove(&folder.join(FILE)))
    }

    /// Opens the hub of a folder.
    ///
    /// # Errors
    /// [`HubError::NoHub`], [`HubError::TooNew`], or any fault of the disk.
    pub(crate) fn open(folder: &Path) -> Result<Self, HubError> {
        let file = folder.join(FILE);
        if !file.is_file() {
            return Err(HubError::NoHub);
        }
        let sqlite = Self::open_at(&file)?;
        let there = sqlite.read(|db| {
            db.query_row("SELECT count(*) FROM hub", [], |row| row.get::<_, i64>(0)).map_err(fault)
        })?;
        // Setting up was interrupted before it was whole.
        if there == 0 { Err(HubError::NoHub) } else { Ok(sqlite) }
    }

    /// Opens a store that is there, whatever its file is called.
    ///
    /// # Errors
    /// [`HubError::TooNew`], or any fault of the disk.
    pub(super) fn open_at(file: &Path) -> Result<Self, HubError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Self::of(Connection::open_with_flags(file, flags).map_err(fault)?, Some(file))
    }

    /// Makes a store that is no hub's yet.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub(super) fn empty_at(file: &Path) -> Result<Self, HubError> {
        Self::of(Connection::open(file).map_err(fault)?, Some(file))
    }

    /// Closes the store and leaves no log beside its file.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub(super) fn close_as_one_file(self) -> Result<(), HubError> {
        let Self { writer, readers, .. } = self;
        drop(readers);
        let writer = writer.into_inner().unwrap_or_else(PoisonError::into_inner);
        writer.pragma_update_and_check(None, "journal_mode", "delete", |_| Ok(())).map_err(fault)?;
        writer.close().map_err(|(_, error)| fault(error))
    }

    /// Sets a new hub up in memory.
    ///
    /// # Errors
    /// Any fault of SQLite.
    pub(crate) fn in_memory(setup: &Setup<'_>) -> Result<Self, HubError> {
        let sqlite = Self::of(Connection::open_in_memory().map_err(fault)?, None)?;
        sqlite.begin(setup)?;
        Ok(sqlite)
    }

    /// Returns a copy of the store as it is now, in memory.
    ///
    /// # Errors
    /// Any fault of SQLite.
    pub(super) fn copy_in_memory(&self) -> Result<Self, HubError> {
        let mut copy = Connection::open_in_memory().map_err(fault)?;
        self.read(|db| {
            let backup = rusqlite::backup::Backup::new(db, &mut copy).map_err(fault)?;
            backup.step(-1).map_err(fault).map(|_| ())
        })?;
        Self::of(copy, None)
    }

    fn of(mut writer: Connection, file: Option<&Path>) -> Result<Self, HubError> {
        settings(&writer)?;
        let version: i64 = pragma(&writer, "user_version")?;
        let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
        let application: i64 = pragma(&writer, "application_id")?;
        if version > known {
            return Err(HubError::TooNew);
        }
        if version > 0 && application != i64::from(APPLICATION) {
            return Err(HubError::Corrupt("the file is no hub's store".to_owned()));
        }
        if version < known {
            migrate(&mut writer, version, known)?;
        }
        Ok(Self { file: file.map(Path::to_path_buf), writer: Mutex::new(writer), readers: Mutex::default() })
    }

    fn begin(&self, setup: &Setup<'_>) -> Result<(), HubError> {
        self.write(|tx| {
            let zero = Stamp::ZERO.to_string();
            tx.execute(
                "INSERT INTO hub (one, id, network, epoch, made_at, last_stamp, last_clamped)
                 VALUES (1, ?1, ?2, ?5, ?3, ?4, ?4)",
                params![setup.id.to_string(), setup.network, int(setup.now_ms), zero, int(epoch::FIRST)],
            )
            .map_err(fault)?;
            for space in [Space::ALL_MEMBERS, Space::National] {
                tx.execute(
                    "INSERT INTO space (name, sum) VALUES (?1, ?2)",
                    params![space.to_string(), Sum::default().to_string()],
                )
                .map_err(fault)?;
            }
            audit::add(tx, &Note::by_operator(Noted::SetUp, &setup.id), setup.now_ms)
        })
    }
}

/// Opens a connection that only reads.
pub(super) fn reader(file: &Path) -> Result<Connection, HubError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let reader = Connection::open_with_flags(file, flags).map_err(fault)?;
    settings(&reader)?;
    reader.pragma_update(None, "query_only", true).map_err(fault)?;
    Ok(reader)
}

fn settings(db: &Connection) -> Result<(), HubError> {
    db.busy_timeout(WAIT).map_err(fault)?;
    db.set_prepared_statement_cache_capacity(PREPARED);
    // In memory there is no WAL; SQLite then says "memory", which is no fault.
    db.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(())).map_err(fault)?;
    for (name, value) in [("synchronous", "full"), ("foreign_keys", "on"), ("temp_store", "memory")] {
        db.pragma_update(None, name, value).map_err(fault)?;
    }
    if cfg!(target_os = "macos") {
        db.pragma_update(None, "fullfsync", true).map_err(fault)?;
        db.pragma_update(None, "checkpoint_fullfsync", true).map_err(fault)?;
    }
    Ok(())
}

fn pragma(db: &Connection, name: &str) -> Result<i64, HubError> {
    db.pragma_query_value(None, name, |row| row.get(0)).map_err(fault)
}

/// Brings the file to this version's form, in one transaction.
fn migrate(db: &mut Connection, from: i64, to: i64) -> Result<(), HubError> {
    let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(fault)?;
    // Another program may have done it while we waited.
    if pragma(&tx, "user_version")? != from {
        return Err(HubError::Busy);
    }
    for sql in MIGRATIONS.iter().skip(usize::try_from(from).unwrap_or(0)) {
        tx.execute_batch(sql).map_err(fault)?;
    }
    tx.pragma_update(None, "user_version", to).map_err(fault)?;
    tx.pragma_update(None, "application_id", APPLICATION).map_err(fault)?;
    tx.commit().map_err(fault)
}
