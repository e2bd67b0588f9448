//! What only the hub may decide: a command is accepted or refused, never merged. If its meaning changes,
//! it gets a new name.

use crate::id::{CallId, PersonId, RecordId, ResponseId};
use crate::role::ResponseRole;
use serde::{Deserialize, Serialize};

/// Most records whose deletion one command confirms.
pub const CONFIRMED_AT_ONCE: usize = 1_000;

/// Who may take part in a response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "with")]
pub enum Sharing {
    /// Every confirmed member writes as a co-author.
    Everyone,
    /// These people, each in a role.
    Named {
        /// The people.
        people: Vec<(PersonId, ResponseRole)>,
    },
}

/// A command with its arguments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", content = "args")]
pub enum Command {
    /// Opens the space of a call that was made offline; all members may read it.
    #[serde(rename = "open_call")]
    OpenCall {
        /// The call.
        call: CallId,
    },
    /// Opens the space of a response that was made offline; its author leads it.
    #[serde(rename = "open_response")]
    OpenResponse {
        /// The response.
        response: ResponseId,
        /// The call it answers.
        call: CallId,
        /// Who takes part.
        sharing: Sharing,
    },
    /// Says that its author means to delete these records of the space, though they are many at once.
    #[serde(rename = "confirm_mass_delete")]
    ConfirmMassDelete {
        /// The records, at most [`CONFIRMED_AT_ONCE`].
        records: Vec<RecordId>,
    },
}
