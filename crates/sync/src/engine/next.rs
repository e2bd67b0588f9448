//! What comes next: the most urgent thing there is to do, by what the store said last.

use crate::engine::{Action, Asked, Busy, Engine, HELLO_MS, Moment, POLL_FOCUSED_MS, POLL_MS, Sent};
use crate::steps::{Look, SpaceLook, Step};
use linchpin_domain::change::Change;
use linchpin_domain::id::GroupId;
use linchpin_domain::space::Space;
use linchpin_protocol::hello::HelloRequest;
use linchpin_protocol::pull::{Cursor, PullRequest};
use linchpin_protocol::push::PushRequest;
use linchpin_protocol::{PROTOCOLS, caps, limits};
use linchpin_store::reader::SpaceState;
use linchpin_text::schema::SCHEMA;
use std::collections::{BTreeMap, BTreeSet};

/// From how many missing numbers on a new space is filled from parts instead of being pulled page by page.
pub(super) const FILL_FROM: u64 = 2_000;

impl Engine {
    /// Returns the next thing to do, if it may do anything.
    pub(super) fn next(&mut self, at: Moment) -> Option<Action> {
        if self.busy != Busy::No {
            return None;
        }
        if let Some(step) = self.steps.pop_front() {
            return Some(self.step(step));
        }
        if self.is_stopped() || at.ticks_ms < self.not_before {
            return None;
        }
        self.mark_due(at);
        let Some(look) = self.look.take() else {
            let (changes, bytes) = (self.limits.changes, self.limits.batch_bytes);
            return Some(self.step(Step::Look { changes, bytes }));
        };
        let action = self.most_urgent(at, &look);
        // What was read holds until a step changes it.
        if !matches!(action, Some(Action::Do(_))) {
            self.look = Some(look);
        }
        action
    }

    /// Returns when something falls due by itself.
    pub(super) fn due(&self) -> Option<u64> {
        if !self.stays {
            return self.changed_at;
        }
        let hello = self.hello_at.map(|at| at + HELLO_MS);
        let poll = Some(self.polled_at + self.poll_ms());
        [self.changed_at, hello, poll, self.fill_at, self.presence.due_at(), self.round.due_at()]
            .into_iter()
            .flatten()
            .min()
    }

    fn poll_ms(&self) -> u64 {
        if self.focused { POLL_FOCUSED_MS } else { POLL_MS }
    }

    fn mark_due(&mut self, at: Moment) {
        if self.changed_at.is_some_and(|due| due <= at.ticks_ms) {
            (self.changed_at, self.look) = (None, None);
        }
        if self.stays && at.ticks_ms >= self.polled_at + self.poll_ms() {
            self.ask_all = true;
        }
        if self.hello_at.is_some_and(|said| at.ticks_ms >= said + HELLO_MS) {
            self.hello_at = None;
        }
    }

    fn most_urgent(&mut self, at: Moment, look: &Look) -> Option<Action> {
        if self.hello_at.is_none() {
            self.round.whole = false;
            if look.undrawn {
                return Some(self.step(Step::DrawNonce));
            }
            return Some(self.ask(at, Asked::Hello, hello(look)));
        }
        if let Some(request) = self.presence.presence_to_tell(at.ticks_ms) {
            return Some(self.ask(at, Asked::Aside, crate::seam::Call::Presence(request)));
        }
        let batch = batch(&look.waiting, self.most_changes);
        if !batch.is_empty() {
            self.round.whole = false;
            self.pushed_at = Some(at.ticks_ms);
            let sent = batch.iter().map(Sent::of).collect();
            let request = PushRequest { replica: look.replica, changes: batch };
            return Some(self.ask(at, Asked::Push(sent), crate::seam::Call::Push(request)));
        }
        let unmet = self.unmet(look);
        if !unmet.is_empty() {
            return Some(self.step(Step::Also(unmet)));
        }
        if let Some(action) = self.fill(at, look) {
            self.round.whole = false;
            return Some(action);
        }
        if let Some(action) = self.pull(at, look) {
            return Some(action);
        }
        self.end_round(at, look)
    }

    /// Spaces that the hub told of and that are new here, or here again.
    fn unmet(&self, look: &Look) -> Vec<Space> {
        let here = look.spaces.iter().filter(|row| row.state != SpaceState::Gone);
        let known: BTreeSet<&Space> = here.map(|row| &row.space).collect();
        self.heads.keys().filter(|space| !known.contains(space)).cloned().collect()
    }

    fn fill(&mut self, at: Moment, look: &Look) -> Option<Action> {
        self.fill_at = None;
        for row in &look.spaces {
            let heard = self.heads.get(&row.space).copied();
            let rests =
                self.fills.get(&row.space).map(|spoiled| spoiled.until).filter(|until| *until > at.ticks_ms);
            match row.state {
                SpaceState::Bootstrapping if row.lost && heard.is_none() => {}
                SpaceState::Bootstrapping if rests.is_some() => {
                    self.fill_at = [self.fill_at, rests].into_iter().flatten().min();
                }
                SpaceState::Bootstrapping => return Some(self.fill_on(at, row)),
                SpaceState::Active if row.cursor == 0 && heard.unwrap_or(0) >= FILL_FROM => {
                    return Some(self.step(Step::FillAnew(row.space.clone())));
                }
                _ => {}
            }
        }
        self.receiving = None;
        None
    }

    fn fill_on(&mut self, at: Moment, row: &SpaceLook) -> Action {
        let space = row.space.clone();
        let (part, seq) = match &row.staged {
            Some(staged) if staged.epoch != self.epoch => return self.step(Step::ClearStage(space)),
            Some(staged) if staged.next_part >= staged.parts => return self.step(Step::Swap(space)),
            Some(staged) => (staged.next_part, Some(staged.seq)),
            None => (0, None),
        };
        let call = crate::seam::Call::Part { space: space.clone(), part, at: seq, from: row.cursor };
        self.ask(at, Asked::Part { space, part }, call)
    }

    fn pull(&mut self, at: Moment, look: &Look) -> Option<Action> {
        let askable: Vec<&SpaceLook> = look.spaces.iter().filter(|row| self.may_ask(row)).collect();
        let all = std::mem::take(&mut self.ask_all);
        if all {
            self.to_ask = askable.iter().map(|row| row.space.clone()).collect();
            self.polled_at = at.ticks_ms;
        }
        let behind = |row: &SpaceLook| self.heads.get(&row.space).is_some_and(|head| *head > row.cursor);
        let wanted = askable.iter().filter(|row| behind(row) || self.to_ask.contains(&row.space));
        let wanted: Vec<&SpaceLook> = wanted.copied().take(limits::SPACES).collect();
        // With no space at all the question is whether there are any by now.
        if wanted.is_empty() && !all {
            self.to_ask.clear();
            return None;
        }
        let routine = !wanted.iter().any(|row| behind(row));
        if !routine {
            self.round.whole = false;
        }
        let cursors: BTreeMap<Space, u64> =
            wanted.iter().map(|row| (row.space.clone(), row.cursor)).collect();
        let spaces = wanted.iter().map(|row| Cursor { space: row.space.clone(), seq: row.cursor }).collect();
        let request = PullRequest { epoch: self.epoch, spaces, limit: limits::CHANGES };
        Some(self.ask(at, Asked::Pull { routine, cursors }, crate::seam::Call::Pull(request)))
    }

    /// A space that was made here and that the hub has never heard of must not be asked for: the answer would
    /// be that it is gone.
    fn may_ask(&self, row: &SpaceLook) -> bool {
        row.state == SpaceState::Active
            && (row.cursor > 0 || row.head_known > 0 || self.heads.contains_key(&row.space))
    }
}

fn hello(look: &Look) -> crate::seam::Call {
    crate::seam::Call::Hello(HelloRequest {
        replica: look.replica,
        nonce: look.nonce.clone(),
        next_nonce: look.next_nonce.clone(),
        last_counter: look.last_counter,
        app: env!("CARGO_PKG_VERSION").to_owned(),
        protocols: PROTOCOLS.to_vec(),
        schema: SCHEMA,
        caps: caps::OURS.iter().map(|&word| word.to_owned()).collect(),
    })
}

/// Returns the first changes, `most` if groups allow it: a group is never cut, and the first one goes whole
/// however large it is.
pub(super) fn batch(waiting: &[Change], most: usize) -> Vec<Change> {
    let mut last: BTreeMap<GroupId, usize> = BTreeMap::new();
    for (n, change) in waiting.iter().enumerate() {
        last.insert(change.group, n);
    }
    let (mut end, mut reach) = (0, 0);
    for (n, change) in waiting.iter().enumerate() {
        if n >= most && end > 0 {
            break;
        }
        reach = reach.max(last.get(&change.group).copied().unwrap_or(n));
        if reach == n && (n < most || end == 0) {
            end = n + 1;
        }
    }
    waiting.get(..end).unwrap_or_default().to_vec()
}
