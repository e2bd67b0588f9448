//! Files between two real clients and the real program: offline at first, cut off at every request, by lost answers and
//! by kills, and gone where access ends.

use crate::client::{Client, Two, Work, now_ms};
use crate::files::pdf;
use crate::program::{Served, json};
use linchpin_domain::canonical::sha256_hex;
use linchpin_domain::command::Command;
use linchpin_domain::file::FileKind;
use linchpin_domain::id::FileId;
use linchpin_domain::record::file::File;
use linchpin_domain::space::Space;
use linchpin_protocol::error::{ErrorCode, Problem};
use linchpin_store::files::{FileCopy, FileStands};
use linchpin_store::reader::Filter;
use linchpin_store::{By, Config, Key, Store, StoreError, open};
use linchpin_sync::driver::SystemClock;
use linchpin_sync::files::{Carried, carry, fetch_now};
use linchpin_sync::http::Http;
use linchpin_sync::seam::{Ask, Call, Fault, FileCall, Net, Reply, Terms};
use linchpin_sync::{Away, Settings};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

const MIB: u64 = 1 << 20;

/// A line that breaks at one request: before the hub hears of it, or before its answer is heard.
struct Breaking {
    line: Http,
    left: AtomicU32,
    answer_lost: bool,
}

impl Net for Breaking {
    type Live = <Http as Net>::Live;

    async fn ask(&self, ask: Ask) -> Result<Reply, Fault> {
        let breaks = self.left.fetch_sub(1, Ordering::Relaxed) == 0;
        if breaks && !self.answer_lost {
            return Err(Fault::NoAnswer);
        }
        let answer = self.line.ask(ask).await;
        if breaks { Err(Fault::NoAnswer) } else { answer }
    }

    async fn live(&self, terms: Terms) -> Result<Self::Live, Fault> {
        self.line.live(terms).await
    }
}

/// Carries what waits over a line that breaks at a request; returns what came of it.
pub(crate) fn carried(store: &Arc<Store>, breaks_at: u32, answer_lost: bool) -> Result<Carried, Away> {
    let line = Http::of_store(store, &Settings::default()).unwrap();
    let net = Breaking { line, left: AtomicU32::new(breaks_at), answer_lost };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(carry(store, &net, &SystemClock::new())).unwrap()
}

/// A line on which the hub says something of its own about one file.
struct Refusing {
    line: Http,
    sha256: String,
    code: ErrorCode,
}

impl Net for Refusing {
    type Live = <Http as Net>::Live;

    async fn ask(&self, ask: Ask) -> Result<Reply, Fault> {
        let asked = match &ask.call {
            Call::File(FileCall::Begin(file) | FileCall::Finish(file)) => &file.sha256,
            Call::File(FileCall::Part { sha256, .. } | FileCall::Get { sha256, .. }) => sha256,
            _ => return self.line.ask(ask).await,
        };
        if *asked == self.sha256 {
            let code = self.code;
            return Err(Fault::Problem(Problem {
                code,
                retry_after_ms: None,
                hub_time: None,
                detail_id: None,
            }));
        }
        self.line.ask(ask).await
    }

    async fn live(&self, terms: Terms) -> Result<Self::Live, Fault> {
        self.line.live(terms).await
    }
}

impl Client {
    pub(crate) fn adds(&self, work: &Work, n: u8, bytes: &[u8]) -> String {
        let record = File {
            name: format!("Evidence {n}.pdf"),
            kind: Some(FileKind::Pdf),
            size: bytes.len() as u64,
            sha256: sha256_hex(bytes),
            added_by: Some(self.me),
            added_at: now_ms(),
        };
        let (by, space) =
            (By { person: self.me, now_ms: now_ms(), what: "add" }, Space::Response(work.response));
        self.store
            .transact(&by, |tx| {
                tx.create(tx_id(n), &space, &record)?;
                tx.add_file(tx_id(n), &space, bytes)
            })
            .unwrap();
        record.sha256
    }

    /// The same store after the program was killed.
    fn starts_again(&mut self, folder: &Path, name: &str, seed: u8) {
        let nothing = folder.join(format!("nothing{}", now_ms()));
        let other = open(Config::new(nothing), &Key::Raw([9; 32]), now_ms(), "0.1.0").unwrap();
        drop(std::mem::replace(&mut self.store, Arc::new(other)));
        // A reading that a broken line left behind holds the folder for a moment longer, and so does a program that
        // another test is just starting.
        let again = || open(Config::new(folder.join(name)), &Key::Raw([seed; 32]), now_ms(), "0.1.0");
        let freed = (0..200).map(|_| again()).find(|opened| {
            let locked = matches!(opened, Err(StoreError::Locked));
            if locked {
                std::thread::sleep(Duration::from_millis(25));
            }
            !locked
        });
        self.store = Arc::new(freed.expect("the folder becomes free").unwrap());
    }

    fn copies(&self) -> Vec<FileCopy> {
        self.store.read(|reader| reader.file_copies()).unwrap()
    }

    pub(crate) fn stands(&self, sha256: &str) -> Option<(FileStands, String)> {
        let found = self.copies().into_iter().find(|copy| copy.sha256 == sha256)?;
        Some((found.stands, found.refused))
    }
}

fn tx_id(n: u8) -> FileId {
    FileId::new(1_600_000_000_000, [n; 10])
}

/// Two clients who know one response.
pub(crate) fn begun() -> (Two, Work) {
    let two = Two::new();
    let work = two.asha.makes_a_call(1);
    two.come_together();
    (two, work)
}

pub(crate) fn names_beside(folder: &Path) -> Vec<String> {
    match std::fs::read_dir(folder.join("files")) {
        Ok(entries) => entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect(),
        Err(_) => Vec::new(),
    }
}

#[test]
fn a_file_added_without_a_line_reaches_a_colleague_who_asks_for_it() {
    let (two, work) = begun();
    let space = Space::Response(work.response);
    let (large, small) = (pdf(2 * MIB + 99, 1), pdf(700, 2));
    let hashes = [two.asha.adds(&work, 1, &large), two.asha.adds(&work, 2, &small)];
    assert_eq!(two.asha.stands(&hashes[0]).unwrap().0, FileStands::Sending);
    two.come_together();
    for hash in &hashes {
        assert_eq!(two.asha.stands(hash).unwrap().0, FileStands::Here);
    }
    // The hub's own words know of them.
    let data = two.folder.path().join("hub");
    let nothing = serde_json::json!({ "files": 0, "uploads": 0, "unknown": 0, "bytes": 0 });
    for words in [&["sweep", "--dry-run", "--json"][..], &["sweep", "--json"]] {
        assert_eq!(json(&data, words), nothing);
    }
    let found = json(&data, &["doctor", "--json"]);
    let files =
        found["findings"].as_array().unwrap().iter().find(|finding| finding["what"] == "files").unwrap();
    assert_eq!((&files["stands"], &files["said"]), (&"well".into(), &"2 files, each whole".into()));
    // What can be had again and is large lies beside the store, locked; the small one lies in it.
    let beside = names_beside(&two.folder.path().join("asha"));
    assert_eq!(beside.len(), 1);
    assert!(!beside[0].contains(hashes[0].get(..8).unwrap()), "its name tells nothing");
    assert_eq!(two.asha.store.file_bytes(&space, &hashes[0]).unwrap().as_deref(), Some(large.as_slice()));
    let ben = &two.ben;
    let known = ben.store.read(|reader| reader.list::<File>(Filter::In(&space))).unwrap();
    assert_eq!((known.len(), ben.copies().len()), (2, 0), "he knows of them and has none");
    for (hash, bytes) in hashes.iter().zip([&large, &small]) {
        ben.store.want_file(&space, (hash, bytes.len() as u64), true).unwrap();
    }
    let fetched = fetch_now(&ben.store, &Settings::default(), &space, &hashes[1]).unwrap().unwrap();
    assert_eq!(fetched, Carried { fetched: 1, ..Carried::default() });
    ben.in_step();
    for (hash, bytes) in hashes.iter().zip([&large, &small]) {
        assert_eq!(ben.store.file_bytes(&space, hash).unwrap().as_ref(), Some(bytes));
    }
    assert_eq!(names_beside(&two.folder.path().join("ben")).len(), 1);
}

#[test]
fn broken_at_any_request_and_killed_a_file_goes_up_and_comes_down_whole() {
    let (mut two, work) = begun();
    let space = Space::Response(work.response);
    let folder = two.folder.path().to_path_buf();
    for answer_lost in [false, true] {
        let n = 4 + u8::from(answer_lost);
        let bytes = pdf(2 * MIB + 5, n);
        let hash = two.asha.adds(&work, n, &bytes);
        // Up: to begin, three parts, the end. The line breaks at the first request, then at the second of what is left,
        // and so on; behind each break the program is killed.
        let mut breaks = 0;
        while let Err(away) = carried(&two.asha.store, breaks, answer_lost) {
            assert_eq!(away, Away::HubAway);
            breaks += 1;
            two.asha.starts_again(&folder, "asha", 1);
            assert_eq!(two.asha.stands(&hash).unwrap().0, FileStands::Sending, "it is not said to be sent");
        }
        assert!((2..=4).contains(&breaks), "the line broke {breaks} times");
        assert_eq!(two.asha.stands(&hash).unwrap().0, FileStands::Here);
        two.come_together();
        // Down: three parts, one a run.
        two.ben.store.want_file(&space, (&hash, bytes.len() as u64), false).unwrap();
        let mut breaks = 0;
        while carried(&two.ben.store, 1, answer_lost).is_err() {
            breaks += 1;
            two.ben.starts_again(&folder, "ben", 2);
            assert_eq!(two.ben.store.file_bytes(&space, &hash).unwrap(), None, "half a file is none");
            assert_eq!(two.ben.store.file_pieces(&space, &hash).unwrap().len(), breaks, "what came is kept");
        }
        assert_eq!(breaks, 2);
        assert_eq!(two.ben.store.file_bytes(&space, &hash).unwrap(), Some(bytes));
    }
}

#[test]
fn a_hub_that_was_put_back_gets_again_what_its_copy_lacks() {
    let (mut two, work) = begun();
    let space = Space::Response(work.response);
    let data = two.folder.path().join("hub");
    let copy = two.folder.path().join("night.db");
    json(&data, &["backup", copy.to_str().unwrap(), "--json"]);
    let bytes = pdf(2 * MIB, 6);
    let hash = two.asha.adds(&work, 6, &bytes);
    two.come_together();
    let url = two.hub_dies();
    std::fs::rename(&data, two.folder.path().join("former")).unwrap();
    json(&data, &["restore", copy.to_str().unwrap(), "--json"]);
    two.served = Some(Served::start(&data, Some(&url)));
    two.come_together();
    two.come_together();
    assert_eq!(two.asha.stands(&hash).unwrap().0, FileStands::Here);
    two.ben.store.want_file(&space, (&hash, bytes.len() as u64), false).unwrap();
    two.ben.in_step();
    assert_eq!(two.ben.store.file_bytes(&space, &hash).unwrap(), Some(bytes));
}

fn copy_all(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let (path, place) = (entry.as_ref().unwrap().path(), to.join(entry.as_ref().unwrap().file_name()));
        if path.is_dir() {
            copy_all(&path, &place);
        } else {
            std::fs::copy(&path, &place).unwrap();
        }
    }
}

#[test]
fn a_hub_whose_disk_was_put_back_by_hand_gets_again_what_it_lacks() {
    let (mut two, work) = begun();
    let space = Space::Response(work.response);
    let (data, former) = (two.folder.path().join("hub"), two.folder.path().join("former"));
    let url = two.hub_dies();
    copy_all(&data, &former);
    two.hub_comes_back(&url);
    let bytes = pdf(2 * MIB, 15);
    let hash = two.asha.adds(&work, 15, &bytes);
    two.come_together();
    assert_eq!(two.asha.stands(&hash).unwrap().0, FileStands::Here);
    let url = two.hub_dies();
    std::fs::remove_dir_all(&data).unwrap();
    std::fs::rename(&former, &data).unwrap();
    two.hub_comes_back(&url);
    for client in [&two.asha, &two.ben, &two.asha, &two.ben] {
        client.syncs();
    }
    two.ben.store.want_file(&space, (&hash, bytes.len() as u64), false).unwrap();
    two.ben.syncs();
    assert_eq!(two.ben.store.file_bytes(&space, &hash).unwrap(), Some(bytes));
}

#[test]
fn a_file_that_the_hub_has_damaged_is_not_taken_for_the_one_that_was_added() {
    let (two, work) = begun();
    let space = Space::Response(work.response);
    let bytes = pdf(900, 7);
    let hash = two.asha.adds(&work, 7, &bytes);
    two.come_together();
    let files = two.folder.path().join("hub/files");
    let below =
        |path: &Path| std::fs::read_dir(path).unwrap().map(|one| one.unwrap().path()).collect::<Vec<_>>();
    let lies = below(&files).iter().flat_map(|folder| below(folder)).next().unwrap();
    std::fs::write(&lies, pdf(900, 8)).unwrap();
    two.ben.store.want_file(&space, (&hash, 900), false).unwrap();
    two.ben.in_step();
    assert_eq!(two.ben.stands(&hash), Some((FileStands::Coming, "wrongFile".to_owned())));
    assert_eq!(two.ben.store.file_bytes(&space, &hash).unwrap(), None);
    // Asked for again, when it is whole again.
    std::fs::write(&lies, &bytes).unwrap();
    two.ben.store.want_file(&space, (&hash, 900), false).unwrap();
    two.ben.in_step();
    assert_eq!(two.ben.store.file_bytes(&space, &hash).unwrap(), Some(bytes));
}

#[test]
fn a_file_that_the_hub_stumbles_over_holds_up_no_other() {
    let (two, work) = begun();
    let space = Space::Response(work.response);
    let hashes = [11, 12].map(|n| two.asha.adds(&work, n, &pdf(900, n)));
    let carry_over = |store: &Arc<Store>, code| {
        let line = Http::of_store(store, &Settings::default()).unwrap();
        let net = Refusing { line, sha256: hashes[0].clone(), code };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(carry(store, &net, &SystemClock::new())).unwrap()
    };
    two.come_together();
    for code in [ErrorCode::Internal, ErrorCode::BadRequest] {
        for hash in &hashes {
            two.ben.store.want_file(&space, (hash, 900), false).unwrap();
        }
        let carried = carry_over(&two.ben.store, code).unwrap();
        assert_eq!(carried.left, 1, "the one waits");
        assert_eq!(two.ben.stands(&hashes[1]).unwrap().0, FileStands::Here, "the other came");
    }
    // The same on the way up.
    let hashes_up = [13, 14].map(|n| two.asha.adds(&work, n, &pdf(900, n)));
    let line = Http::of_store(&two.asha.store, &Settings::default()).unwrap();
    let net = Refusing { line, sha256: hashes_up[0].clone(), code: ErrorCode::Internal };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let carried = runtime.block_on(carry(&two.asha.store, &net, &SystemClock::new())).unwrap();
    assert_eq!(carried, Ok(Carried { sent: 1, left: 1, ..Carried::default() }));
}

#[test]
fn where_access_ends_nothing_of_a_file_is_left() {
    let (two, work) = begun();
    let space = Space::Response(work.response);
    let bytes = pdf(2 * MIB, 9);
    let hash = two.asha.adds(&work, 9, &bytes);
    two.come_together();
    two.ben.store.want_file(&space, (&hash, bytes.len() as u64), true).unwrap();
    two.ben.in_step();
    let folder = two.folder.path().join("ben");
    assert_eq!(names_beside(&folder).len(), 1);
    let command = Command::Share { space: space.clone(), person: Some(two.ben.me), given: None };
    let by = By { person: two.asha.me, now_ms: now_ms(), what: "share" };
    two.asha.store.transact(&by, |tx| tx.command(&space, command)).unwrap();
    two.asha.in_step();
    two.ben.syncs();
    assert_eq!((two.ben.copies(), names_beside(&folder)), (Vec::new(), Vec::new()));
    assert_eq!(two.ben.store.file_bytes(&space, &hash).unwrap(), None);
}

#[test]
fn what_was_taken_back_before_it_was_sent_is_not_sent() {
    let (two, work) = begun();
    let hash = two.asha.adds(&work, 10, &pdf(900, 10));
    let by = By { person: two.asha.me, now_ms: now_ms(), what: "delete" };
    two.asha.store.transact(&by, |tx| tx.delete(tx_id(10))).unwrap();
    two.come_together();
    assert_eq!(two.asha.stands(&hash).unwrap().0, FileStands::Sending);
    assert!(!two.folder.path().join("hub/files").exists(), "nothing of it reached the hub");
}
