//! The text of answers as it lies in the file; what the bytes mean is the text engine's business.

use crate::codec::count;
use crate::error::StoreError;
use crate::reader::{Reader, StoredUpdate};
use crate::table::space;
use crate::table::text::{self, DocRow};
use crate::table::{author, search};
use linchpin_domain::id::{AnswerId, PersonId};
use linchpin_domain::space::Space;
use linchpin_domain::sum::Sum;

/// Facts about a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocFacts {
    /// The space it lies in.
    pub space: Space,
    /// The number of the editor's schema its content needs.
    pub schema: u16,
    /// Its words.
    pub words: u32,
    /// Its characters.
    pub characters: u32,
    /// When it was last changed, milliseconds since 1970.
    pub changed_at_ms: u64,
    /// Who changed it last.
    pub changed_by: PersonId,
}

/// A document in parts: the snapshot, and the updates after it.
#[derive(Clone)]
pub struct TextParts {
    /// The folded part, if any.
    pub snapshot: Option<Vec<u8>>,
    /// The sum of the updates that the snapshot covers.
    pub snapshot_sum: Sum,
    /// The updates after it, oldest first.
    pub updates: Vec<StoredUpdate>,
    /// Facts about it.
    pub facts: DocFacts,
}

impl Reader<'_> {
    /// Returns facts about a document; none where nobody has written.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn text_facts(&self, doc: AnswerId) -> Result<Option<DocFacts>, StoreError> {
        text::doc(self.db, doc)?.map(|row| self.doc_facts(&row)).transpose()
    }

    fn doc_facts(&self, row: &DocRow) -> Result<DocFacts, StoreError> {
        Ok(DocFacts {
            space: space::by_no(self.db, row.space_no)?.space,
            schema: row.schema,
            words: row.words,
            characters: row.characters,
            changed_at_ms: row.changed_at,
            changed_by: row.changed_by,
        })
    }

    /// Returns a document in parts; none where nobody has written.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn text(&self, doc: AnswerId) -> Result<Option<TextParts>, StoreError> {
        let Some(row) = text::doc(self.db, doc)? else { return Ok(None) };
        let (snapshot, snapshot_sum) = match text::snapshot(self.db, doc)? {
            Some((bytes, sum)) => (Some(bytes), sum),
            None => (None, Sum::default()),
        };
        let updates = text::live(self.db, doc, 0)?;
        Ok(Some(TextParts { snapshot, snapshot_sum, updates, facts: self.doc_facts(&row)? }))
    }

    /// Returns the updates that came after a row of the log, folded ones included; an empty list where nothing
    /// is new.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn text_since(&self, doc: AnswerId, row: i64) -> Result<Vec<StoredUpdate>, StoreError> {
        text::since(self.db, doc, row)
    }

    /// Returns every update that is still here, those covered by the snapshot included: the history.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn text_log(&self, doc: AnswerId) -> Result<Vec<StoredUpdate>, StoreError> {
        text::whole_log(self.db, doc)
    }

    /// Returns what stood before the first update of [`Self::text_log`], as a snapshot; none where the log begins
    /// with the document.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn text_base(&self, doc: AnswerId) -> Result<Option<Vec<u8>>, StoreError> {
        text::base(self.db, doc)
    }

    /// Returns who wrote under which client id.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn text_authors(&self, doc: AnswerId) -> Result<Vec<(u64, PersonId)>, StoreError> {
        author::of_doc(self.db, doc)
    }

    /// Returns the plain text of a document as it was last handed in.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn text_plain(&self, doc: AnswerId) -> Result<Option<String>, StoreError> {
        search::plain(self.db, doc.into())
    }

    /// Returns how many updates no snapshot covers, and their bytes: what decides on folding.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn text_weight(&self, doc: AnswerId) -> Result<(u32, u64), StoreError> {
        let (updates, bytes) = text::weight(self.db, doc)?;
        Ok((count(updates), crate::codec::uint(bytes)))
    }
}
