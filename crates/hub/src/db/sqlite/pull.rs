//! Reading for others: which spaces, what is new in them, whole spaces, how far devices are. Every query is
//! bound to who asks.

use crate::db::read::{Pager, SpaceRow, int, own_spaces, parsed, readable_of, uint};
use crate::db::sqlite::fault;
use crate::db::sqlite::rows::{self, space_columns};
use crate::db::sqlite::write::log_no;
use crate::db::{Fixed, MOST_SEEN, Pulled, StoredPage, text_state};
use crate::error::HubError;
use crate::scope::Scope;
use linchpin_domain::can::Action;
use linchpin_domain::space::{Space, SpaceKind};
use linchpin_protocol::bootstrap::Row;
use linchpin_protocol::live::SeenBy;
use linchpin_protocol::pull::Cursor;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;

/// Returns every space that may be read, the most urgent first.
pub(super) fn readable(db: &Connection, scope: &Scope) -> Result<Vec<(Space, SpaceRow)>, HubError> {
    let mut spaces = Vec::new();
    let mut own = own_spaces(scope);
    if scope.reads_every_region() {
        own.retain(|space| space.kind() != SpaceKind::Region);
        own.extend(rows::regions(db)?);
    }
    for space in own {
        if let Some(row) = readable_one(db, scope, &space)? {
            spaces.push((space, row));
        }
    }
    let mut find = db
        .prepare_cached(
            "SELECT s.no, s.head, s.sum, s.floor, s.restored_head, s.name, a.who, a.given
             FROM access a JOIN space s ON s.no = a.space_no WHERE a.who IN ('*', ?1) ORDER BY s.no",
        )
        .map_err(fault)?;
    let found = find
        .query_map([scope.person.to_string()], |row| {
            let given = (row.get::<_, String>(6)?, row.get::<_, String>(7)?);
            Ok((space_columns(row)?, row.get::<_, String>(5)?, Some(given)))
        })
        .map_err(fault)?
        .collect::<Result<Vec<_>, _>>()
        .map_err(fault)?;
    spaces.extend(readable_of(scope, &found)?);
    spaces.sort_by_key(|(space, _)| space.priority());
    Ok(spaces)
}

/// Returns a space where it may be read.
pub(super) fn readable_one(
    db: &Connection,
    scope: &Scope,
    space: &Space,
) -> Result<Option<SpaceRow>, HubError> {
    let Some(row) = rows::space(db, space)? else { return Ok(None) };
    let hand = rows::hand(db, scope, space, row.no)?;
    Ok(scope.may(Action::Pull, space, hand, false).then_some(row))
}

/// Reads what is new.
pub(super) fn pull(
    db: &Connection,
    scope: &Scope,
    cursors: &[Cursor],
    entries: usize,
    bytes: usize,
) -> Result<Pulled, HubError> {
    let mut pulled = Pulled { pages: Vec::new(), gone: Vec::new(), bootstrap: Vec::new(), also: Vec::new() };
    let (mut entries, mut bytes) = (entries, bytes);
    for Cursor { space, seq } in cursors {
        let Some(row) = readable_one(db, scope, space)? else {
            pulled.gone.push(space.clone());
            continue;
        };
        if *seq < row.floor || *seq > row.head {
            pulled.bootstrap.push(space.clone());
        } else if *seq < row.head {
            let page = page(db, space, &row, *seq, entries, bytes)?;
            entries = entries.saturating_sub(page.entries.len());
            bytes = bytes.saturating_sub(page.entries.iter().map(String::len).sum());
            pulled.pages.push(page);
        }
    }
    let asked: BTreeSet<&Space> = cursors.iter().map(|cursor| &cursor.space).collect();
    let all = readable(db, scope)?;
    pulled.also = all.into_iter().map(|(space, _)| space).filter(|space| !asked.contains(space)).collect();
    Ok(pulled)
}

/// Reads a page.
fn page(
    db: &Connection,
    space: &Space,
    row: &SpaceRow,
    from: u64,
    most: usize,
    most_bytes: usize,
) -> Result<StoredPage, HubError> {
    let mut pager = Pager::new(space, row, from, most, most_bytes);
    if !pager.has_room() {
        return Ok(pager.end());
    }
    let mut find = db
        .prepare_cached("SELECT no, cut, entry FROM change_log WHERE no > ?1 AND no <= ?2 ORDER BY no")
        .map_err(fault)?;
    let mut found = find.query([log_no(row.no, from), log_no(row.no, row.head)]).map_err(fault)?;
    while let Some(line) = found.next().map_err(fault)? {
        let seq = uint(line.get::<_, i64>(0).map_err(fault)? - log_no(row.no, 0));
        if !pager.add(seq, line.get(1).map_err(fault)?, line.get(2).map_err(fault)?) {
            break;
        }
    }
    Ok(pager.end())
}

/// Reads a whole space, records by kind and id, then texts.
pub(super) fn fill(
    db: &Connection,
    scope: &Scope,
    space: &Space,
    visit: &mut dyn FnMut(&str) -> Result<(), HubError>,
) -> Result<Option<Fixed>, HubError> {
    let Some(row) = readable_one(db, scope, space)? else { return Ok(None) };
    let mut count = 0;
    let mut line = |row: &Row| {
        let json = serde_json::to_string(row).map_err(|_| HubError::corrupt("a row of a fill"))?;
        count += 1;
        visit(&json)
    };
    rows::each_record(db, row.no, &mut |record| line(&Row::Record(record.envelope)))?;
    let mut find =
        db.prepare_cached("SELECT doc FROM text_doc WHERE space_no = ?1 ORDER BY doc").map_err(fault)?;
    let docs = find
        .query_map([row.no], |row| row.get::<_, String>(0))
        .map_err(fault)?
        .collect::<Result<Vec<_>, _>>()
        .map_err(fault)?;
    for doc in docs {
        if let Some(work) = rows::doc(db, parsed(&doc, "a document's id")?, None)? {
            line(&Row::Text(text_state(work)))?;
        }
    }
    Ok(Some(Fixed { seq: row.head, sum: row.sum, rows: count }))
}

/// Notes how far a device is; a number that is not higher than the one before, or that does not exist, is
/// passed over.
pub(super) fn seen(
    db: &Connection,
    scope: &Scope,
    cursors: &[Cursor],
    now_ms: u64,
) -> Result<Vec<SeenBy>, HubError> {
    let mut news = Vec::new();
    for Cursor { space, seq } in cursors {
        if !matches!(space.kind(), SpaceKind::Call | SpaceKind::Response) {
            continue;
        }
        let Some(row) = readable_one(db, scope, space)? else { continue };
        let seq = (*seq).min(row.head);
        let (device, person) = (scope.device.to_string(), scope.person.to_string());
        let moved = db
            .prepare_cached(
                "INSERT INTO device_cursor (device, space_no, person, seq, at) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (device, space_no) DO UPDATE SET seq = ?4, at = ?5 WHERE seq < ?4",
            )
            .map_err(fault)?
            .execute(params![device, row.no, person, int(seq), int(now_ms)])
            .map_err(fault)?;
        if moved > 0 {
            news.push(SeenBy { space: space.clone(), person: scope.person, device: scope.device, seq });
        }
    }
    Ok(news)
}

/// Returns how far others' devices are.
pub(super) fn seen_by(db: &Connection, scope: &Scope) -> Result<Vec<SeenBy>, HubError> {
    let mut all = Vec::new();
    let mut find = db
        .prepare_cached("SELECT device, person, seq FROM device_cursor WHERE space_no = ?1")
        .map_err(fault)?;
    for (space, row) in readable(db, scope)? {
        if !matches!(space.kind(), SpaceKind::Call | SpaceKind::Response) || all.len() >= MOST_SEEN {
            continue;
        }
        let found = find
            .query_map([row.no], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?))
            })
            .map_err(fault)?;
        for cursor in found {
            let (device, person, seq) = cursor.map_err(fault)?;
            let (device, person) = (parsed(&device, "a device's id")?, parsed(&person, "a person's id")?);
            all.push(SeenBy { space: space.clone(), person, device, seq: uint(seq) });
        }
    }
    Ok(all)
}
