//! `GET /v1/ready`: says whether the hub can answer, for whatever sends it requests: `busy` while its store cannot be
//! read.

use crate::request::{Answer, Refusal, json};
use crate::router::Call;
use linchpin_protocol::error::ErrorCode;

/// How long to wait before it is asked again, in milliseconds.
const AGAIN_MS: u64 = 5_000;

/// Answers.
pub(crate) fn ready(call: &Call<'_>) -> Result<Answer, Refusal> {
    match call.hub.db.facts() {
        Ok(_) => json(&serde_json::json!({ "ready": true })),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            Err(Refusal::new(ErrorCode::Busy).after(AGAIN_MS))
        }
    }
}
