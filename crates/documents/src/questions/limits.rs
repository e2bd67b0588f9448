//! Limits on an answer as askers print them: "maximum 250 words", "(500 words)", "up to 2,000 characters".
//! They stay in the text; here they are only read.

use super::date::{Word, words};
use crate::clean::has;

/// The limits of one answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Limits {
    /// The most words.
    pub(super) words: Option<u32>,
    /// The most characters.
    pub(super) characters: Option<u32>,
}

/// Words that make a number a limit.
const MOST: [&str; 17] = [
    "max",
    "maximum",
    "limit",
    "limited",
    "no more than",
    "not more than",
    "up to",
    "or fewer",
    "or less",
    "at most",
    "within",
    "exceed",
    "exceeding",
    "or under",
    "fewer than",
    "less than",
    "uchafswm",
];
/// Words that make it something else.
const NOT: [&str; 9] = [
    "minimum",
    "at least",
    "more than",
    "approximately",
    "around",
    "in total",
    "overall",
    "whole response",
    "pages",
];

/// Reads the limits in a folded text.
pub(super) fn find(key: &str) -> Limits {
    let all = words(key);
    let mut limits = Limits::default();
    for (at, word) in all.iter().enumerate() {
        let Some(number) = number(word.text) else { continue };
        let (unit, joined) = match joined_unit(word.text) {
            Some(unit) => (Some(unit), true),
            None => (all.get(at + 1).and_then(|next| unit(next.text)), false),
        };
        let unit = unit.or_else(|| unit_before(&all, at));
        let place = match unit {
            Some(Unit::Words) => &mut limits.words,
            Some(Unit::Characters) => &mut limits.characters,
            None => continue,
        };
        if place.is_none() && is_limit(key, &all, at, joined) {
            *place = Some(number);
        }
    }
    limits
}

#[derive(Clone, Copy)]
enum Unit {
    Words,
    Characters,
}

fn unit(text: &str) -> Option<Unit> {
    match text {
        "word" | "words" | "o eiriau" | "gair" => Some(Unit::Words),
        "character" | "characters" | "chars" => Some(Unit::Characters),
        text if text.starts_with("word-") || text.starts_with("words/") => Some(Unit::Words),
        _ => None,
    }
}

/// Returns the unit of "250-word" or "250words".
fn joined_unit(text: &str) -> Option<Unit> {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == ',');
    unit(rest.trim_start_matches('-'))
}

/// Returns the unit of "word limit: 250" and "max words 250".
fn unit_before(all: &[Word<'_>], at: usize) -> Option<Unit> {
    let before = all.get(at.saturating_sub(3)..at)?;
    let is_cue = |word: &Word<'_>| matches!(word.text, "limit" | "max" | "maximum" | "count");
    let found = before.iter().rev().find_map(|word| unit(word.text))?;
    before.iter().any(is_cue).then_some(found)
}

fn number(text: &str) -> Option<u32> {
    let digits: String =
        text.chars().take_while(|c| c.is_ascii_digit() || *c == ',').filter(|c| *c != ',').collect();
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == ',');
    let whole = rest.is_empty() || joined_unit(text).is_some();
    digits.parse().ok().filter(|number| whole && (5..=1_000_000).contains(number))
}

/// Tells whether the words around a number make it a limit.
fn is_limit(key: &str, all: &[Word<'_>], at: usize, joined: bool) -> bool {
    let first = all.get(at.saturating_sub(5)).map_or(0, |word| word.at);
    let after = all.get(at + 6).map_or(key.len(), |word| word.at);
    let Some(around) = key.get(first..after) else { return false };
    // "no more than" is a limit although "more than" is none.
    let plain = ["no more than", "not more than"]
        .iter()
        .fold(around.to_owned(), |text, cue| text.replace(cue, "max"));
    if NOT.iter().any(|cue| has(&plain, cue)) || has(key, "whole response") || has(key, "in total") {
        return false;
    }
    let number = all.get(at).map_or(0, |word| word.at);
    let in_brackets = key.get(..number).is_some_and(|before| before.ends_with(['(', '[']));
    joined || in_brackets || MOST.iter().any(|cue| has(&plain, cue))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::fold;

    fn check(text: &str, words: u32, characters: u32) {
        let found = find(&fold(text));
        assert_eq!((found.words.unwrap_or(0), found.characters.unwrap_or(0)), (words, characters), "{text}");
    }

    #[test]
    fn limits_are_read_as_askers_print_them() {
        check("What would help? (500 words)", 500, 0);
        check("Please explain your answer (maximum 250 words).", 250, 0);
        check("Max. 1,000 characters", 0, 1000);
        check("in no more than 300 words", 300, 0);
        check("Word limit: 1,500", 1500, 0);
        check("a 250-word limit applies", 250, 0);
        check("up to 2000 characters, including spaces, or at most 300 words", 300, 2000);
        check("300 words or fewer", 300, 0);
        check("Uchafswm 250 words", 250, 0);
    }

    #[test]
    fn other_numbers_are_no_limits() {
        for text in [
            "We wrote 500 words about it",
            "at least 50 words",
            "minimum 100 characters",
            "about 40 practices",
            "no more than 3,000 words in total",
            "up to 3 options",
            "more than 250 words were lost",
        ] {
            check(text, 0, 0);
        }
    }
}
