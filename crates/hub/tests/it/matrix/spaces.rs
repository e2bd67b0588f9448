//! One space of each sort and of each part in it, and everything that can be asked of them.

use super::Count;
use super::expected::Expected;
use super::people::{Actor, Cast, NATION, REGION, sql};
use crate::kit::{Desk, Network, fields, id, text};
use linchpin_domain::can::Action;
use linchpin_domain::change::{Op, Outcome, RefusedBecause};
use linchpin_domain::command::{Command, Sharing};
use linchpin_domain::id::{AnswerId, CallId, PersonId, QuestionId, RecordId, ResponseId};
use linchpin_domain::nation::Nation;
use linchpin_domain::record::answer::Answer;
use linchpin_domain::record::device::Device;
use linchpin_domain::record::member::Member;
use linchpin_domain::record::organisation::Organisation;
use linchpin_domain::record::question_set::Section;
use linchpin_domain::record::{DELETED, Record};
use linchpin_domain::role::{Given, NetworkRole, ResponseRole};
use linchpin_domain::space::Space;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::live::{PresenceRequest, SeenRequest};
use linchpin_protocol::pull::Cursor;
use linchpin_text::TextDoc;
use linchpin_text::edit::append;
use serde_json::{Value, json};

const FORBIDDEN: Outcome = Outcome::Refused { code: RefusedBecause::ForbiddenSpace };

/// The words of the table for the parts of a response.
const PARTS: [(ResponseRole, &str); 6] = [
    (ResponseRole::Lead, "lead"),
    (ResponseRole::CoAuthor, "co-author"),
    (ResponseRole::Reviewer, "reviewer"),
    (ResponseRole::Commenter, "commenter"),
    (ResponseRole::Signatory, "signatory"),
    (ResponseRole::Observer, "observer"),
];

/// What lies in a space to be changed.
#[derive(Clone, Copy)]
enum Thing {
    /// Nothing that a person changes.
    None,
    /// A section of a call.
    Section(RecordId),
    /// An answer with its text.
    Answer(AnswerId, ResponseId),
    /// An organisation.
    Organisation(RecordId),
    /// Somebody's own device.
    Device,
    /// Somebody's own card.
    Card,
}

/// The word of the table for what somebody is in a space; none where they are not listed.
type Who = Box<dyn Fn(&Actor) -> Option<&'static str>>;

/// A space with who people are in it.
struct Set {
    space: Space,
    thing: Thing,
    who: Who,
}

pub(super) struct Scene {
    lead: Desk,
    guest: PersonId,
    sets: Vec<Set>,
}

fn in_network(actor: &Actor, words: [Option<&'static str>; 6]) -> Option<&'static str> {
    let at = NetworkRole::ALL.iter().position(|(role, _)| *role == actor.role);
    at.and_then(|at| words[at])
}

/// In the order of `NetworkRole::ALL`: member, local, national, steering group, admin, observer. An administrator is
/// a member too.
const IN_NATION: [Option<&str>; 6] =
    [Some("member"), Some("local co-ordinator"), Some("full"), Some("steering group"), Some("member"), None];
const IN_NATIONAL: [Option<&str>; 6] = [
    Some("member"),
    Some("local co-ordinator"),
    Some("national co-ordinator"),
    Some("steering group"),
    Some("admin"),
    Some("partner"),
];
const IN_CALL: [Option<&str>; 6] =
    [Some("member"), Some("member"), Some("full"), Some("steering group"), Some("member"), None];
const AT_HOME: [Option<&str>; 6] = [
    Some("member"),
    Some("full"),
    Some("national co-ordinator"),
    Some("steering group"),
    Some("member"),
    None,
];
const ELSEWHERE: [Option<&str>; 6] =
    [None, None, Some("national co-ordinator"), Some("steering group"), None, None];

fn of_network(space: Space, thing: Thing, words: [Option<&'static str>; 6]) -> Set {
    Set { space, thing, who: Box::new(move |actor| in_network(actor, words)) }
}

impl Scene {
    pub(super) fn set(network: &Network, cast: &Cast) -> Self {
        let lead = cast.lead.copy(900);
        let mut sets = vec![
            of_network(Space::ALL_MEMBERS, Thing::Card, IN_NATION),
            of_network(Space::National, Thing::Organisation(id(60)), IN_NATIONAL),
            Set {
                space: Space::Nation(Some(NATION)),
                thing: Thing::None,
                who: Box::new(|actor| in_network(actor, IN_NATION).filter(|_| actor.at_home)),
            },
            Set {
                space: Space::Nation(Some(Nation::England)),
                thing: Thing::None,
                who: Box::new(|actor| in_network(actor, IN_NATION).filter(|_| !actor.at_home)),
            },
            Set {
                space: Space::Region(REGION.to_owned()),
                thing: Thing::None,
                who: Box::new(|actor| in_network(actor, if actor.at_home { AT_HOME } else { ELSEWHERE })),
            },
            of_network(Space::Me(lead.person), Thing::None, [None; 6]),
        ];
        sets.push(Self::reference_data(network, cast));
        sets.extend(Self::of_org(network, cast));
        let call: CallId = id(61);
        assert_ne!(lead.asks(network, Command::OpenCall { call }).outcome, FORBIDDEN);
        let section = Section { title: "A section".into(), ..Section::default() };
        let made =
            lead.push(network, &Space::Call(call), 1, lead.creates(network, id::<RecordId>(62), &section));
        assert_ne!(made.outcome, FORBIDDEN);
        sets.push(of_network(Space::Call(call), Thing::Section(id(62)), IN_CALL));
        for (n, (role, word)) in (70_u8..).zip(PARTS) {
            sets.push(Self::response(network, cast, &lead, call, n, Some((role, word))));
        }
        sets.push(Self::response(network, cast, &lead, call, 80, None));
        Self { lead, guest: cast.guest, sets }
    }

    /// The national space holds an organisation, which only some make.
    fn reference_data(network: &Network, cast: &Cast) -> Set {
        let admin = cast.actors.iter().find(|actor| actor.role == NetworkRole::Admin).unwrap();
        let body = Organisation { name: "A body".into(), ..Organisation::default() };
        let op = admin.desk.creates(network, id::<RecordId>(60), &body);
        assert_ne!(admin.desk.push(network, &Space::National, 0, op).outcome, FORBIDDEN);
        // Another's own space, for whoever does not own it.
        let owner = admin.desk.person;
        let who = move |actor: &Actor| (actor.desk.person == owner).then_some("owner");
        Set { space: Space::Me(owner), thing: Thing::Device, who: Box::new(who) }
    }

    /// Practices whose people have a post there, or lead them. No command opens one so far.
    fn of_org(network: &Network, cast: &Cast) -> Vec<Set> {
        let mut sets = Vec::new();
        for (code, given, word) in [("A81001", "member", "member"), ("A81002", "full", "full")] {
            let space = Space::Org(code.to_owned());
            let zero = linchpin_domain::sum::Sum::default();
            let stamps = if network.place.is_postgres() { ", last_stamp, last_clamped" } else { "" };
            let stamp = linchpin_domain::stamp::Stamp::ZERO;
            let values = if stamps.is_empty() { String::new() } else { format!(", '{stamp}', '{stamp}'") };
            sql(
                network,
                &format!("INSERT INTO space (name, sum{stamps}) VALUES ('{space}', '{zero}'{values})"),
            );
            let mut people: Vec<PersonId> =
                cast.actors.iter().filter(|actor| actor.at_home).map(|actor| actor.desk.person).collect();
            people.push(cast.lead.person);
            for person in people {
                sql(
                    network,
                    &format!(
                        "INSERT INTO access (who, space_no, given)
                         SELECT '{person}', no, '{given}' FROM space WHERE name = '{space}'"
                    ),
                );
            }
            let who = move |actor: &Actor| match actor.role {
                _ if !actor.at_home => None,
                NetworkRole::Observer => None,
                NetworkRole::SteeringGroup if word == "member" => Some("steering group"),
                _ => Some(word),
            };
            sets.push(Set { space, thing: Thing::None, who: Box::new(who) });
        }
        sets
    }

    /// A response in which everybody has one part, or none.
    fn response(
        network: &Network,
        cast: &Cast,
        lead: &Desk,
        call: CallId,
        n: u8,
        part: Option<(ResponseRole, &'static str)>,
    ) -> Set {
        let (response, question): (ResponseId, QuestionId) = (id(n), id(n));
        let space = Space::Response(response);
        let sharing = Sharing::Named { people: Vec::new() };
        let open = Command::OpenResponse { response, call, sharing };
        assert_ne!(lead.asks(network, open).outcome, FORBIDDEN);
        let answer = AnswerId::of(response, question);
        let record = Answer { response: Some(response), question: Some(question), ..Answer::default() };
        assert_ne!(lead.push(network, &space, 1, lead.creates(network, answer, &record)).outcome, FORBIDDEN);
        for actor in &cast.actors {
            let Some((role, _)) = part else { continue };
            let shared = lead.shares(network, &space, Some(actor.desk.person), Some(Given::Role(role)));
            let partner = actor.role == NetworkRole::Observer && role != ResponseRole::Observer;
            let bad = Outcome::Refused { code: RefusedBecause::BadValue };
            assert_eq!(shared == bad, partner, "a partner's observer looks on at most");
        }
        let who = move |actor: &Actor| {
            let (role, word) = part?;
            let partner = actor.role == NetworkRole::Observer;
            (!partner || role == ResponseRole::Observer).then_some(word)
        };
        Set { space, thing: Thing::Answer(answer, response), who: Box::new(who) }
    }

    /// Sends a file up to every space, by everybody who may, and asks for it by everybody.
    pub(super) fn check_files(&self, network: &Network, cast: &Cast, expected: &Expected, count: &Count) {
        for set in &self.sets {
            let bytes = format!("A file of {}.", set.space).into_bytes();
            let asking = |actor| Asking { network, actor, set, who: (set.who)(actor), expected, count };
            let puts = |actor| asking(actor).adds_file(&bytes);
            let added: Vec<bool> = cast.actors.iter().map(puts).collect();
            let is_there = added.contains(&true);
            cast.actors.iter().for_each(|actor| asking(actor).reads_file(&bytes, is_there));
        }
    }

    /// Tries everything that somebody can ask in every space.
    pub(super) fn check(&self, network: &Network, actor: &Actor, expected: &Expected, count: &Count) {
        for set in &self.sets {
            let who = (set.who)(actor);
            let asking = Asking { network, actor, set, who, expected, count };
            asking.reading();
            asking.hearing(&self.lead);
            asking.writing();
            asking.sharing(self.guest);
        }
    }
}

/// Somebody at a space.
struct Asking<'a> {
    network: &'a Network,
    actor: &'a Actor,
    set: &'a Set,
    who: Option<&'static str>,
    expected: &'a Expected,
    count: &'a Count,
}

impl Asking<'_> {
    fn desk(&self) -> &Desk {
        &self.actor.desk
    }

    fn may(&self, action: Action, own: bool) -> bool {
        self.expected.may(self.set.space.kind(), self.who, action, own)
    }

    fn is(&self, found: bool, action: Action, own: bool, way: &str) {
        let what = format!(
            "{} as {:?} in {}: {} ({way})",
            self.actor.name(),
            self.who,
            self.set.space,
            action.name()
        );
        self.count.is(found, self.may(action, own), &what);
    }

    /// Every way in which a space can show.
    fn reading(&self) {
        let (network, desk, space) = (self.network, self.desk(), &self.set.space);
        let pulled = desk.pulls(network, &[(space.clone(), 0)], 1_000);
        self.is(!pulled.gone.contains(space), Action::Pull, false, "pull");
        self.is(desk.pulls(network, &[], 1).also.contains(space), Action::Pull, false, "also");
        let get = |target: &str| {
            let answer = network.handle(&desk.signed_at(network.now.get(), "GET", target, Vec::new()));
            (answer.status, String::from_utf8_lossy(&crate::kit::unpacked(&answer)).into_owned())
        };
        let (status, _) = get(&format!("/v1/spaces/{space}/bootstrap?part=0"));
        self.is(status == 200, Action::Bootstrap, false, "fill");
        let (_, live) = get("/v1/live");
        self.is(live.contains(&format!("\"{space}\"")), Action::Live, false, "live");
        let next_nonce = Some("0123456789abcdef".to_owned());
        let hello = linchpin_protocol::hello::HelloRequest { next_nonce, ..desk.hello_request(None) };
        let hello: linchpin_protocol::hello::HelloAnswer =
            network.ok(&desk.signed(network, "POST", "/v1/hello", &hello));
        self.is(hello.spaces.iter().any(|head| head.space == *space), Action::Checksum, false, "hello");
    }

    /// Every way in which a file can come in; tells whether it did.
    fn adds_file(&self, bytes: &[u8]) -> bool {
        let (network, desk) = (self.network, self.desk());
        let file = crate::files::request(&self.set.space, bytes);
        let begun = desk.begins(network, &file);
        self.is(begun.is_ok(), Action::BlobPut, false, "begin a file");
        // Each way asks for itself, whatever the first one said.
        let sent = desk.sends_part(network, &file, 0, bytes);
        self.is(sent.is_ok(), Action::BlobPut, false, "part of a file");
        let ended = desk.finishes(network, &file);
        self.is(ended.is_ok(), Action::BlobPut, false, "end of a file");
        if begun.is_err() && !self.may(Action::BlobGet, false) {
            assert_eq!([begun, sent, ended.clone()], [const { Err(ErrorCode::NotFound) }; 3]);
        }
        ended.is_ok_and(|state| state.done)
    }

    /// Asks for a file; whoever may not read it hears what they would hear of one that does not exist.
    fn reads_file(&self, bytes: &[u8], is_there: bool) {
        let (network, desk, space) = (self.network, self.desk(), &self.set.space);
        let none = desk.gets(network, space, &"0a".repeat(32), 0);
        let found = desk.gets(network, space, &linchpin_domain::canonical::sha256_hex(bytes), 0);
        assert_eq!(none.0, 404);
        if is_there {
            self.is(found.0 == 200 && found.1 == bytes, Action::BlobGet, false, "get a file");
        }
        assert!(found == none || found.0 == 200);
    }

    /// What is told of this person to others, and to this person of others.
    fn hearing(&self, lead: &Desk) {
        let (network, desk, space) = (self.network, self.desk(), &self.set.space);
        let here = PresenceRequest { space: space.clone(), answer: None, cursor: None };
        let status = network.handle(&desk.signed(network, "POST", "/v1/presence", &here)).status;
        self.is(status == 204, Action::Live, false, "presence");
        let seen = SeenRequest { cursors: vec![Cursor { space: space.clone(), seq: 1_000_000 }] };
        let status = network.handle(&desk.signed(network, "POST", "/v1/seen", &seen)).status;
        assert_eq!(status, 204, "which says nothing of the space");
        if !matches!(self.set.thing, Thing::Section(_) | Thing::Answer(..)) {
            return;
        }
        let live = network.handle(&lead.signed_at(network.now.get(), "GET", "/v1/live", Vec::new()));
        let live = String::from_utf8(live.body).unwrap();
        let told = live.lines().any(|line| {
            let of_space = line.contains(&format!("\"{space}\"")) && line.contains("\"seen\"");
            of_space && line.contains(&desk.device.to_string())
        });
        self.is(told, Action::Live, false, "seen");
    }

    fn push(&self, op: Op) -> bool {
        self.desk().push(self.network, &self.set.space, 1_000_000, op).outcome != FORBIDDEN
    }

    fn puts<R: Record>(&self, id: impl Into<RecordId>, field: &str, value: Value) -> bool {
        self.push(self.desk().sets::<R>(self.network.now.get(), id, fields(&[(field, value)])))
    }

    /// Makes, changes, deletes and brings back.
    fn writing(&self) {
        let own = RecordId::of_named("own", &self.set.space.to_string(), &self.desk().person.to_string());
        match self.set.thing {
            Thing::None => {}
            Thing::Section(others) => {
                let section = Section { title: "Mine".into(), ..Section::default() };
                self.thing::<Section>(own, others, "title", &section);
            }
            Thing::Organisation(others) => {
                let body = Organisation { name: "Mine".into(), ..Organisation::default() };
                self.thing::<Organisation>(own, others, "name", &body);
            }
            Thing::Answer(others, response) => {
                let question = QuestionId::from(own);
                let record =
                    Answer { response: Some(response), question: Some(question), ..Answer::default() };
                let own = AnswerId::of(response, question).into();
                self.thing::<Answer>(own, others.into(), "due", &record);
                let mut doc = TextDoc::new(10_000 + self.desk().counter.get());
                let words = append(&mut doc, "Words.").unwrap();
                self.is(self.push(text(others, &[], words)), Action::TextUpdate, false, "text");
            }
            Thing::Device => {
                let owner = self.who.is_some();
                let device = match &self.set.space {
                    Space::Me(_) if owner => self.desk().device.into(),
                    _ => own,
                };
                self.is(
                    self.puts::<Device>(device, "name", json!("Mine")),
                    Action::FieldSet,
                    owner,
                    "own device",
                );
            }
            Thing::Card => {
                let person = self.desk().person;
                self.is(
                    self.puts::<Member>(person, "practice", json!("Mine")),
                    Action::FieldSet,
                    true,
                    "own card",
                );
            }
        }
    }

    fn thing<R: Record>(&self, own: RecordId, others: RecordId, field: &str, record: &R) {
        let network = self.network;
        let made = self.push(self.desk().creates(network, own, record));
        self.is(made, Action::RecordCreate, true, "make");
        let value = || json!("2027-01-01");
        self.is(self.puts::<R>(others, field, value()), Action::FieldSet, false, "another's");
        self.is(self.puts::<R>(others, DELETED, json!(true)), Action::Tombstone, false, "another's");
        // What holds words comes back for whoever may write.
        let back = if R::WORDS { Action::FieldSet } else { Action::Restore };
        self.is(self.puts::<R>(others, DELETED, json!(false)), back, false, "another's back");
        if made {
            self.is(self.puts::<R>(own, field, value()), Action::FieldSet, true, "own");
            self.is(self.puts::<R>(own, DELETED, json!(true)), Action::Tombstone, true, "own");
            self.is(self.puts::<R>(own, DELETED, json!(false)), back, true, "own back");
        }
    }

    /// Gives somebody a part, changes it and takes it away.
    fn sharing(&self, guest: PersonId) {
        let parts = match self.set.space {
            Space::Response(_) => [ResponseRole::Observer, ResponseRole::Commenter].map(Given::Role),
            Space::Org(_) | Space::Region(_) | Space::Call(_) => [Given::Member, Given::Member],
            Space::Me(_) | Space::Nation(_) | Space::National => return,
        };
        let share = |given| self.desk().shares(self.network, &self.set.space, Some(guest), given);
        let [first, second] = parts;
        // Where nobody would lead, the part is refused for that, which tells that the asker may give parts.
        self.is(share(Some(first)) != FORBIDDEN, Action::Grant, false, "grant");
        self.is(share(Some(second)) != FORBIDDEN, Action::SetRole, false, "change");
        self.is(share(None) != FORBIDDEN, Action::Revoke, false, "revoke");
    }
}
