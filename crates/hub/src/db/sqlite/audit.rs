//! The record of deeds in SQLite: one writer, so the chain grows at one end.

use crate::audit::{Link, Links, Note};
use crate::db::read::{int, uint};
use crate::db::sqlite::fault;
use crate::error::HubError;
use linchpin_protocol::hello::AuditHead;
use rusqlite::{Connection, OptionalExtension, params};

/// Adds what is done in this transaction.
pub(super) fn add(db: &Connection, note: &Note, now_ms: u64) -> Result<(), HubError> {
    let link = Link::after(&head(db)?, note, now_ms);
    db.prepare_cached(
        "INSERT INTO audit (no, at, actor, act, object, detail, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )
    .map_err(fault)?
    .execute(params![int(link.no), int(link.at), link.actor, link.act, link.object, link.detail, link.hash])
    .map_err(fault)?;
    Ok(())
}

/// Returns the chain's end.
pub(super) fn head(db: &Connection) -> Result<AuditHead, HubError> {
    let last = db
        .prepare_cached("SELECT no, hash FROM audit ORDER BY no DESC LIMIT 1")
        .map_err(fault)?
        .query_row([], |row| Ok(AuditHead { no: uint(row.get(0)?), hash: row.get(1)? }))
        .optional()
        .map_err(fault)?;
    Ok(last.unwrap_or_default())
}

/// Gives link after link from the beginning.
pub(super) fn each(db: &Connection, links: &mut Links<'_>) -> Result<(), HubError> {
    let mut find = db
        .prepare("SELECT no, at, actor, act, object, detail, hash FROM audit ORDER BY no")
        .map_err(fault)?;
    let mut found = find.query([]).map_err(fault)?;
    while let Some(row) = found.next().map_err(fault)? {
        links(link(row).map_err(fault)?)?;
    }
    Ok(())
}

fn link(row: &rusqlite::Row<'_>) -> rusqlite::Result<Link> {
    Ok(Link {
        no: uint(row.get(0)?),
        at: uint(row.get(1)?),
        actor: row.get(2)?,
        act: row.get(3)?,
        object: row.get(4)?,
        detail: row.get(5)?,
        hash: row.get(6)?,
    })
}
