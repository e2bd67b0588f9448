//! Word to the window: what changed, who is here. Events that come close together travel as one, so that a large
//! sync does not make the screens load a hundred times. Nothing is kept from before the window is there: it
//! loads everything then.

use linchpin_commands::host::Event;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tauri::{AppHandle, Emitter};

/// How long to wait for more to say in one.
const JOIN: Duration = Duration::from_millis(50);
/// More ids than this become none, which means "look at everything of these tags".
const MOST_IDS: usize = 100;

/// The way to the window.
pub(crate) struct News {
    send: Sender<Event>,
    waiting: Mutex<Option<Receiver<Event>>>,
}

impl News {
    /// Returns a way that leads nowhere yet.
    pub(crate) fn new() -> Self {
        let (send, receive) = channel();
        Self { send, waiting: Mutex::new(Some(receive)) }
    }

    /// Says something; never waits.
    pub(crate) fn tell(&self, event: &Event) {
        // A closed way means that the app is ending.
        self.send.send(event.clone()).ok();
    }

    /// Leads the way to the app's window.
    pub(crate) fn send_to(&self, app: &AppHandle) {
        let receive = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (app, Some(receive)) = (app.clone(), receive) else { return };
        let work = move || carry(&receive, &|event| emit(&app, event));
        if let Err(error) = std::thread::Builder::new().name("news".into()).spawn(work) {
            tracing::error!(%error, "the window will not hear of changes");
        }
    }
}

fn emit(app: &AppHandle, event: &Event) {
    let name = match event {
        Event::Changed { .. } => "changed",
        Event::Presence { .. } => "presence",
    };
    if let Err(error) = app.emit_to("main", name, event) {
        tracing::warn!(%error, name, "the window did not hear an event");
    }
}

/// Carries events until the way closes, those of one moment joined.
fn carry(receive: &Receiver<Event>, give: &dyn Fn(&Event)) {
    while let Ok(first) = receive.recv() {
        let until = Instant::now() + JOIN;
        let mut moment = vec![first];
        while let Ok(event) = receive.recv_timeout(until.saturating_duration_since(Instant::now())) {
            moment.push(event);
        }
        joined(moment).iter().for_each(give);
    }
}

/// Joins what changed by the same side, and presence in the same answer; the first place of each is kept.
fn joined(moment: Vec<Event>) -> Vec<Event> {
    let mut all: Vec<Event> = Vec::new();
    for event in moment {
        match event {
            Event::Presence { answer } => {
                let again = all
                    .iter()
                    .any(|other| matches!(other, Event::Presence { answer: known } if *known == answer));
                if !again {
                    all.push(Event::Presence { answer });
                }
            }
            Event::Changed { tags, ids, origin } => {
                let same =
                    |other: &&mut Event| matches!(other, Event::Changed { origin: by, .. } if *by == origin);
                if let Some(Event::Changed { tags: known, ids: listed, .. }) = all.iter_mut().find(same) {
                    known.extend(tags.into_iter().filter(|tag| !known.contains(tag)).collect::<Vec<_>>());
                    join_ids(listed, ids);
                } else {
                    all.push(Event::Changed { tags, ids, origin });
                }
            }
        }
    }
    all
}

/// No ids means too many to name, and stays so.
fn join_ids<Id: PartialEq>(listed: &mut Vec<Id>, more: Vec<Id>) {
    if listed.is_empty() || more.is_empty() {
        listed.clear();
        return;
    }
    for id in more {
        if !listed.contains(&id) {
            listed.push(id);
        }
    }
    if listed.len() > MOST_IDS {
        listed.clear();
    }
}
