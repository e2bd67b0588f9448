//! Reading single rows: spaces, access, records, documents.

use crate::db::read::{
    self, RecordColumns, SpaceColumns, SpaceRow, access_rows, hand_of, int, parsed, record_work, space_row,
    uint,
};
use crate::db::sqlite::fault;
use crate::error::HubError;
use crate::scope::Scope;
use crate::text_work::{DocWork, UpdateRow};
use crate::work::{AccessRows, RecordWork, SpaceWork};
use linchpin_domain::can::Hand;
use linchpin_domain::id::{AnswerId, GroupId, PersonId, RecordId};
use linchpin_domain::role::NetworkRole;
use linchpin_domain::space::Space;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn space(db: &Connection, space: &Space) -> Result<Option<SpaceRow>, HubError> {
    let mut find = db
        .prepare_cached("SELECT no, head, sum, floor, restored_head FROM space WHERE name = ?1")
        .map_err(fault)?;
    let row = find.query_row([space.to_string()], space_columns).optional().map_err(fault)?;
    row.map(space_row).transpose()
}

/// Returns every region that has a space.
pub(super) fn regions(db: &Connection) -> Result<Vec<Space>, HubError> {
    let mut find = db
        .prepare_cached("SELECT name FROM space WHERE name >= 'region:' AND name < 'region;'")
        .map_err(fault)?;
    let names = find.query_map([], |row| row.get::<_, String>(0)).map_err(fault)?;
    names.map(|name| parsed(&name.map_err(fault)?, "a space's name")).collect()
}

pub(super) fn space_columns(row: &Row<'_>) -> rusqlite::Result<SpaceColumns> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
}

/// Returns what the asker is in a space.
pub(super) fn hand(db: &Connection, scope: &Scope, space: &Space, no: i64) -> Result<Option<Hand>, HubError> {
    let mut find = db
        .prepare_cached("SELECT who, given FROM access WHERE who IN ('*', ?1) AND space_no = ?2")
        .map_err(fault)?;
    let rows = find
        .query_map(params![scope.person.to_string(), no], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })
        .map_err(fault)?
        .collect::<Result<Vec<_>, _>>()
        .map_err(fault)?;
    Ok(hand_of(scope, space, &rows))
}

/// Returns everything that was given in a space.
pub(super) fn access(db: &Connection, space_no: i64) -> Result<AccessRows, HubError> {
    let mut find = db.prepare_cached("SELECT who, given FROM access WHERE space_no = ?1").map_err(fault)?;
    let rows = find.query_map([space_no], |row| Ok((row.get(0)?, row.get(1)?))).map_err(fault)?;
    access_rows(rows.collect::<Result<_, _>>().map_err(fault)?)
}

/// Returns those of some people who exist, with what they are in the network.
pub(super) fn roles(
    db: &Connection,
    people: &BTreeSet<PersonId>,
) -> Result<BTreeMap<PersonId, NetworkRole>, HubError> {
    let mut find = db.prepare_cached("SELECT id, role FROM person WHERE id = ?1").map_err(fault)?;
    let mut found = Vec::new();
    for person in people {
        let row = find.query_row([person.to_string()], |row| Ok((row.get(0)?, row.get(1)?)));
        found.extend(row.optional().map_err(fault)?);
    }
    read::roles(found)
}

/// Reads a space for a transaction.
pub(super) fn space_work(
    db: &Connection,
    scope: &Scope,
    name: &Space,
) -> Result<Option<SpaceWork>, HubError> {
    let Some(row) = space(db, name)? else { return Ok(None) };
    let hand = hand(db, scope, name, row.no)?;
    Ok(Some(SpaceWork::known(row.no, row.head, row.sum, hand)))
}

const RECORD: &str =
    "SELECT r.no, r.id, s.name, r.kind, r.schema, r.fields, r.stamps, r.marks, r.created_by, r.seq
     FROM record r JOIN space s ON s.no = r.space_no";

fn record_columns(row: &Row<'_>) -> rusqlite::Result<RecordColumns> {
    Ok(RecordColumns {
        no: row.get(0)?,
        id: row.get(1)?,
        space: row.get(2)?,
        kind: row.get(3)?,
        schema: row.get(4)?,
        fields: row.get(5)?,
        stamps: row.get(6)?,
        marks: row.get(7)?,
        created_by: row.get(8)?,
        seq: row.get(9)?,
    })
}

pub(super) fn record(db: &Connection, id: RecordId) -> Result<Option<RecordWork>, HubError> {
    let mut find = db.prepare_cached(&format!("{RECORD} WHERE r.id = ?1")).map_err(fault)?;
    let columns = find.query_row([id.to_string()], record_columns).optional().map_err(fault)?;
    columns.map(record_work).transpose()
}

/// Reads what earlier merges of an answer left to be looked at.
pub(super) fn looks(db: &Connection, space_no: i64, answer: AnswerId) -> Result<Vec<RecordWork>, HubError> {
    let mut find = db
        .prepare_cached(&format!(
            "{RECORD} WHERE r.kind IN ('notice', 'recovered')
             AND r.space_no = ?1 AND json_extract(r.fields, '$.answer') = ?2"
        ))
        .map_err(fault)?;
    let rows = find.query_map(params![space_no, answer.to_string()], record_columns).map_err(fault)?;
    rows.map(|row| row.map_err(fault).and_then(record_work)).collect()
}

/// Calls `visit` with every record of a space, by id.
pub(super) fn each_record(
    db: &Connection,
    space_no: i64,
    visit: &mut dyn FnMut(RecordWork) -> Result<(), HubError>,
) -> Result<(), HubError> {
    let mut find =
        db.prepare_cached(&format!("{RECORD} WHERE r.space_no = ?1 ORDER BY r.kind, r.id")).map_err(fault)?;
    let rows = find.query_map([space_no], record_columns).map_err(fault)?;
    for row in rows {
        visit(record_work(row.map_err(fault)?)?)?;
    }
    Ok(())
}

/// Reads a document: its updates after `from`, or those after its snapshot where that is less.
pub(super) fn doc(db: &Connection, doc: AnswerId, from: Option<u64>) -> Result<Option<DocWork>, HubError> {
    let mut find = db
        .prepare_cached(
            "SELECT s.name, d.schema, d.sum, d.snapshot, d.folded_to
             FROM text_doc d JOIN space s ON s.no = d.space_no WHERE d.doc = ?1",
        )
        .map_err(fault)?;
    let columns = find
        .query_row([doc.to_string()], |row| {
            Ok((row.get::<_, String>(0)?, row.get(1)?, row.get::<_, String>(2)?, row.get(3)?, row.get(4)?))
        })
        .optional()
        .map_err(fault)?;
    let Some((name, schema, sum, snapshot, folded_to)) = columns else { return Ok(None) };
    let mut work = DocWork::fresh(doc, parsed(&name, "the space of a text")?);
    (work.known, work.schema, work.snapshot, work.folded_to) = (true, schema, snapshot, uint(folded_to));
    work.sum = parsed(&sum, "the sum of a text")?;
    let from = match from {
        // A base below the snapshot can only be built from the very first update.
        Some(base) if base < work.folded_to => 0,
        _ => work.folded_to,
    };
    work.rows = updates(db, doc, from)?;
    work.authors = authors(db, doc)?;
    Ok(Some(work.loaded()))
}

fn updates(db: &Connection, doc: AnswerId, from: u64) -> Result<Vec<UpdateRow>, HubError> {
    let mut find = db
        .prepare_cached(
            "SELECT seq, replica, author, at, base, hash, bytes FROM text_update WHERE doc = ?1 AND seq > ?2
             ORDER BY seq",
        )
        .map_err(fault)?;
    let rows = find
        .query_map(params![doc.to_string(), int(from)], |row| {
            let texts = (row.get::<_, String>(1)?, row.get::<_, String>(2)?);
            Ok((
                row.get::<_, i64>(0)?,
                texts,
                row.get::<_, i64>(3)?,
                row.get::<_, i64>(4)?,
                row.get(5)?,
                row.get(6)?,
            ))
        })
        .map_err(fault)?;
    rows.map(|row| {
        let (seq, (replica, author), at, base, hash, bytes) = row.map_err(fault)?;
        let (replica, author) =
            (parsed(&replica, "an update's replica")?, parsed(&author, "an update's author")?);
        let group = GroupId(uuid::Uuid::nil());
        let (seq, at, base, sv_before) = (uint(seq), uint(at), uint(base), Vec::new());
        Ok(UpdateRow { seq, replica, author, at, base, group, hash, sv_before, bytes })
    })
    .collect()
}

fn authors(db: &Connection, doc: AnswerId) -> Result<BTreeMap<u64, linchpin_domain::id::PersonId>, HubError> {
    let mut find =
        db.prepare_cached("SELECT client, person FROM text_author WHERE doc = ?1").map_err(fault)?;
    let rows = find
        .query_map([doc.to_string()], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))
        .map_err(fault)?;
    rows.map(|row| {
        let (client, person) = row.map_err(fault)?;
        Ok((parsed(&client, "a client id")?, parsed(&person, "the author of a text")?))
    })
    .collect()
}
