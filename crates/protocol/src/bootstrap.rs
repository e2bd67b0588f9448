//! `GET /v1/spaces/{space}/bootstrap?part=k&at=seq`: a whole space at one fixed number, in parts. A part is
//! packed lines of JSON, the first a [`PartHead`], each other a [`Row`]. A half bootstrap is never shown.

use linchpin_domain::canonical::Bytes;
use linchpin_domain::id::{AnswerId, PersonId};
use linchpin_domain::record::Envelope;
use linchpin_domain::space::Space;
use linchpin_domain::sum::Sum;
use serde::{Deserialize, Serialize};

/// The first line of a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PartHead {
    /// The space.
    pub space: Space,
    /// The hub's epoch.
    pub epoch: u64,
    /// The number at which the space is shown.
    pub seq: u64,
    /// Which part this is, from 0.
    pub part: u32,
    /// How many there are.
    pub parts: u32,
    /// The space's checksum at `seq`.
    pub sum: Sum,
    /// How many rows all parts have, for showing progress.
    pub rows: u64,
}

/// One row of a part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Row {
    /// A record as it stands, deleted ones included.
    Record(Envelope),
    /// A text document.
    Text(TextState),
}

/// A text document as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TextState {
    /// The document.
    pub doc: AnswerId,
    /// The editor's schema its newest content needs.
    pub schema: u16,
    /// The folded part, if any: Yjs v2 packed with zstd.
    pub snapshot: Option<Bytes>,
    /// The updates after it, Yjs v1, oldest first.
    pub updates: Vec<KeptUpdate>,
    /// The sum of all updates' shares, folded ones included.
    pub sum: Sum,
    /// Who wrote under which client id.
    pub authors: Vec<(u64, PersonId)>,
}

/// One update with where it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeptUpdate {
    /// Its number in the space.
    pub seq: u64,
    /// Who made it.
    pub author: PersonId,
    /// When the hub took it.
    pub at: u64,
    /// The bytes.
    pub bytes: Bytes,
}
