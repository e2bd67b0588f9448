//! What Home shows: what needs me, what closes soon, what changed.

use crate::calls::CallRow;
use crate::people::PersonRow;
use crate::versions::Look;
use linchpin_domain::id::{AnswerId, CallId, QuestionId};
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
