//! `GET /v1/live` without a stream: what the stream begins with. The shell keeps the stream open itself, by
//! [`Hub::listen`](crate::Hub::listen).

use crate::live::line;
use crate::request::{Answer, Refusal};
use crate::router::Call;

/// Answers.
pub(crate) fn live(call: &Call<'_>) -> Result<Answer, Refusal> {
    let mut listener = call.hub.live.listen(call.hub, call.scope()?.clone())?;
    let body: String = listener.first().iter().map(line).collect();
    Ok(Answer {
        status: 200,
        headers: vec![("content-type", "text/event-stream".to_owned())],
        body: body.into_bytes(),
    })
}
