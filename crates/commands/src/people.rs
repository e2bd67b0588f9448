//! The people of the network, as every screen shows them.

use linchpin_domain::id::PersonId;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks for the people.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ListPeople {
    /// Part of a name or practice; empty for all.
    pub text: String,
}

/// A person in a list.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PersonRow {
    /// The id.
    pub id: PersonId,
    /// The name.
    pub name: String,
    /// Two letters.
    pub initials: String,
    /// The author colour, 1 to 8, the same on every computer.
    pub colour: u8,
    /// The practice, in words.
    pub practice: String,
    /// Whether it is the person at this computer.
    pub me: bool,
}
