//! The device proof: what a device signs with its ed25519 key on every request. The signature covers the
//! method, path and query, the hash of the body, the time and a nonce, so a request can be neither
//! changed nor sent again. Signing and checking are done by the two ends.

use linchpin_domain::canonical::sha256_hex;

/// Header: which device asks.
pub const HEADER_DEVICE: &str = "linchpin-device";
/// Header: the signature, base64.
pub const HEADER_PROOF: &str = "linchpin-proof";
/// Header: the time by the hub's clock as the device knows it, milliseconds since 1970.
pub const HEADER_TIME: &str = "linchpin-time";
/// Header: 16 random bytes in hexadecimal digits, used once.
pub const HEADER_NONCE: &str = "linchpin-nonce";

/// Returns the bytes that are signed. `target` is path and query as sent, `body` the body as sent on the
/// wire (packed, if it is).
pub fn signed_bytes(method: &str, target: &str, body: &[u8], time_ms: u64, nonce: &str) -> Vec<u8> {
    format!("linchpin-proof-1\n{method}\n{target}\n{}\n{time_ms}\n{nonce}", sha256_hex(body)).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_a_request_changes_what_is_signed() {
        let base = signed_bytes("POST", "/v1/push", b"x", 1, "n");
        for other in [
            signed_bytes("GET", "/v1/push", b"x", 1, "n"),
            signed_bytes("POST", "/v1/pull", b"x", 1, "n"),
            signed_bytes("POST", "/v1/push", b"y", 1, "n"),
            signed_bytes("POST", "/v1/push", b"x", 2, "n"),
            signed_bytes("POST", "/v1/push", b"x", 1, "m"),
        ] {
            assert_ne!(base, other);
        }
    }
}
