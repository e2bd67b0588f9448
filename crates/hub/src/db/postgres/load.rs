//! Loading what a push touches into the working state. Spaces are locked before anything of them is read, in the
//! order of their names, so that whoever waits reads what stands then, and two that wait for each other are rare.

use crate::db::decide::{named, parts, shared, touched};
use crate::db::postgres::deleting;
use crate::db::postgres::rows::{self, names};
use crate::db::postgres::tx::Tx;
use crate::db::read::{hand_of, int, parsed, space_row, uint};
use crate::error::HubError;
use crate::push::hash_of;
use crate::scope::Scope;
use crate::work::{SpaceWork, Work};
use linchpin_domain::change::{Change, Op};
use linchpin_domain::id::{AnswerId, CommandId, RecordId, ReplicaId};
use linchpin_domain::space::Space;
use linchpin_domain::stamp::Stamp;
use std::collections::{BTreeMap, BTreeSet};

/// Loads what the changes touch.
pub(super) fn push(
    tx: &mut Tx<'_>,
    scope: &Scope,
    replica: ReplicaId,
    changes: &[Change],
    now_ms: u64,
) -> Result<Work, HubError> {
    // What all members have is looked at for rights alone and not locked: every push would wait for every other.
    let mut work = spaces(tx, scope, &touched(changes), &[Space::ALL_MEMBERS], now_ms)?;
    memory(tx, &mut work, replica, changes)?;
    let mut ids = BTreeSet::new();
    let mut commands = Vec::new();
    for change in changes {
        match &change.op {
            Op::Put(put) => _ = ids.insert(put.id),
            Op::Text(update) => _ = ids.insert(update.doc.into()),
            Op::Cmd(asked) => commands.push(asked.cid),
        }
    }
    ids.extend(parts(changes));
    let ids: Vec<RecordId> = ids.into_iter().collect();
    for record in rows::records(tx, &ids)? {
        work.records.insert(record.envelope.id, record);
    }
    decided_before(tx, &mut work, &commands)?;
    for space in shared(changes) {
        if let Some(there) = work.spaces.get_mut(&space)
            && let Some(no) = there.no
        {
            there.access = rows::access(tx, no)?;
        }
    }
    work.people = rows::roles(tx, &names(&named(changes)))?;
    texts(tx, &mut work, replica, changes)?;
    deleting::load(tx, &mut work, scope.person, replica, changes)?;
    Ok(work)
}

/// Locks some spaces, and reads them and others.
pub(super) fn spaces(
    tx: &mut Tx<'_>,
    scope: &Scope,
    locked: &BTreeSet<Space>,
    read: &[Space],
    now_ms: u64,
) -> Result<Work, HubError> {
    let (mut last_stamp, mut last_clamped) = (Stamp::ZERO, Stamp::ZERO);
    let mut wanted = names(locked);
    // Each space has stamps of its own. The later of several is above all of them.
    let lock = "SELECT last_stamp, last_clamped FROM space WHERE name = ANY ($1) ORDER BY name FOR UPDATE";
    for row in tx.rows(lock, &[&wanted])? {
        last_stamp = last_stamp.max(parsed(row.try_get(0)?, "the last stamp")?);
        last_clamped = last_clamped.max(parsed(row.try_get(1)?, "the last lowered stamp")?);
    }
    let mut work = Work::at(now_ms, last_stamp, last_clamped);
    wanted.extend(names(read));
    let found = rows::spaces(tx, scope, &wanted)?;
    for of_one in found.chunk_by(|(one, ..), (next, ..)| one.0 == next.0) {
        let Some((columns, name, _)) = of_one.first() else { continue };
        let (space, row): (Space, _) = (parsed(name, "a space's name")?, space_row(columns.clone())?);
        let given: Vec<_> = of_one.iter().filter_map(|(.., given)| given.clone()).collect();
        let hand = hand_of(scope, &space, &given);
        work.spaces.insert(space, SpaceWork::known(row.no, row.head, row.sum, hand));
    }
    Ok(work)
}

fn memory(tx: &mut Tx<'_>, work: &mut Work, replica: ReplicaId, changes: &[Change]) -> Result<(), HubError> {
    let replica = replica.to_string();
    if let Some(row) = tx.row("SELECT last_counter, forgotten FROM replica WHERE id = $1", &[&replica])? {
        (work.last_counter, work.forgotten) = (uint(row.try_get(0)?), uint(row.try_get(1)?));
    }
    let before = changes.iter().map(|change| change.id.counter).filter(|n| *n <= work.last_counter);
    let before: Vec<i64> = before.map(int).collect();
    if before.is_empty() {
        return Ok(());
    }
    let sql = "SELECT counter, hash, answered FROM result WHERE replica = $1 AND counter = ANY ($2)";
    for row in tx.rows(sql, &[&replica, &before])? {
        let answered: &str = row.try_get(2)?;
        let answered =
            serde_json::from_str(answered).map_err(|_| HubError::corrupt("a remembered result"))?;
        work.remembered.insert(uint(row.try_get(0)?), (row.try_get(1)?, answered));
    }
    Ok(())
}

fn decided_before(tx: &mut Tx<'_>, work: &mut Work, commands: &[CommandId]) -> Result<(), HubError> {
    if commands.is_empty() {
        return Ok(());
    }
    let sql = "SELECT cid, outcome FROM command_result WHERE cid = ANY ($1)";
    for row in tx.rows(sql, &[&names(commands)])? {
        let outcome = serde_json::from_str(row.try_get(1)?);
        let outcome = outcome.map_err(|_| HubError::corrupt("a command's outcome"))?;
        work.commands.insert(parsed(row.try_get(0)?, "a command's id")?, outcome);
    }
    Ok(())
}

fn texts(tx: &mut Tx<'_>, work: &mut Work, replica: ReplicaId, changes: &[Change]) -> Result<(), HubError> {
    let mut bases: BTreeMap<AnswerId, u64> = BTreeMap::new();
    let mut hashes: BTreeMap<AnswerId, Vec<Vec<u8>>> = BTreeMap::new();
    for change in changes {
        if let Op::Text(update) = &change.op {
            let base = bases.entry(update.doc).or_insert(change.base);
            *base = (*base).min(change.base);
            hashes.entry(update.doc).or_default().push(hash_of(&update.bytes.0).to_vec());
        }
    }
    let mut apart = BTreeSet::new();
    for (doc, base) in &bases {
        let Some(mut there) = rows::doc(tx, *doc, Some(*base))? else { continue };
        if there.rows.iter().any(|row| row.seq > *base && row.replica != replica) {
            apart.insert(there.space.clone());
        }
        let sql = "SELECT hash, seq FROM text_update WHERE doc = $1 AND hash = ANY ($2)";
        for row in tx.rows(sql, &[&doc.to_string(), &hashes.get(doc)])? {
            let hash: Vec<u8> = row.try_get(0)?;
            let hash = hash.try_into().map_err(|_| HubError::corrupt("an update's hash"))?;
            there.known_hashes.insert(hash, uint(row.try_get(1)?));
        }
        work.docs.insert(*doc, there);
    }
    // What earlier merges of these documents left to be looked at.
    for space in apart {
        for record in rows::looks(tx, &space, &names(bases.keys()))? {
            work.records.entry(record.envelope.id).or_insert(record);
        }
    }
    Ok(())
}
