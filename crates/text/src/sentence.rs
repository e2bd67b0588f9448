//! Words and sentences as positions in a text, and how the positions of one text map to another: what
//! comparisons, minimal edits and looks at a merge are built on.

use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::ops::Range;

/// Splits text into words and the gaps between them; joined again they are the text.
pub(crate) fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let kind = kind(first);
        let end = rest.char_indices().find(|&(n, c)| n > 0 && (kind == Kind::Sign || self::kind(c) != kind));
        let (token, after) = rest.split_at(end.map_or(rest.len(), |(n, _)| n));
        tokens.push(token);
        rest = after;
    }
    tokens
}

#[derive(PartialEq, Clone, Copy)]
enum Kind {
    Word,
    Space,
    Sign,
}

fn kind(c: char) -> Kind {
    if c.is_whitespace() {
        Kind::Space
    } else if c.is_alphanumeric() || matches!(c, '\'' | '’' | '-' | '_') {
        Kind::Word
    } else {
        Kind::Sign
    }
}

/// Tells whether a token is a word and not a gap or a sign.
pub(crate) fn is_word(token: &str) -> bool {
    token.chars().next().is_some_and(char::is_alphanumeric)
}

/// Returns the token ranges of the sentences of a text. A sentence ends with its full stop, question or
/// exclamation mark, or with the line; the gap after it belongs to it.
pub(crate) fn sentences(tokens: &[&str]) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let mut start = 0;
    for (n, token) in tokens.iter().enumerate() {
        let next_is_gap = tokens.get(n + 1).is_none_or(|next| next.starts_with(char::is_whitespace));
        let ends = matches!(*token, "." | "?" | "!") && next_is_gap;
        if ends || token.contains('\n') {
            let end = if ends && tokens.get(n + 1).is_some_and(|next| !next.contains('\n')) {
                n + 2
            } else {
                n + 1
            };
            if end > start {
                all.push(start..end.min(tokens.len()));
                start = end;
            }
        }
    }
    if start < tokens.len() {
        all.push(start..tokens.len());
    }
    all
}

/// How the tokens of one text became those of another.
pub(crate) struct Alignment {
    ops: Vec<DiffOp>,
    before: usize,
    after: usize,
}

impl Alignment {
    /// Aligns two texts.
    pub(crate) fn new(before: &[&str], after: &[&str]) -> Self {
        let ops = capture_diff_slices(Algorithm::Myers, before, after);
        Self { ops, before: before.len(), after: after.len() }
    }

    /// Returns the ranges that were taken out of the first text with what came in their place.
    pub(crate) fn changes(&self) -> impl Iterator<Item = (Range<usize>, Range<usize>)> + '_ {
        self.ops
            .iter()
            .filter(|op| !matches!(op, DiffOp::Equal { .. }))
            .map(|op| (op.old_range(), op.new_range()))
    }

    /// Tells for each token of the first text whether it is gone in the second.
    pub(crate) fn gone(&self) -> Vec<bool> {
        let mut gone = vec![false; self.before];
        for (old, _) in self.changes() {
            gone.iter_mut().take(old.end).skip(old.start).for_each(|here| *here = true);
        }
        gone
    }

    /// Returns the range of the second text that a range of the first one became, what was put in strictly
    /// within it or in place of its words included.
    pub(crate) fn image(&self, range: &Range<usize>) -> Range<usize> {
        let (mut start, mut end) = (None, None);
        for op in &self.ops {
            let (old, new) = (op.old_range(), op.new_range());
            let touches = if old.is_empty() {
                old.start > range.start && old.start < range.end
            } else {
                old.start < range.end && old.end > range.start
            };
            if !touches {
                continue;
            }
            let (from, to) = if matches!(op, DiffOp::Equal { .. }) {
                let from = new.start + range.start.saturating_sub(old.start);
                (from, new.end - old.end.saturating_sub(range.end))
            } else {
                (new.start, new.end)
            };
            start = Some(start.map_or(from, |s: usize| s.min(from)));
            end = Some(end.map_or(to, |e: usize| e.max(to)));
        }
        match (start, end) {
            (Some(start), Some(end)) => start..end.max(start).min(self.after),
            _ => 0..0,
        }
    }

    /// Tells whether a range of the first text was changed: words taken out of it or put in strictly within.
    pub(crate) fn changed(&self, range: &Range<usize>) -> bool {
        self.changes().any(|(old, _)| {
            if old.is_empty() {
                old.start > range.start && old.start < range.end
            } else {
                old.start < range.end && old.end > range.start
            }
        })
    }
}

/// Returns the tokens of a range as one text.
pub(crate) fn text_of(tokens: &[&str], range: &Range<usize>) -> String {
    tokens.get(range.clone()).unwrap_or_default().concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_join_to_the_text_again() {
        for text in ["", "One, two.  Three!", "’tis a well-documented £5\n\nline", "👍🏽 ok"] {
            assert_eq!(tokens(text).concat(), text);
        }
    }

    #[test]
    fn a_sentence_ends_with_its_mark_and_a_figure_does_not_end_one() {
        let text = "Costs rose by 5.5 per cent. Why? Nobody knows\nNext line";
        let tokens = tokens(text);
        let all: Vec<_> = sentences(&tokens).iter().map(|range| text_of(&tokens, range)).collect();
        assert_eq!(all, ["Costs rose by 5.5 per cent. ", "Why? ", "Nobody knows\n", "Next line"]);
    }

    #[test]
    fn the_image_of_a_sentence_holds_what_was_put_into_it() {
        let (before, after) = (tokens("A b. C d."), tokens("A b. C new d. E."));
        let alignment = Alignment::new(&before, &after);
        let second = sentences(&before)[1].clone();
        assert_eq!(text_of(&after, &alignment.image(&second)), "C new d.");
        assert!(alignment.changed(&second) && !alignment.changed(&sentences(&before)[0]));
    }
}
