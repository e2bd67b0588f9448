//! The session of a line: its access token goes beside each proof, and is refreshed a little before it runs out. The
//! next tokens are on disk before they are used: a refresh token is good once. A store has several lines at times; what
//! is kept in it is the session of all of them, and one of them refreshes at a time.

use linchpin_protocol::sign_in::{HEADER_SESSION, Session};
use linchpin_store::{Store, StoreError};
use reqwest::header::{HeaderMap, HeaderValue};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// How long before its end an access token is refreshed, in milliseconds.
const EARLY_MS: u64 = 60_000;

/// Holds the session of a store.
pub(super) struct Keeper {
    store: Arc<Store>,
    held: Mutex<Option<Session>>,
    /// One refresh at a time, of all lines of this store.
    pub(super) turn: Turn,
}

/// Whose turn it is to change what is kept.
type Turn = Arc<tokio::sync::Mutex<()>>;

/// The turns of the stores that have a line.
static TURNS: Mutex<Vec<(Weak<Store>, Turn)>> = Mutex::new(Vec::new());

/// Returns the turn of a store.
fn turn_of(store: &Arc<Store>) -> Turn {
    let mut turns = TURNS.lock().unwrap_or_else(PoisonError::into_inner);
    turns.retain(|(store, _)| store.strong_count() > 0);
    let there = turns.iter().find(|(known, _)| std::ptr::eq(known.as_ptr(), Arc::as_ptr(store)));
    if let Some((_, turn)) = there {
        return Arc::clone(turn);
    }
    let turn = Turn::default();
    turns.push((Arc::downgrade(store), Arc::clone(&turn)));
    turn
}

impl Keeper {
    /// Reads the session that was kept.
    pub(super) fn of(store: &Arc<Store>) -> Result<Self, StoreError> {
        let held = Mutex::new(read(store)?);
        Ok(Self { store: Arc::clone(store), held, turn: turn_of(store) })
    }

    /// Returns the present session.
    pub(super) fn session(&self) -> Option<Session> {
        self.lock().clone()
    }

    /// Tells whether the access token has run out by the hub's time, or nearly.
    pub(super) fn is_due(&self, hub_now_ms: u64) -> bool {
        self.lock()
            .as_ref()
            .is_some_and(|session| session.access_until <= hub_now_ms.saturating_add(EARLY_MS))
    }

    /// Takes what is kept now: another line may have gone on with it.
    pub(super) async fn look_again(&self) -> Result<Option<Session>, StoreError> {
        let store = Arc::clone(&self.store);
        let found = tokio::task::spawn_blocking(move || read(&store)).await;
        let found = found.map_err(|error| StoreError::Io(error.to_string())).flatten()?;
        self.lock().clone_from(&found);
        Ok(found)
    }

    /// Goes on with another session, or with none that is good.
    pub(super) async fn go_on(&self, session: Option<Session>) -> Result<(), StoreError> {
        let (store, kept) = (Arc::clone(&self.store), session.clone());
        let written = tokio::task::spawn_blocking(move || keep(&store, kept.as_ref())).await;
        written.map_err(|error| StoreError::Io(error.to_string())).flatten()?;
        *self.lock() = session;
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Option<Session>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Puts the access token among the headers.
pub(super) fn put(headers: &mut HeaderMap, session: &Session) {
    // A token of ours has nothing that a header cannot carry; another one goes nowhere.
    if let Ok(mut value) = HeaderValue::from_str(&session.access.0) {
        value.set_sensitive(true);
        headers.insert(HEADER_SESSION, value);
    }
}

/// Reads the session of a store; one of another form is none.
pub(crate) fn read(store: &Store) -> Result<Option<Session>, StoreError> {
    Ok(store.session()?.and_then(|value| serde_json::from_value(value).ok()))
}

/// Keeps a session, or forgets it, when no line of the store refreshes. Blocks.
pub(crate) fn keep_in_turn(store: &Arc<Store>, session: Option<&Session>) -> Result<(), StoreError> {
    let turn = turn_of(store);
    let _held = turn.blocking_lock();
    keep(store, session)
}

fn keep(store: &Store, session: Option<&Session>) -> Result<(), StoreError> {
    let value = session.map(serde_json::to_value).transpose().map_err(|_| StoreError::Corrupt)?;
    store.keep_session(value.as_ref())
}
