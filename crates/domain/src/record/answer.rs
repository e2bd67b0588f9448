//! Answers: state, owner and choices. The words of an answer are a text document with the answer's id, not
//! a field, so that two people's words come together instead of one replacing the other.

use crate::Wrong;
use crate::id::{AnswerId, PersonId, QuestionId, ResponseId};
use crate::record::record;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How far an answer is. There is no sixth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum AnswerState {
    /// Nothing is written.
    #[default]
    NotStarted,
    /// Somebody writes.
    InProgress,
    /// Waits for a reviewer.
    NeedsReview,
    /// Agreed.
    Approved,
    /// Gone to the asker.
    Sent,
}

/// What was chosen where a question wants more than words.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "as")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Chosen {
    /// The ids of the choices taken.
    Choices {
        /// One id, or several.
        ids: Vec<String>,
    },
    /// A number, on a scale or free.
    Number {
        /// The number.
        value: f64,
    },
    /// For each row the choice taken.
    Rows {
        /// Choice id by row id.
        by_row: BTreeMap<String, String>,
    },
    /// The name of the file that goes with the response.
    File {
        /// Its name.
        name: String,
    },
}

record! {
    /// The answer of one response to one question; its id is made from the two.
    Answer, schema 1, place [Response], words true {
        /// The response it belongs to.
        response: Option<ResponseId> = "response" LastWriter 60;
        /// The question it answers.
        question: Option<QuestionId> = "question" LastWriter 60;
        /// Who writes it.
        owner: Option<PersonId> = "owner" LastWriter 60;
        /// When its draft is due, `YYYY-MM-DD`.
        due: Option<String> = "due" LastWriter 14;
        /// How far it is.
        state: AnswerState = "state" LastWriter 20;
        /// What was chosen.
        chosen: Option<Chosen> = "chosen" LastWriter 20000;
    }
    check |answer| {
        match (answer.response, answer.question) {
            (Some(_), Some(_)) => Ok(()),
            _ => Err(Wrong::new("question", "an answer belongs to a response and a question")),
        }
    };
}

record! {
    /// That a person had an answer on screen; its id is made from the two.
    ReadMark, schema 1, place [Response], words false {
        /// Who read it.
        person: Option<PersonId> = "person" LastWriter 60;
        /// What was read.
        answer: Option<AnswerId> = "answer" LastWriter 60;
        /// The space's number up to which the reader's screen was in step.
        seq: u64 = "seq" LastWriter 20;
        /// When, in milliseconds since 1970.
        at: u64 = "at" LastWriter 20;
    }
}
