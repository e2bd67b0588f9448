//! Invented words that can be told apart: each stands once in the world, so a story can count them.

/// Returns `count` different words that begin with `who`, the same for the same seed.
pub fn words(seed: u64, who: &str, count: usize) -> Vec<String> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    (0..count)
        .map(|n| {
            // xorshift: enough to make words that do not follow each other in the alphabet.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            format!("{who}{n:03}x{:05x}", state & 0xf_ffff)
        })
        .collect()
}

/// What became of words: which are missing, which stand more often than they were written.
#[derive(Debug, PartialEq, Eq)]
pub struct Count {
    /// Written and not there.
    pub lost: Vec<String>,
    /// There more than once.
    pub doubled: Vec<String>,
}

/// Counts written words in a text. A word that stands in two pieces counts as lost; one that stands right beside
/// another person's word does not, for that is where two insertions met.
pub fn count(written: &[String], text: &str) -> Count {
    let times = |word: &String| text.matches(word.as_str()).count();
    Count {
        lost: written.iter().filter(|word| times(word) == 0).cloned().collect(),
        doubled: written.iter().filter(|word| times(word) > 1).cloned().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_and_a_doubled_word_are_found() {
        let written = words(1, "a", 3);
        let text = format!("{} {}, {}", written[0], written[1], written[1]);
        let found = count(&written, &text);
        assert_eq!((found.lost, found.doubled), (vec![written[2].clone()], vec![written[1].clone()]));
    }
}
