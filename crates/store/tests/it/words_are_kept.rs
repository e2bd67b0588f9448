//! Words that the hub refused, lost or took away: each is with the person somewhere, and never said to be sent.

use crate::kit::{Desk, NOW, WordTexts, id, named};
use crate::the_hub_answers::{answers, pair, refuses};
use linchpin_domain::change::{HeldBecause, Outcome, RefusedBecause};
use linchpin_domain::id::{CallId, QuestionId, RecordId};
use linchpin_domain::record::answer::{Answer, ReadMark};
use linchpin_domain::record::call::DeadlineChange;
use linchpin_domain::record::question_set::{Choice, Question, QuestionKind};
use linchpin_domain::space::Space;
use linchpin_store::reader::AsideWhy;
use serde_json::json;

fn aside(desk: &Desk) -> Vec<(AsideWhy, String)> {
    let found = desk.store.read(|r| r.words_aside()).unwrap();
    found.into_iter().map(|aside| (aside.why, aside.words)).collect()
}

#[test]
fn words_that_lie_aside_are_shown_until_they_stand_again() {
    let (asha, tom, mut hub, _, answer, space) = pair();
    let backup = hub.clone();
    asha.types(answer, &space, "lost to the hub");
    asha.syncs(&mut hub);
    tom.syncs(&mut hub);
    hub.goes_back_to(&backup);
    tom.follows_epoch(&hub);
    assert_eq!(aside(&tom), vec![], "nothing is gone from the screen yet");
    tom.syncs(&mut hub);
    assert_eq!(aside(&tom), vec![(AsideWhy::HubWentBack, "start lost to the hub".to_owned())]);
    asha.follows_epoch(&hub);
    asha.syncs(&mut hub);
    tom.syncs(&mut hub);
    assert_eq!(tom.plain(answer), "start lost to the hub");
    assert_eq!(aside(&tom), vec![]);
}

#[test]
fn a_hub_that_goes_back_twice_loses_no_word_of_either_time() {
    let (asha, tom, mut hub, _, answer, space) = pair();
    let backup = hub.clone();
    for words in ["first", "second"] {
        asha.types(answer, &space, words);
        asha.syncs(&mut hub);
        tom.syncs(&mut hub);
        hub.goes_back_to(&backup);
        asha.store.fill_anew(&space).unwrap();
        tom.follows_epoch(&hub);
        tom.syncs(&mut hub);
        // Asha's computer is lost; a fresh one takes its place.
        break_with(&asha, &space);
    }
    let words: Vec<String> = aside(&tom).into_iter().map(|(_, words)| words).collect();
    for word in ["first", "second"] {
        assert!(words.iter().any(|words| words.contains(word)), "{word} in {words:?}");
    }
}

/// Access ends and comes back, so that this desk knows nothing of the space.
fn break_with(desk: &Desk, space: &Space) {
    desk.store.space_gone(space, "removed", &mut WordTexts, NOW).unwrap();
    desk.store.note_spaces(&[(space.clone(), 0)]).unwrap();
}

#[test]
fn a_call_that_a_fill_no_longer_has_is_shown_with_its_words() {
    let (asha, tom, mut hub, call, ..) = pair();
    let before = hub.clone();
    let (extra, place): (CallId, _) = (id(30), Space::Call(call));
    asha.store.transact(&asha.by(), |tx| tx.create(extra, &place, &named("Extra words"))).unwrap();
    asha.syncs(&mut hub);
    tom.syncs(&mut hub);
    tom.store.fill_anew(&place).unwrap();
    tom.fills(&before, &place);
    assert!(aside(&tom).iter().any(|(_, words)| words == "Extra words"));
}

#[test]
fn words_whose_answer_is_still_there_lie_aside_too() {
    let (asha, tom) = (Desk::new(200), Desk::new(201));
    let mut hub = crate::hub::Hub { epoch: 1, ..crate::hub::Hub::default() };
    let (answer, space) = asha.creates_answer(2);
    asha.syncs(&mut hub);
    let before = hub.clone();
    asha.types(answer, &space, "theirs");
    asha.syncs(&mut hub);
    tom.syncs(&mut hub);
    tom.store.fill_anew(&space).unwrap();
    tom.fills(&before, &space);
    assert_eq!(tom.plain(answer), "");
    assert!(aside(&tom).iter().any(|(_, words)| words == "theirs"), "{:?}", aside(&tom));
}

fn kept(desk: &Desk) -> Vec<String> {
    desk.store.read(|r| r.kept()).unwrap().into_iter().map(|kept| kept.words).collect()
}

#[test]
fn the_reason_of_a_refused_change_of_the_closing_time_is_kept() {
    let (asha, _, _, call, ..) = pair();
    let change =
        DeadlineChange { reason: "The minister asked for it".to_owned(), ..DeadlineChange::default() };
    asha.store.transact(&asha.by(), |tx| tx.create(id::<RecordId>(40), &Space::Call(call), &change)).unwrap();
    refuses(&asha, RefusedBecause::ForbiddenSpace);
    assert_eq!(kept(&asha), vec!["The minister asked for it"]);
}

#[test]
fn every_choice_of_a_refused_question_is_kept() {
    let (asha, _, _, call, ..) = pair();
    let choice = |id: &str, text: &str| Choice { id: id.to_owned(), text: text.to_owned() };
    let question = Question {
        text: "Do you agree?".to_owned(),
        kind: QuestionKind::OneChoice,
        choices: vec![choice("a", "Wholly"), choice("b", "Hardly")],
        ..Question::default()
    };
    let space = Space::Call(call);
    asha.store.transact(&asha.by(), |tx| tx.create(id::<QuestionId>(41), &space, &question)).unwrap();
    asha.store.space_gone(&space, "removed", &mut WordTexts, NOW).unwrap();
    assert_eq!(kept(&asha), vec!["Do you agree?\nWholly\nHardly"]);
}

#[test]
fn what_was_chosen_is_kept_in_the_words_of_its_question() {
    let (asha, _, mut hub, call, answer, _) = pair();
    let question: QuestionId =
        asha.store.read(|r| r.get::<Answer>(answer)).unwrap().unwrap().record.question.unwrap();
    let record = Question {
        text: "Do you agree?".to_owned(),
        choices: vec![Choice { id: "b".to_owned(), text: "Hardly".to_owned() }],
        ..Question::default()
    };
    asha.store.transact(&asha.by(), |tx| tx.create(question, &Space::Call(call), &record)).unwrap();
    asha.syncs(&mut hub);
    let chosen = json!({"as": "choices", "ids": ["b"]});
    asha.store.transact(&asha.by(), |tx| tx.set::<Answer>(answer, "chosen", chosen)).unwrap();
    refuses(&asha, RefusedBecause::ForbiddenSpace);
    assert!(kept(&asha).contains(&"Hardly".to_owned()), "{:?}", kept(&asha));
}

#[test]
fn words_that_are_held_or_refused_are_never_said_to_be_sent_or_seen() {
    let (asha, tom, mut hub, _, answer, space) = pair();
    let mark = |desk: &Desk| {
        let seq = desk.store.read(|r| r.space(&space)).unwrap().unwrap().cursor;
        let mark = ReadMark { person: Some(desk.me), answer: Some(answer), seq, at: NOW };
        let id = RecordId::of_pair("read", desk.me.into(), answer.into());
        desk.store.transact(&desk.by(), |tx| tx.create(id, &space, &mark)).unwrap();
    };
    mark(&tom);
    tom.syncs(&mut hub);
    asha.syncs(&mut hub);
    let truth = || asha.store.read(|r| r.truth(answer)).unwrap();
    assert_eq!((truth().unsent, truth().set_aside, truth().seen.len()), (0, 0, 1));
    asha.types(answer, &space, "more");
    assert_eq!((truth().unsent, truth().set_aside, truth().seen.len()), (1, 0, 0));
    answers(&asha, &Outcome::Held { reason: HeldBecause::MassDeletion });
    assert_eq!((truth().unsent, truth().set_aside, truth().seen.len()), (0, 1, 0));
    asha.types(answer, &space, "and more");
    refuses(&asha, RefusedBecause::BadValue);
    assert_eq!((truth().unsent, truth().set_aside, truth().seen.len()), (0, 2, 0));
}
