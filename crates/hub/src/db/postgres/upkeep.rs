//! What whoever looks after the hub asks of the store: invitations, status, whether it adds up, a new epoch. Copies are the database's
//! own business.

use crate::audit::{Note, Noted};
use crate::db::postgres::tx::Tx;
use crate::db::postgres::{audit, rows, store};
use crate::db::read::{int, parsed, uint};
use crate::db::{HubFacts, Inviting, Status, role_word};
use crate::error::HubError;
use linchpin_domain::epoch;
use linchpin_domain::space::Space;
use linchpin_domain::sum::Sum;

pub(super) fn invite(tx: &mut Tx<'_>, inviting: &Inviting<'_>) -> Result<(), HubError> {
    let Inviting { email, role, region, hash, now_ms, expires_at, by } = inviting;
    let made_by = by.map(|by| by.to_string()).unwrap_or_default();
    let sql = "INSERT INTO invitation (hash, email, role, region, made_at, expires_at, made_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7)";
    tx.run(sql, &[hash, email, &role_word(*role), region, &int(*now_ms), &int(*expires_at), &made_by])?;
    audit::add(tx, &inviting.note(), *now_ms)
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

/// Begins a new epoch. Nonces and sessions are forgotten with it: what desks show now is of a time that the copy lacks.
pub(super) fn new_epoch(tx: &mut Tx<'_>, random: u32, now_ms: u64) -> Result<u64, HubError> {
    let row = tx.row("SELECT epoch FROM hub FOR UPDATE", &[])?.ok_or(HubError::NoHub)?;
    let epoch = epoch::next(uint(row.try_get(0)?), random);
    tx.run("UPDATE hub SET epoch = $1", &[&int(epoch)])?;
    tx.batch(
        "UPDATE space SET restored_head = head; UPDATE replica SET nonce = '';
         DELETE FROM session WHERE ended_at = 0;",
    )?;
    audit::add(tx, &Note::by_operator(Noted::EpochBegan, &epoch), now_ms)?;
    Ok(epoch)
}

/// Proves that every space's sum is that of its rows. Pages are the database's own business.
pub(super) fn check(tx: &mut Tx<'_>) -> Result<(), HubError> {
    let spaces = tx.rows("SELECT no, name, sum FROM space ORDER BY no", &[])?;
    for row in &spaces {
        let (no, name, sum): (i64, String, String) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let _space: Space = parsed(&name, "a space's name")?;
        let stored: Sum = parsed(&sum, "a space's sum")?;
        if sum_of(tx, no)? != stored {
            return Err(HubError::corrupt("a space whose sum does not add up"));
        }
    }
    Ok(())
}

fn sum_of(tx: &mut Tx<'_>, space_no: i64) -> Result<Sum, HubError> {
    let mut sum = Sum::default();
    rows::each_record(tx, space_no, &mut |record| {
        sum = sum.plus(Sum::of_record(&record.envelope));
        Ok(())
    })?;
    let sql =
        "SELECT u.doc, u.bytes FROM text_doc d JOIN text_update u ON u.doc = d.doc WHERE d.space_no = $1";
    tx.each(sql, &[&space_no], &mut |row| {
        let (doc, bytes): (String, Vec<u8>) = (row.try_get(0)?, row.try_get(1)?);
        sum = sum.plus(Sum::of_text(parsed(&doc, "a document's id")?, &bytes));
        Ok(true)
    })?;
    Ok(sum)
}
