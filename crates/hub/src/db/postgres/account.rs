//! A transaction of PostgreSQL, as accounts use it.

use crate::audit::Note;
use crate::db::account::{AccountDb, AccountTx, InTx, Row, Writing};
use crate::db::moving::Cell;
use crate::db::postgres::tx::Tx;
use crate::db::postgres::{Postgres, audit, load, rows, write};
use crate::error::HubError;
use crate::work::{AccessRows, SpaceWork, Work};
use linchpin_domain::space::Space;
use postgres::types::{ToSql, Type};

fn params(values: &[Cell]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(param).collect()
}

fn param(cell: &Cell) -> &(dyn ToSql + Sync) {
    match cell {
        Cell::Text(text) => text,
        Cell::Int(number) => number,
        Cell::Flag(flag) => flag,
        Cell::Bytes(bytes) => bytes,
    }
}

fn row(found: &postgres::Row) -> Result<Row, HubError> {
    let cell = |(n, column): (usize, &postgres::Column)| -> Result<Cell, HubError> {
        Ok(match *column.type_() {
            Type::TEXT => Cell::Text(found.try_get(n)?),
            Type::INT8 => Cell::Int(found.try_get(n)?),
            Type::BYTEA => Cell::Bytes(found.try_get(n)?),
            _ => return Err(HubError::corrupt("a row of an account")),
        })
    };
    Ok(Row(found.columns().iter().enumerate().map(cell).collect::<Result<_, _>>()?))
}

impl AccountTx for Tx<'_> {
    fn run(&mut self, sql: &str, values: &[Cell]) -> Result<u64, HubError> {
        Tx::run(self, sql, &params(values))
    }

    fn rows(&mut self, sql: &str, values: &[Cell]) -> Result<Vec<Row>, HubError> {
        Tx::rows(self, sql, &params(values))?.iter().map(row).collect()
    }

    fn rows_to_change(&mut self, sql: &str, values: &[Cell]) -> Result<Vec<Row>, HubError> {
        AccountTx::rows(self, &format!("{sql} FOR UPDATE"), values)
    }

    fn put(
        &mut self,
        writing: &Writing<'_>,
        make: &mut dyn FnMut(&mut Work) -> Result<(), HubError>,
    ) -> Result<Vec<(Space, u64)>, HubError> {
        let Writing { scope, space, record, now_ms } = writing;
        let locked = [space.clone()].into();
        let mut work = load::spaces(self, scope, &locked, &[], *now_ms)?;
        work.spaces.entry(space.clone()).or_insert_with(|| SpaceWork::fresh(None, AccessRows::new()));
        for there in rows::records(self, &[*record])? {
            work.records.insert(there.envelope.id, there);
        }
        make(&mut work)?;
        write::work(self, &mut work)
    }

    fn note(&mut self, note: &Note, now_ms: u64) -> Result<(), HubError> {
        audit::add(self, note, now_ms)
    }
}

impl AccountDb for Postgres {
    fn account_write(&self, f: &mut InTx<'_>) -> Result<(), HubError> {
        self.write(|tx| f(tx))
    }

    fn account_read(&self, f: &mut InTx<'_>) -> Result<(), HubError> {
        self.read(|tx| f(tx))
    }

    fn tell_moved(&self, moved: &[(Space, u64)]) {
        self.untold.tell(self, moved);
    }
}
