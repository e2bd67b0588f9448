//! A text in which nothing asks: each item of its list, or each of its short paragraphs, is taken for a
//! question, and none of them for certain.

use super::cues;
use super::draft::{Draft, size};
use super::line::Line;
use super::mark::Mark;
use super::{FoundQuestion, MOST_IN_A_FIELD, MOST_QUESTIONS};

/// The most words of a line that may be a question.
const MOST_WORDS: usize = 40;
/// The most paragraphs that may all be questions.
const MOST_PARAGRAPHS: usize = 60;

/// Returns the questions and the lines left over; none where the text is no list.
pub(super) fn read(lines: &[Line]) -> Option<(Vec<FoundQuestion>, Vec<String>)> {
    let is_item = |line: &Line| {
        let listed =
            matches!(line.mark, Mark::Number { .. } | Mark::Letter(_) | Mark::Roman(_) | Mark::Bullet);
        listed && fits(line)
    };
    if lines.iter().filter(|line| is_item(line)).count() >= 2 {
        return Some(split(lines, is_item));
    }
    let kept: Vec<&Line> = lines.iter().filter(|line| is_words(line)).collect();
    let is_list = !kept.is_empty() && kept.len() <= MOST_PARAGRAPHS && kept.iter().all(|line| fits(line));
    // A first line without an end mark above sentences is their title.
    let title = kept.first().filter(|first| kept.len() > 2 && !is_sentence(first)).map(|line| line.at);
    let has_title = title.is_some() && kept.iter().skip(1).all(|line| is_sentence(line));
    is_list.then(|| split(lines, |line| is_words(line) && !(has_title && Some(line.at) == title)))
}

fn is_sentence(line: &Line) -> bool {
    line.body.ends_with(['.', ';', ':', '!'])
}

fn is_words(line: &Line) -> bool {
    let words = line.key.chars().any(char::is_alphanumeric);
    words
        && !cues::is_furniture(&line.key)
        && !cues::is_field(&line.key)
        && !cues::trails(&line.key, line.words())
}

fn fits(line: &Line) -> bool {
    !line.body.is_empty() && line.words() <= MOST_WORDS && size(&line.body) <= MOST_IN_A_FIELD
}

fn split(lines: &[Line], is_item: impl Fn(&Line) -> bool) -> (Vec<FoundQuestion>, Vec<String>) {
    let (mut questions, mut left) = (Vec::new(), Vec::new());
    for line in lines {
        let mut draft = Draft::default();
        if is_item(line) && questions.len() < MOST_QUESTIONS {
            draft.ask(line, &line.body);
            draft.number = match &line.mark {
                Mark::Number { label, .. } => label.clone(),
                Mark::Letter(letter) => letter.to_string(),
                Mark::Roman(number) => number.clone(),
                _ => String::new(),
            };
        } else {
            draft.own.push((line.at, line.text.clone()));
        }
        let (question, over) = draft.finish();
        questions.extend(question);
        left.extend(over.into_iter().map(|(_, text)| text));
    }
    (questions, left)
}
