//! `POST /v1/account/sign-in`: a person at a device that the hub may not know. Signed with the key that it brings.
//! Whatever does not fit is answered alike, and an e-mail address that nobody has costs as much time as one that
//! somebody has.

use crate::account::store::{self, Account, SignedIn, SigningIn};
use crate::account::{As, email_key};
use crate::auth;
use crate::request::{Answer, Refusal, json};
use crate::router::Call;
use crate::routes::join::{KEY_BYTES, is_short};
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::sign_in::{PASSPHRASE_MOST, SignInAnswer, SignInRequest};

/// Answers.
pub(crate) fn sign_in(call: &Call<'_>) -> Result<Answer, Refusal> {
    auth::check_protocol(call.request)?;
    let mut request: SignInRequest = call.body()?;
    if auth::device_of(call.request) != Some(request.device) || !is_sound(&mut request) {
        return Err(ErrorCode::BadRequest.into());
    }
    let hub = call.hub;
    auth::check(hub, call.request, request.device, &request.public_key.0, call.now_ms)?;
    let email = email_key(&request.email);
    let account = store::account_named(hub.db.as_ref(), &email).map_err(|error| hub.fault(&error))?;
    let who = who(call, &request, &email, account.as_ref())?;
    hub.count_try(who, &call.request.peer, call.now_ms)?;
    let done = signed_in(call, &request, account);
    match &done {
        Ok(_) => hub.was_right(who, &call.request.peer),
        Err(refusal) => {
            tracing::info!(device = %request.device, code = ?refusal.0.code, "a sign-in was refused");
        }
    }
    done
}

/// Tells as whom somebody tries: a device that the person has already counts for itself.
fn who<'a>(
    call: &Call<'_>,
    request: &SignInRequest,
    email: &'a str,
    account: Option<&Account>,
) -> Result<As<'a>, Refusal> {
    let known = call.hub.db.device(request.device).map_err(|error| call.hub.fault(&error))?;
    let own = known.zip(account).is_some_and(|(known, account)| {
        known.scope.person == account.person && known.public_key == request.public_key.0
    });
    Ok(if own { As::Device(request.device) } else { As::Email(email) })
}

fn signed_in(call: &Call<'_>, request: &SignInRequest, account: Option<Account>) -> Result<Answer, Refusal> {
    let failed = || Refusal::new(ErrorCode::SignInFailed);
    let (hub, now_ms) = (call.hub, call.now_ms);
    let (db, fault) = (hub.db.as_ref(), |error| hub.fault(&error));
    let kept = account.as_ref().map(|account| account.passphrase.as_str());
    let knows = hub.is_passphrase(&request.passphrase.0, kept)?;
    let account = account.filter(|_| knows).ok_or_else(failed)?;
    let factor = hub.factor(&request.code.0, &account.secret, now_ms).ok_or_else(failed)?;
    if request.person.is_some_and(|theirs| theirs != account.person) {
        return Err(ErrorCode::NotAllowed.into());
    }
    let drawn = hub.draw_session((account.person, request.device), None, now_ms);
    let signing = SigningIn { account: &account, factor: &factor, request, session: &drawn.row, now_ms };
    let (role, left, moved) = match store::sign_in(db, &signing).map_err(fault)? {
        SignedIn::Yes { role, left, moved } => (role, left, moved),
        SignedIn::No => return Err(failed()),
        SignedIn::Revoked => return Err(ErrorCode::DeviceRevoked.into()),
    };
    hub.live.moved(moved);
    tracing::info!(person = %account.person, device = %request.device, "signed in");
    let facts = db.facts().map_err(fault)?;
    json(&SignInAnswer {
        hub: facts.id,
        network: facts.network,
        person: account.person,
        role,
        session: drawn.told,
        recovery_codes_left: left,
        hub_time: now_ms,
    })
}

/// Trims what was typed and tells whether it can be what it should be.
fn is_sound(request: &mut SignInRequest) -> bool {
    for name in [&mut request.device_name, &mut request.platform] {
        *name = name.trim().to_owned();
    }
    is_short(&request.email, 200)
        && is_short(&request.device_name, 100)
        && is_short(&request.platform, 40)
        && request.passphrase.0.chars().count() <= PASSPHRASE_MOST
        && request.public_key.0.len() == KEY_BYTES
}
