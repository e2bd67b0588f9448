//! What two requests at once may do to each other, played in one: a shelf lets another request in between, holds no
//! more, or counts who waits.

use super::*;
use crate::db::account::text;
use linchpin_domain::can::{Account, Principal};
use linchpin_domain::id::{DeviceId, PersonId};
use linchpin_domain::role::NetworkRole;
use linchpin_domain::sum::Sum;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};

const NOW: u64 = 1_700_000_000_000;

type Meanwhile = Box<dyn FnOnce() + Send>;

/// Memory in which something happens while bytes are put down.
#[derive(Default)]
struct Meddling {
    memory: Memory,
    meanwhile: Mutex<Option<Meanwhile>>,
    taken: AtomicU64,
}

/// How much room the disk of a meddling shelf has.
const DISK: u64 = RESERVE_BYTES + 4_000;

impl Meddling {
    fn meanwhile(&self, f: impl FnOnce() + Send + 'static) {
        *self.meanwhile.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(f));
    }
}

impl Shelf for Meddling {
    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), HubError> {
        let meanwhile = self.meanwhile.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(meanwhile) = meanwhile {
            meanwhile();
        }
        self.memory.put(name, bytes)
    }
    fn get(&self, name: &str, from: u64, bytes: u64) -> Result<Option<Vec<u8>>, HubError> {
        self.memory.get(name, from, bytes)
    }
    fn size(&self, name: &str) -> Result<Option<u64>, HubError> {
        self.memory.size(name)
    }
    fn remove(&self, name: &str) -> Result<(), HubError> {
        self.memory.remove(name)
    }
    fn names(&self) -> Result<Vec<String>, HubError> {
        self.memory.names()
    }
    fn free(&self) -> Result<Option<u64>, HubError> {
        Ok(Some(DISK - self.taken.load(Ordering::Relaxed)))
    }
    fn clear(&self, until_ms: u64) -> Result<(), HubError> {
        self.memory.clear(until_ms)
    }
}

/// A hub over such a shelf, and somebody with a space of their own.
struct Stage {
    hub: Arc<Hub>,
    shelf: Arc<Meddling>,
    scope: Scope,
    space: Space,
}

fn stage() -> Stage {
    let shelf = Arc::new(Meddling::default());
    let mut drawn = 0_u8;
    let random = Box::new(move |bytes: &mut [u8]| {
        drawn = drawn.wrapping_add(1);
        bytes.fill(drawn);
    });
    let mut hub = Hub::in_memory("Sample network", NOW, random).expect("it is set up");
    hub.files = Files::on(Arc::<Meddling>::clone(&shelf));
    let (person, device) = (PersonId::new(1, [1; 10]), DeviceId::new(1, [2; 10]));
    let principal =
        Principal { account: Account::Confirmed, device_revoked: false, role: NetworkRole::Member };
    let scope = Scope { person, device, principal, nation: None, region: String::new() };
    let space = Space::Me(person);
    store::write(hub.db.as_ref(), |tx| {
        tx.run("INSERT INTO space (name, sum) VALUES ($1, $2)", &[text(&space), text(Sum::default())])
    })
    .expect("the space is made");
    Stage { hub: Arc::new(hub), shelf, scope, space }
}

impl Stage {
    fn file(&self, bytes: &[u8]) -> FileRequest {
        let size = u64::try_from(bytes.len()).expect("it is small");
        FileRequest { space: self.space.clone(), sha256: sha256_hex(bytes), size }
    }

    fn begins(&self, file: &FileRequest) -> Result<FileState, ErrorCode> {
        self.hub.begin_file(&self.scope, file, NOW).map_err(|refusal| refusal.0.code)
    }

    fn sends(&self, file: &FileRequest, part: u32, bytes: &[u8]) -> Result<FileState, ErrorCode> {
        let sent = self.hub.take_part(&self.scope, (&file.space, &file.sha256), part, bytes);
        sent.map_err(|refusal| refusal.0.code)
    }

    fn finishes(&self, file: &FileRequest) -> Result<FileState, ErrorCode> {
        self.hub.finish_file(&self.scope, file, NOW).map_err(|refusal| refusal.0.code)
    }

    /// Says the end of a file while the next bytes are put down.
    fn finishes_meanwhile(&self, file: &FileRequest) {
        let (hub, scope, file) = (Arc::clone(&self.hub), self.scope.clone(), file.clone());
        self.shelf.meanwhile(move || drop(hub.finish_file(&scope, &file, NOW)));
    }
}

#[test]
fn a_part_that_lands_behind_the_end_of_its_upload_is_taken_away() {
    let stage = stage();
    let (bytes, wrong) = (b"%PDF-1.7 true".to_vec(), b"%PDF-1.7 else".to_vec());
    let file = stage.file(&bytes);
    // The end refuses the file while the part is sent once more.
    stage.begins(&file).expect("it is begun");
    stage.sends(&file, 0, &wrong).expect("it is sent");
    stage.finishes_meanwhile(&file);
    assert_eq!(stage.sends(&file, 0, &wrong), Err(ErrorCode::NotFound));
    assert_eq!(stage.shelf.names().expect("they are read"), Vec::<String>::new());
    // The end takes the file meanwhile.
    stage.begins(&file).expect("it is begun");
    stage.sends(&file, 0, &bytes).expect("it is sent");
    stage.finishes_meanwhile(&file);
    assert_eq!(stage.sends(&file, 0, &wrong), Ok(DONE));
    assert_eq!(stage.shelf.names().expect("they are read").len(), 1, "the whole alone");
    let read = stage.hub.file_bytes(&stage.scope, (&stage.space, &file.sha256), 0);
    assert_eq!(read.map_err(|refusal| refusal.0.code), Ok((bytes, file.size)));
}

#[test]
fn the_end_of_half_a_file_is_answered_while_another_is_in_memory_and_of_a_whole_one_must_wait() {
    let stage = stage();
    let file = stage.file(b"%PDF-1.7 words");
    stage.begins(&file).expect("it is begun");
    let held = stage.hub.files.whole.lock().unwrap_or_else(PoisonError::into_inner);
    assert_eq!(stage.finishes(&file), Ok(FileState { done: false, parts: Vec::new() }));
    stage.sends(&file, 0, b"%PDF-1.7 words").expect("it is sent");
    assert_eq!(stage.finishes(&file), Err(ErrorCode::Busy));
    drop(held);
    assert_eq!(stage.finishes(&file), Ok(DONE));
}

#[test]
fn the_disk_keeps_a_reserve_that_files_do_not_take() {
    let stage = stage();
    let (small, large) = (stage.file(&[b'a'; 4_000]), stage.file(&[b'b'; 4_001]));
    assert_eq!(stage.begins(&large), Err(ErrorCode::NoRoom));
    stage.begins(&small).expect("there is room");
    stage.shelf.taken.store(1, Ordering::Relaxed);
    assert!(stage.begins(&small).is_ok(), "what was begun goes on");
    assert_eq!(stage.sends(&small, 0, &[b'a'; 4_000]), Err(ErrorCode::NoRoom));
    stage.shelf.taken.store(0, Ordering::Relaxed);
    stage.sends(&small, 0, &[b'a'; 4_000]).expect("there is room again");
    assert_eq!(stage.finishes(&small), Ok(DONE));
}

#[test]
fn a_few_parts_are_written_at_once_and_whoever_comes_then_must_wait() {
    let stage = stage();
    let bytes = b"%PDF-1.7 words".to_vec();
    let file = stage.file(&bytes);
    stage.begins(&file).expect("it is begun");
    std::thread::scope(|scope| {
        let mut held = Vec::new();
        for _ in 0..PARTS_AT_ONCE {
            let (began, begins) = std::sync::mpsc::channel();
            let (goes_on, waits) = std::sync::mpsc::channel::<()>();
            stage.shelf.meanwhile(move || {
                began.send(()).expect("somebody looks");
                // Goes on when the other end is dropped as well.
                let _ended = waits.recv();
            });
            let sent = scope.spawn(|| stage.sends(&file, 0, &bytes));
            begins.recv().expect("it is being written");
            held.push((goes_on, sent));
        }
        assert_eq!(stage.sends(&file, 0, &bytes), Err(ErrorCode::Busy));
        for (goes_on, sent) in held {
            drop(goes_on);
            assert!(sent.join().expect("it ends").is_ok());
        }
    });
    for _ in 0..2 * PARTS_AT_ONCE {
        stage.sends(&file, 0, &bytes).expect("each gives its place back");
    }
    assert_eq!(stage.finishes(&file), Ok(DONE));
}

#[test]
fn without_a_folder_of_files_none_is_let_go_of() {
    let mut stage = stage();
    let bytes = b"%PDF-1.7 words".to_vec();
    let file = stage.file(&bytes);
    stage.begins(&file).expect("it is begun");
    stage.sends(&file, 0, &bytes).expect("it is sent");
    assert_eq!(stage.finishes(&file), Ok(DONE));
    Arc::get_mut(&mut stage.hub).expect("nobody else has it").files = Files::default();
    let because: Vec<_> =
        stage.hub.check_files().expect("it is looked at").bad.iter().map(|bad| bad.because).collect();
    assert_eq!(because, [BadBecause::Unreadable]);
    assert!(stage.hub.let_go_of_bad_files().is_err());
    assert_eq!(store::all(stage.hub.db.as_ref()).expect("they are read").len(), 1);
}

#[test]
fn a_copy_has_the_files_that_it_speaks_of_and_no_other() {
    let stage = stage();
    let whole = |bytes: &[u8]| {
        let file = stage.file(bytes);
        stage.begins(&file).expect("it is begun");
        stage.sends(&file, 0, bytes).expect("it is sent");
        assert_eq!(stage.finishes(&file), Ok(DONE));
        file
    };
    let (stays, swept) = (whole(b"stays"), whole(b"is swept away"));
    let folder = tempfile::TempDir::new().expect("a folder");
    let (half, copy) = (folder.path().join("copy.half"), folder.path().join("copy"));
    stage.hub.db.backup(&half).expect("the store is copied");
    // Between the store and the files one comes, and one is swept away.
    whole(b"comes later");
    let named = |files: &[store::Whole], sha256: &str| {
        files.iter().find(|file| file.sha256 == sha256).map(|file| file.stored.name.clone())
    };
    let all = store::all(stage.hub.db.as_ref()).expect("they are read");
    let name = named(&all, &swept.sha256).expect("it is there");
    store::let_go(stage.hub.db.as_ref(), &name).expect("it is let go of");
    stage.shelf.remove(&name).expect("it is taken away");
    let seen = stage.hub.copy_files(&half, &copy).expect("the files are copied");
    assert_eq!(seen, FilesSeen { whole: 1, bad: Vec::new() });
    let spoken_of = store::all_of_copy(&half).expect("it is read");
    let stays = named(&spoken_of, &stays.sha256).expect("it is in the copy");
    assert_eq!(spoken_of.len(), 1);
    assert_eq!(Folder::new(&folder.path().join("copy.files")).names().expect("they are read"), [stays]);
}
