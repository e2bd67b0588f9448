//! Bringing a call in: the call, its sections and questions, our response and its empty answers, and the two
//! commands that open their spaces at the hub, and the answers that came with the text, all in one commit.

use crate::calls::{QuestionDraft, SaveCall, SavedCall};
use crate::core::Core;
use crate::docs::begun;
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
use linchpin_store::{StoreError, TextEdit, Tx};

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
    let texts: Vec<_> =
        asked.questions.iter().map(|question| begun(&question.answer_below)).collect::<Result<_, _>>()?;
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
        for (answer, text) in answers.into_iter().zip(texts) {
            begin(tx, answer, response, text)?;
        }
        Ok((call, response))
    })?;
    let (call, response) = done.value;
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

/// Begins an answer with the words that came with the call.
pub(super) fn begin(
    tx: &mut Tx<'_, '_>,
    answer: AnswerId,
    response: ResponseId,
    text: Option<TextEdit>,
) -> Result<(), StoreError> {
    text.map_or(Ok(()), |text| tx.append_text(answer, &Space::Response(response), text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::AddQuestion;
    use crate::kit::asha;

    #[test]
    fn a_call_and_the_answers_that_came_with_it_are_saved_at_once_or_not_at_all() {
        let asha = asha();
        let questions = [("What of it?", "This."), ("And then?", ""), ("Why?", "Because.")];
        let (call, commits) = asha.commits_of(|| asha.brings_in("Access", &questions));
        assert_eq!(commits, 1);
        let plain: Vec<String> = asha.answers(&call).into_iter().map(|answer| asha.plain(answer)).collect();
        assert_eq!(plain, ["This.", "", "Because."]);
        let question = QuestionDraft {
            text: "One more?".into(),
            answer_below: "Yes.".into(),
            ..QuestionDraft::default()
        };
        let asked = AddQuestion { call: call.id, after: None, question };
        let (added, commits) = asha.commits_of(|| crate::calls::add_question(&asha.core, asked));
        assert!(added.is_ok());
        assert_eq!((commits, asha.plain(asha.answers(&call)[3])), (1, "Yes.".to_owned()));
    }
}
