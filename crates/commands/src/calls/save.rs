//! Bringing a call in: the call, its sections and questions, our response and its empty answers, and the two
//! commands that open their spaces at the hub, all in one commit. Answers that came with the text follow.

use crate::calls::{QuestionDraft, SaveCall, SavedCall};
use crate::core::{Core, Desk};
use crate::error::Error;
use crate::view::line;
use linchpin_domain::command::{Command, Sharing};
use linchpin_domain::id::{AnswerId, CallId, QuestionId, ResponseId, SectionId};
use linchpin_domain::order;
use linchpin_domain::record::answer::Answer;
use linchpin_domain::record::call::Call;
use linchpin_domain::record::question_set::{Question, Section};
use linchpin_domain::record::response::Response;
use linchpin_domain::space::Space;
use linchpin_store::{By, StoreError, Tx};
use linchpin_text::{edit, schema};

/// The most questions of a call.
const MOST_QUESTIONS: usize = 500;

/// Saves a call with its questions and opens our response to it.
///
/// # Errors
/// A title or question that is empty or too long, no question at all, or any fault of the store.
pub fn save_call(core: &Core, asked: SaveCall) -> Result<SavedCall, Error> {
    let desk = core.desk()?;
    let title = line("title", &asked.title, 300)?;
    if asked.questions.len() > MOST_QUESTIONS {
        return Err(Error::field(
            "questions",
            "error_too_many_questions",
            "A call can hold 500 questions. Nothing was saved. Leave some out, or make two calls of it.",
        ));
    }
    for question in &asked.questions {
        line("text", &question.text, 8_000)?;
    }
    let by = core.by(&desk, "call")?;
    let done = desk.store.transact(&by, |tx| {
        let call: CallId = tx.new_id();
        let response = ResponseId::of(call);
        open_spaces(tx, call, response)?;
        let record = Call {
            title: title.clone(),
            asker: asked.asker.trim().to_owned(),
            kind: asked.kind,
            nation: asked.nation,
            closes: asked.closes.clone(),
            link: asked.link.trim().to_owned(),
            word_limit: asked.word_limit,
            first_seen_at: by.now_ms,
            ..Call::default()
        };
        tx.create(call, &Space::Call(call), &record)?;
        let ours = Response { call: Some(call), lead: Some(by.person), ..Response::default() };
        tx.create(response, &Space::Response(response), &ours)?;
        let answers = add_questions(tx, call, &asked.questions)?;
        Ok((call, response, answers))
    })?;
    let (call, response, answers) = done.value;
    for (answer, question) in answers.iter().zip(&asked.questions) {
        begin(&desk, &by, *answer, response, &question.answer_below)?;
    }
    Ok(SavedCall { id: call, response, undo: done.undo.map(|undo| undo.to_string()) })
}

/// Asks the hub to open both spaces: every member reads the call and writes in the response.
fn open_spaces(tx: &mut Tx<'_, '_>, call: CallId, response: ResponseId) -> Result<(), StoreError> {
    tx.command(&Space::Call(call), Command::OpenCall { call })?;
    let open = Command::OpenResponse { response, call, sharing: Sharing::Everyone };
    tx.command(&Space::Response(response), open)?;
    Ok(())
}

fn add_questions(
    tx: &mut Tx<'_, '_>,
    call: CallId,
    drafts: &[QuestionDraft],
) -> Result<Vec<AnswerId>, StoreError> {
    let space = Space::Call(call);
    let mut section: Option<(String, SectionId)> = None;
    let mut section_order = String::new();
    let mut answers = Vec::with_capacity(drafts.len());
    for (draft, place) in drafts.iter().zip(order::spread(drafts.len())) {
        let heading = draft.section.as_deref().map(str::trim).filter(|heading| !heading.is_empty());
        match heading {
            None => section = None,
            Some(heading) if section.as_ref().is_some_and(|(open, _)| open == heading) => {}
            Some(heading) => {
                section_order = order::between(&section_order, "");
                let id: SectionId = tx.new_id();
                let record = Section { title: heading.to_owned(), order: section_order.clone() };
                tx.create(id, &space, &record)?;
                section = Some((heading.to_owned(), id));
            }
        }
        let id: QuestionId = tx.new_id();
        let record =
            Question { section: section.as_ref().map(|(_, id)| *id), order: place, ..question_of(draft) };
        tx.create(id, &space, &record)?;
        answers.push(add_answer(tx, call, id)?);
    }
    Ok(answers)
}

/// Makes the empty answer to a question.
pub(super) fn add_answer(
    tx: &mut Tx<'_, '_>,
    call: CallId,
    question: QuestionId,
) -> Result<AnswerId, StoreError> {
    let response = ResponseId::of(call);
    let answer = AnswerId::of(response, question);
    let record = Answer { response: Some(response), question: Some(question), ..Answer::default() };
    tx.create(answer, &Space::Response(response), &record)?;
    Ok(answer)
}

/// Returns the question that a draft describes; section and place are the caller's.
pub(super) fn question_of(draft: &QuestionDraft) -> Question {
    Question {
        number: draft.number.trim().to_owned(),
        text: draft.text.trim().to_owned(),
        help: draft.help.trim().to_owned(),
        kind: draft.kind,
        choices: draft.choices.clone(),
        rows: draft.rows.clone(),
        scale: draft.scale.clone(),
        word_limit: draft.word_limit,
        character_limit: draft.character_limit,
        required: draft.required,
        ..Question::default()
    }
}

/// Begins an answer with text that came with the call.
pub(super) fn begin(
    desk: &Desk,
    by: &By,
    answer: AnswerId,
    response: ResponseId,
    text: &str,
) -> Result<(), Error> {
    if text.trim().is_empty() {
        return Ok(());
    }
    desk.edit_text(by, answer, &Space::Response(response), |doc| {
        Ok(edit::append(doc, text).map(|update| (update, schema::SCHEMA)))
    })?;
    Ok(())
}
