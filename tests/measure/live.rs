//! Measures live text between two editors: two real engines with stores of their own and live streams, the hub's real
//! program beside this one, loopback between them. Every commit on the way is made durable: the writer's, the hub's and
//! the reader's.
//! `measure_live [EDITS]`; prints one line of JSON a figure. Not a test: figures depend on the computer.
#![expect(clippy::print_stdout, reason = "printing is what a measurement does")]

mod end;
#[expect(dead_code, reason = "other measurements use what this does not")]
mod figures;

use anyhow::{Context, Result, bail};
use end::End;
use figures::{percentile, print};
use linchpin_domain::id::{AnswerId, ResponseId};
use linchpin_domain::record::question_set::Question;
use linchpin_domain::space::Space;
use linchpin_store::{Origin, TextEdit};
use linchpin_sync::Handle;
use linchpin_sync::driver::{SystemClock, SystemRng, start_with};
use linchpin_sync::http::{Http, Settings};
use linchpin_sync::seam::{Ask, Call, Fault, Net, Reply, Terms};
use linchpin_sync::texts::facts_of;
use linchpin_tests::hub::Hub;
use linchpin_text::{TextDoc, edit};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

/// How long an edit may take to arrive, and both to find each other.
const LIMIT: Duration = Duration::from_secs(20);
/// Edits before those that count.
const WARM: usize = 20;

/// What happened, and when.
enum Seen {
    /// The writer's line begins to send changes.
    Sends(Instant),
    /// The hub has acknowledged them.
    Sent(Instant),
    /// The reader's line has them.
    Received(Instant),
    /// The reader's store has them.
    Stored(Instant),
}

/// A line that notes when something passes.
struct Watched {
    line: Http,
    seen: Sender<Seen>,
}

impl Net for Watched {
    type Live = <Http as Net>::Live;

    async fn ask(&self, ask: Ask) -> Result<Reply, Fault> {
        let pushes = matches!(ask.call, Call::Push(_));
        if pushes {
            self.note(Seen::Sends(Instant::now()));
        }
        let reply = self.line.ask(ask).await;
        match &reply {
            Ok(Reply::Push(_)) => self.note(Seen::Sent(Instant::now())),
            Ok(Reply::Pull(answer)) if !answer.pages.is_empty() => {
                self.note(Seen::Received(Instant::now()));
            }
            _ => {}
        }
        reply
    }

    async fn live(&self, terms: Terms) -> Result<Self::Live, Fault> {
        self.line.live(terms).await
    }
}

impl Watched {
    fn note(&self, seen: Seen) {
        // Nobody listens any more at the end.
        let _over = self.seen.send(seen);
    }
}

/// Times of each edit, in milliseconds.
#[derive(Default)]
struct Times {
    whole: Vec<f64>,
    saved: Vec<f64>,
    waited: Vec<f64>,
    socket: Vec<f64>,
    acknowledged: Vec<f64>,
    stored: Vec<f64>,
}

fn main() -> Result<()> {
    let edits: usize = std::env::args().nth(1).and_then(|word| word.parse().ok()).unwrap_or(500);
    let folder = tempfile::TempDir::new()?;
    let hub = Hub::start_new(&folder.path().join("hub"))?;
    let asha = End::joined(&folder.path().join("asha"), &hub.url(), hub.first_code(), "Asha")?;
    let (call, answers) =
        asha.brings_in(vec![Question { text: "What of it?".to_owned(), ..Question::default() }])?;
    let answer = *answers.first().context("an answer")?;
    asha.round()?;
    let code = hub.invite("ben@example.org")?;
    let ben = End::joined(&folder.path().join("ben"), &hub.url(), &code, "Ben")?;
    ben.round()?;
    let (notes, seen) = channel();
    let of_store = notes.clone();
    ben.store.subscribe(move |changed, origin| {
        if origin == Origin::Hub && changed.ids.contains(&answer.into()) {
            let _over = of_store.send(Seen::Stored(Instant::now()));
        }
    });
    let at = (Space::Response(ResponseId::of(call)), answer);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let started = |end| started(end, &at, &notes, runtime.handle());
    let engines = [started(&asha)?, started(&ben)?];
    together(&engines)?;
    let times = types(&asha, &at, &seen, edits)?;
    engines.iter().for_each(Handle::stop);
    told(times);
    Ok(())
}

/// Starts an engine that stays in touch, with the answer open.
fn started(
    end: &End,
    (space, answer): &(Space, AnswerId),
    notes: &Sender<Seen>,
    runtime: &tokio::runtime::Handle,
) -> Result<Handle> {
    let line = Http::of_store(&end.store, &Settings::default())?;
    let watched = Watched { line, seen: notes.clone() };
    let engine = start_with(&end.store, watched, SystemClock::new(), SystemRng::new(), runtime)?;
    engine.open(Some((space.clone(), *answer)), None);
    Ok(engine)
}

/// Waits until each knows that the other has the answer open.
fn together(engines: &[Handle]) -> Result<()> {
    let began = Instant::now();
    while !engines.iter().all(|engine| engine.status().co_editing) {
        if began.elapsed() > LIMIT {
            bail!("the two did not find each other");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// Types letter after letter, each when the one before has arrived.
fn types(
    end: &End,
    (space, answer): &(Space, AnswerId),
    seen: &Receiver<Seen>,
    edits: usize,
) -> Result<Times> {
    let mut doc = TextDoc::new(77);
    let mut plain = String::new();
    let mut times = Times::default();
    for n in 0..edits + WARM {
        // Another moment each time, and no longer than a fast typist takes.
        std::thread::sleep(Duration::from_millis(40 + u64::try_from(n * 7 % 30)?));
        while seen.try_recv().is_ok() {}
        let began = Instant::now();
        plain.push('x');
        let sv_before = doc.state_vector();
        let bytes = edit::rewrite(&mut doc, &plain)?.context("a letter more")?;
        let facts = facts_of(&doc)?;
        let schema = facts.schema;
        let edit = TextEdit { bytes, sv_before, schema, facts, after: None };
        end.store.transact(&end.by(), |tx| tx.append_text(*answer, space, edit))?;
        let saved = Instant::now();
        let mut one = Times::default();
        arrives(began, saved, seen, &mut one)?;
        if n >= WARM {
            times.add(one);
        }
    }
    Ok(times)
}

/// Waits until an edit is stored at the reader's end and acknowledged to the writer, and notes how long each part took.
fn arrives(began: Instant, saved: Instant, seen: &Receiver<Seen>, times: &mut Times) -> Result<()> {
    let ms = |from: Instant, to: Instant| to.saturating_duration_since(from).as_secs_f64() * 1_000.0;
    let (mut sends, mut sent, mut received, mut stored) = (None, None, None, None);
    while sent.is_none() || stored.is_none() {
        match seen.recv_timeout(LIMIT).context("an edit did not arrive")? {
            Seen::Sends(at) => sends = sends.or(Some(at)),
            Seen::Sent(at) => sent = sent.or(Some(at)),
            Seen::Received(at) => received = received.or(Some(at)),
            Seen::Stored(at) => stored = stored.or(Some(at)),
        }
    }
    let (Some(sends), Some(sent), Some(received), Some(stored)) = (sends, sent, received, stored) else {
        bail!("a part of the way was not seen");
    };
    times.whole.push(ms(began, stored));
    times.saved.push(ms(began, saved));
    times.waited.push(ms(saved, sends));
    times.acknowledged.push(ms(sends, sent));
    times.socket.push(ms(sends, received));
    times.stored.push(ms(received, stored));
    Ok(())
}

impl Times {
    fn add(&mut self, one: Self) {
        self.whole.extend(one.whole);
        self.saved.extend(one.saved);
        self.waited.extend(one.waited);
        self.acknowledged.extend(one.acknowledged);
        self.socket.extend(one.socket);
        self.stored.extend(one.stored);
    }
}

fn told(times: Times) {
    let Times { mut whole, mut saved, mut waited, mut socket, mut acknowledged, mut stored } = times;
    for percent in [50, 95, 99] {
        print(&format!("whole_p{percent}_ms"), percentile(&mut whole, percent));
        print(&format!("socket_p{percent}_ms"), percentile(&mut socket, percent));
    }
    print("saved_p50_ms", percentile(&mut saved, 50));
    print("waited_p50_ms", percentile(&mut waited, 50));
    print("acknowledged_p50_ms", percentile(&mut acknowledged, 50));
    print("stored_p50_ms", percentile(&mut stored, 50));
}
