//! "Check my copy": the checksum of a space reckoned anew from the rows that are here. It reads alone, so that
//! whoever writes meanwhile is not kept waiting. It covers what the checksum covers: which records there are, when
//! each field was set, what is deleted, and every update of a text.

use crate::codec::{record_id, sum, uuid};
use crate::error::StoreError;
use crate::open::Store;
use crate::reader::Reader;
use crate::settle::confirm::share_of;
use crate::table::record;
use crate::table::space::{self, SpaceRow};
use linchpin_domain::id::{AnswerId, PersonId, RecordId};
use linchpin_domain::record::Envelope;
use linchpin_domain::space::Space;
use linchpin_domain::stamp::Stamp;
use linchpin_domain::sum::Sum;
use rusqlite::Connection;
use std::collections::BTreeMap;

impl Store {
    /// Tells whether the checksum kept for a space is the one its rows have.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or any fault of the disk.
    pub fn check_space(&self, space: &Space) -> Result<bool, StoreError> {
        self.read(|reader| reader.space_adds_up(space))
    }
}

impl Reader<'_> {
    /// Tells whether the checksum kept for a space is the one its rows have.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Corrupt`] for rows that cannot be read, or any fault of the disk.
    pub fn space_adds_up(&self, space: &Space) -> Result<bool, StoreError> {
        let row = space::get(self.db, space)?.ok_or(StoreError::NotFound)?;
        let records = sum_of_records(self.db, &row)?;
        Ok(records.plus(sum_of_texts(self.db, row.no)?) == row.sum)
    }

    /// Counts the records and texts of a space that the hub has confirmed.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn confirmed_in(&self, space: &Space) -> Result<u32, StoreError> {
        let sql = "SELECT count(*) FROM record
                   WHERE space = (SELECT no FROM space WHERE name = ?1) AND seq IS NOT NULL";
        let records = self.db.prepare_cached(sql)?.query_row([space.to_string()], |row| row.get(0))?;
        Ok(crate::codec::count(records))
    }
}

type Stamps = BTreeMap<String, (Stamp, PersonId)>;

fn sum_of_records(db: &Connection, row: &SpaceRow) -> Result<Sum, StoreError> {
    // What own changes lie over is rare and is read whole; of all others the stamps are enough.
    let sql = "SELECT r.id, r.kind, r.stamps, EXISTS (SELECT 1 FROM pending_base p WHERE p.record = r.no)
               FROM record r WHERE r.space = ?1 AND r.seq IS NOT NULL";
    let mut query = db.prepare_cached(sql)?;
    let mut rows = query.query([row.no])?;
    let mut sum = Sum::default();
    while let Some(found) = rows.next()? {
        let id: RecordId = record_id(found, 0)?;
        let share = if found.get(3)? {
            record::get(db, id)?.map(|stored| share_of(db, stored)).transpose()?.unwrap_or_default()
        } else {
            let kind: String = found.get(1)?;
            let stamps: Stamps =
                serde_json::from_str(found.get_ref(2)?.as_str().map_err(|_| StoreError::Corrupt)?)?;
            let mut envelope = Envelope::new(id, row.space.clone(), &kind, 0);
            envelope.stamps = stamps.into_iter().map(|(field, (stamp, _))| (field, stamp)).collect();
            Sum::of_record(&envelope)
        };
        sum = sum.plus(share);
    }
    Ok(sum)
}

fn sum_of_texts(db: &Connection, space_no: i64) -> Result<Sum, StoreError> {
    let mut total = Sum::default();
    let sql = "SELECT s.sum FROM text_doc d JOIN text_snapshot s ON s.doc = d.doc WHERE d.space = ?1";
    let mut query = db.prepare_cached(sql)?;
    for folded in query.query_map([space_no], |row| sum(row, 0))? {
        total = total.plus(folded?);
    }
    let sql = "SELECT u.doc, u.bytes FROM text_doc d JOIN text_update u ON u.doc = d.doc
               WHERE d.space = ?1 AND u.folded_at IS NULL AND u.counted = 1";
    let mut query = db.prepare_cached(sql)?;
    let mut rows = query.query([space_no])?;
    while let Some(row) = rows.next()? {
        let bytes = row.get_ref(1)?.as_blob().map_err(|_| StoreError::Corrupt)?;
        total = total.plus(Sum::of_text(AnswerId(uuid(row, 0)?), bytes));
    }
    Ok(total)
}
