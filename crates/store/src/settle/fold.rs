//! Folding: a snapshot that provably contains updates takes their place. The proof is the text engine's; here
//! it is checked in the same commit that the updates are exactly those it speaks of, that the hub has numbered
//! every one, and that no own update of the document is under way.

use crate::changed::Origin;
use crate::error::StoreError;
use crate::open::Store;
use crate::table::{outbox, text};
use linchpin_domain::change::Op;
use linchpin_domain::id::AnswerId;
use linchpin_domain::sum::Sum;
use std::collections::BTreeSet;

/// A snapshot with what it covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// The bytes, Yjs v2 packed.
    pub snapshot: Vec<u8>,
    /// The rows of the log that it covers, besides what the old snapshot covered.
    pub covered: Vec<i64>,
    /// The sum of the covered rows' shares, the old snapshot's included.
    pub sum: Sum,
}

impl Store {
    /// Puts a snapshot in place of the rows it covers; the rows stay as history.
    ///
    /// # Errors
    /// [`StoreError::NotCovered`] where it does not cover exactly what it says, where a covered row has no
    /// number of the hub's, or where own updates are under way; or any fault of the disk.
    pub fn fold(&self, doc: AnswerId, folded: &Folded, now_ms: u64) -> Result<(), StoreError> {
        self.write(Origin::Hub, |door| {
            let under_way = outbox::unsettled(door.db, doc.into(), 0)?;
            if under_way.iter().any(|change| matches!(change.op, Op::Text(_))) {
                return Err(StoreError::NotCovered);
            }
            let wanted: BTreeSet<i64> = folded.covered.iter().copied().collect();
            let before = text::snapshot(door.db, doc)?.map_or(Sum::default(), |(_, sum)| sum);
            let mut sum = before;
            let mut found = BTreeSet::new();
            for update in text::live(door.db, doc, 0)? {
                if wanted.contains(&update.row) && update.seq.is_some() {
                    found.insert(update.row);
                    sum = sum.plus(Sum::of_text(doc, &update.bytes));
                }
            }
            if wanted.is_empty() || found != wanted || sum != folded.sum {
                return Err(StoreError::NotCovered);
            }
            text::save_snapshot(door, doc, &folded.snapshot, sum, now_ms)?;
            for row in wanted {
                text::set_folded(door, row, now_ms)?;
            }
            Ok(())
        })
        .map(|_| ())
    }
}
