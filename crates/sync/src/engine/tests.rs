//! The engine against a store and a hub that exist only as answers: each test plays one exchange by hand, and one
//! plays hubs that answer anything at all.

mod bench;
mod when;

use crate::engine::next::batch;
use crate::engine::{Action, Event, POLL_MS};
use crate::seam::{Call, Fault, Heard, Reply};
use crate::status::{Away, Phase};
use crate::steps::{Step, Stepped};
use bench::{Bench, call_space, change, in_group, look, page, problem};
use linchpin_domain::change::{Answered, HeldBecause, Outcome, RefusedBecause};
use linchpin_domain::epoch;
use linchpin_domain::id::AnswerId;
use linchpin_domain::space::Space;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::live::LiveEvent;
use linchpin_protocol::push::{Moved, PushAnswer};
use linchpin_store::StoreError;
use linchpin_store::reader::SpaceState;
use std::collections::BTreeMap;

#[test]
fn hello_comes_first_then_changes_out_then_changes_in() {
    let mut bench = Bench::new(look(&[(Space::ALL_MEMBERS, 3)], vec![change(1)]));
    bench.start();
    assert!(matches!(bench.asked(), Some(Call::Hello(_))));
    bench.answer_hello(1, &[(Space::ALL_MEMBERS, 9)]);
    let Some(Call::Push(push)) = bench.asked() else { panic!("no push: {:?}", bench.asked()) };
    assert_eq!(push.changes.len(), 1);
    bench.look.waiting.clear();
    bench.answer_push(&push, Outcome::Applied { seq: 1 });
    let Some(Call::Pull(pull)) = bench.asked() else { panic!("no pull: {:?}", bench.asked()) };
    assert_eq!((pull.spaces[0].space.clone(), pull.spaces[0].seq), (Space::ALL_MEMBERS, 3));
}

#[test]
fn what_the_next_hello_will_show_is_on_disk_before_this_one_is_said() {
    let mut bench = Bench::new(look(&[], vec![]));
    (bench.look.next_nonce, bench.look.undrawn) = (None, true);
    bench.start();
    let shown = |bench: &Bench| match bench.asked() {
        Some(Call::Hello(hello)) => hello.next_nonce,
        other => panic!("no hello: {other:?}"),
    };
    assert_eq!((shown(&bench), bench.steps.contains(&Step::DrawNonce)), (Some("drawn".into()), true));
    bench.fail(Fault::NoAnswer);
    bench.handle(Event::SyncNow);
    assert_eq!(shown(&bench), Some("drawn".into()), "said again it is the same hello");
}

#[test]
fn one_request_is_on_its_way_at_a_time() {
    let mut bench = Bench::new(look(&[(Space::ALL_MEMBERS, 3)], vec![change(1)]));
    bench.start();
    assert!(bench.asked().is_some());
    for event in [Event::SyncNow, Event::Changed, Event::Wake, Event::NetworkUp, Event::Focus(true)] {
        assert_eq!(bench.handle(event), []);
    }
}

#[test]
fn a_failure_is_followed_by_a_wait_and_sync_now_ends_it() {
    let mut bench = Bench::new(look(&[], vec![change(1)]));
    bench.start();
    bench.fail(Fault::NoAnswer);
    assert_eq!((bench.facts().phase, bench.facts().away), (Phase::Away, Some(Away::HubAway)));
    let next = bench.facts().next_try_ticks.expect("a next try is planned");
    assert!(next > bench.ticks && next <= bench.ticks + 1_000);
    assert_eq!(bench.handle(Event::Wake), []);
    bench.handle(Event::SyncNow);
    assert!(matches!(bench.asked(), Some(Call::Hello(_))));
}

#[test]
fn what_nothing_depends_on_fails_and_the_hub_is_asked_whether_it_is_there() {
    let mut bench = Bench::new(look(&[(Space::ALL_MEMBERS, 3)], vec![]));
    bench.live = true;
    bench.start();
    bench.answer_hello(1, &[(Space::ALL_MEMBERS, 3)]);
    bench.answer_pull(vec![]);
    let in_step = bench.facts().in_step_ms.expect("it is in step");
    bench.handle(Event::Open(Some((Space::ALL_MEMBERS, AnswerId::new(1, [9; 10]))), None));
    assert!(matches!(bench.asked(), Some(Call::Presence(_))));
    for _ in 0..3 {
        bench.fail(Fault::NoAnswer);
        bench.ticks = bench.engine.wake_at().expect("a next try is planned");
        bench.handle(Event::Wake);
        assert!(matches!(bench.asked(), Some(Call::Pull(_))), "{:?}", bench.asked());
        assert_eq!((bench.facts().away, bench.facts().in_step_ms), (Some(Away::HubAway), Some(in_step)));
    }
    bench.answer_pull(vec![]);
    assert_eq!((bench.facts().away, bench.facts().in_step_ms), (None, Some(bench.now())));
}

#[test]
fn how_far_we_are_is_told_again_until_the_hub_noted_it() {
    let space = call_space(1);
    let mut bench = Bench::new(look(&[(space.clone(), 3)], vec![]));
    bench.live = true;
    bench.start();
    bench.answer_hello(1, &[(space, 3)]);
    bench.answer_pull(vec![]);
    let told = |bench: &Bench| match bench.asked() {
        Some(Call::Seen(told)) => told.cursors.first().map(|cursor| cursor.seq),
        _ => None,
    };
    assert_eq!(told(&bench), Some(3));
    bench.fail(Fault::NoAnswer);
    bench.ticks = bench.engine.wake_at().expect("a next try is planned") + 60_000;
    bench.handle(Event::Wake);
    bench.answer_pull(vec![]);
    assert_eq!(told(&bench), Some(3), "{:?}", bench.asked());
    bench.reply(Reply::Noted);
    bench.ticks += 60_000;
    bench.handle(Event::Wake);
    assert_eq!(told(&bench), None);
}

#[test]
fn of_a_hub_that_names_more_spaces_than_there_can_be_so_many_are_taken() {
    let spaces: Vec<(Space, u64)> =
        (0..40_010_u64).map(|n| (Space::Call(linchpin_domain::id::CallId::new(n, [1; 10])), 1)).collect();
    let mut bench = Bench::new(look(&[], vec![]));
    bench.start();
    bench.answer_hello(1, &spaces);
    let taken = bench.steps.iter().find_map(|step| match step {
        Step::Hello(hello) => Some(hello.spaces.len()),
        _ => None,
    });
    assert_eq!((taken, bench.facts().away), (Some(40_000), None));
}

#[test]
fn nothing_but_an_answer_of_the_hub_says_that_all_is_in_step() {
    let mut bench = Bench::new(look(&[(Space::ALL_MEMBERS, 3)], vec![]));
    bench.start();
    bench.answer_hello(1, &[(Space::ALL_MEMBERS, 3)]);
    bench.answer_pull(vec![]);
    let in_step = bench.facts().in_step_ms;
    bench.ticks += 1_000;
    bench.handle(Event::Focus(true));
    assert_eq!((bench.asked(), bench.facts().in_step_ms), (None, in_step));
}

#[test]
fn each_failure_in_a_row_may_wait_longer_and_success_starts_over() {
    let mut bench = Bench::new(look(&[(Space::ALL_MEMBERS, 0)], vec![]));
    bench.start();
    for n in 1..=12 {
        bench.fail(Fault::Offline);
        let wait = bench.facts().next_try_ticks.expect("a next try is planned") - bench.ticks;
        assert!(wait <= (1_000u64 << (n - 1)).min(300_000), "{n}: {wait}");
        bench.ticks += wait;
        bench.handle(Event::Wake);
    }
    bench.answer_hello(1, &[]);
    assert_eq!(bench.facts().away, None);
}

#[test]
fn a_refusal_is_not_tried_again_until_somebody_does_something() {
    for (code, away) in [(ErrorCode::TooOld, Away::TooOld), (ErrorCode::DeviceRevoked, Away::Revoked)] {
        let mut bench = Bench::new(look(&[], vec![change(1)]));
        bench.start();
        bench.fail(problem(code));
        assert_eq!(bench.facts().away, Some(away));
        bench.ticks += 100 * POLL_MS;
        assert_eq!((bench.handle(Event::Wake), bench.engine.wake_at()), (vec![], None));
        bench.handle(Event::SyncNow);
        assert!(matches!(bench.asked(), Some(Call::Hello(_))));
    }
}

#[test]
fn a_wrong_clock_is_corrected_by_the_hubs_time_and_tried_once_more() {
    let mut bench = Bench::new(look(&[], vec![]));
    bench.start();
    let hub_time = bench.now() + 86_400_000;
    let Fault::Problem(mut expired) = problem(ErrorCode::AuthExpired) else { unreachable!() };
    expired.hub_time = Some(hub_time);
    let told = bench.fail(Fault::Problem(expired.clone()));
    assert_eq!(told, [Action::Do(Step::HubTime(hub_time))]);
    assert_eq!(bench.terms().hub_now_ms, hub_time);
    bench.fail(Fault::Problem(expired));
    assert_eq!(bench.facts().away, Some(Away::SignedOut));
}

#[test]
fn a_batch_that_is_too_large_is_halved_and_one_group_alone_is_set_aside() {
    let mut bench = Bench::new(look(&[], vec![change(1), change(2), change(3), change(4)]));
    bench.start();
    bench.answer_hello(1, &[]);
    let mut sizes = Vec::new();
    while let Some(Call::Push(push)) = bench.asked() {
        sizes.push(push.changes.len());
        bench.fail(problem(ErrorCode::TooLarge));
        if push.changes.len() == 1 {
            break;
        }
    }
    assert_eq!(sizes, [4, 2, 1]);
    let results = bench.settled().expect("nothing set aside");
    assert_eq!(results.len(), 1);
    assert_eq!(results[0].outcome, Outcome::Refused { code: RefusedBecause::TooLarge });
    bench.look.waiting.remove(0);
    bench.settle();
    let Some(Call::Push(push)) = bench.asked() else { panic!("the others do not go on") };
    assert_eq!(push.changes.len(), 3);
}

#[test]
fn a_change_that_the_hub_cannot_read_is_held_and_blocks_nobody() {
    let mut bench = Bench::new(look(&[], vec![change(1), change(2)]));
    bench.start();
    bench.answer_hello(1, &[]);
    bench.fail(problem(ErrorCode::BadRequest));
    bench.fail(problem(ErrorCode::BadRequest));
    let results = bench.settled().expect("nothing held");
    assert_eq!(results[0].outcome, Outcome::Held { reason: HeldBecause::Unreadable });
}

#[test]
fn a_group_is_never_cut() {
    let (one, two) = (in_group(1, 7), in_group(2, 7));
    let waiting = vec![change(3), one, change(4), two, change(5)];
    let sizes: Vec<_> = (0..=6).map(|most| batch(&waiting, most).len()).collect();
    assert_eq!(sizes, [1, 1, 1, 1, 4, 5, 5]);
    assert_eq!(batch(&waiting[1..], 1).len(), 3);
    assert_eq!(batch(&[], 5).len(), 0);
}

#[test]
fn a_lying_hub_cannot_acknowledge_what_was_not_sent() {
    let mut bench = Bench::new(look(&[], vec![change(1)]));
    bench.start();
    bench.answer_hello(1, &[]);
    let never_sent = Answered {
        id: change(2).id,
        outcome: Outcome::Applied { seq: 9 },
        duplicate: false,
        clamped: BTreeMap::new(),
    };
    bench.reply(Reply::Push(PushAnswer { results: vec![never_sent], spaces: vec![], hub_time: bench.now() }));
    assert!(!bench.steps.iter().any(|step| matches!(step, Step::Push { .. })));
    assert_eq!(bench.facts().away, Some(Away::HubBusy));
}

#[test]
fn pages_that_were_not_asked_for_are_dropped() {
    let mut bench = Bench::new(look(&[(Space::ALL_MEMBERS, 3)], vec![]));
    bench.start();
    bench.answer_hello(1, &[(Space::ALL_MEMBERS, 9)]);
    bench.answer_pull(vec![page(Space::National, 0, 5), page(Space::ALL_MEMBERS, 2, 5)]);
    assert!(!bench.steps.iter().any(|step| matches!(step, Step::Page(_))));
}

#[test]
fn a_hub_that_promises_and_never_delivers_is_not_asked_in_a_hot_loop() {
    let mut bench = Bench::new(look(&[(Space::ALL_MEMBERS, 3)], vec![]));
    bench.start();
    bench.answer_hello(1, &[(Space::ALL_MEMBERS, 9)]);
    let mut asks = 0;
    while let Some(Call::Pull(_)) = bench.asked() {
        asks += 1;
        assert!(asks < 10);
        bench.answer_pull(vec![]);
    }
    assert_eq!(bench.facts().away, Some(Away::Strange));
}

#[test]
fn a_restored_hub_is_followed_before_its_hello_is_noted() {
    let mut bench = Bench::new(look(&[(Space::ALL_MEMBERS, 9)], vec![]));
    bench.look.epoch = 1;
    bench.start();
    let after = epoch::next(1, 5);
    bench.answer_hello_restored(after, &[(Space::ALL_MEMBERS, 5, Some(5))]);
    let kinds: Vec<_> =
        bench.steps.iter().filter(|step| !matches!(step, Step::Look { .. })).cloned().collect();
    assert_eq!(kinds[0], Step::Epoch { epoch: after, restored: vec![(Space::ALL_MEMBERS, 5)] });
    assert!(matches!(kinds[1], Step::Hello(_)));
}

#[test]
fn of_a_hub_restored_more_than_once_nothing_is_taken_for_granted() {
    let mut bench = Bench::new(look(&[(Space::ALL_MEMBERS, 9)], vec![]));
    bench.look.epoch = 1;
    bench.start();
    let after = epoch::next(epoch::next(1, 5), 6);
    bench.answer_hello_restored(after, &[(Space::ALL_MEMBERS, 12, Some(11))]);
    assert!(bench.steps.contains(&Step::Epoch { epoch: after, restored: vec![] }));
}

#[test]
fn a_hub_put_back_again_to_the_same_backup_is_followed_again() {
    let mut bench = Bench::new(look(&[(Space::ALL_MEMBERS, 9)], vec![]));
    bench.look.epoch = epoch::next(1, 5);
    bench.start();
    let again = epoch::next(1, 6);
    bench.answer_hello_restored(again, &[(Space::ALL_MEMBERS, 8, Some(8))]);
    assert!(bench.steps.contains(&Step::Epoch { epoch: again, restored: vec![] }));
}

#[test]
fn a_space_made_here_that_the_hub_never_heard_of_is_not_asked_for() {
    let mut bench = Bench::new(look(&[(Space::ALL_MEMBERS, 3), (call_space(1), 0)], vec![]));
    bench.start();
    bench.answer_hello(1, &[(Space::ALL_MEMBERS, 3)]);
    let Some(Call::Pull(pull)) = bench.asked() else { panic!("no pull") };
    assert_eq!(pull.spaces.len(), 1);
}

#[test]
fn a_space_that_a_restored_hub_lost_waits_until_it_is_heard_of_again() {
    let mut bench = Bench::new(look(&[(call_space(1), 8)], vec![]));
    bench.look.spaces[0].state = SpaceState::Bootstrapping;
    bench.look.spaces[0].lost = true;
    bench.start();
    bench.answer_hello(1, &[]);
    bench.answer_pull(vec![]);
    assert_eq!((bench.asked(), bench.facts().away), (None, None));
    bench.handle(Event::Heard(Heard::Event(LiveEvent::Head { space: call_space(1), seq: 2 })));
    assert!(matches!(bench.asked(), Some(Call::Part { part: 0, at: None, .. })));
}

#[test]
fn a_wrong_checksum_fills_the_space_anew_and_a_second_one_rests_first() {
    let mut bench = Bench::new(look(&[(Space::ALL_MEMBERS, 3)], vec![]));
    bench.start();
    bench.sums_are_wrong = true;
    bench.answer_hello(1, &[(Space::ALL_MEMBERS, 5)]);
    bench.answer_pull(vec![page(Space::ALL_MEMBERS, 3, 5)]);
    assert!(bench.steps.contains(&Step::FillAnew(Space::ALL_MEMBERS)));
    bench.look.spaces[0].state = SpaceState::Bootstrapping;
    bench.look.spaces[0].cursor = 5;
    bench.settle();
    assert!(matches!(bench.asked(), Some(Call::Part { part: 0, .. })));
    bench.fail(problem(ErrorCode::PartGone));
    // The space rests; what is left is to ask whether there are others by now.
    let Some(Call::Pull(pull)) = bench.asked() else { panic!("no pull: {:?}", bench.asked()) };
    assert_eq!(pull.spaces, []);
    bench.answer_pull(vec![]);
    assert_eq!(bench.asked(), None);
    assert!(bench.engine.wake_at().is_some_and(|at| at > bench.ticks));
}

#[test]
fn a_part_for_another_space_is_not_staged() {
    let mut bench = Bench::new(look(&[(Space::ALL_MEMBERS, 3)], vec![]));
    bench.look.spaces[0].state = SpaceState::Bootstrapping;
    bench.start();
    bench.answer_hello(1, &[(Space::ALL_MEMBERS, 5)]);
    bench.answer_part(Space::National, 0, 1);
    assert!(!bench.steps.iter().any(|step| matches!(step, Step::Part(..))));
    assert_eq!(bench.facts().away, Some(Away::Strange));
}

#[test]
fn no_access_to_a_space_in_filling_removes_it() {
    let mut bench = Bench::new(look(&[(call_space(1), 3)], vec![]));
    bench.look.spaces[0].state = SpaceState::Bootstrapping;
    bench.start();
    bench.answer_hello(1, &[]);
    bench.fail(problem(ErrorCode::NotFound));
    assert!(bench.steps.contains(&Step::Gone(call_space(1))));
}

#[test]
fn a_full_disk_is_told_and_tried_again_and_nothing_is_forgotten() {
    let mut bench = Bench::new(look(&[(Space::ALL_MEMBERS, 3)], vec![]));
    bench.start();
    bench.disk_full = true;
    bench.answer_hello(1, &[(Space::ALL_MEMBERS, 5)]);
    assert_eq!(bench.facts().away, Some(Away::Disk));
    bench.disk_full = false;
    bench.ticks = bench.facts().next_try_ticks.expect("a next try is planned");
    bench.handle(Event::Wake);
    assert!(matches!(bench.asked(), Some(Call::Pull(_))));
}

#[test]
fn a_page_that_makes_no_sense_costs_its_space_alone() {
    let mut bench = Bench::new(look(&[(Space::ALL_MEMBERS, 3), (Space::National, 1)], vec![]));
    bench.start();
    bench.answer_hello(1, &[(Space::ALL_MEMBERS, 5), (Space::National, 4)]);
    bench.refuse = Some((Space::ALL_MEMBERS, StoreError::Corrupt));
    bench.answer_pull(vec![page(Space::ALL_MEMBERS, 3, 5), page(Space::National, 1, 4)]);
    assert!(bench.steps.contains(&Step::FillAnew(Space::ALL_MEMBERS)));
    assert!(bench.steps.iter().any(|step| matches!(step, Step::Page(page) if page.space == Space::National)));
}

#[test]
fn a_forked_copy_takes_a_new_id_and_says_hello_again() {
    let mut bench = Bench::new(look(&[], vec![change(1)]));
    bench.start();
    bench.fail(problem(ErrorCode::ReplicaForked));
    assert!(bench.steps.contains(&Step::NewReplica));
    assert!(matches!(bench.asked(), Some(Call::Hello(_))));
}

#[test]
fn others_changes_between_ours_are_fetched_after_a_push() {
    let mut bench = Bench::new(look(&[(Space::ALL_MEMBERS, 3)], vec![]));
    bench.start();
    bench.answer_hello(1, &[(Space::ALL_MEMBERS, 3)]);
    bench.answer_pull(vec![]);
    bench.look.waiting = vec![change(1)];
    bench.handle(Event::Changed);
    bench.ticks += 250;
    bench.handle(Event::Wake);
    let Some(Call::Push(push)) = bench.asked() else { panic!("no push") };
    bench.look.waiting.clear();
    let results = vec![Answered {
        id: push.changes[0].id,
        outcome: Outcome::Applied { seq: 5 },
        duplicate: false,
        clamped: BTreeMap::new(),
    }];
    let spaces = vec![Moved { space: Space::ALL_MEMBERS, before: 4, after: 5, ours: true }];
    bench.reply(Reply::Push(PushAnswer { results, spaces, hub_time: bench.now() }));
    let Some(Call::Pull(pull)) = bench.asked() else { panic!("no pull") };
    assert_eq!(pull.spaces[0].seq, 3);
}

#[test]
fn whatever_a_hub_answers_it_is_not_asked_in_a_hot_loop() {
    let mut asks = 0u64;
    for seed in 0..400 {
        // With nothing to send, everything else comes to its turn.
        let waiting = if seed % 4 < 2 { vec![change(1), change(2)] } else { vec![] };
        let mut bench = Bench::new(look(&[(Space::ALL_MEMBERS, 3), (call_space(1), 2)], waiting));
        bench.live = seed % 2 == 0;
        asks += bench.anything_goes(seed, 120_000);
    }
    assert!(asks > 4_000, "only {asks} requests were tried");
}

#[test]
fn a_late_answer_to_nothing_changes_nothing() {
    let mut bench = Bench::new(look(&[], vec![]));
    assert_eq!(bench.engine.handle(bench.moment(), Event::Answered(Reply::Noted)).len(), 1);
    bench.handle(Event::Stepped(Stepped::Done));
    assert_eq!(bench.facts().away, None);
}

#[test]
fn a_hub_that_never_takes_a_change_under_any_id_is_not_asked_in_a_hot_loop() {
    for outcome in [Outcome::Reoffer, Outcome::IdReused] {
        let mut bench = Bench::new(look(&[], vec![change(1)]));
        bench.forks = outcome == Outcome::IdReused;
        bench.start();
        let mut asks = 0;
        while bench.facts().away.is_none() {
            asks += 1;
            assert!(asks < 20, "{outcome:?}");
            match bench.asked() {
                Some(Call::Hello(_)) => bench.answer_hello(1, &[]),
                Some(Call::Push(push)) => bench.answer_push(&push, outcome.clone()),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(bench.facts().away, Some(Away::Strange));
        assert!(bench.engine.wake_at().is_some_and(|at| at > bench.ticks));
    }
}

#[test]
fn what_is_too_large_for_something_on_the_way_goes_in_smaller_parts_and_is_never_given_up() {
    let mut bench = Bench::new(look(&[], vec![change(1), change(2)]));
    bench.start();
    bench.answer_hello(1, &[]);
    bench.fail(Fault::Status(413));
    let Some(Call::Push(push)) = bench.asked() else { panic!("no push: {:?}", bench.asked()) };
    assert_eq!(push.changes.len(), 1);
    bench.fail(Fault::Status(413));
    assert_eq!((bench.settled(), bench.facts().away), (None, Some(Away::Intercepted)));
}

#[test]
fn a_busy_hub_is_given_the_time_it_asks_for() {
    let mut bench = Bench::new(look(&[], vec![change(1)]));
    bench.start();
    let Fault::Problem(mut busy) = problem(ErrorCode::Busy) else { unreachable!() };
    busy.retry_after_ms = Some(90_000);
    bench.fail(Fault::Problem(busy));
    assert_eq!(bench.facts().away, Some(Away::HubBusy));
    assert!(bench.facts().next_try_ticks.is_some_and(|at| at >= bench.ticks + 90_000));
}

#[test]
fn a_disk_that_does_not_take_the_new_epoch_leads_to_another_hello() {
    let mut bench = Bench::new(look(&[(Space::ALL_MEMBERS, 9)], vec![]));
    bench.start();
    bench.answer_hello(1, &[(Space::ALL_MEMBERS, 9)]);
    bench.answer_pull(vec![]);
    bench.ticks += POLL_MS;
    bench.handle(Event::Wake);
    bench.fail(problem(ErrorCode::EpochChanged));
    bench.disk_full = true;
    let after = epoch::next(1, 5);
    bench.answer_hello_restored(after, &[(Space::ALL_MEMBERS, 5, Some(5))]);
    assert_eq!(bench.facts().away, Some(Away::Disk));
    bench.disk_full = false;
    bench.ticks = bench.facts().next_try_ticks.expect("a next try is planned");
    bench.handle(Event::Wake);
    // The store still speaks of the old epoch, so the hub sends it back to hello.
    assert_eq!(bench.terms().epoch, 1);
    bench.fail(problem(ErrorCode::EpochChanged));
    bench.answer_hello_restored(after, &[(Space::ALL_MEMBERS, 5, Some(5))]);
    assert_eq!(bench.look.epoch, after);
}

#[test]
fn an_answer_to_a_push_that_the_disk_did_not_take_is_asked_for_again() {
    let mut bench = Bench::new(look(&[], vec![change(1)]));
    bench.start();
    bench.answer_hello(1, &[]);
    let Some(Call::Push(push)) = bench.asked() else { panic!("no push") };
    bench.disk_full = true;
    bench.answer_push(&push, Outcome::Applied { seq: 1 });
    assert_eq!((bench.facts().away, bench.facts().sent_ms), (Some(Away::Disk), None));
    bench.disk_full = false;
    bench.ticks = bench.facts().next_try_ticks.expect("a next try is planned");
    bench.handle(Event::Wake);
    assert_eq!(bench.asked(), Some(Call::Push(push)));
}

#[test]
fn a_half_filled_space_goes_on_at_its_next_part_after_a_restart() {
    let mut bench = Bench::new(look(&[(Space::ALL_MEMBERS, 3)], vec![]));
    let row = &mut bench.look.spaces[0];
    row.state = SpaceState::Bootstrapping;
    row.staged = Some(bench::staged(4, 9, 2));
    bench.start();
    bench.answer_hello(1, &[(Space::ALL_MEMBERS, 40)]);
    assert_eq!(bench.asked(), Some(Call::Part { space: Space::ALL_MEMBERS, part: 2, at: Some(9), from: 3 }));
    bench.look.spaces[0].staged = Some(bench::staged(4, 9, 4));
    bench.answer_part(Space::ALL_MEMBERS, 2, 4);
    assert!(bench.steps.contains(&Step::Swap(Space::ALL_MEMBERS)));
}
