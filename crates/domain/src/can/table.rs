//! The tables of rights, read from the one file that people review. What cannot be read gives no right; the tests
//! hold that every row and cell can.

use crate::can::action::{AccountAction, Action, Group, names};
use crate::can::{Column, Hand};
use crate::role::ResponseRole;
use crate::space::SpaceKind;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The tables as people read them.
pub const TEXT: &str = include_str!("rights.md");

names! {
    /// A cell of the table of spaces.
    Cell, 6 {
        /// It may be done.
        Yes "Y",
        /// To what they created.
        Own "own",
        /// To what somebody of their own region created.
        Region "region",
        /// Only as a frozen version, which lies elsewhere.
        Version "version",
        /// To hand over, with a second person, and nothing else.
        HandOver "hand_over",
        /// Not.
        No "-",
    }
}

names! {
    /// A cell of the table of accounts.
    AccountCell, 5 {
        /// It may be done.
        Yes "Y",
        /// For people of their own region.
        Region "region",
        /// Somebody who may must confirm it.
        Propose "propose",
        /// Another who may must confirm it.
        TwoPeople "two people",
        /// Not.
        No "-",
    }
}

/// The tables.
#[derive(Default)]
pub(super) struct Table {
    groups: BTreeMap<Action, Group>,
    spaces: BTreeMap<(SpaceKind, Hand), [Option<Cell>; Group::ALL.len()]>,
    accounts: BTreeMap<AccountAction, [Option<AccountCell>; Column::ALL.len()]>,
}

/// The tables that the program obeys.
pub(super) static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(TEXT));

impl Table {
    /// Reads the tables, known by how many columns they have.
    fn read(text: &str) -> Self {
        let mut table = Self::default();
        for line in text.lines().filter_map(|line| line.strip_prefix('|')?.trim_end().strip_suffix('|')) {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            match cells.as_slice() {
                [group, actions] => table.add_group(group, actions),
                [space, who, cells @ ..] if cells.len() == Group::ALL.len() => {
                    table.add_space(space, who, cells);
                }
                [action, cells @ ..] if cells.len() == Column::ALL.len() => table.add_account(action, cells),
                _ => {}
            }
        }
        table
    }

    fn add_group(&mut self, group: &str, actions: &str) {
        let Some(group) = Group::from_name(group) else { return };
        let actions = actions.split(',').filter_map(|name| Action::from_name(name.trim()));
        self.groups.extend(actions.map(|action| (action, group)));
    }

    fn add_space(&mut self, space: &str, who: &str, cells: &[&str]) {
        if let (Some(space), Some(hand)) = (SpaceKind::from_name(space), hand(who)) {
            let mut cells = cells.iter().map(|cell| Cell::from_name(cell));
            self.spaces.insert((space, hand), std::array::from_fn(|_| cells.next().flatten()));
        }
    }

    fn add_account(&mut self, action: &str, cells: &[&str]) {
        if let Some(action) = AccountAction::from_name(action) {
            let mut cells = cells.iter().map(|cell| AccountCell::from_name(cell));
            self.accounts.insert(action, std::array::from_fn(|_| cells.next().flatten()));
        }
    }

    /// Returns the group of an action; none where the file leaves it out.
    pub(super) fn group(&self, action: Action) -> Option<Group> {
        self.groups.get(&action).copied()
    }

    /// Returns the cell of a space; none where there is no row.
    pub(super) fn space(&self, space: SpaceKind, hand: Hand, group: Group) -> Option<Cell> {
        let row = self.spaces.get(&(space, hand))?;
        let at = Group::ALL.iter().position(|one| *one == group)?;
        row.get(at).copied().flatten().or(Some(Cell::No))
    }

    /// Returns the cell of an account action.
    pub(super) fn account(&self, action: AccountAction, column: Column) -> AccountCell {
        let at = Column::ALL.iter().position(|one| *one == column);
        let cell = self.accounts.get(&action).zip(at).and_then(|(row, at)| row.get(at).copied().flatten());
        cell.unwrap_or(AccountCell::No)
    }
}

/// Every hand with its name in the table.
pub const HANDS: [(Hand, &str); 15] = [
    (Hand::Full, "full"),
    (Hand::Owner, "owner"),
    (Hand::Member, "member"),
    (Hand::LocalCoordinator, "local co-ordinator"),
    (Hand::NationalCoordinator, "national co-ordinator"),
    (Hand::SteeringGroup, "steering group"),
    (Hand::Partner, "partner"),
    (Hand::Admin, "admin"),
    (Hand::Role(ResponseRole::Lead), "lead"),
    (Hand::Role(ResponseRole::CoAuthor), "co-author"),
    (Hand::Role(ResponseRole::Reviewer), "reviewer"),
    (Hand::Role(ResponseRole::Commenter), "commenter"),
    (Hand::Role(ResponseRole::Signatory), "signatory"),
    (Hand::Role(ResponseRole::Observer), "observer"),
    (Hand::OutsideCoordinator, "outside co-ordinator"),
];

fn hand(name: &str) -> Option<Hand> {
    HANDS.iter().find(|(_, known)| *known == name).map(|(hand, _)| *hand)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of the tables with so many columns, their headings left out.
    fn rows(columns: usize) -> Vec<Vec<&'static str>> {
        let lines = TEXT.lines().filter_map(|line| line.strip_prefix('|')?.strip_suffix('|'));
        let cells = lines.map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
        let of_these = cells.filter(|cells| cells.len() == columns && !cells.concat().starts_with("---"));
        of_these.skip(1).collect()
    }

    #[test]
    fn every_action_belongs_to_exactly_one_group() {
        let named: Vec<&str> = rows(2).iter().flat_map(|row| row[1].split(", ")).collect();
        assert_eq!(named.len(), Action::ALL.len());
        for (name, action) in named.iter().zip(Action::ALL) {
            assert_eq!(*name, action.name(), "the file and the list have the same order");
            assert!(TABLE.group(action).is_some(), "{name}");
        }
        assert!(rows(2).iter().zip(Group::ALL).all(|(row, group)| row[0] == group.name()));
    }

    #[test]
    fn every_row_and_cell_of_spaces_reads_and_no_sort_of_space_is_missing() {
        let rows = rows(2 + Group::ALL.len());
        assert_eq!((rows.len(), TABLE.spaces.len()), (28, 28), "no row stands there twice or is not read");
        for row in &rows {
            let kind = SpaceKind::from_name(row[0]).expect("a sort of space");
            let cells = TABLE.spaces[&(kind, hand(row[1]).expect("a hand"))];
            for (word, cell) in row[2..].iter().zip(cells) {
                assert_eq!(cell.map(Cell::name), Some(*word), "{row:?}");
            }
        }
        for kind in SpaceKind::ALL {
            assert!(rows.iter().any(|row| row[0] == kind.name()), "{kind:?}");
        }
        for (hand, name) in HANDS {
            assert!(rows.iter().any(|row| row[1] == name), "{hand:?}");
        }
    }

    #[test]
    fn every_row_and_cell_of_accounts_reads_and_no_action_is_missing() {
        let rows = rows(1 + Column::ALL.len());
        assert_eq!(rows.len(), AccountAction::ALL.len());
        for (row, action) in rows.iter().zip(AccountAction::ALL) {
            assert_eq!(row[0], action.name());
            for (word, column) in row[1..].iter().zip(Column::ALL) {
                assert_eq!(TABLE.account(action, column).name(), *word, "{row:?}");
            }
        }
    }

    #[test]
    fn what_cannot_be_read_gives_no_right() {
        let table = Table::read("| me | owner | Y | yes | | Y | Y | Y | Y | Y | Y | Y |\n| backup | Y |");
        let cell = |group| table.space(SpaceKind::Me, Hand::Owner, group);
        assert_eq!((cell(Group::Read), cell(Group::Create)), (Some(Cell::Yes), Some(Cell::No)));
        assert_eq!(table.account(AccountAction::Backup, Column::Admin), AccountCell::No);
        assert_eq!((table.group(Action::Pull), cell(Group::Edit)), (None, Some(Cell::No)));
    }
}
