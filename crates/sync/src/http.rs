//! The line to a hub over HTTPS: one client with the system's roots and proxy, a device proof on every request,
//! packed bodies, and a close look at every answer: whatever is not the hub's own is named for what it is.
//! The only place that knows the HTTP client. It asks once and never again by itself, but for one packed body
//! that an inspecting proxy has spoiled, and for a session that has to be refreshed first.

mod body;
mod fault;
mod letter;
mod proof;
pub(crate) mod session;
mod sse;

pub use body::inflate;
pub use letter::{Letter, letter, read_letter};
pub use proof::DeviceKey;
pub use sse::{Line, Reader as SseReader};

use crate::seam::{AccountCall, AccountReply, Ask, Call, Fault, Net, Reply, Terms};
use linchpin_domain::id::DeviceId;
use linchpin_protocol::error::{ErrorCode, Problem};
use linchpin_protocol::limits;
use linchpin_protocol::sign_in::{RefreshRequest, Session};
use linchpin_store::Store;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderValue};
use reqwest::{Client, Method, Url, redirect};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Once};
use std::time::Duration;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(10);
/// How long an answer may pause.
const PAUSE: Duration = Duration::from_secs(30);
/// How long a whole answer may take.
const WHOLE: Duration = Duration::from_secs(120);
/// How long a live stream may be silent; the engine gives up a little earlier.
const LIVE_PAUSE: Duration = Duration::from_secs(75);

/// What a person may set about the line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// A proxy by hand, `http://host:port`; none takes the system's.
    pub proxy: Option<String>,
}

/// Why no line can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// The store has joined no hub.
    #[error("no network was joined")]
    NotJoined,
    /// The address is none.
    #[error("the address is not a web address")]
    BadAddress,
    /// The address is not protected, and the hub is not on this computer.
    #[error("the address does not begin with https://")]
    NotSecure,
    /// The proxy's address is none.
    #[error("the proxy's address is not a web address")]
    BadProxy,
    /// The system gives no certificates.
    #[error("the system's certificates cannot be read: {0}")]
    NoRoots(String),
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] linchpin_store::StoreError),
}

/// A line to a hub.
pub struct Http {
    base: Url,
    client: Client,
    live: Client,
    device: DeviceId,
    key: DeviceKey,
    /// The session of the store that this is the line of; none where nothing is kept of it.
    session: Option<session::Keeper>,
    /// Whether bodies travel packed; ends for good when something on the way spoils them.
    packs: AtomicBool,
}

impl Http {
    /// Returns the line to the hub that a store has joined.
    ///
    /// # Errors
    /// [`LineError`].
    pub fn of_store(store: &Arc<Store>, settings: &Settings) -> Result<Self, LineError> {
        let identity = store.identity()?;
        let hub = identity.hub.ok_or(LineError::NotJoined)?;
        let key = DeviceKey::from_seed(&identity.device_key_seed);
        let line = Self::new(&hub.url, identity.device, key, settings)?;
        Ok(Self { session: Some(session::Keeper::of(store)?), ..line })
    }

    /// Returns a line to the hub at `url`.
    ///
    /// # Errors
    /// [`LineError`].
    pub fn new(url: &str, device: DeviceId, key: DeviceKey, settings: &Settings) -> Result<Self, LineError> {
        install_ring();
        let base = base_url(url)?;
        let builder = || -> Result<reqwest::ClientBuilder, LineError> {
            let builder = Client::builder()
                .connect_timeout(CONNECT)
                .redirect(redirect::Policy::none())
                .https_only(base.scheme() == "https")
                .user_agent(concat!("linchpin/", env!("CARGO_PKG_VERSION")));
            Ok(match &settings.proxy {
                // What runs on this computer is never asked for through a proxy.
                _ if is_this_computer(&base) => builder.no_proxy(),
                Some(proxy) => builder.proxy(reqwest::Proxy::all(proxy).map_err(|_| LineError::BadProxy)?),
                None => builder,
            })
        };
        let build = |builder: reqwest::ClientBuilder| {
            builder.build().map_err(|error| LineError::NoRoots(fault::chain(&error)))
        };
        let client = build(builder()?.read_timeout(PAUSE).timeout(WHOLE))?;
        let live = build(builder()?.read_timeout(LIVE_PAUSE))?;
        Ok(Self { base, client, live, device, key, session: None, packs: AtomicBool::new(true) })
    }

    async fn ask_once(&self, ask: &Ask, packed: bool) -> Result<Reply, Fault> {
        let Letter { method, target, mut headers, body } =
            letter(&ask.call, ask.terms, self.device, &self.key, proof::nonce(), packed)?;
        self.put_session(&mut headers);
        let url = self.base.join(target.trim_start_matches('/')).map_err(|_| Fault::Strange)?;
        let sent = self.client.request(method, url).headers(headers).body(body).send();
        let answer = sent.await.map_err(|error| fault::of(&error))?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        if fault::is_not_the_hub(status, &headers) {
            return Err(fault::of_page(status));
        }
        let bytes = body::read(answer, limits::INFLATED_BYTES).await?;
        letter::read_answer(&ask.call, status, &headers, bytes)
    }
}

/// What a session adds to a line.
impl Http {
    fn put_session(&self, headers: &mut HeaderMap) {
        if let Some(session) = self.session.as_ref().and_then(session::Keeper::session) {
            session::put(headers, &session);
        }
    }

    /// Refreshes the session where it is due. What goes wrong is told by the request that follows.
    async fn freshen(&self, terms: Terms) {
        let Some(keeper) = self.session.as_ref().filter(|keeper| keeper.is_due(terms.hub_now_ms)) else {
            return;
        };
        let present = keeper.session();
        if let Err(fault) = self.renew(terms, present.as_ref()).await {
            tracing::debug!(?fault, "the session was not refreshed");
        }
    }

    /// Refreshes the session, unless another request has done so since `used` was sent; false where there is none that
    /// the hub goes on with.
    async fn renew(&self, terms: Terms, used: Option<&Session>) -> Result<bool, Fault> {
        let Some(keeper) = &self.session else { return Ok(false) };
        let _turn = keeper.turn.lock().await;
        let present = keeper.look_again().await.map_err(|error| {
            tracing::warn!(%error, "the session could not be read");
            Fault::Strange
        })?;
        let Some(present) = present else { return Ok(false) };
        if Some(&present) != used {
            return Ok(true);
        }
        let call = Call::Account(AccountCall::Refresh(RefreshRequest { refresh: present.refresh }));
        let next = match self.ask_once(&Ask { call, terms }, false).await {
            Ok(Reply::Account(AccountReply::Session(next))) => Some(next),
            Ok(_) => return Err(Fault::Strange),
            Err(Fault::Problem(problem)) if problem.code == ErrorCode::SignInNeeded => None,
            Err(fault) => return Err(fault),
        };
        let goes_on = next.is_some();
        keeper.go_on(next).await.map_err(|error| {
            tracing::warn!(%error, "the session could not be kept");
            Fault::Strange
        })?;
        Ok(goes_on)
    }

    /// Asks once, packed or plain. What is asked about files is never packed: a part that came too slowly is answered
    /// like one that something has spoiled, and says nothing of packing.
    async fn ask_either_way(&self, ask: &Ask) -> Result<Reply, Fault> {
        let packed = self.packs.load(Ordering::Relaxed) && !matches!(ask.call, Call::File(_));
        let first = self.ask_once(ask, packed).await;
        if !packed || !is_spoiled(&first) {
            return first;
        }
        let plain = self.ask_once(ask, false).await;
        if plain.is_ok() {
            tracing::info!("something on the way spoils packed bodies; they travel plain from now on");
            self.packs.store(false, Ordering::Relaxed);
        }
        plain
    }
}

impl Net for Http {
    type Live = sse::Stream;

    async fn ask(&self, ask: Ask) -> Result<Reply, Fault> {
        self.freshen(ask.terms).await;
        let used = self.session.as_ref().and_then(session::Keeper::session);
        let answer = self.ask_either_way(&ask).await;
        match answer {
            Err(Fault::Problem(problem)) if problem.code == ErrorCode::SignInNeeded => {
                if self.renew(ask.terms, used.as_ref()).await? {
                    self.ask_either_way(&ask).await
                } else {
                    Err(Fault::Problem(problem))
                }
            }
            answer => answer,
        }
    }

    async fn live(&self, terms: Terms) -> Result<Self::Live, Fault> {
        self.freshen(terms).await;
        let mut headers =
            letter::headers(&Method::GET, "/v1/live", &[], terms, (self.device, &self.key), proof::nonce())?;
        headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream"));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        self.put_session(&mut headers);
        let url = self.base.join("v1/live").map_err(|_| Fault::Strange)?;
        let sent = self.live.request(Method::GET, url).headers(headers).send();
        let answer = sent.await.map_err(|error| fault::of(&error))?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        if fault::is_not_the_hub(status, &headers) {
            return Err(Fault::Intercepted);
        }
        if !status.is_success() {
            let bytes = body::read(answer, limits::OTHER_WIRE_BYTES).await?;
            return Err(fault::refusal(status, &bytes));
        }
        sse::Stream::of(answer)
    }
}

/// Whether an answer may come from something on the way that cannot read packed bodies.
fn is_spoiled(result: &Result<Reply, Fault>) -> bool {
    let unread = |problem: &Problem| problem.code == ErrorCode::BadRequest;
    match result {
        Err(Fault::Strange | Fault::Status(400 | 415)) => true,
        Err(Fault::Problem(problem)) => unread(problem),
        _ => false,
    }
}

/// Reads a hub's address: https, or http on this computer alone. Ends with a slash, so that paths join it.
///
/// # Errors
/// [`LineError::BadAddress`] or [`LineError::NotSecure`].
pub(crate) fn base_url(text: &str) -> Result<Url, LineError> {
    let text = text.trim();
    let with_scheme = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let mut url = Url::parse(&with_scheme).map_err(|_| LineError::BadAddress)?;
    let known = matches!(url.scheme(), "https" | "http");
    if !known
        || url.host_str().is_none_or(str::is_empty)
        || !url.username().is_empty()
        || url.password().is_some()
    {
        return Err(LineError::BadAddress);
    }
    if url.scheme() == "http" && !is_this_computer(&url) {
        return Err(LineError::NotSecure);
    }
    url.set_query(None);
    url.set_fragment(None);
    let path = url.path().trim_end_matches('/').trim_end_matches("/join").to_owned();
    url.set_path(&format!("{path}/"));
    Ok(url)
}

fn is_this_computer(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The TLS library asks for its cipher code once for the whole program.
fn install_ring() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if rustls::crypto::ring::default_provider().install_default().is_err() {
            tracing::debug!("the program has chosen its TLS code already");
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_kindly_and_unprotected_ones_refused() {
        let read = |text: &str| base_url(text).map(|url| url.to_string());
        for (text, url) in [
            ("https://hub.example.org", "https://hub.example.org/"),
            (" hub.example.org ", "https://hub.example.org/"),
            ("https://hub.example.org/join#ABC", "https://hub.example.org/"),
            ("https://example.org/linchpin/join/", "https://example.org/linchpin/"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/"),
            ("http://localhost:1/x?y=1", "http://localhost:1/x/"),
            ("http://[::1]:9", "http://[::1]:9/"),
        ] {
            assert_eq!(read(text), Ok(url.to_owned()), "{text}");
        }
        assert_eq!(read("http://hub.example.org"), Err(LineError::NotSecure));
        for text in
            ["", "ftp://hub.example.org", "https://", "https://me:secret@hub.example.org", "file:///etc"]
        {
            assert_eq!(read(text), Err(LineError::BadAddress), "{text}");
        }
    }
}
