//! `POST /v1/account/refresh`: the next two tokens of a session.

use crate::account::session::shown;
use crate::account::store;
use crate::request::{Answer, Refusal, json};
use crate::router::Call;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::sign_in::RefreshRequest;

/// Answers.
pub(crate) fn refresh(call: &Call<'_>) -> Result<Answer, Refusal> {
    let request: RefreshRequest = call.body()?;
    let needed = || Refusal::new(ErrorCode::SignInNeeded);
    let (hub, scope) = (call.hub, call.scope()?);
    let shown = shown(&request.refresh).ok_or_else(needed)?;
    let next = hub.draw_session((scope.person, scope.device), Some(shown.family.clone()), call.now_ms);
    let gone_on = store::refresh(hub.db.as_ref(), scope.device, &shown, &next.row, call.now_ms)
        .map_err(|error| hub.fault(&error))?;
    if gone_on { json(&next.told) } else { Err(needed()) }
}
