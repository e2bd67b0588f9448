//! Runs histories, says how many ran, and how to play a failure again.

use crate::oracle::judge;
use crate::plan::Bug;
use crate::world::World;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How many histories run where nobody asks for more.
const HISTORIES: u64 = 600;
/// How many run for a release.
const LONG: u64 = 20_000;
/// Fewer than this is a failure, however well they went.
const FLOOR: u64 = 300;
/// How long they may take before no more are begun.
const MOST: Duration = Duration::from_secs(170);
/// Seeds of histories that went wrong once: they are played first, for ever.
const KEPT: &str = include_str!("../seeds/simulate.txt");

/// Plays one history and returns what was found wrong.
pub(crate) fn play(seed: u64, bug: Option<Bug>) -> Vec<String> {
    let played = catch_unwind(AssertUnwindSafe(|| {
        let mut world = World::new(seed, bug).map_err(|error| error.to_string())?;
        world.plays().map_err(|error| format!("while it was played: {error}"))?;
        if !world.heals(12).map_err(|error| format!("while it healed: {error}"))? {
            let faults = judge(&mut world).map_err(|error| error.to_string())?;
            return Ok([vec!["it does not come to rest".to_owned()], faults].concat());
        }
        judge(&mut world).map_err(|error| error.to_string())
    }));
    match played {
        Ok(Ok(faults)) => faults,
        Ok(Err(error)) => vec![error],
        Err(_) => vec!["it panicked".to_owned()],
    }
}

#[test]
fn no_word_is_lost_in_any_history() {
    if let Some(seed) = std::env::var("LINCHPIN_SEED").ok().and_then(|seed| seed.parse().ok()) {
        let faults = play(seed, None);
        assert!(faults.is_empty(), "seed {seed}:\n{}", faults.join("\n"));
        return;
    }
    let long = std::env::var_os("LINCHPIN_LONG").is_some();
    let (count, most) = if long { (LONG, Duration::MAX) } else { (HISTORIES, MOST) };
    let kept: Vec<u64> =
        KEPT.lines().filter_map(|line| line.split_whitespace().next()?.parse().ok()).collect();
    let began = Instant::now();
    let (next, ran) = (AtomicU64::new(0), AtomicU64::new(0));
    let failed: Vec<(u64, Vec<String>)> = std::thread::scope(|scope| {
        let work = || {
            let mut failed = Vec::new();
            while began.elapsed() < most && failed.len() < 3 {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= count {
                    break;
                }
                let seed =
                    usize::try_from(n).ok().and_then(|n| kept.get(n)).copied().unwrap_or(1_000_000 + n);
                let faults = play(seed, None);
                ran.fetch_add(1, Ordering::Relaxed);
                if !faults.is_empty() {
                    failed.push((seed, faults));
                }
            }
            failed
        };
        let threads: Vec<_> = (0..2).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().expect("a thread of histories ended badly"))
            .collect()
    });
    let ran = ran.load(Ordering::Relaxed);
    eprintln!("simulate: {ran} histories in {:.1} s", began.elapsed().as_secs_f64());
    for (seed, faults) in &failed {
        eprintln!("seed {seed}: {}", faults.join("\n  "));
        eprintln!("  again: LINCHPIN_SEED={seed} cargo test -p linchpin-tests --test simulate no_word");
    }
    assert!(failed.is_empty(), "{} histories went wrong", failed.len());
    assert!(ran >= FLOOR, "only {ran} histories ran, {FLOOR} are the least");
}
