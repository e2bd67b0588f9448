//! The texts that are open: read from the store once, then brought up to date by what came since. A text that
//! an edit could not be saved for is forgotten, so that nothing unsaved is ever taken for saved.

use crate::core::Desk;
use crate::error::Error;
use linchpin_domain::id::AnswerId;
use linchpin_domain::space::Space;
use linchpin_store::{By, Store, StoreError, TextEdit, TextFacts, Tx};
use linchpin_text::TextError;
use linchpin_text::accept::MAX_UPDATE_BYTES;
use linchpin_text::block::Block;
use linchpin_text::doc::{SEED_CLIENT, TextDoc, introduced};
use linchpin_text::schema::SCHEMA;
use linchpin_text::{count, edit, plain};
use ring::rand::{SecureRandom, SystemRandom};
use std::sync::PoisonError;

/// How many texts stay open.
const MOST: usize = 6;
/// How often an edit is tried over a text that others write in at the same moment.
const TRIES: usize = 5;

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
    /// words are on disk. Where a colleague's words came in meanwhile, `edit` is asked again over the text with them.
    pub(crate) fn edit_text(
        &self,
        by: &By,
        answer: AnswerId,
        space: &Space,
        edit: impl FnMut(&mut TextDoc) -> Result<Option<(Vec<u8>, u16)>, Error>,
    ) -> Result<Edited, Error> {
        self.edit_text_and(by, answer, space, edit, |_| Ok(()))
    }

    /// As [`Self::edit_text`]; what `also` changes goes into the same commit as the words.
    pub(crate) fn edit_text_and(
        &self,
        by: &By,
        answer: AnswerId,
        space: &Space,
        mut edit: impl FnMut(&mut TextDoc) -> Result<Option<(Vec<u8>, u16)>, Error>,
        also: impl Fn(&mut Tx<'_, '_>) -> Result<(), StoreError>,
    ) -> Result<Edited, Error> {
        let mut docs = self.docs.lock().unwrap_or_else(PoisonError::into_inner);
        for _ in 0..TRIES {
            let mut open = docs.take(&self.store, answer)?;
            let sv_before = open.doc.state_vector();
            let update = edit(&mut open.doc)?;
            let (facts, count) = facts_of(&open.doc)?;
            let waiting = match update {
                None => self.store.read(|reader| reader.outbox_facts())?.waiting,
                Some((bytes, schema)) => {
                    let edit = text_edit(facts, bytes, sv_before, schema, open.row)?;
                    let done = self.store.transact(by, |tx| {
                        tx.append_text(answer, space, edit)?;
                        also(tx)
                    });
                    match done {
                        Err(StoreError::MovedOn) => continue,
                        done => done?.changed.waiting,
                    }
                }
            };
            docs.keep(open);
            return Ok(Edited { words: count.words, characters: count.characters, waiting });
        }
        Err(StoreError::MovedOn.into())
    }
}

/// Returns the first words of a text that is nowhere yet, to be saved in one commit with the answer they belong to;
/// none where there are none.
pub(crate) fn begun(words: &str) -> Result<Option<TextEdit>, Error> {
    if words.trim().is_empty() {
        return Ok(None);
    }
    let mut doc = TextDoc::new(client()?);
    let sv_before = doc.state_vector();
    let Some(bytes) = edit::append(&mut doc, words) else { return Ok(None) };
    let (facts, _) = facts_of(&doc)?;
    text_edit(facts, bytes, sv_before, SCHEMA, 0).map(Some)
}

fn facts_of(doc: &TextDoc) -> Result<(TextFacts, count::Count), Error> {
    let blocks = doc.blocks()?;
    let count = count::count(&blocks);
    let facts = TextFacts {
        plain: plain::write(&blocks),
        words: count.words,
        characters: count.characters,
        schema: SCHEMA,
        authors: Vec::new(),
    };
    Ok((facts, count))
}

fn text_edit(
    facts: TextFacts,
    bytes: Vec<u8>,
    sv_before: Vec<u8>,
    schema: u16,
    row: i64,
) -> Result<TextEdit, Error> {
    // What is saved must be able to go to the hub.
    if bytes.len() > MAX_UPDATE_BYTES {
        return Err(TextError::TooLarge(MAX_UPDATE_BYTES).into());
    }
    let authors = introduced(&bytes)?
        .into_iter()
        .filter(|(client, (from, to))| *client != SEED_CLIENT && to > from)
        .map(|(client, _)| client)
        .collect();
    let facts = TextFacts { schema: schema.max(SCHEMA), authors, ..facts };
    Ok(TextEdit { bytes, sv_before, schema, facts, after: Some(row) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::asha;

    #[test]
    fn words_of_a_colleague_that_arrive_in_the_middle_of_an_edit_are_found_and_counted() {
        let asha = asha();
        let call = asha.brings_in("Access", &[("What of it?", "start")]);
        let (answer, space) = (asha.answers(&call)[0], Space::Response(call.response));
        let by = asha.core.by(&asha.desk, "write").expect("a person works here");
        let mut tries = 0;
        let edited = asha.desk.edit_text(&by, answer, &space, |doc| {
            tries += 1;
            if tries == 1 {
                asha.tom_types(answer, &space, "from Tom");
            }
            Ok(edit::append(doc, "mine").map(|update| (update, SCHEMA)))
        });
        assert_eq!((edited.expect("it is saved").words, tries), (4, 2));
        let plain = asha.plain(answer);
        assert!(
            ["start", "from Tom", "mine"].iter().all(|words| plain.matches(words).count() == 1),
            "{plain}"
        );
    }

    #[test]
    fn an_edit_that_never_meets_a_quiet_moment_is_refused_and_leaves_nothing() {
        let asha = asha();
        let call = asha.brings_in("Access", &[("What of it?", "")]);
        let (answer, space) = (asha.answers(&call)[0], Space::Response(call.response));
        let by = asha.core.by(&asha.desk, "write").expect("a person works here");
        let edited = asha.desk.edit_text(&by, answer, &space, |doc| {
            asha.tom_types(answer, &space, "more");
            Ok(edit::append(doc, "mine").map(|update| (update, SCHEMA)))
        });
        assert_eq!(edited.err().map(|error| error.key), Some("error_text_moved_on"));
        assert!(!asha.plain(answer).contains("mine"));
    }
}
