//! Lines as they are read: cleaned, parted from their marks, and joined again where e-mail or a page broke
//! them at its edge.

use super::mark::{self, Mark};
use crate::clean::{clean, fold, is_unseen};

/// How many characters of a line are folded for comparison; cues stand near its start.
const FOLDED: usize = 1_500;
/// From this width on, a line that stops in mid-sentence was broken at the edge of a page.
const BROKEN_FROM: usize = 40;

/// One line of the text, which may be several that belong together.
#[derive(Clone)]
pub(super) struct Line {
    /// Its place, to keep the order.
    pub(super) at: usize,
    /// The whole line, without space around it.
    pub(super) text: String,
    /// What stands in front.
    pub(super) mark: Mark,
    /// The line without its mark.
    pub(super) body: String,
    /// The body, folded for comparison.
    pub(super) key: String,
    /// How far it stands in.
    pub(super) indent: usize,
    /// Whether a blank line stands before it.
    pub(super) gap: bool,
    /// Its cells, where tabs part it; else empty.
    pub(super) cells: Vec<String>,
}

impl Line {
    /// Returns how many words the body has.
    pub(super) fn words(&self) -> usize {
        self.body.split_whitespace().count()
    }

    /// Returns the line as it goes into an answer: any bullet as the one that the editor reads.
    pub(super) fn as_answer(&self) -> String {
        if self.mark == Mark::Bullet { format!("• {}", self.body) } else { self.text.clone() }
    }
}

/// Reads text as lines; blank ones leave their trace in `gap`.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let text = clean(text).replace(['\u{2028}', '\u{2029}', '\u{85}'], "\n");
    let mut lines: Vec<Line> = Vec::new();
    let (mut gap, mut width) = (true, 0);
    for raw in text.split('\n') {
        let trimmed = raw.trim_matches(|c: char| c.is_whitespace() || is_unseen(c));
        if trimmed.is_empty() {
            gap = true;
            continue;
        }
        let next = line(lines.len(), raw, trimmed, gap);
        match lines.last_mut() {
            Some(last) if goes_on(last, &next, width) => join(last, &next),
            _ => lines.push(next),
        }
        (gap, width) = (false, trimmed.chars().count());
    }
    mend_bullets(&mut lines);
    lines
}

fn line(at: usize, raw: &str, trimmed: &str, gap: bool) -> Line {
    let (mark, body) = mark::split(trimmed);
    let indent = raw.chars().take_while(|c| c.is_whitespace()).map(|c| if c == '\t' { 4 } else { 1 }).sum();
    let has_tab = if mark == Mark::None { raw.trim_start().contains('\t') } else { body.contains('\t') };
    let cells =
        if has_tab { raw.split('\t').map(|cell| cell.trim().to_owned()).collect() } else { Vec::new() };
    let (body, key) = (body.to_owned(), key(body));
    Line { at, text: trimmed.to_owned(), mark, body, key, indent, gap, cells }
}

fn key(body: &str) -> String {
    fold(&body.chars().take(FOLDED).collect::<String>())
}

/// Tells whether `next` is the rest of a line that was broken at the edge of a page.
fn goes_on(last: &Line, next: &Line, width: usize) -> bool {
    let stands_alone =
        next.gap || next.mark != Mark::None || !next.cells.is_empty() || !last.cells.is_empty();
    if stands_alone || width < BROKEN_FROM || last.text.ends_with(['.', '?', '!', ':', ';']) {
        return false;
    }
    let small = next.body.chars().next().is_some_and(char::is_lowercase);
    let small = small && mark::damaged_bullet(&next.body).is_none();
    let word = last.text.rsplit(' ').next().unwrap_or_default().to_lowercase();
    small || last.text.ends_with(',') || LINKS.contains(&word.as_str())
}

/// Words after which a sentence goes on.
const LINKS: [&str; 20] = [
    "a", "an", "and", "any", "as", "at", "by", "for", "from", "in", "of", "on", "or", "our", "that", "the",
    "their", "to", "with", "your",
];

fn join(last: &mut Line, next: &Line) {
    for part in [&mut last.text, &mut last.body] {
        part.push(' ');
        part.push_str(&next.text);
    }
    if last.key.len() < FOLDED {
        last.key = key(&last.body);
    }
}

/// Reads `o` and `?` in front of several lines in a row as the bullets they once were.
fn mend_bullets(lines: &mut [Line]) {
    let damaged: Vec<bool> = lines
        .iter()
        .map(|line| {
            line.mark == Mark::None && line.cells.is_empty() && mark::damaged_bullet(&line.text).is_some()
        })
        .collect();
    for at in 0..lines.len() {
        let is = |n: Option<usize>| n.and_then(|n| damaged.get(n)).copied().unwrap_or(false);
        if !(is(Some(at)) && (is(at.checked_sub(1)) || is(at.checked_add(1)))) {
            continue;
        }
        if let Some(line) = lines.get_mut(at) {
            line.body = mark::damaged_bullet(&line.text).unwrap_or_default().to_owned();
            line.key = key(&line.body);
            line.mark = Mark::Bullet;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        lines(text).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn lines_broken_at_the_edge_are_joined_and_lists_are_not() {
        let broken =
            "1. What are the main challenges that face general practice in\nthe next five years?\nYes\nNo";
        assert_eq!(
            texts(broken),
            [
                "1. What are the main challenges that face general practice in the next five years?",
                "Yes",
                "No"
            ]
        );
        assert_eq!(texts("strongly agree\nagree\nneither"), ["strongly agree", "agree", "neither"]);
    }

    #[test]
    fn damaged_bullets_count_where_several_follow() {
        let all = lines("o one\no two\n\no dear");
        assert!(all.iter().take(2).all(|line| line.mark == Mark::Bullet));
        assert_eq!(lines("? what\nthen")[0].mark, Mark::None);
    }

    #[test]
    fn a_row_keeps_its_cells_and_a_numbered_line_with_a_tab_is_no_row() {
        let all = lines("\tAgree\tDisagree\nAccess\t\t\n1.\tWhy?\n•\tThis");
        assert_eq!(all[0].cells, ["", "Agree", "Disagree"]);
        assert_eq!(all[1].cells, ["Access", "", ""]);
        assert!(all[2].cells.is_empty() && all[3].cells.is_empty());
    }
}
