//! Who asks, and what they are in a space. A scope is made by the check of a request's proof and by nothing
//! else; every read and write of the store takes one.

use linchpin_domain::can::{Action, Facts, Hand, Principal, can};
use linchpin_domain::id::{DeviceId, PersonId};
use linchpin_domain::nation::Nation;
use linchpin_domain::role::{NetworkRole, ResponseRole};
use linchpin_domain::space::Space;

/// Who asks.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    /// The person.
    pub(crate) person: PersonId,
    /// The device.
    pub(crate) device: DeviceId,
    /// State and role.
    pub(crate) principal: Principal,
    /// The nation of the person's practice, where it is known.
    pub(crate) nation: Option<Nation>,
}

/// What a space was opened for: to one person, or to every confirmed member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Given {
    /// The space's own lead.
    Full,
    /// A member like others.
    Member,
    /// A role on a response.
    Role(ResponseRole),
}

impl Given {
    pub(crate) const ALL: [(Self, &'static str); 8] = [
        (Self::Full, "full"),
        (Self::Member, "member"),
        (Self::Role(ResponseRole::Lead), "lead"),
        (Self::Role(ResponseRole::CoAuthor), "coAuthor"),
        (Self::Role(ResponseRole::Reviewer), "reviewer"),
        (Self::Role(ResponseRole::Commenter), "commenter"),
        (Self::Role(ResponseRole::Signatory), "signatory"),
        (Self::Role(ResponseRole::Observer), "observer"),
    ];

    pub(crate) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(given, _)| *given == self).map_or("member", |(_, name)| name)
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(given, _)| *given)
    }
}

/// The access rows of a space that speak of one person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Access {
    /// What was given to the person by name.
    pub(crate) own: Option<Given>,
    /// What was given to every confirmed member.
    pub(crate) everyone: Option<Given>,
}

impl Scope {
    /// Tells whether "every confirmed member" means this person: observers of partner bodies are none.
    pub(crate) fn is_member(&self) -> bool {
        self.principal.role != NetworkRole::Observer
    }

    /// Returns what the person is in a space.
    pub(crate) fn hand(&self, space: &Space, access: Access) -> Option<Hand> {
        let role = self.principal.role;
        match space {
            Space::Me(owner) => (*owner == self.person).then_some(Hand::Owner),
            Space::National => Some(match role {
                NetworkRole::Member => Hand::Member,
                NetworkRole::LocalCoordinator => Hand::LocalCoordinator,
                NetworkRole::NationalCoordinator => Hand::NationalCoordinator,
                NetworkRole::SteeringGroup => Hand::SteeringGroup,
                NetworkRole::Admin => Hand::Admin,
                NetworkRole::Observer => Hand::Partner,
            }),
            Space::Nation(nation) if nation.is_none() || *nation == self.nation => match role {
                NetworkRole::Member | NetworkRole::Admin => Some(Hand::Member),
                NetworkRole::LocalCoordinator => Some(Hand::LocalCoordinator),
                NetworkRole::NationalCoordinator => Some(Hand::Full),
                NetworkRole::SteeringGroup => Some(Hand::SteeringGroup),
                NetworkRole::Observer => None,
            },
            Space::Nation(_) => None,
            Space::Org(_) | Space::Region(_) | Space::Call(_) | Space::Response(_) => {
                let everyone = access.everyone.filter(|_| self.is_member());
                access.own.or(everyone).map(|given| match given {
                    Given::Full => Hand::Full,
                    Given::Member if role == NetworkRole::SteeringGroup => Hand::SteeringGroup,
                    Given::Member => Hand::Member,
                    Given::Role(role) => Hand::Role(role),
                })
            }
        }
    }

    /// Tells whether the person may do something in a space.
    pub(crate) fn may(&self, action: Action, space: &Space, hand: Option<Hand>, own: bool) -> bool {
        let facts = Facts { space: space.kind(), hand, own, frozen: false, closed: false };
        can(&self.principal, action, &facts).is_allowed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use linchpin_domain::can::Account;
    use linchpin_domain::id::CallId;

    fn scope(role: NetworkRole) -> Scope {
        let principal = Principal { account: Account::Confirmed, device_revoked: false, role };
        let person = PersonId::new(1, [1; 10]);
        Scope { person, device: DeviceId::new(1, [2; 10]), principal, nation: Some(Nation::Wales) }
    }

    #[test]
    fn an_open_space_is_open_to_members_and_closed_to_observers() {
        let space = Space::Call(CallId::new(1, [3; 10]));
        let open = Access { own: None, everyone: Some(Given::Member) };
        for (role, _) in NetworkRole::ALL {
            let scope = scope(role);
            let reads = scope.may(Action::Read, &space, scope.hand(&space, open), false);
            assert_eq!(reads, role != NetworkRole::Observer, "{role:?}");
            let closed = scope.hand(&space, Access::default());
            assert!(!scope.may(Action::Read, &space, closed, false), "{role:?}");
        }
    }

    #[test]
    fn nobody_reads_another_persons_space_or_another_nations() {
        let scope = scope(NetworkRole::NationalCoordinator);
        let another = Space::Me(PersonId::new(9, [9; 10]));
        assert_eq!(
            scope.hand(&another, Access { own: Some(Given::Full), everyone: Some(Given::Full) }),
            None
        );
        assert_eq!(scope.hand(&Space::Nation(Some(Nation::England)), Access::default()), None);
        assert!(scope.hand(&Space::Nation(Some(Nation::Wales)), Access::default()).is_some());
    }

    #[test]
    fn what_is_given_reads_back_from_its_name() {
        for (given, name) in Given::ALL {
            assert_eq!((given.name(), Given::from_name(name)), (name, Some(given)));
        }
    }
}
