//! The people of the network, as every screen shows them.

use crate::core::Core;
use crate::error::Error;
use crate::view::Faces;
use linchpin_domain::id::PersonId;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks for the people.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ListPeople {
    /// Part of a name or practice; empty for all.
    #[serde(default)]
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

/// Returns the people whose name or practice holds the text, by name.
///
/// # Errors
/// Any fault of the store.
pub fn list_people(core: &Core, asked: ListPeople) -> Result<Vec<PersonRow>, Error> {
    let desk = core.desk()?;
    let me = core.me(&desk)?;
    let faces = desk.store.read(|reader| Faces::read(reader, me))?;
    let wanted = asked.text.trim().to_lowercase();
    let holds = |row: &PersonRow| {
        row.name.to_lowercase().contains(&wanted) || row.practice.to_lowercase().contains(&wanted)
    };
    let mut rows: Vec<PersonRow> = faces.members().map(|(id, _)| faces.of(*id)).filter(holds).collect();
    rows.sort_by(|a, b| a.name.to_lowercase().cmp(&b.name.to_lowercase()).then(a.id.cmp(&b.id)));
    Ok(rows)
}
