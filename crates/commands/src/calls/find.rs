//! Questions in pasted text. Nothing is saved; a person looks through what was found first.

use crate::calls::{FindQuestions, FoundCall, QuestionDraft};
use crate::core::Core;
use crate::error::Error;
use linchpin_documents::questions;
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

/// Reads a plain list of questions, as scripts hand it over: each line that begins with a number is a question, or
/// where none does each paragraph; lines that follow belong to it.
pub fn listed_questions(text: &str) -> Vec<QuestionDraft> {
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
