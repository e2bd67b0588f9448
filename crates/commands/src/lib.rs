//! Everything a shell may ask for. The list of commands in `list.rs` is the one place where a command is
//! declared; the desktop, the command line, the screens' types and the tests are made from it.
//! What does not live here: windows, dialogs, the words of the command line.
//! The invariant: a command that changes something returns only after the change is on disk.
#![forbid(unsafe_code)]

pub mod account;
pub mod answers;
pub mod attached;
pub mod calls;
mod code_picture;
mod core;
mod docs;
pub mod error;
pub mod export;
mod files;
pub mod folder;
pub mod home;
pub mod host;
mod jobs;
mod keychain;
#[cfg(test)]
mod kit;
pub mod lock;
pub mod parts;
pub mod people;
pub mod recovery;
mod sample;
pub mod search;
pub mod settings;
pub mod sign_in;
pub mod sync;
mod typescript;
pub mod undo;
pub mod unlock;
pub mod versions;
mod view;

pub use crate::core::Core;
pub use files::refuse_among_our_own;
pub use typescript::{markdown, typescript};

use error::Error;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What a command gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// JSON text.
    Json(String),
    /// Bytes as they are.
    Bytes(Vec<u8>),
}

/// Reads what is asked, calls the command and writes what it gives.
macro_rules! call {
    ($core:ident, $json:ident, $raw:ident, $function:path, bytes) => {
        Ok(Body::Bytes($function($core, asked($json)?)?))
    };
    ($core:ident, $json:ident, $raw:ident, $function:path, bytes, bytes) => {
        Ok(Body::Bytes($function($core, asked($json)?, $raw.ok_or_else(Error::no_bytes)?)?))
    };
    ($core:ident, $json:ident, $raw:ident, $function:path, bytes, $answer:ident) => {
        json(&$function($core, asked($json)?, $raw.ok_or_else(Error::no_bytes)?)?)
    };
    ($core:ident, $json:ident, $raw:ident, $function:path, $answer:ident) => {
        json(&$function($core, asked($json)?)?)
    };
}

macro_rules! commands {
    ($($(#[doc = $about:literal])* $feature:ident :: $name:ident ($asked:ident $(, $bytes:ident)?) -> $answer:ident $(<$row:ident>)?, $kind:ident [$($tag:ident),*];)*) => {
        /// The name of every command.
        pub const NAMES: &[&str] = &[$(stringify!($name)),*];

        fn call(core: &Core, name: &str, json_asked: Value, raw: Option<Vec<u8>>) -> Result<Body, Error> {
            match name {
                $(stringify!($name) => call!(core, json_asked, raw, $feature::$name, $($bytes,)? $answer),)*
                _ => Err(Error::no_command()),
            }
        }
    };
}

include!("list.rs");

/// Runs a command by its name. Blocks until it is done.
///
/// # Errors
/// [`Error`]; nothing was changed then.
pub fn dispatch(core: &Core, name: &str, json: Value, raw: Option<Vec<u8>>) -> Result<Body, Error> {
    let began = std::time::Instant::now();
    let done = core.cover.check(name).and_then(|()| call(core, name, json, raw));
    let took_us = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
    match &done {
        Ok(_) => tracing::debug!(command = name, took_us, "done"),
        Err(error) => tracing::info!(command = name, took_us, code = ?error.code, key = error.key, "refused"),
    }
    done
}

/// Reads what is asked. What is wrong with it is a fault of the shell, so no word of it goes into the error.
fn asked<T: DeserializeOwned>(json: Value) -> Result<T, Error> {
    serde_json::from_value(json).map_err(|error| {
        tracing::warn!(line = error.line(), category = ?error.classify(), "a request has another form");
        Error::bad_request()
    })
}

fn json(answer: &impl Serialize) -> Result<Body, Error> {
    serde_json::to_string(answer)
        .map(Body::Json)
        .map_err(|_| Error::internal("an answer could not be written"))
}
