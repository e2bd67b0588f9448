//! A transaction of SQLite, as accounts use it.

use crate::audit::Note;
use crate::db::account::{AccountDb, AccountTx, InTx, Row, Writing};
use crate::db::moving::Cell;
use crate::db::sqlite::{Sqlite, audit, fault, load, rows, write};
use crate::error::HubError;
use crate::work::{AccessRows, SpaceWork, Work};
use linchpin_domain::space::Space;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, ToSql, params_from_iter};

/// A transaction in which accounts are read or written.
pub(super) struct Tx<'a>(pub(super) &'a Connection);

impl ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Int(number) => ToSqlOutput::Owned(Value::Integer(*number)),
            Self::Flag(flag) => ToSqlOutput::Owned(Value::Integer((*flag).into())),
            Self::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        })
    }
}

fn cell(value: Value) -> Result<Cell, HubError> {
    match value {
        Value::Text(text) => Ok(Cell::Text(text)),
        Value::Integer(number) => Ok(Cell::Int(number)),
        Value::Blob(bytes) => Ok(Cell::Bytes(bytes)),
        Value::Null | Value::Real(_) => Err(HubError::corrupt("a row of an account")),
    }
}

impl AccountTx for Tx<'_> {
    fn run(&mut self, sql: &str, values: &[Cell]) -> Result<u64, HubError> {
        let mut statement = self.0.prepare_cached(sql).map_err(fault)?;
        let touched = statement.execute(params_from_iter(values)).map_err(fault)?;
        Ok(u64::try_from(touched).unwrap_or(u64::MAX))
    }

    fn rows(&mut self, sql: &str, values: &[Cell]) -> Result<Vec<Row>, HubError> {
        let mut statement = self.0.prepare_cached(sql).map_err(fault)?;
        let columns = statement.column_count();
        let mut found = statement.query(params_from_iter(values)).map_err(fault)?;
        let mut rows = Vec::new();
        while let Some(row) = found.next().map_err(fault)? {
            let cells = (0..columns).map(|n| row.get::<_, Value>(n).map_err(fault).and_then(cell));
            rows.push(Row(cells.collect::<Result<_, _>>()?));
        }
        Ok(rows)
    }

    fn rows_to_change(&mut self, sql: &str, values: &[Cell]) -> Result<Vec<Row>, HubError> {
        // Whoever writes has the whole store for itself.
        self.rows(sql, values)
    }

    fn put(
        &mut self,
        writing: &Writing<'_>,
        make: &mut dyn FnMut(&mut Work) -> Result<(), HubError>,
    ) -> Result<Vec<(Space, u64)>, HubError> {
        let Writing { scope, space, record, now_ms } = writing;
        let mut work = load::clocks(self.0, *now_ms)?;
        let there = rows::space_work(self.0, scope, space)?;
        work.spaces.insert(space.clone(), there.unwrap_or_else(|| SpaceWork::fresh(None, AccessRows::new())));
        if let Some(there) = rows::record(self.0, *record)? {
            work.records.insert(*record, there);
        }
        make(&mut work)?;
        write::work(self.0, &mut work)
    }

    fn note(&mut self, note: &Note, now_ms: u64) -> Result<(), HubError> {
        audit::add(self.0, note, now_ms)
    }
}

impl AccountDb for Sqlite {
    fn account_write(&self, f: &mut InTx<'_>) -> Result<(), HubError> {
        self.write(|db| f(&mut Tx(db)))
    }

    fn account_read(&self, f: &mut InTx<'_>) -> Result<(), HubError> {
        self.read(|db| f(&mut Tx(db)))
    }

    fn tell_moved(&self, _moved: &[(Space, u64)]) {
        // One process serves the file.
    }
}
