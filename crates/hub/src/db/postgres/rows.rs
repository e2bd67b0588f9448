//! Reading rows: spaces with access, records, documents. What a push needs is asked for at once, not row by row.

use crate::db::postgres::tx::{Params, Tx};
use crate::db::read::{
    self, RecordColumns, SpaceColumns, WithAccess, access_rows, int, parsed, record_work, uint,
};
use crate::error::HubError;
use crate::scope::Scope;
use crate::text_work::{DocWork, UpdateRow};
use crate::work::{AccessRows, RecordWork};
use linchpin_domain::id::{AnswerId, GroupId, PersonId, RecordId};
use linchpin_domain::role::NetworkRole;
use linchpin_domain::space::Space;
use postgres::Row;
use std::collections::BTreeMap;

/// Returns names as the store has them.
pub(super) fn names<'a, T: ToString + 'a>(all: impl IntoIterator<Item = &'a T>) -> Vec<String> {
    all.into_iter().map(T::to_string).collect()
}

/// Reads spaces of these names, each with what was given to the asker and to everybody in it.
pub(super) fn spaces(tx: &mut Tx<'_>, scope: &Scope, names: &[String]) -> Result<Vec<WithAccess>, HubError> {
    let sql = "SELECT s.no, s.head, s.sum, s.floor, s.restored_head, s.name, a.who, a.given
         FROM space s LEFT JOIN access a ON a.space_no = s.no AND a.who IN ('*', $1)
         WHERE s.name = ANY ($2) ORDER BY s.no, a.who";
    with_access(tx.rows(sql, &[&scope.person.to_string(), &names])?)
}

/// Reads every space that was given to the asker or to everybody, and those of these names, which are nobody's to
/// give.
pub(super) fn given_spaces(
    tx: &mut Tx<'_>,
    scope: &Scope,
    names: &[String],
) -> Result<Vec<WithAccess>, HubError> {
    let sql = "SELECT s.no, s.head, s.sum, s.floor, s.restored_head, s.name, a.who, a.given
         FROM access a JOIN space s ON s.no = a.space_no WHERE a.who IN ('*', $1)
         UNION ALL SELECT s.no, s.head, s.sum, s.floor, s.restored_head, s.name, NULL, NULL
         FROM space s WHERE s.name = ANY ($2) OR ($3 AND s.name >= 'region:' AND s.name < 'region;')
         ORDER BY 1, 7";
    with_access(tx.rows(sql, &[&scope.person.to_string(), &names, &scope.reads_every_region()])?)
}

fn with_access(rows: Vec<Row>) -> Result<Vec<WithAccess>, HubError> {
    rows.iter()
        .map(|row| {
            let who: Option<String> = row.try_get(6)?;
            let given: Option<String> = row.try_get(7)?;
            Ok((space_columns(row)?, row.try_get(5)?, who.zip(given)))
        })
        .collect()
}

/// Returns everything that was given in a space.
pub(super) fn access(tx: &mut Tx<'_>, space_no: i64) -> Result<AccessRows, HubError> {
    let rows = tx.rows("SELECT who, given FROM access WHERE space_no = $1", &[&space_no])?;
    access_rows(pairs(&rows)?)
}

/// Returns those of some people who exist, with what they are in the network.
pub(super) fn roles(tx: &mut Tx<'_>, people: &[String]) -> Result<BTreeMap<PersonId, NetworkRole>, HubError> {
    if people.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = tx.rows("SELECT id, role FROM person WHERE id = ANY ($1)", &[&people])?;
    read::roles(pairs(&rows)?)
}

fn pairs(rows: &[Row]) -> Result<Vec<(String, String)>, HubError> {
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

fn space_columns(row: &Row) -> Result<SpaceColumns, HubError> {
    Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?, row.try_get(4)?))
}

fn record_of(row: &Row) -> Result<RecordWork, HubError> {
    let schema: i32 = row.try_get(4)?;
    record_work(RecordColumns {
        no: row.try_get(0)?,
        id: row.try_get(1)?,
        space: row.try_get(2)?,
        kind: row.try_get(3)?,
        schema: u16::try_from(schema).map_err(|_| HubError::corrupt("a record's schema"))?,
        fields: row.try_get(5)?,
        stamps: row.try_get(6)?,
        marks: row.try_get(7)?,
        created_by: row.try_get(8)?,
        seq: row.try_get(9)?,
    })
}

fn found_records(tx: &mut Tx<'_>, sql: &str, params: Params<'_>) -> Result<Vec<RecordWork>, HubError> {
    tx.rows(sql, params)?.iter().map(record_of).collect()
}

/// Reads the records of these ids, wherever they lie.
pub(super) fn records(tx: &mut Tx<'_>, ids: &[RecordId]) -> Result<Vec<RecordWork>, HubError> {
    let sql = "SELECT r.no, r.id, s.name, r.kind, r.schema, r.fields, r.stamps, r.marks, r.created_by, r.seq
         FROM record r JOIN space s ON s.no = r.space_no WHERE r.id = ANY ($1)";
    found_records(tx, sql, &[&names(ids)])
}

/// Reads what earlier merges of some answers left to be looked at in a space.
pub(super) fn looks(tx: &mut Tx<'_>, space: &Space, answers: &[String]) -> Result<Vec<RecordWork>, HubError> {
    let sql = "SELECT r.no, r.id, s.name, r.kind, r.schema, r.fields, r.stamps, r.marks, r.created_by, r.seq
         FROM record r JOIN space s ON s.no = r.space_no
         WHERE s.name = $1 AND r.look_of = ANY ($2) AND r.look_of <> ''";
    found_records(tx, sql, &[&space.to_string(), &answers])
}

/// Calls `visit` with every record of a space, by kind and id.
pub(super) fn each_record(
    tx: &mut Tx<'_>,
    space_no: i64,
    visit: &mut dyn FnMut(RecordWork) -> Result<(), HubError>,
) -> Result<(), HubError> {
    let sql = "SELECT r.no, r.id, s.name, r.kind, r.schema, r.fields, r.stamps, r.marks, r.created_by, r.seq
         FROM record r JOIN space s ON s.no = r.space_no WHERE r.space_no = $1 ORDER BY r.kind, r.id";
    tx.each(sql, &[&space_no], &mut |row| {
        visit(record_of(row)?)?;
        Ok(true)
    })
}

/// Reads a document: its updates after `from`, or those after its snapshot where that is less.
pub(super) fn doc(tx: &mut Tx<'_>, doc: AnswerId, from: Option<u64>) -> Result<Option<DocWork>, HubError> {
    let sql = "SELECT s.name, d.schema, d.sum, d.snapshot, d.folded_to
         FROM text_doc d JOIN space s ON s.no = d.space_no WHERE d.doc = $1";
    let Some(row) = tx.row(sql, &[&doc.to_string()])? else { return Ok(None) };
    let mut work = DocWork::fresh(doc, parsed(row.try_get(0)?, "the space of a text")?);
    let schema: i32 = row.try_get(1)?;
    work.known = true;
    work.schema = u16::try_from(schema).map_err(|_| HubError::corrupt("a text's schema"))?;
    work.sum = parsed(row.try_get(2)?, "the sum of a text")?;
    (work.snapshot, work.folded_to) = (row.try_get(3)?, uint(row.try_get(4)?));
    let from = match from {
        // A base below the snapshot can only be built from the very first update.
        Some(base) if base < work.folded_to => 0,
        _ => work.folded_to,
    };
    let sql = "SELECT seq, replica, author, at, base, hash, bytes FROM text_update
         WHERE doc = $1 AND seq > $2 ORDER BY seq";
    let rows = tx.rows(sql, &[&doc.to_string(), &int(from)])?;
    work.rows = rows.iter().map(update_row).collect::<Result<_, _>>()?;
    for row in tx.rows("SELECT client, person FROM text_author WHERE doc = $1", &[&doc.to_string()])? {
        let client = parsed(row.try_get(0)?, "a client id")?;
        work.authors.insert(client, parsed(row.try_get(1)?, "the author of a text")?);
    }
    Ok(Some(work.loaded()))
}

fn update_row(row: &Row) -> Result<UpdateRow, HubError> {
    let hash: Vec<u8> = row.try_get(5)?;
    Ok(UpdateRow {
        seq: uint(row.try_get(0)?),
        replica: parsed(row.try_get(1)?, "an update's replica")?,
        author: parsed(row.try_get(2)?, "an update's author")?,
        at: uint(row.try_get(3)?),
        base: uint(row.try_get(4)?),
        group: GroupId(uuid::Uuid::nil()),
        hash: hash.try_into().map_err(|_| HubError::corrupt("an update's hash"))?,
        sv_before: Vec::new(),
        bytes: row.try_get(6)?,
    })
}
