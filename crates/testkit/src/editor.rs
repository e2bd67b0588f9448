//! The editor of a device: an open document that is drawn a client id at each opening, takes in what arrived,
//! and hands over updates that the store saves. Saved means that the store's call has returned.

use crate::KitError;
use crate::device::Device;
use linchpin_domain::id::AnswerId;
use linchpin_domain::space::Space;
use linchpin_store::TextEdit;
use linchpin_sync::texts::facts_of;
use linchpin_text::{TextDoc, TextError, plain};

/// A document that is open.
pub(crate) struct Mounted {
    doc: TextDoc,
    client: u64,
    /// The last row of the log that is in it.
    row: i64,
}

/// What an edit did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The update, as it was saved.
    pub update: Vec<u8>,
    /// The words before it, as the person saw them.
    pub before: Vec<String>,
    /// The words after it.
    pub after: Vec<String>,
}

/// Returns the words of plain text.
pub fn words_of(plain: &str) -> Vec<String> {
    plain.split_whitespace().map(str::to_owned).collect()
}

/// Returns the plain text of a document.
///
/// # Errors
/// Where it cannot be read.
pub fn plain_of(doc: &TextDoc) -> Result<String, TextError> {
    Ok(plain::write(&doc.blocks()?))
}

impl Device {
    /// Opens the document of an answer as it is stored, for reading.
    ///
    /// # Errors
    /// Faults of the store or the text.
    pub fn opened(&self, answer: AnswerId, client: u64) -> Result<(TextDoc, i64), KitError> {
        let Some(parts) = self.store().read(|reader| reader.text(answer))? else {
            return Ok((TextDoc::new(client), 0));
        };
        let updates = parts.updates.iter().map(|update| update.bytes.as_slice());
        let doc = TextDoc::open(parts.snapshot.as_deref(), updates, client)?;
        Ok((doc, parts.updates.iter().map(|update| update.row).max().unwrap_or(0)))
    }

    /// Edits an answer in the editor and saves what came of it; none where nothing changed.
    ///
    /// # Errors
    /// Faults of the store or the text. Nothing was told to be saved then.
    pub fn edits(
        &mut self,
        answer: AnswerId,
        space: &Space,
        edit: impl FnOnce(&mut TextDoc) -> Result<Option<Vec<u8>>, TextError>,
    ) -> Result<Option<Edited>, KitError> {
        let Mounted { mut doc, client, mut row } = self.mount(answer)?;
        for update in self.store().read(|reader| reader.text_since(answer, row))? {
            doc.apply(&update.bytes)?;
            row = row.max(update.row);
        }
        let (before, sv_before) = (words_of(&plain_of(&doc)?), doc.state_vector());
        let Some(update) = edit(&mut doc)? else {
            self.mounted.insert(answer, Mounted { doc, client, row });
            return Ok(None);
        };
        let mut facts = facts_of(&doc)?;
        facts.authors = vec![client];
        let (after, schema) = (words_of(&facts.plain), facts.schema);
        self.saves(answer, space, TextEdit { bytes: update.clone(), sv_before, schema, facts, after: None })?;
        self.mounted.insert(answer, Mounted { doc, client, row });
        Ok(Some(Edited { update, before, after }))
    }

    fn mount(&mut self, answer: AnswerId) -> Result<Mounted, KitError> {
        if let Some(mounted) = self.mounted.remove(&answer) {
            return Ok(mounted);
        }
        // The editor's client ids have 32 bits, and those that are known to the document are not drawn.
        let known = self.store().read(|reader| reader.text_authors(answer))?;
        let mut client = 0;
        while client < 2 || known.iter().any(|(there, _)| *there == client) {
            client = self.rng.below(1 << 32);
        }
        if self.writes_as_one_client() {
            client = u64::from_be_bytes(self.person.id.0.as_u64_pair().1.to_be_bytes()) & u64::from(u32::MAX);
        }
        let (doc, row) = self.opened(answer, client)?;
        Ok(Mounted { doc, client, row })
    }

    /// Closes every open document.
    pub fn closes_editor(&mut self) {
        self.mounted.clear();
    }
}
