//! `POST /v1/account/passphrase`: another passphrase. Every other session of the person ends: whoever knew the former
//! one is out.

use crate::account::{As, store};
use crate::request::{Answer, Refusal, json};
use crate::router::Call;
use crate::routes::own_account;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::sign_in::PassphraseRequest;

/// Answers.
pub(crate) fn passphrase(call: &Call<'_>) -> Result<Answer, Refusal> {
    let request: PassphraseRequest = call.body()?;
    let failed = || Refusal::new(ErrorCode::SignInFailed);
    let (hub, scope, now_ms) = (call.hub, call.scope()?, call.now_ms);
    let (db, fault) = (hub.db.as_ref(), |error| hub.fault(&error));
    let account = own_account(call)?;
    let who = As::Device(scope.device);
    hub.count_try(who, &call.request.peer, now_ms)?;
    if !hub.is_passphrase(&request.passphrase.0, Some(&account.passphrase))? {
        return Err(failed());
    }
    let factor = hub.factor(&request.code.0, &account.secret, now_ms).ok_or_else(failed)?;
    let new = hub.hash_passphrase(&request.new_passphrase.0)?;
    let drawn = hub.draw_session((scope.person, scope.device), None, now_ms);
    if !store::change_passphrase(db, &account, (&new, &factor), &drawn.row, now_ms).map_err(fault)? {
        return Err(failed());
    }
    hub.was_right(who, &call.request.peer);
    tracing::info!(person = %scope.person, "a passphrase was changed");
    json(&drawn.told)
}
