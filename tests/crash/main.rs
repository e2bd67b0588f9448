//! Words that were acknowledged are there after a kill, in the client's own process and at the hub.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on ends there")]

mod kill_while_writing;
