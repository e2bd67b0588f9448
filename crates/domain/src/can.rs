//! Who may do what: one pure, total function that denies by default. The table below is the one of the
//! trust design; the hub asks it for every change and every pulled page, and the desk asks it to hide what
//! cannot be done. The hub alone decides.

use crate::role::{NetworkRole, ResponseRole};
use crate::space::SpaceKind;

/// State of a person's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Account {
    /// Invited and not yet confirmed.
    Invited,
    /// In good standing.
    Confirmed,
    /// Suspended.
    Suspended,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Principal {
    /// State of the account.
    pub account: Account,
    /// Whether the device was cut off.
    pub device_revoked: bool,
    /// What the person is in the network.
    pub role: NetworkRole,
}

/// What a person is in one space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hand {
    /// The space's own lead: practice lead, co-ordinator of the region or nation, lead of the response.
    Full,
    /// The owner of a `me` space.
    Owner,
    /// A member within the space's scope.
    Member,
    /// A local co-ordinator within the space's scope.
    LocalCoordinator,
    /// The national co-ordinator.
    NationalCoordinator,
    /// The steering group.
    SteeringGroup,
    /// A partner's observer.
    Partner,
    /// The administrator, for reference data.
    Admin,
    /// A role on a response.
    Role(ResponseRole),
    /// A co-ordinator of a response's region or nation who has no role on it.
    OutsideCoordinator,
}

/// A sort of action. Single actions that always go together share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Pull, bootstrap, live heads, search, history.
    Read,
    /// Make a record, open a text.
    Create,
    /// Set a field, add to a text, reorder, assign.
    Edit,
    /// Delete and restore.
    Remove,
    /// Comment, suggest, reply, resolve.
    Talk,
    /// Vote, sign, approve.
    Vote,
    /// Submit, withdraw, close, reopen, freeze, publish, move.
    Decide,
    /// Invite, grant, revoke, set a role, hand over.
    Grant,
    /// Hide, unhide, review a report.
    Moderate,
    /// Export, print.
    Take,
}

impl Action {
    /// Every action, in the order of the table's columns.
    pub const ALL: [Self; 10] = [
        Self::Read,
        Self::Create,
        Self::Edit,
        Self::Remove,
        Self::Talk,
        Self::Vote,
        Self::Decide,
        Self::Grant,
        Self::Moderate,
        Self::Take,
    ];
}

/// What is known of the thing that is acted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// The sort of space it lies in.
    pub space: SpaceKind,
    /// What the person is there; none has no business there.
    pub hand: Option<Hand>,
    /// Whether the person created it.
    pub own: bool,
    /// Whether it is frozen or submitted: nobody edits it.
    pub frozen: bool,
    /// Whether the call is closed: nobody votes.
    pub closed: bool,
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It may be done.
    Allowed,
    /// The account or device may do nothing.
    NoAccount,
    /// Looks to the person like something that does not exist.
    NotHere,
    /// Known to the person, but not theirs to do.
    NotYours,
    /// Off for everybody at present.
    Frozen,
}

impl Decision {
    /// Tells whether it may be done.
    pub fn is_allowed(self) -> bool {
        self == Self::Allowed
    }
}

/// Decides whether `principal` may do `action` to something with these facts.
pub fn can(principal: &Principal, action: Action, facts: &Facts) -> Decision {
    if principal.account != Account::Confirmed || principal.device_revoked {
        return Decision::NoAccount;
    }
    let Some(row) = facts.hand.and_then(|hand| row(facts.space, hand)) else {
        return Decision::NotHere;
    };
    let cell = Action::ALL
        .iter()
        .position(|&a| a == action)
        .and_then(|n| row.as_bytes().get(n).copied())
        .unwrap_or(b'-');
    match cell {
        b'Y' => {}
        b'o' if facts.own => {}
        _ if row.starts_with('-') => return Decision::NotHere,
        _ => return Decision::NotYours,
    }
    let stopped = (facts.frozen && matches!(action, Action::Edit | Action::Remove))
        || (facts.closed && action == Action::Vote);
    if stopped { Decision::Frozen } else { Decision::Allowed }
}

/// One row of the table: a letter for each of [`Action::ALL`]. `Y` yes, `o` only their own, `-` no.
/// Where the design says "version" or "own region's authors" the cell is `-`: such reading and moderating
/// has its own commands.
fn row(space: SpaceKind, hand: Hand) -> Option<&'static str> {
    use Hand::*;
    use SpaceKind as S;
    let row = match (space, hand) {
        (S::Me, Owner) => "YYYY-----Y",
        (S::Org | S::Region | S::Nation | S::Call | S::Response, Full) => "YYYYYYYYYY",
        (S::Org, Member) => "YYYoYY---Y",
        (S::Org, LocalCoordinator) => "-------Y--",
        (S::Region | S::Nation | S::Call, Member) => "YYooYY---Y",
        (S::Region, NationalCoordinator) => "Y---Y--YYY",
        (S::Region, SteeringGroup) => "Y---Y-----",
        (S::Nation, LocalCoordinator) => "YYooYY---Y",
        (S::Nation | S::Call, SteeringGroup) => "YYooYYY--Y",
        (S::National, Member | SteeringGroup | LocalCoordinator) => "Y-oo-----Y",
        (S::National, NationalCoordinator) => "YYYY--YYYY",
        (S::National, Partner) => "Y-oo------",
        (S::National, Admin) => "YYYY------",
        (S::Response, Role(ResponseRole::Lead)) => "YYYYYYYYYY",
        (S::Response, Role(ResponseRole::CoAuthor)) => "YYYoYY---Y",
        (S::Response, Role(ResponseRole::Reviewer)) => "Y---YY---Y",
        (S::Response, Role(ResponseRole::Commenter)) => "Y---Y-----",
        (S::Response, Role(ResponseRole::Signatory)) => "-----Y---Y",
        (S::Response, Role(ResponseRole::Observer)) => "Y---------",
        (S::Response, OutsideCoordinator) => "-------Y--",
        _ => return None,
    };
    Some(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEMBER: Principal =
        Principal { account: Account::Confirmed, device_revoked: false, role: NetworkRole::Member };

    fn hands() -> Vec<Hand> {
        use Hand::*;
        let mut hands = vec![
            Full,
            Owner,
            Member,
            LocalCoordinator,
            NationalCoordinator,
            SteeringGroup,
            Partner,
            Admin,
            OutsideCoordinator,
        ];
        hands.extend(ResponseRole::ALL.map(Role));
        hands
    }

    fn facts(space: SpaceKind, hand: Hand) -> Facts {
        Facts { space, hand: Some(hand), own: true, frozen: false, closed: false }
    }

    #[test]
    fn every_row_has_a_cell_for_every_action() {
        for space in SpaceKind::ALL {
            for hand in hands() {
                if let Some(row) = row(space, hand) {
                    assert_eq!(row.len(), Action::ALL.len(), "{space:?} {hand:?}");
                }
            }
        }
    }

    #[test]
    fn an_account_that_is_not_in_good_standing_may_do_nothing_anywhere() {
        let nobodies = [
            Principal { account: Account::Invited, ..MEMBER },
            Principal { account: Account::Suspended, ..MEMBER },
            Principal { device_revoked: true, ..MEMBER },
        ];
        for who in nobodies {
            for space in SpaceKind::ALL {
                for hand in hands() {
                    for action in Action::ALL {
                        assert_eq!(can(&who, action, &facts(space, hand)), Decision::NoAccount);
                    }
                }
            }
        }
    }

    #[test]
    fn who_has_no_hand_in_a_space_cannot_tell_that_it_exists() {
        for space in SpaceKind::ALL {
            for action in Action::ALL {
                let facts = Facts { hand: None, ..facts(space, Hand::Full) };
                assert_eq!(can(&MEMBER, action, &facts), Decision::NotHere);
            }
        }
    }

    #[test]
    fn a_co_author_writes_but_removes_only_their_own() {
        let co_author = facts(SpaceKind::Response, Hand::Role(ResponseRole::CoAuthor));
        assert!(can(&MEMBER, Action::Edit, &co_author).is_allowed());
        assert!(can(&MEMBER, Action::Remove, &co_author).is_allowed());
        let anothers = Facts { own: false, ..co_author };
        assert_eq!(can(&MEMBER, Action::Remove, &anothers), Decision::NotYours);
    }

    #[test]
    fn an_administrator_reads_no_draft() {
        for space in [SpaceKind::Response, SpaceKind::Call, SpaceKind::Org, SpaceKind::Me] {
            assert_eq!(can(&MEMBER, Action::Read, &facts(space, Hand::Admin)), Decision::NotHere);
        }
    }

    #[test]
    fn a_frozen_response_takes_no_edits_from_anybody() {
        let lead = Facts { frozen: true, ..facts(SpaceKind::Response, Hand::Full) };
        assert_eq!(can(&MEMBER, Action::Edit, &lead), Decision::Frozen);
        assert!(can(&MEMBER, Action::Decide, &lead).is_allowed());
    }
}
