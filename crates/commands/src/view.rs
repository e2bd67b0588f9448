//! How people and calls stand in the store, read once for a command: the shapes from which answers are made.

use crate::error::{Code, Error};
use crate::people::PersonRow;
use linchpin_domain::id::{AnswerId, CallId, PersonId, QuestionId, RecordId, ResponseId, SectionId};
use linchpin_domain::record::answer::{Answer, AnswerState, Chosen};
use linchpin_domain::record::call::Call;
use linchpin_domain::record::member::Member;
use linchpin_domain::record::question_set::{Question, Section};
use linchpin_domain::record::response::Response;
use linchpin_domain::space::Space;
use linchpin_store::StoreError;
use linchpin_store::reader::{Filter, Maker, Reader, Row};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// The people that are known here.
pub(crate) struct Faces {
    me: PersonId,
    members: BTreeMap<PersonId, Row<Member>>,
}

impl Faces {
    /// Reads them all; a network has hundreds, not millions.
    pub(crate) fn read(reader: &Reader<'_>, me: PersonId) -> Result<Self, StoreError> {
        let members = reader.list::<Member>(Filter::All)?;
        Ok(Self { me, members: members.into_iter().map(|row| (PersonId::from(row.id), row)).collect() })
    }

    /// Returns a person, known or not.
    pub(crate) fn of(&self, id: PersonId) -> PersonRow {
        let member = self.members.get(&id).map(|row| &row.record);
        let name = member.map(|member| member.name.trim()).filter(|name| !name.is_empty());
        let name = name.unwrap_or("A colleague").to_owned();
        PersonRow {
            id,
            initials: initials(&name),
            colour: colour(id),
            practice: member.map(|member| member.practice.clone()).unwrap_or_default(),
            me: id == self.me,
            name,
        }
    }

    /// Returns a person where there is one.
    pub(crate) fn known(&self, id: Option<PersonId>) -> Option<PersonRow> {
        id.map(|id| self.of(id))
    }

    /// Returns everybody.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&PersonId, &Row<Member>)> {
        self.members.iter()
    }

    /// Returns who works here.
    pub(crate) fn me(&self) -> PersonId {
        self.me
    }
}

/// Returns two letters for a name.
pub(crate) fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    first.into_iter().chain(words.next_back()).flat_map(char::to_uppercase).collect()
}

/// Returns the author colour of a person, 1 to 8, the same on every computer.
pub(crate) fn colour(id: PersonId) -> u8 {
    let sum =
        id.0.as_bytes().iter().fold(7u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(*byte)));
    u8::try_from(sum % 8).unwrap_or(0) + 1
}

/// A call with its questions and our answers.
pub(crate) struct CallView {
    /// The id.
    pub(crate) id: CallId,
    /// The call.
    pub(crate) call: Row<Call>,
    /// Our response.
    pub(crate) response: ResponseId,
    /// Who leads it.
    pub(crate) lead: Option<PersonId>,
    /// In whose name it is given.
    pub(crate) body: String,
    /// The questions in order.
    pub(crate) questions: Vec<QuestionView>,
}

/// A question with its answer.
pub(crate) struct QuestionView {
    /// The id.
    pub(crate) id: QuestionId,
    /// The question.
    pub(crate) question: Question,
    /// Who made the question.
    pub(crate) maker: Maker,
    /// Its number as printed, or its place.
    pub(crate) number: String,
    /// The heading of its section.
    pub(crate) section: Option<(SectionId, String)>,
    /// The answer's id.
    pub(crate) answer: AnswerId,
    /// How far it is; begun where words are written.
    pub(crate) state: AnswerState,
    /// Who writes it.
    pub(crate) owner: Option<PersonId>,
    /// When its draft is due.
    pub(crate) due: Option<String>,
    /// What was chosen.
    pub(crate) chosen: Option<Chosen>,
    /// Words written.
    pub(crate) words: u32,
    /// Who changed the words last, and when.
    pub(crate) written: Option<(PersonId, u64)>,
}

impl CallView {
    /// Reads a call that is here and not deleted.
    pub(crate) fn read(reader: &Reader<'_>, id: CallId) -> Result<Option<Self>, StoreError> {
        let Some(call) = reader.get::<Call>(id)?.filter(|row| !row.deleted) else { return Ok(None) };
        Self::of(reader, call).map(Some)
    }

    /// Reads what belongs to a call.
    pub(crate) fn of(reader: &Reader<'_>, call: Row<Call>) -> Result<Self, StoreError> {
        let id = CallId::from(call.id);
        let response = ResponseId::of(id);
        let ours = reader.get::<Response>(response)?;
        let sections: BTreeMap<SectionId, String> = reader
            .list::<Section>(Filter::In(&Space::Call(id)))?
            .into_iter()
            .map(|row| (SectionId::from(row.id), row.record.title))
            .collect();
        let mut questions = reader.list::<Question>(Filter::In(&Space::Call(id)))?;
        questions.sort_by(|a, b| a.record.order.cmp(&b.record.order).then(a.id.cmp(&b.id)));
        let answers: BTreeMap<RecordId, Answer> = reader
            .list::<Answer>(Filter::In(&Space::Response(response)))?
            .into_iter()
            .map(|row| (row.id, row.record))
            .collect();
        let questions = questions
            .into_iter()
            .enumerate()
            .map(|(place, row)| question_view(reader, response, place, row, &sections, &answers))
            .collect::<Result<_, _>>()?;
        let (lead, body) = ours.map(|row| (row.record.lead, row.record.body)).unwrap_or_default();
        Ok(Self { id, call, response, lead, body, questions })
    }

    /// Reads every call that is not deleted.
    pub(crate) fn all(reader: &Reader<'_>) -> Result<Vec<Self>, StoreError> {
        reader.list::<Call>(Filter::All)?.into_iter().map(|call| Self::of(reader, call)).collect()
    }

    /// Takes out the one question with this number as the screens show it, or with this id. A question's place is no
    /// name for it: where numbers are printed, the words would go to another question than was meant.
    pub(crate) fn into_question(self, name: &str) -> Result<QuestionView, Error> {
        let name = name.trim();
        let is_it = |question: &QuestionView| question.number == name || question.id.to_string() == name;
        let mut found = self.questions.into_iter().filter(is_it);
        match (found.next(), found.next()) {
            (Some(found), None) => Ok(found),
            (None, _) => Err(Error::new(
                Code::NotFound,
                "error_no_question",
                "This call has no question with this number. Nothing was changed. \"linchpin call show\" tells the \
                 numbers of its questions.",
            )),
            (Some(_), Some(_)) => Err(Error::new(
                Code::Validation,
                "error_many_questions",
                "More than one question of this call has this number. Nothing was changed. Name it by its id: \
                 \"linchpin call show --json\" tells it.",
            )),
        }
    }
}

/// Calls that a command has read: once each, however many rows of a list name them.
#[derive(Default)]
pub(crate) struct Views {
    read: BTreeMap<CallId, Option<CallView>>,
}

impl Views {
    /// Returns a call that is here and not deleted.
    pub(crate) fn of(&mut self, reader: &Reader<'_>, call: CallId) -> Result<Option<&CallView>, StoreError> {
        let view = match self.read.entry(call) {
            Entry::Occupied(there) => there.into_mut(),
            Entry::Vacant(place) => place.insert(CallView::read(reader, call)?),
        };
        Ok(view.as_ref())
    }
}

fn question_view(
    reader: &Reader<'_>,
    response: ResponseId,
    place: usize,
    row: Row<Question>,
    sections: &BTreeMap<SectionId, String>,
    answers: &BTreeMap<RecordId, Answer>,
) -> Result<QuestionView, StoreError> {
    let (id, question) = (QuestionId::from(row.id), row.record);
    let answer = AnswerId::of(response, id);
    let facts = reader.text_facts(answer)?;
    let words = facts.as_ref().map_or(0, |facts| facts.words);
    let record = answers.get(&RecordId::from(answer)).cloned().unwrap_or_default();
    let number = question.number.trim();
    Ok(QuestionView {
        id,
        maker: row.maker,
        number: if number.is_empty() { (place + 1).to_string() } else { number.to_owned() },
        section: question.section.and_then(|id| Some((id, sections.get(&id)?.clone()))),
        answer,
        state: shown_state(record.state, words, record.chosen.as_ref()),
        owner: record.owner,
        due: record.due,
        chosen: record.chosen,
        words,
        written: facts.map(|facts| (facts.changed_by, facts.changed_at_ms)),
        question,
    })
}

/// An answer with words or a choice in it is begun, whatever nobody has set.
pub(crate) fn shown_state(state: AnswerState, words: u32, chosen: Option<&Chosen>) -> AnswerState {
    match state {
        AnswerState::NotStarted if words > 0 || chosen.is_some() => AnswerState::InProgress,
        other => other,
    }
}

/// An answer with the question and call it belongs to.
pub(crate) struct AnswerPlace {
    /// The answer.
    pub(crate) answer: AnswerId,
    /// Its record.
    pub(crate) record: Answer,
    /// The question.
    pub(crate) question: QuestionId,
    /// The response.
    pub(crate) response: ResponseId,
    /// The call.
    pub(crate) call: CallId,
}

impl AnswerPlace {
    /// Finds where an answer belongs.
    pub(crate) fn read(reader: &Reader<'_>, answer: AnswerId) -> Result<Option<Self>, StoreError> {
        let Some(row) = reader.get::<Answer>(answer)? else { return Ok(None) };
        let (Some(question), Some(response)) = (row.record.question, row.record.response) else {
            return Ok(None);
        };
        let Some(ours) = reader.get::<Response>(response)? else { return Ok(None) };
        let Some(call) = ours.record.call else { return Ok(None) };
        Ok(Some(Self { answer, record: row.record, question, response, call }))
    }

    /// As [`Self::read`], or says that it is not here.
    pub(crate) fn find(reader: &Reader<'_>, answer: AnswerId) -> Result<Self, StoreError> {
        Self::read(reader, answer)?.ok_or(StoreError::NotFound)
    }

    /// Returns the space of an answer that may be written in; one that went to the asker stays as it was sent.
    pub(crate) fn open_space(&self) -> Result<Space, Error> {
        if self.record.state == AnswerState::Sent {
            return Err(Error::new(
                Code::NotAllowed,
                "error_answer_sent",
                "This answer went to the asker and is kept as it was sent. Nothing was changed. Set it back to In \
                 progress to write in it.",
            ));
        }
        Ok(self.space())
    }

    /// Returns the space the answer lies in.
    pub(crate) fn space(&self) -> Space {
        Space::Response(self.response)
    }
}

/// Returns the number of a question as the screens show it.
pub(crate) fn number_of(view: &CallView, question: QuestionId) -> String {
    view.questions.iter().find(|row| row.id == question).map(|row| row.number.clone()).unwrap_or_default()
}

/// Returns the call, or says that it is not here.
pub(crate) fn call_view(reader: &Reader<'_>, call: CallId) -> Result<CallView, StoreError> {
    CallView::read(reader, call)?.ok_or(StoreError::NotFound)
}

/// Checks that a line of text is there and not too long.
pub(crate) fn line(field: &'static str, text: &str, most: usize) -> Result<String, Error> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::field(
            field,
            "error_empty",
            "This may not be empty. Nothing was changed. Type something.",
        ));
    }
    if text.chars().count() > most {
        return Err(Error::field(
            field,
            "error_too_long",
            "This is too long. Nothing was changed. Make it shorter.",
        ));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_those_of_the_first_and_last_name() {
        for (name, letters) in
            [("Asha Rao", "AR"), ("Mary Ann O'Neil", "MO"), ("Ben", "B"), ("", ""), ("élodie d", "ÉD")]
        {
            assert_eq!(initials(name), letters, "{name}");
        }
    }
}
