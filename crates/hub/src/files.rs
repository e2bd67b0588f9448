//! Files: taken in part by part, kept once for each space that they belong to, given out by range. Whoever may not read
//! a space hears of its files what they would hear of files that do not exist; that bytes of one hash are kept in one
//! space tells nothing in another.

mod copies;
mod shelf;
mod store;
mod sweep;

pub(crate) use copies::{Arriving, leave};
pub use copies::{BadBecause, BadFile, FilesSeen};
pub use sweep::Swept;

use crate::error::HubError;
use crate::hub::Hub;
use crate::request::Refusal;
use crate::scope::Scope;
use linchpin_domain::can::Action;
use linchpin_domain::canonical::sha256_hex;
use linchpin_domain::file::{FileKind, is_sha256};
use linchpin_domain::id::HubId;
use linchpin_domain::space::Space;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::files::{FileRequest, FileState, part_of, parts_of};
use linchpin_protocol::limits::{FILE_BYTES, FILE_PART_BYTES};
use shelf::{Folder, Memory, Shelf};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};
use store::{Stored, There};

/// The folder of files in a hub's folder.
pub(crate) const FOLDER: &str = "files";

/// Room that files leave on the disk, in bytes, for the store itself.
const RESERVE_BYTES: u64 = 1 << 30;
/// How long a desk waits while another whole file is in memory, in milliseconds.
const WHOLE_MS: u64 = 1_000;
/// How many parts are written at once. Each is synced twice, and what syncs keeps the store from the same disk.
const PARTS_AT_ONCE: usize = 4;
/// How long a desk waits while that many are being written, in milliseconds.
const PARTS_MS: u64 = 200;

/// What a hub has for files.
#[derive(Default)]
pub(crate) struct Files {
    /// Where their bytes lie; none where there is no place for them.
    shelf: Option<Arc<dyn Shelf>>,
    /// Held while a whole file is in memory, so that there is one at a time.
    whole: Mutex<()>,
    /// How many parts are being written.
    parts: AtomicUsize,
}

/// The place of one part that is being written; given back when it is dropped.
struct PartPlace<'a>(&'a AtomicUsize);

impl Drop for PartPlace<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Files {
    /// Keeps them in memory.
    pub(crate) fn in_memory() -> Self {
        Self::on(Arc::new(Memory::default()))
    }

    fn on(shelf: Arc<dyn Shelf>) -> Self {
        Self { shelf: Some(shelf), ..Self::default() }
    }

    /// Reads the same ones: what lies on a shelf never changes under its name.
    pub(crate) fn same(&self) -> Self {
        Self { shelf: self.shelf.clone(), ..Self::default() }
    }

    /// Takes the place of the one whole file. Nobody waits for it: whoever waits holds a place that others need.
    fn alone(&self) -> Result<MutexGuard<'_, ()>, Refusal> {
        match self.whole.try_lock() {
            Ok(alone) => Ok(alone),
            Err(TryLockError::Poisoned(broken)) => Ok(broken.into_inner()),
            Err(TryLockError::WouldBlock) => Err(Refusal::new(ErrorCode::Busy).after(WHOLE_MS)),
        }
    }

    /// Takes a place to write a part. Nobody waits for one here either.
    fn place(&self) -> Result<PartPlace<'_>, Refusal> {
        let place = PartPlace(&self.parts);
        if self.parts.fetch_add(1, Ordering::Relaxed) < PARTS_AT_ONCE {
            return Ok(place);
        }
        Err(Refusal::new(ErrorCode::Busy).after(PARTS_MS))
    }
}

impl Hub {
    /// Keeps files below a folder, for a hub whose store is a database. Hubs that are told the same folder do not meet
    /// there; where several processes serve one database it is one folder for all of them.
    ///
    /// # Errors
    /// Any fault of the store.
    pub fn with_files(self, folder: &Path) -> Result<Self, HubError> {
        let own = folder_of(folder, self.db.facts()?.id);
        Ok(self.with_own_files(&own))
    }

    /// Keeps files in a folder that is this hub's alone.
    #[must_use]
    pub(crate) fn with_own_files(mut self, folder: &Path) -> Self {
        self.files = Files::on(Arc::new(Folder::new(folder)));
        self
    }

    fn shelf(&self) -> Result<&dyn Shelf, Refusal> {
        self.files.shelf.as_deref().ok_or_else(|| ErrorCode::NoRoom.into())
    }

    /// Tells whether the disk has room for so many bytes more.
    fn has_room(&self, shelf: &dyn Shelf, bytes: u64) -> Result<bool, Refusal> {
        let free = shelf.free().map_err(|error| self.fault(&error))?;
        Ok(free.is_none_or(|free| free >= RESERVE_BYTES.saturating_add(bytes)))
    }

    /// Returns a name for bytes that are new.
    fn new_name(&self, now_ms: u64) -> String {
        let mut random = [0; 10];
        self.random(&mut random);
        sweep::drawn(now_ms, random)
    }

    /// Begins to take a file in, or says how far it is. One that was whole and whose bytes are gone is taken anew.
    ///
    /// # Errors
    /// What the asker is told instead.
    pub(crate) fn begin_file(
        &self,
        scope: &Scope,
        wanted: &FileRequest,
        now_ms: u64,
    ) -> Result<FileState, Refusal> {
        check(wanted)?;
        let shelf = self.shelf()?;
        let room = self.has_room(shelf, wanted.size)?;
        let fault = |error: HubError| self.fault(&error);
        let begin = || -> Result<There, Refusal> {
            let fresh = self.new_name(now_ms);
            Ok(store::begin(self.db.as_ref(), scope, wanted, (&fresh, room), now_ms).map_err(fault)??)
        };
        let mut there = begin()?;
        if let There::Whole(known) = &there
            && shelf.size(&known.name).map_err(fault)? != Some(known.size)
        {
            tracing::warn!(name = %known.name, "the bytes of a file are gone; it is taken anew");
            store::let_go(self.db.as_ref(), &known.name).map_err(fault)?;
            shelf.remove(&known.name).map_err(fault)?;
            there = begin()?;
        }
        match there {
            There::OnItsWay(upload) => self.state(shelf, &upload),
            There::Whole(_) | There::Nothing => Ok(DONE),
        }
    }

    /// Takes a part of a file.
    ///
    /// # Errors
    /// What the asker is told instead.
    pub(crate) fn take_part(
        &self,
        scope: &Scope,
        (space, sha256): (&Space, &str),
        part: u32,
        bytes: &[u8],
    ) -> Result<FileState, Refusal> {
        let shelf = self.shelf()?;
        let upload = match self.there(scope, space, sha256, Action::BlobPut)? {
            There::Whole(_) => return Ok(DONE),
            There::OnItsWay(upload) => upload,
            There::Nothing => return Err(ErrorCode::NotFound.into()),
        };
        let (_, size) = part_of(upload.size, part).ok_or_else(|| Refusal::new(ErrorCode::BadRequest))?;
        if u64::try_from(bytes.len()) != Ok(size) {
            return Err(ErrorCode::BadRequest.into());
        }
        if !self.has_room(shelf, size)? {
            return Err(ErrorCode::NoRoom.into());
        }
        let name = part_name(&upload, part);
        let place = self.files.place()?;
        shelf.put(&name, bytes).map_err(|error| self.fault(&error))?;
        drop(place);
        let goes_on = store::is_on_its_way(self.db.as_ref(), &upload.name);
        if goes_on.map_err(|error| self.fault(&error))? {
            return self.state(shelf, &upload);
        }
        // Whatever ended it meanwhile has taken its parts away, and nobody counts this one.
        shelf.remove(&name).map_err(|error| self.fault(&error))?;
        match self.there(scope, space, sha256, Action::BlobPut)? {
            There::Whole(_) => Ok(DONE),
            There::OnItsWay(_) | There::Nothing => Err(ErrorCode::NotFound.into()),
        }
    }

    /// Says that all of a file is there, which is looked at: its hash, its size and what kind of file it is.
    ///
    /// # Errors
    /// What the asker is told instead; after `wrong_file` they begin again.
    pub(crate) fn finish_file(
        &self,
        scope: &Scope,
        wanted: &FileRequest,
        now_ms: u64,
    ) -> Result<FileState, Refusal> {
        check(wanted)?;
        let shelf = self.shelf()?;
        let upload = match self.there(scope, &wanted.space, &wanted.sha256, Action::BlobPut)? {
            There::Whole(_) => return Ok(DONE),
            There::OnItsWay(upload) => upload,
            There::Nothing => return Err(ErrorCode::NotFound.into()),
        };
        let fault = |error: HubError| self.fault(&error);
        if upload.size != wanted.size {
            return Err(self.forget(shelf, &upload)?);
        }
        // Looked at before anything is read: whoever says the end of half a file costs nothing.
        let state = self.state(shelf, &upload)?;
        if usize::try_from(parts_of(upload.size)) != Ok(state.parts.len()) {
            return Ok(state);
        }
        let _alone = self.files.alone()?;
        let Some(bytes) = together(shelf, &upload).map_err(fault)? else { return self.state(shelf, &upload) };
        if sha256_hex(&bytes) != wanted.sha256 || FileKind::of_bytes(&bytes).is_err() {
            return Err(self.forget(shelf, &upload)?);
        }
        // What was looked at is put under a name that no part is ever written to: whatever else arrives for this upload
        // cannot change it any more.
        let fresh = self.new_name(now_ms);
        shelf.put(&fresh, &bytes).map_err(fault)?;
        let finished =
            store::finish(self.db.as_ref(), scope, wanted, &upload, &fresh, now_ms).map_err(fault)?;
        if finished != Ok(true) {
            shelf.remove(&fresh).map_err(fault)?;
        }
        finished?;
        remove_parts(shelf, &upload).map_err(fault)?;
        Ok(DONE)
    }

    /// Forgets a file on its way that is not the one that was said, and returns what is told of it.
    fn forget(&self, shelf: &dyn Shelf, upload: &Stored) -> Result<Refusal, Refusal> {
        store::forget(self.db.as_ref(), &upload.name).map_err(|error| self.fault(&error))?;
        remove_parts(shelf, upload).map_err(|error| self.fault(&error))?;
        Ok(ErrorCode::WrongFile.into())
    }

    /// Returns some bytes of a file, at most a part, and how many it has in all.
    ///
    /// # Errors
    /// What the asker is told instead.
    pub(crate) fn file_bytes(
        &self,
        scope: &Scope,
        (space, sha256): (&Space, &str),
        from: u64,
    ) -> Result<(Vec<u8>, u64), Refusal> {
        let There::Whole(whole) = self.there(scope, space, sha256, Action::BlobGet)? else {
            return Err(ErrorCode::NotFound.into());
        };
        if from >= whole.size {
            return Ok((Vec::new(), whole.size));
        }
        let read = self.shelf()?.get(&whole.name, from, FILE_PART_BYTES);
        let bytes =
            read.and_then(|bytes| bytes.ok_or_else(|| HubError::corrupt("bytes of a file that are gone")));
        Ok((bytes.map_err(|error| self.fault(&error))?, whole.size))
    }

    fn there(&self, scope: &Scope, space: &Space, sha256: &str, action: Action) -> Result<There, Refusal> {
        if !is_sha256(sha256) {
            return Err(ErrorCode::BadRequest.into());
        }
        let there = store::look(self.db.as_ref(), scope, (space, sha256), action);
        Ok(there.map_err(|error| self.fault(&error))??)
    }

    /// Says which parts of a file are there.
    fn state(&self, shelf: &dyn Shelf, upload: &Stored) -> Result<FileState, Refusal> {
        let mut parts = Vec::new();
        for part in 0..parts_of(upload.size) {
            let there = shelf.size(&part_name(upload, part)).map_err(|error| self.fault(&error))?;
            if there.is_some() && there == part_of(upload.size, part).map(|(_, size)| size) {
                parts.push(part);
            }
        }
        Ok(FileState { done: false, parts })
    }
}

/// Returns the folder of a hub in one that several may use.
fn folder_of(shared: &Path, hub: HubId) -> PathBuf {
    shared.join(hub.to_string())
}

/// What is said of a file that is here.
const DONE: FileState = FileState { done: true, parts: Vec::new() };

fn check(wanted: &FileRequest) -> Result<(), Refusal> {
    if !is_sha256(&wanted.sha256) || wanted.size == 0 {
        return Err(ErrorCode::BadRequest.into());
    }
    if wanted.size > FILE_BYTES {
        return Err(ErrorCode::TooLarge.into());
    }
    Ok(())
}

fn part_name(upload: &Stored, part: u32) -> String {
    format!("{}.{part}", upload.name)
}

/// Returns all parts in their order; none where one is missing.
fn together(shelf: &dyn Shelf, upload: &Stored) -> Result<Option<Vec<u8>>, HubError> {
    let mut bytes = Vec::new();
    for part in 0..parts_of(upload.size) {
        match shelf.get(&part_name(upload, part), 0, FILE_PART_BYTES)? {
            Some(more)
                if Some(u64::try_from(more.len()).unwrap_or(0))
                    == part_of(upload.size, part).map(|p| p.1) =>
            {
                bytes.extend_from_slice(&more);
            }
            _ => return Ok(None),
        }
    }
    Ok(Some(bytes))
}

fn remove_parts(shelf: &dyn Shelf, upload: &Stored) -> Result<(), HubError> {
    (0..parts_of(upload.size)).try_for_each(|part| shelf.remove(&part_name(upload, part)))
}

#[cfg(test)]
mod tests;
