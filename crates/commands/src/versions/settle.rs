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
/// A notice that is not here, a text that has moved on since, or any fault of the store.
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
    let space = desk.store.read(|reader| AnswerPlace::find(reader, answer))?.space();
    let edited =
        desk.edit_text(&by, answer, &space, |doc| Ok(Some((change(doc, &what)?, schema::SCHEMA))))?;
    desk.store.transact(&by, |tx| settle(tx, asked.look, by.person))?;
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
