//! Bodies that are wrong in every way anybody thought of, and in ways that nobody did: each is answered, none
//! is believed, nothing breaks.

use crate::kit::{Desk, Network, Opened, text};
use linchpin_domain::change::{Change, ChangeId};
use linchpin_domain::id::ReplicaId;
use linchpin_hub::{ROUTES, Request};
use linchpin_protocol::error::{ErrorCode, Problem};
use linchpin_protocol::limits;
use proptest::prelude::*;
use serde_json::{Value, json};

fn post(network: &Network, desk: &Desk, target: &str, body: Vec<u8>) -> Request {
    desk.signed_at(network.now.get(), "POST", target, body)
}

#[test]
fn what_is_no_message_is_answered_with_a_problem_on_every_route() {
    let network = Network::new();
    let asha = network.person(1);
    // Some routes look at the session before the body.
    asha.sets_up(&network);
    let deep = [vec![b'['; 100_000], vec![b']'; 100_000]].concat();
    let bodies: [Vec<u8>; 8] = [
        Vec::new(),
        b"{}".to_vec(),
        b"null".to_vec(),
        b"<html>".to_vec(),
        vec![0xff; 64],
        deep,
        br#"{"replica":17,"changes":"all"}"#.to_vec(),
        vec![b' '; 5 << 20],
    ];
    for route in ROUTES.iter().filter(|route| route.method == "POST") {
        for body in &bodies {
            let answer = network.handle(&post(&network, &asha, route.path, body.clone()));
            let problem: Problem = serde_json::from_slice(&answer.body).unwrap();
            let too_large = body.len() > limits::WIRE_BYTES;
            let expected = if too_large { ErrorCode::TooLarge } else { ErrorCode::BadRequest };
            assert_eq!(problem.code, expected, "{} {}", route.path, body.len());
        }
    }
}

#[test]
fn packing_is_unpacked_counted_and_refused_where_it_is_none() {
    let network = Network::new();
    let asha = network.person(1);
    let hello = serde_json::to_vec(&asha.hello_request(None)).unwrap();
    let send = |encoding: &str, body: Vec<u8>| {
        let mut request = post(&network, &asha, "/v1/hello", body);
        request.headers.insert("content-encoding".to_owned(), encoding.to_owned());
        network.handle(&request).status
    };
    assert_eq!(send("zstd", zstd::bulk::compress(&hello, 3).unwrap()), 200);
    assert_eq!(send("zstd", hello.clone()), 400);
    assert_eq!(send("gzip", hello), 400);
    assert_eq!(send("zstd", zstd::bulk::compress(&vec![b' '; 64 << 20], 3).unwrap()), 413);
}

#[test]
fn a_push_whose_counters_do_not_rise_or_belong_to_others_is_refused_whole() {
    let network = Network::new();
    let (asha, _, opened) = network.two_managers();
    let change = |counter: u64, replica: u64| {
        let op = text(opened.answer, &[], vec![counter as u8]);
        let id = ChangeId { replica: ReplicaId(replica), counter };
        Change { id, ..asha.change(&network, &opened.of_response(), 2, op) }
    };
    for changes in [
        vec![change(50, 1), change(50, 1)],
        vec![change(51, 1), change(50, 1)],
        vec![change(60, 2)],
        vec![change(0, 1)],
        vec![change(u64::MAX, 1)],
        vec![Change { hash: "short".to_owned(), ..change(70, 1) }],
        vec![Change { base: u64::MAX, ..change(71, 1) }],
    ] {
        assert_eq!(network.code(&asha.push_request(&network, &changes)), ErrorCode::BadRequest);
    }
    let many: Vec<_> = (100..1_400).map(|n| change(n, 1)).collect();
    assert_eq!(network.code(&asha.push_request(&network, &many)), ErrorCode::TooLarge);
}

#[test]
fn paths_that_are_no_route_and_methods_that_are_none_are_not_found() {
    let network = Network::new();
    let asha = network.person(1);
    for (method, target) in [
        ("GET", "/"),
        ("PUT", "/v1/push"),
        ("GET", "/v1/push"),
        ("POST", "/v1/live"),
        ("GET", "/v1/spaces/x/bootstrap"),
    ] {
        let request = asha.signed_at(network.now.get(), method, target, Vec::new());
        assert_eq!(network.code(&request), ErrorCode::NotFound, "{method} {target}");
    }
}

/// A push with one thing in it changed.
fn damaged(network: &Network, asha: &Desk, opened: &Opened, at: usize, byte: u8) -> Vec<u8> {
    let op = text(opened.answer, &[0], vec![1, 2, 3]);
    let change = asha.change(network, &opened.of_response(), 2, op);
    let mut body = serde_json::to_vec(&json!({ "replica": asha.replica, "changes": [change] })).unwrap();
    let at = at % body.len();
    body[at] = byte;
    body
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!("national")),
        Just(json!("put")),
    ];
    let name = prop_oneof![
        Just("replica".to_owned()),
        Just("changes".to_owned()),
        Just("spaces".to_owned()),
        Just("epoch".to_owned()),
        Just("limit".to_owned()),
        Just("space".to_owned()),
        Just("seq".to_owned()),
        Just("id".to_owned()),
        Just("cursors".to_owned()),
        ".{0,6}",
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(name.clone(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

#[test]
fn ten_thousand_invented_bodies_break_nothing() {
    let network = Network::new();
    let (asha, tom, opened) = network.two_managers();
    let before = tom.entries(&network, &opened.of_call(), 100);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(10_000));
    let strategy = (0usize..5, anything());
    runner
        .run(&strategy, |(route, value)| {
            let target = ["/v1/push", "/v1/pull", "/v1/hello", "/v1/seen", "/v1/presence"][route];
            let answer = network.handle(&post(&network, &asha, target, serde_json::to_vec(&value).unwrap()));
            prop_assert!(answer.status < 500, "{} {}", target, answer.status);
            Ok(())
        })
        .unwrap();
    assert_eq!(tom.entries(&network, &opened.of_call(), 100), before);
}

#[test]
fn a_thousand_damaged_pushes_break_nothing() {
    let network = Network::new();
    let (asha, tom, opened) = network.two_managers();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(1_000));
    runner
        .run(&(any::<usize>(), any::<u8>()), |(at, byte)| {
            let body = damaged(&network, &asha, &opened, at, byte);
            let answer = network.handle(&post(&network, &asha, "/v1/push", body));
            prop_assert!(answer.status < 500, "{}", answer.status);
            Ok(())
        })
        .unwrap();
    assert_eq!(
        tom.entries(&network, &opened.of_response(), 100).len(),
        2,
        "nothing of it was taken for words"
    );
}
