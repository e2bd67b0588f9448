//! Reads the Yjs tree as blocks, and as words with the client ids of their authors. Marks arrive as text
//! attributes; the editor writes a mark's name, at times followed by `--` and a hash.

use crate::TextError;
use crate::block::{Block, Cell, Run, Suggested};
use crate::doc::Written;
use crate::schema::{CONTAINERS, MARKS};
use std::collections::HashMap;
use std::sync::Arc;
use yrs::types::Attrs;
use yrs::types::text::YChange;
use yrs::{
    Any, Out, ReadTxn, Snapshot, Text, TransactionMut, Xml, XmlElementRef, XmlFragment, XmlFragmentRef,
    XmlOut, XmlTextRef,
};

/// Returns the children of the root as blocks.
pub(crate) fn blocks<T: ReadTxn>(txn: &T, root: &XmlFragmentRef) -> Result<Vec<Block>, TextError> {
    root.children(txn).map(|child| block(txn, &child)).collect()
}

/// Returns the children of an element as blocks.
pub(crate) fn inner<T: ReadTxn>(txn: &T, element: &XmlElementRef) -> Result<Vec<Block>, TextError> {
    element.children(txn).map(|child| block(txn, &child)).collect()
}

fn block<T: ReadTxn>(txn: &T, node: &XmlOut) -> Result<Block, TextError> {
    match node {
        XmlOut::Element(element) => element_block(txn, element),
        // Bare text where a block belongs is kept as a paragraph: no word is dropped.
        XmlOut::Text(text) => Ok(Block::Para { runs: text_runs(txn, text)? }),
        XmlOut::Fragment(_) => Err(TextError::Unknown("fragment".into())),
    }
}

fn element_block<T: ReadTxn>(txn: &T, element: &XmlElementRef) -> Result<Block, TextError> {
    match &**element.tag() {
        "paragraph" => Ok(Block::Para { runs: runs(txn, element)? }),
        "heading" => {
            let level = number(txn, element, "level").unwrap_or(1).clamp(1, 2);
            Ok(Block::Heading { level: u8::try_from(level).unwrap_or(1), runs: runs(txn, element)? })
        }
        "blockquote" => Ok(Block::Quote { blocks: inner(txn, element)? }),
        "bulletList" => Ok(Block::List { start: None, items: items(txn, element)? }),
        "orderedList" => Ok(Block::List {
            start: Some(number(txn, element, "start").unwrap_or(1)),
            items: items(txn, element)?,
        }),
        "table" => Ok(Block::Table { rows: rows(txn, element)? }),
        other => Err(TextError::Unknown(other.to_owned())),
    }
}

fn items<T: ReadTxn>(txn: &T, list: &XmlElementRef) -> Result<Vec<Vec<Block>>, TextError> {
    list.children(txn)
        .map(|child| match &child {
            XmlOut::Element(item) if &**item.tag() == "listItem" => inner(txn, item),
            other => block(txn, other).map(|block| vec![block]),
        })
        .collect()
}

fn rows<T: ReadTxn>(txn: &T, table: &XmlElementRef) -> Result<Vec<Vec<Cell>>, TextError> {
    let mut rows = Vec::new();
    for row in table.children(txn) {
        let XmlOut::Element(row) = row else { return Err(TextError::Unknown("text in a table".into())) };
        let mut cells = Vec::new();
        for cell in row.children(txn) {
            let XmlOut::Element(cell) = cell else { return Err(TextError::Unknown("text in a row".into())) };
            cells.push(Cell { header: &**cell.tag() == "tableHeader", blocks: inner(txn, &cell)? });
        }
        rows.push(cells);
    }
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    for row in &mut rows {
        row.resize_with(width, || Cell { header: false, blocks: vec![Block::para("")] });
    }
    Ok(rows)
}

/// Returns the runs of a paragraph or heading; equal neighbours are one.
pub(crate) fn runs<T: ReadTxn>(txn: &T, element: &XmlElementRef) -> Result<Vec<Run>, TextError> {
    let mut all: Vec<Run> = Vec::new();
    for child in element.children(txn) {
        match child {
            XmlOut::Text(text) => text_runs(txn, &text)?.into_iter().for_each(|run| join(&mut all, run)),
            XmlOut::Element(inline) => match &**inline.tag() {
                "hardBreak" => join(&mut all, Run::plain("\n")),
                "footnote" => last(&mut all).note = Some(runs(txn, &inline)?),
                "citation" => last(&mut all).cites = string(txn, &inline, "evidence"),
                other => return Err(TextError::Unknown(other.to_owned())),
            },
            XmlOut::Fragment(_) => return Err(TextError::Unknown("fragment".into())),
        }
    }
    Ok(all)
}

fn last(runs: &mut Vec<Run>) -> &mut Run {
    if runs.last().is_none_or(|run| run.note.is_some() || run.cites.is_some()) {
        runs.push(Run::default());
    }
    runs.last_mut().expect("BUG: a run was just pushed")
}

fn join(runs: &mut Vec<Run>, next: Run) {
    match runs.last_mut() {
        Some(run) if run.same_marks(&next) && run.note.is_none() && run.cites.is_none() => {
            run.text.push_str(&next.text);
        }
        _ => runs.push(next),
    }
}

fn text_runs<T: ReadTxn>(txn: &T, text: &XmlTextRef) -> Result<Vec<Run>, TextError> {
    let mut all = Vec::new();
    for piece in text.diff(txn, YChange::identity) {
        let Out::Any(Any::String(words)) = piece.insert else {
            return Err(TextError::Unknown("an object inside words".into()));
        };
        join(&mut all, marked(&words, piece.attributes.as_deref())?);
    }
    Ok(all)
}

fn marked(words: &str, attributes: Option<&Attrs>) -> Result<Run, TextError> {
    let mut run = Run::plain(words);
    for (name, value) in attributes.into_iter().flatten() {
        if *value == Any::Null {
            continue;
        }
        let mark = name.split("--").next().unwrap_or(name);
        match mark {
            "bold" => run.bold = true,
            "italic" => run.italic = true,
            "link" => run.link = href(value),
            "insertion" => run.suggested = Some(Suggested::Insertion),
            "deletion" => run.suggested = Some(Suggested::Deletion),
            known if MARKS.contains(&known) => {}
            other => return Err(TextError::Unknown(other.to_owned())),
        }
    }
    Ok(run)
}

/// Returns where a link leads, unless it could lead elsewhere than the web or mail.
fn href(value: &Any) -> Option<String> {
    let Any::Map(map) = value else { return None };
    let Some(Any::String(href)) = map.get("href") else { return None };
    (href.starts_with("https://") || href.starts_with("mailto:")).then(|| href.to_string())
}

fn string<T: ReadTxn>(txn: &T, element: &XmlElementRef, name: &str) -> Option<String> {
    match element.get_attribute(txn, name) {
        Some(Out::Any(Any::String(text))) => Some(text.to_string()),
        _ => None,
    }
}

fn number<T: ReadTxn>(txn: &T, element: &XmlElementRef, name: &str) -> Option<u32> {
    match element.get_attribute(txn, name)? {
        Out::Any(Any::Number(n)) => n.as_i64().and_then(|n| u32::try_from(n).ok()),
        Out::Any(Any::String(text)) => text.parse().ok(),
        _ => None,
    }
}

/// Returns every piece of words with the client id that wrote it.
pub(crate) fn written(txn: &mut TransactionMut<'_>, root: &XmlFragmentRef) -> Vec<Written> {
    let now = txn.snapshot();
    let mut out = Vec::new();
    let mut paragraph = 0;
    let children: Vec<XmlOut> = root.children(txn).collect();
    for child in &children {
        walk(txn, &now, child, &mut paragraph, &mut out);
    }
    out
}

fn walk(
    txn: &mut TransactionMut<'_>,
    now: &Snapshot,
    node: &XmlOut,
    paragraph: &mut u32,
    out: &mut Vec<Written>,
) {
    match node {
        XmlOut::Text(text) => pieces(txn, now, text, *paragraph, out),
        XmlOut::Element(element) => {
            let is_container = CONTAINERS.contains(&&**element.tag()) || element.tag().starts_with("table");
            let children: Vec<XmlOut> = element.children(txn).collect();
            for child in &children {
                walk(txn, now, child, paragraph, out);
            }
            let is_inline = matches!(&**element.tag(), "hardBreak" | "footnote" | "citation");
            *paragraph += u32::from(!is_container && !is_inline);
        }
        XmlOut::Fragment(_) => {}
    }
}

fn pieces(
    txn: &mut TransactionMut<'_>,
    now: &Snapshot,
    text: &XmlTextRef,
    paragraph: u32,
    out: &mut Vec<Written>,
) {
    // Against an empty past every piece counts as added and so carries its author.
    let nothing = Snapshot::default();
    for piece in text.diff_range(txn, Some(now), Some(&nothing), YChange::identity) {
        let (Out::Any(Any::String(words)), Some(change)) = (piece.insert, piece.ychange) else { continue };
        let client = change.id.client.get();
        match out.last_mut() {
            Some(last) if last.paragraph == paragraph && last.client == client => last.text.push_str(&words),
            _ => out.push(Written { paragraph, text: words.to_string(), client }),
        }
    }
}

/// Returns the attributes with which a run is written.
pub(crate) fn attributes(run: &Run) -> Attrs {
    let on = || Any::Map(Arc::new(HashMap::new()));
    let mut attributes = Attrs::new();
    if run.bold {
        attributes.insert("bold".into(), on());
    }
    if run.italic {
        attributes.insert("italic".into(), on());
    }
    if let Some(link) = &run.link {
        let href = HashMap::from([("href".to_owned(), Any::from(link.as_str()))]);
        attributes.insert("link".into(), Any::Map(Arc::new(href)));
    }
    attributes
}
