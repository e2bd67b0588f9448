//! Capabilities: words exchanged in `hello`. An unknown word is ignored; nothing is guessed from versions.

/// Bodies may be packed with zstd.
pub const ZSTD: &str = "zstd";
/// The hub has a live stream.
pub const LIVE: &str = "live";
/// The hub passes on who has which answer open.
pub const PRESENCE: &str = "presence";

/// What this version can do.
pub const OURS: &[&str] = &[ZSTD, LIVE, PRESENCE];
