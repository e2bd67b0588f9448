//! `POST /v1/push`: changes in the order of their counters.

use crate::db::{PushDone, Pushing};
use crate::request::{Answer, Refusal, json};
use crate::router::Call;
use crate::routes::check_epoch;
use crate::work::HUB;
use linchpin_domain::change::Change;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::limits;
use linchpin_protocol::push::PushRequest;

/// The length of a hash in hexadecimal digits.
const HASH_DIGITS: usize = 64;

/// Answers.
pub(crate) fn push(call: &Call<'_>) -> Result<Answer, Refusal> {
    check_epoch(call)?;
    let request: PushRequest = call.body()?;
    check(&request)?;
    let (hub, scope) = (call.hub, call.scope()?);
    let together = hub.together(scope.person, call.now_ms);
    let pushing = Pushing { scope, request: &request, together: &together, now_ms: call.now_ms };
    match hub.db.push(&pushing).map_err(|error| hub.fault(&error))? {
        PushDone::Yes { answer, moved, rights } => {
            hub.tell_rights(rights);
            hub.live.moved(moved);
            json(&answer)
        }
        PushDone::Forked => Err(ErrorCode::ReplicaForked.into()),
        PushDone::Revoked => Err(ErrorCode::DeviceRevoked.into()),
    }
}

fn check(request: &PushRequest) -> Result<(), Refusal> {
    // A group is never cut, so a push may be larger than the limit by one group.
    if request.changes.len() > limits::CHANGES + limits::GROUP_CHANGES {
        return Err(ErrorCode::TooLarge.into());
    }
    let mut last = 0;
    for Change { id, hash, base, .. } in &request.changes {
        let fits = i64::try_from(id.counter).is_ok() && i64::try_from(*base).is_ok();
        let is_hash = hash.len() == HASH_DIGITS && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        if id.replica != request.replica || id.replica == HUB || id.counter <= last || !fits || !is_hash {
            return Err(ErrorCode::BadRequest.into());
        }
        last = id.counter;
    }
    Ok(())
}
