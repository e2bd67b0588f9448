//! How things stand: what was deleted or kept, spaces, settings, the history of
//! sync.

use crate::codec::uint;
use crate::error::StoreError;
use crate::outbox::{DAY_MS, days_before};
use crate::reader::{Aside, AsideWhy, Kept, Past, Reader, RecoveredRow, SpaceRow, Staged, SyncLine};
use crate::settle::place_of_envelope;
use crate::table::{history, kept, record, search, setting, space, stage, sync_log};
use crate::typed;
use linchpin_domain::id::{PersonId, RecordId};
use linchpin_domain::record::Envelope;
use linchpin_domain::space::Space;
use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// How long deleted things stay in Deleted items, in days.
pub(crate) const DELETED_DAYS: u64 = 90;

/// Words that lie aside: the hub no longer has what they were written in.
#[derive(Clone, PartialEq, Eq)]
pub struct WordsAside {
    /// The record, or the answer whose text it is.
    pub record: RecordId,
    /// Why they lie aside.
    pub why: AsideWhy,
    /// Where they were written, as far as it is known in words.
    pub place: String,
    /// The words.
    pub words: String,
    /// Since when, milliseconds since 1970.
    pub at_ms: u64,
}

/// Something that was deleted.
#[derive(Clone, PartialEq)]
pub struct DeletedRow {
    /// The record.
    pub envelope: Envelope,
    /// When, milliseconds since 1970.
    pub at_ms: u64,
    /// Who did it.
    pub by: PersonId,
    /// Days until it is no longer listed.
    pub days_left: u32,
}

impl Reader<'_> {
    /// Returns up to which number of a space the devices of others are, as the hub told.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn cursors(&self, space: &Space) -> Result<Vec<(PersonId, u64, u64)>, StoreError> {
        let sql = "SELECT person, seq, at FROM device_cursor
                   WHERE space = (SELECT no FROM space WHERE name = ?1)";
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map([space.to_string()], |row| {
            Ok((crate::codec::person(row, 0)?, uint(row.get(1)?), uint(row.get(2)?)))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Returns earlier values of a record's fields, newest first.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn history(&self, record: impl Into<RecordId>) -> Result<Vec<Past>, StoreError> {
        history::of_record(self.db, record.into())
    }

    /// Returns what was deleted in the last ninety days, newest first.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn deleted(&self, now_ms: u64) -> Result<Vec<DeletedRow>, StoreError> {
        let sql = format!(
            "SELECT {} FROM record r INDEXED BY record_deleted JOIN space s ON s.no = r.space
             WHERE r.deleted = 1 AND r.changed_at >= ?1 ORDER BY r.changed_at DESC",
            record::COLUMNS
        );
        let since = days_before(now_ms, DELETED_DAYS);
        let mut query = self.db.prepare_cached(&sql)?;
        let rows = query.query_map([crate::codec::int(since)], record::raw)?;
        rows.map(|row| {
            let stored = row?.read()?;
            let left = (stored.changed_at + DELETED_DAYS * DAY_MS).saturating_sub(now_ms).div_ceil(DAY_MS);
            let days_left = u32::try_from(left).unwrap_or(u32::MAX);
            let (at_ms, by) = (stored.changed_at, stored.changed_by);
            Ok(DeletedRow { envelope: stored.shown, at_ms, by, days_left })
        })
        .collect()
    }

    /// Returns kept words that nobody has let go of, newest first.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn kept(&self) -> Result<Vec<Kept>, StoreError> {
        kept::list(self.db)
    }

    /// Returns words that a merge on this computer dropped, until the hub's own record of them is here.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn recovered_local(&self) -> Result<Vec<RecoveredRow>, StoreError> {
        kept::recovered(self.db)
    }

    /// Returns records that lie aside, newest first.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn aside(&self, why: AsideWhy) -> Result<Vec<Aside>, StoreError> {
        kept::asides(self.db, why)
    }

    /// Returns the words that lie aside and stand nowhere else here, newest first: a record that came back with
    /// the same words has nothing to show.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn words_aside(&self) -> Result<Vec<WordsAside>, StoreError> {
        let mut asides = kept::asides(self.db, AsideWhy::Removed)?;
        asides.extend(kept::asides(self.db, AsideWhy::HubWentBack)?);
        asides.sort_by_key(|aside| std::cmp::Reverse(aside.at));
        let mut known: BTreeMap<RecordId, String> = BTreeMap::new();
        let mut found = Vec::new();
        for aside in asides {
            let (id, words) = (aside.envelope.id, aside.words());
            let there = match known.entry(id) {
                Entry::Occupied(there) => there.into_mut(),
                Entry::Vacant(place) => place.insert(self.words_now(id)?),
            };
            if typed::stands_in(&words, there) {
                continue;
            }
            there.push('\n');
            there.push_str(&words);
            let place = place_of_envelope(self.db, &aside.envelope)?;
            found.push(WordsAside { record: id, why: aside.why, place, words, at_ms: aside.at });
        }
        Ok(found)
    }

    /// Returns every word of a record as it stands, its text included.
    fn words_now(&self, id: RecordId) -> Result<String, StoreError> {
        let Some(stored) = record::get(self.db, id)? else { return Ok(String::new()) };
        let typed = typed::typed(&stored.shown.kind, &stored.shown.fields);
        let plain = search::plain(self.db, id)?.unwrap_or_default();
        Ok(format!("{typed}\n{plain}"))
    }

    /// Returns a setting of this computer.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn setting(&self, key: &str) -> Result<Option<Value>, StoreError> {
        setting::get(self.db, key)
    }

    /// Returns every space, the most urgent first.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn spaces(&self) -> Result<Vec<SpaceRow>, StoreError> {
        space::all(self.db)
    }

    /// Returns a space as this copy has it.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn space(&self, space: &Space) -> Result<Option<SpaceRow>, StoreError> {
        space::get(self.db, space)
    }

    /// Returns how far the fill of a space is; none where none has begun.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn staged(&self, space: &Space) -> Result<Option<Staged>, StoreError> {
        match space::get(self.db, space)? {
            Some(row) => stage::get(self.db, row.no),
            None => Ok(None),
        }
    }

    /// Returns the last lines of the history of sync, newest first.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn sync_log(&self, most: usize) -> Result<Vec<SyncLine>, StoreError> {
        sync_log::list(self.db, most)
    }
}
