//! Taking changes back, and things that were put away.

use crate::calls::Changed;
use crate::core::Core;
use crate::error::Error;
use linchpin_domain::id::RecordId;
use linchpin_domain::record::RecordKind;
use linchpin_store::undo::UndoOutcome;
use linchpin_store::{StoreError, UndoId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Takes a change back.
#[derive(Debug, Deserialize, TS)]
// A token under a wrong name would take back the last step instead.
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Undo {
    /// Which one; none for the last.
    pub undo: Option<String>,
}

/// What became of it.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase", tag = "as")]
pub enum Undone {
    /// It is taken back.
    Done,
    /// There is nothing to take back.
    Nothing,
    /// Somebody changed the same thing since; nothing was done.
    ChangedSince,
}

/// Asks for what was put away.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ListDeleted {}

/// Something that was put away.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeletedRow {
    /// Its id.
    pub id: RecordId,
    /// Its kind: `call`, `question`, `version`.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// When, milliseconds since 1970.
    #[ts(type = "number")]
    pub at: u64,
    /// Days until it is gone for good.
    pub days_left: i32,
}

/// Brings something back.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RestoreDeleted {
    /// Its id.
    pub id: RecordId,
}

/// Takes a change back, as a new change.
///
/// # Errors
/// A step that is not known any more, or any fault of the store.
pub fn undo(core: &Core, asked: Undo) -> Result<Undone, Error> {
    let desk = core.desk()?;
    let step = asked.undo.map(|id| id.parse::<UndoId>()).transpose()?;
    let by = core.by(&desk, "undo")?;
    Ok(match desk.store.undo(step, &by)?.value {
        UndoOutcome::Done { .. } => Undone::Done,
        UndoOutcome::Nothing => Undone::Nothing,
        UndoOutcome::ChangedSince { .. } => Undone::ChangedSince,
    })
}

/// Returns what was put away in the last 90 days, newest first.
///
/// # Errors
/// Any fault of the store.
pub fn list_deleted(core: &Core, _: ListDeleted) -> Result<Vec<DeletedRow>, Error> {
    let desk = core.desk()?;
    let rows = desk.store.read(|reader| reader.deleted(core.now_ms()))?;
    let shown = [RecordKind::Call, RecordKind::Question, RecordKind::Version].map(RecordKind::name);
    let rows = rows.into_iter().filter(|row| shown.contains(&row.envelope.kind.as_str()));
    Ok(rows
        .map(|row| {
            let named =
                ["title", "text", "name"].iter().find_map(|field| row.envelope.fields.get(*field)?.as_str());
            DeletedRow {
                id: row.envelope.id,
                title: named.unwrap_or_default().to_owned(),
                at: row.at_ms,
                days_left: i32::try_from(row.days_left).unwrap_or(i32::MAX),
                kind: row.envelope.kind,
            }
        })
        .collect())
}

/// Brings something back that was put away.
///
/// # Errors
/// A record that is not here, or any fault of the store.
pub fn restore_deleted(core: &Core, asked: RestoreDeleted) -> Result<Changed, Error> {
    let desk = core.desk()?;
    let by = core.by(&desk, "restore")?;
    let done = desk.store.transact(&by, |tx| {
        tx.reader().envelope(asked.id)?.ok_or(StoreError::NotFound)?;
        tx.restore(asked.id)
    })?;
    Ok(Changed::of(&done, &by))
}
