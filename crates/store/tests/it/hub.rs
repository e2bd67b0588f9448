//! A hub as small as the rules allow: numbers, merges, lowered stamps, lost values, pages, fills, and a way
//! back to an earlier state. It holds what the real one promises, in memory.

use crate::kit::{Desk, NOW, WordTexts};
use linchpin_domain::canonical::Bytes;
use linchpin_domain::change::{
    Answered, Change, ChangeId, Done, Entry, LostValue, Op, Outcome, RefusedBecause,
};
use linchpin_domain::id::{AnswerId, GroupId, PersonId, RecordId, ReplicaId};
use linchpin_domain::merge::merge;
use linchpin_domain::record::Envelope;
use linchpin_domain::space::Space;
use linchpin_domain::stamp::Stamp;
use linchpin_domain::sum::Sum;
use linchpin_store::reader::SpaceState;
use linchpin_store::settle::{
    PartHead, PulledPage, PushSettled, SpaceMoved, StagedRow, StagedText, StagedUpdate, Swapped,
};
use std::collections::BTreeMap;

/// What the hub has of one space.
#[derive(Clone, Default)]
pub(crate) struct HubSpace {
    pub(crate) entries: Vec<Entry>,
    pub(crate) records: BTreeMap<RecordId, Envelope>,
    authors: BTreeMap<(RecordId, String), PersonId>,
    texts: BTreeMap<AnswerId, Vec<(u64, PersonId, Vec<u8>)>>,
    pub(crate) sum: Sum,
}

/// The hub.
#[derive(Clone, Default)]
pub(crate) struct Hub {
    pub(crate) epoch: u64,
    pub(crate) spaces: BTreeMap<Space, HubSpace>,
    pub(crate) results: BTreeMap<ChangeId, (String, Answered)>,
    pub(crate) last_clamped: Stamp,
    /// Up to which number it still had each space when it last went back.
    pub(crate) restored: Vec<(Space, u64)>,
}

impl Hub {
    /// Takes changes and answers them; the same id gives the first answer again.
    pub(crate) fn push(&mut self, person: PersonId, changes: &[Change]) -> PushSettled {
        let heads: BTreeMap<Space, u64> =
            changes.iter().map(|change| (change.space.clone(), self.head(&change.space))).collect();
        let (mut results, mut plain) = (Vec::new(), true);
        for change in changes {
            if let Some((hash, first)) = self.results.get(&change.id) {
                plain = false;
                let outcome = if *hash == change.hash { first.outcome.clone() } else { Outcome::IdReused };
                results.push(Answered { outcome, duplicate: true, ..first.clone() });
                continue;
            }
            let before = self.head(&change.space);
            let (answered, as_sent) = self.apply(person, change);
            plain &= as_sent && self.head(&change.space) == before + 1;
            self.results.insert(change.id, (change.hash.clone(), answered.clone()));
            results.push(answered);
        }
        let moved = heads
            .into_iter()
            .map(|(space, before)| SpaceMoved { before, after: self.head(&space), ours: plain, space })
            .collect();
        PushSettled { results, moved, hub_time: NOW, now_ms: NOW }
    }

    pub(crate) fn head(&self, space: &Space) -> u64 {
        self.spaces.get(space).map_or(0, |space| space.entries.len() as u64)
    }

    fn apply(&mut self, person: PersonId, change: &Change) -> (Answered, bool) {
        let mut clamped = BTreeMap::new();
        let mut as_sent = true;
        let seq = self.head(&change.space) + 1;
        let space = self.spaces.entry(change.space.clone()).or_default();
        let outcome = match &change.op {
            Op::Put(put) => {
                if !put.create && !space.records.contains_key(&put.id) {
                    let code = RefusedBecause::UnknownRecord;
                    let outcome = Outcome::Refused { code };
                    return (Answered { id: change.id, outcome, duplicate: false, clamped }, false);
                }
                let mut put = put.clone();
                for (field, (_, stamp)) in &mut put.edits {
                    let lowered = stamp.clamped(NOW, &mut self.last_clamped);
                    if lowered != *stamp {
                        clamped.insert(field.clone(), lowered);
                        (*stamp, as_sent) = (lowered, false);
                    }
                }
                let fresh = Envelope::new(put.id, change.space.clone(), &put.kind, put.schema);
                let known = space.records.contains_key(&put.id);
                let record = space.records.entry(put.id).or_insert(fresh);
                if known {
                    space.sum = space.sum.minus(Sum::of_record(record));
                }
                let merged = merge(record, &put.edits);
                record.seq = Some(seq);
                space.sum = space.sum.plus(Sum::of_record(record));
                let won = !merged.won.is_empty() || put.edits.is_empty();
                let done = Done::Put(put.clone());
                space.entries.push(entry(seq, person, change, done));
                for lost in merged.lost {
                    as_sent = false;
                    let by_loser = !merged.won.contains(&lost.field);
                    let key = (put.id, lost.field.clone());
                    let by =
                        if by_loser { person } else { space.authors.get(&key).copied().unwrap_or(person) };
                    let lost = LostValue {
                        kind: put.kind.clone(),
                        id: put.id,
                        field: lost.field,
                        value: lost.value,
                        stamp: lost.stamp,
                        by,
                        apart: true,
                    };
                    let seq = space.entries.len() as u64 + 1;
                    space.entries.push(entry(seq, PersonId(uuid_nil()), change, Done::Lost(lost)));
                }
                for field in merged.won {
                    space.authors.insert((put.id, field), person);
                }
                if won { Outcome::Applied { seq } } else { Outcome::Superseded { seq } }
            }
            Op::Text(update) => {
                let text = space.texts.entry(update.doc).or_default();
                if let Some((seq, ..)) = text.iter().find(|(_, _, bytes)| *bytes == update.bytes.0) {
                    let outcome = Outcome::Applied { seq: *seq };
                    return (Answered { id: change.id, outcome, duplicate: false, clamped }, false);
                }
                text.push((seq, person, update.bytes.0.clone()));
                space.sum = space.sum.plus(Sum::of_text(update.doc, &update.bytes.0));
                space.entries.push(entry(seq, person, change, Done::Text(update.clone())));
                Outcome::Applied { seq }
            }
            Op::Cmd(asked) => {
                space.entries.push(entry(seq, person, change, Done::Cmd(asked.clone())));
                Outcome::Applied { seq }
            }
        };
        (Answered { id: change.id, outcome, duplicate: false, clamped }, as_sent)
    }

    /// Returns what is new in a space above a number.
    pub(crate) fn page(&self, space: &Space, from: u64, limit: usize) -> PulledPage {
        let there = self.spaces.get(space).cloned().unwrap_or_default();
        let head = there.entries.len() as u64;
        let from_index = usize::try_from(from).unwrap();
        let entries: Vec<Entry> = there.entries.iter().skip(from_index).take(limit).cloned().collect();
        let to = from + entries.len() as u64;
        let sum = (to == head).then_some(there.sum);
        PulledPage { space: space.clone(), from, to, head, sum, entries }
    }

    /// Returns a space as it stands, in parts of a few rows.
    pub(crate) fn parts(&self, space: &Space, rows_a_part: usize) -> Vec<(PartHead, Vec<StagedRow>)> {
        let there = self.spaces.get(space).cloned().unwrap_or_default();
        let mut rows: Vec<StagedRow> = there.records.values().cloned().map(StagedRow::Record).collect();
        for (doc, updates) in &there.texts {
            let sum =
                updates.iter().fold(Sum::default(), |sum, (_, _, bytes)| sum.plus(Sum::of_text(*doc, bytes)));
            let updates = updates
                .iter()
                .map(|(seq, author, bytes)| StagedUpdate {
                    seq: *seq,
                    author: *author,
                    at: NOW,
                    bytes: Bytes(bytes.clone()),
                })
                .collect();
            let text = StagedText { doc: *doc, schema: 1, snapshot: None, updates, sum, authors: Vec::new() };
            rows.push(StagedRow::Text(text));
        }
        let all = rows.len() as u64;
        let mut parts: Vec<Vec<StagedRow>> = rows.chunks(rows_a_part).map(<[StagedRow]>::to_vec).collect();
        if parts.is_empty() {
            parts.push(Vec::new());
        }
        let count = u32::try_from(parts.len()).unwrap();
        let head = |part| PartHead {
            space: space.clone(),
            epoch: self.epoch,
            seq: there.entries.len() as u64,
            part,
            parts: count,
            sum: there.sum,
            rows: all,
        };
        parts.into_iter().zip(0..).map(|(rows, part)| (head(part), rows)).collect()
    }

    /// Goes back to an earlier state, as a restore from a backup does.
    pub(crate) fn goes_back_to(&mut self, earlier: &Self) {
        // Put back twice to one state, it has two epochs.
        let random = u32::try_from(self.epoch & 0xf_ffff).unwrap() + 1;
        let epoch = linchpin_domain::epoch::next(earlier.epoch, random);
        *self = earlier.clone();
        self.epoch = epoch;
        self.restored = self.spaces.keys().map(|space| (space.clone(), self.head(space))).collect();
    }
}

fn uuid_nil() -> uuid::Uuid {
    uuid::Uuid::nil()
}

fn entry(seq: u64, author: PersonId, change: &Change, done: Done) -> Entry {
    let own = !matches!(done, Done::Lost(_));
    let id = if own { change.id } else { ChangeId { replica: ReplicaId(0), counter: 0 } };
    Entry { seq, author, at: NOW, id, group: GroupId(change.group.0), done }
}

impl Desk {
    /// Sends everything once; tells whether the desk has to become another copy first.
    pub(crate) fn pushes(&self, hub: &mut Hub, most: usize, answer_arrives: bool) {
        let changes = self.store.waiting(most, 1 << 20).unwrap();
        if changes.is_empty() {
            return;
        }
        let settled = hub.push(self.me, &changes);
        if answer_arrives && self.store.settle_push(&settled, &mut WordTexts).unwrap().forked {
            self.store.new_replica().unwrap();
        }
    }

    /// Pulls a space to its head, or fills it where that is due.
    pub(crate) fn pulls(&self, hub: &Hub, space: &Space, limit: usize) {
        self.store.note_spaces(&[(space.clone(), hub.head(space))]).unwrap();
        loop {
            let row = self.store.read(|r| r.space(space)).unwrap().unwrap();
            if row.state == SpaceState::Bootstrapping {
                return self.fills(hub, space);
            }
            let page = hub.page(space, row.cursor, limit);
            if page.entries.is_empty() && row.cursor >= page.head {
                return;
            }
            let outcome = self.store.settle_page(&page, &mut WordTexts, NOW).unwrap();
            assert!(outcome.applied && outcome.sum_ok, "sum at {} of {space}", page.to);
        }
    }

    /// Fills a space anew.
    pub(crate) fn fills(&self, hub: &Hub, space: &Space) {
        for (head, rows) in hub.parts(space, 2) {
            self.store.stage_part(&head, &rows).unwrap();
        }
        let swapped = self.store.swap_stage(space, &mut WordTexts, NOW).unwrap();
        assert!(matches!(swapped, Swapped::Done { .. }), "{swapped:?}");
    }

    /// Follows the hub's epoch, as hello does.
    pub(crate) fn follows_epoch(&self, hub: &Hub) {
        let epoch = || self.store.identity().unwrap().hub.unwrap().epoch;
        if epoch() != hub.epoch {
            self.store.epoch_changed(hub.epoch, &hub.restored, NOW).unwrap();
        }
        assert_eq!(epoch(), hub.epoch);
    }

    /// One whole round: epoch, push, pull of everything.
    pub(crate) fn syncs(&self, hub: &mut Hub) {
        while !self.store.waiting(1, 1 << 20).unwrap().is_empty() {
            self.pushes(hub, 50, true);
        }
        let spaces: Vec<Space> = hub.spaces.keys().cloned().collect();
        for space in spaces {
            self.pulls(hub, &space, 3);
        }
    }
}
