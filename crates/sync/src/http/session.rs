//! The session of a line: its access token goes beside each proof, and is refreshed a little before it runs out. The
//! next tokens are on disk before they are used: a refresh token is good once.

use linchpin_protocol::sign_in::{HEADER_SESSION, Session};
use linchpin_store::{Store, StoreError};
use reqwest::header::{HeaderMap, HeaderValue};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How long before its end an access token is refreshed, in milliseconds.
const EARLY_MS: u64 = 60_000;

/// Holds the session of a store.
pub(super) struct Keeper {
    store: Arc<Store>,
    held: Mutex<Option<Session>>,
    /// One refresh at a time.
    pub(super) turn: tokio::sync::Mutex<()>,
}

impl Keeper {
    /// Reads the session that was kept.
    pub(super) fn of(store: &Arc<Store>) -> Result<Self, StoreError> {
        let held = Mutex::new(read(store)?);
        Ok(Self { store: Arc::clone(store), held, turn: tokio::sync::Mutex::default() })
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

/// Keeps a session, or forgets it.
pub(crate) fn keep(store: &Store, session: Option<&Session>) -> Result<(), StoreError> {
    let value = session.map(serde_json::to_value).transpose().map_err(|_| StoreError::Corrupt)?;
    store.keep_session(value.as_ref())
}
