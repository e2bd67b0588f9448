//! The limits of every message, one constant each. Both ends use these; the hub also tells them in `hello`.

use serde::{Deserialize, Serialize};

/// Most changes in one push, and entries in one page.
pub const CHANGES: usize = 1_000;
/// Most bytes of JSON a desk puts into one push, and the hub into one page.
pub const BATCH_BYTES: usize = 1 << 20;
/// Most bytes of a push or pull on the wire.
pub const WIRE_BYTES: usize = 4 << 20;
/// Most bytes of a push or pull once inflated, counted while inflating.
pub const INFLATED_BYTES: usize = 16 << 20;
/// Most times a body may grow when inflated, once past [`RATIO_FROM_BYTES`].
pub const RATIO: usize = 20;
/// From how many inflated bytes on [`RATIO`] counts.
pub const RATIO_FROM_BYTES: usize = 64 << 10;
/// Most bytes of any other JSON body on the wire.
pub const OTHER_WIRE_BYTES: usize = 1 << 20;
/// Deepest nesting of JSON.
pub const JSON_DEPTH: usize = 32;
/// Most spaces in one pull.
pub const SPACES: usize = 200;
/// Most spaces that a desk takes of what a hub names: a network with a thousand calls a year, two spaces each, for
/// twenty years.
pub const DESK_SPACES: usize = 40_000;
/// Most bytes of a file.
pub const FILE_BYTES: u64 = linchpin_domain::file::MOST_BYTES;
/// Bytes of a part of a file; the last one may have fewer.
pub const FILE_PART_BYTES: u64 = 1 << 20;
/// Most bytes of one text update.
pub const UPDATE_BYTES: usize = 512 << 10;
/// Most changes in one group.
pub const GROUP_CHANGES: usize = 200;
/// About how many bytes one bootstrap part has before it is packed.
pub const PART_BYTES: usize = 1 << 20;
/// From how many bytes on a body is packed with zstd.
pub const PACK_FROM_BYTES: usize = 1 << 10;
/// The zstd level of every body.
pub const ZSTD_LEVEL: i32 = 3;
/// How far a request's time may lie from the hub's, in milliseconds.
pub const PROOF_WINDOW_MS: u64 = 5 * 60_000;
/// How often the live stream says that it is there, in milliseconds.
pub const LIVE_BEAT_MS: u64 = 25_000;

/// The limits that the hub tells a desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// Most changes in one push.
    pub changes: usize,
    /// Most bytes of JSON in one push.
    pub batch_bytes: usize,
    /// Most bytes of one text update.
    pub update_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { changes: CHANGES, batch_bytes: BATCH_BYTES, update_bytes: UPDATE_BYTES }
    }
}
