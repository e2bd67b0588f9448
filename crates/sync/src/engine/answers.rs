//! What answers, faults and done steps mean. The hub is believed as far as it was asked: a result for a change
//! that was not sent, or a page of a space that was not asked for, is dropped, because a hub that lies must not
//! make this copy believe that words are sent.

use crate::engine::{Asked, Busy, Engine, Moment, Sent};
use crate::seam::{Fault, Reply};
use crate::status::{Away, Receiving};
use crate::steps::{Step, Stepped};
use linchpin_domain::change::{Answered, HeldBecause, Outcome, RefusedBecause};
use linchpin_domain::epoch;
use linchpin_domain::space::Space;
use linchpin_protocol::bootstrap::{PartHead, Row};
use linchpin_protocol::error::{ErrorCode, Problem};
use linchpin_protocol::hello::HelloAnswer;
use linchpin_protocol::limits::{self, Limits};
use linchpin_protocol::pull::PullAnswer;
use linchpin_protocol::push::PushAnswer;
use linchpin_protocol::{PROTOCOLS, caps};
use linchpin_store::StoreError;
use linchpin_store::reader::SpaceState;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// How many answers in a row may bring nothing although something was promised.
const MOST_BARREN: u32 = 3;
/// How many hellos in a row may be followed by another one.
const MOST_HELLOS: u32 = 4;

impl Engine {
    pub(super) fn answered(&mut self, at: Moment, reply: Reply) {
        let Busy::Asking(asked) = &self.busy else { return };
        let asked = asked.clone();
        self.busy = Busy::No;
        match (asked, reply) {
            (Asked::Hello, Reply::Hello(hello)) => self.greeted(at, hello),
            (Asked::Push(sent), Reply::Push(answer)) => self.pushed(at, &sent, answer),
            (Asked::Pull { routine, cursors }, Reply::Pull(answer)) => {
                self.pulled(at, routine, &cursors, answer);
            }
            (Asked::Part { space, part }, Reply::Part(head, rows)) => self.part(at, &space, part, head, rows),
            (Asked::Seen(cursors), Reply::Noted) => {
                self.round.told_seen(cursors);
                self.in_touch(at);
            }
            (Asked::Aside, Reply::Noted) => self.in_touch(at),
            _ => self.fail(at, Away::Strange, None),
        }
    }

    fn greeted(&mut self, at: Moment, mut hello: HelloAnswer) {
        if !PROTOCOLS.contains(&hello.protocol) {
            return self.fail(at, Away::TooOld, None);
        }
        self.hellos_in_row += 1;
        if self.hellos_in_row > MOST_HELLOS {
            return self.fail(at, Away::Strange, None);
        }
        hello.spaces.truncate(limits::DESK_SPACES);
        self.in_touch(at);
        self.hello_at = Some(at.ticks_ms);
        self.note_hub_time(at, hello.hub_time);
        self.live.offer(hello.caps.iter().any(|word| word == caps::LIVE));
        self.presence.offer(hello.caps.iter().any(|word| word == caps::PRESENCE));
        let ours = Limits::default();
        self.limits = Limits {
            changes: hello.limits.changes.clamp(1, ours.changes),
            batch_bytes: hello.limits.batch_bytes.clamp(1, ours.batch_bytes),
            update_bytes: hello.limits.update_bytes,
        };
        self.most_changes = self.limits.changes;
        self.heads = hello.spaces.iter().map(|head| (head.space.clone(), head.head)).collect();
        self.ask_all = true;
        if hello.epoch != self.epoch {
            if self.epoch != 0 {
                self.round.note("hubRestored", json!({ "epoch": hello.epoch }));
            }
            // One restore has told us how far each space is as it was; of several in a row nothing is known.
            let once = epoch::follows(self.epoch, hello.epoch);
            let known = hello.spaces.iter().filter(|_| once);
            let restored = known.filter_map(|head| Some((head.space.clone(), head.restored_head?))).collect();
            self.steps.push_back(Step::Epoch { epoch: hello.epoch, restored });
            self.epoch = hello.epoch;
        }
        self.steps.push_back(Step::Hello(hello));
    }

    fn pushed(&mut self, at: Moment, sent: &[Sent], answer: PushAnswer) {
        let ids: BTreeSet<_> = sent.iter().map(|change| change.id).collect();
        let spaces: BTreeSet<_> = sent.iter().map(|change| &change.space).collect();
        let results: Vec<Answered> = answer.results.into_iter().filter(|one| ids.contains(&one.id)).collect();
        if !results.iter().any(|one| one.outcome != Outcome::Retry) {
            return self.fail(at, Away::HubBusy, None);
        }
        // A change that is to be offered under another id waits on; a hub that always says so must not be asked
        // without end.
        let again =
            |one: &Answered| matches!(one.outcome, Outcome::Retry | Outcome::Reoffer | Outcome::IdReused);
        let stuck = results.iter().all(again);
        if !stuck {
            self.hellos_in_row = 0;
        }
        self.idle_pushes = if stuck { self.idle_pushes + 1 } else { 0 };
        let endless = self.idle_pushes >= MOST_BARREN;
        if endless {
            self.idle_pushes = 0;
            self.fail(at, Away::Strange, None);
        } else {
            self.in_touch(at);
        }
        self.most_changes = self.most_changes.saturating_mul(2).min(self.limits.changes);
        let moved: Vec<_> = answer.spaces.into_iter().filter(|moved| spaces.contains(&moved.space)).collect();
        for moved in &moved {
            let head = self.heads.entry(moved.space.clone()).or_default();
            *head = (*head).max(moved.after);
        }
        self.steps.push_back(Step::Push { results, moved, hub_time: answer.hub_time });
    }

    fn pulled(&mut self, at: Moment, routine: bool, cursors: &BTreeMap<Space, u64>, answer: PullAnswer) {
        self.in_touch(at);
        self.note_hub_time(at, answer.hub_time);
        let mut quiet: BTreeSet<&Space> = cursors.keys().collect();
        let mut news = false;
        for page in answer.pages {
            let Some((space, cursor)) =
                cursors.get_key_value(&page.space).filter(|(_, seq)| **seq == page.from)
            else {
                continue;
            };
            quiet.remove(space);
            news |= page.to > *cursor;
            let head = self.heads.entry(page.space.clone()).or_default();
            *head = if page.to == page.head { page.head } else { (*head).max(page.head) };
            self.steps.push_back(Step::Page(page));
        }
        for space in answer.gone.into_iter().filter(|space| cursors.contains_key(space)) {
            quiet.remove(&space);
            self.heads.remove(&space);
            self.steps.push_back(Step::Gone(space));
            news = true;
        }
        for space in answer.bootstrap.into_iter().filter(|space| cursors.contains_key(space)) {
            quiet.remove(&space);
            self.steps.push_back(Step::FillAnew(space));
            news = true;
        }
        for space in answer.also {
            if let std::collections::btree_map::Entry::Vacant(new) = self.heads.entry(space) {
                self.to_ask.insert(new.key().clone());
                new.insert(0);
            }
        }
        for space in cursors.keys() {
            self.to_ask.remove(space);
        }
        if !quiet.is_empty() {
            self.steps.push_back(Step::PullOk(quiet.into_iter().cloned().collect()));
        }
        self.barren = if news || routine { 0 } else { self.barren + 1 };
        if self.barren >= MOST_BARREN {
            self.barren = 0;
            // The promised numbers are not to be had; the next hello or poll will tell.
            for (space, cursor) in cursors {
                self.heads.insert(space.clone(), *cursor);
            }
            return self.fail(at, Away::Strange, None);
        }
        self.hellos_in_row = 0;
    }

    fn part(&mut self, at: Moment, space: &Space, part: u32, head: PartHead, rows: Vec<Row>) {
        if head.space != *space || head.part != part || head.parts <= part {
            self.spoil(at, space);
            return self.fail(at, Away::Strange, None);
        }
        self.in_touch(at);
        self.hellos_in_row = 0;
        self.steps.push_back(Step::Part(head, rows));
    }

    /// Follows the hub's clock; a second or two are the line's and not the clock's.
    fn note_hub_time(&mut self, at: Moment, hub_time: u64) {
        let offset = i128::from(hub_time) - i128::from(at.now_ms);
        let offset = i64::try_from(offset).unwrap_or_default();
        if offset.abs_diff(self.clock_offset_ms) > 2_000 {
            self.clock_offset_ms = offset;
            self.steps.push_back(Step::HubTime(hub_time));
        }
    }

    pub(super) fn failed(&mut self, at: Moment, fault: Fault) {
        let Busy::Asking(asked) = &self.busy else { return };
        let asked = asked.clone();
        self.busy = Busy::No;
        match fault {
            // Something on the way has a limit of its own; smaller batches may pass, and nothing is given up.
            Fault::Status(413) => self.too_large_on_the_way(at, &asked),
            Fault::Problem(problem) => self.refused(at, asked, &problem),
            fault => self.fail(at, Away::of(&fault), None),
        }
    }

    fn refused(&mut self, at: Moment, asked: Asked, problem: &Problem) {
        if let Some(hub_time) = problem.hub_time {
            self.note_hub_time(at, hub_time);
        }
        match (problem.code, asked) {
            (ErrorCode::AuthExpired, _) if !self.clock_tried && problem.hub_time.is_some() => {
                self.clock_tried = true;
            }
            (ErrorCode::AuthExpired, _) => self.fail(at, Away::SignedOut, None),
            // The line has tried to refresh the session already.
            (ErrorCode::SignInNeeded, _) => self.fail(at, Away::SignedOut, None),
            (ErrorCode::DeviceRevoked, _) => self.fail(at, Away::Revoked, None),
            (ErrorCode::TooOld, _) => self.fail(at, Away::TooOld, None),
            (ErrorCode::EpochChanged, _) => self.say_hello_again(at),
            (ErrorCode::ReplicaForked, _) => self.become_another(at),
            (ErrorCode::TooLarge, Asked::Push(sent)) => {
                self.halve(at, &sent, Outcome::Refused { code: RefusedBecause::TooLarge });
            }
            // One change that the hub cannot read must not keep back the others. Held and not refused: it may
            // be the hub that is wrong, and what was typed stays where it is.
            (ErrorCode::BadRequest, Asked::Push(sent)) => {
                self.halve(at, &sent, Outcome::Held { reason: HeldBecause::Unreadable });
            }
            (ErrorCode::BootstrapNeeded | ErrorCode::PartGone, Asked::Part { space, .. }) => {
                self.spoil(at, &space);
                self.steps.push_back(Step::ClearStage(space));
            }
            (ErrorCode::NotFound, Asked::Part { space, .. }) => self.not_readable(at, space),
            (ErrorCode::NotFound | ErrorCode::BadRequest, Asked::Seen(cursors)) => {
                // A hub that does not want it is not told it again.
                self.round.told_seen(cursors);
                self.in_touch(at);
            }
            (ErrorCode::NotFound, Asked::Aside) => self.in_touch(at),
            (ErrorCode::Busy, _) => self.fail(at, Away::HubBusy, problem.retry_after_ms),
            (ErrorCode::Internal, _) => self.fail(at, Away::HubAway, problem.retry_after_ms),
            _ => self.fail(at, Away::Strange, problem.retry_after_ms),
        }
    }

    /// The hub knows this copy otherwise than it knows itself: this is a clone, or the hub's disk was put back
    /// without its knowing. Which of the two cannot be told, so everything is compared and own changes are
    /// offered again, under another id.
    fn become_another(&mut self, at: Moment) {
        self.round.note("newCopy", json!({}));
        let spaces = self.look.iter().flat_map(|look| &look.spaces);
        let here = spaces.filter(|row| row.state == SpaceState::Active && row.cursor > 0);
        let fills: Vec<Step> = here.map(|row| Step::FillAnew(row.space.clone())).collect();
        self.steps.extend(fills);
        self.steps.push_back(Step::NewReplica);
        self.say_hello_again(at);
    }

    fn say_hello_again(&mut self, at: Moment) {
        self.hello_at = None;
        self.hellos_in_row += 1;
        if self.hellos_in_row > MOST_HELLOS {
            self.hellos_in_row = 0;
            self.fail(at, Away::Strange, None);
        }
    }

    fn too_large_on_the_way(&mut self, at: Moment, asked: &Asked) {
        match asked {
            Asked::Push(sent)
                if sent.iter().any(|one| sent.first().is_some_and(|first| first.group != one.group)) =>
            {
                self.most_changes = (sent.len() / 2).max(1);
            }
            _ => self.fail(at, Away::Intercepted, None),
        }
    }

    /// Sends less at once; one group alone is set aside, and blocks nothing behind it.
    fn halve(&mut self, at: Moment, sent: &[Sent], alone: Outcome) {
        let groups: BTreeSet<_> = sent.iter().map(|change| change.group).collect();
        if groups.len() > 1 {
            self.most_changes = (sent.len() / 2).max(1);
            return;
        }
        let results = sent.iter().map(|change| Answered {
            id: change.id,
            outcome: alone.clone(),
            duplicate: false,
            clamped: BTreeMap::new(),
        });
        let hub_time = self.terms(at).hub_now_ms;
        self.steps.push_back(Step::Push { results: results.collect(), moved: Vec::new(), hub_time });
        self.most_changes = self.limits.changes;
    }

    fn not_readable(&mut self, at: Moment, space: Space) {
        self.in_touch(at);
        self.heads.remove(&space);
        let had = self.look.as_ref().and_then(|look| look.spaces.iter().find(|row| row.space == space));
        // A restored hub that has lost a space whole gets it back from whoever opened it.
        if had.is_some_and(|row| !row.lost) {
            self.steps.push_back(Step::Gone(space));
        }
    }

    pub(super) fn stepped(&mut self, at: Moment, stepped: Stepped) {
        self.busy = Busy::No;
        match stepped {
            Stepped::Looked(look) => {
                (self.epoch, self.clock_offset_ms) = (look.epoch, look.clock_offset_ms);
                self.look = Some(look);
            }
            Stepped::Pushed { acked, forked } => {
                self.round.sent(at, acked);
                if forked {
                    self.become_another(at);
                }
            }
            Stepped::Paged { space, sum_ok, from_others, people, texts, .. } => {
                self.round.received(from_others, people, texts);
                match sum_ok {
                    Some(false) => {
                        self.spoil(at, &space);
                        self.steps.push_front(Step::FillAnew(space));
                    }
                    Some(true) => {
                        self.fills.remove(&space);
                    }
                    None => {}
                }
            }
            Stepped::Staged(space, staged) => {
                self.receiving = Some(Receiving { space, here: staged.rows, of: staged.rows_in_all });
            }
            Stepped::Swapped(space, sound) => {
                self.receiving = None;
                if !sound {
                    self.spoil(at, &space);
                }
            }
            Stepped::Done => {}
        }
    }

    pub(super) fn not_stepped(&mut self, at: Moment, error: &StoreError) {
        let Busy::Stepping(arriving) = std::mem::replace(&mut self.busy, Busy::No) else { return };
        self.look = None;
        tracing::warn!(%error, space = arriving.as_ref().map(tracing::field::display), "the store did not take a step");
        match (error, arriving) {
            // The rows that arrived make no sense; the space is fetched whole, and the others go on.
            (StoreError::Corrupt | StoreError::Invalid(_) | StoreError::Text, Some(space)) => {
                self.spoil(at, &space);
                self.steps.push_back(Step::ClearStage(space.clone()));
                self.steps.push_back(Step::FillAnew(space));
            }
            _ => {
                self.steps.clear();
                self.ask_all = true;
                self.fail(at, Away::Disk, None);
            }
        }
    }
}
