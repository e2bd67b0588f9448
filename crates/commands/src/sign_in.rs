//! The person's account with the hub: setting it up here, signing in on another computer, and ending one's access.
//! What opens something is taken in and told once; nothing of it is kept or logged here.

use crate::account::{AppState, AppStateAsked, app_state, begin, device_name};
use crate::code_picture::{self, CodePicture};
use crate::core::{Core, line};
use crate::error::Error;
use crate::settings;
use linchpin_domain::id::DeviceId;
use linchpin_domain::record::Tag;
use linchpin_sync::account::{self as with_hub, AccountAnswer, AccountError, Secret, SignInAsked};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The most characters of an e-mail address.
const MOST: usize = 200;
/// How many characters of a secret stand together where somebody types it.
const GROUP: usize = 4;

/// Begins an account.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetUpAccount {
    /// The passphrase, at least 12 characters.
    pub passphrase: String,
}

/// What an app for codes is given. It is told this once.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AccountBegun {
    /// `otpauth://` text, for a picture.
    pub otpauth: String,
    /// The same as a picture that cameras read.
    pub picture: CodePicture,
    /// The secret in groups, for typing.
    pub secret: String,
    /// The e-mail address that goes with the passphrase.
    pub email: String,
}

/// Confirms the account.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConfirmAccount {
    /// The six digits that the app for codes shows.
    pub code: String,
}

/// Recovery codes. They are told this once and kept nowhere.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryCodes {
    /// Ten codes for one use each.
    pub codes: Vec<String>,
}

impl From<Vec<Secret>> for RecoveryCodes {
    fn from(codes: Vec<Secret>) -> Self {
        Self { codes: codes.into_iter().map(|code| code.0).collect() }
    }
}

/// Draws other recovery codes.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NewRecoveryCodes {
    /// The six digits that the app for codes shows.
    pub code: String,
}

/// Signs in.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SignIn {
    /// The hub's address.
    pub hub_url: String,
    /// The e-mail address of the invitation.
    pub email: String,
    /// The passphrase of the account.
    pub passphrase: String,
    /// Six digits, or a recovery code.
    pub code: String,
    /// What opens this computer's work, where it has no keychain and no store yet; another passphrase than the account's.
    pub store_passphrase: Option<String>,
}

/// Asks for the person's own account.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OwnAccountAsked {}

/// The person's own account.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OwnAccount {
    /// The e-mail address of the invitation.
    pub email: String,
    /// Whether it was set up and confirmed.
    pub is_set_up: bool,
    /// Whether the hub serves only whoever is signed in.
    pub sign_in_required: bool,
    /// How many recovery codes are left.
    pub recovery_codes_left: u32,
    /// The person's computers, oldest first.
    pub devices: Vec<OwnComputer>,
}

/// One of the person's computers.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OwnComputer {
    /// Its id.
    pub device: DeviceId,
    /// Its name.
    pub name: String,
    /// When it came, milliseconds since 1970.
    #[ts(type = "number")]
    pub added_at: u64,
    /// When it was last in step; none if it never was.
    #[ts(type = "number | null")]
    pub seen_at: Option<u64>,
    /// Whether its access was ended.
    pub is_revoked: bool,
    /// Whether it is this one.
    pub is_this: bool,
}

/// Signs out here.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SignOut {}

/// Ends the access of one of the person's computers.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RevokeDevice {
    /// Which.
    pub device: DeviceId,
}

/// Sets another passphrase.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChangePassphrase {
    /// The present one.
    pub passphrase: String,
    /// Six digits, or a recovery code.
    pub code: String,
    /// The new one, at least 12 characters.
    pub new_passphrase: String,
}

/// Begins an account; it counts when it is confirmed.
///
/// # Errors
/// A passphrase that is too short or a common one, an account that is there, no connection, or any fault of the store.
pub fn set_up_account(core: &Core, asked: SetUpAccount) -> Result<AccountBegun, Error> {
    let desk = core.desk()?;
    let settings = line(&settings::read(&desk.store)?);
    let begun = with_hub::set_up(&desk.store, Secret(asked.passphrase), &settings)?;
    let secret = secret_in(&begun.otpauth.0);
    let picture = code_picture::of(&begun.otpauth.0)?;
    Ok(AccountBegun { secret, picture, otpauth: begun.otpauth.0, email: begun.email })
}

/// Confirms the account by the first code; this computer is signed in from then on.
///
/// # Errors
/// A code that does not fit, no connection, or any fault of the store.
pub fn confirm_account(core: &Core, asked: ConfirmAccount) -> Result<RecoveryCodes, Error> {
    let desk = core.desk()?;
    let settings = line(&settings::read(&desk.store)?);
    let codes = with_hub::confirm(&desk.store, Secret(asked.code), &settings)?;
    // The codes are told this once, whatever becomes of the rest.
    if let Err(error) = core.start_sync(&desk) {
        tracing::warn!(key = error.key, "sync did not begin anew");
    }
    core.tell(Tag::Account);
    Ok(codes.into())
}

/// Draws other recovery codes; those before are good no more.
///
/// # Errors
/// A code that does not fit, nobody who is signed in, no connection, or any fault of the store.
pub fn new_recovery_codes(core: &Core, asked: NewRecoveryCodes) -> Result<RecoveryCodes, Error> {
    let desk = core.desk()?;
    let settings = line(&settings::read(&desk.store)?);
    Ok(with_hub::recovery_codes(&desk.store, Secret(asked.code), &settings)?.into())
}

/// Signs in, on this computer for the first time or again, and fetches what is there.
///
/// # Errors
/// What does not fit together, another person's work here, no connection, or any fault of the store.
pub fn sign_in(core: &Core, asked: SignIn) -> Result<AppState, Error> {
    let email = crate::view::line("email", &asked.email, MOST)?;
    let desk = begin(core, asked.store_passphrase.as_deref())?;
    let settings = line(&settings::read(&desk.store)?);
    let asked = SignInAsked {
        hub_url: asked.hub_url,
        email,
        passphrase: Secret(asked.passphrase),
        code: Secret(asked.code),
        device_name: device_name(),
        platform: std::env::consts::OS.to_owned(),
    };
    with_hub::sign_in(&desk.store, &asked, &settings)?;
    // The person's own name comes from the hub. Where that fails sync goes on trying; the person is in.
    if let Err(error) = core.sync_once() {
        tracing::warn!(key = error.key, "the first round after signing in was not finished");
    }
    core.start_sync(&desk)?;
    app_state(core, AppStateAsked {})
}

/// Returns the person's own account.
///
/// # Errors
/// No network, no connection, or any fault of the store.
pub fn own_account(core: &Core, _: OwnAccountAsked) -> Result<OwnAccount, Error> {
    let desk = core.desk()?;
    let settings = line(&settings::read(&desk.store)?);
    Ok(with_hub::own(&desk.store, &settings)?.into())
}

/// Signs out here: nothing is sent or fetched until somebody signs in again. Writing goes on.
///
/// # Errors
/// Nobody who is signed in, no connection, or any fault of the store.
pub fn sign_out(core: &Core, _: SignOut) -> Result<AppState, Error> {
    let desk = core.desk()?;
    let settings = line(&settings::read(&desk.store)?);
    with_hub::sign_out(&desk.store, &settings)?;
    // A line that was made before still holds what has ended.
    core.start_sync(&desk)?;
    core.tell(Tag::Account);
    app_state(core, AppStateAsked {})
}

/// Ends the access of one of the person's computers, at its next request.
///
/// # Errors
/// A computer that is none of theirs, nobody who is signed in, no connection, or any fault of the store.
pub fn revoke_device(core: &Core, asked: RevokeDevice) -> Result<OwnAccount, Error> {
    let desk = core.desk()?;
    let settings = line(&settings::read(&desk.store)?);
    with_hub::revoke(&desk.store, asked.device, &settings)?;
    own_account(core, OwnAccountAsked {})
}

/// Sets another passphrase; every other computer must sign in again.
///
/// # Errors
/// What does not fit together, a new one that is too short or a common one, no connection, or any fault of the store.
pub fn change_passphrase(core: &Core, asked: ChangePassphrase) -> Result<OwnAccount, Error> {
    let desk = core.desk()?;
    let settings = line(&settings::read(&desk.store)?);
    let (present, code, new) = (Secret(asked.passphrase), Secret(asked.code), Secret(asked.new_passphrase));
    with_hub::change_passphrase(&desk.store, present, code, new, &settings)?;
    core.start_sync(&desk)?;
    own_account(core, OwnAccountAsked {})
}

impl From<AccountAnswer> for OwnAccount {
    fn from(answer: AccountAnswer) -> Self {
        let AccountAnswer { email, is_set_up, sign_in_required, recovery_codes_left, devices } = answer;
        let devices = devices.into_iter().map(|one| OwnComputer {
            device: one.device,
            name: one.name,
            added_at: one.added_at,
            seen_at: one.seen_at,
            is_revoked: one.is_revoked,
            is_this: one.is_this,
        });
        Self { email, is_set_up, sign_in_required, recovery_codes_left, devices: devices.collect() }
    }
}

/// Returns the secret in `otpauth://` text, in groups.
fn secret_in(otpauth: &str) -> String {
    let value = otpauth.split(['?', '&']).find_map(|part| part.strip_prefix("secret=")).unwrap_or_default();
    linchpin_domain::readable::grouped(value, GROUP).replace('-', " ")
}

impl From<AccountError> for Error {
    fn from(error: AccountError) -> Self {
        use crate::error::Code;
        match error {
            AccountError::Failed => Self::field(
                "code",
                "error_sign_in_failed",
                "E-mail address, passphrase and code do not fit together. Nothing was changed. Check all three; each code is \
                 for one use, so wait for the next one.",
            ),
            AccountError::PassphraseRefused => Self::field(
                "passphrase",
                "error_passphrase_refused",
                "This passphrase is shorter than 12 characters, or one that many people choose. Nothing was changed. Take \
                 some words that only you would put together.",
            ),
            AccountError::Exists => Self::new(
                Code::NotAllowed,
                "error_account_exists",
                "There is an account for your e-mail address already. Nothing was changed. Sign in with it; if you cannot, \
                 ask whoever runs the hub.",
            ),
            AccountError::NoDevice => Self::new(
                Code::NotFound,
                "error_no_device",
                "None of your computers with access is called that. Nothing was changed. Look at the list again.",
            ),
            AccountError::NotSignedIn => Self::new(
                Code::NotAllowed,
                "error_not_signed_in",
                "You are not signed in on this computer. Your work is safe here and you can go on writing. Sign in, or set \
                 your account up first.",
            ),
            AccountError::AnotherPerson => Self::new(
                Code::NotAllowed,
                "error_another_person",
                "Work was begun on this computer under another name. It is safe and was not changed. Sign in from a new \
                 profile, or join with an invitation.",
            ),
            AccountError::TooMany => Self::new(
                Code::Busy,
                "error_too_many_tries",
                "Somebody tried to sign in too often, or the hub has too much to do. Nothing was changed. Wait a quarter of \
                 an hour and try again.",
            ),
            AccountError::Join(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_is_shown_for_typing() {
        let text = "otpauth://totp/N:a%40b?secret=GEZDGNBVGY3TQOJQ&issuer=N&digits=6&period=30";
        assert_eq!(secret_in(text), "GEZD GNBV GY3T QOJQ");
        assert_eq!(secret_in("nothing"), "");
    }

    #[test]
    fn a_person_is_told_what_to_do_next() {
        let failed = Error::from(AccountError::Failed);
        assert_eq!((failed.code, failed.field), (crate::error::Code::Validation, Some("code")));
        assert!(Error::from(AccountError::NotSignedIn).sentence.contains("go on writing"));
    }
}
