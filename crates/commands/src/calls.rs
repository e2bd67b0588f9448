//! Calls: bringing one in, its questions, its closing time and plan.

mod change;
mod find;
mod questions;
mod read;
mod save;

pub use change::{change_closing, delete_call, set_call_field};
pub use find::{ReadQuestions, find_questions, list_questions, read_questions};
pub use linchpin_documents::questions::Found as FoundCall;
pub use questions::{add_question, change_question, delete_question, move_question};
pub(crate) use read::call_row;
pub use read::{list_calls, show_call};
pub use save::save_call;

use crate::people::PersonRow;
pub use linchpin_domain::id::CallId;
use linchpin_domain::id::{AnswerId, PersonId, QuestionId, ResponseId, SectionId};
pub use linchpin_domain::london::ClosesAt;
use linchpin_domain::london::Plan;
use linchpin_domain::nation::NationScope;
use linchpin_domain::record::answer::{AnswerState, Chosen};
use linchpin_domain::record::call::CallKind;
use linchpin_domain::record::question_set::{Choice, QuestionKind, ScaleEnds, ShowIf};
use linchpin_store::{By, Done};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Finds questions in text.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FindQuestions {
    /// What was pasted, at most 1 MiB.
    pub text: String,
}

/// Saves a call.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SaveCall {
    /// Its title.
    pub title: String,
    /// Who asks.
    pub asker: String,
    /// What sort of call it is.
    pub kind: CallKind,
    /// What it applies to.
    pub nation: NationScope,
    /// When it closes.
    pub closes: Option<ClosesAt>,
    /// Where it was published.
    pub link: String,
    /// The most words of the whole response.
    pub word_limit: Option<u32>,
    /// Its questions in order.
    pub questions: Vec<QuestionDraft>,
}

/// A question as a person confirmed it.
#[derive(Clone, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct QuestionDraft {
    /// The heading of its section; equal headings in a row are one section.
    pub section: Option<String>,
    /// Its number as printed.
    pub number: String,
    /// What is asked.
    pub text: String,
    /// Guidance.
    pub help: String,
    /// How it is to be answered.
    pub kind: QuestionKind,
    /// Its choices.
    pub choices: Vec<Choice>,
    /// The rows of a matrix.
    pub rows: Vec<Choice>,
    /// The ends of a scale.
    pub scale: Option<ScaleEnds>,
    /// The most words.
    pub word_limit: Option<u32>,
    /// The most characters.
    pub character_limit: Option<u32>,
    /// Whether an answer is demanded.
    pub required: bool,
    /// Text to begin the answer with; may be empty.
    pub answer_below: String,
}

/// The call is saved on this computer.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SavedCall {
    /// The call.
    pub id: CallId,
    /// Our response to it.
    pub response: ResponseId,
    /// To take it back.
    pub undo: Option<String>,
}

/// Which list of calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum CallFilter {
    /// Not closed.
    Open,
    /// Those in which something is mine to do.
    Mine,
    /// Sent to the asker.
    Sent,
    /// Closed.
    Closed,
}

/// Asks for a list of calls.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ListCalls {
    /// Which list.
    pub filter: CallFilter,
    /// Part of a title or asker; empty for all.
    pub text: String,
}

/// A list of calls, sorted by closing time.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CallList {
    /// The calls.
    pub rows: Vec<CallRow>,
    /// How many each list has: open, mine, sent, closed.
    pub counts: CallCounts,
}

/// How many calls each list has.
#[derive(Debug, Clone, Copy, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CallCounts {
    /// Open calls.
    pub open: u32,
    /// Calls with something of mine.
    pub mine: u32,
    /// Sent calls.
    pub sent: u32,
    /// Closed calls.
    pub closed: u32,
}

/// A call in a list.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CallRow {
    /// The call.
    pub id: CallId,
    /// Its title.
    pub title: String,
    /// Who asks.
    pub asker: String,
    /// What it applies to.
    pub nation: NationScope,
    /// When it closes.
    pub closes: Option<ClosesAt>,
    /// The instant it closes, milliseconds since 1970.
    #[ts(type = "number | null")]
    pub closes_ms: Option<i64>,
    /// Calendar days in UK time until it closes; negative once closed.
    pub days_left: Option<i32>,
    /// Our own dates.
    pub plan: Option<Plan>,
    /// Answers that are approved or sent.
    pub done: u32,
    /// Questions in all.
    pub questions: u32,
    /// The states of the answers in question order.
    pub states: Vec<AnswerState>,
    /// The state of the whole: the least advanced that any begun answer has.
    pub state: AnswerState,
    /// The numbers of questions that are mine.
    pub mine: Vec<String>,
    /// Who leads.
    pub lead: Option<PersonRow>,
    /// Whether something in it needs a look.
    pub looks: u32,
    /// Marked where it is the sample.
    pub sample: bool,
}

/// Asks for one call.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ShowCall {
    /// The call.
    pub call: CallId,
}

/// One call with everything about it but the answers' text.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CallDetail {
    /// The row as in the list.
    pub row: CallRow,
    /// Whether the hub would let this person change the call and its closing time, and delete it.
    pub may_edit: bool,
    /// What sort of call it is.
    pub kind: CallKind,
    /// Where it was published.
    pub link: String,
    /// What it is about.
    pub summary: String,
    /// The most words of the whole response.
    pub word_limit: Option<u32>,
    /// Words written so far.
    pub words: u32,
    /// Our response.
    pub response: ResponseId,
    /// The questions in order.
    pub questions: Vec<QuestionRow>,
    /// Who writes, and which questions.
    pub writers: Vec<Writer>,
    /// Earlier closing times, newest first.
    pub deadline_changes: Vec<DeadlineChangeRow>,
}

/// A question with its answer's state.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct QuestionRow {
    /// The question.
    pub id: QuestionId,
    /// Its answer.
    pub answer: AnswerId,
    /// Whether the hub would let this person change the question, move it and delete it.
    pub may_edit: bool,
    /// Its section.
    pub section: Option<SectionId>,
    /// The heading of its section.
    pub section_title: Option<String>,
    /// Its number as printed, or its place.
    pub number: String,
    /// What is asked.
    pub text: String,
    /// Guidance.
    pub help: String,
    /// How it is to be answered.
    pub kind: QuestionKind,
    /// Its choices.
    pub choices: Vec<Choice>,
    /// The rows of a matrix.
    pub rows: Vec<Choice>,
    /// The ends of a scale.
    pub scale: Option<ScaleEnds>,
    /// The most words.
    pub word_limit: Option<u32>,
    /// The most characters.
    pub character_limit: Option<u32>,
    /// Whether an answer is demanded.
    pub required: bool,
    /// When it is shown.
    pub show_if: Option<ShowIf>,
    /// Whether it is shown now, given what was chosen elsewhere.
    pub shown: bool,
    /// How far its answer is.
    pub state: AnswerState,
    /// Who writes it.
    pub owner: Option<PersonRow>,
    /// When its draft is due, `YYYY-MM-DD`.
    pub due: Option<String>,
    /// Words written.
    pub words: u32,
    /// What was chosen.
    pub chosen: Option<Chosen>,
    /// Whether two people changed it and nobody looked yet.
    pub looks: u32,
}

/// A writer and their questions.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Writer {
    /// The person.
    pub person: PersonRow,
    /// The numbers of their questions.
    pub questions: Vec<String>,
}

/// One change of the closing time.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeadlineChangeRow {
    /// Before.
    pub from: Option<ClosesAt>,
    /// After.
    pub to: Option<ClosesAt>,
    /// Why.
    pub reason: String,
    /// When it was noted, milliseconds since 1970.
    #[ts(type = "number")]
    pub noted_at: u64,
}

/// Which field of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum CallField {
    /// Its title.
    Title,
    /// Who asks.
    Asker,
    /// Where it was published.
    Link,
    /// What it is about.
    Summary,
    /// What it applies to.
    Nation,
    /// What sort of call it is.
    Kind,
    /// The most words of the whole response.
    WordLimit,
    /// Our date for drafts.
    PlanDraft,
    /// Our date for comments.
    PlanComments,
    /// Our date for sign-off.
    PlanSignOff,
    /// Our date for sending.
    PlanSend,
}

/// Sets one field.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetCallField {
    /// The call.
    pub call: CallId,
    /// The field.
    pub field: CallField,
    /// The value as text; empty clears it.
    pub value: String,
}

/// Something was changed and is saved on this computer.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Changed {
    /// To take it back with the command `undo`.
    pub undo: Option<String>,
    /// When it was saved, milliseconds since 1970.
    #[ts(type = "number")]
    pub saved_at: u64,
}

impl Changed {
    /// Returns what a shell is told of a change that is on disk.
    pub(crate) fn of<T>(done: &Done<T>, by: &By) -> Self {
        Self { undo: done.undo.map(|undo| undo.to_string()), saved_at: by.now_ms }
    }
}

/// Changes the closing time.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChangeClosing {
    /// The call.
    pub call: CallId,
    /// The new closing time.
    pub closes: Option<ClosesAt>,
    /// Why.
    pub reason: String,
}

/// Puts a call away.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeleteCall {
    /// The call.
    pub call: CallId,
}

/// Adds a question.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AddQuestion {
    /// The call.
    pub call: CallId,
    /// After which question; none for the end.
    pub after: Option<QuestionId>,
    /// The question.
    pub question: QuestionDraft,
}

/// The question was added.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AddedQuestion {
    /// The question.
    pub id: QuestionId,
    /// To take it back.
    pub undo: Option<String>,
}

/// Changes a question.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChangeQuestion {
    /// The question.
    pub question: QuestionId,
    /// As it should be.
    pub draft: QuestionDraft,
    /// When it is shown.
    pub show_if: Option<ShowIf>,
}

/// Moves a question.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MoveQuestion {
    /// The question.
    pub question: QuestionId,
    /// After which question it should stand; none for the start.
    pub after: Option<QuestionId>,
}

/// Puts a question away.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeleteQuestion {
    /// The question.
    pub question: QuestionId,
}

/// Who somebody is to an answer; used by several lists.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Seen {
    /// The person.
    pub person: PersonId,
    /// When, milliseconds since 1970.
    #[ts(type = "number")]
    pub at: u64,
}
