//! Deeds with accounts: who may, who must confirm, and that they count from the next request on.

use crate::kit::{Desk, NOW, Network, id};
use crate::processes::Heard;
use linchpin_domain::id::{CommandId, DeviceId, PersonId, RecordId};
use linchpin_domain::record::decode;
use linchpin_domain::record::device::Device;
use linchpin_domain::record::member::Member;
use linchpin_domain::role::NetworkRole;
use linchpin_domain::space::Space;
use linchpin_hub::HubError;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::people::{
    ALONE_MS, ConfirmRequest, DEED_MS, Deed, DeedAnswer, DeedRequest, PeopleAnswer, Why,
};
use std::sync::Arc;

const DONE: Result<DeedAnswer, ErrorCode> = Ok(DeedAnswer::Done { code: None });
const NOT_ALLOWED: Result<DeedAnswer, ErrorCode> = Err(ErrorCode::NotAllowed);

fn deed_id(n: u8) -> CommandId {
    CommandId::new(NOW, [n; 10])
}

fn waits(network: &Network) -> Result<DeedAnswer, ErrorCode> {
    Ok(DeedAnswer::Waits { until: network.now.get() + DEED_MS })
}

fn answered<T: serde::de::DeserializeOwned>(
    network: &Network,
    request: &linchpin_hub::Request,
) -> Result<T, ErrorCode> {
    let answer = network.handle(request);
    if answer.status == 200 {
        return Ok(serde_json::from_slice(&crate::kit::unpacked(&answer)).unwrap());
    }
    let problem: linchpin_protocol::error::Problem = serde_json::from_slice(&answer.body).unwrap();
    Err(problem.code)
}

fn does(network: &Network, desk: &Desk, n: u8, deed: &Deed) -> Result<DeedAnswer, ErrorCode> {
    let body = DeedRequest { id: deed_id(n), deed: deed.clone() };
    answered(network, &desk.signed(network, "POST", "/v1/people/do", &body))
}

fn confirms(network: &Network, desk: &Desk, n: u8) -> Result<DeedAnswer, ErrorCode> {
    let body = ConfirmRequest { id: deed_id(n) };
    answered(network, &desk.signed(network, "POST", "/v1/people/confirm", &body))
}

fn people(network: &Network, desk: &Desk) -> Result<PeopleAnswer, ErrorCode> {
    answered(network, &desk.signed_at(network.now.get(), "GET", "/v1/people", Vec::new()))
}

fn becomes(person: PersonId, role: NetworkRole) -> Deed {
    Deed::SetRole { person, role }
}

fn member(network: &Network, reader: &Desk, person: PersonId) -> Member {
    let all = reader.entries(network, &Space::ALL_MEMBERS, 1_000);
    let records = crate::kit::replayed(&Space::ALL_MEMBERS, &all);
    decode(&records[&RecordId::from(person)].fields).record
}

fn hello(network: &Network, desk: &Desk) -> Result<NetworkRole, ErrorCode> {
    // Said again with the same words it is the same hello.
    let next_nonce = Some("0123456789abcdef".to_owned());
    let asked = linchpin_protocol::hello::HelloRequest { next_nonce, ..desk.hello_request(None) };
    let request = desk.signed(network, "POST", "/v1/hello", &asked);
    answered::<linchpin_protocol::hello::HelloAnswer>(network, &request).map(|hello| hello.role)
}

#[test]
fn a_role_is_given_by_two_people_and_counts_from_the_next_request_on() {
    for network in Network::on_every_engine() {
        let admin = network.person_as(1, NetworkRole::Admin);
        let national = network.person_as(2, NetworkRole::NationalCoordinator);
        let tom = network.person(3);
        let deed = becomes(tom.person, NetworkRole::LocalCoordinator);
        assert_eq!(does(&network, &tom, 1, &deed), NOT_ALLOWED);
        assert_eq!(does(&network, &national, 1, &deed), waits(&network));
        assert_eq!(does(&network, &national, 1, &deed), waits(&network), "asked again");
        let other = becomes(tom.person, NetworkRole::SteeringGroup);
        assert_eq!(does(&network, &national, 1, &other), Err(ErrorCode::BadRequest), "the id is taken");
        assert_eq!(confirms(&network, &national, 1), NOT_ALLOWED, "not by who asked for it");
        assert_eq!(confirms(&network, &tom, 1), NOT_ALLOWED);
        assert_eq!(people(&network, &admin).unwrap().waiting.len(), 1);
        assert_eq!(hello(&network, &tom), Ok(NetworkRole::Member));
        assert_eq!(confirms(&network, &admin, 1), DONE);
        assert_eq!(confirms(&network, &admin, 1), DONE, "asked again");
        assert_eq!(hello(&network, &tom), Ok(NetworkRole::LocalCoordinator));
        assert_eq!(member(&network, &admin, tom.person).role, NetworkRole::LocalCoordinator);
        assert_eq!(people(&network, &admin).unwrap().waiting.len(), 0);
        // Only administrators make administrators.
        assert_eq!(does(&network, &national, 2, &becomes(tom.person, NetworkRole::Admin)), NOT_ALLOWED);
        assert_eq!(confirms(&network, &admin, 99), Err(ErrorCode::NotFound));
    }
}

#[test]
fn whoever_is_suspended_may_do_nothing_from_the_next_request_on_until_that_is_lifted() {
    for network in Network::on_every_engine() {
        let admin = network.person_as(1, NetworkRole::Admin);
        let tom = network.person(3);
        let mut heard = Heard::at(Arc::clone(&network.hub), &tom);
        heard.hears(&["head"]);
        assert_eq!(does(&network, &admin, 1, &Deed::Suspend { person: tom.person }), DONE);
        assert_eq!(hello(&network, &tom), Err(ErrorCode::DeviceRevoked));
        assert_eq!(people(&network, &tom).err(), Some(ErrorCode::DeviceRevoked));
        assert!(heard.until(&["no such words"]).is_none(), "the stream ends");
        assert!(member(&network, &admin, tom.person).suspended);
        assert_eq!(does(&network, &admin, 2, &Deed::Reinstate { person: tom.person }), DONE);
        assert!(hello(&network, &tom).is_ok() && !member(&network, &admin, tom.person).suspended);
        let nobody = Deed::Suspend { person: id(99) };
        assert_eq!(does(&network, &admin, 3, &nobody), Err(ErrorCode::NotFound));
        assert_eq!(does(&network, &tom, 3, &nobody), NOT_ALLOWED);
    }
}

#[test]
fn a_stream_at_another_process_ends_when_its_owner_is_suspended() {
    let Some(network) = Network::on_postgres() else { return };
    let (admin, tom) = (network.person_as(1, NetworkRole::Admin), network.person(3));
    let mut heard = Heard::at(network.again(NOW, 77).hub, &tom);
    heard.hears(&["head"]);
    let began = std::time::Instant::now();
    assert_eq!(does(&network, &admin, 1, &Deed::Suspend { person: tom.person }), DONE);
    assert!(heard.until(&["no such words"]).is_none(), "the stream ends");
    assert!(began.elapsed() < std::time::Duration::from_secs(8), "{:?}", began.elapsed());
}

#[test]
fn a_local_co_ordinator_looks_after_their_region_and_proposes_what_ends_access() {
    for network in Network::on_every_engine() {
        let admin = network.person_as(1, NetworkRole::Admin);
        let local = network.person_of(2, NetworkRole::LocalCoordinator, "Y60");
        let near = network.person_of(3, NetworkRole::Member, "Y60");
        let far = network.person_of(4, NetworkRole::Member, "Y61");
        let seen: Vec<PersonId> =
            people(&network, &local).unwrap().people.iter().map(|one| one.person).collect();
        assert_eq!(seen, [local.person, near.person]);
        assert_eq!(people(&network, &admin).unwrap().people.len(), 4);
        assert_eq!(people(&network, &near).err(), Some(ErrorCode::NotAllowed));
        let invite = |region: &str| Deed::Invite {
            email: "new@example.org".into(),
            role: NetworkRole::Member,
            region: region.into(),
        };
        assert_eq!(does(&network, &local, 1, &invite("Y61")), NOT_ALLOWED);
        let done = does(&network, &local, 2, &invite("Y60")).unwrap();
        let DeedAnswer::Done { code: Some(code) } = done else { panic!("{done:?}") };
        let new = network.joins(5, &code, NetworkRole::Member);
        assert!(people(&network, &local).unwrap().people.iter().any(|one| one.person == new.person));
        assert_eq!(member(&network, &near, new.person).region, "Y60");
        assert_eq!(does(&network, &local, 3, &Deed::Suspend { person: near.person }), waits(&network));
        assert_eq!(confirms(&network, &local, 3), NOT_ALLOWED);
        assert!(hello(&network, &near).is_ok());
        assert_eq!(confirms(&network, &admin, 3), DONE);
        assert_eq!(hello(&network, &near), Err(ErrorCode::DeviceRevoked));
        // The region's own space is its people's, and of nobody else's region.
        let region = Space::Region("Y60".into());
        let reads = |desk: &Desk| desk.pulls(&network, &[], 10).also.contains(&region);
        assert!(reads(&local) && reads(&new) && !reads(&far) && !reads(&admin));
    }
}

#[test]
fn whoever_alone_may_do_a_deed_confirms_it_after_a_day_and_nobody_after_three() {
    for network in Network::on_every_engine() {
        let admin = network.person_as(1, NetworkRole::Admin);
        let tom = network.person(3);
        let deed = becomes(tom.person, NetworkRole::Admin);
        assert_eq!(does(&network, &admin, 1, &deed), waits(&network));
        assert_eq!(does(&network, &admin, 2, &deed), waits(&network));
        network.passes(ALONE_MS - 1);
        assert_eq!(confirms(&network, &admin, 1), NOT_ALLOWED);
        network.passes(1);
        assert_eq!(confirms(&network, &admin, 1), DONE);
        // Now there are two.
        assert_eq!(confirms(&network, &admin, 2), NOT_ALLOWED);
        assert_eq!(does(&network, &admin, 3, &becomes(tom.person, NetworkRole::Member)), waits(&network));
        network.passes(DEED_MS + 1);
        assert_eq!(confirms(&network, &tom, 3), Err(ErrorCode::NotFound));
        assert_eq!(people(&network, &admin).unwrap().waiting.len(), 0);
    }
}

#[test]
fn what_somebody_asked_for_who_may_not_any_more_is_not_confirmed() {
    for network in Network::on_every_engine() {
        let admin = network.person_as(1, NetworkRole::Admin);
        let national = network.person_as(2, NetworkRole::NationalCoordinator);
        let tom = network.person(3);
        let deed = becomes(tom.person, NetworkRole::SteeringGroup);
        assert_eq!(does(&network, &national, 1, &deed), waits(&network));
        assert_eq!(does(&network, &admin, 2, &Deed::Suspend { person: national.person }), DONE);
        assert_eq!(confirms(&network, &admin, 1), Err(ErrorCode::NotFound));
        assert_eq!(hello(&network, &tom), Ok(NetworkRole::Member));
    }
}

#[test]
fn an_administrator_is_always_left() {
    for network in Network::on_every_engine() {
        let admin = network.person_as(1, NetworkRole::Admin);
        let national = network.person_as(2, NetworkRole::NationalCoordinator);
        let suspend = Deed::Suspend { person: admin.person };
        assert_eq!(does(&network, &national, 1, &suspend), NOT_ALLOWED);
        for deed in [suspend, becomes(admin.person, NetworkRole::Member)] {
            let refused = network.hub.deed(deed, NOW).expect_err("the last one stays");
            assert!(matches!(refused, HubError::NotDone(ErrorCode::NotAllowed)), "{refused}");
        }
    }
}

#[test]
fn one_ends_the_access_of_ones_own_device_and_others_that_of_others() {
    for network in Network::on_every_engine() {
        let admin = network.person_as(1, NetworkRole::Admin);
        let (tom, cara) = (network.person(3), network.person(4));
        let lost = |device: DeviceId| Deed::RevokeDevice { device, why: Why::Lost };
        assert_eq!(does(&network, &cara, 1, &lost(tom.device)), NOT_ALLOWED);
        assert_eq!(does(&network, &cara, 2, &lost(id(77))), NOT_ALLOWED, "as of one that is there");
        assert_eq!(does(&network, &tom, 3, &lost(tom.device)), DONE);
        assert_eq!(hello(&network, &tom), Err(ErrorCode::DeviceRevoked));
        assert_eq!(does(&network, &admin, 4, &lost(cara.device)), DONE);
        assert_eq!(hello(&network, &cara), Err(ErrorCode::DeviceRevoked));
        assert_eq!(does(&network, &admin, 5, &lost(id(77))), Err(ErrorCode::NotFound));
        let facts = people(&network, &admin).unwrap().people;
        let device = &facts.iter().find(|one| one.person == tom.person).unwrap().devices[0];
        assert_eq!((device.revoked_at, device.why), (NOW, Some(Why::Lost)));
        // Another device of the same person reads it in their own space.
        let code = network.hub.invite("p3@example.org", NetworkRole::Member, NOW).unwrap().code;
        let second = Desk { device: id(33), ..tom.copy(33) };
        let joins = second.signed(&network, "POST", "/v1/join", &second.join_request(&code));
        assert_eq!(network.handle(&joins).status, 200);
        let me = Space::Me(tom.person);
        let records = crate::kit::replayed(&me, &second.entries(&network, &me, 1_000));
        assert!(decode::<Device>(&records[&RecordId::from(tom.device)].fields).record.revoked);
    }
}

#[test]
fn an_invitation_that_cannot_be_sent_is_not_made() {
    for network in Network::on_every_engine() {
        let admin = network.person_as(1, NetworkRole::Admin);
        let invite = |email: &str, region: &str| Deed::Invite {
            email: email.into(),
            role: NetworkRole::Member,
            region: region.into(),
        };
        for (n, (email, region)) in
            [("nobody", ""), ("a@b", ""), ("a b@example.org", ""), ("a@example.org", "Y 60")]
                .iter()
                .enumerate()
        {
            let n = u8::try_from(n).unwrap();
            assert_eq!(
                does(&network, &admin, n, &invite(email, region)),
                Err(ErrorCode::BadRequest),
                "{email}"
            );
        }
        assert_eq!(network.hub.status(NOW).unwrap().invitations, 0);
        // A higher role takes two.
        let high = Deed::Invite {
            email: "b@example.org".into(),
            role: NetworkRole::SteeringGroup,
            region: String::new(),
        };
        assert_eq!(does(&network, &admin, 10, &high), waits(&network));
        assert_eq!(network.hub.status(NOW).unwrap().invitations, 0);
    }
}

/// Tells whether a code lets a desk in as whoever it says that it is.
fn comes_in(network: &Network, desk: &Desk, code: &str) -> bool {
    network.handle(&desk.signed(network, "POST", "/v1/join", &desk.join_request(code))).status == 200
}

#[test]
fn an_invitation_by_a_person_opens_nobody_elses_account_and_ends_with_whoever_made_it() {
    for network in Network::on_every_engine() {
        let admin = network.person_as(1, NetworkRole::Admin);
        let local = network.person_of(2, NetworkRole::LocalCoordinator, "Y60");
        let invites = |n: u8, email: &str| {
            let (email, region) = (email.to_owned(), "Y60".to_owned());
            match does(&network, &local, n, &Deed::Invite { email, role: NetworkRole::Member, region }) {
                Ok(DeedAnswer::Done { code: Some(code) }) => code,
                other => panic!("{other:?}"),
            }
        };
        // Another computer under the administrator's own id and address.
        let thief = Desk { person: admin.person, ..Desk::new(90) };
        assert!(!comes_in(&network, &thief, &invites(1, "p1@example.org")));
        assert!(!comes_in(&network, &thief, &invites(2, "P1@EXAMPLE.org")));
        assert!(!comes_in(&network, &Desk::new(91), &invites(3, "p1@example.org")), "nor beside it");
        let (spare, other) = (invites(4, "new@example.org"), invites(5, "other@example.org"));
        assert!(comes_in(&network, &Desk::new(92), &spare), "somebody new comes in");
        network.hub.deed(Deed::Suspend { person: local.person }, network.now.get()).unwrap();
        assert!(!comes_in(&network, &Desk::new(93), &other), "who made it may not invite any more");
        let again = network.hub.invite("p2@example.org", NetworkRole::Member, network.now.get()).unwrap();
        assert!(!comes_in(&network, &Desk::new(94), &again.code), "who is suspended comes back by none");
        network.hub.deed(Deed::Reinstate { person: local.person }, network.now.get()).unwrap();
        assert!(comes_in(&network, &Desk::new(95), &again.code));
    }
}

#[test]
fn whoever_suspends_the_other_is_not_alone_by_it() {
    for network in Network::on_every_engine() {
        let (one, two) = (network.person_as(1, NetworkRole::Admin), network.person_as(2, NetworkRole::Admin));
        let crony = network.person(3);
        let deed = becomes(crony.person, NetworkRole::Admin);
        assert_eq!(does(&network, &one, 1, &deed), waits(&network));
        network.passes(ALONE_MS + 1);
        assert_eq!(does(&network, &one, 2, &Deed::Suspend { person: two.person }), DONE);
        assert_eq!(confirms(&network, &one, 1), NOT_ALLOWED);
        assert_eq!(does(&network, &one, 3, &Deed::Reinstate { person: two.person }), DONE);
        assert_eq!(confirms(&network, &two, 1), DONE);
    }
}
