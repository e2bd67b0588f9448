//! What a merge did to people's words. Two texts made apart from one base come together; this says which
//! words were dropped and which sentences both had touched. Pure, and it never changes anything: a false
//! alarm is better than a miss.

use crate::block::{Block, each_text};
use crate::sentence::{Alignment, is_word, sentences, text_of, tokens};
use std::collections::BTreeMap;
use std::ops::Range;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The first text.
    First,
    /// The second text.
    Second,
}

/// Words that one side typed and the merge dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Dropped {
    /// Who typed them.
    pub side: Side,
    /// The words.
    pub words: String,
    /// The sentence around them as its author had it.
    pub around: String,
}

/// A sentence that both touched.
#[derive(Clone, PartialEq, Eq)]
pub struct SameSentence {
    /// As it stood before.
    pub base: String,
    /// As the first had it.
    pub first: String,
    /// As the second had it.
    pub second: String,
    /// As it stands now.
    pub now: String,
}

/// Words that survived alone where the other side had removed what stood around them.
#[derive(Clone, PartialEq, Eq)]
pub struct Stranded {
    /// Who typed them.
    pub side: Side,
    /// The words.
    pub words: String,
    /// The sentence as their author had it.
    pub around: String,
}

/// What there is to see after a merge.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Look {
    /// Words that were dropped.
    pub dropped: Vec<Dropped>,
    /// Sentences both touched.
    pub same_sentence: Vec<SameSentence>,
    /// Words that stand alone.
    pub stranded: Vec<Stranded>,
    /// Whether both changed the text at all.
    pub both_changed: bool,
}

/// Looks at a merge: the text before, as the first had it, as the second had it, and as it stands now.
pub fn look(base: &[Block], first: &[Block], second: &[Block], now: &[Block]) -> Look {
    let (base, first, second, now) = (lines(base), lines(first), lines(second), lines(now));
    let texts =
        Texts { base: tokens(&base), first: tokens(&first), second: tokens(&second), now: tokens(&now) };
    texts.look()
}

fn lines(blocks: &[Block]) -> String {
    let mut all = String::new();
    each_text(blocks, &mut |_, text| {
        all.push_str(&text);
        all.push('\n');
    });
    all
}

struct Texts<'a> {
    base: Vec<&'a str>,
    first: Vec<&'a str>,
    second: Vec<&'a str>,
    now: Vec<&'a str>,
}

impl Texts<'_> {
    fn look(&self) -> Look {
        let to_first = Alignment::new(&self.base, &self.first);
        let to_second = Alignment::new(&self.base, &self.second);
        let to_now = Alignment::new(&self.base, &self.now);
        let lost = self.lost_words();
        let mut dropped = dropped(Side::First, &self.first, &to_first, &lost);
        dropped.extend(self::dropped(Side::Second, &self.second, &to_second, &lost));
        let mut stranded = self.stranded(Side::First, &self.first, &to_first, &to_second);
        stranded.extend(self.stranded(Side::Second, &self.second, &to_second, &to_first));
        Look {
            dropped,
            same_sentence: self.same_sentence(&to_first, &to_second, &to_now),
            stranded,
            both_changed: to_first.changes().next().is_some() && to_second.changes().next().is_some(),
        }
    }

    /// Returns how often each word that came in is missing now: words(base), words(first), words(second)
    /// and words(now) as multisets.
    fn lost_words(&self) -> BTreeMap<String, usize> {
        let count = |tokens: &[&str]| {
            let mut all: BTreeMap<String, usize> = BTreeMap::new();
            for token in tokens.iter().filter(|token| is_word(token)) {
                *all.entry((*token).to_owned()).or_default() += 1;
            }
            all
        };
        let (base, first, second, now) =
            (count(&self.base), count(&self.first), count(&self.second), count(&self.now));
        let mut lost = BTreeMap::new();
        for word in first.keys().chain(second.keys()) {
            let of = |text: &BTreeMap<String, usize>| text.get(word).copied().unwrap_or(0);
            let inserted = of(&first).saturating_sub(of(&base)) + of(&second).saturating_sub(of(&base));
            let deleted = of(&base).saturating_sub(of(&first)).max(of(&base).saturating_sub(of(&second)));
            let from_base = of(&base).saturating_sub(deleted);
            let missing = inserted.saturating_sub(of(&now).saturating_sub(from_base));
            if missing > 0 {
                lost.insert(word.clone(), missing);
            }
        }
        for token in self.now.iter().filter(|token| is_word(token)) {
            let is_known = [&base, &first, &second].iter().any(|count| count.contains_key(*token));
            if !is_known {
                find_joined(token, &mut lost);
            }
        }
        lost
    }

    fn same_sentence(
        &self,
        to_first: &Alignment,
        to_second: &Alignment,
        to_now: &Alignment,
    ) -> Vec<SameSentence> {
        let both = |range: &Range<usize>| to_first.changed(range) && to_second.changed(range);
        sentences(&self.base)
            .into_iter()
            .filter(both)
            .map(|range| SameSentence {
                base: text_of(&self.base, &range).trim().to_owned(),
                first: text_of(&self.first, &to_first.image(&range)).trim().to_owned(),
                second: text_of(&self.second, &to_second.image(&range)).trim().to_owned(),
                now: text_of(&self.now, &to_now.image(&range)).trim().to_owned(),
            })
            // Both made the very same change: nothing to look at.
            .filter(|same| same.first != same.second)
            .collect()
    }

    /// Finds words put in by one side between two base words that the other side had both removed.
    fn stranded(&self, side: Side, own: &[&str], to_own: &Alignment, to_other: &Alignment) -> Vec<Stranded> {
        let (gone_own, gone_other) = (to_own.gone(), to_other.gone());
        let removed_by_other = |n: Option<usize>| {
            n.is_some_and(|n| gone_other.get(n) == Some(&true) && gone_own.get(n) == Some(&false))
        };
        let word_before = |n: usize| (0..n).rev().find(|&m| self.base.get(m).is_some_and(|t| is_word(t)));
        let word_after =
            |n: usize| (n..self.base.len()).find(|&m| self.base.get(m).is_some_and(|t| is_word(t)));
        let own_sentences = sentences(own);
        to_own
            .changes()
            .filter(|(old, new)| !new.is_empty() && has_word(own, new) && old.is_empty())
            .filter(|(old, _)| {
                removed_by_other(word_before(old.start)) && removed_by_other(word_after(old.end))
            })
            .map(|(_, new)| Stranded {
                side,
                words: text_of(own, &new).trim().to_owned(),
                around: sentence_of(own, &own_sentences, &new),
            })
            .filter(|stranded| self.now.concat().contains(&stranded.words))
            .collect()
    }
}

/// Takes two words off the lost ones where a token is both of them, joined: there two insertions met.
fn find_joined(token: &str, lost: &mut BTreeMap<String, usize>) {
    let ends = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    let joined = token
        .char_indices()
        .skip(1)
        .map(|(at, _)| token.split_at(at))
        .map(|(left, right)| (ends(left), ends(right)))
        .find(|(left, right)| lost.contains_key(left) && lost.contains_key(right));
    for word in joined.into_iter().flat_map(|(left, right)| [left, right]) {
        if let Some(count) = lost.get_mut(&word) {
            *count -= 1;
        }
        lost.retain(|_, count| *count > 0);
    }
}

fn dropped(side: Side, own: &[&str], to_own: &Alignment, lost: &BTreeMap<String, usize>) -> Vec<Dropped> {
    let own_sentences = sentences(own);
    to_own
        .changes()
        .filter(|(_, new)| {
            own.get(new.clone()).unwrap_or_default().iter().any(|token| lost.contains_key(*token))
        })
        .map(|(_, new)| Dropped {
            side,
            words: text_of(own, &new).trim().to_owned(),
            around: sentence_of(own, &own_sentences, &new),
        })
        .collect()
}

fn has_word(tokens: &[&str], range: &Range<usize>) -> bool {
    tokens.get(range.clone()).unwrap_or_default().iter().any(|token| is_word(token))
}

fn sentence_of(tokens: &[&str], all: &[Range<usize>], at: &Range<usize>) -> String {
    let around: Vec<_> = all.iter().filter(|range| range.start < at.end && range.end > at.start).collect();
    around.iter().map(|range| text_of(tokens, range)).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plain::read;

    fn of(base: &str, first: &str, second: &str, now: &str) -> Look {
        look(&read(base), &read(first), &read(second), &read(now))
    }

    #[test]
    fn a_sentence_both_touched_is_found_with_all_its_wordings() {
        let found = of(
            "It is so. Keeping managers is hard. End.",
            "It is so. Keeping managers is increasingly hard. End.",
            "It is so. Keeping managers is now much harder. End.",
            "It is so. Keeping managers is increasingly now much harder. End.",
        );
        assert_eq!(found.same_sentence.len(), 1);
        let same = &found.same_sentence[0];
        assert_eq!(same.first, "Keeping managers is increasingly hard.");
        assert_eq!(same.second, "Keeping managers is now much harder.");
        assert_eq!(same.now, "Keeping managers is increasingly now much harder.");
        assert!(found.dropped.is_empty() && found.both_changed);
    }

    #[test]
    fn sentences_of_one_paragraph_touched_apart_are_no_clash() {
        let found = of("One. Two.", "One more. Two.", "One. Two too.", "One more. Two too.");
        assert!(found.same_sentence.is_empty() && found.dropped.is_empty() && found.both_changed);
    }

    #[test]
    fn words_typed_into_a_removed_paragraph_are_found() {
        let found = of("Keep.\nOld words here.", "Keep.\nOld precious words here.", "Keep.", "Keep.");
        assert_eq!(found.dropped.len(), 1);
        assert!(found.dropped[0].side == Side::First && found.dropped[0].words == "precious");
        assert_eq!(found.dropped[0].around, "Old precious words here.");
    }

    #[test]
    fn letters_that_survive_alone_are_pointed_out() {
        let found = of(
            "We ask for more money now.",
            "We ask for more public money now.",
            "We ask now.",
            "We ask public now.",
        );
        assert_eq!(found.stranded.len(), 1);
        assert_eq!(found.stranded[0].words, "public");
    }

    #[test]
    fn words_that_stand_joined_where_two_insertions_met_are_not_lost() {
        assert!(of("", "Our lines", "Patients wait", "Our linesPatients wait").dropped.is_empty());
        assert!(of("", "It ends.", "It begins", "It ends.It begins").dropped.is_empty());
        let found = of("", "lines", "wait here", "lines");
        assert_eq!(found.dropped.len(), 1, "words that are gone are still found");
    }

    #[test]
    fn a_merge_that_kept_everything_says_nothing() {
        let found = of("a b c.", "a b c. d", "x a b c.", "x a b c. d");
        assert!(found.dropped.is_empty() && found.stranded.is_empty());
    }
}
