//! Joining by invitation, and saying hello.

use crate::kit::{Desk, NOW, Network};
use linchpin_domain::change::Done;
use linchpin_domain::record::decode;
use linchpin_domain::record::device::Device;
use linchpin_domain::record::member::Member;
use linchpin_domain::role::NetworkRole;
use linchpin_domain::space::Space;
use linchpin_protocol::account::{JoinAnswer, grouped};
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::hello::HelloAnswer;

const WEEK_MS: u64 = 7 * 24 * 60 * 60_000;

#[test]
fn an_invitation_makes_a_person_that_all_members_know_and_a_device_that_only_they_see() {
    for network in Network::on_every_engine() {
        let (asha, tom) = (network.person_as(1, NetworkRole::Admin), network.person(2));
        let entries = tom.entries(&network, &Space::ALL_MEMBERS, 100);
        let records = crate::kit::replayed(&Space::ALL_MEMBERS, &entries);
        let asha_there = decode::<Member>(&records[&asha.person.into()].fields).record;
        assert_eq!((asha_there.name.as_str(), asha_there.role), ("Person 1", NetworkRole::Admin));
        assert_eq!(asha_there.joined_at, NOW);
        let own = asha.entries(&network, &Space::Me(asha.person), 100);
        let Done::Put(put) = &own[0].done else { panic!("a device") };
        assert_eq!((put.kind.as_str(), put.id), ("device", asha.device.into()));
        let device = crate::kit::replayed(&Space::Me(asha.person), &own)[&put.id].clone();
        assert_eq!(decode::<Device>(&device.fields).record.name, "Desk");
        let of_asha = [(Space::Me(asha.person), 0)];
        assert_eq!(tom.pulls(&network, &of_asha, 10).gone, [Space::Me(asha.person)]);
    }
}

#[test]
fn an_invitation_works_once_and_the_same_device_may_ask_again() {
    for network in Network::on_every_engine() {
        let code = network.hub.invite("a@example.org", NetworkRole::Member, NOW).unwrap().code;
        let asha = Desk::new(1);
        for pasted in [code.clone(), grouped(&code).to_lowercase()] {
            let request = asha.signed(&network, "POST", "/v1/join", &asha.join_request(&pasted));
            let joined: JoinAnswer = network.ok(&request);
            assert_eq!(joined.person, asha.person);
        }
        let tom = Desk::new(2);
        let request = tom.signed(&network, "POST", "/v1/join", &tom.join_request(&code));
        assert_eq!(network.code(&request), ErrorCode::BadInvitation);
    }
}

#[test]
fn a_device_that_was_cut_off_does_not_come_back_by_its_used_invitation() {
    for network in Network::on_every_engine() {
        let code = network.hub.invite("a@example.org", NetworkRole::Member, NOW).unwrap().code;
        let asha = Desk::new(1);
        let ask = || asha.signed(&network, "POST", "/v1/join", &asha.join_request(&code));
        let _joined: JoinAnswer = network.ok(&ask());
        assert!(network.hub.revoke(asha.device, NOW).unwrap());
        assert_eq!(network.code(&ask()), ErrorCode::BadInvitation);
    }
}

#[test]
fn an_unknown_an_old_and_a_senseless_code_look_alike() {
    for network in Network::on_every_engine() {
        let code = network.hub.invite("a@example.org", NetworkRole::Member, NOW).unwrap().code;
        network.passes(WEEK_MS);
        let asha = Desk::new(1);
        for code in [code, "0".repeat(26), "hello".to_owned(), String::new()] {
            let request = asha.signed(&network, "POST", "/v1/join", &asha.join_request(&code));
            assert_eq!(network.code(&request), ErrorCode::BadInvitation);
        }
    }
}

#[test]
fn nobody_becomes_a_person_who_is_there_already() {
    for network in Network::on_every_engine() {
        let asha = network.person(1);
        let code = network.hub.invite("mallory@example.org", NetworkRole::Member, NOW).unwrap().code;
        let mallory = Desk::new(7);
        let mut request = mallory.join_request(&code);
        request.person = asha.person;
        let request = mallory.signed(&network, "POST", "/v1/join", &request);
        assert_eq!(network.code(&request), ErrorCode::BadInvitation);
        // Nor takes over a device.
        let thief = Desk { device: asha.device, nonces: std::cell::Cell::new(500), ..Desk::new(8) };
        let request = thief.signed(&network, "POST", "/v1/join", &thief.join_request(&code));
        assert_eq!(network.code(&request), ErrorCode::BadInvitation);
    }
}

#[test]
fn a_person_with_a_second_invitation_brings_a_second_device() {
    for network in Network::on_every_engine() {
        let asha = network.person(1);
        let code = network.hub.invite("P1@example.org", NetworkRole::SteeringGroup, NOW).unwrap().code;
        let laptop = Desk { person: asha.person, ..Desk::new(5) };
        let joined: JoinAnswer =
            network.ok(&laptop.signed(&network, "POST", "/v1/join", &laptop.join_request(&code)));
        assert_eq!(
            (joined.person, joined.role),
            (asha.person, NetworkRole::Member),
            "no role is gained by the way"
        );
        assert_eq!(laptop.hello(&network, None).person, asha.person);
    }
}

#[test]
fn a_name_that_is_missing_or_too_long_and_a_key_that_is_none_are_refused() {
    for network in Network::on_every_engine() {
        let code = network.hub.invite("a@example.org", NetworkRole::Member, NOW).unwrap().code;
        let asha = Desk::new(1);
        let wrong: [fn(&mut linchpin_protocol::account::JoinRequest); 4] = [
            |request| request.name = "  ".to_owned(),
            |request| request.name = "x".repeat(201),
            |request| request.device_name = "\"".repeat(60),
            |request| request.public_key.0.truncate(31),
        ];
        for change in wrong {
            let mut request = asha.join_request(&code);
            change(&mut request);
            let request = asha.signed(&network, "POST", "/v1/join", &request);
            assert_eq!(network.code(&request), ErrorCode::BadRequest);
        }
    }
}

#[test]
fn hello_tells_protocol_time_and_every_space_with_its_head() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        network.passes(5);
        let hello = tom.hello(&network, None);
        assert_eq!((hello.protocol, hello.hub_time, hello.epoch), (1, NOW + 5, 1));
        assert_eq!((hello.network.as_str(), hello.person), ("Sample network", tom.person));
        assert_eq!(hello.caps, ["zstd"], "only what both can do");
        let spaces: Vec<_> = hello.spaces.iter().map(|head| (head.space.clone(), head.head)).collect();
        assert!(spaces.contains(&(opened.of_response(), 2)), "{spaces:?}");
        assert!(spaces.contains(&(Space::Me(tom.person), 1)));
        assert!(!spaces.iter().any(|(space, _)| *space == Space::Me(asha.person)));
        assert_eq!(network.hub.heads(tom.device).unwrap().len(), spaces.len());
    }
}

#[test]
fn a_copy_of_a_store_is_found_out_at_its_first_hello() {
    for network in Network::on_every_engine() {
        let asha = network.person(1);
        let first = asha.hello(&network, None);
        let second = asha.hello(&network, Some(&first.nonce));
        // The copy shows the nonce that it was copied with.
        let request = asha.signed(&network, "POST", "/v1/hello", &asha.hello_request(Some(&first.nonce)));
        assert_eq!(network.code(&request), ErrorCode::ReplicaForked);
        let request = asha.signed(&network, "POST", "/v1/hello", &asha.hello_request(None));
        assert_eq!(network.code(&request), ErrorCode::ReplicaForked);
        asha.hello(&network, Some(&second.nonce));
        let anew = asha.copy(50);
        anew.hello(&network, None);
    }
}

#[test]
fn a_hello_whose_answer_was_lost_is_the_same_hello_when_it_is_said_again() {
    for network in Network::on_every_engine() {
        let asha = network.person(1);
        let said = |shown: Option<&str>, next: &str| {
            let mut request = asha.hello_request(shown);
            request.next_nonce = Some(next.to_owned());
            asha.signed(&network, "POST", "/v1/hello", &request)
        };
        let (one, two, three) = ("1".repeat(32), "2".repeat(32), "3".repeat(32));
        let first: HelloAnswer = network.ok(&said(None, &one));
        assert_eq!(first.nonce, one, "the desk's own is what it will be asked for");
        let again: HelloAnswer = network.ok(&said(None, &one));
        assert_eq!(again.nonce, one);
        let _lost: HelloAnswer = network.ok(&said(Some(&one), &two));
        let _heard: HelloAnswer = network.ok(&said(Some(&one), &two));
        // A copy that was made before draws another one.
        assert_eq!(network.code(&said(Some(&one), &three)), ErrorCode::ReplicaForked);
        for odd in ["short".to_owned(), "x".repeat(65), "\0".repeat(32)] {
            assert_eq!(network.code(&said(Some(&two), &odd)), ErrorCode::BadRequest);
        }
    }
}

#[test]
fn a_store_put_back_from_an_older_copy_is_found_out_by_its_counter() {
    for network in Network::on_every_engine() {
        let (asha, ..) = network.two_managers();
        let hello = asha.hello(&network, None);
        let mut request = asha.hello_request(Some(&hello.nonce));
        request.last_counter = 0;
        let request = asha.signed(&network, "POST", "/v1/hello", &request);
        assert_eq!(network.code(&request), ErrorCode::ReplicaForked);
    }
}

#[test]
fn who_speaks_no_protocol_of_ours_is_told_to_update() {
    for network in Network::on_every_engine() {
        let asha = network.person(1);
        let mut hello = asha.hello_request(None);
        hello.protocols = vec![7, 9];
        assert_eq!(network.code(&asha.signed(&network, "POST", "/v1/hello", &hello)), ErrorCode::TooOld);
        let mut request = asha.signed(&network, "POST", "/v1/hello", &asha.hello_request(None));
        request.headers.insert("linchpin-protocol".to_owned(), "0".to_owned());
        assert_eq!(network.code(&request), ErrorCode::TooOld);
    }
}

#[test]
fn whoever_is_in_already_uses_no_invitation_up() {
    for network in Network::on_every_engine() {
        let asha = network.person(1);
        let code = network.hub.invite("ben@example.org", NetworkRole::Admin, NOW).unwrap().code;
        let joined: JoinAnswer =
            network.ok(&asha.signed(&network, "POST", "/v1/join", &asha.join_request(&code)));
        assert_eq!((joined.person, joined.role), (asha.person, NetworkRole::Member));
        let ben = Desk::new(2);
        let joined: JoinAnswer =
            network.ok(&ben.signed(&network, "POST", "/v1/join", &ben.join_request(&code)));
        assert_eq!((joined.person, joined.role), (ben.person, NetworkRole::Admin));
    }
}
