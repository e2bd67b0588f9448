//! Measures the hub under a thousand editors, as one program in a folder or as two over one PostgreSQL: everybody is
//! signed in, every request is signed, what is acknowledged is on disk, and loopback lies between. This process drives;
//! the hub's real program serves.
//! `measure_load [SECONDS] [EDITORS] [postgres]`; prints one line of JSON a figure. Not a test: figures depend on the computer.
#![expect(clippy::print_stdout, reason = "printing is what a measurement does")]

mod desk;
mod editor;
mod figures;
mod prepare;
mod wire;

use anyhow::{Context, Result};
use editor::{Editor, Noted, Plan};
use figures::{cpu_seconds, peak_mib, percentile, print};
use linchpin_sync::driver::SystemRng;
use linchpin_sync::seam::Rng;
use linchpin_testkit::postgres;
use linchpin_tests::hub::Hub;
use std::ffi::OsString;
use std::time::{Duration, Instant};

const SECONDS: u64 = 60;
const EDITORS: u64 = 1_000;
/// How long everybody has to connect before it counts.
const CONNECT: Duration = Duration::from_secs(3);
/// How many kinds of errors are told.
const TOLD: usize = 5;

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let mut numbers = words.iter().filter_map(|word| word.parse::<u64>().ok());
    let (seconds, count) = (numbers.next().unwrap_or(SECONDS), numbers.next().unwrap_or(EDITORS));
    let folder = tempfile::TempDir::new()?;
    let name = "Sample network";
    let (place, hub) = if words.iter().any(|word| word == "postgres") {
        let server = match postgres::server() {
            Ok(server) => server,
            Err(why) => {
                println!("SKIPPED the hub on PostgreSQL: {why}");
                return Ok(());
            }
        };
        let url = server.empty().context("an empty database")?;
        let hub = linchpin_hub::Hub::init_postgres(&url, name, desk::now_ms(), desk::random())?;
        (["--database".into(), OsString::from(url)], hub)
    } else {
        let data = folder.path().join("hub");
        let hub = linchpin_hub::Hub::init(&data, name, desk::now_ms(), desk::random())?;
        (["--data".into(), data.into_os_string()], hub)
    };
    let began = Instant::now();
    let editors = prepare::editors(&hub, count)?;
    print("prepared_s", began.elapsed().as_secs_f64());
    drop(hub);
    // A folder is one program's alone.
    let programs = if words.iter().any(|word| word == "postgres") { 2 } else { 1 };
    let hubs = (0..programs)
        .map(|n| Hub::serve(place.to_vec(), &folder.path().join(format!("hub{n}.log"))))
        .collect::<Result<Vec<_>>>()?;
    measured(editors, &hubs, Duration::from_secs(seconds))
}

/// Lets everybody work, and tells what it was like.
fn measured(editors: Vec<Editor>, hubs: &[Hub], lasts: Duration) -> Result<()> {
    let processes = hubs.iter().map(|hub| hub.process().context("the hub runs"));
    let processes = processes.collect::<Result<Vec<_>>>()?;
    let cpu = || processes.iter().map(|process| cpu_seconds(*process)).sum::<Result<f64>>();
    let begins = Instant::now() + CONNECT;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let (mut noted, before) = runtime.block_on(async {
        let mut rng = SystemRng::new();
        let works = editors.into_iter().zip(hubs.iter().cycle()).map(|(editor, hub)| {
            let phase = f64::from(u32::try_from(rng.roll() >> 32).unwrap_or(0)) / f64::from(u32::MAX);
            let plan = Plan { hub: hub.address(), begins, ends: begins + lasts, phase };
            tokio::spawn(editor.works(plan))
        });
        let works: Vec<_> = works.collect();
        tokio::time::sleep_until(begins.into()).await;
        let before = (cpu(), cpu_seconds(std::process::id()));
        let mut noted = Noted::default();
        for work in works {
            noted.add(work.await.context("an editor broke off")?);
        }
        anyhow::Ok((noted, before))
    })?;
    let hub_cpu = cpu()? - before.0?;
    let driver_cpu = cpu_seconds(std::process::id())? - before.1?;
    told(&mut noted, lasts, hub_cpu);
    print("driver_cpu_s", driver_cpu);
    let peaks = processes.iter().map(|process| peak_mib(*process)).collect::<Result<Vec<_>>>()?;
    print("hub_peak_mib", peaks.into_iter().fold(0.0, f64::max));
    Ok(())
}

fn told(noted: &mut Noted, lasts: Duration, hub_cpu: f64) {
    let count = |times: &[f64]| f64::from(u32::try_from(times.len()).unwrap_or(u32::MAX));
    let pushes = count(&noted.pushes);
    print("pushes_a_second", pushes / lasts.as_secs_f64());
    print("pulls_a_second", count(&noted.pulls) / lasts.as_secs_f64());
    for (name, times) in [("push", &mut noted.pushes), ("pull", &mut noted.pulls)] {
        for percent in [50, 95, 99] {
            print(&format!("{name}_p{percent}_ms"), percentile(times, percent));
        }
    }
    print("hub_cpu_s", hub_cpu);
    print("pushes_a_cpu_second", pushes / hub_cpu);
    print("errors", f64::from(u32::try_from(noted.errors.len()).unwrap_or(u32::MAX)));
    noted.errors.sort();
    noted.errors.dedup();
    noted.errors.iter().take(TOLD).for_each(|error| eprintln!("{error}"));
}
