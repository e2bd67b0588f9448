//! Bytes that are the same on every computer, for hashes: JSON with sorted names and base64 for raw bytes.
//! Written out here because the order of names in a JSON map depends on how a program was built.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt;

/// Raw bytes that travel in JSON as base64.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Bytes(pub Vec<u8>);

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl Serialize for Bytes {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(d)?;
        STANDARD.decode(text.as_bytes()).map(Self).map_err(serde::de::Error::custom)
    }
}

/// Returns the canonical bytes of a JSON value: names sorted, no white space.
pub fn canonical(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Object(map) => {
            let mut names: Vec<_> = map.iter().collect();
            names.sort_by_key(|(name, _)| *name);
            out.push(b'{');
            for (n, (name, value)) in names.into_iter().enumerate() {
                if n > 0 {
                    out.push(b',');
                }
                write(&Value::String(name.clone()), out);
                out.push(b':');
                write(value, out);
            }
            out.push(b'}');
        }
        Value::Array(items) => {
            out.push(b'[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(b',');
                }
                write(item, out);
            }
            out.push(b']');
        }
        plain => out.extend_from_slice(plain.to_string().as_bytes()),
    }
}

/// Returns the SHA-256 of `bytes` in hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_are_sorted_at_every_depth() {
        assert_eq!(
            canonical(&json!({"b": [{"z": 1, "a": null}], "a": "\"x"})),
            br#"{"a":"\"x","b":[{"a":null,"z":1}]}"#
        );
    }

    #[test]
    fn bytes_come_back_from_json() {
        let bytes = Bytes(vec![0, 255, 7]);
        let text = serde_json::to_string(&bytes).expect("it is written as JSON");
        assert_eq!(serde_json::from_str::<Bytes>(&text).expect("it reads as JSON"), bytes);
        assert!(serde_json::from_str::<Bytes>("\"*\"").is_err());
    }
}
