//! `GET /v1/spaces/{space}/bootstrap?part=k&at=seq`: a whole space at one number, in parts. Who begins says
//! `from=seq` instead: the number they have.

use crate::request::{Answer, Refusal};
use crate::router::Call;
use crate::routes::check_epoch;
use linchpin_protocol::error::ErrorCode;

/// Answers.
pub(crate) fn bootstrap(call: &Call<'_>) -> Result<Answer, Refusal> {
    check_epoch(call)?;
    let space = call.space.as_ref().ok_or_else(|| Refusal::new(ErrorCode::NotFound))?;
    let number = |name: &str| match call.request.query_value(name) {
        None => Ok(None),
        Some(text) => text.parse::<u64>().map(Some).map_err(|_| Refusal::new(ErrorCode::BadRequest)),
    };
    let part =
        u32::try_from(number("part")?.unwrap_or(0)).map_err(|_| Refusal::new(ErrorCode::BadRequest))?;
    let (at, from) = (number("at")?, number("from")?);
    let whole = call.hub.parts.whole(call.hub, call.scope()?, space, at, from)?;
    let bytes = whole.part(part).map_err(|error| call.hub.fault(&error))?;
    let body = bytes.ok_or_else(|| Refusal::new(ErrorCode::PartGone))?;
    Ok(Answer { status: 200, headers: vec![("content-type", "application/x-ndjson".to_owned())], body })
}
