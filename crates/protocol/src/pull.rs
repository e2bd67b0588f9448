//! `POST /v1/pull`: what is new in some spaces, in order. A page never splits a group.

use linchpin_domain::change::Entry;
use linchpin_domain::space::Space;
use linchpin_domain::sum::Sum;
use serde::{Deserialize, Serialize};

/// Asks for what is new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PullRequest {
    /// The hub's epoch the cursors belong to.
    pub epoch: u64,
    /// The spaces, the most urgent first.
    pub spaces: Vec<Cursor>,
    /// Most entries wanted.
    pub limit: usize,
}

/// How far a desk is in a space.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cursor {
    /// The space.
    pub space: Space,
    /// The last number it has.
    pub seq: u64,
}

/// One page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PullAnswer {
    /// What is new, by space, in the order asked for.
    pub pages: Vec<Page>,
    /// Spaces that the caller can no longer read, or that never were.
    pub gone: Vec<Space>,
    /// Spaces whose cursor lies below what the hub keeps.
    pub bootstrap: Vec<Space>,
    /// Spaces the caller may read and did not ask for.
    pub also: Vec<Space>,
    /// The hub's time, milliseconds since 1970.
    pub hub_time: u64,
}

/// What is new in one space.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    /// The space.
    pub space: Space,
    /// The cursor the page begins at; a page that does not begin at ours is dropped.
    pub from: u64,
    /// The cursor after this page.
    pub to: u64,
    /// The space's last number.
    pub head: u64,
    /// The checksum at `to`, where `to` is the head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sum: Option<Sum>,
    /// Whether there is more.
    pub more: bool,
    /// The entries, numbers rising.
    pub entries: Vec<Entry>,
}
