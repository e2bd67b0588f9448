//! Runs the cases of one parser, watches each, and says how many there were.

use linchpin_testkit::hostile;
use linchpin_testkit::rng::Seeded;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Cases of each parser.
const CASES: u64 = 10_000;
/// How many run for a release.
const LONG: u64 = 300_000;
/// One that takes longer hangs.
const MOST_TIME: Duration = Duration::from_secs(1);
/// The most memory that the whole process may ever have taken, in KiB: so every case stays below it.
const MOST_KIB: u64 = 256 << 10;
/// Cases that are shown when they fail.
const SHOWN: usize = 5;
/// One parser at a time: memory is the whole process's.
static ALONE: Mutex<()> = Mutex::new(());

/// Hands hostile bodies to a parser; `take` tells whether one was believed.
pub(crate) fn each(name: &str, good: &[Vec<u8>], mut take: impl FnMut(&mut Seeded, Vec<u8>) -> bool) {
    assert!(!good.is_empty(), "{name}: nothing was said that could be spoilt");
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let long = std::env::var_os("LINCHPIN_LONG").is_some();
    let only = std::env::var("LINCHPIN_SEED").ok().and_then(|seed| seed.parse().ok());
    let (from, to) = only.map_or((0, if long { LONG } else { CASES }), |seed: u64| (seed, seed + 1));
    let (mut wrong, mut believed, mut slowest, mut ran) = (Vec::new(), 0, Duration::ZERO, 0);
    for seed in from..to {
        let mut rng = Seeded::new(seed);
        let body = hostile::body(&mut rng, good);
        let began = Instant::now();
        let taken = catch_unwind(AssertUnwindSafe(|| take(&mut rng, body)));
        let took = began.elapsed();
        slowest = slowest.max(took);
        ran += 1;
        match taken {
            Err(_) => wrong.push(format!("{seed} panics")),
            Ok(_) if took > MOST_TIME => wrong.push(format!("{seed} takes {took:?}")),
            Ok(taken) => believed += u64::from(taken),
        }
    }
    let most = most_kib();
    eprintln!("hostile: {name}: {ran} bodies, {believed} believed, slowest {slowest:?}, memory {most:?} KiB");
    wrong.truncate(SHOWN);
    assert!(
        wrong.is_empty(),
        "{name}: {wrong:?}\nagain: LINCHPIN_SEED=... cargo test --workspace --test hostile"
    );
    assert!(ran >= CASES || only.is_some(), "only {ran} cases");
    assert!(most.is_none_or(|kib| kib < MOST_KIB), "{name}: the process has taken {most:?} KiB");
}

/// Returns the most memory that the process has ever taken, where the system tells.
fn most_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
