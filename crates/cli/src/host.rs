//! The host of scripts: the file was named on the command line, and nobody needs to hear of changes.

use linchpin_commands::host::{Event, Host};
use std::path::{Path, PathBuf};

/// A terminal, with the file that was named.
pub(crate) struct Terminal {
    file: Option<PathBuf>,
}

impl Terminal {
    /// Returns the host with the file that stands for a person's choice.
    pub(crate) fn new(file: Option<&Path>) -> Self {
        Self { file: file.map(Path::to_path_buf) }
    }
}

impl Host for Terminal {
    fn choose_save(&self, _title: &str, _suggested_name: &str) -> Option<PathBuf> {
        self.file.clone()
    }

    fn choose_open(&self, _title: &str) -> Option<PathBuf> {
        self.file.clone()
    }

    fn tell(&self, _event: &Event) {}
}
