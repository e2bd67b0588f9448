//! `POST /v1/people/do`: asks for a deed with an account.

use crate::db::people::{Act, Doer};
use crate::request::{Answer, Refusal, json};
use crate::router::Call;
use linchpin_protocol::people::DeedRequest;

/// Answers.
pub(crate) fn people_do(call: &Call<'_>) -> Result<Answer, Refusal> {
    let request: DeedRequest = call.body()?;
    let doer = Doer::Device(call.scope()?.device);
    let acted = call.hub.acted(doer, Act::Ask(&request), call.now_ms);
    json(&acted.map_err(|error| call.hub.fault(&error))??)
}
