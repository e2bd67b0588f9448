//! What a merge leaves for people to look at: notices that never block, and words that were typed into
//! something a colleague removed. The hub writes them, once, so that all copies agree.

use crate::id::{AnswerId, PersonId};
use crate::record::record;
use serde::{Deserialize, Serialize};

/// Why a clean merge needs a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum NoticeKind {
    /// Both changed the same answer while apart.
    #[default]
    SameAnswer,
    /// Both changed one sentence.
    SameSentence,
    /// Text was added inside something that was removed.
    StrandedInsert,
    /// One split or removed a paragraph that the other rewrote.
    SplitRewritten,
    /// Together it is over the limit.
    OverLimit,
    /// An approved answer was changed.
    ApprovedThenChanged,
}

record! {
    /// "2 people changed this": both wordings, and what stands now.
    Notice, schema 1, place [Response], words false {
        /// The answer it is about.
        answer: Option<AnswerId> = "answer" HubOnly 60;
        /// Why it needs a look.
        kind: NoticeKind = "kind" HubOnly 30;
        /// Whose change arrived second.
        person_a: Option<PersonId> = "personA" HubOnly 60;
        /// Whose change was there.
        person_b: Option<PersonId> = "personB" HubOnly 60;
        /// The wording of the first person.
        text_a: String = "textA" HubOnly 20002;
        /// The wording of the second person.
        text_b: String = "textB" HubOnly 20002;
        /// What stands after both.
        text_now: String = "textNow" HubOnly 20002;
        /// What stood before either.
        text_base: String = "textBase" HubOnly 20002;
        /// When the hub brought them together, in milliseconds since 1970.
        at: u64 = "at" HubOnly 20;
        /// Who said that it is fine; none while it waits.
        settled_by: Option<PersonId> = "settledBy" LastWriter 60;
    }
}

record! {
    /// Words that a merge dropped, kept verbatim beside the answer.
    Recovered, schema 1, place [Response], words true {
        /// The answer they were typed in.
        answer: Option<AnswerId> = "answer" HubOnly 60;
        /// Who typed them.
        person: Option<PersonId> = "person" HubOnly 60;
        /// The words.
        words: String = "words" HubOnly 200002;
        /// The sentence around them.
        around: String = "around" HubOnly 20002;
        /// When the hub brought the texts together, in milliseconds since 1970.
        at: u64 = "at" HubOnly 20;
        /// Who put them back or let them go; none while they wait.
        settled_by: Option<PersonId> = "settledBy" LastWriter 60;
    }
}
