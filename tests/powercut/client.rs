//! Workloads of the local store, each on a disk that is recorded.

use crate::workload::{Fact, Line, Promises, Workload};
use linchpin_domain::id::AnswerId;
use linchpin_domain::record::call::Call;
use linchpin_domain::space::Space;
use linchpin_testkit::KitError;
use linchpin_testkit::build::{answer, call, response};
use linchpin_testkit::clock::Time;
use linchpin_testkit::device::{Backup, Device, KEY, folder, store_folder};
use linchpin_testkit::disk::Disk;
use linchpin_testkit::hub::HubEnd;
use linchpin_testkit::hub_real::HubReal;
use linchpin_testkit::people::{Person, asha, ben};
use linchpin_testkit::rng::Seeded;
use linchpin_tests::words::words;
use linchpin_text::edit::append;
use serde_json::json;

/// The questions of the call in which people write.
const QUESTIONS: u8 = 3;
/// Words that make a paragraph long enough to fill the log soon.
const LONG_PARAGRAPH: usize = 400;

/// Everything the local store does.
pub(crate) const WORKLOADS: [fn() -> Result<Workload, KitError>; 6] =
    [typing, fields_and_undo, settling, long_texts, older_file, backup_and_restore];

/// A device on a disk that is recorded from the first byte.
pub(crate) fn watched(person: Person, time: &Time, seed: u64) -> Result<(Device, Disk), KitError> {
    let folder = folder()?;
    std::fs::create_dir(store_folder(folder.path()))?;
    let disk = Disk::watch(&store_folder(folder.path()))?;
    Ok((Device::in_folder(folder, person, time.clock(0), Seeded::new(seed), true)?, disk))
}

/// Types words into an answer through the store's door, and returns what that promised.
pub(crate) fn types(device: &mut Device, into: AnswerId, text: &str) -> Result<Vec<Fact>, KitError> {
    let space = Space::Response(response(0));
    device.edits(into, &space, |doc| Ok(append(doc, text)))?.expect("words were added");
    let counter = device.store().identity()?.last_counter;
    let word = text.split(' ').next().expect("a word").to_owned();
    Ok(vec![Fact::Word(into, word), Fact::Counter(counter)])
}

/// An answer, the same for the same number.
fn some_answer(n: usize) -> AnswerId {
    answer(0, u8::try_from(n % usize::from(QUESTIONS)).expect("it fits"))
}

pub(crate) fn begun(device: &Device) -> Result<(), KitError> {
    device.brings_in(0, "Sample call", QUESTIONS)?;
    device.begins_response(0, QUESTIONS)
}

/// A new store, words typed one by one, and two starts between.
fn typing() -> Result<Workload, KitError> {
    let (mut device, disk) = watched(asha(), &Time::default(), 1)?;
    let mut promises = Promises::on(disk);
    begun(&device)?;
    for (n, word) in words(1, "t", 60).iter().enumerate() {
        let facts = types(&mut device, some_answer(n), word)?;
        promises.made(facts)?;
        if n % 25 == 20 {
            device.dies()?;
        }
    }
    promises.kept_by_client("typing", Vec::new())
}

/// Values set one over the other, every third one taken back.
fn fields_and_undo() -> Result<Workload, KitError> {
    let (device, disk) = watched(asha(), &Time::default(), 2)?;
    let mut promises = Promises::on(disk);
    let mut titles = words(2, "f", 41);
    device.brings_in(0, &titles[0], QUESTIONS)?;
    let fresh = titles.split_off(1);
    for (n, title) in fresh.into_iter().enumerate() {
        device.store().transact(&device.by("set"), |tx| tx.set::<Call>(call(0), "title", json!(title)))?;
        titles.push(title);
        promises.made([Fact::Title(titles.len() - 1)])?;
        if n % 3 == 2 {
            device.store().undo(None, &device.by("undo"))?;
            titles.push(titles[titles.len() - 2].clone());
            promises.made([Fact::Title(titles.len() - 1)])?;
        }
    }
    promises.kept_by_client("fields and undo", titles)
}

/// Two people who write apart and meet: first fill, pulled pages, push answers, folding.
fn settling() -> Result<Workload, KitError> {
    let time = Time::default();
    let mut hub = HubReal::new(Seeded::new(3), time.now_ms())?;
    let mut theirs = Device::new(asha(), time.clock(0), Seeded::new(4), true)?;
    hub.admit(theirs.joining()?, time.now_ms())?;
    begun(&theirs)?;
    theirs.syncs(&mut Line::to(&mut hub))?;
    let (ours, disk) = watched(ben(), &time, 5)?;
    let mut ours = ours.folding_from(4);
    let mut promises = Promises::on(disk);
    hub.admit(ours.joining()?, time.now_ms())?;
    ours.syncs(&mut Line::to(&mut hub))?;
    for (n, pair) in words(3, "s", 48).chunks(2).enumerate() {
        let mut facts = types(&mut theirs, some_answer(n), &pair[0])?;
        // The counter is theirs, and so is the promise.
        facts.truncate(1);
        theirs.syncs(&mut Line::to(&mut hub))?;
        let own = types(&mut ours, some_answer(n), &pair[1])?;
        promises.made(own)?;
        ours.syncs(&mut Line::to(&mut hub))?;
        promises.made(facts)?;
    }
    promises.kept_by_client("settling", Vec::new())
}

/// Texts so long that the log is brought into the store again and again.
fn long_texts() -> Result<Workload, KitError> {
    let (mut device, disk) = watched(asha(), &Time::default(), 6)?;
    let mut promises = Promises::on(disk);
    begun(&device)?;
    for n in 0..30 {
        let paragraph = words(1_000 + n, &format!("l{n:02}"), LONG_PARAGRAPH).join(" ");
        let facts = types(&mut device, some_answer(0), &paragraph)?;
        promises.made(facts)?;
    }
    promises.kept_by_client("long texts", Vec::new())
}

/// A file of an older version that is brought to this one's form, and worked on.
fn older_file() -> Result<Workload, KitError> {
    let folder = folder()?;
    let place = store_folder(folder.path());
    let kept = folder.path().join("kept");
    let time = Time::default();
    let mut device = Device::new(asha(), time.clock(0), Seeded::new(7), true)?;
    begun(&device)?;
    let mut facts = Vec::new();
    for (n, word) in words(4, "o", 12).iter().enumerate() {
        facts.extend(types(&mut device, some_answer(n), word)?);
    }
    device.store().backup_to(&kept)?;
    drop(device);
    std::fs::create_dir(&place)?;
    std::fs::rename(&kept, place.join("linchpin.db"))?;
    make_older(&place.join("linchpin.db")).map_err(|error| KitError::Disk(error.to_string()))?;
    let mut promises = Promises::on(Disk::watch(&place)?);
    promises.made(facts)?;
    let mut device = Device::in_folder(folder, asha(), time.clock(0), Seeded::new(8), true)?;
    for (n, word) in words(5, "n", 30).iter().enumerate() {
        let facts = types(&mut device, some_answer(n), word)?;
        promises.made(facts)?;
    }
    promises.kept_by_client("older file", Vec::new())
}

/// Takes the newest step of the file's form back, as a file of before it was.
fn make_older(path: &std::path::Path) -> Result<(), rusqlite::Error> {
    let db = rusqlite::Connection::open(path)?;
    let key: String = KEY.iter().map(|byte| format!("{byte:02x}")).collect();
    db.pragma_update(None, "key", format!("x'{key}'"))?;
    db.execute_batch(include_str!("../../crates/store/tests/data/form_18.sql"))
}

/// Backups, and two returns to an earlier one: words of after it are in the copy that was put aside.
fn backup_and_restore() -> Result<Workload, KitError> {
    let (mut device, disk) = watched(asha(), &Time::default(), 9)?;
    let mut promises = Promises::on(disk);
    begun(&device)?;
    for (n, some) in words(6, "b", 32).chunks(8).enumerate() {
        for word in &some[..4] {
            let facts = types(&mut device, some_answer(n), word)?;
            promises.made(facts.into_iter().take(1))?;
        }
        let backup = device.backs_up()?;
        let Backup::File(path) = &backup else { unreachable!("the store lies in a folder") };
        let name = path.strip_prefix(device.store().folder()).expect("it lies there").to_owned();
        promises.made([Fact::Backup(name)])?;
        for word in &some[4..] {
            let facts = types(&mut device, some_answer(n), word)?;
            promises.made(facts.into_iter().take(1))?;
        }
        if n % 2 == 1 {
            device.goes_back(&backup)?;
            promises.made([])?;
        }
    }
    promises.kept_by_client("backup and restore", Vec::new())
}
