//! What responses add to the derived tables.

use crate::table::KindTable;

/// Responses are listed by call.
pub(crate) const RESPONSE: KindTable =
    KindTable { kind: "response", links: &["call"], words: None, typed: &["body", "capacity"] };
