//! One transaction: statements are prepared once for each connection, long results are read in steps.

use crate::error::HubError;
use postgres::types::ToSql;
use postgres::{Row, Statement, Transaction};
use std::collections::HashMap;

/// How many rows a long result is read by.
const STEP: i32 = 500;

/// What a connection has prepared, by its text.
pub(super) type Prepared = HashMap<String, Statement>;

/// What stands for `$1`, `$2` and so on.
pub(super) type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

/// A transaction; one that is dropped leaves no trace.
pub(super) struct Tx<'a> {
    tx: Transaction<'a>,
    prepared: &'a mut Prepared,
}

impl<'a> Tx<'a> {
    pub(super) fn new(tx: Transaction<'a>, prepared: &'a mut Prepared) -> Self {
        Self { tx, prepared }
    }

    pub(super) fn commit(self) -> Result<(), HubError> {
        self.tx.commit()?;
        Ok(())
    }

    fn statement(&mut self, sql: &str) -> Result<Statement, HubError> {
        if let Some(there) = self.prepared.get(sql) {
            return Ok(there.clone());
        }
        let made = self.tx.prepare(sql)?;
        self.prepared.insert(sql.to_owned(), made.clone());
        Ok(made)
    }

    /// Runs a statement; returns how many rows it touched.
    pub(super) fn run(&mut self, sql: &str, params: Params<'_>) -> Result<u64, HubError> {
        let statement = self.statement(sql)?;
        Ok(self.tx.execute(&statement, params)?)
    }

    /// Runs statements as they are, without parameters.
    pub(super) fn batch(&mut self, sql: &str) -> Result<(), HubError> {
        Ok(self.tx.batch_execute(sql)?)
    }

    /// Returns all rows.
    pub(super) fn rows(&mut self, sql: &str, params: Params<'_>) -> Result<Vec<Row>, HubError> {
        let statement = self.statement(sql)?;
        Ok(self.tx.query(&statement, params)?)
    }

    /// Returns the one row, if there is one.
    pub(super) fn row(&mut self, sql: &str, params: Params<'_>) -> Result<Option<Row>, HubError> {
        let statement = self.statement(sql)?;
        Ok(self.tx.query_opt(&statement, params)?)
    }

    /// Calls `visit` with row after row, without holding all of them, until it says no.
    pub(super) fn each(
        &mut self,
        sql: &str,
        params: Params<'_>,
        visit: &mut dyn FnMut(&Row) -> Result<bool, HubError>,
    ) -> Result<(), HubError> {
        let statement = self.statement(sql)?;
        let portal = self.tx.bind(&statement, params)?;
        loop {
            let rows = self.tx.query_portal(&portal, STEP)?;
            for row in &rows {
                if !visit(row)? {
                    return Ok(());
                }
            }
            if rows.len() < usize::try_from(STEP).unwrap_or(usize::MAX) {
                return Ok(());
            }
        }
    }
}
