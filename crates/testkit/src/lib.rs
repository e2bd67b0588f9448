//! What tests are made of: named people, devices with real stores in folders of their own, clocks that are
//! wrong, a line that loses, doubles, delays and cuts, a disk that loses power, and a hub in memory. Everything
//! is drawn from one seed, so a failure can be played again.
//! What does not live here: what is tested, and any knowledge of what is right.

pub mod build;
pub mod clock;
pub mod codes;
pub mod device;
// What SQLite promises of names is a promise of Unix.
#[cfg(unix)]
pub mod disk;
pub mod editor;
mod home;
pub mod hostile;
pub mod hub;
pub mod hub_memory;
pub mod hub_real;
pub mod line;
pub mod people;
pub mod postgres;
pub mod rng;

/// Why a test device could not go on: a fault of the kit or of what is tested, never of the line.
#[derive(Debug, thiserror::Error)]
pub enum KitError {
    /// The store said no.
    #[error("the store: {0}")]
    Store(#[from] linchpin_store::StoreError),
    /// A text could not be read or changed.
    #[error("the text: {0}")]
    Text(#[from] linchpin_text::TextError),
    /// No folder could be made.
    #[error("the folder: {0}")]
    Folder(#[from] std::io::Error),
    /// The hub did not do what it should.
    #[error("the hub: {0}")]
    Hub(String),
    /// A disk could not be watched.
    #[error("the disk: {0}")]
    Disk(String),
    /// The engine would not come to rest.
    #[error("sync did not come to rest after {0} actions")]
    Restless(usize),
}
