//! A bench for the engine: plays the store, which does what it is told, and lets the test play the hub.

use crate::engine::{Action, Engine, Event, Moment};
use crate::seam::{Call, Fault, Heard, Reply, Terms};
use crate::status::Facts;
use crate::steps::{Look, SpaceLook, Step, Stepped};
use linchpin_domain::change::{Answered, Change, ChangeId, Op, Outcome, Put};
use linchpin_domain::id::{AnswerId, CallId, DeviceId, GroupId, HubId, PersonId, RecordId, ReplicaId};
use linchpin_domain::merge::Edits;
use linchpin_domain::role::NetworkRole;
use linchpin_domain::space::Space;
use linchpin_domain::sum::Sum;
use linchpin_protocol::bootstrap::PartHead;
use linchpin_protocol::caps;
use linchpin_protocol::error::{ErrorCode, Problem};
use linchpin_protocol::hello::{HelloAnswer, SpaceHead};
use linchpin_protocol::limits::Limits;
use linchpin_protocol::live::LiveEvent;
use linchpin_protocol::pull::{Page, PullAnswer};
use linchpin_protocol::push::{Moved, PushAnswer, PushRequest};
use linchpin_store::StoreError;
use linchpin_store::reader::{SpaceState, Staged};
use std::collections::BTreeMap;

/// The byte that our own device's id is made of.
pub(super) const DEVICE: u8 = 1;
const NOW: u64 = 1_700_000_000_000;

pub(super) fn call_space(n: u8) -> Space {
    Space::Call(CallId::new(1, [n; 10]))
}

pub(super) fn change(counter: u8) -> Change {
    in_group(counter, counter)
}

pub(super) fn in_group(counter: u8, group: u8) -> Change {
    let id = RecordId::new(1, [counter; 10]);
    let op = Op::Put(Put { kind: "call".into(), id, schema: 1, create: true, edits: Edits::new() });
    let space = Space::ALL_MEMBERS;
    let hash = op.hash(&space);
    let id = ChangeId { replica: ReplicaId(7), counter: counter.into() };
    Change { id, hash, space, group: GroupId::new(1, [group; 10]), base: 0, op }
}

pub(super) fn look(spaces: &[(Space, u64)], waiting: Vec<Change>) -> Look {
    let spaces = spaces.iter().map(|(space, cursor)| SpaceLook {
        space: space.clone(),
        cursor: *cursor,
        head_known: *cursor,
        state: SpaceState::Active,
        lost: false,
        staged: None,
    });
    Look {
        replica: ReplicaId(7),
        nonce: None,
        next_nonce: Some("next".into()),
        undrawn: false,
        last_counter: 0,
        epoch: 1,
        clock_offset_ms: 0,
        waiting,
        spaces: spaces.collect(),
    }
}

pub(super) fn page(space: Space, from: u64, to: u64) -> Page {
    Page { space, from, to, head: to, sum: Some(Sum::default()), more: false, entries: vec![] }
}

pub(super) fn problem(code: ErrorCode) -> Fault {
    Fault::Problem(Problem { code, retry_after_ms: None, hub_time: None, detail_id: None })
}

/// How far a fill is.
pub(super) fn staged(parts: u32, seq: u64, next_part: u32) -> Staged {
    Staged { epoch: 1, seq, parts, next_part, rows: 1, rows_in_all: 1, sum: Sum::default() }
}

/// The engine with a store that does what it is told.
pub(super) struct Bench {
    pub(super) engine: Engine,
    pub(super) ticks: u64,
    pub(super) look: Look,
    pub(super) steps: Vec<Step>,
    pub(super) live: bool,
    pub(super) lines_opened: u32,
    pub(super) sums_are_wrong: bool,
    pub(super) disk_full: bool,
    pub(super) forks: bool,
    pub(super) refuse: Option<(Space, StoreError)>,
    asked: Option<(Call, Terms)>,
    roll: u64,
}

impl Bench {
    pub(super) fn new(look: Look) -> Self {
        Self {
            engine: Engine::new(DeviceId::new(1, [DEVICE; 10])),
            ticks: 1_000,
            look,
            steps: Vec::new(),
            live: false,
            lines_opened: 0,
            sums_are_wrong: false,
            disk_full: false,
            forks: false,
            refuse: None,
            asked: None,
            roll: 1,
        }
    }

    pub(super) fn now(&self) -> u64 {
        NOW + self.ticks
    }

    pub(super) fn moment(&self) -> Moment {
        Moment { now_ms: self.now(), ticks_ms: self.ticks, roll: self.roll }
    }

    pub(super) fn facts(&self) -> Facts {
        self.engine.facts()
    }

    pub(super) fn asked(&self) -> Option<Call> {
        self.asked.as_ref().map(|(call, _)| call.clone())
    }

    pub(super) fn terms(&self) -> Terms {
        self.asked.as_ref().expect("nothing was asked").1
    }

    pub(super) fn start(&mut self) {
        self.handle(Event::Wake);
    }

    /// Feeds an event and does every step that follows; returns the actions that came at once.
    pub(super) fn handle(&mut self, event: Event) -> Vec<Action> {
        let first = self.engine.handle(self.moment(), event);
        let mut todo = first.clone();
        while let Some(action) = todo.pop() {
            match action {
                Action::Ask(ask) => {
                    assert!(self.asked.is_none(), "two requests at once");
                    self.asked = Some((ask.call, ask.terms));
                }
                Action::Do(step) => {
                    let event = self.step(step);
                    todo.extend(self.engine.handle(self.moment(), event));
                }
                Action::OpenLive(_) => self.lines_opened += 1,
                Action::CloseLive => {}
            }
        }
        first
    }

    /// Returns what the store was last told of a push.
    pub(super) fn settled(&self) -> Option<Vec<Answered>> {
        self.steps.iter().rev().find_map(|step| match step {
            Step::Push { results, .. } => Some(results.clone()),
            _ => None,
        })
    }

    /// Lets it go on where a test has changed what the store says.
    pub(super) fn settle(&mut self) {
        if self.asked.is_some() && self.engine.facts().away.is_none() {
            let asked = self.asked.clone();
            self.handle(Event::Wake);
            assert_eq!(asked, self.asked);
            // The request under way was made before; it failed on the line.
            self.fail(Fault::NoAnswer);
        }
        self.handle(Event::SyncNow);
    }

    pub(super) fn reply(&mut self, reply: Reply) -> Vec<Action> {
        self.asked = None;
        self.handle(Event::Answered(reply))
    }

    pub(super) fn fail(&mut self, fault: Fault) -> Vec<Action> {
        self.asked = None;
        self.handle(Event::Failed(fault))
    }

    pub(super) fn answer_hello(&mut self, epoch: u64, spaces: &[(Space, u64)]) {
        let spaces: Vec<_> = spaces.iter().map(|(space, head)| (space.clone(), *head, None)).collect();
        self.answer_hello_restored(epoch, &spaces);
    }

    pub(super) fn answer_hello_restored(&mut self, epoch: u64, spaces: &[(Space, u64, Option<u64>)]) {
        assert!(matches!(self.asked(), Some(Call::Hello(_))), "{:?}", self.asked());
        let hello = self.hello(epoch, spaces);
        self.reply(Reply::Hello(hello));
    }

    fn hello(&self, epoch: u64, spaces: &[(Space, u64, Option<u64>)]) -> HelloAnswer {
        let spaces = spaces.iter().map(|(space, head, restored_head)| SpaceHead {
            space: space.clone(),
            head: *head,
            sum: Sum::default(),
            restored_head: *restored_head,
        });
        HelloAnswer {
            protocol: 1,
            hub_time: self.now(),
            hub: HubId::new(1, [1; 10]),
            network: "Sample network".into(),
            epoch,
            nonce: "n".into(),
            limits: Limits::default(),
            minimum_app: "0.1.0".into(),
            caps: if self.live { vec![caps::LIVE.into(), caps::PRESENCE.into()] } else { vec![] },
            person: PersonId::new(1, [1; 10]),
            role: NetworkRole::Member,
            spaces: spaces.collect(),
            audit: None,
        }
    }

    pub(super) fn answer_push(&mut self, push: &PushRequest, outcome: Outcome) {
        let results = push.changes.iter().map(|change| Answered {
            id: change.id,
            outcome: outcome.clone(),
            duplicate: false,
            clamped: BTreeMap::new(),
        });
        let answer = PushAnswer { results: results.collect(), spaces: vec![], hub_time: self.now() };
        self.reply(Reply::Push(answer));
    }

    pub(super) fn answer_pull(&mut self, pages: Vec<Page>) {
        let answer =
            PullAnswer { pages, gone: vec![], bootstrap: vec![], also: vec![], hub_time: self.now() };
        self.reply(Reply::Pull(answer));
    }

    pub(super) fn answer_part(&mut self, space: Space, part: u32, parts: u32) {
        let head = PartHead { space, epoch: 1, seq: 5, part, parts, sum: Sum::default(), rows: 0 };
        self.reply(Reply::Part(head, vec![]));
    }

    fn step(&mut self, step: Step) -> Event {
        self.steps.push(step.clone());
        if self.disk_full && !matches!(step, Step::Look { .. }) {
            return Event::NotStepped(StoreError::DiskFull);
        }
        Event::Stepped(match step {
            Step::Look { .. } => Stepped::Looked(self.look.clone()),
            Step::Push { results, .. } => Stepped::Pushed {
                acked: u32::try_from(results.len()).expect("the number fits"),
                forked: self.forks,
            },
            Step::Page(page) => {
                if let Some((_, error)) = self.refuse.take_if(|(space, _)| *space == page.space) {
                    return Event::NotStepped(error);
                }
                if let Some(row) = self.look.spaces.iter_mut().find(|row| row.space == page.space) {
                    row.cursor = page.to;
                }
                Stepped::Paged {
                    space: page.space,
                    moved: page.to > page.from,
                    sum_ok: Some(!self.sums_are_wrong),
                    from_others: 0,
                    people: vec![],
                    texts: vec![],
                }
            }
            Step::Part(head, _) => {
                let PartHead { space, epoch, seq, part, parts, sum, .. } = head;
                let next_part = part + 1;
                Stepped::Staged(space, Staged { epoch, seq, parts, next_part, rows: 1, rows_in_all: 1, sum })
            }
            Step::Swap(space) => {
                if let Some(row) = self.look.spaces.iter_mut().find(|row| row.space == space) {
                    row.staged = None;
                    row.state = if self.sums_are_wrong { row.state } else { SpaceState::Active };
                }
                Stepped::Swapped(space, !self.sums_are_wrong)
            }
            Step::HubTime(hub_time) => {
                let offset = i128::from(hub_time) - i128::from(self.now());
                self.look.clock_offset_ms = i64::try_from(offset).expect("the number fits");
                Stepped::Done
            }
            Step::DrawNonce => {
                (self.look.next_nonce, self.look.undrawn) = (Some("drawn".into()), false);
                Stepped::Done
            }
            Step::FillAnew(space) => {
                if let Some(row) = self.look.spaces.iter_mut().find(|row| row.space == space) {
                    row.state = SpaceState::Bootstrapping;
                }
                Stepped::Done
            }
            Step::Epoch { epoch, .. } => {
                self.look.epoch = epoch;
                Stepped::Done
            }
            Step::Also(spaces) => {
                self.look.spaces.extend(
                    look(&spaces.into_iter().map(|space| (space, 0)).collect::<Vec<_>>(), vec![]).spaces,
                );
                Stepped::Done
            }
            _ => Stepped::Done,
        })
    }

    /// Plays a hub that answers anything at all, for some virtual time, and counts the requests. Every request
    /// takes a millisecond; a hot loop would be seen as a request or a waking almost every millisecond.
    pub(super) fn anything_goes(&mut self, seed: u64, for_ms: u64) -> u64 {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut roll = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let (until, mut asks, mut wakes) = (self.ticks + for_ms, 0, 0);
        self.start();
        while self.ticks < until {
            self.roll = roll();
            if self.asked.is_some() {
                asks += 1;
                self.ticks += 1;
                match self.any_reply(roll()) {
                    Ok(reply) => self.reply(reply),
                    Err(fault) => self.fail(fault),
                };
            } else if roll() % 4 == 0 {
                self.any_hint(roll());
                self.ticks += 200;
            } else {
                wakes += 1;
                let wake = self.engine.wake_at().unwrap_or(u64::MAX);
                let (from, next) = (self.ticks, wake.min(self.ticks + 5_000));
                self.ticks = next.max(from + 1);
                self.handle(if self.engine.wake_at().is_none() { Event::SyncNow } else { Event::Wake });
                let idle = self.asked.is_none() && self.engine.wake_at().is_some_and(|at| at <= self.ticks);
                assert!(!idle, "seed {seed}: woken at {} for nothing and due again at once", self.ticks);
            }
        }
        // On the mean no more than ten a second, whatever is answered.
        assert!(asks < for_ms / 100, "seed {seed}: {asks} requests in {for_ms} ms");
        assert!(wakes < for_ms / 100, "seed {seed}: woken {wakes} times in {for_ms} ms");
        asks
    }

    fn any_hint(&mut self, roll: u64) {
        let event = match roll % 7 {
            0 => Event::Heard(Heard::Beat),
            1 => Event::Heard(Heard::Event(LiveEvent::Access)),
            2 => Event::Heard(Heard::Event(LiveEvent::Head { space: call_space(2), seq: roll % 50 })),
            3 => Event::LiveOpen,
            4 => Event::LiveClosed(Fault::NoAnswer),
            5 => {
                Event::Open(Some((call_space(1), AnswerId::new(1, [3; 10]))), Some(format!("{}", roll % 64)))
            }
            _ => Event::Changed,
        };
        self.handle(event);
    }

    fn any_reply(&mut self, roll: u64) -> Result<Reply, Fault> {
        const CODES: [ErrorCode; 12] = [
            ErrorCode::AuthExpired,
            ErrorCode::DeviceRevoked,
            ErrorCode::BadInvitation,
            ErrorCode::NotFound,
            ErrorCode::TooOld,
            ErrorCode::TooLarge,
            ErrorCode::BadRequest,
            ErrorCode::Busy,
            ErrorCode::EpochChanged,
            ErrorCode::BootstrapNeeded,
            ErrorCode::ReplicaForked,
            ErrorCode::PartGone,
        ];
        let pick = roll >> 8;
        if roll.is_multiple_of(5) {
            return Err(problem(CODES[usize::try_from(pick % 12).expect("the number fits")]));
        }
        Ok(match self.asked() {
            Some(Call::Hello(_)) => {
                Reply::Hello(self.hello(
                    1 + pick % 2,
                    &[(Space::ALL_MEMBERS, pick % 20, None), (call_space(3), 5_000, None)],
                ))
            }
            Some(Call::Push(push)) => {
                let outcome =
                    if pick.is_multiple_of(3) { Outcome::Retry } else { Outcome::Applied { seq: pick } };
                let results =
                    push.changes.iter().take(usize::try_from(pick % 3).expect("the number fits")).map(
                        |change| Answered {
                            id: change.id,
                            outcome: outcome.clone(),
                            duplicate: false,
                            clamped: BTreeMap::new(),
                        },
                    );
                let spaces =
                    vec![Moved { space: Space::ALL_MEMBERS, before: 1, after: pick % 40, ours: true }];
                Reply::Push(PushAnswer {
                    results: results.collect(),
                    spaces,
                    hub_time: self.now() + pick % 4_000,
                })
            }
            Some(Call::Pull(pull)) => {
                let pages = pull.spaces.iter().filter(|_| pick.is_multiple_of(2)).map(|cursor| Page {
                    head: cursor.seq + pick % 3,
                    ..page(cursor.space.clone(), cursor.seq, cursor.seq)
                });
                let spaces = || pull.spaces.iter().map(|cursor| cursor.space.clone());
                Reply::Pull(PullAnswer {
                    pages: pages.collect(),
                    gone: spaces().filter(|_| pick.is_multiple_of(7)).collect(),
                    bootstrap: spaces().filter(|_| pick.is_multiple_of(11)).collect(),
                    also: vec![call_space(u8::try_from(pick % 5).expect("the number fits"))],
                    hub_time: self.now() + pick % 5_000,
                })
            }
            Some(Call::Part { space, part, .. }) => {
                let head = PartHead { space, epoch: 1, seq: 5, part, parts: 1, sum: Sum::default(), rows: 0 };
                Reply::Part(head, vec![])
            }
            _ => Reply::Noted,
        })
    }
}
