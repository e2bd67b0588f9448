//! A few connections, kept for the next who asks. Each is set up and checked when it is made: a store that
//! acknowledges before it is on disk is refused.

use crate::db::postgres::tx::{Params, Prepared, Tx};
use crate::error::HubError;
use postgres::config::TargetSessionAttrs;
use postgres::{Client, Config, IsolationLevel, NoTls, Row};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Most connections of one process.
const MOST: usize = 16;
/// How long is waited for one of them.
const WAIT: Duration = Duration::from_secs(5);
/// After how long unused a connection is tried before it is used.
const STALE: Duration = Duration::from_secs(1);
/// How long a new connection may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a database that is silent counts as there: a computer that lost its power says nothing at all.
const SILENT: Duration = Duration::from_secs(10);
/// How often, and how many times, it is asked whether it is there once it is silent.
const ASKED: (Duration, u32) = (Duration::from_secs(3), 3);

/// What every connection is set to. A transaction that waits too long for another gives way; one whose process has
/// gone lets go of its locks.
const SETTINGS: &str = "SET synchronous_commit = on;
     SET default_transaction_isolation = 'read committed';
     SET lock_timeout = '5s';
     SET statement_timeout = '120s';
     SET idle_in_transaction_session_timeout = '120s';
     SET client_min_messages = warning;";

/// A connection with what it has prepared.
struct Line {
    client: Client,
    prepared: Prepared,
    used: Instant,
}

#[derive(Default)]
struct Kept {
    idle: Vec<Line>,
    out: usize,
}

/// The connections of one process.
pub(super) struct Pool {
    config: Config,
    kept: Mutex<Kept>,
    back: Condvar,
}

impl Pool {
    /// Reads where the database is; connects to nothing yet.
    pub(super) fn new(url: &str) -> Result<Self, HubError> {
        let mut config: Config = url.parse().map_err(|_| HubError::NoDatabase)?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        if config.get_application_name().is_none() {
            config.application_name("linchpin-hub");
        }
        // A standby reads and lags behind: heads would go backwards.
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        config.tcp_user_timeout(SILENT).keepalives_idle(SILENT);
        config.keepalives_interval(ASKED.0).keepalives_retries(ASKED.1);
        Ok(Self { config, kept: Mutex::default(), back: Condvar::new() })
    }

    /// Makes a connection beside the pool.
    pub(super) fn connect(&self) -> Result<Client, HubError> {
        let mut client = self.config.connect(NoTls)?;
        client.batch_execute(SETTINGS)?;
        for (name, wanted) in [("synchronous_commit", "on"), ("fsync", "on"), ("server_encoding", "UTF8")] {
            let found: String = client.query_one(&format!("SHOW {name}"), &[])?.try_get(0)?;
            if found != wanted {
                return Err(HubError::Unsafe(format!("{name} is {found} and must be {wanted}")));
            }
        }
        Ok(client)
    }

    /// Takes a connection for as long as it is held.
    pub(super) fn lease(&self) -> Result<Lease<'_>, HubError> {
        let until = Instant::now() + WAIT;
        let mut kept = self.held();
        while kept.out >= MOST {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(HubError::Busy);
            }
            kept = self.back.wait_timeout(kept, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        kept.out += 1;
        let mut lease = Lease { pool: self, line: kept.idle.pop() };
        drop(kept);
        lease.drop_if_gone();
        Ok(lease)
    }

    fn held(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that goes back to the pool when it is dropped.
pub(super) struct Lease<'a> {
    pool: &'a Pool,
    line: Option<Line>,
}

impl Lease<'_> {
    /// Lets go of a connection that broke while nobody used it, as after a restart of the database.
    fn drop_if_gone(&mut self) {
        if let Some(line) = &mut self.line
            && line.used.elapsed() > STALE
            && line.client.is_valid(CONNECT).is_err()
        {
            self.line = None;
            // Those that lie there broke with it.
            self.pool.held().idle.clear();
        }
    }

    fn line(&mut self) -> Result<&mut Line, HubError> {
        let line = match self.line.take() {
            Some(line) => line,
            None => {
                Line { client: self.pool.connect()?, prepared: Prepared::default(), used: Instant::now() }
            }
        };
        Ok(self.line.insert(line))
    }

    /// Runs one statement that is a transaction by itself, and sees one state by itself: one way to the database and
    /// back instead of three.
    pub(super) fn alone(&mut self, sql: &str, params: Params<'_>) -> Result<Vec<Row>, HubError> {
        let Line { client, prepared, .. } = self.line()?;
        let statement = match prepared.get(sql) {
            Some(there) => there.clone(),
            None => {
                let made = client.prepare(sql)?;
                prepared.insert(sql.to_owned(), made.clone());
                made
            }
        };
        Ok(client.query(&statement, params)?)
    }

    /// Runs `f` in a transaction that writes.
    pub(super) fn write<T>(
        &mut self,
        f: &mut dyn FnMut(&mut Tx<'_>) -> Result<T, HubError>,
    ) -> Result<T, HubError> {
        let Line { client, prepared, .. } = self.line()?;
        let mut tx = Tx::new(client.transaction()?, prepared);
        let value = f(&mut tx)?;
        tx.commit()?;
        Ok(value)
    }

    /// Runs `f` on one unmoving state.
    pub(super) fn read<T>(
        &mut self,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, HubError>,
    ) -> Result<T, HubError> {
        let Line { client, prepared, .. } = self.line()?;
        let reading =
            client.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true);
        let mut tx = Tx::new(reading.start()?, prepared);
        let value = f(&mut tx)?;
        tx.commit()?;
        Ok(value)
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let mut kept = self.pool.held();
        kept.out -= 1;
        if let Some(mut line) = self.line.take()
            && !line.client.is_closed()
        {
            line.used = Instant::now();
            kept.idle.push(line);
        }
        drop(kept);
        self.pool.back.notify_one();
    }
}
