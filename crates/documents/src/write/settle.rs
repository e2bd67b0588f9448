//! Makes blocks ready for every writer: proposals settled one way, characters that no file may hold taken
//! out, empty paragraphs dropped, equal neighbours joined. After this no writer meets a proposal.

use super::Suggestions;
use crate::clean::clean;
use linchpin_text::block::{Block, Cell, Run, Suggested};

/// Returns the blocks as they are to be written.
pub(super) fn blocks(blocks: &[Block], suggestions: Suggestions) -> Vec<Block> {
    blocks.iter().filter_map(|block| one(block, suggestions)).collect()
}

fn one(block: &Block, suggestions: Suggestions) -> Option<Block> {
    match block {
        Block::Heading { level, runs } => {
            filled(runs, suggestions).map(|runs| Block::Heading { level: (*level).clamp(1, 2), runs })
        }
        Block::Para { runs } => filled(runs, suggestions).map(|runs| Block::Para { runs }),
        Block::Quote { blocks: inner } => {
            let inner = blocks(inner, suggestions);
            (!inner.is_empty()).then_some(Block::Quote { blocks: inner })
        }
        Block::List { start, items } => {
            let items: Vec<_> = items.iter().map(|item| blocks(item, suggestions)).collect();
            // A number without words still counts; a bullet without words is nothing.
            let items: Vec<_> =
                items.into_iter().filter(|item| start.is_some() || !item.is_empty()).collect();
            (items.iter().any(|item| !item.is_empty())).then_some(Block::List { start: *start, items })
        }
        Block::Table { rows } => {
            let cell = |cell: &Cell| Cell { header: cell.header, blocks: blocks(&cell.blocks, suggestions) };
            let mut rows: Vec<Vec<Cell>> = rows.iter().map(|row| row.iter().map(cell).collect()).collect();
            let width = rows.iter().map(Vec::len).max().unwrap_or(0);
            for row in &mut rows {
                row.resize_with(width, || Cell { header: false, blocks: Vec::new() });
            }
            let any = rows.iter().flatten().any(|cell| !cell.blocks.is_empty());
            any.then_some(Block::Table { rows })
        }
    }
}

fn filled(all: &[Run], suggestions: Suggestions) -> Option<Vec<Run>> {
    let runs = runs(all, suggestions);
    let is_word = |run: &Run| !run.text.trim().is_empty() || run.note.is_some();
    runs.iter().any(is_word).then_some(runs)
}

fn runs(all: &[Run], suggestions: Suggestions) -> Vec<Run> {
    let out = match suggestions {
        Suggestions::Original => Suggested::Insertion,
        Suggestions::Accepted => Suggested::Deletion,
    };
    let mut settled: Vec<Run> = Vec::new();
    for run in all.iter().filter(|run| run.suggested != Some(out)) {
        let note = run.note.as_ref().map(|note| runs(note, suggestions)).filter(|note| !note.is_empty());
        let next = Run { text: clean(&run.text), suggested: None, note, ..run.clone() };
        match settled.last_mut() {
            Some(last) if last.note.is_none() && last.cites.is_none() && last.same_marks(&next) => {
                last.text.push_str(&next.text);
                (last.note, last.cites) = (next.note, next.cites);
            }
            _ if next.text.is_empty() && next.note.is_none() => {}
            _ => settled.push(next),
        }
    }
    settled
}
