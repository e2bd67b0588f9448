//! A network in memory: a hub with fixed randomness, a clock that the test moves, and desks that sign what they
//! ask. No socket.

use crate::engines::Place;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use linchpin_domain::canonical::Bytes;
use linchpin_domain::change::{Answered, Asked, Change, ChangeId, Done, Entry, Op, Outcome, Put, TextUpdate};
use linchpin_domain::command::{Command, Sharing};
use linchpin_domain::id::{
    AnswerId, CallId, CommandId, DeviceId, GroupId, PersonId, QuestionId, RecordId, ReplicaId, ResponseId,
};
use linchpin_domain::nation::Nation;
use linchpin_domain::record::{Fields, Record, encode};
use linchpin_domain::role::{Given, NetworkRole};
use linchpin_domain::space::Space;
use linchpin_domain::stamp::Stamp;
use linchpin_hub::{Answer, Hub, Random, Request};
use linchpin_protocol::account::{JoinAnswer, JoinRequest};
use linchpin_protocol::bootstrap::{PartHead, Row};
use linchpin_protocol::error::{ErrorCode, Problem};
use linchpin_protocol::hello::{HelloAnswer, HelloRequest};
use linchpin_protocol::proof::{HEADER_DEVICE, HEADER_NONCE, HEADER_PROOF, HEADER_TIME, signed_bytes};
use linchpin_protocol::pull::{Cursor, PullAnswer, PullRequest};
use linchpin_protocol::push::{PushAnswer, PushRequest};
use linchpin_protocol::sign_in::{HEADER_SESSION, Session};
use linchpin_protocol::{HEADER_EPOCH, HEADER_PROTOCOL};
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) const NOW: u64 = 1_700_000_000_000;

/// Randomness that is the same in every run.
pub(crate) fn seeded(seed: u64) -> Random {
    let mut state = seed;
    Box::new(move |bytes: &mut [u8]| {
        for byte in bytes {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (state >> 56) as u8;
        }
    })
}

pub(crate) fn id<I: From<RecordId>>(n: u8) -> I {
    I::from(RecordId::new(1_600_000_000_000 + u64::from(n), [n; 10]))
}

/// A hub with its clock.
pub(crate) struct Network {
    pub(crate) hub: Arc<Hub>,
    pub(crate) now: Cell<u64>,
    pub(crate) place: Place,
}

/// A device that signs.
pub(crate) struct Desk {
    pub(crate) person: PersonId,
    pub(crate) device: DeviceId,
    pub(crate) replica: ReplicaId,
    pub(crate) key: Ed25519KeyPair,
    pub(crate) counter: Cell<u64>,
    pub(crate) nonces: Cell<u64>,
    /// What goes beside the proof, once somebody is signed in.
    pub(crate) session: RefCell<Option<Session>>,
}

impl Network {
    pub(crate) fn new() -> Self {
        Place::Memory.init()
    }

    pub(crate) fn passes(&self, ms: u64) {
        self.now.set(self.now.get() + ms);
    }

    /// Lets a person in, with the role of the invitation.
    pub(crate) fn person_as(&self, n: u8, role: NetworkRole) -> Desk {
        self.person_of(n, role, "")
    }

    /// Lets a person of a region in.
    pub(crate) fn person_of(&self, n: u8, role: NetworkRole, region: &str) -> Desk {
        let email = format!("p{n}@example.org");
        let code = self.hub.invite_to(&email, role, region, self.now.get()).unwrap().code;
        self.joins(n, &code, role)
    }

    /// Lets a person in with an invitation.
    pub(crate) fn joins(&self, n: u8, code: &str, role: NetworkRole) -> Desk {
        self.joins_from(n, code, role, None)
    }

    /// Lets a person of a nation in with an invitation.
    pub(crate) fn joins_from(&self, n: u8, code: &str, role: NetworkRole, nation: Option<Nation>) -> Desk {
        let desk = Desk::new(n);
        let request = JoinRequest { nation, ..desk.join_request(code) };
        let joined: JoinAnswer = self.ok(&desk.signed(self, "POST", "/v1/join", &request));
        assert_eq!((joined.person, joined.role), (desk.person, role));
        desk
    }

    pub(crate) fn person(&self, n: u8) -> Desk {
        self.person_as(n, NetworkRole::Member)
    }

    /// Two managers, and a call with a response that the first has opened to all.
    pub(crate) fn two_managers(&self) -> (Desk, Desk, Opened) {
        let (asha, tom) = (self.person(1), self.person(2));
        let opened = asha.opens(self, 9);
        (asha, tom, opened)
    }

    pub(crate) fn handle(&self, request: &Request) -> Answer {
        self.hub.handle(request, self.now.get())
    }

    pub(crate) fn ok<T: DeserializeOwned>(&self, request: &Request) -> T {
        let answer = self.handle(request);
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        serde_json::from_slice(&unpacked(&answer)).unwrap()
    }

    pub(crate) fn code(&self, request: &Request) -> ErrorCode {
        let answer = self.handle(request);
        let problem: Problem = serde_json::from_slice(&answer.body)
            .unwrap_or_else(|_| panic!("{} {}", answer.status, String::from_utf8_lossy(&answer.body)));
        assert_eq!(answer.status, problem.code.status());
        problem.code
    }
}

pub(crate) fn unpacked(answer: &Answer) -> Vec<u8> {
    let packed = answer.headers.iter().any(|(name, value)| *name == "content-encoding" && value == "zstd");
    if packed { zstd::decode_all(answer.body.as_slice()).unwrap() } else { answer.body.clone() }
}

/// A call and its response, open to all.
#[derive(Clone, Copy)]
pub(crate) struct Opened {
    pub(crate) call: CallId,
    pub(crate) response: ResponseId,
    pub(crate) answer: AnswerId,
}

impl Opened {
    pub(crate) fn new(n: u8) -> Self {
        let call: CallId = id(n);
        let response = ResponseId::of(call);
        let question: QuestionId = id(n + 1);
        Self { call, response, answer: AnswerId::of(response, question) }
    }

    pub(crate) fn of_call(&self) -> Space {
        Space::Call(self.call)
    }

    pub(crate) fn of_response(&self) -> Space {
        Space::Response(self.response)
    }
}

impl Desk {
    pub(crate) fn new(n: u8) -> Self {
        Self {
            person: id(n),
            device: id(n + 100),
            replica: ReplicaId(u64::from(n)),
            key: Ed25519KeyPair::from_seed_unchecked(&[n; 32]).unwrap(),
            counter: Cell::new(0),
            nonces: Cell::new(0),
            session: RefCell::new(None),
        }
    }

    /// The same person and device as another copy of the store.
    pub(crate) fn copy(&self, replica: u64) -> Self {
        let seed = self.person.0.as_bytes()[15];
        Self { replica: ReplicaId(replica), nonces: Cell::new(1_000_000 * replica), ..Self::new(seed) }
    }

    pub(crate) fn join_request(&self, code: &str) -> JoinRequest {
        JoinRequest {
            code: code.to_owned(),
            name: format!("Person {}", self.replica.0),
            practice: "Sample practice".to_owned(),
            nation: None,
            person: self.person,
            device: self.device,
            device_name: "Desk".to_owned(),
            platform: "linux".to_owned(),
            public_key: Bytes(self.key.public_key().as_ref().to_vec()),
        }
    }

    pub(crate) fn signed(
        &self,
        network: &Network,
        method: &str,
        target: &str,
        body: &impl Serialize,
    ) -> Request {
        self.signed_at(network.now.get(), method, target, serde_json::to_vec(body).unwrap())
    }

    pub(crate) fn signed_at(&self, time_ms: u64, method: &str, target: &str, body: Vec<u8>) -> Request {
        self.nonces.set(self.nonces.get() + 1);
        let nonce = format!("{:032x}", self.nonces.get());
        let proof = STANDARD.encode(self.key.sign(&signed_bytes(method, target, &body, time_ms, &nonce)));
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let headers = [
            (HEADER_PROTOCOL, "1".to_owned()),
            (HEADER_DEVICE, self.device.to_string()),
            (HEADER_TIME, time_ms.to_string()),
            (HEADER_NONCE, nonce),
            (HEADER_PROOF, proof),
        ];
        let mut request = Request {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: headers.map(|(name, value)| (name.to_owned(), value)).into(),
            body,
            peer: "192.0.2.1".to_owned(),
        };
        if let Some(session) = &*self.session.borrow() {
            request.headers.insert(HEADER_SESSION.to_owned(), session.access.0.clone());
        }
        request
    }

    pub(crate) fn hello_request(&self, nonce: Option<&str>) -> HelloRequest {
        HelloRequest {
            replica: self.replica,
            nonce: nonce.map(str::to_owned),
            next_nonce: None,
            last_counter: self.counter.get(),
            app: "0.1.0".to_owned(),
            protocols: vec![1],
            schema: 1,
            caps: vec!["zstd".to_owned(), "sings".to_owned()],
        }
    }

    pub(crate) fn hello(&self, network: &Network, nonce: Option<&str>) -> HelloAnswer {
        network.ok(&self.signed(network, "POST", "/v1/hello", &self.hello_request(nonce)))
    }

    pub(crate) fn change_in(&self, group: GroupId, space: &Space, base: u64, op: Op) -> Change {
        self.counter.set(self.counter.get() + 1);
        let id = ChangeId { replica: self.replica, counter: self.counter.get() };
        Change { id, hash: op.hash(space), space: space.clone(), group, base, op }
    }

    pub(crate) fn change(&self, network: &Network, space: &Space, base: u64, op: Op) -> Change {
        let mut random = [0; 10];
        random[0] = self.replica.0 as u8;
        random[1..9].copy_from_slice(&(self.counter.get() + 1).to_be_bytes());
        self.change_in(GroupId::new(network.now.get(), random), space, base, op)
    }

    pub(crate) fn push_request(&self, network: &Network, changes: &[Change]) -> Request {
        let body = PushRequest { replica: self.replica, changes: changes.to_vec() };
        let mut request = self.signed(network, "POST", "/v1/push", &body);
        request.headers.insert(HEADER_EPOCH.to_owned(), network.hub.facts().unwrap().epoch.to_string());
        request
    }

    pub(crate) fn pushes(&self, network: &Network, changes: &[Change]) -> PushAnswer {
        network.ok(&self.push_request(network, changes))
    }

    /// Pushes one change and returns what became of it.
    pub(crate) fn push(&self, network: &Network, space: &Space, base: u64, op: Op) -> Answered {
        let change = self.change(network, space, base, op);
        self.pushes(network, &[change]).results.remove(0)
    }

    pub(crate) fn pull_request(&self, network: &Network, cursors: &[(Space, u64)], limit: usize) -> Request {
        let spaces = cursors.iter().map(|(space, seq)| Cursor { space: space.clone(), seq: *seq }).collect();
        let epoch = network.hub.facts().unwrap().epoch;
        self.signed(network, "POST", "/v1/pull", &PullRequest { epoch, spaces, limit })
    }

    pub(crate) fn pulls(&self, network: &Network, cursors: &[(Space, u64)], limit: usize) -> PullAnswer {
        network.ok(&self.pull_request(network, cursors, limit))
    }

    /// Pulls a space from its beginning, whatever the pages.
    pub(crate) fn entries(&self, network: &Network, space: &Space, limit: usize) -> Vec<Entry> {
        let (mut all, mut cursor) = (Vec::new(), 0);
        loop {
            let answer = self.pulls(network, &[(space.clone(), cursor)], limit);
            let Some(page) = answer.pages.into_iter().next() else { return all };
            assert!(page.from == cursor && page.to > cursor, "{} {}", page.from, page.to);
            cursor = page.to;
            all.extend(page.entries);
        }
    }

    pub(crate) fn part(&self, network: &Network, target: &str) -> (PartHead, Vec<Row>) {
        let answer = network.handle(&self.signed_at(network.now.get(), "GET", target, Vec::new()));
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        let bytes = unpacked(&answer);
        let mut lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let head = serde_json::from_slice(lines.next().unwrap()).unwrap();
        (head, lines.map(|line| serde_json::from_slice(line).unwrap()).collect())
    }

    /// Opens a call and its response to everybody, with one answer.
    pub(crate) fn opens(&self, network: &Network, n: u8) -> Opened {
        let opened = Opened::new(n);
        let cid =
            |m: u8| CommandId::new(network.now.get(), [n, m, self.replica.0 as u8, 0, 0, 0, 0, 0, 0, 0]);
        let call = Command::OpenCall { call: opened.call };
        let response = Command::OpenResponse {
            response: opened.response,
            call: opened.call,
            sharing: Sharing::Everyone,
        };
        let answer = linchpin_domain::record::answer::Answer {
            response: Some(opened.response),
            question: Some(id(n + 1)),
            ..Default::default()
        };
        let group = GroupId::new(network.now.get(), [n; 10]);
        let changes = [
            self.change(network, &opened.of_call(), 0, Op::Cmd(Asked { cid: cid(1), command: call })),
            self.change_in(
                group,
                &opened.of_response(),
                0,
                Op::Cmd(Asked { cid: cid(2), command: response }),
            ),
            self.change_in(group, &opened.of_response(), 0, self.creates(network, opened.answer, &answer)),
        ];
        let answer = self.pushes(network, &changes);
        assert!(
            answer.results.iter().all(|one| matches!(one.outcome, Outcome::Applied { .. })),
            "{answer:?}"
        );
        opened
    }

    /// Asks the hub for something in a space.
    pub(crate) fn asks(&self, network: &Network, command: Command) -> Answered {
        let mut random = [self.replica.0 as u8; 10];
        random[2..].copy_from_slice(&self.counter.get().to_be_bytes());
        let space = command.space().unwrap();
        let cid = CommandId::new(network.now.get(), random);
        self.push(network, &space, 0, Op::Cmd(Asked { cid, command }))
    }

    /// Gives somebody a part in a space, or takes it away.
    pub(crate) fn shares(
        &self,
        network: &Network,
        space: &Space,
        person: Option<PersonId>,
        given: Option<Given>,
    ) -> Outcome {
        self.asks(network, Command::Share { space: space.clone(), person, given }).outcome
    }

    fn stamp(&self, ms: u64) -> Stamp {
        Stamp::new(ms, 0, self.replica)
    }

    pub(crate) fn creates<R: Record>(&self, network: &Network, id: impl Into<RecordId>, record: &R) -> Op {
        let edits = self.edits(network.now.get(), encode(record));
        Op::Put(Put {
            kind: R::KIND.name().to_owned(),
            id: id.into(),
            schema: R::SCHEMA,
            create: true,
            edits,
        })
    }

    pub(crate) fn sets<R: Record>(&self, ms: u64, id: impl Into<RecordId>, fields: Fields) -> Op {
        let edits = self.edits(ms, fields);
        Op::Put(Put {
            kind: R::KIND.name().to_owned(),
            id: id.into(),
            schema: R::SCHEMA,
            create: false,
            edits,
        })
    }

    fn edits(&self, ms: u64, fields: Fields) -> BTreeMap<String, (serde_json::Value, Stamp)> {
        fields.into_iter().map(|(field, value)| (field, (value, self.stamp(ms)))).collect()
    }
}

pub(crate) fn text(doc: AnswerId, sv_before: &[u8], bytes: Vec<u8>) -> Op {
    Op::Text(TextUpdate { doc, sv_before: Bytes(sv_before.to_vec()), schema: 1, bytes: Bytes(bytes) })
}

pub(crate) fn fields(pairs: &[(&str, serde_json::Value)]) -> Fields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

/// Brings entries together as a desk does, and returns its records.
pub(crate) fn replayed(
    space: &Space,
    entries: &[Entry],
) -> BTreeMap<RecordId, linchpin_domain::record::Envelope> {
    let mut records = BTreeMap::new();
    for entry in entries {
        let Done::Put(put) = &entry.done else { continue };
        let record = records.entry(put.id).or_insert_with(|| {
            linchpin_domain::record::Envelope::new(put.id, space.clone(), &put.kind, put.schema)
        });
        linchpin_domain::merge::merge(record, &put.edits);
        record.seq = Some(entry.seq);
    }
    records
}
