//! `POST /v1/files/part?space=s&sha256=h&part=k`: one part of a file, its bytes as the body. The proof covers them.

use crate::request::{Answer, Refusal, json};
use crate::router::{Call, space_named};
use crate::routes::check_epoch;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::files::{QUERY_PART, QUERY_SHA256, QUERY_SPACE};

/// Answers.
pub(crate) fn file_part(call: &Call<'_>) -> Result<Answer, Refusal> {
    check_epoch(call)?;
    let bytes = call.raw_body()?;
    let bad = || Refusal::new(ErrorCode::BadRequest);
    let value = |name: &str| call.request.query_value(name).ok_or_else(bad);
    let (space, sha256) = (space_named(value(QUERY_SPACE)?).ok_or_else(bad)?, value(QUERY_SHA256)?);
    let part = value(QUERY_PART)?.parse().map_err(|_| bad())?;
    json(&call.hub.take_part(call.scope()?, (&space, sha256), part, bytes)?)
}
