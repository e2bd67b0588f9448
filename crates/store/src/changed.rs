//! What a commit changed, for whoever shows or sends it.

use linchpin_domain::id::RecordId;
use linchpin_domain::record::{RecordKind, Tag};
use std::collections::BTreeSet;

/// The most ids that a [`Changed`] names; beyond it the list is empty and the tags alone speak.
const MOST_IDS: usize = 100;

/// What a commit changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changed {
    /// The sorts of things that are stale on screen.
    pub tags: BTreeSet<Tag>,
    /// The records; empty means more than a hundred.
    pub ids: Vec<RecordId>,
    /// Changes that wait to be sent now.
    pub waiting: u32,
}

/// Who brought a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A person at this computer.
    Person,
    /// The hub.
    Hub,
}

/// Gathers what a transaction touches.
#[derive(Default)]
pub(crate) struct Touched {
    tags: BTreeSet<Tag>,
    ids: BTreeSet<RecordId>,
}

impl Touched {
    pub(crate) fn record(&mut self, kind: &str, id: RecordId) {
        if let Some(kind) = RecordKind::from_name(kind) {
            self.tags.insert(kind.tag());
        }
        self.ids.insert(id);
    }

    pub(crate) fn tag(&mut self, tag: Tag) {
        self.tags.insert(tag);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.tags.is_empty()
    }

    pub(crate) fn finish(self, waiting: u32) -> Changed {
        let ids = if self.ids.len() > MOST_IDS { Vec::new() } else { self.ids.into_iter().collect() };
        Changed { tags: self.tags, ids, waiting }
    }
}
