//! Pushing records: once whatever happens, brought together field by field, with nothing lost unseen.

use crate::kit::{NOW, Network, Opened, fields, id, replayed};
use linchpin_domain::change::{Asked, Done, LostValue, Outcome, RefusedBecause};
use linchpin_domain::command::{Command, Sharing};
use linchpin_domain::id::{CommandId, GroupId};
use linchpin_domain::record::DELETED;
use linchpin_domain::record::answer::Answer;
use linchpin_domain::record::call::Call;
use linchpin_domain::space::Space;
use linchpin_domain::stamp::MAX_AHEAD_MS;
use serde_json::json;

fn seq(outcome: &Outcome) -> u64 {
    match outcome {
        Outcome::Applied { seq } | Outcome::Superseded { seq } => *seq,
        other => panic!("{other:?}"),
    }
}

fn losts(entries: &[linchpin_domain::change::Entry]) -> Vec<LostValue> {
    let lost = entries.iter().filter_map(|entry| match &entry.done {
        Done::Lost(lost) => Some(lost.clone()),
        _ => None,
    });
    lost.collect()
}

#[test]
fn a_push_sent_twice_whole_or_in_pieces_has_one_effect_and_one_answer() {
    for network in Network::on_every_engine() {
        let (asha, _, opened) = network.two_managers();
        let space = opened.of_response();
        let changes: Vec<_> = (0..6)
            .map(|n| {
                let op = asha.sets::<Answer>(
                    NOW + n,
                    opened.answer,
                    fields(&[("due", json!(format!("2027-01-0{n}")))]),
                );
                asha.change(&network, &space, 2, op)
            })
            .collect();
        let first = asha.pushes(&network, &changes);
        assert_eq!(first.spaces.len(), 1);
        assert_eq!((first.spaces[0].before, first.spaces[0].after, first.spaces[0].ours), (2, 8, true));
        let again = asha.pushes(&network, &changes);
        let mut pieces = asha.pushes(&network, &changes[3..]).results;
        pieces.splice(0..0, asha.pushes(&network, &changes[..3]).results);
        for (n, one) in first.results.iter().enumerate() {
            assert!(!one.duplicate && again.results[n].duplicate && pieces[n].duplicate);
            assert_eq!((&again.results[n].outcome, &pieces[n].outcome), (&one.outcome, &one.outcome));
        }
        assert_eq!((again.spaces[0].before, again.spaces[0].after, again.spaces[0].ours), (8, 8, false));
        assert_eq!(asha.entries(&network, &space, 100).len(), 8);
    }
}

#[test]
fn an_id_that_was_used_for_other_words_is_found_out() {
    for network in Network::on_every_engine() {
        let (asha, _, opened) = network.two_managers();
        let op = asha.sets::<Answer>(NOW, opened.answer, fields(&[("due", json!("2027-01-01"))]));
        let change = asha.change(&network, &opened.of_response(), 2, op);
        asha.pushes(&network, std::slice::from_ref(&change));
        let op = asha.sets::<Answer>(NOW, opened.answer, fields(&[("due", json!("2027-01-02"))]));
        let other = linchpin_domain::change::Change { hash: op.hash(&change.space), op, ..change };
        assert_eq!(asha.pushes(&network, &[other]).results[0].outcome, Outcome::IdReused);
    }
}

#[test]
fn edits_to_different_fields_are_both_kept_and_the_later_value_of_one_field_shows() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let space = opened.of_response();
        asha.push(
            &network,
            &space,
            2,
            asha.sets::<Answer>(NOW + 10, opened.answer, fields(&[("due", json!("2027-01-01"))])),
        );
        let op = tom.sets::<Answer>(
            NOW + 5,
            opened.answer,
            fields(&[("due", json!("2027-02-02")), ("state", json!("inProgress"))]),
        );
        let answered = tom.push(&network, &space, 2, op);
        assert!(matches!(answered.outcome, Outcome::Applied { .. }), "one of its values shows");
        let answered = tom.push(
            &network,
            &space,
            2,
            tom.sets::<Answer>(NOW + 6, opened.answer, fields(&[("due", json!("2027-03-03"))])),
        );
        assert!(matches!(answered.outcome, Outcome::Superseded { .. }));

        let entries = asha.entries(&network, &space, 100);
        let record = replayed(&space, &entries)[&opened.answer.into()].clone();
        assert_eq!(
            (&record.fields["due"], &record.fields["state"]),
            (&json!("2027-01-01"), &json!("inProgress"))
        );
        let lost = losts(&entries);
        assert_eq!(lost.len(), 2);
        assert!(lost.iter().all(|lost| lost.apart && lost.by == tom.person && lost.field == "due"));
        assert_eq!(lost[0].value, json!("2027-02-02"));
    }
}

#[test]
fn a_value_replaced_by_somebody_who_had_seen_it_is_history_and_no_clash() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let space = opened.of_response();
        let owner = |who: linchpin_domain::id::PersonId| fields(&[("owner", json!(who))]);
        let first =
            asha.push(&network, &space, 2, asha.sets::<Answer>(NOW, opened.answer, owner(asha.person)));
        let op = tom.sets::<Answer>(NOW + 1, opened.answer, owner(tom.person));
        tom.push(&network, &space, seq(&first.outcome), op);
        let lost = losts(&asha.entries(&network, &space, 100));
        assert_eq!((lost.len(), lost[0].apart, lost[0].by), (1, false, asha.person));
    }
}

#[test]
fn a_clock_far_ahead_is_lowered_and_never_refused_and_a_run_keeps_its_order() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let space = opened.of_response();
        let year = 365 * 24 * 60 * 60_000;
        let due = |n: u8| fields(&[("due", json!(format!("2027-01-0{n}")))]);
        for n in 1..=3 {
            let answered =
                tom.push(&network, &space, 2, tom.sets::<Answer>(NOW + year, opened.answer, due(n)));
            assert_eq!(answered.clamped["due"].ms(), NOW, "{answered:?}");
        }
        let entries = asha.entries(&network, &space, 100);
        assert_eq!(replayed(&space, &entries)[&opened.answer.into()].fields["due"], json!("2027-01-03"));
        // Ten minutes later the other clock wins as it should.
        network.passes(600_000);
        let answered =
            asha.push(&network, &space, 5, asha.sets::<Answer>(network.now.get(), opened.answer, due(9)));
        assert!(matches!(answered.outcome, Outcome::Applied { .. }) && answered.clamped.is_empty());
        let near = network.now.get() + MAX_AHEAD_MS;
        assert!(
            asha.push(&network, &space, 6, asha.sets::<Answer>(near, opened.answer, due(8)))
                .clamped
                .is_empty()
        );
    }
}

#[test]
fn a_group_goes_in_whole_or_not_at_all() {
    for network in Network::on_every_engine() {
        let (asha, _, opened) = network.two_managers();
        let space = opened.of_call();
        let group = GroupId::new(NOW, [77; 10]);
        let sound = asha.creates(
            &network,
            id::<linchpin_domain::id::RecordId>(60),
            &Call { title: "A".into(), ..Call::default() },
        );
        let wrong = asha.creates(
            &network,
            id::<linchpin_domain::id::RecordId>(61),
            &Call { asker: "no title".into(), ..Call::default() },
        );
        let changes = [
            asha.change_in(group, &space, 1, sound),
            asha.change_in(group, &space, 1, wrong),
            asha.change(
                &network,
                &space,
                1,
                asha.creates(
                    &network,
                    id::<linchpin_domain::id::RecordId>(62),
                    &Call { title: "C".into(), ..Call::default() },
                ),
            ),
        ];
        let answer = asha.pushes(&network, &changes);
        let refused = Outcome::Refused { code: RefusedBecause::BadValue };
        assert_eq!((&answer.results[0].outcome, &answer.results[1].outcome), (&refused, &refused));
        assert!(
            matches!(answer.results[2].outcome, Outcome::Applied { seq: 2 }),
            "what stands behind goes in"
        );
        let there = replayed(&space, &asha.entries(&network, &space, 10));
        assert_eq!(there.keys().copied().collect::<Vec<_>>(), [id(62)]);
    }
}

#[test]
fn words_deleted_by_one_and_edited_by_another_come_back_and_both_are_told() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let space = opened.of_response();
        let delete = fields(&[(DELETED, json!(true))]);
        let deleted = asha.push(&network, &space, 2, asha.sets::<Answer>(NOW + 9, opened.answer, delete));
        let state = |word: &str| fields(&[("state", json!(word))]);
        tom.push(&network, &space, 2, tom.sets::<Answer>(NOW + 5, opened.answer, state("inProgress")));
        let entries = asha.entries(&network, &space, 100);
        let record = replayed(&space, &entries)[&opened.answer.into()].clone();
        assert!(!record.is_deleted() && record.fields["state"] == json!("inProgress"));
        let told = losts(&entries);
        assert_eq!(
            (told.len(), told[0].field.as_str(), told[0].by, told[0].apart),
            (1, DELETED, asha.person, true)
        );

        // Who had seen the deletion edits beneath it.
        let deleted_again = asha.sets::<Answer>(NOW + 20, opened.answer, fields(&[(DELETED, json!(true))]));
        let deleted_again = asha.push(&network, &space, seq(&deleted.outcome), deleted_again);
        tom.push(
            &network,
            &space,
            seq(&deleted_again.outcome),
            tom.sets::<Answer>(NOW + 30, opened.answer, state("needsReview")),
        );
        let record = replayed(&space, &asha.entries(&network, &space, 100))[&opened.answer.into()].clone();
        assert!(record.is_deleted() && record.fields["state"] == json!("needsReview"));
    }
}

#[test]
fn what_breaks_a_rule_is_refused_by_name() {
    for network in Network::on_every_engine() {
        let (asha, _, opened) = network.two_managers();
        let (call, response) = (opened.of_call(), opened.of_response());
        let due = fields(&[("due", json!("2027-01-01"))]);
        let cases = [
            (
                response.clone(),
                asha.sets::<Answer>(NOW, id::<linchpin_domain::id::RecordId>(99), due.clone()),
                RefusedBecause::UnknownRecord,
            ),
            (call.clone(), asha.sets::<Answer>(NOW, opened.answer, due.clone()), RefusedBecause::BadValue),
            (
                Space::Call(id(200)),
                asha.creates(
                    &network,
                    id::<linchpin_domain::id::RecordId>(98),
                    &Call { title: "x".into(), ..Call::default() },
                ),
                RefusedBecause::ForbiddenSpace,
            ),
            (
                response.clone(),
                asha.sets::<Answer>(NOW, opened.answer, fields(&[("due", json!("x".repeat(40)))])),
                RefusedBecause::BadValue,
            ),
            (
                response.clone(),
                asha.sets::<Answer>(NOW, opened.answer, fields(&[("~secret", json!(1))])),
                RefusedBecause::BadValue,
            ),
            (
                response.clone(),
                asha.sets::<Answer>(NOW, opened.answer, fields(&[(DELETED, json!("yes"))])),
                RefusedBecause::BadValue,
            ),
        ];
        for (n, (space, op, because)) in cases.into_iter().enumerate() {
            let outcome = asha.push(&network, &space, 2, op).outcome;
            assert_eq!(outcome, Outcome::Refused { code: because }, "case {n}");
        }
        let mut ahead = asha.sets::<Answer>(NOW, opened.answer, due);
        if let linchpin_domain::change::Op::Put(put) = &mut ahead {
            put.schema = 99;
        }
        let answered = asha.push(&network, &response, 2, ahead);
        assert_eq!(answered.outcome, Outcome::Refused { code: RefusedBecause::SchemaAhead });
    }
}

#[test]
fn fields_of_a_newer_app_are_passed_on_untouched() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let space = opened.of_response();
        let mood = json!({"of": ["a", 1.5, null]});
        asha.push(
            &network,
            &space,
            2,
            asha.sets::<Answer>(NOW, opened.answer, fields(&[("mood", mood.clone())])),
        );
        let record = replayed(&space, &tom.entries(&network, &space, 10))[&opened.answer.into()].clone();
        assert_eq!(record.fields["mood"], mood);
    }
}

#[test]
fn two_who_open_the_same_response_apart_mean_the_same_one() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let again = Opened::new(9);
        let command =
            Command::OpenResponse { response: again.response, call: again.call, sharing: Sharing::Everyone };
        let asked = Asked { cid: CommandId::new(NOW, [200; 10]), command };
        let group = GroupId::new(NOW, [201; 10]);
        let record = Answer { response: Some(opened.response), question: Some(id(10)), ..Answer::default() };
        let space = opened.of_response();
        let changes = [
            tom.change_in(group, &space, 0, linchpin_domain::change::Op::Cmd(asked.clone())),
            tom.change_in(group, &space, 0, tom.creates(&network, opened.answer, &record)),
        ];
        let answer = tom.pushes(&network, &changes);
        assert!(
            answer.results.iter().all(|one| !matches!(one.outcome, Outcome::Refused { .. })),
            "{answer:?}"
        );
        // The same press under another change id has the first outcome.
        let once_more = tom.push(&network, &space, 0, linchpin_domain::change::Op::Cmd(asked));
        assert_eq!(once_more.outcome, answer.results[0].outcome);
        assert_eq!(asha.pulls(&network, &[(space, 2)], 10).gone, []);
    }
}

#[test]
fn a_change_older_than_what_is_remembered_is_offered_anew() {
    for network in Network::on_every_engine() {
        let (asha, _, opened) = network.two_managers();
        let space = opened.of_response();
        let op =
            |n: u64| asha.sets::<Answer>(NOW + n, opened.answer, fields(&[("owner", json!(asha.person))]));
        let old = asha.change(&network, &space, 2, op(1));
        asha.pushes(&network, std::slice::from_ref(&old));
        let mut late = asha.change(&network, &space, 2, op(2));
        late.id.counter = 20_000;
        asha.pushes(&network, &[late]);
        assert_eq!(asha.pushes(&network, &[old]).results[0].outcome, Outcome::Reoffer);
    }
}
