//! Recovery codes: ten, for one use each, in the place of the app for codes when that is lost. Long enough that their
//! hash gives nothing away.

use linchpin_domain::canonical::sha256_hex;
use linchpin_domain::readable;

/// How many there are.
const CODES: usize = 10;
/// Random bytes of one: 80 bits, 16 characters.
const BYTES: usize = 10;
/// Characters of one.
const LENGTH: usize = 16;
/// How many characters stand together.
const GROUP: usize = 4;

/// Draws the codes, as they are told.
pub(super) fn draw(mut random: impl FnMut(&mut [u8])) -> Vec<String> {
    let one = |_| {
        let mut bytes = [0; BYTES];
        random(&mut bytes);
        readable::grouped(&readable::from_bytes(&bytes), GROUP)
    };
    (0..CODES).map(one).collect()
}

/// Returns the hash of a code as somebody typed it; none where it is no such code.
pub(super) fn hash_of(typed: &str) -> Option<String> {
    let code = readable::clean(typed).filter(|code| code.len() == LENGTH)?;
    Some(sha256_hex(format!("linchpin-recovery-code-1\n{code}").as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_differ_and_survive_being_typed() {
        let mut byte = 0_u8;
        let codes = draw(|bytes| {
            byte += 1;
            bytes.fill(byte);
        });
        let hashes: std::collections::BTreeSet<_> = codes.iter().map(|code| hash_of(code)).collect();
        assert_eq!(hashes.len(), CODES);
        let typed = codes[3].to_lowercase().replace('-', " ").replace('0', "o");
        assert_eq!(hash_of(&typed), hash_of(&codes[3]));
        assert!(hash_of(&codes[3]).is_some());
        for text in ["", "123456", "1234-5678-9ABC-DEFG-H", "a passphrase"] {
            assert_eq!(hash_of(text), None, "{text}");
        }
    }
}
