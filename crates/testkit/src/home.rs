//! Where a device's store lies: in a folder, encrypted, as people have it; or in memory, which costs a fraction, for
//! thousands of histories. Both are left as a process that dies leaves them, and go back to backups.

use crate::KitError;
use crate::clock::SkewedClock;
use crate::device::VERSION;
use crate::rng::Seeded;
use linchpin_store::{Config, Key, Memory, Store, StoreError, open, restore_file};
use linchpin_sync::seam::Clock;
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

/// The key of every device's store.
pub const KEY: [u8; 32] = [7; 32];
/// Most files in memory that a thread keeps for the next devices.
const MOST_SPARE: usize = 16;

thread_local! {
    /// Files of devices that are no more. Making one costs more than a device does in it.
    static SPARE: RefCell<Vec<Memory>> = const { RefCell::new(Vec::new()) };
}

/// A copy of a device's store, to go back to.
pub enum Backup {
    /// Of a store in a folder.
    File(PathBuf),
    /// Of a store in memory.
    Memory(Memory),
}

/// Where a device's store lies.
pub(crate) enum Home {
    /// In a folder.
    Folder(TempDir),
    /// In memory; none while a store has it open.
    Memory(Option<Memory>),
}

/// Makes a folder that is gone when it is dropped.
///
/// # Errors
/// Faults of the disk.
pub fn folder() -> Result<TempDir, std::io::Error> {
    // In memory where the system has a folder there: what is tried here is not the disk.
    TempDir::new_in("/dev/shm").or_else(|_| TempDir::new())
}

/// What opens every device's store.
pub fn key() -> Key {
    Key::Raw(KEY)
}

/// Returns where the store lies in a device's folder.
pub fn store_folder(folder: &Path) -> PathBuf {
    folder.join("store")
}

impl Home {
    /// Returns an empty one in memory.
    pub(crate) fn in_memory(now_ms: u64) -> Result<Self, StoreError> {
        let spare = SPARE.with_borrow_mut(Vec::pop);
        let memory = spare.map_or_else(|| Memory::new(VERSION, now_ms), Memory::emptied)?;
        Ok(Self::Memory(Some(memory)))
    }

    /// Opens the store.
    pub(crate) fn opens(&mut self, rng: &mut Seeded, clock: &SkewedClock) -> Result<Store, StoreError> {
        let random = rng.fork().for_store();
        match self {
            Self::Folder(folder) => {
                let config = Config::new(store_folder(folder.path())).with_random(random);
                open(config, &key(), clock.now_ms(), VERSION)
            }
            Self::Memory(memory) => memory.take().ok_or(StoreError::Locked)?.open(random, clock.now_ms()),
        }
    }

    /// Takes back what a store leaves that is not closed by anybody: what it has committed.
    pub(crate) fn left_by(&mut self, store: Arc<Store>) {
        if let Self::Memory(memory) = self {
            *memory = Arc::into_inner(store).and_then(Store::into_memory);
        }
    }

    /// Makes a backup.
    pub(crate) fn backs_up(&self, store: &Store, now_ms: u64) -> Result<Backup, StoreError> {
        Ok(match self {
            Self::Folder(_) => Backup::File(store.backup("test", now_ms)?.0),
            Self::Memory(_) => Backup::Memory(store.copy_in_memory()?),
        })
    }

    /// Goes back to a backup, under another replica id, as the product does. No store may be open.
    pub(crate) fn goes_back(
        &mut self,
        backup: &Backup,
        rng: &mut Seeded,
        clock: &SkewedClock,
    ) -> Result<(), KitError> {
        let mut random = rng.fork().for_store();
        match (self, backup) {
            (Self::Folder(folder), Backup::File(file)) => {
                let folder = store_folder(folder.path());
                restore_file(&folder, file, &key(), &mut random, VERSION, clock.now_ms())?;
            }
            (Self::Memory(memory), Backup::Memory(backup)) => {
                let mut copy = backup.copy()?;
                copy.become_another(&mut random)?;
                *memory = Some(copy);
            }
            _ => return Err(KitError::Disk("the backup is of another sort of store".to_owned())),
        }
        Ok(())
    }

    /// Goes back to a backup as somebody does who copies the file by hand, unknown to the product.
    pub(crate) fn is_copied_over(&mut self, backup: &Backup) -> Result<(), KitError> {
        match (self, backup) {
            (Self::Folder(folder), Backup::File(file)) => {
                let folder = store_folder(folder.path());
                for end in ["-wal", "-shm"] {
                    let log = folder.join(format!("linchpin.db{end}"));
                    if log.exists() {
                        std::fs::remove_file(log)?;
                    }
                }
                std::fs::copy(file, folder.join("linchpin.db"))?;
            }
            (Self::Memory(memory), Backup::Memory(backup)) => *memory = Some(backup.copy()?),
            _ => return Err(KitError::Disk("the backup is of another sort of store".to_owned())),
        }
        Ok(())
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if let Self::Memory(memory) = self
            && let Some(memory) = memory.take()
        {
            SPARE.with_borrow_mut(|spare| {
                if spare.len() < MOST_SPARE {
                    spare.push(memory);
                }
            });
        }
    }
}
