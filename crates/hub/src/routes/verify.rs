//! `POST /v1/verify`: whether what a desk has of some spaces is what is here.

use crate::request::{Answer, Refusal, json};
use crate::router::Call;
use crate::routes::check_epoch;
use linchpin_domain::space::Space;
use linchpin_domain::sum::Sum;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::limits;
use linchpin_protocol::verify::{SpaceSum, Verdict, Verified, VerifyAnswer, VerifyRequest};
use std::collections::BTreeMap;

/// Answers.
pub(crate) fn verify(call: &Call<'_>) -> Result<Answer, Refusal> {
    let epoch = check_epoch(call)?;
    let request: VerifyRequest = call.body()?;
    if request.epoch != epoch {
        return Err(ErrorCode::EpochChanged.into());
    }
    if request.spaces.len() > limits::SPACES {
        return Err(ErrorCode::TooLarge.into());
    }
    let asked: Vec<Space> = request.spaces.iter().map(|asked| asked.space.clone()).collect();
    let there = call.hub.db.sums(call.scope()?, &asked).map_err(|error| call.hub.fault(&error))?;
    let spaces = request.spaces.into_iter().map(|asked| {
        let verdict = compared(&there, &asked);
        Verified { space: asked.space, verdict }
    });
    json(&VerifyAnswer { spaces: spaces.collect(), hub_time: call.now_ms })
}

fn compared(there: &BTreeMap<Space, (u64, Sum)>, asked: &SpaceSum) -> Verdict {
    match there.get(&asked.space) {
        None => Verdict::Gone,
        Some((head, _)) if *head != asked.seq => Verdict::Moved,
        Some((_, sum)) if *sum == asked.sum => Verdict::Equal,
        Some(_) => Verdict::Differs,
    }
}
