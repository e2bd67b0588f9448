//! The messages between a desk and the hub, with their limits, capabilities and closed error codes.
//! Only shapes live here: what a message means is decided by the hub and by `linchpin-sync`. Fields are
//! only ever added; a breaking change gets a new path or a new name.
#![forbid(unsafe_code)]

pub mod account;
pub mod bootstrap;
pub mod caps;
pub mod error;
pub mod files;
pub mod hello;
pub mod limits;
pub mod live;
pub mod people;
pub mod proof;
pub mod pull;
pub mod push;
pub mod sign_in;
pub mod verify;

/// The protocol numbers this version speaks, newest first.
pub const PROTOCOLS: &[u16] = &[1];

/// Header: the protocol number that the desk speaks.
pub const HEADER_PROTOCOL: &str = "linchpin-protocol";
/// Header: the version of the app.
pub const HEADER_APP: &str = "linchpin-app";
/// Header: the hub's epoch that the desk knows; a hub restored from a backup has a new one.
pub const HEADER_EPOCH: &str = "linchpin-epoch";
/// Header of an answer: how many bytes the whole file has.
pub const HEADER_FILE_SIZE: &str = "linchpin-file-size";
