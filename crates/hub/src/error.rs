//! What can go wrong with the hub's own store. Refusals to desks are answers, not errors, and live in the
//! protocol.

use linchpin_protocol::error::ErrorCode;

/// Why the hub's store did not do what was asked. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The folder holds no hub.
    #[error("there is no hub in this folder; `linchpin-hub init` sets one up")]
    NoHub,
    /// The folder holds a hub already.
    #[error("there is a hub in this folder already; nothing was changed")]
    HubThere,
    /// The folder holds what a hub left beside its store, which would be read into another store of that name.
    #[error(
        "a log of an earlier hub lies in this folder (hub.db-wal or hub.db-shm); nothing was changed, move it away first"
    )]
    LogThere,
    /// The store was written by a newer version.
    #[error("the hub's store was written by a newer version; nothing was changed, use that version")]
    TooNew,
    /// The disk is full.
    #[error("the hub's disk is full; what was acknowledged is safe")]
    Full,
    /// Somebody else holds the store for too long.
    #[error("the hub's store is held by another program; try again")]
    Busy,
    /// Somebody else wrote the same at the same moment; what is decided on what they wrote may come out differently.
    #[error("somebody else changed the same at the same moment; try again")]
    Met,
    /// The address of the database cannot be read. It may hold a password and is not repeated.
    #[error("that is no address of a database; write it as postgres://user@host/name")]
    NoDatabase,
    /// The database acknowledges before what it acknowledges is safe.
    #[error("the database would lose what it acknowledged: {0}")]
    Unsafe(String),
    /// The database makes its copies itself.
    #[error("a hub on PostgreSQL is copied by the database's own programs (pg_dump, or pg_basebackup)")]
    UsePgDump,
    /// A deed with an account was not done.
    #[error("that was not done: {}", said(*.0))]
    NotDone(ErrorCode),
    /// A row does not read as what it should be.
    #[error("the hub's store holds something that cannot be read: {0}")]
    Corrupt(String),
    /// Any other fault of the store.
    #[error("the hub's store: {0}")]
    Store(String),
    /// A file could not be read or written.
    #[error("{0}: {1}")]
    File(String, std::io::Error),
}

/// Says why a deed was not done, to whoever looks after the hub.
fn said(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::NotFound => "nobody here has this id",
        ErrorCode::NotAllowed => "the network would be left without an administrator",
        _ => "what was asked for cannot be read",
    }
}

impl HubError {
    /// Returns the fault that a row cannot be read; `what` names the row, never its content.
    pub(crate) fn corrupt(what: &str) -> Self {
        Self::Corrupt(what.to_owned())
    }
}
