//! Files on their way to a copy of the hub, and to another engine: a folder beside a copy, and lines behind the rows of
//! what is exported. Each file is looked at on its way: what does not have its hash is no copy.

use crate::error::HubError;
use crate::files::shelf::{Folder, Shelf};
use crate::files::{FOLDER, store};
use crate::hub::Hub;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use linchpin_domain::canonical::sha256_hex;
use linchpin_protocol::limits::{FILE_BYTES, FILE_PART_BYTES};
use std::path::{Path, PathBuf};

/// The first word of a line that holds bytes of a file.
const LINE: &str = "file_bytes";
/// The ending of the folder beside a copy.
const ENDING: &str = ".files";

/// Takes a file by the name under which it lies, with its bytes.
type Visit<'a> = dyn FnMut(&str, &[u8]) -> Result<(), HubError> + 'a;

/// Returns the folder beside a copy of the store that holds its files.
fn beside(copy: &Path) -> PathBuf {
    let mut name = copy.as_os_str().to_owned();
    name.push(ENDING);
    PathBuf::from(name)
}

/// Returns the line of some bytes of a file, as they travel.
fn line(name: &str, bytes: &[u8]) -> Result<String, HubError> {
    serde_json::to_string(&(LINE, name, STANDARD.encode(bytes)))
        .map_err(|_| HubError::corrupt("a line of a file"))
}

impl Hub {
    /// Copies every file into the folder beside a copy of the store; nothing where there is none.
    pub(crate) fn copy_files(&self, copy: &Path) -> Result<(), HubError> {
        let folder = Folder::new(&beside(copy));
        self.each_file(&mut |name, bytes| folder.put(name, bytes))
    }

    /// Says whether every file that the store knows is there and has its hash, and how many there are.
    ///
    /// # Errors
    /// [`HubError::Corrupt`], or any fault of the disk.
    pub fn check_files(&self) -> Result<u64, HubError> {
        let mut count = 0;
        self.each_file(&mut |_, _| {
            count += 1;
            Ok(())
        })?;
        Ok(count)
    }

    /// Gives the bytes of every file, by name.
    fn each_file(&self, visit: &mut Visit<'_>) -> Result<(), HubError> {
        for whole in store::all(self.db.as_ref())? {
            let bytes = match &self.files.shelf {
                Some(shelf) => shelf.get(&whole.stored.name, 0, FILE_BYTES + 1)?,
                None => None,
            };
            match bytes {
                Some(bytes) if sha256_hex(&bytes) == whole.sha256 => visit(&whole.stored.name, &bytes)?,
                // Swept away meanwhile.
                None if !store::is_there(self.db.as_ref(), &whole.stored.name)? => {}
                _ => return Err(HubError::corrupt("a file whose bytes are gone or damaged")),
            }
        }
        Ok(())
    }

    /// Gives the lines of every file, in pieces that fit into memory.
    pub(crate) fn file_lines(
        &self,
        visit: &mut dyn FnMut(&str) -> Result<(), HubError>,
    ) -> Result<(), HubError> {
        let piece = usize::try_from(FILE_PART_BYTES).unwrap_or(usize::MAX);
        self.each_file(&mut |name, bytes| bytes.chunks(piece).try_for_each(|some| visit(&line(name, some)?)))
    }
}

/// Puts the files beside a copy into the folder of a hub that is not there yet. What lies there and no store speaks of
/// is swept away later.
pub(crate) fn leave(copy: &Path, hub: &Path) -> Result<(), HubError> {
    let (from, to) = (Folder::new(&beside(copy)), Folder::new(&hub.join(FOLDER)));
    for name in from.names()? {
        let bytes = from.get(&name, 0, FILE_BYTES + 1)?;
        to.put(&name, &bytes.ok_or_else(|| HubError::corrupt("a file of the copy that went away"))?)?;
    }
    Ok(())
}

/// Files that arrive line by line.
pub(crate) struct Arriving {
    shelf: Option<Folder>,
    /// The one at hand.
    name: String,
    bytes: Vec<u8>,
    arrived: Vec<String>,
}

impl Arriving {
    /// Returns what takes files into a folder; none takes none.
    pub(crate) fn at(folder: Option<&Path>) -> Self {
        Self { shelf: folder.map(Folder::new), name: String::new(), bytes: Vec::new(), arrived: Vec::new() }
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
