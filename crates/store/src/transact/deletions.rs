//! Deletions that the hub holds because they are many at once: whoever made them confirms them, or puts the records
//! back. Until then nothing is gone at the hub.

use crate::error::StoreError;
use crate::settle::show_again;
use crate::table::outbox::{self, Outgoing};
use crate::table::space;
use crate::transact::Tx;
use linchpin_domain::change::{ChangeId, HeldBecause, Op, Put};
use linchpin_domain::command::{CONFIRMED_AT_ONCE, Command};
use linchpin_domain::id::RecordId;
use linchpin_domain::record::{DELETED, Tag};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

impl Tx<'_, '_> {
    /// Says that the held deletions are meant, and sends them again behind that. Returns how many records they
    /// delete.
    ///
    /// # Errors
    /// [`StoreError::Gone`], or any fault of the disk.
    pub fn confirm_deletions(&mut self) -> Result<u32, StoreError> {
        let held = outbox::held(self.door.db, HeldBecause::MassDeletion)?;
        let mut records: BTreeMap<i64, BTreeSet<RecordId>> = BTreeMap::new();
        for put in held.iter().filter_map(deletion) {
            records.entry(put.0).or_default().insert(put.1.id);
        }
        for (space_no, records) in &records {
            let space = space::by_no(self.door.db, *space_no)?.space;
            let records: Vec<RecordId> = records.iter().copied().collect();
            for some in records.chunks(CONFIRMED_AT_ONCE) {
                self.new_group();
                self.command(&space, Command::ConfirmMassDelete { records: some.to_vec() })?;
            }
        }
        for change in held {
            self.wait_anew(change.no)?;
        }
        Ok(count(&records))
    }

    /// Lets the records show again whose deletion the hub holds; everything else that was held with them is sent
    /// again. Returns how many records.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn put_back_deletions(&mut self) -> Result<u32, StoreError> {
        let held = outbox::held(self.door.db, HeldBecause::MassDeletion)?;
        let mut records: BTreeMap<i64, BTreeSet<RecordId>> = BTreeMap::new();
        for change in held {
            let Some((space_no, put)) = deletion(&change) else {
                self.wait_anew(change.no)?;
                continue;
            };
            records.entry(space_no).or_default().insert(put.id);
            if put.edits.len() == 1 {
                outbox::forget(self.door, change.no)?;
                continue;
            }
            let mut rest = put.clone();
            rest.edits.remove(DELETED);
            let space = space::by_no(self.door.db, space_no)?.space;
            outbox::set_op(self.door, change.no, &Op::Put(rest), &space)?;
            self.wait_anew(change.no)?;
        }
        let shown: Vec<(i64, RecordId)> =
            records.iter().flat_map(|(space_no, ids)| ids.iter().map(|id| (*space_no, *id))).collect();
        show_again(self.door, &shown)?;
        Ok(count(&records))
    }

    fn wait_anew(&mut self, no: i64) -> Result<(), StoreError> {
        let id = ChangeId { replica: self.author.replica, counter: self.author.next_counter };
        self.author.next_counter += 1;
        self.door.touched.tag(Tag::SyncStatus);
        outbox::wait_anew(self.door, no, id)
    }
}

/// Returns the space and the put of a change that deletes a record.
fn deletion(change: &Outgoing) -> Option<(i64, &Put)> {
    match &change.op {
        Op::Put(put) if put.edits.get(DELETED).is_some_and(|(value, _)| value == &Value::Bool(true)) => {
            Some((change.space_no, put))
        }
        _ => None,
    }
}

fn count(records: &BTreeMap<i64, BTreeSet<RecordId>>) -> u32 {
    u32::try_from(records.values().map(BTreeSet::len).sum::<usize>()).unwrap_or(u32::MAX)
}
