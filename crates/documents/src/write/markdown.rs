//! Markdown: CommonMark, with the tables and footnotes that the common readers know beyond it. Everything a
//! person typed that would be read as markup is escaped, so what they see is what they wrote.

mod cell;
mod inline;

use super::frame::{self, Pick};
use super::{Answered, Response};
use crate::clean::one_line;
use inline::{Place, escape, render};
use linchpin_text::block::{Block, Cell, Run};

/// The deepest heading there is.
const DEEPEST: usize = 6;
/// The highest number a list item can have.
const HIGHEST: u64 = 999_999_999;

/// Writes a whole response.
pub(super) fn response(response: &Response) -> String {
    let mut writer = Writer::default();
    writer.heading(1, &escape(&frame::title(response)));
    for (name, value) in frame::facts(response) {
        writer.parts.push(format!("**{name}:** {}", escape(&value)));
    }
    for section in &response.sections {
        let heading = one_line(&section.heading);
        let level = if heading.is_empty() { 2 } else { 3 };
        if !heading.is_empty() {
            writer.heading(2, &escape(&heading));
        }
        section.questions.iter().for_each(|question| writer.question(level, question));
    }
    writer.finish()
}

/// Writes one answer.
pub(super) fn answer(blocks: &[Block]) -> String {
    let mut writer = Writer::default();
    writer.blocks(0, blocks);
    writer.finish()
}

/// The parts of the file, to be parted by blank lines, and the notes that come at its end.
#[derive(Default)]
struct Writer {
    parts: Vec<String>,
    notes: Vec<String>,
}

impl Writer {
    fn finish(mut self) -> String {
        let notes = (1..).zip(&self.notes).map(|(n, note)| format!("[^{n}]: {note}"));
        self.parts.extend(notes);
        let mut text = self.parts.join("\n\n");
        if !text.is_empty() {
            text.push('\n');
        }
        text
    }

    fn heading(&mut self, level: usize, words: &str) {
        self.parts.push(format!("{} {words}", "#".repeat(level.clamp(1, DEEPEST))));
    }

    fn question(&mut self, level: usize, question: &Answered) {
        self.heading(level, &escape(&frame::heading(question)));
        let picked = frame::picked(question);
        if picked.is_none() && question.blocks.is_empty() {
            self.parts.push(format!("*{}*", frame::NO_ANSWER));
        }
        match picked {
            Some(Pick::Line(line)) => self.blocks(level, &[bold(&line)]),
            Some(Pick::Several(lines)) => {
                let items = lines.iter().map(|line| vec![bold(line)]).collect();
                self.blocks(level, &[Block::List { start: None, items }]);
            }
            Some(Pick::Rows(rows)) => self.blocks(level, &[table(&rows)]),
            None => {}
        }
        self.blocks(level, &question.blocks);
    }

    /// Writes the blocks of an answer that stands below a heading of this level.
    fn blocks(&mut self, level: usize, blocks: &[Block]) {
        let lines = self.lines(level, blocks, false);
        if !lines.is_empty() {
            self.parts.push(lines.join("\n"));
        }
    }

    /// Returns the lines of blocks; `tight` leaves the blank line between a paragraph and its list out.
    fn lines(&mut self, level: usize, blocks: &[Block], tight: bool) -> Vec<String> {
        let (mut lines, mut other_sign, mut had_first_level) = (Vec::new(), false, false);
        for (n, block) in blocks.iter().enumerate() {
            let before = n.checked_sub(1).and_then(|before| blocks.get(before));
            if n > 0 && !tight {
                lines.push(String::new());
            }
            match block {
                Block::Heading { level: own, runs } => {
                    // A level is never skipped, for readers who move from heading to heading.
                    let own = if had_first_level { usize::from(*own) } else { 1 };
                    had_first_level = true;
                    let words = render(runs, Place::OneLine, &mut self.notes);
                    lines.push(format!("{} {words}", "#".repeat((level + own).clamp(1, DEEPEST))));
                }
                Block::Para { runs } => {
                    lines.extend(
                        render(runs, Place::Paragraph, &mut self.notes).split('\n').map(str::to_owned),
                    );
                }
                Block::Quote { blocks } => {
                    let inner = self.lines(level, blocks, false);
                    lines.extend(inner.iter().map(|line| format!("> {line}").trim_end().to_owned()));
                }
                Block::List { start, items } => {
                    // Two lists in a row would be read as one, so the second has another sign.
                    let again = matches!(before, Some(Block::List { start: s, .. }) if s.is_some() == start.is_some());
                    other_sign = again && !other_sign;
                    lines.extend(self.list(level, *start, items, other_sign));
                }
                Block::Table { rows } => lines.extend(self.table(rows)),
            }
        }
        lines
    }

    fn list(
        &mut self,
        level: usize,
        start: Option<u32>,
        items: &[Vec<Block>],
        other_sign: bool,
    ) -> Vec<String> {
        let last =
            |first: u32| u64::from(first).saturating_add(u64::try_from(items.len()).unwrap_or(u64::MAX));
        if let Some(first) = start.filter(|first| last(*first) > HIGHEST) {
            return self.list(level, None, &with_written_numbers(first, items), other_sign);
        }
        let is_tight = items.iter().all(|item| is_tight(item));
        let mut lines = Vec::new();
        for (n, item) in (0u64..).zip(items) {
            if n > 0 && !is_tight {
                lines.push(String::new());
            }
            let sign = sign(start.map(|first| u64::from(first) + n), other_sign);
            let indent = " ".repeat(sign.len());
            for (at, line) in self.lines(level, item, is_tight).into_iter().enumerate() {
                let lead = if at == 0 { &sign } else { &indent };
                lines.push(format!("{lead}{line}").trim_end().to_owned());
            }
            if item.is_empty() {
                lines.push(sign.trim_end().to_owned());
            }
        }
        lines
    }

    fn table(&mut self, rows: &[Vec<Cell>]) -> Vec<String> {
        let is_simple = |cell: &Cell| matches!(cell.blocks.as_slice(), [] | [Block::Para { .. }]);
        if !rows.iter().flatten().all(is_simple) {
            return cell::table(rows);
        }
        let mut lines = Vec::new();
        for (n, row) in rows.iter().enumerate() {
            let cells: Vec<String> = row.iter().map(|cell| self.cell(cell)).collect();
            lines.push(format!("| {} |", cells.join(" | ")));
            if n == 0 {
                let rule: Vec<_> = row.iter().map(|_| "---").collect();
                lines.push(format!("| {} |", rule.join(" | ")));
            }
        }
        lines
    }

    fn cell(&mut self, cell: &Cell) -> String {
        match cell.blocks.first() {
            Some(Block::Para { runs }) => render(runs, Place::Cell, &mut self.notes),
            _ => String::new(),
        }
    }
}

/// Returns the sign before an item.
fn sign(number: Option<u64>, other: bool) -> String {
    match number {
        None => if other { "* " } else { "- " }.to_owned(),
        Some(n) => format!("{n}{} ", if other { ')' } else { '.' }),
    }
}

/// Returns a list whose numbers are too high for Markdown as bullets that begin with their number.
fn with_written_numbers(first: u32, items: &[Vec<Block>]) -> Vec<Vec<Block>> {
    let number = |n: u64| Block::para(format!("{}.", u64::from(first) + n));
    (0u64..)
        .zip(items)
        .map(|(n, item)| std::iter::once(number(n)).chain(item.iter().cloned()).collect())
        .collect()
}

/// Tells whether an item needs no blank line inside: one block, or a paragraph with bullets below.
fn is_tight(item: &[Block]) -> bool {
    matches!(item, [] | [_] | [Block::Para { .. }, Block::List { start: None, .. }])
}

fn bold(words: &str) -> Block {
    Block::Para { runs: vec![Run { bold: true, ..Run::plain(words) }] }
}

fn table(rows: &[(String, String)]) -> Block {
    let cell = |text: &str, header| Cell { header, blocks: vec![Block::para(text)] };
    let head = vec![cell("Statement", true), cell("Answer", true)];
    let body = rows.iter().map(|(row, says)| vec![cell(row, false), cell(says, false)]);
    Block::Table { rows: std::iter::once(head).chain(body).collect() }
}
