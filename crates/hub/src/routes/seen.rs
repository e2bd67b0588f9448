//! `POST /v1/seen`: how far a device is, for "Seen by".

use crate::db::Said;
use crate::request::{Answer, Refusal};
use crate::router::Call;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::limits;
use linchpin_protocol::live::{LiveEvent, SeenRequest};

/// Answers.
pub(crate) fn seen(call: &Call<'_>) -> Result<Answer, Refusal> {
    let request: SeenRequest = call.body()?;
    if request.cursors.len() > limits::SPACES {
        return Err(ErrorCode::TooLarge.into());
    }
    let hub = call.hub;
    let news =
        hub.db.seen(call.scope()?, &request.cursors, call.now_ms).map_err(|error| hub.fault(&error))?;
    for seen in news {
        hub.say(&Said::Seen(seen.clone()));
        hub.live.tell(seen.space.clone(), LiveEvent::Seen(seen));
    }
    Ok(Answer::noted())
}
