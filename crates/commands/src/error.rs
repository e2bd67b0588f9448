//! The one error that a shell sees: a code it acts on and the key of a sentence. Nothing a person typed is
//! ever in it.

use serde::Serialize;
use ts_rs::TS;

/// What kind of refusal; exists only if a shell acts on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Code {
    /// A value cannot be taken as it is.
    Validation,
    /// There is no such thing.
    NotFound,
    /// There is no connection.
    Offline,
    /// It is not this person's to do.
    NotAllowed,
    /// The store is locked, or the hub does not know this computer.
    SignedOut,
    /// This app is too old.
    TooOld,
    /// The file is from a newer app.
    TooNew,
    /// The disk is full.
    Full,
    /// Somebody else holds it; try again.
    Busy,
    /// A fault of ours.
    Internal,
}

/// A refusal.
#[derive(Debug, Clone, Serialize, TS, thiserror::Error)]
#[error("{key}")]
#[serde(rename_all = "camelCase")]
pub struct Error {
    /// What kind.
    pub code: Code,
    /// The key of the sentence in the messages file, such as `error_disk_full`.
    pub key: &'static str,
    /// The sentence in English, for the command line and for a key the screens do not know.
    pub sentence: &'static str,
    /// The field it is about.
    pub field: Option<&'static str>,
}
