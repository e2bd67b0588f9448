//! Files on their way: `POST /v1/files/begin`, `/v1/files/part`, `/v1/files/finish`, and
//! `GET /v1/spaces/{space}/file`. A file is known by its space and the SHA-256 of its bytes. It goes up in parts, in any
//! order, each as often as need be; it counts when all of it is there and has the hash that was said.

use crate::limits::{FILE_BYTES, FILE_PART_BYTES};
use linchpin_domain::space::{Space, SpaceKind};
use serde::{Deserialize, Serialize};

/// Which file is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileRequest {
    /// Where it belongs.
    pub space: Space,
    /// The SHA-256 of its bytes, in small hexadecimal digits.
    pub sha256: String,
    /// How many bytes it has.
    pub size: u64,
}

/// How far a file is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileState {
    /// Whether the hub has all of it.
    pub done: bool,
    /// Which parts are there while it has not, from 0.
    pub parts: Vec<u32>,
}

/// Returns how many parts a file of so many bytes has.
pub fn parts_of(size: u64) -> u32 {
    u32::try_from(size.min(FILE_BYTES).div_ceil(FILE_PART_BYTES)).unwrap_or(0)
}

/// Returns where a part begins and how many bytes it has; none where the file has no such part.
pub fn part_of(size: u64, part: u32) -> Option<(u64, u64)> {
    let from = u64::from(part) * FILE_PART_BYTES;
    (part < parts_of(size)).then(|| (from, (size - from).min(FILE_PART_BYTES)))
}

/// Returns the most bytes that all files of a space may have.
pub const fn quota(space: SpaceKind) -> u64 {
    match space {
        SpaceKind::Me => 100 << 20,
        SpaceKind::Call | SpaceKind::Response => 500 << 20,
        SpaceKind::Org | SpaceKind::Region | SpaceKind::Nation | SpaceKind::National => 2 << 30,
    }
}

/// The most that the files of one person may count, in all spaces together: two of the largest spaces.
pub const PERSON_BYTES: u64 = 4 << 30;
/// What a file counts beside its bytes, so that nobody fills a disk with files that are next to nothing.
pub const FILE_COUNTS_BYTES: u64 = 64 << 10;

/// The query's name for the space of a part.
pub const QUERY_SPACE: &str = "space";
/// The query's name for a file's SHA-256.
pub const QUERY_SHA256: &str = "sha256";
/// The query's name for where to read from, in bytes.
pub const QUERY_FROM: &str = "from";
/// The query's name for the number of a part.
pub const QUERY_PART: &str = "part";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_a_file_without_gap_or_overlap() {
        for size in [1, FILE_PART_BYTES - 1, FILE_PART_BYTES, FILE_PART_BYTES + 1, FILE_BYTES] {
            let parts: Vec<_> = (0..parts_of(size)).map_while(|part| part_of(size, part)).collect();
            let mut end = 0;
            for (from, bytes) in &parts {
                assert_eq!(*from, end, "{size}");
                assert!((1..=FILE_PART_BYTES).contains(bytes), "{size}");
                end += bytes;
            }
            assert_eq!((end, part_of(size, parts_of(size))), (size, None));
        }
        assert_eq!((parts_of(0), parts_of(FILE_BYTES)), (0, 25));
    }
}
