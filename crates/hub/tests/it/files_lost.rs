//! Files whose bytes are gone, damaged or cannot be read at the hub, and disks that take no files: they stop no copy of
//! the words, are named, and come again.

use crate::engines::Place;
use crate::files::pdf;
use crate::kit::{Desk, NOW, Network, Opened, seeded};
use crate::moving::{exported, imported, opened};
use crate::program::{json, says};
use linchpin_hub::{BadBecause, BadFile, FilesSeen, Hub, Swept};
use linchpin_protocol::files::FileRequest;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A hub in a folder with two files.
struct Stage {
    network: Network,
    asha: Desk,
    tom: Desk,
    opened: Opened,
    files: [FileRequest; 2],
}

const SIZE: u64 = 5_000;

fn stage() -> Stage {
    let network = Place::folder().init();
    let (asha, tom, opened) = network.two_managers();
    let files = [1, 2].map(|n| asha.sends_up(&network, &opened.of_response(), &pdf(SIZE, n)).unwrap());
    Stage { network, asha, tom, opened, files }
}

impl Stage {
    fn data(&self) -> PathBuf {
        let Place::Folder(folder) = &self.network.place else { panic!("it is in a folder") };
        folder.path().join("hub")
    }

    /// Returns where the bytes of a file lie.
    fn lies(&self, bytes: &[u8]) -> PathBuf {
        let below = |path: &Path| std::fs::read_dir(path).unwrap().map(|one| one.unwrap().path());
        let mut files =
            below(&self.data().join("files")).flat_map(|folder| below(&folder).collect::<Vec<_>>());
        files.find(|file| std::fs::read(file).unwrap() == bytes).unwrap()
    }

    /// Returns what is said of one of the two files, 1 or 2, when something is wrong with it.
    fn bad(&self, n: u8, because: BadBecause) -> BadFile {
        let file = self.lies(&pdf(SIZE, n));
        let stored = file.strip_prefix(self.data().join("files")).unwrap().to_str().unwrap().to_owned();
        let FileRequest { space, sha256, .. } = &self.files[usize::from(n - 1)];
        BadFile { space: space.to_string(), sha256: sha256.clone(), stored, because }
    }

    /// Damages the first file; returns what is said of it.
    fn damages(&self) -> BadFile {
        let bad = self.bad(1, BadBecause::Damaged);
        std::fs::write(self.lies(&pdf(SIZE, 1)), pdf(SIZE, 3)).unwrap();
        bad
    }
}

fn at(hub: Hub, like: &Network) -> Network {
    Network { hub: hub.into(), now: std::cell::Cell::new(NOW + 1_000), place: like.place.clone() }
}

#[test]
fn a_file_that_is_damaged_or_gone_is_named_and_everything_else_is_copied() {
    let stage = stage();
    let bad = stage.damages();
    let seen = FilesSeen { whole: 1, bad: vec![bad.clone()] };
    assert_eq!(stage.network.hub.check_files().unwrap(), seen);
    let folder = TempDir::new().unwrap();
    let copy = folder.path().join("night.db");
    assert_eq!(stage.network.hub.backup(&copy).unwrap(), seen);
    assert!(!folder.path().join("night.db.half").exists());
    let elsewhere = folder.path().join("elsewhere");
    Hub::restore(&elsewhere, &copy, NOW, seeded(3)).unwrap();
    let back = at(Hub::open(&elsewhere, NOW, seeded(4)).unwrap(), &stage.network);
    assert_eq!(stage.tom.reads(&back, &stage.files[1]), pdf(SIZE, 2));
    // The program says so and ends with 1, and the copy is there.
    let second = folder.path().join("second.db");
    let said = says(&stage.data(), &["backup", second.to_str().unwrap(), "--json"]);
    assert_eq!(said.status.code(), Some(1));
    assert!(String::from_utf8(said.stderr).unwrap().contains(&bad.stored));
    assert!(second.is_file());
    // Gone altogether, or the whole folder: no other.
    std::fs::remove_file(stage.lies(&pdf(SIZE, 3))).unwrap();
    let gone = BadFile { because: BadBecause::Gone, ..bad };
    assert_eq!(stage.network.hub.check_files().unwrap(), FilesSeen { whole: 1, bad: vec![gone] });
    let FileRequest { space, sha256, .. } = &stage.files[0];
    assert_eq!(stage.tom.gets(&stage.network, space, sha256, 0).0, 500);
    std::fs::remove_dir_all(stage.data().join("files")).unwrap();
    let third = folder.path().join("third.db");
    assert_eq!(stage.network.hub.backup(&third).unwrap().bad.len(), 2);
    assert!(third.is_file());
}

#[test]
fn a_hub_moves_without_a_file_that_is_damaged() {
    let stage = stage();
    let bad = stage.damages();
    let mut file = Vec::new();
    let (moved, seen) = stage.network.hub.export(&mut file).unwrap();
    assert_eq!(seen, FilesSeen { whole: 1, bad: vec![bad] });
    let place = Place::folder();
    assert_eq!(imported(&place, &file).unwrap(), moved);
    let there = opened(&place);
    assert_eq!(stage.tom.reads(&there, &stage.files[1]), pdf(SIZE, 2));
    assert_eq!(exported(&there).1, moved);
    // What is gone there comes again.
    stage.asha.sends_up(&there, &stage.opened.of_response(), &pdf(SIZE, 1)).unwrap();
    assert_eq!(stage.tom.reads(&there, &stage.files[0]), pdf(SIZE, 1));
}

#[test]
fn bytes_that_are_gone_or_cut_short_are_taken_anew() {
    let stage = stage();
    let (first, second) = (stage.lies(&pdf(SIZE, 1)), stage.lies(&pdf(SIZE, 2)));
    std::fs::remove_file(first).unwrap();
    std::fs::write(second, &pdf(SIZE, 2)[..4_999]).unwrap();
    for (n, file) in [(1, &stage.files[0]), (2, &stage.files[1])] {
        let begun = stage.tom.begins(&stage.network, file).unwrap();
        assert!(!begun.done && begun.parts.is_empty(), "it is not said to be here");
        stage.tom.sends_up(&stage.network, &file.space, &pdf(SIZE, n)).unwrap();
        assert_eq!(stage.asha.reads(&stage.network, file), pdf(SIZE, n));
    }
    assert_eq!(stage.network.hub.check_files().unwrap(), FilesSeen { whole: 2, bad: Vec::new() });
}

#[test]
fn a_damaged_file_is_let_go_of_when_that_is_asked_for_and_comes_again() {
    let stage = stage();
    let bad = stage.damages();
    assert!(stage.tom.begins(&stage.network, &stage.files[0]).unwrap().done, "its length tells nothing");
    let found = serde_json::json!({ "whole": 1, "bad": [bad] });
    assert_eq!(json(&stage.data(), &["sweep", "--damaged", "--dry-run", "--json"]), found);
    assert_eq!(says(&stage.data(), &["doctor"]).status.code(), Some(1), "nothing was changed");
    assert_eq!(json(&stage.data(), &["sweep", "--damaged", "--json"]), found);
    let FileRequest { space, sha256, .. } = &stage.files[0];
    assert_eq!(stage.tom.gets(&stage.network, space, sha256, 0).0, 404);
    stage.tom.sends_up(&stage.network, space, &pdf(SIZE, 1)).unwrap();
    assert_eq!(stage.asha.reads(&stage.network, &stage.files[0]), pdf(SIZE, 1));
    // A folder that is not where it should be is no reason to forget every file.
    std::fs::rename(stage.data().join("files"), stage.data().join("elsewhere")).unwrap();
    assert_eq!(says(&stage.data(), &["sweep", "--damaged"]).status.code(), Some(2));
    std::fs::rename(stage.data().join("elsewhere"), stage.data().join("files")).unwrap();
    assert_eq!(stage.network.hub.check_files().unwrap().whole, 2);
}

#[test]
fn bytes_that_cannot_be_read_now_are_named_and_stay() {
    let stage = stage();
    let (unread, damaged) = (stage.bad(2, BadBecause::Unreadable), stage.damages());
    let (lies, aside) = (stage.lies(&pdf(SIZE, 2)), stage.data().join("aside"));
    std::fs::rename(&lies, &aside).unwrap();
    // A folder is there and cannot be read as a file, whoever asks.
    std::fs::create_dir(&lies).unwrap();
    let said = says(&stage.data(), &["sweep", "--damaged", "--json"]);
    let told = String::from_utf8(said.stderr).unwrap();
    assert_eq!(said.status.code(), Some(1), "{told}");
    assert!(told.contains(&unread.stored) && !told.contains(&damaged.stored), "{told}");
    let seen: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
    for bad in [&unread, &damaged] {
        assert!(seen["bad"].as_array().unwrap().contains(&serde_json::to_value(bad).unwrap()));
    }
    let now = stage.network.hub.check_files().unwrap();
    assert_eq!(now, FilesSeen { whole: 0, bad: vec![unread] }, "the damaged one alone was let go of");
    std::fs::remove_dir(&lies).unwrap();
    std::fs::rename(&aside, &lies).unwrap();
    assert_eq!(stage.tom.reads(&stage.network, &stage.files[1]), pdf(SIZE, 2));
    // The one that is left is gone with its folder, which may only not be mounted.
    std::fs::rename(stage.data().join("files"), stage.data().join("elsewhere")).unwrap();
    assert_eq!(says(&stage.data(), &["sweep", "--damaged"]).status.code(), Some(2));
    std::fs::rename(stage.data().join("elsewhere"), stage.data().join("files")).unwrap();
    assert_eq!(stage.tom.reads(&stage.network, &stage.files[1]), pdf(SIZE, 2));
}

#[test]
fn a_disk_that_takes_no_files_gets_the_words_all_the_same() {
    let stage = stage();
    let folder = TempDir::new().unwrap();
    let copy = folder.path().join("night.db");
    // Where the files should go lies something else.
    std::fs::write(folder.path().join("night.db.files"), b"x").unwrap();
    let mut bad = [1, 2].map(|n| stage.bad(n, BadBecause::NotCopied)).to_vec();
    bad.sort_by_key(|file| file.stored.split_once('/').map(|(_, name)| name.to_owned()));
    assert_eq!(stage.network.hub.backup(&copy).unwrap(), FilesSeen { whole: 0, bad });
    assert!(copy.is_file() && !folder.path().join("night.db.half").exists());
    let second = folder.path().join("second.db");
    std::fs::write(folder.path().join("second.db.files"), b"x").unwrap();
    let said = says(&stage.data(), &["backup", second.to_str().unwrap()]);
    let told = String::from_utf8(said.stderr).unwrap();
    assert_eq!(said.status.code(), Some(1), "{told}");
    assert!(told.contains("no room") && !told.contains("sweep"), "{told}");
    assert!(second.is_file());
    // The same for a hub that is put back.
    std::fs::remove_file(folder.path().join("night.db.files")).unwrap();
    std::fs::remove_file(&copy).unwrap();
    assert_eq!(stage.network.hub.backup(&copy).unwrap().whole, 2);
    let elsewhere = folder.path().join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    std::fs::write(elsewhere.join("files"), b"x").unwrap();
    let said = says(&elsewhere, &["restore", copy.to_str().unwrap()]);
    let told = String::from_utf8(said.stderr).unwrap();
    assert_eq!(said.status.code(), Some(1), "{told}");
    assert!(told.contains("the hub is back"), "{told}");
    let hub = Hub::open(&elsewhere, NOW, seeded(4)).unwrap();
    hub.check().unwrap();
    assert_eq!(hub.status(NOW).unwrap().people, stage.network.hub.status(NOW).unwrap().people);
    // What was said to do then does it.
    std::fs::remove_file(elsewhere.join("files")).unwrap();
    std::fs::rename(folder.path().join("night.db.files"), elsewhere.join("files")).unwrap();
    assert_eq!(hub.check_files().unwrap(), FilesSeen { whole: 2, bad: Vec::new() });
}

#[test]
fn a_copy_that_cannot_be_finished_has_no_name() {
    let stage = stage();
    let folder = TempDir::new().unwrap();
    let copy = folder.path().join("night.db");
    // Where the copy should go lies something else.
    std::fs::create_dir_all(copy.join("inside")).unwrap();
    assert!(stage.network.hub.backup(&copy).is_err());
    assert!(!folder.path().join("night.db.half").exists() && copy.join("inside").is_dir());
}

#[test]
fn hubs_that_share_a_folder_leave_each_others_files_alone() {
    let folder = TempDir::new().unwrap();
    let network = |seed| {
        let hub = Hub::in_memory("Sample network", NOW, seeded(seed)).unwrap();
        let hub = hub.with_files(folder.path()).unwrap();
        Network { hub: hub.into(), now: std::cell::Cell::new(NOW), place: Place::Memory }
    };
    let (one, other) = (network(1), network(2));
    let (asha, tom, opened) = one.two_managers();
    let file = asha.sends_up(&one, &opened.of_response(), &pdf(SIZE, 1)).unwrap();
    let days = 2 * 24 * 60 * 60_000;
    assert_eq!(other.hub.sweep_files(NOW + days, false).unwrap(), Swept::default());
    assert_eq!(tom.reads(&one, &file), pdf(SIZE, 1));
}
