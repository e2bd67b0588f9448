//! The app's own core over a profile folder, as these stories use it: words are appended, rounds of sync made.

use linchpin_commands::Core;
use linchpin_commands::account::{JoinNetwork, join_network};
use linchpin_commands::answers::{AppendText, QuestionName, ReadText, TextFormat, append_text, read_text};
use linchpin_commands::host::{Event, Host};
use linchpin_domain::id::CallId;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Nobody chooses files or hears of changes.
struct Nobody;

impl Host for Nobody {
    fn choose_save(&self, _title: &str, _suggested_name: &str) -> Option<PathBuf> {
        None
    }

    fn choose_open(&self, _title: &str) -> Option<PathBuf> {
        None
    }

    fn tell(&self, _event: &Event) {}
}

/// A core with the call that is written in.
pub(crate) struct Desk {
    core: Core,
    call: CallId,
}

impl Desk {
    /// Opens the core of a folder; the passphrase comes from the environment where there is a store.
    pub(crate) fn open(folder: &Path, call: &str) -> Self {
        let core = Core::open_for_scripts(folder, Arc::new(Nobody)).unwrap();
        Self { core, call: call.parse().unwrap() }
    }

    /// Joins as somebody new.
    pub(crate) fn join(folder: &Path, call: &str, (hub_url, code): (&str, &str), name: &str) -> Self {
        let desk = Self::open(folder, call);
        let asked = JoinNetwork {
            invitation: code.to_owned(),
            hub_url: Some(hub_url.to_owned()),
            name: name.to_owned(),
            practice: "Sample practice".to_owned(),
            passphrase: Some(linchpin_tests::linchpin::PASSPHRASE.to_owned()),
        };
        join_network(&desk.core, asked).unwrap();
        desk
    }

    fn first(&self) -> QuestionName {
        QuestionName { call: self.call, question: "1".to_owned() }
    }

    /// Appends a word; when this returns it is saved.
    pub(crate) fn appends(&self, word: &str) {
        append_text(&self.core, AppendText { at: self.first(), text: word.to_owned() }).unwrap();
    }

    /// Makes a round of sync; false where there was no hub to make it with.
    pub(crate) fn syncs(&self) -> bool {
        self.core.sync_once().is_ok()
    }

    /// Returns the answer's plain text.
    pub(crate) fn text(&self) -> String {
        read_text(&self.core, ReadText { at: self.first(), format: TextFormat::Text }).unwrap().text
    }
}
