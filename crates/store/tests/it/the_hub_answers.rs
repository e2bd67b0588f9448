//! What the hub answers: numbers, lowered stamps, refusals, ended access, poisoned texts, fills. Words stay.

use crate::hub::Hub;
use crate::kit::{Desk, NOW, WordTexts, id, named};
use linchpin_domain::change::{Answered, Change, HeldBecause, Outcome, RefusedBecause};
use linchpin_domain::command::Command;
use linchpin_domain::id::{AnswerId, CallId, PersonId, RecordId};
use linchpin_domain::record::answer::{Answer, ReadMark};
use linchpin_domain::record::call::Call;
use linchpin_domain::role::NetworkRole;
use linchpin_domain::space::Space;
use linchpin_domain::sum::Sum;
use linchpin_store::reader::{AsideWhy, Filter, KeptWhy, SpaceState};
use linchpin_store::settle::{Folded, HelloNoted, KeptAuditHead, PushOutcome, PushSettled, Swapped};
use linchpin_store::{StoreError, TextEdit, TextFacts};
use serde_json::json;
use std::collections::BTreeMap;

pub(crate) fn answers(desk: &Desk, outcome: &Outcome) -> PushOutcome {
    let results = desk
        .store
        .waiting(100, 1 << 20)
        .unwrap()
        .iter()
        .map(|change| Answered {
            id: change.id,
            outcome: outcome.clone(),
            duplicate: false,
            clamped: BTreeMap::new(),
        })
        .collect();
    let push = PushSettled { results, moved: Vec::new(), hub_time: NOW, now_ms: NOW };
    desk.store.settle_push(&push, &mut WordTexts).unwrap()
}

pub(crate) fn refuses(desk: &Desk, code: RefusedBecause) {
    answers(desk, &Outcome::Refused { code });
}

/// Two desks in step with a call and an answer between them.
pub(crate) fn pair() -> (Desk, Desk, Hub, CallId, AnswerId, Space) {
    let (asha, tom) = (Desk::new(200), Desk::new(201));
    let mut hub = Hub { epoch: 1, ..Hub::default() };
    let call = asha.creates_call(1, "Appointments");
    let (answer, space) = asha.creates_answer(2);
    asha.types(answer, &space, "start");
    asha.syncs(&mut hub);
    tom.syncs(&mut hub);
    asha.syncs(&mut hub);
    (asha, tom, hub, call, answer, space)
}

#[test]
fn a_refused_value_goes_back_to_what_the_hub_has_and_blocks_nothing() {
    let (asha, tom, mut hub, call, answer, space) = pair();
    asha.sets_title(call, "A title that is refused");
    refuses(&asha, RefusedBecause::BadValue);
    assert_eq!(asha.title(call), "Appointments");
    asha.types(answer, &space, "goes on");
    asha.syncs(&mut hub);
    tom.syncs(&mut hub);
    assert_eq!(tom.plain(answer), "start goes on");
    let facts = asha.store.read(|r| r.outbox_facts()).unwrap();
    assert_eq!((facts.waiting, facts.refused), (0, 1));
    let rows = asha.store.read(|r| r.waiting_rows(10)).unwrap();
    assert_eq!((rows[0].status.as_str(), rows[0].reason.as_str()), ("refused", "badValue"));
    assert!(asha.store.check_space(&Space::Call(call)).unwrap());
}

#[test]
fn who_made_a_record_is_known_on_both_desks_whoever_edits_it() {
    let (asha, tom, mut hub, call, ..) = pair();
    tom.store.transact(&tom.by(), |tx| tx.set::<Call>(call, "asker", json!("A board"))).unwrap();
    tom.syncs(&mut hub);
    asha.syncs(&mut hub);
    for desk in [&asha, &tom] {
        let replica = desk.store.identity().unwrap().replica;
        let maker = desk.store.read(|r| Ok(r.get::<Call>(call)?.unwrap().maker)).unwrap();
        assert_eq!(maker.is(desk.me, replica), desk.me == asha.me);
    }
}

#[test]
fn words_of_a_refused_change_are_kept_until_somebody_lets_go_of_them() {
    let (asha, _, _, call, answer, space) = pair();
    asha.types(answer, &space, "precious words");
    asha.sets_title(call, "A precious title");
    refuses(&asha, RefusedBecause::ForbiddenSpace);
    let kept = asha.store.read(|r| r.kept()).unwrap();
    let words: Vec<&str> = kept.iter().map(|kept| kept.words.as_str()).collect();
    assert_eq!(words, vec!["A precious title", "precious words"], "what colleagues wrote is not among them");
    assert!(kept.iter().all(|kept| kept.why == KeptWhy::Refused && kept.reason == "forbiddenSpace"));
    let facts = asha.store.read(|r| r.outbox_facts()).unwrap();
    assert_eq!(facts.made_ms, Some(NOW), "what was made is remembered");
    let refused = || asha.store.read(|r| r.outbox_facts()).unwrap().refused;
    asha.store.transact(&asha.by(), |tx| kept.iter().try_for_each(|kept| tx.let_go(kept.record))).unwrap();
    assert!(asha.store.read(|r| r.kept()).unwrap().is_empty());
    assert_eq!(refused(), 0);
    asha.store
        .transact(&asha.by(), |tx| kept.iter().try_for_each(|kept| tx.keep_again(kept.record, 0)))
        .unwrap();
    assert_eq!(asha.store.read(|r| r.kept()).unwrap().len(), 2, "it can be taken back");
    assert_eq!(refused(), 2);
}

#[test]
fn words_that_may_not_be_written_leave_the_text_with_those_that_build_on_them() {
    let (asha, tom, mut hub, _, answer, space) = pair();
    asha.types(answer, &space, "first");
    let sent = asha.store.waiting(9, 1 << 20).unwrap();
    asha.types(answer, &space, "second");
    let refused = |change: &Change| Answered {
        id: change.id,
        outcome: Outcome::Refused { code: RefusedBecause::ForbiddenSpace },
        duplicate: false,
        clamped: BTreeMap::new(),
    };
    let results = sent.iter().map(refused).collect();
    let push = PushSettled { results, moved: Vec::new(), hub_time: NOW, now_ms: NOW };
    asha.store.settle_push(&push, &mut WordTexts).unwrap();
    assert_eq!(asha.plain(answer), "start");
    assert_eq!(asha.store.read(|r| r.kept()).unwrap()[0].words, "first second");
    assert!(
        asha.store.waiting(9, 1 << 20).unwrap().is_empty(),
        "the second would wait at the hub for the first"
    );
    // What is typed when they may write again reaches everybody, and everybody has the same.
    asha.types(answer, &space, "third");
    asha.syncs(&mut hub);
    tom.syncs(&mut hub);
    assert_eq!((asha.plain(answer).as_str(), tom.plain(answer).as_str()), ("start third", "start third"));
    assert!(asha.store.check_space(&space).unwrap() && asha.store.search_is_whole().unwrap());
}

#[test]
fn a_value_that_is_refused_beside_words_of_the_same_answer_shows_no_more() {
    let (asha, _, _, _, answer, space) = pair();
    let due = || asha.store.read(|r| Ok(r.get::<Answer>(answer)?.unwrap().record.due)).unwrap();
    let before = due();
    asha.types(answer, &space, "words");
    asha.store.transact(&asha.by(), |tx| tx.set::<Answer>(answer, "due", json!("2026-12-01"))).unwrap();
    refuses(&asha, RefusedBecause::ForbiddenSpace);
    assert_eq!(due(), before, "what the hub has is shown");
    let kept = asha.store.read(|r| r.kept()).unwrap();
    assert!(kept.iter().any(|kept| kept.words == "words"));
    assert_eq!(asha.store.read(|r| r.outbox_facts()).unwrap().refused, 2);
}

#[test]
fn a_record_whose_making_was_refused_leaves_and_its_words_stay() {
    let asha = Desk::new(200);
    let call = asha.creates_call(1, "Never taken");
    asha.sets_title(call, "Never taken at all");
    refuses(&asha, RefusedBecause::ForbiddenSpace);
    assert!(asha.store.read(|r| r.envelope(call)).unwrap().is_none());
    assert!(asha.store.read(|r| r.search("never", 5)).unwrap().is_empty());
    assert_eq!(asha.store.read(|r| r.kept()).unwrap()[0].words, "Never taken at all");
}

/// What a hub says at hello, with the end of its record.
fn said(audit: Option<KeptAuditHead>) -> HelloNoted {
    HelloNoted {
        network: "Sample".to_owned(),
        role: NetworkRole::Member,
        nonce: "n".to_owned(),
        hub_time: NOW,
        spaces: Vec::new(),
        audit,
    }
}

#[test]
fn a_record_of_deeds_that_was_cut_off_or_written_anew_is_noted_once() {
    let desk = Desk::new(210);
    let hello = |epoch, no, hash: &str| {
        let head = KeptAuditHead { epoch, no, hash: hash.to_owned() };
        desk.store.note_hello(&said(Some(head)), NOW).unwrap();
        let lines = desk.store.read(|reader| reader.sync_log(100)).unwrap();
        lines.into_iter().filter(|line| line.what == "recordCut").map(|line| line.facts).collect::<Vec<_>>()
    };
    assert!(hello(1, 5, "e5").is_empty());
    assert!(hello(1, 5, "e5").is_empty(), "nothing was done since");
    assert!(hello(1, 9, "e9").is_empty(), "it grew");
    let cut = hello(1, 8, "e8");
    assert_eq!(cut, [json!({ "kept": { "epoch": 1, "no": 9, "hash": "e9" }, "told": 8 })]);
    assert_eq!(hello(1, 9, "another").len(), 1, "it is said once, and what proves it stays");
    assert_eq!(hello(1, 12, "e12").len(), 1, "it has grown past what was kept");
    assert_eq!(hello(1, 12, "other").len(), 2);
    assert_eq!(hello(2, 3, "r3").len(), 2, "a hub that was restored says so by its epoch");
    assert_eq!(hello(2, 2, "r2").len(), 3);
}

#[test]
fn a_hub_that_does_not_know_a_form_yet_is_asked_again_later() {
    let (asha, tom, mut hub, call, ..) = pair();
    asha.sets_title(call, "Of tomorrow");
    refuses(&asha, RefusedBecause::SchemaAhead);
    assert_eq!(asha.title(call), "Of tomorrow");
    assert_eq!(asha.store.read(|r| r.outbox_facts()).unwrap().held, 1);
    tom.sets_title(call, "Tom's");
    tom.syncs(&mut hub);
    asha.syncs(&mut hub);
    assert_eq!(asha.title(call), "Of tomorrow", "own words show until the hub has decided");
    let hello = said(None);
    asha.store.note_hello(&hello, NOW).unwrap();
    asha.syncs(&mut hub);
    assert_eq!(asha.store.read(|r| r.outbox_facts()).unwrap().held, 0);
    tom.syncs(&mut hub);
    assert_eq!(asha.title(call), tom.title(call));
}

#[test]
fn held_changes_wait_for_people_and_not_for_the_next_push() {
    let (asha, _, _, call, ..) = pair();
    asha.sets_title(call, "Held");
    answers(&asha, &Outcome::Held { reason: HeldBecause::MassDeletion });
    assert!(asha.store.waiting(10, 1 << 20).unwrap().is_empty());
    assert_eq!(asha.title(call), "Held");
}

#[test]
fn what_two_desks_asked_is_done_and_no_refusal() {
    let asha = Desk::new(200);
    let call: CallId = id(1);
    asha.store.transact(&asha.by(), |tx| tx.command(&Space::Call(call), Command::OpenCall { call })).unwrap();
    refuses(&asha, RefusedBecause::AlreadyDone);
    let facts = asha.store.read(|r| r.outbox_facts()).unwrap();
    assert_eq!((facts.waiting, facts.refused), (0, 0));
}

#[test]
fn a_change_from_before_the_hubs_memory_gets_a_new_id_and_so_do_those_behind_it() {
    let asha = Desk::new(200);
    for n in 1..=3 {
        asha.creates_call(n, "A");
    }
    let before = asha.store.waiting(9, 1 << 20).unwrap();
    let result = |n: usize, outcome| Answered {
        id: before[n].id,
        outcome,
        duplicate: false,
        clamped: BTreeMap::new(),
    };
    let results = vec![result(0, Outcome::Retry), result(1, Outcome::Reoffer)];
    let push = PushSettled { results, moved: Vec::new(), hub_time: NOW, now_ms: NOW };
    assert!(!asha.store.settle_push(&push, &mut WordTexts).unwrap().forked);
    let counters: Vec<u64> =
        asha.store.waiting(9, 1 << 20).unwrap().iter().map(|change| change.id.counter).collect();
    assert_eq!(counters, vec![1, 4, 5]);
    assert!(answers(&asha, &Outcome::IdReused).forked);
    let (replica, _) = asha.store.new_replica().unwrap();
    let after = asha.store.waiting(9, 1 << 20).unwrap();
    let ids: Vec<(bool, u64)> =
        after.iter().map(|change| (change.id.replica == replica, change.id.counter)).collect();
    assert_eq!(ids, vec![(true, 1), (true, 2), (true, 3)]);
    let hashes = |changes: &[linchpin_domain::change::Change]| -> Vec<String> {
        changes.iter().map(|change| change.hash.clone()).collect()
    };
    assert_eq!(hashes(&after), hashes(&before), "only the ids change");
}

#[test]
fn a_clock_a_year_ahead_is_lowered_everywhere_and_does_not_win_later_edits() {
    let (asha, tom, mut hub, call, ..) = pair();
    let next_year = NOW + 365 * 86_400_000;
    let title = json!("From next year");
    tom.store.transact(&tom.by_at(next_year), |tx| tx.set::<Call>(call, "title", title)).unwrap();
    tom.syncs(&mut hub);
    let stamp = tom.store.read(|r| r.envelope(call)).unwrap().unwrap().stamps["title"];
    assert_eq!(stamp.ms(), NOW);
    asha.syncs(&mut hub);
    asha.store
        .transact(&asha.by_at(NOW + 600_000), |tx| tx.set::<Call>(call, "title", json!("Ten minutes later")))
        .unwrap();
    asha.syncs(&mut hub);
    tom.syncs(&mut hub);
    assert_eq!(tom.title(call), "Ten minutes later");
    assert_eq!(tom.store.read(|r| r.envelope(call)).unwrap(), asha.store.read(|r| r.envelope(call)).unwrap());
}

#[test]
fn the_value_that_lost_is_in_the_history_of_both_and_marked_as_made_apart() {
    let (asha, tom, mut hub, call, ..) = pair();
    asha.store
        .transact(&asha.by_at(NOW + 1_000), |tx| tx.set::<Call>(call, "title", json!("Asha's")))
        .unwrap();
    tom.store.transact(&tom.by_at(NOW + 2_000), |tx| tx.set::<Call>(call, "title", json!("Tom's"))).unwrap();
    asha.syncs(&mut hub);
    tom.syncs(&mut hub);
    asha.syncs(&mut hub);
    for desk in [&asha, &tom] {
        assert_eq!(desk.title(call), "Tom's");
        let past = desk.store.read(|r| r.history(call)).unwrap();
        let lost = past.iter().find(|past| past.value == json!("Asha's")).unwrap();
        assert!(lost.apart && lost.author == asha.me);
    }
}

#[test]
fn the_three_truths_follow_commit_acknowledgement_and_reading() {
    let (asha, tom, mut hub, _, answer, space) = pair();
    let truth = || asha.store.read(|r| r.truth(answer)).unwrap();
    asha.types_at(answer, &space, "new", NOW + 5);
    assert_eq!((truth().saved_at_ms, truth().unsent), (Some(NOW + 5), 1));
    asha.syncs(&mut hub);
    assert_eq!((truth().unsent, truth().sent_at_ms, truth().seen.len()), (0, Some(NOW), 0));
    tom.syncs(&mut hub);
    let seq = tom.store.read(|r| r.space(&space)).unwrap().unwrap().cursor;
    let mark = ReadMark { person: Some(tom.me), answer: Some(answer), seq, at: NOW + 9 };
    let mark_id = RecordId::of_pair("readmark", tom.me.into(), answer.into());
    let seen_until = || asha.store.read(|r| r.seen_until()).unwrap();
    assert_eq!(seen_until(), None, "that it arrived is no look");
    tom.store.transact(&tom.by(), |tx| tx.create(mark_id, &space, &mark)).unwrap();
    tom.syncs(&mut hub);
    asha.syncs(&mut hub);
    assert_eq!(seen_until(), Some(NOW + 9));
    let seen: Vec<(PersonId, u64)> = truth().seen.iter().map(|seen| (seen.person, seen.at_ms)).collect();
    assert_eq!(seen, vec![(tom.me, NOW + 9)]);
    asha.types_at(answer, &space, "newer", NOW + 20);
    assert_eq!(seen_until(), Some(NOW + 9), "what was written since is not seen, nor makes the look later");
    asha.syncs(&mut hub);
    assert!(truth().seen.is_empty(), "what is newer than the reading is not seen");
    assert_eq!(seen_until(), Some(NOW + 9));
}

/// Lets somebody look at an answer as their computer has it.
fn looks(desk: &Desk, answer: AnswerId, space: &Space, at: u64) {
    let seq = desk.store.read(|r| r.space(space)).unwrap().unwrap().cursor;
    let mark = ReadMark { person: Some(desk.me), answer: Some(answer), seq, at };
    let id = RecordId::of_pair("read", desk.me.into(), answer.into());
    desk.store.transact(&desk.by(), |tx| tx.create(id, space, &mark)).unwrap();
}

#[test]
fn all_is_seen_up_to_the_first_words_that_nobody_looked_at() {
    let (asha, tom, mut hub, _, answer, space) = pair();
    let until = |desk: &Desk| desk.store.read(|r| r.seen_until()).unwrap();
    let (sample, local) = (id::<AnswerId>(70), Space::Response(id(71)));
    let record = Answer { response: Some(id(71)), question: Some(id(72)), ..Answer::default() };
    asha.store
        .transact(&asha.by(), |tx| {
            tx.keep_local(&local)?;
            tx.create(sample, &local, &record)
        })
        .unwrap();
    asha.types(sample, &local, "on this computer alone");
    let (other, elsewhere) = asha.creates_answer(3);
    asha.types_at(other, &elsewhere, "elsewhere", NOW + 3);
    asha.syncs(&mut hub);
    tom.syncs(&mut hub);
    looks(&asha, other, &elsewhere, NOW + 4);
    looks(&tom, answer, &space, NOW + 9);
    tom.syncs(&mut hub);
    asha.syncs(&mut hub);
    assert_eq!(until(&asha), Some(NOW + 3), "nobody else looked at the other answer");
    asha.store.transact(&asha.by(), |tx| tx.delete(other)).unwrap();
    asha.syncs(&mut hub);
    assert_eq!(until(&asha), Some(NOW + 9), "nobody can look at what was deleted, nor at what is not shared");
}

#[test]
fn words_that_came_back_folded_are_not_taken_for_seen() {
    let (asha, tom, mut hub, _, answer, space) = pair();
    looks(&tom, answer, &space, NOW + 9);
    tom.syncs(&mut hub);
    asha.types_at(answer, &space, "newer", NOW + 7);
    asha.syncs(&mut hub);
    asha.store.fill_anew(&space).unwrap();
    asha.fills(&hub, &space);
    let until = asha.store.read(|r| r.seen_until()).unwrap().unwrap();
    assert!(until <= NOW + 7, "{}", until - NOW);
}

#[test]
fn when_access_ends_own_unsent_words_stay_and_nothing_else_does() {
    let (asha, tom, mut hub, call, answer, space) = pair();
    tom.types(answer, &space, "canaryword");
    tom.syncs(&mut hub);
    asha.syncs(&mut hub);
    asha.types(answer, &space, "mine alone");
    asha.store.space_gone(&space, "removed", &mut WordTexts, NOW).unwrap();
    assert!(asha.store.read(|r| r.envelope(answer)).unwrap().is_none());
    assert!(asha.store.read(|r| r.text(answer)).unwrap().is_none());
    assert!(asha.store.read(|r| r.search("canaryword", 5)).unwrap().is_empty());
    assert!(asha.store.waiting(10, 1 << 20).unwrap().is_empty());
    let kept = asha.store.read(|r| r.kept()).unwrap();
    assert_eq!((kept.len(), kept[0].words.as_str(), kept[0].why), (1, "mine alone", KeptWhy::NoAccess));
    assert_eq!(asha.store.read(|r| r.space(&space)).unwrap().unwrap().state, SpaceState::Gone);
    assert_eq!(asha.title(call), "Appointments", "other spaces stay");
    assert_eq!(asha.store.backups_to_renew().unwrap(), Some(NOW));
    assert!(asha.store.search_is_whole().unwrap());
    // Told twice it is the same; words typed in an editor that was still open are kept as well.
    asha.store.space_gone(&space, "removed", &mut WordTexts, NOW).unwrap();
    let late = crate::kit::edit("late", "mine alone and late", asha.me);
    asha.store.transact(&asha.by(), |tx| tx.append_text(answer, &space, late)).unwrap();
    assert_eq!(asha.store.read(|r| r.kept()).unwrap()[0].words, "mine alone and late");
    let refused = asha.store.transact(&asha.by(), |tx| {
        tx.create(
            id::<RecordId>(77),
            &space,
            &Answer { response: Some(id(2)), question: Some(id(3)), ..Answer::default() },
        )
    });
    assert!(matches!(refused, Err(StoreError::Gone)));
}

#[test]
fn access_that_is_given_back_fills_the_space_again() {
    let (asha, tom, mut hub, _, answer, space) = pair();
    asha.store.space_gone(&space, "removed", &mut WordTexts, NOW).unwrap();
    tom.types(answer, &space, "meanwhile");
    tom.syncs(&mut hub);
    asha.syncs(&mut hub);
    assert_eq!(asha.plain(answer), "start meanwhile");
    assert!(asha.store.check_space(&space).unwrap());
}

#[test]
fn an_update_that_cannot_be_read_is_set_aside_and_the_rest_of_the_text_shows() {
    let (asha, tom, mut hub, _, answer, space) = pair();
    tom.types(answer, &space, "before");
    let poison = TextEdit {
        bytes: b"poison!".to_vec(),
        sv_before: Vec::new(),
        schema: 1,
        facts: TextFacts::default(),
        after: None,
    };
    tom.store.transact(&tom.by(), |tx| tx.append_text(answer, &space, poison)).unwrap();
    tom.types(answer, &space, "after");
    tom.syncs(&mut hub);
    asha.syncs(&mut hub);
    assert_eq!(asha.plain(answer), "start before after");
    assert_eq!(asha.store.read(|r| r.text(answer)).unwrap().unwrap().updates.len(), 3);
    assert!(asha.store.check_space(&space).unwrap(), "it counts all the same");
}

#[test]
fn words_that_a_merge_here_dropped_stay_until_the_hubs_own_record_of_them() {
    let (asha, tom, mut hub, _, answer, space) = pair();
    asha.types(answer, &space, "dropped");
    tom.types(answer, &space, "-dropped");
    tom.syncs(&mut hub);
    let page = hub.page(&space, asha.store.read(|r| r.space(&space)).unwrap().unwrap().cursor, 9);
    asha.store.settle_page(&page, &mut WordTexts, NOW).unwrap();
    let found = asha.store.read(|r| r.recovered_local()).unwrap();
    assert_eq!((found.len(), found[0].found.words.as_str(), found[0].doc), (1, "dropped", answer));
    asha.store.transact(&asha.by(), |tx| tx.let_go(answer.into())).unwrap();
    assert!(asha.store.read(|r| r.recovered_local()).unwrap().is_empty());
}

#[test]
fn folding_needs_every_row_numbered_and_exactly_the_sum_it_claims() {
    let (asha, _, mut hub, _, answer, space) = pair();
    asha.types(answer, &space, "more");
    let fold = |covered: &[i64], sum: Sum| {
        let folded = Folded { snapshot: b"start more".to_vec(), covered: covered.to_vec(), sum };
        asha.store.fold(answer, &folded, NOW)
    };
    let parts = || asha.store.read(|r| r.text(answer)).unwrap().unwrap();
    let rows: Vec<i64> = parts().updates.iter().map(|update| update.row).collect();
    let sum = parts().updates.iter().fold(Sum::default(), |sum, u| sum.plus(Sum::of_text(answer, &u.bytes)));
    assert_eq!(fold(&rows, sum), Err(StoreError::NotCovered), "own words are under way");
    asha.syncs(&mut hub);
    assert_eq!(fold(&rows[..1], sum), Err(StoreError::NotCovered));
    assert_eq!(fold(&rows, Sum::default()), Err(StoreError::NotCovered));
    assert_eq!(fold(&[rows[0], rows[1], 999], sum), Err(StoreError::NotCovered));
    assert_eq!(fold(&rows, sum), Ok(()));
    assert_eq!(parts().updates.len(), 0);
    assert_eq!(parts().snapshot.as_deref(), Some(b"start more".as_slice()));
    assert!(asha.store.check_space(&space).unwrap());
    assert_eq!(asha.store.read(|r| r.text_log(answer)).unwrap().len(), 2, "the history stays");
    asha.types(answer, &space, "again");
    asha.syncs(&mut hub);
    assert!(asha.store.check_space(&space).unwrap());
    assert_eq!(asha.store.read(|r| r.text_base(answer)).unwrap(), None, "the log begins with the document");
    asha.store.tidy(&mut WordTexts, NOW + 91 * 86_400_000).unwrap();
    assert_eq!(asha.store.read(|r| r.text_base(answer)).unwrap().as_deref(), Some(b"start more".as_slice()));
    assert_eq!(asha.store.read(|r| r.text_log(answer)).unwrap().len(), 1);
}

#[test]
fn a_fill_goes_on_where_it_stopped_and_shows_nothing_before_it_is_whole() {
    let (asha, tom, mut hub, call, ..) = pair();
    for n in 20..25 {
        let space = Space::Call(call);
        asha.store
            .transact(&asha.by(), |tx| tx.create(id::<CallId>(n), &space, &named(&format!("Extra {n}"))))
            .unwrap();
    }
    asha.syncs(&mut hub);
    let space = Space::Call(call);
    tom.store.fill_anew(&space).unwrap();
    let parts = hub.parts(&space, 2);
    let (first, second) = (&parts[0], &parts[1]);
    assert_eq!(tom.store.stage_part(&first.0, &first.1).unwrap().next_part, 1);
    assert_eq!(tom.store.stage_part(&parts[2].0, &parts[2].1).unwrap().next_part, 1, "out of turn");
    let tom = tom.reopened();
    assert_eq!(tom.store.staged(&space).unwrap().unwrap().next_part, 1);
    assert_eq!(tom.store.stage_part(&second.0, &second.1).unwrap().next_part, 2);
    assert_eq!(tom.store.swap_stage(&space, &mut WordTexts, NOW).unwrap(), Swapped::NotWhole);
    assert_eq!(tom.store.read(|r| r.list::<Call>(Filter::In(&space))).unwrap().len(), 1);
    tom.store.stage_part(&parts[2].0, &parts[2].1).unwrap();
    assert!(matches!(tom.store.swap_stage(&space, &mut WordTexts, NOW).unwrap(), Swapped::Done { .. }));
    assert_eq!(tom.store.read(|r| r.list::<Call>(Filter::In(&space))).unwrap().len(), 6);
    assert!(tom.store.check_space(&space).unwrap() && tom.store.staged(&space).unwrap().is_none());
}

#[test]
fn a_fill_with_another_sum_is_thrown_away_and_touches_nothing() {
    let (asha, tom, mut hub, call, answer, space) = pair();
    tom.types(answer, &space, "mine");
    tom.store.fill_anew(&space).unwrap();
    asha.types(answer, &space, "hers");
    asha.syncs(&mut hub);
    for (mut head, rows) in hub.parts(&space, 1) {
        head.sum = Sum(1);
        tom.store.stage_part(&head, &rows).unwrap();
    }
    assert_eq!(tom.store.swap_stage(&space, &mut WordTexts, NOW).unwrap(), Swapped::SumWrong);
    assert_eq!((tom.plain(answer), tom.title(call)), ("start mine".to_owned(), "Appointments".to_owned()));
    assert!(tom.store.staged(&space).unwrap().is_none());
    tom.syncs(&mut hub);
    asha.syncs(&mut hub);
    assert_eq!(asha.plain(answer), "start hers mine");
}

#[test]
fn what_a_fill_no_longer_has_lies_in_deleted_items_and_own_work_goes_on() {
    let (asha, tom, mut hub, call, answer, space) = pair();
    let before = hub.clone();
    let extra: CallId = id(30);
    let place = Space::Call(call);
    asha.store.transact(&asha.by(), |tx| tx.create(extra, &place, &named("Extra"))).unwrap();
    asha.types(answer, &space, "asha's");
    asha.syncs(&mut hub);
    tom.syncs(&mut hub);
    // A hub that lost them without a word: the fill is from before.
    tom.types(answer, &space, "tom's");
    for space in [&place, &space] {
        tom.store.fill_anew(space).unwrap();
        tom.fills(&before, space);
    }
    assert!(tom.store.read(|r| r.get::<Call>(extra)).unwrap().is_none());
    let aside = tom.store.read(|r| r.aside(AsideWhy::Removed)).unwrap();
    assert_eq!((aside.len(), aside[0].envelope.id), (1, extra.into()));
    assert_eq!(tom.plain(answer), "start tom's");
    assert_eq!(tom.store.waiting(9, 1 << 20).unwrap().len(), 1);
}

#[test]
fn a_page_whose_numbers_do_not_rise_is_refused_whole() {
    let (asha, tom, mut hub, call, ..) = pair();
    asha.sets_title(call, "B");
    asha.sets_title(call, "C");
    asha.syncs(&mut hub);
    let space = Space::Call(call);
    let cursor = tom.store.read(|r| r.space(&space)).unwrap().unwrap().cursor;
    let mut page = hub.page(&space, cursor, 99);
    page.entries.swap(0, 1);
    assert_eq!(tom.store.settle_page(&page, &mut WordTexts, NOW), Err(StoreError::Corrupt));
    assert_eq!(tom.title(call), "Appointments");
    let mut page = hub.page(&space, cursor, 99);
    page.sum = Some(Sum(5));
    assert!(!tom.store.settle_page(&page, &mut WordTexts, NOW).unwrap().sum_ok);
}

#[test]
fn when_the_hub_goes_back_words_of_others_lie_aside() {
    let (asha, tom, mut hub, _, answer, space) = pair();
    let backup = hub.clone();
    asha.types(answer, &space, "lost to the hub");
    asha.syncs(&mut hub);
    tom.syncs(&mut hub);
    hub.goes_back_to(&backup);
    tom.follows_epoch(&hub);
    let aside = tom.store.read(|r| r.aside(AsideWhy::HubWentBack)).unwrap();
    assert_eq!((aside.len(), aside[0].plain.as_str()), (1, "start lost to the hub"));
    tom.syncs(&mut hub);
    assert_eq!(tom.plain(answer), "start");
    asha.follows_epoch(&hub);
    asha.syncs(&mut hub);
    tom.syncs(&mut hub);
    assert_eq!(tom.plain(answer), "start lost to the hub");
}
