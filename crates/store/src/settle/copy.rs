//! This copy itself: a new replica id after a restore or clone, and a hub that went back to a backup.

use crate::changed::{Changed, Origin};
use crate::codec::int;
use crate::door::Door;
use crate::error::StoreError;
use crate::open::Store;
use crate::table::kept::AsideWhy;
use crate::table::replica::{self, Author};
use crate::table::space::{self, SpaceRow, State};
use crate::table::{file_copy, kept, outbox, record, search};
use linchpin_domain::change::ChangeId;
use linchpin_domain::epoch;
use linchpin_domain::id::ReplicaId;
use linchpin_domain::record::Tag;
use linchpin_domain::space::Space;
use rusqlite::params;

impl Store {
    /// Gives this copy a new replica id, and every change that waits a new change id in order. Stamps and
    /// the ids of commands stay, so that whatever was sent before is harmless when it is sent again.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn new_replica(&self) -> Result<(ReplicaId, Changed), StoreError> {
        self.write(Origin::Hub, |door| {
            let mut author = replica::author(door.db)?;
            let old = author.replica;
            while author.replica == old || author.replica.0 == 0 {
                author.replica = ReplicaId(u64::from_be_bytes(door.random()));
            }
            author.next_counter = 1;
            rekey(door, &mut author, 0)?;
            replica::save_author(door, &author)?;
            // It may be the hub that went back, without saying so.
            file_copy::offer_again(door, false)?;
            // The nonce belongs to the old id.
            if let Some(hub) = replica::hub(door.db)? {
                replica::set_hub(door, Some(&crate::open::HubLink { nonce: None, next_nonce: None, ..hub }))?;
            }
            door.touched.tag(Tag::SyncStatus);
            Ok(author.replica)
        })
    }

    /// Follows a hub that was restored from a backup: `restored` says up to which number it still has each
    /// space; a space that is not named it has lost whole. Own changes above that number wait again; what
    /// others wrote above it lies aside for thirty days; the space is filled anew.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn epoch_changed(
        &self,
        new_epoch: u64,
        restored: &[(Space, u64)],
        now_ms: u64,
    ) -> Result<Changed, StoreError> {
        let ((), changed) = self.write(Origin::Hub, |door| {
            for row in space::all(door.db)? {
                if matches!(row.state, State::Active | State::Bootstrapping) && row.epoch != new_epoch {
                    let named = restored.iter().find(|(space, _)| *space == row.space);
                    // Where an epoch was missed the hub may have gone back further in between than it says.
                    let missed = row.epoch > 0 && !epoch::follows(row.epoch, new_epoch);
                    let head = named.filter(|_| !missed).map_or(0, |(_, head)| *head);
                    go_back(door, row, head, new_epoch, now_ms)?;
                }
            }
            file_copy::offer_again(door, true)?;
            let mut author = replica::author(door.db)?;
            rekey(door, &mut author, 0)?;
            replica::save_author(door, &author)?;
            if let Some(hub) = replica::hub(door.db)? {
                replica::set_hub(door, Some(&crate::open::HubLink { epoch: new_epoch, ..hub }))?;
            }
            door.touched.tag(Tag::SyncStatus);
            Ok(())
        })?;
        Ok(changed)
    }
}

/// Gives the changes that wait, from one on, new ids in the order they were made.
pub(crate) fn rekey(door: &mut Door<'_>, author: &mut Author, from: i64) -> Result<(), StoreError> {
    for no in outbox::waiting_from(door.db, from)? {
        outbox::set_id(door, no, ChangeId { replica: author.replica, counter: author.next_counter })?;
        author.next_counter += 1;
    }
    Ok(())
}

fn go_back(
    door: &mut Door<'_>,
    mut row: SpaceRow,
    head: u64,
    new_epoch: u64,
    now_ms: u64,
) -> Result<(), StoreError> {
    row.epoch = new_epoch;
    row.head_known = head;
    // Changes that were acknowledged and not pulled yet are above the cursor, and lost to the hub all the same.
    outbox::offer_again(door, row.no, head)?;
    let sql = "UPDATE text_update SET seq = NULL, counted = 0
               WHERE own = 1 AND seq > ?2 AND doc IN (SELECT doc FROM text_doc WHERE space = ?1)";
    door.db.execute(sql, params![row.no, int(head)])?;
    if row.cursor > head {
        put_aside(door, &row, head, now_ms)?;
        // The numbers above the head now mean other things.
        row.cursor = head;
        row.state = State::Bootstrapping;
    }
    // What an author had seen of numbers that no longer exist says nothing about the new ones.
    outbox::lower_bases(door, row.no, head)?;
    space::save(door, &row)
}

/// Puts aside what is above a number that the hub no longer has.
pub(crate) fn put_aside(
    door: &mut Door<'_>,
    row: &SpaceRow,
    head: u64,
    now_ms: u64,
) -> Result<(), StoreError> {
    for id in record::ids_of_space(door.db, row.no)? {
        let Some(stored) = record::get(door.db, id)? else { continue };
        let text_seq = crate::table::text::doc(door.db, id.into())?.map_or(0, |doc| doc.last_seq);
        if stored.shown.seq.unwrap_or(0).max(text_seq) <= head {
            continue;
        }
        let plain = search::plain(door.db, id)?.unwrap_or_default();
        kept::put_aside(door, &stored.shown, &plain, AsideWhy::HubWentBack, now_ms)?;
    }
    Ok(())
}
