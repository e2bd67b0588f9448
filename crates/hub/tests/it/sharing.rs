//! Parts in a space, given and taken away: what counts from the hub's answer on, on every way in and out.

use crate::kit::{Desk, NOW, Network, fields, id, text};
use crate::processes::Heard;
use linchpin_domain::change::{Done, Outcome, RefusedBecause};
use linchpin_domain::command::{Command, Sharing};
use linchpin_domain::id::{AnswerId, CallId, RecordId, ResponseId};
use linchpin_domain::record::answer::Answer;
use linchpin_domain::record::membership::{Forget, Membership};
use linchpin_domain::record::question_set::Question;
use linchpin_domain::record::{DELETED, Envelope, decode};
use linchpin_domain::role::{Given, NetworkRole, ResponseRole};
use linchpin_domain::space::Space;
use linchpin_testkit::rng::Seeded;
use linchpin_text::TextDoc;
use linchpin_text::edit::append;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

const FORBIDDEN: Outcome = Outcome::Refused { code: RefusedBecause::ForbiddenSpace };
const BAD: Outcome = Outcome::Refused { code: RefusedBecause::BadValue };

fn role(role: ResponseRole) -> Option<Given> {
    Some(Given::Role(role))
}

fn is_applied(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Applied { .. })
}

/// A record of a space as its reader brings it together.
fn record(network: &Network, reader: &Desk, space: &Space, id: RecordId) -> Option<Envelope> {
    crate::kit::replayed(space, &reader.entries(network, space, 1_000)).remove(&id)
}

fn writes(network: &Network, desk: &Desk, space: &Space, answer: AnswerId) -> Outcome {
    // Each time a later value, so that it shows.
    let at = network.now.get() + desk.counter.get();
    let op = desk.sets::<Answer>(at, answer, fields(&[("due", json!("2027-01-01"))]));
    desk.push(network, space, 0, op).outcome
}

fn fill_status(network: &Network, desk: &Desk, space: &Space) -> u16 {
    let target = format!("/v1/spaces/{space}/bootstrap?part=0");
    network.handle(&desk.signed_at(network.now.get(), "GET", &target, Vec::new())).status
}

/// Asserts that a space is to a desk as if it had never been.
fn is_nothing_to(network: &Network, desk: &Desk, space: &Space, answer: AnswerId) {
    assert_eq!(writes(network, desk, space, answer), FORBIDDEN);
    let pulled = desk.pulls(network, &[(space.clone(), 0)], 10);
    assert_eq!((pulled.gone, pulled.pages.len()), (vec![space.clone()], 0));
    assert_eq!(fill_status(network, desk, space), 404);
    assert!(!desk.pulls(network, &[], 10).also.contains(space));
}

#[test]
fn a_part_is_given_changed_taken_away_and_given_again() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let space = opened.of_response();
        let share = |given| asha.shares(&network, &space, Some(tom.person), given);
        assert!(is_applied(&writes(&network, &tom, &space, opened.answer)));
        assert!(is_applied(&share(role(ResponseRole::Reviewer))));
        assert_eq!(writes(&network, &tom, &space, opened.answer), FORBIDDEN);
        let in_space = Membership::id(&space, &space, Some(tom.person));
        let home = Space::Me(tom.person);
        let at_home = Membership::id(&home, &space, Some(tom.person));
        let given = |desk: &Desk, space: &Space, id| {
            let there = record(&network, desk, space, id).expect("it is there");
            let Membership { given, by, .. } = decode::<Membership>(&there.fields).record;
            assert_eq!(by, Some(asha.person));
            given
        };
        assert_eq!(given(&tom, &space, in_space), role(ResponseRole::Reviewer));
        assert_eq!(given(&tom, &home, at_home), role(ResponseRole::Reviewer));
        let forget = Forget::id(tom.person, &space);
        assert!(record(&network, &tom, &home, forget).is_none());

        assert!(is_applied(&share(None)));
        is_nothing_to(&network, &tom, &space, opened.answer);
        assert_eq!((given(&asha, &space, in_space), given(&tom, &home, at_home)), (None, None));
        let told = record(&network, &tom, &home, forget).expect("it is told");
        let told = decode::<Forget>(&told.fields).record;
        assert_eq!(
            (told.space, told.reason.as_str(), told.by),
            (Some(space.clone()), "revoked", Some(asha.person))
        );

        assert!(is_applied(&share(role(ResponseRole::CoAuthor))));
        assert!(is_applied(&writes(&network, &tom, &space, opened.answer)));
        let told = record(&network, &tom, &home, forget).expect("it is there");
        assert_eq!(told.fields.get(DELETED), Some(&json!(true)));
        assert!(
            network.again(NOW, 9).hub.heads(tom.device).unwrap().iter().any(|(there, _)| *there == space)
        );
    }
}

#[test]
fn only_whoever_leads_says_who_takes_part_and_somebody_always_leads() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let (space, call) = (opened.of_response(), opened.of_call());
        let partner = network.person_as(8, NetworkRole::Observer);
        let lead = role(ResponseRole::Lead);
        let observer = role(ResponseRole::Observer);
        assert_eq!(tom.shares(&network, &space, Some(tom.person), lead), FORBIDDEN);
        assert_eq!(partner.shares(&network, &space, Some(partner.person), observer), FORBIDDEN);
        let share = |space: &Space, person, given| asha.shares(&network, space, person, given);
        for given in [None, role(ResponseRole::CoAuthor)] {
            assert_eq!(share(&space, Some(asha.person), given), BAD, "nobody would lead");
        }
        assert_eq!(share(&call, Some(asha.person), Some(Given::Member)), BAD, "nobody would lead");
        assert_eq!(share(&space, None, lead), BAD, "not everyone can lead");
        assert_eq!(share(&space, Some(tom.person), Some(Given::Member)), BAD, "no part of a response");
        assert_eq!(share(&call, Some(tom.person), lead), BAD, "no part of a call");
        let unknown = Outcome::Refused { code: RefusedBecause::UnknownRecord };
        assert_eq!(share(&space, Some(id(99)), observer), unknown);
        assert_eq!(share(&space, Some(partner.person), role(ResponseRole::CoAuthor)), BAD);
        assert!(is_applied(&share(&space, Some(partner.person), observer)));
        assert!(!partner.entries(&network, &space, 100).is_empty());
        for elsewhere in
            [Space::ALL_MEMBERS, Space::National, Space::Me(asha.person), Space::Response(id(98))]
        {
            assert_eq!(share(&elsewhere, Some(tom.person), observer), FORBIDDEN, "{elsewhere}");
        }
        // With a second lead the first may go.
        assert!(is_applied(&share(&space, Some(tom.person), lead)));
        assert!(is_applied(&share(&space, Some(asha.person), None)));
        is_nothing_to(&network, &asha, &space, opened.answer);
        assert!(is_applied(&tom.shares(&network, &space, Some(asha.person), observer)));
    }
}

#[test]
fn what_everyone_has_is_narrowed_and_those_who_are_named_keep_theirs() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let (cara, space) = (network.person(3), opened.of_response());
        assert!(is_applied(&asha.shares(&network, &space, Some(tom.person), role(ResponseRole::CoAuthor))));
        assert!(is_applied(&asha.shares(&network, &space, None, role(ResponseRole::Commenter))));
        assert_eq!(writes(&network, &cara, &space, opened.answer), FORBIDDEN);
        assert_eq!(fill_status(&network, &cara, &space), 200);
        assert!(is_applied(&asha.shares(&network, &space, None, None)));
        is_nothing_to(&network, &cara, &space, opened.answer);
        assert!(is_applied(&writes(&network, &tom, &space, opened.answer)));
        let everyone =
            record(&network, &tom, &space, Membership::id(&space, &space, None)).expect("it is told");
        assert_eq!(decode::<Membership>(&everyone.fields).record.given, None);
        // Whoever was taken out by name stays out when it is opened again.
        assert!(is_applied(&asha.shares(&network, &space, Some(tom.person), None)));
        assert!(is_applied(&asha.shares(&network, &space, None, role(ResponseRole::CoAuthor))));
        is_nothing_to(&network, &tom, &space, opened.answer);
        assert!(is_applied(&writes(&network, &cara, &space, opened.answer)));
    }
}

#[test]
fn a_response_that_is_opened_to_some_says_so_to_its_readers_and_in_their_own_spaces() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let response: ResponseId = id(31);
        let space = Space::Response(response);
        let people = vec![(tom.person, ResponseRole::Reviewer)];
        let sharing = Sharing::Named { people };
        let open = Command::OpenResponse { response, call: opened.call, sharing };
        assert_eq!(asha.asks(&network, open).outcome, Outcome::Applied { seq: 1 });
        let given = |space: &Space, who, home: &Space| {
            let there = record(&network, &tom, home, Membership::id(home, space, who)).expect("it is told");
            decode::<Membership>(&there.fields).record.given
        };
        assert_eq!(given(&space, None, &space), None);
        assert_eq!(given(&space, Some(asha.person), &space), role(ResponseRole::Lead));
        assert_eq!(given(&space, Some(tom.person), &space), role(ResponseRole::Reviewer));
        assert_eq!(given(&space, Some(tom.person), &Space::Me(tom.person)), role(ResponseRole::Reviewer));
    }
}

#[test]
fn what_is_pushed_behind_a_revocation_in_the_same_push_is_decided_by_it() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let space = opened.of_response();
        let lead = role(ResponseRole::Lead);
        assert!(is_applied(&asha.shares(&network, &space, Some(tom.person), lead)));
        let leaves = Command::Share { space: space.clone(), person: Some(asha.person), given: None };
        let asked = linchpin_domain::change::Asked {
            cid: linchpin_domain::id::CommandId::new(NOW, [77; 10]),
            command: leaves,
        };
        let leaves = asha.change(&network, &space, 2, linchpin_domain::change::Op::Cmd(asked));
        let op = asha.sets::<Answer>(NOW, opened.answer, fields(&[("due", json!("2027-01-01"))]));
        let writes = asha.change(&network, &space, 2, op);
        let results = asha.pushes(&network, &[leaves, writes]).results;
        assert!(is_applied(&results[0].outcome) && results[1].outcome == FORBIDDEN, "{results:?}");
    }
}

#[test]
fn a_stream_says_that_rights_have_changed_and_nothing_more_of_the_space() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let space = opened.of_response();
        let mut heard = Heard::at(Arc::clone(&network.hub), &tom);
        heard.hears(&["head", &space.to_string()]);
        assert!(is_applied(&asha.shares(&network, &space, Some(tom.person), None)));
        assert!(is_applied(&writes(&network, &asha, &space, opened.answer)));
        // In the order of what happened: what is said of a later thing comes after all that is said of the space.
        let later = asha.opens(&network, 40);
        let said = heard.until(&["head", &later.of_call().to_string()]).expect("the stream goes on");
        // What was true before may be said late; from then on nothing is.
        let (_, after) = said.split_once("event: access").expect("that rights have changed is said");
        assert!(!after.contains(&space.to_string()), "{said}");
        assert!(is_applied(&asha.shares(&network, &space, Some(tom.person), role(ResponseRole::Observer))));
        heard.hears(&["head", &space.to_string()]);
    }
}

#[test]
fn a_stream_at_another_process_says_it_too() {
    let Some(network) = Network::on_postgres() else { return };
    let (asha, tom, opened) = network.two_managers();
    let space = opened.of_response();
    let mut heard = Heard::at(network.again(NOW, 77).hub, &tom);
    heard.hears(&["head", &space.to_string()]);
    assert!(is_applied(&asha.shares(&network, &space, None, None)));
    assert!(heard.until(&["event: access"]).is_some());
}

/// How many races of a push against a revocation are run on each engine.
const RACES: u64 = 200;

/// A race: Tom pushes one thing after the other while Asha takes his part away.
struct Race {
    space: Space,
    answer: AnswerId,
}

impl Race {
    fn new(network: &Network, asha: &Desk, tom: &Desk, call: CallId, n: u64) -> Self {
        let mut random = [0; 10];
        random[..8].copy_from_slice(&n.to_be_bytes());
        let response = ResponseId::new(NOW, random);
        let space = Space::Response(response);
        let people = vec![(tom.person, ResponseRole::CoAuthor)];
        let sharing = Sharing::Named { people };
        assert!(is_applied(&asha.asks(network, Command::OpenResponse { response, call, sharing }).outcome));
        let answer = AnswerId::of(response, id(10));
        let record = Answer { response: Some(response), question: Some(id(10)), ..Answer::default() };
        let made = asha.push(network, &space, 1, asha.creates(network, answer, &record));
        assert!(is_applied(&made.outcome));
        Self { space, answer }
    }

    /// Pushes until the hub says no; returns how often it said yes.
    fn pushes(&self, at: &Network, tom: &Desk, n: u64) -> u32 {
        for taken in 0.. {
            let mut doc = TextDoc::new(1_000 + n * 1_000 + u64::from(taken));
            let words = append(&mut doc, "Words.").unwrap();
            let outcome = tom.push(at, &self.space, 1, text(self.answer, &[], words)).outcome;
            if outcome == FORBIDDEN {
                return taken;
            }
            assert!(is_applied(&outcome), "{outcome:?}");
        }
        0
    }

    /// What the revocation must have ended: nothing of Tom's is numbered behind it, and nothing is given to him.
    fn is_over(&self, network: &Network, asha: &Desk, tom: &Desk, revoked_at: u64) {
        let late =
            asha.entries(network, &self.space, 1_000).into_iter().filter(|entry| entry.seq > revoked_at);
        let late: Vec<_> = late.filter(|entry| entry.author == tom.person).collect();
        assert!(late.is_empty(), "slipped past: {late:?}");
        let words = |done: &Done| matches!(done, Done::Text(_));
        let pulled = tom.pulls(network, &[(self.space.clone(), 0)], 1_000);
        assert!(pulled.pages.iter().all(|page| !page.entries.iter().any(|entry| words(&entry.done))));
        assert_eq!(pulled.gone, std::slice::from_ref(&self.space));
        assert_eq!(fill_status(network, tom, &self.space), 404);
    }
}

/// Runs the races of one engine; `other` is the process that Tom's computer speaks to.
fn races(network: &Network, other: &Network) {
    let (asha, tom) = (network.person(1), network.person(2));
    let call = asha.opens(network, 20).call;
    let (early, late) = (AtomicU32::new(0), AtomicU32::new(0));
    for n in 0..RACES {
        let mut rng = Seeded::new(n);
        let race = Race::new(network, &asha, &tom, call, n);
        let waits = rng.below(400);
        // Tom's computer as the thread has it: another copy, at the other process.
        let (at, own) = (other.as_is(), tom.copy(1_000 + n));
        let (revoked, taken) = thread::scope(|scope| {
            let race = &race;
            let pushing = scope.spawn(move || race.pushes(&at, &own, n));
            for _ in 0..waits {
                thread::yield_now();
            }
            let revoked = asha.shares(network, &race.space, Some(tom.person), None);
            (revoked, pushing.join().unwrap())
        });
        let Outcome::Applied { seq } = revoked else { panic!("race {n}: {revoked:?}") };
        race.is_over(network, &asha, &tom, seq);
        if taken == 0 { &early } else { &late }.fetch_add(1, Ordering::Relaxed);
    }
    let (early, late) = (early.into_inner(), late.into_inner());
    assert_eq!(u64::from(early + late), RACES);
    assert!(late > 0, "no push was ever first: these races prove nothing");
}

#[test]
fn no_push_slips_past_a_revocation_on_sqlite() {
    let network = crate::engines::Place::folder().init();
    races(&network, &network.as_is());
}

#[test]
fn no_push_slips_past_a_revocation_on_postgres() {
    let Some(network) = Network::on_postgres() else { return };
    races(&network, &network.again(NOW, 5));
}

#[test]
fn what_somebody_made_under_the_id_of_a_part_stays_theirs_and_breaks_no_sum() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let (space, call) = (opened.of_response(), opened.of_call());
        // The ids of parts follow from what they tell of, so anybody can make something else under them.
        for id in [
            Membership::id(&space, &space, Some(tom.person)),
            Membership::id(&Space::Me(tom.person), &space, Some(tom.person)),
            Forget::id(tom.person, &space),
        ] {
            let question = Question::default();
            tom.push(&network, &call, 9, tom.creates(&network, id, &question));
        }
        assert!(is_applied(&asha.shares(&network, &space, Some(tom.person), role(ResponseRole::Observer))));
        assert!(is_applied(&asha.shares(&network, &space, Some(tom.person), None)));
        network.hub.check().expect("every sum adds up");
        assert_eq!(writes(&network, &tom, &space, opened.answer), FORBIDDEN, "and he is out");
    }
}

#[test]
fn a_part_that_is_there_already_is_given_again_without_a_trace() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let space = opened.of_response();
        let observer = role(ResponseRole::Observer);
        assert!(is_applied(&asha.shares(&network, &space, Some(tom.person), observer)));
        let before = asha.entries(&network, &space, 1_000).len();
        assert!(is_applied(&asha.shares(&network, &space, Some(tom.person), observer)));
        assert_eq!(asha.entries(&network, &space, 1_000).len(), before);
    }
}
