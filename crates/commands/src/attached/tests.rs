//! Adding, listing and writing files as a person does, over a real store and without a hub.

use super::*;
use crate::host::{Event, Host};
use crate::keychain::Kept;
use crate::kit::Nobody;
use linchpin_domain::canonical::sha256_hex;
use linchpin_domain::id::PersonId;
use linchpin_store::{Config, Key};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

/// A person who chooses what the test says.
#[derive(Default)]
struct Chooser {
    open: Mutex<Option<PathBuf>>,
    save: Mutex<Option<PathBuf>>,
    suggested: Mutex<String>,
}

impl Host for Chooser {
    fn choose_save(&self, _: &str, suggested: &str) -> Option<PathBuf> {
        suggested.clone_into(&mut self.suggested.lock().expect("it is free"));
        self.save.lock().expect("it is free").clone()
    }
    fn choose_open(&self, _: &str) -> Option<PathBuf> {
        self.open.lock().expect("it is free").clone()
    }
    fn tell(&self, _: &Event) {}
}

struct Stage {
    core: Core,
    chooser: Arc<Chooser>,
    folder: TempDir,
    call: CallId,
}

fn stage() -> Stage {
    let folder = TempDir::new().expect("a folder for the test");
    let store = linchpin_store::open(Config::new(folder.path().join("p")), &Key::Raw([1; 32]), 1, "0.1.0");
    let store = store.expect("it opens");
    store.set_person(linchpin_domain::id::PersonId::new(1, [1; 10])).expect("the person is noted");
    let chooser = Arc::new(Chooser::default());
    let host: Arc<dyn Host> = Arc::<Chooser>::clone(&chooser);
    let core = Core::over(&folder.path().join("p"), host, store);
    let asked = serde_json::json!({ "title": "Access", "asker": "", "kind": "consultation", "nation": "ukWide", "closes": null,
        "link": "", "wordLimit": null, "questions": [] });
    let asked = serde_json::from_value(asked).expect("it is a call");
    let call = crate::calls::save_call(&core, asked).expect("the call is saved").id;
    Stage { core, chooser, folder, call }
}

impl Stage {
    fn adds(&self, name: &str, bytes: &[u8]) -> Result<FileRow, &'static str> {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).expect("the file is written");
        *self.chooser.open.lock().expect("it is free") = Some(path);
        let added = attach_file(&self.core, AttachFile { call: self.call, of: FileOf::Response });
        added.map(|added| added.file.expect("one was chosen")).map_err(|error| error.key)
    }

    fn saves(&self, file: FileId, name: &str) -> Result<Vec<u8>, &'static str> {
        let path = self.folder.path().join(name);
        *self.chooser.save.lock().expect("it is free") = Some(path.clone());
        save_file(&self.core, SaveFile { file }).map_err(|error| error.key)?;
        Ok(std::fs::read(path).expect("it was written"))
    }

    fn list(&self) -> Vec<FileRow> {
        list_files(&self.core, ListFiles { call: self.call }).expect("they are read")
    }
}

#[test]
fn a_file_is_added_listed_and_written_again_without_a_hub() {
    let stage = stage();
    let bytes = [b"%PDF-1.7 ".as_slice(), &vec![7; 2_500_000]].concat();
    let added = stage.adds("Our: evidence.PDF", &bytes).expect("it is added");
    assert_eq!((added.kind, added.size), (Some(FileKind::Pdf), 2_500_009));
    let list = stage.list();
    assert_eq!(
        (list.len(), list[0].id, list[0].bytes, list[0].pinned),
        (1, added.id, FileBytes::Sending, true)
    );
    assert!(list[0].added_by.as_ref().is_some_and(|person| person.me));
    assert_eq!(stage.saves(added.id, "copy.pdf"), Ok(bytes));
    assert_eq!(*stage.chooser.suggested.lock().expect("it is free"), "Our evidence.pdf");
}

#[test]
fn whoever_turns_back_adds_and_writes_nothing() {
    let stage = stage();
    let none =
        attach_file(&stage.core, AttachFile { call: stage.call, of: FileOf::Call }).expect("it is none");
    assert!(none.file.is_none() && stage.list().is_empty());
    let added = stage.adds("a.txt", b"Words.").expect("it is added");
    assert!(save_file(&stage.core, SaveFile { file: added.id }).expect("it is none").file.is_none());
}

#[test]
fn what_may_not_be_added_is_refused_with_its_reason_and_nothing_changes() {
    let stage = stage();
    for (name, bytes, key) in [
        ("a.exe", &b"MZ"[..], "error_file_program"),
        ("a.docm", b"x", "error_file_macros"),
        ("a.zip", b"PK", "error_file_kind"),
        ("a.pdf", b"Words.", "error_file_not_its_name"),
        ("a.txt", b"", "error_file_empty"),
        ("a.docx", b"PK\x03\x04 cut off", "error_file_damaged"),
        ("b.txt", b"#!/bin/sh", "error_file_program"),
    ] {
        assert_eq!(stage.adds(name, bytes).map(|_| ()), Err(key), "{name}");
    }
    let large = vec![b' '; usize::try_from(MOST_BYTES).expect("it fits") + 1];
    assert_eq!(stage.adds("a.txt", &large).map(|_| ()), Err("error_file_too_large"));
    assert!(stage.list().is_empty());
}

#[test]
fn a_file_is_not_written_among_our_own_and_one_that_is_gone_is_said_to_be() {
    let stage = stage();
    let added = stage.adds("a.txt", b"Words.").expect("it is added");
    assert_eq!(stage.saves(added.id, "p/a.txt"), Err("error_file_among_our_own"));
    let by = stage.core.by(&stage.core.desk().expect("it is open"), "x").expect("somebody works here");
    let desk = stage.core.desk().expect("it is open");
    desk.store.transact(&by, |tx| tx.delete(added.id)).expect("it is deleted");
    assert_eq!(stage.saves(added.id, "a2.txt"), Err("error_not_found"));
    assert!(stage.list().is_empty());
}

#[test]
fn a_file_whose_bytes_were_lost_beside_the_store_is_asked_for_again() {
    let stage = stage();
    let bytes = [b"%PDF-1.7 ".as_slice(), &vec![7; 2_500_000]].concat();
    let added = stage.adds("a.pdf", &bytes).expect("it is added");
    let desk = stage.core.desk().expect("it is open");
    let copies = desk.store.read(|reader| reader.file_copies()).expect("they are read");
    desk.store.note_file_sent(&copies[0].space, &copies[0].sha256).expect("it is noted");
    desk.store.tidy_files().expect("it moves out");
    assert_eq!(stage.list()[0].bytes, FileBytes::Here);
    assert_eq!(stage.saves(added.id, "copy.pdf"), Ok(bytes));
    std::fs::remove_dir_all(stage.folder.path().join("p/files")).expect("it is taken away");
    assert!(stage.saves(added.id, "copy.pdf").is_err(), "there is no hub that could be asked");
    assert_eq!(stage.list()[0].bytes, FileBytes::Coming);
}

#[test]
fn a_store_that_is_opened_without_what_lay_beside_it_asks_for_that_again() {
    let folder = TempDir::new().expect("a folder for the test");
    let core = Core::open_for_scripts(folder.path(), Arc::new(Nobody)).expect("it opens");
    let opened = || core.open_store(Kept::of_passphrase("twelve letters")).expect("a store");
    let (space, bytes) = (Space::Me(PersonId::new(1, [1; 10])), vec![b'a'; 1_100_000]);
    let hash = sha256_hex(&bytes);
    let desk = opened();
    desk.store.want_file(&space, (&hash, 1_100_000), true).expect("it is wanted");
    for (piece, some) in (0..).zip(bytes.chunks(1 << 20)) {
        desk.store.take_file_piece(&space, &hash, piece, some).expect("it comes");
    }
    assert!(desk.store.end_file(&space, &hash).expect("it is looked at"));
    desk.store.tidy_files().expect("it moves out");
    drop(desk);
    core.close_store().expect("it is let go of");
    std::fs::remove_dir_all(folder.path().join("files")).expect("it lay beside the store");
    let copies = opened().store.read(|reader| reader.file_copies()).expect("they are read");
    assert_eq!(copies[0].stands, FileStands::Coming);
}

#[test]
fn a_file_that_was_never_sent_can_be_saved_after_access_has_ended() {
    let stage = stage();
    let bytes = [b"%PDF-1.7 ".as_slice(), &vec![7; 2_500_000]].concat();
    let added = stage.adds("Our evidence.pdf", &bytes).expect("it is added");
    let desk = stage.core.desk().expect("it is open");
    let space = desk.store.read(|reader| reader.file_copies()).expect("they are read")[0].space.clone();
    desk.store.space_gone(&space, "revoked", &mut linchpin_sync::texts::Texts, 2).expect("access ends");
    let kept = crate::sync::list_kept(&stage.core, crate::sync::ListKept {}).expect("they are read");
    let row = kept.iter().find(|row| row.file == Some(added.id)).expect("it is kept");
    assert_eq!(row.words, "Our evidence.pdf");
    assert_eq!(stage.saves(added.id, "kept.pdf"), Ok(bytes));
    assert_eq!(*stage.chooser.suggested.lock().expect("it is free"), "Our evidence.pdf");
}
