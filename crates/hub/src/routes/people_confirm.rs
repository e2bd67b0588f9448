//! `POST /v1/people/confirm`: confirms a deed that another asked for.

use crate::db::people::{Act, Doer};
use crate::request::{Answer, Refusal, json};
use crate::router::Call;
use linchpin_protocol::people::ConfirmRequest;

/// Answers.
pub(crate) fn people_confirm(call: &Call<'_>) -> Result<Answer, Refusal> {
    let request: ConfirmRequest = call.body()?;
    let doer = Doer::Device(call.scope()?.device);
    let acted = call.hub.acted(doer, Act::Confirm(request.id), call.now_ms);
    json(&acted.map_err(|error| call.hub.fault(&error))??)
}
