//! Files that people get: written whole or not at all, with the retries that Windows needs while a scanner
//! holds a file. Paths come from the host, never from the screens.

use crate::error::{Code, Error};
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often a file that another program holds is tried again.
const TRIES: u32 = 5;

/// Returns where a file is written before it is moved to its place; refuses a place that can hold none.
pub(crate) fn part_of(path: &Path) -> Result<PathBuf, Error> {
    let mut name = path.file_name().ok_or_else(folder_there)?.to_os_string();
    if path.is_dir() {
        return Err(folder_there());
    }
    // The folder of a bare name is the present one.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if folder.is_some_and(|folder| !folder.is_dir()) {
        return Err(of_io(&ErrorKind::NotFound.into()));
    }
    name.push(".part");
    Ok(path.with_file_name(name))
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
        rename(&part, path)
    })();
    if written.is_err() && part.exists() {
        // What could not be finished must not stay beside the person's files.
        if let Err(error) = std::fs::remove_file(&part) {
            tracing::warn!(%error, "an unfinished file stays behind");
        }
    }
    written.map_err(|error| of_io(&error))
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
