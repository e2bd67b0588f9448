//! What members add to the derived tables.

use crate::table::{KindTable, Words, text_of};
use linchpin_domain::record::Fields;

/// Members are found by name and practice.
pub(crate) const MEMBER: KindTable =
    KindTable { kind: "member", links: &[], words: Some(words), typed: &["name", "practice"] };

fn words(fields: &Fields) -> Words {
    Words { title: text_of(fields, "name"), body: text_of(fields, "practice") }
}
