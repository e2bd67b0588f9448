//! The door for people: what is stored, stamped, sent, found and taken back.

use crate::kit::{Desk, NOW, id, named};
use linchpin_domain::Wrong;
use linchpin_domain::change::Op;
use linchpin_domain::id::CallId;
use linchpin_domain::record::call::Call;
use linchpin_domain::record::member::Member;
use linchpin_domain::record::{Fields, Tag};
use linchpin_domain::space::Space;
use linchpin_store::reader::Filter;
use linchpin_store::{StoreError, UndoOutcome};
use serde_json::json;

#[test]
fn what_was_changed_is_there_after_a_restart() {
    let desk = Desk::new(1);
    let call = desk.creates_call(1, "Appointments");
    let (answer, space) = desk.creates_answer(2);
    desk.types(answer, &space, "words that stay");
    let desk = desk.reopened();
    assert_eq!(desk.title(call), "Appointments");
    assert_eq!(desk.plain(answer), "words that stay");
    let text = desk.store.read(|r| r.text(answer)).unwrap().unwrap();
    assert_eq!((text.updates.len(), text.facts.words), (1, 3));
    assert!(text.updates[0].own_unsent);
}

#[test]
fn every_change_waits_with_a_dense_counter_and_a_hash_of_its_content() {
    let desk = Desk::new(1);
    let call = desk.creates_call(1, "A");
    desk.sets_title(call, "B");
    let (answer, space) = desk.creates_answer(2);
    desk.types(answer, &space, "words");
    let waiting = desk.store.waiting(100, 1 << 20).unwrap();
    let counters: Vec<u64> = waiting.iter().map(|change| change.id.counter).collect();
    assert_eq!(counters, vec![1, 2, 3, 4]);
    assert!(waiting.iter().all(|change| change.hash == change.op.hash(&change.space)));
    assert!(matches!(&waiting[0].op, Op::Put(put) if put.create && put.kind == "call"));
    assert!(matches!(&waiting[1].op, Op::Put(put) if !put.create && put.edits.len() == 1));
    assert!(matches!(&waiting[3].op, Op::Text(update) if update.bytes.0 == b"words"));
}

#[test]
fn a_closure_that_fails_leaves_no_trace_and_uses_no_counter() {
    let desk = Desk::new(1);
    let call: CallId = id(1);
    let failed = desk.store.transact(&desk.by(), |tx| {
        tx.create(call, &Space::Call(call), &named("A"))?;
        Err::<(), _>(StoreError::NotFound)
    });
    assert!(matches!(failed, Err(StoreError::NotFound)));
    assert!(desk.store.read(|r| r.get::<Call>(call)).unwrap().is_none());
    assert!(desk.store.waiting(10, 1 << 20).unwrap().is_empty());
    desk.creates_call(1, "B");
    assert_eq!(desk.store.waiting(10, 1 << 20).unwrap()[0].id.counter, 1);
}

#[test]
fn a_value_that_stands_already_is_no_change() {
    let desk = Desk::new(1);
    let call = desk.creates_call(1, "A");
    let done = desk.store.transact(&desk.by(), |tx| tx.set::<Call>(call, "title", json!("A"))).unwrap();
    assert!(done.undo.is_none() && done.changed.tags.is_empty());
    assert_eq!(done.changed.waiting, 1);
}

#[test]
fn values_that_break_a_rule_are_refused_by_name() {
    let desk = Desk::new(1);
    let call = desk.creates_call(1, "A");
    let refuse = |field: &str, value: serde_json::Value| {
        desk.store.transact(&desk.by(), |tx| tx.set::<Call>(call, field, value)).unwrap_err()
    };
    assert!(matches!(refuse("title", json!("  ")), StoreError::Invalid(Wrong { field: "title", .. })));
    assert!(matches!(refuse("title", json!("x".repeat(400))), StoreError::Invalid(_)));
    let member: linchpin_domain::id::PersonId = id(9);
    let wrong_place = desk
        .store
        .transact(&desk.by(), |tx| tx.create(member, &Space::Call(call), &Member::default()))
        .unwrap_err();
    assert!(matches!(wrong_place, StoreError::Invalid(Wrong { field: "space", .. })));
    assert!(matches!(
        desk.store.transact(&desk.by(), |tx| tx.set::<Call>(id::<CallId>(200), "title", json!("x"))),
        Err(StoreError::NotFound)
    ));
}

#[test]
fn one_transaction_is_one_group_a_space_and_a_text_update_one_of_its_own() {
    let desk = Desk::new(1);
    let (a, b): (CallId, CallId) = (id(1), id(2));
    desk.store
        .transact(&desk.by(), |tx| {
            tx.create(a, &Space::Call(a), &named("A"))?;
            tx.set::<Call>(a, "asker", json!("Board"))?;
            tx.create(b, &Space::Call(b), &named("B"))?;
            tx.new_group();
            tx.set::<Call>(b, "asker", json!("Board"))
        })
        .unwrap();
    let groups: Vec<_> =
        desk.store.waiting(10, 1 << 20).unwrap().into_iter().map(|change| change.group).collect();
    assert_eq!(groups[0], groups[1]);
    assert!(groups[1] != groups[2] && groups[2] != groups[3]);
}

#[test]
fn a_group_is_sent_whole_where_it_fits() {
    let desk = Desk::new(1);
    desk.creates_call(1, "A");
    let call: CallId = id(2);
    desk.store
        .transact(&desk.by(), |tx| {
            tx.create(call, &Space::Call(call), &named("B"))?;
            tx.set::<Call>(call, "asker", json!("Board"))?;
            tx.set::<Call>(call, "summary", json!("Long"))
        })
        .unwrap();
    let sizes: Vec<usize> =
        [1, 2, 3, 4].iter().map(|most| desk.store.waiting(*most, 1 << 20).unwrap().len()).collect();
    assert_eq!(sizes, vec![1, 1, 1, 4]);
    assert_eq!(desk.store.waiting(4, 1).unwrap().len(), 1, "something always goes");
}

#[test]
fn more_than_two_hundred_changes_become_several_groups() {
    let desk = Desk::new(1);
    let call = desk.creates_call(1, "A");
    desk.store
        .transact(&desk.by(), |tx| {
            (0..450).try_for_each(|n| tx.set::<Call>(call, "title", json!(format!("T{n}"))))
        })
        .unwrap();
    let mut groups = std::collections::BTreeMap::new();
    for change in desk.store.waiting(1_000, 1 << 24).unwrap() {
        *groups.entry(change.group).or_insert(0) += 1;
    }
    let mut sizes: Vec<i32> = groups.into_values().collect();
    sizes.sort_unstable();
    assert_eq!(sizes, vec![1, 50, 200, 200]);
}

#[test]
fn undo_writes_the_values_from_before_as_new_changes() {
    let desk = Desk::new(1);
    let call = desk.creates_call(1, "A");
    desk.sets_title(call, "B");
    let undone = desk.store.undo(None, &desk.by()).unwrap();
    assert_eq!(undone.value, UndoOutcome::Done { what: "edit".into() });
    assert_eq!(desk.title(call), "A");
    assert_eq!(desk.store.waiting(10, 1 << 20).unwrap().len(), 3);
    // The next one takes the creation back, and then there is nothing left.
    desk.store.undo(None, &desk.by()).unwrap();
    assert!(desk.store.read(|r| r.list::<Call>(Filter::All)).unwrap().is_empty());
    assert_eq!(desk.store.undo(None, &desk.by()).unwrap().value, UndoOutcome::Nothing);
}

#[test]
fn undo_gives_a_field_that_was_never_set_its_usual_value() {
    let desk = Desk::new(1);
    let call = desk.creates_call(1, "A");
    desk.store.transact(&desk.by(), |tx| tx.set::<Call>(call, "wordLimit", json!(500))).unwrap();
    desk.store.undo(None, &desk.by()).unwrap();
    let row = desk.store.read(|r| r.get::<Call>(call)).unwrap().unwrap();
    assert_eq!((row.record.word_limit, row.unreadable.len()), (None, 0));
}

#[test]
fn undo_refuses_where_the_same_field_was_changed_since() {
    let desk = Desk::new(1);
    let call = desk.creates_call(1, "A");
    let first = desk
        .store
        .transact(&desk.by(), |tx| tx.set::<Call>(call, "title", json!("B")))
        .unwrap()
        .undo
        .unwrap();
    desk.sets_title(call, "C");
    let outcome = desk.store.undo(Some(first), &desk.by()).unwrap().value;
    assert!(matches!(outcome, UndoOutcome::ChangedSince { field, .. } if field == "title"));
    assert_eq!(desk.title(call), "C");
}

#[test]
fn two_hundred_steps_can_be_taken_back() {
    let desk = Desk::new(1);
    let call = desk.creates_call(1, "T0");
    for n in 1..=230 {
        desk.sets_title(call, &format!("T{n}"));
    }
    for _ in 0..200 {
        desk.store.undo(None, &desk.by()).unwrap();
    }
    assert_eq!(desk.title(call), "T30");
    assert_eq!(desk.store.undo(None, &desk.by()).unwrap().value, UndoOutcome::Nothing);
}

#[test]
fn what_is_deleted_lies_in_deleted_items_and_comes_back() {
    let desk = Desk::new(1);
    let call = desk.creates_call(1, "Appointments");
    desk.store.transact(&desk.by(), |tx| tx.delete(call)).unwrap();
    let deleted = desk.store.read(|r| r.deleted(NOW + 86_400_000)).unwrap();
    assert_eq!((deleted.len(), deleted[0].days_left, deleted[0].by), (1, 89, desk.me));
    assert!(desk.store.read(|r| r.list::<Call>(Filter::All)).unwrap().is_empty());
    assert!(desk.store.read(|r| r.search("appointments", 5)).unwrap().is_empty());
    desk.store.transact(&desk.by(), |tx| tx.restore(call)).unwrap();
    assert_eq!(desk.store.read(|r| r.search("appointments", 5)).unwrap().len(), 1);
    assert!(desk.store.read(|r| r.deleted(NOW)).unwrap().is_empty());
}

#[test]
fn an_overwritten_value_stays_in_the_history() {
    let desk = Desk::new(1);
    let call = desk.creates_call(1, "A");
    desk.sets_title(call, "B");
    desk.sets_title(call, "C");
    let past = desk.store.read(|r| r.history(call)).unwrap();
    let values: Vec<_> = past.iter().map(|past| past.value.clone()).collect();
    assert_eq!(values, vec![json!("B"), json!("A")]);
    assert!(past.iter().all(|past| !past.apart && past.author == desk.me));
}

#[test]
fn what_lies_in_a_local_space_is_never_sent() {
    let desk = Desk::new(1);
    let call: CallId = id(1);
    let space = Space::Call(call);
    let by = desk.by();
    desk.store
        .transact(&by, |tx| {
            tx.keep_local(&space)?;
            tx.create(call, &space, &named("Sample"))
        })
        .unwrap();
    desk.sets_title(call, "Sample, edited");
    assert!(desk.store.waiting(10, 1 << 20).unwrap().is_empty());
    desk.store.undo(None, &by).unwrap();
    assert_eq!(desk.title(call), "Sample");
    let other = desk.creates_call(2, "Real");
    let refused = desk.store.transact(&by, |tx| tx.keep_local(&Space::Call(other)));
    assert!(matches!(refused, Err(StoreError::Gone)), "what waits to be sent cannot be hidden");
}

#[test]
fn a_record_made_twice_is_an_edit_of_the_first() {
    let desk = Desk::new(1);
    let call = desk.creates_call(1, "A");
    desk.store.transact(&desk.by(), |tx| tx.delete(call)).unwrap();
    desk.creates_call(1, "B");
    assert_eq!(desk.title(call), "B");
    assert_eq!(desk.store.read(|r| r.count::<Call>()).unwrap(), 1);
}

#[test]
fn fields_of_a_newer_version_are_kept_and_never_overwritten() {
    let desk = Desk::new(1);
    let call = desk.creates_call(1, "A");
    desk.store
        .transact(&desk.by(), |tx| {
            tx.set_many::<Call>(call, Fields::from([("mood".into(), json!({"new": 1}))]))
        })
        .unwrap();
    desk.sets_title(call, "B");
    let envelope = desk.store.read(|r| r.envelope(call)).unwrap().unwrap();
    assert_eq!(envelope.fields["mood"], json!({"new": 1}));
}

#[test]
fn those_who_listen_hear_of_a_change_after_it_is_on_disk() {
    let desk = Desk::new(1);
    let heard = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let ear = heard.clone();
    desk.store.subscribe(move |changed, origin| ear.lock().unwrap().push((changed.clone(), origin)));
    let call = desk.creates_call(1, "A");
    let heard = heard.lock().unwrap();
    let (changed, origin) = &heard[0];
    assert_eq!((heard.len(), *origin, changed.waiting), (1, linchpin_store::Origin::Person, 1));
    assert!(changed.tags.contains(&Tag::Calls) && changed.ids == vec![call.into()]);
}

#[test]
fn a_stamp_over_a_value_from_a_fast_clock_is_greater() {
    let desk = Desk::new(1);
    let call: CallId = id(1);
    let late = desk.by_at(NOW + 86_400_000);
    desk.store.transact(&late, |tx| tx.create(call, &Space::Call(call), &named("A"))).unwrap();
    let first = desk.store.read(|r| r.envelope(call)).unwrap().unwrap().stamps["title"];
    desk.sets_title(call, "B");
    assert!(desk.store.read(|r| r.envelope(call)).unwrap().unwrap().stamps["title"] > first);
}
