//! The spaces this copy has: cursor, checksum of what the hub has confirmed, and state. A space never loses
//! its row, so that a space whose access ended is known as such.

use crate::codec::{int, sum, sum_bytes, uint};
use crate::door::Door;
use crate::error::StoreError;
use crate::table::Migration;
use linchpin_domain::space::Space;
use linchpin_domain::sum::Sum;
use rusqlite::{Connection, OptionalExtension, Row, params};

pub(crate) const MIGRATIONS: &[Migration] = &[Migration::breaking(
    2,
    "CREATE TABLE space (
        no INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        epoch INTEGER NOT NULL DEFAULT 0,
        cursor INTEGER NOT NULL DEFAULT 0,
        head_known INTEGER NOT NULL DEFAULT 0,
        sum BLOB NOT NULL,
        state TEXT NOT NULL DEFAULT 'active',
        priority INTEGER NOT NULL,
        last_pull_ok INTEGER,
        gone_reason TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE TABLE device_cursor (
        space INTEGER NOT NULL REFERENCES space (no),
        person BLOB NOT NULL,
        seq INTEGER NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (space, person)
    ) STRICT, WITHOUT ROWID;",
)];

/// What a space is to this copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// In step or on its way by pages.
    Active,
    /// To be filled anew; pages are dropped until then.
    Bootstrapping,
    /// Access ended.
    Gone,
    /// Never sent: it exists on this computer alone.
    Local,
}

impl State {
    const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Bootstrapping => "bootstrapping",
            Self::Gone => "gone",
            Self::Local => "local",
        }
    }

    fn from_name(name: &str) -> Result<Self, StoreError> {
        [Self::Active, Self::Bootstrapping, Self::Gone, Self::Local]
            .into_iter()
            .find(|state| state.name() == name)
            .ok_or(StoreError::Corrupt)
    }
}

/// A space as this copy has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpaceRow {
    /// Its number in this file.
    pub(crate) no: i64,
    /// The space.
    pub space: Space,
    /// The hub's epoch the cursor belongs to.
    pub epoch: u64,
    /// The last number this copy has.
    pub cursor: u64,
    /// The last number the hub is known to have.
    pub head_known: u64,
    /// The checksum of what the hub has confirmed.
    pub sum: Sum,
    /// What the space is to this copy.
    pub state: State,
    /// When it was last pulled with success, milliseconds since 1970.
    pub last_pull_ok: Option<u64>,
}

const COLUMNS: &str = "no, name, epoch, cursor, head_known, sum, state, last_pull_ok";

struct Raw {
    row: SpaceRow,
    name: String,
    state: String,
}

fn raw(row: &Row<'_>) -> rusqlite::Result<Raw> {
    let space = SpaceRow {
        no: row.get(0)?,
        space: Space::National,
        epoch: uint(row.get(2)?),
        cursor: uint(row.get(3)?),
        head_known: uint(row.get(4)?),
        sum: sum(row, 5)?,
        state: State::Active,
        last_pull_ok: row.get::<_, Option<i64>>(7)?.map(uint),
    };
    Ok(Raw { row: space, name: row.get(1)?, state: row.get(6)? })
}

impl Raw {
    fn read(self) -> Result<SpaceRow, StoreError> {
        let space = crate::codec::parse(&self.name)?;
        Ok(SpaceRow { space, state: State::from_name(&self.state)?, ..self.row })
    }
}

pub(crate) fn get(db: &Connection, space: &Space) -> Result<Option<SpaceRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM space WHERE name = ?1");
    db.prepare_cached(&sql)?.query_row([space.to_string()], raw).optional()?.map(Raw::read).transpose()
}

pub(crate) fn by_no(db: &Connection, no: i64) -> Result<SpaceRow, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM space WHERE no = ?1");
    db.prepare_cached(&sql)?.query_row([no], raw)?.read()
}

/// Returns every space, the most urgent first.
pub(crate) fn all(db: &Connection) -> Result<Vec<SpaceRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM space ORDER BY priority, no");
    let mut query = db.prepare_cached(&sql)?;
    let rows = query.query_map([], raw)?;
    rows.map(|row| row?.read()).collect()
}

/// Returns the space, made where this copy has not met it.
pub(crate) fn ensure(door: &mut Door<'_>, space: &Space) -> Result<SpaceRow, StoreError> {
    if let Some(row) = get(door.db, space)? {
        return Ok(row);
    }
    let epoch = crate::table::replica::hub(door.db)?.map_or(0, |hub| hub.epoch);
    door.db.execute(
        "INSERT INTO space (name, epoch, sum, priority) VALUES (?1, ?2, ?3, ?4)",
        params![space.to_string(), int(epoch), sum_bytes(Sum::default()), space.priority()],
    )?;
    by_no(door.db, door.db.last_insert_rowid())
}

/// Stores cursor, sum, epoch, state and head of a space.
pub(crate) fn save(door: &mut Door<'_>, row: &SpaceRow) -> Result<(), StoreError> {
    let sql = "UPDATE space SET epoch = ?2, cursor = ?3, head_known = ?4, sum = ?5, state = ?6,
                   last_pull_ok = ?7
               WHERE no = ?1";
    door.db.prepare_cached(sql)?.execute(params![
        row.no,
        int(row.epoch),
        int(row.cursor),
        int(row.head_known),
        sum_bytes(row.sum),
        row.state.name(),
        row.last_pull_ok.map(int)
    ])?;
    Ok(())
}

pub(crate) fn set_gone_reason(door: &mut Door<'_>, no: i64, reason: &str) -> Result<(), StoreError> {
    door.db.execute("UPDATE space SET gone_reason = ?2 WHERE no = ?1", params![no, reason])?;
    Ok(())
}
