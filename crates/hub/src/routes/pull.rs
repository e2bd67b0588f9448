//! `POST /v1/pull`: what is new in some spaces. Entries lie in the store as they travel and are put together
//! without being read.

use crate::db::StoredPage;
use crate::request::{Answer, Refusal, json};
use crate::router::Call;
use crate::routes::check_epoch;
use linchpin_domain::space::Space;
use linchpin_domain::sum::Sum;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::limits;
use linchpin_protocol::pull::PullRequest;
use serde::Serialize;
use serde_json::value::RawValue;

/// [`linchpin_protocol::pull::PullAnswer`] with entries that are JSON already.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RawAnswer {
    pages: Vec<RawPage>,
    gone: Vec<Space>,
    bootstrap: Vec<Space>,
    also: Vec<Space>,
    hub_time: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RawPage {
    space: Space,
    from: u64,
    to: u64,
    head: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    sum: Option<Sum>,
    more: bool,
    entries: Vec<Box<RawValue>>,
}

/// Answers.
pub(crate) fn pull(call: &Call<'_>) -> Result<Answer, Refusal> {
    let epoch = check_epoch(call)?;
    let request: PullRequest = call.body()?;
    if request.epoch != epoch {
        return Err(ErrorCode::EpochChanged.into());
    }
    if request.spaces.len() > limits::SPACES {
        return Err(ErrorCode::TooLarge.into());
    }
    let entries = request.limit.clamp(1, limits::CHANGES);
    let hub = call.hub;
    let pulled = hub
        .db
        .pull(call.scope()?, &request.spaces, entries, limits::BATCH_BYTES)
        .map_err(|error| hub.fault(&error))?;
    let pages = pulled.pages.into_iter().map(raw).collect::<Result<Vec<_>, _>>();
    json(&RawAnswer {
        pages: pages.map_err(|_| Refusal::new(ErrorCode::Internal))?,
        gone: pulled.gone,
        bootstrap: pulled.bootstrap,
        also: pulled.also,
        hub_time: call.now_ms,
    })
}

fn raw(page: StoredPage) -> Result<RawPage, serde_json::Error> {
    let StoredPage { space, from, to, head, sum, more, entries } = page;
    let entries = entries.into_iter().map(RawValue::from_string).collect::<Result<Vec<_>, _>>()?;
    Ok(RawPage { space, from, to, head, sum, more, entries })
}
