//! Who asks, and what they are in a space. A scope is made by the check of a request's proof and by nothing
//! else; every read and write of the store takes one.

use crate::work::NOBODY;
use linchpin_domain::can::{Account, Action, Facts, Hand, Principal, can};
use linchpin_domain::id::{DeviceId, PersonId};
use linchpin_domain::nation::Nation;
use linchpin_domain::role::{Given, NetworkRole, ResponseRole};
use linchpin_domain::space::{Space, SpaceKind};

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
    /// The code of the person's region; empty where none is known.
    pub(crate) region: String,
}

/// The access rows of a space that speak of one person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Access {
    /// What was given to the person by name.
    pub(crate) own: Option<Given>,
    /// Whether that was taken away by name: then what everyone has is not theirs.
    pub(crate) barred: bool,
    /// What was given to every confirmed member.
    pub(crate) everyone: Option<Given>,
}

impl Scope {
    /// Returns the scope under which the hub itself loads what it writes to: it has no rights, and asks for none.
    pub(crate) fn of_the_hub() -> Self {
        let (account, role) = (Account::Suspended, NetworkRole::Observer);
        let principal = Principal { account, device_revoked: true, role };
        let (person, device) = (NOBODY, DeviceId(NOBODY.0));
        Self { person, device, principal, nation: None, region: String::new() }
    }

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
            Space::Region(code) => self.in_region(code).or_else(|| self.by_access(space, access)),
            Space::Org(_) | Space::Call(_) | Space::Response(_) => self.by_access(space, access),
        }
    }

    /// Returns what the person is in a region without having been given anything.
    fn in_region(&self, code: &str) -> Option<Hand> {
        let own = !self.region.is_empty() && self.region == code;
        match self.principal.role {
            NetworkRole::NationalCoordinator => Some(Hand::NationalCoordinator),
            NetworkRole::SteeringGroup => Some(Hand::SteeringGroup),
            NetworkRole::LocalCoordinator => own.then_some(Hand::Full),
            NetworkRole::Member | NetworkRole::Admin => own.then_some(Hand::Member),
            NetworkRole::Observer => None,
        }
    }

    /// Tells whether every region is open to the person, whichever is their own.
    pub(crate) fn reads_every_region(&self) -> bool {
        matches!(self.principal.role, NetworkRole::NationalCoordinator | NetworkRole::SteeringGroup)
    }

    fn by_access(&self, space: &Space, access: Access) -> Option<Hand> {
        let everyone = access.everyone.filter(|_| self.is_member() && !access.barred);
        let given = access.own.or(everyone)?;
        Some(match (given, self.principal.role) {
            // A partner's observer looks on at most, whatever was given before they were one.
            (Given::Role(ResponseRole::Observer), _) => Hand::Role(ResponseRole::Observer),
            (_, NetworkRole::Observer) => return None,
            (Given::Member, NetworkRole::SteeringGroup) => Hand::SteeringGroup,
            (Given::Member, NetworkRole::NationalCoordinator) if space.kind() == SpaceKind::Call => {
                Hand::Full
            }
            (Given::Full, _) => Hand::Full,
            (Given::Member, _) => Hand::Member,
            (Given::Role(role), _) => Hand::Role(role),
        })
    }

    /// Tells whether the person may do something in a space.
    pub(crate) fn may(&self, action: Action, space: &Space, hand: Option<Hand>, own: bool) -> bool {
        let facts = Facts { own, ..Facts::of(space.kind(), hand) };
        can(&self.principal, action, &facts).is_allowed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use linchpin_domain::id::CallId;

    fn scope(role: NetworkRole) -> Scope {
        let principal = Principal { account: Account::Confirmed, device_revoked: false, role };
        let person = PersonId::new(1, [1; 10]);
        Scope {
            person,
            device: DeviceId::new(1, [2; 10]),
            principal,
            nation: Some(Nation::Wales),
            region: String::new(),
        }
    }

    #[test]
    fn an_open_space_is_open_to_members_and_closed_to_observers() {
        let space = Space::Call(CallId::new(1, [3; 10]));
        let open = Access { everyone: Some(Given::Member), ..Access::default() };
        for (role, _) in NetworkRole::ALL {
            let scope = scope(role);
            let reads = scope.may(Action::Pull, &space, scope.hand(&space, open), false);
            assert_eq!(reads, role != NetworkRole::Observer, "{role:?}");
            let closed = scope.hand(&space, Access::default());
            assert!(!scope.may(Action::Pull, &space, closed, false), "{role:?}");
        }
    }

    #[test]
    fn nobody_reads_another_persons_space_or_another_nations() {
        let scope = scope(NetworkRole::NationalCoordinator);
        let another = Space::Me(PersonId::new(9, [9; 10]));
        assert_eq!(
            scope.hand(
                &another,
                Access { own: Some(Given::Full), barred: false, everyone: Some(Given::Full) }
            ),
            None
        );
        assert_eq!(scope.hand(&Space::Nation(Some(Nation::England)), Access::default()), None);
        assert!(scope.hand(&Space::Nation(Some(Nation::Wales)), Access::default()).is_some());
    }

    #[test]
    fn whoever_was_taken_out_by_name_has_no_part_in_what_everyone_has() {
        let space = Space::Call(CallId::new(1, [3; 10]));
        let barred = Access { own: None, barred: true, everyone: Some(Given::Member) };
        for (role, _) in NetworkRole::ALL {
            assert_eq!(scope(role).hand(&space, barred), None, "{role:?}");
        }
    }

    #[test]
    fn a_region_is_its_own_peoples_and_of_those_who_look_after_all() {
        let region = |code: &str| Space::Region(code.to_owned());
        for (role, _) in NetworkRole::ALL {
            let scope = Scope { region: "Y60".to_owned(), ..scope(role) };
            let hand = |code: &str| scope.hand(&region(code), Access::default());
            assert_eq!(hand("Y60").is_some(), role != NetworkRole::Observer, "{role:?}");
            assert_eq!(hand("Y61").is_some(), scope.reads_every_region(), "{role:?}");
            let nowhere = Scope { region: String::new(), ..scope };
            assert_eq!(nowhere.hand(&region(""), Access::default()).is_some(), nowhere.reads_every_region());
        }
    }
}
