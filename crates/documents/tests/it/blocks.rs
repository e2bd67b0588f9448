//! Blocks drawn at random, with the words that no reader forgives: signs of markup at every edge.

use linchpin_text::block::{Block, Cell, Run, Suggested};
use proptest::prelude::*;

/// Words that look like markup, and plain ones.
fn words() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "practice",
        "a",
        "B2",
        "ŵyl",
        "café",
        "*",
        "**bold**",
        "_",
        "snake_case",
        "`code`",
        "[x]",
        "](",
        "<b>",
        "</table>",
        "&amp;",
        "&",
        "#",
        "# no heading",
        "1. no list",
        "2) no list",
        "- no list",
        "+ no",
        "> no quote",
        "---",
        "===",
        "|",
        "a | b",
        "~~",
        "~~~",
        "\\",
        "!",
        "![",
        "https://example.org/a_b?c=1&d=2",
        "www.example.org",
        "\n",
        "\n\n",
        "  ",
        "\t",
        "\u{a0}",
        "\u{7}",
        "😀",
        ":-:",
        "(a)",
        "“quoted”",
        "<!--",
        "-->",
        "&#35;",
        "e.g.",
        "55%",
        "]]>",
        "[^99]",
    ]);
    prop::collection::vec(piece, 0..5)
        .prop_flat_map(|pieces| prop::sample::select(vec![" ", ""]).prop_map(move |gap| pieces.join(gap)))
}

/// A run as it is drawn. The block model shows no typed words in panics, so what is drawn is kept apart.
#[derive(Debug, Clone)]
pub(crate) struct DrawnRun {
    text: String,
    marks: (bool, bool),
    link: Option<&'static str>,
    note: Option<String>,
    suggested: Option<Suggested>,
}

/// A block as it is drawn.
#[derive(Debug, Clone)]
pub(crate) enum Drawn {
    Para(Vec<DrawnRun>),
    Heading(u8, Vec<DrawnRun>),
    Quote(Vec<Self>),
    List(Option<u32>, Vec<Vec<Self>>),
    Table(Vec<Vec<(bool, Vec<Self>)>>),
}

/// Returns the blocks that were drawn.
pub(crate) fn made(drawn: &[Drawn]) -> Vec<Block> {
    let runs = |runs: &[DrawnRun]| runs.iter().map(run_made).collect();
    let block = |block: &Drawn| match block {
        Drawn::Para(all) => Block::Para { runs: runs(all) },
        Drawn::Heading(level, all) => Block::Heading { level: *level, runs: runs(all) },
        Drawn::Quote(inner) => Block::Quote { blocks: made(inner) },
        Drawn::List(start, items) => {
            Block::List { start: *start, items: items.iter().map(|item| made(item)).collect() }
        }
        Drawn::Table(rows) => {
            let cell = |(header, inner): &(bool, Vec<Drawn>)| Cell { header: *header, blocks: made(inner) };
            Block::Table { rows: rows.iter().map(|row| row.iter().map(cell).collect()).collect() }
        }
    };
    drawn.iter().map(block).collect()
}

fn run_made(run: &DrawnRun) -> Run {
    Run {
        text: run.text.clone(),
        bold: run.marks.0,
        italic: run.marks.1,
        link: run.link.map(str::to_owned),
        note: run.note.as_ref().map(|note| vec![Run::plain(note.as_str())]),
        suggested: run.suggested,
        cites: None,
    }
}

fn run(suggested: bool) -> impl Strategy<Value = DrawnRun> {
    let link = prop::sample::select(vec![
        None,
        None,
        None,
        Some("https://example.org/a(b)_c d"),
        Some("mailto:a@example.org"),
        Some("http://example.org"),
    ]);
    let suggestions = if suggested {
        vec![None, None, Some(Suggested::Insertion), Some(Suggested::Deletion)]
    } else {
        vec![None]
    };
    let note = prop::option::weighted(0.1, words());
    (words(), any::<(bool, bool)>(), link, note, prop::sample::select(suggestions))
        .prop_map(|(text, marks, link, note, suggested)| DrawnRun { text, marks, link, note, suggested })
}

/// Any answer.
pub(crate) fn blocks(suggested: bool) -> impl Strategy<Value = Vec<Drawn>> {
    let runs = || prop::collection::vec(run(suggested), 0..4);
    let leaf = prop_oneof![
        4 => runs().prop_map(Drawn::Para),
        1 => (1u8..=2, runs()).prop_map(|(level, runs)| Drawn::Heading(level, runs)),
    ];
    let block = leaf.prop_recursive(3, 16, 3, |inner| {
        let few = prop::collection::vec(inner, 0..3);
        let start =
            prop::sample::select(vec![None, None, Some(1), Some(7), Some(999_999_999), Some(u32::MAX)]);
        let row = prop::collection::vec((any::<bool>(), few.clone()), 0..3);
        prop_oneof![
            few.clone().prop_map(Drawn::Quote),
            (start, prop::collection::vec(few, 0..3)).prop_map(|(start, items)| Drawn::List(start, items)),
            prop::collection::vec(row, 0..3).prop_map(Drawn::Table),
        ]
    });
    prop::collection::vec(block, 0..4)
}

/// Returns the letters and digits of some blocks in reading order, notes apart.
pub(crate) fn letters(blocks: &[Block]) -> (String, Vec<String>) {
    let (mut text, mut notes) = (String::new(), Vec::new());
    for block in blocks {
        match block {
            Block::Heading { runs, .. } | Block::Para { runs } => {
                for run in runs {
                    text.push_str(&bare(&run.text));
                    notes
                        .extend(run.note.iter().map(|note| note.iter().map(|run| bare(&run.text)).collect()));
                }
            }
            Block::Quote { blocks } => extend(&mut text, &mut notes, letters(blocks)),
            Block::List { items, .. } => {
                items.iter().for_each(|item| extend(&mut text, &mut notes, letters(item)));
            }
            Block::Table { rows } => {
                rows.iter().flatten().for_each(|cell| extend(&mut text, &mut notes, letters(&cell.blocks)));
            }
        }
        text.push(' ');
    }
    (text, notes)
}

fn extend(text: &mut String, notes: &mut Vec<String>, (more, more_notes): (String, Vec<String>)) {
    text.push_str(&more);
    notes.extend(more_notes);
}

/// Returns a text's letters and digits.
pub(crate) fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}
