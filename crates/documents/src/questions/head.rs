//! The title of a call and who asks, read from the first lines. Both are proposals; the lines stay where
//! they are.

use super::cues;
use super::line::Line;
use super::mark::Mark;
use crate::clean::{fold, has, place_of};

/// How many lines from the start are looked at.
const FIRST_LINES: usize = 25;
/// The most characters of a title.
const LONGEST_TITLE: usize = 200;
/// The most characters of an asker.
const LONGEST_ASKER: usize = 150;

/// Words of a title.
const OF_A_CALL: [&str; 13] = [
    "consultation",
    "inquiry",
    "call for evidence",
    "review",
    "survey",
    "engagement",
    "proposals",
    "have your say",
    "questionnaire",
    "call for views",
    "ymgynghoriad",
    "green paper",
    "white paper",
];
/// Words before the subject of a call.
const SUBJECT: [&str; 6] = [
    "inquiry into",
    "consultation on",
    "call for evidence on",
    "review of",
    "survey on",
    "call for views on",
];
/// Those who often ask, as they write their names.
const ASKERS: [&str; 26] = [
    "NHS England",
    "Department of Health and Social Care",
    "DHSC",
    "NHS Improvement",
    "NHS Digital",
    "British Medical Association",
    "BMA",
    "Welsh Government",
    "Llywodraeth Cymru",
    "Scottish Government",
    "Department of Health",
    "Care Quality Commission",
    "CQC",
    "National Institute for Health and Care Excellence",
    "NICE",
    "General Medical Council",
    "UK Health Security Agency",
    "Health Education and Improvement Wales",
    "National Audit Office",
    "Senedd Cymru",
    "Healthwatch England",
    "Royal College of General Practitioners",
    "NHS Business Services Authority",
    "NHS Resolution",
    "Public Health Wales",
    "Public Health Scotland",
];
/// Labels before an asker.
const ASKED_BY: [&str; 7] =
    ["asked by", "issued by", "published by", "consultation by", "from", "organisation", "department"];

/// Returns the title and the place of the line that is nothing else.
pub(super) fn title(lines: &[Line]) -> (Option<String>, Option<usize>) {
    let first: Vec<&Line> =
        lines.iter().take(FIRST_LINES).take_while(|line| !begins_questions(line)).collect();
    if let Some((at, text)) =
        first.iter().find_map(|line| labelled(line, &["title", "consultation", "teitl"]))
    {
        return (Some(text), Some(at));
    }
    let heads: Vec<&&Line> = first.iter().filter(|line| is_title(line)).collect();
    let of_call = |line: &&&&Line| OF_A_CALL.iter().any(|word| has(&line.key, word));
    if let Some(line) = heads.iter().find(of_call) {
        return (Some(line.body.clone()), Some(line.at));
    }
    let subject = first.iter().find_map(|line| subject(&line.text));
    let head = heads.first().filter(|line| line.at <= 1);
    let place = head.map(|line| line.at);
    (subject.or_else(|| head.map(|line| line.body.clone())), place)
}

fn begins_questions(line: &Line) -> bool {
    matches!(line.mark, Mark::Number { .. } | Mark::Letter(_) | Mark::Tick) || cues::asks(&line.body)
}

fn labelled(line: &Line, labels: &[&str]) -> Option<(usize, String)> {
    let (label, words) = line.body.split_once(':')?;
    let words = words.trim();
    let fits =
        labels.contains(&fold(label).as_str()) && !words.is_empty() && words.chars().count() <= LONGEST_TITLE;
    fits.then(|| (line.at, words.to_owned()))
}

fn is_title(line: &Line) -> bool {
    let plain = matches!(line.mark, Mark::None | Mark::Heading) && line.cells.is_empty();
    let ends = line.body.ends_with(['?', '.', ';', ':', ',']);
    let length = line.body.chars().count();
    let page = cues::is_furniture(&line.key) || cues::is_field(&line.key) || line.key == "gov.uk";
    let dated = ["published", "updated", "opened", "closes", "closing", "closed", "by ", "from ", "share"];
    let is_date =
        dated.iter().any(|word| line.key.starts_with(word)) || line.key.starts_with(|c: char| c.is_numeric());
    let starts =
        line.body.chars().next().is_some_and(|c| c.is_uppercase() || matches!(c, '‘' | '“' | '"' | '\''));
    let is_front = cues::is_front(&line.key) && line.words() <= 3;
    let other = is_date || is_front || cues::trails(&line.key, line.words());
    plain && !ends && !page && !other && starts && line.words() >= 2 && length <= LONGEST_TITLE
}

/// Returns "Inquiry into the Future of General Practice" out of a sentence: as far as its words are names.
fn subject(text: &str) -> Option<String> {
    const SMALL: [&str; 9] = ["the", "of", "and", "in", "for", "to", "into", "on", "a"];
    let key = text.to_lowercase();
    // Lower case may change lengths; then the place would be wrong, so such a line is left alone.
    if key.len() != text.len() {
        return None;
    }
    let (start, end) =
        SUBJECT.iter().find_map(|cue| place_of(&key, cue).map(|end| (end - cue.len(), end)))?;
    let mut taken = end;
    for word in text.get(end..)?.split_inclusive(' ') {
        let bare = word.trim();
        let is_name = bare.chars().next().is_some_and(char::is_uppercase);
        let is_small = SMALL.contains(&bare);
        if !(is_name || is_small || bare.is_empty()) {
            break;
        }
        taken += word.len();
        if bare.ends_with(['.', ',', ';', ':', '?']) {
            break;
        }
    }
    let words = text.get(start..taken)?.trim().trim_end_matches(['.', ',', ';', ':', '?']);
    let words =
        SMALL.iter().fold(words, |words, small| words.strip_suffix(&format!(" {small}")).unwrap_or(words));
    let named = text.get(end..taken)?.chars().any(char::is_uppercase);
    let mut letters = words.chars();
    let first = letters.next()?.to_uppercase();
    (named && words.chars().count() <= LONGEST_TITLE).then(|| first.chain(letters).collect())
}

/// Returns who asks.
pub(super) fn asker(lines: &[Line]) -> Option<String> {
    let first: Vec<&Line> = lines.iter().take(FIRST_LINES).collect();
    let named = first.iter().find_map(|line| labelled(line, &ASKED_BY)).map(|(_, text)| text);
    let named = named.filter(|text| text.chars().count() <= LONGEST_ASKER);
    named.or_else(|| first.iter().find_map(|line| body_named(&line.text))).or_else(|| {
        let known =
            |line: &&Line| ASKERS.iter().find(|name| has(&line.text, name)).map(|name| (*name).to_owned());
        first.iter().find_map(known)
    })
}

/// Returns a body whose name ends in its kind, such as "Health and Social Care Select Committee".
fn body_named(text: &str) -> Option<String> {
    const KINDS: [&str; 5] =
        ["Committee", "Integrated Care Board", "Health Board", "ICB", "Local Medical Committee"];
    const SMALL: [&str; 4] = ["and", "of", "for", "&"];
    let (end, kind) = KINDS.iter().filter_map(|kind| Some((place_of(text, kind)?, kind))).min()?;
    let before = text.get(..end)?;
    let mut start = end;
    for word in before.rsplit_inclusive_space() {
        let bare = word.trim();
        let is_name = bare.chars().next().is_some_and(char::is_uppercase) && bare != "The";
        if !(is_name || SMALL.contains(&bare)) || (start < end && bare.ends_with([',', '.', ':', ';'])) {
            break;
        }
        start -= word.len();
    }
    let mut words = before.get(start..)?.trim();
    while let Some(rest) = SMALL.iter().find_map(|small| words.strip_prefix(&format!("{small} "))) {
        words = rest;
    }
    let count = words.split(' ').count();
    (count <= 12 && words.len() > kind.len() && words.chars().count() <= LONGEST_ASKER)
        .then(|| words.to_owned())
}

/// Words from the end, each with the space before it.
trait FromTheEnd {
    fn rsplit_inclusive_space(&self) -> Vec<&str>;
}

impl FromTheEnd for str {
    fn rsplit_inclusive_space(&self) -> Vec<&str> {
        let mut words = Vec::new();
        let mut rest = self;
        while let Some(at) = rest.rfind(' ') {
            words.push(rest.get(at..).unwrap_or_default());
            rest = rest.get(..at).unwrap_or_default();
            if words.len() > 20 {
                return words;
            }
        }
        words.push(rest);
        words
    }
}
