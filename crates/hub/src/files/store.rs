//! What the hub's store holds of files: which are whole, which are on their way. Each function is one transaction, and
//! each asks `can()` inside it.

use crate::db::HubDb;
use crate::db::account::{AccountTx, Row, number, text};
use crate::db::moving::Cell;
use crate::db::read::{hand_of, int};
use crate::db::sqlite::Sqlite;
use crate::error::HubError;
use crate::scope::Scope;
use linchpin_domain::can::{Action, Decision, Facts, can};
use linchpin_domain::space::Space;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::files::{FILE_COUNTS_BYTES, FileRequest, PERSON_BYTES, quota};
use std::path::Path;

/// Where the bytes of a file lie, and how many they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) name: String,
    pub(super) size: u64,
}

/// What there is of a file that somebody asks for.
pub(super) enum There {
    /// All of it.
    Whole(Stored),
    /// It is on its way up from the asker's device.
    OnItsWay(Stored),
    /// Nothing that the asker may know of.
    Nothing,
}

/// What was found, or why it is not told.
pub(super) type Told<T> = Result<Result<T, ErrorCode>, HubError>;

type Tx<'a> = &'a mut dyn AccountTx;

/// Runs `f` in a transaction that writes; what it refuses is undone by having changed nothing.
pub(super) fn write<T>(db: &dyn HubDb, f: impl Fn(Tx<'_>) -> Result<T, HubError>) -> Result<T, HubError> {
    let mut value = None;
    db.account_write(&mut |tx| {
        value = Some(f(tx)?);
        Ok(())
    })?;
    value.ok_or_else(|| HubError::corrupt("what a transaction came to"))
}

/// Runs `f` on one unmoving state.
pub(super) fn read<T>(db: &dyn HubDb, f: impl Fn(Tx<'_>) -> Result<T, HubError>) -> Result<T, HubError> {
    let mut value = None;
    db.account_read(&mut |tx| {
        value = Some(f(tx)?);
        Ok(())
    })?;
    value.ok_or_else(|| HubError::corrupt("what was read"))
}

/// Returns the number of a space in which somebody may do something. One that they may not read answers as one that
/// does not exist.
fn allowed(tx: Tx<'_>, scope: &Scope, space: &Space, action: Action) -> Told<Cell> {
    let Some(row) = tx.row("SELECT no FROM space WHERE name = $1", &[text(space)])? else {
        return Ok(Err(ErrorCode::NotFound));
    };
    let no = number(row.number(0)?);
    let sql = "SELECT who, given FROM access WHERE space_no = $1 AND who IN ('*', $2)";
    let rows = tx.rows(sql, &[no.clone(), text(scope.person)])?;
    let pair = |row: &Row| Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned()));
    let given = rows.iter().map(pair).collect::<Result<Vec<_>, HubError>>()?;
    let facts = Facts::of(space.kind(), hand_of(scope, space, &given));
    Ok(match can(&scope.principal, action, &facts) {
        Decision::Allowed => Ok(no),
        Decision::NotYours | Decision::Together | Decision::Frozen => Err(ErrorCode::NotAllowed),
        Decision::NotHere | Decision::NoAccount => Err(ErrorCode::NotFound),
    })
}

fn stored(row: Option<Row>) -> Result<Option<Stored>, HubError> {
    row.map(|row| Ok(Stored { name: row.text(0)?.to_owned(), size: row.number(1)? })).transpose()
}

fn there(tx: Tx<'_>, scope: &Scope, no: &Cell, sha256: &str) -> Result<There, HubError> {
    let sql = "SELECT stored, size FROM file WHERE space_no = $1 AND sha256 = $2";
    if let Some(whole) = stored(tx.row(sql, &[no.clone(), text(sha256)])?)? {
        return Ok(There::Whole(whole));
    }
    let sql = "SELECT stored, size FROM file_upload WHERE space_no = $1 AND sha256 = $2 AND device = $3";
    let upload = stored(tx.row(sql, &[no.clone(), text(sha256), text(scope.device)])?)?;
    Ok(upload.map_or(There::Nothing, There::OnItsWay))
}

/// Looks what there is of a file, for somebody who wants to do something with it.
pub(super) fn look(
    db: &dyn HubDb,
    scope: &Scope,
    (space, sha256): (&Space, &str),
    action: Action,
) -> Told<There> {
    read(db, |tx| match allowed(tx, scope, space, action)? {
        Ok(no) => there(tx, scope, &no, sha256).map(Ok),
        Err(code) => Ok(Err(code)),
    })
}

/// Keeps everybody else from a space's files until the transaction is over, for somebody who may add to them. What is
/// decided is decided behind it: things are as whoever came before left them. Whoever may not waits for nobody, and so
/// learns nothing by waiting.
fn alone(tx: Tx<'_>, scope: &Scope, space: &Space) -> Told<Cell> {
    if let Err(code) = allowed(tx, scope, space, Action::BlobPut)? {
        return Ok(Err(code));
    }
    tx.row_to_change("SELECT no FROM space WHERE name = $1", &[text(space)])?;
    allowed(tx, scope, space, Action::BlobPut)
}

/// Begins to take a file in, where it is not here or on its way and there is room for it; `room` says whether there is
/// on the disk.
pub(super) fn begin(
    db: &dyn HubDb,
    scope: &Scope,
    wanted: &FileRequest,
    (fresh, room): (&str, bool),
    now_ms: u64,
) -> Told<There> {
    let FileRequest { space, sha256, size } = wanted;
    write(db, |tx| {
        let no = match alone(tx, scope, space)? {
            Ok(no) => no,
            Err(code) => return Ok(Err(code)),
        };
        match there(tx, scope, &no, sha256)? {
            There::Nothing => {}
            There::Whole(known) | There::OnItsWay(known) if known.size != *size => {
                return Ok(Err(ErrorCode::WrongFile));
            }
            known => return Ok(Ok(known)),
        }
        let in_space = taken(tx, &no)?.saturating_add(*size);
        let of_person = taken_by(tx, scope)?.saturating_add(size + FILE_COUNTS_BYTES);
        if !room || in_space > quota(space.kind()) || of_person > PERSON_BYTES {
            return Ok(Err(ErrorCode::NoRoom));
        }
        let sql = "INSERT INTO file_upload (space_no, sha256, device, size, stored, begun_at)
             VALUES ($1, $2, $3, $4, $5, $6)";
        let values = [no, text(sha256), text(scope.device), number(*size), text(fresh), number(now_ms)];
        tx.run(sql, &values)?;
        Ok(Ok(There::OnItsWay(Stored { name: fresh.to_owned(), size: *size })))
    })
}

/// Returns how many bytes the files of a space have, those on their way included.
fn taken(tx: Tx<'_>, no: &Cell) -> Result<u64, HubError> {
    let mut bytes = 0_u64;
    for table in ["file", "file_upload"] {
        let sql = format!("SELECT CAST(coalesce(sum(size), 0) AS BIGINT) FROM {table} WHERE space_no = $1");
        let row = tx.row(&sql, std::slice::from_ref(no))?;
        bytes = bytes.saturating_add(row.map_or(Ok(0), |row| row.number(0))?);
    }
    Ok(bytes)
}

/// Returns how much a person's files count in all spaces, those on their way included. What one person begins at once
/// in two spaces may go past the end by as much.
fn taken_by(tx: Tx<'_>, scope: &Scope) -> Result<u64, HubError> {
    let sum = |size| format!("SELECT CAST(coalesce(sum({size} + {FILE_COUNTS_BYTES}), 0) AS BIGINT) FROM");
    let whole = format!("{} file WHERE added_by = $1", sum("size"));
    let way = "file_upload u JOIN device d ON d.id = u.device WHERE d.person = $1";
    let on_their_way = format!("{} {way}", sum("u.size"));
    let mut bytes = 0_u64;
    for sql in [whole, on_their_way] {
        let row = tx.row(&sql, &[text(scope.person)])?;
        bytes = bytes.saturating_add(row.map_or(Ok(0), |row| row.number(0))?);
    }
    Ok(bytes)
}

/// Notes that a file is whole, under the name where all of it lies; false where it was so before.
pub(super) fn finish(
    db: &dyn HubDb,
    scope: &Scope,
    wanted: &FileRequest,
    upload: &Stored,
    fresh: &str,
    now_ms: u64,
) -> Told<bool> {
    let FileRequest { space, sha256, size } = wanted;
    write(db, |tx| {
        let no = match alone(tx, scope, space)? {
            Ok(no) => no,
            Err(code) => return Ok(Err(code)),
        };
        tx.run("DELETE FROM file_upload WHERE stored = $1", &[text(&upload.name)])?;
        let sql = "INSERT INTO file (space_no, sha256, size, stored, added_by, added_at)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
        let values = [no, text(sha256), number(*size), text(fresh), text(scope.person), number(now_ms)];
        Ok(Ok(tx.run(sql, &values)? > 0))
    })
}

/// Forgets a file on its way.
pub(super) fn forget(db: &dyn HubDb, upload: &str) -> Result<(), HubError> {
    write(db, |tx| tx.run("DELETE FROM file_upload WHERE stored = $1", &[text(upload)]).map(|_| ()))
}

/// Tells whether a file is still on its way up under a name.
pub(super) fn is_on_its_way(db: &dyn HubDb, upload: &str) -> Result<bool, HubError> {
    let sql = "SELECT stored FROM file_upload WHERE stored = $1";
    read(db, |tx| Ok(tx.row(sql, &[text(upload)])?.is_some()))
}

/// Lets go of a file that was whole: its bytes are gone, and it may come up again.
pub(super) fn let_go(db: &dyn HubDb, name: &str) -> Result<(), HubError> {
    write(db, |tx| tx.run(LET_GO, &[text(name)]).map(|_| ()))
}

const LET_GO: &str = "DELETE FROM file WHERE stored = $1";

/// A file that is whole, with its space and the hash that its bytes have.
pub(super) struct Whole {
    pub(super) stored: Stored,
    pub(super) sha256: String,
    pub(super) space: String,
}

/// Returns every file that is whole, by name.
pub(super) fn all(db: &dyn HubDb) -> Result<Vec<Whole>, HubError> {
    read(db, all_in)
}

/// As [`all`], of a copy of the store that nobody else has open.
pub(super) fn all_of_copy(copy: &Path) -> Result<Vec<Whole>, HubError> {
    let mut all = Vec::new();
    Sqlite::in_copy(copy, &mut |tx| {
        all = all_in(tx)?;
        Ok(())
    })?;
    Ok(all)
}

/// Lets go of files in a copy of the store.
pub(super) fn let_go_in_copy(copy: &Path, names: &[String]) -> Result<(), HubError> {
    Sqlite::in_copy(copy, &mut |tx| {
        names.iter().try_for_each(|name| tx.run(LET_GO, &[text(name)]).map(|_| ()))
    })
}

fn all_in(tx: Tx<'_>) -> Result<Vec<Whole>, HubError> {
    let sql = "SELECT f.stored, f.size, f.sha256, s.name FROM file f JOIN space s ON s.no = f.space_no
         ORDER BY f.stored";
    let whole = |row: &Row| {
        let stored = Stored { name: row.text(0)?.to_owned(), size: row.number(1)? };
        Ok(Whole { stored, sha256: row.text(2)?.to_owned(), space: row.text(3)?.to_owned() })
    };
    tx.rows(sql, &[])?.iter().map(whole).collect()
}

/// Tells whether a file that is whole lies under a name.
pub(super) fn is_there(db: &dyn HubDb, name: &str) -> Result<bool, HubError> {
    read(db, |tx| Ok(tx.row("SELECT stored FROM file WHERE stored = $1", &[text(name)])?.is_some()))
}

/// Returns every file on its way, by name, with when it was begun.
pub(super) fn on_their_way(db: &dyn HubDb) -> Result<Vec<(Stored, u64)>, HubError> {
    let rows = read(db, |tx| tx.rows("SELECT stored, size, begun_at FROM file_upload ORDER BY stored", &[]))?;
    let upload = |row: &Row| {
        let stored = Stored { name: row.text(0)?.to_owned(), size: row.number(1)? };
        Ok((stored, row.number(2)?))
    };
    rows.iter().map(upload).collect()
}

/// Returns every space that has files, by its number.
pub(super) fn spaces(db: &dyn HubDb) -> Result<Vec<u64>, HubError> {
    let rows = read(db, |tx| tx.rows("SELECT DISTINCT space_no FROM file ORDER BY 1", &[]))?;
    rows.iter().map(|row| row.number(0)).collect()
}

/// Notes since when files of a space are idle, by the hashes that its records speak of, and forgets those that have
/// been since `until`; returns the names of those. Where `dry` says so, nothing changes.
pub(super) fn sweep_space(
    db: &dyn HubDb,
    no: u64,
    (now_ms, until_ms): (u64, u64),
    dry: bool,
    spoken_of: &dyn Fn(&str) -> Result<Option<String>, HubError>,
) -> Result<Vec<Stored>, HubError> {
    write(db, |tx| {
        let no = Cell::Int(int(no));
        // A record that is only being written is waited for.
        tx.row_to_change("SELECT no FROM space WHERE no = $1", std::slice::from_ref(&no))?;
        let sql = "SELECT fields FROM record WHERE space_no = $1 AND kind = 'file'";
        let mut known = std::collections::BTreeSet::new();
        for row in tx.rows(sql, std::slice::from_ref(&no))? {
            known.extend(spoken_of(row.text(0)?)?);
        }
        let sql = "SELECT stored, size, sha256, idle_since FROM file WHERE space_no = $1";
        let mut gone = Vec::new();
        for row in tx.rows_to_change(sql, std::slice::from_ref(&no))? {
            let (name, since) = (row.text(0)?, row.number(3)?);
            let idle = !known.contains(row.text(2)?);
            if idle && since != 0 && since <= until_ms {
                gone.push(Stored { name: name.to_owned(), size: row.number(1)? });
                if !dry {
                    tx.run(LET_GO, &[text(name)])?;
                }
            } else if !dry && idle != (since != 0) {
                let now = number(if idle { now_ms.max(1) } else { 0 });
                tx.run("UPDATE file SET idle_since = $1 WHERE stored = $2", &[now, text(name)])?;
            }
        }
        Ok(gone)
    })
}
