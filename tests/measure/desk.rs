//! A device that signs what it asks and has no store: what a hub is filled and driven with. What it asks is written
//! and read by the product's own code for the line; while a hub is filled, only the socket is missing.

use anyhow::{Context, Result, bail, ensure};
use linchpin_domain::canonical::Bytes;
use linchpin_domain::change::{Asked, Change, ChangeId, Op, Outcome, Put, TextUpdate};
use linchpin_domain::command::Command;
use linchpin_domain::id::{AnswerId, CommandId, DeviceId, GroupId, PersonId, RecordId, ReplicaId};
use linchpin_domain::record::{Fields, Record, encode};
use linchpin_domain::role::NetworkRole;
use linchpin_domain::space::Space;
use linchpin_domain::stamp::Stamp;
use linchpin_hub::{Hub, Random, Request};
use linchpin_protocol::account::JoinRequest;
use linchpin_protocol::push::PushRequest;
use linchpin_protocol::sign_in::{HEADER_SESSION, RefreshRequest, Session};
use linchpin_sync::driver::{SystemClock, SystemRng};
use linchpin_sync::http::{DeviceKey, Letter, letter, read_letter};
use linchpin_sync::seam::{AccountCall, AccountReply, Call, Clock, Reply, Rng, Terms};
use linchpin_text::schema::SCHEMA;

/// How long before its end a session is refreshed, in milliseconds: as the app does it.
const EARLY_MS: u64 = 60_000;

/// A device.
pub(crate) struct Desk {
    pub(crate) person: PersonId,
    pub(crate) session: Option<Session>,
    pub(crate) replica: ReplicaId,
    pub(crate) epoch: u64,
    /// How many changes it has made.
    pub(crate) counter: u64,
    /// What it shows at its next hello.
    pub(crate) nonce: Option<String>,
    device: DeviceId,
    key: DeviceKey,
    nonces: u64,
}

/// Returns this computer's time.
pub(crate) fn now_ms() -> u64 {
    SystemClock::new().now_ms()
}

/// Returns the system's randomness as a hub takes it.
pub(crate) fn random() -> Random {
    let mut rng = SystemRng::new();
    Box::new(move |bytes: &mut [u8]| {
        for some in bytes.chunks_mut(8) {
            some.iter_mut().zip(rng.roll().to_be_bytes()).for_each(|(byte, drawn)| *byte = drawn);
        }
    })
}

/// Returns the part of an id that tells it from others: what it is of, and a number.
pub(crate) fn part(of: u8, n: u64) -> [u8; 10] {
    let [a, b, c, d, e, f, g, h] = n.to_be_bytes();
    [of, 0, a, b, c, d, e, f, g, h]
}

impl Desk {
    /// Lets the person of a number in.
    pub(crate) fn joins(hub: &Hub, n: u64) -> Result<Self> {
        let now_ms = now_ms();
        let code = hub.invite(&format!("p{n}@example.org"), NetworkRole::Member, now_ms)?.code;
        let mut seed = [7; 32];
        seed.iter_mut().zip(n.to_be_bytes()).for_each(|(byte, of)| *byte = of);
        let mut desk = Self {
            person: PersonId::new(now_ms, part(1, n)),
            session: None,
            replica: ReplicaId(n + 1),
            epoch: hub.facts()?.epoch,
            device: DeviceId::new(now_ms, part(2, n)),
            key: DeviceKey::from_seed(&seed),
            counter: 0,
            nonce: None,
            nonces: 0,
        };
        let request = JoinRequest {
            code,
            name: format!("Person {n}"),
            practice: format!("Practice {}", n / 2),
            nation: None,
            person: desk.person,
            device: desk.device,
            device_name: "Desk".to_owned(),
            platform: "linux".to_owned(),
            public_key: desk.key.public(),
        };
        desk.asks(hub, &Call::Join(request))?;
        Ok(desk)
    }

    /// Writes and signs a request.
    pub(crate) fn letter(&mut self, call: &Call) -> Result<Letter> {
        self.nonces += 1;
        let terms = Terms { hub_now_ms: now_ms(), epoch: self.epoch };
        let nonce = format!("{:032x}", self.nonces);
        let Ok(mut letter) = letter(call, terms, self.device, &self.key, nonce, true) else {
            bail!("a request cannot be written");
        };
        if let Some(session) = &self.session {
            letter.headers.insert(HEADER_SESSION, session.access.0.parse()?);
        }
        Ok(letter)
    }

    /// Returns what refreshes its session, where that is due.
    pub(crate) fn refreshes(&self) -> Option<Call> {
        let due = self.session.as_ref().filter(|session| session.access_until < now_ms() + EARLY_MS)?;
        Some(Call::Account(AccountCall::Refresh(RefreshRequest { refresh: due.refresh.clone() })))
    }

    /// Goes on with the session that it was given.
    pub(crate) fn goes_on(&mut self, reply: Reply) -> Result<()> {
        let Reply::Account(AccountReply::Session(next)) = reply else { bail!("no answer to a refresh") };
        self.session = Some(next);
        Ok(())
    }

    /// Asks a hub in this process.
    pub(crate) fn asks(&mut self, hub: &Hub, call: &Call) -> Result<Reply> {
        if let Some(refresh) = self.refreshes() {
            let reply = self.asked(hub, &refresh)?;
            self.goes_on(reply)?;
        }
        self.asked(hub, call)
    }

    fn asked(&mut self, hub: &Hub, call: &Call) -> Result<Reply> {
        let letter = self.letter(call)?;
        let (path, query) = letter.target.split_once('?').unwrap_or((&letter.target, ""));
        let request = Request {
            method: letter.method.as_str().to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: letter.plain_headers().into_iter().collect(),
            body: letter.body,
            peer: "192.0.2.1".to_owned(),
        };
        let answer = hub.handle(&request, now_ms());
        read_letter(call, answer.status, answer.body)
            .map_err(|fault| anyhow::anyhow!("the hub says {fault:?}"))
    }

    /// Sends changes to a hub in this process; all must be applied.
    pub(crate) fn pushes(&mut self, hub: &Hub, changes: Vec<Change>) -> Result<()> {
        let call = Call::Push(PushRequest { replica: self.replica, changes });
        applied(self.asks(hub, &call)?)
    }

    /// Returns a group of its own for changes.
    pub(crate) fn group(&self) -> GroupId {
        GroupId::new(now_ms(), part(3, self.replica.0 << 32 | self.counter))
    }

    /// Returns the next change.
    pub(crate) fn change(&mut self, group: GroupId, space: &Space, base: u64, op: Op) -> Change {
        self.counter += 1;
        let id = ChangeId { replica: self.replica, counter: self.counter };
        Change { id, hash: op.hash(space), space: space.clone(), group, base, op }
    }

    /// Asks for something that the hub decides, in a space that is not there yet.
    pub(crate) fn command(&mut self, group: GroupId, space: &Space, command: Command) -> Change {
        let cid = CommandId::new(now_ms(), part(4, self.replica.0 << 32 | self.counter));
        self.change(group, space, 0, Op::Cmd(Asked { cid, command }))
    }

    /// Makes a record.
    pub(crate) fn creates<R: Record>(&self, id: impl Into<RecordId>, record: &R) -> Op {
        self.puts::<R>(id, true, encode(record))
    }

    /// Sets fields of a record, or makes it.
    pub(crate) fn puts<R: Record>(&self, id: impl Into<RecordId>, create: bool, fields: Fields) -> Op {
        let stamp = Stamp::new(now_ms(), 0, self.replica);
        let edits = fields.into_iter().map(|(field, value)| (field, (value, stamp))).collect();
        Op::Put(Put { kind: R::KIND.name().to_owned(), id: id.into(), schema: R::SCHEMA, create, edits })
    }
}

/// Returns an update of a text as it is sent.
pub(crate) fn text(doc: AnswerId, sv_before: Vec<u8>, bytes: Vec<u8>) -> Op {
    Op::Text(TextUpdate { doc, sv_before: Bytes(sv_before), schema: SCHEMA, bytes: Bytes(bytes) })
}

/// Makes sure that every change of a push was applied.
pub(crate) fn applied(reply: Reply) -> Result<()> {
    let Reply::Push(answer) = reply else { bail!("no answer to a push") };
    let other = answer.results.iter().find(|one| !matches!(one.outcome, Outcome::Applied { .. }));
    ensure!(other.is_none(), "a change was not applied: {:?}", other.context("one"));
    Ok(())
}
