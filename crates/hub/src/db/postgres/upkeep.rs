//! What whoever looks after the hub asks of the store: invitations, status, a new epoch. Copies are the database's
//! own business.

use crate::db::postgres::store;
use crate::db::postgres::tx::Tx;
use crate::db::read::{int, uint};
use crate::db::{HubFacts, Inviting, Status, role_word};
use crate::error::HubError;
use linchpin_domain::epoch;

pub(super) fn invite(tx: &mut Tx<'_>, inviting: &Inviting<'_>) -> Result<(), HubError> {
    let Inviting { email, role, region, hash, now_ms, expires_at } = inviting;
    let sql = "INSERT INTO invitation (hash, email, role, region, made_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)";
    tx.run(sql, &[hash, email, &role_word(*role), region, &int(*now_ms), &int(*expires_at)])?;
    Ok(())
}

/// One count a column, in the order in which they are read.
const STATUS: &str = "SELECT
     (SELECT count(*) FROM person),
     (SELECT count(*) FROM device WHERE revoked_at = 0),
     (SELECT count(*) FROM invitation WHERE used_at = 0 AND expires_at > $1),
     (SELECT count(*) FROM space),
     (SELECT count(*) FROM record),
     (SELECT count(*) FROM text_doc),
     (SELECT coalesce(sum(head), 0)::bigint FROM space),
     (SELECT count(*) FROM held),
     (SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c
      WHERE c.relkind = 'r' AND c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'hub'::regclass))";

pub(super) fn status(tx: &mut Tx<'_>, now_ms: u64) -> Result<Status, HubError> {
    let HubFacts { id, network, epoch } = store::facts(tx)?;
    let row = tx.row(STATUS, &[&int(now_ms)])?.ok_or_else(|| HubError::corrupt("the status"))?;
    let count = |column: usize| -> Result<u64, HubError> { Ok(uint(row.try_get(column)?)) };
    Ok(Status {
        network,
        hub: id.to_string(),
        epoch,
        people: count(0)?,
        devices: count(1)?,
        invitations: count(2)?,
        spaces: count(3)?,
        records: count(4)?,
        texts: count(5)?,
        entries: count(6)?,
        set_aside: count(7)?,
        bytes: count(8)?,
    })
}

/// Begins a new epoch. Nonces are forgotten with it: what desks show now is of a time that the copy lacks.
pub(super) fn new_epoch(tx: &mut Tx<'_>, random: u32) -> Result<u64, HubError> {
    let row = tx.row("SELECT epoch FROM hub FOR UPDATE", &[])?.ok_or(HubError::NoHub)?;
    let epoch = epoch::next(uint(row.try_get(0)?), random);
    tx.run("UPDATE hub SET epoch = $1", &[&int(epoch)])?;
    tx.batch("UPDATE space SET restored_head = head; UPDATE replica SET nonce = '';")?;
    Ok(epoch)
}
