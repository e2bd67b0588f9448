//! The hub as its desks meet it: in one process with the time handed in, and over a real line with the real
//! client.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may break off, keep true time and start the program"
)]

mod accounts;
mod audit;
mod carrying;
mod carrying_faults;
mod client;
mod deleting;
mod engines;
mod files;
mod files_lost;
mod kit;
mod letting_in;
mod listening;
mod matrix;
mod moving;
mod parts_and_copies;
mod processes;
mod program;
mod proofs;
mod reading;
mod records;
mod rights;
mod sessions;
mod sharing;
mod signing_in;
mod skips;
mod texts;
mod verifying;
mod wrong_bodies;
