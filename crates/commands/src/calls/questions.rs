//! The questions of a call that is here already: added, changed, moved, put away. A question keeps its id, so
//! its answer is never lost.

use crate::calls::save::{add_answer, begin, question_of};
use crate::calls::{
    AddQuestion, AddedQuestion, ChangeQuestion, Changed, DeleteQuestion, MoveQuestion, QuestionDraft,
};
use crate::core::Core;
use crate::docs::begun;
use crate::error::Error;
use crate::view::line;
use linchpin_domain::id::{CallId, QuestionId, ResponseId, SectionId};
use linchpin_domain::order;
use linchpin_domain::record::question_set::{Question, Section};
use linchpin_domain::space::Space;
use linchpin_store::reader::{Filter, Row};
use linchpin_store::{StoreError, Tx};
use serde_json::json;

/// Adds a question to a call.
///
/// # Errors
/// A question that is empty or breaks a rule, a call that is not here, or any fault of the store.
pub fn add_question(core: &Core, asked: AddQuestion) -> Result<AddedQuestion, Error> {
    let desk = core.desk()?;
    line("text", &asked.question.text, 8_000)?;
    let by = core.by(&desk, "question")?;
    let text = begun(&asked.question.answer_below)?;
    let done = desk.store.transact(&by, |tx| {
        let space = Space::Call(asked.call);
        let place = place_after(tx, asked.call, asked.after, None)?;
        let section = section_of(tx, asked.call, &asked.question)?;
        let id: QuestionId = tx.new_id();
        tx.create(id, &space, &Question { section, order: place, ..question_of(&asked.question) })?;
        let answer = add_answer(tx, asked.call, id)?;
        begin(tx, answer, ResponseId::of(asked.call), text)?;
        Ok(id)
    })?;
    Ok(AddedQuestion { id: done.value, undo: done.undo.map(|undo| undo.to_string()) })
}

/// Changes a question's words, kind, choices or limits.
///
/// # Errors
/// A question that is empty or breaks a rule or is not here, or any fault of the store.
pub fn change_question(core: &Core, asked: ChangeQuestion) -> Result<Changed, Error> {
    let desk = core.desk()?;
    line("text", &asked.draft.text, 8_000)?;
    let by = core.by(&desk, "question")?;
    let done = desk.store.transact(&by, |tx| {
        let there = tx.get::<Question>(asked.question)?.ok_or(StoreError::NotFound)?;
        let section = section_of(tx, call_of(&there)?, &asked.draft)?;
        let wanted = Question {
            section,
            show_if: asked.show_if.clone(),
            order: there.record.order.clone(),
            ..question_of(&asked.draft)
        };
        // Every field is named, so that one that is emptied is not taken for one that was left out.
        let fields = json!(wanted).as_object().cloned().unwrap_or_default().into_iter().collect();
        tx.set_many::<Question>(asked.question, fields)
    })?;
    Ok(Changed::of(&done, &by))
}

/// Moves a question to another place.
///
/// # Errors
/// A question that is not here, or any fault of the store.
pub fn move_question(core: &Core, asked: MoveQuestion) -> Result<Changed, Error> {
    let desk = core.desk()?;
    let by = core.by(&desk, "moveQuestion")?;
    let done = desk.store.transact(&by, |tx| {
        let there = tx.get::<Question>(asked.question)?.ok_or(StoreError::NotFound)?;
        let call = call_of(&there)?;
        let place = match asked.after {
            Some(after) => place_after(tx, call, Some(after), Some(asked.question))?,
            None => {
                let rows = in_order(tx, call)?;
                let first = rows.iter().find(|row| row.id != there.id).map(|row| row.record.order.clone());
                order::between("", &first.unwrap_or_default())
            }
        };
        tx.set::<Question>(asked.question, "order", json!(place))
    })?;
    Ok(Changed::of(&done, &by))
}

/// Puts a question away; its answer is kept.
///
/// # Errors
/// A question that is not here, or any fault of the store.
pub fn delete_question(core: &Core, asked: DeleteQuestion) -> Result<Changed, Error> {
    let desk = core.desk()?;
    let by = core.by(&desk, "deleteQuestion")?;
    let done = desk.store.transact(&by, |tx| {
        tx.get::<Question>(asked.question)?.ok_or(StoreError::NotFound)?;
        tx.delete(asked.question)
    })?;
    Ok(Changed::of(&done, &by))
}

fn call_of(row: &Row<Question>) -> Result<CallId, StoreError> {
    match row.space {
        Space::Call(call) => Ok(call),
        _ => Err(StoreError::Corrupt),
    }
}

fn in_order(tx: &Tx<'_, '_>, call: CallId) -> Result<Vec<Row<Question>>, StoreError> {
    let mut rows = tx.reader().list::<Question>(Filter::In(&Space::Call(call)))?;
    rows.sort_by(|a, b| a.record.order.cmp(&b.record.order).then(a.id.cmp(&b.id)));
    Ok(rows)
}

/// Returns a place after a question, or at the end; `moving` is not counted as a neighbour.
fn place_after(
    tx: &Tx<'_, '_>,
    call: CallId,
    after: Option<QuestionId>,
    moving: Option<QuestionId>,
) -> Result<String, StoreError> {
    let mut rows = in_order(tx, call)?;
    rows.retain(|row| Some(QuestionId::from(row.id)) != moving);
    let order_at = |n: usize| rows.get(n).map(|row| row.record.order.clone()).unwrap_or_default();
    match after.and_then(|after| rows.iter().position(|row| QuestionId::from(row.id) == after)) {
        Some(n) => Ok(order::between(&order_at(n), &order_at(n + 1))),
        None => Ok(order::between(&rows.last().map(|row| row.record.order.clone()).unwrap_or_default(), "")),
    }
}

/// Returns the section with a draft's heading, made where there is none.
fn section_of(
    tx: &mut Tx<'_, '_>,
    call: CallId,
    draft: &QuestionDraft,
) -> Result<Option<SectionId>, StoreError> {
    let heading = draft.section.as_deref().map(str::trim).filter(|heading| !heading.is_empty());
    let Some(heading) = heading else { return Ok(None) };
    let space = Space::Call(call);
    let sections = tx.reader().list::<Section>(Filter::In(&space))?;
    if let Some(row) = sections.iter().find(|row| row.record.title == heading) {
        return Ok(Some(SectionId::from(row.id)));
    }
    let last = sections.iter().map(|row| row.record.order.clone()).max().unwrap_or_default();
    let id: SectionId = tx.new_id();
    tx.create(id, &space, &Section { title: heading.to_owned(), order: order::between(&last, "") })?;
    Ok(Some(id))
}
