//! Everything a shell may ask for: the one list of commands.
