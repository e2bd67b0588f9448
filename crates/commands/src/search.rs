//! Search over everything on this computer; the palette and Search all read the same answer.

use linchpin_domain::id::{AnswerId, CallId, PersonId, QuestionId};
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
