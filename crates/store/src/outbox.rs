//! What sync sends: own changes in the order they were made, groups whole where they fit. Reading alone;
//! "in flight" lives in sync's memory, so that a crash simply sends again.

use crate::codec::{count, len, record_id, uint};
use crate::error::StoreError;
use crate::open::Store;
use crate::reader::Reader;
use crate::table::outbox::{self, Raw};
use crate::table::space;
use linchpin_domain::change::{Change, HeldBecause};
use linchpin_domain::id::RecordId;
use linchpin_domain::space::Space;
use rusqlite::OptionalExtension;
use std::collections::BTreeMap;

/// Facts about what has not reached the hub.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutboxFacts {
    /// Changes that wait.
    pub waiting: u32,
    /// When the oldest of them was made, milliseconds since 1970.
    pub oldest_ms: Option<u64>,
    /// Changes that the hub holds until somebody decides.
    pub held: u32,
    /// Records whose deletion the hub holds because they are many at once.
    pub held_deletions: u32,
    /// Changes that the hub refused.
    pub refused: u32,
    /// When the newest own change was made, as far as it is remembered.
    pub made_ms: Option<u64>,
    /// When the hub last took one, as far as it is remembered.
    pub sent_ms: Option<u64>,
}

/// Own changes of one record that have not reached the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingRow {
    /// The space.
    pub space: Space,
    /// The record, or the document.
    pub record: RecordId,
    /// The record's kind; `text` for words of an answer, `command` for what the hub decides.
    pub kind: String,
    /// How many changes.
    pub changes: u32,
    /// When the newest was made, milliseconds since 1970.
    pub newest_ms: u64,
    /// `waiting`, `held` or `refused`.
    pub status: String,
    /// The hub's reason, as its code.
    pub reason: String,
}

impl Store {
    /// Returns changes that wait, counters rising, within the limits. A group is cut only where it alone is
    /// above the limits.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn waiting(&self, max_changes: usize, max_bytes: usize) -> Result<Vec<Change>, StoreError> {
        self.read(|reader| {
            let mut rows = outbox::waiting(reader.db, max_changes.saturating_add(LOOK_AHEAD))?;
            let mut bytes = 0;
            let fits = rows
                .iter()
                .take(max_changes)
                .take_while(|row| {
                    bytes += row.size() + 200;
                    bytes <= uint(len(max_bytes))
                })
                .count();
            rows.truncate(whole_groups(&rows, fits));
            let mut spaces: BTreeMap<i64, Space> = BTreeMap::new();
            rows.into_iter()
                .map(|row| {
                    let row = row.read()?;
                    let space = match spaces.get(&row.space_no) {
                        Some(space) => space.clone(),
                        None => {
                            let space = space::by_no(reader.db, row.space_no)?.space;
                            spaces.insert(row.space_no, space.clone());
                            space
                        }
                    };
                    Ok(row.into_change(space))
                })
                .collect()
        })
    }
}

/// How far beyond the limit rows are looked at to see whether a group goes on: the most changes of a group.
const LOOK_AHEAD: usize = 201;

/// Returns how many of the first `fits` rows can go without cutting a group; one row at least, if there is one.
fn whole_groups(rows: &[Raw], fits: usize) -> usize {
    let mut cut = fits;
    while let Some((now, later)) = rows.split_at_checked(cut).filter(|(now, _)| !now.is_empty()) {
        let goes_on = |row: &Raw| later.iter().any(|other| other.group() == row.group());
        match now.iter().position(goes_on) {
            Some(0) => return fits.max(1),
            Some(first) => cut = first,
            None => return cut,
        }
    }
    fits.max(1)
}

impl Reader<'_> {
    /// Returns facts about what has not reached the hub.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn outbox_facts(&self) -> Result<OutboxFacts, StoreError> {
        let number = |status: &str| -> Result<u32, StoreError> {
            let sql = "SELECT count(*) FROM outbox WHERE status = ?1";
            Ok(count(self.db.prepare_cached(sql)?.query_row([status], |row| row.get(0))?))
        };
        let sql = "SELECT c.made_at FROM outbox o JOIN change c ON c.no = o.no
                   WHERE o.status = 'waiting' ORDER BY o.no LIMIT 1";
        let mut query = self.db.prepare_cached(sql)?;
        let oldest_ms = query.query_map([], |row| row.get(0))?.next().transpose()?.map(uint);
        Ok(OutboxFacts {
            waiting: number("waiting")?,
            oldest_ms,
            held: number("held")?,
            held_deletions: outbox::count_held(self.db, HeldBecause::MassDeletion)?,
            refused: number("refused")?,
            made_ms: self.newest("SELECT made_at FROM change ORDER BY no DESC LIMIT 1")?,
            sent_ms: self.newest("SELECT sent_at FROM outbox_sent ORDER BY sent_at DESC LIMIT 1")?,
        })
    }

    fn newest(&self, sql: &str) -> Result<Option<u64>, StoreError> {
        let at: Option<i64> = self.db.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?;
        Ok(at.map(uint))
    }

    /// Returns what has not reached the hub, one row a record, oldest first.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn waiting_rows(&self, most: usize) -> Result<Vec<WaitingRow>, StoreError> {
        let sql = "SELECT s.name, o.record, c.kind, count(*), max(c.made_at), o.status, max(o.reason)
                   FROM outbox o INDEXED BY outbox_status JOIN change c ON c.no = o.no
                       JOIN space s ON s.no = o.space
                   WHERE o.status IN ('waiting', 'held', 'refused')
                   GROUP BY o.space, o.record, c.kind, o.status ORDER BY min(o.no) LIMIT ?1";
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map([len(most)], |row| {
            let waiting = WaitingRow {
                space: Space::National,
                record: record_id(row, 1)?,
                kind: row.get(2)?,
                changes: count(row.get(3)?),
                newest_ms: uint(row.get(4)?),
                status: row.get(5)?,
                reason: row.get(6)?,
            };
            Ok((waiting, row.get::<_, String>(0)?))
        })?;
        rows.map(|row| {
            let (waiting, space) = row?;
            Ok(WaitingRow { space: crate::codec::parse(&space)?, ..waiting })
        })
        .collect()
    }
}

/// Milliseconds of a day, for how long things are kept.
pub(crate) const DAY_MS: u64 = 86_400_000;

/// Returns the time that many days before `now_ms`, as a column holds it.
pub(crate) fn days_before(now_ms: u64, days: u64) -> u64 {
    now_ms.saturating_sub(days * DAY_MS)
}
