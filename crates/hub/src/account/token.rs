//! Tokens: random bytes that mean nothing by themselves and are kept by their hash alone. One of less than 128 bits
//! cannot be built. It has no `Debug` and is never part of an error.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use linchpin_domain::canonical::sha256_hex;

/// A token of so many bytes.
pub(super) struct Token<const N: usize>([u8; N]);

impl<const N: usize> Token<N> {
    /// Does not compile where the bytes are too few.
    const IS_ENOUGH: () = assert!(N >= 16, "a token has 128 bits at least");

    /// Draws a token.
    pub(super) fn draw(random: impl FnOnce(&mut [u8])) -> Self {
        let () = Self::IS_ENOUGH;
        let mut bytes = [0; N];
        random(&mut bytes);
        Self(bytes)
    }

    /// Returns it as it is told.
    pub(super) fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

/// Returns the hash under which a token is kept.
pub(super) fn hash(text: &str) -> String {
    sha256_hex(format!("linchpin-token-1\n{text}").as_bytes())
}

/// Tells whether two hashes are the same, without telling by the time that it takes where they differ.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    let differ = one.bytes().zip(other.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b));
    !one.is_empty() && one.len() == other.len() && differ == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_told_in_letters_and_known_by_its_hash() {
        let token = Token::<32>::draw(|bytes| bytes.fill(0xfb));
        assert_eq!(token.text().len(), 43);
        assert!(token.text().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
        assert!(!hash(&token.text()).contains(&token.text()));
        assert!(is_same(&hash("a"), &hash("a")) && !is_same(&hash("a"), &hash("b")));
        assert!(!is_same("", ""), "nothing is no token");
    }
}
