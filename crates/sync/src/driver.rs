//! The task that runs the engine: carries its requests to the line, its steps to the store, and tells it the
//! time. What does not live here: any decision. Store work runs on blocking threads, one step at a time.

use crate::engine::{Action, Engine, Event, Moment};
use crate::files::carry;
use crate::http::{Http, LineError, Settings};
use crate::seam::{Clock, Fault, Heard, Live, Net, Reply, Rng, Terms};
use crate::status::{Phase, Status};
use crate::steps::{Stepped, Steps};
use futures_util::future::BoxFuture;
use linchpin_domain::id::AnswerId;
use linchpin_domain::space::Space;
use linchpin_protocol::live::{Here, LiveEvent};
use linchpin_store::outbox::OutboxFacts;
use linchpin_store::{Origin, Store, StoreError};
use ring::rand::{SecureRandom, SystemRandom};
use std::collections::BTreeMap;
use std::future::pending;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

/// After how long files that had to wait are tried again: nobody tells that a colleague's computer has sent one up.
const FILES_AGAIN: Duration = Duration::from_secs(30);
/// How long stopping waits for the step under way.
const STOP: Duration = Duration::from_secs(10);

/// The people that have an answer open, by answer.
pub type OpenBy = BTreeMap<AnswerId, Vec<Here>>;

/// The computer's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    began: Instant,
}

impl SystemClock {
    /// Returns the clock; its ticks begin now.
    #[expect(clippy::new_without_default, reason = "reading the clock is not a default")]
    pub fn new() -> Self {
        Self { began: Instant::now() }
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the driver is one of the places that read the clock")]
    fn now_ms(&self) -> u64 {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }

    fn ticks_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// The system's randomness.
#[derive(Debug)]
pub struct SystemRng(SystemRandom);

impl SystemRng {
    /// Returns the source.
    #[expect(clippy::new_without_default, reason = "a source of randomness is chosen, never by default")]
    pub fn new() -> Self {
        Self(SystemRandom::new())
    }
}

impl Rng for SystemRng {
    fn roll(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes).expect("BUG: the system gives no randomness");
        u64::from_be_bytes(bytes)
    }
}

enum Told {
    Event(Box<Event>),
    Stop,
}

/// The running sync, as the rest of the app holds it. It ends when it is stopped, and when the
/// last one is dropped.
#[derive(Clone)]
pub struct Handle {
    told: mpsc::UnboundedSender<Told>,
    status: watch::Receiver<Status>,
    open_by: watch::Receiver<OpenBy>,
    ended: Arc<Mutex<std::sync::mpsc::Receiver<()>>>,
}

impl Handle {
    /// Sends and fetches now, whatever was planned.
    pub fn sync_now(&self) {
        self.tell(Event::SyncNow);
    }

    /// Says that the network is there again.
    pub fn network_up(&self) {
        self.tell(Event::NetworkUp);
    }

    /// Stops, or goes on.
    pub fn pause(&self, paused: bool) {
        self.tell(Event::Pause(paused));
    }

    /// Says whether the app has the focus.
    pub fn set_focus(&self, focused: bool) {
        self.tell(Event::Focus(focused));
    }

    /// Says which answer is open here, with the editor's cursor; none where none is.
    pub fn open(&self, answer: Option<(Space, AnswerId)>, cursor: Option<String>) {
        self.tell(Event::Open(answer, cursor));
    }

    /// Returns where it stands now.
    pub fn status(&self) -> Status {
        self.status.borrow().clone()
    }

    /// Returns a watch on where it stands.
    pub fn watch_status(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }

    /// Returns a watch on who has which answer open, ourselves included.
    pub fn watch_open_by(&self) -> watch::Receiver<OpenBy> {
        self.open_by.clone()
    }

    /// Stops for good and waits until the store is let go of. Blocks.
    pub fn stop(&self) {
        if self.told.send(Told::Stop).is_ok() {
            let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
            // The task drops its end when it is over, which is an answer as well.
            if ended.recv_timeout(STOP) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                tracing::warn!("sync did not stop in time");
            }
        }
    }

    fn tell(&self, event: Event) {
        if self.told.send(Told::Event(Box::new(event))).is_err() {
            tracing::debug!("sync has stopped already");
        }
    }
}

/// Starts sync with the hub that the store has joined.
///
/// # Errors
/// [`LineError`].
pub fn start(
    store: &Arc<Store>,
    settings: &Settings,
    runtime: &tokio::runtime::Handle,
) -> Result<Handle, LineError> {
    let net = Http::of_store(store, settings)?;
    Ok(start_with(store, net, SystemClock::new(), SystemRng::new(), runtime)?)
}

/// Starts sync over a line, with a clock and chance of the caller's.
///
/// # Errors
/// Faults of the store in reading who we are.
pub fn start_with(
    store: &Arc<Store>,
    net: impl Net,
    clock: impl Clock,
    rng: impl Rng,
    runtime: &tokio::runtime::Handle,
) -> Result<Handle, StoreError> {
    let engine = Engine::new(store.identity()?.device);
    let (told, hears) = mpsc::unbounded_channel();
    let changes = told.downgrade();
    store.subscribe(move |changed, origin| {
        if origin == Origin::Person
            && changed.waiting > 0
            && let Some(told) = changes.upgrade()
            && told.send(Told::Event(Box::new(Event::Changed))).is_err()
        {
            tracing::debug!("sync has stopped already");
        }
    });
    let outbox = Kept::read(store)?;
    let (status, status_seen) = watch::channel(status_of(&engine, &outbox, 0, 0));
    let (open_by, open_by_seen) = watch::channel(OpenBy::new());
    let (end, ended) = std::sync::mpsc::channel();
    let driver = Driver {
        engine,
        net: Arc::new(net),
        clock: Arc::new(clock),
        rng,
        store: Arc::clone(store),
        asking: None,
        doing: None,
        reading: None,
        stale: false,
        live: Stream::Closed,
        carrying: None,
        carry_due: true,
        outbox,
        status,
        open_by,
    };
    runtime.spawn(async move {
        driver.run(hears).await;
        drop(end);
    });
    let ended = Arc::new(Mutex::new(ended));
    Ok(Handle { told, status: status_seen, open_by: open_by_seen, ended })
}

/// What the store says for the status line.
#[derive(Debug, Clone, Default)]
struct Kept {
    outbox: OutboxFacts,
    last_pull_ms: Option<u64>,
}

impl Kept {
    fn read(store: &Store) -> Result<Self, StoreError> {
        store.read(|reader| {
            let last_pull_ms = reader.spaces()?.iter().filter_map(|row| row.last_pull_ok).max();
            Ok(Self { outbox: reader.outbox_facts()?, last_pull_ms })
        })
    }
}

fn status_of(engine: &Engine, kept: &Kept, now_ms: u64, ticks_ms: u64) -> Status {
    let facts = engine.facts();
    let Kept { outbox, last_pull_ms } = kept;
    Status {
        phase: facts.phase,
        away: facts.away,
        last_pull_ms: *last_pull_ms,
        in_step_ms: facts.in_step_ms,
        sent_ms: facts.sent_ms,
        waiting: outbox.waiting,
        oldest_ms: outbox.oldest_ms,
        held: outbox.held,
        refused: outbox.refused,
        next_try_ms: facts.next_try_ticks.map(|at| now_ms + at.saturating_sub(ticks_ms)),
        receiving: facts.receiving,
        co_editing: facts.co_editing,
    }
}

enum Stream<L> {
    Closed,
    Opening(BoxFuture<'static, Result<L, Fault>>),
    Open(L),
}

struct Driver<N: Net, C, R> {
    engine: Engine,
    net: Arc<N>,
    clock: Arc<C>,
    rng: R,
    store: Arc<Store>,
    asking: Option<BoxFuture<'static, Result<Reply, Fault>>>,
    doing: Option<JoinHandle<Result<Stepped, StoreError>>>,
    reading: Option<JoinHandle<Result<Kept, StoreError>>>,
    /// Whether what was read for the status line is no longer so.
    stale: bool,
    live: Stream<N::Live>,
    /// Files on their way; tells whether some must wait.
    carrying: Option<BoxFuture<'static, bool>>,
    /// Whether files may wait to be carried.
    carry_due: bool,
    outbox: Kept,
    status: watch::Sender<Status>,
    open_by: watch::Sender<OpenBy>,
}

impl<N: Net, C: Clock, R: Rng> Driver<N, C, R> {
    async fn run(mut self, mut hears: mpsc::UnboundedReceiver<Told>) {
        self.handle(Event::Wake);
        loop {
            let wake = self.engine.wake_at().map(|at| at.saturating_sub(self.clock.ticks_ms()));
            tokio::select! {
                told = hears.recv() => match told {
                    Some(Told::Event(event)) => {
                        self.stale |= *event == Event::Changed;
                        self.carry_due |= matches!(*event, Event::Changed | Event::SyncNow);
                        if *event == Event::Pause(true) {
                            // What is on its way goes on with the missing parts later.
                            (self.carrying, self.carry_due) = (None, true);
                        }
                        self.handle(*event);
                    }
                    Some(Told::Stop) | None => break,
                },
                reply = some(&mut self.asking) => {
                    self.asking = None;
                    self.handle(match reply {
                        Ok(reply) => Event::Answered(reply),
                        Err(fault) => Event::Failed(fault),
                    });
                }
                stepped = some(&mut self.doing) => {
                    self.doing = None;
                    (self.stale, self.carry_due) = (true, true);
                    self.handle(match stepped {
                        Ok(Ok(stepped)) => Event::Stepped(stepped),
                        Ok(Err(error)) => Event::NotStepped(error),
                        Err(panicked) => Event::NotStepped(StoreError::Io(panicked.to_string())),
                    });
                }
                kept = some(&mut self.reading) => {
                    self.reading = None;
                    self.note(kept.map_err(|error| StoreError::Io(error.to_string())).flatten());
                }
                waits = some(&mut self.carrying) => {
                    self.carrying = None;
                    self.carry_due |= waits;
                    self.carry();
                }
                heard = next(&mut self.live) => self.heard(heard),
                () = sleep(wake) => self.handle(Event::Wake),
            }
        }
        // The store is let go of only when the step under way is over.
        if let Some(doing) = self.doing.take()
            && let Err(error) = doing.await
        {
            tracing::warn!(%error, "the last step of sync failed");
        }
    }

    fn handle(&mut self, event: Event) {
        let moment =
            Moment { now_ms: self.clock.now_ms(), ticks_ms: self.clock.ticks_ms(), roll: self.rng.roll() };
        for action in self.engine.handle(moment, event) {
            match action {
                Action::Ask(ask) => {
                    let net = Arc::clone(&self.net);
                    self.asking = Some(Box::pin(async move { net.ask(ask).await }));
                }
                Action::Do(step) => {
                    let (steps, now_ms) = (Steps::new(Arc::clone(&self.store)), moment.now_ms);
                    self.doing = Some(tokio::task::spawn_blocking(move || steps.run(step, now_ms)));
                }
                Action::OpenLive(terms) => self.live = self.open_live(terms),
                Action::CloseLive => self.close_live(),
            }
        }
        self.carry();
        if self.stale && self.reading.is_none() {
            let store = Arc::clone(&self.store);
            (self.stale, self.reading) =
                (false, Some(tokio::task::spawn_blocking(move || Kept::read(&store))));
        }
        self.publish();
    }

    /// Begins to carry files, where everything else is in step.
    fn carry(&mut self) {
        if !self.carry_due || self.carrying.is_some() || self.engine.facts().phase != Phase::InStep {
            return;
        }
        self.carry_due = false;
        let (store, net, clock) = (Arc::clone(&self.store), Arc::clone(&self.net), Arc::clone(&self.clock));
        self.carrying = Some(Box::pin(async move {
            let waits = match carry(&store, &*net, &*clock).await {
                Ok(Ok(carried)) => carried.left > 0,
                Ok(Err(away)) => {
                    tracing::info!(?away, "files wait for another time");
                    true
                }
                Err(error) => {
                    tracing::warn!(%error, "files could not be carried");
                    true
                }
            };
            if waits {
                tokio::time::sleep(FILES_AGAIN).await;
            }
            waits
        }));
    }

    fn open_live(&self, terms: Terms) -> Stream<N::Live> {
        let net = Arc::clone(&self.net);
        Stream::Opening(Box::pin(async move { net.live(terms).await }))
    }

    fn close_live(&mut self) {
        self.live = Stream::Closed;
        self.open_by.send_if_modified(|open_by| !std::mem::take(open_by).is_empty());
    }

    fn heard(&mut self, heard: Result<Said<N::Live>, Fault>) {
        match heard {
            Ok(Said::Opened(live)) => {
                self.live = Stream::Open(live);
                self.handle(Event::LiveOpen);
            }
            Ok(Said::Heard(heard)) => {
                if let Heard::Event(LiveEvent::Presence(presence)) = &heard {
                    self.open_by.send_modify(|open_by| {
                        open_by.remove(&presence.answer);
                        if !presence.here.is_empty() {
                            open_by.insert(presence.answer, presence.here.clone());
                        }
                    });
                }
                self.handle(Event::Heard(heard));
            }
            Err(fault) => {
                self.close_live();
                self.handle(Event::LiveClosed(fault));
            }
        }
    }

    fn note(&mut self, kept: Result<Kept, StoreError>) {
        match kept {
            Ok(kept) => self.outbox = kept,
            Err(error) => tracing::warn!(%error, "what waits could not be read"),
        }
        // Something may have changed while it was being read.
        if self.stale {
            let store = Arc::clone(&self.store);
            (self.stale, self.reading) =
                (false, Some(tokio::task::spawn_blocking(move || Kept::read(&store))));
        }
        self.publish();
    }

    fn publish(&self) {
        let status = status_of(&self.engine, &self.outbox, self.clock.now_ms(), self.clock.ticks_ms());
        self.status.send_if_modified(|before| {
            // The time of the next try is reckoned anew each time and wavers by a millisecond.
            let near = match (before.next_try_ms, status.next_try_ms) {
                (Some(before), Some(now)) => before.abs_diff(now) < 500,
                (before, now) => before == now,
            };
            let same = near && Status { next_try_ms: before.next_try_ms, ..status.clone() } == *before;
            if !same {
                *before = status;
            }
            !same
        });
    }
}

enum Said<L> {
    Opened(L),
    Heard(Heard),
}

async fn next<L: Live>(live: &mut Stream<L>) -> Result<Said<L>, Fault> {
    match live {
        Stream::Closed => pending().await,
        Stream::Opening(opening) => opening.await.map(Said::Opened),
        Stream::Open(live) => live.next().await.map(Said::Heard),
    }
}

async fn some<F: Future + Unpin>(work: &mut Option<F>) -> F::Output {
    match work {
        Some(work) => work.await,
        None => pending().await,
    }
}

async fn sleep(ms: Option<u64>) {
    match ms {
        // A millisecond at least: the clock's own grain must not become a hot loop.
        Some(ms) => tokio::time::sleep(Duration::from_millis(ms.max(1))).await,
        None => pending().await,
    }
}
