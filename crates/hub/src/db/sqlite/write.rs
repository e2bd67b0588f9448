//! Writing what was decided: spaces, records, texts, the log and what is remembered, in the one transaction
//! that loaded it.

use crate::db::read::{access_words, int};
use crate::db::sqlite::{audit, fault};
use crate::error::HubError;
use crate::text_work::DocWork;
use crate::work::{SpaceWork, Work};
use linchpin_domain::id::{DeviceId, PersonId, ReplicaId};
use linchpin_domain::space::Space;
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

/// The bits of a log row's number that count within its space.
pub(super) const SEQ_BITS: u32 = 40;

/// Returns the number of a log row.
pub(super) fn log_no(space_no: i64, seq: u64) -> i64 {
    (space_no << SEQ_BITS) + int(seq)
}

/// Writes the working state; returns the spaces that moved, with their heads.
pub(super) fn work(db: &Connection, work: &mut Work) -> Result<Vec<(Space, u64)>, HubError> {
    let numbers = spaces(db, work)?;
    records(db, work, &numbers)?;
    texts(db, work, &numbers)?;
    let mut add =
        db.prepare_cached("INSERT INTO change_log (no, cut, entry) VALUES (?1, ?2, ?3)").map_err(fault)?;
    for row in &work.log {
        add.execute(params![log_no(number(&numbers, &row.space)?, row.seq), row.cut, row.json])
            .map_err(fault)?;
    }
    let mut add =
        db.prepare_cached("INSERT INTO command_result (cid, outcome) VALUES (?1, ?2)").map_err(fault)?;
    for (cid, outcome) in &work.decided {
        let json = serde_json::to_string(outcome).map_err(|_| HubError::corrupt("an outcome"))?;
        add.execute(params![cid.to_string(), json]).map_err(fault)?;
    }
    db.prepare_cached("UPDATE hub SET last_stamp = ?1, last_clamped = ?2 WHERE one = 1")
        .map_err(fault)?
        .execute([work.last_stamp.to_string(), work.last_clamped.to_string()])
        .map_err(fault)?;
    for note in &work.notes {
        audit::add(db, note, work.now_ms)?;
    }
    let moved = work.spaces.iter().filter(|(_, space)| space.head != space.before);
    Ok(moved.map(|(name, space)| (name.clone(), space.head)).collect())
}

type Numbers = BTreeMap<Space, i64>;

fn number(numbers: &Numbers, space: &Space) -> Result<i64, HubError> {
    numbers.get(space).copied().ok_or_else(|| HubError::corrupt("a space without number"))
}

fn spaces(db: &Connection, work: &mut Work) -> Result<Numbers, HubError> {
    let mut numbers = Numbers::new();
    for (name, space) in &mut work.spaces {
        let (head, sum) = (int(space.head), space.sum.to_string());
        if let Some(no) = space.no {
            if space.head != space.before {
                db.prepare_cached("UPDATE space SET head = ?2, sum = ?3 WHERE no = ?1")
                    .map_err(fault)?
                    .execute(params![no, head, sum])
                    .map_err(fault)?;
            }
            access(db, no, space)?;
            numbers.insert(name.clone(), no);
            continue;
        }
        db.prepare_cached("INSERT INTO space (name, head, sum) VALUES (?1, ?2, ?3)")
            .map_err(fault)?
            .execute(params![name.to_string(), head, sum])
            .map_err(fault)?;
        let no = db.last_insert_rowid();
        access(db, no, space)?;
        space.no = Some(no);
        numbers.insert(name.clone(), no);
    }
    Ok(numbers)
}

/// Writes what was given, or taken away.
fn access(db: &Connection, no: i64, space: &SpaceWork) -> Result<(), HubError> {
    for who in &space.shared {
        let (who, given) = access_words(*who, space.access.get(who).copied().flatten());
        db.prepare_cached("INSERT OR REPLACE INTO access (who, space_no, given) VALUES (?1, ?2, ?3)")
            .map_err(fault)?
            .execute(params![who, no, given])
            .map_err(fault)?;
    }
    Ok(())
}

fn records(db: &Connection, work: &Work, numbers: &Numbers) -> Result<(), HubError> {
    let mut add = db
        .prepare_cached(
            "INSERT INTO record (id, space_no, kind, schema, fields, stamps, marks, created_by, seq)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )
        .map_err(fault)?;
    let mut change = db
        .prepare_cached(
            "UPDATE record SET schema = ?2, fields = ?3, stamps = ?4, marks = ?5, seq = ?6 WHERE no = ?1",
        )
        .map_err(fault)?;
    let bad = |_| HubError::corrupt("a record");
    for record in work.records.values().filter(|record| record.touched) {
        let there = &record.envelope;
        let fields = serde_json::to_string(&there.fields).map_err(bad)?;
        let stamps = serde_json::to_string(&there.stamps).map_err(bad)?;
        let marks = serde_json::to_string(&record.marks).map_err(bad)?;
        let seq = int(there.seq.unwrap_or(0));
        match record.no {
            Some(no) => {
                change.execute(params![no, there.schema, fields, stamps, marks, seq]).map_err(fault)?
            }
            None => {
                let (id, no, by) =
                    (there.id.to_string(), number(numbers, &there.space)?, record.created_by.to_string());
                add.execute(params![id, no, there.kind, there.schema, fields, stamps, marks, by, seq])
                    .map_err(fault)?
            }
        };
    }
    Ok(())
}

fn texts(db: &Connection, work: &mut Work, numbers: &Numbers) -> Result<(), HubError> {
    for doc in work.docs.values_mut().filter(|doc| !doc.new.is_empty()) {
        if crate::push::fold_due(doc) {
            doc.fold()?;
        }
        text(db, doc, number(numbers, &doc.space)?)?;
    }
    Ok(())
}

fn text(db: &Connection, doc: &DocWork, space_no: i64) -> Result<(), HubError> {
    let id = doc.doc.to_string();
    db.prepare_cached(
        "INSERT INTO text_doc (doc, space_no, schema, sum, snapshot, folded_to) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (doc) DO UPDATE SET schema = ?3, sum = ?4, snapshot = ?5, folded_to = ?6",
    )
    .map_err(fault)?
    .execute(params![id, space_no, doc.schema, doc.sum.to_string(), doc.snapshot, int(doc.folded_to)])
    .map_err(fault)?;
    let mut add = db
        .prepare_cached(
            "INSERT INTO text_update (doc, seq, replica, author, at, base, hash, bytes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )
        .map_err(fault)?;
    for row in &doc.new {
        let (replica, author) = (row.replica.to_string(), row.author.to_string());
        add.execute(params![
            id,
            int(row.seq),
            replica,
            author,
            int(row.at),
            int(row.base),
            row.hash,
            row.bytes
        ])
        .map_err(fault)?;
    }
    let mut add = db
        .prepare_cached("INSERT INTO text_author (doc, client, person) VALUES (?1, ?2, ?3)")
        .map_err(fault)?;
    for (client, person) in &doc.new_authors {
        add.execute(params![id, client.to_string(), person.to_string()]).map_err(fault)?;
    }
    Ok(())
}

/// Writes what is remembered of a replica's changes.
pub(super) fn remembered(
    db: &Connection,
    work: &Work,
    replica: ReplicaId,
    device: DeviceId,
    person: PersonId,
) -> Result<(), HubError> {
    let id = replica.to_string();
    let forgotten = work.forget_to();
    db.prepare_cached(
        "INSERT INTO replica (id, device, last_counter, forgotten) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (id) DO UPDATE SET last_counter = ?3, forgotten = ?4",
    )
    .map_err(fault)?
    .execute(params![id, device.to_string(), int(work.last_counter), int(forgotten)])
    .map_err(fault)?;
    let mut add = db
        .prepare_cached("INSERT INTO result (replica, counter, hash, answered) VALUES (?1, ?2, ?3, ?4)")
        .map_err(fault)?;
    for (hash, answered) in &work.results {
        let json = serde_json::to_string(answered).map_err(|_| HubError::corrupt("a result"))?;
        add.execute(params![id, int(answered.id.counter), hash, json]).map_err(fault)?;
    }
    if forgotten > work.forgotten {
        db.prepare_cached("DELETE FROM result WHERE replica = ?1 AND counter <= ?2")
            .map_err(fault)?
            .execute(params![id, int(forgotten)])
            .map_err(fault)?;
    }
    let mut add = db
        .prepare_cached("INSERT INTO held (person, reason, at, change) VALUES (?1, ?2, ?3, ?4)")
        .map_err(fault)?;
    for held in &work.held {
        add.execute(params![person.to_string(), held.reason, int(work.now_ms), held.json]).map_err(fault)?;
    }
    Ok(())
}
