//! The live stream and presence: hints that make sync quick. Nothing depends on them; without them the safety
//! poll finds everything.

use crate::backoff;
use crate::engine::{Action, Engine, Moment};
use crate::seam::{Fault, Heard};
use crate::steps::Step;
use linchpin_domain::id::{AnswerId, DeviceId};
use linchpin_domain::space::Space;
use linchpin_protocol::live::{Here, LiveEvent, PresenceRequest};

/// After how long without a word the stream is taken for dead, in milliseconds.
pub(super) const SILENCE_MS: u64 = 60_000;
/// How often presence is told again, in milliseconds; the hub forgets it after a minute.
const PRESENT_EVERY_MS: u64 = 25_000;
/// How often at most a moving cursor is told, in milliseconds.
const CURSOR_EVERY_MS: u64 = 200;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    Closed,
    Opening,
    Open,
}

/// The live stream.
#[derive(Debug, Default)]
pub(super) struct Line {
    state: State,
    /// Whether the hub has one.
    offered: bool,
    heard_at: u64,
    failures: u32,
    not_before: u64,
}

impl Line {
    pub(super) fn offer(&mut self, offered: bool) {
        self.offered = offered;
    }

    pub(super) fn try_at(&mut self, ticks_ms: u64) {
        (self.failures, self.not_before) = (0, ticks_ms);
    }

    /// Returns when something must be done about it.
    pub(super) fn deadline(&self) -> Option<u64> {
        match self.state {
            State::Closed => self.offered.then_some(self.not_before),
            State::Opening | State::Open => Some(self.heard_at + SILENCE_MS),
        }
    }

    fn fail(&mut self, at: Moment) {
        self.state = State::Closed;
        self.failures = self.failures.saturating_add(1);
        self.not_before = at.ticks_ms + backoff::wait_ms(self.failures, at.roll);
    }
}

impl Engine {
    pub(super) fn live_actions(&mut self, at: Moment) -> Vec<Action> {
        if !self.stays || self.is_stopped() {
            let was = std::mem::take(&mut self.live.state);
            return if was == State::Closed { Vec::new() } else { vec![Action::CloseLive] };
        }
        let mut actions = Vec::new();
        if self.live.state != State::Closed && at.ticks_ms >= self.live.heard_at + SILENCE_MS {
            self.live.fail(at);
            actions.push(Action::CloseLive);
        }
        if self.live.state == State::Closed && self.live.offered && at.ticks_ms >= self.live.not_before {
            (self.live.state, self.live.heard_at) = (State::Opening, at.ticks_ms);
            actions.push(Action::OpenLive(self.terms(at)));
        }
        actions
    }

    pub(super) fn live_open(&mut self, at: Moment) {
        if self.live.state != State::Closed {
            (self.live.state, self.live.heard_at, self.live.failures) = (State::Open, at.ticks_ms, 0);
            // What moved before the stream was open was told to nobody.
            self.ask_all = true;
        }
    }

    pub(super) fn live_closed(&mut self, at: Moment, fault: &Fault) {
        if self.live.state != State::Closed {
            tracing::debug!(?fault, "the live stream closed");
            self.live.fail(at);
        }
    }

    pub(super) fn heard(&mut self, at: Moment, heard: Heard) {
        self.live.heard_at = at.ticks_ms;
        let Heard::Event(event) = heard else { return };
        match event {
            LiveEvent::Head { space, seq } => {
                let head = self.heads.entry(space).or_default();
                *head = (*head).max(seq);
            }
            LiveEvent::Access => self.hello_at = None,
            LiveEvent::Presence(presence) => self.presence.note(presence.answer, &presence.here, self.device),
            LiveEvent::Seen(seen) => self.steps.push_back(Step::Seen(seen)),
        }
    }
}

/// Which answer is open here, and who else has it open.
#[derive(Debug, Default)]
pub(super) struct Presence {
    open: Option<(Space, AnswerId)>,
    cursor: Option<String>,
    told: Option<(Space, AnswerId)>,
    told_cursor: Option<String>,
    told_at: u64,
    offered: bool,
    /// The answer that a colleague has open as well.
    with_others: Option<AnswerId>,
}

impl Presence {
    pub(super) fn offer(&mut self, offered: bool) {
        self.offered = offered;
        // A hub that was away has forgotten it.
        self.told = None;
    }

    pub(super) fn open(&mut self, answer: Option<(Space, AnswerId)>, cursor: Option<String>) {
        if self.open != answer {
            self.with_others = None;
        }
        (self.open, self.cursor) = (answer, cursor);
    }

    pub(super) fn co_editing(&self) -> bool {
        self.open.as_ref().is_some_and(|(_, answer)| self.with_others == Some(*answer))
    }

    pub(super) fn due_at(&self) -> Option<u64> {
        if !self.offered {
            None
        } else if self.open != self.told {
            Some(0)
        } else if self.open.is_none() {
            None
        } else if self.cursor != self.told_cursor {
            Some(self.told_at + CURSOR_EVERY_MS)
        } else {
            Some(self.told_at + PRESENT_EVERY_MS)
        }
    }

    pub(super) fn presence_to_tell(&mut self, ticks_ms: u64) -> Option<PresenceRequest> {
        if self.due_at().is_none_or(|due| ticks_ms < due) {
            return None;
        }
        let request = match (&self.open, &self.told) {
            (Some((space, answer)), _) => {
                PresenceRequest { space: space.clone(), answer: Some(*answer), cursor: self.cursor.clone() }
            }
            (None, Some((space, _))) => PresenceRequest { space: space.clone(), answer: None, cursor: None },
            (None, None) => return None,
        };
        (self.told, self.told_cursor, self.told_at) = (self.open.clone(), self.cursor.clone(), ticks_ms);
        Some(request)
    }

    fn note(&mut self, answer: AnswerId, here: &[Here], device: DeviceId) {
        if self.open.as_ref().is_some_and(|(_, open)| *open == answer) {
            self.with_others = here.iter().any(|one| one.device != device).then_some(answer);
        }
    }
}
