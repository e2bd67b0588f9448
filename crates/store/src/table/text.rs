//! Text documents: facts about each, the log of updates, and the folded snapshot. The log is only added to;
//! folding marks rows as covered, and they stay ninety days for the history of an answer, which begins at the base:
//! what stood before the first row that is still here. What the bytes mean is not known here.

use crate::codec::{int, person, sum, sum_bytes, uint, uuid};
use crate::door::Door;
use crate::error::StoreError;
use crate::table::Migration;
use linchpin_domain::id::{AnswerId, PersonId};
use linchpin_domain::sum::Sum;
use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration::breaking(
        7,
        "CREATE TABLE text_doc (
        doc BLOB PRIMARY KEY NOT NULL,
        space INTEGER NOT NULL REFERENCES space (no),
        schema INTEGER NOT NULL DEFAULT 0,
        words INTEGER NOT NULL DEFAULT 0,
        characters INTEGER NOT NULL DEFAULT 0,
        changed_at INTEGER NOT NULL DEFAULT 0,
        changed_by BLOB NOT NULL,
        saved_at INTEGER,
        sent_at INTEGER,
        last_seq INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX text_doc_space ON text_doc (space);
    CREATE TABLE text_update (
        no INTEGER PRIMARY KEY AUTOINCREMENT,
        doc BLOB NOT NULL REFERENCES text_doc (doc) ON DELETE CASCADE,
        sha BLOB NOT NULL,
        seq INTEGER,
        author BLOB NOT NULL,
        at INTEGER NOT NULL,
        schema INTEGER NOT NULL,
        bytes BLOB NOT NULL,
        own INTEGER NOT NULL DEFAULT 0,
        counted INTEGER NOT NULL DEFAULT 0,
        folded_at INTEGER,
        unreadable INTEGER NOT NULL DEFAULT 0,
        UNIQUE (doc, sha)
    ) STRICT;
    CREATE INDEX text_update_live ON text_update (doc, no) WHERE folded_at IS NULL;
    CREATE INDEX text_update_doc ON text_update (doc, no);
    CREATE INDEX text_update_folded ON text_update (folded_at) WHERE folded_at IS NOT NULL;
    CREATE TABLE text_snapshot (
        doc BLOB PRIMARY KEY NOT NULL REFERENCES text_doc (doc) ON DELETE CASCADE,
        bytes BLOB NOT NULL,
        sum BLOB NOT NULL,
        at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE quarantine (
        no INTEGER PRIMARY KEY AUTOINCREMENT,
        space INTEGER NOT NULL REFERENCES space (no),
        doc BLOB NOT NULL,
        author BLOB NOT NULL,
        bytes BLOB NOT NULL,
        reason TEXT NOT NULL,
        at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX quarantine_space ON quarantine (space);",
    ),
    Migration::breaking(
        16,
        "CREATE TABLE text_base (
        doc BLOB PRIMARY KEY NOT NULL REFERENCES text_doc (doc) ON DELETE CASCADE,
        bytes BLOB NOT NULL
    ) STRICT;",
    ),
];

/// Facts about a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DocRow {
    pub(crate) doc: AnswerId,
    pub(crate) space_no: i64,
    pub(crate) schema: u16,
    pub(crate) words: u32,
    pub(crate) characters: u32,
    pub(crate) changed_at: u64,
    pub(crate) changed_by: PersonId,
    /// When own words were last saved here.
    pub(crate) saved_at: Option<u64>,
    /// When the hub last acknowledged own words.
    pub(crate) sent_at: Option<u64>,
    pub(crate) last_seq: u64,
}

/// One update of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredUpdate {
    /// Its number on this computer; rises with each update.
    pub row: i64,
    /// The bytes, Yjs v1.
    pub bytes: Vec<u8>,
    /// The hub's number; none while the hub has not acknowledged it.
    pub seq: Option<u64>,
    /// Who made it.
    pub author: PersonId,
    /// When, milliseconds since 1970.
    pub at: u64,
    /// The editor's schema its content needs.
    pub schema: u16,
    /// Whether it was made here and the hub has not acknowledged it.
    pub own_unsent: bool,
}

/// An update to be added.
pub(crate) struct NewUpdate<'a> {
    pub(crate) doc: AnswerId,
    pub(crate) bytes: &'a [u8],
    pub(crate) seq: Option<u64>,
    pub(crate) author: PersonId,
    pub(crate) at: u64,
    pub(crate) schema: u16,
    pub(crate) own: bool,
}

/// The log row of some bytes, if they are known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    pub(crate) no: i64,
    pub(crate) counted: bool,
}

pub(crate) fn sha(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

pub(crate) fn doc(db: &Connection, doc: AnswerId) -> Result<Option<DocRow>, StoreError> {
    let sql = "SELECT doc, space, schema, words, characters, changed_at, changed_by, saved_at, sent_at,
                   last_seq
               FROM text_doc WHERE doc = ?1";
    let row = db
        .prepare_cached(sql)?
        .query_row([doc.0.as_bytes()], |row| {
            Ok(DocRow {
                doc: AnswerId(uuid(row, 0)?),
                space_no: row.get(1)?,
                schema: row.get(2)?,
                words: row.get(3)?,
                characters: row.get(4)?,
                changed_at: uint(row.get(5)?),
                changed_by: person(row, 6)?,
                saved_at: row.get::<_, Option<i64>>(7)?.map(uint),
                sent_at: row.get::<_, Option<i64>>(8)?.map(uint),
                last_seq: uint(row.get(9)?),
            })
        })
        .optional()?;
    Ok(row)
}

pub(crate) fn save_doc(door: &mut Door<'_>, row: &DocRow) -> Result<(), StoreError> {
    let sql = "INSERT INTO text_doc (doc, space, schema, words, characters, changed_at, changed_by, saved_at,
                   sent_at, last_seq)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
               ON CONFLICT (doc) DO UPDATE SET space = ?2, schema = ?3, words = ?4, characters = ?5,
                   changed_at = ?6, changed_by = ?7, saved_at = ?8, sent_at = ?9, last_seq = ?10";
    door.db.prepare_cached(sql)?.execute(params![
        row.doc.0.as_bytes(),
        row.space_no,
        row.schema,
        row.words,
        row.characters,
        int(row.changed_at),
        row.changed_by.0.as_bytes(),
        row.saved_at.map(int),
        row.sent_at.map(int),
        int(row.last_seq)
    ])?;
    Ok(())
}

/// Returns the document, made where it is new.
pub(crate) fn ensure_doc(door: &mut Door<'_>, id: AnswerId, space_no: i64) -> Result<DocRow, StoreError> {
    if let Some(row) = doc(door.db, id)? {
        return Ok(row);
    }
    let row = DocRow {
        doc: id,
        space_no,
        schema: 0,
        words: 0,
        characters: 0,
        changed_at: 0,
        changed_by: crate::codec::NOBODY,
        saved_at: None,
        sent_at: None,
        last_seq: 0,
    };
    save_doc(door, &row)?;
    Ok(row)
}

pub(crate) fn docs_of_space(db: &Connection, space_no: i64) -> Result<Vec<AnswerId>, StoreError> {
    let mut query = db.prepare_cached("SELECT doc FROM text_doc WHERE space = ?1")?;
    let rows = query.query_map([space_no], |row| uuid(row, 0).map(AnswerId))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn known(db: &Connection, doc: AnswerId, bytes: &[u8]) -> Result<Option<Known>, StoreError> {
    let sql = "SELECT no, counted FROM text_update WHERE doc = ?1 AND sha = ?2";
    let row = db
        .prepare_cached(sql)?
        .query_row(params![doc.0.as_bytes(), sha(bytes)], |row| {
            Ok(Known { no: row.get(0)?, counted: row.get(1)? })
        })
        .optional()?;
    Ok(row)
}

pub(crate) fn add(door: &mut Door<'_>, update: &NewUpdate<'_>) -> Result<i64, StoreError> {
    let sql = "INSERT INTO text_update (doc, sha, seq, author, at, schema, bytes, own)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    door.db.prepare_cached(sql)?.execute(params![
        update.doc.0.as_bytes(),
        sha(update.bytes),
        update.seq.map(int),
        update.author.0.as_bytes(),
        int(update.at),
        update.schema,
        update.bytes,
        update.own
    ])?;
    Ok(door.db.last_insert_rowid())
}

/// Notes the hub's number of an update, and whether the space's checksum holds it.
pub(crate) fn set_seq(
    door: &mut Door<'_>,
    no: i64,
    seq: Option<u64>,
    counted: bool,
) -> Result<(), StoreError> {
    let sql = "UPDATE text_update SET seq = ?2, counted = ?3 WHERE no = ?1";
    door.db.prepare_cached(sql)?.execute(params![no, seq.map(int), counted])?;
    Ok(())
}

const UPDATE: &str = "no, bytes, seq, author, at, schema, own";

fn update(row: &Row<'_>) -> rusqlite::Result<StoredUpdate> {
    let seq = row.get::<_, Option<i64>>(2)?.map(uint);
    Ok(StoredUpdate {
        row: row.get(0)?,
        bytes: row.get(1)?,
        seq,
        author: person(row, 3)?,
        at: uint(row.get(4)?),
        schema: row.get(5)?,
        own_unsent: seq.is_none() && row.get::<_, bool>(6)?,
    })
}

/// Returns the updates that no snapshot covers, from above a row on; those that cannot be read are left out.
pub(crate) fn live(db: &Connection, doc: AnswerId, after: i64) -> Result<Vec<StoredUpdate>, StoreError> {
    let sql = format!(
        "SELECT {UPDATE} FROM text_update
         WHERE doc = ?1 AND no > ?2 AND folded_at IS NULL AND unreadable = 0 ORDER BY no"
    );
    let mut query = db.prepare_cached(&sql)?;
    let rows = query.query_map(params![doc.0.as_bytes(), after], update)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Returns the updates after a row, covered ones included: what came since may have been folded since.
pub(crate) fn since(db: &Connection, doc: AnswerId, after: i64) -> Result<Vec<StoredUpdate>, StoreError> {
    let sql =
        format!("SELECT {UPDATE} FROM text_update WHERE doc = ?1 AND no > ?2 AND unreadable = 0 ORDER BY no");
    let mut query = db.prepare_cached(&sql)?;
    let rows = query.query_map(params![doc.0.as_bytes(), after], update)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Returns every update that is still here, covered ones included.
pub(crate) fn whole_log(db: &Connection, doc: AnswerId) -> Result<Vec<StoredUpdate>, StoreError> {
    let sql = format!("SELECT {UPDATE} FROM text_update WHERE doc = ?1 AND unreadable = 0 ORDER BY no");
    let mut query = db.prepare_cached(&sql)?;
    let rows = query.query_map([doc.0.as_bytes()], update)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Returns the hub's last number of an update that somebody else wrote; none where no such update is here.
pub(crate) fn last_seq_of_others(
    db: &Connection,
    doc: AnswerId,
    person: PersonId,
) -> Result<Option<u64>, StoreError> {
    let sql = "SELECT max(seq) FROM text_update WHERE doc = ?1 AND author NOT IN (?2, ?3)";
    let values = params![doc.0.as_bytes(), person.0.as_bytes(), crate::codec::NOBODY.0.as_bytes()];
    let seq: Option<i64> = db.prepare_cached(sql)?.query_row(values, |row| row.get(0))?;
    Ok(seq.map(uint))
}

/// Returns the documents of a space that were written in on this computer.
pub(crate) fn written_here(db: &Connection, space_no: i64) -> Result<Vec<AnswerId>, StoreError> {
    let mut query =
        db.prepare_cached("SELECT doc FROM text_doc WHERE space = ?1 AND saved_at IS NOT NULL")?;
    let rows = query.query_map([space_no], |row| Ok(AnswerId(uuid(row, 0)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Returns how many updates of a person the log of a document holds, and when the first of them was made that the
/// hub numbered after `seq` or has not numbered yet.
pub(crate) fn first_beyond(
    db: &Connection,
    doc: AnswerId,
    person: PersonId,
    seq: u64,
) -> Result<(u64, Option<u64>), StoreError> {
    let sql = "SELECT count(*), min(at) FILTER (WHERE seq IS NULL OR seq > ?3)
               FROM text_update WHERE doc = ?1 AND author = ?2";
    let values = params![doc.0.as_bytes(), person.0.as_bytes(), int(seq)];
    let row = |row: &Row<'_>| Ok((uint(row.get(0)?), row.get::<_, Option<i64>>(1)?.map(uint)));
    Ok(db.prepare_cached(sql)?.query_row(values, row)?)
}

/// Tells whether the log of a document has an update of another person since a time that the hub numbered after
/// `seq`. The hub's own are nobody's.
pub(crate) fn others_wrote(
    db: &Connection,
    doc: AnswerId,
    person: PersonId,
    seq: u64,
    since_ms: u64,
) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM text_update
               WHERE doc = ?1 AND author NOT IN (?2, ?3) AND seq > ?4 AND at >= ?5 LIMIT 1";
    let nobody = crate::codec::NOBODY.0;
    let values = params![doc.0.as_bytes(), person.0.as_bytes(), nobody.as_bytes(), int(seq), int(since_ms)];
    Ok(db.prepare_cached(sql)?.query_row(values, |_| Ok(())).optional()?.is_some())
}

/// Returns the last row of a document's log; nought where there is none.
pub(crate) fn last_row(db: &Connection, doc: AnswerId) -> Result<i64, StoreError> {
    let sql = "SELECT no FROM text_update WHERE doc = ?1 AND unreadable = 0 ORDER BY no DESC LIMIT 1";
    let row = db.prepare_cached(sql)?.query_row([doc.0.as_bytes()], |row| row.get(0)).optional()?;
    Ok(row.unwrap_or(0))
}

/// Returns the snapshot and the sum of the updates it covers.
pub(crate) fn snapshot(db: &Connection, doc: AnswerId) -> Result<Option<(Vec<u8>, Sum)>, StoreError> {
    let sql = "SELECT bytes, sum FROM text_snapshot WHERE doc = ?1";
    let row = db
        .prepare_cached(sql)?
        .query_row([doc.0.as_bytes()], |row| Ok((row.get(0)?, sum(row, 1)?)))
        .optional()?;
    Ok(row)
}

pub(crate) fn save_snapshot(
    door: &mut Door<'_>,
    doc: AnswerId,
    bytes: &[u8],
    sum: Sum,
    now_ms: u64,
) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO text_snapshot (doc, bytes, sum, at) VALUES (?1, ?2, ?3, ?4)";
    door.db.execute(sql, params![doc.0.as_bytes(), bytes, sum_bytes(sum), int(now_ms)])?;
    Ok(())
}

pub(crate) fn set_folded(door: &mut Door<'_>, no: i64, now_ms: u64) -> Result<(), StoreError> {
    let sql = "UPDATE text_update SET folded_at = ?2 WHERE no = ?1";
    door.db.prepare_cached(sql)?.execute(params![no, int(now_ms)])?;
    Ok(())
}

/// Sets an update aside that the text engine cannot read; it still counts in the checksum.
pub(crate) fn set_unreadable(
    door: &mut Door<'_>,
    doc: &DocRow,
    no: i64,
    reason: &str,
    now_ms: u64,
) -> Result<(), StoreError> {
    door.db.execute("UPDATE text_update SET unreadable = 1 WHERE no = ?1", [no])?;
    let sql = "INSERT INTO quarantine (space, doc, author, bytes, reason, at)
               SELECT ?2, doc, author, bytes, ?3, ?4 FROM text_update WHERE no = ?1";
    door.db.execute(sql, params![no, doc.space_no, reason, int(now_ms)])?;
    Ok(())
}

/// Empties log, snapshot and base of a document; facts and authors stay.
pub(crate) fn clear_log(door: &mut Door<'_>, doc: AnswerId) -> Result<(), StoreError> {
    door.db.prepare_cached("DELETE FROM text_update WHERE doc = ?1")?.execute([doc.0.as_bytes()])?;
    door.db.prepare_cached("DELETE FROM text_snapshot WHERE doc = ?1")?.execute([doc.0.as_bytes()])?;
    door.db.prepare_cached("DELETE FROM text_base WHERE doc = ?1")?.execute([doc.0.as_bytes()])?;
    Ok(())
}

/// Takes own updates that have no number out of a document's log.
pub(crate) fn remove_unsent(door: &mut Door<'_>, doc: AnswerId) -> Result<(), StoreError> {
    let sql = "DELETE FROM text_update WHERE doc = ?1 AND own = 1 AND seq IS NULL";
    door.db.prepare_cached(sql)?.execute([doc.0.as_bytes()])?;
    Ok(())
}

/// Takes a document out of the file with log and snapshot.
pub(crate) fn remove(door: &mut Door<'_>, doc: AnswerId) -> Result<(), StoreError> {
    door.db.execute("DELETE FROM text_doc WHERE doc = ?1", [doc.0.as_bytes()])?;
    Ok(())
}

/// Returns what stood before the first row of a document's log; none where the log begins with the document.
pub(crate) fn base(db: &Connection, doc: AnswerId) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "SELECT bytes FROM text_base WHERE doc = ?1";
    Ok(db.prepare_cached(sql)?.query_row([doc.0.as_bytes()], |row| row.get(0)).optional()?)
}

pub(crate) fn save_base(door: &mut Door<'_>, doc: AnswerId, bytes: &[u8]) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO text_base (doc, bytes) VALUES (?1, ?2)";
    door.db.prepare_cached(sql)?.execute(params![doc.0.as_bytes(), bytes])?;
    Ok(())
}

/// Returns the documents with covered updates that are older than the history is kept.
pub(crate) fn docs_to_trim(db: &Connection, before_ms: u64) -> Result<Vec<AnswerId>, StoreError> {
    let sql = "SELECT DISTINCT doc FROM text_update WHERE folded_at IS NOT NULL AND folded_at < ?1";
    let mut query = db.prepare_cached(sql)?;
    let rows = query.query_map([int(before_ms)], |row| uuid(row, 0).map(AnswerId))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Returns the covered updates of a document that are older than the history is kept, oldest first.
pub(crate) fn to_trim(db: &Connection, doc: AnswerId, before_ms: u64) -> Result<Vec<Vec<u8>>, StoreError> {
    let sql = "SELECT bytes FROM text_update
               WHERE doc = ?1 AND folded_at IS NOT NULL AND folded_at < ?2 AND unreadable = 0 ORDER BY no";
    let mut query = db.prepare_cached(sql)?;
    let rows = query.query_map(params![doc.0.as_bytes(), int(before_ms)], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Lets go of covered updates of a document that are older than the history is kept.
pub(crate) fn trim_folded(door: &mut Door<'_>, doc: AnswerId, before_ms: u64) -> Result<(), StoreError> {
    let sql = "DELETE FROM text_update WHERE doc = ?1 AND folded_at IS NOT NULL AND folded_at < ?2";
    door.db.prepare_cached(sql)?.execute(params![doc.0.as_bytes(), int(before_ms)])?;
    Ok(())
}

/// Counts and weighs the updates that no snapshot covers, for the decision to fold.
pub(crate) fn weight(db: &Connection, doc: AnswerId) -> Result<(i64, i64), StoreError> {
    let sql = "SELECT count(*), coalesce(sum(length(bytes)), 0) FROM text_update
               WHERE doc = ?1 AND folded_at IS NULL";
    Ok(db.prepare_cached(sql)?.query_row([doc.0.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))?)
}
