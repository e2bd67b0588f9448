//! Where this person's data lie, found without Tauri, because the store is opened before Tauri is asked
//! anything: the system's folder for data that stay on this computer, never the roaming one; or the folder after
//! `--profile`. Tests and `cargo xtask run` name one in `LINCHPIN_DATA_DIR`, which only debug builds read.

use crate::fault::Fault;
use linchpin_commands::folder::{IDENTIFIER, usual_folder};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Where the data lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The folder.
    pub(crate) folder: PathBuf,
    /// Whether it is the usual one; another one is another app to the system, with a window of its own.
    pub(crate) usual: bool,
}

impl Place {
    /// Returns the name under which only one window may be open.
    pub(crate) fn identifier(&self) -> String {
        if self.usual {
            return IDENTIFIER.to_owned();
        }
        let whole = std::path::absolute(&self.folder).unwrap_or_else(|_| self.folder.clone());
        format!("{IDENTIFIER}.p{:016x}", fingerprint(&whole))
    }
}

/// Finds the folder from the words of the command line and the system.
pub(crate) fn find(words: impl Iterator<Item = OsString>) -> Result<Place, Fault> {
    if let Some(folder) = profile(words)? {
        return Ok(Place { folder, usual: false });
    }
    if cfg!(debug_assertions)
        && let Some(folder) = std::env::var_os("LINCHPIN_DATA_DIR").filter(|folder| !folder.is_empty())
    {
        return Ok(Place { folder: folder.into(), usual: false });
    }
    let folder = usual_folder().ok_or_else(|| {
        Fault::folder(
            "The system does not say where data of apps belong. Nothing was changed. Set the home \
                       folder of this account, or start with --profile and the name of a folder."
                .into(),
        )
    })?;
    Ok(Place { folder, usual: true })
}

/// Reads `--profile DIR`; addresses that the system hands over are for the window, every other word is refused.
fn profile(mut words: impl Iterator<Item = OsString>) -> Result<Option<PathBuf>, Fault> {
    let mut folder = None;
    while let Some(word) = words.next() {
        match word.to_str() {
            Some("--profile") => {
                let named = words.next().filter(|named| !named.is_empty());
                let named = named
                    .ok_or_else(|| Fault::words("After --profile comes the name of a folder.".into()))?;
                folder = Some(PathBuf::from(named));
            }
            Some(text) if text.starts_with("linchpin:") => {}
            _ => {
                let word = word.to_string_lossy();
                return Err(Fault::words(format!(
                    "Linchpin does not know \"{word}\". It starts with no words, or with --profile and a folder. \
                     Nothing was changed."
                )));
            }
        }
    }
    Ok(folder)
}

/// Returns a short name for a path that two builds of the app agree on (FNV-1a).
fn fingerprint(path: &Path) -> u64 {
    path.to_string_lossy()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> impl Iterator<Item = OsString> {
        words.iter().map(OsString::from).collect::<Vec<_>>().into_iter()
    }

    #[test]
    fn a_profile_is_a_folder_of_its_own() {
        let place = find(words(&["--profile", "a folder"])).expect("the folder is found");
        assert_eq!(place, Place { folder: PathBuf::from("a folder"), usual: false });
        assert!(place.identifier().starts_with("uk.org.linchpin.desktop.p"));
    }

    #[test]
    fn two_profiles_are_two_apps_and_one_is_always_the_same() {
        let place = |folder: &str| Place { folder: folder.into(), usual: false }.identifier();
        assert_ne!(place("asha"), place("ben"));
        assert_eq!(place("asha"), place("asha"));
    }

    #[test]
    fn the_usual_folder_has_the_plain_name() {
        let place = Place { folder: "x".into(), usual: true };
        assert_eq!(place.identifier(), IDENTIFIER);
    }

    #[test]
    fn words_that_mean_nothing_are_refused() {
        assert!(profile(words(&["--porfile", "x"])).is_err());
        assert!(profile(words(&["--profile"])).is_err());
        assert_eq!(profile(words(&["linchpin://join/x"])).expect("the words are read"), None);
    }
}
