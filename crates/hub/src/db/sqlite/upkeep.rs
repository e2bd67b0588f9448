//! What whoever looks after the hub asks of the store: invitations, status, copies, a new epoch.

use crate::audit::{Note, Noted};
use crate::db::account::InTx;
use crate::db::read::{int, parsed, space_row, uint};
use crate::db::sqlite::account::Tx;
use crate::db::sqlite::audit;
use crate::db::sqlite::open::{make_private, only_owner};
use crate::db::sqlite::rows::{self, space_columns};
use crate::db::sqlite::{FILE, Sqlite, fault};
use crate::db::{Inviting, Status, role_word};
use crate::error::HubError;
use linchpin_domain::epoch;
use linchpin_domain::space::Space;
use linchpin_domain::sum::Sum;
use rusqlite::{Connection, OpenFlags, params};
use std::path::{Path, PathBuf};

pub(super) fn invite(db: &Connection, inviting: &Inviting<'_>) -> Result<(), HubError> {
    let Inviting { email, role, region, hash, now_ms, expires_at, by } = inviting;
    let made_by = by.map(|by| by.to_string()).unwrap_or_default();
    db.execute(
        "INSERT INTO invitation (hash, email, role, region, made_at, expires_at, made_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![hash, email, role_word(*role), region, int(*now_ms), int(*expires_at), made_by],
    )
    .map_err(fault)?;
    audit::add(db, &inviting.note(), *now_ms)
}

pub(super) fn status(db: &Connection, now_ms: u64) -> Result<Status, HubError> {
    let count = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0)).map(uint).map_err(fault);
    let (network, hub, epoch) = db
        .query_row("SELECT network, id, epoch FROM hub", [], |row| {
            Ok((row.get(0)?, row.get(1)?, uint(row.get(2)?)))
        })
        .map_err(fault)?;
    let invitations = db
        .query_row(
            "SELECT count(*) FROM invitation WHERE used_at = 0 AND expires_at > ?1",
            [int(now_ms)],
            |row| row.get::<_, i64>(0),
        )
        .map(uint)
        .map_err(fault)?;
    Ok(Status {
        network,
        hub,
        epoch,
        people: count("SELECT count(*) FROM person")?,
        devices: count("SELECT count(*) FROM device WHERE revoked_at = 0")?,
        invitations,
        spaces: count("SELECT count(*) FROM space")?,
        records: count("SELECT count(*) FROM record")?,
        texts: count("SELECT count(*) FROM text_doc")?,
        entries: count("SELECT coalesce(sum(head), 0) FROM space")?,
        set_aside: count("SELECT count(*) FROM held")?,
        bytes: count("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")?,
    })
}

/// Writes a copy beside the wanted file, proves that it is whole and adds up, and only then gives it its name.
pub(super) fn backup(db: &Connection, file: &Path) -> Result<(), HubError> {
    let part = file.with_extension("part");
    let made = copy(db, &part).and_then(|()| verify(&part));
    let moved = made.and_then(|()| {
        std::fs::rename(&part, file).map_err(|error| HubError::File("name the copy".to_owned(), error))
    });
    if moved.is_err()
        && let Err(error) = std::fs::remove_file(&part)
    {
        tracing::debug!(%error, "no half copy to remove");
    }
    moved
}

fn copy(db: &Connection, part: &Path) -> Result<(), HubError> {
    if part.exists() {
        std::fs::remove_file(part)
            .map_err(|error| HubError::File("remove an old half copy".to_owned(), error))?;
    }
    let mut to = Connection::open(part).map_err(fault)?;
    only_owner(part, 0o600)
        .map_err(|error| HubError::File("keep the copy from others' eyes".to_owned(), error))?;
    {
        let backup = rusqlite::backup::Backup::new(db, &mut to).map_err(fault)?;
        backup.step(-1).map_err(fault)?;
    }
    // The copy is one file: nothing of it may lie in a log beside it.
    to.pragma_update_and_check(None, "journal_mode", "delete", |_| Ok(())).map_err(fault)?;
    to.close().map_err(|(_, error)| fault(error))
}

/// Proves that the store in a file is whole.
fn verify(file: &Path) -> Result<(), HubError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    check(&Connection::open_with_flags(file, flags).map_err(fault)?)
}

/// Proves that a store is whole: its pages, and every space's sum computed anew from its rows.
pub(super) fn check(db: &Connection) -> Result<(), HubError> {
    let sound: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).map_err(fault)?;
    if sound != "ok" {
        return Err(HubError::corrupt("its pages"));
    }
    let mut find = db
        .prepare("SELECT no, head, sum, floor, restored_head, name FROM space ORDER BY no")
        .map_err(fault)?;
    let spaces = find
        .query_map([], |row| Ok((space_columns(row)?, row.get::<_, String>(5)?)))
        .map_err(fault)?
        .collect::<Result<Vec<_>, _>>()
        .map_err(fault)?;
    for (columns, name) in spaces {
        let row = space_row(columns)?;
        let _space: Space = parsed(&name, "a space's name")?;
        if sum_of(db, row.no)? != row.sum {
            return Err(HubError::corrupt("a space whose sum does not add up"));
        }
    }
    Ok(())
}

fn sum_of(db: &Connection, space_no: i64) -> Result<Sum, HubError> {
    let mut sum = Sum::default();
    rows::each_record(db, space_no, &mut |record| {
        sum = sum.plus(Sum::of_record(&record.envelope));
        Ok(())
    })?;
    let mut find = db
        .prepare(
            "SELECT u.doc, u.bytes FROM text_doc d JOIN text_update u ON u.doc = d.doc WHERE d.space_no = ?1",
        )
        .map_err(fault)?;
    let mut found = find.query([space_no]).map_err(fault)?;
    while let Some(row) = found.next().map_err(fault)? {
        let doc: String = row.get(0).map_err(fault)?;
        let bytes: Vec<u8> = row.get(1).map_err(fault)?;
        sum = sum.plus(Sum::of_text(parsed(&doc, "a document's id")?, &bytes));
    }
    Ok(sum)
}

impl Sqlite {
    /// Puts a copy, once it is proven, into a folder that holds no hub, and begins a new epoch: a store of the old
    /// epoch must never be there to be served.
    ///
    /// # Errors
    /// [`HubError::HubThere`], [`HubError::LogThere`], or any fault of the disk; no hub is in the folder then.
    pub(crate) fn restore(folder: &Path, backup: &Path, random: u32, now_ms: u64) -> Result<u64, HubError> {
        Self::put_in(folder, || verify(backup), |part| begun_anew(backup, part, random, now_ms))
    }

    /// Runs `f` in a transaction on a copy that nobody else has open.
    ///
    /// # Errors
    /// Those of `f`, which leave no trace, or any fault of the disk.
    pub(crate) fn in_copy(copy: &Path, f: &mut InTx<'_>) -> Result<(), HubError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut db = Connection::open_with_flags(copy, flags).map_err(fault)?;
        let tx = db.transaction().map_err(fault)?;
        f(&mut Tx(&tx))?;
        tx.commit().map_err(fault)
    }

    /// Says whether a store may be put into a folder.
    ///
    /// # Errors
    /// [`HubError::HubThere`] or [`HubError::LogThere`].
    pub(crate) fn may_be_put_in(folder: &Path) -> Result<(), HubError> {
        let file = folder.join(FILE);
        if file.exists() {
            return Err(HubError::HubThere);
        }
        // SQLite would take a log of that name for the new store's own, and play it into it.
        if LOGS.iter().any(|end| with_end(&file, end).exists()) {
            return Err(HubError::LogThere);
        }
        Ok(())
    }

    /// Makes a store in a folder that holds none, once `first` found nothing to say against it. It gets its name
    /// last, when all of it is on disk.
    ///
    /// # Errors
    /// [`HubError::HubThere`], [`HubError::LogThere`], or any fault of the disk or of `make`; no hub is in the folder
    /// then.
    pub(super) fn put_in<T>(
        folder: &Path,
        first: impl FnOnce() -> Result<(), HubError>,
        make: impl FnOnce(&Path) -> Result<T, HubError>,
    ) -> Result<T, HubError> {
        let file = folder.join(FILE);
        Self::may_be_put_in(folder)?;
        first()?;
        make_private(folder)?;
        let part = file.with_extension("part");
        remove(&part);
        let named = make(&part).and_then(|value| {
            let said = |error| HubError::File("name the store".to_owned(), error);
            only_owner(&part, 0o600).map_err(said)?;
            std::fs::File::options()
                .write(true)
                .open(&part)
                .and_then(|file| file.sync_all())
                .map_err(said)?;
            std::fs::rename(&part, &file).and_then(|()| sync_folder(folder)).map_err(said)?;
            Ok(value)
        });
        if named.is_err() {
            remove(&part);
        }
        named
    }
}

/// What SQLite leaves beside a store.
const LOGS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Copies a backup, begins a new epoch in the copy, and leaves it on disk as one file.
fn begun_anew(backup: &Path, part: &Path, random: u32, now_ms: u64) -> Result<u64, HubError> {
    let said = |error| HubError::File("copy the backup".to_owned(), error);
    std::fs::copy(backup, part).map_err(said)?;
    only_owner(part, 0o600).map_err(said)?;
    let sqlite = Sqlite::open_at(part)?;
    let epoch = sqlite.write(|db| new_epoch(db, random, now_ms))?;
    sqlite.close_as_one_file()?;
    Ok(epoch)
}

/// Returns a path with more at its end.
pub(crate) fn with_end(file: &Path, end: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// Removes a half copy with what lies beside it.
pub(super) fn remove(part: &Path) {
    for end in [""].iter().chain(&LOGS) {
        if let Err(error) = std::fs::remove_file(with_end(part, end))
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "a half copy could not be removed");
        }
    }
}

/// Makes a rename last; systems that cannot open a folder do so by themselves.
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) { std::fs::File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Begins a new epoch. Nonces and sessions are forgotten with it: what desks show now is of a time that the copy lacks.
pub(super) fn new_epoch(db: &Connection, random: u32, now_ms: u64) -> Result<u64, HubError> {
    let before =
        db.query_row("SELECT epoch FROM hub", [], |row| row.get::<_, i64>(0)).map(uint).map_err(fault)?;
    let epoch = epoch::next(before, random);
    db.execute("UPDATE hub SET epoch = ?1", [int(epoch)]).map_err(fault)?;
    db.execute_batch(
        "UPDATE space SET restored_head = head; UPDATE replica SET nonce = '';
         DELETE FROM session WHERE ended_at = 0;",
    )
    .map_err(fault)?;
    audit::add(db, &Note::by_operator(Noted::EpochBegan, &epoch), now_ms)?;
    Ok(epoch)
}
