//! Edits made by programs: paragraphs added at the end, and the smallest edit that gives a wanted text.
//! Smallest on purpose: what is not touched keeps its letters' identity, so a co-author's words written
//! meanwhile in the same place survive the merge.

use crate::block::{Block, Run, words_of};
use crate::compare::alike;
use crate::doc::TextDoc;
use crate::read::attributes;
use crate::sentence::tokens;
use crate::{TextError, plain};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::ops::Range;
use yrs::{
    Text, TransactionMut, Xml, XmlElementPrelim, XmlElementRef, XmlFragment, XmlOut, XmlTextPrelim,
    XmlTextRef,
};

/// Adds plain text at the end and returns the update; none where there was nothing to add. The first
/// paragraph takes the place of an empty last one.
pub fn append(doc: &mut TextDoc, text: &str) -> Option<Vec<u8>> {
    append_blocks(doc, &plain::read(text))
}

/// Adds blocks at the end and returns the update.
pub fn append_blocks(doc: &mut TextDoc, blocks: &[Block]) -> Option<Vec<u8>> {
    if blocks.is_empty() {
        return None;
    }
    doc.change(|txn, root| {
        let mut rest = blocks;
        let last = root.len(txn).checked_sub(1).and_then(|n| root.get(txn, n));
        if let (Some(XmlOut::Element(last)), Some((Block::Para { runs }, after))) =
            (last, blocks.split_first())
            && &**last.tag() == "paragraph"
            && last.len(txn) == 0
        {
            write_runs(txn, &last, runs);
            rest = after;
        }
        for block in rest {
            let at = root.len(txn);
            insert(txn, root, at, block);
        }
    })
}

/// Gives the document this plain text by the smallest edit and returns the update; none where it has it.
///
/// # Errors
/// [`TextError::Unknown`] where the document holds something this version does not know.
pub fn rewrite(doc: &mut TextDoc, text: &str) -> Result<Option<Vec<u8>>, TextError> {
    set_blocks(doc, &plain::read(text))
}

/// Gives the document these blocks by the smallest edit and returns the update; none where it has them.
///
/// # Errors
/// [`TextError::Unknown`] where the document holds something this version does not know.
pub fn set_blocks(doc: &mut TextDoc, wanted: &[Block]) -> Result<Option<Vec<u8>>, TextError> {
    let empty = [Block::para("")];
    let wanted = if wanted.is_empty() { &empty } else { wanted };
    let there = doc.blocks()?;
    Ok(doc.change(|txn, root| align(txn, root, &there, wanted)))
}

/// Makes the children of a container those that are wanted.
fn align<F: XmlFragment>(txn: &mut TransactionMut<'_>, parent: &F, there: &[Block], wanted: &[Block]) {
    let mut at = 0;
    for op in capture_diff_slices(Algorithm::Myers, &keys(there), &keys(wanted)) {
        let old = there.get(op.old_range()).unwrap_or_default();
        let new = wanted.get(op.new_range()).unwrap_or_default();
        if matches!(op, DiffOp::Equal { .. }) {
            at += size(old.len());
        } else {
            at = replace(txn, parent, at, old, new);
        }
    }
}

fn keys(blocks: &[Block]) -> Vec<String> {
    blocks.iter().map(|block| serde_json::to_string(block).unwrap_or_default()).collect()
}

/// Replaces the children from `at` on that are `old` by `new`: kept in place and changed where the two are
/// alike, else taken out and put in. Returns the place after them.
fn replace<F: XmlFragment>(
    txn: &mut TransactionMut<'_>,
    parent: &F,
    mut at: u32,
    old: &[Block],
    new: &[Block],
) -> u32 {
    let mut new = new.iter().peekable();
    for (n, block) in old.iter().enumerate() {
        // What stands between two blocks that belong together is put in first.
        // An empty paragraph takes no words that one behind it has: they would be typed anew.
        let has_them = |later: &Block, next: &&Block| !is_blank(later) && belong(later, next);
        let free =
            |next: &&Block| !is_blank(block) || !old.iter().skip(n + 1).any(|later| has_them(later, next));
        let partner = new.clone().position(|next| belong(block, next) && free(&next));
        let taken_later = |skip: usize| {
            let skipped: Vec<_> = new.clone().take(skip).collect();
            old.iter().skip(n + 1).any(|later| skipped.iter().any(|s| belong(later, s)))
        };
        match partner {
            Some(skip) if !taken_later(skip) => {
                for _ in 0..skip {
                    if let Some(next) = new.next() {
                        insert(txn, parent, at, next);
                        at += 1;
                    }
                }
                if let (Some(XmlOut::Element(element)), Some(next)) = (parent.get(txn, at), new.next()) {
                    change_in_place(txn, &element, block, next);
                }
                at += 1;
            }
            _ => parent.remove(txn, at),
        }
    }
    for block in new {
        insert(txn, parent, at, block);
        at += 1;
    }
    at
}

fn is_blank(block: &Block) -> bool {
    matches!(block, Block::Para { runs } if words_of(runs).is_empty())
}

/// Tells whether one block can become the other in place.
fn belong(old: &Block, new: &Block) -> bool {
    match (old, new) {
        (Block::Para { runs: a }, Block::Para { runs: b }) => {
            editable(a) && editable(b) && (words_of(a).is_empty() || alike(&words_of(a), &words_of(b)))
        }
        (Block::Heading { level: x, runs: a }, Block::Heading { level: y, runs: b }) => {
            x == y && editable(a) && editable(b) && alike(&words_of(a), &words_of(b))
        }
        (Block::Quote { .. }, Block::Quote { .. }) => true,
        (Block::List { start: a, .. }, Block::List { start: b, .. }) => a.is_some() == b.is_some(),
        _ => false,
    }
}

/// Notes, citations and line breaks are put in anew with their paragraph; marked words and links are not.
fn editable(runs: &[Run]) -> bool {
    let simple = |run: &Run| run.note.is_none() && run.cites.is_none() && run.suggested.is_none();
    runs.iter().all(|run| simple(run) && !run.text.contains('\n'))
}

fn change_in_place(txn: &mut TransactionMut<'_>, element: &XmlElementRef, old: &Block, new: &Block) {
    match (old, new) {
        (
            Block::Para { runs: a } | Block::Heading { runs: a, .. },
            Block::Para { runs: b } | Block::Heading { runs: b, .. },
        ) => {
            change_words(txn, element, a, b);
        }
        (Block::Quote { blocks: a }, Block::Quote { blocks: b }) => align(txn, element, a, b),
        (Block::List { items: a, .. }, Block::List { items: b, .. }) => change_items(txn, element, a, b),
        _ => {}
    }
}

fn change_items(txn: &mut TransactionMut<'_>, list: &XmlElementRef, old: &[Vec<Block>], new: &[Vec<Block>]) {
    let key = |items: &[Vec<Block>]| items.iter().map(|item| keys(item).concat()).collect::<Vec<_>>();
    let mut at = 0;
    for op in capture_diff_slices(Algorithm::Myers, &key(old), &key(new)) {
        let before = old.get(op.old_range()).unwrap_or_default();
        let after = new.get(op.new_range()).unwrap_or_default();
        if matches!(op, DiffOp::Equal { .. }) {
            at += size(before.len());
            continue;
        }
        let both = before.len().min(after.len());
        for (was, is) in before.iter().zip(after) {
            if let Some(XmlOut::Element(item)) = list.get(txn, at) {
                align(txn, &item, was, is);
            }
            at += 1;
        }
        for _ in before.iter().skip(both) {
            list.remove(txn, at);
        }
        for item in after.iter().skip(both) {
            insert_item(txn, list, at, item);
            at += 1;
        }
    }
}

/// Changes the words of a paragraph, token by token, in its one text node.
fn change_words(txn: &mut TransactionMut<'_>, element: &XmlElementRef, old: &[Run], new: &[Run]) {
    let only = match (element.len(txn), element.get(txn, 0)) {
        (1, Some(XmlOut::Text(text))) => text,
        (0, _) => return write_runs(txn, element, new),
        // Several text nodes side by side, as two people leave them: change them all as one.
        _ => return change_across(txn, element, old, new),
    };
    let (before, after) = (marked_tokens(old), marked_tokens(new));
    let changes = edits(&before, &after);
    // From the end, so that earlier places stay where they are.
    for (range, put_in) in changes.into_iter().rev() {
        if !range.is_empty() {
            only.remove_range(txn, range.start, range.end - range.start);
        }
        put(txn, &only, range.start, after.get(put_in).unwrap_or_default());
    }
}

fn change_across(txn: &mut TransactionMut<'_>, element: &XmlElementRef, old: &[Run], new: &[Run]) {
    let texts: Vec<XmlTextRef> = element
        .children(txn)
        .filter_map(|child| if let XmlOut::Text(text) = child { Some(text) } else { None })
        .collect();
    let (before, after) = (marked_tokens(old), marked_tokens(new));
    for (range, put_in) in edits(&before, &after).into_iter().rev() {
        let mut first = 0;
        let mut placed = false;
        let mut work = Vec::new();
        for text in &texts {
            let end = first + text.len(txn);
            let (from, to) = (range.start.max(first), range.end.min(end));
            let holds_start = !placed && range.start >= first && range.start <= end;
            work.push((text, from.saturating_sub(first), to.saturating_sub(from), holds_start));
            placed |= holds_start;
            first = end;
        }
        for (text, from, len, holds_start) in work {
            if len > 0 {
                text.remove_range(txn, from, len);
            }
            if holds_start {
                put(txn, text, from, after.get(put_in.clone()).unwrap_or_default());
            }
        }
    }
}

/// Returns what is taken out, in UTF-16 units, and the tokens put in its place.
fn edits(before: &[Run], after: &[Run]) -> Vec<(Range<u32>, Range<usize>)> {
    let mut places = vec![0];
    for token in before {
        places.push(places.last().copied().unwrap_or(0) + units(&token.text));
    }
    let place = |n: usize| places.get(n).copied().unwrap_or(0);
    let key = |tokens: &[Run]| {
        tokens.iter().map(|run| serde_json::to_string(run).unwrap_or_default()).collect::<Vec<_>>()
    };
    capture_diff_slices(Algorithm::Myers, &key(before), &key(after))
        .into_iter()
        .filter(|op| !matches!(op, DiffOp::Equal { .. }))
        .map(|op| (place(op.old_range().start)..place(op.old_range().end), op.new_range()))
        .collect()
}

fn marked_tokens(runs: &[Run]) -> Vec<Run> {
    let split = |run: &Run| {
        let marks = run.clone();
        tokens(&run.text)
            .into_iter()
            .map(|token| Run { text: token.to_owned(), ..marks.clone() })
            .collect::<Vec<_>>()
    };
    runs.iter().flat_map(split).collect()
}

fn put(txn: &mut TransactionMut<'_>, text: &XmlTextRef, mut at: u32, tokens: &[Run]) {
    let mut joined: Vec<Run> = Vec::new();
    for token in tokens {
        match joined.last_mut() {
            Some(last) if last.same_marks(token) => last.text.push_str(&token.text),
            _ => joined.push(token.clone()),
        }
    }
    for run in joined {
        text.insert_with_attributes(txn, at, &run.text, attributes(&run));
        at += units(&run.text);
    }
}

fn insert<F: XmlFragment>(txn: &mut TransactionMut<'_>, parent: &F, at: u32, block: &Block) {
    match block {
        Block::Para { runs } => {
            let element = parent.insert(txn, at, XmlElementPrelim::empty("paragraph"));
            write_runs(txn, &element, runs);
        }
        Block::Heading { level, runs } => {
            let element = parent.insert(txn, at, XmlElementPrelim::empty("heading"));
            element.insert_attribute(txn, "level", i32::from(*level));
            write_runs(txn, &element, runs);
        }
        Block::Quote { blocks } => {
            let element = parent.insert(txn, at, XmlElementPrelim::empty("blockquote"));
            insert_all(txn, &element, blocks);
        }
        Block::List { start, items } => {
            let name = if start.is_some() { "orderedList" } else { "bulletList" };
            let list = parent.insert(txn, at, XmlElementPrelim::empty(name));
            if let Some(start) = start {
                list.insert_attribute(txn, "start", i64::from(*start));
            }
            for (n, item) in (0..).zip(items) {
                insert_item(txn, &list, n, item);
            }
        }
        Block::Table { rows } => {
            let table = parent.insert(txn, at, XmlElementPrelim::empty("table"));
            for cells in rows {
                let row = table.push_back(txn, XmlElementPrelim::empty("tableRow"));
                for cell in cells {
                    let name = if cell.header { "tableHeader" } else { "tableCell" };
                    let element = row.push_back(txn, XmlElementPrelim::empty(name));
                    insert_all(txn, &element, &cell.blocks);
                }
            }
        }
    }
}

fn insert_all(txn: &mut TransactionMut<'_>, parent: &XmlElementRef, blocks: &[Block]) {
    for (n, block) in (0..).zip(blocks) {
        insert(txn, parent, n, block);
    }
}

fn insert_item(txn: &mut TransactionMut<'_>, list: &XmlElementRef, at: u32, blocks: &[Block]) {
    let item = list.insert(txn, at, XmlElementPrelim::empty("listItem"));
    insert_all(txn, &item, blocks);
}

/// Writes runs into an empty paragraph. Line breaks, notes and citations are nodes between the words.
fn write_runs(txn: &mut TransactionMut<'_>, element: &XmlElementRef, runs: &[Run]) {
    for run in runs {
        for (n, line) in run.text.split('\n').enumerate() {
            if n > 0 {
                element.push_back(txn, XmlElementPrelim::empty("hardBreak"));
            }
            if !line.is_empty() {
                let text = last_text(txn, element);
                let end = text.len(txn);
                text.insert_with_attributes(txn, end, line, attributes(run));
            }
        }
        if let Some(note) = &run.note {
            let footnote = element.push_back(txn, XmlElementPrelim::empty("footnote"));
            write_runs(txn, &footnote, note);
        }
        if let Some(evidence) = &run.cites {
            let citation = element.push_back(txn, XmlElementPrelim::empty("citation"));
            citation.insert_attribute(txn, "evidence", evidence.as_str());
        }
    }
}

fn last_text(txn: &mut TransactionMut<'_>, element: &XmlElementRef) -> XmlTextRef {
    let last = element.len(txn).checked_sub(1).and_then(|n| element.get(txn, n));
    match last {
        Some(XmlOut::Text(text)) => text,
        _ => element.push_back(txn, XmlTextPrelim::new("")),
    }
}

fn units(text: &str) -> u32 {
    size(text.encode_utf16().count())
}

fn size(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_paragraph_does_not_take_the_words_of_the_one_behind_it() {
        let mut asha = TextDoc::new(10);
        append_blocks(&mut asha, &[Block::para("one"), Block::para(""), Block::para("two three four")]);
        let mut ben = TextDoc::new(20);
        ben.apply(&asha.whole()).expect("the update fits");
        rewrite(&mut ben, "one\ntwo three more four")
            .expect("the text can be changed")
            .expect("there was something to change");
        let by_ben: String = ben.written().into_iter().filter(|w| w.client == 20).map(|w| w.text).collect();
        assert_eq!(by_ben.trim(), "more");
        assert_eq!(plain::write(&ben.blocks().expect("the text is read")), "one\ntwo three more four");
    }
}
