//! Roles: in the network and on one response. A role is a fact of the hub; nobody sets their own.

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
