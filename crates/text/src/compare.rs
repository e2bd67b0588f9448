//! Two states of an answer, word by word: computed here so that screen, export and command line agree.

use crate::block::{Block, words_of};
use crate::sentence::{is_word, tokens};
use similar::{Algorithm, ChangeTag, DiffOp, capture_diff_slices};

/// What sort of block a compared paragraph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sort {
    /// A paragraph.
    Paragraph,
    /// A heading.
    Heading,
    /// An item of a list.
    Item,
    /// A quotation.
    Quote,
    /// A cell of a table.
    Cell,
}

/// Where words stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// In both states.
    Same,
    /// Only in the later state.
    Inserted,
    /// Only in the earlier state.
    Removed,
}

/// Words that stand in the same states.
#[derive(Clone, PartialEq, Eq)]
pub struct Piece {
    /// The words.
    pub text: String,
    /// Where they stand.
    pub how: How,
}

/// One paragraph of a comparison.
#[derive(Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// What sort of block it is.
    pub sort: Sort,
    /// Its words.
    pub pieces: Vec<Piece>,
}

/// Two states, word by word.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// The paragraphs of both in order.
    pub paragraphs: Vec<Paragraph>,
    /// Words that came in.
    pub words_in: u32,
    /// Words that went out.
    pub words_out: u32,
}

/// Compares two states.
pub fn compare(from: &[Block], to: &[Block]) -> Comparison {
    let (before, after) = (flat(from), flat(to));
    let mut comparison = Comparison::default();
    for op in capture_diff_slices(Algorithm::Myers, &before, &after) {
        let old = before.get(op.old_range()).unwrap_or_default();
        let new = after.get(op.new_range()).unwrap_or_default();
        match op {
            DiffOp::Equal { .. } => {
                old.iter().for_each(|(sort, text)| comparison.whole(*sort, text, How::Same));
            }
            _ => comparison.changed(old, new),
        }
    }
    comparison
}

/// Compares two plain texts; the pieces joined without the removed ones are the later text.
pub fn pieces(from: &str, to: &str) -> Vec<Piece> {
    let (before, after) = (tokens(from), tokens(to));
    let mut pieces: Vec<Piece> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &before, &after) {
        for change in op.iter_changes(&before, &after) {
            let how = match change.tag() {
                ChangeTag::Equal => How::Same,
                ChangeTag::Insert => How::Inserted,
                ChangeTag::Delete => How::Removed,
            };
            match pieces.last_mut() {
                Some(last) if last.how == how => last.text.push_str(change.value()),
                _ => pieces.push(Piece { text: change.value().to_string(), how }),
            }
        }
    }
    pieces
}

impl Comparison {
    fn whole(&mut self, sort: Sort, text: &str, how: How) {
        self.add(sort, vec![Piece { text: text.to_owned(), how }]);
    }

    /// Pairs paragraphs that changed place for place, as far as they have words in common.
    fn changed(&mut self, old: &[(Sort, String)], new: &[(Sort, String)]) {
        let mut new = new.iter().peekable();
        for (sort, text) in old {
            match new.next_if(|(_, next)| alike(text, next)) {
                Some((sort, next)) => self.add(*sort, pieces(text, next)),
                None => self.whole(*sort, text, How::Removed),
            }
        }
        new.for_each(|(sort, text)| self.whole(*sort, text, How::Inserted));
    }

    fn add(&mut self, sort: Sort, pieces: Vec<Piece>) {
        for piece in &pieces {
            let words = crate::count::words(&piece.text);
            match piece.how {
                How::Same => {}
                How::Inserted => self.words_in += words,
                How::Removed => self.words_out += words,
            }
        }
        self.paragraphs.push(Paragraph { sort, pieces });
    }
}

/// Tells whether two paragraphs share enough words to be shown as one that changed.
pub(crate) fn alike(one: &str, other: &str) -> bool {
    let words = |text| tokens(text).into_iter().filter(|token| is_word(token)).collect::<Vec<_>>();
    let (one, other) = (words(one), words(other));
    let mut left: Vec<_> = other.clone();
    let shared = one.iter().filter(|word| {
        let found = left.iter().position(|there| there == *word);
        found.is_some_and(|at| left.swap_remove(at) == **word)
    });
    shared.count() * 3 >= one.len().max(other.len())
}

fn flat(blocks: &[Block]) -> Vec<(Sort, String)> {
    let mut all = Vec::new();
    push(blocks, Sort::Paragraph, &mut all);
    all
}

fn push(blocks: &[Block], within: Sort, all: &mut Vec<(Sort, String)>) {
    for block in blocks {
        match block {
            Block::Heading { runs, .. } => all.push((Sort::Heading, words_of(runs))),
            Block::Para { runs } => all.push((within, words_of(runs))),
            Block::Quote { blocks } => push(blocks, Sort::Quote, all),
            Block::List { items, .. } => items.iter().for_each(|item| push(item, Sort::Item, all)),
            Block::Table { rows } => {
                rows.iter().flatten().for_each(|cell| push(&cell.blocks, Sort::Cell, all));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plain::read;

    #[test]
    fn a_changed_word_is_shown_within_its_paragraph() {
        let comparison = compare(
            &read("Keeping managers is hard.\nSecond."),
            &read("Keeping managers is harder.\nSecond."),
        );
        let first: Vec<_> =
            comparison.paragraphs[0].pieces.iter().map(|p| (p.text.as_str(), p.how)).collect();
        assert_eq!(
            first,
            [
                ("Keeping managers is ", How::Same),
                ("hard", How::Removed),
                ("harder", How::Inserted),
                (".", How::Same)
            ]
        );
        assert_eq!((comparison.words_in, comparison.words_out, comparison.paragraphs.len()), (1, 1, 2));
    }

    #[test]
    fn the_pieces_of_the_later_state_joined_are_its_text() {
        let (from, to) = ("One two three, four.", "One 2 three four. Five");
        let later: String =
            pieces(from, to).iter().filter(|p| p.how != How::Removed).map(|p| p.text.clone()).collect();
        let earlier: String =
            pieces(from, to).iter().filter(|p| p.how != How::Inserted).map(|p| p.text.clone()).collect();
        assert_eq!((later.as_str(), earlier.as_str()), (to, from));
    }
}
