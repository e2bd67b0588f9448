//! Making and editing records through the door. A value that stands already is no change; a value in a form
//! of a newer version is never overwritten.

use crate::error::StoreError;
use crate::table::history::{self, Past};
use crate::table::pending;
use crate::table::record::{self, Stored};
use crate::table::space::{self, SpaceRow, State};
use crate::table::undo::FieldStep;
use crate::transact::Tx;
use linchpin_domain::Wrong;
use linchpin_domain::change::{Op, Put};
use linchpin_domain::id::RecordId;
use linchpin_domain::merge::Edits;
use linchpin_domain::record::{DELETED, Envelope, Fields, Record, RecordKind, check_edit, decode, encode};
use linchpin_domain::space::Space;
use linchpin_domain::stamp::Stamp;
use serde_json::Value;

impl Tx<'_, '_> {
    /// Makes a record. Where the id is known already (the one record of a pair, made on another desk), the
    /// values are set on what is there, and a deleted one comes back.
    ///
    /// # Errors
    /// [`StoreError::Invalid`], [`StoreError::Gone`], or any fault of the disk.
    pub fn create<R: Record>(
        &mut self,
        id: impl Into<RecordId>,
        space: &Space,
        record: &R,
    ) -> Result<(), StoreError> {
        let id = id.into();
        if !R::PLACE.contains(&space.kind()) {
            return Err(Wrong::new("space", "this kind of record does not live there").into());
        }
        record.check()?;
        let fields = encode(record);
        if let Some(there) = record::get(self.door.db, id)? {
            let mut fields = fields;
            if there.shown.is_deleted() {
                fields.insert(DELETED.to_owned(), Value::Bool(false));
            }
            return self.edit_kind::<R>(there, fields);
        }
        check_edit(R::KIND, &fields)?;
        let row = self.space(space)?;
        let shown = Envelope::new(id, space.clone(), R::KIND.name(), R::SCHEMA);
        let stored = Stored::fresh(row.no, shown, self.by.now_ms, self.by.person);
        self.edit(&row, stored, fields, true)
    }

    /// Sets one field.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Invalid`], [`StoreError::Gone`], or any fault of the disk.
    pub fn set<R: Record>(
        &mut self,
        id: impl Into<RecordId>,
        field: &str,
        value: Value,
    ) -> Result<(), StoreError> {
        self.set_many::<R>(id, Fields::from([(field.to_owned(), value)]))
    }

    /// Sets several fields.
    ///
    /// # Errors
    /// As [`Self::set`].
    pub fn set_many<R: Record>(&mut self, id: impl Into<RecordId>, fields: Fields) -> Result<(), StoreError> {
        let stored = record::get(self.door.db, id.into())?.ok_or(StoreError::NotFound)?;
        self.edit_kind::<R>(stored, fields)
    }

    /// Deletes a record; it lies in Deleted items until it is restored or its time is up.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Gone`], or any fault of the disk.
    pub fn delete(&mut self, id: impl Into<RecordId>) -> Result<(), StoreError> {
        self.set_deleted(id.into(), true)
    }

    /// Brings a deleted record back.
    ///
    /// # Errors
    /// As [`Self::delete`].
    pub fn restore(&mut self, id: impl Into<RecordId>) -> Result<(), StoreError> {
        self.set_deleted(id.into(), false)
    }

    fn set_deleted(&mut self, id: RecordId, deleted: bool) -> Result<(), StoreError> {
        let stored = record::get(self.door.db, id)?.ok_or(StoreError::NotFound)?;
        if stored.shown.is_deleted() == deleted {
            return Ok(());
        }
        self.edit_stored(stored, Fields::from([(DELETED.to_owned(), Value::Bool(deleted))]))
    }

    /// Sets fields to values that stood there before, for undo; the kind's own checks are left out because
    /// the values passed them once.
    pub(crate) fn put_back(&mut self, id: RecordId, fields: Fields) -> Result<(), StoreError> {
        let stored = record::get(self.door.db, id)?.ok_or(StoreError::NotFound)?;
        self.edit_stored(stored, fields)
    }

    fn edit_kind<R: Record>(&mut self, stored: Stored, fields: Fields) -> Result<(), StoreError> {
        if stored.shown.kind != R::KIND.name() {
            return Err(StoreError::NotFound);
        }
        let fields: Fields =
            fields.into_iter().filter(|(name, value)| stored.shown.fields.get(name) != Some(value)).collect();
        check_edit(R::KIND, &fields)?;
        let there = decode::<R>(&stored.shown.fields);
        if there.unreadable.iter().any(|name| fields.contains_key(name)) {
            return Err(Wrong::new("field", "was written by a newer version").into());
        }
        let mut after = stored.shown.fields.clone();
        after.extend(fields.clone());
        // What another version left wrong must not stop an edit of something else.
        if let Err(wrong) = R::KIND.check(&after)
            && (there.record.check().is_ok() || fields.contains_key(wrong.field))
        {
            return Err(wrong.into());
        }
        self.edit_stored(stored, fields)
    }

    fn edit_stored(&mut self, stored: Stored, fields: Fields) -> Result<(), StoreError> {
        let row = space::by_no(self.door.db, stored.space_no)?;
        if row.state == State::Gone {
            return Err(StoreError::Gone);
        }
        self.edit(&row, stored, fields, false)
    }

    /// The heart of the door: stamps, history, what the hub has confirmed, shown values, outbox, undo.
    fn edit(
        &mut self,
        space: &SpaceRow,
        mut stored: Stored,
        fields: Fields,
        create: bool,
    ) -> Result<(), StoreError> {
        if fields.is_empty() && !create {
            return Ok(());
        }
        let id = stored.shown.id;
        let steps_before = self.steps.len();
        let mut edits = Edits::new();
        for (field, value) in fields {
            let stamp = self.set_field(space, &mut stored, &field, &value)?;
            edits.insert(field, (value, stamp));
        }
        if create {
            // Taking a creation back deletes the record and leaves its values as they are.
            self.steps.truncate(steps_before);
            self.steps.push(FieldStep::creation(id));
        }
        stored.changed_at = self.by.now_ms;
        stored.changed_by = self.by.person;
        let kind = RecordKind::from_name(&stored.shown.kind);
        stored.shown.schema = stored.shown.schema.max(kind.map_or(0, RecordKind::schema));
        record::save(self.door, &mut stored)?;
        let Envelope { kind, schema, .. } = stored.shown;
        let put = Put { kind: kind.clone(), id, schema, create, edits };
        self.send(space, id, &kind, Op::Put(put))
    }

    fn set_field(
        &mut self,
        space: &SpaceRow,
        stored: &mut Stored,
        field: &str,
        value: &Value,
    ) -> Result<Stamp, StoreError> {
        let before = stored.shown.fields.get(field).cloned();
        let over = stored.shown.stamps.get(field).copied();
        let author = stored.authors.get(field).copied().unwrap_or(crate::codec::NOBODY);
        let base = before.clone().zip(over).map(|(value, stamp)| (value, stamp, author));
        if stored.shown.seq.is_some() && space.state != State::Local {
            pending::keep(self.door, stored.no, field, &base)?;
        }
        if let Some((value, stamp, author)) = base {
            let (record, field, at) = (stored.shown.id, field.to_owned(), self.by.now_ms);
            history::add(self.door, &Past { record, field, value, stamp, author, apart: false, at })?;
        }
        let stamp = self.stamp(over.unwrap_or(Stamp::ZERO));
        stored.shown.fields.insert(field.to_owned(), value.clone());
        stored.shown.stamps.insert(field.to_owned(), stamp);
        stored.authors.insert(field.to_owned(), self.by.person);
        let (record, field, after) = (stored.shown.id, field.to_owned(), value.clone());
        self.steps.push(FieldStep { record, field, before, after });
        Ok(stamp)
    }
}
