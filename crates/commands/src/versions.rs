//! History, versions and merges that need a look.

mod history;
mod looks;
mod settle;
mod state;

pub use history::answer_history;
pub(crate) use history::{Past, written_since};
pub use looks::list_looks;
pub(crate) use looks::{looks_by_answer, looks_of};
pub use settle::{put_back, settle_look};
pub use state::{compare_versions, restore_version, save_version};

use crate::people::PersonRow;
use linchpin_domain::id::{AnswerId, CallId, NoticeId, QuestionId, VersionId};
use linchpin_domain::record::look::NoticeKind;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One thing that happened to an answer.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HistoryEntry {
    /// When, milliseconds since 1970.
    #[ts(type = "number")]
    pub at: u64,
    /// What happened.
    pub what: HistoryWhat,
    /// Who did it, where one person did.
    pub person: Option<PersonRow>,
    /// Words that came in.
    pub words_in: u32,
    /// Words that went out.
    pub words_out: u32,
    /// How to name this state when comparing or restoring.
    pub state: StateName,
}

/// What happened.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase", tag = "as")]
pub enum HistoryWhat {
    /// One person wrote for a while.
    Wrote,
    /// Work of two people made apart came together.
    BroughtTogether,
    /// A version was kept.
    Version {
        /// The version.
        id: VersionId,
        /// Its name.
        name: String,
    },
}

/// A state of an answer's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "as")]
pub enum StateName {
    /// As it stands.
    Now,
    /// A kept version.
    Version {
        /// The version.
        id: VersionId,
    },
    /// As it stood after this many updates of the log.
    Point {
        /// The number of the update on this computer.
        #[ts(type = "number")]
        row: i64,
    },
}

/// Keeps a version.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SaveVersion {
    /// The answer.
    pub answer: AnswerId,
    /// Its name, at most 200 characters.
    pub name: String,
}

/// The version is kept.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SavedVersion {
    /// The version.
    pub id: VersionId,
    /// The SHA-256 of its canonical blocks.
    pub hash: String,
    /// Its words.
    pub words: u32,
}

/// Compares two states.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CompareVersions {
    /// The answer.
    pub answer: AnswerId,
    /// The earlier state.
    pub from: StateName,
    /// The later state.
    pub to: StateName,
}

/// Two states, word by word.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// The paragraphs in order.
    pub paragraphs: Vec<ComparedParagraph>,
    /// Words that came in.
    pub words_in: u32,
    /// Words that went out.
    pub words_out: u32,
}

/// One paragraph of a comparison.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ComparedParagraph {
    /// What sort of block it is.
    pub block: ComparedBlock,
    /// Its runs.
    pub runs: Vec<ComparedRun>,
}

/// What sort of block it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ComparedBlock {
    /// A paragraph.
    Paragraph,
    /// A heading.
    Heading,
    /// An item of a list.
    Item,
    /// A quotation.
    Quote,
    /// A cell of a table.
    Cell,
}

/// A run of a comparison.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ComparedRun {
    /// The words.
    pub text: String,
    /// Whether they are in both.
    pub how: ComparedHow,
}

/// Where the words of a run stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ComparedHow {
    /// In both.
    Same,
    /// Only in the later state.
    Inserted,
    /// Only in the earlier state.
    Removed,
}

/// Puts a state back.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RestoreVersion {
    /// The answer.
    pub answer: AnswerId,
    /// The state to put back.
    pub state: StateName,
}

/// Asks for what needs a look.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ListLooks {
    /// One answer, or all.
    pub answer: Option<AnswerId>,
}

/// Something that needs a look.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Look {
    /// Its id.
    pub id: NoticeId,
    /// The call.
    pub call: CallId,
    /// The call's title.
    pub call_title: String,
    /// The question.
    pub question: QuestionId,
    /// The question's number.
    pub number: String,
    /// The answer.
    pub answer: AnswerId,
    /// Why.
    pub why: LookWhy,
    /// The person at this computer where they are one of the two, else the first.
    pub first: Option<PersonRow>,
    /// The other.
    pub second: Option<PersonRow>,
    /// The wording of the first person, with the words that only they have marked.
    pub first_text: Vec<ComparedRun>,
    /// The wording of the second person.
    pub second_text: Vec<ComparedRun>,
    /// What stands now, with who brought which words.
    pub now_text: Vec<NowRun>,
    /// When they were brought together, milliseconds since 1970.
    #[ts(type = "number")]
    pub at: u64,
    /// Whether the wordings can be put back by one press.
    pub can_put_back: bool,
}

/// Why something needs a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase", tag = "as")]
pub enum LookWhy {
    /// A merge.
    Notice {
        /// Which sort.
        kind: NoticeKind,
    },
    /// Words that were typed into something a colleague removed; `first_text` holds them.
    Recovered,
}

/// A run of what stands now.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NowRun {
    /// The words.
    pub text: String,
    /// Who brought them.
    pub by: NowBy,
}

/// Who brought words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum NowBy {
    /// They were there before, or both brought them.
    Both,
    /// The first person.
    First,
    /// The second person.
    Second,
}

/// Says that it is fine.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SettleLook {
    /// What needed the look.
    pub look: NoticeId,
}

/// Which wording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Wording {
    /// The first person's, or the recovered words.
    First,
    /// The second person's.
    Second,
}

/// Puts a wording back.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PutBack {
    /// What needed the look.
    pub look: NoticeId,
    /// Which wording.
    pub wording: Wording,
}
