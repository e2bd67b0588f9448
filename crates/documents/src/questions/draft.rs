//! A question while it is being read, and how it becomes a found one. Keeps every line it took, so that they
//! can go back whole to the lines left over.

use super::choices;
use super::cues;
use super::limits;
use super::line::Line;
use super::mark::Mark;
use super::{FoundQuestion, MOST_CHOICES, MOST_IN_A_CHOICE, MOST_IN_A_FIELD};
use crate::clean::{begins, fold, has};
use linchpin_domain::record::question_set::{Choice, QuestionKind};

/// A line that went into guidance or an answer.
#[derive(Clone)]
pub(super) struct Part {
    at: usize,
    text: String,
    gap: bool,
    in_list: bool,
}

impl Part {
    /// Takes a line as it stands.
    pub(super) fn of(line: &Line) -> Self {
        let in_list = !matches!(line.mark, Mark::None | Mark::Heading | Mark::Tick);
        Self { at: line.at, text: line.as_answer(), gap: line.gap, in_list }
    }

    /// Takes words of a line.
    pub(super) fn words(line: &Line, text: &str) -> Self {
        Self { at: line.at, text: text.to_owned(), gap: true, in_list: false }
    }

    /// Returns the line's place and words.
    pub(super) fn left(self) -> (usize, String) {
        (self.at, self.text)
    }

    /// Tells whether something is to follow it.
    pub(super) fn ends_with_colon(&self) -> bool {
        self.text.ends_with(':')
    }

    /// Returns how many words it has.
    pub(super) fn count(&self) -> usize {
        self.text.split_whitespace().count()
    }
}

/// A question while it is being read.
#[derive(Default)]
pub(super) struct Draft {
    /// The heading it stands below.
    pub(super) section: Option<String>,
    /// Its number.
    pub(super) number: String,
    /// What is asked; empty while only its number was read.
    pub(super) text: String,
    /// Guidance.
    pub(super) help: Vec<Part>,
    /// Choices or columns.
    pub(super) choices: Vec<String>,
    /// Whether several may be taken; none where nothing was said.
    pub(super) many: Option<bool>,
    /// The rows of a table of choices.
    pub(super) rows: Vec<String>,
    /// What reads like an answer.
    pub(super) answer: Vec<Part>,
    /// Whether it is certain.
    pub(super) sure: bool,
    /// Whether it stands in a section about the person who answers.
    pub(super) is_about_you: bool,
    /// Lines that make its number and text, as they stood.
    pub(super) own: Vec<(usize, String)>,
}

impl Draft {
    /// Adds a line to the guidance and reads what it says about choosing.
    pub(super) fn guide(&mut self, line: &Line) {
        self.many = choices::says_how_many(&line.key).or(self.many);
        self.help.push(Part::of(line));
    }

    /// Sets what is asked.
    pub(super) fn ask(&mut self, line: &Line, text: &str) {
        self.text = text.trim().to_owned();
        self.many = choices::says_how_many(&fold(text)).or(self.many);
        self.own.push((line.at, line.text.clone()));
        if let Some(choices) = choices::at_the_end(text) {
            self.choices = choices;
        }
    }

    /// Returns the question, and the lines that found no place in it. No question where nothing is asked.
    pub(super) fn finish(mut self) -> (Option<FoundQuestion>, Vec<(usize, String)>) {
        let mut left = Vec::new();
        if self.text.is_empty() || size(&self.text) > MOST_IN_A_FIELD {
            left.append(&mut self.own);
            left.extend(self.help.into_iter().chain(self.answer).map(Part::left));
            let at = left.last().map_or(0, |(at, _)| *at);
            left.extend(self.choices.into_iter().chain(self.rows).map(|text| (at, text)));
            return (None, left);
        }
        let at = self.own.last().map_or(0, |(at, _)| *at);
        let help = self.fitting_help(&mut left);
        let spare = self.spare_choices();
        left.extend(spare.into_iter().map(|text| (at, text)));
        let key = fold(&self.text);
        let kind = self.kind(&key);
        let scale = if kind == QuestionKind::Scale { choices::scale(&key) } else { None };
        let (mut limits, guidance) = (limits::find(&key), fold(&help));
        let further = limits::find(&guidance);
        limits.words = limits.words.or(further.words);
        limits.characters = limits.characters.or(further.characters);
        let found = FoundQuestion {
            section: self.section,
            number: self.number,
            sure: (self.sure || !self.choices.is_empty())
                && !self.is_about_you
                && !cues::is_about_respondent(&key),
            text: self.text,
            help,
            kind,
            choices: named('c', self.choices),
            rows: named('r', self.rows),
            scale,
            word_limit: limits.words,
            character_limit: limits.characters,
            answer_below: joined(&self.answer),
        };
        (Some(found), left)
    }

    fn kind(&self, key: &str) -> QuestionKind {
        let uploads =
            ["please upload", "upload", "please attach", "attach"].iter().any(|cue| begins(key, cue));
        match (self.rows.is_empty(), self.choices.is_empty()) {
            (false, false) => QuestionKind::Matrix,
            (true, false) if self.many == Some(true) => QuestionKind::ManyChoices,
            (true, false) => QuestionKind::OneChoice,
            _ if choices::scale(key).is_some() => QuestionKind::Scale,
            _ if uploads => QuestionKind::Upload,
            _ if has(key, "enter a number") || has(key, "as a number") => QuestionKind::Number,
            _ => QuestionKind::FreeText,
        }
    }

    /// Returns the guidance that fits into its field; the rest is left over.
    fn fitting_help(&mut self, left: &mut Vec<(usize, String)>) -> String {
        let mut kept: Vec<Part> = Vec::new();
        let mut length = 0;
        for part in std::mem::take(&mut self.help) {
            let more = size(&part.text) + 4;
            if length + more > MOST_IN_A_FIELD {
                left.push(part.left());
            } else {
                length += more;
                kept.push(part);
            }
        }
        joined(&kept)
    }

    /// Takes out choices that are too many, too long or alone, and returns them.
    fn spare_choices(&mut self) -> Vec<String> {
        let mut spare = Vec::new();
        for list in [&mut self.choices, &mut self.rows] {
            let (fits, over): (Vec<_>, Vec<_>) =
                std::mem::take(list).into_iter().partition(|c| size(c) <= MOST_IN_A_CHOICE);
            *list = fits;
            spare.extend(over);
            spare.extend(list.drain(list.len().min(MOST_CHOICES)..));
        }
        if self.choices.len() < 2 {
            spare.append(&mut self.choices);
            spare.append(&mut self.rows);
        }
        spare
    }
}

fn named(letter: char, texts: Vec<String>) -> Vec<Choice> {
    (1..).zip(texts).map(|(n, text)| Choice { id: format!("{letter}{n}"), text }).collect()
}

/// Returns how many characters a text takes where it is stored: some signs take several.
pub(super) fn size(text: &str) -> usize {
    text.chars().map(|c| if c.is_control() || matches!(c, '"' | '\\') { 6 } else { 1 }).sum()
}

/// Joins paragraphs by a blank line and the items of a list by a line end.
fn joined(parts: &[Part]) -> String {
    let mut text = String::new();
    let mut before_in_list = None;
    for part in parts {
        match before_in_list {
            None => {}
            Some(true) if part.in_list => text.push('\n'),
            Some(_) if part.gap => text.push_str("\n\n"),
            Some(_) => text.push('\n'),
        }
        text.push_str(&part.text);
        before_in_list = Some(part.in_list);
    }
    text
}
