//! Where the bytes of files lie: outside the store, under names that were drawn and tell nothing. A folder, or memory
//! for tests and the simulator.

use crate::db::sqlite::make_private;
use crate::error::HubError;
use ring::rand::{SecureRandom, SystemRandom};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::UNIX_EPOCH;

/// How many letters of a name make the folder that it lies in: names begin with a time, so they are taken from the end.
const FOLDER_LETTERS: usize = 2;
/// How the name of what is only being written begins.
const HALF: &str = ".";
/// Longest name.
const NAME_CHARS: usize = 40;

/// Keeps bytes under names. What lies there is whole and on disk, or is not there.
pub(crate) trait Shelf: Send + Sync {
    /// Puts bytes under a name, in place of what lies there.
    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), HubError>;

    /// Returns some bytes of what lies under a name, fewer where it ends; none where nothing does.
    fn get(&self, name: &str, from: u64, bytes: u64) -> Result<Option<Vec<u8>>, HubError>;

    /// Returns how many bytes lie under a name.
    fn size(&self, name: &str) -> Result<Option<u64>, HubError>;

    /// Takes away what lies under a name, if anything does.
    fn remove(&self, name: &str) -> Result<(), HubError>;

    /// Returns every name.
    fn names(&self) -> Result<Vec<String>, HubError>;

    /// Returns how many bytes there is room for; none where that cannot be told.
    fn free(&self) -> Result<Option<u64>, HubError>;

    /// Takes away what writes that were cut off have left and nobody has touched since a time, milliseconds since 1970.
    fn clear(&self, until_ms: u64) -> Result<(), HubError>;
}

/// Returns where a name lies below its folder, as people look for it.
pub(super) fn below(name: &str) -> String {
    format!("{}/{name}", letters(name))
}

fn letters(name: &str) -> &str {
    let stem = name.split('.').next().unwrap_or_default();
    stem.get(stem.len().saturating_sub(FOLDER_LETTERS)..).unwrap_or_default()
}

/// A folder.
pub(crate) struct Folder {
    at: PathBuf,
}

impl Folder {
    /// Returns the shelf in a folder, which is made when something is put there.
    pub(crate) fn new(at: &Path) -> Self {
        Self { at: at.to_owned() }
    }

    /// Returns the folder that a name lies in, and where it lies.
    fn place(&self, name: &str) -> Result<(PathBuf, PathBuf), HubError> {
        if !is_name(name) {
            return Err(HubError::corrupt("the name of a file's bytes"));
        }
        let folder = self.at.join(letters(name));
        let file = folder.join(name);
        Ok((folder, file))
    }

    /// Returns the folders that files lie in, in no order.
    fn folders(&self) -> Result<Vec<PathBuf>, HubError> {
        let Some(folders) = there(std::fs::read_dir(&self.at))? else { return Ok(Vec::new()) };
        let all = folders.map(|folder| Ok(folder.map_err(fault)?.path()));
        let all = all.collect::<Result<Vec<_>, HubError>>()?;
        Ok(all.into_iter().filter(|folder| folder.is_dir()).collect())
    }
}

/// Writes bytes beside their place and moves them there whole.
fn write(folder: &Path, file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    // Drawn, because processes of several computers may share the folder; whoever draws the same fails.
    let mut drawn = [0; 8];
    SystemRandom::new()
        .fill(&mut drawn)
        .map_err(|_| std::io::Error::other("the system gives no randomness"))?;
    let part = folder.join(format!("{HALF}{:016x}", u64::from_be_bytes(drawn)));
    let mut out = private(&part)?;
    let mut written = || -> std::io::Result<()> {
        out.write_all(bytes)?;
        out.sync_all()?;
        std::fs::rename(&part, file)?;
        sync_folder(folder)
    };
    written().inspect_err(|_| {
        if let Err(error) = std::fs::remove_file(&part) {
            tracing::debug!(%error, "no half file to remove");
        }
    })
}

impl Shelf for Folder {
    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), HubError> {
        let (folder, file) = self.place(name)?;
        if !folder.is_dir() {
            // The folder around this one may be a hub's that is only being made.
            for folder in self
                .at
                .parent()
                .filter(|parent| !parent.as_os_str().is_empty())
                .into_iter()
                .chain([&*self.at])
            {
                make_private(folder)?;
            }
            make_private(&folder)?;
            sync_folder(&self.at).map_err(fault)?;
        }
        write(&folder, &file, bytes).map_err(fault)
    }

    fn get(&self, name: &str, from: u64, bytes: u64) -> Result<Option<Vec<u8>>, HubError> {
        let (_, file) = self.place(name)?;
        let read = || -> std::io::Result<Vec<u8>> {
            let mut file = File::open(&file)?;
            file.seek(SeekFrom::Start(from))?;
            let mut read = Vec::new();
            file.take(bytes).read_to_end(&mut read)?;
            Ok(read)
        };
        there(read())
    }

    fn size(&self, name: &str) -> Result<Option<u64>, HubError> {
        let (_, file) = self.place(name)?;
        there(std::fs::metadata(file).map(|file| file.len()))
    }

    fn remove(&self, name: &str) -> Result<(), HubError> {
        let (_, file) = self.place(name)?;
        there(std::fs::remove_file(file)).map(|_| ())
    }

    fn names(&self) -> Result<Vec<String>, HubError> {
        let mut names = Vec::new();
        for folder in self.folders()? {
            let Some(files) = there(std::fs::read_dir(folder))? else { continue };
            for file in files {
                let name = file.map_err(fault)?.file_name();
                names.extend(name.to_str().filter(|name| is_name(name)).map(str::to_owned));
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    fn free(&self) -> Result<Option<u64>, HubError> {
        free(&self.at).map_err(fault)
    }

    fn clear(&self, until_ms: u64) -> Result<(), HubError> {
        for folder in self.folders()? {
            let Some(files) = there(std::fs::read_dir(folder))? else { continue };
            for file in files {
                let file = file.map_err(fault)?;
                let half = file.file_name().to_str().is_some_and(|name| name.starts_with(HALF));
                let Some(known) = there(file.metadata())?.filter(|known| half && known.is_file()) else {
                    continue;
                };
                let touched = known.modified().map_err(fault)?.duration_since(UNIX_EPOCH).unwrap_or_default();
                if touched.as_millis() <= u128::from(until_ms) {
                    there(std::fs::remove_file(file.path()))?;
                }
            }
        }
        Ok(())
    }
}

/// Returns how much room there is where a folder is, or will be.
#[cfg(unix)]
fn free(folder: &Path) -> std::io::Result<Option<u64>> {
    let Some(there) = folder.ancestors().find(|folder| folder.is_dir()) else { return Ok(None) };
    let disk = rustix::fs::statvfs(there)?;
    Ok(Some(disk.f_bavail.saturating_mul(disk.f_frsize)))
}

#[cfg(not(unix))]
fn free(_folder: &Path) -> std::io::Result<Option<u64>> {
    Ok(None)
}

/// Memory.
#[derive(Default)]
pub(crate) struct Memory(Mutex<BTreeMap<String, Vec<u8>>>);

impl Memory {
    fn held(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf for Memory {
    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), HubError> {
        self.held().insert(name.to_owned(), bytes.to_vec());
        Ok(())
    }

    fn get(&self, name: &str, from: u64, bytes: u64) -> Result<Option<Vec<u8>>, HubError> {
        let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let some = |there: &Vec<u8>| there.iter().skip(number(from)).take(number(bytes)).copied().collect();
        Ok(self.held().get(name).map(some))
    }

    fn size(&self, name: &str) -> Result<Option<u64>, HubError> {
        Ok(self.held().get(name).map(|bytes| u64::try_from(bytes.len()).unwrap_or(u64::MAX)))
    }

    fn remove(&self, name: &str) -> Result<(), HubError> {
        self.held().remove(name);
        Ok(())
    }

    fn names(&self) -> Result<Vec<String>, HubError> {
        Ok(self.held().keys().cloned().collect())
    }

    fn free(&self) -> Result<Option<u64>, HubError> {
        Ok(None)
    }

    fn clear(&self, _until_ms: u64) -> Result<(), HubError> {
        Ok(())
    }
}

/// Tells whether something can be a name here: letters, digits and one dot at most, so that it stays in its folder.
fn is_name(name: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let mut parts = name.split('.');
    let (stem, number, more) = (parts.next(), parts.next(), parts.next());
    name.len() <= NAME_CHARS && stem.is_some_and(plain) && number.is_none_or(plain) && more.is_none()
}

/// Makes a file that is not there yet and that its owner alone may read.
fn private(file: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}

/// Makes a rename last; systems that cannot open a folder do so by themselves.
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

fn there<T>(found: std::io::Result<T>) -> Result<Option<T>, HubError> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(fault(error)),
    }
}

fn fault(error: std::io::Error) -> HubError {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => HubError::Full,
        _ => HubError::File("reach the files".to_owned(), error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shelf_gives_back_what_was_put_there_and_nothing_lies_open_to_others() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let at = folder.path().join("files");
        for shelf in [&Folder::new(&at) as &dyn Shelf, &Memory::default()] {
            assert_eq!(shelf.names().expect("it reads"), Vec::<String>::new());
            assert_eq!(shelf.get("0123ab", 0, 9).expect("it reads"), None);
            for name in ["0123ab", "0123ab.7", "0123ac"] {
                shelf.put(name, b"first").expect("it is put");
            }
            shelf.put("0123ab", b"second").expect("it is put");
            assert_eq!(shelf.get("0123ab", 2, 3).expect("it reads"), Some(b"con".to_vec()));
            assert_eq!(shelf.get("0123ab", 99, 3).expect("it reads"), Some(Vec::new()));
            assert_eq!(shelf.size("0123ab.7").expect("it reads"), Some(5));
            shelf.remove("0123ac").expect("it is taken away");
            shelf.remove("0123ac").expect("what is not there is no fault");
            assert_eq!(shelf.names().expect("it reads"), ["0123ab", "0123ab.7"]);
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode =
                |path: &Path| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o077;
            assert_eq!((mode(&at), mode(&at.join("ab")), mode(&at.join("ab/0123ab"))), (0, 0, 0));
        }
    }

    #[test]
    fn what_a_write_left_that_was_cut_off_is_cleared_when_it_is_old() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let shelf = Folder::new(folder.path());
        shelf.put("0123ab", b"whole").expect("it is put");
        let half = folder.path().join("ab/.0123456789abcdef");
        std::fs::write(&half, b"half").expect("it is written");
        assert_eq!(shelf.names().expect("it reads"), ["0123ab"], "half a file has no name");
        shelf.clear(0).expect("it is looked at");
        assert!(half.exists(), "somebody may still write it");
        shelf.clear(u64::MAX).expect("it is cleared");
        assert!(!half.exists());
        assert_eq!(shelf.names().expect("it reads"), ["0123ab"]);
        assert!(!cfg!(unix) || shelf.free().expect("it is asked").is_some());
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let shelf = Folder::new(&folder.path().join("files"));
        for name in ["", ".", "..", "../up", "a/b", "a\\b", "a.b.c", ".a", "a.", "\u{e4}", &"a".repeat(41)] {
            assert!(shelf.put(name, b"x").is_err(), "{name}");
            assert!(shelf.get(name, 0, 1).is_err(), "{name}");
        }
        assert!(!folder.path().join("files").exists());
    }
}
