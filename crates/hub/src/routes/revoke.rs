//! `POST /v1/account/revoke`: the end of one of the person's own devices. Its next request is refused, and its live
//! stream ends within seconds.

use crate::db::people::Doer;
use crate::request::{Answer, Refusal};
use crate::router::Call;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::people::{Deed, Why};
use linchpin_protocol::sign_in::RevokeRequest;

/// Answers.
pub(crate) fn revoke(call: &Call<'_>) -> Result<Answer, Refusal> {
    let RevokeRequest { device } = call.body()?;
    let (hub, scope) = (call.hub, call.scope()?);
    let fault = |error| hub.fault(&error);
    let there = hub.db.device(device).map_err(fault)?.map(|known| known.scope);
    if !there.is_some_and(|there| there.person == scope.person && !there.principal.device_revoked) {
        return Err(ErrorCode::NotFound.into());
    }
    let deed = Deed::RevokeDevice { device, why: Why::Retired };
    hub.asked(Doer::Device(scope.device), deed, call.now_ms).map_err(fault)??;
    tracing::info!(person = %scope.person, %device, "a device was cut off by its owner");
    Ok(Answer::noted())
}
