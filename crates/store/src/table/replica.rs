//! Who this copy is: one row with replica id, counters, clock and secrets; one row for the hub. Counters are
//! raised in the commit that uses them, so none is ever used twice.

use crate::codec::{NOBODY, int, replica, stamp, uint, uuid};
use crate::door::Door;
use crate::error::StoreError;
use crate::open::{HubLink, Identity};
use crate::table::{Migration, outbox};
use linchpin_domain::id::{DeviceId, HubId, PersonId, ReplicaId};
use linchpin_domain::record::Tag;
use linchpin_domain::stamp::Stamp;
use rusqlite::{Connection, OptionalExtension, params};
use zeroize::Zeroizing;

pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration::breaking(
        1,
        "CREATE TABLE replica (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        replica_id INTEGER NOT NULL,
        next_counter INTEGER NOT NULL DEFAULT 1,
        last_stamp BLOB NOT NULL,
        clock_offset_ms INTEGER NOT NULL DEFAULT 0,
        boot_token BLOB,
        outbox_format INTEGER NOT NULL DEFAULT 1,
        person BLOB NOT NULL,
        device BLOB NOT NULL,
        device_seed BLOB NOT NULL,
        made_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE hub (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        id BLOB NOT NULL,
        url TEXT NOT NULL,
        network TEXT NOT NULL,
        role TEXT NOT NULL,
        epoch INTEGER NOT NULL,
        nonce TEXT
    ) STRICT;",
    ),
    // Drawn before a hello is said, so that one whose answer is lost is known again.
    Migration::adding(18, "ALTER TABLE hub ADD COLUMN next_nonce TEXT"),
];

/// What a transaction needs to make changes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Author {
    pub(crate) replica: ReplicaId,
    pub(crate) next_counter: u64,
    pub(crate) last_stamp: Stamp,
    pub(crate) clock_offset_ms: i64,
}

impl Author {
    /// Returns the hub's time as well as it is known.
    pub(crate) fn hub_time(&self, now_ms: u64) -> u64 {
        now_ms.saturating_add_signed(self.clock_offset_ms)
    }
}

/// Makes the row of a new store.
pub(crate) fn ensure(door: &mut Door<'_>, now_ms: u64) -> Result<(), StoreError> {
    let there = door.db.query_row("SELECT 1 FROM replica", [], |_| Ok(())).optional()?;
    if there.is_some() {
        return Ok(());
    }
    let (replica, device) = (door.random::<8>(), DeviceId::new(now_ms, door.random()));
    let seed = Zeroizing::new(door.random::<32>());
    door.db.execute(
        "INSERT INTO replica (only, replica_id, last_stamp, person, device, device_seed, made_at, outbox_format)
         VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            i64::from_be_bytes(replica),
            Stamp::ZERO.to_bytes(),
            NOBODY.0.as_bytes(),
            device.0.as_bytes(),
            seed.as_slice(),
            int(now_ms),
            outbox::FORMAT
        ],
    )?;
    Ok(())
}

pub(crate) fn author(db: &Connection) -> Result<Author, StoreError> {
    let sql = "SELECT replica_id, next_counter, last_stamp, clock_offset_ms FROM replica";
    let author = db.prepare_cached(sql)?.query_row([], |row| {
        Ok(Author {
            replica: replica(row, 0)?,
            next_counter: uint(row.get(1)?),
            last_stamp: stamp(row, 2)?,
            clock_offset_ms: row.get(3)?,
        })
    })?;
    Ok(author)
}

pub(crate) fn save_author(door: &mut Door<'_>, author: &Author) -> Result<(), StoreError> {
    let sql = "UPDATE replica SET replica_id = ?1, next_counter = ?2, last_stamp = ?3, clock_offset_ms = ?4";
    door.db.prepare_cached(sql)?.execute(params![
        author.replica.0.cast_signed(),
        int(author.next_counter),
        author.last_stamp.to_bytes(),
        author.clock_offset_ms
    ])?;
    Ok(())
}

/// Returns the person of this computer, or the nil id.
pub(crate) fn person(db: &Connection) -> Result<PersonId, StoreError> {
    let sql = "SELECT person FROM replica";
    Ok(db.prepare_cached(sql)?.query_row([], |row| crate::codec::person(row, 0))?)
}

pub(crate) fn identity(db: &Connection) -> Result<Identity, StoreError> {
    let author = author(db)?;
    let sql = "SELECT person, device, device_seed FROM replica";
    let (person, device, seed) = db.prepare_cached(sql)?.query_row([], |row| {
        Ok((crate::codec::person(row, 0)?, uuid(row, 1)?, Zeroizing::new(row.get::<_, Vec<u8>>(2)?)))
    })?;
    let seed: [u8; 32] = seed.as_slice().try_into().map_err(|_| StoreError::Corrupt)?;
    Ok(Identity {
        person: (person != NOBODY).then_some(person),
        device: DeviceId(device),
        replica: author.replica,
        hub: hub(db)?,
        device_key_seed: Zeroizing::new(seed),
        clock_offset_ms: author.clock_offset_ms,
        last_counter: author.next_counter.saturating_sub(1),
    })
}

pub(crate) fn hub(db: &Connection) -> Result<Option<HubLink>, StoreError> {
    let sql = "SELECT id, url, network, role, epoch, nonce, next_nonce FROM hub";
    let row = db
        .prepare_cached(sql)?
        .query_row([], |row| {
            let role: String = row.get(3)?;
            let hub = HubLink {
                hub: HubId(uuid(row, 0)?),
                url: row.get(1)?,
                network: row.get(2)?,
                role: Default::default(),
                epoch: uint(row.get(4)?),
                nonce: row.get(5)?,
                next_nonce: row.get(6)?,
            };
            Ok((hub, role))
        })
        .optional()?;
    let Some((hub, role)) = row else { return Ok(None) };
    Ok(Some(HubLink { role: serde_json::from_str(&role)?, ..hub }))
}

pub(crate) fn set_hub(door: &mut Door<'_>, hub: Option<&HubLink>) -> Result<(), StoreError> {
    door.db.prepare_cached("DELETE FROM hub")?.execute([])?;
    door.touched.tag(Tag::Account);
    let Some(hub) = hub else { return Ok(()) };
    let sql = "INSERT INTO hub (only, id, url, network, role, epoch, nonce, next_nonce)
               VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    door.db.prepare_cached(sql)?.execute(params![
        hub.hub.0.as_bytes(),
        hub.url,
        hub.network,
        serde_json::to_string(&hub.role)?,
        int(hub.epoch),
        hub.nonce,
        hub.next_nonce
    ])?;
    Ok(())
}

pub(crate) fn set_person(door: &mut Door<'_>, person: PersonId) -> Result<(), StoreError> {
    door.db.execute("UPDATE replica SET person = ?1", [person.0.as_bytes()])?;
    door.touched.tag(Tag::Account);
    Ok(())
}

pub(crate) fn boot_token(db: &Connection) -> Result<Option<[u8; 16]>, StoreError> {
    let token: Option<Vec<u8>> = db.query_row("SELECT boot_token FROM replica", [], |row| row.get(0))?;
    token.map(|bytes| bytes.try_into().map_err(|_| StoreError::Corrupt)).transpose()
}

pub(crate) fn set_boot_token(door: &mut Door<'_>, token: [u8; 16]) -> Result<(), StoreError> {
    door.db.execute("UPDATE replica SET boot_token = ?1", [token])?;
    Ok(())
}
