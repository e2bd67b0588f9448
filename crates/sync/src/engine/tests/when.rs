//! When the engine asks: how often, what the live stream and typing change, and what a pause does.

use super::bench::{Bench, change, look};
use crate::engine::{Action, Event, POLL_FOCUSED_MS, POLL_MS};
use crate::seam::{Call, Heard, Reply};
use crate::status::Phase;
use linchpin_domain::change::Outcome;
use linchpin_domain::id::AnswerId;
use linchpin_domain::space::Space;
use linchpin_protocol::live::{Here, LiveEvent, Presence};

#[test]
fn a_focused_app_asks_every_half_minute_and_one_in_the_background_every_five() {
    for (focused, poll) in [(true, POLL_FOCUSED_MS), (false, POLL_MS)] {
        let mut bench = Bench::new(look(&[(Space::ALL_MEMBERS, 3)], vec![]));
        bench.start();
        bench.handle(Event::Focus(focused));
        bench.answer_hello(1, &[(Space::ALL_MEMBERS, 3)]);
        bench.answer_pull(vec![]);
        assert_eq!(bench.facts().phase, Phase::InStep);
        assert_eq!(bench.engine.wake_at(), Some(bench.ticks + poll));
        bench.ticks += poll;
        bench.handle(Event::Wake);
        assert!(matches!(bench.asked(), Some(Call::Pull(_))));
    }
}

#[test]
fn a_head_on_the_live_stream_fetches_that_space_alone() {
    let mut bench = Bench::new(look(&[(Space::ALL_MEMBERS, 3), (Space::National, 1)], vec![]));
    bench.start();
    bench.answer_hello(1, &[(Space::ALL_MEMBERS, 3), (Space::National, 1)]);
    bench.answer_pull(vec![]);
    bench.handle(Event::Heard(Heard::Event(LiveEvent::Head { space: Space::National, seq: 2 })));
    let Some(Call::Pull(pull)) = bench.asked() else { panic!("no pull") };
    assert_eq!(pull.spaces.len(), 1);
    assert_eq!(pull.spaces[0].space, Space::National);
}

#[test]
fn a_silent_live_stream_is_closed_and_opened_again_after_a_wait() {
    let mut bench = Bench::new(look(&[(Space::ALL_MEMBERS, 3)], vec![]));
    bench.live = true;
    bench.start();
    bench.answer_hello(1, &[(Space::ALL_MEMBERS, 3)]);
    assert_eq!(bench.lines_opened, 1);
    bench.handle(Event::LiveOpen);
    bench.ticks += 59_000;
    bench.handle(Event::Heard(Heard::Beat));
    bench.ticks += 59_000;
    assert!(!bench.handle(Event::Wake).contains(&Action::CloseLive));
    bench.ticks += 1_000;
    assert!(bench.handle(Event::Wake).contains(&Action::CloseLive));
    bench.ticks += 1_000;
    bench.handle(Event::Wake);
    assert_eq!(bench.lines_opened, 2);
}

#[test]
fn a_pause_closes_the_line_and_asks_nothing() {
    let mut bench = Bench::new(look(&[(Space::ALL_MEMBERS, 3)], vec![]));
    bench.live = true;
    bench.start();
    bench.answer_hello(1, &[(Space::ALL_MEMBERS, 3)]);
    bench.answer_pull(vec![]);
    assert_eq!(bench.handle(Event::Pause(true)), [Action::CloseLive]);
    bench.ticks += 10 * POLL_MS;
    assert_eq!((bench.handle(Event::SyncNow), bench.engine.wake_at()), (vec![], None));
    bench.handle(Event::Pause(false));
    assert!(bench.asked().is_some());
}

#[test]
fn typing_waits_a_quarter_of_a_second_and_goes_at_once_while_a_colleague_is_there() {
    let answer = AnswerId::new(1, [9; 10]);
    let mut bench = Bench::new(look(&[(Space::ALL_MEMBERS, 3)], vec![]));
    bench.live = true;
    bench.start();
    bench.answer_hello(1, &[(Space::ALL_MEMBERS, 3)]);
    bench.answer_pull(vec![]);
    bench.handle(Event::Changed);
    assert_eq!(bench.engine.wake_at(), Some(bench.ticks + 250));
    bench.ticks += 250;
    bench.handle(Event::Wake);
    bench.handle(Event::Open(Some((Space::ALL_MEMBERS, answer)), None));
    assert!(matches!(bench.asked(), Some(Call::Presence(_))));
    bench.reply(Reply::Noted);
    let here = |device: u8| Here {
        device: linchpin_domain::id::DeviceId::new(1, [device; 10]),
        person: linchpin_domain::id::PersonId::new(1, [device; 10]),
        cursor: None,
    };
    let presence = |here| Event::Heard(Heard::Event(LiveEvent::Presence(Presence { answer, here })));
    bench.handle(presence(vec![here(super::bench::DEVICE)]));
    assert!(!bench.facts().co_editing);
    bench.handle(presence(vec![here(super::bench::DEVICE), here(2)]));
    assert!(bench.facts().co_editing);
    bench.look.waiting = vec![change(1)];
    bench.handle(Event::Changed);
    let Some(Call::Push(push)) = bench.asked() else { panic!("no push: {:?}", bench.asked()) };
    bench.look.waiting.clear();
    bench.answer_push(&push, Outcome::Applied { seq: 4 });
    // The next letters wait a moment for each other.
    bench.ticks += 10;
    bench.look.waiting = vec![change(2), change(3)];
    bench.handle(Event::Changed);
    bench.handle(Event::Changed);
    assert_eq!((bench.asked(), bench.engine.wake_at()), (None, Some(bench.ticks + 20)));
    bench.ticks += 20;
    bench.handle(Event::Wake);
    let Some(Call::Push(push)) = bench.asked() else { panic!("no push: {:?}", bench.asked()) };
    assert_eq!(push.changes.len(), 2);
}

#[test]
fn a_pause_lets_what_is_on_its_way_be_noted() {
    let mut bench = Bench::new(look(&[], vec![change(1)]));
    bench.start();
    bench.answer_hello(1, &[]);
    let Some(Call::Push(push)) = bench.asked() else { panic!("no push") };
    bench.handle(Event::Pause(true));
    bench.look.waiting.clear();
    bench.answer_push(&push, Outcome::Applied { seq: 1 });
    assert!(bench.settled().is_some());
    assert_eq!((bench.asked(), bench.facts().phase), (None, Phase::Paused));
}
