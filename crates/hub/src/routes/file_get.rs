//! `GET /v1/spaces/{space}/file?sha256=h&from=n`: bytes of a file from a place on, at most a part. They are never shown
//! by whatever asks, and never packed: they are what they are.

use crate::request::{Answer, Refusal};
use crate::router::Call;
use crate::routes::check_epoch;
use linchpin_protocol::HEADER_FILE_SIZE;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::files::{QUERY_FROM, QUERY_SHA256};

/// Answers.
pub(crate) fn file_get(call: &Call<'_>) -> Result<Answer, Refusal> {
    check_epoch(call)?;
    let bad = || Refusal::new(ErrorCode::BadRequest);
    let space = call.space.as_ref().ok_or_else(|| Refusal::new(ErrorCode::NotFound))?;
    let sha256 = call.request.query_value(QUERY_SHA256).ok_or_else(bad)?;
    let from = call.request.query_value(QUERY_FROM).unwrap_or("0").parse().map_err(|_| bad())?;
    let (body, size) = call.hub.file_bytes(call.scope()?, (space, sha256), from)?;
    let headers = [
        ("content-type", "application/octet-stream"),
        ("content-encoding", "identity"),
        ("content-disposition", "attachment"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
    ];
    let mut headers: Vec<_> = headers.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
    headers.push((HEADER_FILE_SIZE, size.to_string()));
    Ok(Answer { status: 200, headers, body })
}
