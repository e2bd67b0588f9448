//! Measures what it costs to bring records to the hub and from there to a colleague: two profiles in this
//! process, the hub's real program beside it, loopback between them.
//! `measure_sync [RECORDS]`; prints one line of JSON a figure. Not a test: figures depend on the computer.
#![expect(clippy::print_stdout, reason = "printing is what a measurement does")]

use anyhow::{Context, Result, bail};
use linchpin_commands::Core;
use linchpin_commands::account::{JoinNetwork, join_network};
use linchpin_commands::calls::{QuestionDraft, SaveCall, save_call};
use linchpin_commands::host::{Event, Host};
use linchpin_domain::id::{CallId, QuestionId};
use linchpin_domain::nation::NationScope;
use linchpin_domain::order;
use linchpin_domain::record::call::{Call, CallKind};
use linchpin_domain::record::question_set::Question;
use linchpin_domain::space::Space;
use linchpin_store::{By, Config, Key, Store, open};
use linchpin_sync::driver::{SystemClock, SystemRng};
use linchpin_sync::http::{Http, Settings};
use linchpin_sync::once::{Outcome, round};
use linchpin_sync::seam::Clock;
use linchpin_tests::hub::Hub;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// The passphrase of both profiles: the programs take it from the environment, as scripts do.
const PASSPHRASE: &str = "LINCHPIN_PASSPHRASE";
/// The records of one transaction, and of one group of changes at most.
const TOGETHER: usize = 200;
/// How often the small steps are repeated; the median counts.
const TIMES: usize = 15;

fn main() -> Result<()> {
    let records: usize = std::env::args().nth(1).and_then(|word| word.parse().ok()).unwrap_or(10_000);
    let passphrase = std::env::var(PASSPHRASE).with_context(|| format!("set {PASSPHRASE}"))?;
    let folder = tempfile::TempDir::new()?;
    let hub = Hub::start_new(&folder.path().join("hub"))?;
    let (asha, ben) = (folder.path().join("asha"), folder.path().join("ben"));
    let first = joined(&asha, &hub, hub.first_code(), "Asha")?;
    let call = save_call(&first, sample())?.id;
    first.sync_once()?;
    drop(first);
    drop(joined(&ben, &hub, &hub.invite("ben@example.org")?, "Ben")?);
    let (first, second) = (End::open(&asha, &passphrase)?, End::open(&ben, &passphrase)?);
    second.round()?;
    first.fill(call, records)?;
    measured(&hub, "up", || first.round())?;
    measured(&hub, "down", || second.round())?;
    small_steps(&first, &second, call)?;
    print("hub_peak_mib", peak_mib(hub.process().context("the hub runs")?)?);
    Ok(())
}

/// One change up, down, and nothing to do: medians of wall time.
fn small_steps(first: &End, second: &End, call: CallId) -> Result<()> {
    let (mut up, mut down, mut nothing) = (Vec::new(), Vec::new(), Vec::new());
    for n in 0..TIMES {
        let asker = format!("Board {n}").into();
        first.store.transact(&first.by()?, |tx| tx.set::<Call>(call, "asker", asker))?;
        up.push(timed(|| first.round())?);
        down.push(timed(|| second.round())?);
        nothing.push(timed(|| first.round())?);
    }
    print("one_up_ms", median(&mut up));
    print("one_down_ms", median(&mut down));
    print("nothing_ms", median(&mut nothing));
    Ok(())
}

/// One end of sync with an open line, as the app holds it.
struct End {
    store: Arc<Store>,
    line: Http,
    runtime: tokio::runtime::Runtime,
}

impl End {
    fn open(profile: &Path, passphrase: &str) -> Result<Self> {
        let key = Key::Passphrase(passphrase.to_owned().into());
        let store = Arc::new(open(Config::new(profile), &key, SystemClock::new().now_ms(), "measure")?);
        let line = Http::of_store(&store, &Settings::default())?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { store, line, runtime })
    }

    fn round(&self) -> Result<()> {
        let (clock, mut rng) = (SystemClock::new(), SystemRng::new());
        let round = round(&self.store, &self.line, &clock, &mut rng);
        match self.runtime.block_on(round)? {
            Outcome::Done { .. } => Ok(()),
            other => bail!("not in step: {other:?}"),
        }
    }

    fn by(&self) -> Result<By> {
        let person = self.store.identity()?.person.context("nobody works here")?;
        Ok(By { person, now_ms: SystemClock::new().now_ms(), what: "measure" })
    }

    /// Writes many questions of some 650 bytes each into a call, as one who works off line would.
    fn fill(&self, call: CallId, records: usize) -> Result<()> {
        let (by, began) = (self.by()?, Instant::now());
        let places = order::spread(records);
        for (batch, places) in places.chunks(TOGETHER).enumerate() {
            self.store.transact(&by, |tx| {
                for (n, place) in places.iter().enumerate() {
                    let id: QuestionId = tx.new_id();
                    tx.create(id, &Space::Call(call), &question(batch * TOGETHER + n, place))?;
                }
                Ok(())
            })?;
        }
        print("made_here_s", began.elapsed().as_secs_f64());
        Ok(())
    }
}

fn question(n: usize, place: &str) -> Question {
    const WORDS: [&str; 16] = [
        "practice",
        "manager",
        "network",
        "surgery",
        "patient",
        "access",
        "workforce",
        "contract",
        "consultation",
        "draft",
        "response",
        "rota",
        "payroll",
        "booking",
        "referral",
        "audit",
    ];
    let mut seed = n as u64;
    let mut word = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        *WORDS.get(usize::try_from(seed >> 60).unwrap_or(0)).unwrap_or(&"manager")
    };
    let mut sentence = |words: usize| (0..words).map(|_| word()).collect::<Vec<_>>().join(" ");
    Question {
        number: n.to_string(),
        text: sentence(12),
        help: sentence(60),
        order: place.to_owned(),
        ..Question::default()
    }
}

fn sample() -> SaveCall {
    let question =
        QuestionDraft { text: "What are the main challenges?".to_owned(), ..QuestionDraft::default() };
    SaveCall {
        title: "Sample".to_owned(),
        asker: String::new(),
        kind: CallKind::default(),
        nation: NationScope::default(),
        closes: None,
        link: String::new(),
        word_limit: None,
        questions: vec![question],
    }
}

fn joined(folder: &Path, hub: &Hub, code: &str, name: &str) -> Result<Core> {
    let core = Core::open_for_scripts(folder, Arc::new(Nobody))?;
    let asked = JoinNetwork {
        invitation: code.to_owned(),
        hub_url: Some(hub.url()),
        name: name.to_owned(),
        practice: String::new(),
        passphrase: None,
    };
    join_network(&core, asked)?;
    core.sync_once()?;
    Ok(core)
}

/// Prints the CPU seconds of both ends and the wall time of a step.
fn measured(hub: &Hub, name: &str, step: impl FnOnce() -> Result<()>) -> Result<()> {
    let there = hub.process().context("the hub runs")?.to_string();
    let (here_before, there_before) = (cpu_seconds("self")?, cpu_seconds(&there)?);
    let wall = timed(step)?;
    print(&format!("{name}_wall_s"), wall / 1_000.0);
    print(&format!("{name}_client_cpu_s"), cpu_seconds("self")? - here_before);
    print(&format!("{name}_hub_cpu_s"), cpu_seconds(&there)? - there_before);
    Ok(())
}

fn peak_mib(process: u32) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no peak is told")?;
    let kib: f64 = line.split_whitespace().next().context("no figure is told")?.parse()?;
    Ok(kib / 1_024.0)
}

/// Returns the CPU seconds of a process so far, in user and system; Linux counts them in hundredths.
fn cpu_seconds(process: &str) -> Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let after = stat.rsplit_once(") ").context("no process is told")?.1;
    let ticks = after.split(' ').skip(11).take(2).map(str::parse::<f64>).sum::<Result<f64, _>>()?;
    Ok(ticks / 100.0)
}

fn timed(step: impl FnOnce() -> Result<()>) -> Result<f64> {
    let began = Instant::now();
    step()?;
    Ok(began.elapsed().as_secs_f64() * 1_000.0)
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

fn print(name: &str, value: f64) {
    println!("{{\"figure\":\"{name}\",\"value\":{value:.3}}}");
}

/// A shell without a person.
struct Nobody;

impl Host for Nobody {
    fn choose_save(&self, _title: &str, _suggested_name: &str) -> Option<PathBuf> {
        None
    }

    fn choose_open(&self, _title: &str) -> Option<PathBuf> {
        None
    }

    fn tell(&self, _event: &Event) {}
}
