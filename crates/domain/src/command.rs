//! What only the hub may decide: a command is accepted or refused, never merged. If its meaning changes,
//! it gets a new name.

use crate::id::{CallId, PersonId, RecordId, ResponseId};
use crate::role::{Given, ResponseRole};
use crate::space::Space;
use serde::{Deserialize, Serialize};

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
}

impl Command {
    /// Returns the space that it is asked in.
    pub fn space(&self) -> Space {
        match self {
            Self::OpenCall { call } => Space::Call(*call),
            Self::OpenResponse { response, .. } => Space::Response(*response),
            Self::Share { space, .. } => space.clone(),
        }
    }

    /// Returns the record that it is about: the call or response, else whoever it names.
    pub fn about(&self) -> RecordId {
        match (self.space(), self) {
            (Space::Call(call), _) => call.into(),
            (Space::Response(response), _) => response.into(),
            (_, Self::Share { person: Some(person), .. }) => (*person).into(),
            (space, _) => RecordId::of_named("space", "", &space.to_string()),
        }
    }
}
