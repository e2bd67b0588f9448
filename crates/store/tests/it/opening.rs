//! Opening: what is refused, that a refusal harms nothing, and what is noticed about copies of the file.

use crate::kit::{Desk, KEY, NOW, open_at, open_with_token, quick_folder, seeded};
use linchpin_store::{BootToken, Config, Key, StoreError, list_backups, open, verify_file};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Opens the file past the store, as a newer version's store would.
pub(crate) fn past_the_store(folder: &Path) -> rusqlite::Connection {
    let db = rusqlite::Connection::open(folder.join("linchpin.db")).unwrap();
    let key: String = [7u8; 32].iter().map(|byte| format!("{byte:02x}")).collect();
    db.pragma_update(None, "key", format!("x'{key}'")).unwrap();
    db
}

/// Everything that lies in a folder.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            files.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    files
}

fn store_folder(desk: Desk) -> (tempfile::TempDir, PathBuf) {
    let Desk { store, folder, .. } = desk;
    drop(store);
    let path = folder.path().join("store");
    (folder, path)
}

#[test]
fn a_file_of_a_newer_version_is_refused_and_not_a_byte_of_it_changes() {
    let desk = Desk::new(1);
    desk.creates_call(1, "A");
    let (_keep, folder) = store_folder(desk);
    let db = past_the_store(&folder);
    db.execute_batch(
        "CREATE TABLE of_tomorrow (no INTEGER PRIMARY KEY) STRICT;
         INSERT INTO migration (number, older_apps_may, app, at) VALUES (900, 0, '2.4.0', 1);",
    )
    .unwrap();
    drop(db);
    let before = contents(&folder);
    for _ in 0..2 {
        let refused = open_at(&folder, 1).err();
        assert_eq!(refused, Some(StoreError::TooNew { min_app: "2.4.0".into() }));
    }
    assert_eq!(contents(&folder), before);
}

#[test]
fn a_newer_file_that_was_killed_while_open_keeps_its_log_too() {
    let desk = Desk::new(1);
    desk.creates_call(1, "A");
    let (_keep, folder) = store_folder(desk);
    let db = past_the_store(&folder);
    db.execute("INSERT INTO migration (number, older_apps_may, app, at) VALUES (900, 0, '2.4.0', 1)", [])
        .unwrap();
    // Copied while open: what a kill leaves, log included.
    let killed = quick_folder();
    for name in ["linchpin.db", "linchpin.db-wal"] {
        fs::copy(folder.join(name), killed.path().join(name)).unwrap();
    }
    drop(db);
    let read = |name: &str| fs::read(killed.path().join(name)).unwrap();
    let before = (read("linchpin.db"), read("linchpin.db-wal"));
    assert!(!before.1.is_empty());
    assert_eq!(open_at(killed.path(), 1).err(), Some(StoreError::TooNew { min_app: "2.4.0".into() }));
    assert_eq!((read("linchpin.db"), read("linchpin.db-wal")), before);
}

#[test]
fn what_a_newer_version_only_added_is_no_reason_to_refuse() {
    let desk = Desk::new(1);
    let call = desk.creates_call(1, "A");
    let Desk { store, folder, me } = desk;
    drop(store);
    let path = folder.path().join("store");
    past_the_store(&path)
        .execute("INSERT INTO migration (number, older_apps_may, app, at) VALUES (900, 1, '2.4.0', 1)", [])
        .unwrap();
    let store = open_at(&path, 1).unwrap();
    assert_eq!(Desk { store, folder, me }.title(call), "A");
}

#[test]
fn a_second_program_is_refused_until_the_first_is_done() {
    let desk = Desk::new(1);
    let path = desk.folder.path().join("store");
    assert_eq!(open_at(&path, 2).err(), Some(StoreError::Locked));
    let (_keep, path) = store_folder(desk);
    assert!(open_at(&path, 2).is_ok());
}

#[test]
fn a_wrong_key_is_told_from_a_damaged_file_and_harms_nothing() {
    let desk = Desk::new(1);
    let call = desk.creates_call(1, "A");
    let (keep, folder) = store_folder(desk);
    let before = contents(&folder);
    let wrong = [Key::Raw([8; 32]), Key::Passphrase(Zeroizing::new("correct horse".into()))];
    for key in wrong {
        let refused = open(Config::new(&folder), &key, NOW, "0.1.0").err();
        assert_eq!(refused, Some(StoreError::WrongKey));
    }
    assert_eq!(contents(&folder), before);
    let store = open_at(&folder, 1).unwrap();
    assert_eq!(Desk { store, folder: keep, me: crate::kit::id(1) }.title(call), "A");
}

#[test]
fn what_is_no_store_is_refused_and_left_alone() {
    let plain = quick_folder();
    rusqlite::Connection::open(plain.path().join("linchpin.db"))
        .unwrap()
        .execute_batch("CREATE TABLE somebody (name TEXT)")
        .unwrap();
    let junk = quick_folder();
    fs::write(junk.path().join("linchpin.db"), "Minutes of the practice meeting, in plain text.").unwrap();
    let short = quick_folder();
    fs::write(short.path().join("linchpin.db"), "x").unwrap();
    let noise = quick_folder();
    fs::write(noise.path().join("linchpin.db"), [0x5a; 3 * 4_096]).unwrap();
    for (folder, expected) in [
        (plain, StoreError::Corrupt),
        (junk, StoreError::Corrupt),
        (short, StoreError::Corrupt),
        (noise, StoreError::WrongKey),
    ] {
        let file = folder.path().join("linchpin.db");
        let before = fs::read(&file).unwrap();
        let refused = open_at(folder.path(), 1).err();
        assert_eq!(refused, Some(expected));
        assert_eq!(fs::read(&file).unwrap(), before);
    }
}

#[test]
fn an_empty_file_from_a_start_that_was_killed_becomes_a_store() {
    let folder = quick_folder();
    fs::write(folder.path().join("linchpin.db"), "").unwrap();
    fs::write(folder.path().join("linchpin.db.new"), "half").unwrap();
    assert!(!linchpin_store::exists(folder.path()));
    assert!(open_at(folder.path(), 1).is_ok());
    assert!(linchpin_store::exists(folder.path()));
}

#[test]
fn a_passphrase_opens_what_it_made_and_nothing_lies_in_the_clear() {
    let folder = quick_folder();
    let key = || Key::Passphrase(Zeroizing::new("seven sample words".into()));
    let opened = || open(Config::new(folder.path()).with_random(seeded(1)), &key(), NOW, "0.1.0");
    let store = opened().unwrap();
    let by = linchpin_store::By { person: crate::kit::id(1), now_ms: NOW, what: "x" };
    let call: linchpin_domain::id::CallId = crate::kit::id(1);
    let space = linchpin_domain::space::Space::Call(call);
    store.transact(&by, |tx| tx.create(call, &space, &crate::kit::named("canarywords"))).unwrap();
    let (backup, _) = store.backup("auto", NOW).unwrap();
    drop(store);
    assert_eq!(verify_file(&backup, &key()).unwrap().records, 1);
    let store = opened().unwrap();
    assert_eq!(store.read(|r| r.search("canarywords", 3)).unwrap().len(), 1);
    for path in contents(folder.path()).into_keys().chain([backup]) {
        let bytes = fs::read(&path).unwrap();
        let in_the_clear = bytes.windows(11).any(|window| window == b"canarywords");
        assert!(!in_the_clear, "{}", path.display());
    }
}

#[test]
fn a_copy_of_the_profile_is_noticed_by_its_token_and_gets_another_replica_id() {
    let folder = quick_folder();
    let store = open_with_token(folder.path(), BootToken::Missing).unwrap();
    assert!(!store.cloned(), "a new store is no copy");
    let token = store.renew_boot_token().unwrap();
    drop(store);
    let store = open_with_token(folder.path(), BootToken::Is(token)).unwrap();
    assert!(!store.cloned());
    let before = store.identity().unwrap().replica;
    drop(store);
    for stranger in [BootToken::Missing, BootToken::Is([9; 16])] {
        assert!(open_with_token(folder.path(), stranger).unwrap().cloned());
    }
    let store = open_with_token(folder.path(), BootToken::Missing).unwrap();
    let (after, _) = store.new_replica().unwrap();
    assert!(after != before && store.identity().unwrap().replica == after);
}

#[test]
fn a_step_that_is_missing_runs_after_a_checked_copy_and_a_failed_one_leaves_all_as_it_was() {
    let desk = Desk::new(1);
    let call = desk.creates_call(1, "A");
    let (keep, folder) = store_folder(desk);
    // The step cannot run while what it adds stands in the way.
    let step = 18;
    past_the_store(&folder).execute("DELETE FROM migration WHERE number = ?1", [step]).unwrap();
    assert!(open_at(&folder, 1).is_err());
    let missing: u32 = past_the_store(&folder)
        .query_row("SELECT count(*) FROM migration WHERE number = ?1", [step], |row| row.get(0))
        .unwrap();
    assert_eq!(missing, 0, "a step is done whole or not at all");
    past_the_store(&folder).execute_batch("ALTER TABLE hub DROP COLUMN next_nonce").unwrap();
    let store = open_at(&folder, 1).unwrap();
    let copies = list_backups(&folder).unwrap();
    assert_eq!((copies.len(), copies[0].why.as_str()), (2, "before-update"));
    assert_eq!(verify_file(&copies[0].path, &KEY).unwrap().records, 1);
    assert_eq!(Desk { store, folder: keep, me: crate::kit::id(1) }.title(call), "A");
}

#[cfg(unix)]
#[test]
fn the_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new(1);
    let path = desk.folder.path().join("store");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(&path.join("linchpin.db"))), (0o700, 0o600));
}

#[test]
fn the_log_cut_at_any_byte_gives_a_store_as_it_was_at_some_commit() {
    let desk = Desk::new(1);
    let call = desk.creates_call(1, "T0");
    let (answer, space) = desk.creates_answer(2);
    for n in 1..=12 {
        desk.sets_title(call, &format!("T{n}"));
        desk.types(answer, &space, &format!("w{n}"));
    }
    let source = desk.folder.path().join("store");
    let (file, log) =
        (fs::read(source.join("linchpin.db")).unwrap(), fs::read(source.join("linchpin.db-wal")).unwrap());
    let mut seen = Vec::new();
    for cut in (0..=40).map(|part| log.len() * part / 40) {
        let folder = quick_folder();
        let path = folder.path().join("store");
        fs::create_dir(&path).unwrap();
        fs::write(path.join("linchpin.db"), &file).unwrap();
        fs::write(path.join("linchpin.db-wal"), &log[..cut]).unwrap();
        let Ok(store) = open_at(&path, 1) else { continue };
        store.check_file().unwrap();
        assert!(store.search_is_whole().unwrap());
        let cut = Desk { store, folder, me: desk.me };
        let row = cut.store.read(|r| r.get::<linchpin_domain::record::call::Call>(call)).unwrap();
        let Some(row) = row else { continue };
        let title: usize = row.record.title[1..].parse().unwrap();
        let words = cut.plain(answer).split_whitespace().count();
        assert!(words == title || words + 1 == title, "{words} words after title {title}");
        let identity = cut.store.identity().unwrap();
        let waiting = cut.store.waiting(100, 1 << 20).unwrap();
        assert_eq!(waiting.len() as u64, identity.last_counter, "a counter for each change and none twice");
        seen.push(words);
    }
    assert!(seen.is_sorted() && seen.last() == Some(&12) && seen.len() > 10, "{seen:?}");
}
