//! Which records name which: derived from the fields that a kind's table file lists, so that children are
//! read by their parent without a scan.

use crate::codec::record_id;
use crate::door::Door;
use crate::error::StoreError;
use crate::table::{Migration, kind};
use linchpin_domain::id::RecordId;
use linchpin_domain::record::Envelope;
use rusqlite::{Connection, params};

pub(crate) const MIGRATIONS: &[Migration] = &[Migration::breaking(
    9,
    "CREATE TABLE link (
        parent BLOB NOT NULL,
        kind TEXT NOT NULL,
        field TEXT NOT NULL,
        child BLOB NOT NULL,
        PRIMARY KEY (parent, kind, field, child)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX link_child ON link (child);",
)];

/// Brings a record's links in line with its fields.
pub(crate) fn save(door: &mut Door<'_>, record: &Envelope) -> Result<(), StoreError> {
    let wanted = wanted(record);
    let there = of_child(door.db, record.id)?;
    let same = there.len() == wanted.len()
        && wanted.iter().all(|(field, parent)| there.iter().any(|(f, p)| f == field && p == parent));
    if same {
        return Ok(());
    }
    if !there.is_empty() {
        remove(door, record.id)?;
    }
    add(door, record)
}

/// Lays in the links of a record that has none. Where a damaged copy lost the record and not its links, they are the
/// same.
pub(crate) fn add(door: &mut Door<'_>, record: &Envelope) -> Result<(), StoreError> {
    let sql = "INSERT OR IGNORE INTO link (parent, kind, field, child) VALUES (?1, ?2, ?3, ?4)";
    for (field, parent) in wanted(record) {
        let values = params![parent.0.as_bytes(), record.kind, field, record.id.0.as_bytes()];
        door.db.prepare_cached(sql)?.execute(values)?;
    }
    Ok(())
}

fn wanted(record: &Envelope) -> Vec<(&'static str, RecordId)> {
    let links = kind(&record.kind).map_or::<&[&'static str], _>(&[], |table| table.links);
    links
        .iter()
        .filter_map(|field| Some((*field, record.fields.get(*field)?.as_str()?.parse().ok()?)))
        .collect()
}

fn of_child(db: &Connection, child: RecordId) -> Result<Vec<(String, RecordId)>, StoreError> {
    let mut query = db.prepare_cached("SELECT field, parent FROM link WHERE child = ?1")?;
    let rows = query.query_map([child.0.as_bytes()], |row| Ok((row.get(0)?, record_id(row, 1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn remove(door: &mut Door<'_>, child: RecordId) -> Result<(), StoreError> {
    door.db.prepare_cached("DELETE FROM link WHERE child = ?1")?.execute([child.0.as_bytes()])?;
    Ok(())
}
