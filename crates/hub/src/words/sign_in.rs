//! What whoever looks after the hub says of accounts: whether everybody must sign in, and that one begins anew.

use crate::words::place::Place;
use crate::words::{Failed, now_ms, say, say_json};
use clap::ValueEnum;
use linchpin_hub::Hub;
use serde_json::json;

/// Whom the hub serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SignIn {
    /// Whoever is signed in, with a passphrase and a code.
    Required,
    /// Every device that was let in.
    ByDevice,
}

impl SignIn {
    /// Notes it.
    pub(super) fn note(self, hub: &Hub) -> Result<(), Failed> {
        Ok(hub.require_sign_in(self == Self::Required, now_ms())?)
    }
}

/// Changes whom the hub serves, from the next request on.
pub(super) fn set(place: &Place, sign_in: SignIn, json: bool) -> Result<(), Failed> {
    sign_in.note(&place.open()?)?;
    let required = sign_in == SignIn::Required;
    if json {
        return say_json(&json!({ "signInRequired": required }));
    }
    say(if required {
        "Only those are served now who are signed in. Others can set their account up, or sign in, and go on writing \
         meanwhile."
    } else {
        "Every device is served now that was let in, signed in or not."
    })
}

/// Forgets an account, where somebody has lost passphrase or codes.
pub(super) fn forget(place: &Place, email: &str, json: bool) -> Result<(), Failed> {
    if !place.open()?.forget_account(email, now_ms())? {
        return Err(Failed::Person(format!("there is no account for {}; nothing was changed", email.trim())));
    }
    if json {
        return say_json(&json!({ "forgotten": true }));
    }
    say(
        "The account is forgotten. It can be set up anew from a computer that was let in; be sure who asks for that.",
    )
}
