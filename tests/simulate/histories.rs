//! Runs histories, says how many ran, and how to play a failure again.

use crate::oracle::judge;
use crate::plan::Bug;
use crate::world::{Counts, World};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many histories run where nobody asks for more.
const HISTORIES: u64 = 600;
/// How many run for a release.
const LONG: u64 = 20_000;
/// Fewer than this is a failure, however well they went.
const FLOOR: u64 = 300;
/// Where fresh seeds begin.
const FIRST_SEED: u64 = 1_000_000;
/// After how many failures no more histories are begun.
const MOST_FAILURES: usize = 3;
/// How long they may take before no more are begun.
const MOST: Duration = Duration::from_secs(170);
/// Seeds of histories that went wrong once: they are played first, for ever.
const KEPT: &str = include_str!("../seeds/simulate.txt");

/// What one history, or all of them, came to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Played {
    pub(crate) faults: Vec<String>,
    histories: u64,
    words: u64,
    beside: u64,
    edits: u64,
    requests: u64,
    counts: Counts,
}

impl Played {
    fn add(&mut self, other: &Self) {
        self.histories += 1;
        self.words += other.words;
        self.beside += other.beside;
        self.edits += other.edits;
        self.requests += other.requests;
        self.counts.rounds += other.counts.rounds;
        self.counts.deaths += other.counts.deaths;
        self.counts.devices_back += other.counts.devices_back;
        self.counts.hubs_back += other.counts.hubs_back;
    }
}

/// Plays one history.
pub(crate) fn play(seed: u64, bug: Option<Bug>, real_hub: bool) -> Played {
    let tried = catch_unwind(AssertUnwindSafe(|| played(seed, bug, real_hub)));
    let fault = |fault: String| Played { faults: vec![fault], ..Played::default() };
    match tried {
        Ok(Ok(played)) => played,
        Ok(Err(error)) => fault(error),
        Err(_) => fault("it panicked".to_owned()),
    }
}

fn played(seed: u64, bug: Option<Bug>, real_hub: bool) -> Result<Played, String> {
    let mut world = World::new(seed, bug, real_hub).map_err(|error| error.to_string())?;
    world.plays().map_err(|error| format!("while it was played: {error}"))?;
    let rests = world.heals(12).map_err(|error| format!("while it healed: {error}"))?;
    let mut beside = 0;
    let mut faults =
        judge(&mut world, &mut beside).map_err(|error| format!("while it was judged: {error}"))?;
    if !rests {
        faults.insert(0, "it does not come to rest".to_owned());
    }
    let out = &world.out;
    let count = |len: usize| u64::try_from(len).unwrap_or(u64::MAX);
    Ok(Played {
        faults,
        histories: 1,
        words: count(out.model.words.len()),
        beside,
        edits: count(out.model.edits.len() + out.model.writes.len()),
        requests: out.line.requests(),
        counts: out.counts,
    })
}

#[test]
fn no_word_is_lost_with_the_products_hub() {
    no_word_is_lost(true);
}

#[test]
fn no_word_is_lost_with_the_hub_in_memory() {
    no_word_is_lost(false);
}

fn no_word_is_lost(real_hub: bool) {
    let name = if real_hub { "the_products_hub" } else { "the_hub_in_memory" };
    if let Some(seed) = std::env::var("LINCHPIN_SEED").ok().and_then(|seed| seed.parse().ok()) {
        let played = play(seed, None, real_hub);
        eprintln!("simulate: {played:?}");
        assert!(played.faults.is_empty(), "seed {seed}:\n{}", played.faults.join("\n"));
        return;
    }
    let long = std::env::var_os("LINCHPIN_LONG").is_some();
    let (count, most) = if long { (LONG, Duration::MAX) } else { (HISTORIES, MOST) };
    let kept: Vec<u64> =
        KEPT.lines().filter_map(|line| line.split_whitespace().next()?.parse().ok()).collect();
    let (began, next) = (Instant::now(), AtomicU64::new(0));
    let sums = Mutex::new((Played::default(), Vec::new()));
    let work = || {
        while began.elapsed() < most {
            let n = next.fetch_add(1, Ordering::Relaxed);
            if n >= count {
                break;
            }
            let seed = usize::try_from(n).ok().and_then(|n| kept.get(n)).copied().unwrap_or(FIRST_SEED + n);
            let played = play(seed, None, real_hub);
            let mut sums = sums.lock().unwrap_or_else(PoisonError::into_inner);
            sums.0.add(&played);
            if !played.faults.is_empty() {
                eprintln!("seed {seed}: {}", played.faults.join("\n  "));
                eprintln!(
                    "  again: LINCHPIN_SEED={seed} cargo test -p linchpin-tests --test simulate {name}"
                );
                sums.1.push(seed);
            }
            if sums.1.len() >= MOST_FAILURES {
                break;
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    let (all, failed) = sums.into_inner().unwrap_or_else(PoisonError::into_inner);
    eprintln!(
        "simulate: {} histories with {name} in {:.1} s: {all:?}",
        all.histories,
        began.elapsed().as_secs_f64()
    );
    assert!(failed.is_empty(), "histories went wrong: {failed:?}");
    assert!(all.histories >= FLOOR, "only {} histories ran, {FLOOR} are the least", all.histories);
    let tried = [all.beside, all.counts.deaths, all.counts.devices_back, all.counts.hubs_back];
    assert!(tried.iter().all(|count| *count > 0), "something was never tried: {all:?}");
}
