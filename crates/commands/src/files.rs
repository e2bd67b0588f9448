//! Files that people get: written whole or not at all, with the retries that Windows needs while a scanner
//! holds a file. Paths come from the host, never from the screens.

use crate::error::{Code, Error};
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often a file that another program holds is tried again.
const TRIES: u32 = 5;

/// Files by which a folder is known as one in which Linchpin keeps its own: a desk's store, a hub's.
const STORES: [&str; 2] = [linchpin_store::open::FILE_NAME, "hub.db"];

/// Returns where a file is written before it is moved to its place; refuses a place that can hold none.
pub(crate) fn part_of(path: &Path) -> Result<PathBuf, Error> {
    let mut name = path.file_name().ok_or_else(folder_there)?.to_os_string();
    if path.is_dir() {
        return Err(folder_there());
    }
    // A device or a pipe would be put out of its place.
    if path.exists() && !path.is_file() {
        return Err(of_io(&ErrorKind::InvalidFilename.into()));
    }
    // The folder of a bare name is the present one.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if folder.is_some_and(|folder| !folder.is_dir()) {
        return Err(of_io(&ErrorKind::NotFound.into()));
    }
    name.push(".part");
    Ok(path.with_file_name(name))
}

/// Refuses a place that a person chose for a file and that lies where Linchpin keeps a desk's or a hub's work.
///
/// # Errors
/// Such a place.
pub fn refuse_among_our_own(path: &Path) -> Result<(), Error> {
    if !is_among_our_own(path) {
        return Ok(());
    }
    Err(Error::new(
        Code::Validation,
        "error_file_among_our_own",
        "Linchpin keeps your work in this folder, so the file was not written. Your work is as it was. Choose another \
         folder.",
    ))
}

/// Tells whether a file would lie beside a store, or in a folder below one such as that of the backups.
fn is_among_our_own(path: &Path) -> bool {
    let place = path.canonicalize().or_else(|_| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        folder.unwrap_or(Path::new(".")).canonicalize().map(|folder| folder.join("new"))
    });
    let Ok(place) = place else { return false };
    place.ancestors().skip(1).take(2).any(|folder| STORES.iter().any(|store| folder.join(store).is_file()))
}

fn folder_there() -> Error {
    Error::new(
        Code::Validation,
        "error_file_is_folder",
        "This is a folder and not a file. Nothing was changed. Add the name of a file to it.",
    )
}

/// Writes a file beside its place and moves it there.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let part = part_of(path)?;
    let written = (|| {
        let mut file = File::create(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        rename(&part, path)?;
        sync_folder(path)
    })();
    if written.is_err() && part.exists() {
        // What could not be finished must not stay beside the person's files.
        if let Err(error) = std::fs::remove_file(&part) {
            tracing::warn!(%error, "an unfinished file stays behind");
        }
    }
    written.map_err(|error| of_io(&error))
}

/// Makes a rename last; systems that cannot open a folder do so by themselves.
fn sync_folder(file: &Path) -> std::io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

fn rename(from: &Path, to: &Path) -> std::io::Result<()> {
    let mut tries = 0;
    loop {
        match std::fs::rename(from, to) {
            // Windows: access denied and sharing violation pass as soon as a scanner lets go.
            Err(error) if matches!(error.raw_os_error(), Some(5 | 32)) && cfg!(windows) && tries < TRIES => {
                tries += 1;
                std::thread::sleep(Duration::from_millis(50 << tries));
            }
            done => return done,
        }
    }
}

/// Puts a fault of a file into words.
pub(crate) fn of_io(error: &std::io::Error) -> Error {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Error::new(
            Code::Full,
            "error_file_disk_full",
            "The disk is full, so the file was not written. Your work is safe on this computer. Free some space or choose \
             another place.",
        ),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Error::new(
            Code::NotAllowed,
            "error_file_not_allowed",
            "Linchpin may not write there, so the file was not written. Your work is safe on this computer. Choose another \
             place.",
        ),
        ErrorKind::IsADirectory => folder_there(),
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidFilename => Error::new(
            Code::NotFound,
            "error_file_not_found",
            "There is no such file or folder. Nothing was changed. Choose another one.",
        ),
        kind => {
            tracing::error!(%kind, "a file could not be read or written");
            Error::new(
                Code::Internal,
                "error_file",
                "The file could not be read or written. Your work is safe on this computer. Choose another place and try \
                 again.",
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_written_where_a_store_lies() {
        let folder = tempfile::TempDir::new().expect("a folder for the test");
        let store = folder.path().join(STORES[0]);
        std::fs::write(&store, b"everything").expect("the file is written");
        let backups = folder.path().join("backups");
        std::fs::create_dir(&backups).expect("the folder is made");
        for path in [store.clone(), folder.path().join("response.md"), backups.join("hourly.db")] {
            let error = refuse_among_our_own(&path).expect_err("it is refused");
            assert_eq!(error.key, "error_file_among_our_own", "{}", path.display());
        }
        let elsewhere = tempfile::TempDir::new().expect("a folder for the test");
        refuse_among_our_own(&elsewhere.path().join("response.md")).expect("it may lie there");
        assert_eq!(write_whole(Path::new("/dev/null"), b"x").is_err(), cfg!(unix));
    }

    #[test]
    fn a_file_is_replaced_whole_and_nothing_stays_beside_it() {
        let folder = tempfile::TempDir::new().expect("a folder for the test");
        let path = folder.path().join("response.md");
        write_whole(&path, b"first").expect("the file is written");
        write_whole(&path, b"second").expect("the file is written");
        assert_eq!(std::fs::read(&path).expect("it can be read"), b"second");
        assert_eq!(std::fs::read_dir(folder.path()).expect("the folder is listed").count(), 1);
        let nowhere = folder.path().join("missing").join("x.md");
        assert_eq!(write_whole(&nowhere, b"x").unwrap_err().code, Code::NotFound);
        let is_folder = write_whole(folder.path(), b"x").unwrap_err();
        assert_eq!((is_folder.code, is_folder.key), (Code::Validation, "error_file_is_folder"));
        let below_a_file = write_whole(&path.join("x.md"), b"x").unwrap_err();
        assert_eq!(below_a_file.code, Code::NotFound);
        assert_eq!(std::fs::read_dir(folder.path()).expect("the folder is listed").count(), 1);
    }
}
