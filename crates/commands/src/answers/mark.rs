//! What people set on an answer beside its words: state, owner, choices, that it was read, that it is open.

use crate::answers::{AnnouncePresence, Announced, AnswerAsked, AssignAnswer, SetAnswerState, SetChosen};
use crate::calls::Changed;
use crate::core::Core;
use crate::error::Error;
use crate::settings;
use crate::view::AnswerPlace;
use linchpin_domain::id::RecordId;
use linchpin_domain::london::ClosesAt;
use linchpin_domain::record::Fields;
use linchpin_domain::record::answer::{Answer, ReadMark};
use linchpin_store::StoreError;
use serde_json::json;

/// The most characters of a cursor.
const MOST_CURSOR: usize = 1_000;

/// Sets how far an answer is.
///
/// # Errors
/// An answer that is not here, or any fault of the store.
pub fn set_answer_state(core: &Core, asked: SetAnswerState) -> Result<Changed, Error> {
    set(core, "answerState", asked.answer, [("state", json!(asked.state))])
}

/// Gives an answer to a person, with a date.
///
/// # Errors
/// A date that is none, an answer that is not here, or any fault of the store.
pub fn assign_answer(core: &Core, asked: AssignAnswer) -> Result<Changed, Error> {
    if let Some(due) = &asked.due
        && !matches!(ClosesAt::parse(due), Ok(ClosesAt { time: None, .. }))
    {
        return Err(Error::field(
            "due",
            "error_not_a_day",
            "This is not a date. Nothing was changed. Type it as 2027-01-14.",
        ));
    }
    set(core, "assign", asked.answer, [("owner", json!(asked.owner)), ("due", json!(asked.due))])
}

/// Sets what was chosen.
///
/// # Errors
/// An answer that is not here, too many choices, or any fault of the store.
pub fn set_chosen(core: &Core, asked: SetChosen) -> Result<Changed, Error> {
    set(core, "choose", asked.answer, [("chosen", json!(asked.chosen))])
}

fn set<const N: usize>(
    core: &Core,
    what: &'static str,
    answer: linchpin_domain::id::AnswerId,
    values: [(&str, serde_json::Value); N],
) -> Result<Changed, Error> {
    let desk = core.desk()?;
    let by = core.by(&desk, what)?;
    let fields: Fields = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let done = desk.store.transact(&by, |tx| tx.set_many::<Answer>(answer, fields))?;
    Ok(Changed::of(&done, &by))
}

/// Notes that the answer was on screen, where the person lets colleagues see that. It is noted again only after
/// somebody else has written in it: own words are seen by who types them.
///
/// # Errors
/// An answer that is not here, or any fault of the store.
pub fn mark_read(core: &Core, asked: AnswerAsked) -> Result<Changed, Error> {
    let desk = core.desk()?;
    let by = core.by(&desk, "read")?;
    let share = settings::read(&desk.store)?.share_seen;
    let done = desk.store.transact(&by, |tx| {
        let place = AnswerPlace::find(&tx.reader(), asked.answer)?;
        let space = place.space();
        let seq = tx.reader().space(&space)?.map_or(0, |row| row.cursor);
        let id = RecordId::of_pair("read", by.person.into(), asked.answer.into());
        let there = tx.get::<ReadMark>(id)?;
        let others = tx.reader().written_by_others(asked.answer, by.person)?;
        if !share || there.is_some_and(|row| row.record.seq >= others) {
            return Ok(());
        }
        let mark = ReadMark { person: Some(by.person), answer: Some(asked.answer), seq, at: by.now_ms };
        tx.create(id, &space, &mark)
    });
    match done {
        // A mark is a courtesy; where access has ended there is nobody to show it to.
        Err(StoreError::Gone) => Ok(Changed { undo: None, saved_at: by.now_ms }),
        done => Ok(Changed { undo: None, ..Changed::of(&done?, &by) }),
    }
}

/// Tells co-authors which answer is open here, where the person lets them see that.
///
/// # Errors
/// An answer that is not here, or any fault of the store.
pub fn announce_presence(core: &Core, asked: AnnouncePresence) -> Result<Announced, Error> {
    let desk = core.desk()?;
    let open = match asked.answer {
        Some(answer) if settings::read(&desk.store)?.share_presence => {
            let place = desk.store.read(|reader| AnswerPlace::find(reader, answer))?;
            Some((place.space(), answer))
        }
        _ => None,
    };
    let cursor = asked.cursor.filter(|cursor| cursor.chars().count() <= MOST_CURSOR);
    if let Some(sync) = desk.sync().as_ref() {
        sync.open(open, cursor);
    }
    Ok(Announced {})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::asha;
    use linchpin_domain::space::Space;

    #[test]
    fn reading_is_noted_after_others_wrote_and_not_after_own_words() {
        let asha = asha();
        let call = asha.brings_in("Access", &[("What of it?", "start"), ("And then?", "")]);
        let answers = asha.answers(&call);
        let space = Space::Response(call.response);
        let mark = || {
            let waiting =
                || asha.desk.store.read(|reader| reader.outbox_facts()).expect("it is read").waiting;
            let before = waiting();
            mark_read(&asha.core, AnswerAsked { answer: answers[0] }).expect("it is noted");
            waiting() - before
        };
        assert_eq!((mark(), mark()), (1, 0), "the first look alone");
        asha.types(&call, "1", "more of mine");
        // The space moves on, as it does when own words are acknowledged.
        asha.tom_types(answers[1], &space, "elsewhere");
        assert_eq!(mark(), 0);
        asha.tom_types(answers[0], &space, "from Tom");
        assert_eq!((mark(), mark()), (1, 0));
    }
}
