//! What this computer has of files: which are on their way to the hub or from it, which are here, and their bytes while
//! they lie in the store. Files that people added and the hub has not taken lie here whatever their size, and so in every
//! copy of the store.

use crate::codec::{int, uint};
use crate::door::Door;
use crate::error::StoreError;
use crate::table::Migration;
use linchpin_domain::id::RecordId;
use linchpin_domain::record::Tag;
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

pub(crate) const MIGRATIONS: &[Migration] = &[Migration::breaking(
    20,
    "CREATE TABLE file_copy (
        no INTEGER PRIMARY KEY AUTOINCREMENT,
        space INTEGER NOT NULL REFERENCES space (no),
        sha256 TEXT NOT NULL,
        size INTEGER NOT NULL,
        state TEXT NOT NULL,
        own INTEGER NOT NULL,
        pinned INTEGER NOT NULL,
        refused TEXT NOT NULL DEFAULT '',
        stored TEXT NOT NULL DEFAULT '',
        key BLOB NOT NULL DEFAULT x'',
        record BLOB NOT NULL DEFAULT x'',
        UNIQUE (space, sha256)
    ) STRICT;
    CREATE INDEX file_copy_by_state ON file_copy (state, no);
    CREATE TABLE file_piece (
        file INTEGER NOT NULL REFERENCES file_copy (no) ON DELETE CASCADE,
        piece INTEGER NOT NULL,
        bytes BLOB NOT NULL,
        PRIMARY KEY (file, piece)
    ) STRICT;",
)];

/// Where a file is between this computer and the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileStands {
    /// It was added here, and the hub has not taken it yet.
    Sending,
    /// It was asked for, and is not here yet.
    Coming,
    /// It is here, and the hub has it.
    Here,
}

const STANDS: [(FileStands, &str); 3] =
    [(FileStands::Sending, "sending"), (FileStands::Coming, "coming"), (FileStands::Here, "here")];

impl FileStands {
    fn name(self) -> &'static str {
        STANDS.iter().find(|(known, _)| *known == self).map_or("here", |(_, name)| name)
    }
}

/// What this computer has of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileRow {
    pub(crate) no: i64,
    pub(crate) space: i64,
    pub(crate) sha256: String,
    pub(crate) size: u64,
    pub(crate) stands: FileStands,
    /// Whether it was added here and the hub never had it, as far as is known.
    pub(crate) own: bool,
    pub(crate) pinned: bool,
    /// Why the hub does not take it, in one word; empty where it did not say so.
    pub(crate) refused: String,
    /// Under which name its bytes lie outside the store; empty while they lie in it.
    pub(crate) stored: String,
    /// What opens them there.
    pub(crate) key: Vec<u8>,
    /// The record with which it was added here; none where it was not.
    pub(crate) record: Option<RecordId>,
}

const COLUMNS: &str = "no, space, sha256, size, state, own, pinned, refused, stored, key, record";

fn raw(row: &Row<'_>) -> rusqlite::Result<(FileRow, String)> {
    let file = FileRow {
        no: row.get(0)?,
        space: row.get(1)?,
        sha256: row.get(2)?,
        size: uint(row.get(3)?),
        stands: FileStands::Here,
        own: row.get(5)?,
        pinned: row.get(6)?,
        refused: row.get(7)?,
        stored: row.get(8)?,
        key: row.get(9)?,
        record: Uuid::from_slice(&row.get::<_, Vec<u8>>(10)?).ok().map(RecordId),
    };
    Ok((file, row.get(4)?))
}

fn read((file, state): (FileRow, String)) -> Result<FileRow, StoreError> {
    let stands = STANDS.iter().find(|(_, name)| *name == state).map(|(stands, _)| *stands);
    Ok(FileRow { stands: stands.ok_or(StoreError::Corrupt)?, ..file })
}

pub(crate) fn get(db: &Connection, space: i64, sha256: &str) -> Result<Option<FileRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM file_copy WHERE space = ?1 AND sha256 = ?2");
    db.prepare_cached(&sql)?.query_row(params![space, sha256], raw).optional()?.map(read).transpose()
}

/// Returns those that stand somewhere, in the order in which they were added or asked for.
pub(crate) fn standing(db: &Connection, stands: FileStands) -> Result<Vec<FileRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM file_copy WHERE state = ?1 ORDER BY no");
    let mut query = db.prepare_cached(&sql)?;
    let rows = query.query_map([stands.name()], raw)?;
    rows.map(|row| read(row?)).collect()
}

/// Returns all of them, in the order in which they were added or asked for.
pub(crate) fn all(db: &Connection) -> Result<Vec<FileRow>, StoreError> {
    let mut rows = Vec::new();
    for (stands, _) in STANDS {
        rows.extend(standing(db, stands)?);
    }
    rows.sort_by_key(|row| row.no);
    Ok(rows)
}

/// Adds a file that is not here; returns its number.
pub(crate) fn add(door: &mut Door<'_>, file: &FileRow) -> Result<i64, StoreError> {
    let sql = "INSERT INTO file_copy (space, sha256, size, state, own, pinned, record)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let FileRow { space, sha256, size, stands, own, pinned, record, .. } = file;
    let values = params![space, sha256, int(*size), stands.name(), own, pinned, sixteen(record.as_ref())];
    door.db.prepare_cached(sql)?.execute(values)?;
    door.touched.tag(Tag::Files);
    Ok(door.db.last_insert_rowid())
}

/// Returns a record's id as it is stored.
fn sixteen(record: Option<&RecordId>) -> &[u8] {
    match record {
        Some(record) => record.0.as_bytes(),
        None => &[],
    }
}

/// Stores where a file stands.
pub(crate) fn save(door: &mut Door<'_>, file: &FileRow) -> Result<(), StoreError> {
    let sql = "UPDATE file_copy SET state = ?2, own = ?3, pinned = ?4, refused = ?5, stored = ?6, key = ?7, size = ?8,
         record = ?9 WHERE no = ?1";
    let FileRow { no, stands, own, pinned, refused, stored, key, size, record, .. } = file;
    let (size, record) = (int(*size), sixteen(record.as_ref()));
    let values = params![no, stands.name(), own, pinned, refused, stored, key, size, record];
    door.db.prepare_cached(sql)?.execute(values)?;
    door.touched.tag(Tag::Files);
    Ok(())
}

/// Offers everything again that is here, whoever added it: a hub that went back may not have it any more, and whoever
/// added it may never come back. Where the hub did not say that it went back it has them, and none counts as never taken;
/// where it did, what was added here may be here alone, and stays when access ends.
pub(crate) fn offer_again(door: &mut Door<'_>, went_back: bool) -> Result<(), StoreError> {
    let sql = "UPDATE file_copy SET state = 'sending', own = own AND ?1, refused = '' WHERE state = 'here'";
    if door.db.prepare_cached(sql)?.execute([went_back])? > 0 {
        door.touched.tag(Tag::Files);
    }
    Ok(())
}

/// What was added here and the hub never took.
pub(crate) const UNSENT: &str = "own = 1 AND state = 'sending' AND record <> x''";

/// Returns the files of a space that were added here and that the hub never took, each with its record.
pub(crate) fn unsent(db: &Connection, space: i64) -> Result<Vec<FileRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM file_copy WHERE space = ?1 AND {UNSENT} ORDER BY no");
    let mut query = db.prepare_cached(&sql)?;
    let rows = query.query_map([space], raw)?;
    rows.map(|row| read(row?)).collect()
}

/// Returns the file that was added here with a record, where the hub never took it.
pub(crate) fn unsent_with(db: &Connection, record: RecordId) -> Result<Option<FileRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM file_copy WHERE record = ?1 AND {UNSENT}");
    db.prepare_cached(&sql)?.query_row([record.0.as_bytes()], raw).optional()?.map(read).transpose()
}

/// Removes a file that is here.
pub(crate) fn remove(door: &mut Door<'_>, file: i64) -> Result<(), StoreError> {
    door.db.prepare_cached("DELETE FROM file_copy WHERE no = ?1")?.execute([file])?;
    door.touched.tag(Tag::Files);
    Ok(())
}

/// Removes what is here of a space's files, their keys with them, all but what was added here and the hub never took.
pub(crate) fn remove_of_space(door: &mut Door<'_>, space: i64) -> Result<(), StoreError> {
    let gone =
        door.db.execute(&format!("DELETE FROM file_copy WHERE space = ?1 AND NOT ({UNSENT})"), [space])?;
    if gone > 0 {
        door.touched.tag(Tag::Files);
    }
    Ok(())
}

/// Puts a piece of a file down, in place of what lay there.
pub(crate) fn put_piece(door: &mut Door<'_>, file: i64, piece: u32, bytes: &[u8]) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO file_piece (file, piece, bytes) VALUES (?1, ?2, ?3)";
    door.db.prepare_cached(sql)?.execute(params![file, piece, bytes])?;
    Ok(())
}

pub(crate) fn piece(db: &Connection, file: i64, piece: u32) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "SELECT bytes FROM file_piece WHERE file = ?1 AND piece = ?2";
    Ok(db.prepare_cached(sql)?.query_row(params![file, piece], |row| row.get(0)).optional()?)
}

/// Returns which pieces of a file lie in the store.
pub(crate) fn pieces(db: &Connection, file: i64) -> Result<Vec<u32>, StoreError> {
    let mut query = db.prepare_cached("SELECT piece FROM file_piece WHERE file = ?1 ORDER BY piece")?;
    let rows = query.query_map([file], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn remove_pieces(door: &mut Door<'_>, file: i64) -> Result<(), StoreError> {
    door.db.prepare_cached("DELETE FROM file_piece WHERE file = ?1")?.execute([file])?;
    Ok(())
}
