//! Hostile bodies: whatever comes over the wire, in either direction, neither end panics, hangs or fills the
//! memory. Bodies are made from what the real ends say to each other, each from the number of its case; a failure
//! prints the number, and `LINCHPIN_SEED` plays it again.
#![expect(clippy::indexing_slicing, reason = "a test that cannot go on ends there")]

mod cases;
mod desk;
mod files;
mod hub;
mod spoken;
mod texts;
