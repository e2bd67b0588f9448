//! Where the bytes of files lie: outside the store, under names that were drawn and tell nothing. A folder, or memory
//! for tests and the simulator.

use crate::db::sqlite::make_private;
use crate::error::HubError;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many letters of a name make the folder that it lies in: names begin with a time, so they are taken from the end.
const FOLDER_LETTERS: usize = 2;
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
}

/// A folder.
pub(crate) struct Folder {
    at: PathBuf,
    /// Tells what two threads write at once apart.
    writing: AtomicU64,
}

impl Folder {
    /// Returns the shelf in a folder, which is made when something is put there.
    pub(crate) fn new(at: &Path) -> Self {
        Self { at: at.to_owned(), writing: AtomicU64::new(0) }
    }

    /// Returns the folder that a name lies in, and where it lies.
    fn place(&self, name: &str) -> Result<(PathBuf, PathBuf), HubError> {
        if !is_name(name) {
            return Err(HubError::corrupt("the name of a file's bytes"));
        }
        let stem = name.split('.').next().unwrap_or_default();
        let part = stem.get(stem.len().saturating_sub(FOLDER_LETTERS)..).unwrap_or_default();
        let folder = self.at.join(part);
        let file = folder.join(name);
        Ok((folder, file))
    }

    fn write(&self, folder: &Path, file: &Path, bytes: &[u8]) -> std::io::Result<()> {
        let number = self.writing.fetch_add(1, Ordering::Relaxed);
        let part = folder.join(format!(".{}-{number}", std::process::id()));
        let written = || -> std::io::Result<()> {
            let mut out = private(&part)?;
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
        self.write(&folder, &file, bytes).map_err(fault)
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
        let Some(folders) = there(std::fs::read_dir(&self.at))? else { return Ok(names) };
        for folder in folders {
            let folder = folder.map_err(fault)?.path();
            if !folder.is_dir() {
                continue;
            }
            let Some(files) = there(std::fs::read_dir(folder))? else { continue };
            for file in files {
                let name = file.map_err(fault)?.file_name();
                names.extend(name.to_str().filter(|name| is_name(name)).map(str::to_owned));
            }
        }
        names.sort_unstable();
        Ok(names)
    }
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
}

/// Tells whether something can be a name here: letters, digits and one dot at most, so that it stays in its folder.
fn is_name(name: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let mut parts = name.split('.');
    let (stem, number, more) = (parts.next(), parts.next(), parts.next());
    name.len() <= NAME_CHARS && stem.is_some_and(plain) && number.is_none_or(plain) && more.is_none()
}

/// Makes a new file that its owner alone may read.
fn private(file: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
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
