//! Words and characters, by one rule for the whole product. The cases in `count_cases.json` are read by the
//! editor's tests as well, so both count alike.
//!
//! Words: split on white space as `\s` of ECMAScript does, so "well-documented" is one word.
//! Characters: Unicode code points of all paragraphs, one more between two paragraphs for the line end.

use crate::block::{Block, each_text};

/// How much text there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// Words.
    pub words: u32,
    /// Characters.
    pub characters: u32,
}

/// Counts an answer.
pub fn count(blocks: &[Block]) -> Count {
    let (mut count, mut paragraphs) = (Count::default(), 0u32);
    each_text(blocks, &mut |_, text| {
        count.words += words(&text);
        count.characters += size(text.chars().count());
        paragraphs += 1;
    });
    count.characters += paragraphs.saturating_sub(1);
    count
}

/// Counts the words of plain text.
pub fn words(text: &str) -> u32 {
    size(text.split(is_space).filter(|word| !word.is_empty()).count())
}

/// Tells whether ECMAScript's `\s` matches: Unicode white space without NEL, and the byte-order mark.
fn is_space(c: char) -> bool {
    c == '\u{feff}' || (c.is_whitespace() && c != '\u{85}')
}

fn size(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shared_cases_hold() {
        let cases: Vec<(String, Vec<String>, u32, u32)> =
            serde_json::from_str(include_str!("../count_cases.json")).expect("it reads as JSON");
        assert!(cases.len() >= 10);
        for (why, paragraphs, words, characters) in cases {
            let blocks: Vec<_> = paragraphs.into_iter().map(Block::para).collect();
            assert_eq!(count(&blocks), Count { words, characters }, "{why}");
        }
    }
}
