//! `POST /v1/account/set-up`: the first step of an account, on a device that the hub knows already. It counts when a
//! first code has shown that the app for codes works.

use crate::account::email_key;
use crate::account::store::{self, Account};
use crate::request::{Answer, Refusal, json};
use crate::router::Call;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::sign_in::{Secret, SetUpAnswer, SetUpRequest};

/// Answers.
pub(crate) fn set_up(call: &Call<'_>) -> Result<Answer, Refusal> {
    let request: SetUpRequest = call.body()?;
    let (hub, person) = (call.hub, call.scope()?.person);
    let (db, fault) = (hub.db.as_ref(), |error| hub.fault(&error));
    // Asked before the passphrase is hashed, which costs much; asked again with the row held.
    let there = store::account_of(db, person).map_err(fault)?;
    if there.is_some_and(|account| account.is_confirmed) {
        return Err(ErrorCode::AccountExists.into());
    }
    let passphrase = hub.hash_passphrase(&request.passphrase.0)?;
    let email = store::email_of(db, person).map_err(fault)?;
    let network = db.facts().map_err(fault)?.network;
    let secret = hub.new_secret(&network, &email)?;
    let account =
        Account { person, email: email_key(&email), passphrase, secret: secret.kept, is_confirmed: false };
    if !store::set_up(db, &account, call.now_ms).map_err(fault)? {
        return Err(ErrorCode::AccountExists.into());
    }
    tracing::info!(%person, "an account was begun");
    json(&SetUpAnswer { otpauth: Secret(secret.otpauth), email })
}
