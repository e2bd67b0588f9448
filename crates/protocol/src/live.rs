//! `GET /v1/live`: server-sent events. A hint only: who hears nothing for 60 s connects again and polls
//! meanwhile. `POST /v1/seen` and `POST /v1/presence` are what desks say in between.

use linchpin_domain::id::{AnswerId, DeviceId, PersonId};
use linchpin_domain::space::Space;
use serde::{Deserialize, Serialize};

/// One event of the live stream; its SSE event name is the variant's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "event")]
pub enum LiveEvent {
    /// A space has moved.
    Head {
        /// The space.
        space: Space,
        /// Its last number.
        seq: u64,
    },
    /// The caller's rights have changed: say hello again.
    Access,
    /// Who has an answer open now.
    Presence(Presence),
    /// How far a colleague's device is, for "seen by".
    Seen(SeenBy),
}

/// Who has an answer open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Presence {
    /// The answer.
    pub answer: AnswerId,
    /// The people, one entry a device.
    pub here: Vec<Here>,
}

/// One device that has an answer open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Here {
    /// The device.
    pub device: DeviceId,
    /// Its owner.
    pub person: PersonId,
    /// The owner's cursor as the editor writes it (Yjs relative positions), never stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// `POST /v1/presence`: the caller has this answer open, or none any more. Forgotten after 60 s.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PresenceRequest {
    /// The response's space.
    pub space: Space,
    /// The answer that is open; none when it was closed.
    pub answer: Option<AnswerId>,
    /// The cursor, at most 1,000 characters.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// `POST /v1/seen`: how far the caller is in response and call spaces; at most one a 10 s.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeenRequest {
    /// Number by space.
    pub cursors: Vec<crate::pull::Cursor>,
}

/// How far a device is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeenBy {
    /// The space.
    pub space: Space,
    /// The device's owner.
    pub person: PersonId,
    /// The device.
    pub device: DeviceId,
    /// The last number it has.
    pub seq: u64,
}
