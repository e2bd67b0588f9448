//! Copies of the whole file: made from one moment of the store, encrypted with the same key, opened again,
//! checked, and compared with the original by digest before they get their name. A copy that fails replaces
//! nothing. Restoring puts the present store aside and gives the copy a new replica id.
//! When backups are made and which are let go is the caller's business.

use crate::connections::{CipherKey, open_file, open_untouched};
use crate::door::Door;
use crate::error::StoreError;
use crate::migrate;
use crate::open::{BACKUPS, FILE_NAME, Key, Random, Store, cipher_key_of, exists, lock, make_private};
use crate::settle::rekey;
use crate::table::replica;
use linchpin_domain::id::ReplicaId;
use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What a checked copy holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Records.
    pub records: u64,
    /// Updates of texts.
    pub updates: u64,
    /// Changes in the outbox.
    pub outbox: u64,
    /// SHA-256 over ids, stamps, texts, outbox and kept words, in hexadecimal digits.
    pub digest: String,
}

/// A backup in the store's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupFile {
    /// Where it lies.
    pub path: PathBuf,
    /// When it was made, milliseconds since 1970, from its name.
    pub at: u64,
    /// Its size in bytes.
    pub bytes: u64,
    /// What it was made for: `auto`, `before-update`, `before-restore`, or a word of the caller's.
    pub why: String,
}

impl BackupFile {
    /// Tells whether it is a store that was put aside whole, and no copy that was made to be one.
    pub fn is_aside(&self) -> bool {
        self.why == SET_ASIDE || self.why == BEFORE_RESTORE
    }
}

impl Store {
    /// Makes a checked copy at `path`, which must not exist.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`], [`StoreError::ReadOnly`], [`StoreError::Corrupt`] where the copy is not what
    /// the store is, or [`StoreError::Io`]. Nothing lies at `path` then.
    pub fn backup_to(&self, path: &Path) -> Result<Verified, StoreError> {
        // One in memory alone is copied to memory.
        let connections = self.connections().ok_or(StoreError::NotFound)?;
        let mut source = connections.reader()?;
        let made = copy(&mut source, path, connections.key());
        connections.put_back(source);
        made
    }

    /// Makes a checked copy in the store's folder of backups and returns where it lies.
    ///
    /// # Errors
    /// As [`Self::backup_to`].
    pub fn backup(&self, why: &str, now_ms: u64) -> Result<(PathBuf, Verified), StoreError> {
        let path = backup_path(self.folder(), why, now_ms)?;
        let verified = self.backup_to(&path)?;
        Ok((path, verified))
    }

    /// Returns since when backups hold words of a space that had to leave this computer; the caller replaces
    /// them with a fresh one within a day and then says so by [`Self::backups_renewed`].
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn backups_to_renew(&self) -> Result<Option<u64>, StoreError> {
        let since = self.read(|reader| reader.setting(crate::settle::RENEW_BACKUPS))?;
        Ok(since.and_then(|value| value.as_u64()))
    }

    /// Notes that no backup of before is left.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn backups_renewed(&self) -> Result<(), StoreError> {
        self.write(crate::changed::Origin::Person, |door| {
            crate::table::setting::set(door, crate::settle::RENEW_BACKUPS, None)
        })
        .map(|_| ())
    }

    /// Checks the file itself: pages, cipher and references.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] where it is damaged, or any fault of the disk.
    pub fn check_file(&self) -> Result<Verified, StoreError> {
        self.check_cipher()?;
        self.read(|reader| {
            check(reader.db)?;
            measure(reader.db)
        })
    }

    /// Checks the cipher of every page, free ones included, with the log brought into the file. Where somebody
    /// reads or the disk is full it cannot be brought in; [`check`] sees every page that is in use then too.
    fn check_cipher(&self) -> Result<(), StoreError> {
        // Held, so that nobody writes to the file meanwhile.
        let writer = self.writer();
        let brought =
            writer.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| Ok(row.get::<_, i64>(0)? == 0));
        match brought.map_err(StoreError::from) {
            Ok(true) => check_cipher(&writer.db),
            Ok(false) | Err(StoreError::DiskFull) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// Opens a copy with its key and checks it, changing nothing.
///
/// # Errors
/// [`StoreError::NotFound`], [`StoreError::WrongKey`], [`StoreError::TooNew`], [`StoreError::Corrupt`] or
/// [`StoreError::Io`].
pub fn verify_file(path: &Path, key: &Key) -> Result<Verified, StoreError> {
    if !path.is_file() {
        return Err(StoreError::NotFound);
    }
    let key = cipher_key_of(key, path)?;
    verify(path, &key)
}

fn verify(path: &Path, key: &CipherKey) -> Result<Verified, StoreError> {
    let db = open_untouched(path, key)?;
    migrate::refuse_newer(&db)?;
    if !migrate::has_list(&db)? {
        return Err(StoreError::Corrupt);
    }
    if !has_log(path) {
        check_cipher(&db)?;
    }
    check(&db)?;
    measure(&db)
}

/// Returns the backups in a store's folder, newest first.
///
/// # Errors
/// Any fault of the disk.
pub fn list_backups(folder: &Path) -> Result<Vec<BackupFile>, StoreError> {
    let entries = match std::fs::read_dir(folder.join(BACKUPS)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let named = name.to_str().and_then(|name| name.strip_suffix(".db")?.rsplit_once('-'));
        if let Some((why, at)) = named.and_then(|(why, at)| Some((why, at.parse().ok()?))) {
            let (path, bytes) = (entry.path(), entry.metadata()?.len());
            files.push(BackupFile { path, at, bytes, why: why.to_owned() });
        }
    }
    files.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.path.cmp(&b.path)));
    Ok(files)
}

/// The name of a copy that is whole and takes the store's place, at the latest when the store is opened next.
const RESTORED: &str = "linchpin.db.restored";

/// Puts the copy `from` in place of the store of `folder`, which must not be open. A copy of the present store is
/// put aside first, and the one that takes its place gets a new replica id. Returns where the present store
/// lies now, if there was one. Killed at any moment, the folder holds the one store whole or the other.
///
/// # Errors
/// As [`verify_file`], and [`StoreError::Locked`]. The present store is untouched then.
pub fn restore_file(
    folder: &Path,
    from: &Path,
    key: &Key,
    random: &mut Random,
    version: &str,
    now_ms: u64,
) -> Result<Option<PathBuf>, StoreError> {
    make_private(folder)?;
    let _lock = lock(folder)?;
    finish_restore(folder)?;
    let cipher = cipher_key_of(key, from)?;
    verify(from, &cipher)?;
    let (path, part) = (folder.join(FILE_NAME), folder.join("linchpin.db.restoring"));
    remove_with_logs(&part)?;
    let made = (|| {
        let mut source = open_untouched(from, &cipher)?;
        copy(&mut source, &part, &cipher)?;
        become_another(&part, &cipher, random, version, now_ms)?;
        sync_file(&part)?;
        if exists(folder) { put_aside(folder, &path, BEFORE_RESTORE, now_ms).map(Some) } else { Ok(None) }
    })();
    // With this name the copy is the store; before, nothing of the present one was moved.
    let decided = made.and_then(|aside| match std::fs::rename(&part, folder.join(RESTORED)) {
        Ok(()) => Ok(aside),
        Err(error) => {
            // What was put aside is a copy of what is still here.
            aside.iter().try_for_each(|aside| remove_with_logs(aside))?;
            Err(error.into())
        }
    });
    match decided {
        Ok(aside) => {
            sync_folder(folder)?;
            finish_restore(folder)?;
            Ok(aside)
        }
        Err(error) => {
            remove_with_logs(&part)?;
            Err(error)
        }
    }
}

/// What the store that a restore replaced is called where it was put aside.
pub const BEFORE_RESTORE: &str = "before-restore";
/// What a store that nothing opened is called where it was put aside.
pub const SET_ASIDE: &str = "set-aside";

/// Moves a store that nothing opens among the backups, with its log; the folder then holds none. `along` puts what
/// belongs to it beside it, before it leaves its place. Returns where it lies, if there was one.
///
/// # Errors
/// [`StoreError::Locked`], or any fault of the disk or of `along`; the store is where it was then.
pub fn set_aside<E: From<StoreError>>(
    folder: &Path,
    now_ms: u64,
    along: impl FnOnce(&Path) -> Result<(), E>,
) -> Result<Option<PathBuf>, E> {
    let _lock = lock(folder)?;
    finish_restore(folder)?;
    if !exists(folder) {
        return Ok(None);
    }
    let path = folder.join(FILE_NAME);
    let aside = put_aside(folder, &path, SET_ASIDE, now_ms)?;
    along(&aside)?;
    // What lies aside is a whole copy by now.
    remove_with_logs(&path)?;
    sync_folder(folder)?;
    Ok(Some(aside))
}

/// Tells whether a restore waits for its last move.
pub(crate) fn is_restoring(folder: &Path) -> bool {
    folder.join(RESTORED).is_file()
}

/// Makes the last move of a restore, which a kill may have kept from being made.
pub(crate) fn finish_restore(folder: &Path) -> Result<(), StoreError> {
    if !is_restoring(folder) {
        return Ok(());
    }
    let path = folder.join(FILE_NAME);
    // The log first: beside another file of the same name it would be taken for that file's log. What it held
    // lies aside.
    for end in LOGS {
        remove_if_there(&with_end(&path, end))?;
    }
    std::fs::rename(folder.join(RESTORED), &path)?;
    sync_folder(folder)
}

/// Gives a copy another replica id, new ids for what waits, and a token that no keychain knows.
fn become_another(
    path: &Path,
    key: &CipherKey,
    random: &mut Random,
    version: &str,
    now_ms: u64,
) -> Result<(), StoreError> {
    let mut db = open_file(path, key, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    migrate::run(&mut db, version, now_ms)?;
    give_new_id(&mut db, random)?;
    db.pragma_update(None, "journal_mode", "DELETE")?;
    Ok(())
}

/// Does so in one transaction.
pub(crate) fn give_new_id(db: &mut Connection, random: &mut Random) -> Result<(), StoreError> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut door = Door::new(&transaction, &mut **random);
    let mut author = replica::author(door.db)?;
    author.replica = ReplicaId(u64::from_be_bytes(door.random()) | 1);
    author.next_counter = 1;
    rekey(&mut door, &mut author, 0)?;
    replica::save_author(&mut door, &author)?;
    let token = door.random();
    replica::set_boot_token(&mut door, token)?;
    if let Some(hub) = replica::hub(door.db)? {
        replica::set_hub(&mut door, Some(&crate::open::HubLink { nonce: None, next_nonce: None, ..hub }))?;
    }
    transaction.commit()?;
    Ok(())
}

/// Copies the present file with its log, without opening it: it may be damaged.
fn put_aside(folder: &Path, path: &Path, why: &str, now_ms: u64) -> Result<PathBuf, StoreError> {
    let aside = backup_path(folder, why, now_ms)?;
    let part = with_end(&aside, ".part");
    let copied = (|| {
        let log = with_end(path, "-wal");
        if log.exists() {
            let log_aside = with_end(&aside, "-wal");
            std::fs::copy(&log, &log_aside)?;
            sync_file(&log_aside)?;
        }
        std::fs::copy(path, &part)?;
        sync_file(&part)?;
        // What has this name is listed as a backup, so it gets it last.
        std::fs::rename(&part, &aside)?;
        sync_folder(&folder.join(BACKUPS))
    })();
    if let Err(error) = copied {
        remove_with_logs(&part)?;
        remove_with_logs(&aside)?;
        return Err(error);
    }
    Ok(aside)
}

/// Makes the copy that goes before a change of the file's form.
pub(crate) fn copy_before_update(
    folder: &Path,
    path: &Path,
    key: &CipherKey,
    now_ms: u64,
) -> Result<PathBuf, StoreError> {
    let target = backup_path(folder, "before-update", now_ms)?;
    let mut source = open_file(path, key, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    copy(&mut source, &target, key)?;
    Ok(target)
}

fn backup_path(folder: &Path, why: &str, now_ms: u64) -> Result<PathBuf, StoreError> {
    let folder = folder.join(BACKUPS);
    std::fs::create_dir_all(&folder)?;
    // Two in one millisecond get two names.
    let free = (now_ms..).map(|at| folder.join(format!("{why}-{at}.db"))).find(|path| !path.exists());
    free.ok_or(StoreError::NotFound)
}

/// Copies one moment of `source` to `path` and checks what was written.
fn copy(source: &mut Connection, path: &Path, key: &CipherKey) -> Result<Verified, StoreError> {
    if path.exists() {
        return Err(StoreError::ReadOnly);
    }
    let part = with_end(path, ".part");
    remove_with_logs(&part)?;
    let made = copy_moment(source, &part, key);
    let checked = made.and_then(|expected| {
        let seen = verify(&part, key)?;
        if seen == expected { Ok(seen) } else { Err(StoreError::Corrupt) }
    });
    match checked {
        Ok(verified) => {
            sync_file(&part)?;
            std::fs::rename(&part, path)?;
            // The folder of a bare name is the present one.
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            sync_folder(folder.unwrap_or(Path::new(".")))?;
            Ok(verified)
        }
        Err(error) => {
            remove_with_logs(&part)?;
            Err(error)
        }
    }
}

fn copy_moment(source: &mut Connection, part: &Path, key: &CipherKey) -> Result<Verified, StoreError> {
    let moment = source.transaction()?;
    let expected = measure(&moment)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let mut target = open_file(part, key, flags)?;
    crate::open::make_file_private(part)?;
    Backup::new(&moment, &mut target)?.run_to_completion(i32::MAX, Duration::ZERO, None)?;
    // One file, without a log beside it.
    target.pragma_update(None, "journal_mode", "DELETE")?;
    Ok(expected)
}

/// Checks every page that is in use, wherever it lies, its cipher included.
fn check(db: &Connection) -> Result<(), StoreError> {
    finds_nothing(db, "PRAGMA integrity_check")
}

/// Checks the cipher of every page of the file alone. A page that a power cut tore while the log holds it is none
/// of its business: it is asked only where there is no log.
fn check_cipher(db: &Connection) -> Result<(), StoreError> {
    finds_nothing(db, "PRAGMA cipher_integrity_check")
}

fn finds_nothing(db: &Connection, pragma: &str) -> Result<(), StoreError> {
    let mut query = db.prepare(pragma)?;
    let lines: Vec<String> = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    if lines.iter().all(|line| line == "ok") { Ok(()) } else { Err(StoreError::Corrupt) }
}

/// Tells whether SQLite left a journal beside a file: what it was about to write is to be taken back first.
pub(crate) fn has_journal(path: &Path) -> bool {
    with_end(path, "-journal").metadata().is_ok_and(|journal| journal.len() > 0)
}

/// Tells whether a log with something in it lies beside a file.
pub(crate) fn has_log(path: &Path) -> bool {
    with_end(path, "-wal").metadata().is_ok_and(|log| log.len() > 0)
}

/// What the digest covers, in order.
const DIGESTED: [&str; 6] = [
    "SELECT id, space, seq, fields, stamps FROM record ORDER BY no",
    "SELECT doc, sha, seq, author FROM text_update ORDER BY no",
    "SELECT doc, bytes, sum FROM text_snapshot ORDER BY doc",
    "SELECT no, status, reason FROM outbox ORDER BY no",
    "SELECT record, why, words FROM kept ORDER BY no",
    "SELECT name, cursor, sum, state FROM space ORDER BY no",
];

fn measure(db: &Connection) -> Result<Verified, StoreError> {
    let number = |table: &str| -> Result<u64, StoreError> {
        let sql = format!("SELECT count(*) FROM {table}");
        Ok(crate::codec::uint(db.query_row(&sql, [], |row| row.get(0))?))
    };
    let mut hash = Sha256::new();
    // A copy from before the form of the outbox changed has in the outbox itself what changes carry.
    let carries = if migrate::has_table(db, "change")? { "change" } else { "outbox" };
    let carried = format!("SELECT replica, counter, hash FROM {carries} ORDER BY no");
    for sql in DIGESTED.into_iter().chain([carried.as_str()]) {
        let mut query = db.prepare(sql)?;
        let columns = query.column_count();
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            for column in 0..columns {
                digest_value(&mut hash, row.get_ref(column)?);
            }
        }
    }
    let digest = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Verified {
        records: number("record")?,
        updates: number("text_update")?,
        outbox: number("outbox")?,
        digest,
    })
}

fn digest_value(hash: &mut Sha256, value: rusqlite::types::ValueRef<'_>) {
    use rusqlite::types::ValueRef;
    let (kind, bytes) = match value {
        ValueRef::Null => (0u8, Vec::new()),
        ValueRef::Integer(number) => (1, number.to_be_bytes().to_vec()),
        ValueRef::Real(number) => (2, number.to_be_bytes().to_vec()),
        ValueRef::Text(bytes) => (3, bytes.to_vec()),
        ValueRef::Blob(bytes) => (4, bytes.to_vec()),
    };
    hash.update([kind]);
    hash.update(crate::codec::len(bytes.len()).to_be_bytes());
    hash.update(bytes);
}

pub(crate) fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// What SQLite leaves beside a file.
const LOGS: [&str; 3] = ["-wal", "-shm", "-journal"];

pub(crate) fn remove_with_logs(path: &Path) -> Result<(), StoreError> {
    remove_if_there(path)?;
    LOGS.iter().try_for_each(|end| remove_if_there(&with_end(path, end)))
}

fn remove_if_there(path: &Path) -> Result<(), StoreError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Makes a file's bytes last. Windows does so only for a handle that may write.
pub(crate) fn sync_file(path: &Path) -> Result<(), StoreError> {
    std::fs::File::options().write(true).open(path)?.sync_all()?;
    Ok(())
}

/// Makes a rename last; systems that cannot open a folder do so by themselves.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    if cfg!(unix) {
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}
