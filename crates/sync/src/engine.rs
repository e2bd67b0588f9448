//! The engine of sync: a pure state machine. Events go in with the time and a random number, actions come out;
//! it holds no socket, no clock and no store. Whatever must survive lies in the store, so a crash at any moment
//! costs nothing but a request: the engine looks at the store and does the most urgent thing there is to do.
//! The order: hello, changes out, first fills, changes in, then live. One request at a time.

mod answers;
mod live;
mod next;
mod round;
#[cfg(test)]
mod tests;

use crate::seam::{Ask, Call, Fault, Heard, Reply, Terms};
use crate::status::{Away, Facts, Phase, Receiving};
use crate::steps::{Look, Step, Stepped};
use linchpin_domain::change::{Change, ChangeId};
use linchpin_domain::id::{AnswerId, DeviceId, GroupId};
use linchpin_domain::space::Space;
use linchpin_protocol::limits::{self, Limits};
use linchpin_protocol::pull::Cursor;
use linchpin_store::StoreError;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How long after a person's change it is sent, in milliseconds.
pub const SEND_AFTER_MS: u64 = 250;
/// How often at most it is sent while a colleague has the same answer open, in milliseconds: the first letter goes at
/// once, and those that follow it at once go together.
pub const SEND_EVERY_CO_EDITING_MS: u64 = 30;
/// How often a focused app asks without being told to, in milliseconds.
pub const POLL_FOCUSED_MS: u64 = 30_000;
/// The same in the background.
pub const POLL_MS: u64 = 5 * 60_000;
/// After how long hello is said again, in milliseconds.
pub const HELLO_MS: u64 = 24 * 60 * 60_000;

/// When something happens, and a random number to go with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// This computer's time, milliseconds since 1970.
    pub now_ms: u64,
    /// Milliseconds that never go back.
    pub ticks_ms: u64,
    /// A random number.
    pub roll: u64,
}

/// What happens.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Time has passed.
    Wake,
    /// A person changed something that waits to be sent.
    Changed,
    /// Somebody pressed Sync now.
    SyncNow,
    /// The network is there again.
    NetworkUp,
    /// Stop, or go on.
    Pause(bool),
    /// The app has the focus, or has lost it.
    Focus(bool),
    /// This answer is open here, with the editor's cursor; none where none is.
    Open(Option<(Space, AnswerId)>, Option<String>),
    /// The hub answered.
    Answered(Reply),
    /// The hub did not.
    Failed(Fault),
    /// A step was done.
    Stepped(Stepped),
    /// A step could not be done; nothing was changed.
    NotStepped(StoreError),
    /// The live stream is open.
    LiveOpen,
    /// The live stream said something.
    Heard(Heard),
    /// The live stream broke, or did not open.
    LiveClosed(Fault),
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Ask the hub; the answer comes back as an event.
    Ask(Ask),
    /// Use the store; the outcome comes back as an event.
    Do(Step),
    /// Open the live stream.
    OpenLive(Terms),
    /// Close it.
    CloseLive,
}

/// What was asked and is not answered yet.
#[derive(Debug, Clone, PartialEq)]
enum Asked {
    Hello,
    Push(Vec<Sent>),
    /// The cursors that were told, and whether news was promised for none of them.
    Pull {
        routine: bool,
        cursors: BTreeMap<Space, u64>,
    },
    Part {
        space: Space,
        part: u32,
    },
    /// How far we are, as colleagues are told.
    Seen(Vec<Cursor>),
    /// Something that nothing depends on.
    Aside,
}

/// A change that was sent, as far as its answer is about it.
#[derive(Debug, Clone, PartialEq)]
struct Sent {
    id: ChangeId,
    group: GroupId,
    space: Space,
}

impl Sent {
    fn of(change: &Change) -> Self {
        Self { id: change.id, group: change.group, space: change.space.clone() }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Busy {
    No,
    Asking(Asked),
    /// Using the store; with the space whose arrived rows it takes, if it does.
    Stepping(Option<Space>),
}

/// The engine.
#[derive(Debug)]
pub struct Engine {
    device: DeviceId,
    stays: bool,
    busy: Busy,
    steps: VecDeque<Step>,
    /// What the store said last; none where it may say something else now.
    look: Option<Look>,
    /// When a person's change is to be looked at.
    changed_at: Option<u64>,
    /// When changes were sent last.
    pushed_at: Option<u64>,
    paused: bool,
    focused: bool,
    /// Why it is out of touch.
    away: Option<Away>,
    failures: u32,
    not_before: u64,
    clock_tried: bool,
    /// When hello was last answered.
    hello_at: Option<u64>,
    hellos_in_row: u32,
    /// The hub's epoch as last heard.
    epoch: u64,
    /// What to add to this computer's clock to get the hub's time, in milliseconds.
    clock_offset_ms: i64,
    /// The spaces that the hub lets us read, with their last numbers as far as heard.
    heads: BTreeMap<Space, u64>,
    /// Spaces still to be asked for in this round, whether or not something new was heard of.
    to_ask: BTreeSet<Space>,
    /// Whether every space is to be asked for.
    ask_all: bool,
    polled_at: u64,
    /// The hub's limits, never above our own.
    limits: Limits,
    /// Most changes of a push; smaller after one was too large.
    most_changes: usize,
    /// Answers in a row that brought nothing though something was promised.
    barren: u32,
    /// Pushes in a row after which every change still waits.
    idle_pushes: u32,
    fills: BTreeMap<Space, round::Spoiled>,
    /// When the next resting fill may go on.
    fill_at: Option<u64>,
    receiving: Option<Receiving>,
    live: live::Line,
    presence: live::Presence,
    round: round::Round,
}

impl Engine {
    /// Returns an engine that stays in touch for as long as it is fed.
    pub fn new(device: DeviceId) -> Self {
        Self {
            device,
            stays: true,
            busy: Busy::No,
            steps: VecDeque::new(),
            look: None,
            changed_at: None,
            pushed_at: None,
            paused: false,
            focused: true,
            away: None,
            failures: 0,
            not_before: 0,
            clock_tried: false,
            hello_at: None,
            hellos_in_row: 0,
            epoch: 0,
            clock_offset_ms: 0,
            heads: BTreeMap::new(),
            to_ask: BTreeSet::new(),
            ask_all: true,
            polled_at: 0,
            limits: Limits::default(),
            most_changes: limits::CHANGES,
            barren: 0,
            idle_pushes: 0,
            fills: BTreeMap::new(),
            fill_at: None,
            receiving: None,
            live: live::Line::default(),
            presence: live::Presence::default(),
            round: round::Round::default(),
        }
    }

    /// Returns an engine for one round: no live stream, no polling.
    pub fn once(device: DeviceId) -> Self {
        Self { stays: false, ..Self::new(device) }
    }

    /// Takes an event and returns what is to be done now.
    pub fn handle(&mut self, at: Moment, event: Event) -> Vec<Action> {
        match event {
            Event::Wake => {}
            Event::Changed => {
                let due = self.send_at(at.ticks_ms);
                self.changed_at = Some(self.changed_at.map_or(due, |before| before.min(due)));
            }
            Event::SyncNow | Event::NetworkUp => self.start_over(at),
            Event::Pause(paused) => {
                self.paused = paused;
                if !paused {
                    self.start_over(at);
                }
            }
            Event::Focus(focused) => self.focused = focused,
            Event::Open(answer, cursor) => self.presence.open(answer, cursor),
            Event::Answered(reply) => self.answered(at, reply),
            Event::Failed(fault) => self.failed(at, fault),
            Event::Stepped(stepped) => self.stepped(at, stepped),
            Event::NotStepped(error) => self.not_stepped(at, &error),
            Event::LiveOpen => self.live_open(at),
            Event::Heard(heard) => self.heard(at, heard),
            Event::LiveClosed(fault) => self.live_closed(at, &fault),
        }
        let mut actions = self.live_actions(at);
        actions.extend(self.next(at));
        actions
    }

    /// Returns when it wants to be woken, by the ticks, if nothing happens before.
    pub fn wake_at(&self) -> Option<u64> {
        if self.is_stopped() {
            return None;
        }
        let live = self.live.deadline().filter(|_| self.stays);
        let due = match self.busy {
            Busy::No if self.away.is_some() => Some(self.not_before),
            Busy::No => self.due(),
            _ => None,
        };
        [due, live].into_iter().flatten().min()
    }

    /// Tells whether it has nothing to do until something happens: in step, or out of touch.
    pub fn is_resting(&self) -> bool {
        self.busy == Busy::No && self.steps.is_empty() && self.changed_at.is_none()
    }

    /// Tells whether all that is known of is sent and fetched.
    pub fn is_in_step(&self) -> bool {
        self.is_resting() && self.away.is_none() && self.round.whole
    }

    /// Returns where it stands.
    pub fn facts(&self) -> Facts {
        let phase = match &self.busy {
            _ if self.paused => Phase::Paused,
            _ if self.away.is_some() => Phase::Away,
            Busy::Asking(Asked::Push(_)) => Phase::Push,
            Busy::Asking(Asked::Part { .. }) => Phase::Fill,
            Busy::Asking(Asked::Pull { routine: false, .. }) => Phase::Pull,
            _ if self.hello_at.is_none() => Phase::Hello,
            _ if self.receiving.is_some() => Phase::Fill,
            _ if self.round.whole => Phase::InStep,
            _ => Phase::Pull,
        };
        let waits = self.away.filter(|away| !away.needs_somebody());
        Facts {
            phase,
            away: self.away,
            next_try_ticks: waits.map(|_| self.not_before),
            receiving: self.receiving.clone(),
            in_step_ms: self.round.in_step_ms,
            sent_ms: self.round.sent_ms,
            co_editing: self.presence.co_editing(),
        }
    }

    /// Returns what this run has sent and received so far.
    pub fn done(&self) -> (u64, u64) {
        (self.round.sent_in_all, self.round.received_in_all)
    }

    /// Whether nothing may be asked until somebody does something.
    fn is_stopped(&self) -> bool {
        self.paused || self.away.is_some_and(Away::needs_somebody)
    }

    fn start_over(&mut self, at: Moment) {
        (self.away, self.failures, self.not_before) = (None, 0, 0);
        (self.ask_all, self.barren, self.hellos_in_row) = (true, 0, 0);
        self.clock_tried = false;
        self.look = None;
        self.changed_at = None;
        self.round.whole = false;
        self.live.try_at(at.ticks_ms);
    }

    /// Returns when a person's change of this moment is to be sent.
    fn send_at(&self, ticks_ms: u64) -> u64 {
        if self.presence.co_editing() {
            self.pushed_at.map_or(ticks_ms, |pushed| ticks_ms.max(pushed + SEND_EVERY_CO_EDITING_MS))
        } else {
            ticks_ms + SEND_AFTER_MS
        }
    }

    fn ask(&mut self, at: Moment, asked: Asked, call: Call) -> Action {
        self.busy = Busy::Asking(asked);
        Action::Ask(Ask { call, terms: self.terms(at) })
    }

    fn step(&mut self, step: Step) -> Action {
        self.busy = Busy::Stepping(match &step {
            Step::Page(page) => Some(page.space.clone()),
            Step::Part(head, _) => Some(head.space.clone()),
            Step::Swap(space) => Some(space.clone()),
            _ => None,
        });
        // Reading changes nothing; anything else makes what was read stale.
        if !matches!(step, Step::Look { .. }) {
            self.look = None;
        }
        Action::Do(step)
    }

    fn terms(&self, at: Moment) -> Terms {
        Terms { hub_now_ms: at.now_ms.saturating_add_signed(self.clock_offset_ms), epoch: self.epoch }
    }
}
