//! What happened to an answer: stretches of one person's writing, merges and kept versions, newest first.

use crate::answers::AnswerAsked;
use crate::core::Core;
use crate::error::Error;
use crate::versions::{HistoryEntry, HistoryWhat, StateName};
use crate::view::{AnswerPlace, Faces};
use linchpin_domain::id::{PersonId, VersionId};
use linchpin_domain::record::look::Notice;
use linchpin_domain::record::version::Version;
use linchpin_store::reader::{Filter, StoredUpdate};
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
    let (log, faces, versions, notices) = desk.store.read(|reader| {
        AnswerPlace::find(reader, asked.answer)?;
        let of = Filter::Naming { field: "answer", parent: asked.answer.into() };
        Ok((
            reader.text_log(asked.answer)?,
            Faces::read(reader, me)?,
            reader.list::<Version>(of)?,
            reader.list::<Notice>(of)?,
        ))
    })?;
    let mut entries: Vec<HistoryEntry> = stretches(&log)?
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
        let last = log.iter().rfind(|update| update.at <= row.record.at).map_or(0, |update| update.row);
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

/// Joins updates into stretches and counts the words of each.
fn stretches(log: &[StoredUpdate]) -> Result<Vec<Stretch>, Error> {
    let mut doc = TextDoc::new(0);
    let (mut before, mut stretches): (Vec<Block>, Vec<Stretch>) = (doc.blocks()?, Vec::new());
    let mut rest = log.iter().peekable();
    while let Some(update) = rest.next() {
        doc.apply(&update.bytes)?;
        let goes_on = rest
            .peek()
            .is_some_and(|next| next.author == update.author && next.at.saturating_sub(update.at) < PAUSE_MS);
        if goes_on {
            continue;
        }
        let after = doc.blocks()?;
        let compared = compare::compare(&before, &after);
        if compared.words_in + compared.words_out > 0 {
            stretches.push(Stretch {
                person: update.author,
                until: update.at,
                row: update.row,
                words_in: compared.words_in,
                words_out: compared.words_out,
            });
        }
        before = after;
    }
    Ok(stretches)
}
