//! Changing a call: one field, its closing time, putting it away.

use crate::calls::{CallField, ChangeClosing, Changed, DeleteCall, SetCallField};
use crate::core::Core;
use crate::error::Error;
use crate::view::line;
use linchpin_domain::london::ClosesAt;
use linchpin_domain::nation::NationScope;
use linchpin_domain::record::call::{Call, CallKind, DeadlineChange};
use linchpin_domain::space::Space;
use linchpin_store::StoreError;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The most characters of a reason.
const MOST_REASON: usize = 500;

/// Sets one field of a call.
///
/// # Errors
/// A value that is none for the field, a call that is not here, or any fault of the store.
pub fn set_call_field(core: &Core, asked: SetCallField) -> Result<Changed, Error> {
    let desk = core.desk()?;
    let (field, value) = value_of(asked.field, asked.value.trim())?;
    let by = core.by(&desk, "callField")?;
    let done = desk.store.transact(&by, |tx| tx.set::<Call>(asked.call, field, value))?;
    Ok(Changed::of(&done, &by))
}

fn value_of(field: CallField, text: &str) -> Result<(&'static str, Value), Error> {
    Ok(match field {
        CallField::Title => ("title", json!(line("title", text, 300)?)),
        CallField::Asker => ("asker", json!(text)),
        CallField::Link => ("link", json!(link(text)?)),
        CallField::Summary => ("summary", json!(text)),
        CallField::Nation => ("nation", named::<NationScope>(text)?),
        CallField::Kind => ("kind", named::<CallKind>(text)?),
        CallField::WordLimit if text.is_empty() => ("wordLimit", Value::Null),
        CallField::WordLimit => ("wordLimit", json!(number(text)?)),
        CallField::PlanDraft => ("planDraft", day(text)?),
        CallField::PlanComments => ("planComments", day(text)?),
        CallField::PlanSignOff => ("planSignOff", day(text)?),
        CallField::PlanSend => ("planSend", day(text)?),
    })
}

fn link(text: &str) -> Result<&str, Error> {
    if text.is_empty() || text.starts_with("https://") || text.starts_with("http://") {
        return Ok(text);
    }
    Err(Error::field(
        "link",
        "error_bad_link",
        "This is not a web address such as https://www.example.org. Nothing was changed.",
    ))
}

/// The field's own type checks the name.
fn named<T: DeserializeOwned>(text: &str) -> Result<Value, Error> {
    match serde_json::from_value::<T>(json!(text)) {
        Ok(_) => Ok(json!(text)),
        Err(_) => Err(Error::field(
            "value",
            "error_bad_choice",
            "This is none of the choices. Nothing was changed.",
        )),
    }
}

fn number(text: &str) -> Result<u32, Error> {
    text.replace(',', "").parse().map_err(|_| {
        Error::field("wordLimit", "error_not_a_number", "This is not a whole number. Nothing was changed.")
    })
}

fn day(text: &str) -> Result<Value, Error> {
    if text.is_empty() {
        return Ok(Value::Null);
    }
    match ClosesAt::parse(text) {
        Ok(ClosesAt { date, time: None }) => Ok(json!(date)),
        _ => Err(Error::field(
            "date",
            "error_not_a_day",
            "This is not a date. Nothing was changed. Type it as 14 January 2027 or 2027-01-14.",
        )),
    }
}

/// Changes the closing time and keeps the earlier one.
///
/// # Errors
/// A time that is none, a call that is not here, or any fault of the store.
pub fn change_closing(core: &Core, asked: ChangeClosing) -> Result<Changed, Error> {
    let desk = core.desk()?;
    if asked.closes.as_ref().is_some_and(|closes| closes.instant_ms().is_err()) {
        return Err(Error::field(
            "closes",
            "error_not_a_time",
            "This is not a date and time. Nothing was changed.",
        ));
    }
    let reason: String = asked.reason.trim().chars().take(MOST_REASON).collect();
    let by = core.by(&desk, "closing")?;
    let done = desk.store.transact(&by, |tx| {
        let before = tx.get::<Call>(asked.call)?.ok_or(StoreError::NotFound)?.record.closes;
        if before == asked.closes {
            return Ok(());
        }
        let change = DeadlineChange { from: before, to: asked.closes.clone(), reason, noted_at: by.now_ms };
        let id: linchpin_domain::id::RecordId = tx.new_id();
        tx.create(id, &Space::Call(asked.call), &change)?;
        tx.set::<Call>(asked.call, "closes", json!(asked.closes))
    })?;
    Ok(Changed::of(&done, &by))
}

/// Puts a call away; it can be brought back for 90 days.
///
/// # Errors
/// A call that is not here, or any fault of the store.
pub fn delete_call(core: &Core, asked: DeleteCall) -> Result<Changed, Error> {
    let desk = core.desk()?;
    let by = core.by(&desk, "deleteCall")?;
    let done = desk.store.transact(&by, |tx| {
        tx.get::<Call>(asked.call)?.ok_or(StoreError::NotFound)?;
        tx.delete(asked.call)
    })?;
    Ok(Changed::of(&done, &by))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::asha;

    #[test]
    fn a_kind_is_no_nation_and_a_field_that_was_tried_can_still_be_set() {
        let asha = asha();
        let call = asha.brings_in("Access", &[("What of it?", "")]).id;
        let set = |field, value: &str| {
            set_call_field(&asha.core, SetCallField { call, field, value: value.to_owned() }).map(|_| ())
        };
        assert_eq!(set(CallField::Nation, "survey").map_err(|error| error.key), Err("error_bad_choice"));
        assert_eq!(set(CallField::Kind, "wales").map_err(|error| error.key), Err("error_bad_choice"));
        assert!(set(CallField::Nation, "wales").is_ok() && set(CallField::Kind, "survey").is_ok());
    }
}
