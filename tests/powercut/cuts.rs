//! Builds images, says how many there were, and how to build a failing one again. The same recordings read as if
//! the stores had asked for less must fail: what finds nothing proves nothing.

use crate::judge::Wrong;
use crate::workload::{Promise, Workload};
use crate::{client, hub, judge, judge_hub};
use linchpin_testkit::device::folder;
use linchpin_testkit::disk::Honesty;
use linchpin_testkit::rng::Seeded;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many images are built where nobody asks for more.
const IMAGES: u64 = 4_200;
/// How many are built for a release.
const LONG: u64 = 100_000;
/// Fewer than this is a failure, however well they went.
const FLOOR: u64 = 4_000;
/// Fewer workloads than this is a failure.
const FEWEST_WORKLOADS: usize = 8;
/// How many images show that a store which asks for less is found out.
const CALIBRATION: u64 = 450;
/// The share of those that must fail, in a hundred.
const FOUND: u64 = 10;
/// Where seeds begin.
const FIRST_SEED: u64 = 4_000_000;
/// After how many failures no more images are built.
const MOST_FAILURES: usize = 5;
/// How long it may take before no more are begun.
const MOST: Duration = Duration::from_secs(400);

/// What came of many images.
#[derive(Default)]
struct Sums {
    images: u64,
    broken: u64,
    lost: u64,
    seeds: Vec<u64>,
}

#[test]
fn a_power_cut_loses_no_acknowledged_word() {
    let workloads = recorded();
    if let Some(seed) = std::env::var("LINCHPIN_SEED").ok().and_then(|seed| seed.parse().ok()) {
        let wrong = judged(&workloads, seed, Honesty::Full);
        assert!(wrong.is_ok(), "seed {seed}: {wrong:?}");
        return;
    }
    assert!(workloads.len() >= FEWEST_WORKLOADS, "only {} workloads", workloads.len());
    for (honesty, name) in [(Honesty::Normal, "NORMAL"), (Honesty::Off, "OFF")] {
        let sums = many(&workloads, CALIBRATION, honesty);
        eprintln!(
            "power cuts with synchronous={name}: of {} images {} lost what was acknowledged, {} were broken",
            sums.images, sums.lost, sums.broken
        );
        assert!(sums.lost * 100 >= sums.images * FOUND, "{name} is not found out: {} lost", sums.lost);
        // Only OFF damages a store; NORMAL loses commits and no more, here as on a true disk.
        let breaks = sums.broken * 100 >= sums.images * FOUND;
        assert!(breaks == (honesty == Honesty::Off), "{name} breaks {}", sums.broken);
    }
    let began = Instant::now();
    let count = if std::env::var_os("LINCHPIN_LONG").is_some() { LONG } else { IMAGES };
    let sums = many(&workloads, count, Honesty::Full);
    eprintln!(
        "power cuts: {} images from seed {FIRST_SEED} over {} workloads in {:.1} s, {} lost, {} broken",
        sums.images,
        workloads.len(),
        began.elapsed().as_secs_f64(),
        sums.lost,
        sums.broken
    );
    assert!(sums.seeds.is_empty(), "images went wrong: {:?}", sums.seeds);
    assert!(sums.images >= FLOOR, "only {} images, {FLOOR} are the least", sums.images);
}

fn recorded() -> Vec<Workload> {
    let all = client::WORKLOADS.iter().chain(&hub::WORKLOADS);
    let all: Vec<Workload> = all.map(|run| run().expect("the workload runs")).collect();
    for workload in &all {
        let (name, moments, promises) = (workload.name, workload.recording.len(), workload.promises.len());
        eprintln!("power cuts: {name}: {moments} moments, {promises} promises");
        assert!(promises > 0, "{name} promises nothing");
    }
    all
}

/// Builds many images on two threads, each of the next seed.
fn many(workloads: &[Workload], count: u64, honesty: Honesty) -> Sums {
    let (began, next, sums) = (Instant::now(), AtomicU64::new(0), Mutex::new(Sums::default()));
    let work = || {
        while began.elapsed() < MOST {
            let n = next.fetch_add(1, Ordering::Relaxed);
            if n >= count {
                break;
            }
            let judged = judged(workloads, FIRST_SEED + n, honesty);
            let mut sums = sums.lock().unwrap_or_else(PoisonError::into_inner);
            sums.add(FIRST_SEED + n, judged, honesty);
            if honesty == Honesty::Full && sums.seeds.len() >= MOST_FAILURES {
                break;
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    sums.into_inner().unwrap_or_else(PoisonError::into_inner)
}

impl Sums {
    fn add(&mut self, seed: u64, judged: Result<(), (&'static str, Wrong)>, honesty: Honesty) {
        self.images += 1;
        let Err((name, wrong)) = judged else { return };
        match &wrong {
            Wrong::Lost(_) => self.lost += 1,
            Wrong::Broken(_) => self.broken += 1,
        }
        if honesty == Honesty::Full {
            eprintln!("seed {seed} ({name}): {wrong:?}");
            eprintln!("  again: LINCHPIN_SEED={seed} cargo test --workspace --test powercut");
            self.seeds.push(seed);
        }
    }
}

/// Builds the image of a seed and judges it.
fn judged(workloads: &[Workload], seed: u64, honesty: Honesty) -> Result<(), (&'static str, Wrong)> {
    let count = u64::try_from(workloads.len()).expect("it fits");
    let workload = &workloads[usize::try_from(seed % count).expect("it fits")];
    let mut rng = Seeded::new(seed);
    let moment = cut_at(workload, &mut rng);
    let promises: Vec<&Promise> =
        workload.promises.iter().filter(|promise| promise.moment <= moment).collect();
    let wrong = |wrong| (workload.name, wrong);
    let place = folder().map_err(|error| wrong(judge::broken(error)))?;
    let built = workload.recording.image(moment, honesty, &mut rng, place.path());
    built.map_err(|error| wrong(judge::broken(error)))?;
    let judge = if workload.of_hub { judge_hub::judge } else { judge::judge };
    judge(workload, &promises, place.path(), &mut rng).map_err(wrong)
}

/// Draws when the power is cut: right after a promise as often as at any other moment.
fn cut_at(workload: &Workload, rng: &mut Seeded) -> usize {
    if rng.chance(500) {
        rng.pick(&workload.promises).map_or(0, |promise| promise.moment)
    } else {
        rng.index(workload.recording.len() + 1)
    }
}
