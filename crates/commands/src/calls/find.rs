//! Questions in pasted text. Nothing is saved; a person looks through what was found first.

use crate::calls::{FindQuestions, FoundCall, FoundQuestion};
use crate::core::Core;
use crate::error::Error;
use linchpin_documents::questions;
use linchpin_domain::london::today_text;

/// The most bytes that are read at once.
const MOST: usize = 1 << 20;

/// Finds the questions in pasted text.
///
/// # Errors
/// More text than 1 MiB.
pub fn find_questions(core: &Core, asked: FindQuestions) -> Result<FoundCall, Error> {
    if asked.text.len() > MOST {
        return Err(Error::field(
            "text",
            "error_paste_too_large",
            "This is more text than can be looked through at once. Nothing was changed. Paste the part with the questions.",
        ));
    }
    let found = questions::find(&asked.text, &today_text(core.now()));
    Ok(FoundCall {
        title: found.title,
        asker: found.asker,
        closes: found.closes,
        questions: found.questions.into_iter().map(question).collect(),
        left_over: found.left_over,
    })
}

fn question(found: questions::FoundQuestion) -> FoundQuestion {
    FoundQuestion {
        section: found.section,
        number: found.number,
        text: found.text,
        help: found.help,
        kind: found.kind,
        choices: found.choices,
        rows: found.rows,
        scale: found.scale,
        word_limit: found.word_limit,
        character_limit: found.character_limit,
        answer_below: found.answer_below,
        sure: found.sure,
    }
}
