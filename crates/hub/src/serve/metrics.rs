//! Figures for Prometheus, on a socket of their own: how much is asked, how long it takes, how the store grows. No
//! label holds an id, a name or a word of a person.

use crate::hub::Hub;
use crate::serve::Now;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Method, Response, StatusCode, Uri};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::future::Future;
use std::io;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;

/// Where requests fall by the seconds they take: most take milliseconds, a bootstrap part of a large space longer.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
/// Where the figures are; there is nothing else on this socket.
const PATH: &str = "/metrics";
/// How long counts of the store are given again before it is asked anew: counting a large one takes a moment.
const COUNTED_MS: u64 = 30_000;

type Number = Gauge<u64, AtomicU64>;
type ByRoute = [(&'static str, &'static str); 1];
type ByRouteAndStatus = [(&'static str, String); 2];

/// What is counted while the hub is served.
#[derive(Clone)]
pub(super) struct Metrics {
    requests: Family<ByRouteAndStatus, Counter>,
    seconds: Family<ByRoute, Histogram, fn() -> Histogram>,
}

impl Metrics {
    pub(super) fn new() -> Self {
        let seconds: fn() -> Histogram = || Histogram::new(SECONDS);
        Self { requests: Family::default(), seconds: Family::new_with_constructor(seconds) }
    }

    /// Counts a request that was answered.
    pub(super) fn answered(&self, route: &'static str, status: StatusCode, took: Duration) {
        let status = status.as_str().to_owned();
        self.requests.get_or_create(&[("route", route.to_owned()), ("status", status)]).inc();
        self.seconds.get_or_create(&[("route", route)]).observe(took.as_secs_f64());
    }
}

/// Figures of the store, by name.
#[derive(Default)]
struct Stored {
    people: Number,
    devices: Number,
    spaces: Number,
    records: Number,
    texts: Number,
    entries: Number,
    set_aside: Number,
    bytes: Number,
    deeds: Number,
    processes: Number,
    /// When they were counted, milliseconds since 1970.
    counted_at: u64,
}

impl Stored {
    fn register(&self, all: &mut Registry) {
        for (name, about, number) in [
            ("people", "People who joined", &self.people),
            ("devices", "Devices that may speak", &self.devices),
            ("spaces", "Spaces", &self.spaces),
            ("records", "Records, deleted ones included", &self.records),
            ("texts", "Texts of answers", &self.texts),
            ("entries", "Entries of all spaces", &self.entries),
            ("set_aside", "Changes that wait for somebody to look", &self.set_aside),
            ("deeds", "Links of the record of who did what", &self.deeds),
            ("processes", "Processes that serve this hub over one database; 0 for a folder", &self.processes),
        ] {
            all.register(name, about, number.clone());
        }
        all.register_with_unit("store", "Room that the store takes", Unit::Bytes, self.bytes.clone());
    }

    fn count(&mut self, hub: &Hub, now_ms: u64) -> Result<(), crate::error::HubError> {
        if now_ms.saturating_sub(self.counted_at) < COUNTED_MS {
            return Ok(());
        }
        let status = hub.status(now_ms)?;
        self.people.set(status.people);
        self.devices.set(status.devices);
        self.spaces.set(status.spaces);
        self.records.set(status.records);
        self.texts.set(status.texts);
        self.entries.set(status.entries);
        self.set_aside.set(status.set_aside);
        self.bytes.set(status.bytes);
        self.deeds.set(hub.db.audit_head()?.no);
        self.processes.set(hub.processes()?);
        self.counted_at = now_ms;
        Ok(())
    }
}

/// The page with all figures.
struct Page {
    hub: Arc<Hub>,
    now: Now,
    all: Registry,
    listening: Number,
    memory: Number,
    stored: Mutex<Stored>,
}

impl Page {
    fn new(hub: Arc<Hub>, now: Now, metrics: &Metrics) -> Self {
        let mut all = Registry::with_prefix("linchpin_hub");
        let (listening, memory, stored) = (Number::default(), Number::default(), Stored::default());
        all.register("requests", "Requests that were answered", metrics.requests.clone());
        let about = "How long a request took, from its headers to its answer";
        all.register_with_unit("request", about, Unit::Seconds, metrics.seconds.clone());
        all.register("live_streams", "Live streams that are open", listening.clone());
        all.register_with_unit("memory", "Memory that the process holds", Unit::Bytes, memory.clone());
        stored.register(&mut all);
        Self { hub, now, all, listening, memory, stored: Mutex::new(stored) }
    }

    fn text(&self) -> Result<String, crate::error::HubError> {
        self.stored.lock().unwrap_or_else(PoisonError::into_inner).count(&self.hub, (self.now)())?;
        self.listening.set(self.hub.listening());
        self.memory.set(held_bytes().unwrap_or(0));
        let mut text = String::new();
        encode(&mut text, &self.all)
            .map_err(|_| crate::error::HubError::Store("write figures".to_owned()))?;
        Ok(text)
    }
}

/// Returns the memory that this process holds, where the system tells.
fn held_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib << 10)
}

/// Gives figures until `stop` is over.
pub(super) async fn serve(
    hub: Arc<Hub>,
    listener: TcpListener,
    now: Now,
    metrics: Metrics,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let page = Arc::new(Page::new(hub, now, &metrics));
    let router = Router::new().fallback(answer).with_state(page);
    axum::serve(listener, router).with_graceful_shutdown(stop).await
}

async fn answer(State(page): State<Arc<Page>>, method: Method, uri: Uri) -> Response<Body> {
    if (method, uri.path()) != (Method::GET, PATH) {
        return super::bare(StatusCode::NOT_FOUND);
    }
    let text = tokio::task::spawn_blocking(move || page.text()).await;
    let (status, body) = match text {
        Ok(Ok(text)) => (StatusCode::OK, text),
        Ok(Err(error)) => {
            tracing::warn!(%error, "no figures");
            (StatusCode::SERVICE_UNAVAILABLE, String::new())
        }
        Err(error) => {
            tracing::error!(%error, "the page with figures broke off");
            (StatusCode::INTERNAL_SERVER_ERROR, String::new())
        }
    };
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    let response = Response::builder().status(status).header("content-type", kind).body(Body::from(body));
    response.unwrap_or_else(|_| super::bare(StatusCode::INTERNAL_SERVER_ERROR))
}
