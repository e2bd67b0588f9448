//! What files add to the derived tables.

use crate::table::{KindTable, Words, text_of};
use linchpin_domain::record::Fields;

/// Files are found by name.
pub(crate) const FILE: KindTable =
    KindTable { kind: "file", links: &[], words: Some(words), typed: &["name"] };

fn words(fields: &Fields) -> Words {
    Words { title: text_of(fields, "name"), body: String::new() }
}
