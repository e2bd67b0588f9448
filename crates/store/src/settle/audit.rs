//! The end of the hub's record of who did what, kept from hello to hello: whoever runs the hub cannot cut the record
//! off, or write its end anew, without every desk seeing it.

use crate::door::Door;
use crate::error::StoreError;
use crate::reader::SyncLine;
use crate::table::{setting, sync_log};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The setting that holds the newest head.
const HEAD: &str = "hub.auditHead";
/// The word of the line in the history of sync.
const CUT: &str = "recordCut";

/// How far the record was when it was last told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeptAuditHead {
    /// The hub's epoch: a hub that was restored has lost the end of its record, and says so by its epoch.
    pub epoch: u64,
    /// How many links there were.
    pub no: u64,
    /// The last one's hash, in hexadecimal digits.
    pub hash: String,
}

impl KeptAuditHead {
    /// Tells whether a record that ended here can end there now.
    fn leads_to(&self, later: &Self) -> bool {
        self.epoch != later.epoch || self.no < later.no || (self.no == later.no && self.hash == later.hash)
    }
}

/// Notes the end of the hub's record. One that does not follow from what was told before is written into the history
/// of sync, once, and what was told before stays here: it is what proves it.
pub(super) fn note_head(door: &mut Door<'_>, told: &KeptAuditHead, now_ms: u64) -> Result<(), StoreError> {
    let kept = kept(door)?;
    if kept.as_ref() == Some(told) {
        return Ok(());
    }
    match kept.filter(|kept| !kept.leads_to(told)) {
        None => setting::set(door, HEAD, Some(&serde_json::to_value(told)?)),
        Some(kept) => note_cut(door, &kept, told, now_ms),
    }
}

fn kept(door: &Door<'_>) -> Result<Option<KeptAuditHead>, StoreError> {
    // A head of another form is no reason to stop: the next one takes its place.
    Ok(setting::get(door.db, HEAD)?.and_then(|value| serde_json::from_value(value).ok()))
}

fn note_cut(
    door: &mut Door<'_>,
    kept: &KeptAuditHead,
    told: &KeptAuditHead,
    now_ms: u64,
) -> Result<(), StoreError> {
    let facts = json!({ "kept": kept, "told": told.no });
    let last = sync_log::last(door.db, CUT)?;
    if last.is_some_and(|line| line.facts.get("kept") == facts.get("kept")) {
        return Ok(());
    }
    sync_log::add(door, &SyncLine { at: now_ms, what: CUT.to_owned(), facts })
}
