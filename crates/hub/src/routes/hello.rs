//! `POST /v1/hello`: who the hub is, what it can do, and how far every space is that the asker may read.

use crate::db::Greeted;
use crate::hub::Hub;
use crate::request::{Answer, Refusal, json};
use crate::router::Call;
use crate::work::HUB;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::hello::{HelloAnswer, HelloRequest};
use linchpin_protocol::limits::Limits;
use linchpin_protocol::{PROTOCOLS, caps};

/// The oldest version of the app that is served.
const MINIMUM_APP: &str = "0.1.0";

/// How long a nonce may be that a desk has drawn: nothing that could be guessed, and nothing to fill a disk with.
const NONCE_BYTES: std::ops::RangeInclusive<usize> = 16..=64;

/// Answers.
pub(crate) fn hello(call: &Call<'_>) -> Result<Answer, Refusal> {
    let request: HelloRequest = call.body()?;
    let protocol = PROTOCOLS.iter().copied().find(|ours| request.protocols.contains(ours));
    let protocol = protocol.ok_or_else(|| Refusal::new(ErrorCode::TooOld))?;
    if request.replica == HUB || i64::try_from(request.last_counter).is_err() {
        return Err(ErrorCode::BadRequest.into());
    }
    let (hub, scope) = (call.hub, call.scope()?);
    let fault = |error| hub.fault(&error);
    let nonce = match request.next_nonce {
        Some(theirs) if is_nonce(&theirs) => theirs,
        Some(_) => return Err(ErrorCode::BadRequest.into()),
        None => drawn(hub),
    };
    let shown = (request.nonce.as_deref(), request.last_counter);
    match hub.db.hello(scope, request.replica, shown, &nonce).map_err(fault)? {
        Greeted::Yes => {}
        Greeted::Forked => return Err(ErrorCode::ReplicaForked.into()),
    }
    let facts = hub.db.facts().map_err(fault)?;
    let caps = caps::OURS.iter().filter(|ours| request.caps.iter().any(|theirs| theirs == *ours));
    json(&HelloAnswer {
        protocol,
        hub_time: call.now_ms,
        hub: facts.id,
        network: facts.network,
        epoch: facts.epoch,
        nonce,
        limits: Limits::default(),
        minimum_app: MINIMUM_APP.to_owned(),
        caps: caps.map(|word| (*word).to_owned()).collect(),
        person: scope.person,
        role: scope.principal.role,
        spaces: hub.db.heads(scope).map_err(fault)?,
        audit: Some(hub.db.audit_head().map_err(fault)?),
    })
}

/// A zero character is no text for every store, and a desk draws none.
fn is_nonce(text: &str) -> bool {
    NONCE_BYTES.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn drawn(hub: &Hub) -> String {
    let mut bytes = [0; 16];
    hub.random(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
