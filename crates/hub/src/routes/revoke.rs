//! `POST /v1/account/revoke`: the end of one of the person's own devices. Its next request is refused, and its live
//! stream ends within seconds.

use crate::account::store;
use crate::request::{Answer, Refusal};
use crate::router::Call;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::sign_in::RevokeRequest;

/// Answers.
pub(crate) fn revoke(call: &Call<'_>) -> Result<Answer, Refusal> {
    let request: RevokeRequest = call.body()?;
    let (hub, scope) = (call.hub, call.scope()?);
    let cut = store::revoke_own(hub.db.as_ref(), scope.person, request.device, call.now_ms)
        .map_err(|error| hub.fault(&error))?;
    if !cut {
        return Err(ErrorCode::NotFound.into());
    }
    tracing::info!(person = %scope.person, device = %request.device, "a device was cut off by its owner");
    Ok(Answer::noted())
}
