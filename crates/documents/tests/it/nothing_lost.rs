//! No word that was pasted is lost, whatever was pasted, and nothing panics or takes long.

use linchpin_documents::questions::{Found, find};
use proptest::prelude::*;
use std::time::Instant;

const TODAY: &str = "2026-01-20";

/// Returns everything that was kept, letters and digits only, one piece each.
fn kept(found: &Found) -> Vec<String> {
    let mut all = found.left_over.clone();
    for question in &found.questions {
        all.extend(question.section.clone());
        // A number may be made of its parent's and its own: the whole and its end both count.
        all.extend([question.number.clone(), question.text.clone(), question.help.clone()]);
        all.push(question.number.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').to_owned());
        all.extend(question.choices.iter().chain(&question.rows).map(|choice| choice.text.clone()));
        all.push(question.answer_below.clone());
    }
    all
}

/// Returns words of letters and digits. Characters that no file may hold are no part of a word.
fn words(text: &str) -> Vec<String> {
    let held =
        |c: &char| c.is_whitespace() || !(c.is_ascii_control() || matches!(c, '\u{fffe}' | '\u{ffff}'));
    let text: String = text.chars().filter(held).collect();
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// What stands before a number or a box and is no word of the asker's.
fn is_a_sign(word: &str) -> bool {
    const SIGNS: [&str; 14] = [
        "question",
        "cwestiwn",
        "qu",
        "q",
        "c",
        "o",
        "x",
        "consultation",
        "radio",
        "button",
        "checkbox",
        "unticked",
        "ticked",
        "of",
    ];
    let small = word.to_lowercase();
    let bare = small.trim_start_matches(|c: char| c.is_alphabetic());
    SIGNS.contains(&small.as_str())
        || (bare.len() < small.len() && bare.chars().all(|c| c.is_ascii_digit()))
        || (small.len() <= 3 && small.chars().all(|c| c.is_ascii_digit()))
        || small.strip_prefix('q').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// Returns words of the input that are kept less often than they came in.
fn lost(text: &str, found: &Found) -> Vec<String> {
    let mut kept: Vec<String> = kept(found).iter().flat_map(|part| words(part)).collect();
    kept.sort();
    let mut came: Vec<String> = words(text).into_iter().filter(|word| !is_a_sign(word)).collect();
    came.sort();
    let count = |all: &[String], word: &str| {
        let from = all.partition_point(|other| other.as_str() < word);
        all[from..].partition_point(|other| other.as_str() <= word)
    };
    came.dedup();
    let all = words(text);
    let mut all: Vec<String> = all.into_iter().filter(|word| !is_a_sign(word)).collect();
    all.sort();
    came.into_iter().filter(|word| count(&all, word) > count(&kept, word)).collect()
}

fn line() -> impl Strategy<Value = String> {
    let mark = prop::sample::select(vec![
        "",
        "",
        "",
        "1. ",
        "2) ",
        "3.1 ",
        "Q4 ",
        "Question 5: ",
        "A1. ",
        "A4: ",
        "B2) ",
        "Question 6\n",
        "(a) ",
        "b) ",
        "iv) ",
        "• ",
        "- ",
        "   o ",
        "? ",
        "☐ ",
        "[ ] ",
        "# ",
        "## ",
        "Radio button: Unticked ",
        "\t",
        "  ",
    ]);
    let words = prop::sample::select(vec![
        "What keeps managers in practice?",
        "Yes",
        "No",
        "Don’t know",
        "Strongly agree",
        "Disagree",
        "Please explain your answer (maximum 250 words).",
        "Please select all that apply",
        "Our response: we agree.",
        "Answer:",
        "Terms of reference",
        "the following points:",
        "How to respond",
        "Closing date: 14/01/2027",
        "Our practice has written this sentence about its work.",
        "Workforce",
        "About you",
        "What is your name?",
        "Yes / No",
        "No.\tQuestion\tAnswer",
        "1\tWhy so?\tBecause.",
        "\tAgree\tDisagree",
        "Access to care\t\t",
        "On workforce:",
        "You may wish to consider:",
        "Leave a Reply",
        "On a scale of 1 to 5, how is it?",
        "____",
        "the rest of a line that was broken at the edge of its page and",
        "goes on here",
        "If yes, please say why.",
        "و ما هي التحديات؟",
        "con\u{ad}sul\u{ad}ta\u{ad}tion\u{a0}now",
        "Regards,",
        "Proposal 2: More rooms",
        "Which of the following help? (Yes/No)",
        "Section 3",
        "Any other comments",
        "a; b. c?",
        "Page 2 of 3",
    ]);
    let end = prop::sample::select(vec!["\n", "\n", "\n\n", "\r\n", "\u{2028}"]);
    (mark, words, end).prop_map(|(mark, words, end)| format!("{mark}{words}{end}"))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(3_000) })]

    #[test]
    fn every_word_of_a_made_up_call_is_kept(lines in prop::collection::vec(line(), 0..25)) {
        let text = lines.concat();
        let found = find(&text, TODAY);
        let lost = lost(&text, &found);
        prop_assert!(lost.is_empty(), "lost {lost:?} of {text:?}");
    }

    #[test]
    fn any_text_is_read_without_panic_and_without_loss(text in "\\PC{0,200}|(?s).{0,200}", today in "\\PC{0,12}") {
        let found = find(&text, &today);
        let lost = lost(&text, &found);
        prop_assert!(lost.is_empty(), "lost {lost:?}");
    }

    #[test]
    fn what_is_found_fits_the_record(lines in prop::collection::vec(line(), 0..25)) {
        for question in find(&lines.concat(), TODAY).questions {
            prop_assert!(!question.text.trim().is_empty());
            prop_assert!(question.number.chars().count() <= 20);
            prop_assert!(question.choices.len() != 1);
            prop_assert!(question.rows.is_empty() || !question.choices.is_empty());
            prop_assert!(question.scale.is_none_or(|scale| scale.from < scale.to));
        }
    }
}

#[test]
fn every_sample_keeps_every_word() {
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/calls")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "txt") {
            let text = std::fs::read_to_string(&path).unwrap();
            let lost = lost(&text, &find(&text, TODAY));
            assert!(lost.is_empty(), "{}: {lost:?}", path.display());
        }
    }
}

#[test]
fn hostile_texts_are_read_in_time_and_kept() {
    let deep: String = (1..60).map(|depth| format!("{}Why?\n", "1.".repeat(depth))).collect();
    let mebibyte = 1 << 20;
    let texts = [
        "word ".repeat(mebibyte / 5),
        "?".repeat(mebibyte),
        format!("{}?", "a".repeat(mebibyte)),
        "Why?\n".repeat(mebibyte / 5),
        "1. a\n".repeat(mebibyte / 5),
        "\t".repeat(mebibyte),
        "a\tb?\n".repeat(mebibyte / 5),
        "- Yes\n".repeat(mebibyte / 6),
        format!("1. Tick one?\n{}", "Yes\n".repeat(mebibyte / 4)),
        "(".repeat(mebibyte),
        "1.".repeat(mebibyte / 2),
        "by 1 may ".repeat(mebibyte / 9),
        "\u{0}\u{1}\u{feff}\u{202e}\u{a0}\n".repeat(mebibyte / 10),
        "continued line that has no end mark and is long enough to be\nbroken here and\n"
            .repeat(mebibyte / 79),
        format!("1. Which?\n{}", "- a thing to consider\n".repeat(mebibyte / 22)),
        deep,
    ];
    for text in texts {
        let start: String = text.chars().take(20).collect();
        let begun = Instant::now();
        let found = find(&text, TODAY);
        println!(
            "{start:?}: {} questions, {} left over, {:?}",
            found.questions.len(),
            found.left_over.len(),
            begun.elapsed()
        );
        let lost = lost(&text, &found);
        assert!(lost.is_empty(), "{start:?} lost {:?}", lost.first());
    }
}
