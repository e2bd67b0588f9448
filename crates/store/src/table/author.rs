//! Who wrote under which client id of a text document. The first to write under an id keeps it; the map is
//! never folded away.

use crate::codec::person;
use crate::door::Door;
use crate::error::StoreError;
use crate::table::Migration;
use linchpin_domain::id::{AnswerId, PersonId};
use rusqlite::{Connection, params};

pub(crate) const MIGRATIONS: &[Migration] = &[Migration::breaking(
    8,
    "CREATE TABLE text_author (
        doc BLOB NOT NULL REFERENCES text_doc (doc) ON DELETE CASCADE,
        client INTEGER NOT NULL,
        person BLOB NOT NULL,
        PRIMARY KEY (doc, client)
    ) STRICT, WITHOUT ROWID;",
)];

pub(crate) fn add(
    door: &mut Door<'_>,
    doc: AnswerId,
    client: u64,
    person: PersonId,
) -> Result<(), StoreError> {
    let sql = "INSERT OR IGNORE INTO text_author (doc, client, person) VALUES (?1, ?2, ?3)";
    let values = params![doc.0.as_bytes(), client.cast_signed(), person.0.as_bytes()];
    door.db.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

/// Takes over what the hub says: it decides whose a client id is.
pub(crate) fn set(
    door: &mut Door<'_>,
    doc: AnswerId,
    client: u64,
    person: PersonId,
) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO text_author (doc, client, person) VALUES (?1, ?2, ?3)";
    let values = params![doc.0.as_bytes(), client.cast_signed(), person.0.as_bytes()];
    door.db.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

pub(crate) fn of_doc(db: &Connection, doc: AnswerId) -> Result<Vec<(u64, PersonId)>, StoreError> {
    let mut query = db.prepare_cached("SELECT client, person FROM text_author WHERE doc = ?1")?;
    let rows = query
        .query_map([doc.0.as_bytes()], |row| Ok((row.get::<_, i64>(0)?.cast_unsigned(), person(row, 1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
