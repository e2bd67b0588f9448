//! `POST /v1/account/confirm`: the first code. From here on the account counts, and recovery codes are told this once.

use crate::account::{Factor, store};
use crate::hub::Hub;
use crate::request::{Answer, Refusal, json};
use crate::router::Call;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::sign_in::{ConfirmAccountRequest, ConfirmAnswer, Secret};

/// Answers.
pub(crate) fn confirm(call: &Call<'_>) -> Result<Answer, Refusal> {
    let request: ConfirmAccountRequest = call.body()?;
    let (hub, scope) = (call.hub, call.scope()?);
    let (db, fault) = (hub.db.as_ref(), |error| hub.fault(&error));
    let account = store::account_of(db, scope.person).map_err(fault)?;
    let account = account.ok_or_else(|| Refusal::new(ErrorCode::SignInFailed))?;
    if account.is_confirmed {
        return Err(ErrorCode::AccountExists.into());
    }
    let Some(Factor::Step(step)) = hub.factor(&request.code.0, &account.secret, call.now_ms) else {
        return Err(ErrorCode::SignInFailed.into());
    };
    let codes = hub.new_recovery_codes();
    let drawn = hub.draw_session((scope.person, scope.device), None, call.now_ms);
    let hashes = Hub::hashes_of(&codes);
    if !store::confirm(db, &account, step, &hashes, &drawn.row, call.now_ms).map_err(fault)? {
        return Err(ErrorCode::SignInFailed.into());
    }
    tracing::info!(person = %scope.person, "an account was confirmed");
    json(&ConfirmAnswer { recovery_codes: codes.into_iter().map(Secret).collect(), session: drawn.told })
}
