//! What can go wrong, told apart by what the caller can do about it. Never holds words that a person typed.

use linchpin_domain::Wrong;
use rusqlite::ErrorCode;

/// Why the store could not do what was asked. Nothing was changed in any of these cases.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Another program has this folder open.
    #[error("the store is open in another program")]
    Locked,
    /// The key or passphrase does not open the file.
    #[error("the key does not open the store")]
    WrongKey,
    /// The file was written by a newer version; it was not touched.
    #[error("the store needs version {min_app} or newer")]
    TooNew {
        /// The oldest version that opens it.
        min_app: String,
    },
    /// The folder lies on a network drive, where the file would break.
    #[error("the folder lies on a network drive")]
    NetworkPath,
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// The folder or file may not be written.
    #[error("the folder may not be written")]
    ReadOnly,
    /// The file is damaged, or is no store.
    #[error("the file is damaged or is no store")]
    Corrupt,
    /// There is no such thing.
    #[error("there is no such record")]
    NotFound,
    /// Access to this space has ended.
    #[error("access to this space has ended")]
    Gone,
    /// A value breaks a rule.
    #[error(transparent)]
    Invalid(#[from] Wrong),
    /// The text could not be read by the text engine.
    #[error("a text could not be read")]
    Text,
    /// The text has words that the edit was made without: make it again over the text as it is.
    #[error("the text has moved on since it was read")]
    MovedOn,
    /// A snapshot does not cover what it would replace; the log stays as it is.
    #[error("the snapshot does not cover the updates it would replace")]
    NotCovered,
    /// The disk did not do what was asked; what was committed before is whole.
    #[error("the disk did not answer as it should: {0}")]
    Io(String),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let Some(code) = error.sqlite_error_code() else {
            return match error {
                rusqlite::Error::QueryReturnedNoRows => Self::NotFound,
                _ => Self::Corrupt,
            };
        };
        match code {
            ErrorCode::DiskFull => Self::DiskFull,
            ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied => Self::ReadOnly,
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Corrupt,
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Locked,
            other => Self::Io(format!("{other:?}")),
        }
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::DiskFull,
            std::io::ErrorKind::NotFound => Self::NotFound,
            kind => Self::Io(kind.to_string()),
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(_: serde_json::Error) -> Self {
        Self::Corrupt
    }
}
