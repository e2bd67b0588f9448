//! The facts of the status line and of the screen Sync and history. Never a fact before it is true.

mod check;
mod deletions;
mod lists;
mod status;

pub(crate) use check::Check;

pub use check::{check_copy, stop_check};
pub use deletions::{confirm_deletions, put_back_deletions};
pub use lists::{keep_again, let_go, list_kept, list_waiting, sync_history};
pub use status::{pause_sync, seen_by_others, support_report, sync_now, sync_status};

use crate::people::PersonRow;
use linchpin_domain::id::{AnswerId, CallId, FileId, QuestionId, RecordId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks for the status.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SyncStatusAsked {}

/// Where sending and fetching stand.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SyncStatus {
    /// The connection.
    pub link: Link,
    /// When everything was last in step, milliseconds since 1970.
    #[ts(type = "number | null")]
    pub in_step_at: Option<u64>,
    /// When the last change was saved on this computer.
    #[ts(type = "number | null")]
    pub saved_at: Option<u64>,
    /// Changes that wait to be sent.
    pub waiting: u32,
    /// When the oldest of them was made.
    #[ts(type = "number | null")]
    pub oldest_waiting_at: Option<u64>,
    /// Changes that could not be sent and are kept.
    pub set_aside: u32,
    /// When the hub last acknowledged a change.
    #[ts(type = "number | null")]
    pub sent_at: Option<u64>,
    /// When the next attempt is made; none where none is planned.
    #[ts(type = "number | null")]
    pub next_try_at: Option<u64>,
    /// A space that arrives for the first time: rows here, rows in all.
    pub receiving: Option<Receiving>,
    /// What needs a look.
    pub looks: u32,
    /// Things whose deletion the hub holds until it is confirmed here.
    pub held_deletions: u32,
    /// How far a check of this copy is; none where none runs.
    pub checking: Option<Checking>,
}

/// How far a check is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Checking {
    /// Parts that were checked.
    pub done: u32,
    /// Parts in all.
    pub of: u32,
}

/// Checks this copy.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CheckCopy {}

/// What a check found.
#[derive(Debug, Clone, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CheckedCopy {
    /// Parts that were checked: consultations, responses and the like.
    pub spaces: u32,
    /// Records in them.
    pub records: u32,
    /// What differed and was fetched again.
    pub fetched: Vec<CheckedPlace>,
    /// What differs and is fetched again as soon as it can be.
    pub later: Vec<CheckedPlace>,
    /// Why nothing was compared with the hub; none where it was.
    pub not_compared: Option<Link>,
    /// Parts that changed all the while, so that they could not be compared.
    pub still_moving: u32,
    /// Whether the person ended it before it was done.
    pub stopped: bool,
}

/// Something that differed.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CheckedPlace {
    /// The call it belongs to, if any.
    pub call: Option<CallId>,
    /// That call's title; empty for people and what else belongs to no call.
    pub title: String,
}

/// Ends a check.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StopCheck {}

/// It ends as soon as it can.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CheckStopped {}

/// Confirms what the hub holds because it was much at once.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConfirmDeletions {}

/// Puts it back.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PutBackDeletions {}

/// What was decided.
#[derive(Debug, Clone, Copy, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Decided {
    /// Of how many things.
    pub things: u32,
}

/// Asks until when others have seen what was written here.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SeenByOthersAsked {}

/// Until when others have seen what was written here.
#[derive(Debug, Clone, Copy, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SeenByOthers {
    /// All words until then were seen by somebody else, milliseconds since 1970; none where nobody has looked.
    #[ts(type = "number | null")]
    pub until: Option<u64>,
}

/// A first fill.
#[derive(Debug, Clone, Copy, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Receiving {
    /// Rows that are here.
    #[ts(type = "number")]
    pub here: u64,
    /// Rows in all.
    #[ts(type = "number")]
    pub of: u64,
}

/// The connection to the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Link {
    /// No network was joined.
    NotJoined,
    /// In touch with the hub.
    Connected,
    /// Sending or fetching.
    Busy,
    /// This computer has no connection.
    Offline,
    /// The hub does not answer.
    HubAway,
    /// Something between us and the hub answered in its place.
    Intercepted,
    /// The hub's certificate is not trusted by this computer.
    NotTrusted,
    /// The hub is full or has too much to do.
    HubBusy,
    /// The hub no longer speaks with this version.
    TooOld,
    /// The hub does not know this computer any more.
    SignedOut,
    /// Stopped by the person.
    Paused,
}

/// Sends and fetches now.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SyncNow {}

/// Stops or starts.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PauseSync {
    /// Whether to stop.
    pub paused: bool,
}

/// Asks for what waits.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ListWaiting {}

/// Something that waits to be sent.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WaitingRow {
    /// What.
    pub what: WaitingWhat,
    /// The call it belongs to.
    pub call: Option<CallId>,
    /// The call's title.
    pub call_title: String,
    /// The question it belongs to.
    pub question: Option<QuestionId>,
    /// The question's number.
    pub number: String,
    /// How many changes.
    pub changes: u32,
    /// When the newest was made, milliseconds since 1970.
    #[ts(type = "number")]
    pub at: u64,
    /// Why it could not be sent; none while it only waits.
    pub refused: Option<SetAsideBecause>,
    /// What it belongs to.
    pub record: RecordId,
    /// Whether the hub will never take it, so that a person may let go of it.
    pub can_let_go: bool,
}

/// What waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum WaitingWhat {
    /// Words of an answer.
    Text,
    /// State, owner or choices of an answer.
    Answer,
    /// A call or its questions.
    Call,
    /// A version.
    Version,
    /// The person's own details.
    Profile,
    /// Anything else.
    Other,
}

/// Why a change is set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum SetAsideBecause {
    /// No access any more.
    NoAccess,
    /// The hub could not read it.
    Unreadable,
    /// It is too large.
    TooLarge,
    /// The hub must be updated first.
    HubTooOld,
    /// Much was deleted at once, and it waits for the person to confirm it.
    MuchDeleted,
    /// A value breaks a rule.
    BadValue,
}

/// Asks for the history.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SyncHistoryAsked {
    /// Most lines.
    pub limit: u32,
}

/// A line of the history.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SyncLine {
    /// When, milliseconds since 1970.
    #[ts(type = "number")]
    pub at: u64,
    /// What.
    pub what: SyncWhat,
}

/// What happened.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase", tag = "as")]
pub enum SyncWhat {
    /// Everything was in step.
    InStep,
    /// Changes arrived.
    Received {
        /// How many.
        changes: u32,
        /// From whom.
        people: Vec<PersonRow>,
    },
    /// Own changes were sent.
    Sent {
        /// How many.
        changes: u32,
    },
    /// There was no connection for a while.
    Offline {
        /// How long, in milliseconds.
        #[ts(type = "number")]
        for_ms: u64,
    },
    /// Two people changed an answer.
    BroughtTogether {
        /// The call.
        call: CallId,
        /// The question.
        question: QuestionId,
        /// The question's number.
        number: String,
    },
    /// A backup was made and checked.
    BackedUp,
    /// The hub was restored from a backup and work was offered again.
    HubRestored,
    /// This copy got a new identity after a restore.
    NewCopy,
    /// The hub's record of who did what does not follow from what it was.
    RecordCut {
        /// How many links it had when this computer last looked.
        #[ts(type = "number")]
        no: u64,
        /// The last one's hash then.
        hash: String,
    },
    /// This copy was checked.
    Checked {
        /// How many parts of it were fetched again, or will be.
        differed: u32,
    },
}

/// Asks for kept words.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ListKept {}

/// Words that could not be sent or lost their place.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeptWords {
    /// What is named to let go of them; none where they go by themselves after a time.
    pub record: Option<RecordId>,
    /// A file that the hub never took, to be written by `save_file`; the words are its name.
    pub file: Option<FileId>,
    /// The words.
    pub words: String,
    /// Where they were written, in words.
    pub place: String,
    /// The answer they were written in, if it is still here.
    pub answer: Option<AnswerId>,
    /// Why they are kept.
    pub why: KeptBecause,
    /// When, milliseconds since 1970.
    #[ts(type = "number")]
    pub at: u64,
}

/// Lets go of words that could not be sent, and of refused changes.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LetGo {
    /// What they belong to.
    pub record: RecordId,
}

/// Takes a letting go back.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeepAgain {
    /// What they belong to.
    pub record: RecordId,
    /// When they were let go of, as it was answered.
    #[ts(type = "number")]
    pub at: u64,
}

/// They were let go of.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Gone {
    /// When, milliseconds since 1970.
    #[ts(type = "number")]
    pub at: u64,
}

/// Why words are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum KeptBecause {
    /// Access ended.
    NoAccess,
    /// The hub refused them.
    Refused,
    /// A colleague removed the paragraph around them.
    AroundRemoved,
    /// The hub no longer has what they were written in; they are kept for 90 days.
    HubHasItNoMore,
    /// The hub went back to an earlier state; they are kept for 30 days.
    HubWentBack,
}

/// Asks for a report.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SupportReportAsked {}

/// A report for support.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SupportReport {
    /// Its text: ids, counts and times, no words.
    pub text: String,
}
