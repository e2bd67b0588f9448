//! What sections and questions add to the derived tables.

use crate::table::{KindTable, Words, lines_of, text_of};
use linchpin_domain::record::Fields;

/// Sections are read by space.
pub(crate) const SECTION: KindTable =
    KindTable { kind: "section", links: &[], words: None, typed: &["title"] };

/// Questions are found by number, text and guidance, and listed by section.
pub(crate) const QUESTION: KindTable = KindTable {
    kind: "question",
    links: &["section"],
    words: Some(words),
    typed: &["number", "text", "help", "choices", "rows", "scale"],
};

fn words(fields: &Fields) -> Words {
    Words { title: text_of(fields, "text"), body: lines_of(fields, &["number", "help"]) }
}
