//! The shell around the hub: sockets, time and threads. Each request is read within limits, answered by
//! [`Hub::handle`] on a thread that may block, and sent. The way to a handler is the list of routes; axum only
//! carries bytes here.

mod inbound;
mod line;
mod metrics;
mod stream;

use crate::hub::Hub;
use crate::limit::Class;
use crate::request::{Answer, Request};
use crate::router::{self, Route};
use crate::serve::metrics::Metrics;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::request::Parts;
use axum::http::{self, HeaderMap, Response, StatusCode};
use linchpin_protocol::error::{ErrorCode, Problem};
use std::collections::BTreeMap;
use std::future::{Future, IntoFuture};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

/// Returns the time, milliseconds since 1970.
pub type Now = fn() -> u64;

/// How many requests are worked on at once; others wait their turn.
const AT_ONCE: usize = 32;
/// How many whole requests may wait at once. Half a body takes no place: those who send one and pause keep nobody
/// else from being answered, and there are no more of them than connections.
const WAITING: usize = 1_024;
/// How much of bodies may lie in memory at once, in KiB: who sends them is known only when they are whole.
const BODIES_KIB: usize = 256 << 10;
/// How long after a fault the other processes are listened to again.
const FOLLOW_AGAIN: Duration = Duration::from_secs(1);
/// How long connections may take to end when the hub stops.
const STOPPING: Duration = Duration::from_secs(10);

/// What every request needs.
#[derive(Clone)]
struct Shell {
    hub: Arc<Hub>,
    now: Now,
    working: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    bodies: Arc<Semaphore>,
    metrics: Metrics,
    fronts: Arc<[IpAddr]>,
    stopping: watch::Receiver<bool>,
}

impl Shell {
    fn new(
        hub: Arc<Hub>,
        now: Now,
        waiting: usize,
        fronts: Vec<IpAddr>,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        let of = |places| Arc::new(Semaphore::new(places));
        let (working, waiting, bodies) = (of(AT_ONCE), of(waiting), of(BODIES_KIB));
        Self { hub, now, working, waiting, bodies, metrics: Metrics::new(), fronts: fronts.into(), stopping }
    }
}

/// Where a hub is reached.
pub struct Sockets {
    /// By desks.
    pub hub: TcpListener,
    /// By whatever collects figures, where something does.
    pub metrics: Option<TcpListener>,
    /// Servers in front of the hub: what they say of where a request comes from counts.
    pub fronts: Vec<IpAddr>,
}

/// Serves a hub on its sockets until `stop` is over; what was begun is finished.
///
/// # Errors
/// Where a socket cannot be used.
pub async fn serve(
    hub: Arc<Hub>,
    sockets: Sockets,
    now: Now,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (tell, stopping) = watch::channel(false);
    let (others, stopped) = (Arc::clone(&hub), stopping.clone());
    std::thread::Builder::new().name("others".to_owned()).spawn(move || follow(&others, now, &stopped))?;
    let shell = Shell::new(Arc::clone(&hub), now, WAITING, sockets.fronts, stopping.clone());
    if let Some(listener) = sockets.metrics {
        tokio::spawn(figures(hub, listener, now, shell.metrics.clone(), stopping.clone()));
    }
    let router = Router::new().fallback(any).with_state(shell);
    let service = router.into_make_service_with_connect_info::<line::Peer>();
    let serving =
        axum::serve(line::Listening::new(sockets.hub), service).with_graceful_shutdown(async move {
            stop.await;
            // Live streams never end by themselves; they end when they hear this.
            tell.send_replace(true);
        });
    let serving = serving.into_future();
    let mut stopping = stopping;
    tokio::select! {
        served = serving => served,
        () = too_long(&mut stopping) => {
            tracing::warn!("some connections did not end; stopped without them");
            Ok(())
        }
    }
}

/// Gives figures until the hub stops. Desks are served without them as well.
async fn figures(
    hub: Arc<Hub>,
    listener: TcpListener,
    now: Now,
    metrics: Metrics,
    mut stopping: watch::Receiver<bool>,
) {
    let stop = async move { while !*stopping.borrow() && stopping.changed().await.is_ok() {} };
    if let Err(error) = metrics::serve(hub, listener, now, metrics, stop).await {
        tracing::error!(%error, "no figures are given any more");
    }
}

/// Hears what the hub's other processes do until the hub stops. Where the line to them breaks it is made anew, and
/// what was missed is heard then.
fn follow(hub: &Hub, now: Now, stopping: &watch::Receiver<bool>) {
    let going = || stopping.has_changed().is_ok() && !*stopping.borrow();
    while going() {
        match hub.follow(now, going) {
            Ok(()) => return,
            Err(error) => tracing::warn!(%error, "cannot hear the other processes"),
        }
        std::thread::sleep(FOLLOW_AGAIN);
    }
}

async fn too_long(stopping: &mut watch::Receiver<bool>) {
    if stopping.wait_for(|stop| *stop).await.is_ok() {
        tokio::time::sleep(STOPPING).await;
    } else {
        // Told by nobody: the server has ended by itself.
        std::future::pending::<()>().await;
    }
}

async fn any(
    State(shell): State<Shell>,
    ConnectInfo(peer): ConnectInfo<line::Peer>,
    request: http::Request<Body>,
) -> Response<Body> {
    let (head, body) = request.into_parts();
    let Some((route, _)) = router::find(head.method.as_str(), head.uri.path()) else {
        return refused(ErrorCode::NotFound);
    };
    let begun = Instant::now();
    let metrics = shell.metrics.clone();
    let response = on_route(shell, peer, route, head, body).await;
    metrics.answered(route.name, response.status(), begun.elapsed());
    response
}

async fn on_route(
    shell: Shell,
    peer: line::Peer,
    route: &'static Route,
    head: Parts,
    body: Body,
) -> Response<Body> {
    let (body, _room) = match inbound::read(body, route.size.wire(), &shell.bodies).await {
        Ok(read) => read,
        Err(code) => return refused(code),
    };
    let Ok(_waiting) = Arc::clone(&shell.waiting).try_acquire_owned() else {
        return refused(ErrorCode::Busy);
    };
    let request = Request {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: headers(&head.headers),
        body,
        peer: line::place(peer.0.ip(), &head.headers, &shell.fronts).to_string(),
    };
    // Passphrases are slow by intent and wait at a gate of their own: they keep nobody else from being answered.
    let _working = match route.class {
        Class::Passphrase => None,
        _ => Arc::clone(&shell.working).acquire_owned().await.ok(),
    };
    let (hub, now) = (Arc::clone(&shell.hub), shell.now);
    if route.streams() {
        let opened = tokio::task::spawn_blocking(move || hub.listen(&request, now())).await;
        return match opened {
            Ok(Ok(listener)) => stream::response(shell.hub, listener, shell.stopping, now),
            Ok(Err(answer)) => sent(answer),
            Err(_) => refused(ErrorCode::Internal),
        };
    }
    match tokio::task::spawn_blocking(move || hub.handle(&request, now())).await {
        Ok(answer) => sent(answer),
        Err(error) => {
            tracing::error!(%error, "a handler broke off");
            refused(ErrorCode::Internal)
        }
    }
}

fn headers(headers: &HeaderMap) -> BTreeMap<String, String> {
    let text = |value: &http::HeaderValue| value.to_str().ok().map(str::to_owned);
    headers.iter().filter_map(|(name, value)| Some((name.as_str().to_owned(), text(value)?))).collect()
}

fn sent(answer: Answer) -> Response<Body> {
    let mut response = Response::builder().status(answer.status);
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(answer.body)).unwrap_or_else(|_| bare(StatusCode::INTERNAL_SERVER_ERROR))
}

fn refused(code: ErrorCode) -> Response<Body> {
    let retry_after_ms = (code == ErrorCode::Busy).then_some(1_000);
    sent(Answer::problem(&Problem { code, retry_after_ms, hub_time: None, detail_id: None }))
}

fn bare(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Bytes;
    use futures_util::{StreamExt, stream};

    #[test]
    fn half_a_body_takes_no_place_of_whole_requests() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let folder = tempfile::TempDir::new().expect("a folder");
        let random = Box::new(|bytes: &mut [u8]| bytes.fill(7));
        let hub = Hub::init(&folder.path().join("hub"), "Sample network", 1, random).expect("a hub");
        let (_tell, stopping) = watch::channel(false);
        let shell = Shell::new(Arc::new(hub), || 1, 1, Vec::new(), stopping);
        let ask = |method: &str, path: &str, body: Body| {
            let request = http::Request::builder().method(method).uri(path).body(body).expect("a request");
            any(State(shell.clone()), ConnectInfo(line::Peer(([127, 0, 0, 1], 9).into())), request)
        };
        let half = || {
            let first = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"{"))]);
            Body::from_stream(first.chain(stream::pending()))
        };
        runtime.block_on(async {
            for _ in 0..3 {
                tokio::spawn(ask("POST", "/v1/hello", half()));
            }
            tokio::task::yield_now().await;
            // All three are being read, and the one place is free.
            assert_eq!(shell.bodies.available_permits(), BODIES_KIB - 3);
            assert_eq!(shell.waiting.available_permits(), 1);
            assert_eq!(ask("GET", "/v1/health", Body::empty()).await.status(), StatusCode::OK);
        });
    }
}
