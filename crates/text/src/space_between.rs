//! Where two people type apart at the very same place, their words come to stand joined: "our linespatients
//! wait". Every letter is there and yet two words cannot be read. Here such places are found and the space that
//! belongs there is made, as an update that is the same whoever makes it: its client id comes from the two
//! letters it stands between, so that made twice it is there once.

use crate::TextError;
use crate::doc::TextDoc;
use std::collections::BTreeMap;
use yrs::types::text::YChange;
use yrs::{Any, Assoc, ClientID, ID, IndexedSequence, Out, ReadTxn, Text, XmlFragment, XmlOut, XmlTextRef};

/// What one side inserted: by client id, the first clock and one past the last.
pub type Inserted = BTreeMap<u64, (u32, u32)>;

/// A space that was put in.
pub struct Spaced {
    /// What the document held before, as a state vector.
    pub sv_before: Vec<u8>,
    /// The update, Yjs v1.
    pub bytes: Vec<u8>,
}

/// Most spaces that are put in after one merge.
const MOST: usize = 20;
/// Characters after which a word may begin only behind a space.
const CLOSING: &str = ".,;:!?)]}”’%";
/// Characters that begin a word or what stands around it.
const OPENING: &str = "([{“‘£";

/// Puts a space wherever a whole word of one side stands joined to a whole word of the other, and returns the
/// updates in the order in which they were made; `doc` has them already.
///
/// # Errors
/// [`TextError::NotAnUpdate`] where the document cannot be copied.
pub fn space_between(
    doc: &mut TextDoc,
    first: &Inserted,
    second: &Inserted,
) -> Result<Vec<Spaced>, TextError> {
    let mut made = Vec::new();
    if doc.is_too_deep() {
        return Ok(made);
    }
    while made.len() < MOST {
        let Some((left, right)) = seam(doc, first, second).map(|seam| (seam.left, seam.right)) else { break };
        let mut copy = TextDoc::new(client_between(left, right));
        copy.apply(&doc.whole())?;
        let sv_before = copy.state_vector();
        let Some(Seam { text, at, .. }) = seam(&copy, first, second) else { break };
        let Some(bytes) = copy.change(|txn, _| text.insert(txn, at, " ")) else { break };
        doc.apply(&bytes)?;
        made.push(Spaced { sv_before, bytes });
    }
    Ok(made)
}

/// A place where two words stand joined.
struct Seam {
    /// The last letter of the word before, and the first of the word behind.
    left: ID,
    right: ID,
    /// Where the space goes.
    text: XmlTextRef,
    at: u32,
}

/// Returns the first place where a space is missing and was not made before.
fn seam(doc: &TextDoc, first: &Inserted, second: &Inserted) -> Option<Seam> {
    doc.read(|txn, root| {
        let mut found = None;
        for child in root.children(txn) {
            lines(txn, &child, &mut |line| {
                found = found.take().or_else(|| seam_in(txn, line, first, second));
            });
        }
        found
    })
}

/// Calls `on_line` for each unbroken line of words: the text nodes that stand side by side.
fn lines<T: ReadTxn>(txn: &T, node: &XmlOut, on_line: &mut dyn FnMut(&[XmlTextRef])) {
    let XmlOut::Element(element) = node else { return };
    let mut line = Vec::new();
    for child in element.children(txn) {
        if let XmlOut::Text(text) = child {
            line.push(text);
        } else {
            on_line(&std::mem::take(&mut line));
            lines(txn, &child, on_line);
        }
    }
    on_line(&line);
}

/// One UTF-16 unit of a line.
struct Unit {
    text: usize,
    at: u32,
    unit: u16,
}

fn seam_in<T: ReadTxn>(txn: &T, line: &[XmlTextRef], first: &Inserted, second: &Inserted) -> Option<Seam> {
    let units = units(txn, line);
    let id = |unit: &Unit| -> Option<ID> {
        line.get(unit.text)?.sticky_index(txn, unit.at, Assoc::After)?.id().copied()
    };
    let blank = |unit: &Unit| char::from_u32(u32::from(unit.unit)).is_some_and(char::is_whitespace);
    let whole = |word: &[Unit], side: &Inserted| {
        !word.is_empty() && word.iter().all(|unit| id(unit).is_some_and(|id| holds(side, id)))
    };
    (1..units.len()).find_map(|n| {
        let (before, behind) = units.split_at(n);
        let (last, next) = (before.last()?, behind.first()?);
        if !may_be_seam(last, next) {
            return None;
        }
        let (left, right) = (id(last)?, id(next)?);
        let crosses = |one: &Inserted, other: &Inserted| holds(one, left) && holds(other, right);
        let (one, other) = if crosses(first, second) {
            (first, second)
        } else if crosses(second, first) {
            (second, first)
        } else {
            return None;
        };
        let word_before = before.rsplit(blank).next()?;
        let word_behind = behind.split(blank).next()?;
        let known = txn.state_vector().get(&ClientID::new(client_between(left, right))) > 0;
        let is_seam = !known && whole(word_before, one) && whole(word_behind, other);
        let (text, at) = (line.get(next.text)?.clone(), next.at);
        is_seam.then_some(Seam { left, right, text, at })
    })
}

fn units<T: ReadTxn>(txn: &T, line: &[XmlTextRef]) -> Vec<Unit> {
    let mut units = Vec::new();
    for (n, text) in line.iter().enumerate() {
        let mut at = 0;
        for piece in text.diff(txn, YChange::identity) {
            let Out::Any(Any::String(words)) = piece.insert else {
                at += 1;
                continue;
            };
            for unit in words.encode_utf16() {
                units.push(Unit { text: n, at, unit });
                at += 1;
            }
        }
    }
    units
}

/// Tells from the two characters alone whether a space could be missing between them. Halves of a pair, as
/// emoji have, are no letters.
fn may_be_seam(last: &Unit, next: &Unit) -> bool {
    let read = |unit: &Unit| char::from_u32(u32::from(unit.unit));
    let (Some(last), Some(next)) = (read(last), read(next)) else { return false };
    (last.is_alphanumeric() || CLOSING.contains(last)) && (next.is_alphanumeric() || OPENING.contains(next))
}

fn holds(side: &Inserted, id: ID) -> bool {
    side.get(&id.client.get()).is_some_and(|(low, high)| (*low..*high).contains(&id.clock))
}

/// Returns the client id of the space between two letters: FNV-1a over their ids in 52 bits, above all ids that
/// editors draw. So whoever is still typing the word before the space goes on before it: of two insertions behind
/// the same letter, the one with the smaller id comes first.
fn client_between(left: ID, right: ID) -> u64 {
    let numbers = [left.client.get(), u64::from(left.clock), right.client.get(), u64::from(right.clock)];
    let hash = numbers
        .iter()
        .flat_map(|number| number.to_be_bytes())
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    (1 << 52) | (hash >> 12)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doc::introduced;
    use crate::edit::{append, rewrite};
    use crate::plain;

    /// Merges what two people made of a text and returns it with its spaces, and how many were put in.
    fn met(base: &str, first: &str, second: &str) -> (String, usize) {
        let mut start = TextDoc::new(5);
        append(&mut start, base);
        let side = |client: u64, text: &str| {
            let mut doc = TextDoc::new(client);
            doc.apply(&start.whole()).expect("the text is copied");
            rewrite(&mut doc, text)
                .expect("it is text")
                .map(|update| (introduced(&update).expect("it reads"), update))
        };
        let (first, second) = (side(10, first), side(20, second));
        let mut now = TextDoc::new(30);
        now.apply(&start.whole()).expect("the text is copied");
        let mut sides = Vec::new();
        for (inserted, update) in [first, second].into_iter().flatten() {
            now.apply(&update).expect("it fits");
            sides.push(inserted);
        }
        let nothing = Inserted::new();
        let (one, other) = (sides.first().unwrap_or(&nothing), sides.get(1).unwrap_or(&nothing));
        let made = space_between(&mut now, one, other).expect("it is a text");
        // Whoever makes it a second time, from the same letters, makes the same.
        assert!(space_between(&mut now, one, other).expect("it is a text").is_empty());
        (plain::write(&now.blocks().expect("it reads")), made.len())
    }

    #[test]
    fn whole_words_of_two_people_are_parted_by_one_space() {
        assert_eq!(met("Base", "Base one two", "Base three four").1, 0, "each brought its own space");
        let (text, made) = met("", "Our lines", "Patients wait.");
        assert_eq!(made, 1);
        assert!(["Our lines Patients wait.", "Patients wait. Our lines"].contains(&text.as_str()), "{text}");
        let (text, made) = met("It is so. And", "It is so. (Really.)And", "It is so. Indeed.And");
        assert_eq!(made, 0, "the word behind is not whole: {text}");
    }

    #[test]
    fn letters_put_into_a_word_stay_in_it() {
        assert_eq!(met("manger", "manager", "manzger").1, 0);
        assert_eq!(met("practice", "practices", "practiced").1, 0);
    }

    #[test]
    fn what_only_one_wrote_is_left_alone() {
        assert_eq!(met("a b", "a b", "a bc d").1, 0);
        assert_eq!(met("", "one👍two", "").1, 0);
    }

    #[test]
    fn the_space_is_the_same_whoever_makes_it() {
        let (mut one, mut two) = (TextDoc::new(10), TextDoc::new(20));
        let first = append(&mut one, "lines").expect("words were added");
        let second = append(&mut two, "wait").expect("words were added");
        let sides = [introduced(&first).expect("it reads"), introduced(&second).expect("it reads")];
        one.apply(&second).expect("it fits");
        two.apply(&first).expect("it fits");
        let made = |doc: &mut TextDoc, [a, b]: [&Inserted; 2]| {
            space_between(doc, a, b).expect("it is a text").pop().expect("a space is missing").bytes
        };
        let [a, b] = &sides;
        let (at_one, at_two) = (made(&mut one, [a, b]), made(&mut two, [b, a]));
        assert_eq!(at_one, at_two);
        one.apply(&at_two).expect("it fits");
        let text = plain::write(&one.blocks().expect("it reads"));
        assert_eq!(text.matches(' ').count(), 1, "{text}");
    }

    /// Types letters behind those that are there, as an editor does.
    fn types_on(doc: &mut TextDoc, letters: &str) -> Vec<u8> {
        let typed = doc.change(|txn, root| {
            let Some(XmlOut::Element(paragraph)) = root.get(txn, 0) else { return };
            let Some(XmlOut::Text(text)) = paragraph.get(txn, 0) else { return };
            let end = text.len(txn);
            text.insert(txn, end, letters);
        });
        typed.expect("letters were added")
    }

    #[test]
    fn who_goes_on_with_a_word_goes_on_before_the_space() {
        for clients in [(10, u64::from(u32::MAX)), (u64::from(u32::MAX), 10)] {
            let (mut one, mut two, mut hub) =
                (TextDoc::new(clients.0), TextDoc::new(clients.1), TextDoc::new(30));
            let start = append(&mut one, "so").expect("words were added");
            let start = [start, types_on(&mut one, " ")];
            for update in &start {
                two.apply(update).expect("it fits");
                hub.apply(update).expect("it fits");
            }
            let (first, second) = (types_on(&mut one, "li"), types_on(&mut two, "wai"));
            hub.apply(&first).expect("it fits");
            hub.apply(&second).expect("it fits");
            let sides = [introduced(&first).expect("it reads"), introduced(&second).expect("it reads")];
            assert_eq!(space_between(&mut hub, &sides[0], &sides[1]).expect("it is a text").len(), 1);
            for more in [types_on(&mut one, "nes"), types_on(&mut two, "ts")] {
                hub.apply(&more).expect("it fits");
            }
            let text = plain::write(&hub.blocks().expect("it reads"));
            assert!(["so lines waits", "so waits lines"].contains(&text.as_str()), "{text}");
        }
    }
}
