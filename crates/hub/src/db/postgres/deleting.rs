//! What is kept of a copy's deletions, so that many at once are noticed over pushes and restarts. The copy's own row
//! is held meanwhile, so that two pushes of one copy do not count past each other.

use crate::db::postgres::rows::names;
use crate::db::postgres::tx::Tx;
use crate::db::read::{int, parsed, uint};
use crate::error::HubError;
use crate::push::deleting::{CONFIRMED_MS, Deleting, FEW, WINDOW_MIN, asked_for, minute};
use crate::work::Work;
use linchpin_domain::change::Change;
use linchpin_domain::id::{PersonId, ReplicaId};

/// Loads what the changes' deletions are judged by.
pub(super) fn load(
    tx: &mut Tx<'_>,
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
    let since = int(minute(work.now_ms).saturating_sub(WINDOW_MIN));
    let sql = "SELECT s.name, sum(d.records)::bigint FROM deletion d JOIN space s ON s.no = d.space_no
         WHERE d.replica = $1 AND d.minute > $2 GROUP BY s.name";
    for row in tx.rows(sql, &[&replica.to_string(), &since])? {
        deleting.lately.insert(parsed(row.try_get(0)?, "a space's name")?, uint(row.try_get(1)?));
    }
    for (space, records) in &asked {
        let now = u64::try_from(records.len()).unwrap_or(u64::MAX);
        if deleting.lately.get(space).copied().unwrap_or(0).saturating_add(now) > FEW
            && let Some(no) = work.spaces.get(space).and_then(|there| there.no)
            && let Some(row) = tx.row("SELECT count(*) FROM record WHERE space_no = $1", &[&no])?
        {
            deleting.records.insert(space.clone(), uint(row.try_get(0)?));
        }
    }
    let wanted = names(asked.values().flatten());
    let sql = "SELECT record FROM deletion_confirmed WHERE person = $1 AND record = ANY ($2)";
    for row in tx.rows(sql, &[&person.to_string(), &wanted])? {
        deleting.confirmed.insert(parsed(row.try_get(0)?, "a confirmed record")?);
    }
    work.deleting = deleting;
    Ok(())
}

/// Writes what was counted and confirmed; what is old is forgotten.
pub(super) fn write(
    tx: &mut Tx<'_>,
    work: &Work,
    person: PersonId,
    replica: ReplicaId,
) -> Result<(), HubError> {
    let (replica, now) = (replica.to_string(), minute(work.now_ms));
    for (space, records) in &work.deleting.now {
        let Some(no) = work.spaces.get(space).and_then(|there| there.no) else { continue };
        let records = i64::try_from(records.len()).unwrap_or(i64::MAX);
        let sql = "INSERT INTO deletion AS there (replica, space_no, minute, records) VALUES ($1, $2, $3, $4)
             ON CONFLICT (replica, space_no, minute) DO UPDATE SET records = there.records + $4";
        tx.run(sql, &[&replica, &no, &int(now), &records])?;
    }
    if !work.deleting.now.is_empty() {
        let old = int(now.saturating_sub(WINDOW_MIN));
        tx.run("DELETE FROM deletion WHERE replica = $1 AND minute <= $2", &[&replica, &old])?;
    }
    if !work.deleting.newly_confirmed.is_empty() {
        let (person, at) = (person.to_string(), int(work.now_ms));
        let sql =
            "INSERT INTO deletion_confirmed (person, record, at) SELECT $1, *, $3 FROM unnest($2::text[])
             ON CONFLICT (person, record) DO UPDATE SET at = $3";
        tx.run(sql, &[&person, &names(&work.deleting.newly_confirmed), &at])?;
        let old = int(work.now_ms.saturating_sub(CONFIRMED_MS));
        tx.run("DELETE FROM deletion_confirmed WHERE person = $1 AND at < $2", &[&person, &old])?;
    }
    Ok(())
}
