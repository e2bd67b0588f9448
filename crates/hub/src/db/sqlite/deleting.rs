//! What is kept of a copy's deletions, so that many at once are noticed over pushes and restarts.

use crate::db::read::{int, parsed, uint};
use crate::db::sqlite::fault;
use crate::error::HubError;
use crate::push::deleting::{CONFIRMED_MS, Deleting, FEW, WINDOW_MIN, asked_for, minute};
use crate::work::Work;
use linchpin_domain::change::Change;
use linchpin_domain::id::{PersonId, ReplicaId};
use rusqlite::{Connection, OptionalExtension, params};

/// Loads what the changes' deletions are judged by.
pub(super) fn load(
    db: &Connection,
    work: &mut Work,
    person: PersonId,
    replica: ReplicaId,
    changes: &[Change],
) -> Result<(), HubError> {
    let asked = asked_for(changes);
    if asked.is_empty() {
        return Ok(());
    }
    let mut deleting = Deleting::default();
    let mut find = db
        .prepare_cached(
            "SELECT s.name, sum(d.records) FROM deletion d JOIN space s ON s.no = d.space_no
             WHERE d.replica = ?1 AND d.minute > ?2 GROUP BY d.space_no",
        )
        .map_err(fault)?;
    let since = int(minute(work.now_ms).saturating_sub(WINDOW_MIN));
    let rows = find
        .query_map(params![replica.to_string(), since], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
        })
        .map_err(fault)?;
    for row in rows {
        let (space, records) = row.map_err(fault)?;
        deleting.lately.insert(parsed(&space, "a space's name")?, uint(records));
    }
    let mut count = db.prepare_cached("SELECT count(*) FROM record WHERE space_no = ?1").map_err(fault)?;
    let mut confirmed = db
        .prepare_cached("SELECT 1 FROM deletion_confirmed WHERE person = ?1 AND record = ?2")
        .map_err(fault)?;
    for (space, records) in asked {
        let now = u64::try_from(records.len()).unwrap_or(u64::MAX);
        if deleting.lately.get(&space).copied().unwrap_or(0).saturating_add(now) > FEW
            && let Some(no) = work.spaces.get(&space).and_then(|there| there.no)
        {
            let there = count.query_row([no], |row| row.get(0)).map_err(fault)?;
            deleting.records.insert(space, uint(there));
        }
        for record in records {
            let values = params![person.to_string(), record.to_string()];
            if confirmed.query_row(values, |_| Ok(())).optional().map_err(fault)?.is_some() {
                deleting.confirmed.insert(record);
            }
        }
    }
    work.deleting = deleting;
    Ok(())
}

/// Writes what was counted and confirmed; what is old is forgotten.
pub(super) fn write(
    db: &Connection,
    work: &Work,
    person: PersonId,
    replica: ReplicaId,
) -> Result<(), HubError> {
    let (replica, now) = (replica.to_string(), minute(work.now_ms));
    for (space, records) in &work.deleting.now {
        let Some(no) = work.spaces.get(space).and_then(|there| there.no) else { continue };
        let records = i64::try_from(records.len()).unwrap_or(i64::MAX);
        db.prepare_cached(
            "INSERT INTO deletion (replica, space_no, minute, records) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (replica, space_no, minute) DO UPDATE SET records = records + ?4",
        )
        .map_err(fault)?
        .execute(params![replica, no, int(now), records])
        .map_err(fault)?;
    }
    if !work.deleting.now.is_empty() {
        let old = int(now.saturating_sub(WINDOW_MIN));
        db.prepare_cached("DELETE FROM deletion WHERE replica = ?1 AND minute <= ?2")
            .map_err(fault)?
            .execute(params![replica, old])
            .map_err(fault)?;
    }
    let (person, at) = (person.to_string(), int(work.now_ms));
    for record in &work.deleting.newly_confirmed {
        db.prepare_cached(
            "INSERT OR REPLACE INTO deletion_confirmed (person, record, at) VALUES (?1, ?2, ?3)",
        )
        .map_err(fault)?
        .execute(params![person, record.to_string(), at])
        .map_err(fault)?;
    }
    if !work.deleting.newly_confirmed.is_empty() {
        let old = int(work.now_ms.saturating_sub(CONFIRMED_MS));
        db.prepare_cached("DELETE FROM deletion_confirmed WHERE person = ?1 AND at < ?2")
            .map_err(fault)?
            .execute(params![person, old])
            .map_err(fault)?;
    }
    Ok(())
}
