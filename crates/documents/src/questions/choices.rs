//! Answers to be ticked: the choices that askers commonly print, choices printed in one line, and scales.

use super::cues::HELPING;
use super::date::words;
use crate::clean::{begins, fold, has};
use linchpin_domain::record::question_set::ScaleEnds;

/// Choices as they are commonly printed, folded.
const KNOWN: &[&str] = &[
    "very well",
    "fairly well",
    "quite well",
    "not very well",
    "not well",
    "not at all well",
    "yes",
    "no",
    "don't know",
    "do not know",
    "i don't know",
    "not sure",
    "unsure",
    "maybe",
    "partly",
    "partially",
    "in part",
    "not applicable",
    "n/a",
    "no opinion",
    "no view",
    "prefer not to say",
    "prefer not to answer",
    "neither",
    "neutral",
    "other",
    "none",
    "none of these",
    "none of the above",
    "all of the above",
    "undecided",
    "strongly agree",
    "agree",
    "mostly agree",
    "tend to agree",
    "somewhat agree",
    "slightly agree",
    "neither agree nor disagree",
    "neither agree or disagree",
    "disagree",
    "mostly disagree",
    "tend to disagree",
    "somewhat disagree",
    "slightly disagree",
    "strongly disagree",
    "very satisfied",
    "satisfied",
    "fairly satisfied",
    "neither satisfied nor dissatisfied",
    "dissatisfied",
    "fairly dissatisfied",
    "very dissatisfied",
    "very likely",
    "likely",
    "fairly likely",
    "neither likely nor unlikely",
    "unlikely",
    "fairly unlikely",
    "very unlikely",
    "very important",
    "important",
    "fairly important",
    "not very important",
    "not important",
    "not at all important",
    "always",
    "often",
    "usually",
    "sometimes",
    "rarely",
    "never",
    "excellent",
    "very good",
    "good",
    "average",
    "fair",
    "poor",
    "very poor",
    "to a great extent",
    "to some extent",
    "to a small extent",
    "not at all",
    "a great deal",
    "a lot",
    "a little",
    "strongly support",
    "support",
    "tend to support",
    "neither support nor oppose",
    "oppose",
    "tend to oppose",
    "strongly oppose",
    "very positive",
    "positive",
    "negative",
    "very negative",
    "no impact",
    "very easy",
    "easy",
    "difficult",
    "very difficult",
    "cytuno",
    "cytuno'n gryf",
    "anghytuno",
    "anghytuno'n gryf",
    "ddim yn gwybod",
    "ydw",
    "nac ydw",
    "oes",
    "nac oes",
];

/// Tells whether a folded text is a choice as it is commonly printed.
pub(super) fn is_known(key: &str) -> bool {
    let key = key.trim_end_matches(['.', ',', ';']).trim();
    let short = key.split(' ').count() <= 7;
    let is_longer = |word: &str| {
        key.strip_prefix(word)
            .is_some_and(|rest| rest.starts_with([',', ' ', ':']) && rest.contains([',', '-', ':', '(']))
    };
    KNOWN.contains(&key)
        || (short && ["yes", "no", "other"].iter().any(|word| is_longer(word)))
        || matches!(key, "other please specify" | "other (please specify)")
}

/// Returns choices that stand in one line: "Yes / No / Don't know", "☐ Yes ☐ No".
pub(super) fn in_one_line(body: &str) -> Option<Vec<String>> {
    let bare = body.trim().trim_matches(['(', ')', '[', ']']);
    for sign in ["☐", "□", "○", "◯", "[ ]", " / ", "/", "|"] {
        let parts: Vec<String> =
            bare.split(sign).map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect();
        let is_box = !sign.trim().chars().all(|c| matches!(c, '/' | '|'));
        let fits = |part: &String| (is_box && part.split_whitespace().count() <= 8) || is_known(&fold(part));
        if parts.len() >= 2 && bare.contains(sign) && parts.iter().all(fits) {
            return Some(parts);
        }
    }
    None
}

/// Returns choices that a question ends with in brackets: "Do you agree? (Yes/No)".
pub(super) fn at_the_end(text: &str) -> Option<Vec<String>> {
    let at = text.rfind(['(', '['])?;
    let inside = text.get(at..)?;
    inside.trim_end().ends_with([')', ']']).then(|| in_one_line(inside))?
}

/// Tells whether several choices may be taken; none where nothing is said about choosing.
pub(super) fn says_how_many(key: &str) -> Option<bool> {
    const MANY: [&str; 14] = [
        "all that apply",
        "all which apply",
        "as many as",
        "more than one",
        "one or more",
        "select up to",
        "choose up to",
        "tick up to",
        "select all",
        "tick all",
        "choose all",
        "select any",
        "tick any",
        "your top",
    ];
    const ONE: [&str; 18] = [
        "select one",
        "choose one",
        "tick one",
        "select only one",
        "choose only one",
        "tick only one",
        "one option",
        "one answer",
        "please select",
        "please tick",
        "please choose",
        "select from",
        "choose from",
        "tick the box",
        "select an option",
        "choose an option",
        "please indicate",
        "circle one",
    ];
    let says = |cues: &[&str]| cues.iter().any(|cue| has(key, cue));
    if says(&MANY) { Some(true) } else { says(&ONE).then_some(false) }
}

/// Tells whether a question asks for one of a few answers.
pub(super) fn is_closed(key: &str) -> bool {
    const CLOSED: [&str; 11] = [
        "may",
        "which",
        "to what extent",
        "how often",
        "how likely",
        "how satisfied",
        "how important",
        "how much do",
        "how strongly",
        "a ydych",
        "i ba raddau",
    ];
    let last = key.rsplit(['.', ':']).next().unwrap_or(key).trim();
    // "How well" is to be ticked; "how do" and "how many" are not.
    const OPEN: [&str; 3] = ["many", "much", "might"];
    let degree = last.strip_prefix("how ").and_then(|rest| rest.split(' ').next());
    CLOSED.iter().chain(&HELPING).any(|cue| begins(key, cue) || begins(last, cue))
        || has(key, "which of the following")
        || degree.is_some_and(|word| !HELPING.contains(&word) && !OPEN.contains(&word))
}

/// Reads a scale: "on a scale of 1 to 5, where 1 is very poor and 5 is excellent".
pub(super) fn scale(key: &str) -> Option<ScaleEnds> {
    if !["scale", "rate", "score", "rating"].iter().any(|cue| has(key, cue)) {
        return None;
    }
    let all = words(key);
    let number = |at: usize| {
        all.get(at).and_then(|word| word.text.parse::<i32>().ok()).filter(|n| (0..=100).contains(n))
    };
    let (from, to) = (0..all.len()).find_map(|at| {
        let text = all.get(at)?.text;
        if let Some((one, two)) = text.split_once('-')
            && let (Ok(one), Ok(two)) = (one.parse::<i32>(), two.parse::<i32>())
        {
            return (0 <= one && one < two && two <= 100).then_some((one, two));
        }
        let from = number(at)?;
        // "1 (very poor) to 5 (excellent)" has the label between the numbers.
        let to = (at + 1..at + 8).find(|&n| all.get(n).is_some_and(|word| word.text == "to"))?;
        number(to + 1).filter(|to| from < *to).map(|to| (from, to))
    })?;
    Some(ScaleEnds { from, to, from_label: end(key, from), to_label: end(key, to) })
}

/// Returns what one end of a scale means, where it is said.
fn end(key: &str, number: i32) -> String {
    const JOINS: [&str; 8] = ["is", "being", "means", "meaning", "represents", "equals", "=", "("];
    let digits = number.to_string();
    let label = key.match_indices(&digits).find_map(|(at, _)| {
        let rest = key.get(at + digits.len()..)?.trim_start();
        let label = JOINS.iter().find_map(|join| rest.strip_prefix(join))?;
        let stop =
            [" and ", ",", ";", ".", "?", ")", " to "].iter().filter_map(|sign| label.find(sign)).min();
        label
            .get(..stop.unwrap_or(label.len()))
            .map(str::trim)
            .filter(|label| !label.is_empty() && label.len() <= 80)
    });
    label.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_in_one_line_are_read() {
        let check = |line: &str, wanted: &[&str]| {
            assert_eq!(in_one_line(line).unwrap_or_default(), wanted, "{line}");
        };
        check("Yes / No / Don’t know", &["Yes", "No", "Don’t know"]);
        check("[Yes/No]", &["Yes", "No"]);
        check("☐ Yes  ☐ No, but with changes", &["Yes", "No, but with changes"]);
        check("Access and/or premises", &[]);
        check("Yes", &[]);
        assert_eq!(at_the_end("Do you agree? (Yes/No)").expect("choices are found").len(), 2);
        assert!(at_the_end("Do you agree (in general)?").is_none());
    }

    #[test]
    fn scales_are_read_with_their_ends() {
        let scale = |text: &str| {
            scale(&fold(text)).map(|s| (s.from, s.to, s.from_label, s.to_label)).unwrap_or_default()
        };
        let full = (1, 5, "very poor".to_owned(), "excellent".to_owned());
        assert_eq!(scale("On a scale of 1 to 5, where 1 is very poor and 5 is excellent, how is it?"), full);
        assert_eq!(scale("Please rate it from 1 (very poor) to 5 (excellent)"), full);
        assert_eq!(scale("How would you score it, 0-10?"), (0, 10, String::new(), String::new()));
        assert_eq!(scale("How did the scale of change, 5 to 1, feel?"), Default::default());
        assert_eq!(scale("Open 9 to 5"), Default::default());
    }

    #[test]
    fn common_choices_are_known() {
        for known in [
            "Yes",
            "No.",
            "Don’t know",
            "Neither agree nor disagree",
            "Yes, in full",
            "Other (please specify)",
        ] {
            assert!(is_known(&fold(known)), "{known}");
        }
        for other in ["Yes we can do that for all of our patients today", "No practice has this", "Access"] {
            assert!(!is_known(&fold(other)), "{other}");
        }
    }
}
