//! A disk that can lose power, break and run full. [`Disk::watch`] records what the real SQLite does to the files
//! of one folder, through a layer below it that the product does not know of; [`Recording::image`] builds the
//! folder as a power cut at any moment may leave it. What was synced is whole; each write that was not is kept,
//! dropped or torn at 512 bytes; names last as far as SQLite has seen to it.
//! What the product does beside SQLite (rename, copy, remove) is taken as done and lasting, in its order.

mod image;
mod record;
mod vfs;

pub use image::{Honesty, Recording};

use crate::KitError;
use record::Recorder;
use std::path::Path;
use std::sync::Arc;

/// How a disk refuses. Writes, cuts and syncs are counted from one, since the disk is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failing {
    /// There is no space, from this one on.
    FullFrom(u64),
    /// It breaks, from this one on.
    BrokenFrom(u64),
    /// This one breaks, the next does not.
    BrokenOnce(u64),
}

/// A watched folder, until this is dropped and every file in it is closed.
pub struct Disk(Arc<Recorder>);

impl Disk {
    /// Watches a folder: stores that are opened there from now on are recorded. What lies there already lasts.
    ///
    /// # Errors
    /// [`KitError::Disk`] where SQLite does not take the layer, [`KitError::Folder`].
    pub fn watch(folder: &Path) -> Result<Self, KitError> {
        if !vfs::install() {
            return Err(KitError::Disk("SQLite does not take the layer below it".to_owned()));
        }
        Ok(Self(Recorder::begin(folder)?))
    }

    /// Returns how much has happened so far: a moment at which the power may be cut.
    ///
    /// # Errors
    /// [`KitError::Folder`].
    pub fn moment(&self) -> Result<usize, KitError> {
        Ok(self.0.look()?)
    }

    /// Returns how often something was written, cut or synced so far.
    pub fn writes(&self) -> u64 {
        self.0.writes()
    }

    /// Refuses from now on as told, or no more. Returns how often it has refused since it was last told.
    pub fn fails(&self, failing: Option<Failing>) -> u64 {
        self.0.fails(failing)
    }

    /// Returns what happened so far.
    pub fn recording(&self) -> Recording {
        Recording::of(self.0.events())
    }
}
