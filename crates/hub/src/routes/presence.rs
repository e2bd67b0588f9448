//! `POST /v1/presence`: which answer a device has open. Told to readers of the space, never stored.

use crate::db::{Opened, Said};
use crate::request::{Answer, Refusal};
use crate::router::Call;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::live::PresenceRequest;

/// Most characters of a cursor.
const CURSOR_CHARS: usize = 1_000;

/// Answers.
pub(crate) fn presence(call: &Call<'_>) -> Result<Answer, Refusal> {
    let request: PresenceRequest = call.body()?;
    if request.cursor.as_ref().is_some_and(|cursor| cursor.chars().count() > CURSOR_CHARS) {
        return Err(ErrorCode::BadRequest.into());
    }
    let (hub, scope) = (call.hub, call.scope()?);
    let fault = |error| hub.fault(&error);
    let reads = hub.db.head(scope, &request.space).map_err(fault)?.is_some();
    let there = match request.answer {
        Some(answer) if reads => hub.db.is_answer_of(answer, &request.space).map_err(fault)?,
        _ => true,
    };
    if !reads || !there {
        return Err(ErrorCode::NotFound.into());
    }
    let opened = Opened {
        person: scope.person,
        device: scope.device,
        space: request.space,
        answer: request.answer,
        cursor: request.cursor,
    };
    hub.say(&Said::Presence(opened.clone()));
    hub.live.present(opened, call.now_ms);
    Ok(Answer::noted())
}
