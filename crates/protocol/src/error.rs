//! The hub's refusals: problem JSON with one of a closed list of codes. A code exists only if a desk acts on it.

use serde::{Deserialize, Serialize};

/// Why a request was not served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The proof is missing, wrong or too old: correct the clock by the hub's time and try once more.
    AuthExpired,
    /// The device was cut off.
    DeviceRevoked,
    /// The invitation is unknown, used or expired.
    BadInvitation,
    /// Not the caller's to do.
    NotAllowed,
    /// This device needs a session and has none that is good: refresh it, or ask somebody to sign in.
    SignInNeeded,
    /// E-mail address, passphrase and code do not belong together; which of them is wrong is not told.
    SignInFailed,
    /// The new passphrase is too short, too long or a common one.
    PassphraseRefused,
    /// There is an account for this e-mail address already: sign in instead.
    AccountExists,
    /// No such thing, or none that the caller may know of.
    NotFound,
    /// The caller's protocol is no longer spoken here.
    TooOld,
    /// The body is over a limit.
    TooLarge,
    /// The body cannot be read.
    BadRequest,
    /// Too many requests, or the hub's disk is full: wait.
    Busy,
    /// The hub was restored from a backup: say hello again.
    EpochChanged,
    /// The cursor lies below what the hub keeps: bootstrap that space.
    BootstrapNeeded,
    /// Another copy of this store has spoken: take a new replica id.
    ReplicaForked,
    /// A bootstrap part is gone: start again.
    PartGone,
    /// What was sent is not the file that was said, or is none that may be added: begin again, or give up.
    WrongFile,
    /// The space's files have taken all the room that there is for them, or this hub keeps no files: wait.
    NoRoom,
    /// A fault of the hub itself.
    Internal,
}

impl ErrorCode {
    /// Returns the HTTP status that goes with the code.
    pub const fn status(self) -> u16 {
        match self {
            Self::AuthExpired | Self::DeviceRevoked | Self::SignInNeeded => 401,
            Self::BadInvitation | Self::NotAllowed | Self::SignInFailed => 403,
            Self::NotFound => 404,
            Self::TooOld => 426,
            Self::TooLarge => 413,
            Self::BadRequest => 400,
            Self::PassphraseRefused | Self::WrongFile => 422,
            Self::Busy => 503,
            Self::EpochChanged
            | Self::BootstrapNeeded
            | Self::ReplicaForked
            | Self::AccountExists
            | Self::NoRoom => 409,
            Self::PartGone => 410,
            Self::Internal => 500,
        }
    }
}

/// The body of every refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Why.
    pub code: ErrorCode,
    /// After how many milliseconds to try again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// The hub's time, so that a desk with a wrong clock can correct its proof.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hub_time: Option<u64>,
    /// Found in the hub's log; tells nothing by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail_id: Option<String>,
}
