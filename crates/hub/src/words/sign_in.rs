//! What whoever looks after the hub says of accounts: whether everybody must sign in, and that one begins anew.

use crate::words::people::device;
use crate::words::place::Place;
use crate::words::{Failed, now_ms, say, say_json};
use clap::{Args, ValueEnum};
use linchpin_domain::id::DeviceId;
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

/// What is said of the computers of somebody whose account is forgotten.
#[derive(Debug, Args)]
pub(super) struct Keeping {
    /// A computer that the person has in hand, by its id; every other one is cut off. May be said several times.
    #[arg(long, value_name = "DEVICE", value_parser = device)]
    keep: Vec<DeviceId>,
    /// All of them are in the person's hands.
    #[arg(long, conflicts_with = "keep")]
    keep_all: bool,
}

/// Forgets an account, where somebody has lost passphrase or codes. Whoever is signed in with it could set it up anew
/// before its owner does, so that somebody has to say which computers are the owner's.
pub(super) fn forget(place: &Place, email: &str, keeping: &Keeping, json: bool) -> Result<(), Failed> {
    let hub = place.open()?;
    let no_account =
        || Failed::Person(format!("there is no account for {}; nothing was changed", email.trim()));
    let devices = hub.devices_of(email)?.ok_or_else(no_account)?;
    if let Some(odd) = keeping.keep.iter().find(|kept| devices.iter().all(|one| one.device != **kept)) {
        return Err(Failed::Person(format!(
            "{odd} is no computer of this person with access; nothing was changed"
        )));
    }
    if !keeping.keep_all && keeping.keep.is_empty() && !devices.is_empty() {
        let lines: Vec<String> =
            devices.iter().map(|one| format!("  {} {}", one.device, shown(&one.name))).collect();
        return Err(Failed::Person(format!(
            "say which computers the person has in hand, with --keep ID, or --keep-all; every other one is cut off. \
             Nothing was changed. Their computers are:\n{}",
            lines.join("\n")
        )));
    }
    let all: Vec<DeviceId> = devices.iter().map(|one| one.device).collect();
    let kept = if keeping.keep_all { &all } else { &keeping.keep };
    if !hub.forget_account(email, kept, now_ms())? {
        return Err(no_account());
    }
    if json {
        return say_json(&json!({ "forgotten": true, "cutOff": all.len() - kept.len() }));
    }
    say(
        "The account is forgotten. It can be set up anew from a computer that was kept; be sure who sits there.",
    )
}

/// Returns a name that somebody chose, without what would move the cursor.
fn shown(name: &str) -> String {
    name.chars().filter(|one| !one.is_control()).collect()
}
