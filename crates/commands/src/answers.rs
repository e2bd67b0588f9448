//! Answers: their text as Yjs bytes, their state, and the three truths about them.

mod facts;
mod mark;
mod text;

pub use facts::answer_facts;
pub use mark::{announce_presence, assign_answer, mark_read, set_answer_state, set_chosen};
pub(crate) use text::saved;
pub use text::{append_text, append_update, load_answer, load_since, read_text, write_text};

use crate::calls::Seen;
use crate::people::PersonRow;
use crate::versions::Look;
use linchpin_domain::id::{AnswerId, CallId, PersonId, QuestionId};
use linchpin_domain::record::answer::{AnswerState, Chosen};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks about an answer.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AnswerAsked {
    /// The answer.
    pub answer: AnswerId,
}

/// Asks for an answer's text.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LoadAnswer {
    /// The answer.
    pub answer: AnswerId,
}

/// Asks for what is new; the bytes are the state vector that the editor has.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LoadSince {
    /// The answer.
    pub answer: AnswerId,
}

/// Appends an update; the bytes are the update, Yjs v1, at most 512 KiB.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AppendUpdate {
    /// The answer.
    pub answer: AnswerId,
    /// The number of the editor's schema.
    pub schema: u16,
}

/// The words are saved on this computer: the commit has returned.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Saved {
    /// When, milliseconds since 1970.
    #[ts(type = "number")]
    pub saved_at: u64,
    /// Words in the answer now.
    pub words: u32,
    /// Characters in the answer now.
    pub characters: u32,
    /// Changes that wait to be sent, of all kinds.
    pub waiting: u32,
}

/// The words of a script are saved on this computer, and where they went.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SavedText {
    /// That they are saved.
    #[serde(flatten)]
    pub saved: Saved,
    /// The number of the question that was written to, as the screens show it.
    pub number: String,
    /// The first words of that question.
    pub question: String,
}

/// What a screen shows about one answer.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AnswerFacts {
    /// The answer.
    pub answer: AnswerId,
    /// How far it is.
    pub state: AnswerState,
    /// Who writes it.
    pub owner: Option<PersonRow>,
    /// When its draft is due, `YYYY-MM-DD`.
    pub due: Option<String>,
    /// What was chosen.
    pub chosen: Option<Chosen>,
    /// Words written.
    pub words: u32,
    /// Characters written.
    pub characters: u32,
    /// The three truths.
    pub truths: Truths,
    /// Who wrote under which Yjs client id.
    pub authors: Vec<ClientAuthor>,
    /// Everybody named in `authors`, `truths` and `here`.
    pub people: Vec<PersonRow>,
    /// Who has it open now, other than this computer.
    pub here: Vec<HereRow>,
    /// When people who are not here last had it on screen.
    pub last_here: Vec<Seen>,
    /// What needs a look.
    pub looks: Vec<Look>,
    /// Why it cannot be edited here; none where it can.
    pub read_only: Option<ReadOnlyBecause>,
}

/// Why an answer cannot be edited here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ReadOnlyBecause {
    /// It needs a newer version of the app.
    NewerApp,
    /// It went to the asker.
    Sent,
    /// Its text cannot be read; the raw text is offered.
    Unreadable,
}

/// The three truths about an answer.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Truths {
    /// When its last words were saved on this computer; none where nothing is written.
    #[ts(type = "number | null")]
    pub saved_at: Option<u64>,
    /// Own changes of it that wait to be sent.
    pub waiting: u32,
    /// Own changes of it that could not be sent and are kept.
    pub set_aside: u32,
    /// When the hub last acknowledged a change of it, while all of it is there.
    #[ts(type = "number | null")]
    pub sent_at: Option<u64>,
    /// Who has seen it as it stands.
    pub seen: Vec<Seen>,
}

/// Who wrote under a Yjs client id.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ClientAuthor {
    /// The client id.
    #[ts(type = "number")]
    pub client: u64,
    /// The person.
    pub person: PersonId,
}

/// A colleague who has the answer open.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HereRow {
    /// The person.
    pub person: PersonRow,
    /// The cursor as the editor wrote it.
    pub cursor: Option<String>,
}

/// Sets the state.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetAnswerState {
    /// The answer.
    pub answer: AnswerId,
    /// How far it is.
    pub state: AnswerState,
}

/// Gives the answer to a person.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AssignAnswer {
    /// The answer.
    pub answer: AnswerId,
    /// Who writes it; none takes it back.
    pub owner: Option<PersonId>,
    /// When its draft is due, `YYYY-MM-DD`.
    pub due: Option<String>,
}

/// Sets what was chosen.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetChosen {
    /// The answer.
    pub answer: AnswerId,
    /// What was chosen; none clears it.
    pub chosen: Option<Chosen>,
}

/// Tells which answer is open.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AnnouncePresence {
    /// The answer; none when it was closed.
    pub answer: Option<AnswerId>,
    /// The cursor, at most 1,000 characters.
    pub cursor: Option<String>,
}

/// It was told, or will be when there is a connection.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Announced {}

/// Names a question of a call, as a script does.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct QuestionName {
    /// The call.
    pub call: CallId,
    /// The question's number as the screens show it, or its id.
    pub question: String,
}

/// Adds plain text at the end.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AppendText {
    /// Which answer.
    pub at: QuestionName,
    /// The text, at most 1 MiB and not empty.
    pub text: String,
}

/// Gives an answer this text.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WriteText {
    /// Which answer.
    pub at: QuestionName,
    /// The text, at most 1 MiB and not empty.
    pub text: String,
}

/// Asks for an answer's text.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReadText {
    /// Which answer.
    pub at: QuestionName,
    /// In which form.
    pub format: TextFormat,
}

/// A form of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum TextFormat {
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
}

/// An answer's text with who wrote which words.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AnswerText {
    /// The question.
    pub question: QuestionId,
    /// The answer.
    pub answer: AnswerId,
    /// The text in the form asked for.
    pub text: String,
    /// Words in it.
    pub words: u32,
    /// Characters in it.
    pub characters: u32,
    /// Whether part of it needs a newer Linchpin to be shown as it is; here it is words alone.
    pub needs_newer: bool,
    /// The text in runs of one author, paragraph by paragraph.
    pub written: Vec<WrittenRun>,
}

/// A run of words by one author.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WrittenRun {
    /// The paragraph, counted from 0.
    pub paragraph: u32,
    /// The words.
    pub text: String,
    /// Who wrote them; none where it is not known.
    pub person: Option<PersonId>,
    /// The author's name.
    pub name: String,
}
