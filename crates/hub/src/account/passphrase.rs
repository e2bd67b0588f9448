//! Passphrases: which are taken, and how they are kept. Length is all that is asked; what everybody else chose is
//! refused, because that is tried first.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use linchpin_protocol::sign_in::{PASSPHRASE_LEAST, PASSPHRASE_MOST};

/// Bytes of a salt.
pub(super) const SALT_BYTES: usize = 16;
/// Bytes of a hash.
const HASH_BYTES: usize = 32;
/// Memory in KiB, passes and lanes. Others later go into the same form, which says them.
const COSTS: (u32, u32, u32) = (64 << 10, 3, 1);
/// The passphrases that are tried first, in small letters.
const COMMON: &str = include_str!("common.txt");
/// The longest part whose repetition counts as one.
const REPEATED: usize = 4;
/// A hash that no words have: looking at it takes as long as looking at somebody's.
pub(super) const NOBODYS: &str =
    "$argon2id$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Tells whether words may be a passphrase.
pub(super) fn is_good(words: &str) -> bool {
    let length = words.chars().count();
    (PASSPHRASE_LEAST..=PASSPHRASE_MOST).contains(&length) && !is_common(words)
}

/// Tells whether words are among those that are tried first: on the list, with or without what people put behind
/// them, or a short part over and over.
fn is_common(words: &str) -> bool {
    let small = words.trim().to_lowercase();
    let letters: Vec<char> = small.chars().collect();
    let repeats = (1..=REPEATED).any(|n| letters.iter().zip(letters.iter().skip(n)).all(|(a, b)| a == b));
    let core = small.trim_end_matches(|c: char| !c.is_alphabetic());
    let plain: String = small.chars().filter(|c| c.is_alphanumeric()).collect();
    let listed = |text: &str| COMMON.lines().any(|line| line == text);
    repeats || listed(&small) || listed(core) || listed(&plain)
}

/// Hashes words, in the PHC form; none where there is not the memory for it.
pub(super) fn hash(words: &str, salt: &[u8; SALT_BYTES]) -> Option<String> {
    let hash = hashed(words, salt, COSTS)?;
    let (memory, passes, lanes) = COSTS;
    let (salt, hash) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(hash));
    Some(format!("$argon2id$v=19$m={memory},t={passes},p={lanes}${salt}${hash}"))
}

/// Tells whether words have a hash that is kept.
pub(super) fn is_same(words: &str, kept: &str) -> bool {
    let Some((costs, salt, hash)) = read(kept) else { return false };
    let Some(made) = hashed(words, &salt, costs) else { return false };
    // The time that this takes tells nothing of where they differ.
    made.len() == hash.len() && made.iter().zip(&hash).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

fn hashed(words: &str, salt: &[u8], (memory, passes, lanes): (u32, u32, u32)) -> Option<[u8; HASH_BYTES]> {
    let params = Params::new(memory, passes, lanes, Some(HASH_BYTES)).ok()?;
    let mut hash = [0; HASH_BYTES];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_into(words.as_bytes(), salt, &mut hash).ok()?;
    Some(hash)
}

type Kept = ((u32, u32, u32), Vec<u8>, Vec<u8>);

/// Reads the PHC form.
fn read(kept: &str) -> Option<Kept> {
    let [_, "argon2id", "v=19", costs, salt, hash] = *kept.split('$').collect::<Vec<_>>().as_slice() else {
        return None;
    };
    let [memory, passes, lanes] = *costs.split(',').collect::<Vec<_>>().as_slice() else { return None };
    let number = |text: &str, name: &str| text.strip_prefix(name)?.parse().ok();
    let costs = (number(memory, "m=")?, number(passes, "t=")?, number(lanes, "p=")?);
    Some((costs, STANDARD_NO_PAD.decode(salt).ok()?, STANDARD_NO_PAD.decode(hash).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_characters_are_enough_whatever_they_are() {
        for words in ["lantern moss", "aaaabbbbcccc", "hunter gates 7", "ключ от дома"] {
            assert!(is_good(words), "{words}");
        }
        for words in ["", "eleven char", "            x", &"x".repeat(1_001)] {
            assert!(!is_good(words), "{words}");
        }
        assert!(is_good(&"word ".repeat(200)), "a thousand characters are taken");
    }

    #[test]
    fn what_everybody_chose_is_refused() {
        for words in [
            "password1234",
            "Password1234!",
            "correct horse battery staple",
            "CorrectHorseBatteryStaple",
            "123456789012",
            "aaaaaaaaaaaaaaa",
            "abcabcabcabc",
            "qwertyuiop[]",
            "iloveyouforever2024",
            "letmeinletmein",
        ] {
            assert!(!is_good(words), "{words}");
        }
        for line in COMMON.lines() {
            assert!(line == line.trim().to_lowercase() && !line.is_empty(), "{line}");
        }
    }

    #[test]
    fn a_hash_knows_its_words_and_no_others() {
        let kept = hash("lantern moss", &[7; SALT_BYTES]).expect("it is hashed");
        assert!(kept.starts_with("$argon2id$v=19$m=65536,t=3,p=1$") && !kept.contains("lantern"));
        assert!(is_same("lantern moss", &kept));
        assert!(!is_same("lantern mosS", &kept));
        assert!(read(NOBODYS).is_some() && !is_same("lantern moss", NOBODYS));
        for broken in
            ["", "$argon2id$", "$argon2i$v=19$m=65536,t=3,p=1$AAAA$AAAA", "$argon2id$v=19$m=1,t=0,p=0$AA$AA"]
        {
            assert!(!is_same("lantern moss", broken), "{broken}");
        }
    }
}
