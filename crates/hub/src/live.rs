//! What is told while it happens: heads that move, who has which answer open, how far others are. In memory
//! alone; whoever misses it pulls it. Each listener hears only of spaces its owner may read.

use crate::db::Opened;
use crate::hub::Hub;
use crate::request::Refusal;
use crate::scope::Scope;
use linchpin_domain::id::{AnswerId, DeviceId, PersonId};
use linchpin_domain::space::Space;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::live::{Here, LiveEvent, Presence};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::broadcast::{self, Receiver, Sender};
use tokio::sync::oneshot;

/// How many events a slow listener may be behind before it is let go.
const BEHIND: usize = 4_096;
/// Most listeners.
const MOST: usize = 4_000;
/// Most listeners of one device. A line that broke unseen is held for a while, so the newest are heard.
const MOST_OF_DEVICE: usize = 2;
/// After how long presence is forgotten, in milliseconds.
const PRESENT_MS: u64 = 60_000;

/// What listeners are told.
#[derive(Debug, Clone)]
pub(crate) enum Told {
    /// An event, for readers of a space.
    Event(Space, LiveEvent),
    /// Somebody's rights have changed: what they may hear is looked at again before they hear anything else.
    Rights(Option<PersonId>),
}

struct Present {
    person: PersonId,
    cursor: Option<String>,
    until: u64,
}

struct Open {
    space: Space,
    devices: BTreeMap<DeviceId, Present>,
}

/// Tells listeners.
pub(crate) struct Live {
    told: Sender<Arc<Told>>,
    listening: Arc<Mutex<Listening>>,
    /// How far spaces were told to be.
    heads: Mutex<HashMap<Space, u64>>,
    open: Mutex<BTreeMap<AnswerId, Open>>,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            told: broadcast::channel(BEHIND).0,
            listening: Arc::default(),
            heads: Mutex::default(),
            open: Mutex::default(),
        }
    }
}

/// Which streams are open, oldest first; one whose end is dropped here ends.
#[derive(Default)]
struct Listening {
    last: u64,
    by_device: BTreeMap<DeviceId, VecDeque<(u64, oneshot::Sender<()>)>>,
}

/// A stream's place among those of its device.
struct Place {
    device: DeviceId,
    number: u64,
    ended: oneshot::Receiver<()>,
    listening: Arc<Mutex<Listening>>,
}

impl Place {
    /// Takes a place; the oldest stream of a device that has too many ends.
    fn take(listening: &Arc<Mutex<Listening>>, device: DeviceId) -> Self {
        let (end, ended) = oneshot::channel();
        let mut all = listening.lock().unwrap_or_else(PoisonError::into_inner);
        all.last += 1;
        let number = all.last;
        let of_device = all.by_device.entry(device).or_default();
        of_device.push_back((number, end));
        while of_device.len() > MOST_OF_DEVICE {
            of_device.pop_front();
        }
        drop(all);
        Self { device, number, ended, listening: Arc::clone(listening) }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut all = self.listening.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(of_device) = all.by_device.get_mut(&self.device) {
            of_device.retain(|(number, _)| *number != self.number);
            if of_device.is_empty() {
                all.by_device.remove(&self.device);
            }
        }
    }
}

/// One device's live stream.
pub struct Listener {
    /// Who listens.
    scope: Scope,
    readable: BTreeSet<Space>,
    /// Spaces that could not be read when they were last looked up.
    unreadable: BTreeSet<Space>,
    first: Vec<LiveEvent>,
    told: Receiver<Arc<Told>>,
    place: Place,
}

impl Live {
    /// Returns how many streams are open.
    pub(crate) fn listening(&self) -> u64 {
        u64::try_from(self.told.receiver_count()).unwrap_or(u64::MAX)
    }

    /// Opens a stream: it begins with heads and with how far others are.
    pub(crate) fn listen(&self, hub: &Hub, scope: Scope) -> Result<Listener, Refusal> {
        if self.told.receiver_count() >= MOST {
            return Err(Refusal::new(ErrorCode::Busy).after(30_000));
        }
        let place = Place::take(&self.listening, scope.device);
        // First the ear, then the heads: what moves in between is heard twice and never missed.
        let told = self.told.subscribe();
        let heads = hub.db.heads(&scope).map_err(|error| hub.fault(&error))?;
        let seen = hub.db.seen_by(&scope).map_err(|error| hub.fault(&error))?;
        let readable = heads.iter().map(|head| head.space.clone()).collect();
        let heads = heads.into_iter().map(|head| LiveEvent::Head { space: head.space, seq: head.head });
        Ok(Listener {
            scope,
            readable,
            unreadable: BTreeSet::new(),
            place,
            first: heads.chain(seen.into_iter().map(LiveEvent::Seen)).collect(),
            told,
        })
    }

    /// Tells that spaces have moved; one that was told to be as far already is passed over, because what this
    /// process did comes back to it from the others' channel.
    pub(crate) fn moved(&self, mut moved: Vec<(Space, u64)>) {
        let mut heads = self.heads.lock().unwrap_or_else(PoisonError::into_inner);
        moved.retain(|(space, seq)| heads.get(space).is_none_or(|known| known < seq));
        heads.extend(moved.iter().cloned());
        drop(heads);
        for (space, seq) in moved {
            self.tell(space.clone(), LiveEvent::Head { space, seq });
        }
    }

    pub(crate) fn tell(&self, space: Space, event: LiveEvent) {
        // An error says that nobody listens, which is no fault.
        let _listeners = self.told.send(Arc::new(Told::Event(space, event)));
    }

    /// Tells that somebody's rights have changed, or everyone's.
    pub(crate) fn rights(&self, person: Option<PersonId>) {
        let _listeners = self.told.send(Arc::new(Told::Rights(person)));
    }

    /// Notes which answer a device has open, and tells everybody who has to know.
    pub(crate) fn present(&self, opened: Opened, now_ms: u64) {
        let Opened { person, device: who, space, answer, cursor } = opened;
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let mut changed = BTreeSet::new();
        for (id, there) in open.iter_mut() {
            let before = there.devices.len();
            there
                .devices
                .retain(|device, present| present.until > now_ms && (*device != who || answer == Some(*id)));
            if there.devices.len() != before {
                changed.insert(*id);
            }
        }
        if let Some(answer) = answer {
            let there =
                open.entry(answer).or_insert_with(|| Open { space: space.clone(), devices: BTreeMap::new() });
            let present = Present { person, cursor, until: now_ms + PRESENT_MS };
            there.devices.insert(who, present);
            changed.insert(answer);
        }
        let told: Vec<(Space, Presence)> = changed
            .into_iter()
            .filter_map(|id| open.get(&id).map(|there| (there.space.clone(), presence(id, there))))
            .collect();
        open.retain(|_, there| !there.devices.is_empty());
        drop(open);
        for (space, presence) in told {
            self.tell(space, LiveEvent::Presence(presence));
        }
    }

    /// Returns the answers that this person and somebody else have open.
    pub(crate) fn together(&self, person: PersonId, now_ms: u64) -> BTreeSet<AnswerId> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let both = |there: &Open| {
            let mut here = there.devices.values().filter(|present| present.until > now_ms).map(|p| p.person);
            here.clone().any(|one| one == person) && here.any(|one| one != person)
        };
        open.iter().filter(|(_, there)| both(there)).map(|(id, _)| *id).collect()
    }
}

fn presence(answer: AnswerId, there: &Open) -> Presence {
    let here = there.devices.iter().map(|(device, present)| Here {
        device: *device,
        person: present.person,
        cursor: present.cursor.clone(),
    });
    Presence { answer, here: here.collect() }
}

impl Listener {
    /// Returns what is to be told without having happened just now: what a stream begins with, and the heads of
    /// spaces that turned out to be readable.
    pub(crate) fn first(&mut self) -> Vec<LiveEvent> {
        std::mem::take(&mut self.first)
    }

    /// Waits for what is told next; none where the stream must end: it has fallen too far behind, or its device
    /// has opened others.
    pub(crate) async fn next(&mut self) -> Option<Arc<Told>> {
        tokio::select! {
            told = self.told.recv() => told.ok(),
            _ = &mut self.place.ended => None,
        }
    }

    /// Tells whether the owner may hear of a space, as far as that is known without asking the store.
    pub(crate) fn may_hear(&self, space: &Space) -> Option<bool> {
        if self.readable.contains(space) {
            Some(true)
        } else {
            self.unreadable.contains(space).then_some(false)
        }
    }

    /// Looks up whether the owner may hear of a space, and remembers it until rights are looked at again.
    ///
    /// # Errors
    /// Any fault of the store.
    pub(crate) fn look_up(&mut self, hub: &Hub, space: &Space) -> Result<bool, crate::HubError> {
        let may = hub.db.head(&self.scope, space)?.is_some();
        let known = if may { &mut self.readable } else { &mut self.unreadable };
        known.insert(space.clone());
        Ok(may)
    }

    /// Tells whether a change of rights is this listener's.
    pub(crate) fn is_of(&self, person: Option<PersonId>) -> bool {
        person.is_none_or(|person| person == self.scope.person)
    }

    /// Looks again at who listens; false where they may not any more. Where a space is lost they are told that their
    /// rights have changed.
    ///
    /// # Errors
    /// Any fault of the store.
    pub(crate) fn refresh(&mut self, hub: &Hub, now_ms: u64) -> Result<bool, crate::HubError> {
        if !hub.may_listen(self.scope.device, now_ms)? {
            return Ok(false);
        }
        let Some(known) = hub.db.device(self.scope.device)? else { return Ok(false) };
        self.scope = known.scope;
        let heads = hub.db.heads(&self.scope)?;
        let readable = heads.iter().map(|head| head.space.clone()).collect();
        let lost = !self.readable.is_subset(&readable);
        self.readable = readable;
        self.first.extend(lost.then_some(LiveEvent::Access));
        // What moved in a space while it could not be read was not told.
        let missed = heads.iter().filter(|head| self.unreadable.contains(&head.space));
        self.first.extend(missed.map(|head| LiveEvent::Head { space: head.space.clone(), seq: head.head }));
        self.unreadable.clear();
        Ok(!self.readable.is_empty())
    }
}

/// Returns an event as a line of the stream.
pub(crate) fn line(event: &LiveEvent) -> String {
    let name = match event {
        LiveEvent::Head { .. } => "head",
        LiveEvent::Access => "access",
        LiveEvent::Presence(_) => "presence",
        LiveEvent::Seen(_) => "seen",
    };
    let json = serde_json::to_string(event).unwrap_or_default();
    format!("event: {name}\ndata: {json}\n\n")
}
