//! The recovery key: characters on paper that open the work where the keychain has lost its key or a person has
//! forgotten the passphrase. It locks a copy of what opens the store into a small file beside it; without the
//! paper that file tells nothing. A new recovery key replaces the former.

use crate::core::Core;
use crate::error::Error;
use crate::files;
use crate::keychain::Kept;
use linchpin_domain::readable;
use linchpin_domain::record::Tag;
use linchpin_store::open::BACKUPS;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use ts_rs::TS;
use zeroize::Zeroizing;

/// The file beside the store.
const FILE: &str = "recovery.json";
/// What the file beside a backup that a person keeps elsewhere adds to the backup's name.
const BESIDE_BACKUP: &str = ".recovery";
/// How the file is written; one of another form is not read.
const FORM: u32 = 1;
/// Random bytes of a key: 160 bits.
const SECRET: usize = 20;
/// Bytes that tell a mistyped key from another one.
const CHECK: usize = 5;
/// Characters of a group, of which there are eight.
const GROUP: usize = 5;
/// The key of the sentence for a recovery key of something else.
const OTHER: &str = "error_other_recovery_key";
/// What is sealed is filled up to a multiple of this, so that its length tells nothing of a passphrase.
const FILLED: usize = 256;
/// What the key is for; part of the file's form.
const PURPOSE: &[u8] = b"linchpin-recovery-1";

/// Makes a recovery key.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MakeRecoveryKey {}

/// A recovery key that was just made. It is told this once and kept nowhere.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MadeRecoveryKey {
    /// Eight groups of five letters and digits.
    pub groups: Vec<String>,
}

impl std::fmt::Debug for MadeRecoveryKey {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("MadeRecoveryKey(..)")
    }
}

/// Makes a recovery key for this computer's work; one that was made before opens nothing from now on.
///
/// # Errors
/// A store that is not open, or any fault of the disk; the former key stays good then.
pub fn make_recovery_key(core: &Core, _: MakeRecoveryKey) -> Result<MadeRecoveryKey, Error> {
    let desk = core.desk()?;
    let key = RecoveryKey::draw()?;
    files::write_whole(&core.folder.join(FILE), &seal(&desk.kept, &key)?)?;
    core.tell(Tag::Account);
    Ok(MadeRecoveryKey { groups: key.groups() })
}

/// Tells whether a recovery key was made for a folder's store.
pub(crate) fn is_made(folder: &Path) -> bool {
    folder.join(FILE).is_file()
}

/// Takes over what a restored store was opened by. Words that are a recovery key stay one; otherwise the former key of
/// this folder opens nothing here any more, and what it needs is laid by.
pub(crate) fn adopt(folder: &Path, typed: &str, kept: &Kept, now_ms: u64) -> Result<(), Error> {
    lay_by(folder, now_ms)?;
    match RecoveryKey::read(typed) {
        Some(key) => files::write_whole(&folder.join(FILE), &seal(kept, &key)?),
        None => Ok(()),
    }
}

/// Moves what a recovery key needs among the backups, which it may still open. Nothing is ever thrown away here.
pub(crate) fn lay_by(folder: &Path, now_ms: u64) -> Result<(), Error> {
    let file = folder.join(FILE);
    if !file.is_file() {
        return Ok(());
    }
    let backups = folder.join(BACKUPS);
    std::fs::create_dir_all(&backups).map_err(|error| files::of_io(&error))?;
    let mut names = (now_ms..).map(|at| backups.join(format!("former-{at}{BESIDE_BACKUP}")));
    let free = names.find(|path| !path.exists()).ok_or_else(|| Error::internal("no name is free"))?;
    std::fs::rename(&file, &free).map_err(|error| files::of_io(&error))
}

/// Tells whether words are a recovery key, of whatever store.
pub(crate) fn is_key(words: &str) -> bool {
    RecoveryKey::read(words).is_some()
}

/// Puts what the recovery key needs beside a backup that a person keeps elsewhere, so that the paper opens it on
/// another computer too. Where no recovery key was made there is nothing to put.
pub(crate) fn go_along(folder: &Path, backup: &Path) -> Result<(), Error> {
    match std::fs::read(folder.join(FILE)) {
        Ok(sealed) => files::write_whole(&beside(backup), &sealed),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(files::of_io(&error)),
    }
}

/// Returns what opens the store of a folder, from a recovery key that a person typed; none where the words are no
/// recovery key, as a passphrase is.
///
/// # Errors
/// A recovery key that does not belong to this store.
pub(crate) fn kept_by(folder: &Path, typed: &str) -> Result<Option<Kept>, Error> {
    kept_in(&folder.join(FILE), typed)
}

/// As [`kept_by`], for a backup: with the file that went along with it, or any that lies among the backups.
///
/// # Errors
/// A recovery key that none of them knows.
pub(crate) fn kept_beside(backup: &Path, typed: &str) -> Result<Option<Kept>, Error> {
    let around = backup.parent().and_then(|folder| std::fs::read_dir(folder).ok());
    let around = around.into_iter().flatten().flatten().map(|entry| entry.path());
    let laid_by = around.filter(|path| path.to_string_lossy().ends_with(BESIDE_BACKUP));
    let mut found = std::iter::once(beside(backup)).chain(laid_by).map(|file| kept_in(&file, typed));
    let is_answer = |kept: &Result<_, Error>| !matches!(kept, Err(error) if error.key == OTHER);
    found.find(is_answer).unwrap_or_else(|| Err(another_key()))
}

fn beside(backup: &Path) -> PathBuf {
    let mut name = backup.file_name().unwrap_or_default().to_os_string();
    name.push(BESIDE_BACKUP);
    backup.with_file_name(name)
}

fn kept_in(file: &Path, typed: &str) -> Result<Option<Kept>, Error> {
    let Some(key) = RecoveryKey::read(typed) else { return Ok(None) };
    let sealed = match std::fs::read(file) {
        Ok(sealed) => sealed,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(another_key()),
        Err(error) => return Err(files::of_io(&error)),
    };
    unseal(&sealed, &key).map(Some).ok_or_else(another_key)
}

fn another_key() -> Error {
    Error::field(
        "passphrase",
        OTHER,
        "This recovery key does not open this work: it belongs to another computer, or to another time. Your work is \
         safe and unchanged. Look for the newest sheet; for a backup, for the one that was newest when it was made.",
    )
}

/// The key itself.
struct RecoveryKey(Zeroizing<[u8; SECRET]>);

impl RecoveryKey {
    fn draw() -> Result<Self, Error> {
        let mut secret = Zeroizing::new([0; SECRET]);
        SystemRandom::new().fill(&mut *secret).map_err(|_| Error::internal("no randomness"))?;
        Ok(Self(secret))
    }

    /// Reads a key as a person typed it; none where it is mistyped or something else.
    fn read(typed: &str) -> Option<Self> {
        let bytes = Zeroizing::new(readable::to_bytes(&readable::clean(typed)?)?);
        let (secret, check) = bytes.split_at_checked(SECRET)?;
        let key = Self(Zeroizing::new(secret.try_into().ok()?));
        (check == key.check()).then_some(key)
    }

    fn groups(&self) -> Vec<String> {
        let bytes = Zeroizing::new([self.0.as_slice(), &self.check()].concat());
        readable::grouped(&readable::from_bytes(&bytes), GROUP).split('-').map(str::to_owned).collect()
    }

    fn check(&self) -> [u8; CHECK] {
        let hash = ring::digest::digest(&ring::digest::SHA256, self.0.as_slice());
        hash.as_ref().first_chunk().copied().unwrap_or_default()
    }

    /// Returns what locks the file. Each file has a salt of its own, so that a key is used once.
    fn lock(&self, salt: &[u8]) -> Option<LessSafeKey> {
        let drawn = Salt::new(HKDF_SHA256, salt).extract(self.0.as_slice());
        let key: UnboundKey = drawn.expand(&[PURPOSE], &AES_256_GCM).ok()?.into();
        Some(LessSafeKey::new(key))
    }
}

/// The file's content.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sealed {
    form: u32,
    salt: String,
    sealed: String,
}

fn seal(kept: &Kept, key: &RecoveryKey) -> Result<Vec<u8>, Error> {
    let failed = || Error::internal("the recovery file could not be made");
    let mut salt = [0; 16];
    SystemRandom::new().fill(&mut salt).map_err(|_| failed())?;
    let mut bytes = filled(&kept.to_bytes());
    let lock = key.lock(&salt).ok_or_else(failed)?;
    lock.seal_in_place_append_tag(nonce(), Aad::from(PURPOSE), &mut bytes).map_err(|_| failed())?;
    let file = Sealed { form: FORM, salt: readable::from_bytes(&salt), sealed: readable::from_bytes(&bytes) };
    serde_json::to_vec_pretty(&file).map_err(|_| failed())
}

/// Returns what was sealed; none where the file is damaged, of another form, or locked by another key.
fn unseal(file: &[u8], key: &RecoveryKey) -> Option<Kept> {
    let file: Sealed = serde_json::from_slice(file).ok().filter(|file: &Sealed| file.form == FORM)?;
    let mut bytes = Zeroizing::new(readable::to_bytes(&file.sealed)?);
    let lock = key.lock(&readable::to_bytes(&file.salt)?)?;
    let opened = lock.open_in_place(nonce(), Aad::from(PURPOSE), &mut bytes).ok()?;
    let (length, rest) = opened.split_first_chunk()?;
    Kept::from_bytes(rest.get(..usize::try_from(u32::from_be_bytes(*length)).ok()?)?)
}

/// Puts the length before bytes and fills them up.
fn filled(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes();
    let mut all = [length.as_slice(), bytes].concat();
    all.resize(all.len().next_multiple_of(FILLED), 0);
    all
}

/// The key of the lock locks one thing, so its number is always nought.
fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

/// Says that words look like a recovery key and hold a slip of the pen.
pub(crate) fn mistyped(typed: &str) -> Option<Error> {
    let length = (SECRET + CHECK) * 8 / 5;
    let near = readable::clean(typed).is_some_and(|code| code.len().abs_diff(length) <= 2);
    (near && !is_key(typed)).then(|| {
        Error::field(
            "passphrase",
            "error_recovery_key_mistyped",
            "There is a slip in this recovery key. Your work is safe and unchanged. Compare it with the sheet, group by \
             group: there are eight groups of five letters and digits.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_paper_and_a_slip_does_not_pass() {
        let key = RecoveryKey::draw().expect("randomness");
        let groups = key.groups();
        assert_eq!((groups.len(), groups.iter().all(|group| group.len() == GROUP)), (8, true));
        let typed = groups.join(" ").to_lowercase();
        assert_eq!(RecoveryKey::read(&typed).map(|read| *read.0), Some(*key.0));
        for at in (0..typed.len()).filter(|at| at % 6 != 5) {
            let mut slip = typed.clone().into_bytes();
            slip[at] = if slip[at] == b'2' { b'3' } else { b'2' };
            let slip = String::from_utf8(slip).expect("it is text");
            assert!(RecoveryKey::read(&slip).is_none(), "{at}");
            assert!(mistyped(&slip).is_some());
        }
        assert!(mistyped("correct horse battery").is_none());
    }

    #[test]
    fn a_damaged_file_opens_nothing() {
        let key = RecoveryKey::draw().expect("randomness");
        let file = seal(&Kept::of_passphrase("twelve letters"), &key).expect("it is sealed");
        assert!(unseal(&file, &key).is_some());
        let text = String::from_utf8(file).expect("it is text");
        for broken in [
            "",
            "{}",
            &text.replace("\"form\": 1", "\"form\": 2"),
            &text.replace("\"salt\": \"", "\"salt\": \"00"),
        ] {
            assert!(unseal(broken.as_bytes(), &key).is_none(), "{broken}");
        }
    }
}
