//! `GET /v1/health`: says that the hub is there, and nothing else.

use crate::request::{Answer, Refusal, json};
use crate::router::Call;

/// Answers.
pub(crate) fn health(_call: &Call<'_>) -> Result<Answer, Refusal> {
    json(&serde_json::json!({ "hub": "linchpin", "protocols": linchpin_protocol::PROTOCOLS }))
}
