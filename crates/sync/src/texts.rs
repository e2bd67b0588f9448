//! What the store asks of the text engine while sync's changes go in. Bytes from outside may be damaged or
//! made to hurt, so every reading is under a guard: a text that cannot be read is a fact, never a panic.

use linchpin_domain::id::AnswerId;
use linchpin_store::TextFacts;
use linchpin_store::reader::{RecoveredLocal, StoredUpdate};
use linchpin_text::block::Block;
use linchpin_text::compare::{How, compare};
use linchpin_text::doc::{TextDoc, introduced};
use linchpin_text::look::{Dropped, Side, look};
use linchpin_text::schema::SCHEMA;
use linchpin_text::{TextError, count, plain};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The text engine, as the store asks for it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Texts;

impl linchpin_store::settle::Texts for Texts {
    fn facts(
        &mut self,
        _doc: AnswerId,
        snapshot: Option<&[u8]>,
        updates: &[Vec<u8>],
    ) -> Result<TextFacts, String> {
        guarded(|| {
            let doc = open(snapshot, updates.iter())?;
            facts_of(&doc).map_err(|error| error.to_string())
        })
    }

    fn folded(&mut self, snapshot: Option<&[u8]>, updates: &[Vec<u8>]) -> Result<Vec<u8>, String> {
        guarded(|| open(snapshot, updates.iter())?.packed().map_err(|error| error.to_string()))
    }

    fn authors(&mut self, update: &[u8]) -> Result<Vec<u64>, String> {
        guarded(|| {
            let clients = introduced(update).map_err(|error| error.to_string())?;
            Ok(clients.into_iter().filter(|(_, (low, high))| high > low).map(|(client, _)| client).collect())
        })
    }

    fn pulled_over_own(
        &mut self,
        _doc: AnswerId,
        snapshot: Option<&[u8]>,
        before: &[StoredUpdate],
        theirs: &[StoredUpdate],
    ) -> Vec<RecoveredLocal> {
        let found = guarded(|| {
            let base: Vec<_> = before.iter().filter(|update| !update.own_unsent).collect();
            let read = |lists: &[&[&StoredUpdate]]| {
                let doc = open(snapshot, lists.iter().copied().flatten().map(|update| &update.bytes))?;
                doc.blocks().map_err(|error| error.to_string())
            };
            let (before, theirs_only): (Vec<_>, Vec<_>) = (before.iter().collect(), theirs.iter().collect());
            let at_base = read(&[&base])?;
            let found = look(
                &at_base,
                &read(&[&before])?,
                &read(&[&base, &theirs_only])?,
                &read(&[&before, &theirs_only])?,
            );
            Ok(found.dropped)
        });
        // What cannot be read here is read by the hub, whose record of lost words is the one that counts.
        let dropped = found.unwrap_or_default();
        dropped.into_iter().filter_map(|dropped| recovered(dropped, before, theirs)).collect()
    }

    fn words_of(
        &mut self,
        _doc: AnswerId,
        snapshot: Option<&[u8]>,
        others: &[Vec<u8>],
        ours: &[Vec<u8>],
    ) -> Result<String, String> {
        guarded(|| {
            let blocks = |doc: &TextDoc| doc.blocks().map_err(|error| error.to_string());
            let without = open(snapshot, others.iter())?;
            let with = open(snapshot, others.iter().chain(ours))?;
            Ok(words_added(&blocks(&without)?, &blocks(&with)?))
        })
    }
}

/// Returns what the text engine says of an open document.
///
/// # Errors
/// Where the text cannot be read; content of a newer version is no error, its words are still found.
pub fn facts_of(doc: &TextDoc) -> Result<TextFacts, TextError> {
    let blocks = match doc.blocks() {
        Ok(blocks) => blocks,
        Err(TextError::Unknown(_)) => return Ok(facts_of_newer(doc)),
        Err(error) => return Err(error),
    };
    let counted = count::count(&blocks);
    Ok(TextFacts {
        plain: plain::write(&blocks),
        words: counted.words,
        characters: counted.characters,
        schema: SCHEMA,
        authors: Vec::new(),
    })
}

/// A document with content of a newer version: shown read-only, found by its words all the same.
fn facts_of_newer(doc: &TextDoc) -> TextFacts {
    let mut paragraphs: Vec<(u32, String)> = Vec::new();
    for written in doc.written() {
        match paragraphs.last_mut() {
            Some((paragraph, text)) if *paragraph == written.paragraph => text.push_str(&written.text),
            _ => paragraphs.push((written.paragraph, written.text)),
        }
    }
    let blocks: Vec<Block> = paragraphs.into_iter().map(|(_, text)| Block::para(text)).collect();
    let counted = count::count(&blocks);
    TextFacts {
        plain: plain::write(&blocks),
        words: counted.words,
        characters: counted.characters,
        schema: SCHEMA + 1,
        authors: Vec::new(),
    }
}

fn open<'a>(snapshot: Option<&[u8]>, updates: impl Iterator<Item = &'a Vec<u8>>) -> Result<TextDoc, String> {
    TextDoc::open(snapshot, updates.map(Vec::as_slice), 0).map_err(|error| error.to_string())
}

fn guarded<T>(read: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err("the text broke its reader".to_owned()))
}

fn recovered(dropped: Dropped, before: &[StoredUpdate], theirs: &[StoredUpdate]) -> Option<RecoveredLocal> {
    let person = match dropped.side {
        Side::First => before.iter().find(|update| update.own_unsent)?.author,
        Side::Second => theirs.first()?.author,
    };
    Some(RecoveredLocal { words: dropped.words, around: dropped.around, person })
}

fn words_added(before: &[Block], after: &[Block]) -> String {
    let paragraphs = compare(before, after).paragraphs;
    let lines = paragraphs.into_iter().map(|paragraph| {
        let new = paragraph.pieces.into_iter().filter(|piece| piece.how == How::Inserted);
        new.map(|piece| piece.text.trim().to_owned()).collect::<Vec<_>>().join(" ")
    });
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use linchpin_domain::id::PersonId;
    use linchpin_store::settle::Texts as _;
    use linchpin_text::edit::{append, rewrite};

    fn doc() -> AnswerId {
        AnswerId::new(1, [1; 10])
    }

    fn update(bytes: &[u8], author: u8, own_unsent: bool) -> StoredUpdate {
        let author = PersonId::new(1, [author; 10]);
        StoredUpdate { row: 1, bytes: bytes.to_vec(), seq: None, author, at: 5, schema: 1, own_unsent }
    }

    #[test]
    fn a_text_is_read_with_its_words_and_authors() {
        let mut text = TextDoc::new(10);
        let update = append(&mut text, "one two\nthree").expect("words were added");
        let facts = Texts.facts(doc(), None, std::slice::from_ref(&update)).expect("the text is read");
        assert_eq!((facts.plain.as_str(), facts.words, facts.characters), ("one two\nthree", 3, 13));
        assert_eq!(Texts.authors(&update), Ok(vec![10]));
    }

    #[test]
    fn folded_updates_are_what_the_rest_of_a_history_builds_on() {
        let mut text = TextDoc::new(10);
        let old = [append(&mut text, "one"), append(&mut text, "two")].map(|update| update.expect("words"));
        let new = append(&mut text, "three").expect("words were added");
        let base = Texts.folded(None, &old).expect("the updates are read");
        let facts = Texts.facts(doc(), Some(&base), &[new]).expect("the text is read");
        assert_eq!(facts.plain, "one\ntwo\nthree");
    }

    #[test]
    fn bytes_that_are_no_text_are_a_fact_and_no_panic() {
        for bad in [vec![], vec![1, 2, 3, 4, 250], vec![255; 40]] {
            assert!(Texts.facts(doc(), None, std::slice::from_ref(&bad)).is_err());
            assert!(Texts.facts(doc(), Some(&bad), &[]).is_err());
            assert!(Texts.authors(&bad).is_err());
            assert_eq!(Texts.pulled_over_own(doc(), None, &[update(&bad, 1, true)], &[]).len(), 0);
        }
    }

    #[test]
    fn words_typed_into_a_paragraph_that_a_colleague_removed_are_found_on_this_desk() {
        let mut shared = TextDoc::new(10);
        let first = append(&mut shared, "Keep this.\nOld words here.").expect("words were added");
        let (mut asha, mut tom) = (TextDoc::new(20), TextDoc::new(30));
        asha.apply(&first).expect("the update fits");
        tom.apply(&first).expect("the update fits");
        let typed = rewrite(&mut asha, "Keep this.\nOld precious words here.")
            .expect("the text can be changed")
            .expect("there was something to change");
        let removed = rewrite(&mut tom, "Keep this.")
            .expect("the text can be changed")
            .expect("there was something to change");
        let before = [update(&first, 1, false), update(&typed, 2, true)];
        let found = Texts.pulled_over_own(doc(), None, &before, &[update(&removed, 3, false)]);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].words.as_str(), found[0].person), ("precious", PersonId::new(1, [2; 10])));
    }

    #[test]
    fn the_words_that_own_updates_added_are_told_apart() {
        let mut shared = TextDoc::new(10);
        let first = append(&mut shared, "Theirs stays.").expect("words were added");
        let mut asha = TextDoc::new(20);
        asha.apply(&first).expect("the update fits");
        let own = [
            append(&mut asha, "Mine one.").expect("words were added"),
            append(&mut asha, "Mine two.").expect("words were added"),
        ];
        assert_eq!(
            Texts.words_of(doc(), None, &[first], &own).expect("the words are read"),
            "Mine one.\nMine two."
        );
    }
}
