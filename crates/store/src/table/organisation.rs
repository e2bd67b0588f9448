//! What practices and other bodies add to the derived tables.

use crate::table::{KindTable, Words, text_of};
use linchpin_domain::record::Fields;

/// Bodies are found by name and code.
pub(crate) const ORGANISATION: KindTable =
    KindTable { kind: "organisation", links: &[], words: Some(words), typed: &["name", "odsCode"] };

fn words(fields: &Fields) -> Words {
    Words { title: text_of(fields, "name"), body: text_of(fields, "odsCode") }
}
