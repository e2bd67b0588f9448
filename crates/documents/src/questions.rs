//! Finds the questions of a call in pasted text. A person confirms what was found, so nothing is dropped and
//! nothing reworded: every word that came in stands in a question or among the lines left over. Title, asker
//! and closing time are read from lines that stay among those left over.
//! Not here: reading of files, and saving.

mod choices;
mod closing;
mod cues;
mod date;
mod draft;
mod facts;
mod head;
mod limits;
mod line;
mod mark;
mod plain_list;
mod reader;

use facts::Facts;
use linchpin_domain::london::ClosesAt;
use linchpin_domain::record::question_set::{Choice, QuestionKind, ScaleEnds};
use serde::{Deserialize, Serialize};

/// The most questions that one text gives; the rest stays among the lines left over.
pub const MOST_QUESTIONS: usize = 1_000;
/// The most characters of a question's text or guidance, as the record takes them.
const MOST_IN_A_FIELD: usize = 7_900;
/// The most characters of one choice.
const MOST_IN_A_CHOICE: usize = 500;
/// The most choices of one question.
const MOST_CHOICES: usize = 100;

/// What was found in a pasted text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "FoundCall"))]
pub struct Found {
    /// A title, if one stands there.
    pub title: Option<String>,
    /// Who asks, if it is said.
    pub asker: Option<String>,
    /// When it closes, if it is said.
    pub closes: Option<ClosesAt>,
    /// The questions in the order in which they stand.
    pub questions: Vec<FoundQuestion>,
    /// Lines that belong to no question, in order.
    pub left_over: Vec<String>,
}

/// A question found in pasted text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FoundQuestion {
    /// The heading of its section, if any.
    pub section: Option<String>,
    /// Its number as printed, without "Question" and signs; empty where none is printed.
    pub number: String,
    /// What is asked.
    pub text: String,
    /// Guidance that stands with it; paragraphs are parted by a blank line.
    pub help: String,
    /// How it is to be answered.
    pub kind: QuestionKind,
    /// Its choices, or the columns of a matrix.
    pub choices: Vec<Choice>,
    /// The rows of a matrix.
    pub rows: Vec<Choice>,
    /// The ends of a scale.
    pub scale: Option<ScaleEnds>,
    /// The most words.
    pub word_limit: Option<u32>,
    /// The most characters.
    pub character_limit: Option<u32>,
    /// Text that follows and reads like an answer; paragraphs are parted by a blank line.
    pub answer_below: String,
    /// Whether we are sure that it is a question to be answered.
    pub sure: bool,
}

/// Finds the questions in a text. `today` is the day in the United Kingdom, `YYYY-MM-DD`; it gives a year to
/// closing dates that are printed without one.
pub fn find(text: &str, today: &str) -> Found {
    let lines = line::lines(text);
    let closes = closing::find(&lines, today);
    let (mut title, title_at) = head::title(&lines);
    let asker = head::asker(&lines);
    let facts = Facts::of(&lines, closes.as_ref().map(|(_, at)| *at), title_at);
    let (mut questions, mut left_over) = reader::read(&lines, facts);
    if questions.is_empty()
        && let Some((items, rest)) = plain_list::read(&lines)
    {
        let is_a_question = |at: usize| lines.get(at).is_some_and(|line| !rest.contains(&line.text));
        title = title.filter(|_| !title_at.is_some_and(is_a_question));
        (questions, left_over) = (items, rest);
    }
    let closes = closes.map(|(closes, _)| closes);
    Found { title, asker, closes, questions, left_over }
}
