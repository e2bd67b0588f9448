//! Who may do what: pure, total functions that deny by default. The tables they obey are one file, `can/rights.md`;
//! the hub asks for every change and every pulled page, and the desk asks to hide what cannot be done. The hub alone
//! decides.

mod action;
mod table;

pub use action::{AccountAction, Action, Group};
pub use table::{AccountCell, Cell, HANDS, TEXT};

use crate::role::{NetworkRole, ResponseRole};
use crate::space::SpaceKind;
use action::names;
use table::TABLE;

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
    /// The space's own lead: practice lead, co-ordinator of the region or nation, whoever brought a call in.
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

/// What is known of the thing that is acted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// The sort of space it lies in.
    pub space: SpaceKind,
    /// What the person is there; none has no business there.
    pub hand: Option<Hand>,
    /// Whether the person created it.
    pub own: bool,
    /// Whether somebody of the person's own region created it.
    pub own_region: bool,
    /// Whether it is frozen or submitted: nobody edits it.
    pub frozen: bool,
    /// Whether the call is closed: nobody votes.
    pub closed: bool,
    /// Whether the asker's publishing lock is on: nobody publishes.
    pub locked: bool,
}

impl Facts {
    /// Returns what holds of a thing that somebody else made and that nothing is off for.
    pub fn of(space: SpaceKind, hand: Option<Hand>) -> Self {
        Self { space, hand, own: false, own_region: false, frozen: false, closed: false, locked: false }
    }
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
    /// Theirs to do, with a second person.
    Together,
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
    let cell = |group| TABLE.space(facts.space, facts.hand?, group);
    let (Some(reads), Some(group)) = (cell(Group::Read), TABLE.group(action)) else {
        return Decision::NotHere;
    };
    match cell(group).unwrap_or(Cell::No) {
        Cell::Yes => {}
        Cell::Own if facts.own => {}
        Cell::Region if facts.own_region => {}
        Cell::HandOver if action == Action::HandOver => return Decision::Together,
        // What may not be read is not there.
        _ if reads != Cell::Yes => return Decision::NotHere,
        _ => return Decision::NotYours,
    }
    let stopped = (facts.frozen && matches!(group, Group::Edit | Group::Remove))
        || (facts.closed && action == Action::Vote)
        || (facts.locked && action == Action::Publish);
    if stopped { Decision::Frozen } else { Decision::Allowed }
}

names! {
    /// Who does something with accounts: a column of the table of accounts.
    Column, 5 {
        /// Everybody, for themselves.
        Oneself "self",
        /// Whoever is suspended, for themselves.
        Suspended "suspended",
        /// A local co-ordinator.
        LocalCoordinator "local co-ordinator",
        /// The national co-ordinator.
        NationalCoordinator "national co-ordinator",
        /// An administrator.
        Admin "admin",
    }
}

/// Whose account something is done with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// One's own.
    Own,
    /// That of somebody of one's own region.
    OwnRegion,
    /// Anybody else's, or none at all.
    Others,
}

/// The answer for what is done with accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountDecision {
    /// It may be done.
    Allowed,
    /// It may be proposed to whoever may do it.
    Propose,
    /// It may be done when another who may confirms it.
    TwoPeople,
    /// Not theirs to do.
    NotYours,
}

/// Decides whether `principal` may do something with an account.
pub fn can_account(principal: &Principal, action: AccountAction, whose: Whose) -> AccountDecision {
    use AccountDecision as D;
    if principal.device_revoked {
        return D::NotYours;
    }
    let for_oneself = TABLE.account(action, Column::Oneself) == AccountCell::Yes;
    let column = match (principal.account, principal.role) {
        (Account::Invited, _) => return D::NotYours,
        (Account::Suspended, _) => Column::Suspended,
        (Account::Confirmed, _) if for_oneself => Column::Oneself,
        (Account::Confirmed, NetworkRole::LocalCoordinator) => Column::LocalCoordinator,
        (Account::Confirmed, NetworkRole::NationalCoordinator) => Column::NationalCoordinator,
        (Account::Confirmed, NetworkRole::Admin) => Column::Admin,
        (Account::Confirmed, _) => return D::NotYours,
    };
    match TABLE.account(action, column) {
        AccountCell::Yes if for_oneself && whose != Whose::Own => D::NotYours,
        AccountCell::Yes => D::Allowed,
        AccountCell::Region if whose == Whose::OwnRegion => D::Allowed,
        AccountCell::Propose => D::Propose,
        AccountCell::TwoPeople => D::TwoPeople,
        AccountCell::Region | AccountCell::No => D::NotYours,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEMBER: Principal =
        Principal { account: Account::Confirmed, device_revoked: false, role: NetworkRole::Member };

    fn facts(space: SpaceKind, hand: Hand) -> Facts {
        Facts { own: true, ..Facts::of(space, Some(hand)) }
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
                for (hand, _) in HANDS {
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
                assert_eq!(can(&MEMBER, action, &Facts::of(space, None)), Decision::NotHere);
            }
        }
    }

    #[test]
    fn a_co_author_writes_but_removes_only_their_own() {
        let co_author = facts(SpaceKind::Response, Hand::Role(ResponseRole::CoAuthor));
        assert!(can(&MEMBER, Action::TextUpdate, &co_author).is_allowed());
        assert!(can(&MEMBER, Action::Tombstone, &co_author).is_allowed());
        let anothers = Facts { own: false, ..co_author };
        assert_eq!(can(&MEMBER, Action::Tombstone, &anothers), Decision::NotYours);
    }

    #[test]
    fn whoever_may_add_a_file_may_read_every_file_there() {
        for space in SpaceKind::ALL {
            for (hand, _) in HANDS {
                let free = facts(space, hand);
                let may = |action| can(&MEMBER, action, &free).is_allowed();
                assert!(!may(Action::BlobPut) || may(Action::BlobGet), "{space:?} {hand:?}");
            }
        }
    }

    #[test]
    fn an_administrator_reads_no_draft() {
        for space in [SpaceKind::Response, SpaceKind::Call, SpaceKind::Org, SpaceKind::Me] {
            assert_eq!(can(&MEMBER, Action::Pull, &facts(space, Hand::Admin)), Decision::NotHere);
        }
    }

    #[test]
    fn what_is_off_for_the_moment_is_off_for_the_lead_too() {
        let lead = facts(SpaceKind::Response, Hand::Role(ResponseRole::Lead));
        let frozen = Facts { frozen: true, ..lead };
        assert_eq!(can(&MEMBER, Action::FieldSet, &frozen), Decision::Frozen);
        assert_eq!(can(&MEMBER, Action::Tombstone, &frozen), Decision::Frozen);
        assert!(can(&MEMBER, Action::Reopen, &frozen).is_allowed());
        let call = facts(SpaceKind::Call, Hand::Full);
        assert_eq!(can(&MEMBER, Action::Vote, &Facts { closed: true, ..call }), Decision::Frozen);
        assert_eq!(can(&MEMBER, Action::Publish, &Facts { locked: true, ..call }), Decision::Frozen);
        assert!(can(&MEMBER, Action::Publish, &call).is_allowed());
    }

    #[test]
    fn nothing_that_is_off_gives_a_right_that_was_not_there() {
        for space in SpaceKind::ALL {
            for (hand, _) in HANDS {
                for action in Action::ALL {
                    let free = facts(space, hand);
                    let off = Facts { frozen: true, closed: true, locked: true, ..free };
                    assert!(
                        !can(&MEMBER, action, &off).is_allowed() || can(&MEMBER, action, &free).is_allowed()
                    );
                }
            }
        }
    }

    #[test]
    fn a_signatory_never_reads_the_live_text_and_a_lead_is_handed_over_by_two() {
        let signatory = facts(SpaceKind::Response, Hand::Role(ResponseRole::Signatory));
        assert_eq!(can(&MEMBER, Action::Pull, &signatory), Decision::NotHere);
        assert!(can(&MEMBER, Action::Sign, &signatory).is_allowed());
        let outside = facts(SpaceKind::Response, Hand::OutsideCoordinator);
        assert_eq!(can(&MEMBER, Action::HandOver, &outside), Decision::Together);
        assert_eq!(can(&MEMBER, Action::Grant, &outside), Decision::NotHere);
    }

    #[test]
    fn a_local_co_ordinator_acts_for_their_own_region_and_proposes_the_rest() {
        let local = Principal { role: NetworkRole::LocalCoordinator, ..MEMBER };
        let may = |action, whose| can_account(&local, action, whose);
        use AccountAction as A;
        assert_eq!(may(A::InviteMember, Whose::OwnRegion), AccountDecision::Allowed);
        assert_eq!(may(A::InviteMember, Whose::Others), AccountDecision::NotYours);
        assert_eq!(may(A::Suspend, Whose::OwnRegion), AccountDecision::Propose);
        assert_eq!(may(A::GrantAdmin, Whose::OwnRegion), AccountDecision::NotYours);
        let admin = Principal { role: NetworkRole::Admin, ..MEMBER };
        assert_eq!(can_account(&admin, A::GrantAdmin, Whose::Others), AccountDecision::TwoPeople);
    }

    #[test]
    fn what_everybody_does_for_themselves_nobody_does_for_another() {
        for (role, _) in NetworkRole::ALL {
            let who = Principal { role, ..MEMBER };
            let own = |whose| can_account(&who, AccountAction::ExportMyData, whose);
            assert_eq!(own(Whose::Own), AccountDecision::Allowed);
            assert_eq!(own(Whose::Others), AccountDecision::NotYours);
        }
        let suspended = Principal { account: Account::Suspended, ..MEMBER };
        let own = |action| can_account(&suspended, action, Whose::Own);
        assert_eq!(own(AccountAction::ExportMyData), AccountDecision::Allowed);
        assert_eq!(own(AccountAction::RevokeOwnDevice), AccountDecision::NotYours);
    }
}
