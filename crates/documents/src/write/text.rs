//! Plain text: for e-mail, for the boxes of a web form, and for reading anywhere. No wrapping, because every
//! reader wraps. Line ends are `\n` on every system, so the same response is the same bytes everywhere.

use super::frame::{self, Pick};
use super::{Answered, Response};
use linchpin_text::block::{Block, Run};

/// Writes a whole response.
pub(super) fn response(response: &Response) -> String {
    let mut writer = Writer::default();
    writer.underlined(&frame::title(response), '=');
    let facts: Vec<_> =
        frame::facts(response).iter().map(|(name, value)| format!("{name}: {value}")).collect();
    writer.lines(facts);
    for section in &response.sections {
        let heading = crate::clean::one_line(&section.heading);
        if !heading.is_empty() {
            writer.underlined(&heading, '-');
        }
        section.questions.iter().for_each(|question| writer.question(question));
    }
    writer.finish()
}

/// Writes one answer.
pub(super) fn answer(blocks: &[Block]) -> String {
    let mut writer = Writer::default();
    writer.blocks(blocks);
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
        if !self.notes.is_empty() {
            let notes = (1..).zip(&self.notes).map(|(n, note)| format!("[{n}] {note}"));
            let notes = notes.collect();
            self.parts.push("Notes".to_owned());
            self.lines(notes);
        }
        let mut text = self.parts.join("\n\n");
        if !text.is_empty() {
            text.push('\n');
        }
        text
    }

    fn lines(&mut self, lines: Vec<String>) {
        if !lines.is_empty() {
            self.parts.push(lines.join("\n"));
        }
    }

    fn underlined(&mut self, heading: &str, with: char) {
        let line: String = heading.chars().map(|_| with).take(72).collect();
        self.parts.push(format!("{heading}\n{line}"));
    }

    fn question(&mut self, question: &Answered) {
        self.parts.push(frame::heading(question));
        let picked = frame::picked(question);
        if picked.is_none() && question.blocks.is_empty() {
            self.parts.push(frame::NO_ANSWER.to_owned());
        }
        match picked {
            Some(Pick::Line(line)) => self.parts.push(line),
            Some(Pick::Several(lines)) => self.lines(lines.iter().map(|line| format!("• {line}")).collect()),
            Some(Pick::Rows(rows)) => {
                self.lines(rows.iter().map(|(row, says)| format!("{row}\t{says}")).collect());
            }
            None => {}
        }
        self.blocks(&question.blocks);
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            let lines = self.block(block);
            self.lines(lines);
        }
    }

    fn block(&mut self, block: &Block) -> Vec<String> {
        match block {
            Block::Heading { runs, .. } | Block::Para { runs } => {
                self.words(runs).trim_matches(['\n', ' ']).split('\n').map(str::to_owned).collect()
            }
            Block::Quote { blocks } => self
                .inner(blocks, true)
                .into_iter()
                .map(|line| format!("> {line}").trim_end().to_owned())
                .collect(),
            Block::List { start, items } => {
                let mut lines = Vec::new();
                for (n, item) in (0u64..).zip(items) {
                    let sign =
                        start.map_or_else(|| "• ".to_owned(), |first| format!("{}. ", u64::from(first) + n));
                    let indent = " ".repeat(sign.chars().count());
                    let mut inner = self.inner(item, false).into_iter();
                    lines.push(format!("{sign}{}", inner.next().unwrap_or_default()).trim_end().to_owned());
                    lines.extend(inner.map(|line| format!("{indent}{line}")));
                }
                lines
            }
            Block::Table { rows } => rows
                .iter()
                .map(|row| {
                    let cells: Vec<_> =
                        row.iter().map(|cell| self.inner(&cell.blocks, false).join(" ")).collect();
                    // A tab inside a cell would read as a new column.
                    cells.iter().map(|cell| cell.replace('\t', " ")).collect::<Vec<_>>().join("\t")
                })
                .collect(),
        }
    }

    /// Returns the lines of blocks that stand inside another one.
    fn inner(&mut self, blocks: &[Block], parted: bool) -> Vec<String> {
        let mut lines = Vec::new();
        for (n, block) in blocks.iter().enumerate() {
            if parted && n > 0 {
                lines.push(String::new());
            }
            lines.extend(self.block(block));
        }
        lines
    }

    fn words(&mut self, runs: &[Run]) -> String {
        let mut text = String::new();
        for (n, run) in runs.iter().enumerate() {
            text.push_str(&run.text);
            let ends_here = runs.get(n + 1).is_none_or(|next| next.link != run.link);
            if let Some(link) = run.link.as_deref().filter(|_| ends_here) {
                push_address(&mut text, link, &run.text);
            }
            if let Some(note) = &run.note {
                let words = self.words(note);
                self.notes.push(crate::clean::one_line(&words));
                text.push_str(&format!(" [{}]", self.notes.len()));
            }
        }
        text
    }
}

/// Adds where a link leads, unless its words say so already.
fn push_address(text: &mut String, link: &str, words: &str) {
    let address = link.strip_prefix("mailto:").unwrap_or(link);
    if words.trim() != address {
        let gap = text.trim_end_matches(' ').len();
        text.insert_str(gap, &format!(" ({address})"));
    }
}
