//! Who may do what, asked of the hub and not of the table: each cell by push, by pull, by fill and by ear.

use crate::kit::{Desk, NOW, Network, fields, id, text};
use linchpin_domain::change::{Asked, Done, HeldBecause, Op, Outcome, RefusedBecause};
use linchpin_domain::command::{Command, Sharing};
use linchpin_domain::id::{CallId, CommandId, RecordId, ResponseId};
use linchpin_domain::nation::Nation;
use linchpin_domain::record::DELETED;
use linchpin_domain::record::answer::{Answer, ReadMark};
use linchpin_domain::record::look::Notice;
use linchpin_domain::record::member::Member;
use linchpin_domain::role::{NetworkRole, ResponseRole};
use linchpin_domain::space::Space;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::live::{LiveEvent, PresenceRequest, SeenRequest};
use linchpin_protocol::pull::Cursor;
use linchpin_text::TextDoc;
use linchpin_text::edit::append;
use serde_json::json;

const FORBIDDEN: Outcome = Outcome::Refused { code: RefusedBecause::ForbiddenSpace };

/// A response that is shared with some people by name.
fn named(network: &Network, lead: &Desk, people: &[(&Desk, ResponseRole)]) -> (ResponseId, Space) {
    let call: CallId = id(30);
    let response: ResponseId = id(31);
    let command = |n: u8, command| Op::Cmd(Asked { cid: CommandId::new(NOW, [n; 10]), command });
    lead.push(network, &Space::Call(call), 0, command(1, Command::OpenCall { call }));
    let people = people.iter().map(|(desk, role)| (desk.person, *role)).collect();
    let sharing = Sharing::Named { people };
    let space = Space::Response(response);
    let opened = lead.push(network, &space, 0, command(2, Command::OpenResponse { response, call, sharing }));
    assert!(matches!(opened.outcome, Outcome::Applied { seq: 1 }));
    (response, space)
}

/// Whether a space shows in any way: pull, heads, fill, live.
fn shows(network: &Network, desk: &Desk, space: &Space) -> bool {
    let pulled = !desk.pulls(network, &[(space.clone(), 0)], 10).pages.is_empty();
    let heads = network.hub.heads(desk.device).unwrap().iter().any(|(there, _)| there == space);
    let also = desk.pulls(network, &[], 10).also.contains(space);
    let get = |target: &str| network.handle(&desk.signed_at(network.now.get(), "GET", target, Vec::new()));
    let filled = get(&format!("/v1/spaces/{space}/bootstrap?part=0")).status == 200;
    let live = String::from_utf8(get("/v1/live").body).unwrap().contains(&space.to_string());
    let seen = [pulled, heads, also, filled, live];
    assert!(seen.iter().all(|one| *one == seen[0]), "{space} shows in some ways and not in others: {seen:?}");
    seen[0]
}

#[test]
fn a_response_shared_by_name_shows_to_those_alone_and_lets_each_do_their_part() {
    for network in Network::on_every_engine() {
        let desks: Vec<Desk> = (1..=7).map(|n| network.person(n)).collect();
        let [lead, co_author, reviewer, commenter, observer, signatory, outsider] = &desks[..] else {
            panic!()
        };
        let (response, space) = named(
            &network,
            lead,
            &[
                (co_author, ResponseRole::CoAuthor),
                (reviewer, ResponseRole::Reviewer),
                (commenter, ResponseRole::Commenter),
                (observer, ResponseRole::Observer),
                (signatory, ResponseRole::Signatory),
            ],
        );
        let question = id(32);
        let answer = linchpin_domain::id::AnswerId::of(response, question);
        let record = Answer { response: Some(response), question: Some(question), ..Answer::default() };
        lead.push(&network, &space, 1, lead.creates(&network, answer, &record));
        for (desk, reads) in desks.iter().zip([true, true, true, true, true, false, false]) {
            assert_eq!(shows(&network, desk, &space), reads, "{}", desk.person);
        }
        for (desk, writes) in desks.iter().zip([true, true, false, false, false, false, false]) {
            let op = desk.sets::<Answer>(NOW, answer, fields(&[("due", json!("2027-01-01"))]));
            assert_eq!(desk.push(&network, &space, 2, op).outcome != FORBIDDEN, writes, "{}", desk.person);
            let mut doc = TextDoc::new(700 + desk.replica.0);
            let update = append(&mut doc, "words").unwrap();
            let op = text(answer, &[], update);
            assert_eq!(desk.push(&network, &space, 2, op).outcome != FORBIDDEN, writes, "{}", desk.person);
        }
        // A co-author does not remove what another made; its lead does.
        let removes = |desk: &Desk| {
            let op = desk.sets::<Answer>(NOW + 1, answer, fields(&[(DELETED, json!(true))]));
            desk.push(&network, &space, 90, op).outcome
        };
        assert_eq!(removes(co_author), FORBIDDEN);
        assert!(matches!(removes(lead), Outcome::Applied { .. }));
        // A space that does not show answers like one that does not exist.
        let there = outsider.pulls(&network, &[(space.clone(), 0)], 10);
        let nowhere = outsider.pulls(&network, &[(Space::Response(id(99)), 0)], 10);
        assert_eq!((there.gone, there.pages.len()), (vec![space], nowhere.pages.len()));
        assert_eq!(nowhere.gone.len(), 1);
    }
}

#[test]
fn an_observer_of_a_partner_body_sees_nothing_of_calls_and_members() {
    for network in Network::on_every_engine() {
        let (asha, _, opened) = network.two_managers();
        let partner = network.person_as(8, NetworkRole::Observer);
        for space in [opened.of_call(), opened.of_response(), Space::ALL_MEMBERS, Space::Me(asha.person)] {
            assert!(!shows(&network, &partner, &space), "{space}");
        }
        assert!(partner.pulls(&network, &[(Space::National, 0)], 1).gone.is_empty());
        let call: CallId = id(50);
        let asked = Asked { cid: CommandId::new(NOW, [5; 10]), command: Command::OpenCall { call } };
        assert_eq!(partner.push(&network, &Space::Call(call), 0, Op::Cmd(asked)).outcome, FORBIDDEN);
    }
}

#[test]
fn nobody_writes_in_anothers_own_space_or_nation() {
    for network in Network::on_every_engine() {
        let (asha, tom, _) = network.two_managers();
        let me = Space::Me(asha.person);
        let rename = |desk: &Desk| {
            desk.sets::<linchpin_domain::record::device::Device>(
                NOW + 1,
                asha.device,
                fields(&[("name", json!("Mine"))]),
            )
        };
        assert_eq!(tom.push(&network, &me, 1, rename(&tom)).outcome, FORBIDDEN);
        assert!(matches!(asha.push(&network, &me, 1, rename(&asha)).outcome, Outcome::Applied { .. }));
        let wales = Space::Nation(Some(Nation::Wales));
        assert!(!shows(&network, &tom, &wales));
        let member = asha.creates(
            &network,
            id::<RecordId>(90),
            &Member { name: "Nobody".into(), ..Member::default() },
        );
        assert_eq!(asha.push(&network, &wales, 0, member).outcome, FORBIDDEN);
    }
}

#[test]
fn a_member_changes_their_own_card_and_neither_role_nor_anybody_elses() {
    for network in Network::on_every_engine() {
        let (asha, tom, _) = network.two_managers();
        let all = Space::ALL_MEMBERS;
        let name = |desk: &Desk, whose: &Desk| {
            desk.sets::<Member>(NOW + 1, whose.person, fields(&[("name", json!("Asha Rao"))]))
        };
        assert!(matches!(asha.push(&network, &all, 2, name(&asha, &asha)).outcome, Outcome::Applied { .. }));
        assert_eq!(tom.push(&network, &all, 2, name(&tom, &asha)).outcome, FORBIDDEN);
        let role = asha.sets::<Member>(NOW + 2, asha.person, fields(&[("role", json!("admin"))]));
        let bad = Outcome::Refused { code: RefusedBecause::BadValue };
        assert_eq!(asha.push(&network, &all, 2, role).outcome, bad);
        let invented =
            asha.creates(&network, id::<RecordId>(91), &Member { name: "X".into(), ..Member::default() });
        assert_eq!(asha.push(&network, &all, 2, invented).outcome, FORBIDDEN);
    }
}

#[test]
fn nobody_makes_a_notice_or_says_for_another_that_they_have_read() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let space = opened.of_response();
        let op = |network: &Network| asha.creates(network, id::<RecordId>(80), &Notice::default());
        assert_eq!(asha.push(&network, &space, 2, op(&network)).outcome, FORBIDDEN);
        let mark = RecordId::of_pair("readmark", tom.person.into(), opened.answer.into());
        let reads =
            |who: &Desk| ReadMark { person: Some(who.person), answer: Some(opened.answer), seq: 2, at: NOW };
        assert_eq!(
            asha.push(&network, &space, 2, asha.creates(&network, mark, &reads(&tom))).outcome,
            FORBIDDEN
        );
        assert!(matches!(
            tom.push(&network, &space, 2, tom.creates(&network, mark, &reads(&tom))).outcome,
            Outcome::Applied { .. }
        ));
        let op = asha.sets::<ReadMark>(NOW + 1, mark, fields(&[("seq", json!(99))]));
        assert_eq!(asha.push(&network, &space, 2, op).outcome, FORBIDDEN);
    }
}

#[test]
fn nobody_writes_words_in_anothers_name() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let space = opened.of_response();
        let mut doc = TextDoc::new(800);
        let first = append(&mut doc, "Asha's words.").unwrap();
        asha.push(&network, &space, 2, text(opened.answer, &[], first.clone()));
        // Tom goes on under the client id of Asha.
        let forged = append(&mut doc, "Not hers.").unwrap();
        let outcome = tom.push(&network, &space, 3, text(opened.answer, &[], forged)).outcome;
        assert_eq!(outcome, Outcome::Held { reason: HeldBecause::AuthorMismatch });
        assert_eq!(network.hub.status(NOW).unwrap().set_aside, 1);
        // To send her words along once more is no forgery.
        let mut own = TextDoc::new(801);
        own.apply(&first).unwrap();
        append(&mut own, "Tom's.").unwrap();
        let whole = own.since(&TextDoc::new(802).state_vector()).unwrap();
        assert!(matches!(
            tom.push(&network, &space, 3, text(opened.answer, &[], whole)).outcome,
            Outcome::Applied { .. }
        ));
    }
}

#[test]
fn letters_put_in_the_place_of_anothers_change_nothing() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let space = opened.of_response();
        let mut doc = TextDoc::new(800);
        let first = append(&mut doc, "Asha wrote these words").unwrap();
        asha.push(&network, &space, 2, text(opened.answer, &[], first.clone()));
        // The same places with other letters, sent as if their author had not seen the first.
        let at = first.windows(4).position(|four| four == b"Asha").unwrap();
        let mut forged = first;
        forged[at..at + 4].copy_from_slice(b"Evil");
        tom.push(&network, &space, 0, text(opened.answer, &[], forged));
        let mut seen = TextDoc::new(803);
        for entry in asha.entries(&network, &space, 1_000) {
            if let Done::Text(update) = &entry.done {
                seen.apply(&update.bytes.0).unwrap();
            }
        }
        assert_eq!(linchpin_text::plain::write(&seen.blocks().unwrap()), "Asha wrote these words");
    }
}

#[test]
fn an_id_that_lies_elsewhere_cannot_be_drawn_into_another_space() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let other = tom.opens(&network, 40);
        let unknown = Outcome::Refused { code: RefusedBecause::UnknownRecord };
        let record = Answer { response: Some(other.response), question: Some(id(41)), ..Answer::default() };
        let op = tom.creates(&network, opened.answer, &record);
        assert_eq!(tom.push(&network, &other.of_response(), 2, op).outcome, unknown);
        let mut doc = TextDoc::new(900);
        let update = append(&mut doc, "words").unwrap();
        let op = text(opened.answer, &[], update);
        assert_eq!(tom.push(&network, &other.of_response(), 2, op).outcome, unknown);
        assert_eq!(asha.entries(&network, &opened.of_response(), 10).len(), 2);
    }
}

#[test]
fn a_replica_belongs_to_one_device() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let thief = Desk { replica: asha.replica, ..tom };
        let op = thief.sets::<Answer>(NOW, opened.answer, fields(&[("due", json!("2027-01-01"))]));
        let change = thief.change(&network, &opened.of_response(), 2, op);
        assert_eq!(network.code(&thief.push_request(&network, &[change])), ErrorCode::ReplicaForked);
    }
}

#[test]
fn presence_and_seen_are_told_to_readers_alone() {
    for network in Network::on_every_engine() {
        let (asha, tom, outsider) = (network.person(1), network.person(2), network.person(3));
        let (response, space) = named(&network, &asha, &[(&tom, ResponseRole::CoAuthor)]);
        let answer = linchpin_domain::id::AnswerId::of(response, id(32));
        let record = Answer { response: Some(response), question: Some(id(32)), ..Answer::default() };
        asha.push(&network, &space, 1, asha.creates(&network, answer, &record));
        let here = |desk: &Desk| {
            let body =
                PresenceRequest { space: space.clone(), answer: Some(answer), cursor: Some("x".into()) };
            network.handle(&desk.signed(&network, "POST", "/v1/presence", &body)).status
        };
        assert_eq!((here(&asha), here(&outsider)), (204, 404));
        let seen = SeenRequest { cursors: vec![Cursor { space: space.clone(), seq: 9_999 }] };
        for desk in [&tom, &outsider] {
            assert_eq!(network.handle(&desk.signed(&network, "POST", "/v1/seen", &seen)).status, 204);
        }
        let live = |desk: &Desk| {
            let body = network.handle(&desk.signed_at(NOW, "GET", "/v1/live", Vec::new())).body;
            String::from_utf8(body).unwrap()
        };
        let heard: Vec<LiveEvent> = live(&asha)
            .lines()
            .filter_map(|line| line.strip_prefix("data: "))
            .map(|json| serde_json::from_str(json).unwrap())
            .collect();
        let seen: Vec<_> = heard
            .iter()
            .filter_map(|event| if let LiveEvent::Seen(seen) = event { Some(seen) } else { None })
            .collect();
        assert_eq!(seen.len(), 1);
        let head = asha.entries(&network, &space, 100).last().unwrap().seq;
        assert_eq!((seen[0].person, seen[0].seq), (tom.person, head), "never further than the space itself");
        assert!(!live(&outsider).contains("seen"));
    }
}
