//! The encrypted local store: one SQLCipher file, one door for people's changes ([`transact`]), one for what
//! sync applies ([`settle`]), read-only handles for everything else. Blocking; time is handed in.
//! What does not live here: the network, the clock, and any knowledge of what the bytes of a text mean.
//! The invariant: what a call that returned `Ok` has stored is on disk, whole, and survives a power cut.
#![forbid(unsafe_code)]

pub mod backup;
mod changed;
mod codec;
mod connections;
mod door;
mod error;
pub mod files;
mod migrate;
pub mod open;
pub mod outbox;
pub mod reader;
pub mod search;
mod session;
pub mod settle;
mod table;
pub mod transact;
mod typed;
pub mod undo;

pub use backup::{
    BEFORE_RESTORE, BackupFile, SET_ASIDE, Verified, list_backups, restore_file, set_aside, verify_file,
};
pub use changed::{Changed, Origin};
pub use error::StoreError;
pub use open::{BootToken, Config, HubLink, Identity, Key, Memory, Random, Store, exists, open};
pub use reader::Reader;
pub use transact::{By, Done, TextEdit, TextFacts, Tx};
pub use undo::{UndoId, UndoOutcome};
