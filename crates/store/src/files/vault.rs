//! Bytes of files that lie beside the store: one file each, under a drawn name, every piece locked with
//! XChaCha20-Poly1305 by a key that lies in the store alone. Whoever removes the key has removed the file.

use crate::backup::{sync_file, sync_folder, with_end};
use crate::error::StoreError;
use crate::files::FILE_PIECE;
use crate::open::{make_file_private, make_private};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The folder in the store's folder.
const FOLDER: &str = "files";
/// Bytes that a piece grows by when it is locked: the tag.
const LOCKED_BY: u64 = 16;
/// What the bytes are; part of the form.
const PURPOSE: &[u8] = b"linchpin-file-1";

/// What opens one file. It locks one file once, so the number of a piece is a nonce that no two pieces share.
pub(super) struct FileKey(pub(super) [u8; 32]);

impl FileKey {
    /// Reads a key as the store holds it.
    pub(super) fn of(bytes: &[u8]) -> Result<Self, StoreError> {
        bytes.try_into().map(Self).map_err(|_| StoreError::Corrupt)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }
}

/// Returns the nonce of a piece.
fn nonce(piece: u32) -> XNonce {
    let mut nonce = [0; 24];
    let number = piece.to_be_bytes();
    nonce.iter_mut().rev().zip(number.iter().rev()).for_each(|(to, from)| *to = *from);
    nonce.into()
}

/// Returns what a piece is locked to: its place in a file of this size.
fn bound(piece: u32, size: u64) -> Vec<u8> {
    [PURPOSE, &piece.to_be_bytes(), &size.to_be_bytes()].concat()
}

fn place(store: &Path, name: &str) -> PathBuf {
    store.join(FOLDER).join(name)
}

/// Writes all of a file; when this returns it is on disk, and until then nothing lies under its name.
pub(super) fn write(store: &Path, name: &str, key: &FileKey, bytes: &[u8]) -> Result<(), StoreError> {
    let folder = store.join(FOLDER);
    make_private(&folder)?;
    let (path, part) = (place(store, name), with_end(&place(store, name), ".part"));
    let size = u64::try_from(bytes.len()).map_err(|_| StoreError::Corrupt)?;
    let written = (|| {
        let (mut out, cipher) = (File::create(&part)?, key.cipher());
        make_file_private(&part)?;
        let piece_bytes = usize::try_from(FILE_PIECE).map_err(|_| StoreError::Corrupt)?;
        for (piece, some) in (0_u32..).zip(bytes.chunks(piece_bytes)) {
            let payload = Payload { msg: some, aad: &bound(piece, size) };
            let locked = cipher.encrypt(&nonce(piece), payload).map_err(|_| StoreError::Corrupt)?;
            out.write_all(&locked)?;
        }
        drop(out);
        sync_file(&part)?;
        std::fs::rename(&part, &path)?;
        sync_folder(&folder)
    })();
    if written.is_err() {
        remove_if_there(&part)?;
    }
    written
}

/// Reads a piece; none where the file is gone.
///
/// # Errors
/// [`StoreError::Corrupt`] where it was changed.
pub(super) fn read(
    store: &Path,
    name: &str,
    key: &FileKey,
    (piece, size): (u32, u64),
) -> Result<Option<Vec<u8>>, StoreError> {
    let mut file = match File::open(place(store, name)) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    file.seek(SeekFrom::Start(u64::from(piece) * (FILE_PIECE + LOCKED_BY)))?;
    let mut locked = Vec::new();
    file.take(FILE_PIECE + LOCKED_BY).read_to_end(&mut locked)?;
    let payload = Payload { msg: &locked, aad: &bound(piece, size) };
    key.cipher().decrypt(&nonce(piece), payload).map(Some).map_err(|_| StoreError::Corrupt)
}

/// Tells whether a file of so many bytes lies there whole, as far as its length says. What cannot be looked at now is
/// taken to be there: it may be.
pub(super) fn is_there(store: &Path, name: &str, size: u64) -> bool {
    let locked = size + size.div_ceil(FILE_PIECE) * LOCKED_BY;
    match place(store, name).metadata() {
        Ok(file) => file.is_file() && file.len() == locked,
        Err(error) => error.kind() != ErrorKind::NotFound,
    }
}

/// Removes what lies there and is none of these names; what cannot be removed keeps nothing else. What a folder that is
/// gone held is gone.
///
/// # Errors
/// The first fault of the disk.
pub(super) fn keep_only(store: &Path, names: &BTreeSet<String>) -> Result<(), StoreError> {
    let entries = match std::fs::read_dir(store.join(FOLDER)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let mut removed = Ok(());
    for entry in entries {
        let entry = entry?;
        let known = entry.file_name().to_str().is_some_and(|name| names.contains(name));
        if !known {
            removed = removed.and(remove_if_there(&entry.path()));
        }
    }
    removed
}

fn remove_if_there(path: &Path) -> Result<(), StoreError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: FileKey = FileKey([7; 32]);

    fn piece(store: &Path, piece: u32, size: u64) -> Result<Option<Vec<u8>>, StoreError> {
        read(store, "a1", &KEY, (piece, size))
    }

    #[test]
    fn pieces_come_back_and_nothing_of_them_lies_open() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let bytes: Vec<u8> = b"canary ".iter().copied().cycle().take(2 * (1 << 20) + 9).collect();
        let size = bytes.len() as u64;
        write(folder.path(), "a1", &KEY, &bytes).expect("it is written");
        let read = |n| piece(folder.path(), n, size).expect("it reads").expect("it is there");
        assert_eq!([read(0), read(1), read(2)].concat(), bytes);
        let raw = std::fs::read(folder.path().join("files/a1")).expect("it is a file");
        assert!(!raw.windows(6).any(|window| window == b"canary"));
        assert_eq!(std::fs::read_dir(folder.path().join("files")).expect("it lists").count(), 1);
        keep_only(folder.path(), &BTreeSet::from(["a1".to_owned()])).expect("it is looked at");
        assert!(piece(folder.path(), 0, size).expect("it reads").is_some());
        keep_only(folder.path(), &BTreeSet::new()).expect("it is emptied");
        assert_eq!(piece(folder.path(), 0, size), Ok(None));
    }

    #[test]
    fn a_byte_that_was_changed_a_piece_that_was_moved_and_another_key_are_noticed() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let (bytes, size) = (vec![3; 2 << 20], 2 << 20);
        write(folder.path(), "a1", &KEY, &bytes).expect("it is written");
        let path = folder.path().join("files/a1");
        let good = std::fs::read(&path).expect("it is a file");
        let half = good.len() / 2;
        let mut flipped = good.clone();
        flipped[99] ^= 1;
        let swapped = [&good[half..], &good[..half]].concat();
        for (what, bad) in [("flipped", &flipped[..]), ("swapped", &swapped), ("cut", &good[..half - 1])] {
            std::fs::write(&path, bad).expect("it is written");
            assert_eq!(piece(folder.path(), 0, size), Err(StoreError::Corrupt), "{what}");
        }
        std::fs::write(&path, &good).expect("it is written");
        assert_eq!(piece(folder.path(), 0, size + 1), Err(StoreError::Corrupt), "a file of another size");
        assert_eq!(read(folder.path(), "a1", &FileKey([8; 32]), (0, size)), Err(StoreError::Corrupt));
        assert!(piece(folder.path(), 1, size).expect("it reads").is_some());
    }
}
