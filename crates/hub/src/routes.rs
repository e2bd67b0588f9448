//! The handlers, one file a route. Each reads its message, asks the store once and answers; rules live
//! elsewhere.

pub(crate) mod account;
pub(crate) mod bootstrap;
pub(crate) mod confirm;
pub(crate) mod file_begin;
pub(crate) mod file_finish;
pub(crate) mod file_get;
pub(crate) mod file_part;
pub(crate) mod health;
pub(crate) mod hello;
pub(crate) mod join;
pub(crate) mod live;
pub(crate) mod passphrase;
pub(crate) mod people_confirm;
pub(crate) mod people_do;
pub(crate) mod people_list;
pub(crate) mod presence;
pub(crate) mod pull;
pub(crate) mod push;
pub(crate) mod ready;
pub(crate) mod recovery_codes;
pub(crate) mod refresh;
pub(crate) mod revoke;
pub(crate) mod seen;
pub(crate) mod set_up;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod verify;

use crate::account::store::{self, Account};
use crate::request::Refusal;
use crate::router::Call;
use linchpin_protocol::HEADER_EPOCH;
use linchpin_protocol::error::ErrorCode;

/// Refuses whoever believes in another epoch.
fn check_epoch(call: &Call<'_>) -> Result<u64, Refusal> {
    let epoch = call.hub.db.facts().map_err(|error| call.hub.fault(&error))?.epoch;
    let same = call.request.header(HEADER_EPOCH).is_none_or(|told| told.parse() == Ok(epoch));
    if same { Ok(epoch) } else { Err(ErrorCode::EpochChanged.into()) }
}

/// Returns the account of whoever asks, where it was confirmed.
fn own_account(call: &Call<'_>) -> Result<Account, Refusal> {
    let there = store::account_of(call.hub.db.as_ref(), call.scope()?.person);
    let there = there.map_err(|error| call.hub.fault(&error))?.filter(|account| account.is_confirmed);
    there.ok_or_else(|| ErrorCode::SignInFailed.into())
}
