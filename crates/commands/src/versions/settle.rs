//! What a person does about a merge: says that it is fine, or puts one wording back as a new edit.

use crate::answers::Saved;
use crate::calls::Changed;
use crate::core::Core;
use crate::error::{Code, Error};
use crate::versions::{PutBack, SettleLook, Wording};
use crate::view::AnswerPlace;
use linchpin_domain::id::{AnswerId, NoticeId, PersonId};
use linchpin_domain::record::look::{Notice, Recovered};
use linchpin_store::{StoreError, Tx};
use linchpin_text::{TextDoc, replace, schema};
use serde_json::json;

/// Says that a merge is fine.
///
/// # Errors
/// A notice that is not here, or any fault of the store.
pub fn settle_look(core: &Core, asked: SettleLook) -> Result<Changed, Error> {
    let desk = core.desk()?;
    let by = core.by(&desk, "settleLook")?;
    let done = desk.store.transact(&by, |tx| settle(tx, asked.look, by.person))?;
    Ok(Changed::of(&done, &by))
}

fn settle(tx: &mut Tx<'_, '_>, look: NoticeId, person: PersonId) -> Result<(), StoreError> {
    if tx.get::<Notice>(look)?.is_some() {
        return tx.set::<Notice>(look, "settledBy", json!(person));
    }
    tx.set::<Recovered>(look, "settledBy", json!(person))
}

enum What {
    Replace { now: String, wanted: String },
    Add { around: String, words: String },
}

/// Puts one person's wording back and settles the notice.
///
/// # Errors
/// A notice that is not here, an answer that was sent, a text that has moved on since, or any fault of the store.
pub fn put_back(core: &Core, asked: PutBack) -> Result<Saved, Error> {
    let desk = core.desk()?;
    let me = core.me(&desk)?;
    let (answer, what) = desk.store.read(|reader| {
        if let Some(row) = reader.get::<Notice>(asked.look)? {
            return Ok(of_notice(row.record, me, asked.wording));
        }
        let row = reader.get::<Recovered>(asked.look)?.ok_or(StoreError::NotFound)?;
        Ok((row.record.answer, What::Add { around: row.record.around, words: row.record.words }))
    })?;
    let answer: AnswerId = answer.ok_or_else(Error::not_found)?;
    let by = core.by(&desk, "putBack")?;
    let space = desk.store.read(|reader| AnswerPlace::find(reader, answer))?.open_space()?;
    // One commit: a wording that is back while its notice still asks for it would be put back twice.
    let edited = desk.edit_text_and(
        &by,
        answer,
        &space,
        |doc| Ok(Some((change(doc, &what)?, schema::SCHEMA))),
        |tx| settle(tx, asked.look, by.person),
    )?;
    Ok(crate::answers::saved(&by, &edited))
}

fn of_notice(notice: Notice, me: PersonId, wording: Wording) -> (Option<AnswerId>, What) {
    // On screen the person at this computer is the first of the two.
    let swapped = notice.person_b == Some(me);
    let wanted = match (wording, swapped) {
        (Wording::First, false) | (Wording::Second, true) => notice.text_a,
        _ => notice.text_b,
    };
    (notice.answer, What::Replace { now: notice.text_now, wanted })
}

fn change(doc: &mut TextDoc, what: &What) -> Result<Vec<u8>, Error> {
    let update = match what {
        What::Replace { now, wanted } => replace::replace(doc, now, wanted)?,
        What::Add { around, words } => replace::add_after(doc, around, words)?,
    };
    update.ok_or_else(|| {
        Error::new(
            Code::Busy,
            "error_moved_on",
            "This part was changed again since, so the wording was not put back. Nothing was changed. Copy the wording and \
             paste it where it belongs.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::SetAnswerState;
    use crate::kit::{Asha, asha, tom};
    use crate::versions::{ListLooks, RestoreVersion, StateName};
    use linchpin_domain::id::RecordId;
    use linchpin_domain::record::answer::AnswerState;
    use linchpin_domain::space::Space;

    /// A call with an answer in which words of Tom were lost.
    fn lost_words(asha: &Asha) -> (AnswerId, NoticeId) {
        let call = asha.brings_in("Access", &[("What of it?", "start")]);
        let (answer, look) = (asha.answers(&call)[0], NoticeId::from(RecordId::new(5, [5; 10])));
        let lost = Recovered {
            answer: Some(answer),
            person: Some(tom()),
            words: "Lost words.".to_owned(),
            ..Recovered::default()
        };
        asha.hub_makes(look, &Space::Response(call.response), &lost);
        (answer, look)
    }

    #[test]
    fn words_that_are_put_back_and_their_notice_are_settled_in_one_commit() {
        let asha = asha();
        let (answer, look) = lost_words(&asha);
        let asked = PutBack { look, wording: Wording::First };
        let (done, commits) = asha.commits_of(|| put_back(&asha.core, asked));
        assert!(done.is_ok());
        assert_eq!((commits, asha.plain(answer).matches("Lost words.").count()), (1, 1));
        let looks =
            crate::versions::list_looks(&asha.core, ListLooks { answer: None }).expect("they are read");
        assert!(looks.is_empty());
    }

    #[test]
    fn an_answer_that_was_sent_stays_as_it_was_sent() {
        let asha = asha();
        let (answer, look) = lost_words(&asha);
        let state = AnswerState::Sent;
        crate::answers::set_answer_state(&asha.core, SetAnswerState { answer, state }).expect("it is set");
        let back = put_back(&asha.core, PutBack { look, wording: Wording::First });
        let restored =
            crate::versions::restore_version(&asha.core, RestoreVersion { answer, state: StateName::Now });
        for done in [back, restored] {
            assert_eq!(done.err().map(|error| error.key), Some("error_answer_sent"));
        }
        assert_eq!(asha.plain(answer), "start");
        let looks =
            crate::versions::list_looks(&asha.core, ListLooks { answer: None }).expect("they are read");
        assert_eq!((looks.len(), looks.iter().any(|look| look.can_put_back)), (1, false));
    }

    #[test]
    fn looks_are_counted_as_they_are_listed() {
        let asha = asha();
        let (answer, look) = lost_words(&asha);
        let count = || {
            let listed = crate::versions::list_looks(&asha.core, ListLooks { answer: Some(answer) });
            let status = crate::sync::sync_status(&asha.core, crate::sync::SyncStatusAsked {});
            (listed.expect("they are read").len(), status.expect("it is read").looks)
        };
        assert_eq!(count(), (1, 1));
        settle_look(&asha.core, SettleLook { look }).expect("it is settled");
        assert_eq!(count(), (0, 0));
        let (answer, _) = lost_words_again(&asha);
        let place = asha.desk.store.read(|reader| AnswerPlace::find(reader, answer)).expect("it is here");
        crate::calls::delete_call(&asha.core, crate::calls::DeleteCall { call: place.call })
            .expect("it is put away");
        assert_eq!(count(), (0, 0));
    }

    fn lost_words_again(asha: &Asha) -> (AnswerId, NoticeId) {
        let call = asha.brings_in("Another", &[("What of it?", "start")]);
        let (answer, look) = (asha.answers(&call)[0], NoticeId::from(RecordId::new(6, [6; 10])));
        let lost = Recovered { answer: Some(answer), words: "Lost.".to_owned(), ..Recovered::default() };
        asha.hub_makes(look, &Space::Response(call.response), &lost);
        (answer, look)
    }
}
