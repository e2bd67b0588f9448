//! `POST /v1/people/...`: what is done with accounts. A deed takes effect at once, or waits until somebody else who
//! may do it confirms it. Who may what stands in the table of accounts (`crates/domain/src/can/rights.md`).

use linchpin_domain::can::AccountAction;
use linchpin_domain::id::{CommandId, DeviceId, PersonId};
use linchpin_domain::nation::Nation;
use linchpin_domain::role::NetworkRole;
use serde::{Deserialize, Serialize};

/// How long a deed waits to be confirmed, in milliseconds.
pub const DEED_MS: u64 = 72 * 60 * 60_000;
/// After how long whoever alone may do a deed confirms it themselves, in milliseconds.
pub const ALONE_MS: u64 = 24 * 60 * 60_000;

/// Why a device is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Why {
    /// It is lost or was stolen: nothing on it can be trusted.
    Lost,
    /// It is not used any more.
    Retired,
}

impl Why {
    /// Both, with their names in stores.
    pub const ALL: [(Self, &'static str); 2] = [(Self::Lost, "lost"), (Self::Retired, "retired")];
}

/// Something that is done with an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "what")]
pub enum Deed {
    /// Invites a person.
    Invite {
        /// The e-mail address.
        email: String,
        /// What the person becomes.
        role: NetworkRole,
        /// The code of their region; empty where none is known.
        #[serde(default)]
        region: String,
    },
    /// Makes a person something else in the network.
    SetRole {
        /// The person.
        person: PersonId,
        /// What they become.
        role: NetworkRole,
    },
    /// Suspends an account: its devices may do nothing from the next request on.
    Suspend {
        /// The person.
        person: PersonId,
    },
    /// Lifts that.
    Reinstate {
        /// The person.
        person: PersonId,
    },
    /// Cuts a device off.
    RevokeDevice {
        /// The device.
        device: DeviceId,
        /// Why.
        why: Why,
    },
}

impl Deed {
    /// Returns what the table of rights calls it. `before` is what the person is now, `own` says whether it is done
    /// with the asker's own device. Who makes somebody less must be able to make them what they were.
    pub fn action(&self, before: Option<NetworkRole>, own: bool) -> AccountAction {
        match self {
            Self::Invite { role, .. } => of_role(*role),
            Self::SetRole { role, .. } => of_role(*role).max(of_role(before.unwrap_or_default())),
            Self::Suspend { .. } | Self::Reinstate { .. } => AccountAction::Suspend,
            Self::RevokeDevice { .. } if own => AccountAction::RevokeOwnDevice,
            Self::RevokeDevice { .. } => AccountAction::RevokeDevice,
        }
    }
}

/// What it takes to make somebody this; the actions rise with what they give.
fn of_role(role: NetworkRole) -> AccountAction {
    match role {
        NetworkRole::Member => AccountAction::InviteMember,
        NetworkRole::LocalCoordinator | NetworkRole::NationalCoordinator => AccountAction::GrantCoordinator,
        NetworkRole::SteeringGroup => AccountAction::GrantSteering,
        NetworkRole::Observer => AccountAction::GrantPartner,
        NetworkRole::Admin => AccountAction::GrantAdmin,
    }
}

/// `POST /v1/people/do`: asks for a deed. Asked again with the same id it is done once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeedRequest {
    /// Its own id, made at the press.
    pub id: CommandId,
    /// What is to be done.
    pub deed: Deed,
}

/// `POST /v1/people/confirm`: confirms what another asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfirmRequest {
    /// The deed's id.
    pub id: CommandId,
}

/// What became of a deed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "state")]
pub enum DeedAnswer {
    /// It is done.
    Done {
        /// The code of an invitation. It is kept nowhere and told this once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
    },
    /// It waits for somebody else to confirm it.
    Waits {
        /// Until when, milliseconds since 1970.
        until: u64,
    },
}

/// `POST /v1/people/list`: who is there, as far as the asker looks after them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PeopleAnswer {
    /// The people, by the time they joined.
    pub people: Vec<PersonFacts>,
    /// Deeds that wait for somebody to confirm them.
    pub waiting: Vec<WaitingDeed>,
}

/// A person as whoever looks after accounts sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonFacts {
    /// The person.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// The e-mail address that they were invited by.
    pub email: String,
    /// What they are in the network.
    pub role: NetworkRole,
    /// The code of their region; empty where none is known.
    pub region: String,
    /// The nation of their practice.
    pub nation: Option<Nation>,
    /// Whether the account is suspended.
    pub suspended: bool,
    /// When they joined, milliseconds since 1970.
    pub joined_at: u64,
    /// Their devices.
    pub devices: Vec<DeviceFacts>,
}

/// A device as whoever looks after accounts sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeviceFacts {
    /// The device.
    pub device: DeviceId,
    /// When it joined, milliseconds since 1970.
    pub added_at: u64,
    /// When it was cut off; 0 while it may speak.
    pub revoked_at: u64,
    /// Why it was cut off, where that was said.
    pub why: Option<Why>,
}

/// A deed that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WaitingDeed {
    /// Its id.
    pub id: CommandId,
    /// What is to be done.
    pub deed: Deed,
    /// Who asked for it.
    pub asked_by: PersonId,
    /// When, milliseconds since 1970.
    pub asked_at: u64,
    /// Until when it can be confirmed.
    pub until: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn making_somebody_less_takes_what_making_them_that_took() {
        let person = PersonId::new(1, [1; 10]);
        let deed = Deed::SetRole { person, role: NetworkRole::Member };
        assert_eq!(deed.action(Some(NetworkRole::Admin), false), AccountAction::GrantAdmin);
        assert_eq!(deed.action(Some(NetworkRole::Member), false), AccountAction::InviteMember);
        let deed = Deed::SetRole { person, role: NetworkRole::Admin };
        assert_eq!(deed.action(Some(NetworkRole::SteeringGroup), false), AccountAction::GrantAdmin);
    }
}
