//! The engine for several hub processes over one store: PostgreSQL. Everything is READ COMMITTED with row locks: a
//! push holds its replica's row and the rows of the spaces it touches until COMMIT, taken in the order of their
//! names before anything else of them is read. So numbers stay dense and appear in order, and pushes into different
//! spaces do not wait for one another. A read sees one unmoving state.

mod account;
mod audit;
mod deleting;
mod ear;
mod join;
mod load;
mod moving;
mod open;
mod people;
mod pool;
mod pull;
mod rows;
mod store;
mod tx;
mod upkeep;
mod write;

use crate::error::HubError;
use pool::Pool;
use postgres::error::SqlState;
use std::time::Duration;
use tx::Tx;

/// How often a transaction that met another one is made again before the desk is asked to wait.
const TRIES: u32 = 6;
/// How long is waited before it is made again, times the tries so far.
const AGAIN: Duration = Duration::from_millis(5);

/// The engine.
pub(crate) struct Postgres {
    pool: Pool,
    /// The channel on which the processes of one hub hear each other, and the number of the lock by which one says
    /// that it serves; both are made from the hub's id.
    channel: String,
    serving: i64,
    /// Tells what this process said from what others did.
    process: String,
    untold: ear::Untold,
}

impl Postgres {
    /// Runs `f` in a transaction that writes; an error leaves no trace. `f` is run again, on what is there then,
    /// where somebody else wrote the same at the same moment.
    fn write<T>(&self, mut f: impl FnMut(&mut Tx<'_>) -> Result<T, HubError>) -> Result<T, HubError> {
        for tried in 1..=TRIES {
            // The connection goes back before anything is waited for.
            let done = self.pool.lease()?.write(&mut f);
            match done {
                Err(HubError::Met) => std::thread::sleep(AGAIN * tried),
                done => return done,
            }
        }
        Err(HubError::Busy)
    }

    /// Runs `f` on one unmoving state of the store.
    fn read<T>(&self, f: impl FnOnce(&mut Tx<'_>) -> Result<T, HubError>) -> Result<T, HubError> {
        self.pool.lease()?.read(f)
    }
}

/// Names a fault of PostgreSQL by what can be done about it.
impl From<postgres::Error> for HubError {
    fn from(error: postgres::Error) -> Self {
        let Some(fault) = error.as_db_error() else {
            // The line broke, as where the database is started anew: it passes.
            return if is_broken_line(&error) { Self::Busy } else { Self::Store(with_cause(&error)) };
        };
        let code = fault.code();
        if [SqlState::T_R_DEADLOCK_DETECTED, SqlState::T_R_SERIALIZATION_FAILURE, SqlState::UNIQUE_VIOLATION]
            .contains(code)
        {
            Self::Met
        } else if [SqlState::LOCK_NOT_AVAILABLE, SqlState::TOO_MANY_CONNECTIONS, SqlState::ADMIN_SHUTDOWN]
            .contains(code)
            || *code == SqlState::CANNOT_CONNECT_NOW
            || PASSING.contains(code)
        {
            Self::Busy
        } else if *code == SqlState::DISK_FULL {
            Self::Full
        } else {
            // The detail may hold a row's content; code and message hold none.
            Self::Store(format!("{} ({})", fault.message(), code.code()))
        }
    }
}

/// What passes by itself: the database stops, starts, hands over to a standby, or has no memory for this now.
const PASSING: [SqlState; 5] = [
    SqlState::QUERY_CANCELED,
    SqlState::CRASH_SHUTDOWN,
    SqlState::READ_ONLY_SQL_TRANSACTION,
    SqlState::IN_FAILED_SQL_TRANSACTION,
    SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
];

/// Tells whether the fault is of the line and not of what was asked.
fn is_broken_line(error: &postgres::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        if inner.is::<std::io::Error>() {
            return true;
        }
        cause = inner.source();
    }
    error.is_closed()
}

/// What the driver says of itself leaves out what the system said; that is what somebody can mend.
fn with_cause(error: &postgres::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
