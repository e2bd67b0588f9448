//! The record of deeds in PostgreSQL: whoever adds to it holds a lock until COMMIT, so the chain grows at one end.

use crate::audit::{Link, Links, Note};
use crate::db::postgres::tx::Tx;
use crate::db::read::{int, uint};
use crate::error::HubError;
use linchpin_protocol::hello::AuditHead;
use postgres::Row;

/// The number of the lock under which the chain grows: "LAUD".
const GROWING: i64 = 0x4c41_5544;

/// Adds what is done in this transaction. It is asked for last: nobody else's deed goes in until COMMIT.
pub(super) fn add(tx: &mut Tx<'_>, note: &Note, now_ms: u64) -> Result<(), HubError> {
    tx.run("SELECT pg_advisory_xact_lock($1)", &[&GROWING])?;
    let link = Link::after(&head(tx)?, note, now_ms);
    let sql =
        "INSERT INTO audit (no, at, actor, act, object, detail, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let (no, at) = (int(link.no), int(link.at));
    tx.run(sql, &[&no, &at, &link.actor, &link.act, &link.object, &link.detail, &link.hash])?;
    Ok(())
}

/// Returns the chain's end.
pub(super) fn head(tx: &mut Tx<'_>) -> Result<AuditHead, HubError> {
    let row = tx.row("SELECT no, hash FROM audit ORDER BY no DESC LIMIT 1", &[])?;
    row.map_or_else(
        || Ok(AuditHead::default()),
        |row| Ok(AuditHead { no: uint(row.try_get(0)?), hash: row.try_get(1)? }),
    )
}

/// Gives link after link from the beginning.
pub(super) fn each(tx: &mut Tx<'_>, links: &mut Links<'_>) -> Result<(), HubError> {
    let sql = "SELECT no, at, actor, act, object, detail, hash FROM audit ORDER BY no";
    tx.each(sql, &[], &mut |row| links(link(row)?).map(|()| true))
}

fn link(row: &Row) -> Result<Link, HubError> {
    Ok(Link {
        no: uint(row.try_get(0)?),
        at: uint(row.try_get(1)?),
        actor: row.try_get(2)?,
        act: row.try_get(3)?,
        object: row.try_get(4)?,
        detail: row.try_get(5)?,
        hash: row.try_get(6)?,
    })
}
