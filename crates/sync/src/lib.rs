//! Brings the local store in step with the hub: a pure engine, and the driver that feeds it with the network,
//! the clock and chance. What does not live here: the merge of records (domain), what the bytes of a text mean
//! (text), and anything that is on disk (store).
//! The invariant: what is not committed in the store is not believed, so a crash costs a request and no word.
#![forbid(unsafe_code)]

pub mod account;
pub mod backoff;
pub mod driver;
pub mod engine;
pub mod files;
pub mod http;
pub mod join;
pub mod once;
pub mod seam;
pub mod status;
pub mod steps;
pub mod texts;
pub mod verify;

pub use driver::{Handle, start};
pub use http::{LineError, Settings};
pub use join::{JoinAsked, JoinError, Joined, join};
pub use once::{Outcome, sync_once};
pub use status::{Away, Phase, Status};
pub use verify::{Compared, compare};
