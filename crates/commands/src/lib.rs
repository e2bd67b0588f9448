//! Everything a shell may ask for. The list of commands in `list.rs` is the one place where a command is
//! declared; the desktop, the command line, the screens' types and the tests are made from it.
#![forbid(unsafe_code)]

pub mod account;
pub mod answers;
pub mod calls;
pub mod error;
pub mod export;
pub mod home;
pub mod host;
pub mod people;
pub mod search;
pub mod settings;
pub mod sync;
pub mod undo;
pub mod versions;
