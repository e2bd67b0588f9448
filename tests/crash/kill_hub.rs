//! The hub killed again and again while several people write and send: what it had acknowledged it still has when it
//! starts again, before anybody could send it a second time.

use crate::desks::Desk;
use linchpin_tests::hub::Hub;
use linchpin_tests::linchpin::Desk as Program;
use linchpin_tests::words::count;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::Duration;
use tempfile::TempDir;

/// How often it is killed; a release kills more.
const KILLS: u32 = 300;
const LONG: u32 = 1_000;
/// How many people write.
const WRITERS: usize = 3;

/// What the writers have in common.
#[derive(Default)]
struct Shared {
    /// Held by everybody who may send; taken whole while it is looked at what the hub has.
    sending: RwLock<()>,
    /// Words that the hub has acknowledged.
    sent: Mutex<Vec<String>>,
    ended: AtomicBool,
}

/// Writes a word and sends it, until the end. What a round without an answer sent is sent again by the next.
fn writes(shared: &Shared, desk: &Desk, who: usize) {
    let mut unsent = Vec::new();
    for n in 0_u64.. {
        if shared.ended.load(Ordering::Relaxed) {
            return;
        }
        let _may_send = shared.sending.read().unwrap_or_else(PoisonError::into_inner);
        let word = format!("h{who}n{n}z");
        desk.appends(&word);
        unsent.push(word);
        if desk.syncs() {
            shared.sent.lock().unwrap_or_else(PoisonError::into_inner).append(&mut unsent);
        }
    }
}

fn kills(hub: &mut Hub, shared: &Shared, reader: &Desk, most: u32) {
    for round in 1..=most {
        // At another moment each time, 3 to 60 ms after everybody could send again.
        std::thread::sleep(Duration::from_micros(3_000 + u64::from(round * 7_919 % 57_000)));
        hub.kill().unwrap();
        let everybody_waits = shared.sending.write().unwrap_or_else(PoisonError::into_inner);
        hub.start().unwrap();
        assert!(reader.syncs(), "the hub answers after kill {round}");
        let sent = shared.sent.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let found = count(&sent, &reader.text());
        assert!(found.lost.is_empty() && found.doubled.is_empty(), "after kill {round}: {found:?}");
        drop(everybody_waits);
    }
}

#[test]
fn what_the_hub_acknowledged_is_there_after_three_hundred_kills() {
    let folder = TempDir::new().unwrap();
    let mut hub = Hub::start_new(&folder.path().join("hub")).unwrap();
    let asha = Program::new(&folder.path().join("asha"));
    let (url, code) = (hub.url(), hub.first_code().to_owned());
    asha.say(&["join", &url, &code, "--name", "Asha"], "").unwrap();
    let add = ["call", "add", "--title", "Sample call", "--closes", "2027-01-14T23:45", "-"];
    let made = asha.say(&add, "1. One question?\n").unwrap();
    asha.say(&["sync"], "").unwrap();
    let call = made["id"].as_str().unwrap();
    let desks: Vec<Desk> = (0..=WRITERS)
        .map(|n| {
            let code = hub.invite(&format!("p{n}@example.org")).unwrap();
            let desk = Desk::join(&folder.path().join(format!("p{n}")), call, (&url, &code), "Somebody");
            assert!(desk.syncs());
            desk
        })
        .collect();
    let (reader, writers) = desks.split_first().unwrap();
    let shared = Shared::default();
    let most = if std::env::var_os("LINCHPIN_LONG").is_some() { LONG } else { KILLS };
    std::thread::scope(|threads| {
        for (who, desk) in writers.iter().enumerate() {
            let shared = &shared;
            threads.spawn(move || writes(shared, desk, who));
        }
        let killed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            kills(&mut hub, &shared, reader, most);
        }));
        shared.ended.store(true, Ordering::Relaxed);
        if let Err(panic) = killed {
            std::panic::resume_unwind(panic);
        }
    });
    let sent = shared.sent.into_inner().unwrap_or_else(PoisonError::into_inner);
    assert!(sent.len() > usize::try_from(most).unwrap() / 2, "too little was sent: {}", sent.len());
    println!("{most} kills of the hub, {} words acknowledged, 0 lost, 0 doubled", sent.len());
}
