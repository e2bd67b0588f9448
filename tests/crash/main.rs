//! Words that were acknowledged are there after a kill, in the client's own process and at the hub.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a story that cannot go on ends there, and starts what it kills"
)]

mod desks;
mod kill_core;
mod kill_hub;
mod kill_while_writing;
