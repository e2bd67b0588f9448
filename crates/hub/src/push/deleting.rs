//! Much deleted at once: what one copy deletes within ten minutes is counted, and where it is much, it is set aside
//! until its author confirms it. A slip, a broken script or a copy gone wrong then takes nothing away from anybody.

use linchpin_domain::change::{Change, Op, Put};
use linchpin_domain::command::{CONFIRMED_AT_ONCE, Command};
use linchpin_domain::id::RecordId;
use linchpin_domain::record::DELETED;
use linchpin_domain::space::Space;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How long a deletion counts, in minutes.
pub(crate) const WINDOW_MIN: u64 = 10;
/// How long a confirmation is remembered, in milliseconds: longer than a copy keeps what it sent.
pub(crate) const CONFIRMED_MS: u64 = 40 * 24 * 60 * 60_000;
/// So many deletions of one copy pass in that time, in all spaces together.
const MOST: u64 = 50;
/// So many always pass in one space, however few records it has.
pub(crate) const FEW: u64 = 10;
/// Of a larger space one in so many records.
const ONE_IN: u64 = 10;

/// Returns the minute of a time, as deletions are counted by.
pub(crate) fn minute(now_ms: u64) -> u64 {
    now_ms / 60_000
}

/// Tells whether a put deletes its record.
pub(crate) fn deletes(put: &Put) -> bool {
    put.edits.get(DELETED).is_some_and(|(value, _)| value == &Value::Bool(true))
}

/// Returns the records that changes delete, by space.
pub(crate) fn asked_for<'c>(changes: impl IntoIterator<Item = &'c Change>) -> BTreeMap<Space, Vec<RecordId>> {
    let mut asked: BTreeMap<Space, Vec<RecordId>> = BTreeMap::new();
    for change in changes {
        if let Op::Put(put) = &change.op
            && deletes(put)
        {
            asked.entry(change.space.clone()).or_default().push(put.id);
        }
    }
    asked
}

/// What is known of the asker's deletions.
#[derive(Default)]
pub(crate) struct Deleting {
    /// How many this copy deleted lately, by space.
    pub(crate) lately: BTreeMap<Space, u64>,
    /// How many records the spaces have where something is to be deleted now.
    pub(crate) records: BTreeMap<Space, u64>,
    /// Records whose deletion the asker has confirmed.
    pub(crate) confirmed: BTreeSet<RecordId>,
    /// Records that are to be deleted now and count, by space.
    pub(crate) now: BTreeMap<Space, BTreeSet<RecordId>>,
    /// Records that the asker confirms now.
    pub(crate) newly_confirmed: BTreeSet<RecordId>,
}

impl Deleting {
    /// Counts what changes that were not here before delete. What somebody deleted already, and what nobody made,
    /// takes nothing away; `stands` tells which records are there and not deleted.
    pub(crate) fn count<'c>(
        &mut self,
        changes: impl Iterator<Item = &'c Change> + Clone,
        stands: impl Fn(RecordId) -> bool,
    ) {
        let confirms = changes.clone().filter_map(|change| match &change.op {
            Op::Cmd(asked) => Some(&asked.command),
            Op::Put(_) | Op::Text(_) => None,
        });
        for command in confirms {
            if let Command::ConfirmMassDelete { records } = command
                && records.len() <= CONFIRMED_AT_ONCE
            {
                self.confirmed.extend(records);
            }
        }
        for (space, records) in asked_for(changes) {
            let counts = |id: &RecordId| !self.confirmed.contains(id) && stands(*id);
            let records: BTreeSet<RecordId> = records.into_iter().filter(counts).collect();
            if !records.is_empty() {
                self.now.insert(space, records);
            }
        }
    }

    /// Tells whether the deletion of a record waits for its author: it is one of many.
    pub(crate) fn is_held(&self, space: &Space, id: RecordId) -> bool {
        let Some(here) = self.now.get(space).filter(|records| records.contains(&id)) else { return false };
        let number = |records: &BTreeSet<RecordId>| u64::try_from(records.len()).unwrap_or(u64::MAX);
        let in_all: u64 = self.lately.values().sum::<u64>() + self.now.values().map(number).sum::<u64>();
        let here = self.lately.get(space).copied().unwrap_or(0) + number(here);
        let share = self.records.get(space).copied().unwrap_or(0) / ONE_IN;
        in_all > MOST || here > share.max(FEW)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(records: u64, lately: u64, now: u8) -> Deleting {
        let ids = (0..now).map(|n| RecordId::new(u64::from(n), [n; 10]));
        Deleting {
            lately: BTreeMap::from([(Space::National, lately)]),
            records: BTreeMap::from([(Space::National, records)]),
            now: BTreeMap::from([(Space::National, ids.collect())]),
            ..Deleting::default()
        }
    }

    #[test]
    fn a_tenth_of_a_space_is_much_and_a_handful_never_is() {
        let held = |deleting: &Deleting| deleting.is_held(&Space::National, RecordId::new(0, [0; 10]));
        for (records, lately, now, much) in [
            (5, 0, 1, false),
            (5, 0, 5, false),
            (20, 0, 10, false),
            (20, 0, 11, true),
            (20, 10, 1, true),
            (400, 0, 40, false),
            (400, 0, 41, true),
            (400, 40, 1, true),
            (10_000, 0, 50, false),
            (10_000, 0, 51, true),
            (10_000, 50, 1, true),
        ] {
            assert_eq!(
                held(&of(records, lately, now)),
                much,
                "{records} records, {lately} and {now} deleted"
            );
        }
    }

    #[test]
    fn what_was_confirmed_or_is_gone_already_does_not_count() {
        let id = |n: u8| RecordId::new(u64::from(n), [n; 10]);
        let deleting = of(20, 0, 11);
        assert!(deleting.is_held(&Space::National, id(0)));
        assert!(!deleting.is_held(&Space::National, id(99)));
        assert!(!deleting.is_held(&Space::ALL_MEMBERS, id(0)));
    }
}
