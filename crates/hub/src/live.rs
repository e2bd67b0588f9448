//! What is told while it happens: heads that move, who has which answer open, how far others are. In memory
//! alone; whoever misses it pulls it. Each listener hears only of spaces its owner may read.

use crate::hub::Hub;
use crate::request::Refusal;
use crate::scope::Scope;
use linchpin_domain::id::{AnswerId, DeviceId, PersonId};
use linchpin_domain::space::Space;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::live::{Here, LiveEvent, Presence};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::broadcast::{self, Receiver, Sender};

/// How many events a slow listener may be behind before it is let go.
const BEHIND: usize = 4_096;
/// Most listeners.
const MOST: usize = 5_000;
/// After how long presence is forgotten, in milliseconds.
const PRESENT_MS: u64 = 60_000;

/// An event with the space whose readers may hear it.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) space: Space,
    pub(crate) event: LiveEvent,
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
    open: Mutex<BTreeMap<AnswerId, Open>>,
}

impl Default for Live {
    fn default() -> Self {
        Self { told: broadcast::channel(BEHIND).0, open: Mutex::default() }
    }
}

/// One device's live stream.
pub struct Listener {
    /// Who listens.
    scope: Scope,
    readable: BTreeSet<Space>,
    first: Vec<LiveEvent>,
    told: Receiver<Arc<Told>>,
}

impl Live {
    /// Opens a stream: it begins with heads and with how far others are.
    pub(crate) fn listen(&self, hub: &Hub, scope: Scope) -> Result<Listener, Refusal> {
        if self.told.receiver_count() >= MOST {
            return Err(Refusal::new(ErrorCode::Busy).after(30_000));
        }
        // First the ear, then the heads: what moves in between is heard twice and never missed.
        let told = self.told.subscribe();
        let heads = hub.db.heads(&scope).map_err(|error| hub.fault(&error))?;
        let seen = hub.db.seen_by(&scope).map_err(|error| hub.fault(&error))?;
        let readable = heads.iter().map(|head| head.space.clone()).collect();
        let heads = heads.into_iter().map(|head| LiveEvent::Head { space: head.space, seq: head.head });
        Ok(Listener {
            scope,
            readable,
            first: heads.chain(seen.into_iter().map(LiveEvent::Seen)).collect(),
            told,
        })
    }

    /// Tells that spaces have moved.
    pub(crate) fn moved(&self, moved: Vec<(Space, u64)>) {
        for (space, seq) in moved {
            self.tell(space.clone(), LiveEvent::Head { space, seq });
        }
    }

    pub(crate) fn tell(&self, space: Space, event: LiveEvent) {
        // An error says that nobody listens, which is no fault.
        let _listeners = self.told.send(Arc::new(Told { space, event }));
    }

    /// Notes which answer a device has open, and tells everybody who has to know.
    pub(crate) fn present(
        &self,
        scope: &Scope,
        space: &Space,
        answer: Option<AnswerId>,
        cursor: Option<String>,
        now_ms: u64,
    ) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let mut changed = BTreeSet::new();
        for (id, there) in open.iter_mut() {
            let before = there.devices.len();
            there.devices.retain(|device, present| {
                present.until > now_ms && (*device != scope.device || answer == Some(*id))
            });
            if there.devices.len() != before {
                changed.insert(*id);
            }
        }
        if let Some(answer) = answer {
            let there =
                open.entry(answer).or_insert_with(|| Open { space: space.clone(), devices: BTreeMap::new() });
            let present = Present { person: scope.person, cursor, until: now_ms + PRESENT_MS };
            there.devices.insert(scope.device, present);
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
    /// Returns what a stream begins with.
    pub(crate) fn first(&mut self) -> Vec<LiveEvent> {
        std::mem::take(&mut self.first)
    }

    /// Waits for what is told next; none where the stream has fallen too far behind and must end.
    pub(crate) async fn next(&mut self) -> Option<Arc<Told>> {
        self.told.recv().await.ok()
    }

    /// Returns the event where the owner may hear it. A space that was not known to be readable is looked up.
    ///
    /// # Errors
    /// Any fault of the store.
    pub(crate) fn heard(&mut self, hub: &Hub, told: &Told) -> Result<Option<LiveEvent>, crate::HubError> {
        if !self.readable.contains(&told.space) {
            if hub.db.head(&self.scope, &told.space)?.is_none() {
                return Ok(None);
            }
            self.readable.insert(told.space.clone());
        }
        Ok(Some(told.event.clone()))
    }

    /// Looks again at who listens; false where they may not any more.
    ///
    /// # Errors
    /// Any fault of the store.
    pub(crate) fn refresh(&mut self, hub: &Hub) -> Result<bool, crate::HubError> {
        let Some(known) = hub.db.device(self.scope.device)? else { return Ok(false) };
        self.scope = known.scope;
        self.readable = hub.db.heads(&self.scope)?.into_iter().map(|head| head.space).collect();
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
