//! Taking changes back, and things that were put away.

use linchpin_domain::id::RecordId;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Takes a change back.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Undo {
    /// Which one; none for the last.
    pub undo: Option<String>,
}

/// What became of it.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase", tag = "as")]
pub enum Undone {
    /// It is taken back.
    Done,
    /// There is nothing to take back.
    Nothing,
    /// Somebody changed the same thing since; nothing was done.
    ChangedSince,
}

/// Asks for what was put away.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ListDeleted {}

/// Something that was put away.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeletedRow {
    /// Its id.
    pub id: RecordId,
    /// Its kind: `call`, `question`, `version`.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// When, milliseconds since 1970.
    #[ts(type = "number")]
    pub at: u64,
    /// Days until it is gone for good.
    pub days_left: i32,
}

/// Brings something back.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RestoreDeleted {
    /// Its id.
    pub id: RecordId,
}
