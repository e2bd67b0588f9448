//! Small facts that sync hears: the hub's hello and time, how far others are, when a pull went well, the
//! history of sync; and the tidying of what has been kept long enough.

use crate::changed::{Changed, Origin};
use crate::codec::int;
use crate::error::StoreError;
use crate::open::{HubLink, Store};
use crate::outbox::days_before;
use crate::reader::SyncLine;
use crate::settle::{KeptAuditHead, Texts, audit, refuse};
use crate::table::replica::{self};
use crate::table::space::{self, State};
use crate::table::{history, kept, outbox, sync_log, text};
use linchpin_domain::id::PersonId;
use linchpin_domain::record::Tag;
use linchpin_domain::role::NetworkRole;
use linchpin_domain::space::Space;
use linchpin_domain::sum::Sum;
use rusqlite::params;

/// How long earlier values and folded updates are kept, in days.
const HISTORY_DAYS: u64 = 90;
/// How long sent changes are kept for a hub that goes back, in days: longer than any backup is kept.
const SENT_DAYS: u64 = 30;

/// What the hub said at hello.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelloNoted {
    /// The network's name.
    pub network: String,
    /// What the person is there.
    pub role: NetworkRole,
    /// What to show at the next hello.
    pub nonce: String,
    /// The hub's time, milliseconds since 1970.
    pub hub_time: u64,
    /// Every space the person may read, with its last number.
    pub spaces: Vec<(Space, u64)>,
    /// The end of the hub's record of deeds; none from a hub that keeps none.
    pub audit: Option<KeptAuditHead>,
}

impl Store {
    /// Notes what the hub said at hello. Spaces that are new here, and spaces whose access was given back,
    /// begin at nothing; the hub's epoch is [`Self::epoch_changed`]'s business. The hub may have been updated
    /// since: changes of a form that it did not know are offered again.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn note_hello(&self, hello: &HelloNoted, now_ms: u64) -> Result<Changed, StoreError> {
        self.note_hub_time(hello.hub_time, now_ms)?;
        let ((), changed) = self.write(Origin::Hub, |door| {
            if let Some(hub) = replica::hub(door.db)? {
                let (network, role) = (hello.network.clone(), hello.role);
                let hub =
                    HubLink { network, role, nonce: Some(hello.nonce.clone()), next_nonce: None, ..hub };
                replica::set_hub(door, Some(&hub))?;
            }
            for (space, head) in &hello.spaces {
                note_space(door, space, *head)?;
            }
            if let Some(head) = &hello.audit {
                audit::note_head(door, head, now_ms)?;
            }
            refuse::offer_held_again(door)
        })?;
        Ok(changed)
    }

    /// Draws what is to be shown after the next hello, where that was not done yet. It is on disk before the hello
    /// is said: said again after a lost answer, it is known for the same.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn draw_next_nonce(&self) -> Result<(), StoreError> {
        self.write(Origin::Hub, |door| {
            if let Some(hub) = replica::hub(door.db)?
                && hub.next_nonce.is_none()
            {
                let drawn: String = door.random::<16>().iter().map(|byte| format!("{byte:02x}")).collect();
                replica::set_hub(door, Some(&HubLink { next_nonce: Some(drawn), ..hub }))?;
            }
            Ok(())
        })
        .map(|_| ())
    }

    /// Notes spaces that the person may read and that this copy has not asked for.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn note_spaces(&self, spaces: &[(Space, u64)]) -> Result<(), StoreError> {
        self.write(Origin::Hub, |door| {
            spaces.iter().try_for_each(|(space, head)| note_space(door, space, *head))
        })
        .map(|_| ())
    }

    /// Notes the hub's time, so that stamps follow it and not this computer's clock.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn note_hub_time(&self, hub_time: u64, now_ms: u64) -> Result<(), StoreError> {
        self.write(Origin::Hub, |door| {
            let mut author = replica::author(door.db)?;
            let offset = int(hub_time).saturating_sub(int(now_ms));
            // A few seconds are the line's and not the clock's; they are not worth a commit.
            if offset.abs_diff(author.clock_offset_ms) > 2_000 {
                author.clock_offset_ms = offset;
                replica::save_author(door, &author)?;
            }
            Ok(())
        })
        .map(|_| ())
    }

    /// Notes that a pull of spaces went well and brought nothing more.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn note_pull_ok(&self, spaces: &[Space], now_ms: u64) -> Result<Changed, StoreError> {
        let ((), changed) = self.write(Origin::Hub, |door| {
            for space in spaces {
                if let Some(mut row) = space::get(door.db, space)? {
                    row.last_pull_ok = Some(now_ms);
                    space::save(door, &row)?;
                }
            }
            door.touched.tag(Tag::SyncStatus);
            Ok(())
        })?;
        Ok(changed)
    }

    /// Marks a space to be filled anew; its rows stay until the fill is whole. Nothing of the outbox, of
    /// unsent text or of kept words is touched.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn fill_anew(&self, space: &Space) -> Result<(), StoreError> {
        self.write(Origin::Hub, |door| {
            let mut row = space::ensure(door, space)?;
            if row.state == State::Active {
                row.state = State::Bootstrapping;
                space::save(door, &row)?;
            }
            Ok(())
        })
        .map(|_| ())
    }

    /// Notes up to which number of a space another person's devices are.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn note_seen(
        &self,
        space: &Space,
        person: PersonId,
        seq: u64,
        at_ms: u64,
    ) -> Result<Changed, StoreError> {
        let ((), changed) = self.write(Origin::Hub, |door| {
            let row = space::ensure(door, space)?;
            let sql = "INSERT INTO device_cursor (space, person, seq, at) VALUES (?1, ?2, ?3, ?4)
                       ON CONFLICT (space, person) DO UPDATE SET seq = excluded.seq, at = excluded.at
                       WHERE excluded.seq > seq";
            let values = params![row.no, person.0.as_bytes(), int(seq), int(at_ms)];
            if door.db.execute(sql, values)? > 0 {
                door.touched.tag(Tag::Seen);
            }
            Ok(())
        })?;
        Ok(changed)
    }

    /// Adds a line to the history of sync.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn log_sync(&self, line: &SyncLine) -> Result<(), StoreError> {
        self.write(Origin::Hub, |door| sync_log::add(door, line)).map(|_| ())
    }

    /// Lets go of what has been kept long enough: earlier values, folded updates, sent changes, what lies
    /// aside. Kept words and recovered words are never among it.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn tidy(&self, texts: &mut dyn Texts, now_ms: u64) -> Result<(), StoreError> {
        self.write(Origin::Hub, |door| {
            history::trim(door, days_before(now_ms, HISTORY_DAYS))?;
            trim_texts(door, days_before(now_ms, HISTORY_DAYS), texts)?;
            outbox::trim_sent(door, days_before(now_ms, SENT_DAYS))?;
            kept::trim_aside(door, days_before(now_ms, HISTORY_DAYS), days_before(now_ms, SENT_DAYS))
        })
        .map(|_| ())
    }
}

/// What is let go of stays in the base, on which the rest of the history builds. Any doubt keeps the updates.
fn trim_texts(
    door: &mut crate::door::Door<'_>,
    before_ms: u64,
    texts: &mut dyn Texts,
) -> Result<(), StoreError> {
    for doc in text::docs_to_trim(door.db, before_ms)? {
        let (base, old) = (text::base(door.db, doc)?, text::to_trim(door.db, doc, before_ms)?);
        if let Ok(base) = texts.folded(base.as_deref(), &old) {
            text::save_base(door, doc, &base)?;
            text::trim_folded(door, doc, before_ms)?;
        }
    }
    Ok(())
}

fn note_space(door: &mut crate::door::Door<'_>, space: &Space, head: u64) -> Result<(), StoreError> {
    let mut row = space::ensure(door, space)?;
    if row.state == State::Gone {
        // Access was given back: everything of it was removed, so it begins anew.
        (row.state, row.cursor, row.sum) = (State::Active, 0, Sum::default());
        space::set_gone_reason(door, row.no, "")?;
    }
    row.head_known = row.head_known.max(head);
    space::save(door, &row)
}
