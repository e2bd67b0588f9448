//! Whether a line begins a question, and how sure that is.

use super::{Reader, Zone};
use crate::questions::MOST_IN_A_FIELD;
use crate::questions::cues;
use crate::questions::draft::size;
use crate::questions::line::Line;
use crate::questions::mark::Mark;

/// The most words of a question that bears no mark.
const MOST_UNMARKED: usize = 90;

/// The start of a question.
pub(super) struct Start {
    pub(super) number: String,
    pub(super) sure: bool,
    /// Whether it stands below another one.
    pub(super) is_sub: bool,
}

impl Start {
    fn top(number: &str, sure: bool) -> Option<Self> {
        Some(Self { number: number.to_owned(), sure, is_sub: false })
    }

    fn sub(number: String, sure: bool) -> Option<Self> {
        Some(Self { number, sure, is_sub: true })
    }
}

/// Returns the number of a line that has one without letters.
pub(super) fn plain_number(mark: &Mark) -> Option<u32> {
    match mark {
        Mark::Number { label, named: false } => label.parse().ok(),
        _ => None,
    }
}

/// Tells whether a number is the next one after another of the same depth: 2.3 after 2.2.
fn follows(label: &str, before: &str) -> bool {
    let split = |label: &str| match label.rsplit_once('.') {
        Some((front, last)) => (front.to_owned(), last.parse::<u32>().ok()),
        None => (String::new(), label.parse::<u32>().ok()),
    };
    let ((front, last), (front_before, last_before)) = (split(label), split(before));
    front == front_before && last.is_some() && last == last_before.map(|n| n + 1)
}

impl Reader<'_> {
    /// Returns the question that begins with the line at this place, if one does.
    pub(super) fn start(&mut self, at: usize) -> Option<Start> {
        let line = self.line(at)?;
        if size(&line.body) > MOST_IN_A_FIELD {
            return None;
        }
        let start = match &line.mark {
            Mark::Number { label, named: true } => Start::top(label, true),
            Mark::Number { label, named: false } => self.numbered(at, line, label),
            Mark::Letter(letter) => self.lettered(line, &letter.to_string()),
            Mark::Roman(number) => self.lettered(line, &format!("({number})")),
            Mark::Bullet => self.bulleted(line),
            Mark::Heading => cues::asks(&line.body).then(|| Start::top("", true))?,
            Mark::None => self.unmarked(at, line),
            Mark::Tick => None,
        }?;
        if let Mark::Number { label, .. } = &line.mark {
            (self.parent, self.letter) = (label.clone(), 'a');
        }
        Some(start)
    }

    fn numbered(&self, at: usize, line: &Line, label: &str) -> Option<Start> {
        let (asks, tells) = (cues::asks(&line.body), cues::tells(&line.key));
        let own = plain_number(&line.mark);
        let goes_on_in_answer =
            self.zone == Zone::Answer && own.is_some() && own == self.own_number.map(|n| n + 1);
        if goes_on_in_answer || (self.zone == Zone::Answer && self.facts.named > 1) {
            return None;
        }
        if asks
            || (line.body.ends_with(':') && cues::begins_as_question(&line.key) && self.zone != Zone::Answer)
        {
            return Start::top(label, self.facts.named < 2);
        }
        if self.is_past || line.body.is_empty() || self.has_parts(at, label) {
            return None;
        }
        let is_next = follows(label, &self.parent);
        let in_list =
            self.list.as_ref().is_some_and(|list| matches!(list.mark, None | Some(Mark::Number { .. })));
        if in_list && self.zone != Zone::Answer {
            return Start::top(label, true);
        }
        if tells && (self.zone != Zone::Answer || is_next) {
            return Start::top(label, true);
        }
        // A statement that goes on with the numbers of the questions is one as well, to be looked at.
        let is_one = is_next && self.zone != Zone::Answer && self.facts.numbered > 1 && !self.is_heading(at);
        (is_one || (is_next && cues::is_any_other(&line.key)))
            .then(|| Start::top(label, cues::is_any_other(&line.key)))?
    }

    /// Tells whether a numbered line is a heading: the next one is numbered below it.
    fn has_parts(&self, at: usize, label: &str) -> bool {
        let below = format!("{label}.");
        let is_below =
            |line: &Line| matches!(&line.mark, Mark::Number { label, .. } if label.starts_with(&below));
        self.line(at + 1).is_some_and(is_below)
    }

    fn lettered(&self, line: &Line, letter: &str) -> Option<Start> {
        let (asks, tells) = (cues::asks(&line.body), cues::tells(&line.key));
        let is_here = if self.zone == Zone::Answer { asks && self.facts.lettered > 1 } else { asks || tells };
        (is_here && self.zone != Zone::Options)
            .then(|| Start::sub(format!("{}{letter}", self.parent), true))?
    }

    fn bulleted(&mut self, line: &Line) -> Option<Start> {
        let asks = cues::asks(&line.body);
        let of_list = self.list.as_ref().is_some_and(|list| match &list.mark {
            None => true,
            Some(mark) => *mark == Mark::Bullet && line.indent <= list.indent,
        });
        if of_list && !self.is_past && self.zone != Zone::Answer {
            return Start::top("", true);
        }
        let prompts = self.zone == Zone::Help;
        let in_answer = self.zone == Zone::Answer && (self.facts.numbered > 0 || self.facts.bulleted < 2);
        if !asks || prompts || in_answer || (self.is_past && self.draft.is_none()) {
            return None;
        }
        if self.draft.is_none() || self.parent.is_empty() {
            return Start::sub(String::new(), self.facts.bulleted > 1);
        }
        let number = format!("{}{}", self.parent, self.letter);
        self.letter =
            char::from_u32(u32::from(self.letter) + 1).filter(char::is_ascii_lowercase).unwrap_or('z');
        Start::sub(number, true)
    }

    fn unmarked(&self, at: usize, line: &Line) -> Option<Start> {
        let words = line.words();
        if words > MOST_UNMARKED || self.is_past {
            return None;
        }
        let asks = cues::asks(&line.body);
        let has_numbers = self.facts.named + self.facts.numbered > 1;
        if !asks {
            return self.unmarked_telling(at, line, has_numbers);
        }
        let asks_first = cues::begins_as_question(&line.key);
        let follows = self.draft.is_some() && self.zone < Zone::Answer;
        if follows && (line.key.starts_with("if ") || cues::follows_up(&line.key) || words < 3) {
            return None;
        }
        if self.zone == Zone::Answer && has_numbers && !(asks_first && line.gap && words <= 40) {
            return None;
        }
        Start::top("", asks_first && !has_numbers)
    }

    /// A line without mark and question mark: "Tell us about ..." among questions, or an item of a list.
    fn unmarked_telling(&self, at: usize, line: &Line, has_numbers: bool) -> Option<Start> {
        let of_list = self.list.as_ref().is_some_and(|list| matches!(list.mark, None | Some(Mark::None)));
        let is_item = of_list && line.words() <= 40 && !line.body.ends_with([':', '.']);
        if is_item
            && self.zone != Zone::Answer
            && self.line(at + 1).is_some_and(|next| next.mark == Mark::None)
        {
            return Start::top("", false);
        }
        let tells = cues::tells(&line.key) && !cues::follows_up(&line.key);
        let stands = line.gap && !has_numbers && self.zone != Zone::Answer;
        let among_questions = (self.draft.is_none() && (self.heading.is_some() || self.facts.unmarked > 0))
            || self.facts.is_plain_list
            || self.facts.has_limit(line);
        (tells && stands && among_questions).then(|| Start::top("", false))?
    }
}
