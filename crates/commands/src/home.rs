//! What Home shows: what needs me, what closes soon, what changed.

mod changed;

use crate::calls::{CallRow, call_row};
use crate::core::Core;
use crate::error::Error;
use crate::people::PersonRow;
use crate::versions::{Look, looks_by_answer, looks_of};
use crate::view::{CallView, Faces, QuestionView};
use linchpin_domain::id::{AnswerId, CallId, QuestionId};
use linchpin_domain::london::today_text;
use linchpin_domain::record::answer::AnswerState;
use serde::{Deserialize, Serialize};
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
    /// Wrote in a question.
    Wrote {
        /// How many words came in; nought where words only went out.
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
    let (views, faces, looks, writing) = desk.store.read(|reader| {
        let views = CallView::all(reader)?;
        let writing = changed::writing(reader, &views, me, since)?;
        Ok((views, Faces::read(reader, me)?, looks_by_answer(reader)?, writing))
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
    let looked_at = writing.iter().filter_map(|writing| writing.seen).max();
    let changed = changed::changed(&views, &faces, &writing, since);
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
