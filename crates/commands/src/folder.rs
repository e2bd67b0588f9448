//! Where a person's data lie: the system's folder for data that stay on this computer, never one that roams.

use std::path::PathBuf;

/// The name of the app in the system's folders, on the session bus and in its installers.
pub const IDENTIFIER: &str = "uk.org.linchpin.desktop";

/// Returns the usual folder of this person's data; none where the system does not say.
pub fn usual_folder() -> Option<PathBuf> {
    let system = if cfg!(windows) {
        set("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        set("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        let named = set("XDG_DATA_HOME").filter(|folder| folder.is_absolute());
        named.or_else(|| Some(set("HOME")?.join(".local/share")))
    };
    system.map(|folder| folder.join(IDENTIFIER))
}

/// Tells whether somebody's work lies in a folder.
pub fn holds_work(folder: &std::path::Path) -> bool {
    linchpin_store::exists(folder)
}

fn set(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}
