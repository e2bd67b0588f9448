//! One example of each message with every field in it. A message that gains a field is described anew as soon
//! as its example compiles again.

mod sign_in;

use linchpin_domain::canonical::Bytes;
use linchpin_domain::change::{
    Answered, Asked, Change, ChangeId, Done, Entry, HeldBecause, LostValue, Op, Outcome, Put, RefusedBecause,
    TextUpdate,
};
use linchpin_domain::command::{Command, Sharing};
use linchpin_domain::id::{
    AnswerId, CallId, CommandId, DeviceId, GroupId, HubId, PersonId, RecordId, ReplicaId, ResponseId,
};
use linchpin_domain::merge::Edits;
use linchpin_domain::nation::Nation;
use linchpin_domain::record::Envelope;
use linchpin_domain::role::{Given, NetworkRole, ResponseRole};
use linchpin_domain::space::Space;
use linchpin_domain::stamp::Stamp;
use linchpin_domain::sum::Sum;
use linchpin_protocol::account::{JoinAnswer, JoinRequest};
use linchpin_protocol::bootstrap::{KeptUpdate, PartHead, Row, TextState};
use linchpin_protocol::error::{ErrorCode, Problem};
use linchpin_protocol::files::{FileRequest, FileState};
use linchpin_protocol::hello::{AuditHead, HelloAnswer, HelloRequest, SpaceHead};
use linchpin_protocol::limits::Limits;
use linchpin_protocol::live::{Here, LiveEvent, Presence, PresenceRequest, SeenBy, SeenRequest};
use linchpin_protocol::people::{
    ConfirmRequest, Deed, DeedAnswer, DeedRequest, DeviceFacts, PeopleAnswer, PersonFacts, WaitingDeed, Why,
};
use linchpin_protocol::pull::{Cursor, Page, PullAnswer, PullRequest};
use linchpin_protocol::push::{Moved, PushAnswer, PushRequest};
use linchpin_protocol::verify::{SpaceSum, Verdict, Verified, VerifyAnswer, VerifyRequest};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Every code, in the protocol's order.
const CODES: [ErrorCode; 20] = [
    ErrorCode::AuthExpired,
    ErrorCode::DeviceRevoked,
    ErrorCode::BadInvitation,
    ErrorCode::NotAllowed,
    ErrorCode::SignInNeeded,
    ErrorCode::SignInFailed,
    ErrorCode::PassphraseRefused,
    ErrorCode::AccountExists,
    ErrorCode::NotFound,
    ErrorCode::TooOld,
    ErrorCode::TooLarge,
    ErrorCode::BadRequest,
    ErrorCode::Busy,
    ErrorCode::EpochChanged,
    ErrorCode::BootstrapNeeded,
    ErrorCode::ReplicaForked,
    ErrorCode::PartGone,
    ErrorCode::WrongFile,
    ErrorCode::NoRoom,
    ErrorCode::Internal,
];

/// Returns an example of each message, by name.
pub(super) fn all() -> Vec<(&'static str, Value)> {
    let mut all = vec![
        ("JoinRequest", value(&join_request())),
        ("JoinAnswer", value(&join_answer())),
        ("HelloRequest", value(&hello_request())),
        ("HelloAnswer", value(&hello_answer())),
        ("PushRequest", value(&PushRequest { replica: ReplicaId(1), changes: changes() })),
        ("PushAnswer", value(&push_answer())),
        ("PullRequest", value(&PullRequest { epoch: 1, spaces: vec![cursor()], limit: 1 })),
        ("PullAnswer", value(&pull_answer())),
        ("PartHead", value(&part_head())),
        ("Row", Value::Array(rows().iter().map(value).collect())),
        ("LiveEvent", Value::Array(events().iter().map(value).collect())),
        ("SeenRequest", value(&SeenRequest { cursors: vec![cursor()] })),
        ("PresenceRequest", value(&presence_request())),
        ("DeedRequest", Value::Array(deeds().iter().map(|deed| value(&asks(deed))).collect())),
        ("ConfirmRequest", value(&ConfirmRequest { id: CommandId::new(1, [1; 10]) })),
        ("DeedAnswer", Value::Array(deed_answers().iter().map(value).collect())),
        ("PeopleAnswer", value(&people())),
        ("VerifyRequest", value(&verify_request())),
        ("VerifyAnswer", value(&verify_answer())),
        ("FileRequest", value(&FileRequest { space: Space::National, sha256: String::new(), size: 1 })),
        ("FileState", value(&FileState { done: true, parts: vec![0] })),
        ("Problem", problem()),
    ];
    all.extend(sign_in::all());
    all
}

fn value(example: &impl Serialize) -> Value {
    serde_json::to_value(example).unwrap_or(Value::Null)
}

fn id<I: From<RecordId>>() -> I {
    I::from(RecordId::new(1, [1; 10]))
}

fn cursor() -> Cursor {
    Cursor { space: Space::National, seq: 1 }
}

fn stamp() -> Stamp {
    Stamp::new(1, 1, ReplicaId(1))
}

fn problem() -> Value {
    let mut example = value(&Problem {
        code: ErrorCode::Busy,
        retry_after_ms: Some(1),
        hub_time: Some(1),
        detail_id: Some(String::new()),
    });
    if let Value::Object(map) = &mut example {
        map.insert("code".to_owned(), json!({ "$enum": CODES }));
    }
    example
}

fn join_request() -> JoinRequest {
    JoinRequest {
        code: String::new(),
        name: String::new(),
        practice: String::new(),
        nation: Some(Nation::England),
        person: id(),
        device: id(),
        device_name: String::new(),
        platform: String::new(),
        public_key: Bytes::default(),
    }
}

fn join_answer() -> JoinAnswer {
    let hub = HubId::new(1, [1; 10]);
    JoinAnswer { hub, network: String::new(), person: id(), role: NetworkRole::Member, hub_time: 1 }
}

fn verify_request() -> VerifyRequest {
    let space = SpaceSum { space: Space::National, seq: 1, sum: Sum::default() };
    VerifyRequest { epoch: 1, spaces: vec![space] }
}

fn verify_answer() -> VerifyAnswer {
    let verdicts = [Verdict::Equal, Verdict::Differs, Verdict::Moved, Verdict::Gone];
    let verified = verdicts.map(|verdict| Verified { space: Space::National, verdict });
    VerifyAnswer { spaces: verified.to_vec(), hub_time: 1 }
}

fn hello_request() -> HelloRequest {
    HelloRequest {
        replica: ReplicaId(1),
        nonce: Some(String::new()),
        next_nonce: Some(String::new()),
        last_counter: 1,
        app: String::new(),
        protocols: vec![1],
        schema: 1,
        caps: vec![String::new()],
    }
}

fn hello_answer() -> HelloAnswer {
    HelloAnswer {
        protocol: 1,
        hub_time: 1,
        hub: HubId::new(1, [1; 10]),
        network: String::new(),
        epoch: 1,
        nonce: String::new(),
        limits: Limits::default(),
        minimum_app: String::new(),
        caps: vec![String::new()],
        person: id(),
        role: NetworkRole::Member,
        spaces: vec![SpaceHead {
            space: Space::National,
            head: 1,
            sum: Sum::default(),
            restored_head: Some(1),
        }],
        audit: Some(AuditHead { no: 1, hash: String::new() }),
    }
}

fn put() -> Put {
    let edits = Edits::from([("field".to_owned(), (Value::Null, stamp()))]);
    Put { kind: String::new(), id: id(), schema: 1, create: true, edits }
}

fn text() -> TextUpdate {
    TextUpdate { doc: id(), sv_before: Bytes::default(), schema: 1, bytes: Bytes::default() }
}

fn asked() -> [Asked; 4] {
    let cid = CommandId::new(1, [1; 10]);
    let call = CallId::new(1, [1; 10]);
    let person: PersonId = id();
    let sharing = Sharing::Named { people: vec![(person, ResponseRole::Lead)] };
    let response = ResponseId::new(1, [1; 10]);
    [
        Asked { cid, command: Command::OpenCall { call } },
        Asked { cid, command: Command::OpenResponse { response, call, sharing } },
        Asked {
            cid,
            command: Command::Share {
                space: Space::National,
                person: Some(person),
                given: Some(Given::Role(ResponseRole::Observer)),
            },
        },
        Asked { cid, command: Command::ConfirmMassDelete { records: vec![id()] } },
    ]
}

fn changes() -> Vec<Change> {
    let ops = [Op::Put(put()), Op::Text(text())].into_iter().chain(asked().map(Op::Cmd));
    let change_id = ChangeId { replica: ReplicaId(1), counter: 1 };
    let group = GroupId::new(1, [1; 10]);
    let change =
        |op| Change { id: change_id, hash: String::new(), space: Space::National, group, base: 1, op };
    ops.map(change).collect()
}

fn push_answer() -> PushAnswer {
    let outcomes = [
        Outcome::Applied { seq: 1 },
        Outcome::Superseded { seq: 1 },
        Outcome::Held { reason: HeldBecause::Unreadable },
        Outcome::Refused { code: RefusedBecause::BadValue },
        Outcome::Retry,
        Outcome::Reoffer,
        Outcome::IdReused,
    ];
    let change_id = ChangeId { replica: ReplicaId(1), counter: 1 };
    let clamped = BTreeMap::from([("field".to_owned(), stamp())]);
    let answered = |outcome| Answered { id: change_id, outcome, duplicate: true, clamped: clamped.clone() };
    let moved = Moved { space: Space::National, before: 1, after: 1, ours: true };
    PushAnswer { results: outcomes.map(answered).into(), spaces: vec![moved], hub_time: 1 }
}

fn pull_answer() -> PullAnswer {
    let [opened, ..] = asked();
    let lost = LostValue {
        kind: String::new(),
        id: id(),
        field: String::new(),
        value: Value::Null,
        stamp: stamp(),
        by: id(),
        apart: true,
    };
    let entry = |done| Entry {
        seq: 1,
        author: id(),
        at: 1,
        id: ChangeId { replica: ReplicaId(1), counter: 1 },
        group: GroupId::new(1, [1; 10]),
        done,
    };
    let all = [Done::Put(put()), Done::Text(text()), Done::Lost(lost), Done::Cmd(opened)];
    let page = Page {
        space: Space::National,
        from: 1,
        to: 1,
        head: 1,
        sum: Some(Sum::default()),
        more: true,
        entries: all.map(entry).into(),
    };
    let spaces = || vec![Space::National];
    PullAnswer { pages: vec![page], gone: spaces(), bootstrap: spaces(), also: spaces(), hub_time: 1 }
}

fn part_head() -> PartHead {
    PartHead { space: Space::National, epoch: 1, seq: 1, part: 1, parts: 1, sum: Sum::default(), rows: 1 }
}

fn rows() -> [Row; 2] {
    let mut record = Envelope::new(id(), Space::National, "", 1);
    record.seq = Some(1);
    let update = KeptUpdate { seq: 1, author: id(), at: 1, bytes: Bytes::default() };
    let text = TextState {
        doc: id(),
        schema: 1,
        snapshot: Some(Bytes::default()),
        updates: vec![update],
        sum: Sum::default(),
        authors: vec![(1, id())],
    };
    [Row::Record(record), Row::Text(text)]
}

fn events() -> [LiveEvent; 4] {
    let (answer, device, person): (AnswerId, DeviceId, PersonId) = (id(), id(), id());
    let here = Here { device, person, cursor: Some(String::new()) };
    [
        LiveEvent::Head { space: Space::National, seq: 1 },
        LiveEvent::Access,
        LiveEvent::Presence(Presence { answer, here: vec![here] }),
        LiveEvent::Seen(SeenBy { space: Space::National, person, device, seq: 1 }),
    ]
}

fn presence_request() -> PresenceRequest {
    PresenceRequest { space: Space::National, answer: Some(id()), cursor: Some(String::new()) }
}

fn deeds() -> [Deed; 5] {
    let role = NetworkRole::Member;
    [
        Deed::Invite { email: String::new(), role, region: String::new() },
        Deed::SetRole { person: id(), role },
        Deed::Suspend { person: id() },
        Deed::Reinstate { person: id() },
        Deed::RevokeDevice { device: id(), why: Why::Lost },
    ]
}

fn asks(deed: &Deed) -> DeedRequest {
    DeedRequest { id: CommandId::new(1, [1; 10]), deed: deed.clone() }
}

fn deed_answers() -> [DeedAnswer; 2] {
    [DeedAnswer::Done { code: Some(String::new()) }, DeedAnswer::Waits { until: 1 }]
}

fn people() -> PeopleAnswer {
    let device = DeviceFacts { device: id(), added_at: 1, revoked_at: 1, why: Some(Why::Lost) };
    let person = PersonFacts {
        person: id(),
        name: String::new(),
        email: String::new(),
        role: NetworkRole::Member,
        region: String::new(),
        nation: Some(Nation::England),
        suspended: true,
        joined_at: 1,
        devices: vec![device],
    };
    let waiting = deeds().into_iter().map(|deed| WaitingDeed {
        id: CommandId::new(1, [1; 10]),
        deed,
        asked_by: id(),
        asked_at: 1,
        until: 1,
    });
    PeopleAnswer { people: vec![person], waiting: waiting.collect() }
}
