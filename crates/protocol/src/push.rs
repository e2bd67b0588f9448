//! `POST /v1/push`: changes in the order of their counters. Sending a batch again, or a part of it, gives
//! the same results.

use linchpin_domain::change::{Answered, Change};
use linchpin_domain::id::ReplicaId;
use linchpin_domain::space::Space;
use serde::{Deserialize, Serialize};

/// Changes on their way to the hub.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PushRequest {
    /// Who sends.
    pub replica: ReplicaId,
    /// The changes, counters rising.
    pub changes: Vec<Change>,
}

/// What the hub made of each change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PushAnswer {
    /// One result a change, in the same order.
    pub results: Vec<Answered>,
    /// The spaces that were touched.
    pub spaces: Vec<Moved>,
    /// The hub's time, milliseconds since 1970.
    pub hub_time: u64,
}

/// How a push moved a space. Where `before` equals the desk's cursor and everything between the two numbers
/// came from this push as it was sent (`ours`), the desk may move its cursor to `after` without pulling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Moved {
    /// The space.
    pub space: Space,
    /// Its last number before this push.
    pub before: u64,
    /// Its last number after it.
    pub after: u64,
    /// Whether each entry in between is one of the pushed changes, applied as it was sent: nothing lost,
    /// nothing clamped, no entry of the hub's own.
    pub ours: bool,
}
