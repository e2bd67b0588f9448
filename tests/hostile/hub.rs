//! What a hostile desk sends: the hub answers each, and never with a fault of its own.

use crate::cases::each;
use crate::spoken::{Spoken, spoken};
use linchpin_domain::canonical::Bytes;
use linchpin_domain::change::{Change, ChangeId, Op, Outcome, TextUpdate};
use linchpin_domain::id::GroupId;
use linchpin_domain::space::Space;
use linchpin_protocol::push::PushRequest;
use linchpin_sync::seam::{Call, Fault, Reply};
use linchpin_testkit::build::{answer, response};
use linchpin_testkit::hub::HubEnd;

/// One part of ten goes packed.
const PACKED: u64 = 100;

fn takes(name: &str, target: &str, which: fn(&Call) -> bool) {
    let mut spoken = spoken();
    let (good, device, terms) = (spoken.asked(which), spoken.desk.id(), spoken.terms);
    each(name, &good, |rng, body| {
        let is_packed = rng.chance(PACKED);
        let body = if is_packed && rng.chance(700) {
            zstd::bulk::compress(&body, 1).expect("it packs")
        } else {
            body
        };
        let answer = spoken.hub.handed(device, target, body, is_packed, terms);
        assert!(answer.status < 500, "{} {}", answer.status, String::from_utf8_lossy(&answer.body));
        answer.status < 300
    });
    // Whatever was believed, the store still adds up.
    let folder = linchpin_testkit::device::folder().expect("a folder");
    spoken.hub.hub().backup(&folder.path().join("copy")).expect("the store is whole");
}

#[test]
fn pushes_break_nothing() {
    takes("push", "/v1/push", |call| matches!(call, Call::Push(_)));
}

#[test]
fn pulls_break_nothing() {
    takes("pull", "/v1/pull", |call| matches!(call, Call::Pull(_)));
}

#[test]
fn hellos_break_nothing() {
    takes("hello", "/v1/hello", |call| matches!(call, Call::Hello(_)));
}

#[test]
fn wishes_to_join_break_nothing() {
    takes("join", "/v1/join", |call| matches!(call, Call::Join(_)));
}

#[test]
fn what_desks_have_seen_breaks_nothing() {
    takes("seen", "/v1/seen", |call| matches!(call, Call::Pull(_) | Call::Seen(_)));
}

/// What is wrong only where the text engine reads it comes in a push that is right in every other way.
#[test]
fn pushes_of_hostile_texts_break_nothing() {
    let mut spoken = spoken();
    let good = spoken.updates();
    let mut counter = 1_000;
    each("push of a hostile text", &good, |rng, bytes| {
        counter += 1;
        let mut sv_before = vec![0; rng.index(12)];
        rng.fill(&mut sv_before);
        pushes_text(&mut spoken, counter, sv_before, bytes)
    });
}

/// Pushes an update of a text; tells whether the hub took it.
fn pushes_text(spoken: &mut Spoken, counter: u64, sv_before: Vec<u8>, bytes: Vec<u8>) -> bool {
    let (replica, space) = (spoken.replica(), Space::Response(response(0)));
    let (sv_before, bytes) = (Bytes(sv_before), Bytes(bytes));
    let op = Op::Text(TextUpdate { doc: answer(0, 1), sv_before, schema: 1, bytes });
    let id = ChangeId { replica, counter };
    let (hash, group) = (op.hash(&space), GroupId::new(counter, [1; 10]));
    let change = Change { id, hash, space, group, base: 0, op };
    let push = Call::Push(PushRequest { replica, changes: vec![change] });
    match spoken.hub.ask(spoken.desk.id(), &push, spoken.terms, spoken.terms.hub_now_ms) {
        Ok(Reply::Push(answer)) => {
            answer.results.iter().all(|result| matches!(result.outcome, Outcome::Applied { .. }))
        }
        Err(Fault::Problem(problem)) => {
            assert!(problem.code.status() < 500, "{:?}", problem.code);
            false
        }
        other => panic!("no answer of a hub: {other:?}"),
    }
}

#[test]
fn bombs_are_refused_while_they_swell() {
    let mut spoken = spoken();
    let (device, terms) = (spoken.desk.id(), spoken.terms);
    let good: Vec<Vec<u8>> = (0..4)
        .map(|n| zstd::bulk::compress(&vec![b'[' + n; 20 << 20], 1).expect("it packs"))
        .chain(
            spoken
                .asked(|call| matches!(call, Call::Push(_)))
                .iter()
                .map(|body| zstd::bulk::compress(body, 1).expect("it packs")),
        )
        .collect();
    each("packed push", &good, |_, body| {
        let answer = spoken.hub.handed(device, "/v1/push", body, true, terms);
        assert!(answer.status < 500, "{}", answer.status);
        answer.status < 300
    });
}
