//! Where the key of the store comes from: handed over by the caller, the system's keychain, or a passphrase.
//! The only place that knows the keychain. A keychain that is locked looks like one that is empty, so a new
//! key is never made for a store that exists, and a probe is written before the first one.

use crate::account::KeyPlace;
use crate::error::{Code, Error};
use crate::recovery;
use keyring::{Entry, Error as KeyringError};
use linchpin_store::{BootToken, Key};
use ring::rand::{SecureRandom, SystemRandom};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

const SERVICE: &str = "uk.org.linchpin.desktop";
/// Beside the store: which of the two places holds its key and, where a keychain had the key of an earlier store of
/// this folder, the number of the present one's entry. Never the key itself.
const PLACE_FILE: &str = "key-place.txt";
/// What the copy of that file beside a store that was put aside adds to the store's name.
const BESIDE_ASIDE: &str = ".place";
/// The least length of a passphrase, in characters.
const LEAST: usize = 12;
/// What the bytes of a key and of a passphrase begin with where a recovery key locks them.
const RAW: u8 = b'k';
const WORDS: u8 = b'p';

/// What opens a store, kept for as long as it is open.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Kept {
    /// From the keychain.
    Raw(Zeroizing<[u8; 32]>),
    /// From a person or the caller.
    Passphrase(Zeroizing<String>),
}

impl Kept {
    /// Returns it in the store's form.
    pub(crate) fn key(&self) -> Key {
        match self {
            Self::Raw(bytes) => Key::Raw(**bytes),
            Self::Passphrase(words) => Key::Passphrase(words.clone()),
        }
    }

    /// Returns it as bytes, to be locked by a recovery key.
    pub(crate) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let (mark, bytes) = match self {
            Self::Raw(bytes) => (RAW, bytes.as_slice()),
            Self::Passphrase(words) => (WORDS, words.as_bytes()),
        };
        Zeroizing::new([&[mark], bytes].concat())
    }

    /// Reads what [`Self::to_bytes`] gave.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        match bytes.split_first()? {
            (&RAW, key) => Some(Self::Raw(Zeroizing::new(key.try_into().ok()?))),
            (&WORDS, words) => Some(Self::of_passphrase(std::str::from_utf8(words).ok()?)),
            _ => None,
        }
    }

    /// Tells whether the store was made with another passphrase than these words.
    pub(crate) fn is_other_passphrase(&self, words: &str) -> bool {
        matches!(self, Self::Passphrase(kept) if kept.as_str() != words)
    }

    /// Returns a passphrase as a key.
    pub(crate) fn of_passphrase(words: &str) -> Self {
        Self::Passphrase(Zeroizing::new(words.to_owned()))
    }
}

/// The keys of one folder.
pub(crate) struct Keys {
    folder: PathBuf,
    given: Option<Zeroizing<String>>,
}

fn long_enough(words: &str) -> Result<(), Error> {
    if recovery::is_key(words) {
        // It would be taken for one at every start, and there is nothing that it opens.
        return Err(Error::field(
            "passphrase",
            "error_passphrase_is_recovery_key",
            "This is a recovery key and no passphrase of your own. Nothing was made. Choose other words; to bring work \
             back with a recovery key, restore a backup.",
        ));
    }
    if words.chars().count() >= LEAST {
        return Ok(());
    }
    Err(Error::field(
        "passphrase",
        "error_short_passphrase",
        "The passphrase is too short: it needs at least 12 characters. Four words in a row are good.",
    ))
}

impl Keys {
    /// Returns the keys of a folder. `LINCHPIN_PASSPHRASE` is for scripts and tests.
    pub(crate) fn new(folder: &Path) -> Self {
        let given = std::env::var("LINCHPIN_PASSPHRASE").ok().filter(|words| !words.is_empty());
        Self { folder: folder.to_path_buf(), given: given.map(Zeroizing::new) }
    }

    /// Tells where the key is kept, or would be.
    pub(crate) fn place(&self) -> KeyPlace {
        if self.given.is_some() {
            return KeyPlace::Given;
        }
        match self.noted() {
            Some(place) => place,
            None if self.probe().is_ok() => KeyPlace::Keychain,
            None => KeyPlace::Passphrase,
        }
    }

    /// Returns what opens the existing store without asking anybody; none where a passphrase is needed.
    pub(crate) fn find(&self) -> Result<Option<Kept>, Error> {
        if let Some(given) = &self.given {
            return self.of_words(given).map(Some);
        }
        if self.noted() == Some(KeyPlace::Passphrase) {
            return Ok(None);
        }
        match self.entry("store").and_then(|entry| entry.get_password()) {
            Ok(text) => read_hex(&text).map(|bytes| Some(Kept::Raw(bytes))).ok_or_else(keychain_broken),
            Err(_) if self.noted() == Some(KeyPlace::Keychain) => Err(keychain_broken()),
            Err(_) => Ok(None),
        }
    }

    /// Returns what opens the store by words that a person typed: its passphrase or its recovery key.
    pub(crate) fn of_words(&self, words: &str) -> Result<Kept, Error> {
        Ok(recovery::kept_by(&self.folder, words)?.unwrap_or_else(|| Kept::of_passphrase(words)))
    }

    /// Puts a key that just opened the store into the keychain, which had lost it or had another store's. One that
    /// does not take it asks again next time.
    pub(crate) fn put_back(&self, kept: &Kept) {
        let Kept::Raw(bytes) = kept else { return };
        let there = self.entry("store").and_then(|entry| entry.get_password());
        let text = hex(&**bytes);
        if self.given.is_some() || there.as_ref().is_ok_and(|there| *there == *text) {
            return;
        }
        if let Err(error) =
            self.free_entry().and_then(|entry| entry.set_password(&text).map_err(|_| keychain_broken()))
        {
            tracing::warn!(key = error.key, "the keychain did not take the key of the store");
        }
    }

    /// Returns an entry for a key that holds no other: what an earlier store was opened by must stay, for the store
    /// lies aside.
    fn free_entry(&self) -> Result<Entry, Error> {
        let entry = self.entry("store").map_err(|_| keychain_broken())?;
        if matches!(entry.get_password(), Err(KeyringError::NoEntry)) {
            return Ok(entry);
        }
        let mut number = [0; 8];
        SystemRandom::new().fill(&mut number).map_err(|_| Error::internal("no randomness"))?;
        let noted = format!("keychain\n{}\n", &*hex(&number));
        crate::files::write_whole(&self.folder.join(PLACE_FILE), noted.as_bytes())?;
        self.entry("store").map_err(|_| keychain_broken())
    }

    /// Notes beside a store that was put aside where its key is kept.
    pub(crate) fn go_along(&self, aside: &Path) -> Result<(), Error> {
        match std::fs::read(self.folder.join(PLACE_FILE)) {
            Ok(noted) => crate::files::write_whole(&place_beside(aside), &noted),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(crate::files::of_io(&error)),
        }
    }

    /// Returns the keychain's key of a store that was put aside, if it has it.
    pub(crate) fn beside(&self, aside: &Path) -> Option<Kept> {
        let noted = std::fs::read_to_string(place_beside(aside)).ok()?;
        let text = self.entry_of("store", noted.lines().nth(1)).ok()?.get_password().ok()?;
        read_hex(&text).map(Kept::Raw)
    }

    /// Returns the passphrase or recovery key that whoever started the program gave.
    pub(crate) fn given(&self) -> Option<&str> {
        self.given.as_ref().map(|words| words.as_str())
    }

    /// Forgets where the key of a store that is put aside was kept. The keychain's own entry stays.
    pub(crate) fn forget_place(&self) -> Result<(), Error> {
        match std::fs::remove_file(self.folder.join(PLACE_FILE)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(crate::files::of_io(&error)),
            _ => Ok(()),
        }
    }

    /// Makes a key for a new store: the caller's, a passphrase that a person chose, or one in the keychain.
    pub(crate) fn make(&self, passphrase: Option<&str>) -> Result<Kept, Error> {
        if let Some(given) = &self.given {
            long_enough(given)?;
            return Ok(Kept::Passphrase(given.clone()));
        }
        if let Some(words) = passphrase.filter(|words| !words.is_empty()) {
            long_enough(words)?;
            return Ok(Kept::of_passphrase(words));
        }
        self.probe().map_err(|_| {
            Error::field(
                "passphrase",
                "error_passphrase_needed",
                "This computer has no keychain that Linchpin can use, so your work needs a passphrase. Choose one of at \
                 least 12 characters, and keep it safe: only a recovery key can stand in for it.",
            )
        })?;
        let mut bytes = Zeroizing::new([0; 32]);
        SystemRandom::new().fill(&mut *bytes).map_err(|_| Error::internal("no randomness"))?;
        self.free_entry()?.set_password(&hex(&*bytes)).map_err(|_| keychain_broken())?;
        Ok(Kept::Raw(bytes))
    }

    /// Notes where the key of the store that now exists is kept.
    pub(crate) fn note(&self, kept: &Kept) -> Result<(), Error> {
        let place = match kept {
            Kept::Raw(_) => "keychain",
            Kept::Passphrase(_) => "passphrase",
        };
        let path = self.folder.join(PLACE_FILE);
        if std::fs::read_to_string(&path).is_ok_and(|noted| noted.lines().next() == Some(place)) {
            return Ok(());
        }
        crate::files::write_whole(&path, format!("{place}\n").as_bytes())
    }

    /// Returns what the keychain knows of the store's last start.
    pub(crate) fn boot_token(&self, kept: &Kept) -> BootToken {
        if matches!(kept, Kept::Passphrase(_)) {
            return BootToken::NoKeychain;
        }
        match self.entry("start").and_then(|entry| entry.get_password()) {
            Ok(text) => read_hex(&text).map_or(BootToken::Missing, BootToken::Is),
            Err(_) => BootToken::Missing,
        }
    }

    /// Puts the token of this start into the keychain. Where it does not take it, as one that a recovery key stands in
    /// for, the next start takes this copy for another one and gives it a new id, which harms nothing.
    pub(crate) fn keep_boot_token(&self, token: [u8; 16]) {
        if let Err(error) = self.entry("start").and_then(|entry| entry.set_password(&hex(&token))) {
            tracing::warn!(%error, "the keychain did not take the token of this start");
        }
    }

    fn noted(&self) -> Option<KeyPlace> {
        match std::fs::read_to_string(self.folder.join(PLACE_FILE)).ok()?.lines().next()?.trim() {
            "keychain" => Some(KeyPlace::Keychain),
            "passphrase" => Some(KeyPlace::Passphrase),
            _ => None,
        }
    }

    /// Writes and removes an entry: the only way to tell a locked keychain from an empty one.
    fn probe(&self) -> Result<(), KeyringError> {
        let entry = self.entry("probe")?;
        entry.set_password("probe")?;
        entry.delete_credential()
    }

    /// Each folder has entries of its own, so that two profiles do not share a key.
    fn entry(&self, what: &str) -> Result<Entry, KeyringError> {
        let noted = std::fs::read_to_string(self.folder.join(PLACE_FILE)).unwrap_or_default();
        self.entry_of(what, noted.lines().nth(1))
    }

    fn entry_of(&self, what: &str, number: Option<&str>) -> Result<Entry, KeyringError> {
        let folder = std::path::absolute(&self.folder).unwrap_or_else(|_| self.folder.clone());
        let named = uuid_of(&folder.to_string_lossy());
        let number = number.map(|number| format!("-{number}")).unwrap_or_default();
        Entry::new(SERVICE, &format!("{what}-{named}{number}"))
    }
}

fn place_beside(aside: &Path) -> PathBuf {
    let mut name = aside.file_name().unwrap_or_default().to_os_string();
    name.push(BESIDE_ASIDE);
    aside.with_file_name(name)
}

fn keychain_broken() -> Error {
    Error::new(
        Code::SignedOut,
        "error_keychain",
        "The keychain of this computer is locked or has lost the key of your work. Your work is safe and unchanged. Unlock \
         the keychain and try again, or type your recovery key.",
    )
}

/// Returns a short name for a folder, the same at each start.
fn uuid_of(text: &str) -> String {
    linchpin_domain::canonical::sha256_hex(text.as_bytes()).chars().take(16).collect()
}

fn hex(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(2 * bytes.len()));
    for byte in bytes {
        write!(text, "{byte:02x}").expect("BUG: writing to a string failed");
    }
    text
}

fn read_hex<T: From<[u8; N]>, const N: usize>(text: &str) -> Option<T> {
    let text = text.trim();
    let mut bytes = [0; N];
    if text.len() != 2 * N {
        return None;
    }
    for (n, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * n..2 * n + 2)?, 16).ok()?;
    }
    Some(bytes.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back_from_its_letters() {
        let bytes = [0x0f, 0xa0, 0xff];
        assert_eq!(read_hex::<[u8; 3], 3>(&hex(&bytes)), Some(bytes));
        assert_eq!(read_hex::<[u8; 3], 3>("0fa0"), None);
        assert_eq!(read_hex::<[u8; 3], 3>("0fa0zz"), None);
    }
}
