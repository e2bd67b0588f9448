//! Putting words back: one wording of a sentence in the place of another, or a paragraph after the place where
//! it belongs. What stands elsewhere is not touched.

use crate::TextError;
use crate::block::{Block, Run, words_of};
use crate::doc::TextDoc;
use crate::edit::set_blocks;

/// Tells whether `words` stand in exactly one paragraph, so that they can be replaced.
pub fn stands_once(blocks: &[Block], words: &str) -> bool {
    let mut found = 0;
    crate::block::each_text(blocks, &mut |_, text| found += text.matches(words).count());
    found == 1 && !words.trim().is_empty()
}

/// Puts `wanted` in the place of `words` and returns the update; none where they do not stand there once.
///
/// # Errors
/// [`TextError::Unknown`] where the document holds something this version does not know.
pub fn replace(doc: &mut TextDoc, words: &str, wanted: &str) -> Result<Option<Vec<u8>>, TextError> {
    let mut blocks = doc.blocks()?;
    if !stands_once(&blocks, words) || !in_blocks(&mut blocks, words, wanted) {
        return Ok(None);
    }
    set_blocks(doc, &blocks)
}

/// Adds a paragraph after the one in which `around` stands, or at the end, and returns the update.
///
/// # Errors
/// [`TextError::Unknown`] where the document holds something this version does not know.
pub fn add_after(doc: &mut TextDoc, around: &str, words: &str) -> Result<Option<Vec<u8>>, TextError> {
    let mut blocks = doc.blocks()?;
    let holds = |block: &Block| {
        let mut found = false;
        crate::block::each_text(std::slice::from_ref(block), &mut |_, text| found |= text.contains(around));
        found
    };
    let at = (!around.trim().is_empty()).then(|| blocks.iter().position(holds)).flatten();
    let at = at.map_or(blocks.len(), |at| at + 1);
    let paragraphs = words.lines().filter(|line| !line.trim().is_empty()).map(Block::para);
    blocks.splice(at..at, paragraphs);
    set_blocks(doc, &blocks)
}

fn in_blocks(blocks: &mut [Block], words: &str, wanted: &str) -> bool {
    blocks.iter_mut().any(|block| match block {
        Block::Heading { runs, .. } | Block::Para { runs } => in_runs(runs, words, wanted),
        Block::Quote { blocks } => in_blocks(blocks, words, wanted),
        Block::List { items, .. } => items.iter_mut().any(|item| in_blocks(item, words, wanted)),
        Block::Table { rows } => {
            rows.iter_mut().flatten().any(|cell| in_blocks(&mut cell.blocks, words, wanted))
        }
    })
}

/// The wording takes the marks of the run in which the old one began.
fn in_runs(runs: &mut Vec<Run>, words: &str, wanted: &str) -> bool {
    let whole = words_of(runs);
    let Some(from) = whole.find(words) else { return false };
    let to = from + words.len();
    let (mut at, mut put) = (0, false);
    for run in runs.iter_mut().filter(|run| run.suggested != Some(crate::block::Suggested::Deletion)) {
        let end = at + run.text.len();
        let (cut_from, cut_to) = (from.clamp(at, end) - at, to.clamp(at, end) - at);
        if cut_from < cut_to {
            let new = if put { "" } else { wanted };
            run.text.replace_range(cut_from..cut_to, new);
            put = true;
        }
        at = end;
    }
    runs.retain(|run| !run.text.is_empty() || run.note.is_some() || run.cites.is_some());
    put
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{edit, plain};

    fn doc(text: &str) -> TextDoc {
        let mut doc = TextDoc::new(10);
        edit::append(&mut doc, text).expect("words were added");
        doc
    }

    fn text(doc: &TextDoc) -> String {
        plain::write(&doc.blocks().expect("the text is read"))
    }

    #[test]
    fn a_sentence_is_replaced_where_it_stands_once() {
        let mut doc = doc("One. Two stands here. Three.\n• Four é.");
        replace(&mut doc, "Two stands here.", "Two was here.")
            .expect("the text can be changed")
            .expect("there was something to change");
        assert_eq!(text(&doc), "One. Two was here. Three.\n• Four é.");
        replace(&mut doc, "Four é.", "Vier.")
            .expect("the text can be changed")
            .expect("there was something to change");
        assert_eq!(text(&doc), "One. Two was here. Three.\n• Vier.");
        assert!(replace(&mut doc, "Five", "x").expect("the text can be changed").is_none());
        assert!(
            replace(&mut doc, "e", "x").expect("the text can be changed").is_none(),
            "it stands more than once"
        );
    }

    #[test]
    fn words_across_runs_are_replaced_and_marks_outside_stay() {
        let bold = |text: &str| Run { bold: true, ..Run::plain(text) };
        let mut runs = vec![Run::plain("one "), bold("two"), Run::plain(" three")];
        assert!(in_runs(&mut runs, "e two th", "1 2 3"));
        assert!(runs == [Run::plain("on1 2 3"), Run::plain("ree")]);
    }

    #[test]
    fn a_paragraph_is_put_after_its_place_or_at_the_end() {
        let mut doc = doc("One.\nTwo.");
        add_after(&mut doc, "One.", "Between.")
            .expect("the text can be changed")
            .expect("there was something to change");
        add_after(&mut doc, "gone", "Last.")
            .expect("the text can be changed")
            .expect("there was something to change");
        assert_eq!(text(&doc), "One.\nBetween.\nTwo.\nLast.");
    }
}
