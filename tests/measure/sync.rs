//! Measures what it costs to bring records to the hub and from there to a colleague: two profiles in this
//! process, the hub's real program beside it, loopback between them.
//! `measure_sync [RECORDS]`; prints one line of JSON a figure. Not a test: figures depend on the computer.
#![expect(clippy::print_stdout, reason = "printing is what a measurement does")]

mod end;
mod figures;

use anyhow::{Context, Result};
use end::End;
use figures::{cpu_seconds, ms, peak_mib, percentile, print};
use linchpin_domain::id::{CallId, QuestionId};
use linchpin_domain::order;
use linchpin_domain::record::call::Call;
use linchpin_domain::record::question_set::Question;
use linchpin_domain::space::Space;
use linchpin_tests::hub::Hub;
use std::time::Instant;

/// The records of one transaction, and of one group of changes at most.
const TOGETHER: usize = 200;
/// How often the small steps are repeated; the median counts.
const TIMES: usize = 15;

fn main() -> Result<()> {
    let records: usize = std::env::args().nth(1).and_then(|word| word.parse().ok()).unwrap_or(10_000);
    let folder = tempfile::TempDir::new()?;
    let hub = Hub::start_new(&folder.path().join("hub"))?;
    let first = End::joined(&folder.path().join("asha"), &hub.url(), hub.first_code(), "Asha")?;
    let (call, _) = first.brings_in(vec![question(0, "V")])?;
    first.round()?;
    let code = hub.invite("ben@example.org")?;
    let second = End::joined(&folder.path().join("ben"), &hub.url(), &code, "Ben")?;
    second.round()?;
    fill(&first, call, records)?;
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
        first.store.transact(&first.by(), |tx| tx.set::<Call>(call, "asker", asker))?;
        up.push(timed(|| first.round())?);
        down.push(timed(|| second.round())?);
        nothing.push(timed(|| first.round())?);
    }
    print("one_up_ms", percentile(&mut up, 50));
    print("one_down_ms", percentile(&mut down, 50));
    print("nothing_ms", percentile(&mut nothing, 50));
    Ok(())
}

/// Writes many questions of some 650 bytes each into a call, as one who works off line would.
fn fill(end: &End, call: CallId, records: usize) -> Result<()> {
    let began = Instant::now();
    let places = order::spread(records);
    for (batch, places) in places.chunks(TOGETHER).enumerate() {
        end.store.transact(&end.by(), |tx| {
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

/// Prints the CPU seconds of both ends and the wall time of a step.
fn measured(hub: &Hub, name: &str, step: impl FnOnce() -> Result<u64>) -> Result<()> {
    let (here, there) = (std::process::id(), hub.process().context("the hub runs")?);
    let (here_before, there_before) = (cpu_seconds(here)?, cpu_seconds(there)?);
    let wall = timed(step)?;
    print(&format!("{name}_wall_s"), wall / 1_000.0);
    print(&format!("{name}_client_cpu_s"), cpu_seconds(here)? - here_before);
    print(&format!("{name}_hub_cpu_s"), cpu_seconds(there)? - there_before);
    Ok(())
}

fn timed(step: impl FnOnce() -> Result<u64>) -> Result<f64> {
    let began = Instant::now();
    step()?;
    Ok(ms(began))
}
