//! What Home shows: what needs me, what closes soon, what changed.

use crate::calls::{CallRow, call_row};
use crate::core::Core;
use crate::error::Error;
use crate::people::PersonRow;
use crate::versions::{Look, looks_by_answer, looks_of};
use crate::view::{CallView, Faces, QuestionView};
use linchpin_domain::id::{AnswerId, CallId, PersonId, QuestionId};
use linchpin_domain::london::today_text;
use linchpin_domain::record::answer::{AnswerState, ReadMark};
use linchpin_store::StoreError;
use linchpin_store::reader::{Filter, Reader};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// Asks for Home.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HomeAsked {}

/// What Home shows.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Home {
    /// Today in UK time, `YYYY-MM-DD`.
    pub today: String,
    /// What needs the person, the most urgent first.
    pub needs: Vec<Need>,
    /// The next five calls to close.
    pub closing: Vec<CallRow>,
    /// What others changed since the person last looked.
    pub changed: Vec<ChangedRow>,
    /// When the person last looked, milliseconds since 1970.
    #[ts(type = "number | null")]
    pub looked_at: Option<u64>,
}

/// Something that needs the person.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase", tag = "as")]
pub enum Need {
    /// A merge needs a look.
    Look {
        /// What.
        look: Look,
    },
    /// An answer was given to the person and is not begun or not finished.
    Write {
        /// Where.
        at: NeedAt,
    },
    /// An answer waits for review.
    Review {
        /// Where.
        at: NeedAt,
    },
}

/// Where something needs the person.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NeedAt {
    /// The call.
    pub call: CallId,
    /// The call's title.
    pub call_title: String,
    /// The question.
    pub question: QuestionId,
    /// The answer.
    pub answer: AnswerId,
    /// The question's number.
    pub number: String,
    /// Who asks for it.
    pub by: Option<PersonRow>,
    /// By when, `YYYY-MM-DD`.
    pub due: Option<String>,
}

/// What a colleague changed.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChangedRow {
    /// Who.
    pub person: PersonRow,
    /// What.
    pub what: ChangedWhat,
    /// The call.
    pub call: Option<CallId>,
    /// The call's title.
    pub call_title: String,
    /// The question.
    pub question: Option<QuestionId>,
    /// When, milliseconds since 1970.
    #[ts(type = "number")]
    pub at: u64,
}

/// What a colleague did.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase", tag = "as")]
pub enum ChangedWhat {
    /// Wrote words in a question.
    Wrote {
        /// How many.
        words: u32,
        /// The question's number.
        number: String,
    },
    /// Brought a call in.
    BroughtIn,
    /// Joined the network.
    Joined,
}

/// How many calls Home shows.
const CLOSING: usize = 5;
/// How many changes Home shows.
const CHANGED: usize = 30;
/// How far back changes are shown where nobody has looked yet.
const BACK_MS: u64 = 14 * 24 * 3_600_000;

/// Returns what Home shows.
///
/// # Errors
/// Any fault of the store.
pub fn home(core: &Core, _: HomeAsked) -> Result<Home, Error> {
    let desk = core.desk()?;
    let (me, now) = (core.me(&desk)?, core.now());
    let since = core.now_ms().saturating_sub(BACK_MS);
    let (views, faces, looks, changed) = desk.store.read(|reader| {
        let views = CallView::all(reader)?;
        let faces = Faces::read(reader, me)?;
        let changed = changed(reader, &views, &faces, since)?;
        Ok((views, faces, looks_by_answer(reader)?, changed))
    })?;
    let mut needs: Vec<Need> =
        looks_of(&desk, me, None)?.into_iter().map(|look| Need::Look { look }).collect();
    let mut rows: Vec<CallRow> = views.iter().map(|view| call_row(view, &faces, &looks, now)).collect();
    rows.retain(|row| row.state != AnswerState::Sent && row.days_left.is_none_or(|days| days >= 0));
    let mut mine: Vec<(String, Need)> = Vec::new();
    for view in views.iter().filter(|view| rows.iter().any(|row| row.id == view.id)) {
        mine.extend(view.questions.iter().filter_map(|question| need(view, question, &faces)));
    }
    mine.sort_by(|a, b| a.0.cmp(&b.0));
    needs.extend(mine.into_iter().map(|(_, need)| need));
    rows.sort_by_key(|row| (row.closes_ms.unwrap_or(i64::MAX), row.id));
    rows.truncate(CLOSING);
    let looked_at = changed.iter().filter_map(|(_, seen)| *seen).max();
    let changed = changed.into_iter().map(|(row, _)| row).collect();
    Ok(Home { today: today_text(now), needs, closing: rows, changed, looked_at })
}

/// Returns what a question asks of the person, with the day it is due.
fn need(view: &CallView, question: &QuestionView, faces: &Faces) -> Option<(String, Need)> {
    let closes = view.call.record.closes.as_ref().map(|closes| closes.date.clone());
    let due = question.due.clone();
    let at = NeedAt {
        call: view.id,
        call_title: view.call.record.title.clone(),
        question: question.id,
        answer: question.answer,
        number: question.number.clone(),
        by: faces.known(view.lead.filter(|lead| *lead != faces.me())),
        due: due.clone(),
    };
    let urgent = due.or(closes).unwrap_or_else(|| "9999".to_owned());
    let mine = question.owner == Some(faces.me());
    match question.state {
        AnswerState::NotStarted | AnswerState::InProgress if mine => Some((urgent, Need::Write { at })),
        AnswerState::NeedsReview if !mine && view.lead == Some(faces.me()) => {
            Some((urgent, Need::Review { at }))
        }
        _ => None,
    }
}

type Changes = Vec<(ChangedRow, Option<u64>)>;

/// Returns what others changed since the person last had it on screen, newest first.
fn changed(
    reader: &Reader<'_>,
    views: &[CallView],
    faces: &Faces,
    since: u64,
) -> Result<Changes, StoreError> {
    let me = faces.me();
    let marks = reader.list::<ReadMark>(Filter::All)?;
    let read: BTreeMap<AnswerId, u64> = marks
        .iter()
        .filter(|row| row.record.person == Some(me))
        .filter_map(|row| Some((row.record.answer?, row.record.at)))
        .collect();
    let mut rows: Changes = Vec::new();
    for view in views.iter().filter(|view| !view.call.record.sample) {
        if let Some((person, at)) = brought_in(view, me).filter(|(_, at)| *at >= since) {
            rows.push((row(view, faces.of(person), ChangedWhat::BroughtIn, None, at), None));
        }
        for question in &view.questions {
            let Some((person, at)) = question.written else { continue };
            let seen = read.get(&question.answer).copied();
            if person != me && at >= since.max(seen.unwrap_or(0)) {
                let what = ChangedWhat::Wrote { words: question.words, number: question.number.clone() };
                rows.push((row(view, faces.of(person), what, Some(question.id), at), seen));
            }
        }
    }
    for (person, member) in faces.members().filter(|(person, _)| **person != me) {
        if member.record.joined_at >= since {
            let at = member.record.joined_at;
            let joined = ChangedRow {
                person: faces.of(*person),
                what: ChangedWhat::Joined,
                call: None,
                call_title: String::new(),
                question: None,
                at,
            };
            rows.push((joined, None));
        }
    }
    rows.sort_by_key(|(row, _)| std::cmp::Reverse(row.at));
    rows.truncate(CHANGED);
    Ok(rows)
}

/// Returns who brought a call in, where it was somebody else: the lead of our response to it.
fn brought_in(view: &CallView, me: PersonId) -> Option<(PersonId, u64)> {
    let lead = view.lead.filter(|lead| *lead != me)?;
    Some((lead, view.call.record.first_seen_at))
}

fn row(
    view: &CallView,
    person: PersonRow,
    what: ChangedWhat,
    question: Option<QuestionId>,
    at: u64,
) -> ChangedRow {
    let call_title = view.call.record.title.clone();
    ChangedRow { person, what, call: Some(view.id), call_title, question, at }
}
