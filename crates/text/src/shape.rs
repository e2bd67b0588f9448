//! The shape of an update, walked without reading it: how deep its values nest. The engine reads nested values, and
//! everything reads nested blocks, by calling itself; what is nested thousands of times would end the program. So
//! both are measured first, without recursion. The form is Yjs' update encoding, version 1
//! (yjs 13.6, `src/utils/encoding.js` and `src/structs`).

use crate::TextError;
use std::collections::BTreeSet;
use yrs::encoding::read::{Cursor, Read};
use yrs::{ReadTxn, XmlFragment, XmlFragmentRef, XmlOut};

/// How deep a value may nest: an attribute or a mark of ours has a map of words.
const MAX_VALUE_DEPTH: usize = 16;
/// How deep blocks may nest: lists within lists within quotations, far beyond what anybody reads.
const MAX_BLOCK_DEPTH: usize = 64;

/// The largest client id: JavaScript's numbers are whole up to here.
const MAX_CLIENT: u64 = (1 << 53) - 1;

/// Bits of a block's first byte: which neighbours it names, and whether it lies under a key.
const HAS_LEFT: u8 = 0x80;
const HAS_RIGHT: u8 = 0x40;
const HAS_KEY: u8 = 0x20;
/// What a block holds, in its lower bits.
const KIND: u8 = 0x1f;

/// Looks through an update.
///
/// # Errors
/// [`TextError::NotAnUpdate`] where it has another form, or nests a value too deep.
pub(crate) fn check(update: &[u8]) -> Result<(), TextError> {
    let mut walk = Walk(Cursor::new(update));
    walk.update().ok_or(TextError::NotAnUpdate)
}

/// Looks through a state vector. A few bytes may claim millions of entries, and the engine makes room for as many
/// as are claimed before it reads one.
///
/// # Errors
/// [`TextError::NotAnUpdate`] where it holds less than it claims, or names what no editor has.
pub(crate) fn check_vector(vector: &[u8]) -> Result<(), TextError> {
    let mut walk = Walk(Cursor::new(vector));
    walk.vector().ok_or(TextError::NotAnUpdate)
}

struct Walk<'a>(Cursor<'a>);

impl Walk<'_> {
    fn update(&mut self) -> Option<()> {
        let mut seen = BTreeSet::new();
        for _ in 0..self.number()? {
            let blocks = self.number()?;
            let (client, mut clock) = self.entry()?;
            // An editor writes each client once; the engine would join two lists that do not follow each other.
            if !seen.insert(client) {
                return None;
            }
            for _ in 0..blocks {
                clock = clock.checked_add(self.block()?)?;
            }
        }
        self.deleted()
    }

    /// Walks what the update deletes.
    fn deleted(&mut self) -> Option<()> {
        for _ in 0..self.number()? {
            let (_client, ranges) = self.entry()?;
            for _ in 0..ranges {
                let (from, len) = (self.small()?, self.small()?);
                from.checked_add(len)?;
            }
        }
        Some(())
    }

    /// Reads a client id, and a number of 32 bits that goes with it.
    fn entry(&mut self) -> Option<(u64, u32)> {
        let client = self.number().filter(|client| *client <= MAX_CLIENT)?;
        Some((client, self.small()?))
    }

    fn vector(&mut self) -> Option<()> {
        (0..self.number()?).try_for_each(|_| self.entry().map(|_| ()))
    }

    /// Walks a block and returns its length in clocks.
    fn block(&mut self) -> Option<u32> {
        let info = self.0.read_u8().ok()?;
        // What was collected and what is left out have a length alone.
        if matches!(info & KIND, 0 | 10) {
            return self.small();
        }
        for bit in [HAS_LEFT, HAS_RIGHT] {
            if info & bit != 0 {
                self.id()?;
            }
        }
        if info & (HAS_LEFT | HAS_RIGHT) == 0 {
            if self.number()? == 1 {
                self.text()?;
            } else {
                self.id()?;
            }
            if info & HAS_KEY != 0 {
                self.text()?;
            }
        }
        self.content(info & KIND)
    }

    /// Walks what a block holds and returns how many clocks it takes.
    fn content(&mut self, kind: u8) -> Option<u32> {
        match kind {
            // Deleted.
            1 => return self.small(),
            // JSON texts.
            2 => {
                let count = self.small()?;
                (0..count).try_for_each(|_| self.text())?;
                return Some(count);
            }
            // Bytes, a text, an embedded JSON text.
            3 => _ = self.0.read_buf().ok()?,
            // A clock for each half of a surrogate pair.
            4 => return u32::try_from(self.0.read_string().ok()?.encode_utf16().count()).ok(),
            5 => self.text()?,
            // A mark: its name and a JSON text.
            6 => self.text().and_then(|()| self.text())?,
            // A type; elements and hooks have a name.
            7 => match self.number()? {
                3 | 5 => self.text()?,
                _ => {}
            },
            // Values.
            8 => {
                let count = self.small()?;
                self.values(count.into())?;
                return Some(count);
            }
            _ => return None,
        }
        Some(1)
    }

    /// Walks so many values and what is in them.
    fn values(&mut self, count: u64) -> Option<()> {
        // For each level how many values are left, and whether each has a name.
        let mut levels = vec![(count, false)];
        while let Some((left, named)) = levels.last_mut() {
            if *left == 0 {
                levels.pop();
                continue;
            }
            *left -= 1;
            if *named {
                self.text()?;
            }
            match self.0.read_u8().ok()? {
                125 => self.0.read_var::<i64>().ok().map(|_| ())?,
                124 => self.skip(4)?,
                122 | 123 => self.skip(8)?,
                119 => self.text()?,
                116 => self.0.read_buf().ok().map(|_| ())?,
                form @ (117 | 118) => {
                    let inner = self.number()?;
                    levels.push((inner, form == 118));
                    if levels.len() > MAX_VALUE_DEPTH {
                        return None;
                    }
                }
                120 | 121 | 126 | 127 => {}
                _ => return None,
            }
        }
        Some(())
    }

    fn number(&mut self) -> Option<u64> {
        self.0.read_var::<u64>().ok()
    }

    /// Reads a number that the engine keeps in 32 bits.
    fn small(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    fn id(&mut self) -> Option<()> {
        self.entry().map(|_| ())
    }

    fn text(&mut self) -> Option<()> {
        self.0.read_string().ok().map(|_| ())
    }

    fn skip(&mut self, bytes: usize) -> Option<()> {
        self.0.read_exact(bytes).ok().map(|_| ())
    }
}

/// Tells whether blocks nest deeper than anything reads.
pub(crate) fn is_too_deep<T: ReadTxn>(txn: &T, root: &XmlFragmentRef) -> bool {
    let mut level: Vec<XmlOut> = root.children(txn).collect();
    for _ in 0..MAX_BLOCK_DEPTH {
        level = level
            .iter()
            .flat_map(|node| match node {
                XmlOut::Element(element) => element.children(txn).collect::<Vec<_>>(),
                XmlOut::Fragment(_) | XmlOut::Text(_) => Vec::new(),
            })
            .collect();
        if level.is_empty() {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TextDoc;
    use crate::block::{Block, Run};
    use crate::edit::{append, append_blocks, set_blocks};

    /// An update of client 9 with one block under the root, holding these bytes.
    fn update(kind: u8, content: &[u8]) -> Vec<u8> {
        let mut bytes = vec![1, 1, 9, 0, kind, 1, 7];
        bytes.extend(b"default");
        bytes.extend(content);
        bytes.push(0);
        bytes
    }

    fn nested(depth: usize) -> Vec<u8> {
        let mut values = vec![1];
        values.extend([117, 1].repeat(depth));
        values.push(126);
        update(8, &values)
    }

    #[test]
    fn values_that_nest_without_end_are_refused_before_they_are_read() {
        assert!(check(&nested(3)).is_ok());
        assert!(check(&nested(MAX_VALUE_DEPTH)).is_err());
        for depth in [6_000, 200_000] {
            let mut doc = TextDoc::new(10);
            assert_eq!(doc.apply(&nested(depth)), Err(TextError::NotAnUpdate));
            assert!(crate::doc::introduced(&nested(depth)).is_err());
        }
    }

    #[test]
    fn blocks_that_nest_without_end_are_not_read() {
        let mut bytes = vec![1];
        let number = |bytes: &mut Vec<u8>, mut n: usize| {
            while n > 127 {
                bytes.push((n & 127) as u8 | 128);
                n >>= 7;
            }
            bytes.push(n as u8);
        };
        let depth = 25_000;
        number(&mut bytes, depth);
        bytes.extend([9, 0]);
        for n in 0..depth {
            bytes.push(7);
            if n == 0 {
                bytes.extend([1, 7]);
                bytes.extend(b"default");
            } else {
                bytes.extend([0, 9]);
                number(&mut bytes, n - 1);
            }
            bytes.extend([3, 10]);
            bytes.extend(b"blockquote");
        }
        bytes.push(0);
        let mut doc = TextDoc::new(10);
        doc.apply(&bytes).expect("the engine takes it");
        assert!(doc.is_too_deep());
        assert!(doc.blocks().is_err() && doc.written().is_empty());
        assert!(matches!(
            crate::accept::try_update(&TextDoc::new(11), &bytes),
            crate::accept::Tried::Refused(_)
        ));
    }

    #[test]
    fn what_we_write_ourselves_has_the_shape() {
        let mut doc = TextDoc::new(10);
        let heading = Block::Heading { level: 2, runs: vec![Run { bold: true, ..Run::plain("So 👍") }] };
        let link = Run { link: Some("https://example.org".into()), ..Run::plain("there") };
        let note = Run { note: Some(vec![Run::plain("a note")]), ..Run::plain("x") };
        let list = Block::List { start: Some(3), items: vec![vec![Block::Para { runs: vec![link, note] }]] };
        let updates = [
            append(&mut doc, "one\n\ntwo").expect("words were added"),
            append_blocks(&mut doc, &[heading, list]).expect("blocks were added"),
            set_blocks(&mut doc, &[Block::para("two")]).expect("it reads").expect("it changed"),
            doc.whole(),
            crate::doc::seed(),
        ];
        for update in &updates {
            assert_eq!(check(update), Ok(()));
        }
    }
}
