//! Files: taken in part by part, kept once for each space that they belong to, given out by range. Whoever may not read
//! a space hears of its files what they would hear of files that do not exist; that bytes of one hash are kept in one
//! space tells nothing in another.

mod copies;
mod shelf;
mod store;
mod sweep;

pub(crate) use copies::{Arriving, leave};
pub use sweep::Swept;

use crate::error::HubError;
use crate::hub::Hub;
use crate::request::Refusal;
use crate::scope::Scope;
use linchpin_domain::can::Action;
use linchpin_domain::canonical::sha256_hex;
use linchpin_domain::file::{FileKind, is_sha256};
use linchpin_domain::space::Space;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::files::{FileRequest, FileState, part_of, parts_of};
use linchpin_protocol::limits::{FILE_BYTES, FILE_PART_BYTES};
use shelf::{Folder, Memory, Shelf};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use store::{Stored, There};

/// The folder of files in a hub's folder.
pub(crate) const FOLDER: &str = "files";

/// What a hub has for files.
#[derive(Default)]
pub(crate) struct Files {
    /// Where their bytes lie; none where there is no place for them.
    shelf: Option<Arc<dyn Shelf>>,
    /// Held while a whole file is in memory, so that there is one at a time.
    whole: Mutex<()>,
}

impl Files {
    /// Keeps them in memory.
    pub(crate) fn in_memory() -> Self {
        Self { shelf: Some(Arc::new(Memory::default())), whole: Mutex::default() }
    }

    /// Reads the same ones: what lies on a shelf never changes under its name.
    pub(crate) fn same(&self) -> Self {
        Self { shelf: self.shelf.clone(), whole: Mutex::default() }
    }
}

impl Hub {
    /// Keeps files in a folder, for a hub whose store is no folder. Where several processes serve one database it is one
    /// folder for all of them.
    #[must_use]
    pub fn with_files(mut self, folder: &Path) -> Self {
        self.files = Files { shelf: Some(Arc::new(Folder::new(folder))), whole: Mutex::default() };
        self
    }

    fn shelf(&self) -> Result<&dyn Shelf, Refusal> {
        self.files.shelf.as_deref().ok_or_else(|| ErrorCode::NoRoom.into())
    }

    /// Returns a name for bytes that are new.
    fn new_name(&self, now_ms: u64) -> String {
        let mut random = [0; 10];
        self.random(&mut random);
        sweep::drawn(now_ms, random)
    }

    /// Begins to take a file in, or says how far it is.
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
        let begun = store::begin(self.db.as_ref(), scope, wanted, &self.new_name(now_ms), now_ms);
        match begun.map_err(|error| self.fault(&error))?? {
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
        shelf.put(&part_name(&upload, part), bytes).map_err(|error| self.fault(&error))?;
        self.state(shelf, &upload)
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
        let _alone = self.files.whole.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(bytes) = together(shelf, &upload).map_err(fault)? else { return self.state(shelf, &upload) };
        let is_it = upload.size == wanted.size && sha256_hex(&bytes) == wanted.sha256;
        if !is_it || FileKind::of_bytes(&bytes).is_err() {
            store::forget(self.db.as_ref(), &upload.name).map_err(fault)?;
            remove_parts(shelf, &upload).map_err(fault)?;
            return Err(ErrorCode::WrongFile.into());
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
