//! Search over everything on this computer; the palette and Search all read the same answer.

use crate::core::Core;
use crate::error::Error;
use crate::view::{AnswerPlace, CallView, Faces, Views, number_of};
use linchpin_domain::id::{AnswerId, CallId, PersonId, QuestionId};
use linchpin_domain::record::RecordKind;
use linchpin_domain::record::answer::AnswerState;
use linchpin_domain::space::Space;
use linchpin_store::StoreError;
use linchpin_store::reader::Reader;
use linchpin_store::search::{Hit, Marked};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Searches.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Search {
    /// The words; the last may be unfinished. Empty gives what was opened last.
    pub text: String,
    /// Most results of each sort.
    pub limit: u32,
}

/// What was found.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SearchAnswer {
    /// The results, best first.
    pub hits: Vec<SearchHit>,
    /// How many answers were looked through.
    pub looked_through: u32,
}

/// One result.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SearchHit {
    /// Where it leads.
    pub to: HitTo,
    /// Its title.
    pub title: Vec<HitRun>,
    /// The sentence found, or facts beside the title.
    pub detail: Vec<HitRun>,
}

/// Where a result leads.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase", tag = "as")]
pub enum HitTo {
    /// A call.
    Call {
        /// The call.
        call: CallId,
    },
    /// A question.
    Question {
        /// The call.
        call: CallId,
        /// The question.
        question: QuestionId,
    },
    /// The text of an answer.
    Answer {
        /// The call.
        call: CallId,
        /// The question.
        question: QuestionId,
        /// The answer.
        answer: AnswerId,
    },
    /// A person.
    Person {
        /// The person.
        person: PersonId,
    },
}

/// A run of a result's words.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HitRun {
    /// The words.
    pub text: String,
    /// Whether they match.
    pub hit: bool,
}

/// The most results that are read.
const MOST: usize = 200;

/// Searches everything on this computer; without a word it offers the calls that close next.
///
/// # Errors
/// Any fault of the store.
pub fn search(core: &Core, asked: Search) -> Result<SearchAnswer, Error> {
    let desk = core.desk()?;
    let me = core.me(&desk)?;
    let limit = usize::try_from(asked.limit).unwrap_or(MOST).clamp(1, MOST);
    let answer = desk.store.read(|reader| {
        let looked_through = reader.searchable(RecordKind::Answer.name())?;
        let hits = if asked.text.trim().is_empty() {
            next_to_close(reader, limit)?
        } else {
            let faces = Faces::read(reader, me)?;
            let found = reader.search(&asked.text, limit)?;
            let mut views = Views::default();
            found
                .into_iter()
                .map(|hit| shown(reader, &faces, &mut views, hit))
                .collect::<Result<Vec<_>, _>>()?
                .into_iter()
                .flatten()
                .collect()
        };
        Ok(SearchAnswer { hits, looked_through })
    })?;
    Ok(answer)
}

fn next_to_close(reader: &Reader<'_>, limit: usize) -> Result<Vec<SearchHit>, StoreError> {
    let mut views = CallView::all(reader)?;
    views.retain(|view| view.questions.iter().any(|question| question.state != AnswerState::Sent));
    views.sort_by_key(|view| {
        view.call.record.closes.as_ref().and_then(|closes| closes.instant_ms().ok()).unwrap_or(i64::MAX)
    });
    views.truncate(limit);
    let hit = |view: CallView| SearchHit {
        to: HitTo::Call { call: view.id },
        title: plain(&view.call.record.title),
        detail: plain(&view.call.record.asker),
    };
    Ok(views.into_iter().map(hit).collect())
}

/// Returns a result as it is shown; nothing for what leads nowhere, such as an answer of a deleted call.
fn shown(
    reader: &Reader<'_>,
    faces: &Faces,
    views: &mut Views,
    hit: Hit,
) -> Result<Option<SearchHit>, StoreError> {
    let (to, title, detail) = match (hit.kind.as_str(), &hit.space) {
        (kind, _) if kind == RecordKind::Call.name() => {
            let call = CallId::from(hit.id);
            let Some(view) = views.of(reader, call)? else { return Ok(None) };
            let detail = if hit.snippet.matches.is_empty() {
                plain(&view.call.record.asker)
            } else {
                marked(&hit.snippet)
            };
            (HitTo::Call { call }, marked(&hit.title), detail)
        }
        (kind, Space::Call(call)) if kind == RecordKind::Question.name() => {
            let Some(view) = views.of(reader, *call)? else { return Ok(None) };
            let question = QuestionId::from(hit.id);
            let place = plain(&view.call.record.title);
            (
                HitTo::Question { call: *call, question },
                numbered(&number_of(view, question), marked(&hit.title)),
                place,
            )
        }
        (kind, _) if kind == RecordKind::Answer.name() => {
            let Some(place) = AnswerPlace::read(reader, AnswerId::from(hit.id))? else { return Ok(None) };
            let Some(view) = views.of(reader, place.call)? else { return Ok(None) };
            let to = HitTo::Answer { call: place.call, question: place.question, answer: place.answer };
            let title = numbered(&number_of(view, place.question), plain(&view.call.record.title));
            (to, title, marked(&hit.snippet))
        }
        (kind, _) if kind == RecordKind::Member.name() => {
            let person = PersonId::from(hit.id);
            (HitTo::Person { person }, marked(&hit.title), plain(&faces.of(person).practice))
        }
        _ => return Ok(None),
    };
    Ok(Some(SearchHit { to, title, detail }))
}

fn plain(text: &str) -> Vec<HitRun> {
    if text.is_empty() { Vec::new() } else { vec![HitRun { text: text.to_owned(), hit: false }] }
}

fn numbered(number: &str, mut title: Vec<HitRun>) -> Vec<HitRun> {
    title.insert(0, HitRun { text: format!("{number}. "), hit: false });
    title
}

fn marked(marked: &Marked) -> Vec<HitRun> {
    let mut runs = Vec::new();
    let mut at = 0;
    let mut push = |text: Option<&str>, hit| {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            runs.push(HitRun { text: text.to_owned(), hit });
        }
    };
    for range in &marked.matches {
        push(marked.text.get(at..range.start), false);
        push(marked.text.get(range.clone()), true);
        at = range.end;
    }
    push(marked.text.get(at..), false);
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marked_text_is_cut_at_its_matches() {
        let text = Marked { text: "one two three".into(), matches: std::iter::once(4..7).collect() };
        let runs: Vec<_> = marked(&text).into_iter().map(|run| (run.text, run.hit)).collect();
        assert_eq!(
            runs,
            [("one ".to_owned(), false), ("two".to_owned(), true), (" three".to_owned(), false)]
        );
    }
}
