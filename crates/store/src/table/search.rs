//! Words that can be found: one row for each record or text with words, and the full-text index over them.
//! Derived, but for the plain text of answers, which the text engine hands in with each update.

use crate::door::Door;
use crate::error::StoreError;
use crate::table::{Migration, Words, kind};
use linchpin_domain::id::{AnswerId, RecordId};
use linchpin_domain::record::Envelope;
use rusqlite::{Connection, OptionalExtension, params};

pub(crate) const MIGRATIONS: &[Migration] = &[Migration::breaking(
    10,
    "CREATE TABLE search_row (
        no INTEGER PRIMARY KEY AUTOINCREMENT,
        id BLOB NOT NULL UNIQUE,
        space INTEGER NOT NULL REFERENCES space (no),
        kind TEXT NOT NULL,
        hidden INTEGER NOT NULL DEFAULT 0,
        title TEXT NOT NULL,
        body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX search_row_space ON search_row (space);
    CREATE INDEX search_row_kind ON search_row (kind);
    CREATE VIRTUAL TABLE search USING fts5 (
        title, body, content = 'search_row', content_rowid = 'no',
        tokenize = \"unicode61 remove_diacritics 2\", prefix = '2 3'
    );",
)];

/// The kind under which the text of an answer is found.
pub(crate) const TEXT: &str = "answer";

struct There {
    no: i64,
    hidden: bool,
    words: Words,
}

fn there(db: &Connection, id: RecordId) -> Result<Option<There>, StoreError> {
    let sql = "SELECT no, hidden, title, body FROM search_row WHERE id = ?1";
    let row = db
        .prepare_cached(sql)?
        .query_row([id.0.as_bytes()], |row| {
            let words = Words { title: row.get(2)?, body: row.get(3)? };
            Ok(There { no: row.get(0)?, hidden: row.get(1)?, words })
        })
        .optional()?;
    Ok(row)
}

/// Brings what can be found of a record in line with it.
pub(crate) fn save_record(door: &mut Door<'_>, space_no: i64, record: &Envelope) -> Result<(), StoreError> {
    if record.kind == TEXT {
        let sql =
            "UPDATE search_row SET hidden = ?2, space = ?3 WHERE id = ?1 AND (hidden <> ?2 OR space <> ?3)";
        let values = params![record.id.0.as_bytes(), record.is_deleted(), space_no];
        door.db.prepare_cached(sql)?.execute(values)?;
        return Ok(());
    }
    let Some(words) = kind(&record.kind).and_then(|table| table.words) else { return Ok(()) };
    save(door, record.id, space_no, &record.kind, record.is_deleted(), words(&record.fields))
}

/// Brings what can be found of an answer's text in line with it.
pub(crate) fn save_text(
    door: &mut Door<'_>,
    doc: AnswerId,
    space_no: i64,
    plain: &str,
) -> Result<(), StoreError> {
    let sql = "SELECT deleted FROM record WHERE id = ?1";
    let hidden = door.db.prepare_cached(sql)?.query_row([doc.0.as_bytes()], |row| row.get(0)).optional()?;
    let words = Words { title: String::new(), body: plain.to_owned() };
    save(door, doc.into(), space_no, TEXT, hidden.unwrap_or(false), words)
}

fn save(
    door: &mut Door<'_>,
    id: RecordId,
    space_no: i64,
    kind: &str,
    hidden: bool,
    words: Words,
) -> Result<(), StoreError> {
    let before = there(door.db, id)?;
    let no = match &before {
        Some(row) if row.words == words && row.hidden == hidden => return Ok(()),
        Some(row) => {
            if row.words != words {
                unindex(door, row.no, &row.words)?;
            }
            let sql = "UPDATE search_row SET space = ?2, hidden = ?3, title = ?4, body = ?5 WHERE no = ?1";
            door.db.prepare_cached(sql)?.execute(params![
                row.no,
                space_no,
                hidden,
                words.title,
                words.body
            ])?;
            row.no
        }
        None => {
            let sql = "INSERT INTO search_row (id, space, kind, hidden, title, body)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
            let values = params![id.0.as_bytes(), space_no, kind, hidden, words.title, words.body];
            door.db.prepare_cached(sql)?.execute(values)?;
            door.db.last_insert_rowid()
        }
    };
    if before.is_none_or(|row| row.words != words) {
        let sql = "INSERT INTO search (rowid, title, body) VALUES (?1, ?2, ?3)";
        door.db.prepare_cached(sql)?.execute(params![no, words.title, words.body])?;
    }
    Ok(())
}

/// The index holds no copy of the words, so it must be told what to forget.
fn unindex(door: &mut Door<'_>, no: i64, words: &Words) -> Result<(), StoreError> {
    let sql = "INSERT INTO search (search, rowid, title, body) VALUES ('delete', ?1, ?2, ?3)";
    door.db.prepare_cached(sql)?.execute(params![no, words.title, words.body])?;
    Ok(())
}

/// Makes a record or text impossible to find.
pub(crate) fn remove(door: &mut Door<'_>, id: RecordId) -> Result<(), StoreError> {
    let Some(row) = there(door.db, id)? else { return Ok(()) };
    unindex(door, row.no, &row.words)?;
    door.db.prepare_cached("DELETE FROM search_row WHERE no = ?1")?.execute([row.no])?;
    Ok(())
}

/// Returns the plain text of an answer as it was last handed in.
pub(crate) fn plain(db: &Connection, id: RecordId) -> Result<Option<String>, StoreError> {
    let sql = "SELECT body FROM search_row WHERE id = ?1";
    Ok(db.prepare_cached(sql)?.query_row([id.0.as_bytes()], |row| row.get(0)).optional()?)
}

/// Builds the index anew from the rows.
pub(crate) fn rebuild(door: &mut Door<'_>) -> Result<(), StoreError> {
    door.db.execute("INSERT INTO search (search) VALUES ('rebuild')", [])?;
    Ok(())
}

/// Compares the index with the rows.
pub(crate) fn is_whole(door: &mut Door<'_>) -> Result<bool, StoreError> {
    let sql = "INSERT INTO search (search, rank) VALUES ('integrity-check', 1)";
    match door.db.execute(sql, []).map_err(StoreError::from) {
        Ok(_) => Ok(true),
        Err(StoreError::Corrupt) => Ok(false),
        Err(error) => Err(error),
    }
}
