//! One newtype per id, so that a question can never be handed over where a call is meant.
//! Ids are made by the desk, offline, and never reused: UUIDv7 from a time and randomness that are
//! handed in, or UUIDv5 for the one record of a pair, so that two desks make the same one.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// The name space of ids that are made from a pair; chosen once, never changed.
const PAIRS: Uuid = Uuid::from_u128(0x6c69_6e63_6870_4e70_9d5e_0f7c_21a4_b3d8);

/// Text that is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is not a Linchpin id")]
pub struct NotAnId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "string"))]
        pub struct $name(pub Uuid);

        impl $name {
            /// Makes a new id that sorts by time: `ms` since 1970 and ten random bytes.
            pub fn new(ms: u64, random: [u8; 10]) -> Self {
                Self(uuid::Builder::from_unix_timestamp_millis(ms, &random).into_uuid())
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                Uuid::try_parse(text).map(Self).map_err(|_| NotAnId)
            }
        }
    )+};
}

macro_rules! record_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        ids! { $($(#[$doc])* $name),+ }
        $(
            impl From<$name> for RecordId {
                fn from(id: $name) -> Self {
                    Self(id.0)
                }
            }
            impl From<RecordId> for $name {
                fn from(id: RecordId) -> Self {
                    Self(id.0)
                }
            }
        )+
    };
}

ids! {
    /// The id of any record, whatever its kind.
    RecordId,
    /// A group of changes that is applied and delivered whole.
    GroupId,
    /// A command's own id, made once at the press of the button.
    CommandId,
    /// A hub, chosen when it is set up.
    HubId,
}

record_ids! {
    /// A person; also the id of their [`Member`](crate::record::member::Member) record.
    PersonId,
    /// One installation that belongs to a person.
    DeviceId,
    /// A practice or another body.
    OrganisationId,
    /// An invitation to answer.
    CallId,
    /// A section of a call's question set.
    SectionId,
    /// A question.
    QuestionId,
    /// Our reply to a call.
    ResponseId,
    /// Text and choices for one question of one response; also the id of its text document.
    AnswerId,
    /// A file that somebody added.
    FileId,
    /// A named, frozen state of an answer.
    VersionId,
    /// A merge that needs a look.
    NoticeId,
    /// Words that a merge dropped.
    RecoveredId,
}

impl RecordId {
    /// Returns the id of the one record of `kind` for the pair (`a`, `b`): the same on every desk.
    pub fn of_pair(kind: &str, a: Self, b: Self) -> Self {
        let mut name = Vec::with_capacity(kind.len() + 32);
        name.extend_from_slice(kind.as_bytes());
        name.extend_from_slice(a.0.as_bytes());
        name.extend_from_slice(b.0.as_bytes());
        Self(Uuid::new_v5(&PAIRS, &name))
    }

    /// Returns the id of the one record of `kind` that `home` holds of `about`, both written as text.
    pub fn of_named(kind: &str, home: &str, about: &str) -> Self {
        Self(Uuid::new_v5(&PAIRS, format!("{kind}\n{home}\n{about}").as_bytes()))
    }
}

impl AnswerId {
    /// Returns the id of the one answer that `response` gives to `question`.
    pub fn of(response: ResponseId, question: QuestionId) -> Self {
        RecordId::of_pair("answer", response.into(), question.into()).into()
    }
}

impl ResponseId {
    /// Returns the id of the network's own response to `call`: two desks that start it apart mean the same one.
    pub fn of(call: CallId) -> Self {
        RecordId::of_pair("response", call.into(), call.into()).into()
    }
}

/// One install's identity towards the hub. Changes when its store is restored, cloned or copied, so
/// that a counter is never used twice for different words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReplicaId(pub u64);

impl fmt::Display for ReplicaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for ReplicaId {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        if text.len() == 16 {
            u64::from_str_radix(text, 16).map(Self).map_err(|_| NotAnId)
        } else {
            Err(NotAnId)
        }
    }
}

// JSON numbers lose digits above 2^53, so a replica id travels as sixteen hexadecimal digits.
impl Serialize for ReplicaId {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ReplicaId {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_desks_make_the_same_id_for_the_same_pair() {
        let response = ResponseId::new(1, [1; 10]);
        let question = QuestionId::new(2, [2; 10]);
        assert_eq!(AnswerId::of(response, question), AnswerId::of(response, question));
        assert_ne!(AnswerId::of(response, question), AnswerId::of(ResponseId::new(3, [1; 10]), question));
    }

    #[test]
    fn ids_made_later_sort_later() {
        assert!(CallId::new(1, [255; 10]) < CallId::new(2, [0; 10]));
    }

    #[test]
    fn a_replica_id_keeps_all_its_digits_in_json() {
        let id = ReplicaId(u64::MAX - 1);
        let text = serde_json::to_string(&id).expect("it is written as JSON");
        assert_eq!(text, "\"fffffffffffffffe\"");
        assert_eq!(serde_json::from_str::<ReplicaId>(&text).expect("it reads as JSON"), id);
        assert!(serde_json::from_str::<ReplicaId>("\"12\"").is_err());
    }
}
