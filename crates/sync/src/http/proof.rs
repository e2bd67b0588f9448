//! The device's key pair: signs every request, so that a stolen address or copied message is worth nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use linchpin_domain::canonical::Bytes;
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{Ed25519KeyPair, KeyPair};
use std::fmt;

/// A device's ed25519 key pair.
pub struct DeviceKey(Ed25519KeyPair);

impl DeviceKey {
    /// Returns the pair of a seed.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(seed).expect("BUG: any 32 bytes are a seed"))
    }

    /// Returns the public half.
    pub fn public(&self) -> Bytes {
        Bytes(self.0.public_key().as_ref().to_vec())
    }

    /// Returns the signature of some bytes, base64.
    pub fn sign(&self, bytes: &[u8]) -> String {
        STANDARD.encode(self.0.sign(bytes))
    }
}

// A key never reaches a log.
impl fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceKey")
    }
}

/// Returns sixteen random bytes in hexadecimal digits.
pub(super) fn nonce() -> String {
    let mut bytes = [0u8; 16];
    SystemRandom::new().fill(&mut bytes).expect("BUG: the system gives no randomness");
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::signature::{ED25519, UnparsedPublicKey};

    #[test]
    fn what_is_signed_can_be_checked_with_the_public_half_alone() {
        let key = DeviceKey::from_seed(&[7; 32]);
        let signature = STANDARD.decode(key.sign(b"words")).expect("it is base64");
        let public = UnparsedPublicKey::new(&ED25519, key.public().0);
        assert!(public.verify(b"words", &signature).is_ok());
        assert!(public.verify(b"other words", &signature).is_err());
    }

    #[test]
    fn a_nonce_has_sixteen_bytes_and_is_not_drawn_twice() {
        assert_eq!(nonce().len(), 32);
        assert_ne!(nonce(), nonce());
    }
}
