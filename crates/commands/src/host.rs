//! What a shell does for commands: dialogs, and word of what changed. Two real hosts: the desktop and the
//! command line. Paths come from the host and never from the web view.

use linchpin_domain::id::{AnswerId, RecordId};
use linchpin_domain::record::Tag;
use serde::Serialize;
use std::path::PathBuf;
use ts_rs::TS;

/// A shell.
pub trait Host: Send + Sync {
    /// Lets the person choose where to write a file; none where they turn back.
    fn choose_save(&self, title: &str, suggested_name: &str) -> Option<PathBuf>;
    /// Lets the person choose a file to read.
    fn choose_open(&self, title: &str) -> Option<PathBuf>;
    /// Hands an event to whatever shows it.
    fn tell(&self, event: &Event);
}

/// What a shell is told.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase", tag = "event")]
pub enum Event {
    /// Something in the store changed.
    Changed {
        /// What became stale.
        tags: Vec<Tag>,
        /// Which records; empty for more than 100.
        ids: Vec<RecordId>,
        /// By whom.
        origin: Origin,
    },
    /// Who has this answer open changed.
    Presence {
        /// The answer.
        answer: AnswerId,
    },
}

/// Who changed something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Origin {
    /// The person at this computer.
    Here,
    /// The hub.
    Hub,
}
