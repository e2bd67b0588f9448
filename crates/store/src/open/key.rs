//! From what a person or the keychain has to the key of the file. A passphrase goes through PBKDF2 once an
//! opening, with the salt that lies in the file's first sixteen bytes; connections get the finished key.

use crate::connections::CipherKey;
use crate::error::StoreError;
use crate::open::{Key, Random};
use ring::pbkdf2;
use std::fmt::Write;
use std::io::Read;
use std::num::NonZeroU32;
use std::path::Path;
use zeroize::Zeroizing;

/// Rounds of PBKDF2 with HMAC-SHA-512. Part of the file's form: a change needs a migration of the key.
const ROUNDS: NonZeroU32 = NonZeroU32::new(210_000).expect("BUG: the number is not zero");

/// Returns the key in the form SQLCipher takes.
pub(crate) fn cipher_key(key: &Key, path: &Path, random: &mut Random) -> Result<CipherKey, StoreError> {
    match key {
        Key::Raw(bytes) => Ok(hex(bytes, &[])),
        Key::Passphrase(words) => {
            let salt = salt_of(path)?.unwrap_or_else(|| {
                let mut salt = [0; 16];
                random(&mut salt);
                salt
            });
            let mut bytes = Zeroizing::new([0; 32]);
            pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA512, ROUNDS, &salt, words.as_bytes(), &mut *bytes);
            Ok(hex(&*bytes, &salt))
        }
    }
}

/// SQLCipher keeps the salt in the clear at the head of the file.
fn salt_of(path: &Path) -> Result<Option<[u8; 16]>, StoreError> {
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mut first = Vec::with_capacity(16);
    file.take(16).read_to_end(&mut first)?;
    if first.is_empty() {
        return Ok(None);
    }
    first.try_into().map(Some).map_err(|_| StoreError::Corrupt)
}

fn hex(key: &[u8], salt: &[u8]) -> CipherKey {
    let mut text = Zeroizing::new(String::with_capacity(3 + 2 * (key.len() + salt.len())));
    text.push_str("x'");
    for byte in key.iter().chain(salt) {
        write!(text, "{byte:02x}").expect("BUG: writing to a string failed");
    }
    text.push('\'');
    CipherKey(text)
}
