//! What the file of rights says, read once more and by other lines than the product's.

use linchpin_domain::can::{Account, Action, Decision, Facts, HANDS, Principal, TEXT, can};
use linchpin_domain::role::NetworkRole;
use linchpin_domain::space::SpaceKind;
use std::collections::HashMap;

/// The tables as they stand in the file: cells by row and column.
pub(super) struct Expected {
    groups: HashMap<String, String>,
    spaces: HashMap<(String, String, String), String>,
    accounts: HashMap<(String, String), String>,
}

impl Expected {
    pub(super) fn read() -> Self {
        let (mut groups, mut spaces, mut accounts) = (HashMap::new(), HashMap::new(), HashMap::new());
        for table in tables() {
            let (heading, rows) = table.split_first().unwrap();
            for row in rows {
                let cells = heading.iter().zip(row);
                match heading[0].as_str() {
                    "group" => {
                        let group = |action: &str| (action.to_owned(), row[0].clone());
                        groups.extend(row[1].split(", ").map(group));
                    }
                    "space" => spaces.extend(
                        cells
                            .skip(2)
                            .map(|(of, cell)| ((row[0].clone(), row[1].clone(), of.clone()), cell.clone())),
                    ),
                    "action" => accounts
                        .extend(cells.skip(1).map(|(of, cell)| ((row[0].clone(), of.clone()), cell.clone()))),
                    other => panic!("a table that nobody knows: {other}"),
                }
            }
        }
        assert_eq!((groups.len(), spaces.len(), accounts.len()), (42, 28 * 10, 21 * 5));
        Self { groups, spaces, accounts }
    }

    /// The cell of an action for somebody in a sort of space; `-` where they are not listed.
    pub(super) fn cell(&self, space: SpaceKind, who: Option<&str>, action: Action) -> &str {
        let group = self.groups[action.name()].clone();
        let cell = who.and_then(|who| self.spaces.get(&(space.name().to_owned(), who.to_owned(), group)));
        cell.map_or("-", String::as_str)
    }

    /// Whether somebody may do something to what is theirs or not.
    pub(super) fn may(&self, space: SpaceKind, who: Option<&str>, action: Action, own: bool) -> bool {
        match self.cell(space, who, action) {
            "Y" => true,
            "own" => own,
            _ => false,
        }
    }

    pub(super) fn account(&self, action: &str, column: &str) -> &str {
        &self.accounts[&(action.to_owned(), column.to_owned())]
    }

    /// Asks the product's function for everything there is; returns how much that was.
    pub(super) fn check_pure_function(&self) -> usize {
        let who = Principal { account: Account::Confirmed, device_revoked: false, role: NetworkRole::Member };
        let mut checks = 0;
        for space in SpaceKind::ALL {
            for (hand, name) in HANDS {
                for action in Action::ALL {
                    for (own, own_region) in [(false, false), (true, false), (false, true), (true, true)] {
                        let facts = Facts { own, own_region, ..Facts::of(space, Some(hand)) };
                        let cell = self.cell(space, Some(name), action);
                        let reads = self.cell(space, Some(name), Action::Pull) == "Y";
                        let expected = match cell {
                            "Y" => Decision::Allowed,
                            "own" if own => Decision::Allowed,
                            "region" if own_region => Decision::Allowed,
                            "hand_over" if action == Action::HandOver => Decision::Together,
                            _ if reads => Decision::NotYours,
                            _ => Decision::NotHere,
                        };
                        assert_eq!(can(&who, action, &facts), expected, "{space:?} {name} {action:?}");
                        checks += 1;
                    }
                }
            }
        }
        checks
    }
}

/// The tables of the file, each as rows of cells, its heading first.
fn tables() -> Vec<Vec<Vec<String>>> {
    let mut tables: Vec<Vec<Vec<String>>> = vec![Vec::new()];
    for line in TEXT.lines() {
        if !line.starts_with('|') {
            if !tables.last().unwrap().is_empty() {
                tables.push(Vec::new());
            }
            continue;
        }
        let cells: Vec<String> =
            line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
        if !cells[0].starts_with("---") {
            tables.last_mut().unwrap().push(cells);
        }
    }
    tables.retain(|table| !table.is_empty());
    tables
}
