//! `POST /v1/files/finish`: all parts of a file are there.

use crate::request::{Answer, Refusal, json};
use crate::router::Call;
use crate::routes::check_epoch;
use linchpin_protocol::files::FileRequest;

/// Answers.
pub(crate) fn file_finish(call: &Call<'_>) -> Result<Answer, Refusal> {
    check_epoch(call)?;
    let wanted: FileRequest = call.body()?;
    json(&call.hub.finish_file(call.scope()?, &wanted, call.now_ms)?)
}
