//! Files on their way to a copy of the hub, and to another engine: a folder beside a copy, and lines behind the rows of
//! what is exported. Each file is looked at on its way. One whose bytes are gone, damaged or cannot be read stops nothing:
//! the rest is copied, and it is named. Nor does a disk stop anything that does not take files: the words are copied all
//! the same.

use crate::db::sqlite::with_end;
use crate::error::HubError;
use crate::files::shelf::{Folder, Shelf, below};
use crate::files::store::{self, Whole};
use crate::files::{FOLDER, RESERVE_BYTES, folder_of};
use crate::hub::Hub;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use linchpin_domain::canonical::sha256_hex;
use linchpin_domain::id::HubId;
use linchpin_protocol::limits::{FILE_BYTES, FILE_PART_BYTES};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// The first word of a line that holds bytes of a file.
const LINE: &str = "file_bytes";
/// The ending of the folder beside a copy.
const ENDING: &str = ".files";

/// Takes a file by the name under which it lies, with its bytes; says why where it does not take it, though nothing is
/// wrong with either.
type Visit<'a> = dyn FnMut(&str, &[u8]) -> Result<Option<BadBecause>, HubError> + 'a;

/// Returns the folder beside a copy of the store that holds its files.
fn beside(copy: &Path) -> PathBuf {
    with_end(copy, ENDING)
}

/// What is wrong with the bytes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum BadBecause {
    /// Nothing lies there.
    Gone,
    /// What lies there has another hash.
    Damaged,
    /// They could not be read now. They may be whole.
    Unreadable,
    /// They could not be put where they were to be copied to. Here they may be whole.
    NotCopied,
}

/// A file whose bytes are not as they should be, or not where they should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BadFile {
    /// Where it belongs.
    pub space: String,
    /// The SHA-256 that its bytes should have.
    pub sha256: String,
    /// Where they should lie, below the folder of files.
    pub stored: String,
    /// What is wrong.
    pub because: BadBecause,
}

/// What looking at every file came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FilesSeen {
    /// How many are whole.
    pub whole: u64,
    /// Those that are not.
    pub bad: Vec<BadFile>,
}

/// What was found of files.
#[derive(Default)]
struct Found {
    whole: u64,
    bad: Vec<(Whole, BadBecause)>,
    /// The names of those that the store let go of meanwhile.
    let_go: Vec<String>,
}

impl Found {
    fn seen(self) -> FilesSeen {
        let bad = self.bad.into_iter().map(|(file, because)| BadFile {
            space: file.space,
            sha256: file.sha256,
            stored: below(&file.stored.name),
            because,
        });
        FilesSeen { whole: self.whole, bad: bad.collect() }
    }

    /// Tells whether nothing at all lies where files should be. A folder that is not mounted looks like this.
    fn looks_unmounted(&self) -> bool {
        self.whole == 0 && self.bad.iter().all(|(_, because)| *because == BadBecause::Gone)
    }
}

/// Returns the line of some bytes of a file, as they travel.
fn line(name: &str, bytes: &[u8]) -> Result<String, HubError> {
    serde_json::to_string(&(LINE, name, STANDARD.encode(bytes)))
        .map_err(|_| HubError::corrupt("a line of a file"))
}

impl Hub {
    /// Copies the files of a copy of the store, which is `half` until it gets its name, into the folder beside that name;
    /// nothing where there is none. What was swept away since the copy was made leaves the copy as well. Where one cannot
    /// be put down, no other is: a copy of the words is worth more than what is left of the disk.
    pub(crate) fn copy_files(&self, half: &Path, copy: &Path) -> Result<FilesSeen, HubError> {
        let folder = Folder::new(&beside(copy));
        let mut takes = true;
        let found = self.each_of(store::all_of_copy(half)?, &mut |name, bytes| {
            takes = takes && is_put(&folder, name, bytes);
            Ok((!takes).then_some(BadBecause::NotCopied))
        })?;
        if !found.let_go.is_empty() {
            store::let_go_in_copy(half, &found.let_go)?;
        }
        Ok(found.seen())
    }

    /// Says how many files that the store knows are there and have their hash, and which have not.
    ///
    /// # Errors
    /// Any fault of the store.
    pub fn check_files(&self) -> Result<FilesSeen, HubError> {
        Ok(self.each_of(store::all(self.db.as_ref())?, &mut |_, _| Ok(None))?.seen())
    }

    /// Lets go of every file whose bytes are gone or damaged, so that whoever has it can send it again. One that only
    /// cannot be read now is named and stays.
    ///
    /// # Errors
    /// [`HubError::File`] where there is no folder of files, or nothing at all in it: nothing was changed then. Any fault
    /// of the store or of the disk; what was let go of until then stays so.
    pub fn let_go_of_bad_files(&self) -> Result<FilesSeen, HubError> {
        let shelf = self.files.shelf.as_deref().ok_or_else(no_folder)?;
        let found = self.each_of(store::all(self.db.as_ref())?, &mut |_, _| Ok(None))?;
        if !found.bad.is_empty() && found.looks_unmounted() {
            let why =
                std::io::Error::other("look whether their folder is where it should be; nothing was changed");
            return Err(HubError::File(format!("none of {} files is there", found.bad.len()), why));
        }
        let lost = |because| matches!(because, BadBecause::Gone | BadBecause::Damaged);
        for (file, _) in found.bad.iter().filter(|(_, because)| lost(*because)) {
            // The bytes first: where they stay, the store goes on knowing them.
            shelf.remove(&file.stored.name)?;
            store::let_go(self.db.as_ref(), &file.stored.name)?;
        }
        Ok(found.seen())
    }

    /// Gives the bytes of each of these files that is whole, by name.
    fn each_of(&self, files: Vec<Whole>, visit: &mut Visit<'_>) -> Result<Found, HubError> {
        let mut found = Found::default();
        for file in files {
            let because = match self.bytes_of(&file) {
                Ok(bytes) => visit(&file.stored.name, &bytes)?,
                Err(because) => Some(because),
            };
            match because {
                None => found.whole += 1,
                Some(because) if store::is_there(self.db.as_ref(), &file.stored.name)? => {
                    found.bad.push((file, because));
                }
                Some(_) => found.let_go.push(file.stored.name),
            }
        }
        Ok(found)
    }

    /// Returns the bytes of a file, or what is wrong with them.
    fn bytes_of(&self, file: &Whole) -> Result<Vec<u8>, BadBecause> {
        let shelf = self.files.shelf.as_ref().ok_or(BadBecause::Unreadable)?;
        match shelf.get(&file.stored.name, 0, FILE_BYTES + 1) {
            Ok(Some(bytes)) if sha256_hex(&bytes) == file.sha256 => Ok(bytes),
            Ok(Some(_)) => Err(BadBecause::Damaged),
            Ok(None) => Err(BadBecause::Gone),
            Err(error) => {
                tracing::warn!(%error, "the bytes of a file cannot be read");
                Err(BadBecause::Unreadable)
            }
        }
    }

    /// Gives the lines of every file that is whole, in pieces that fit into memory.
    pub(crate) fn file_lines(
        &self,
        visit: &mut dyn FnMut(&str) -> Result<(), HubError>,
    ) -> Result<FilesSeen, HubError> {
        let piece = usize::try_from(FILE_PART_BYTES).unwrap_or(usize::MAX);
        let mut lines = |name: &str, bytes: &[u8]| {
            bytes.chunks(piece).try_for_each(|some| visit(&line(name, some)?))?;
            Ok(None)
        };
        Ok(self.each_of(store::all(self.db.as_ref())?, &mut lines)?.seen())
    }
}

/// Puts the files beside a copy into the folder of the hub that was made of it, as many as go there. What cannot be read
/// or put down stops nothing, and is found by whoever looks at the files then.
pub(crate) fn leave(copy: &Path, hub: &Path) {
    let (from, to) = (Folder::new(&beside(copy)), Folder::new(&hub.join(FOLDER)));
    let names = from.names().unwrap_or_else(|error| {
        tracing::warn!(%error, "the files of the copy cannot be listed");
        Vec::new()
    });
    for name in names {
        match from.get(&name, 0, FILE_BYTES + 1) {
            Ok(Some(bytes)) => {
                is_put(&to, &name, &bytes);
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, %name, "a file of the copy cannot be read"),
        }
    }
}

/// Puts a file into another folder; false where that does not take it, or its disk would be left without room for words.
fn is_put(to: &Folder, name: &str, bytes: &[u8]) -> bool {
    let free = to.free().inspect_err(|error| tracing::warn!(%error, "the free room of a copy is not known"));
    let needed = RESERVE_BYTES.saturating_add(bytes.len() as u64);
    if free.ok().flatten().is_some_and(|free| free < needed) {
        tracing::warn!(%name, "a file was not copied: the disk would be left without room");
        return false;
    }
    let put = to.put(name, bytes);
    put.inspect_err(|error| tracing::warn!(%error, %name, "a file could not be copied")).is_ok()
}

/// Says that it is not known where files lie.
fn no_folder() -> HubError {
    let why = std::io::Error::other("say where with the variable LINCHPIN_FILES");
    HubError::File("there are files and no folder to keep them in".to_owned(), why)
}

/// Files that arrive line by line.
#[derive(Default)]
pub(crate) struct Arriving {
    shelf: Option<Folder>,
    /// The folder that the hub gets its own in, once it is known which hub it is.
    shared: Option<PathBuf>,
    /// The one at hand.
    name: String,
    bytes: Vec<u8>,
    arrived: Vec<String>,
}

impl Arriving {
    /// Returns what takes files into a hub's own folder.
    pub(crate) fn at(folder: &Path) -> Self {
        Self { shelf: Some(Folder::new(folder)), ..Self::default() }
    }

    /// Returns what takes files into the hub's folder in one that several may use; none takes none.
    pub(crate) fn below(shared: Option<&Path>) -> Self {
        Self { shared: shared.map(Path::to_path_buf), ..Self::default() }
    }

    /// Notes which hub it is that moves.
    pub(crate) fn of(&mut self, hub: &str) -> Result<(), HubError> {
        let hub: HubId = hub.parse().map_err(|_| HubError::corrupt("the id of the hub that moves"))?;
        if let Some(shared) = self.shared.take() {
            self.shelf = Some(Folder::new(&folder_of(&shared, hub)));
        }
        Ok(())
    }

    /// Takes a line; false where it is none of a file.
    pub(crate) fn take(&mut self, line: &str) -> Result<bool, HubError> {
        let Ok((word, name, bytes)) = serde_json::from_str::<(String, String, String)>(line) else {
            return Ok(false);
        };
        if word != LINE {
            return Ok(false);
        }
        let bad = || HubError::corrupt("a file that moves");
        let bytes = STANDARD.decode(bytes).map_err(|_| bad())?;
        if name != self.name {
            self.end()?;
            self.name = name;
        }
        self.bytes.extend_from_slice(&bytes);
        if u64::try_from(self.bytes.len()).unwrap_or(u64::MAX) > FILE_BYTES {
            return Err(bad());
        }
        Ok(true)
    }

    /// Puts the file at hand down.
    pub(crate) fn end(&mut self) -> Result<(), HubError> {
        if self.name.is_empty() {
            return Ok(());
        }
        let shelf = self.shelf.as_ref().ok_or_else(no_folder)?;
        shelf.put(&self.name, &std::mem::take(&mut self.bytes))?;
        self.arrived.push(std::mem::take(&mut self.name));
        Ok(())
    }

    /// Gives the lines of what arrived, as it lies there now.
    pub(crate) fn lines(&self, visit: &mut dyn FnMut(&str) -> Result<(), HubError>) -> Result<(), HubError> {
        let Some(shelf) = &self.shelf else { return Ok(()) };
        let piece = usize::try_from(FILE_PART_BYTES).unwrap_or(usize::MAX);
        for name in &self.arrived {
            let bytes = shelf.get(name, 0, FILE_BYTES)?.unwrap_or_default();
            bytes.chunks(piece).try_for_each(|some| visit(&line(name, some)?))?;
        }
        Ok(())
    }
}
