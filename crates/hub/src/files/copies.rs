//! Files on their way to a copy of the hub, and to another engine: a folder beside a copy, and lines behind the rows of
//! what is exported. Each file is looked at on its way. One whose bytes are gone or damaged stops nothing: the rest is
//! copied, and it is named.

use crate::db::sqlite::with_end;
use crate::error::HubError;
use crate::files::shelf::{Folder, Shelf, below};
use crate::files::store::{self, Whole};
use crate::files::{FOLDER, folder_of};
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

/// Takes a file by the name under which it lies, with its bytes.
type Visit<'a> = dyn FnMut(&str, &[u8]) -> Result<(), HubError> + 'a;

/// Returns the folder beside a copy of the store that holds its files.
fn beside(copy: &Path) -> PathBuf {
    with_end(copy, ENDING)
}

/// A file whose bytes are gone or damaged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BadFile {
    /// Where it belongs.
    pub space: String,
    /// The SHA-256 that its bytes should have.
    pub sha256: String,
    /// Where they should lie, below the folder of files.
    pub stored: String,
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
    bad: Vec<Whole>,
    /// The names of those that the store let go of meanwhile.
    let_go: Vec<String>,
}

impl Found {
    fn seen(self) -> FilesSeen {
        let bad = self.bad.into_iter().map(|file| BadFile {
            space: file.space,
            sha256: file.sha256,
            stored: below(&file.stored.name),
        });
        FilesSeen { whole: self.whole, bad: bad.collect() }
    }
}

/// Returns the line of some bytes of a file, as they travel.
fn line(name: &str, bytes: &[u8]) -> Result<String, HubError> {
    serde_json::to_string(&(LINE, name, STANDARD.encode(bytes)))
        .map_err(|_| HubError::corrupt("a line of a file"))
}

impl Hub {
    /// Copies the files of a copy of the store, which is `half` until it gets its name, into the folder beside that name;
    /// nothing where there is none. What was swept away since the copy was made leaves the copy as well.
    pub(crate) fn copy_files(&self, half: &Path, copy: &Path) -> Result<FilesSeen, HubError> {
        let folder = Folder::new(&beside(copy));
        let found = self.each_of(store::all_of_copy(half)?, &mut |name, bytes| folder.put(name, bytes))?;
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
        Ok(self.each_of(store::all(self.db.as_ref())?, &mut |_, _| Ok(()))?.seen())
    }

    /// Lets go of every file whose bytes are gone or damaged, so that whoever has it can send it again.
    ///
    /// # Errors
    /// Any fault of the store or of the disk; what was let go of until then stays so.
    pub fn let_go_of_bad_files(&self) -> Result<FilesSeen, HubError> {
        let found = self.each_of(store::all(self.db.as_ref())?, &mut |_, _| Ok(()))?;
        for file in &found.bad {
            store::let_go(self.db.as_ref(), &file.stored.name)?;
            if let Some(shelf) = &self.files.shelf {
                shelf.remove(&file.stored.name)?;
            }
        }
        Ok(found.seen())
    }

    /// Gives the bytes of each of these files that is whole, by name.
    fn each_of(&self, files: Vec<Whole>, visit: &mut Visit<'_>) -> Result<Found, HubError> {
        let mut found = Found::default();
        for file in files {
            if let Some(bytes) = self.bytes_of(&file) {
                visit(&file.stored.name, &bytes)?;
                found.whole += 1;
            } else if store::is_there(self.db.as_ref(), &file.stored.name)? {
                found.bad.push(file);
            } else {
                found.let_go.push(file.stored.name);
            }
        }
        Ok(found)
    }

    /// Returns the bytes of a file; none where they are gone, damaged or cannot be read.
    fn bytes_of(&self, file: &Whole) -> Option<Vec<u8>> {
        let read = self.files.shelf.as_ref()?.get(&file.stored.name, 0, FILE_BYTES + 1);
        let read = read.inspect_err(|error| tracing::warn!(%error, "the bytes of a file cannot be read"));
        read.ok().flatten().filter(|bytes| sha256_hex(bytes) == file.sha256)
    }

    /// Gives the lines of every file that is whole, in pieces that fit into memory.
    pub(crate) fn file_lines(
        &self,
        visit: &mut dyn FnMut(&str) -> Result<(), HubError>,
    ) -> Result<FilesSeen, HubError> {
        let piece = usize::try_from(FILE_PART_BYTES).unwrap_or(usize::MAX);
        let mut lines =
            |name: &str, bytes: &[u8]| bytes.chunks(piece).try_for_each(|some| visit(&line(name, some)?));
        Ok(self.each_of(store::all(self.db.as_ref())?, &mut lines)?.seen())
    }
}

/// Puts the files beside a copy into the folder of a hub that is not there yet. What lies there and no store speaks of
/// is swept away later; one that cannot be read stops nothing, and is found by whoever looks at the files then.
pub(crate) fn leave(copy: &Path, hub: &Path) -> Result<(), HubError> {
    let (from, to) = (Folder::new(&beside(copy)), Folder::new(&hub.join(FOLDER)));
    for name in from.names()? {
        match from.get(&name, 0, FILE_BYTES + 1) {
            Ok(Some(bytes)) => to.put(&name, &bytes)?,
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, %name, "a file of the copy cannot be read"),
        }
    }
    Ok(())
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
        let shelf = self.shelf.as_ref().ok_or_else(|| {
            let why = "say where with the variable LINCHPIN_FILES";
            HubError::File(
                "there are files and no folder to keep them in".to_owned(),
                std::io::Error::other(why),
            )
        })?;
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
