//! Changes that the hub did not take. Words go to what is kept for the person before anything else; the fields
//! show what the hub has again. A refused change blocks nothing behind it.

use crate::door::{Door, OutboxMoved};
use crate::error::StoreError;
use crate::settle::Texts;
use crate::settle::confirm::Confirming;
use crate::settle::copy::rekey;
use crate::settle::gone::unsent_words;
use crate::settle::page::read_text;
use crate::table::kept::{self, Keep, KeptWhy};
use crate::table::outbox::{self, Outgoing, Status};
use crate::table::{kind, record, replica, search, space, text, text_of};
use crate::typed;
use linchpin_domain::change::{Op, Put, RefusedBecause};
use linchpin_domain::id::{AnswerId, RecordId};
use linchpin_domain::record::{Envelope, Fields, Record, Tag, answer::Answer};
use rusqlite::Connection;
use serde::Serialize;
use std::collections::BTreeSet;

/// Returns a code as it stands on the wire.
pub(crate) fn word(code: &impl Serialize) -> Result<String, StoreError> {
    Ok(serde_json::to_value(code)?.as_str().unwrap_or_default().to_owned())
}

/// Sets a change aside until somebody decides; what it set goes on showing.
pub(crate) fn hold(door: &mut Door<'_>, row: &Outgoing, reason: &str) -> Result<(), StoreError> {
    outbox::set_status(door, row.no, Status::Held, reason)?;
    door.touched.tag(Tag::SyncStatus);
    Ok(())
}

/// Settles a change that the hub will never take: its words are kept. Returns the record whose fields must show again
/// what the hub has; that is done when the words of every refused change are kept, for one may be told by another.
pub(crate) fn refuse(
    door: &mut Door<'_>,
    row: &Outgoing,
    code: RefusedBecause,
    texts: &mut dyn Texts,
    now_ms: u64,
) -> Result<Option<(i64, RecordId)>, StoreError> {
    let reason = word(&code)?;
    match (&row.op, code) {
        // The hub must be updated first; then the change is offered again.
        (_, RefusedBecause::SchemaAhead) => {
            hold(door, row, &reason)?;
            return Ok(None);
        }
        // Another desk asked the same first: what was asked for is so.
        (Op::Cmd(_), RefusedBecause::AlreadyDone) => {
            outbox::settle(door, row.no, now_ms)?;
            return Ok(None);
        }
        (Op::Text(update), RefusedBecause::ForbiddenSpace) => {
            take_out(door, row, update.doc, &reason, texts, now_ms)?;
            return Ok(None);
        }
        _ => {}
    }
    outbox::set_status(door, row.no, Status::Refused, &reason)?;
    door.touched.tag(Tag::SyncStatus);
    keep_words(door, row, KeptWhy::Refused, &reason, now_ms)?;
    Ok(matches!(row.op, Op::Put(_)).then_some((row.space_no, row.record)))
}

/// Settles own words in a text where their author may not write. They are kept by themselves, and leave the text with
/// all that was typed since: it builds on them, and at the hub it would wait for them for ever.
fn take_out(
    door: &mut Door<'_>,
    row: &Outgoing,
    doc: AnswerId,
    reason: &str,
    texts: &mut dyn Texts,
    now_ms: u64,
) -> Result<(), StoreError> {
    // Values of the same answer are answered one by one, each with what the hub says of it.
    let mut own = outbox::unsent_of(door.db, row.record)?;
    own.retain(|change| matches!(&change.op, Op::Text(update) if update.doc == doc));
    let words = unsent_words(door, doc, &own, texts)?;
    for change in &own {
        outbox::set_status(door, change.no, Status::Refused, reason)?;
    }
    let place = place_of(door.db, row.record)?;
    let space = space::by_no(door.db, row.space_no)?.space;
    let (record, kind, why) = (row.record, Answer::KIND.name(), KeptWhy::Refused);
    kept::keep(door, &Keep { record, space: &space, kind, why, reason, place, words, at: now_ms })?;
    text::remove_unsent(door, doc)?;
    let snapshot = text::snapshot(door.db, doc)?.map(|(bytes, _)| bytes);
    door.touched.tag(Tag::SyncStatus);
    door.touched.record(kind, doc.into());
    read_text(door, doc, snapshot.as_deref(), &[], texts, now_ms)
}

/// Lets records show what the hub has of them.
pub(crate) fn show_again(door: &mut Door<'_>, records: &[(i64, RecordId)]) -> Result<(), StoreError> {
    let spaces: BTreeSet<i64> = records.iter().map(|(space_no, _)| *space_no).collect();
    for space_no in spaces {
        let mut space = space::by_no(door.db, space_no)?;
        let upto = space.cursor;
        let mut confirming = Confirming::new(door, &mut space, upto)?;
        for (_, record) in records.iter().filter(|(of, _)| *of == space_no) {
            confirming.look_again(door, *record)?;
        }
        confirming.finish(door)?;
        space::save(door, &space)?;
    }
    Ok(())
}

/// Keeps the words of a change. Of a text the whole plain text is kept: what an update alone says is known to
/// the text engine only.
pub(crate) fn keep_words(
    door: &mut Door<'_>,
    row: &Outgoing,
    why: KeptWhy,
    reason: &str,
    now_ms: u64,
) -> Result<(), StoreError> {
    let (kind, words) = match &row.op {
        Op::Put(put) => (put.kind.clone(), words_of(door.db, put)?),
        Op::Text(_) => {
            (Answer::KIND.name().to_owned(), search::plain(door.db, row.record)?.unwrap_or_default())
        }
        Op::Cmd(_) => return Ok(()),
    };
    let place = place_of(door.db, row.record)?;
    let space = space::by_no(door.db, row.space_no)?.space;
    let record = row.record;
    kept::keep(door, &Keep { record, space: &space, kind: &kind, why, reason, place, words, at: now_ms })
}

/// Returns the words that an edit carries: all that a person typed, and what was chosen in an answer.
pub(crate) fn words_of(db: &Connection, put: &Put) -> Result<String, StoreError> {
    let fields: Fields = put.edits.iter().map(|(name, (value, _))| (name.clone(), value.clone())).collect();
    if put.kind == Answer::KIND.name() {
        return typed::chosen(db, put.id, &fields);
    }
    Ok(typed::typed(&put.kind, &fields))
}

/// Returns where words belong, in words: the question of an answer, else the record's own title.
pub(crate) fn place_of(db: &Connection, id: RecordId) -> Result<String, StoreError> {
    match record::get(db, id)? {
        Some(stored) => place_of_envelope(db, &stored.shown),
        None => Ok(String::new()),
    }
}

/// As [`place_of`], of a record that need not be here any more.
pub(crate) fn place_of_envelope(db: &Connection, envelope: &Envelope) -> Result<String, StoreError> {
    let question = text_of(&envelope.fields, "question").parse::<RecordId>();
    if let Ok(question) = question
        && let Some(question) = record::get(db, question)?
    {
        return Ok(text_of(&question.shown.fields, "text"));
    }
    let own = kind(&envelope.kind).and_then(|table| table.words).map(|words| words(&envelope.fields));
    Ok(own.unwrap_or_default().title)
}

/// Offers changes again that the hub held because it did not know their form.
pub(crate) fn offer_held_again(door: &mut Door<'_>) -> Result<(), StoreError> {
    let reason = word(&RefusedBecause::SchemaAhead)?;
    let sql = "SELECT min(no) FROM outbox WHERE status = 'held' AND reason = ?1";
    let first: Option<i64> = door.db.prepare_cached(sql)?.query_row([&reason], |row| row.get(0))?;
    let Some(first) = first else { return Ok(()) };
    let sql = "UPDATE outbox SET status = 'waiting', reason = '' WHERE status = 'held' AND reason = ?1";
    door.db.execute(sql, [&reason])?;
    door.outbox = OutboxMoved::Otherwise;
    // Counters must rise in the order of sending.
    let mut author = replica::author(door.db)?;
    rekey(door, &mut author, first)?;
    replica::save_author(door, &author)
}
