//! Workloads of the hub's store, each on a disk that is recorded. What the hub promises is its answer.

use crate::client::{begun, types};
use crate::workload::{Fact, Line, Promises, Workload};
use linchpin_domain::role::NetworkRole;
use linchpin_hub::{Hub, HubError};
use linchpin_protocol::account::JoinAnswer;
use linchpin_sync::seam::{Call, Reply, Terms};
use linchpin_testkit::KitError;
use linchpin_testkit::build::answer;
use linchpin_testkit::clock::Time;
use linchpin_testkit::device::{Device, folder};
use linchpin_testkit::disk::Disk;
use linchpin_testkit::hub::{HubEnd, Joining};
use linchpin_testkit::hub_real::{HubReal, join_request};
use linchpin_testkit::people::{asha, ben, carol};
use linchpin_testkit::rng::Seeded;
use linchpin_tests::words::words;
use std::path::Path;

/// Everything the hub's store does.
pub(crate) const WORKLOADS: [fn() -> Result<Workload, KitError>; 3] = [pushing, joining, older_file];

fn hub_error(error: HubError) -> KitError {
    KitError::Hub(error.to_string())
}

/// Sets a hub up on a disk.
pub(crate) fn set_up(place: &Path, time: &Time, seed: u64) -> Result<HubReal, KitError> {
    let random = Seeded::new(seed).for_store();
    let hub = Hub::init(place, "Sample network", time.now_ms(), random).map_err(hub_error)?;
    Ok(HubReal::over(hub, Seeded::new(seed + 1)))
}

/// Lets a device in.
pub(crate) fn admitted(hub: &mut HubReal, device: &Device, time: &Time) -> Result<Joining, KitError> {
    let joining = device.joining()?;
    hub.admit(joining, time.now_ms())?;
    Ok(joining)
}

/// Two desks that write in the same answers, record by record and word by word.
fn push_from(
    hub: &mut HubReal,
    desks: &mut [Device],
    promises: &mut Promises,
    seed: u64,
    count: usize,
) -> Result<(), KitError> {
    for (n, word) in words(seed, "p", count).iter().enumerate() {
        let at = n % desks.len();
        let desk = &mut desks[at];
        types(desk, answer(0, 0), word)?;
        let mut line = Line::to(hub);
        desk.syncs(&mut line)?;
        let pushed = std::mem::take(&mut line.pushed);
        promises.made(
            pushed.into_iter().map(|(device, terms, push, answer)| Fact::Pushed(device, terms, push, answer)),
        )?;
    }
    Ok(())
}

fn pushing() -> Result<Workload, KitError> {
    let (folder, time) = (folder()?, Time::default());
    let mut promises = Promises::on(Disk::watch(folder.path())?);
    let mut hub = set_up(folder.path(), &time, 20)?;
    let mut desks = [
        Device::new(asha(), time.clock(0), Seeded::new(22), true)?,
        Device::new(ben(), time.clock(0), Seeded::new(23), true)?,
    ];
    let joined = desks.iter().map(|desk| admitted(&mut hub, desk, &time)).collect::<Result<_, _>>()?;
    begun(&desks[0])?;
    desks[0].syncs(&mut Line::to(&mut hub))?;
    desks[1].syncs(&mut Line::to(&mut hub))?;
    push_from(&mut hub, &mut desks, &mut promises, 21, 40)?;
    promises.kept_by_hub("pushing", joined)
}

/// People who come in, one after the other, each by an invitation.
fn joining() -> Result<Workload, KitError> {
    let (folder, time) = (folder()?, Time::default());
    let mut promises = Promises::on(Disk::watch(folder.path())?);
    let mut hub = set_up(folder.path(), &time, 30)?;
    let mut joined = Vec::new();
    for n in 0..20 {
        let person = [asha(), ben(), carol()][n % 3];
        let device = Device::new(person, time.clock(0), Seeded::new(40 + n as u64), true)?;
        let joining = device.joining()?;
        hub.signs_for(&joining);
        let email = format!("{}@example.org", person.name);
        let invited = hub.hub().invite(&email, NetworkRole::Member, time.now_ms()).map_err(hub_error)?;
        joins(&mut hub, &joining, &invited.code, time.now_ms())?.expect("the invitation is good");
        joined.push(joining);
        promises.made([Fact::Joined(joining, invited.code)])?;
    }
    promises.kept_by_hub("joining", joined)
}

/// Asks to join; none where the hub says no.
pub(crate) fn joins(
    hub: &mut HubReal,
    joining: &Joining,
    code: &str,
    now_ms: u64,
) -> Result<Option<JoinAnswer>, KitError> {
    let request = join_request(joining, code.to_owned());
    match hub.ask(joining.device, &Call::Join(request), Terms { hub_now_ms: now_ms, epoch: 0 }, now_ms) {
        Ok(Reply::Join(answer)) => Ok(Some(answer)),
        Ok(other) => Err(KitError::Hub(format!("{other:?}"))),
        Err(_) => Ok(None),
    }
}

/// A hub's file of an older version that is brought to this one's form, and worked on.
fn older_file() -> Result<Workload, KitError> {
    let (folder, time) = (folder()?, Time::default());
    let mut hub = set_up(folder.path(), &time, 50)?;
    let mut desks = [Device::new(asha(), time.clock(0), Seeded::new(52), true)?];
    let joined = vec![admitted(&mut hub, &desks[0], &time)?];
    begun(&desks[0])?;
    let mut line = Line::to(&mut hub);
    desks[0].syncs(&mut line)?;
    let pushed = std::mem::take(&mut line.pushed);
    drop(hub);
    make_older(&folder.path().join("hub.db")).map_err(|error| KitError::Disk(error.to_string()))?;
    let mut promises = Promises::on(Disk::watch(folder.path())?);
    promises.made(
        pushed.into_iter().map(|(device, terms, push, answer)| Fact::Pushed(device, terms, push, answer)),
    )?;
    let opened = Hub::open(folder.path(), time.now_ms(), Seeded::new(53).for_store()).map_err(hub_error)?;
    let mut hub = HubReal::over(opened, Seeded::new(54));
    hub.signs_for(&joined[0]);
    push_from(&mut hub, &mut desks, &mut promises, 51, 20)?;
    promises.kept_by_hub("older file of the hub", joined)
}

/// Takes the newest steps of the file's form back, as a file of before them was.
fn make_older(path: &Path) -> Result<(), rusqlite::Error> {
    let db = rusqlite::Connection::open(path)?;
    db.execute_batch(
        "DROP TABLE file_upload; DROP TABLE file;
         DROP TABLE session; DROP TABLE recovery_code; DROP TABLE account; DROP TABLE hub_setting;
         DROP INDEX look_by_answer; DROP TABLE audit; DROP TABLE deed; DROP TABLE deletion;
         DROP TABLE deletion_confirmed; ALTER TABLE person DROP COLUMN region;
         ALTER TABLE invitation DROP COLUMN region; ALTER TABLE invitation DROP COLUMN made_by;
         ALTER TABLE device DROP COLUMN why; PRAGMA user_version = 1;",
    )
}
