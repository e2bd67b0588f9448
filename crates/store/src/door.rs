//! The handle inside a writing transaction. Only the two doors make one, so every write function that asks
//! for it can be reached through them alone. Commit, telling subscribers and counting what waits happen here,
//! in this order: nobody hears of a change that is not on disk.

use crate::changed::{Changed, Origin, Touched};
use crate::connections::Writer;
use crate::error::StoreError;
use crate::open::Store;
use crate::table::outbox;
use linchpin_domain::record::Tag;
use rusqlite::{Connection, TransactionBehavior};

/// The inside of a writing transaction.
pub(crate) struct Door<'a> {
    /// The connection, in a transaction.
    pub(crate) db: &'a Connection,
    /// What was touched so far.
    pub(crate) touched: Touched,
    /// How the number of changes that wait has moved.
    pub(crate) outbox: OutboxMoved,
    random: &'a mut dyn FnMut(&mut [u8]),
}

/// How the number of changes that wait has moved. Counting thousands at each key press would be felt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OutboxMoved {
    /// So many were added, and nothing else happened.
    Added(u32),
    /// Count them.
    Otherwise,
}

impl OutboxMoved {
    /// Notes one more.
    pub(crate) fn added(&mut self) {
        if let Self::Added(count) = self {
            *count += 1;
        }
    }
}

impl<'a> Door<'a> {
    /// Returns the inside of a transaction that has begun.
    pub(crate) fn new(db: &'a Connection, random: &'a mut dyn FnMut(&mut [u8])) -> Self {
        Self { db, touched: Touched::default(), outbox: OutboxMoved::Added(0), random }
    }

    /// Returns fresh random bytes.
    pub(crate) fn random<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.random)(&mut bytes);
        bytes
    }
}

impl Store {
    /// Runs `f` in one transaction and commits it whole, or leaves no trace.
    pub(crate) fn write<T>(
        &self,
        origin: Origin,
        f: impl FnOnce(&mut Door<'_>) -> Result<T, StoreError>,
    ) -> Result<(T, Changed), StoreError> {
        let (value, touched, waiting) = self.commit(f)?;
        let quiet = touched.is_empty();
        let changed = touched.finish(waiting);
        // The writer is free again here: who is told may write at once.
        if !quiet {
            self.tell(&changed, origin);
        }
        Ok((value, changed))
    }

    fn commit<T>(
        &self,
        f: impl FnOnce(&mut Door<'_>) -> Result<T, StoreError>,
    ) -> Result<(T, Touched, u32), StoreError> {
        let mut writer = self.writer();
        let Writer { db, random, waiting } = &mut *writer;
        // A fault that hit even the rollback must not stop every write that follows.
        if !db.is_autocommit() {
            db.execute_batch("ROLLBACK")?;
        }
        let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let before = match *waiting {
            Some(count) => count,
            None => outbox::count_waiting(&transaction)?,
        };
        let mut door = Door::new(&transaction, &mut **random);
        let value = f(&mut door)?;
        let Door { mut touched, outbox: moved, .. } = door;
        let after = match moved {
            OutboxMoved::Added(count) => before.saturating_add(count),
            OutboxMoved::Otherwise => outbox::count_waiting(&transaction)?,
        };
        if after != before {
            touched.tag(Tag::SyncStatus);
        }
        *waiting = None;
        transaction.commit()?;
        *waiting = Some(after);
        Ok((value, touched, after))
    }
}

#[cfg(test)]
mod tests;
