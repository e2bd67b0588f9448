//! `POST /v1/verify`: whether what a desk has of its spaces is what the hub has. The hub keeps the checksum of a
//! space at its last number alone, so it compares where the desk has that number.

use linchpin_domain::space::Space;
use linchpin_domain::sum::Sum;
use serde::{Deserialize, Serialize};

/// Asks for a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VerifyRequest {
    /// The hub's epoch the numbers belong to.
    pub epoch: u64,
    /// The spaces, at most as many as a pull may name.
    pub spaces: Vec<SpaceSum>,
}

/// What a desk has of a space.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SpaceSum {
    /// The space.
    pub space: Space,
    /// The last number it has.
    pub seq: u64,
    /// The checksum of what it has of the hub's at that number.
    pub sum: Sum,
}

/// How each space compares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VerifyAnswer {
    /// The spaces in the order asked for.
    pub spaces: Vec<Verified>,
    /// The hub's time, milliseconds since 1970.
    pub hub_time: u64,
}

/// How one space compares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Verified {
    /// The space.
    pub space: Space,
    /// What was found.
    pub verdict: Verdict,
}

/// What a comparison found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// Number and checksum are the hub's.
    Equal,
    /// The number is the hub's last and the checksum is not: the space is to be filled anew.
    Differs,
    /// The number is not the hub's last: ask again when the desk is in step.
    Moved,
    /// The caller can no longer read it, or it never was.
    Gone,
}
