//! Changes: what one replica did, as it waits in an outbox and travels to the hub, and how it comes back
//! numbered. A change is known by (replica, counter) and its hash: sent twice it has one effect.

use crate::canonical::{Bytes, canonical, sha256_hex};
use crate::command::Command;
use crate::id::{AnswerId, CommandId, GroupId, PersonId, RecordId, ReplicaId};
use crate::merge::Edits;
use crate::space::Space;
use crate::stamp::Stamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The id of a change: counters of a replica rise strictly, gaps are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "(ReplicaId, u64)", into = "(ReplicaId, u64)")]
pub struct ChangeId {
    /// Who made it.
    pub replica: ReplicaId,
    /// The how-manieth it is.
    pub counter: u64,
}

impl From<(ReplicaId, u64)> for ChangeId {
    fn from((replica, counter): (ReplicaId, u64)) -> Self {
        Self { replica, counter }
    }
}

impl From<ChangeId> for (ReplicaId, u64) {
    fn from(id: ChangeId) -> Self {
        (id.replica, id.counter)
    }
}

/// New values for one record. A deletion sets the reserved field
/// [`DELETED`](crate::record::DELETED).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Put {
    /// The name of the kind.
    pub kind: String,
    /// The record.
    pub id: RecordId,
    /// The number of the kind's form.
    pub schema: u16,
    /// Whether the author means to make the record; an edit to an id that nobody made is refused.
    #[serde(default)]
    pub create: bool,
    /// Value and stamp by field.
    #[serde(rename = "f")]
    pub edits: Edits,
}

/// One update of a text document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextUpdate {
    /// The document, which has the id of its answer.
    pub doc: AnswerId,
    /// The state vector the author had before.
    pub sv_before: Bytes,
    /// The number of the editor's schema.
    pub schema: u16,
    /// The update, Yjs v1.
    pub bytes: Bytes,
}

/// A command that the hub decides, with the id made at the press.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Its own id; the hub remembers it for ever.
    pub cid: CommandId,
    /// What is asked.
    #[serde(flatten)]
    pub command: Command,
}

/// What a change does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Op {
    /// Sets fields of a record.
    Put(Put),
    /// Adds to a text.
    Text(TextUpdate),
    /// Asks the hub.
    Cmd(Asked),
}

impl Op {
    /// Returns the SHA-256 of what is done in `space`, in hexadecimal digits; the same under another
    /// change id.
    pub fn hash(&self, space: &Space) -> String {
        let value = serde_json::to_value((space, self)).unwrap_or(Value::Null);
        sha256_hex(&canonical(&value))
    }
}

/// A change on its way to the hub.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Its id.
    pub id: ChangeId,
    /// [`Op::hash`] of what it does.
    pub hash: String,
    /// The space it belongs to.
    pub space: Space,
    /// Applied and delivered whole with all others of the group.
    pub group: GroupId,
    /// The space's number that its author had seen.
    pub base: u64,
    /// What it does.
    #[serde(flatten)]
    pub op: Op,
}

/// What the hub made of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "status")]
pub enum Outcome {
    /// Done; at least one value of it shows.
    Applied {
        /// Its number in the space.
        seq: u64,
    },
    /// Done and kept, but newer values show.
    Superseded {
        /// Its number in the space.
        seq: u64,
    },
    /// Set aside until somebody decides; the words are kept.
    Held {
        /// Why.
        reason: HeldBecause,
    },
    /// Not done, and will not be.
    Refused {
        /// Why.
        code: RefusedBecause,
    },
    /// Not looked at; send it again.
    Retry,
    /// Older than the hub remembers: give it a new id and send it again.
    Reoffer,
    /// The id was used for other content: this copy needs a new replica id.
    IdReused,
}

/// Why a change is set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum HeldBecause {
    /// Its text could not be read or would break the document.
    Unreadable,
    /// It would write in another person's name.
    AuthorMismatch,
    /// It removes much at once.
    MassDeletion,
}

/// Why a change is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RefusedBecause {
    /// Its author may not write there, or there is no such space.
    ForbiddenSpace,
    /// It edits a record that nobody made.
    UnknownRecord,
    /// A value breaks a rule of its kind.
    BadValue,
    /// The hub does not know this kind or form yet.
    SchemaAhead,
    /// Another command came first.
    AlreadyDone,
    /// It is larger than the limits allow.
    TooLarge,
}

/// The hub's answer to one change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The change.
    pub id: ChangeId,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// Whether this is the first result, repeated.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub duplicate: bool,
    /// Stamps that the hub lowered, by field.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub clamped: BTreeMap<String, Stamp>,
}

/// A value that does not show, told to all readers so that it can be put back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LostValue {
    /// The name of the record's kind.
    pub kind: String,
    /// The record.
    pub id: RecordId,
    /// The field.
    pub field: String,
    /// The value.
    pub value: Value,
    /// When it was set.
    pub stamp: Stamp,
    /// Who had set it.
    pub by: PersonId,
    /// Whether the one who replaced it had not seen it.
    pub apart: bool,
}

/// What a pulled entry does to a copy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Done {
    /// Sets fields of a record.
    Put(Put),
    /// Adds to a text.
    Text(TextUpdate),
    /// Tells of a value that does not show.
    Lost(LostValue),
    /// A command took effect; what it changed comes as entries of its own.
    Cmd(Asked),
}

/// One numbered entry of a space, as every reader gets it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number: dense, rising, per space.
    pub seq: u64,
    /// Who made it; the hub's own entries bear the nil id.
    pub author: PersonId,
    /// When the hub took it, in milliseconds since 1970.
    pub at: u64,
    /// The change it came from.
    pub id: ChangeId,
    /// Applied whole with the others of the group.
    pub group: GroupId,
    /// What it does.
    #[serde(flatten)]
    pub done: Done,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::CallId;
    use serde_json::json;

    fn change() -> Change {
        let edits = Edits::from([("title".into(), (json!("A"), Stamp::new(5, 0, ReplicaId(1))))]);
        let id = RecordId::new(1, [1; 10]);
        let op = Op::Put(Put { kind: "call".into(), id, schema: 1, create: true, edits });
        let space = Space::Call(CallId(id.0));
        let hash = op.hash(&space);
        let id = ChangeId { replica: ReplicaId(1), counter: 4 };
        Change { id, hash, space, group: GroupId::new(1, [2; 10]), base: 0, op }
    }

    #[test]
    fn a_change_reads_back_from_its_json() {
        let change = change();
        let text = serde_json::to_string(&change).expect("it is written as JSON");
        assert!(text.contains("\"put\":{"), "{text}");
        assert_eq!(serde_json::from_str::<Change>(&text).expect("it reads as JSON"), change);
    }

    #[test]
    fn a_command_carries_its_own_id_and_name() {
        let asked = Asked {
            cid: CommandId::new(1, [0; 10]),
            command: Command::OpenCall { call: CallId::new(1, [1; 10]) },
        };
        let text = serde_json::to_string(&Op::Cmd(asked.clone())).expect("it is written as JSON");
        assert!(text.contains("\"name\":\"open_call\""), "{text}");
        assert_eq!(serde_json::from_str::<Op>(&text).expect("it reads as JSON"), Op::Cmd(asked));
    }

    #[test]
    fn the_hash_changes_with_content_and_not_with_the_change_id() {
        let (one, mut two) = (change(), change());
        two.id.counter = 9;
        assert_eq!(one.op.hash(&one.space), two.op.hash(&two.space));
        assert_ne!(one.op.hash(&one.space), one.op.hash(&Space::National));
    }
}
