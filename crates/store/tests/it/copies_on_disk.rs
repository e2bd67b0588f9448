//! Backups: checked when made, refused when damaged, and never a way to use a counter twice.

use crate::hub::Hub;
use crate::kit::{Desk, KEY, NOW, id, open_at, quick_folder, seeded};
use linchpin_domain::id::CallId;
use linchpin_store::{StoreError, list_backups, restore_file, verify_file};
use std::fs;

#[test]
fn a_backup_holds_all_there_is_and_is_made_while_people_write() {
    let desk = Desk::new(1);
    desk.creates_call(1, "A");
    let (answer, space) = desk.creates_answer(2);
    desk.types(answer, &space, "words");
    let (path, made) = desk.store.backup("auto", NOW).unwrap();
    assert_eq!((made.records, made.updates, made.outbox), (2, 1, 3));
    assert_eq!(verify_file(&path, &KEY).unwrap(), made);
    assert_eq!(desk.store.check_file().unwrap(), made);
    desk.types(answer, &space, "more");
    assert_ne!(desk.store.check_file().unwrap().digest, made.digest);
    let listed = list_backups(&desk.folder.path().join("store")).unwrap();
    assert_eq!((listed.len(), listed[0].at, listed[0].why.as_str()), (1, NOW, "auto"));
}

#[test]
fn a_damaged_backup_is_refused_and_the_store_stays() {
    let desk = Desk::new(1);
    let call = desk.creates_call(1, "A");
    let (path, _) = desk.store.backup("auto", NOW).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, bytes).unwrap();
    assert_eq!(verify_file(&path, &KEY), Err(StoreError::Corrupt));
    let Desk { store, folder, me } = desk;
    drop(store);
    let place = folder.path().join("store");
    let refused = restore_file(&place, &path, &KEY, &mut seeded(3), "0.1.0", NOW);
    assert_eq!(refused, Err(StoreError::Corrupt));
    let store = open_at(&place, 1).unwrap();
    assert_eq!(Desk { store, folder, me }.title(call), "A");
}

#[test]
fn a_page_that_a_power_cut_tore_while_the_log_holds_it_is_no_damage() {
    let desk = Desk::new(1);
    let call = desk.creates_call(1, "A");
    let source = desk.folder.path().join("store");
    let (mut file, log) =
        (fs::read(source.join("linchpin.db")).unwrap(), fs::read(source.join("linchpin.db-wal")).unwrap());
    // Behind its head the log is frames of one page each, which begin with the page's number.
    let held =
        log[32..].chunks_exact(24 + 4096).map(|frame| u32::from_be_bytes(frame[..4].try_into().unwrap()));
    let torn = held.map(|page| page as usize).find(|page| *page > 1 && page * 4096 <= file.len()).unwrap();
    file[(torn - 1) * 4096 + 512..torn * 4096].fill(7);
    let folder = quick_folder();
    let place = folder.path().join("store");
    fs::create_dir(&place).unwrap();
    fs::write(place.join("linchpin.db"), &file).unwrap();
    fs::write(place.join("linchpin.db-wal"), &log).unwrap();
    verify_file(&place.join("linchpin.db"), &KEY).unwrap();
    let store = open_at(&place, 1).unwrap();
    store.check_file().unwrap();
    assert_eq!(Desk { store, folder, me: desk.me }.title(call), "A");
}

#[test]
fn a_backup_goes_only_where_nothing_lies() {
    let desk = Desk::new(1);
    let there = desk.folder.path().join("letter.txt");
    fs::write(&there, "a letter").unwrap();
    assert_eq!(desk.store.backup_to(&there), Err(StoreError::ReadOnly));
    assert_eq!(fs::read_to_string(&there).unwrap(), "a letter");
    let nowhere = desk.folder.path().join("no").join("such").join("folder.db");
    assert!(desk.store.backup_to(&nowhere).is_err());
}

#[test]
fn restoring_puts_the_present_store_aside_and_loses_nothing_at_the_hub() {
    let desk = Desk::new(200);
    let mut hub = Hub { epoch: 1, ..Hub::default() };
    let call = desk.creates_call(1, "A");
    desk.syncs(&mut hub);
    desk.sets_title(call, "before the backup");
    let (backup, _) = desk.store.backup("auto", NOW).unwrap();
    // Sent after the backup was made, under a counter that the backup has not used.
    desk.syncs(&mut hub);
    desk.sets_title(call, "after the backup");
    desk.syncs(&mut hub);
    let replica = desk.store.identity().unwrap().replica;
    let Desk { store, folder, me } = desk;
    drop(store);
    let place = folder.path().join("store");
    let aside = restore_file(&place, &backup, &KEY, &mut seeded(4), "0.1.0", NOW).unwrap().unwrap();
    assert_eq!(verify_file(&aside, &KEY).unwrap().records, 1);
    let restored = Desk { store: open_at(&place, 5).unwrap(), folder, me };
    assert_ne!(restored.store.identity().unwrap().replica, replica);
    assert_eq!(restored.title(call), "before the backup");
    // New words under what would have been a used counter.
    restored.sets_title(call, "after the restore");
    restored.syncs(&mut hub);
    assert_eq!(restored.title(call), "after the restore");
    let other = Desk::new(201);
    other.syncs(&mut hub);
    assert_eq!(other.title(call), "after the restore");
}

#[test]
fn a_restore_that_is_killed_leaves_one_store_whole_or_the_other() {
    let desk = Desk::new(1);
    let call = desk.creates_call(1, "A");
    let (backup, _) = desk.store.backup("auto", NOW).unwrap();
    desk.sets_title(call, "after the backup");
    // A folder as a kill leaves it: the store that was not closed, with its last words in the log.
    let folder = quick_folder();
    let (from, place) = (desk.folder.path().join("store"), folder.path().join("store"));
    fs::create_dir(&place).unwrap();
    for name in ["linchpin.db", "linchpin.db-wal"] {
        fs::copy(from.join(name), place.join(name)).unwrap();
    }
    let title =
        |seed| Desk { store: open_at(&place, seed).unwrap(), folder: quick_folder(), me: id(1) }.title(call);
    // Killed before it was decided: a half copy lies about, and nothing else.
    fs::write(place.join("linchpin.db.restoring"), "half a copy").unwrap();
    assert_eq!(title(5), "after the backup");
    // Killed after: the copy is there, the store and its log still are as well.
    fs::copy(&backup, place.join("linchpin.db.restored")).unwrap();
    fs::copy(from.join("linchpin.db-wal"), place.join("linchpin.db-wal")).unwrap();
    assert_eq!(title(6), "A");
    assert!(!place.join("linchpin.db.restored").exists());
    // Killed after, where there was no store at all.
    let empty = quick_folder();
    fs::copy(&backup, empty.path().join("linchpin.db.restored")).unwrap();
    assert!(linchpin_store::exists(empty.path()));
}

#[test]
fn a_restore_that_cannot_be_finished_moves_nothing_of_the_present_store() {
    let desk = Desk::new(1);
    let call = desk.creates_call(1, "A");
    let (backup, _) = desk.store.backup("auto", NOW).unwrap();
    desk.sets_title(call, "after the backup");
    let Desk { store, folder, me } = desk;
    drop(store);
    let place = folder.path().join("store");
    // Nothing can be given this name.
    fs::create_dir_all(place.join("linchpin.db.restored").join("in the way")).unwrap();
    assert!(restore_file(&place, &backup, &KEY, &mut seeded(4), "0.1.0", NOW).is_err());
    assert_eq!(list_backups(&place).unwrap().len(), 1, "nothing was put aside");
    assert!(!place.join("linchpin.db.restoring").exists());
    let store = open_at(&place, 5).unwrap();
    assert_eq!(Desk { store, folder, me }.title(call), "after the backup");
}

#[test]
fn an_open_store_is_not_restored_over() {
    let desk = Desk::new(1);
    let (backup, _) = desk.store.backup("auto", NOW).unwrap();
    let place = desk.folder.path().join("store");
    let refused = restore_file(&place, &backup, &KEY, &mut seeded(3), "0.1.0", NOW);
    assert_eq!(refused, Err(StoreError::Locked));
}

#[test]
fn a_store_is_restored_into_an_empty_folder() {
    let desk = Desk::new(1);
    let call: CallId = desk.creates_call(1, "A");
    let (backup, _) = desk.store.backup("auto", NOW).unwrap();
    let folder = quick_folder();
    let place = folder.path().join("store");
    fs::create_dir(&place).unwrap();
    assert_eq!(restore_file(&place, &backup, &KEY, &mut seeded(3), "0.1.0", NOW), Ok(None));
    let store = open_at(&place, 5).unwrap();
    assert_eq!(Desk { store, folder, me: id(1) }.title(call), "A");
}
