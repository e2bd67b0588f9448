//! The end of a round, when everything known is sent and fetched: telling others how far we are, folding long
//! logs, the history of sync, tidying. And how long a space rests whose fill went wrong.

use crate::backoff;
use crate::engine::{Action, Asked, Engine, Moment};
use crate::seam::Call;
use crate::status::Away;
use crate::steps::{Look, Step};
use linchpin_domain::id::{AnswerId, PersonId};
use linchpin_domain::space::{Space, SpaceKind};
use linchpin_protocol::limits;
use linchpin_protocol::live::SeenRequest;
use linchpin_protocol::pull::Cursor;
use linchpin_store::reader::{SpaceState, SyncLine};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// How often at most others are told how far we are, in milliseconds.
const SEEN_EVERY_MS: u64 = 10_000;
/// How often at most the history of sync grows, in milliseconds.
const LOG_EVERY_MS: u64 = 60_000;
/// How often old things are let go of, in milliseconds.
const TIDY_EVERY_MS: u64 = 24 * 60 * 60_000;
/// How long a space rests whose fill went wrong a second time, in milliseconds; doubles each time.
const REST_MS: u64 = 4 * 60_000;
/// The longest such rest.
const MOST_REST_MS: u64 = 60 * 60_000;

/// A space whose checksum was wrong.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spoiled {
    times: u32,
    pub(super) until: u64,
}

/// What happened since the last end of a round, and what was told of it.
#[derive(Debug, Default)]
pub(super) struct Round {
    /// Whether everything known is sent and fetched.
    pub(super) whole: bool,
    pub(super) in_step_ms: Option<u64>,
    /// Whether the hub has answered since that was noted.
    answered: bool,
    pub(super) sent_ms: Option<u64>,
    pub(super) sent_in_all: u64,
    pub(super) received_in_all: u64,
    sent: u32,
    received: u32,
    people: BTreeSet<PersonId>,
    notes: Vec<(&'static str, Value)>,
    logged_at: Option<u64>,
    away_since: Option<u64>,
    folds: BTreeSet<AnswerId>,
    tidied_at: Option<u64>,
    seen: BTreeMap<Space, u64>,
    seen_at: Option<u64>,
    to_see: bool,
}

impl Round {
    pub(super) fn sent(&mut self, at: Moment, count: u32) {
        if count > 0 {
            self.sent_ms = Some(at.now_ms);
        }
        self.sent = self.sent.saturating_add(count);
        self.sent_in_all += u64::from(count);
    }

    pub(super) fn received(&mut self, count: u32, people: Vec<PersonId>, texts: Vec<AnswerId>) {
        self.received = self.received.saturating_add(count);
        self.received_in_all += u64::from(count);
        self.people.extend(people);
        self.folds.extend(texts);
    }

    pub(super) fn note(&mut self, what: &'static str, facts: Value) {
        self.notes.push((what, facts));
    }

    pub(super) fn out_of_touch(&mut self, at: Moment) {
        self.whole = false;
        self.away_since.get_or_insert(at.now_ms);
    }

    pub(super) fn in_touch(&mut self, at: Moment) {
        self.answered = true;
        if let Some(since) = self.away_since.take() {
            let for_ms = at.now_ms.saturating_sub(since);
            if for_ms >= LOG_EVERY_MS {
                self.note("offline", json!({ "forMs": for_ms }));
            }
        }
    }

    /// Returns when something of it falls due.
    pub(super) fn due_at(&self) -> Option<u64> {
        let log = self.logged_at.filter(|_| self.has_news()).map(|at| at + LOG_EVERY_MS);
        let seen = self.seen_at.filter(|_| self.to_see).map(|at| at + SEEN_EVERY_MS);
        [log, seen].into_iter().flatten().min()
    }

    fn has_news(&self) -> bool {
        self.sent > 0 || self.received > 0 || !self.notes.is_empty()
    }

    fn lines(&mut self, at: Moment) -> Vec<Step> {
        let mut lines = std::mem::take(&mut self.notes);
        if self.received > 0 {
            let people = std::mem::take(&mut self.people);
            lines.push(("received", json!({ "changes": self.received, "people": people })));
        }
        if self.sent > 0 {
            lines.push(("sent", json!({ "changes": self.sent })));
        }
        lines.push(("inStep", json!({})));
        (self.sent, self.received) = (0, 0);
        self.logged_at = Some(at.ticks_ms);
        let line = |(what, facts): (&str, Value)| {
            Step::Log(SyncLine { at: at.now_ms, what: what.to_owned(), facts })
        };
        lines.into_iter().map(line).collect()
    }

    /// Returns how far we are in spaces where that is told, as far as it is news.
    fn cursors(&mut self, at: Moment, look: &Look) -> Vec<Cursor> {
        let told = |space: &Space| matches!(space.kind(), SpaceKind::Response | SpaceKind::Call);
        let news = look.spaces.iter().filter(|row| {
            row.state == SpaceState::Active
                && told(&row.space)
                && self.seen.get(&row.space).copied().unwrap_or(0) < row.cursor
        });
        let news: Vec<Cursor> = news
            .map(|row| Cursor { space: row.space.clone(), seq: row.cursor })
            .take(limits::SPACES)
            .collect();
        self.to_see = !news.is_empty();
        if news.is_empty() || self.seen_at.is_some_and(|told| at.ticks_ms < told + SEEN_EVERY_MS) {
            return Vec::new();
        }
        self.seen_at = Some(at.ticks_ms);
        news
    }

    /// Notes what the hub was told; what it did not answer is told again.
    pub(super) fn told_seen(&mut self, cursors: Vec<Cursor>) {
        self.seen.extend(cursors.into_iter().map(|cursor| (cursor.space, cursor.seq)));
    }
}

impl Engine {
    /// Everything known is sent and fetched; what remains can wait and is done one thing at a time.
    pub(super) fn end_round(&mut self, at: Moment, look: &Look) -> Option<Action> {
        self.round.whole = true;
        // A waking alone says nothing of the hub: the time is that of its last answer.
        if std::mem::take(&mut self.round.answered) {
            self.round.in_step_ms = Some(at.now_ms);
        }
        (self.barren, self.hellos_in_row) = (0, 0);
        if let Some(doc) = self.round.folds.pop_first() {
            return Some(self.step(Step::Fold(doc)));
        }
        let rested = self.round.logged_at.is_none_or(|logged| at.ticks_ms >= logged + LOG_EVERY_MS);
        if self.round.has_news() && (rested || !self.stays) {
            let lines = self.round.lines(at);
            self.steps.extend(lines);
            return self.steps.pop_front().map(|step| self.step(step));
        }
        let cursors = self.round.cursors(at, look);
        if !cursors.is_empty() {
            return Some(self.ask(at, Asked::Seen(cursors.clone()), Call::Seen(SeenRequest { cursors })));
        }
        if self.stays && self.round.tidied_at.is_none_or(|tidied| at.ticks_ms >= tidied + TIDY_EVERY_MS) {
            self.round.tidied_at = Some(at.ticks_ms);
            return Some(self.step(Step::Tidy));
        }
        None
    }

    /// Notes a failure and when to try again.
    pub(super) fn fail(&mut self, at: Moment, away: Away, after_ms: Option<u64>) {
        self.failures = self.failures.saturating_add(1);
        self.away = Some(away);
        let wait = backoff::wait_ms(self.failures, at.roll).max(after_ms.unwrap_or(0).min(MOST_REST_MS));
        self.not_before = at.ticks_ms + wait;
        self.round.out_of_touch(at);
        self.look = None;
        // Where nothing else is left to do, this question finds out that the hub is there again.
        self.ask_all = true;
    }

    /// The hub gave an answer that makes sense.
    pub(super) fn in_touch(&mut self, at: Moment) {
        (self.away, self.failures, self.not_before, self.clock_tried) = (None, 0, 0, false);
        self.round.in_touch(at);
    }

    /// A space's checksum or fill was wrong: the first time it is filled anew at once, then after a rest that
    /// grows, so that a hub at fault is not asked for the same megabytes for ever.
    pub(super) fn spoil(&mut self, at: Moment, space: &Space) {
        let spoiled = self.fills.entry(space.clone()).or_default();
        spoiled.times += 1;
        let rest = match spoiled.times {
            0 | 1 => 0,
            times => (REST_MS << (times - 2).min(12)).min(MOST_REST_MS),
        };
        spoiled.until = at.ticks_ms + rest;
        tracing::warn!(%space, times = spoiled.times, "the space is to be filled anew");
    }
}
