//! Every cell of the tables of rights that can be asked for over the line: each sort of person, in each sort of
//! space, in every way in and out, on both engines. What is expected is read from the file of rights by this test,
//! and not by the code that it tests.

mod accounts;
mod expected;
mod people;
mod spaces;

use crate::engines::Place;
use crate::kit::Network;
use expected::Expected;
use people::{Cast, Standing};
use std::cell::Cell;

/// Fewer checks than this on an engine mean that something was not asked.
const LEAST_IN_SPACES: u32 = 2_300;
const LEAST_ON_ACCOUNTS: u32 = 350;

/// Counts what was checked.
#[derive(Default)]
struct Count(Cell<u32>);

impl Count {
    fn is<T: PartialEq + std::fmt::Debug>(&self, found: T, expected: T, what: &str) {
        self.0.set(self.0.get() + 1);
        assert_eq!(found, expected, "{what}");
    }
}

/// A network on each engine whose store the test can also reach by SQL.
fn networks() -> impl Iterator<Item = Network> {
    [Some(Place::folder()), Place::postgres()].into_iter().flatten().map(|place| place.init())
}

#[test]
fn every_person_in_every_space_may_do_what_the_table_says_and_nothing_else() {
    let expected = Expected::read();
    for network in networks() {
        let (cast, count) = (Cast::new(&network), Count::default());
        let scene = spaces::Scene::set(&network, &cast);
        scene.check_files(&network, &cast, &expected, &count);
        for actor in &cast.actors {
            scene.check(&network, actor, &expected, &count);
        }
        let checks = count.0.get();
        assert!(checks >= LEAST_IN_SPACES, "only {checks} checks");
    }
}

#[test]
fn every_person_may_do_with_accounts_what_the_table_says_and_nothing_else() {
    let expected = Expected::read();
    for network in networks() {
        let (cast, count) = (Cast::new(&network), Count::default());
        let mut targets = accounts::Targets::new(&network);
        for actor in &cast.actors {
            targets.check(&network, actor, &expected, &count);
        }
        let checks = count.0.get();
        assert!(checks >= LEAST_ON_ACCOUNTS, "only {checks} checks");
    }
}

#[test]
fn whoever_is_not_in_good_standing_is_refused_at_every_route() {
    for network in networks() {
        let (cast, count) = (Cast::new(&network), Count::default());
        for outcast in &cast.outcasts {
            for route in linchpin_hub::ROUTES {
                let path = route.path.replace("{space}", "national");
                let request = outcast.desk.signed_at(network.now.get(), route.method, &path, b"{}".to_vec());
                let answer = network.handle(&request);
                let expected = match (outcast.standing, route.asker) {
                    (_, linchpin_hub::Asker::Anybody) => continue,
                    (Standing::Unknown, _) => "auth_expired",
                    (_, _) => "device_revoked",
                };
                let said = String::from_utf8_lossy(&answer.body).into_owned();
                let what = format!("{:?} {path}: {said}", outcast.standing);
                count.is((answer.status, said.contains(expected)), (401, true), &what);
            }
        }
        let for_devices = |route: &&linchpin_hub::Route| route.asker != linchpin_hub::Asker::Anybody;
        let routes = linchpin_hub::ROUTES.iter().filter(for_devices).count();
        assert_eq!(count.0.get() as usize, routes * cast.outcasts.len());
    }
}

#[test]
fn the_pure_function_says_for_every_cell_what_the_file_says() {
    let expected = Expected::read();
    let checks = expected.check_pure_function();
    assert_eq!(checks, 7 * 15 * 42 * 4, "sorts of space, hands, actions, and whose it is");
}
