//! What needs a look: merges that the hub noticed, and words that a merge dropped. Both wordings are shown with
//! the words that only one of the two had.

use crate::core::{Core, Desk};
use crate::error::Error;
use crate::versions::state::run;
use crate::versions::{ComparedHow, ComparedRun, ListLooks, Look, LookWhy, NowBy, NowRun};
use crate::view::{AnswerPlace, Faces, Views, number_of};
use linchpin_domain::id::{AnswerId, NoticeId, PersonId};
use linchpin_domain::record::answer::AnswerState;
use linchpin_domain::record::look::{Notice, NoticeKind, Recovered};
use linchpin_store::StoreError;
use linchpin_store::reader::{Reader, Row};
use linchpin_text::compare::{How, pieces};
use linchpin_text::replace::stands_once;
use std::collections::BTreeMap;

/// Returns what needs a look, for one answer or all, newest first.
///
/// # Errors
/// Any fault of the store.
pub fn list_looks(core: &Core, asked: ListLooks) -> Result<Vec<Look>, Error> {
    let desk = core.desk()?;
    looks_of(&desk, core.me(&desk)?, asked.answer)
}

/// Counts what needs a look, by answer.
pub(crate) fn looks_by_answer(reader: &Reader<'_>) -> Result<BTreeMap<AnswerId, u32>, StoreError> {
    let mut counts = BTreeMap::new();
    for look in reader.open_looks()? {
        *counts.entry(look.answer).or_insert(0) += 1;
    }
    Ok(counts)
}

/// What the hub left for people, with the place it belongs to.
enum Found {
    Notice(Row<Notice>),
    Recovered(Row<Recovered>),
}

/// Returns what needs a look.
pub(crate) fn looks_of(desk: &Desk, me: PersonId, only: Option<AnswerId>) -> Result<Vec<Look>, Error> {
    let mut views = Views::default();
    let (found, faces) = desk.store.read(|reader| {
        let mut found = Vec::new();
        for look in
            reader.open_looks()?.into_iter().filter(|look| only.is_none_or(|only| only == look.answer))
        {
            let row = if look.recovered {
                reader.get::<Recovered>(look.id)?.map(Found::Recovered)
            } else {
                reader.get::<Notice>(look.id)?.map(Found::Notice)
            };
            if let (Some(row), Some(place)) = (row, place(reader, &mut views, look.answer)?) {
                found.push((row, place));
            }
        }
        Ok((found, Faces::read(reader, me)?))
    })?;
    let mut looks: Vec<Look> = found
        .into_iter()
        .map(|(row, place)| match row {
            Found::Notice(row) => of_notice(desk, &faces, row, place),
            Found::Recovered(row) => of_recovered(&faces, row, place),
        })
        .collect();
    looks.sort_by_key(|look| std::cmp::Reverse(look.at));
    Ok(looks)
}

/// Where a look belongs, in words.
struct Place {
    answer: AnswerPlace,
    call_title: String,
    number: String,
}

/// A place that is no longer here has nothing to look at.
fn place(reader: &Reader<'_>, views: &mut Views, answer: AnswerId) -> Result<Option<Place>, StoreError> {
    let Some(answer) = AnswerPlace::read(reader, answer)? else { return Ok(None) };
    let Some(view) = views.of(reader, answer.call)? else { return Ok(None) };
    let (call_title, number) = (view.call.record.title.clone(), number_of(view, answer.question));
    Ok(Some(Place { answer, call_title, number }))
}

fn of_notice(desk: &Desk, faces: &Faces, row: Row<Notice>, place: Place) -> Look {
    let Notice { kind, mut person_a, mut person_b, mut text_a, mut text_b, text_now, text_base, at, .. } =
        row.record;
    if person_b == Some(faces.me()) {
        std::mem::swap(&mut person_a, &mut person_b);
        std::mem::swap(&mut text_a, &mut text_b);
    }
    let Place { answer, call_title, number } = place;
    let stands = desk.blocks(answer.answer).is_ok_and(|blocks| stands_once(&blocks, &text_now));
    let replaceable = matches!(kind, NoticeKind::SameSentence | NoticeKind::SplitRewritten);
    Look {
        id: NoticeId::from(row.id),
        call: answer.call,
        call_title,
        question: answer.question,
        number,
        answer: answer.answer,
        why: LookWhy::Notice { kind },
        first: faces.known(person_a),
        second: faces.known(person_b),
        first_text: wording(&text_base, &text_a),
        second_text: wording(&text_base, &text_b),
        now_text: now(&text_base, &text_a, &text_b, &text_now),
        at,
        can_put_back: replaceable && stands && answer.record.state != AnswerState::Sent,
    }
}

fn of_recovered(faces: &Faces, row: Row<Recovered>, place: Place) -> Look {
    let words = ComparedRun { text: row.record.words, how: ComparedHow::Inserted };
    let Place { answer, call_title, number } = place;
    Look {
        id: NoticeId::from(row.id),
        call: answer.call,
        call_title,
        question: answer.question,
        number,
        answer: answer.answer,
        why: LookWhy::Recovered,
        first: faces.known(row.record.person),
        second: None,
        first_text: vec![words],
        second_text: Vec::new(),
        now_text: Vec::new(),
        at: row.record.at,
        can_put_back: answer.record.state != AnswerState::Sent,
    }
}

/// Returns a wording with what its author had changed marked; what they left out is left out.
fn wording(base: &str, text: &str) -> Vec<ComparedRun> {
    pieces(base, text).into_iter().map(run).collect()
}

/// Returns what stands now with who brought which words: what is in neither wording was there before.
fn now(base: &str, first: &str, second: &str, now: &str) -> Vec<NowRun> {
    let brought = |text: &str| inserted(text, now);
    let (not_first, not_second, not_base) = (brought(first), brought(second), inserted(base, now));
    let mut runs: Vec<NowRun> = Vec::new();
    for (n, letter) in now.chars().enumerate() {
        let is = |marks: &[bool]| marks.get(n).copied().unwrap_or(false);
        let by = match (is(&not_base), is(&not_first), is(&not_second)) {
            (true, false, true) => NowBy::First,
            (true, true, false) => NowBy::Second,
            _ => NowBy::Both,
        };
        match runs.last_mut().filter(|run| run.by == by) {
            Some(run) => run.text.push(letter),
            None => runs.push(NowRun { text: letter.to_string(), by }),
        }
    }
    runs
}

/// Tells for each letter of `to` whether it came in since `from`.
fn inserted(from: &str, to: &str) -> Vec<bool> {
    let pieces = pieces(from, to).into_iter().filter(|piece| piece.how != How::Removed);
    pieces
        .flat_map(|piece| std::iter::repeat_n(piece.how == How::Inserted, piece.text.chars().count()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_that_came_in_is_given_to_the_one_who_brought_it() {
        let base = "Managers hold the practice together.";
        let first = "Managers hold every practice together.";
        let second = "Managers hold the practice together, unseen.";
        let both = "Managers hold every practice together, unseen.";
        let runs = now(base, first, second, both);
        let of = |by| runs.iter().filter(|run| run.by == by).map(|run| run.text.as_str()).collect::<String>();
        assert!(of(NowBy::First).contains("every"), "{}", of(NowBy::First));
        assert!(of(NowBy::Second).contains("unseen"), "{}", of(NowBy::Second));
        assert_eq!(runs.iter().map(|run| run.text.as_str()).collect::<String>(), both);
    }
}
