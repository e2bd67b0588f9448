//! Questions in pasted text. Nothing is saved; a person looks through what was found first.

use crate::calls::{FindQuestions, FoundCall, QuestionDraft};
use crate::core::Core;
use crate::error::Error;
use linchpin_documents::questions::{self, FoundQuestion};
use linchpin_domain::london::{ClosesAt, today_text};

/// The most bytes that are read at once.
const MOST: usize = 1 << 20;

/// Finds the questions in pasted text.
///
/// # Errors
/// More text than 1 MiB.
pub fn find_questions(core: &Core, asked: FindQuestions) -> Result<FoundCall, Error> {
    refuse_too_much(&asked.text)?;
    Ok(questions::find(&asked.text, &today_text(core.now())))
}

fn refuse_too_much(text: &str) -> Result<(), Error> {
    if text.len() <= MOST {
        return Ok(());
    }
    Err(Error::field(
        "text",
        "error_paste_too_large",
        "This is more text than can be looked through at once. Nothing was changed. Paste the part with the questions.",
    ))
}

/// The questions in what a script hands over.
#[derive(Default)]
pub struct ReadQuestions {
    /// The questions.
    pub questions: Vec<QuestionDraft>,
    /// How many more there may be: it is not sure that they are questions, so their words are left over.
    pub unsure: usize,
    /// Every line that became no part of a question.
    pub left_over: Vec<String>,
    /// Who asks, if it is said; the line is left over too.
    pub asker: Option<String>,
    /// When it closes, if it is said; the line is left over too.
    pub closes: Option<ClosesAt>,
}

/// Reads a plain list of questions, as scripts hand it over: each line that begins with a number is a question, or
/// where none does each paragraph. It is taken as it stands, with every line.
///
/// # Errors
/// As [`find_questions`].
pub fn list_questions(text: &str) -> Result<ReadQuestions, Error> {
    refuse_too_much(text)?;
    Ok(ReadQuestions { questions: listed_questions(text), ..ReadQuestions::default() })
}

/// Reads the questions of a call as the window reads it. What the window would leave for a person to tick or to move,
/// what may be no question and the text below a question, is left over.
///
/// # Errors
/// As [`find_questions`].
pub fn read_questions(core: &Core, text: &str) -> Result<ReadQuestions, Error> {
    let found = find_questions(core, FindQuestions { text: text.to_owned() })?;
    let (mut sure, unsure): (Vec<_>, Vec<_>) =
        found.questions.into_iter().partition(|question| question.sure);
    let mut headings: Vec<String> = sure.iter().filter_map(|question| question.section.clone()).collect();
    let (mut left_over, unsure_count) = (found.left_over, unsure.len());
    let below = sure.iter_mut().map(|question| std::mem::take(&mut question.answer_below));
    left_over.extend(below.filter(|words| !words.is_empty()));
    for question in unsure {
        if let Some(section) = question.section.clone().filter(|section| !headings.contains(section)) {
            headings.push(section.clone());
            left_over.push(section);
        }
        left_over.extend(words_of(question));
    }
    Ok(ReadQuestions {
        questions: sure.into_iter().map(draft_of).collect(),
        unsure: unsure_count,
        left_over,
        asker: found.asker,
        closes: found.closes,
    })
}

/// Returns every word of a question below its section's heading.
fn words_of(question: FoundQuestion) -> impl Iterator<Item = String> {
    let asked = format!("{} {}", question.number, question.text).trim().to_owned();
    let choices = question.choices.into_iter().chain(question.rows).map(|choice| choice.text);
    let words = [asked, question.help].into_iter().chain(choices).chain([question.answer_below]);
    words.filter(|words| !words.is_empty())
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

/// Lines that follow a question belong to it.
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
        let read = read_questions(&asha.core, text).expect("it is read");
        let [first, second] = &read.questions[..] else { panic!("{}", read.questions.len()) };
        assert_eq!((first.number.as_str(), first.word_limit), ("1", Some(250)));
        assert!(first.section.as_deref().is_some_and(|section| section.contains("Access")));
        assert_eq!((second.number.as_str(), second.choices.len()), ("2", 3));
        let plain = list_questions("1. What?\n\n2) Why?\nAnd how?\n").expect("it is read");
        let texts: Vec<_> = plain.questions.iter().map(|draft| draft.text.as_str()).collect();
        assert_eq!((texts, plain.left_over.len()), (vec!["What?", "Why?\nAnd how?"], 0));
    }

    #[test]
    fn words_below_a_question_are_nobodys_answer() {
        let asha = crate::kit::asha();
        let text = "Question 1. What would help patients most? (Maximum 250 words)\n\nWe answered it last year, at length \
                    and with figures.\n\nQuestion 2. Why? (Maximum 20 words)\n";
        let read = read_questions(&asha.core, text).expect("it is read");
        assert!(read.questions.iter().all(|draft| draft.answer_below.is_empty()));
        let said = format!(
            "{:?} {}",
            read.left_over,
            read.questions.iter().map(|one| one.text.as_str()).collect::<String>()
        );
        assert!(said.contains("with figures"), "{said}");
    }

    #[test]
    fn every_word_of_what_may_be_no_question_is_left_over() {
        let asha = crate::kit::asha();
        let text = "A sample consultation\n\nIssued by: Sample Board\n\nThis consultation closes on 14 January 2027.\n\n\
                    Section 1: Access\n\nQuestion 1. What would help patients most? (Maximum 250 words)\n\n\
                    Section 2: Again\n\nQuestion 2. What would help patients most? (Maximum 250 words)\nThink of evenings.\n\
                    \u{2610} Appointments\n\u{2610} Telephones\n\u{2610} Neither of them\n";
        let read = read_questions(&asha.core, text).expect("it is read");
        assert_eq!((read.questions.len(), read.unsure), (1, 1), "{:?}", read.left_over);
        let left = read.left_over.join("\n");
        for words in
            ["Again", "2 What would help", "evenings", "Appointments", "Telephones", "Neither of them"]
        {
            assert!(left.contains(words), "{words}: {left}");
        }
        for words in ["A sample consultation", "Sample Board", "14 January 2027"] {
            assert!(left.contains(words), "{words}: {left}");
        }
        assert_eq!(read.asker.as_deref(), Some("Sample Board"));
        assert!(read.closes.is_some_and(|closes| closes.date == "2027-01-14"));
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
