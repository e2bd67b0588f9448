//! Plain text to blocks and back, for scripts and for pasted text. Reading what was written gives the same
//! blocks again, as long as they hold nothing that plain text cannot say.

use crate::block::{Block, Run, words_of};

/// Reads plain text: blank lines and line ends part paragraphs, `•`, `-` or `*` begins a bullet, `1.` an
/// item of a numbered list.
pub fn read(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(words) = bullet(line) {
            add_item(&mut blocks, None, words);
        } else if let Some((number, words)) = numbered(line) {
            add_item(&mut blocks, Some(number), words);
        } else {
            blocks.push(Block::para(line));
        }
    }
    blocks
}

fn bullet(line: &str) -> Option<&str> {
    ["• ", "•\t", "- ", "* ", "– "].iter().find_map(|sign| line.strip_prefix(sign)).map(str::trim)
}

fn numbered(line: &str) -> Option<(u32, &str)> {
    let (number, words) = line.split_once(['.', ')'])?;
    let words = words.strip_prefix([' ', '\t'])?;
    (number.len() <= 3).then(|| number.parse().ok()).flatten().map(|n| (n, words.trim()))
}

fn add_item(blocks: &mut Vec<Block>, number: Option<u32>, words: &str) {
    let item = vec![Block::para(words)];
    if let Some(Block::List { start, items }) = blocks.last_mut() {
        let next = start.map(|first| first + u32::try_from(items.len()).unwrap_or(0));
        if next == number {
            items.push(item);
            return;
        }
    }
    blocks.push(Block::List { start: number, items: vec![item] });
}

/// Writes blocks as plain text: a line for each paragraph, bullets as `• `, numbers as `1. `, table cells
/// parted by tabs.
pub fn write(blocks: &[Block]) -> String {
    let mut lines = Vec::new();
    push_lines(blocks, "", &mut lines);
    lines.join("\n")
}

fn push_lines(blocks: &[Block], indent: &str, lines: &mut Vec<String>) {
    for block in blocks {
        match block {
            Block::Heading { runs, .. } | Block::Para { runs } => {
                lines.push(format!("{indent}{}", with_notes(runs)));
            }
            Block::Quote { blocks } => push_lines(blocks, &format!("{indent}> "), lines),
            Block::List { start, items } => {
                for (n, item) in (0..).zip(items) {
                    let sign = start.map_or_else(|| "• ".to_owned(), |first| format!("{}. ", first + n));
                    let mut inner = Vec::new();
                    push_lines(item, "", &mut inner);
                    for (at, line) in inner.into_iter().enumerate() {
                        let lead = if at == 0 { sign.clone() } else { " ".repeat(sign.chars().count()) };
                        lines.push(format!("{indent}{lead}{line}"));
                    }
                }
            }
            Block::Table { rows } => {
                for row in rows {
                    let cells: Vec<_> =
                        row.iter().map(|cell| write(&cell.blocks).replace('\n', " ")).collect();
                    lines.push(format!("{indent}{}", cells.join("\t")));
                }
            }
        }
    }
}

fn with_notes(runs: &[Run]) -> String {
    let mut text = words_of(runs);
    for note in runs.iter().filter_map(|run| run.note.as_ref()) {
        text.push_str(&format!(" [{}]", words_of(note)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bullets_and_numbers_become_lists_and_come_back() {
        let text = "First.\n• one\n• two\n1. a\n2. b\nLast.";
        let blocks = read(text);
        assert_eq!(blocks.len(), 4);
        assert_eq!(write(&blocks), text);
    }

    #[test]
    fn a_year_at_the_start_of_a_line_is_no_list() {
        assert_eq!(write(&read("2021. A hard year.")), "2021. A hard year.");
        assert!(matches!(read("2021. A hard year.")[0], Block::Para { .. }));
    }
}
