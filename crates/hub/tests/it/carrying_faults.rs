//! Files between real clients and the real program where something small goes wrong: one file cannot be read here, the
//! folder cannot be put in order, the hub is busy, somebody pauses. What is wrong with one stops nothing else.

use crate::carrying::{begun, carried, names_beside};
use crate::files::pdf;
use linchpin_domain::id::{CallId, DeviceId};
use linchpin_domain::space::Space;
use linchpin_protocol::error::{ErrorCode, Problem};
use linchpin_store::Store;
use linchpin_store::files::FileStands;
use linchpin_sync::driver::{SystemClock, SystemRng, start_with};
use linchpin_sync::files::{Carried, carry};
use linchpin_sync::http::{DeviceKey, Http};
use linchpin_sync::seam::{Ask, Call, Fault, FileCall, Net, Reply, Terms};
use linchpin_sync::{Away, Outcome, Settings};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

const MIB: u64 = 1 << 20;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn line(store: &Arc<Store>) -> Http {
    Http::of_store(store, &Settings::default()).unwrap()
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read_here_holds_up_no_other() {
    let (two, work) = begun();
    let store = &two.asha.store;
    let unread = two.asha.adds(&work, 1, &pdf(2 * MIB, 1));
    two.come_together();
    // The hub has lost it and is offered it again, and here lies a folder in its place.
    std::fs::remove_dir_all(two.folder.path().join("hub/files")).unwrap();
    let beside = two.folder.path().join("asha");
    let lies = beside.join("files").join(&names_beside(&beside)[0]);
    std::fs::remove_file(&lies).unwrap();
    std::fs::create_dir(&lies).unwrap();
    store.new_replica().unwrap();
    assert_eq!(two.asha.stands(&unread).unwrap().0, FileStands::Sending);
    let read = two.asha.adds(&work, 2, &pdf(900, 2));
    assert_eq!(carried(store, u32::MAX, false), Ok(Carried { sent: 1, left: 1, ..Carried::default() }));
    assert_eq!(two.asha.stands(&read).unwrap().0, FileStands::Here);
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_put_in_order_stops_no_round() {
    let (two, work) = begun();
    std::os::unix::fs::symlink("nowhere", two.folder.path().join("asha/files")).unwrap();
    let (bytes, space) = (pdf(2 * MIB, 3), Space::Response(work.response));
    let hash = two.asha.adds(&work, 3, &bytes);
    two.asha.in_step();
    assert_eq!(two.asha.stands(&hash).unwrap().0, FileStands::Here);
    assert_eq!(two.asha.store.file_bytes(&space, &hash).unwrap().as_ref(), Some(&bytes));
    two.ben.in_step();
    two.ben.store.want_file(&space, (&hash, bytes.len() as u64), true).unwrap();
    two.ben.in_step();
    assert_eq!(two.ben.store.file_bytes(&space, &hash).unwrap().as_ref(), Some(&bytes));
    // Where access ends something lies in the folder that cannot be removed.
    let beside = two.folder.path().join("ben");
    assert_eq!(names_beside(&beside).len(), 1);
    std::fs::create_dir_all(beside.join("files/folder/inside")).unwrap();
    two.asha.shares(&work, two.ben.me, None);
    two.asha.in_step();
    assert!(matches!(two.ben.syncs(), Outcome::Done { .. }));
    assert_eq!(two.ben.store.file_bytes(&space, &hash).unwrap(), None);
    assert_eq!(names_beside(&beside), ["folder"]);
}

/// A line on which the hub is busy some times when somebody says the end of a file: of one, or of any.
struct Busy {
    line: Http,
    of: Option<String>,
    left: AtomicU32,
}

impl Net for Busy {
    type Live = <Http as Net>::Live;

    async fn ask(&self, ask: Ask) -> Result<Reply, Fault> {
        if let Call::File(FileCall::Finish(file)) = &ask.call
            && self.of.as_ref().is_none_or(|of| *of == file.sha256)
            && self
                .left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1))
                .is_ok()
        {
            let (code, retry_after_ms) = (ErrorCode::Busy, Some(2));
            return Err(Fault::Problem(Problem { code, retry_after_ms, hub_time: None, detail_id: None }));
        }
        self.line.ask(ask).await
    }

    async fn live(&self, terms: Terms) -> Result<Self::Live, Fault> {
        self.line.live(terms).await
    }
}

#[test]
fn a_busy_hub_is_waited_for_and_then_the_file_waits_and_no_other() {
    let (two, work) = begun();
    let store = &two.asha.store;
    let carry_over = |of: Option<&String>, times: u32| {
        let net = Busy { line: line(store), of: of.cloned(), left: AtomicU32::new(times) };
        runtime().block_on(carry(store, &net, &SystemClock::new())).unwrap()
    };
    let sent = |sent, left| Ok(Carried { sent, left, ..Carried::default() });
    // Somebody else's file is being looked at for a moment.
    two.asha.adds(&work, 1, &pdf(900, 1));
    assert_eq!(carry_over(None, 3), sent(1, 0));
    // It does not get its turn.
    let waits = two.asha.adds(&work, 2, &pdf(900, 2));
    two.asha.adds(&work, 3, &pdf(900, 3));
    assert_eq!(carry_over(Some(&waits), u32::MAX), sent(1, 1));
    assert_eq!(two.asha.stands(&waits).unwrap().0, FileStands::Sending);
    // Nobody gets a turn, and nobody asks for ever.
    (4..10).for_each(|n| drop(two.asha.adds(&work, n, &pdf(900, n))));
    assert_eq!(carry_over(None, u32::MAX), Err(Away::HubBusy));
    assert_eq!(carry_over(None, 0), sent(7, 0));
}

/// A line on which every request about files takes its time, and is counted.
struct Slow {
    line: Http,
    asked: Arc<AtomicU32>,
}

impl Net for Slow {
    type Live = <Http as Net>::Live;

    async fn ask(&self, ask: Ask) -> Result<Reply, Fault> {
        if let Call::File(_) = ask.call {
            self.asked.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
        self.line.ask(ask).await
    }

    async fn live(&self, terms: Terms) -> Result<Self::Live, Fault> {
        self.line.live(terms).await
    }
}

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_pause_stops_a_file_on_its_way_and_it_goes_on_afterwards() {
    let (two, work) = begun();
    let (store, asked) = (&two.asha.store, Arc::new(AtomicU32::new(0)));
    let hash = two.asha.adds(&work, 1, &pdf(12 * MIB, 1));
    let (runtime, net) = (runtime(), Slow { line: line(store), asked: Arc::clone(&asked) });
    let sync = start_with(store, net, SystemClock::new(), SystemRng::new(), runtime.handle()).unwrap();
    let count = || asked.load(Ordering::Relaxed);
    wait_until("it is on its way", || count() >= 3);
    sync.pause(true);
    std::thread::sleep(Duration::from_millis(400));
    let paused = count();
    assert!(paused < 10, "there was more to send: {paused}");
    std::thread::sleep(Duration::from_millis(600));
    assert_eq!(count(), paused, "nothing was asked meanwhile");
    assert_eq!(two.asha.stands(&hash).unwrap().0, FileStands::Sending);
    sync.pause(false);
    wait_until("it goes on", || two.asha.stands(&hash).unwrap().0 == FileStands::Here);
    sync.stop();
}

/// Answers every request in the same way, and counts them.
fn answers_always(answer: String) -> (String, Arc<AtomicU32>) {
    let (listener, asked) = (TcpListener::bind("127.0.0.1:0").unwrap(), Arc::new(AtomicU32::new(0)));
    let (url, counted) = (format!("http://{}", listener.local_addr().unwrap()), Arc::clone(&asked));
    std::thread::spawn(move || {
        for line in listener.incoming() {
            let mut line = BufReader::new(line.unwrap());
            let (mut head, mut length) = (String::new(), 0);
            while line.read_line(&mut head).unwrap() > 2 {
                if let Some(said) = head.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = said.trim().parse().unwrap();
                }
                head.clear();
            }
            std::io::copy(&mut line.by_ref().take(length), &mut std::io::sink()).unwrap();
            counted.fetch_add(1, Ordering::Relaxed);
            line.get_mut().write_all(answer.as_bytes()).unwrap();
        }
    });
    (url, asked)
}

#[test]
fn a_part_that_cannot_be_read_goes_once() {
    let body = r#"{"code":"bad_request"}"#;
    let head = "HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json\r\nconnection: close";
    let (url, asked) = answers_always(format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()));
    let (device, key) = (DeviceId::new(1, [1; 10]), DeviceKey::from_seed(&[2; 32]));
    let net = Http::new(&url, device, key, &Settings::default()).unwrap();
    let (space, sha256) = (Space::Call(CallId::new(1, [3; 10])), "0a".repeat(32));
    let call = Call::File(FileCall::Part { space, sha256, part: 0, bytes: pdf(900, 1) });
    let answer = runtime().block_on(net.ask(Ask { call, terms: Terms { hub_now_ms: 1, epoch: 1 } }));
    assert!(matches!(answer, Err(Fault::Problem(problem)) if problem.code == ErrorCode::BadRequest));
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}
