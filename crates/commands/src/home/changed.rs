//! What colleagues changed since the person last looked: who wrote how many words where, who brought a call in, who
//! joined.

use crate::error::Error;
use crate::home::{ChangedRow, ChangedWhat};
use crate::people::PersonRow;
use crate::versions::{Past, written_since};
use crate::view::{CallView, Faces, QuestionView};
use linchpin_domain::id::{AnswerId, PersonId};
use linchpin_domain::record::answer::ReadMark;
use linchpin_store::StoreError;
use linchpin_store::reader::{Filter, Reader};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How many changes Home shows.
const MOST: usize = 30;

/// An answer that was written in since the person last had it on screen.
pub(super) struct Writing {
    answer: AnswerId,
    /// When the person last had it on screen.
    pub(super) seen: Option<u64>,
    /// From when on its words are new.
    from: u64,
    past: Past,
}

/// Returns the answers that were written in last, where that is news to the person.
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
    let looked: BTreeMap<AnswerId, u64> = marks
        .into_iter()
        .filter(|row| row.record.person == Some(me))
        .filter_map(|row| Some((row.record.answer?, row.record.at)))
        .collect();
    let mut news: Vec<(u64, AnswerId, Option<u64>)> = Vec::new();
    for question in calls(views).flat_map(|view| &view.questions) {
        let seen = looked.get(&question.answer).copied();
        if let Some((_, at)) = question.written.filter(|(_, at)| *at >= since.max(seen.unwrap_or(0))) {
            news.push((at, question.answer, seen));
        }
    }
    news.sort_by_key(|(at, ..)| Reverse(*at));
    news.truncate(MOST);
    let read = news.into_iter().map(|(_, answer, seen)| {
        let from = since.max(seen.unwrap_or(0));
        Ok(Writing { answer, seen, from, past: Past::read(reader, answer)? })
    });
    read.collect()
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
    let others = faces.members().filter(|(person, _)| **person != faces.me());
    rows.extend(others.filter(|(_, member)| member.record.joined_at >= since).map(|(person, member)| {
        let (person, at) = (faces.of(*person), member.record.joined_at);
        ChangedRow {
            person,
            what: ChangedWhat::Joined,
            call: None,
            call_title: String::new(),
            question: None,
            at,
        }
    }));
    rows.sort_by_key(|row| Reverse(row.at));
    rows.truncate(MOST);
    rows
}

fn calls(views: &[CallView]) -> impl Iterator<Item = &CallView> {
    views.iter().filter(|view| !view.call.record.sample)
}

/// Returns a row for each colleague who wrote in an answer. Of a text that cannot be read here only who changed it
/// last is known.
fn wrote(view: &CallView, question: &QuestionView, faces: &Faces, writing: &Writing) -> Vec<ChangedRow> {
    let tell = |person: PersonId, words: u32, at: u64| {
        let what = ChangedWhat::Wrote { words, number: question.number.clone() };
        ChangedRow { question: Some(question.id), ..row(view, faces.of(person), what, at) }
    };
    let written: Result<_, Error> = written_since(&writing.past, writing.from);
    match written {
        Ok(written) => {
            let others = written.into_iter().filter(|written| written.person != faces.me());
            others.map(|written| tell(written.person, written.words, written.at)).collect()
        }
        Err(_) => {
            let last = question.written.filter(|(person, _)| *person != faces.me());
            last.into_iter().map(|(person, at)| tell(person, 0, at)).collect()
        }
    }
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
