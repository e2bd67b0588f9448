//! Measures how long a device needs that was away for 90 days, at 1 Mbit/s. The hub holds the large test set as far as
//! its records exist; what happened meanwhile is an eighth of it, as if all of it were two years' work. Every byte goes
//! through a slow line of our own.
//! `measure_away [PART]`; PART 10 takes a tenth of everything. Prints one line of JSON a figure. Not a test: figures
//! depend on the computer.
#![expect(clippy::print_stdout, reason = "printing is what a measurement does")]

#[expect(dead_code, reason = "other measurements use what this does not")]
mod desk;
mod end;
#[expect(dead_code, reason = "other measurements use what this does not")]
mod figures;
mod network;
mod relay;

use anyhow::{Result, ensure};
use desk::{Desk, now_ms};
use end::End;
use figures::print;
use linchpin_domain::record::question_set::Question;
use linchpin_domain::role::NetworkRole;
use linchpin_tests::hub::Hub;
use network::{Writer, let_in};
use relay::Relay;
use std::time::Instant;

/// The large test set: people, and calls with 75 questions and answers each.
const PEOPLE: u64 = 12_000;
const CALLS: u64 = 400;
/// What part of it happens in 90 days.
const MEANWHILE: u64 = 8;
/// How many bits a second the line carries.
const BITS: u64 = 1_000_000;
/// Questions that the device has of its own to send.
const OWN: usize = 20;

fn main() -> Result<()> {
    let part: u64 = std::env::args().nth(1).and_then(|word| word.parse().ok()).unwrap_or(1);
    let (people, calls) = (PEOPLE / part, CALLS / part);
    let folder = tempfile::TempDir::new()?;
    let data = folder.path().join("hub");
    let hub = linchpin_hub::Hub::init(&data, "Sample network", now_ms(), desk::random())?;
    let mut writer = Writer::new(Desk::joins(&hub, 0)?);
    let began = Instant::now();
    let_in(&hub, 1..people)?;
    (0..calls).try_for_each(|n| writer.call(&hub, n))?;
    let code = hub.invite("ben@example.org", NetworkRole::Member, now_ms())?.code;
    drop(hub);
    print("filled_s", began.elapsed().as_secs_f64());

    let serve = || Hub::serve(vec!["--data".into(), data.clone().into()], &folder.path().join("hub.log"));
    let program = serve()?;
    let relay = Relay::open(program.address())?;
    let profile = folder.path().join("ben");
    let device = End::joined(&profile, &relay.url(), &code, "Ben")?;
    let began = Instant::now();
    let received = device.round()?;
    print("first_s", began.elapsed().as_secs_f64());
    print("first_changes", count(received + people));
    print("first_down_mb", megabytes(relay.carried().1));
    drop(program);

    let hub = linchpin_hub::Hub::open(&data, now_ms(), desk::random())?;
    let before = writer.sent;
    let_in(&hub, people..people + people / MEANWHILE)?;
    (calls..calls + calls / MEANWHILE).try_for_each(|n| writer.call_at_length(&hub, n))?;
    drop(hub);
    // What the hub writes of those who join is not counted as received from anybody.
    let missed = writer.sent - before;
    let question = || Question { text: "What of it?".to_owned(), ..Question::default() };
    device.brings_in((0..OWN).map(|_| question()).collect())?;
    drop(device);

    let program = serve()?;
    relay.lead_to(program.address());
    relay.slow(BITS);
    let device = End::open(&profile)?;
    let (up, down) = relay.carried();
    let began = Instant::now();
    let received = device.round()?;
    print("away_s", began.elapsed().as_secs_f64());
    ensure!(received >= missed, "{received} changes of {missed} were received");
    print("away_changes", count(received + people / MEANWHILE));
    print("away_up_mb", megabytes(relay.carried().0 - up));
    print("away_down_mb", megabytes(relay.carried().1 - down));
    Ok(())
}

fn count(number: u64) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

fn megabytes(bytes: u64) -> f64 {
    count(bytes / 1_000) / 1_000.0
}
