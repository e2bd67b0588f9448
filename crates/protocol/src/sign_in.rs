//! The account of a person: a passphrase and a second factor, by which a hub knows somebody at a computer that it has
//! not met. A session is two tokens, bound to one device: the access token goes beside the proof of each request,
//! the refresh token gets the next two. What opens something is never shown by `Debug`.

use linchpin_domain::canonical::Bytes;
use linchpin_domain::id::{DeviceId, HubId, PersonId};
use linchpin_domain::role::NetworkRole;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Header: the access token of the session, where there is one.
pub const HEADER_SESSION: &str = "linchpin-session";
/// The least characters of a passphrase.
pub const PASSPHRASE_LEAST: usize = 12;
/// The most characters of a passphrase.
pub const PASSPHRASE_MOST: usize = 1_000;

/// What opens something, and is in no log: a passphrase, a code, a token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("Secret(..)")
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// The tokens of one device. Each refresh gives two new ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Goes beside the proof of each request.
    pub access: Secret,
    /// Until when, by the hub's clock, milliseconds since 1970.
    pub access_until: u64,
    /// Gets the next two, once.
    pub refresh: Secret,
    /// Until when; afterwards somebody signs in again.
    pub refresh_until: u64,
}

/// Sets an account up, the first step. `POST /v1/account/set-up`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SetUpRequest {
    /// 12 to 1,000 characters, and none of the common ones.
    pub passphrase: Secret,
}

/// What an app for codes is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SetUpAnswer {
    /// `otpauth://totp/...`, as a picture or as text.
    pub otpauth: Secret,
    /// The e-mail address that goes with the passphrase.
    pub email: String,
}

/// Shows that the app for codes works: the second step, from which on the account counts. `POST /v1/account/confirm`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfirmAccountRequest {
    /// Six digits.
    pub code: Secret,
}

/// The account is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfirmAnswer {
    /// Ten codes for one use each, told this once.
    pub recovery_codes: Vec<Secret>,
    /// The session of this device.
    pub session: Session,
}

/// Signs in, from a device that the hub may not know. Signed with the key that it brings. `POST /v1/account/sign-in`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignInRequest {
    /// The e-mail address of the invitation.
    pub email: String,
    /// The passphrase.
    pub passphrase: Secret,
    /// Six digits, or a recovery code.
    pub code: Secret,
    /// The id of this device.
    pub device: DeviceId,
    /// The name of this device.
    pub device_name: String,
    /// The system it runs on.
    pub platform: String,
    /// The public half of the device's ed25519 key, 32 bytes.
    pub public_key: Bytes,
    /// Whose work is on this device already; whoever else signs in is told `not_allowed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
}

/// The person is known here from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignInAnswer {
    /// The hub.
    pub hub: HubId,
    /// The network's name.
    pub network: String,
    /// The person.
    pub person: PersonId,
    /// What the person is in the network.
    pub role: NetworkRole,
    /// The session of this device.
    pub session: Session,
    /// How many recovery codes are left.
    pub recovery_codes_left: u32,
    /// The hub's time, milliseconds since 1970.
    pub hub_time: u64,
}

/// Gets the next two tokens. `POST /v1/account/refresh`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefreshRequest {
    /// The refresh token.
    pub refresh: Secret,
}

/// Ends the session of this device. `POST /v1/account/sign-out`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignOutRequest {
    /// The refresh token.
    pub refresh: Secret,
}

/// Sets another passphrase; every other session of the person ends. `POST /v1/account/passphrase`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PassphraseRequest {
    /// The present one.
    pub passphrase: Secret,
    /// Six digits, or a recovery code.
    pub code: Secret,
    /// The new one.
    pub new_passphrase: Secret,
}

/// Draws other recovery codes; those before are good no more. `POST /v1/account/recovery-codes`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryCodesRequest {
    /// Six digits.
    pub code: Secret,
}

/// The codes are drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryCodesAnswer {
    /// Ten codes for one use each, told this once.
    pub recovery_codes: Vec<Secret>,
}

/// The person's own account. `GET /v1/account`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountAnswer {
    /// The e-mail address of the invitation.
    pub email: String,
    /// Whether an account was set up and confirmed.
    pub is_set_up: bool,
    /// Whether this hub serves only whoever is signed in.
    pub sign_in_required: bool,
    /// How many recovery codes are left.
    pub recovery_codes_left: u32,
    /// The person's devices, oldest first.
    pub devices: Vec<OwnDevice>,
}

/// One device of the person who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnDevice {
    /// Its id.
    pub device: DeviceId,
    /// Its name; empty where it was never told.
    pub name: String,
    /// When it came, milliseconds since 1970.
    pub added_at: u64,
    /// When it last said how far it is; none if it never did.
    pub seen_at: Option<u64>,
    /// Whether it may speak no more.
    pub is_revoked: bool,
    /// Whether it is the one that asks.
    pub is_this: bool,
}

/// Ends the access of one of the person's own devices. `POST /v1/account/revoke`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RevokeRequest {
    /// The device.
    pub device: DeviceId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_opens_something_is_not_shown() {
        let asked = SetUpRequest { passphrase: "correct horse battery".into() };
        assert!(!format!("{asked:?}").contains("horse"));
        let session = Session {
            access: "canary-access".into(),
            access_until: 1,
            refresh: "canary-refresh".into(),
            refresh_until: 2,
        };
        assert!(!format!("{session:?}").contains("canary"));
    }
}
