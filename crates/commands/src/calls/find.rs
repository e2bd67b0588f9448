//! Questions in pasted text. Nothing is saved; a person looks through what was found first.

use crate::calls::{FindQuestions, FoundCall, QuestionDraft};
use crate::core::Core;
use crate::error::Error;
use linchpin_documents::questions::{self, FoundQuestion};
use linchpin_domain::london::today_text;

/// The most bytes that are read at once.
const MOST: usize = 1 << 20;

/// Finds the questions in pasted text.
///
/// # Errors
/// More text than 1 MiB.
pub fn find_questions(core: &Core, asked: FindQuestions) -> Result<FoundCall, Error> {
    if asked.text.len() > MOST {
        return Err(Error::field(
            "text",
            "error_paste_too_large",
            "This is more text than can be looked through at once. Nothing was changed. Paste the part with the questions.",
        ));
    }
    Ok(questions::find(&asked.text, &today_text(core.now())))
}

/// The questions in what a script hands over.
pub struct Scripted {
    /// The questions.
    pub questions: Vec<QuestionDraft>,
    /// Lines that belong to no question.
    pub left_over: Vec<String>,
}

/// Reads the questions that a script hands over. Where the text has sections, limits or choices it is read as the
/// window reads it; a plain list is taken as it stands, with every line.
///
/// # Errors
/// As [`find_questions`].
pub fn scripted_questions(core: &Core, text: &str) -> Result<Scripted, Error> {
    let found = find_questions(core, FindQuestions { text: text.to_owned() })?;
    if !found.questions.iter().any(|question| question.sure && has_form(question)) {
        return Ok(Scripted { questions: listed_questions(text), left_over: Vec::new() });
    }
    // What the window would leave for a person to tick is left out and told.
    let (sure, unsure): (Vec<_>, Vec<_>) = found.questions.into_iter().partition(|question| question.sure);
    let doubtful =
        unsure.into_iter().flat_map(|question| [question.text, question.help, question.answer_below]);
    let left_over = found.left_over.into_iter().chain(doubtful.filter(|words| !words.is_empty())).collect();
    Ok(Scripted { questions: sure.into_iter().map(draft_of).collect(), left_over })
}

/// Tells whether a question has what a plain list cannot say.
fn has_form(question: &FoundQuestion) -> bool {
    question.section.is_some()
        || question.word_limit.is_some()
        || question.character_limit.is_some()
        || question.scale.is_some()
        || !question.choices.is_empty()
        || !question.rows.is_empty()
}

fn draft_of(found: FoundQuestion) -> QuestionDraft {
    QuestionDraft {
        section: found.section,
        number: found.number,
        text: found.text,
        help: found.help,
        kind: found.kind,
        choices: found.choices,
        rows: found.rows,
        scale: found.scale,
        word_limit: found.word_limit,
        character_limit: found.character_limit,
        required: false,
        answer_below: found.answer_below,
    }
}

/// Reads a plain list of questions, as scripts hand it over: each line that begins with a number is a question, or
/// where none does each paragraph; lines that follow belong to it.
fn listed_questions(text: &str) -> Vec<QuestionDraft> {
    let numbered = text.lines().any(|line| number_of(line).is_some());
    let mut drafts: Vec<QuestionDraft> = Vec::new();
    let mut after_gap = true;
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            after_gap = true;
            continue;
        }
        let number = number_of(line);
        let begins = if numbered { number.is_some() } else { after_gap };
        after_gap = false;
        match drafts.last_mut().filter(|_| !begins) {
            Some(last) => {
                last.text.push('\n');
                last.text.push_str(line);
            }
            None => {
                let (number, words) = number.unwrap_or(("", line));
                drafts.push(QuestionDraft {
                    number: number.to_owned(),
                    text: words.to_owned(),
                    ..QuestionDraft::default()
                });
            }
        }
    }
    drafts
}

/// Parts a line such as `1. What?`, `Q2) What?` or `3.1 What?` into its number and its words.
fn number_of(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    let line = line.strip_prefix(['Q', 'q']).unwrap_or(line).trim_start();
    let (head, words) = line.split_once([' ', '\t'])?;
    let number = head.trim_end_matches(['.', ')', ':']);
    let is_number = number.starts_with(|c: char| c.is_ascii_digit())
        && number.len() <= 8
        && number.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
    (is_number && (head != number || number.contains('.')) && !words.trim().is_empty())
        .then(|| (number, words.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_limits_and_choices_are_read_as_in_the_window() {
        let asha = crate::kit::asha();
        let text = "A sample consultation\n\nSection 1: Access\n\nQuestion 1. What would help patients most? (Maximum 250 words)\n\n\
                    Question 2. Do you agree?\n\u{2610} Yes\n\u{2610} No\n\u{2610} Not sure\n";
        let read = scripted_questions(&asha.core, text).expect("it is read");
        let [first, second] = &read.questions[..] else { panic!("{}", read.questions.len()) };
        assert_eq!((first.number.as_str(), first.word_limit), ("1", Some(250)));
        assert!(first.section.as_deref().is_some_and(|section| section.contains("Access")));
        assert_eq!((second.number.as_str(), second.choices.len()), ("2", 3));
        let plain = scripted_questions(&asha.core, "1. What?\n\n2) Why?\nAnd how?\n").expect("it is read");
        let texts: Vec<_> = plain.questions.iter().map(|draft| draft.text.as_str()).collect();
        assert_eq!((texts, plain.left_over.len()), (vec!["What?", "Why?\nAnd how?"], 0));
    }

    #[test]
    fn a_list_of_questions_is_read_by_numbers_or_by_paragraphs() {
        let read = |text: &str| {
            listed_questions(text).into_iter().map(|draft| (draft.number, draft.text)).collect::<Vec<_>>()
        };
        let of = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())).collect::<Vec<_>>()
        };
        assert_eq!(read("1. What?\n\n2) Why?\nAnd how?\n"), of(&[("1", "What?"), ("2", "Why?\nAnd how?")]));
        assert_eq!(
            read("What is hard?\nTell us.\n\nWhat helps?"),
            of(&[("", "What is hard?\nTell us."), ("", "What helps?")])
        );
        assert_eq!(read("Q1. A\nQ2. B"), of(&[("1", "A"), ("2", "B")]));
        assert_eq!(read("2021 was hard.\n\nWas it?"), of(&[("", "2021 was hard."), ("", "Was it?")]));
        assert_eq!(read(" \n\n"), of(&[]));
    }
}
