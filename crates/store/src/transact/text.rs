//! Words of an answer through the door: the update goes into the log and the outbox, its plain text into the
//! search, in one commit. Words are taken even where the answer's record has not arrived, and even where
//! access to the space has ended: then they are kept for the person.

use crate::error::StoreError;
use crate::table::kept::{self, Keep, KeptWhy};
use crate::table::space::{self, SpaceRow, State};
use crate::table::{author, search, text};
use crate::transact::{TextEdit, Tx};
use linchpin_domain::canonical::Bytes;
use linchpin_domain::change::{Op, TextUpdate};
use linchpin_domain::id::AnswerId;
use linchpin_domain::record::{Record, RecordKind, answer::Answer};
use linchpin_domain::space::Space;

impl Tx<'_, '_> {
    /// Adds an update to the text of an answer. The same bytes given twice are one update.
    ///
    /// # Errors
    /// [`StoreError::MovedOn`] where the edit was made without what is there by now, or any fault of the disk.
    pub fn append_text(&mut self, doc: AnswerId, space: &Space, edit: TextEdit) -> Result<(), StoreError> {
        let row = space::ensure(self.door, space)?;
        if row.state == State::Gone {
            return self.keep_words(doc, &row, edit.facts.plain);
        }
        if text::known(self.door.db, doc, &edit.bytes)?.is_some() {
            return Ok(());
        }
        if let Some(after) = edit.after
            && text::last_row(self.door.db, doc)? > after
        {
            return Err(StoreError::MovedOn);
        }
        let mut facts = text::ensure_doc(self.door, doc, row.no)?;
        facts.schema = facts.schema.max(edit.facts.schema);
        (facts.words, facts.characters) = (edit.facts.words, edit.facts.characters);
        (facts.changed_at, facts.changed_by) = (self.by.now_ms, self.by.person);
        facts.saved_at = Some(self.by.now_ms);
        text::save_doc(self.door, &facts)?;
        text::add(
            self.door,
            &text::NewUpdate {
                doc,
                bytes: &edit.bytes,
                seq: None,
                author: self.by.person,
                at: self.by.now_ms,
                schema: edit.schema,
                own: true,
            },
        )?;
        for client in &edit.facts.authors {
            author::add(self.door, doc, *client, self.by.person)?;
        }
        search::save_text(self.door, doc, row.no, &edit.facts.plain)?;
        self.door.touched.record(Answer::KIND.name(), doc.into());
        let update = TextUpdate {
            doc,
            sv_before: Bytes(edit.sv_before),
            schema: edit.schema,
            bytes: Bytes(edit.bytes),
        };
        self.send(&row, doc.into(), "text", Op::Text(update))
    }

    fn keep_words(&mut self, doc: AnswerId, space: &SpaceRow, words: String) -> Result<(), StoreError> {
        let keep = Keep {
            record: doc.into(),
            space: &space.space,
            kind: RecordKind::Answer.name(),
            why: KeptWhy::NoAccess,
            reason: "",
            place: String::new(),
            words,
            at: self.by.now_ms,
        };
        kept::keep(self.door, &keep)
    }
}
