//! A put: new values for one record. Rights first, then the rules of the kind, then the one merge.

use crate::push::deleting::deletes;
use crate::push::{Stop, Went};
use crate::scope::Scope;
use crate::work::{From, Mark, RecordWork, Work};
use linchpin_domain::can::Action;
use linchpin_domain::change::{Change, HeldBecause, Outcome, Put, RefusedBecause};
use linchpin_domain::id::PersonId;
use linchpin_domain::merge::{AfterDeletion, after_deletion};
use linchpin_domain::record::{
    DELETED, Fields, Record as _, RecordKind, Rule, answer::ReadMark, check_edit, device::Device,
    member::Member,
};
use linchpin_domain::space::Space;
use serde_json::Value;
use std::collections::BTreeMap;

/// Most characters of the JSON of a field that this version does not know.
const UNKNOWN_CHARS: usize = 20_000;
/// Most fields of a put.
const MOST_FIELDS: usize = 200;
/// Most characters of a field's name.
const NAME_CHARS: usize = 60;

/// Takes a put in.
pub(super) fn put(work: &mut Work, scope: &Scope, change: &Change, put: &Put) -> Result<Went, Stop> {
    let hand = work.spaces.get(&change.space).and_then(|space| space.hand);
    let reads = scope.may(Action::Pull, &change.space, hand, false);
    if !reads && !scope.may(Action::RecordCreate, &change.space, hand, true) {
        return Err(RefusedBecause::ForbiddenSpace.into());
    }
    let kind = kind_of(put, &change.space)?;
    let there = work.records.get(&put.id);
    let made_here = check_there(there, put, &change.space)?;
    check_right(scope, change, kind, put, there, hand)?;
    check_fields(kind, put)?;
    if deletes(put) && work.deleting.is_held(&change.space, put.id) {
        return Err(HeldBecause::MassDeletion.into());
    }
    let comes_back = made_here.is_some_and(|record| {
        let deleted_at = record.marks.get(DELETED).map_or(0, |mark| mark.1);
        after_deletion(&record.envelope, &put.edits, change.base, deleted_at) == AfterDeletion::ComesBack
    });
    let by_then = made_here.and_then(|record| record.marks.get(DELETED)).map(|mark| mark.0);

    let mut put = put.clone();
    let mut clamped = BTreeMap::new();
    for (field, (_, stamp)) in &mut put.edits {
        let lowered = stamp.clamped(work.now_ms, &mut work.last_clamped);
        if lowered != *stamp {
            clamped.insert(field.clone(), lowered);
            *stamp = lowered;
        }
    }
    let (id, schema, created) = (put.id, put.schema, made_here.is_none());
    let edited: Vec<String> = put.edits.keys().cloned().collect();
    let from = From::change(scope.person, change);
    let (seq, shows) = work.put(&change.space, from, Some(change.base), scope.person, put)?;
    check_whole(work, kind, id, created, &edited)?;
    if !clamped.is_empty() {
        work.not_plain(&change.space);
    }
    if comes_back {
        bring_back(work, change, (kind, schema, id), by_then)?;
    }
    let outcome = if shows { Outcome::Applied { seq } } else { Outcome::Superseded { seq } };
    Ok(Went { outcome, clamped })
}

fn kind_of(put: &Put, space: &Space) -> Result<RecordKind, Stop> {
    let kind = RecordKind::from_name(&put.kind).ok_or(RefusedBecause::SchemaAhead)?;
    if put.schema > kind.schema() {
        return Err(RefusedBecause::SchemaAhead.into());
    }
    if kind.place().contains(&space.kind()) { Ok(kind) } else { Err(RefusedBecause::BadValue.into()) }
}

/// Returns the record as it is there, if it is; an id that lies elsewhere answers as one that is unknown.
fn check_there<'w>(
    there: Option<&'w RecordWork>,
    put: &Put,
    space: &Space,
) -> Result<Option<&'w RecordWork>, Stop> {
    match there {
        Some(record) if record.envelope.space != *space => Err(RefusedBecause::UnknownRecord.into()),
        Some(record) if record.envelope.kind != put.kind => Err(RefusedBecause::BadValue.into()),
        None if !put.create => Err(RefusedBecause::UnknownRecord.into()),
        there => Ok(there),
    }
}

fn check_right(
    scope: &Scope,
    change: &Change,
    kind: RecordKind,
    put: &Put,
    there: Option<&RecordWork>,
    hand: Option<linchpin_domain::can::Hand>,
) -> Result<(), Stop> {
    // What only the hub sets was made by the hub: nobody makes a person, a device or a notice, and nobody changes or
    // deletes what has nothing but such fields.
    let mut by_hub = kind.fields().iter().map(|field| field.rule == Rule::HubOnly);
    if by_hub.clone().all(|only| only) || there.is_none() && by_hub.any(|only| only) {
        return Err(RefusedBecause::ForbiddenSpace.into());
    }
    let own = there.is_none_or(|record| record.created_by == scope.person);
    let of_one_person = [Member::KIND, Device::KIND, ReadMark::KIND].contains(&kind);
    let deletes = put.edits.get(DELETED).map(|(value, _)| value == &Value::Bool(true));
    let action = match deletes {
        Some(true) => Action::Tombstone,
        // To bring words back harms nobody; whoever may write may do so.
        Some(false) if !kind.words() => Action::Restore,
        _ if there.is_none() => Action::RecordCreate,
        _ => Action::FieldSet,
    };
    if (own || !of_one_person) && scope.may(action, &change.space, hand, own) {
        return check_names(scope.person, kind, put);
    }
    Err(RefusedBecause::ForbiddenSpace.into())
}

/// Nobody says in another person's name that they have read something.
fn check_names(person: PersonId, kind: RecordKind, put: &Put) -> Result<(), Stop> {
    let reader = put.edits.get("person").filter(|_| kind == ReadMark::KIND);
    match reader {
        Some((Value::String(name), _)) if name.parse::<PersonId>() == Ok(person) => Ok(()),
        None => Ok(()),
        Some(_) => Err(RefusedBecause::ForbiddenSpace.into()),
    }
}

fn check_fields(kind: RecordKind, put: &Put) -> Result<(), Stop> {
    let known = kind.fields();
    let mut values = Fields::new();
    for (field, (value, _)) in &put.edits {
        if field == DELETED {
            if !value.is_boolean() {
                return Err(RefusedBecause::BadValue.into());
            }
            continue;
        }
        let unknown = !known.iter().any(|known| known.name == field);
        let long = unknown && value.to_string().chars().count() > UNKNOWN_CHARS;
        if long || field.starts_with('~') || field.is_empty() || field.chars().count() > NAME_CHARS {
            return Err(RefusedBecause::BadValue.into());
        }
        values.insert(field.clone(), value.clone());
    }
    if put.edits.len() > MOST_FIELDS || check_edit(kind, &values).is_err() {
        return Err(RefusedBecause::BadValue.into());
    }
    Ok(())
}

/// Checks the record as it is now; what stood there wrong before does not stop an edit of something else.
fn check_whole(
    work: &Work,
    kind: RecordKind,
    id: linchpin_domain::id::RecordId,
    created: bool,
    edited: &[String],
) -> Result<(), Stop> {
    let Some(record) = work.records.get(&id) else { return Ok(()) };
    match kind.check(&record.envelope.fields) {
        Err(wrong) if created || edited.iter().any(|field| field == wrong.field) => {
            Err(RefusedBecause::BadValue.into())
        }
        _ => Ok(()),
    }
}

/// Words that somebody deleted while another wrote in them come back; readers are told whose deletion it was.
fn bring_back(
    work: &mut Work,
    change: &Change,
    (kind, schema, id): (RecordKind, u16, linchpin_domain::id::RecordId),
    deleted_by: Option<PersonId>,
) -> Result<(), Stop> {
    let Some(record) = work.records.get(&id) else { return Ok(()) };
    let (created_by, stamp) = (record.created_by, record.envelope.deleted_stamp().unwrap_or_default());
    let by = deleted_by
        .or_else(|| record.marks.get(DELETED).map(|Mark(by, _)| *by))
        .unwrap_or(crate::work::NOBODY);
    let fields = Fields::from([(DELETED.to_owned(), Value::Bool(false))]);
    work.put_by_hub(&change.space, change.group, created_by, (kind.name(), schema, id), fields)?;
    let lost = linchpin_domain::change::LostValue {
        kind: kind.name().to_owned(),
        id,
        field: DELETED.to_owned(),
        value: Value::Bool(true),
        stamp,
        by,
        apart: true,
    };
    work.enter(&change.space, From::hub(change.group), linchpin_domain::change::Done::Lost(lost))?;
    Ok(())
}
