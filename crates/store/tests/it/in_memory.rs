//! A store in memory: what was committed is there after a death, a copy is another replica, and one that was emptied
//! has nothing of its former life.

use crate::kit::{Desk, NOW, hub_link, id, quick_folder, seeded};
use linchpin_domain::id::{AnswerId, CallId};
use linchpin_domain::space::Space;
use linchpin_store::{Memory, Store};

fn desk(memory: Memory, seed: u64) -> Desk {
    Desk { store: memory.open(seeded(seed), NOW).unwrap(), folder: quick_folder(), me: id(1) }
}

fn new_desk(memory: Memory) -> Desk {
    let desk = desk(memory, 1);
    desk.store.set_person(desk.me).unwrap();
    desk.store.set_hub(Some(&hub_link())).unwrap();
    desk
}

fn written(desk: &Desk) -> (CallId, AnswerId, Space) {
    let call = desk.creates_call(1, "A");
    let (answer, space) = desk.creates_answer(2);
    desk.types(answer, &space, "words");
    (call, answer, space)
}

#[test]
fn what_was_committed_is_there_after_a_death() {
    let first = new_desk(Memory::new("0.1.0", NOW).unwrap());
    let (call, answer, space) = written(&first);
    let replica = first.store.identity().unwrap().replica;
    let second = desk(first.store.into_memory().unwrap(), 2);
    assert_eq!((second.title(call).as_str(), second.plain(answer).as_str()), ("A", "words"));
    assert_eq!(second.store.identity().unwrap().replica, replica);
    second.types(answer, &space, "more");
    assert_eq!(second.store.read(|reader| reader.outbox_facts()).unwrap().waiting, 4);
}

#[test]
fn a_copy_holds_one_moment_and_becomes_another_replica() {
    let first = new_desk(Memory::new("0.1.0", NOW).unwrap());
    let (_, answer, space) = written(&first);
    let mut copy = first.store.copy_in_memory().unwrap();
    first.types(answer, &space, "more");
    copy.become_another(&mut seeded(3)).unwrap();
    let second = desk(copy, 2);
    assert_eq!(second.plain(answer), "words");
    let replica = |store: &Store| store.identity().unwrap().replica;
    assert_ne!(replica(&second.store), replica(&first.store));
    assert_eq!(second.store.read(|reader| reader.outbox_facts()).unwrap().waiting, 3);
}

#[test]
fn an_emptied_one_is_as_new() {
    let first = new_desk(Memory::new("0.1.0", NOW).unwrap());
    written(&first);
    let second = new_desk(first.store.into_memory().unwrap().emptied().unwrap());
    let third = new_desk(Memory::new("0.1.0", NOW).unwrap());
    for desk in [&second, &third] {
        assert!(desk.store.read(|reader| reader.spaces()).unwrap().is_empty());
        let (call, answer, _) = written(desk);
        assert_eq!((desk.title(call).as_str(), desk.plain(answer).as_str()), ("A", "words"));
        assert!(desk.store.search_is_whole().unwrap());
        assert_eq!(desk.store.identity().unwrap().last_counter, 3);
    }
    assert_eq!(second.store.check_file().unwrap(), third.store.check_file().unwrap());
}
