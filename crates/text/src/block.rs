//! The block model: what every reader, writer, count and comparison works on. No format sees a Yjs tree.
//! Kept free of anything that depends on who edits: equal text gives equal blocks and an equal hash.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// One block of an answer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "block")]
pub enum Block {
    /// A heading inside an answer.
    Heading {
        /// 1 or 2.
        level: u8,
        /// Its words.
        runs: Vec<Run>,
    },
    /// A paragraph.
    Para {
        /// Its words.
        runs: Vec<Run>,
    },
    /// A quotation.
    Quote {
        /// What is quoted.
        blocks: Vec<Self>,
    },
    /// A list.
    List {
        /// The first number of a numbered list; none for bullets.
        start: Option<u32>,
        /// The blocks of each item.
        items: Vec<Vec<Self>>,
    },
    /// A table; all rows are equally long.
    Table {
        /// The rows.
        rows: Vec<Vec<Cell>>,
    },
}

/// One cell of a table.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Whether it heads its column or row.
    pub header: bool,
    /// What it holds.
    pub blocks: Vec<Block>,
}

/// A run of words with the same marks.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Run {
    /// The words; a line break inside a paragraph is `\n`.
    pub text: String,
    /// Bold.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub bold: bool,
    /// Italic.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub italic: bool,
    /// Where a link leads: https or mailto.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Whether it is proposed to come in or go out, and is not agreed yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggested: Option<Suggested>,
    /// A footnote that hangs on the end of this run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Vec<Self>>,
    /// The evidence that is cited at the end of this run, by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cites: Option<String>,
}

/// What is proposed for a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Suggested {
    /// It should come in.
    Insertion,
    /// It should go out.
    Deletion,
}

impl Run {
    /// Returns a plain run.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Tells whether two runs have the same marks. Notes and citations are none: they hang on the end of a run, and
    /// whoever joins two runs looks after them.
    pub fn same_marks(&self, other: &Self) -> bool {
        let marks = |run: &Self| (run.bold, run.italic, run.link.clone(), run.suggested);
        marks(self) == marks(other)
    }
}

impl Block {
    /// Returns a paragraph of plain words.
    pub fn para(text: impl Into<String>) -> Self {
        let text = text.into();
        let runs = if text.is_empty() { Vec::new() } else { vec![Run::plain(text)] };
        Self::Para { runs }
    }
}

/// Returns the SHA-256 of the blocks in hexadecimal digits. What serde writes for these types has one form
/// only: no maps and no numbers but small integers.
pub fn hash(blocks: &[Block]) -> String {
    let bytes = serde_json::to_vec(blocks).unwrap_or_default();
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Calls `visit` with the words of every paragraph and heading, in reading order, as they count: proposed
/// words as if they were accepted. Footnotes follow the paragraph they hang on.
pub fn each_text(blocks: &[Block], visit: &mut dyn FnMut(&Block, String)) {
    for block in blocks {
        match block {
            Block::Heading { runs, .. } | Block::Para { runs } => {
                visit(block, words_of(runs));
                for note in runs.iter().filter_map(|run| run.note.as_ref()) {
                    visit(block, words_of(note));
                }
            }
            Block::Quote { blocks } => each_text(blocks, visit),
            Block::List { items, .. } => items.iter().for_each(|item| each_text(item, visit)),
            Block::Table { rows } => rows.iter().flatten().for_each(|cell| each_text(&cell.blocks, visit)),
        }
    }
}

/// Returns the words of some runs, those proposed to go out left out.
pub fn words_of(runs: &[Run]) -> String {
    let stays = |run: &&Run| run.suggested != Some(Suggested::Deletion);
    runs.iter().filter(stays).map(|run| run.text.as_str()).collect()
}

/// Tells whether there is no word in the blocks.
pub fn is_empty(blocks: &[Block]) -> bool {
    let mut empty = true;
    each_text(blocks, &mut |_, text| empty &= text.trim().is_empty());
    empty
}
