//! A text document at hand: its updates with where they came from, and the document itself, opened when it is
//! first needed. Updates go in one after the other; a group that fails takes its updates out again.

use crate::error::HubError;
use linchpin_domain::id::{AnswerId, GroupId, PersonId, ReplicaId};
use linchpin_domain::space::Space;
use linchpin_domain::sum::Sum;
use linchpin_text::accept::{MAX_UPDATE_BYTES, RefusedUpdate, Tried, try_update};
use linchpin_text::doc::{TextDoc, clocks, introduced};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// One update with where it came from.
#[derive(Clone)]
pub(crate) struct UpdateRow {
    pub(crate) seq: u64,
    pub(crate) replica: ReplicaId,
    pub(crate) author: PersonId,
    pub(crate) at: u64,
    pub(crate) base: u64,
    /// The group it came in; its id tells when it was made. Nil where the store has it already.
    pub(crate) group: GroupId,
    pub(crate) hash: [u8; 32],
    /// The state vector its author had. Empty where the store has it already.
    pub(crate) sv_before: Vec<u8>,
    pub(crate) bytes: Vec<u8>,
}

/// A document at hand.
pub(crate) struct DocWork {
    pub(crate) doc: AnswerId,
    pub(crate) space: Space,
    /// Whether the store has it.
    pub(crate) known: bool,
    pub(crate) schema: u16,
    pub(crate) sum: Sum,
    pub(crate) snapshot: Vec<u8>,
    pub(crate) folded_to: u64,
    /// The updates the store has: all of them where an old base is asked for, else those after the snapshot.
    pub(crate) rows: Vec<UpdateRow>,
    /// The updates of this transaction.
    pub(crate) new: Vec<UpdateRow>,
    /// Numbers of updates that the store has, by hash.
    pub(crate) known_hashes: BTreeMap<[u8; 32], u64>,
    /// Who wrote under which client id.
    pub(crate) authors: BTreeMap<u64, PersonId>,
    pub(crate) new_authors: Vec<(u64, PersonId)>,
    /// What the document had of each client before this transaction, where updates of the store waited for what had
    /// not come. Known once an update was tried.
    pub(crate) waited: Option<BTreeMap<u64, u32>>,
    kept: usize,
    kept_authors: usize,
    kept_sum: Sum,
    open: Option<TextDoc>,
}

/// Why an update does not go in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotTaken {
    /// It cannot be read, or would break the document.
    Unreadable,
    /// It is over a limit.
    TooLarge,
    /// It would write in another person's name.
    NotTheirs,
}

impl DocWork {
    /// Returns a document that the store has not got.
    pub(crate) fn fresh(doc: AnswerId, space: Space) -> Self {
        Self {
            doc,
            space,
            known: false,
            schema: 0,
            sum: Sum::default(),
            snapshot: Vec::new(),
            folded_to: 0,
            rows: Vec::new(),
            new: Vec::new(),
            known_hashes: BTreeMap::new(),
            authors: BTreeMap::new(),
            new_authors: Vec::new(),
            waited: None,
            kept: 0,
            kept_authors: 0,
            kept_sum: Sum::default(),
            open: None,
        }
    }

    /// Returns the number under which these bytes were taken before.
    pub(crate) fn seq_of(&self, hash: &[u8; 32]) -> Option<u64> {
        let new = self.new.iter().find(|row| row.hash == *hash).map(|row| row.seq);
        new.or_else(|| self.known_hashes.get(hash).copied())
    }

    /// Tries an update; where it is sound, the document has it from now on. `carefully` tries it on a copy and
    /// reads the text; without it, whoever asks reads the text once after several.
    pub(crate) fn take(&mut self, bytes: &[u8], person: PersonId, carefully: bool) -> Result<(), NotTaken> {
        if bytes.len() > MAX_UPDATE_BYTES {
            return Err(NotTaken::TooLarge);
        }
        let authors = self.new_clients(bytes, person)?;
        let doc = self.opened().ok_or(NotTaken::Unreadable)?;
        if carefully {
            let copy = match try_update(doc, bytes) {
                Tried::Accepted(copy) | Tried::Waiting(copy) => copy,
                Tried::Refused(RefusedUpdate::TooLarge) => return Err(NotTaken::TooLarge),
                Tried::Refused(RefusedUpdate::Unreadable) => return Err(NotTaken::Unreadable),
            };
            self.open = Some(copy);
        } else {
            let mut doc = self.open.take().ok_or(NotTaken::Unreadable)?;
            let applied = catch_unwind(AssertUnwindSafe(|| doc.apply(bytes).map(|()| doc)));
            self.open = Some(applied.ok().and_then(Result::ok).ok_or(NotTaken::Unreadable)?);
        }
        for client in authors {
            self.authors.insert(client, person);
            self.new_authors.push((client, person));
        }
        Ok(())
    }

    /// Returns the client ids under which the update brings content for the first time. Nobody may write under
    /// an id that is another person's.
    fn new_clients(&mut self, bytes: &[u8], person: PersonId) -> Result<Vec<u64>, NotTaken> {
        let brought =
            catch_unwind(|| introduced(bytes)).ok().and_then(Result::ok).ok_or(NotTaken::Unreadable)?;
        let vector = self.opened().ok_or(NotTaken::Unreadable)?.state_vector();
        let have = clocks(&vector).map_err(|_| NotTaken::Unreadable)?;
        let mut new = Vec::new();
        for (client, (low, high)) in brought {
            if high <= low || high <= have.get(&client).copied().unwrap_or(0) {
                continue;
            }
            match self.authors.get(&client) {
                Some(author) if *author == person => {}
                // The seed's client id is everybody's and grows no more.
                None if client != linchpin_text::doc::SEED_CLIENT => new.push(client),
                _ => return Err(NotTaken::NotTheirs),
            }
        }
        Ok(new)
    }

    /// Tells whether the document reads and is within its limit.
    pub(crate) fn is_sound(&mut self) -> bool {
        let Some(doc) = self.opened() else { return false };
        let read = catch_unwind(AssertUnwindSafe(|| {
            let readable = !matches!(doc.blocks(), Err(linchpin_text::TextError::NotAnUpdate));
            readable && !doc.is_too_deep() && doc.whole().len() <= linchpin_text::doc::MAX_BYTES
        }));
        read.unwrap_or(false)
    }

    /// Returns the document as it stands.
    fn opened(&mut self) -> Option<&TextDoc> {
        if self.open.is_none() {
            let snapshot = (!self.snapshot.is_empty()).then_some(self.snapshot.as_slice());
            self.open = open(snapshot, self.unfolded_rows());
            if self.new.is_empty() {
                self.waited = self.open.as_ref().filter(|doc| doc.is_waiting()).and_then(vector);
            }
        }
        self.open.as_ref()
    }

    /// Returns what the document has of each client with the new updates.
    pub(crate) fn vector(&self) -> Option<BTreeMap<u64, u32>> {
        if let Some(doc) = &self.open {
            return vector(doc);
        }
        let snapshot = (!self.snapshot.is_empty()).then_some(self.snapshot.as_slice());
        vector(&open(snapshot, self.unfolded_rows())?)
    }

    /// Returns the updates after the snapshot, the new ones last.
    pub(crate) fn unfolded_rows(&self) -> impl Iterator<Item = &UpdateRow> {
        self.rows.iter().filter(|row| row.seq > self.folded_to).chain(&self.new)
    }

    pub(crate) fn add(&mut self, row: UpdateRow) {
        self.sum = self.sum.plus(Sum::of_text(self.doc, &row.bytes));
        self.new.push(row);
    }

    /// The group at hand went in.
    pub(crate) fn keep(&mut self) {
        (self.kept, self.kept_authors, self.kept_sum) = (self.new.len(), self.new_authors.len(), self.sum);
    }

    /// The group at hand did not go in.
    pub(crate) fn undo(&mut self) {
        self.new.truncate(self.kept);
        for (client, _) in self.new_authors.drain(self.kept_authors..) {
            self.authors.remove(&client);
        }
        self.sum = self.kept_sum;
        self.open = None;
    }

    /// Notes that what was loaded is what stands.
    pub(crate) fn loaded(mut self) -> Self {
        self.kept_sum = self.sum;
        self
    }

    /// Weighs what a fold would take in: how many updates, how many bytes.
    pub(crate) fn unfolded(&self) -> (usize, usize) {
        self.unfolded_rows().fold((0, 0), |(count, bytes), row| (count + 1, bytes + row.bytes.len()))
    }

    /// Folds what the store has and what is new into one snapshot; none where that is not provably whole.
    pub(crate) fn fold(&mut self) -> Result<(), HubError> {
        let snapshot = (!self.snapshot.is_empty()).then_some(self.snapshot.as_slice());
        let rows: Vec<&UpdateRow> = self.unfolded_rows().collect();
        let bytes: Vec<&[u8]> = rows.iter().map(|row| row.bytes.as_slice()).collect();
        let Some(last) = rows.iter().map(|row| row.seq).max() else { return Ok(()) };
        let folded = catch_unwind(AssertUnwindSafe(|| linchpin_text::fold::fold(snapshot, &bytes)));
        match folded {
            Ok(Ok(packed)) => (self.snapshot, self.folded_to) = (packed, last),
            Ok(Err(why)) => tracing::info!(doc = %self.doc, %why, "left a log unfolded"),
            Err(_) => tracing::warn!(doc = %self.doc, "a fold broke off; the log stays"),
        }
        Ok(())
    }
}

/// Returns what a document has of each client.
pub(crate) fn vector(doc: &TextDoc) -> Option<BTreeMap<u64, u32>> {
    clocks(&doc.state_vector()).ok()
}

/// Opens a document from parts; none where they cannot be read.
pub(crate) fn open<'a>(
    snapshot: Option<&[u8]>,
    rows: impl Iterator<Item = &'a UpdateRow>,
) -> Option<TextDoc> {
    let read = AssertUnwindSafe(|| TextDoc::open(snapshot, rows.map(|row| row.bytes.as_slice()), 0));
    catch_unwind(read).ok()?.ok()
}
