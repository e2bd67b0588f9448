//! Named versions: a frozen state of one answer with its hash. Restoring one writes new edits on top; a
//! version itself never changes.

use crate::id::{AnswerId, PersonId};
use crate::record::record;
use serde_json::Value;

record! {
    /// A frozen state of an answer.
    Version, schema 1, place [Response], words true {
        /// The answer it freezes.
        answer: Option<AnswerId> = "answer" LastWriter 60;
        /// The name a person gave it; empty for one made by the way.
        name: String = "name" LastWriter 202;
        /// Why it was made, in a few words.
        reason: String = "reason" LastWriter 202;
        /// Who made it.
        made_by: Option<PersonId> = "madeBy" LastWriter 60;
        /// When, in milliseconds since 1970.
        made_at: u64 = "madeAt" LastWriter 20;
        /// The answer's blocks, as the block model writes them.
        blocks: Value = "blocks" LastWriter 4000000;
        /// The SHA-256 of the canonical blocks, in hexadecimal digits.
        hash: String = "hash" LastWriter 66;
        /// Its number of words.
        words: u32 = "words" LastWriter 12;
    }
}
