//! The words by which lines are told apart: what asks, what guides, what leads in and what comes after.
//! All texts here are folded: small letters, plain marks, single spaces.

mod words;

pub(super) use words::HELPING;

use crate::clean::{begins, fold, has};
use words::{
    ABOUT_YOU, ASKER, FIELDS, FRONT, FURNITURE, GUIDING, GUIDING_IN_A_CALL, LEAD_INS, NETWORK,
    QUESTION_WORDS, RESPONDENT, TELLING, TRAILERS, TRAILING_SENTENCES,
};

fn any_begins(key: &str, cues: &[&str]) -> bool {
    cues.iter().any(|cue| begins(key, cue))
}

fn any_has(key: &str, cues: &[&str]) -> bool {
    cues.iter().any(|cue| has(key, cue))
}

/// Tells whether a text asks: it ends in a question mark, but for guidance and brackets after it.
pub(super) fn asks(body: &str) -> bool {
    let Some(at) = body.rfind(['?', '？', '؟']) else { return false };
    let (question, tail) = (body.get(..at).unwrap_or_default(), body.get(at..).unwrap_or_default());
    let tail = tail.trim_start_matches(['?', '？', '؟', '!']);
    let bare = tail.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '(' | '[' | ')' | ']'));
    let in_brackets = bare.starts_with(['(', '[']) && bare.ends_with([')', ']']);
    let guides = tail.chars().count() <= 400 && guides(&fold(tail), false);
    question.contains(char::is_alphabetic) && (bare.is_empty() || in_brackets || guides)
}

/// Tells whether a text begins as questions do.
pub(super) fn begins_as_question(key: &str) -> bool {
    let key = key.trim_start_matches(['"', '\'', '(']);
    any_begins(key, &HELPING) || any_begins(key, QUESTION_WORDS)
}

/// Tells whether a text says to describe, explain or comment.
pub(super) fn tells(key: &str) -> bool {
    any_begins(key, TELLING)
}

/// Tells whether a text only asks for more about the answer above it: "Please explain your answer".
pub(super) fn follows_up(key: &str) -> bool {
    const ABOUT: [&str; 14] = [
        "your answer",
        "your reasons",
        "your response",
        "your view",
        "your views",
        "your choice",
        "your selection",
        "why",
        "further",
        "this answer",
        "reason",
        "reasons",
        "below",
        "if you",
    ];
    let short = key.split(' ').count() <= 3;
    tells(key) && (short || any_has(key, &ABOUT)) && !has(key, "comments")
}

/// Tells whether a text guides the person who answers.
pub(super) fn guides(key: &str, in_a_call: bool) -> bool {
    let opens = key.starts_with(['(', '[', '*']) && key.len() <= 400;
    let bare = key.trim_start_matches(|c: char| !c.is_alphanumeric());
    opens
        || any_begins(bare, GUIDING)
        || any_has(key, &["your answer", "your response", "in the box below"])
        || (in_a_call && any_begins(bare, GUIDING_IN_A_CALL))
}

/// Tells whether a list of questions follows.
pub(super) fn leads_in(key: &str) -> bool {
    any_has(key, LEAD_INS)
}

/// Tells whether what follows is no longer about the questions.
pub(super) fn trails(key: &str, words: usize) -> bool {
    (words <= 10 && any_has(key, TRAILERS)) || any_begins(key, TRAILING_SENTENCES)
}

/// Tells whether a line belongs to the web page and not to the text.
pub(super) fn is_furniture(key: &str) -> bool {
    let page = key.strip_prefix("page ").and_then(|rest| rest.split_once(" of "));
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    FURNITURE.contains(&key) || page.is_some_and(|(one, of)| digits(one) && digits(of))
}

/// Tells whether a line is the place where a form wants the answer, or a mere rule.
pub(super) fn is_field(key: &str) -> bool {
    let bare = key.trim_matches(|c: char| !c.is_alphanumeric());
    bare.is_empty() || FIELDS.contains(&bare)
}

/// Splits "Our response: words" into label and words.
pub(super) fn answer_label(text: &str) -> Option<(&str, &str)> {
    const LAST: [&str; 6] = ["answer", "response", "reply", "comment", "comments", "ateb"];
    let (label, rest) = match text.find(':') {
        Some(at) if at <= 60 => text.split_at_checked(at + 1)?,
        _ => (text, ""),
    };
    let key = fold(label.trim_end_matches(':'));
    let numbered =
        key.strip_prefix('a').is_some_and(|n| n.len() <= 3 && n.chars().all(|c| c.is_ascii_digit()));
    let words = key.split(' ').count();
    let named = match rest.is_empty() && !label.ends_with(':') {
        true => {
            words <= 2 && ["answer", "our answer", "response", "our response", "ateb"].contains(&key.as_str())
        }
        false => (words <= 5 && LAST.iter().any(|last| key.split(' ').next_back() == Some(last))) || numbered,
    };
    let is_the_respondents_place = key.starts_with("your ");
    (named && !is_the_respondents_place).then(|| (label.trim(), rest.trim()))
}

/// Tells whether the words are those of somebody who answers.
pub(super) fn is_network(key: &str) -> bool {
    any_has(key, NETWORK)
}

/// Counts the sayings of somebody who asks, two at most.
pub(super) fn asker_sayings(key: &str) -> usize {
    ASKER.iter().filter(|cue| has(key, cue)).take(2).count()
}

/// Tells whether a question is about the person who answers and not about the matter.
pub(super) fn is_about_respondent(key: &str) -> bool {
    let bare = key.trim_end_matches(['?', ':', '*', ' ', '.']);
    // "Name" is about the person; "Name three things" is not.
    RESPONDENT.iter().any(|cue| bare == *cue || (cue.contains(' ') && begins(bare, cue)))
}

/// Tells whether a section is about the person who answers.
pub(super) fn is_about_you(heading: &str) -> bool {
    has(heading, "about you") || any_begins(heading, ABOUT_YOU)
}

/// Tells whether a heading stands over the pages that come before the questions.
pub(super) fn is_front(heading: &str) -> bool {
    any_begins(heading, FRONT)
}

/// Tells whether a text asks for whatever was not asked before.
pub(super) fn is_any_other(key: &str) -> bool {
    any_has(
        key,
        &["other comments", "further comments", "anything else", "additional comments", "any other issues"],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_mark_at_the_end_asks_but_for_guidance_after_it() {
        for text in [
            "Why?",
            "What? (500 words)",
            "Do you agree? Please explain your answer.",
            "Pam?*",
            "What helps? [Required]",
            "“Why?”",
            "ما هي التحديات؟",
        ] {
            assert!(asks(text), "{text}");
        }
        for text in ["Why? Because it is so.", "???", "Nothing", "He asked “why?” and left", ""] {
            assert!(!asks(text), "{text}");
        }
    }

    #[test]
    fn labels_of_answers_are_told_from_those_of_forms() {
        assert_eq!(answer_label("PMN response: We agree."), Some(("PMN response:", "We agree.")));
        assert_eq!(answer_label("A1: Yes, we do"), Some(("A1:", "Yes, we do")));
        assert_eq!(answer_label("Our response"), Some(("Our response", "")));
        assert_eq!(answer_label("Your response: "), None);
        assert_eq!(answer_label("This needs: money"), None);
        assert_eq!(answer_label("The response was poor"), None);
    }

    #[test]
    fn pages_and_forms_are_told_from_text() {
        assert!(
            is_furniture("leave a reply") && is_furniture("page 3 of 12") && !is_furniture("page turner")
        );
        assert!(is_field("_____") && is_field("[free text]") && !is_field("premises"));
        assert!(trails("how to respond", 3) && !trails("how would you respond to a patient who waits?", 9));
        assert!(is_about_respondent("name:") && !is_about_respondent("name three things"));
    }
}
