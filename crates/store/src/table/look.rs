//! What notices and recovered words add to the derived tables.

use crate::table::{KindTable, Words, text_of};
use linchpin_domain::record::Fields;

/// Notices are listed by answer.
pub(crate) const NOTICE: KindTable =
    KindTable { kind: "notice", links: &["answer"], words: None, typed: &[] };

/// Recovered words are listed by answer, and found.
pub(crate) const RECOVERED: KindTable =
    KindTable { kind: "recovered", links: &["answer"], words: Some(words), typed: &["words"] };

fn words(fields: &Fields) -> Words {
    Words { title: String::new(), body: text_of(fields, "words") }
}
