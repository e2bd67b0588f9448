//! Who is believed: forged, old and repeated requests are not.

use crate::kit::{Desk, NOW, Network};
use linchpin_protocol::error::{ErrorCode, Problem};
use linchpin_protocol::limits::PROOF_WINDOW_MS;
use linchpin_protocol::proof::{HEADER_DEVICE, HEADER_NONCE, HEADER_PROOF, HEADER_TIME};
use std::sync::Arc;

#[test]
fn a_request_that_was_changed_on_the_way_is_refused() {
    for network in Network::on_every_engine() {
        let (asha, tom) = (network.person(1), network.person(2));
        let sound = || asha.signed(&network, "POST", "/v1/hello", &asha.hello_request(None));
        let changes: [&dyn Fn(&mut linchpin_hub::Request); 7] = [
            &|request| request.body.push(b' '),
            &|request| request.path = "/v1/pull".to_owned(),
            &|request| request.query = "x=1".to_owned(),
            &|request| drop(request.headers.insert(HEADER_DEVICE.to_owned(), tom.device.to_string())),
            &|request| drop(request.headers.insert(HEADER_NONCE.to_owned(), "f".repeat(32))),
            &|request| drop(request.headers.insert(HEADER_TIME.to_owned(), (NOW + 1).to_string())),
            &|request| drop(request.headers.insert(HEADER_PROOF.to_owned(), "AAAA".to_owned())),
        ];
        for change in changes {
            let mut request = sound();
            change(&mut request);
            assert_eq!(network.code(&request), ErrorCode::AuthExpired);
        }
        for header in [HEADER_DEVICE, HEADER_NONCE, HEADER_TIME, HEADER_PROOF] {
            let mut request = sound();
            request.headers.remove(header);
            assert_eq!(network.code(&request), ErrorCode::AuthExpired);
        }
        assert_eq!(network.handle(&sound()).status, 200);
    }
}

#[test]
fn the_same_request_is_not_taken_twice() {
    for network in Network::on_every_engine() {
        let asha = network.person(1);
        let request = asha.signed(&network, "POST", "/v1/hello", &asha.hello_request(None));
        assert_eq!(network.handle(&request).status, 200);
        for wait in [0, PROOF_WINDOW_MS - 1, 1, PROOF_WINDOW_MS, 3 * PROOF_WINDOW_MS] {
            network.passes(wait);
            assert_eq!(network.code(&request), ErrorCode::AuthExpired);
        }
    }
}

#[test]
fn nor_after_the_hub_has_forgotten_what_it_saw() {
    for network in Network::on_every_engine() {
        let asha = network.person(1);
        let request = asha.signed(&network, "POST", "/v1/hello", &asha.hello_request(None));
        let again = network.again(NOW + 60_000, 3).hub;
        assert_eq!(again.handle(&request, NOW + 60_010).status, 401);
        // A desk that lags by a moment is served all the same.
        let body = serde_json::to_vec(&asha.copy(60).hello_request(None)).unwrap();
        let lagging = asha.copy(60).signed_at(NOW + 58_000, "POST", "/v1/hello", body);
        assert_eq!(again.handle(&lagging, NOW + 60_010).status, 200);
    }
}

#[test]
fn a_wrong_clock_is_told_the_time_and_served_with_it() {
    for network in Network::on_every_engine() {
        let asha = network.person(1);
        network.passes(2 * PROOF_WINDOW_MS);
        let body = serde_json::to_vec(&asha.hello_request(None)).unwrap();
        let now = network.now.get();
        for ours in [now - PROOF_WINDOW_MS - 1, now + PROOF_WINDOW_MS + 1, 0, u64::MAX] {
            let answer = network.handle(&asha.signed_at(ours, "POST", "/v1/hello", body.clone()));
            let problem: Problem = serde_json::from_slice(&answer.body).unwrap();
            assert_eq!((problem.code, problem.hub_time), (ErrorCode::AuthExpired, Some(now)));
        }
        for ours in [now - PROOF_WINDOW_MS, now + PROOF_WINDOW_MS] {
            let body = serde_json::to_vec(&asha.copy(ours).hello_request(None)).unwrap();
            assert_eq!(network.handle(&asha.signed_at(ours, "POST", "/v1/hello", body)).status, 200);
        }
    }
}

#[test]
fn a_stranger_and_a_device_that_was_cut_off_are_not_served() {
    for network in Network::on_every_engine() {
        let (asha, stranger) = (network.person(1), Desk::new(9));
        let request = stranger.signed(&network, "POST", "/v1/hello", &stranger.hello_request(None));
        assert_eq!(network.code(&request), ErrorCode::AuthExpired);
        assert!(network.hub.revoke(asha.device, NOW).unwrap());
        for target in ["/v1/hello", "/v1/push", "/v1/pull", "/v1/seen", "/v1/presence"] {
            let request = asha.signed(&network, "POST", target, &asha.hello_request(None));
            assert_eq!(network.code(&request), ErrorCode::DeviceRevoked, "{target}");
        }
        for target in ["/v1/live", "/v1/spaces/national/bootstrap"] {
            let request = asha.signed_at(NOW, "GET", target, Vec::new());
            assert_eq!(network.code(&request), ErrorCode::DeviceRevoked, "{target}");
        }
    }
}

#[test]
fn opening_streams_costs_what_anything_else_costs() {
    let Network { hub, now, place } = Network::new();
    let hub = Arc::into_inner(hub).unwrap();
    let network = Network { hub: Arc::new(hub.limited()), now, place };
    let asha = network.person(1);
    let opened = |path: &str| {
        let request = asha.signed_at(network.now.get(), "GET", path, Vec::new());
        network.hub.listen(&request, network.now.get()).map(|_| ())
    };
    let refused = (0..1_200).find_map(|_| opened("/v1/live").err()).expect("there is a limit");
    let problem: Problem = serde_json::from_slice(&refused.body).unwrap();
    assert_eq!(problem.code, ErrorCode::Busy);
    network.passes(1_000);
    assert!(opened("/v1/health").is_err(), "what is no stream gives none");
    assert!(opened("/v1/live").is_ok());
}
