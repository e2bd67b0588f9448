//! The facts about one answer: state, the three truths, who wrote, who is here, what needs a look.

use crate::answers::{AnswerAsked, AnswerFacts, ClientAuthor, HereRow, ReadOnlyBecause, Truths};
use crate::calls::Seen;
use crate::core::{Core, Desk};
use crate::error::Error;
use crate::versions::looks_of;
use crate::view::{AnswerPlace, Faces, shown_state};
use linchpin_domain::id::{AnswerId, PersonId};
use linchpin_domain::record::answer::{AnswerState, ReadMark};
use linchpin_store::StoreError;
use linchpin_store::reader::{DocFacts, Filter, Reader, Truth};
use linchpin_text::schema::SCHEMA;
use std::collections::BTreeSet;

struct Read {
    place: AnswerPlace,
    faces: Faces,
    text: Option<DocFacts>,
    truth: Truth,
    authors: Vec<(u64, PersonId)>,
    marks: Vec<Seen>,
}

/// Returns state, limits, truths, authors and what needs a look for one answer.
///
/// # Errors
/// An answer that is not here, or any fault of the store.
pub fn answer_facts(core: &Core, asked: AnswerAsked) -> Result<AnswerFacts, Error> {
    let desk = core.desk()?;
    let (me, answer) = (core.me(&desk)?, asked.answer);
    let read = desk.store.read(|reader| read(reader, me, answer))?;
    let looks = looks_of(&desk, me, Some(answer))?;
    let Read { place, faces, text, truth, authors, marks } = read;
    let here = here(&desk, &faces, answer)?;
    let here_now: BTreeSet<PersonId> = here.iter().map(|row| row.person.id).collect();
    let seen: Vec<Seen> =
        truth.seen.iter().map(|seen| Seen { person: seen.person, at: seen.at_ms }).collect();
    let named: BTreeSet<PersonId> = authors
        .iter()
        .map(|(_, person)| *person)
        .chain(marks.iter().map(|seen| seen.person))
        .chain(here_now.iter().copied())
        .collect();
    let words = text.as_ref().map_or(0, |text| text.words);
    Ok(AnswerFacts {
        answer,
        state: shown_state(place.record.state, words, place.record.chosen.as_ref()),
        owner: faces.known(place.record.owner),
        due: place.record.due.clone(),
        chosen: place.record.chosen.clone(),
        words,
        characters: text.as_ref().map_or(0, |text| text.characters),
        truths: Truths {
            saved_at: truth.saved_at_ms,
            waiting: truth.unsent,
            set_aside: truth.set_aside,
            sent_at: truth.sent_at_ms.filter(|_| truth.unsent == 0 && truth.set_aside == 0),
            seen,
        },
        authors: authors.into_iter().map(|(client, person)| ClientAuthor { client, person }).collect(),
        people: named.into_iter().map(|person| faces.of(person)).collect(),
        here,
        last_here: marks
            .into_iter()
            .filter(|mark| mark.person != me && !here_now.contains(&mark.person))
            .collect(),
        looks,
        read_only: read_only(&desk, &place, text.as_ref()),
    })
}

fn read(reader: &Reader<'_>, me: PersonId, answer: AnswerId) -> Result<Read, StoreError> {
    let marks = reader.list::<ReadMark>(Filter::Naming { field: "answer", parent: answer.into() })?;
    Ok(Read {
        place: AnswerPlace::find(reader, answer)?,
        faces: Faces::read(reader, me)?,
        text: reader.text_facts(answer)?,
        truth: reader.truth(answer)?,
        authors: reader.text_authors(answer)?,
        marks: marks
            .into_iter()
            .filter_map(|row| Some(Seen { person: row.record.person?, at: row.record.at }))
            .collect(),
    })
}

/// Returns who else has the answer open; a person's own second computer is not somebody else.
fn here(desk: &Desk, faces: &Faces, answer: AnswerId) -> Result<Vec<HereRow>, Error> {
    let own = desk.store.identity()?.device;
    let open = desk.open_by().remove(&answer).unwrap_or_default();
    let others = open.into_iter().filter(|here| here.device != own && here.person != faces.me());
    Ok(others.map(|here| HereRow { person: faces.of(here.person), cursor: here.cursor }).collect())
}

fn read_only(desk: &Desk, place: &AnswerPlace, text: Option<&DocFacts>) -> Option<ReadOnlyBecause> {
    if place.record.state == AnswerState::Sent {
        return Some(ReadOnlyBecause::Sent);
    }
    if text.is_some_and(|text| text.schema > SCHEMA) {
        return Some(ReadOnlyBecause::NewerApp);
    }
    match desk.blocks(place.answer) {
        Ok(_) => None,
        Err(error) if error.code == crate::error::Code::TooOld => Some(ReadOnlyBecause::NewerApp),
        Err(_) => Some(ReadOnlyBecause::Unreadable),
    }
}
