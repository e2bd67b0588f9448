//! Much deleted at once waits for its author: nothing of it is gone until they confirm it, whatever happens to the
//! hub meanwhile.

use crate::kit::{Desk, NOW, Network, Opened, fields};
use linchpin_domain::change::{Asked, Change, HeldBecause, Op, Outcome, RefusedBecause};
use linchpin_domain::command::{CONFIRMED_AT_ONCE, Command};
use linchpin_domain::id::{CommandId, QuestionId, RecordId};
use linchpin_domain::record::DELETED;
use linchpin_domain::record::question_set::Question;
use serde_json::json;

const HELD: Outcome = Outcome::Held { reason: HeldBecause::MassDeletion };

fn question(n: u64) -> QuestionId {
    let mut random = [9; 10];
    random[..8].copy_from_slice(&n.to_be_bytes());
    QuestionId::from(RecordId::new(NOW, random))
}

fn makes(network: &Network, desk: &Desk, opened: &Opened, questions: u64) {
    let record = Question { text: "Asked?".to_owned(), ..Question::default() };
    let made = |n| desk.change(network, &opened.of_call(), 0, desk.creates(network, question(n), &record));
    let changes: Vec<Change> = (0..questions).map(made).collect();
    for some in changes.chunks(500) {
        assert!(desk.pushes(network, some).results.iter().all(|one| one.outcome != HELD));
    }
}

fn deletes(network: &Network, desk: &Desk, opened: &Opened, which: std::ops::Range<u64>) -> Vec<Change> {
    let base = 10_000;
    let deleted = fields(&[(DELETED, json!(true))]);
    let one = |n| {
        let op = desk.sets::<Question>(network.now.get(), question(n), deleted.clone());
        desk.change(network, &opened.of_call(), base, op)
    };
    which.map(one).collect()
}

fn outcomes(network: &Network, desk: &Desk, changes: &[Change]) -> Vec<Outcome> {
    desk.pushes(network, changes).results.into_iter().map(|one| one.outcome).collect()
}

fn confirms(network: &Network, desk: &Desk, opened: &Opened, records: Vec<RecordId>) -> Change {
    let counter = u8::try_from(desk.counter.get() % 250).unwrap();
    let cid = CommandId::new(network.now.get(), [counter, 7, 7, 7, 7, 7, 7, 7, 7, 7]);
    let command = Command::ConfirmMassDelete { records };
    desk.change(network, &opened.of_call(), 0, Op::Cmd(Asked { cid, command }))
}

fn gone(network: &Network, desk: &Desk, opened: &Opened) -> usize {
    let entries = desk.entries(network, &opened.of_call(), 1_000);
    let records = crate::kit::replayed(&opened.of_call(), &entries);
    records.values().filter(|record| record.is_deleted()).count()
}

#[test]
fn a_handful_goes_at_once_and_many_wait_until_they_are_confirmed() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        makes(&network, &asha, &opened, 40);
        let few = deletes(&network, &asha, &opened, 0..5);
        assert!(outcomes(&network, &asha, &few).iter().all(|one| matches!(one, Outcome::Applied { .. })));
        // With the five from before they are eleven of forty.
        let many = deletes(&network, &asha, &opened, 5..11);
        assert!(outcomes(&network, &asha, &many).iter().all(|one| *one == HELD));
        assert_eq!(gone(&network, &tom, &opened), 5, "nothing of it is gone");
        assert!(outcomes(&network, &asha, &many).iter().all(|one| *one == HELD), "sent again it waits still");

        let names = (5..11).map(|n| question(n).into()).collect();
        let mut confirmed = vec![confirms(&network, &asha, &opened, names)];
        confirmed.extend(deletes(&network, &asha, &opened, 5..11));
        assert!(
            outcomes(&network, &asha, &confirmed).iter().all(|one| matches!(one, Outcome::Applied { .. }))
        );
        assert_eq!(gone(&network, &tom, &opened), 11);
        assert_eq!(network.hub.status(NOW).unwrap().set_aside, 0, "it concerned its author alone");
    }
}

#[test]
fn it_is_remembered_over_pushes_and_restarts_and_forgotten_after_ten_minutes() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        makes(&network, &asha, &opened, 60);
        for n in 0..10 {
            let one = deletes(&network, &asha, &opened, n..n + 1);
            assert!(matches!(outcomes(&network, &asha, &one)[0], Outcome::Applied { .. }));
        }
        let network = network.again(NOW + 5 * 60_000, 4);
        let eleventh = deletes(&network, &asha, &opened, 10..11);
        assert_eq!(outcomes(&network, &asha, &eleventh), [HELD]);
        let by_tom = deletes(&network, &tom, &opened, 20..21);
        let taken = outcomes(&network, &tom, &by_tom);
        assert_ne!(taken, [HELD], "another copy's deletions are its own");

        network.passes(16 * 60_000);
        let later = deletes(&network, &asha, &opened, 11..12);
        assert!(matches!(outcomes(&network, &asha, &later)[0], Outcome::Applied { .. }));
    }
}

#[test]
fn a_confirmation_reaches_over_a_restart_and_only_what_it_names() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        makes(&network, &asha, &opened, 40);
        let names = (0..12).map(|n| question(n).into()).collect();
        let confirmed = confirms(&network, &asha, &opened, names);
        assert!(matches!(outcomes(&network, &asha, &[confirmed])[0], Outcome::Applied { .. }));
        let network = network.again(NOW + 60_000, 5);
        let by_tom = deletes(&network, &tom, &opened, 0..12);
        assert!(outcomes(&network, &tom, &by_tom).iter().all(|one| !matches!(one, Outcome::Applied { .. })));
        let named = deletes(&network, &asha, &opened, 0..12);
        assert!(outcomes(&network, &asha, &named).iter().all(|one| matches!(one, Outcome::Applied { .. })));
        let others = deletes(&network, &asha, &opened, 12..24);
        assert!(outcomes(&network, &asha, &others).iter().all(|one| *one == HELD));
    }
}

#[test]
fn more_than_fifty_wait_in_the_largest_space_and_what_is_made_meanwhile_goes_in() {
    for network in Network::on_every_engine() {
        let (asha, _, opened) = network.two_managers();
        makes(&network, &asha, &opened, 700);
        let mut changes = deletes(&network, &asha, &opened, 0..51);
        let record = Question { text: "New?".to_owned(), ..Question::default() };
        let new = asha.creates(&network, question(900), &record);
        changes.push(asha.change(&network, &opened.of_call(), 0, new));
        let outcomes = outcomes(&network, &asha, &changes);
        assert!(outcomes[..51].iter().all(|one| *one == HELD));
        assert!(matches!(outcomes[51], Outcome::Applied { .. }));
        // What is gone already takes nothing away.
        let network = network.again(NOW + 30 * 60_000, 6);
        let fifty = deletes(&network, &asha, &opened, 0..50);
        assert!(
            self::outcomes(&network, &asha, &fifty).iter().all(|one| matches!(one, Outcome::Applied { .. }))
        );
        let again = deletes(&network, &asha, &opened, 0..50);
        assert!(!self::outcomes(&network, &asha, &again).contains(&HELD));
    }
}

#[test]
fn whoever_may_not_read_a_space_confirms_nothing_in_it_and_nobody_confirms_without_end() {
    for network in Network::on_every_engine() {
        let (asha, ..) = network.two_managers();
        let other = Opened::new(60);
        let stranger = confirms(&network, &asha, &other, vec![question(1).into()]);
        let refused = Outcome::Refused { code: RefusedBecause::ForbiddenSpace };
        assert_eq!(outcomes(&network, &asha, &[stranger]), [refused]);
        let opened = Opened::new(9);
        let names = vec![question(1).into(); CONFIRMED_AT_ONCE + 1];
        let refused = Outcome::Refused { code: RefusedBecause::TooLarge };
        assert_eq!(outcomes(&network, &asha, &[confirms(&network, &asha, &opened, names)]), [refused]);
    }
}
