//! Deletions that the hub holds because they are many at once: confirmed or put back, and nothing else is lost by it.

use crate::hub::Hub;
use crate::kit::{Desk, id, named};
use crate::the_hub_answers::answers;
use linchpin_domain::change::{HeldBecause, Op, Outcome};
use linchpin_domain::command::Command;
use linchpin_domain::id::{CallId, RecordId};
use linchpin_domain::record::call::Call;
use linchpin_domain::space::Space;
use serde_json::json;

const HELD: Outcome = Outcome::Held { reason: HeldBecause::MassDeletion };

fn record(n: u8) -> CallId {
    id(20 + n)
}

/// A desk that has deleted twelve of its records, which the hub holds.
fn with_held() -> (Desk, Hub, CallId) {
    let asha = Desk::new(200);
    let mut hub = Hub { epoch: 1, ..Hub::default() };
    let call = asha.creates_call(1, "The call");
    for n in 0..12 {
        let title = format!("Thing {n}");
        asha.store
            .transact(&asha.by(), |tx| tx.create(record(n), &Space::Call(call), &named(&title)))
            .unwrap();
    }
    asha.syncs(&mut hub);
    asha.store.transact(&asha.by(), |tx| (0..12).try_for_each(|n| tx.delete(record(n)))).unwrap();
    answers(&asha, &HELD);
    assert_eq!(held(&asha), 12);
    (asha, hub, call)
}

fn held(desk: &Desk) -> u32 {
    desk.store.read(|reader| reader.outbox_facts()).unwrap().held_deletions
}

fn shown(desk: &Desk) -> usize {
    let stands =
        |n: &u8| !desk.store.read(|reader| reader.envelope(record(*n))).unwrap().unwrap().is_deleted();
    (0..12).filter(stands).count()
}

#[test]
fn confirmed_deletions_go_behind_their_confirmation_under_new_ids() {
    let (asha, mut hub, call) = with_held();
    let last = asha.store.identity().unwrap().last_counter;
    let done = asha.store.transact(&asha.by(), |tx| tx.confirm_deletions()).unwrap();
    assert_eq!((done.value, held(&asha)), (12, 0));
    let waiting = asha.store.waiting(99, 1 << 20).unwrap();
    let Op::Cmd(asked) = &waiting[0].op else { panic!("the confirmation comes first") };
    let records = (0..12).map(|n| RecordId::from(record(n))).collect();
    assert_eq!(asked.command, Command::ConfirmMassDelete { records });
    assert_eq!(waiting[0].space, Space::Call(call));
    assert_eq!(waiting.len(), 13);
    let counters: Vec<u64> = waiting.iter().map(|change| change.id.counter).collect();
    assert_eq!(counters, (last + 1..=last + 13).collect::<Vec<_>>());
    asha.syncs(&mut hub);
    assert_eq!(shown(&asha), 0);
    assert!(hub.spaces[&Space::Call(call)].records.values().filter(|one| one.is_deleted()).count() == 12);
    assert_eq!(asha.store.transact(&asha.by(), |tx| tx.confirm_deletions()).unwrap().value, 0);
    assert!(asha.store.waiting(9, 1 << 20).unwrap().is_empty(), "nothing is confirmed twice");
}

#[test]
fn what_is_put_back_shows_again_and_nothing_of_it_is_sent() {
    let (asha, hub, call) = with_held();
    assert_eq!(shown(&asha), 0);
    let done = asha.store.transact(&asha.by(), |tx| tx.put_back_deletions()).unwrap();
    assert_eq!((done.value, held(&asha), shown(&asha)), (12, 0, 12));
    assert!(asha.store.waiting(99, 1 << 20).unwrap().is_empty());
    assert!(asha.store.check_space(&Space::Call(call)).unwrap());
    assert!(asha.store.read(|reader| reader.search("Thing", 20)).unwrap().len() >= 12);
    assert_eq!(hub.head(&Space::Call(call)), 13);
}

#[test]
fn a_record_that_was_made_with_its_deletion_is_not_lost_when_it_is_put_back() {
    let asha = Desk::new(200);
    let call = asha.creates_call(1, "Made and deleted");
    asha.store.transact(&asha.by(), |tx| tx.set::<Call>(call, "asker", json!("A board"))).unwrap();
    asha.store.transact(&asha.by(), |tx| tx.delete(call)).unwrap();
    answers(&asha, &HELD);
    asha.store.transact(&asha.by(), |tx| tx.put_back_deletions()).unwrap();
    assert_eq!(asha.title(call), "Made and deleted");
    let waiting = asha.store.waiting(9, 1 << 20).unwrap();
    assert_eq!(waiting.len(), 2, "its making and its edit are sent again");
    let mut hub = Hub { epoch: 1, ..Hub::default() };
    asha.syncs(&mut hub);
    assert_eq!(asha.title(call), "Made and deleted");
}
