//! What answers and marks of reading add to the derived tables. An answer's words lie in its text document.

use crate::table::KindTable;

/// Answers are listed by response and by question.
pub(crate) const ANSWER: KindTable =
    KindTable { kind: "answer", links: &["response", "question", "owner"], words: None, typed: &[] };

/// Marks of reading are listed by answer.
pub(crate) const READ_MARK: KindTable =
    KindTable { kind: "readmark", links: &["answer"], words: None, typed: &[] };
