//! What happened to an answer: stretches of one person's writing, merges and kept versions, newest first.

use crate::answers::AnswerAsked;
use crate::core::Core;
use crate::error::Error;
use crate::versions::{HistoryEntry, HistoryWhat, StateName};
use crate::view::{AnswerPlace, Faces};
use linchpin_domain::id::{AnswerId, PersonId, VersionId};
use linchpin_domain::record::look::Notice;
use linchpin_domain::record::version::Version;
use linchpin_store::StoreError;
use linchpin_store::reader::{Filter, Reader, StoredUpdate, TextParts};
use linchpin_text::block::Block;
use linchpin_text::{TextDoc, compare};

/// A pause that ends a stretch of writing.
const PAUSE_MS: u64 = 30 * 60 * 1_000;
/// The most stretches that are shown.
const MOST: usize = 200;

/// A stretch of one person's writing.
struct Stretch {
    person: PersonId,
    until: u64,
    row: i64,
    words_in: u32,
    words_out: u32,
}

/// Returns what happened to an answer, newest first.
///
/// # Errors
/// An answer that is not here, a text that cannot be read, or any fault of the store.
pub fn answer_history(core: &Core, asked: AnswerAsked) -> Result<Vec<HistoryEntry>, Error> {
    let desk = core.desk()?;
    let me = core.me(&desk)?;
    let (past, faces, versions, notices) = desk.store.read(|reader| {
        AnswerPlace::find(reader, asked.answer)?;
        let of = Filter::Naming { field: "answer", parent: asked.answer.into() };
        Ok((
            Past::read(reader, asked.answer)?,
            Faces::read(reader, me)?,
            reader.list::<Version>(of)?,
            reader.list::<Notice>(of)?,
        ))
    })?;
    let (doc, log) = past.begin()?;
    let mut entries: Vec<HistoryEntry> = stretches(doc, log)?
        .into_iter()
        .map(|stretch| HistoryEntry {
            at: stretch.until,
            what: HistoryWhat::Wrote,
            person: Some(faces.of(stretch.person)),
            words_in: stretch.words_in,
            words_out: stretch.words_out,
            state: StateName::Point { row: stretch.row },
        })
        .collect();
    entries.extend(versions.into_iter().map(|row| {
        let id = VersionId::from(row.id);
        HistoryEntry {
            at: row.record.made_at,
            what: HistoryWhat::Version { id, name: row.record.name },
            person: faces.known(row.record.made_by),
            words_in: 0,
            words_out: 0,
            state: StateName::Version { id },
        }
    }));
    entries.extend(notices.into_iter().map(|row| {
        let last = past.log.iter().rfind(|update| update.at <= row.record.at).map_or(0, |update| update.row);
        HistoryEntry {
            at: row.record.at,
            what: HistoryWhat::BroughtTogether,
            person: None,
            words_in: 0,
            words_out: 0,
            state: StateName::Point { row: last },
        }
    }));
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
    entries.truncate(MOST);
    Ok(entries)
}

/// The updates of an answer that are still here, with what stood before the first of them.
pub(crate) struct Past {
    pub(super) log: Vec<StoredUpdate>,
    base: Option<Vec<u8>>,
    parts: Option<TextParts>,
}

impl Past {
    pub(crate) fn read(reader: &Reader<'_>, answer: AnswerId) -> Result<Self, StoreError> {
        let (log, base) = (reader.text_log(answer)?, reader.text_base(answer)?);
        Ok(Self { log, base, parts: reader.text(answer)? })
    }

    /// Returns the text before the first update that can be shown, and the updates from there on. A store of an
    /// older version has no base where it was filled; there the history begins at the snapshot.
    pub(super) fn begin(&self) -> Result<(TextDoc, &[StoredUpdate]), Error> {
        let bytes = self.log.iter().map(|update| update.bytes.as_slice());
        let snapshot =
            self.parts.as_ref().and_then(|parts| Some((parts.snapshot.as_deref()?, &parts.updates)));
        match snapshot {
            Some((snapshot, live)) if TextDoc::open(self.base.as_deref(), bytes, 0)?.is_waiting() => {
                Ok((TextDoc::open(Some(snapshot), [], 0)?, live))
            }
            _ => Ok((TextDoc::open(self.base.as_deref(), [], 0)?, &self.log)),
        }
    }
}

/// What one person wrote in an answer.
pub(crate) struct Written {
    pub(crate) person: PersonId,
    /// Words that came in; nought where words only went out.
    pub(crate) words: u32,
    /// When last, milliseconds since 1970.
    pub(crate) at: u64,
}

/// Returns what each person wrote in an answer from the first update on that is news.
///
/// # Errors
/// A text that cannot be read.
pub(crate) fn written_since(
    past: &Past,
    is_news: impl Fn(&StoredUpdate) -> bool,
) -> Result<Vec<Written>, Error> {
    let (mut doc, log) = past.begin()?;
    let (known, news) = log.split_at(log.iter().position(is_news).unwrap_or(log.len()));
    for update in known {
        doc.apply(&update.bytes)?;
    }
    let mut written: Vec<Written> = Vec::new();
    for stretch in stretches(doc, news)? {
        match written.iter_mut().find(|written| written.person == stretch.person) {
            Some(there) => {
                there.words += stretch.words_in;
                there.at = there.at.max(stretch.until);
            }
            None => {
                let Stretch { person, words_in: words, until: at, .. } = stretch;
                written.push(Written { person, words, at });
            }
        }
    }
    Ok(written)
}

/// Joins updates on top of a text into stretches and counts the words of each. What the hub mended, such as a space
/// between the words of two people, belongs to the stretch before it.
fn stretches(mut doc: TextDoc, log: &[StoredUpdate]) -> Result<Vec<Stretch>, Error> {
    let (mut before, mut stretches): (Vec<Block>, Vec<Stretch>) = (doc.blocks()?, Vec::new());
    let mut writing: Option<&StoredUpdate> = None;
    let mut rest = log.iter().peekable();
    while let Some(update) = rest.next() {
        doc.apply(&update.bytes)?;
        if !is_nobody(update) {
            writing = Some(update);
        }
        let goes_on = |now: &StoredUpdate, next: &StoredUpdate| {
            next.author == now.author && next.at.saturating_sub(now.at) < PAUSE_MS
        };
        let joined = rest
            .peek()
            .is_some_and(|next| is_nobody(next) || writing.is_none_or(|writing| goes_on(writing, next)));
        if joined {
            continue;
        }
        let after = doc.blocks()?;
        let compared = compare::compare(&before, &after);
        if let Some(writing) = writing.filter(|_| compared.words_in + compared.words_out > 0) {
            stretches.push(Stretch {
                person: writing.author,
                until: writing.at,
                row: update.row,
                words_in: compared.words_in,
                words_out: compared.words_out,
            });
        }
        before = after;
    }
    Ok(stretches)
}

fn is_nobody(update: &StoredUpdate) -> bool {
    update.author.0.is_nil()
}

#[cfg(test)]
mod tests {
    use super::*;
    use linchpin_domain::space::Space;
    use linchpin_domain::sum::Sum;
    use linchpin_store::reader::DocFacts;
    use linchpin_text::edit::append;
    use linchpin_text::fold::fold;

    fn update(row: i64, bytes: &[u8]) -> StoredUpdate {
        let author = PersonId::new(1, [1; 10]);
        StoredUpdate { row, bytes: bytes.to_vec(), seq: Some(1), author, at: 5, schema: 1, own_unsent: false }
    }

    fn parts(snapshot: Vec<u8>, updates: Vec<StoredUpdate>) -> TextParts {
        let facts = DocFacts {
            space: Space::National,
            schema: 1,
            words: 0,
            characters: 0,
            changed_at_ms: 0,
            changed_by: PersonId::new(1, [1; 10]),
        };
        TextParts { snapshot: Some(snapshot), snapshot_sum: Sum::default(), updates, facts }
    }

    #[test]
    fn writing_shows_whose_beginning_is_no_longer_in_the_log() {
        let mut doc = TextDoc::new(10);
        let old = append(&mut doc, "old words").expect("words were added");
        let new = append(&mut doc, "three new words").expect("words were added");
        let base = fold(None, &[&old]).expect("it is folded");
        let log = vec![update(7, &new)];
        // With a base, and as a store of an older version has it.
        let with_base = Past { log: log.clone(), base: Some(base.clone()), parts: None };
        let without = Past { log: log.clone(), base: None, parts: Some(parts(base, log)) };
        for past in [with_base, without] {
            let (doc, log) = past.begin().expect("the text is read");
            let found = stretches(doc, log).expect("the history is read");
            let found: Vec<_> = found.iter().map(|stretch| (stretch.row, stretch.words_in)).collect();
            assert_eq!(found, vec![(7, 3)]);
        }
    }

    #[test]
    fn what_the_hub_mended_is_nobodys_writing() {
        let mut doc = TextDoc::new(10);
        let one = append(&mut doc, "one").expect("words were added");
        let two = append(&mut doc, "two").expect("words were added");
        let author = "00000000-0000-0000-0000-000000000000".parse().expect("nobody");
        let nobody = StoredUpdate { author, ..update(2, &two) };
        let past = Past { log: vec![update(1, &one), nobody], base: None, parts: None };
        let written = written_since(&past, |_| true).expect("the history is read");
        let told: Vec<_> = written.iter().map(|one| (one.person, one.words)).collect();
        assert_eq!(told, vec![(PersonId::new(1, [1; 10]), 2)]);
    }

    #[test]
    fn only_what_came_from_the_first_news_on_is_counted() {
        let mut doc = TextDoc::new(10);
        let words = ["some old words", "three new words"];
        let log = words.iter().zip(1_i64..).map(|(words, row)| {
            let bytes = append(&mut doc, words).expect("words were added");
            StoredUpdate { seq: Some(row.cast_unsigned()), ..update(row, &bytes) }
        });
        let past = Past { log: log.collect(), base: None, parts: None };
        let written = written_since(&past, |update| update.seq > Some(1)).expect("the history is read");
        assert_eq!(written.iter().map(|one| one.words).collect::<Vec<_>>(), vec![3]);
        assert!(written_since(&past, |_| false).expect("the history is read").is_empty());
    }
}
