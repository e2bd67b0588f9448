//! `GET /v1/people`: the people whom the asker looks after, with their devices, and what waits to be confirmed.

use crate::db::people::Doer;
use crate::request::{Answer, Refusal, json};
use crate::router::Call;

/// Answers.
pub(crate) fn people_list(call: &Call<'_>) -> Result<Answer, Refusal> {
    let doer = Doer::Device(call.scope()?.device);
    let people = call.hub.db.people(doer, call.now_ms).map_err(|error| call.hub.fault(&error))?;
    json(&people?)
}
