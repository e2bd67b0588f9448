//! A full disk and a broken one, at every single write of a workload of the local store: the call that meets it
//! says what it is, what was saved stays, nothing is there twice, and the same store goes on when it is over.

use crate::client::{begun, types, watched};
use crate::workload::Line;
use linchpin_domain::record::call::Call;
use linchpin_store::{Config, StoreError, open};
use linchpin_testkit::KitError;
use linchpin_testkit::build::{answer, call};
use linchpin_testkit::clock::{BEGAN_MS, Time};
use linchpin_testkit::device::{Device, Ended, VERSION, folder, key};
use linchpin_testkit::disk::{Disk, Failing};
use linchpin_testkit::editor::plain_of;
use linchpin_testkit::hub::HubEnd;
use linchpin_testkit::hub_real::HubReal;
use linchpin_testkit::people::asha;
use linchpin_testkit::rng::Seeded;
use linchpin_tests::words::{count, words};
use serde_json::json;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// The most writes of a workload that are tried one by one.
const MOST: u64 = 2_000;
/// Fewer than this is a failure: then there was not much of a workload.
const FLOOR: u64 = 150;
/// Words that are typed.
const WORDS: usize = 6;

/// Every way in which the n-th write fails.
pub(crate) const KINDS: [fn(u64) -> Failing; 3] =
    [Failing::FullFrom, Failing::BrokenFrom, Failing::BrokenOnce];

/// How a run's disk will fail.
#[derive(Clone, Copy)]
pub(crate) struct Planned {
    kind: fn(u64) -> Failing,
    n: u64,
}

impl Planned {
    /// Returns the fault, counted from so many writes on.
    pub(crate) fn after(self, writes: u64) -> Failing {
        (self.kind)(writes + self.n)
    }
}

/// What one run met.
#[derive(Default)]
pub(crate) struct Met {
    /// Calls that failed.
    pub(crate) failed: u64,
    /// Writes, cuts and syncs, refused ones included.
    pub(crate) writes: u64,
}

#[test]
fn a_full_or_broken_disk_loses_nothing_that_was_saved() {
    at_every_write("the local store", FLOOR, run);
}

#[test]
fn a_store_that_a_full_or_broken_disk_kept_from_opening_opens_afterwards() {
    at_every_write("opening a store", 20, opens);
}

/// Makes a store and opens it again, each time once more where the disk failed.
fn opens(failing: Option<Planned>) -> Result<Met, String> {
    let folder = folder().map_err(|error| error.to_string())?;
    let disk = Disk::watch(folder.path()).map_err(|error| error.to_string())?;
    let failing = failing.map(|planned| planned.after(0));
    disk.fails(failing);
    let mut met = Met::default();
    let open = |seed: u64| {
        let config = Config::new(folder.path()).with_random(Seeded::new(seed).for_store());
        open(config, &key(), BEGAN_MS, VERSION)
    };
    for seed in 62..64 {
        let mut opened = open(seed);
        if let Err(error) = opened {
            is_named(&error.into(), failing)?;
            met.failed += 1;
            disk.fails(None);
            opened = open(seed);
        }
        let store = opened.map_err(|error| format!("it does not open afterwards: {error}"))?;
        match store.check_file() {
            // The check brings the log in, which may meet the fault.
            Err(error) if met.failed == 0 => is_named(&error.into(), failing)?,
            checked => _ = checked.map_err(|error| format!("the check: {error}"))?,
        }
    }
    met.writes = disk.writes();
    Ok(met)
}

/// Runs a workload once to count its writes, and once more for each of them and each way to fail.
pub(crate) fn at_every_write(name: &str, floor: u64, run: fn(Option<Planned>) -> Result<Met, String>) {
    let writes = run(None).expect("it runs on a sound disk").writes;
    let tried = writes.min(MOST);
    assert!(tried >= floor, "only {tried} writes, {floor} are the least");
    let (next, failed, wrong) = (AtomicU64::new(0), AtomicU64::new(0), Mutex::new(Vec::new()));
    let work = || {
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed) + 1;
            if n > tried {
                break;
            }
            for kind in KINDS {
                match run(Some(Planned { kind, n })) {
                    Ok(met) => _ = failed.fetch_add(met.failed, Ordering::Relaxed),
                    Err(why) => wrong.lock().expect("no run panics").push(format!("{:?}: {why}", kind(n))),
                }
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    let (failed, wrong) = (failed.into_inner(), wrong.into_inner().expect("no run panics"));
    let kinds = KINDS.len();
    eprintln!(
        "faults of {name}: each of {tried} writes in {kinds} ways, {failed} calls failed and were named"
    );
    assert!(
        wrong.is_empty(),
        "{} runs went wrong:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(20)].join("\n")
    );
    assert!(failed >= tried, "most faults must reach a call: {failed}");
}

/// What is done, one after the other. A step that failed is done again when the fault is over.
#[derive(Debug, Clone, Copy)]
enum Step {
    Begin,
    Type(usize),
    Title(usize),
    Undo,
    Sync,
    BackUp,
}

fn steps() -> Vec<Step> {
    let mut steps = vec![Step::Begin];
    for n in 0..WORDS {
        steps.push(Step::Type(n));
        match n % 4 {
            1 => steps.extend([Step::Title(n), Step::Undo]),
            2 => steps.push(Step::Sync),
            3 => steps.push(Step::BackUp),
            _ => {}
        }
    }
    steps
}

/// Does all steps on a disk that fails, heals it when a step fails, and looks at what is there at the end.
fn run(failing: Option<Planned>) -> Result<Met, String> {
    let time = Time::default();
    let told = |error: KitError| error.to_string();
    let (device, disk) = watched(asha(), &time, 60).map_err(told)?;
    let before = disk.writes();
    let failing = failing.map(|planned| planned.after(before));
    disk.fails(failing);
    let mut met = Met::default();
    let mut device = device.folding_from(3);
    let mut hub = HubReal::new(Seeded::new(61), time.now_ms()).map_err(told)?;
    hub.admit(device.joining().map_err(told)?, time.now_ms()).map_err(told)?;
    let typed = words(60, "e", WORDS);
    for step in steps() {
        let done = does(step, &mut device, &mut hub, &typed);
        let Err(error) = done else { continue };
        is_named(&error, failing).map_err(|why| format!("{step:?}: {why}"))?;
        met.failed += 1;
        disk.fails(None);
        device.alarms.clear();
        does(step, &mut device, &mut hub, &typed)
            .map_err(|error| format!("{step:?} fails again when the fault is over: {error}"))?;
    }
    disk.fails(None);
    met.writes = disk.writes() - before;
    for is_reopened in [false, true] {
        if is_reopened {
            device.dies().map_err(told)?;
        }
        is_whole(&device, &typed).map_err(|why| format!("reopened: {is_reopened}: {why}"))?;
    }
    Ok(met)
}

fn does(step: Step, device: &mut Device, hub: &mut HubReal, typed: &[String]) -> Result<(), KitError> {
    match step {
        Step::Begin => {
            // A call that was made before the fault is not made twice.
            if device.store().read(|reader| reader.get::<Call>(call(0)))?.is_none() {
                return begun(device);
            }
            device.begins_response(0, 3)
        }
        Step::Type(n) => types(device, answer(0, 0), &typed[n]).map(|_| ()),
        Step::Title(n) => {
            let title = json!(format!("Title {n}"));
            device.store().transact(&device.by("set"), |tx| tx.set::<Call>(call(0), "title", title))?;
            Ok(())
        }
        Step::Undo => device.store().undo(None, &device.by("undo")).map(|_| ()).map_err(KitError::from),
        Step::BackUp => device.backs_up().map(|_| ()),
        Step::Sync => match (device.syncs(&mut Line::to(hub))?, device.alarms.first()) {
            (Ended::InStep, None) => Ok(()),
            (ended, alarm) => Err(KitError::Hub(format!("{ended:?}: {alarm:?}"))),
        },
    }
}

/// A full disk is called full, a broken one broken; anything else would be told wrong to a person.
fn is_named(error: &KitError, failing: Option<Failing>) -> Result<(), String> {
    let is_full = matches!(failing, Some(Failing::FullFrom(_)));
    let fits = match error {
        KitError::Store(StoreError::DiskFull) => is_full,
        KitError::Store(StoreError::Io(_)) => !is_full && failing.is_some(),
        // Sync tells its faults as the words of the store.
        KitError::Hub(said) if is_full => said.contains(&StoreError::DiskFull.to_string()),
        KitError::Hub(said) => failing.is_some() && said.contains("the disk did not answer as it should"),
        _ => false,
    };
    if fits { Ok(()) } else { Err(format!("the wrong error: {error:?}")) }
}

fn is_whole(device: &Device, typed: &[String]) -> Result<(), String> {
    let told = |error: StoreError| error.to_string();
    device.store().check_file().map_err(told)?;
    let (doc, _) = device.opened(answer(0, 0), 0).map_err(|error| error.to_string())?;
    let found = count(typed, &plain_of(&doc).map_err(|error| error.to_string())?);
    if !found.lost.is_empty() || !found.doubled.is_empty() {
        return Err(format!("{found:?}"));
    }
    let title = device.store().read(|reader| reader.get::<Call>(call(0))).map_err(told)?;
    match title {
        Some(row) if row.record.title == "Sample call" => Ok(()),
        other => Err(format!("what was taken back stands: {:?}", other.map(|row| row.record.title))),
    }
}
