//! The texts that are open: read from the store once, then brought up to date by what came since. A text that
//! an edit could not be saved for is forgotten, so that nothing unsaved is ever taken for saved.

use crate::core::Desk;
use crate::error::Error;
use linchpin_domain::id::AnswerId;
use linchpin_domain::space::Space;
use linchpin_store::{By, Store, TextEdit, TextFacts};
use linchpin_text::block::Block;
use linchpin_text::doc::{SEED_CLIENT, TextDoc, introduced};
use linchpin_text::schema::SCHEMA;
use linchpin_text::{count, plain};
use ring::rand::{SecureRandom, SystemRandom};
use std::sync::PoisonError;

/// How many texts stay open.
const MOST: usize = 6;

struct Open {
    answer: AnswerId,
    doc: TextDoc,
    /// The last row of the log that is in it.
    row: i64,
}

/// The texts that are open, the one used last at the end.
#[derive(Default)]
pub(crate) struct Docs {
    open: Vec<Open>,
}

/// What an edit left.
pub(crate) struct Edited {
    /// Words in the answer now.
    pub(crate) words: u32,
    /// Characters in the answer now.
    pub(crate) characters: u32,
    /// Changes that wait to be sent.
    pub(crate) waiting: u32,
}

impl Docs {
    /// Takes a text out, as the store has it now.
    fn take(&mut self, store: &Store, answer: AnswerId) -> Result<Open, Error> {
        let at = self.open.iter().position(|open| open.answer == answer);
        let known = at.map(|at| self.open.remove(at));
        let Some(mut open) = known else { return read(store, answer) };
        let since = store.read(|reader| reader.text_since(answer, open.row - 1))?;
        // A space that was filled anew has a log of its own, in which the last known row is no more.
        if since.first().is_none_or(|update| update.row != open.row) {
            return read(store, answer);
        }
        for update in since.iter().filter(|update| update.row > open.row) {
            open.doc.apply(&update.bytes)?;
        }
        open.row = since.last().map_or(open.row, |update| update.row);
        Ok(open)
    }

    fn keep(&mut self, open: Open) {
        if self.open.len() >= MOST {
            self.open.remove(0);
        }
        self.open.push(open);
    }
}

fn read(store: &Store, answer: AnswerId) -> Result<Open, Error> {
    let client = client()?;
    let (parts, log) = store.read(|reader| Ok((reader.text(answer)?, reader.text_log(answer)?)))?;
    let Some(parts) = parts else {
        return Ok(Open { answer, doc: TextDoc::new(client), row: 0 });
    };
    let updates = parts.updates.iter().map(|update| update.bytes.as_slice());
    let doc = TextDoc::open(parts.snapshot.as_deref(), updates, client)?;
    let row = log.last().map_or(0, |update| update.row);
    Ok(Open { answer, doc, row })
}

/// Draws a client id for edits made here; editors draw theirs from the same 32 bits.
fn client() -> Result<u64, Error> {
    let mut bytes = [0; 4];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Error::internal("no randomness"))?;
    Ok(u64::from(u32::from_be_bytes(bytes)).max(SEED_CLIENT + 1))
}

impl Desk {
    /// Uses a text as the store has it now. `f` must not change it.
    pub(crate) fn with_text<T>(
        &self,
        answer: AnswerId,
        f: impl FnOnce(&TextDoc) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut docs = self.docs.lock().unwrap_or_else(PoisonError::into_inner);
        let open = docs.take(&self.store, answer)?;
        let value = f(&open.doc);
        docs.keep(open);
        value
    }

    /// Returns the blocks of a text.
    pub(crate) fn blocks(&self, answer: AnswerId) -> Result<Vec<Block>, Error> {
        self.with_text(answer, |doc| Ok(doc.blocks()?))
    }

    /// Edits a text and saves it: `edit` changes the text and returns the update, or none. When this returns the
    /// words are on disk.
    pub(crate) fn edit_text(
        &self,
        by: &By,
        answer: AnswerId,
        space: &Space,
        edit: impl FnOnce(&mut TextDoc) -> Result<Option<(Vec<u8>, u16)>, Error>,
    ) -> Result<Edited, Error> {
        let mut docs = self.docs.lock().unwrap_or_else(PoisonError::into_inner);
        let mut open = docs.take(&self.store, answer)?;
        let sv_before = open.doc.state_vector();
        let update = edit(&mut open.doc)?;
        let blocks = open.doc.blocks()?;
        let count = count::count(&blocks);
        let waiting = match update {
            None => self.store.read(|reader| reader.outbox_facts())?.waiting,
            Some((bytes, schema)) => {
                let authors = introduced(&bytes)?
                    .into_iter()
                    .filter(|(client, (from, to))| *client != SEED_CLIENT && to > from)
                    .map(|(client, _)| client)
                    .collect();
                let facts = TextFacts {
                    plain: plain::write(&blocks),
                    words: count.words,
                    characters: count.characters,
                    schema: schema.max(SCHEMA),
                    authors,
                };
                let edit = TextEdit { bytes, sv_before, schema, facts };
                self.store.transact(by, |tx| tx.append_text(answer, space, edit))?.changed.waiting
            }
        };
        docs.keep(open);
        Ok(Edited { words: count.words, characters: count.characters, waiting })
    }
}
