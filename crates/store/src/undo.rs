//! Taking a change back: it writes a new change with the values that stood before. Rows and outbox are never
//! rewound, for they may have been sent. Where somebody else changed the same thing since, nothing is done.

use crate::error::StoreError;
use crate::open::Store;
use crate::table::undo::{self, FieldStep, Step};
use crate::table::{record, text};
use crate::transact::{By, Done, Tx};
use linchpin_domain::id::{AnswerId, PersonId, RecordId};
use linchpin_domain::record::{DELETED, Fields, RecordKind};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// A step that can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UndoId(pub(crate) i64);

impl fmt::Display for UndoId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for UndoId {
    type Err = StoreError;
    fn from_str(text: &str) -> Result<Self, StoreError> {
        text.parse().map(Self).map_err(|_| StoreError::NotFound)
    }
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UndoOutcome {
    /// The values from before stand again.
    Done {
        /// The name of the action that was taken back.
        what: String,
    },
    /// There is nothing to take back.
    Nothing,
    /// The same thing was changed since; nothing was done.
    ChangedSince {
        /// The record.
        record: RecordId,
        /// The field.
        field: String,
        /// Who changed it last.
        by: PersonId,
    },
}

impl Store {
    /// Takes a step back: the given one, or the last.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn undo(&self, step: Option<UndoId>, by: &By) -> Result<Done<UndoOutcome>, StoreError> {
        self.transact_noting(by, false, |tx| {
            let Some(step) = undo::get(tx.reader().db, step.map(|id| id.0))? else {
                return Ok(UndoOutcome::Nothing);
            };
            let fields = joined(&step);
            for field in &fields {
                if let Some(outcome) = changed_since(tx, field)? {
                    return Ok(outcome);
                }
            }
            put_back(tx, fields)?;
            tx.forget_step(step.no)?;
            Ok(UndoOutcome::Done { what: step.what })
        })
    }
}

impl Tx<'_, '_> {
    fn forget_step(&mut self, no: i64) -> Result<(), StoreError> {
        undo::remove(self.door(), no)
    }
}

/// One entry a field: the value before the step's first edit of it and the one after its last.
fn joined(step: &Step) -> Vec<FieldStep> {
    let mut fields: BTreeMap<(RecordId, &str), FieldStep> = BTreeMap::new();
    for field in &step.fields {
        let key = (field.record, field.field.as_str());
        match fields.get_mut(&key) {
            Some(first) => first.after = field.after.clone(),
            None => {
                fields.insert(key, field.clone());
            }
        }
    }
    fields.into_values().collect()
}

fn changed_since(tx: &Tx<'_, '_>, step: &FieldStep) -> Result<Option<UndoOutcome>, StoreError> {
    let db = tx.reader().db;
    let (record, field) = (step.record, step.field.clone());
    let Some(stored) = record::get(db, record)? else {
        return Ok(Some(UndoOutcome::ChangedSince { record, field, by: crate::codec::NOBODY }));
    };
    let shown = stored.shown.fields.get(&step.field).unwrap_or(&Value::Bool(false));
    if *shown != step.after {
        let by = stored.authors.get(&step.field).copied().unwrap_or(stored.changed_by);
        return Ok(Some(UndoOutcome::ChangedSince { record, field, by }));
    }
    if !step.is_creation() {
        return Ok(None);
    }
    // What was made is deleted only while nobody else has worked in it.
    let texts = text::doc(db, AnswerId::from(record))?.map(|doc| doc.changed_by);
    let others = stored.authors.values().copied().chain(texts).find(|by| *by != tx.person());
    Ok(others.map(|by| UndoOutcome::ChangedSince { record, field, by }))
}

fn put_back(tx: &mut Tx<'_, '_>, steps: Vec<FieldStep>) -> Result<(), StoreError> {
    let mut records: BTreeMap<RecordId, Fields> = BTreeMap::new();
    for step in steps {
        let before = match step.before {
            Some(value) => value,
            None => default_of(tx, step.record, &step.field)?,
        };
        records.entry(step.record).or_default().insert(step.field, before);
    }
    records.into_iter().try_for_each(|(record, fields)| tx.put_back(record, fields))
}

/// A field that had no value gets the one it has where nobody set it: a stamped value cannot become none.
fn default_of(tx: &Tx<'_, '_>, id: RecordId, field: &str) -> Result<Value, StoreError> {
    if field == DELETED {
        return Ok(Value::Bool(false));
    }
    let kind = record::get(tx.reader().db, id)?.and_then(|stored| RecordKind::from_name(&stored.shown.kind));
    Ok(kind.and_then(|kind| kind.defaults().remove(field)).unwrap_or(Value::Null))
}
