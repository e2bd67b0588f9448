//! Access to a space has ended: own words that the hub never took are kept for the person, and everything else
//! of the space leaves this computer, in one commit. Told twice it does nothing the second time.

use crate::changed::{Changed, Origin};
use crate::door::Door;
use crate::error::StoreError;
use crate::open::Store;
use crate::reader::{Filter, Reader, Row, StoredUpdate};
use crate::settle::Texts;
use crate::settle::refuse::{place_of, words_of};
use crate::table::file_copy::{self, FileRow};
use crate::table::kept::{self, Keep, KeptWhy};
use crate::table::outbox::{self, Outgoing};
use crate::table::record::{self, Stored};
use crate::table::space::{self, SpaceRow, State};
use crate::table::{history, link, replica, search, setting, stage, text, text_of as field, undo};
use linchpin_domain::change::{Op, TextUpdate};
use linchpin_domain::id::{AnswerId, PersonId};
use linchpin_domain::record::{DELETED, Record, Tag, answer::Answer, file::File};
use linchpin_domain::space::Space;
use linchpin_domain::sum::Sum;
use std::collections::BTreeSet;

/// The name under which a file is kept that has none.
const NAMELESS: &str = "File";

/// The setting that says since when backups hold a space that must leave this computer.
pub(crate) const RENEW_BACKUPS: &str = "backups.renewSince";

impl Store {
    /// Removes a space whose access ended.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn space_gone(
        &self,
        space: &Space,
        reason: &str,
        texts: &mut dyn Texts,
        now_ms: u64,
    ) -> Result<Changed, StoreError> {
        let ((), changed) = self.write(Origin::Hub, |door| {
            let Some(row) = space::get(door.db, space)?.filter(|row| row.state != State::Gone) else {
                return Ok(());
            };
            keep_unsent(door, &row, reason, texts, now_ms)?;
            keep_files(door, &row, reason, now_ms)?;
            remove_all(door, &row)?;
            space::set_gone_reason(door, row.no, reason)?;
            let (state, sum) = (State::Gone, Sum::default());
            space::save(door, &SpaceRow { state, sum, cursor: 0, head_known: 0, ..row })?;
            setting::set(door, RENEW_BACKUPS, Some(&now_ms.into()))?;
            door.touched.tag(Tag::SyncStatus);
            Ok(())
        })?;
        Ok(changed)
    }
}

fn keep_unsent(
    door: &mut Door<'_>,
    row: &SpaceRow,
    reason: &str,
    texts: &mut dyn Texts,
    now_ms: u64,
) -> Result<(), StoreError> {
    let own = outbox::not_taken(door.db, row.no)?;
    let mut docs = BTreeSet::new();
    for change in &own {
        let (kind, words) = match &change.op {
            Op::Put(put) => (put.kind.clone(), words_of(door.db, put)?),
            Op::Text(update) if docs.insert(update.doc) => {
                (Answer::KIND.name().to_owned(), unsent_words(door, update.doc, &own, texts)?)
            }
            Op::Text(_) | Op::Cmd(_) => continue,
        };
        let place = place_of(door.db, change.record)?;
        let (record, why) = (change.record, KeptWhy::NoAccess);
        let keep = Keep { record, space: &row.space, kind: &kind, why, reason, place, words, at: now_ms };
        kept::keep(door, &keep)?;
    }
    Ok(())
}

/// Keeps files that were added here and that the hub never took. Their bytes stay here, and each is found by its name.
fn keep_files(door: &mut Door<'_>, row: &SpaceRow, reason: &str, now_ms: u64) -> Result<(), StoreError> {
    let me = replica::person(door.db)?;
    let live = Reader { db: door.db }.list::<File>(Filter::In(&row.space))?;
    for file in file_copy::unsent(door.db, row.no)? {
        let Some(own) = file.record else { continue };
        let speaks_of_it = |live: &&Row<File>| live.record.sha256 == file.sha256;
        let of_own = |live: &&Row<File>| live.id == own;
        let speaking = live.iter().filter(speaks_of_it);
        let (record, words) = match speaking.clone().find(of_own).or_else(|| speaking.clone().next()) {
            // The record it was added with may be deleted, and another of the same bytes not.
            Some(live) => (live.id, live.record.name.clone()),
            None => match record::get(door.db, own)? {
                // Whoever added it and deleted it wants it no more; what a colleague deletes is still the adder's.
                Some(there) if is_deleted_by(&there, me) => {
                    file_copy::remove(door, file.no)?;
                    continue;
                }
                Some(there) => (own, field(&there.shown.fields, "name")),
                // The hub refused the record, and its name is kept already.
                None if kept::list(door.db)?.iter().any(|kept| kept.record == own) => continue,
                None => (own, String::new()),
            },
        };
        if record != own {
            file_copy::save(door, &FileRow { record: Some(record), ..file })?;
        }
        let words = if words.trim().is_empty() { NAMELESS.to_owned() } else { words };
        let (kind, why, place) = (File::KIND.name(), KeptWhy::NoAccess, String::new());
        kept::keep(door, &Keep { record, space: &row.space, kind, why, reason, place, words, at: now_ms })?;
    }
    Ok(())
}

fn is_deleted_by(there: &Stored, person: PersonId) -> bool {
    there.shown.is_deleted() && there.authors.get(DELETED) == Some(&person)
}

/// Returns the words that own unsent updates brought; where they cannot be told apart, the whole text.
pub(crate) fn unsent_words(
    door: &Door<'_>,
    doc: AnswerId,
    own: &[Outgoing],
    texts: &mut dyn Texts,
) -> Result<String, StoreError> {
    let ours: Vec<Vec<u8>> =
        own.iter().filter_map(|change| text_of(change, doc)).map(|u| u.bytes.0.clone()).collect();
    let snapshot = text::snapshot(door.db, doc)?.map(|(bytes, _)| bytes);
    let is_ours = |update: &StoredUpdate| ours.contains(&update.bytes);
    let others = text::live(door.db, doc, 0)?.into_iter().filter(|update| !is_ours(update));
    let others: Vec<Vec<u8>> = others.map(|update| update.bytes).collect();
    match texts.words_of(doc, snapshot.as_deref(), &others, &ours) {
        Ok(words) => Ok(words),
        Err(_) => Ok(search::plain(door.db, doc.into())?.unwrap_or_default()),
    }
}

fn text_of(change: &Outgoing, doc: AnswerId) -> Option<&TextUpdate> {
    match &change.op {
        Op::Text(update) if update.doc == doc => Some(update),
        _ => None,
    }
}

fn remove_all(door: &mut Door<'_>, row: &SpaceRow) -> Result<(), StoreError> {
    history::remove_of_space(door, row.no)?;
    for doc in text::docs_of_space(door.db, row.no)? {
        text::remove(door, doc)?;
        search::remove(door, doc.into())?;
    }
    for id in record::ids_of_space(door.db, row.no)? {
        link::remove(door, id)?;
        if let Some(stored) = record::get(door.db, id)? {
            record::remove(door, &stored)?;
        }
    }
    door.db.execute("DELETE FROM quarantine WHERE space = ?1", [row.no])?;
    door.db.execute("DELETE FROM device_cursor WHERE space = ?1", [row.no])?;
    kept::remove_asides_of(door, &row.space)?;
    file_copy::remove_of_space(door, row.no)?;
    stage::clear(door, row.no)?;
    outbox::remove_of_space(door, row.no)?;
    // Steps hold values of the space's records.
    undo::clear(door)?;
    // The index forgets removed words only when it is packed.
    door.db.execute("INSERT INTO search (search) VALUES ('optimize')", [])?;
    Ok(())
}
