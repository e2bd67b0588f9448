//! What only the hub may decide: a command is accepted or refused, never merged. If its meaning changes,
//! it gets a new name.

use crate::id::{CallId, PersonId, RecordId, ResponseId};
use crate::role::{Given, ResponseRole};
use crate::space::Space;
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
    /// Gives somebody a part in a space, gives another part, or takes it away.
    #[serde(rename = "share")]
    Share {
        /// The space.
        space: Space,
        /// The person; none is every confirmed member who has no part by name.
        person: Option<PersonId>,
        /// The part; none takes it away.
        given: Option<Given>,
    },
    /// Says that its author means to delete these records of the space, though they are many at once.
    #[serde(rename = "confirm_mass_delete")]
    ConfirmMassDelete {
        /// The records, at most [`CONFIRMED_AT_ONCE`].
        records: Vec<RecordId>,
    },
}

impl Command {
    /// Returns the one space that it can be asked in; none where it is about whatever space it is asked in.
    pub fn space(&self) -> Option<Space> {
        match self {
            Self::OpenCall { call } => Some(Space::Call(*call)),
            Self::OpenResponse { response, .. } => Some(Space::Response(*response)),
            Self::Share { space, .. } => Some(space.clone()),
            Self::ConfirmMassDelete { .. } => None,
        }
    }

    /// Returns the record that it is about: the call or response, whoever it names, else the space.
    pub fn about(&self) -> RecordId {
        match self {
            Self::OpenCall { call } => (*call).into(),
            Self::OpenResponse { response, .. } => (*response).into(),
            Self::Share { space: Space::Call(call), .. } => (*call).into(),
            Self::Share { space: Space::Response(response), .. } => (*response).into(),
            Self::Share { person: Some(person), .. } => (*person).into(),
            Self::Share { space, person: None, .. } => RecordId::of_named("space", "", &space.to_string()),
            Self::ConfirmMassDelete { records } => {
                records.first().copied().unwrap_or_else(|| RecordId::of_named("records", "", ""))
            }
        }
    }
}
