//! Opening and setting up the store: migrations under a lock of the database, and refusing what a newer version
//! wrote.

use crate::audit::{Note, Noted};
use crate::db::Setup;
use crate::db::postgres::ear::Untold;
use crate::db::postgres::pool::Pool;
use crate::db::postgres::tx::Tx;
use crate::db::postgres::{Postgres, audit, store};
use crate::db::read::int;
use crate::error::HubError;
use linchpin_domain::epoch;
use linchpin_domain::id::HubId;
use linchpin_domain::space::Space;
use linchpin_domain::stamp::Stamp;
use linchpin_domain::sum::Sum;

/// The migrations in order, numbered as SQLite's are; one that was released is never edited.
const MIGRATIONS: &[&str] = &[
    include_str!("../../../migrations/postgres/0001_start.sql"),
    include_str!("../../../migrations/postgres/0002_looks_by_answer.sql"),
    include_str!("../../../migrations/postgres/0003_audit.sql"),
    include_str!("../../../migrations/postgres/0004_people.sql"),
    include_str!("../../../migrations/postgres/0005_deletions.sql"),
    include_str!("../../../migrations/postgres/0006_accounts.sql"),
    include_str!("../../../migrations/postgres/0007_files.sql"),
];
/// The number of the lock under which one process migrates while others wait: "LHUB".
const MIGRATING: i64 = 0x4c48_5542;

impl Postgres {
    /// Sets a new hub up in an empty database.
    ///
    /// # Errors
    /// [`HubError::HubThere`], or any fault of the database.
    pub(crate) fn init(url: &str, setup: &Setup<'_>) -> Result<Self, HubError> {
        let pool = Pool::new(url)?;
        pool.lease()?.write(&mut |tx| {
            migrate(tx)?;
            if tx.row("SELECT id FROM hub", &[])?.is_some() {
                return Err(HubError::HubThere);
            }
            begin(tx, setup)
        })?;
        Ok(Self::of(pool, setup.id))
    }

    /// Opens the hub of a database.
    ///
    /// # Errors
    /// [`HubError::NoHub`], [`HubError::TooNew`], or any fault of the database.
    pub(crate) fn open(url: &str) -> Result<Self, HubError> {
        let pool = Pool::new(url)?;
        let facts = pool.lease()?.write(&mut |tx| {
            if version(tx)? == 0 {
                return Err(HubError::NoHub);
            }
            migrate(tx)?;
            store::facts(tx)
        })?;
        Ok(Self::of(pool, facts.id))
    }

    fn of(pool: Pool, hub: HubId) -> Self {
        let (_, low) = hub.0.as_u64_pair();
        Self {
            pool,
            channel: format!("linchpin_{}", hub.0.simple()),
            serving: i64::from_be_bytes(low.to_be_bytes()),
            process: uuid::Uuid::now_v7().simple().to_string(),
            untold: Untold::default(),
        }
    }
}

/// Returns how many migrations the store has had; 0 where it is none of ours.
fn version(tx: &mut Tx<'_>) -> Result<usize, HubError> {
    let sql = "SELECT to_regclass('hub_schema') IS NOT NULL";
    let there = tx.row(sql, &[])?.ok_or_else(|| HubError::corrupt("the schema"))?;
    if !there.try_get::<_, bool>(0)? {
        return Ok(0);
    }
    let row = tx.row("SELECT version FROM hub_schema", &[])?;
    let version: i64 = row.ok_or_else(|| HubError::corrupt("the schema's version"))?.try_get(0)?;
    usize::try_from(version).map_err(|_| HubError::corrupt("the schema's version"))
}

/// Brings the store to this version's form, in one transaction.
pub(super) fn migrate(tx: &mut Tx<'_>) -> Result<(), HubError> {
    // A migration takes as long as it takes, and so does whoever waits for one.
    tx.batch("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0;")?;
    tx.run("SELECT pg_advisory_xact_lock($1)", &[&MIGRATING])?;
    // Read under the lock: another process may have done it while we waited.
    let there = version(tx)?;
    if there > MIGRATIONS.len() {
        return Err(HubError::TooNew);
    }
    if there == MIGRATIONS.len() {
        return Ok(());
    }
    if there == 0 {
        tx.batch("CREATE TABLE hub_schema (version BIGINT NOT NULL); INSERT INTO hub_schema VALUES (0);")?;
    }
    for sql in MIGRATIONS.iter().skip(there) {
        tx.batch(sql)?;
    }
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    tx.run("UPDATE hub_schema SET version = $1", &[&known])?;
    Ok(())
}

fn begin(tx: &mut Tx<'_>, setup: &Setup<'_>) -> Result<(), HubError> {
    let sql = "INSERT INTO hub (one, id, network, epoch, made_at) VALUES (1, $1, $2, $3, $4)";
    tx.run(sql, &[&setup.id.to_string(), &setup.network, &int(epoch::FIRST), &int(setup.now_ms)])?;
    let (sum, zero) = (Sum::default().to_string(), Stamp::ZERO.to_string());
    for space in [Space::ALL_MEMBERS, Space::National] {
        let sql = "INSERT INTO space (name, sum, last_stamp, last_clamped) VALUES ($1, $2, $3, $3)";
        tx.run(sql, &[&space.to_string(), &sum, &zero])?;
    }
    audit::add(tx, &Note::by_operator(Noted::SetUp, &setup.id), setup.now_ms)
}
