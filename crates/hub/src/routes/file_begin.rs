//! `POST /v1/files/begin`: a file is to come up, or how far is it.

use crate::request::{Answer, Refusal, json};
use crate::router::Call;
use crate::routes::check_epoch;
use linchpin_protocol::files::FileRequest;

/// Answers.
pub(crate) fn file_begin(call: &Call<'_>) -> Result<Answer, Refusal> {
    check_epoch(call)?;
    let wanted: FileRequest = call.body()?;
    json(&call.hub.begin_file(call.scope()?, &wanted, call.now_ms)?)
}
