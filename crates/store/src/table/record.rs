//! Records as they show, with the stamp and author of each field beside the values. What the hub has
//! confirmed of a field with unsent changes lies in `pending_base`.

use crate::codec::{int, person, record_id, uint};
use crate::door::Door;
use crate::error::StoreError;
use crate::table::{Migration, link, search};
use linchpin_domain::id::{PersonId, RecordId};
use linchpin_domain::record::{Envelope, Fields, Stamps};
use linchpin_domain::space::Space;
use linchpin_domain::stamp::Stamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::BTreeMap;

pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration::breaking(
        3,
        "CREATE TABLE record (
        no INTEGER PRIMARY KEY AUTOINCREMENT,
        id BLOB NOT NULL UNIQUE,
        space INTEGER NOT NULL REFERENCES space (no),
        kind TEXT NOT NULL,
        schema INTEGER NOT NULL,
        fields TEXT NOT NULL,
        stamps TEXT NOT NULL,
        deleted INTEGER NOT NULL DEFAULT 0,
        seq INTEGER,
        changed_at INTEGER NOT NULL,
        changed_by BLOB NOT NULL
    ) STRICT;
    CREATE INDEX record_space ON record (space, kind, no);
    CREATE INDEX record_kind ON record (kind, no);
    CREATE INDEX record_deleted ON record (changed_at) WHERE deleted = 1;",
    ),
    Migration::adding(
        17,
        "CREATE INDEX record_open_look ON record (no)
     WHERE deleted = 0 AND kind IN ('notice', 'recovered') AND json_extract(fields, '$.settledBy') IS NULL;",
    ),
];

/// A record as it lies in the file.
#[derive(Clone)]
pub(crate) struct Stored {
    pub(crate) no: i64,
    pub(crate) space_no: i64,
    /// The shown values; `seq` is none while the hub has never confirmed the record.
    pub(crate) shown: Envelope,
    /// Who set each field.
    pub(crate) authors: BTreeMap<String, PersonId>,
    pub(crate) changed_at: u64,
    pub(crate) changed_by: PersonId,
}

impl Stored {
    /// Returns a record that is not in the file yet.
    pub(crate) fn fresh(space_no: i64, shown: Envelope, at: u64, by: PersonId) -> Self {
        Self { no: 0, space_no, shown, authors: BTreeMap::new(), changed_at: at, changed_by: by }
    }
}

pub(crate) const COLUMNS: &str = "r.no, r.id, r.space, r.kind, r.schema, r.fields, r.stamps, r.seq,
    r.changed_at, r.changed_by, s.name";

/// A row as SQLite hands it out, not parsed yet.
pub(crate) struct Raw {
    stored: Stored,
    fields: String,
    stamps: String,
    space: String,
}

pub(crate) fn raw(row: &Row<'_>) -> rusqlite::Result<Raw> {
    let shown = Envelope {
        id: record_id(row, 1)?,
        space: Space::National,
        kind: row.get(3)?,
        schema: row.get(4)?,
        fields: Fields::new(),
        stamps: Stamps::new(),
        seq: row.get::<_, Option<i64>>(7)?.map(uint),
    };
    let stored = Stored {
        no: row.get(0)?,
        space_no: row.get(2)?,
        shown,
        authors: BTreeMap::new(),
        changed_at: uint(row.get(8)?),
        changed_by: person(row, 9)?,
    };
    Ok(Raw { stored, fields: row.get(5)?, stamps: row.get(6)?, space: row.get(10)? })
}

impl Raw {
    pub(crate) fn read(self) -> Result<Stored, StoreError> {
        let Self { mut stored, fields, stamps, space } = self;
        stored.shown.space = crate::codec::parse(&space)?;
        stored.shown.fields = serde_json::from_str(&fields)?;
        let stamps: BTreeMap<String, (Stamp, PersonId)> = serde_json::from_str(&stamps)?;
        for (field, (stamp, author)) in stamps {
            stored.authors.insert(field.clone(), author);
            stored.shown.stamps.insert(field, stamp);
        }
        Ok(stored)
    }
}

pub(crate) fn get(db: &Connection, id: RecordId) -> Result<Option<Stored>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM record r JOIN space s ON s.no = r.space WHERE r.id = ?1");
    db.prepare_cached(&sql)?.query_row([id.0.as_bytes()], raw).optional()?.map(Raw::read).transpose()
}

/// Returns the ids of all records of a space.
pub(crate) fn ids_of_space(db: &Connection, space_no: i64) -> Result<Vec<RecordId>, StoreError> {
    let mut query = db.prepare_cached("SELECT id FROM record WHERE space = ?1")?;
    let rows = query.query_map([space_no], |row| record_id(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Writes the record with its links and words, and says that it changed.
pub(crate) fn save(door: &mut Door<'_>, stored: &mut Stored) -> Result<(), StoreError> {
    let shown = &stored.shown;
    let nobody = &crate::codec::NOBODY;
    let stamps: BTreeMap<&String, (Stamp, &PersonId)> = shown
        .stamps
        .iter()
        .map(|(field, stamp)| (field, (*stamp, stored.authors.get(field).unwrap_or(nobody))))
        .collect();
    let (fields, stamps) = (serde_json::to_string(&shown.fields)?, serde_json::to_string(&stamps)?);
    let values = params![
        shown.id.0.as_bytes(),
        stored.space_no,
        shown.kind,
        shown.schema,
        fields,
        stamps,
        shown.is_deleted(),
        shown.seq.map(int),
        int(stored.changed_at),
        stored.changed_by.0.as_bytes()
    ];
    let is_new = stored.no == 0;
    if is_new {
        let sql = "INSERT INTO record (id, space, kind, schema, fields, stamps, deleted, seq, changed_at,
                       changed_by)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        door.db.prepare_cached(sql)?.execute(values)?;
        stored.no = door.db.last_insert_rowid();
    } else {
        let sql = "UPDATE record SET space = ?2, kind = ?3, schema = ?4, fields = ?5, stamps = ?6,
                       deleted = ?7, seq = ?8, changed_at = ?9, changed_by = ?10
                   WHERE id = ?1";
        door.db.prepare_cached(sql)?.execute(values)?;
    }
    if is_new {
        link::add(door, &stored.shown)?;
    } else {
        link::save(door, &stored.shown)?;
    }
    search::save_record(door, stored.space_no, &stored.shown)?;
    door.touched.record(&stored.shown.kind, stored.shown.id);
    Ok(())
}

/// Brings the derived tables in line with the record.
pub(crate) fn derive(door: &mut Door<'_>, stored: &Stored) -> Result<(), StoreError> {
    link::save(door, &stored.shown)?;
    search::save_record(door, stored.space_no, &stored.shown)
}

/// Notes the hub's number where nothing that shows has changed.
pub(crate) fn confirm(door: &mut Door<'_>, stored: &Stored) -> Result<(), StoreError> {
    let sql = "UPDATE record SET seq = ?2 WHERE no = ?1";
    door.db.prepare_cached(sql)?.execute(params![stored.no, stored.shown.seq.map(int)])?;
    Ok(())
}

/// Notes the hub's number of a record that it had never confirmed, where it lies in that space; tells whether it did.
pub(crate) fn confirm_made(
    door: &mut Door<'_>,
    id: RecordId,
    space_no: i64,
    seq: u64,
) -> Result<bool, StoreError> {
    let sql = "UPDATE record SET seq = ?3 WHERE id = ?1 AND space = ?2 AND seq IS NULL";
    let rows = door.db.prepare_cached(sql)?.execute(params![id.0.as_bytes(), space_no, int(seq)])?;
    Ok(rows == 1)
}

/// Takes a record out of the file, derived rows included: only for records that the hub never took, and for
/// spaces whose access ended.
pub(crate) fn remove(door: &mut Door<'_>, stored: &Stored) -> Result<(), StoreError> {
    link::remove(door, stored.shown.id)?;
    // Under the id of an answer its text is found, which may outlive the record.
    if crate::table::text::doc(door.db, stored.shown.id.into())?.is_none() {
        search::remove(door, stored.shown.id)?;
    }
    door.db.prepare_cached("DELETE FROM record WHERE no = ?1")?.execute([stored.no])?;
    door.touched.record(&stored.shown.kind, stored.shown.id);
    Ok(())
}
