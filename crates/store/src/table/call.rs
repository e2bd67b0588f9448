//! What calls and changes of their closing times add to the derived tables.

use crate::table::{KindTable, Words, lines_of, text_of};
use linchpin_domain::record::Fields;

/// Calls are found by title, asker and summary.
pub(crate) const CALL: KindTable =
    KindTable { kind: "call", links: &[], words: Some(words), typed: &["title", "asker", "link", "summary"] };

/// Changes of closing times are read by space.
pub(crate) const DEADLINE_CHANGE: KindTable =
    KindTable { kind: "deadlinechange", links: &[], words: None, typed: &["reason"] };

fn words(fields: &Fields) -> Words {
    Words { title: text_of(fields, "title"), body: lines_of(fields, &["asker", "summary"]) }
}
