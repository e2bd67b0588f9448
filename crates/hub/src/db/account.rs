//! What accounts ask of an engine: a transaction in which the same statements mean the same on both. Statements say
//! their values as `$1`, `$2` and so on, each for the first time in this order: that is how both engines read them.

use crate::audit::Note;
use crate::db::moving::Cell;
use crate::error::HubError;
use crate::scope::Scope;
use crate::work::Work;
use linchpin_domain::id::RecordId;
use linchpin_domain::space::Space;

/// A row, in the order of its columns.
pub(crate) struct Row(pub(crate) Vec<Cell>);

impl Row {
    /// Returns a text.
    pub(crate) fn text(&self, column: usize) -> Result<&str, HubError> {
        match self.0.get(column) {
            Some(Cell::Text(text)) => Ok(text),
            _ => Err(HubError::corrupt("a text of an account")),
        }
    }

    /// Returns a number.
    pub(crate) fn number(&self, column: usize) -> Result<u64, HubError> {
        match self.0.get(column) {
            Some(Cell::Int(number)) => Ok(crate::db::read::uint(*number)),
            _ => Err(HubError::corrupt("a number of an account")),
        }
    }

    /// Returns bytes.
    pub(crate) fn bytes(&self, column: usize) -> Result<&[u8], HubError> {
        match self.0.get(column) {
            Some(Cell::Bytes(bytes)) => Ok(bytes),
            _ => Err(HubError::corrupt("bytes of an account")),
        }
    }
}

/// Returns a text as a value.
pub(crate) fn text(value: impl ToString) -> Cell {
    Cell::Text(value.to_string())
}

/// Returns a number as a value.
pub(crate) fn number(value: u64) -> Cell {
    Cell::Int(crate::db::read::int(value))
}

/// Where a record is written, and by whose hand.
pub(crate) struct Writing<'a> {
    pub(crate) scope: &'a Scope,
    pub(crate) space: Space,
    pub(crate) record: RecordId,
    pub(crate) now_ms: u64,
}

/// One transaction.
pub(crate) trait AccountTx {
    /// Runs a statement; returns how many rows it touched.
    fn run(&mut self, sql: &str, values: &[Cell]) -> Result<u64, HubError>;

    /// Returns all rows.
    fn rows(&mut self, sql: &str, values: &[Cell]) -> Result<Vec<Row>, HubError>;

    /// As [`Self::rows`]; nobody else changes them before this transaction is over.
    fn rows_to_change(&mut self, sql: &str, values: &[Cell]) -> Result<Vec<Row>, HubError>;

    /// Writes one record in the hub's own name; returns the spaces that moved.
    fn put(
        &mut self,
        writing: &Writing<'_>,
        make: &mut dyn FnMut(&mut Work) -> Result<(), HubError>,
    ) -> Result<Vec<(Space, u64)>, HubError>;

    /// Notes what was done in the record of deeds. It is asked for last.
    fn note(&mut self, note: &Note, now_ms: u64) -> Result<(), HubError>;

    /// Returns the one row, if there is one.
    fn row(&mut self, sql: &str, values: &[Cell]) -> Result<Option<Row>, HubError> {
        Ok(self.rows(sql, values)?.into_iter().next())
    }

    /// As [`Self::row`]; nobody else changes it before this transaction is over.
    fn row_to_change(&mut self, sql: &str, values: &[Cell]) -> Result<Option<Row>, HubError> {
        Ok(self.rows_to_change(sql, values)?.into_iter().next())
    }
}

/// What is done in a transaction.
pub(crate) type InTx<'a> = dyn FnMut(&mut dyn AccountTx) -> Result<(), HubError> + 'a;

/// The part of a hub's store that accounts use.
pub(crate) trait AccountDb {
    /// Runs `f` in a transaction that writes; an error leaves no trace. It may be run again from the beginning.
    fn account_write(&self, f: &mut InTx<'_>) -> Result<(), HubError>;

    /// Runs `f` on one unmoving state.
    fn account_read(&self, f: &mut InTx<'_>) -> Result<(), HubError>;

    /// Tells the hub's other processes which spaces moved.
    fn tell_moved(&self, moved: &[(Space, u64)]);
}
