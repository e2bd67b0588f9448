//! The key file: 32 random bytes beside the store, and in no copy of it. It locks the secrets of apps for codes, so
//! that whoever gets at a backup gets no second factor. Without it they lie open in the store; a secret says by its
//! first byte which it is.

use crate::error::HubError;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use std::io::{Read, Write};
use std::path::Path;

/// The file's name in a hub's folder.
const FILE: &str = "account.key";
/// Bytes of a key.
const KEY_BYTES: usize = 32;
/// Bytes that each lock draws anew.
pub(super) const NONCE_BYTES: usize = NONCE_LEN;
/// The first byte of a secret that lies open, and of one that is locked.
const OPEN: u8 = 0;
const LOCKED: u8 = 1;
/// What the key is for; part of the form.
const PURPOSE: &[u8] = b"linchpin-totp-1";

/// What locks secrets.
pub(crate) struct Lock(LessSafeKey);

impl Lock {
    /// Reads a key file.
    ///
    /// # Errors
    /// [`HubError::File`] where it cannot be read or is none.
    pub(crate) fn read(file: &Path) -> Result<Self, HubError> {
        let said = |error| HubError::File(format!("read {}", file.display()), error);
        let mut bytes = Vec::new();
        let limit = u64::try_from(KEY_BYTES).unwrap_or(u64::MAX) + 1;
        std::fs::File::open(file).and_then(|file| file.take(limit).read_to_end(&mut bytes)).map_err(said)?;
        Self::of(&bytes).ok_or_else(|| {
            said(std::io::Error::new(std::io::ErrorKind::InvalidData, "a key file has 32 bytes"))
        })
    }

    fn of(bytes: &[u8]) -> Option<Self> {
        let key = Some(bytes).filter(|bytes| bytes.len() == KEY_BYTES)?;
        UnboundKey::new(&AES_256_GCM, key).ok().map(|key| Self(LessSafeKey::new(key)))
    }
}

/// Returns the lock of a folder; `may_make` says whether a key file may be made where there is none. None where there
/// is none: a store whose secrets were locked by a file that is gone must not get another one unnoticed.
///
/// # Errors
/// [`HubError::File`].
pub(super) fn ensure(
    folder: &Path,
    may_make: bool,
    random: &mut dyn FnMut(&mut [u8]),
) -> Result<Option<Lock>, HubError> {
    let file = folder.join(FILE);
    if !file.exists() && may_make {
        let mut key = [0; KEY_BYTES];
        random(&mut key);
        match make(&file, &key) {
            // Another program has made one at the same moment.
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            made => made.map_err(|error| HubError::File(format!("make {}", file.display()), error))?,
        }
    }
    file.exists().then(|| Lock::read(&file)).transpose()
}

/// Writes the file whole beside its place and puts it there, for its owner alone.
fn make(file: &Path, key: &[u8]) -> std::io::Result<()> {
    let part = file.with_extension(format!("{}.part", std::process::id()));
    let mut options = std::fs::File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut written = options.open(&part)?;
    written.write_all(key)?;
    written.sync_all()?;
    // A link is refused where there is a file already; a rename would replace it.
    let mut put = std::fs::hard_link(&part, file);
    if put.as_ref().is_err_and(|error| error.kind() != std::io::ErrorKind::AlreadyExists) && !file.exists() {
        // Some disks know no links. There a second program at the same moment would be taken for the first.
        put = std::fs::rename(&part, file);
    }
    match std::fs::remove_file(&part) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => put,
    }
}

/// Returns a secret as it is kept; none where it cannot be locked.
pub(super) fn kept(lock: Option<&Lock>, secret: &[u8], nonce: [u8; NONCE_BYTES]) -> Option<Vec<u8>> {
    let Some(Lock(key)) = lock else { return Some([&[OPEN], secret].concat()) };
    let mut bytes = secret.to_vec();
    let sealing = Nonce::assume_unique_for_key(nonce);
    key.seal_in_place_append_tag(sealing, Aad::from(PURPOSE), &mut bytes).ok()?;
    Some([&[LOCKED], nonce.as_slice(), &bytes].concat())
}

/// Returns a secret that is kept; none where its key is not here.
pub(super) fn opened(lock: Option<&Lock>, kept: &[u8]) -> Option<Vec<u8>> {
    match kept.split_first()? {
        (&OPEN, secret) => Some(secret.to_vec()),
        (&LOCKED, rest) => {
            let (nonce, sealed) = rest.split_first_chunk::<NONCE_BYTES>()?;
            let mut bytes = sealed.to_vec();
            let opening = Nonce::assume_unique_for_key(*nonce);
            lock?.0.open_in_place(opening, Aad::from(PURPOSE), &mut bytes).ok().map(|secret| secret.to_vec())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locked_secret_opens_with_its_key_alone() {
        let (one, other) = (Lock::of(&[1; 32]), Lock::of(&[2; 32]));
        let locked = kept(one.as_ref(), b"a secret of apps", [7; NONCE_BYTES]).expect("it is locked");
        assert!(!locked.windows(8).any(|part| part == b"a secret"));
        assert_eq!(opened(one.as_ref(), &locked).as_deref(), Some(b"a secret of apps".as_slice()));
        assert_eq!(opened(other.as_ref(), &locked), None);
        assert_eq!(opened(None, &locked), None);
        let open = kept(None, b"a secret of apps", [7; NONCE_BYTES]).expect("it is kept");
        assert_eq!(opened(one.as_ref(), &open).as_deref(), Some(b"a secret of apps".as_slice()));
    }

    #[test]
    fn a_key_file_is_made_once_and_never_replaced() {
        let folder = tempfile::TempDir::new().expect("a folder");
        assert!(ensure(folder.path(), false, &mut |_| {}).expect("it looks").is_none());
        ensure(folder.path(), true, &mut |bytes| bytes.fill(1)).expect("it is made");
        ensure(folder.path(), true, &mut |bytes| bytes.fill(2)).expect("it is read");
        assert_eq!(std::fs::read(folder.path().join(FILE)).expect("it is there"), [1; 32]);
        assert!(make(&folder.path().join(FILE), &[3; 32]).is_err());
        std::fs::write(folder.path().join(FILE), [1; 31]).expect("it is cut");
        assert!(ensure(folder.path(), true, &mut |_| {}).is_err());
    }
}
