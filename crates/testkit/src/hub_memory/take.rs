//! How the hub in memory takes changes in: known ones again as before, groups whole or not at all.

use crate::hub_memory::rights::Parts;
use crate::hub_memory::{HubBug, HubMemory, Known, There};
use linchpin_domain::change::RefusedBecause;
use linchpin_domain::change::{Answered, Asked, Change, ChangeId, Done, Entry, LostValue, Op, Outcome, Put};
use linchpin_domain::command::Command;
use linchpin_domain::id::{GroupId, PersonId, RecordId, ReplicaId};
use linchpin_domain::merge::{AfterDeletion, Edits, after_deletion, merge};
use linchpin_domain::record::{DELETED, Envelope};
use linchpin_domain::space::Space;
use linchpin_domain::stamp::Stamp;
use linchpin_domain::sum::Sum;
use linchpin_protocol::push::Moved;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// The author of the hub's own entries.
const NOBODY: PersonId = PersonId(uuid::Uuid::nil());

/// The hub itself, where it stamps.
pub(super) const HUB: ReplicaId = ReplicaId(0);

/// What taking a change came to: its number where it has one, what was lowered, and whether it went in as sent.
pub(super) struct Taken {
    pub(super) outcome: Outcome,
    pub(super) clamped: BTreeMap<String, Stamp>,
    pub(super) as_sent: bool,
}

impl HubMemory {
    pub(super) fn push(
        &mut self,
        person: PersonId,
        changes: &[Change],
        now_ms: u64,
    ) -> (Vec<Answered>, Vec<Moved>) {
        let spaces: BTreeSet<&Space> = changes.iter().map(|change| &change.space).collect();
        let before: Vec<(Space, u64)> =
            spaces.into_iter().map(|space| (space.clone(), self.head(space))).collect();
        let mut results: Vec<Option<Answered>> = changes.iter().map(|change| self.known(change)).collect();
        let mut plain: BTreeMap<Space, bool> = BTreeMap::new();
        for (change, result) in changes.iter().zip(&results) {
            *plain.entry(change.space.clone()).or_insert(true) &= result.is_none();
        }
        for n in 0..changes.len() {
            let (Some(first), Some(None)) = (changes.get(n), results.get(n)) else { continue };
            let member = |at: &usize| {
                changes.get(*at).is_some_and(|one| one.group == first.group && one.space == first.space)
                    && matches!(results.get(*at), Some(None))
            };
            let members: Vec<usize> = (n..changes.len()).filter(member).collect();
            let group: Vec<&Change> = members.iter().filter_map(|at| changes.get(*at)).collect();
            let was = (self.has(HubBug::HalfAPush) && n * 2 > changes.len()).then(|| self.now.spaces.clone());
            let (answered, as_sent) = self.group(person, &group, now_ms);
            if let Some(was) = was {
                self.now.spaces = was;
            }
            *plain.entry(first.space.clone()).or_insert(true) &= as_sent;
            for (at, answered) in members.into_iter().zip(answered) {
                if let Some(slot) = results.get_mut(at) {
                    *slot = Some(answered);
                }
            }
        }
        let moved = before.into_iter().map(|(space, before)| {
            let after = self.head(&space);
            let ours = plain.get(&space).copied().unwrap_or(false);
            Moved { space, before, after, ours }
        });
        let moved = moved.collect();
        (results.into_iter().flatten().collect(), moved)
    }

    fn head(&self, space: &Space) -> u64 {
        self.now.spaces.get(space).map_or(0, There::head)
    }

    fn known(&self, change: &Change) -> Option<Answered> {
        if self.has(HubBug::NoMemory) {
            return None;
        }
        let (hash, first) = self.now.results.get(&change.id.replica)?.get(&change.id.counter)?;
        let same = *hash == change.hash || self.has(HubBug::IdAlone);
        let outcome = if same { first.outcome.clone() } else { Outcome::IdReused };
        Some(Answered { outcome, duplicate: true, ..first.clone() })
    }

    /// Takes a group whole, or leaves no trace of it.
    fn group(&mut self, person: PersonId, group: &[&Change], now_ms: u64) -> (Vec<Answered>, bool) {
        let Some(space) = group.first().map(|change| change.space.clone()) else { return (Vec::new(), true) };
        let (was, was_clamped) = (self.now.spaces.get(&space).cloned(), self.now.last_clamped);
        let known = self.now.commands.clone();
        let (mut answered, mut as_sent, mut stopped) = (Vec::new(), true, None);
        for change in group {
            match self.one(person, change, now_ms) {
                Ok(taken) => {
                    as_sent &= taken.as_sent;
                    let (id, clamped) = (change.id, taken.clamped);
                    answered.push(Answered { id, outcome: taken.outcome, duplicate: false, clamped });
                }
                Err(code) => {
                    stopped = Some(Outcome::Refused { code });
                    break;
                }
            }
        }
        if let Some(outcome) = stopped {
            (self.now.last_clamped, self.now.commands) = (was_clamped, known);
            match was {
                Some(was) => self.now.spaces.insert(space, was),
                None => self.now.spaces.remove(&space),
            };
            let refused = |change: &&Change| Answered {
                id: change.id,
                outcome: outcome.clone(),
                duplicate: false,
                clamped: BTreeMap::new(),
            };
            (answered, as_sent) = (group.iter().map(refused).collect(), false);
        }
        for (change, answered) in group.iter().zip(&answered) {
            let results = self.now.results.entry(change.id.replica).or_default();
            results.insert(change.id.counter, (change.hash.clone(), answered.clone()));
        }
        (answered, as_sent)
    }

    fn one(&mut self, person: PersonId, change: &Change, now_ms: u64) -> Result<Taken, RefusedBecause> {
        self.may(person, change)?;
        if let Op::Cmd(asked) = &change.op {
            if let Some(outcome) = self.now.commands.get(&asked.cid) {
                let outcome = outcome.clone();
                return Ok(Taken { outcome, clamped: BTreeMap::new(), as_sent: false });
            }
            let taken = self.command(person, change, asked, now_ms)?;
            self.now.commands.insert(asked.cid, taken.outcome.clone());
            return Ok(taken);
        }
        let bug = self.bug;
        let last_clamped = &mut self.now.last_clamped;
        let there = self.now.spaces.get_mut(&change.space).ok_or(RefusedBecause::ForbiddenSpace)?;
        let mut work = Work { there, change, person, now_ms };
        match &change.op {
            Op::Put(put) => work.put(put, last_clamped, bug),
            Op::Text(update) => Ok(work.text(update, bug)),
            Op::Cmd(_) => Err(RefusedBecause::BadValue),
        }
    }

    fn command(
        &mut self,
        person: PersonId,
        change: &Change,
        asked: &Asked,
        now_ms: u64,
    ) -> Result<Taken, RefusedBecause> {
        let space = asked.command.space().unwrap_or_else(|| change.space.clone());
        let taken =
            |seq, as_sent| Taken { outcome: Outcome::Applied { seq }, clamped: BTreeMap::new(), as_sent };
        match &asked.command {
            Command::Share { person: Some(whom), given, .. } => {
                return self.share(person, change, (*whom, *given), now_ms);
            }
            // Everyone goes on taking part, and nothing is held: nothing is to be written.
            Command::Share { person: None, .. } | Command::ConfirmMassDelete { .. } => {
                return Ok(taken(self.head(&space), false));
            }
            Command::OpenCall { .. } | Command::OpenResponse { .. } => {}
        }
        if self.now.spaces.contains_key(&space) {
            return Ok(taken(1, false));
        }
        let parts = Parts::opened(&space, person);
        let fresh = There { parts_before: parts.clone(), parts, ..There::default() };
        let there = self.now.spaces.entry(space).or_insert(fresh);
        let mut work = Work { there, change, person, now_ms };
        let seq = work.enter(Done::Cmd(asked.clone()));
        Ok(taken(seq, true))
    }
}

/// A change at work in its space.
pub(super) struct Work<'w> {
    pub(super) there: &'w mut There,
    pub(super) change: &'w Change,
    pub(super) person: PersonId,
    pub(super) now_ms: u64,
}

impl Work<'_> {
    pub(super) fn enter(&mut self, done: Done) -> u64 {
        let seq = self.there.head() + 1;
        let Self { change, now_ms, .. } = self;
        let (id, group) = (change.id, change.group);
        self.there.entries.push(Entry { seq, author: self.person, at: *now_ms, id, group, done });
        seq
    }

    fn enter_by_hub(&mut self, done: Done) -> u64 {
        let seq = self.there.head() + 1;
        let id = ChangeId { replica: HUB, counter: 0 };
        let group = GroupId(self.change.group.0);
        self.there.entries.push(Entry { seq, author: NOBODY, at: self.now_ms, id, group, done });
        seq
    }

    fn put(&mut self, put: &Put, last: &mut Stamp, bug: Option<HubBug>) -> Result<Taken, RefusedBecause> {
        let deleted_at = match self.there.records.get(&put.id) {
            None if !put.create => return Err(RefusedBecause::UnknownRecord),
            None => None,
            Some(known) => {
                let at = known.marks.get(DELETED).map_or(0, |(_, seq)| *seq);
                let after = after_deletion(&known.envelope, &put.edits, self.change.base, at);
                (after == AfterDeletion::ComesBack).then_some(at)
            }
        };
        if deleted_at.is_some() && bug == Some(HubBug::DropsUnderDeletion) {
            let outcome = Outcome::Superseded { seq: self.there.head() };
            return Ok(Taken { outcome, clamped: BTreeMap::new(), as_sent: false });
        }
        let (mut put, mut clamped) = (put.clone(), BTreeMap::new());
        for (field, (_, stamp)) in &mut put.edits {
            let mut alike = Stamp::ZERO;
            let last = if bug == Some(HubBug::LowersAlike) { &mut alike } else { &mut *last };
            let lowered = stamp.clamped(self.now_ms, last);
            if lowered != *stamp {
                clamped.insert(field.clone(), lowered);
                *stamp = lowered;
            }
        }
        let seq = self.enter(Done::Put(put.clone()));
        let (shows, lost) = self.merge(&put, seq, bug);
        let mut as_sent = clamped.is_empty() && !lost;
        if deleted_at.is_some() {
            as_sent = false;
            self.bring_back(&put);
        }
        let outcome = if shows { Outcome::Applied { seq } } else { Outcome::Superseded { seq } };
        Ok(Taken { outcome, clamped, as_sent })
    }

    /// Merges, keeps the sum, and tells of values that do not show. Returns whether anything of the put shows,
    /// and whether any value does not.
    pub(super) fn merge(&mut self, put: &Put, seq: u64, bug: Option<HubBug>) -> (bool, bool) {
        let space = &self.change.space;
        let fresh = || Known {
            envelope: Envelope::new(put.id, space.clone(), &put.kind, put.schema),
            marks: BTreeMap::new(),
        };
        let known = self.there.records.entry(put.id).or_insert_with(fresh);
        if known.envelope.seq.is_some() && bug != Some(HubBug::SumOnlyGrows) {
            self.there.sum = self.there.sum.minus(Sum::of_record(&known.envelope));
        }
        if bug == Some(HubBug::LastArrivalWins) {
            put.edits.keys().for_each(|field| {
                known.envelope.stamps.remove(field);
                known.envelope.fields.remove(field);
            });
        }
        let merged = merge(&mut known.envelope, &put.edits);
        known.envelope.seq = Some(seq);
        self.there.sum = self.there.sum.plus(Sum::of_record(&known.envelope));
        let shows = !merged.won.is_empty() || put.edits.is_empty();
        let mut told = Vec::new();
        for lost in merged.lost {
            let mine = !merged.won.contains(&lost.field);
            let (by, at) = known.marks.get(&lost.field).copied().unwrap_or((self.person, 0));
            let by = if mine { self.person } else { by };
            let apart = mine || self.change.base < at;
            let (kind, id) = (put.kind.clone(), put.id);
            told.push(LostValue {
                kind,
                id,
                field: lost.field,
                value: lost.value,
                stamp: lost.stamp,
                by,
                apart,
            });
        }
        for field in merged.won {
            known.marks.insert(field, (self.person, seq));
        }
        let any = !told.is_empty();
        for lost in told {
            self.enter_by_hub(Done::Lost(lost));
        }
        (shows, any)
    }

    fn bring_back(&mut self, put: &Put) {
        let Some(known) = self.there.records.get(&put.id) else { return };
        let over = known.envelope.deleted_stamp().unwrap_or_default();
        let stamp = Stamp::after(self.now_ms, HUB, over, over);
        self.put_by_hub(
            &put.kind,
            put.schema,
            put.id,
            Edits::from([(DELETED.to_owned(), (json!(false), stamp))]),
        );
    }

    pub(super) fn put_by_hub(&mut self, kind: &str, schema: u16, id: RecordId, edits: Edits) {
        let put = Put { kind: kind.to_owned(), id, schema, create: true, edits };
        let seq = self.enter_by_hub(Done::Put(put.clone()));
        self.merge(&put, seq, None);
    }
}
