//! Rows of a first fill before they show: parts arrive one commit each and go in all at once at the end.

use crate::codec::{int, sum, sum_bytes, uint};
use crate::door::Door;
use crate::error::StoreError;
use crate::table::Migration;
use linchpin_domain::sum::Sum;
use rusqlite::{Connection, OptionalExtension, params};

pub(crate) const MIGRATIONS: &[Migration] = &[Migration::breaking(
    12,
    "CREATE TABLE stage (
        space INTEGER PRIMARY KEY REFERENCES space (no),
        epoch INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        parts INTEGER NOT NULL,
        next_part INTEGER NOT NULL,
        rows INTEGER NOT NULL,
        rows_in_all INTEGER NOT NULL,
        sum BLOB NOT NULL
    ) STRICT;
    CREATE TABLE stage_part (
        space INTEGER NOT NULL REFERENCES space (no),
        part INTEGER NOT NULL,
        rows TEXT NOT NULL,
        PRIMARY KEY (space, part)
    ) STRICT;",
)];

/// How far a fill is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Staged {
    /// The hub's epoch.
    pub epoch: u64,
    /// The number at which the space is filled.
    pub seq: u64,
    /// How many parts there are.
    pub parts: u32,
    /// The part that is wanted next; `parts` when all are here.
    pub next_part: u32,
    /// Rows that are here.
    pub rows: u64,
    /// Rows of all parts.
    pub rows_in_all: u64,
    /// The checksum that the rows must have.
    pub sum: Sum,
}

pub(crate) fn get(db: &Connection, space_no: i64) -> Result<Option<Staged>, StoreError> {
    let sql = "SELECT epoch, seq, parts, next_part, rows, rows_in_all, sum FROM stage WHERE space = ?1";
    let row = db
        .prepare_cached(sql)?
        .query_row([space_no], |row| {
            Ok(Staged {
                epoch: uint(row.get(0)?),
                seq: uint(row.get(1)?),
                parts: row.get(2)?,
                next_part: row.get(3)?,
                rows: uint(row.get(4)?),
                rows_in_all: uint(row.get(5)?),
                sum: sum(row, 6)?,
            })
        })
        .optional()?;
    Ok(row)
}

pub(crate) fn save(door: &mut Door<'_>, space_no: i64, staged: &Staged) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO stage (space, epoch, seq, parts, next_part, rows, rows_in_all, sum)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    door.db.execute(
        sql,
        params![
            space_no,
            int(staged.epoch),
            int(staged.seq),
            staged.parts,
            staged.next_part,
            int(staged.rows),
            int(staged.rows_in_all),
            sum_bytes(staged.sum)
        ],
    )?;
    Ok(())
}

pub(crate) fn add_part(door: &mut Door<'_>, space_no: i64, part: u32, rows: &str) -> Result<(), StoreError> {
    let sql = "INSERT INTO stage_part (space, part, rows) VALUES (?1, ?2, ?3)";
    door.db.execute(sql, params![space_no, part, rows])?;
    Ok(())
}

/// Returns the rows of a part as they were laid in.
pub(crate) fn part(db: &Connection, space_no: i64, part: u32) -> Result<String, StoreError> {
    let sql = "SELECT rows FROM stage_part WHERE space = ?1 AND part = ?2";
    Ok(db.prepare_cached(sql)?.query_row(params![space_no, part], |row| row.get(0))?)
}

pub(crate) fn clear(door: &mut Door<'_>, space_no: i64) -> Result<(), StoreError> {
    door.db.prepare_cached("DELETE FROM stage_part WHERE space = ?1")?.execute([space_no])?;
    door.db.prepare_cached("DELETE FROM stage WHERE space = ?1")?.execute([space_no])?;
    Ok(())
}
