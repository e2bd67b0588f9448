//! Loading what a push touches into the working state.

use crate::db::decide::{named, parts, shared, touched};
use crate::db::read::{int, parsed, uint};
use crate::db::sqlite::{deleting, fault, rows};
use crate::error::HubError;
use crate::scope::Scope;
use crate::work::Work;
use linchpin_domain::change::{Change, Op, Outcome};
use linchpin_domain::id::{AnswerId, CommandId, RecordId, ReplicaId};
use linchpin_domain::space::Space;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeMap, BTreeSet};

/// Reads the hub's clocks.
pub(super) fn clocks(db: &Connection, now_ms: u64) -> Result<Work, HubError> {
    let (last, clamped) = db
        .prepare_cached("SELECT last_stamp, last_clamped FROM hub")
        .map_err(fault)?
        .query_row([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))
        .map_err(fault)?;
    let (last_stamp, last_clamped) =
        (parsed(&last, "the last stamp")?, parsed(&clamped, "the last lowered stamp")?);
    Ok(Work::at(now_ms, last_stamp, last_clamped))
}

/// Loads what the changes touch.
pub(super) fn push(
    db: &Connection,
    scope: &Scope,
    replica: ReplicaId,
    changes: &[Change],
    now_ms: u64,
) -> Result<Work, HubError> {
    let mut work = clocks(db, now_ms)?;
    memory(db, &mut work, replica, changes)?;
    spaces(db, &mut work, scope, changes)?;
    for change in changes {
        match &change.op {
            Op::Put(put) => record(db, &mut work, put.id)?,
            Op::Text(update) => record(db, &mut work, update.doc.into())?,
            Op::Cmd(asked) => command(db, &mut work, asked.cid)?,
        }
    }
    for id in parts(changes) {
        record(db, &mut work, id)?;
    }
    work.people = rows::roles(db, &named(changes))?;
    texts(db, &mut work, replica, changes)?;
    deleting::load(db, &mut work, scope.person, replica, changes)?;
    Ok(work)
}

fn memory(db: &Connection, work: &mut Work, replica: ReplicaId, changes: &[Change]) -> Result<(), HubError> {
    let row = db
        .prepare_cached("SELECT last_counter, forgotten FROM replica WHERE id = ?1")
        .map_err(fault)?
        .query_row([replica.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
        .map_err(fault)?;
    let (last, forgotten) = row.unwrap_or((0, 0));
    (work.last_counter, work.forgotten) = (uint(last), uint(forgotten));
    let mut find = db
        .prepare_cached("SELECT hash, answered FROM result WHERE replica = ?1 AND counter = ?2")
        .map_err(fault)?;
    for change in changes.iter().filter(|change| change.id.counter <= work.last_counter) {
        let found = find
            .query_row(params![replica.to_string(), int(change.id.counter)], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
            })
            .optional()
            .map_err(fault)?;
        if let Some((hash, answered)) = found {
            let answered =
                serde_json::from_str(&answered).map_err(|_| HubError::corrupt("a remembered result"))?;
            work.remembered.insert(change.id.counter, (hash, answered));
        }
    }
    Ok(())
}

fn spaces(db: &Connection, work: &mut Work, scope: &Scope, changes: &[Change]) -> Result<(), HubError> {
    let mut wanted = touched(changes);
    wanted.insert(Space::ALL_MEMBERS);
    for space in wanted {
        if let Some(there) = rows::space_work(db, scope, &space)? {
            work.spaces.insert(space, there);
        }
    }
    for space in shared(changes) {
        if let Some(there) = work.spaces.get_mut(&space)
            && let Some(no) = there.no
        {
            there.access = rows::access(db, no)?;
        }
    }
    Ok(())
}

fn record(db: &Connection, work: &mut Work, id: RecordId) -> Result<(), HubError> {
    if !work.records.contains_key(&id)
        && let Some(there) = rows::record(db, id)?
    {
        work.records.insert(id, there);
    }
    Ok(())
}

fn command(db: &Connection, work: &mut Work, cid: CommandId) -> Result<(), HubError> {
    let found: Option<String> = db
        .prepare_cached("SELECT outcome FROM command_result WHERE cid = ?1")
        .map_err(fault)?
        .query_row([cid.to_string()], |row| row.get(0))
        .optional()
        .map_err(fault)?;
    if let Some(json) = found {
        let outcome: Outcome =
            serde_json::from_str(&json).map_err(|_| HubError::corrupt("a command's outcome"))?;
        work.commands.insert(cid, outcome);
    }
    Ok(())
}

fn texts(db: &Connection, work: &mut Work, replica: ReplicaId, changes: &[Change]) -> Result<(), HubError> {
    let mut bases: BTreeMap<AnswerId, u64> = BTreeMap::new();
    for change in changes {
        if let Op::Text(update) = &change.op {
            let base = bases.entry(update.doc).or_insert(change.base);
            *base = (*base).min(change.base);
        }
    }
    let mut apart = BTreeSet::new();
    for (doc, base) in &bases {
        let Some(there) = rows::doc(db, *doc, Some(*base))? else { continue };
        if there.rows.iter().any(|row| row.seq > *base && row.replica != replica) {
            apart.insert(there.space.clone());
        }
        work.docs.insert(*doc, there);
    }
    for space in apart {
        looks(db, work, &space, bases.keys())?;
    }
    let mut find =
        db.prepare_cached("SELECT seq FROM text_update WHERE doc = ?1 AND hash = ?2").map_err(fault)?;
    for change in changes {
        let Op::Text(update) = &change.op else { continue };
        let Some(doc) = work.docs.get_mut(&update.doc) else { continue };
        let hash = crate::push::hash_of(&update.bytes.0);
        let seq = find
            .query_row(params![update.doc.to_string(), hash], |row| row.get::<_, i64>(0))
            .optional()
            .map_err(fault)?;
        doc.known_hashes.extend(seq.map(|seq| (hash, uint(seq))));
    }
    Ok(())
}

/// Loads what earlier merges of the documents in one space left to be looked at.
fn looks<'a>(
    db: &Connection,
    work: &mut Work,
    space: &Space,
    docs: impl Iterator<Item = &'a AnswerId>,
) -> Result<(), HubError> {
    let Some(no) = work.spaces.get(space).and_then(|space| space.no) else { return Ok(()) };
    for doc in docs {
        for record in rows::looks(db, no, *doc)? {
            work.records.entry(record.envelope.id).or_insert(record);
        }
    }
    Ok(())
}
