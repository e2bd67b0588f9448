//! `POST /v1/account/sign-out`: ends the session of the device that asks. It must sign in again, whatever the hub
//! requires of others.

use crate::account::session::shown;
use crate::account::store;
use crate::request::{Answer, Refusal};
use crate::router::Call;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::sign_in::SignOutRequest;

/// Answers.
pub(crate) fn sign_out(call: &Call<'_>) -> Result<Answer, Refusal> {
    let request: SignOutRequest = call.body()?;
    let needed = || Refusal::new(ErrorCode::SignInNeeded);
    let (hub, scope) = (call.hub, call.scope()?);
    let shown = shown(&request.refresh).ok_or_else(needed)?;
    let ended = store::sign_out(hub.db.as_ref(), scope.device, &shown, call.now_ms)
        .map_err(|error| hub.fault(&error))?;
    if !ended {
        return Err(needed());
    }
    tracing::info!(person = %scope.person, device = %scope.device, "signed out");
    Ok(Answer::noted())
}
