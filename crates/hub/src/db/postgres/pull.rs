//! Reading for others: which spaces, what is new in them, whole spaces, how far devices are. Every query is
//! bound to who asks.

use crate::db::postgres::rows::{self, names};
use crate::db::postgres::tx::Tx;
use crate::db::read::{Pager, SpaceRow, int, own_spaces, parsed, readable_of, uint};
use crate::db::{Fixed, MOST_SEEN, Pulled, StoredPage, text_state};
use crate::error::HubError;
use crate::scope::Scope;
use linchpin_domain::space::{Space, SpaceKind};
use linchpin_protocol::bootstrap::Row;
use linchpin_protocol::live::SeenBy;
use linchpin_protocol::pull::Cursor;
use std::collections::{BTreeMap, BTreeSet};

/// Returns every space that may be read, the most urgent first.
pub(super) fn readable(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<(Space, SpaceRow)>, HubError> {
    let found = rows::given_spaces(tx, scope, &names(&own_spaces(scope)))?;
    let mut spaces = readable_of(scope, &found)?;
    spaces.sort_by_key(|(space, _)| space.priority());
    Ok(spaces)
}

/// Returns those of some spaces that may be read.
pub(super) fn readable_among<'a>(
    tx: &mut Tx<'_>,
    scope: &Scope,
    spaces: impl IntoIterator<Item = &'a Space>,
) -> Result<BTreeMap<Space, SpaceRow>, HubError> {
    let found = rows::spaces(tx, scope, &names(spaces))?;
    Ok(readable_of(scope, &found)?.into_iter().collect())
}

/// Reads what is new.
pub(super) fn pull(
    tx: &mut Tx<'_>,
    scope: &Scope,
    cursors: &[Cursor],
    entries: usize,
    bytes: usize,
) -> Result<Pulled, HubError> {
    let mut pulled = Pulled { pages: Vec::new(), gone: Vec::new(), bootstrap: Vec::new(), also: Vec::new() };
    let (mut entries, mut bytes) = (entries, bytes);
    let there = readable_among(tx, scope, cursors.iter().map(|cursor| &cursor.space))?;
    for Cursor { space, seq } in cursors {
        let Some(row) = there.get(space) else {
            pulled.gone.push(space.clone());
            continue;
        };
        if *seq < row.floor || *seq > row.head {
            pulled.bootstrap.push(space.clone());
        } else if *seq < row.head {
            let page = page(tx, space, row, *seq, entries, bytes)?;
            entries = entries.saturating_sub(page.entries.len());
            bytes = bytes.saturating_sub(page.entries.iter().map(String::len).sum());
            pulled.pages.push(page);
        }
    }
    let asked: BTreeSet<&Space> = cursors.iter().map(|cursor| &cursor.space).collect();
    let all = readable(tx, scope)?;
    pulled.also = all.into_iter().map(|(space, _)| space).filter(|space| !asked.contains(space)).collect();
    Ok(pulled)
}

/// Reads a page.
fn page(
    tx: &mut Tx<'_>,
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
    let sql =
        "SELECT seq, cut, entry FROM change_log WHERE space_no = $1 AND seq > $2 AND seq <= $3 ORDER BY seq";
    tx.each(sql, &[&row.no, &int(from), &int(row.head)], &mut |row| {
        Ok(pager.add(uint(row.try_get(0)?), row.try_get(1)?, row.try_get(2)?))
    })?;
    Ok(pager.end())
}

/// Reads a whole space, records by kind and id, then texts.
pub(super) fn fill(
    tx: &mut Tx<'_>,
    scope: &Scope,
    space: &Space,
    visit: &mut dyn FnMut(&str) -> Result<(), HubError>,
) -> Result<Option<Fixed>, HubError> {
    let Some(row) = readable_among(tx, scope, [space])?.remove(space) else { return Ok(None) };
    let mut count = 0;
    let mut line = |row: &Row| {
        let json = serde_json::to_string(row).map_err(|_| HubError::corrupt("a row of a fill"))?;
        count += 1;
        visit(&json)
    };
    rows::each_record(tx, row.no, &mut |record| line(&Row::Record(record.envelope)))?;
    for found in tx.rows("SELECT doc FROM text_doc WHERE space_no = $1 ORDER BY doc", &[&row.no])? {
        if let Some(work) = rows::doc(tx, parsed(found.try_get(0)?, "a document's id")?, None)? {
            line(&Row::Text(text_state(work)))?;
        }
    }
    Ok(Some(Fixed { seq: row.head, sum: row.sum, rows: count }))
}

/// Notes how far a device is; a number that is not higher than the one before, or that does not exist, is
/// passed over.
pub(super) fn seen(
    tx: &mut Tx<'_>,
    scope: &Scope,
    cursors: &[Cursor],
    now_ms: u64,
) -> Result<Vec<SeenBy>, HubError> {
    let mut news = Vec::new();
    let shown = |space: &Space| matches!(space.kind(), SpaceKind::Call | SpaceKind::Response);
    let wanted = cursors.iter().map(|cursor| &cursor.space).filter(|space| shown(space));
    let there = readable_among(tx, scope, wanted)?;
    // In one order, so that two of one device do not wait for each other.
    let mut ordered: Vec<&Cursor> = cursors.iter().collect();
    ordered.sort_by(|one, other| one.space.cmp(&other.space));
    for Cursor { space, seq } in ordered {
        let Some(row) = there.get(space) else { continue };
        let seq = (*seq).min(row.head);
        let sql = "INSERT INTO device_cursor AS there (device, space_no, person, seq, at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (device, space_no) DO UPDATE SET seq = $4, at = $5 WHERE there.seq < $4";
        let (device, person) = (scope.device.to_string(), scope.person.to_string());
        if tx.run(sql, &[&device, &row.no, &person, &int(seq), &int(now_ms)])? > 0 {
            news.push(SeenBy { space: space.clone(), person: scope.person, device: scope.device, seq });
        }
    }
    Ok(news)
}

/// Returns how far others' devices are.
pub(super) fn seen_by(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<SeenBy>, HubError> {
    let shown: BTreeMap<i64, Space> = readable(tx, scope)?
        .into_iter()
        .filter(|(space, _)| matches!(space.kind(), SpaceKind::Call | SpaceKind::Response))
        .map(|(space, row)| (row.no, space))
        .collect();
    let nos: Vec<i64> = shown.keys().copied().collect();
    let most = i64::try_from(MOST_SEEN).unwrap_or(i64::MAX);
    let sql = "SELECT space_no, device, person, seq FROM device_cursor WHERE space_no = ANY ($1)
         ORDER BY at DESC LIMIT $2";
    let mut all = Vec::new();
    for row in tx.rows(sql, &[&nos, &most])? {
        let Some(space) = shown.get(&row.try_get(0)?) else { continue };
        let (device, person) =
            (parsed(row.try_get(1)?, "a device's id")?, parsed(row.try_get(2)?, "a person's id")?);
        all.push(SeenBy { space: space.clone(), person, device, seq: uint(row.try_get(3)?) });
    }
    Ok(all)
}
