//! What colleagues changed since the person last looked: who wrote how many words where, who brought a call in, who
//! joined.

use crate::home::{ChangedRow, ChangedWhat};
use crate::people::PersonRow;
use crate::versions::{Past, written_since};
use crate::view::{CallView, Faces, QuestionView};
use linchpin_domain::id::{AnswerId, PersonId};
use linchpin_domain::record::answer::ReadMark;
use linchpin_store::StoreError;
use linchpin_store::reader::{Filter, Reader, StoredUpdate};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How many changes Home shows.
const MOST: usize = 30;

/// An answer that somebody else wrote in since the person last had it on screen.
pub(super) struct Writing {
    answer: AnswerId,
    /// When the person last had it on screen.
    pub(super) seen: Option<u64>,
    /// The hub's number up to which they saw it; nought where they never did.
    seq: u64,
    /// From when on it is told at all.
    since: u64,
    past: Past,
}

/// Returns the answers whose text somebody else changed, the last first. What was written before the person's last
/// look and arrived after it is news too.
///
/// # Errors
/// Any fault of the disk.
pub(super) fn writing(
    reader: &Reader<'_>,
    views: &[CallView],
    me: PersonId,
    since: u64,
) -> Result<Vec<Writing>, StoreError> {
    let marks = reader.list::<ReadMark>(Filter::All)?;
    let looked: BTreeMap<AnswerId, ReadMark> = marks
        .into_iter()
        .filter(|row| row.record.person == Some(me))
        .filter_map(|row| Some((row.record.answer?, row.record)))
        .collect();
    let mut candidates: Vec<(u64, AnswerId)> = calls(views)
        .flat_map(|view| &view.questions)
        .filter_map(|question| Some((question.written?.1, question.answer)))
        .filter(|(at, _)| *at >= since)
        .collect();
    candidates.sort_by_key(|(at, _)| Reverse(*at));
    let mut news = Vec::new();
    for (_, answer) in candidates {
        let look = looked.get(&answer);
        let seq = look.map_or(0, |look| look.seq);
        if news.len() < MOST && reader.others_wrote(answer, me, seq, since)? {
            let past = Past::read(reader, answer)?;
            news.push(Writing { answer, seen: look.map(|look| look.at), seq, since, past });
        }
    }
    Ok(news)
}

/// Returns what others did since then, newest first.
pub(super) fn changed(views: &[CallView], faces: &Faces, writing: &[Writing], since: u64) -> Vec<ChangedRow> {
    let writing: BTreeMap<AnswerId, &Writing> =
        writing.iter().map(|writing| (writing.answer, writing)).collect();
    let mut rows: Vec<ChangedRow> = Vec::new();
    for view in calls(views) {
        let lead = view.lead.filter(|lead| *lead != faces.me());
        let at = view.call.record.first_seen_at;
        if let Some(lead) = lead.filter(|_| at >= since) {
            rows.push(row(view, faces.of(lead), ChangedWhat::BroughtIn, at));
        }
        for question in &view.questions {
            let news = writing.get(&question.answer).map(|writing| wrote(view, question, faces, writing));
            rows.extend(news.into_iter().flatten());
        }
    }
    rows.extend(joined(faces, since));
    rows.sort_by_key(|row| Reverse(row.at));
    rows.truncate(MOST);
    rows
}

fn joined(faces: &Faces, since: u64) -> impl Iterator<Item = ChangedRow> {
    let others = faces.members().filter(|(person, _)| **person != faces.me());
    others.filter(move |(_, member)| member.record.joined_at >= since).map(|(person, member)| ChangedRow {
        person: faces.of(*person),
        what: ChangedWhat::Joined,
        call: None,
        call_title: String::new(),
        question: None,
        at: member.record.joined_at,
    })
}

fn calls(views: &[CallView]) -> impl Iterator<Item = &CallView> {
    views.iter().filter(|view| !view.call.record.sample)
}

/// Returns a row for each colleague who wrote in an answer. Of a text that came folded, or cannot be read here, only
/// who changed it last is known.
fn wrote(view: &CallView, question: &QuestionView, faces: &Faces, writing: &Writing) -> Vec<ChangedRow> {
    let tell = |person: PersonId, words: u32, at: u64| {
        let what = ChangedWhat::Wrote { words, number: question.number.clone() };
        ChangedRow { question: Some(question.id), ..row(view, faces.of(person), what, at) }
    };
    let is_news = |update: &StoredUpdate| {
        update.author != faces.me() && update.at >= writing.since && update.seq > Some(writing.seq)
    };
    let written = written_since(&writing.past, is_news).unwrap_or_default();
    let others = written.into_iter().filter(|written| written.person != faces.me());
    let rows: Vec<ChangedRow> =
        others.map(|written| tell(written.person, written.words, written.at)).collect();
    if !rows.is_empty() {
        return rows;
    }
    let last = question.written.filter(|(person, _)| *person != faces.me());
    last.into_iter().map(|(person, at)| tell(person, 0, at)).collect()
}

fn row(view: &CallView, person: PersonRow, what: ChangedWhat, at: u64) -> ChangedRow {
    let call_title = view.call.record.title.clone();
    ChangedRow { person, what, call: Some(view.id), call_title, question: None, at }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::{asha, tom};
    use linchpin_domain::space::Space;

    #[test]
    fn words_are_told_of_who_wrote_them_whoever_came_last() {
        let asha = asha();
        let call = asha.brings_in("Access", &[("What of it?", "five words to begin with")]);
        let answer = asha.answers(&call)[0];
        asha.tom_types(answer, &Space::Response(call.response), "two words");
        asha.types(&call, "1", "and many more words of mine after his");
        let me = asha.core.me(&asha.desk).expect("somebody is here");
        let told = asha.desk.store.read(|reader| {
            let (views, faces) = (CallView::all(reader)?, Faces::read(reader, me)?);
            Ok(changed(&views, &faces, &writing(reader, &views, me, 0)?, 0))
        });
        let wrote = told.expect("it is read").into_iter().filter_map(|row| match row.what {
            ChangedWhat::Wrote { words, .. } => Some((row.person.id, words)),
            _ => None,
        });
        assert_eq!(wrote.collect::<Vec<_>>(), vec![(tom(), 2)]);
    }
}
