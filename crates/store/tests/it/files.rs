//! Files on this computer: added with their records, moved out, fetched, put back with the store, and gone with a space.

use crate::hub::Hub;
use crate::kit::{Desk, KEY, NOW, WordTexts, id, open_at};
use linchpin_domain::canonical::sha256_hex;
use linchpin_domain::file::FileKind;
use linchpin_domain::id::{CallId, FileId, RecordId};
use linchpin_domain::record::file::File;
use linchpin_domain::space::Space;
use linchpin_store::files::{FILE_PIECE, FileCopy, FileStands};
use linchpin_store::{StoreError, restore_file, set_aside};
use std::path::Path;

fn bytes(size: u64, seed: u8) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7 canary ".to_vec();
    bytes.extend((0..size).map(|n| (n % 249) as u8 ^ seed));
    bytes.truncate(usize::try_from(size).unwrap());
    bytes
}

fn space() -> Space {
    Space::Call(id::<CallId>(1))
}

fn adds(desk: &Desk, n: u8, bytes: &[u8]) -> String {
    let record = File {
        name: "Evidence.pdf".into(),
        kind: Some(FileKind::Pdf),
        size: bytes.len() as u64,
        sha256: sha256_hex(bytes),
        ..File::default()
    };
    let done = desk.store.transact(&desk.by(), |tx| {
        tx.create(id::<FileId>(n), &space(), &record)?;
        tx.add_file(id::<FileId>(n), &space(), bytes)
    });
    done.unwrap();
    record.sha256
}

fn beside(desk: &Desk) -> Vec<String> {
    match std::fs::read_dir(desk.store.folder().join("files")) {
        Ok(entries) => entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect(),
        Err(_) => Vec::new(),
    }
}

fn holds(folder: &Path, needle: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => holds(&path, needle),
            false => std::fs::read(&path).unwrap().windows(needle.len()).any(|window| window == needle),
        }
    })
}

#[test]
fn a_file_is_there_with_its_record_or_not_at_all() {
    let desk = Desk::new(1);
    let file = bytes(2 * FILE_PIECE + 7, 1);
    let hash = adds(&desk, 1, &file);
    let again = adds(&desk, 2, &file);
    assert_eq!((again.as_str(), desk.store.read(|r| r.file_copies()).unwrap().len()), (hash.as_str(), 1));
    assert_eq!(desk.store.file_bytes(&space(), &hash).unwrap(), Some(file.clone()));
    let piece = desk.store.file_piece(&space(), &hash, 2).unwrap();
    assert_eq!(piece, file[2 * FILE_PIECE as usize..]);
    assert_eq!(desk.store.file_piece(&space(), &hash, 3), Err(StoreError::NotFound));
    let failed = desk.store.transact(&desk.by(), |tx| {
        tx.add_file(id::<FileId>(3), &space(), b"never")?;
        Err::<(), _>(StoreError::NotFound)
    });
    assert!(failed.is_err() && desk.store.read(|r| r.file_copies()).unwrap().len() == 1);
    for wrong in [&[][..], &vec![0; (25 << 20) + 1]] {
        let added = desk.store.transact(&desk.by(), |tx| tx.add_file(id::<FileId>(3), &space(), wrong));
        assert!(added.is_err());
    }
}

#[test]
fn what_the_hub_has_moves_out_locked_and_what_it_has_not_stays() {
    let desk = Desk::new(1);
    let (large, small) = (bytes(3 * FILE_PIECE, 2), bytes(900, 3));
    let hashes = [adds(&desk, 1, &large), adds(&desk, 2, &small)];
    desk.store.tidy_files().unwrap();
    assert_eq!(beside(&desk), Vec::<String>::new(), "nobody else has them yet");
    for hash in &hashes {
        desk.store.note_file_sent(&space(), hash).unwrap();
    }
    desk.store.tidy_files().unwrap();
    let names = beside(&desk);
    assert_eq!(names.len(), 1);
    for (hash, bytes) in hashes.iter().zip([&large, &small]) {
        assert_eq!(desk.store.file_bytes(&space(), hash).unwrap().as_ref(), Some(bytes));
    }
    assert_eq!(desk.store.file_piece(&space(), &hashes[0], 1).unwrap(), large[1 << 20..2 << 20]);
    assert!(!holds(desk.store.folder(), b"canary"), "nothing lies open");
    // A byte that was changed is noticed, and so is a file that is gone.
    let path = desk.store.folder().join("files").join(&names[0]);
    let mut raw = std::fs::read(&path).unwrap();
    raw[5_000] ^= 1;
    std::fs::write(&path, &raw).unwrap();
    assert_eq!(desk.store.file_bytes(&space(), &hashes[0]), Err(StoreError::Corrupt));
    std::fs::write(desk.store.folder().join("files/left-over.part"), b"x").unwrap();
    std::fs::remove_file(&path).unwrap();
    desk.store.tidy_files().unwrap();
    assert_eq!(beside(&desk), Vec::<String>::new());
    assert_eq!(desk.store.file_bytes(&space(), &hashes[0]), Ok(None), "it is asked for again");
    let stands: Vec<_> =
        desk.store.read(|r| r.file_copies()).unwrap().iter().map(|copy| copy.stands).collect();
    assert_eq!(stands, [FileStands::Coming, FileStands::Here]);
}

#[test]
fn what_comes_piece_by_piece_counts_when_it_has_its_hash() {
    let desk = Desk::new(1);
    let file = bytes(FILE_PIECE + 9, 4);
    let hash = sha256_hex(&file);
    let take = |piece: u32, bytes: &[u8]| desk.store.take_file_piece(&space(), &hash, piece, bytes).unwrap();
    take(0, &file[..1 << 20]);
    assert_eq!(desk.store.file_pieces(&space(), &hash).unwrap(), Vec::<u32>::new(), "nobody asked for it");
    desk.store.want_file(&space(), (&hash, file.len() as u64), true).unwrap();
    for (piece, wrong) in [(0, &file[..9]), (1, &file[..10]), (2, &file[..9]), (0, &[])] {
        take(piece, wrong);
    }
    assert_eq!(desk.store.file_pieces(&space(), &hash).unwrap(), Vec::<u32>::new(), "of another length");
    take(1, &file[1 << 20..]);
    assert!(!desk.store.end_file(&space(), &hash).unwrap(), "half of it");
    assert_eq!(desk.store.file_bytes(&space(), &hash).unwrap(), None);
    take(0, &vec![0; 1 << 20]);
    assert!(!desk.store.end_file(&space(), &hash).unwrap(), "another one");
    assert_eq!(desk.store.file_pieces(&space(), &hash).unwrap(), Vec::<u32>::new(), "all of it is let go of");
    take(0, &file[..1 << 20]);
    take(1, &file[1 << 20..]);
    assert!(desk.store.end_file(&space(), &hash).unwrap());
    take(0, &vec![0; 1 << 20]);
    assert_eq!(desk.store.file_bytes(&space(), &hash).unwrap(), Some(file), "what is here stays as it is");
}

#[test]
fn a_copy_of_the_store_brings_what_was_never_sent_and_asks_again_for_the_rest() {
    let desk = Desk::new(1);
    let (sent, unsent) = (bytes(2 * FILE_PIECE, 5), bytes(2 * FILE_PIECE + 1, 6));
    let (sent_hash, unsent_hash) = (adds(&desk, 1, &sent), adds(&desk, 2, &unsent));
    desk.store.note_file_sent(&space(), &sent_hash).unwrap();
    desk.store.tidy_files().unwrap();
    let stick = tempfile::TempDir::new().unwrap();
    let copy = stick.path().join("copy.db");
    desk.store.backup_to(&copy).unwrap();
    let elsewhere = stick.path().join("elsewhere");
    let mut random: linchpin_store::Random = Box::new(|bytes: &mut [u8]| bytes.fill(7));
    restore_file(&elsewhere, &copy, &KEY, &mut random, "0.1.0", NOW).unwrap();
    let store = open_at(&elsewhere, 5).unwrap();
    assert_eq!(store.file_bytes(&space(), &unsent_hash).unwrap(), Some(unsent));
    assert_eq!(store.file_bytes(&space(), &sent_hash).unwrap(), None);
    store.tidy_files().unwrap();
    let copies = store.read(|r| r.file_copies()).unwrap();
    let stands = |hash: &str| copies.iter().find(|copy| copy.sha256 == hash).unwrap().stands;
    assert_eq!((stands(&sent_hash), stands(&unsent_hash)), (FileStands::Coming, FileStands::Sending));
}

#[test]
fn the_files_of_a_store_that_lies_aside_stay_until_it_is_gone() {
    let desk = Desk::new(1);
    let file = bytes(2 * FILE_PIECE, 25);
    let hash = adds(&desk, 1, &file);
    desk.store.note_file_sent(&space(), &hash).unwrap();
    desk.store.tidy_files().unwrap();
    let (names, place) = (beside(&desk), desk.store.folder().to_path_buf());
    let Desk { store, folder: _folder, .. } = desk;
    drop(store);
    let aside = set_aside(&place, NOW, |_| Ok::<_, StoreError>(())).unwrap().unwrap();
    let other = open_at(&place, 5).unwrap();
    other.tidy_files().unwrap();
    let path = place.join("files").join(&names[0]);
    assert!(path.is_file(), "the other store knows nothing of it");
    drop(other);
    let mut random: linchpin_store::Random = Box::new(|bytes: &mut [u8]| bytes.fill(7));
    restore_file(&place, &aside, &KEY, &mut random, "0.1.0", NOW).unwrap();
    let store = open_at(&place, 6).unwrap();
    store.tidy_files().unwrap();
    assert_eq!(store.file_bytes(&space(), &hash).unwrap(), Some(file));
    // Nothing lies aside any more, so what belongs to nothing goes again.
    std::fs::remove_dir_all(place.join("backups")).unwrap();
    let left_over = place.join("files/left-over");
    std::fs::write(&left_over, b"x").unwrap();
    store.tidy_files().unwrap();
    assert!(path.is_file() && !left_over.exists());
}

#[test]
fn a_space_that_is_gone_takes_its_files_along() {
    let desk = Desk::new(1);
    let file = bytes(2 * FILE_PIECE, 8);
    let hash = adds(&desk, 1, &file);
    desk.store.note_file_sent(&space(), &hash).unwrap();
    desk.store.tidy_files().unwrap();
    assert_eq!(beside(&desk).len(), 1);
    desk.store.space_gone(&space(), "revoked", &mut WordTexts, NOW).unwrap();
    assert_eq!(desk.store.file_bytes(&space(), &hash), Ok(None));
    desk.store.tidy_files().unwrap();
    assert_eq!(beside(&desk), Vec::<String>::new());
    assert_eq!(desk.store.want_file(&space(), (&hash, 9), true), Err(StoreError::Gone));
}

fn copy(desk: &Desk, sha256: &str) -> FileCopy {
    let copies = desk.store.read(|r| r.file_copies()).unwrap();
    copies.into_iter().find(|copy| copy.sha256 == sha256).unwrap()
}

#[test]
fn a_file_that_is_added_again_is_offered_again() {
    let desk = Desk::new(1);
    let file = bytes(2 * FILE_PIECE, 9);
    let hash = adds(&desk, 1, &file);
    desk.store.note_file_sent(&space(), &hash).unwrap();
    desk.store.tidy_files().unwrap();
    assert_eq!((copy(&desk, &hash).stands, beside(&desk).len()), (FileStands::Here, 1));
    // The hub may have let go of it, and a refusal is not for ever.
    for refused in ["", "notAllowed"] {
        desk.store.note_file_refused(&space(), &hash, refused).unwrap();
        adds(&desk, if refused.is_empty() { 2 } else { 3 }, &file);
        let there = copy(&desk, &hash);
        assert_eq!((there.stands, there.refused.as_str()), (FileStands::Sending, ""));
        desk.store.tidy_files().unwrap();
        assert_eq!(beside(&desk), Vec::<String>::new(), "until the hub has it, it lies in the store");
        assert_eq!(desk.store.file_bytes(&space(), &hash).unwrap().as_ref(), Some(&file));
    }
}

#[test]
fn a_copy_that_takes_another_id_offers_everything_again_that_is_here() {
    let desk = Desk::new(1);
    let (own, theirs) = (bytes(2 * FILE_PIECE, 10), bytes(900, 11));
    let hashes = [adds(&desk, 1, &own), sha256_hex(&theirs)];
    desk.store.note_file_sent(&space(), &hashes[0]).unwrap();
    desk.store.want_file(&space(), (&hashes[1], 900), false).unwrap();
    desk.store.take_file_piece(&space(), &hashes[1], 0, &theirs).unwrap();
    assert!(desk.store.end_file(&space(), &hashes[1]).unwrap());
    desk.store.tidy_files().unwrap();
    desk.store.new_replica().unwrap();
    let stands = || hashes.each_ref().map(|hash| copy(&desk, hash).stands);
    assert_eq!(stands(), [FileStands::Sending, FileStands::Sending]);
    assert_eq!(desk.store.file_piece(&space(), &hashes[0], 1).unwrap(), own[1 << 20..]);
    // What the hub had once is only offered: where it does not want it from here, it is here all the same.
    for hash in &hashes {
        desk.store.note_file_refused(&space(), hash, "notAllowed").unwrap();
        assert_eq!(copy(&desk, hash).refused, "");
    }
    assert_eq!(stands(), [FileStands::Here, FileStands::Here]);
}

#[test]
fn what_the_hub_had_once_is_not_kept_when_access_ends() {
    let desk = Desk::new(1);
    let hash = adds(&desk, 1, &bytes(2 * FILE_PIECE, 18));
    desk.store.note_file_sent(&space(), &hash).unwrap();
    desk.store.new_replica().unwrap();
    assert_eq!(copy(&desk, &hash).stands, FileStands::Sending);
    desk.store.space_gone(&space(), "revoked", &mut WordTexts, NOW).unwrap();
    assert_eq!(desk.store.read(|r| r.unsent_file(id::<FileId>(1).into())).unwrap(), None);
    assert_eq!(desk.store.read(|r| r.file_copies()).unwrap(), []);
}

#[test]
fn what_a_hub_that_went_back_may_have_lost_is_kept_when_access_ends() {
    let desk = Desk::new(1);
    let file = bytes(2 * FILE_PIECE, 19);
    let hash = adds(&desk, 1, &file);
    desk.store.note_file_sent(&space(), &hash).unwrap();
    desk.store.epoch_changed(9, &[], NOW).unwrap();
    assert_eq!(copy(&desk, &hash).stands, FileStands::Sending);
    desk.store.space_gone(&space(), "revoked", &mut WordTexts, NOW).unwrap();
    assert!(desk.store.read(|r| r.unsent_file(id::<FileId>(1).into())).unwrap().is_some());
}

#[test]
fn a_size_that_was_told_wrongly_gives_way_to_another() {
    let desk = Desk::new(1);
    let file = bytes(FILE_PIECE + 9, 12);
    let hash = sha256_hex(&file);
    // Somebody's record names this hash with the size of something else.
    desk.store.want_file(&space(), (&hash, 2 * FILE_PIECE), false).unwrap();
    desk.store.take_file_piece(&space(), &hash, 1, &vec![7; 1 << 20]).unwrap();
    desk.store.note_file_refused(&space(), &hash, "wrongFile").unwrap();
    desk.store.want_file(&space(), (&hash, file.len() as u64), false).unwrap();
    let there = copy(&desk, &hash);
    assert_eq!((there.size, there.refused.as_str()), (file.len() as u64, ""));
    assert_eq!(desk.store.file_pieces(&space(), &hash).unwrap(), Vec::<u32>::new());
    for (piece, bytes) in [(0, &file[..1 << 20]), (1, &file[1 << 20..])] {
        desk.store.take_file_piece(&space(), &hash, piece, bytes).unwrap();
    }
    assert!(desk.store.end_file(&space(), &hash).unwrap());
    desk.store.want_file(&space(), (&hash, 5), false).unwrap();
    assert_eq!(copy(&desk, &hash).size, file.len() as u64, "what is here has the size that it has");
}

#[test]
fn files_are_moved_out_by_many_at_once_and_none_is_lost() {
    let desk = Desk::new(1);
    let files: Vec<Vec<u8>> = (20..26).map(|n| bytes(2 * FILE_PIECE, n)).collect();
    let hashes: Vec<String> = (20..).zip(&files).map(|(n, file)| adds(&desk, n, file)).collect();
    for hash in &hashes {
        desk.store.note_file_sent(&space(), hash).unwrap();
    }
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| desk.store.tidy_files().unwrap());
        }
    });
    assert_eq!(beside(&desk).len(), files.len());
    for (hash, file) in hashes.iter().zip(&files) {
        assert_eq!(desk.store.file_bytes(&space(), hash).unwrap().as_ref(), Some(file));
        assert_eq!(copy(&desk, hash).stands, FileStands::Here);
    }
}

#[test]
fn bytes_that_cannot_be_read_come_again_where_the_hub_had_them() {
    let desk = Desk::new(1);
    let hashes = [adds(&desk, 1, &bytes(2 * FILE_PIECE, 13)), adds(&desk, 2, &bytes(900, 14))];
    desk.store.note_file_sent(&space(), &hashes[0]).unwrap();
    desk.store.tidy_files().unwrap();
    let path = desk.store.folder().join("files").join(&beside(&desk)[0]);
    let mut raw = std::fs::read(&path).unwrap();
    raw[5_000] ^= 1;
    std::fs::write(&path, &raw).unwrap();
    assert_eq!(desk.store.file_bytes(&space(), &hashes[0]), Err(StoreError::Corrupt));
    assert!(desk.store.note_file_lost(&space(), &hashes[0]).unwrap());
    assert!(!desk.store.note_file_lost(&space(), &hashes[1]).unwrap(), "nobody else has it");
    let stands = hashes.each_ref().map(|hash| copy(&desk, hash).stands);
    assert_eq!(stands, [FileStands::Coming, FileStands::Sending]);
    assert_eq!(desk.store.file_bytes(&space(), &hashes[0]), Ok(None));
}

#[test]
fn a_file_that_the_hub_never_took_stays_when_access_ends_and_is_found_by_its_name() {
    let desk = Desk::new(1);
    let (unsent, sent) = (bytes(2 * FILE_PIECE, 15), bytes(900, 16));
    let (unsent_hash, sent_hash) = (adds(&desk, 1, &unsent), adds(&desk, 2, &sent));
    let deleted = adds(&desk, 3, &bytes(900, 17));
    desk.store.transact(&desk.by(), |tx| tx.delete(id::<FileId>(3))).unwrap();
    desk.store.note_file_sent(&space(), &sent_hash).unwrap();
    desk.store.space_gone(&space(), "revoked", &mut WordTexts, NOW).unwrap();
    let kept = desk.store.read(|r| r.kept()).unwrap();
    let kept = kept.iter().find(|kept| kept.record == RecordId::from(id::<FileId>(1))).unwrap();
    assert_eq!((kept.kind.as_str(), kept.words.as_str()), ("file", "Evidence.pdf"));
    let file = |n: u8| desk.store.read(|r| r.unsent_file(id::<FileId>(n).into())).unwrap();
    assert_eq!(file(1).map(|file| file.sha256), Some(unsent_hash.clone()));
    assert_eq!((file(2), file(3)), (None, None));
    desk.store.tidy_files().unwrap();
    assert_eq!(desk.store.file_bytes(&space(), &unsent_hash).unwrap(), Some(unsent));
    for gone in [&sent_hash, &deleted] {
        assert_eq!(desk.store.file_bytes(&space(), gone), Ok(None));
    }
    assert!(desk.store.read(|r| r.files_to_move()).unwrap().is_empty(), "it goes nowhere");
}

/// Returns which file is kept for a record, by its hash, and under which name.
fn kept(desk: &Desk, n: u8) -> Option<(String, String)> {
    let record = RecordId::from(id::<FileId>(n));
    let name = desk.store.read(|r| r.kept()).unwrap().into_iter().find(|kept| kept.record == record)?.words;
    let file = desk.store.read(|r| r.unsent_file(record)).unwrap()?;
    Some((name, sha256_hex(&desk.store.file_bytes(&file.space, &file.sha256).unwrap()?)))
}

#[test]
fn a_file_that_was_added_twice_is_kept_for_whichever_of_its_records_is_left() {
    for deleted in [1, 2] {
        let desk = Desk::new(1);
        let file = bytes(2 * FILE_PIECE, 19);
        let hash = adds(&desk, 1, &file);
        assert_eq!(adds(&desk, 2, &file), hash);
        desk.store.transact(&desk.by(), |tx| tx.delete(id::<FileId>(deleted))).unwrap();
        desk.store.space_gone(&space(), "revoked", &mut WordTexts, NOW).unwrap();
        desk.store.tidy_files().unwrap();
        assert_eq!(
            kept(&desk, 3 - deleted),
            Some(("Evidence.pdf".to_owned(), hash)),
            "{deleted} was deleted"
        );
    }
    // Both are deleted: nobody wants it.
    let desk = Desk::new(1);
    let hash = adds(&desk, 1, &bytes(900, 20));
    adds(&desk, 2, &bytes(900, 20));
    for n in [1, 2] {
        desk.store.transact(&desk.by(), |tx| tx.delete(id::<FileId>(n))).unwrap();
    }
    desk.store.space_gone(&space(), "revoked", &mut WordTexts, NOW).unwrap();
    assert_eq!(desk.store.file_bytes(&space(), &hash), Ok(None));
}

#[test]
fn a_file_that_a_colleague_deleted_is_still_the_adders() {
    let (asha, ben, mut hub) = (Desk::new(1), Desk::new(2), Hub::default());
    let hash = adds(&asha, 1, &bytes(2 * FILE_PIECE, 21));
    asha.syncs(&mut hub);
    ben.syncs(&mut hub);
    ben.store.transact(&ben.by_at(NOW + 1), |tx| tx.delete(id::<FileId>(1))).unwrap();
    ben.syncs(&mut hub);
    asha.syncs(&mut hub);
    assert!(asha.store.read(|r| r.get::<File>(id::<FileId>(1))).unwrap().unwrap().deleted);
    asha.store.space_gone(&space(), "revoked", &mut WordTexts, NOW).unwrap();
    assert_eq!(kept(&asha, 1), Some(("Evidence.pdf".to_owned(), hash)));
}

#[cfg(unix)]
#[test]
fn what_cannot_be_put_in_order_stops_none_of_the_rest() {
    let desk = Desk::new(1);
    let (out, stays) = (bytes(2 * FILE_PIECE, 22), bytes(2 * FILE_PIECE, 23));
    let hashes = [adds(&desk, 1, &out), adds(&desk, 2, &stays)];
    desk.store.note_file_sent(&space(), &hashes[0]).unwrap();
    desk.store.tidy_files().unwrap();
    desk.store.note_file_sent(&space(), &hashes[1]).unwrap();
    // One cannot be moved out, and what lay beside the store is lost: it is asked for again all the same.
    let folder = desk.store.folder().join("files");
    std::fs::remove_dir_all(&folder).unwrap();
    std::os::unix::fs::symlink("nowhere", &folder).unwrap();
    assert!(desk.store.tidy_files().is_err());
    assert_eq!(
        hashes.each_ref().map(|hash| copy(&desk, hash).stands),
        [FileStands::Coming, FileStands::Here]
    );
    assert_eq!(desk.store.file_bytes(&space(), &hashes[1]).unwrap().as_ref(), Some(&stays));
    // Something that cannot be removed keeps neither the one from moving out nor anything else from being removed.
    std::fs::remove_file(&folder).unwrap();
    std::fs::create_dir_all(folder.join("folder/inside")).unwrap();
    for n in 0..20 {
        std::fs::write(folder.join(format!("{n}.part")), b"x").unwrap();
    }
    assert!(desk.store.tidy_files().is_err());
    assert_eq!(beside(&desk).len(), 2, "the folder and the file");
    assert_eq!(desk.store.file_bytes(&space(), &hashes[1]).unwrap(), Some(stays));
}

#[cfg(unix)]
#[test]
fn what_cannot_be_looked_at_now_is_not_taken_for_lost() {
    let desk = Desk::new(1);
    let file = bytes(2 * FILE_PIECE, 24);
    let hash = adds(&desk, 1, &file);
    desk.store.note_file_sent(&space(), &hash).unwrap();
    desk.store.tidy_files().unwrap();
    let (folder, away) = (desk.store.folder().join("files"), desk.store.folder().join("away"));
    std::fs::rename(&folder, &away).unwrap();
    // A chain of links that leads nowhere is a fault of the disk, and not an answer.
    std::os::unix::fs::symlink("files", &folder).unwrap();
    assert!(desk.store.tidy_files().is_err());
    assert_eq!(copy(&desk, &hash).stands, FileStands::Here);
    std::fs::remove_file(&folder).unwrap();
    std::fs::rename(&away, &folder).unwrap();
    desk.store.tidy_files().unwrap();
    assert_eq!(desk.store.file_bytes(&space(), &hash).unwrap(), Some(file));
}
