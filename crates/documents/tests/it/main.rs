//! What the crate promises, through its public types only.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a helper of a test fails the test")]

mod blocks;
mod calls;
mod evidence;
mod naming;
mod nothing_lost;
mod writing;
