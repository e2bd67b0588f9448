//! How ids, stamps, numbers and spaces lie in columns: ids and stamps as sixteen bytes, numbers as SQLite's
//! signed integers. Nothing here knows a table.

use crate::error::StoreError;
use linchpin_domain::id::{PersonId, RecordId, ReplicaId};
use linchpin_domain::stamp::Stamp;
use linchpin_domain::sum::Sum;
use rusqlite::Row;
use rusqlite::types::{FromSqlError, Type};
use uuid::Uuid;

/// Numbers that count (milliseconds, space numbers, bytes) stay far below 2^63.
pub(crate) fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn uint(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// Lengths and counts.
pub(crate) fn len(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(if number < 0 { 0 } else { u32::MAX })
}

fn sixteen(row: &Row<'_>, column: usize) -> rusqlite::Result<[u8; 16]> {
    let wrong = |error| rusqlite::Error::FromSqlConversionFailure(column, Type::Blob, Box::new(error));
    let bytes = row.get_ref(column)?.as_blob().map_err(wrong)?;
    let size = bytes.len();
    bytes.try_into().map_err(|_| wrong(FromSqlError::InvalidBlobSize { expected_size: 16, blob_size: size }))
}

pub(crate) fn record_id(row: &Row<'_>, column: usize) -> rusqlite::Result<RecordId> {
    sixteen(row, column).map(|bytes| RecordId(Uuid::from_bytes(bytes)))
}

pub(crate) fn uuid(row: &Row<'_>, column: usize) -> rusqlite::Result<Uuid> {
    sixteen(row, column).map(Uuid::from_bytes)
}

pub(crate) fn person(row: &Row<'_>, column: usize) -> rusqlite::Result<PersonId> {
    uuid(row, column).map(PersonId)
}

pub(crate) fn stamp(row: &Row<'_>, column: usize) -> rusqlite::Result<Stamp> {
    sixteen(row, column).map(Stamp::from_bytes)
}

pub(crate) fn sum(row: &Row<'_>, column: usize) -> rusqlite::Result<Sum> {
    sixteen(row, column).map(|bytes| Sum(u128::from_be_bytes(bytes)))
}

pub(crate) fn sum_bytes(sum: Sum) -> [u8; 16] {
    sum.0.to_be_bytes()
}

/// Replica ids and Yjs client ids use all 64 bits; the column holds the same bits.
pub(crate) fn replica(row: &Row<'_>, column: usize) -> rusqlite::Result<ReplicaId> {
    row.get::<_, i64>(column).map(|bits| ReplicaId(bits.cast_unsigned()))
}

/// Reads text that this store wrote itself: anything else means a damaged file.
pub(crate) fn parse<T: std::str::FromStr>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| StoreError::Corrupt)
}

/// The nil id: the hub itself, or nobody yet.
pub(crate) const NOBODY: PersonId = PersonId(Uuid::nil());
