//! `POST /v1/account/recovery-codes`: other recovery codes in the place of those before, told this once.

use crate::account::{As, Factor, store};
use crate::hub::Hub;
use crate::request::{Answer, Refusal, json};
use crate::router::Call;
use crate::routes::own_account;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::sign_in::{RecoveryCodesAnswer, RecoveryCodesRequest, Secret};

/// Answers.
pub(crate) fn recovery_codes(call: &Call<'_>) -> Result<Answer, Refusal> {
    let request: RecoveryCodesRequest = call.body()?;
    let failed = || Refusal::new(ErrorCode::SignInFailed);
    let (hub, scope, now_ms) = (call.hub, call.scope()?, call.now_ms);
    let (db, fault) = (hub.db.as_ref(), |error| hub.fault(&error));
    let account = own_account(call)?;
    let who = As::Device(scope.device);
    hub.count_try(who, &call.request.peer, now_ms)?;
    // Not for one of them: whoever finds a single code must not get ten.
    let Some(factor @ Factor::Step(_)) = hub.factor(&request.code.0, &account.secret, now_ms) else {
        return Err(failed());
    };
    let codes = hub.new_recovery_codes();
    if !store::renew_codes(db, &account, &factor, &Hub::hashes_of(&codes), now_ms).map_err(fault)? {
        return Err(failed());
    }
    hub.was_right(who, &call.request.peer);
    tracing::info!(person = %scope.person, "recovery codes were drawn anew");
    json(&RecoveryCodesAnswer { recovery_codes: codes.into_iter().map(Secret).collect() })
}
