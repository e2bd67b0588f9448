//! A call: any invitation to answer, with its asker, nation, closing time and our own plan. Each change of
//! the closing time is a record of its own, so that every extension is kept.

use crate::Wrong;
use crate::id::OrganisationId;
use crate::london::ClosesAt;
use crate::nation::NationScope;
use crate::record::record;
use serde::{Deserialize, Serialize};

/// What sort of call it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum CallKind {
    /// A consultation.
    #[default]
    Consultation,
    /// A call for evidence.
    CallForEvidence,
    /// A committee's inquiry.
    Inquiry,
    /// A survey.
    Survey,
    /// Any other engagement.
    Engagement,
}

record! {
    /// An invitation to answer.
    Call, schema 1, place [Call], words false {
        /// Its title.
        title: String = "title" LastWriter 302;
        /// Who asks, in words.
        asker: String = "asker" LastWriter 202;
        /// The same as a record, where it is known.
        asker_id: Option<OrganisationId> = "askerId" LastWriter 60;
        /// What sort of call it is.
        kind: CallKind = "kind" LastWriter 30;
        /// What it applies to.
        nation: NationScope = "nation" LastWriter 30;
        /// When it opened.
        opens: Option<ClosesAt> = "opens" LastWriter 60;
        /// When it closes; none where that is not known yet.
        closes: Option<ClosesAt> = "closes" LastWriter 60;
        /// Where it was published.
        link: String = "link" LastWriter 2002;
        /// What it is about, in a few sentences.
        summary: String = "summary" LastWriter 4002;
        /// The most words the whole response may have.
        word_limit: Option<u32> = "wordLimit" LastWriter 12;
        /// Our date for drafts, `YYYY-MM-DD`.
        plan_draft: Option<String> = "planDraft" LastWriter 14;
        /// Our date for comments.
        plan_comments: Option<String> = "planComments" LastWriter 14;
        /// Our date for sign-off.
        plan_sign_off: Option<String> = "planSignOff" LastWriter 14;
        /// Our date for sending.
        plan_send: Option<String> = "planSend" LastWriter 14;
        /// When the network first knew of it, in milliseconds since 1970.
        first_seen_at: u64 = "firstSeenAt" LastWriter 20;
        /// Marked where it belongs to sample data.
        sample: bool = "sample" LastWriter 5;
    }
    check |call| {
        if call.title.trim().is_empty() {
            return Err(Wrong::new("title", "is empty"));
        }
        match &call.closes {
            Some(closes) if closes.instant_ms().is_err() => Err(Wrong::new("closes", "is no date and time")),
            _ => Ok(()),
        }
    };
}

record! {
    /// One change of a call's closing time.
    DeadlineChange, schema 1, place [Call], words false {
        /// The closing time before.
        from: Option<ClosesAt> = "from" LastWriter 60;
        /// The closing time after.
        to: Option<ClosesAt> = "to" LastWriter 60;
        /// Why, in the asker's words.
        reason: String = "reason" LastWriter 502;
        /// When it was noted, in milliseconds since 1970.
        noted_at: u64 = "notedAt" LastWriter 20;
    }
}
