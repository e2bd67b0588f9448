//! Roles: in the network and on one response. A role is a fact of the hub; nobody sets their own.

use crate::space::SpaceKind;
use serde::{Deserialize, Serialize};

/// What a person is in the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum NetworkRole {
    /// A practice manager.
    #[default]
    Member,
    /// Leads a region.
    LocalCoordinator,
    /// Leads nationally.
    NationalCoordinator,
    /// Signs for the network.
    SteeringGroup,
    /// Runs the hub and reads no draft.
    Admin,
    /// A partner body that may look at what is opened to it.
    Observer,
}

impl NetworkRole {
    /// Every role, with its name on the command line.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Member, "member"),
        (Self::LocalCoordinator, "local-coordinator"),
        (Self::NationalCoordinator, "national-coordinator"),
        (Self::SteeringGroup, "steering-group"),
        (Self::Admin, "admin"),
        (Self::Observer, "observer"),
    ];
}

/// What a person is on one response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum ResponseRole {
    /// Leads it.
    Lead,
    /// Writes in it.
    CoAuthor,
    /// Reads, talks and approves.
    Reviewer,
    /// Reads and talks.
    Commenter,
    /// Reads frozen versions and signs.
    Signatory,
    /// Reads.
    Observer,
}

impl ResponseRole {
    /// Every role on a response.
    pub const ALL: [Self; 6] =
        [Self::Lead, Self::CoAuthor, Self::Reviewer, Self::Commenter, Self::Signatory, Self::Observer];
}

/// What a space was opened for, to one person or to every confirmed member: a part in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Given {
    /// The space's own lead.
    Full,
    /// A member like others.
    Member,
    /// A role on a response.
    Role(ResponseRole),
}

impl Given {
    /// Everything that can be given, with its name in stores and on the wire.
    pub const ALL: [(Self, &'static str); 8] = [
        (Self::Full, "full"),
        (Self::Member, "member"),
        (Self::Role(ResponseRole::Lead), "lead"),
        (Self::Role(ResponseRole::CoAuthor), "coAuthor"),
        (Self::Role(ResponseRole::Reviewer), "reviewer"),
        (Self::Role(ResponseRole::Commenter), "commenter"),
        (Self::Role(ResponseRole::Signatory), "signatory"),
        (Self::Role(ResponseRole::Observer), "observer"),
    ];

    /// Returns its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(given, _)| *given == self).map_or("member", |(_, name)| name)
    }

    /// Returns what a name stands for.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(given, _)| *given)
    }

    /// Tells whether whoever has it leads the space.
    pub fn leads(self) -> bool {
        matches!(self, Self::Full | Self::Role(ResponseRole::Lead))
    }

    /// Tells whether it can be given in such a space: roles on responses, the rest where people are members.
    pub fn fits(self, space: SpaceKind) -> bool {
        match self {
            Self::Role(_) => space == SpaceKind::Response,
            Self::Full | Self::Member => {
                matches!(space, SpaceKind::Org | SpaceKind::Region | SpaceKind::Call)
            }
        }
    }
}

impl Serialize for Given {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<str>::deserialize(d)?;
        Self::from_name(&name).ok_or_else(|| serde::de::Error::custom("nothing that can be given"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_reads_back_from_its_name() {
        for (given, name) in Given::ALL {
            assert_eq!((given.name(), Given::from_name(name)), (name, Some(given)));
            assert!(SpaceKind::ALL.into_iter().any(|kind| given.fits(kind)), "{name}");
        }
    }
}
