//! `POST /v1/join`: an invitation becomes a person with a device. Signed with the key that it brings.

use crate::auth;
use crate::db::Joined;
use crate::hub::code_hash;
use crate::request::{Answer, Refusal, json};
use crate::router::Call;
use linchpin_domain::Wrong;
use linchpin_protocol::account::{JoinAnswer, JoinRequest, clean_code};
use linchpin_protocol::error::ErrorCode;

/// The length of a public key.
pub(super) const KEY_BYTES: usize = 32;

/// Answers.
pub(crate) fn join(call: &Call<'_>) -> Result<Answer, Refusal> {
    auth::check_protocol(call.request)?;
    let mut request: JoinRequest = call.body()?;
    if auth::device_of(call.request) != Some(request.device) {
        return Err(ErrorCode::BadRequest.into());
    }
    clean(&mut request).map_err(|_| Refusal::new(ErrorCode::BadRequest))?;
    auth::check(call.hub, call.request, request.device, &request.public_key.0, call.now_ms)?;
    let code = clean_code(&request.code).ok_or_else(|| Refusal::new(ErrorCode::BadInvitation))?;
    let fault = |error| call.hub.fault(&error);
    let joined = call.hub.db.join(&request, &code_hash(&code), call.now_ms).map_err(fault)?;
    let Joined::Yes { role, moved } = joined else {
        return Err(ErrorCode::BadInvitation.into());
    };
    call.hub.live.moved(moved);
    let facts = call.hub.db.facts().map_err(fault)?;
    tracing::info!(person = %request.person, device = %request.device, "joined");
    json(&JoinAnswer {
        hub: facts.id,
        network: facts.network,
        person: request.person,
        role,
        hub_time: call.now_ms,
    })
}

/// Trims what was typed and refuses what is too long or missing.
fn clean(request: &mut JoinRequest) -> Result<(), Wrong> {
    for (field, text, most) in [
        ("name", &mut request.name, 200),
        ("practice", &mut request.practice, 200),
        ("deviceName", &mut request.device_name, 100),
        ("platform", &mut request.platform, 40),
    ] {
        *text = text.trim().to_owned();
        if !is_short(text, most) {
            return Err(Wrong::new(field, "is too long"));
        }
    }
    if request.name.is_empty() {
        return Err(Wrong::new("name", "is empty"));
    }
    if request.public_key.0.len() != KEY_BYTES {
        return Err(Wrong::new("publicKey", "has 32 bytes"));
    }
    Ok(())
}

/// Tells whether a text has so many characters at most. The limit of a record's field counts its JSON, in which quotes
/// and line ends are longer.
pub(super) fn is_short(text: &str, most: usize) -> bool {
    serde_json::to_string(text).is_ok_and(|json| json.chars().count() <= most + 2)
}
