//! The live stream on the line: events as they come, a sign of life in between, an end when the owner may not
//! listen any more, when the hub stops, or when the stream has fallen behind.

use crate::hub::Hub;
use crate::live::{Listener, Told, line};
use crate::serve::Now;
use axum::body::{Body, Bytes};
use axum::http::Response;
use futures_util::stream;
use linchpin_protocol::limits::LIVE_BEAT_MS;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior, interval};

/// How often rights are looked at again.
const LOOK: Duration = Duration::from_secs(5);
/// How many looks lie between two signs of life.
const LOOKS_A_BEAT: u64 = LIVE_BEAT_MS / 5_000;

struct Streaming {
    hub: Arc<Hub>,
    listener: Option<Listener>,
    stopping: watch::Receiver<bool>,
    looks: Interval,
    looked: u64,
    now: Now,
    begun: bool,
}

/// Returns the response that streams.
pub(super) fn response(
    hub: Arc<Hub>,
    listener: Listener,
    stopping: watch::Receiver<bool>,
    now: Now,
) -> Response<Body> {
    let mut looks = interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let streaming =
        Streaming { hub, listener: Some(listener), stopping, looks, looked: 0, now, begun: false };
    let chunks = stream::unfold(streaming, |mut streaming| async move {
        let text = streaming.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from(text)), streaming))
    });
    let mut response = Response::new(Body::from_stream(chunks));
    for (name, value) in
        [("content-type", "text/event-stream"), ("cache-control", "no-store"), ("x-accel-buffering", "no")]
    {
        response.headers_mut().insert(name, axum::http::HeaderValue::from_static(value));
    }
    response
}

impl Streaming {
    async fn next(&mut self) -> Option<String> {
        if !self.begun {
            self.begun = true;
            let first = self.listener.as_mut()?.first();
            return Some(first.iter().map(line).fold(": here\n\n".to_owned(), |all, one| all + &one));
        }
        loop {
            if *self.stopping.borrow() {
                return None;
            }
            let listener = self.listener.as_mut()?;
            tokio::select! {
                told = listener.next() => {
                    let told = told?;
                    if let Some(text) = self.hears(&told).await? {
                        return Some(text);
                    }
                }
                _ = self.looks.tick() => {
                    self.looked += 1;
                    if let Some(text) = self.looks_again().await? {
                        return Some(text);
                    }
                    if self.looked.is_multiple_of(LOOKS_A_BEAT) {
                        return Some(": here\n\n".to_owned());
                    }
                }
                stopped = self.stopping.changed() => stopped.ok()?,
            }
        }
    }

    /// Returns what is said of something that was told, if anything; the outer none ends the stream.
    async fn hears(&mut self, told: &Told) -> Option<Option<String>> {
        let listener = self.listener.as_ref()?;
        let (space, event) = match told {
            Told::Rights(person) if listener.is_of(*person) => return self.looks_again().await,
            Told::Rights(_) => return Some(None),
            Told::Event(space, event) => (space, event),
        };
        // Most events are of spaces that are known to be readable, or not: no thread for those.
        let may = match listener.may_hear(space) {
            Some(may) => may,
            None => {
                let space = space.clone();
                self.blocking(move |hub, listener| listener.look_up(hub, &space)).await?
            }
        };
        Some(may.then(|| line(event)))
    }

    /// Looks at rights again, and returns what is to be said of it; the outer none ends the stream.
    async fn looks_again(&mut self) -> Option<Option<String>> {
        let now = self.now;
        if !self.blocking(move |hub, listener| listener.refresh(hub, now())).await? {
            return None;
        }
        let missed = self.listener.as_mut()?.first();
        Some((!missed.is_empty()).then(|| missed.iter().map(line).collect()))
    }

    /// Asks the store on a thread that may block; the stream ends where it cannot answer.
    async fn blocking<T: Send + 'static>(
        &mut self,
        ask: impl FnOnce(&Hub, &mut Listener) -> Result<T, crate::HubError> + Send + 'static,
    ) -> Option<T> {
        let (hub, mut listener) = (Arc::clone(&self.hub), self.listener.take()?);
        let asked = tokio::task::spawn_blocking(move || {
            let answer = ask(&hub, &mut listener);
            (listener, answer)
        });
        let (listener, answer) = asked.await.ok()?;
        self.listener = Some(listener);
        match answer {
            Ok(answer) => Some(answer),
            Err(error) => {
                tracing::warn!(%error, "a live stream ends");
                None
            }
        }
    }
}
