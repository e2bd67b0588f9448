//! The checksum of a space: a wrapping sum over its records, kept by subtracting the old share and adding
//! the new one. History and notices to people are outside it.

use crate::record::Envelope;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// A 128-bit wrapping sum; written as 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Sum(pub u128);

impl Sum {
    /// Returns the sum with a share added.
    #[must_use]
    pub fn plus(self, share: Self) -> Self {
        Self(self.0.wrapping_add(share.0))
    }

    /// Returns the sum with a share taken away.
    #[must_use]
    pub fn minus(self, share: Self) -> Self {
        Self(self.0.wrapping_sub(share.0))
    }

    /// Returns the first sixteen bytes of a SHA-256 as a share.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self::of_hash(Sha256::new().chain_update(bytes))
    }

    fn of_hash(hash: Sha256) -> Self {
        let mut first = [0; 16];
        first.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
        Self(u128::from_be_bytes(first))
    }

    /// Returns the share of a record: its id, kind and the stamp of every field, sorted by name.
    pub fn of_record(record: &Envelope) -> Self {
        let mut hash = Sha256::new();
        hash.update(record.id.0.as_bytes());
        hash.update(record.kind.as_bytes());
        for (field, stamp) in &record.stamps {
            hash.update([0]);
            hash.update(field.as_bytes());
            hash.update(stamp.to_bytes());
        }
        Self::of_hash(hash)
    }

    /// Returns the share of one text update of one document.
    pub fn of_text(doc: crate::id::AnswerId, bytes: &[u8]) -> Self {
        Self::of_hash(Sha256::new().chain_update(doc.0.as_bytes()).chain_update(bytes))
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Text that is no sum.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a sum has 32 hexadecimal digits")]
pub struct NotASum;

impl FromStr for Sum {
    type Err = NotASum;
    fn from_str(text: &str) -> Result<Self, NotASum> {
        if text.len() == 32 {
            u128::from_str_radix(text, 16).map(Self).map_err(|_| NotASum)
        } else {
            Err(NotASum)
        }
    }
}

impl Serialize for Sum {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Sum {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{RecordId, ReplicaId};
    use crate::space::Space;
    use crate::stamp::Stamp;

    #[test]
    fn an_overwritten_field_changes_the_share_and_taking_it_back_restores_the_sum() {
        let mut record = Envelope::new(RecordId::new(1, [1; 10]), Space::National, "call", 1);
        record.stamps.insert("title".into(), Stamp::new(1, 0, ReplicaId(1)));
        let before = Sum::of_record(&record);
        record.stamps.insert("title".into(), Stamp::new(2, 0, ReplicaId(1)));
        let after = Sum::of_record(&record);
        assert_ne!(before, after);
        let sum = Sum::default().plus(before);
        assert_eq!(sum.minus(before).plus(after).minus(after), Sum::default());
    }
}
