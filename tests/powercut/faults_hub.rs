//! A full disk and a broken one, at every single write of the hub's store: desks are told that it is busy, or that
//! something went wrong, and to come again; what was answered stays, and the same hub goes on when it is over.

use crate::client::{begun, types};
use crate::faults::{Met, Planned, at_every_write};
use crate::hub::{admitted, set_up};
use linchpin_domain::id::DeviceId;
use linchpin_hub::{Hub, HubError};
use linchpin_protocol::error::ErrorCode;
use linchpin_sync::engine::Action;
use linchpin_sync::seam::{Ask, Fault, Reply};
use linchpin_testkit::KitError;
use linchpin_testkit::build::answer;
use linchpin_testkit::clock::Time;
use linchpin_testkit::device::{Around, Device, Ended, When, folder};
use linchpin_testkit::disk::{Disk, Failing};
use linchpin_testkit::editor::plain_of;
use linchpin_testkit::hub::HubEnd;
use linchpin_testkit::hub_real::HubReal;
use linchpin_testkit::people::{asha, ben};
use linchpin_testkit::rng::Seeded;
use linchpin_tests::words::{count, words};

/// Fewer writes than this is a failure: then there was not much of a workload.
const FLOOR: u64 = 60;
/// Words that are pushed.
const WORDS: usize = 8;

/// A line on which refusals are noted.
struct Noted<'a> {
    hub: &'a mut HubReal,
    refused: Vec<Fault>,
}

impl Around for Noted<'_> {
    fn carry(&mut self, device: DeviceId, ask: &Ask) -> Result<Reply, Fault> {
        let reply = self.hub.ask(device, &ask.call, ask.terms, ask.terms.hub_now_ms);
        self.refused.extend(reply.as_ref().err().cloned());
        reply
    }

    fn dies(&mut self, _: When, _: &Action) -> bool {
        false
    }

    fn meanwhile(&mut self, _: &mut Device) -> Result<(), KitError> {
        Ok(())
    }
}

#[test]
fn a_full_or_broken_disk_of_the_hub_loses_nothing_that_was_answered() {
    at_every_write("the hub's store", FLOOR, run);
}

#[test]
fn setting_a_hub_up_on_a_full_or_broken_disk_can_be_done_again() {
    at_every_write("setting a hub up", 20, sets_up);
}

fn sets_up(failing: Option<Planned>) -> Result<Met, String> {
    let (folder, time) = (folder().map_err(|error| error.to_string())?, Time::default());
    let disk = Disk::watch(folder.path()).map_err(|error| error.to_string())?;
    disk.fails(failing.map(|planned| planned.after(0)));
    let again =
        |seed: u64| Hub::init(folder.path(), "Sample network", time.now_ms(), Seeded::new(seed).for_store());
    let mut met = Met::default();
    let mut made = again(70);
    if let Err(error) = &made {
        let is_full = matches!(failing.map(|planned| planned.after(0)), Some(Failing::FullFrom(_)));
        if is_full != matches!(error, HubError::Full) {
            return Err(format!("the wrong error: {error}"));
        }
        (met.failed, _) = (1, disk.fails(None));
        made = again(71);
    }
    let hub = made.map_err(|error| format!("it cannot be set up again: {error}"))?;
    disk.fails(None);
    met.writes = disk.writes();
    hub.backup(&folder.path().join("checked")).map_err(|error| error.to_string())?;
    Ok(met)
}

fn run(failing: Option<Planned>) -> Result<Met, String> {
    let told = |error: KitError| error.to_string();
    let (folder, time) = (folder().map_err(|error| error.to_string())?, Time::default());
    let disk = Disk::watch(folder.path()).map_err(told)?;
    let mut hub = set_up(folder.path(), &time, 80).map_err(told)?;
    let desk = |person, seed| Device::new(person, time.clock(0), Seeded::new(seed), false).map_err(told);
    let (mut desk, mut reader) = (desk(asha(), 82)?, desk(ben(), 83)?);
    admitted(&mut hub, &desk, &time).map_err(told)?;
    let joined = admitted(&mut hub, &reader, &time).map_err(told)?;
    begun(&desk).map_err(told)?;
    let before = disk.writes();
    let failing = failing.map(|planned| planned.after(before));
    disk.fails(failing);
    let (typed, mut met) = (words(80, "h", WORDS), Met::default());
    for word in &typed {
        types(&mut desk, answer(0, 0), word).map_err(told)?;
        if in_step(&mut desk, &mut hub, failing)? {
            continue;
        }
        met.failed += 1;
        disk.fails(None);
        if !in_step(&mut desk, &mut hub, None)? {
            return Err("it refuses when the fault is over".to_owned());
        }
    }
    disk.fails(None);
    met.writes = disk.writes() - before;
    reads_all(&mut reader, &mut hub, &typed)?;
    // And once more from the file.
    drop(hub);
    let opened = Hub::open(folder.path(), time.now_ms(), Seeded::new(84).for_store());
    let mut hub = HubReal::over(opened.map_err(|error| error.to_string())?, Seeded::new(85));
    hub.signs_for(&joined);
    reader.dies().map_err(told)?;
    reads_all(&mut reader, &mut hub, &typed)?;
    Ok(met)
}

/// Sends and fetches; tells whether all of it was taken. A refusal must be one that a desk understands.
fn in_step(desk: &mut Device, hub: &mut HubReal, failing: Option<Failing>) -> Result<bool, String> {
    let mut line = Noted { hub, refused: Vec::new() };
    let ended = desk.syncs(&mut line).map_err(|error| error.to_string())?;
    for fault in line.refused {
        let code = match &fault {
            Fault::Problem(problem) => problem.code,
            other => return Err(format!("no answer of a hub: {other:?}")),
        };
        let expected = match failing {
            Some(Failing::FullFrom(_)) => ErrorCode::Busy,
            Some(_) => ErrorCode::Internal,
            None => return Err(format!("refused without a fault: {code:?}")),
        };
        if code != expected {
            return Err(format!("told {code:?} in place of {expected:?}"));
        }
    }
    if desk.alarms.is_empty() { Ok(ended == Ended::InStep) } else { Err(desk.alarms.join(", ")) }
}

fn reads_all(reader: &mut Device, hub: &mut HubReal, typed: &[String]) -> Result<(), String> {
    if !in_step(reader, hub, None)? {
        return Err("the reader does not come to rest".to_owned());
    }
    let told = |error: KitError| error.to_string();
    let (doc, _) = reader.opened(answer(0, 0), 0).map_err(told)?;
    let found = count(typed, &plain_of(&doc).map_err(|error| error.to_string())?);
    let whole = found.lost.is_empty() && found.doubled.is_empty();
    if whole { Ok(()) } else { Err(format!("{found:?}")) }
}
