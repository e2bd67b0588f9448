//! `GET /v1/account`: what a person is told of their own account and devices.

use crate::account::store;
use crate::request::{Answer, Refusal, json};
use crate::router::Call;
use linchpin_protocol::sign_in::AccountAnswer;

/// Answers.
pub(crate) fn account(call: &Call<'_>) -> Result<Answer, Refusal> {
    let (hub, scope) = (call.hub, call.scope()?);
    let (db, fault) = (hub.db.as_ref(), |error| hub.fault(&error));
    let own = store::own(db, scope.person, Some(scope.device)).map_err(fault)?;
    json(&AccountAnswer {
        email: store::email_of(db, scope.person).map_err(fault)?,
        is_set_up: own.is_set_up,
        sign_in_required: store::standing(db, scope.device).map_err(fault)?.required,
        recovery_codes_left: own.left,
        devices: own.devices,
    })
}
