//! The words by which lines are told apart: what asks, what guides, what leads in and what comes after.
//! All texts here are folded: small letters, plain marks, single spaces.

use crate::clean::{begins, fold, has};

const QUESTION_WORDS: [&str; 62] = [
    "what",
    "how",
    "why",
    "when",
    "where",
    "who",
    "whom",
    "whose",
    "which",
    "do",
    "does",
    "did",
    "is",
    "are",
    "was",
    "were",
    "will",
    "would",
    "should",
    "could",
    "can",
    "have",
    "has",
    "had",
    "may",
    "might",
    "to what extent",
    "in what",
    "in which",
    "for what",
    "for which",
    "on what",
    "at what",
    "by what",
    "from what",
    "with what",
    "in your",
    "from your",
    "based on your",
    "thinking",
    "considering",
    "overall",
    "given",
    "if",
    "on a scale",
    "to which",
    "looking",
    "apart from",
    "other than",
    "besides",
    "are there",
    "as a",
    "beth",
    "sut",
    "pam",
    "pryd",
    "ble",
    "pwy",
    "a ydych",
    "a oes",
    "i ba raddau",
    "pa",
];

const TELLING: [&str; 42] = [
    "describe",
    "outline",
    "tell us",
    "set out",
    "comment on",
    "give",
    "share",
    "list",
    "identify",
    "rank",
    "rate",
    "explain",
    "provide",
    "state",
    "indicate",
    "upload",
    "summarise",
    "estimate",
    "add",
    "please describe",
    "please outline",
    "please tell us",
    "please set out",
    "please comment",
    "please share",
    "please give",
    "please provide",
    "please list",
    "please explain",
    "please state",
    "please rate",
    "please rank",
    "please indicate",
    "please estimate",
    "please identify",
    "please upload",
    "please add",
    "any other comments",
    "any further comments",
    "any additional comments",
    "disgrifiwch",
    "rhowch",
];

const LEAD_INS: [&str; 24] = [
    "terms of reference",
    "the following points",
    "the following questions",
    "the following issues",
    "the following areas",
    "the following topics",
    "the following themes",
    "consultation questions",
    "list of questions",
    "your views on",
    "particularly interested in",
    "evidence on",
    "submissions on",
    "views on the following",
    "inviting written submissions",
    "invites written submissions",
    "invites submissions",
    "address the following",
    "call for evidence questions",
    "survey questions",
    "questions for consultation",
    "questions we are asking",
    "summary of questions",
    "cwestiynau'r ymgynghoriad",
];

const TRAILERS: [&str; 32] = [
    "how to respond",
    "how to submit",
    "how to reply",
    "how to take part",
    "how do i respond",
    "how can i respond",
    "how can you respond",
    "how do i take part",
    "how will my response",
    "how will we use",
    "how we will use",
    "how your response",
    "what happens next",
    "what will happen next",
    "next steps",
    "who can respond",
    "who should respond",
    "deadline",
    "closing date",
    "privacy",
    "data protection",
    "confidentiality",
    "will not be considered",
    "out of scope",
    "further information",
    "contact us",
    "contact details",
    "get in touch",
    "freedom of information",
    "submission guidance",
    "guidance on submitting",
    "sut i ymateb",
];

const TRAILING_SENTENCES: [&str; 23] = [
    "regards",
    "kind regards",
    "best wishes",
    "with best wishes",
    "yours sincerely",
    "many thanks",
    "submissions should",
    "submissions must",
    "responses should",
    "responses must",
    "written evidence should",
    "please send",
    "please submit",
    "please email",
    "please e-mail",
    "please return",
    "please respond by",
    "please reply",
    "send your",
    "to respond",
    "you can respond",
    "this consultation closes",
    "thank you for",
];

/// Lines that a web page puts around its text.
const FURNITURE: [&str; 34] = [
    "leave a reply",
    "leave a comment",
    "comments are closed",
    "share this article",
    "share this page",
    "share this",
    "back to top",
    "skip to main content",
    "skip to content",
    "menu",
    "search",
    "home",
    "print",
    "print this page",
    "accept cookies",
    "reject cookies",
    "accept additional cookies",
    "reject additional cookies",
    "view cookies",
    "next",
    "previous",
    "continue",
    "save and continue",
    "save and return later",
    "contents",
    "facebook",
    "twitter",
    "linkedin",
    "sign up",
    "subscribe",
    "log in",
    "is this page useful?",
    "share",
    "next page",
];

/// What a form prints where the answer goes.
const FIELDS: [&str; 12] = [
    "your answer",
    "free text",
    "comments box",
    "answer box",
    "enter your answer",
    "enter your answer here",
    "type your answer",
    "type your answer here",
    "click or tap here to enter text",
    "text box",
    "free text box",
    "click here to enter text",
];

const GUIDING: [&str; 32] = [
    "please",
    "if yes",
    "if no",
    "if so",
    "if not",
    "if other",
    "if you answered",
    "if you agree",
    "if you disagree",
    "if you selected",
    "max",
    "maximum",
    "word limit",
    "character limit",
    "you may wish",
    "you may want",
    "you might want",
    "your answer",
    "your response",
    "in your answer",
    "in your response",
    "tick",
    "select",
    "choose",
    "required",
    "optional",
    "guidance",
    "note",
    "when answering",
    "in answering",
    "os felly",
    "uchafswm",
];

/// Beginnings that guide in a call, but may as well begin an answer elsewhere.
const GUIDING_IN_A_CALL: [&str; 34] = [
    "you may",
    "you might",
    "you should",
    "you can",
    "you could",
    "we are interested",
    "we are particularly",
    "we would like",
    "we would welcome",
    "we want",
    "we welcome",
    "in your",
    "if you",
    "for example",
    "examples",
    "e.g",
    "include",
    "including",
    "consider",
    "think about",
    "this question",
    "this could",
    "this may",
    "this might",
    "this includes",
    "explain",
    "give",
    "provide",
    "describe",
    "tell us",
    "answer",
    "as part of your",
    "prompts",
    "points to consider",
];

const NETWORK: [&str; 24] = [
    "we believe",
    "our practice",
    "our practices",
    "our members",
    "in our view",
    "in our experience",
    "we recommend",
    "as practice managers",
    "our experience",
    "our network",
    "we agree",
    "we do not agree",
    "we disagree",
    "we strongly",
    "our submission",
    "our response",
    "we suggest",
    "our patients",
    "we support",
    "we do not support",
    "we feel",
    "we would urge",
    "we urge",
    "we are concerned",
];

const ASKER: [&str; 20] = [
    "have your say",
    "how to respond",
    "your views",
    "we are seeking",
    "we propose",
    "this consultation",
    "respond to this",
    "we want to hear",
    "we would like to hear",
    "seeking views",
    "respondents",
    "terms of reference",
    "is inviting",
    "invites written",
    "invites submissions",
    "your response",
    "closing date",
    "complete this survey",
    "this survey",
    "ymgynghoriad",
];

const RESPONDENT: [&str; 42] = [
    "what is your name",
    "your name",
    "name",
    "full name",
    "what is your e-mail",
    "what is your email",
    "email address",
    "e-mail address",
    "email",
    "organisation",
    "organisation name",
    "what is your organisation",
    "your organisation",
    "what organisation",
    "what is the name of your",
    "which organisation",
    "are you responding",
    "are you answering",
    "are you completing",
    "in what capacity",
    "what best describes you",
    "which of the following best describes you",
    "which best describes you",
    "are you happy for",
    "do you consent",
    "may we contact",
    "can we contact",
    "are you happy to be contacted",
    "would you like your response",
    "do you want your response",
    "what is your role",
    "what is your job",
    "what is your postcode",
    "what is your age",
    "what is your gender",
    "what is your sex",
    "what is your ethnic",
    "where do you live",
    "where do you work",
    "how did you hear",
    "beth yw eich enw",
    "do you wish to remain anonymous",
];

const ABOUT_YOU: [&str; 9] = [
    "about you",
    "your details",
    "about your organisation",
    "about the respondent",
    "respondent information",
    "respondent details",
    "equality monitoring",
    "equalities monitoring",
    "amdanoch chi",
];

/// Headings of the pages that come before the questions.
const FRONT: [&str; 18] = [
    "introduction",
    "background",
    "foreword",
    "ministerial foreword",
    "executive summary",
    "summary",
    "context",
    "overview",
    "about this consultation",
    "about this inquiry",
    "purpose",
    "scope",
    "why we are consulting",
    "aims",
    "about this survey",
    "about this call for evidence",
    "who this is for",
    "why your views matter",
];

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
    any_begins(key.trim_start_matches(['"', '\'', '(']), &QUESTION_WORDS)
}

/// Tells whether a text says to describe, explain or comment.
pub(super) fn tells(key: &str) -> bool {
    any_begins(key, &TELLING)
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
        || any_begins(bare, &GUIDING)
        || any_has(key, &["your answer", "your response", "in the box below"])
        || (in_a_call && any_begins(bare, &GUIDING_IN_A_CALL))
}

/// Tells whether a list of questions follows.
pub(super) fn leads_in(key: &str) -> bool {
    any_has(key, &LEAD_INS)
}

/// Tells whether what follows is no longer about the questions.
pub(super) fn trails(key: &str, words: usize) -> bool {
    (words <= 10 && any_has(key, &TRAILERS)) || any_begins(key, &TRAILING_SENTENCES)
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
    any_has(key, &NETWORK)
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
    has(heading, "about you") || any_begins(heading, &ABOUT_YOU)
}

/// Tells whether a heading stands over the pages that come before the questions.
pub(super) fn is_front(heading: &str) -> bool {
    any_begins(heading, &FRONT)
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
