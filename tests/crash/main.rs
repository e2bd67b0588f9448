//! Words that were acknowledged are there after a kill, in the client's own process and at the hub.

mod kill_while_writing;
