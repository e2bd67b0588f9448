//! The second and last door, for sync alone: push answers, pulled pages, first fills, ended access, new
//! replica ids, a hub that went back, folding. It makes no changes of its own: no outbox row, no undo step.
//! The invariant: rows, checksum, outbox and cursor of a space move in one commit, or not at all. All of it
//! may be told twice.

mod audit;
mod check;
mod confirm;
mod copy;
mod fill;
mod fold;
mod gone;
mod lost;
mod note;
mod page;
mod push;
mod refuse;

pub(crate) use copy::rekey;
pub(crate) use gone::RENEW_BACKUPS;
pub(crate) use refuse::{place_of_envelope, show_again, word};

pub use audit::KeptAuditHead;
pub use fill::{PartHead, StagedRow, StagedText, StagedUpdate, Swapped};
pub use fold::Folded;
pub use note::HelloNoted;
pub use page::{PageOutcome, PulledPage};
pub use push::{PushOutcome, PushSettled, SpaceMoved};

use crate::reader::{RecoveredLocal, StoredUpdate};
use crate::transact::TextFacts;
use linchpin_domain::id::AnswerId;

/// What the store asks of the text engine while sync's changes go in. Answers must depend on the arguments
/// alone. Faults come back as words for the diagnosis, never as panics.
pub trait Texts {
    /// Reads a whole document.
    ///
    /// # Errors
    /// Where the bytes cannot be read; the update that spoils the document is then set aside.
    fn facts(
        &mut self,
        doc: AnswerId,
        snapshot: Option<&[u8]>,
        updates: &[Vec<u8>],
    ) -> Result<TextFacts, String>;

    /// Returns one snapshot in place of a snapshot and the updates after it.
    ///
    /// # Errors
    /// Where the bytes cannot be read.
    fn folded(&mut self, snapshot: Option<&[u8]>, updates: &[Vec<u8>]) -> Result<Vec<u8>, String>;

    /// Returns the client ids under which an update brings content.
    ///
    /// # Errors
    /// Where the bytes cannot be read.
    fn authors(&mut self, update: &[u8]) -> Result<Vec<u64>, String>;

    /// Returns words that were lost when `theirs` came over own unsent updates: `before` is the document as
    /// it stood here, own unsent updates marked as such.
    fn pulled_over_own(
        &mut self,
        doc: AnswerId,
        snapshot: Option<&[u8]>,
        before: &[StoredUpdate],
        theirs: &[StoredUpdate],
    ) -> Vec<RecoveredLocal>;

    /// Returns the words that `ours` add to a document made of `snapshot` and `others`.
    ///
    /// # Errors
    /// Where the bytes cannot be read; the whole plain text is then kept instead.
    fn words_of(
        &mut self,
        doc: AnswerId,
        snapshot: Option<&[u8]>,
        others: &[Vec<u8>],
        ours: &[Vec<u8>],
    ) -> Result<String, String>;
}
