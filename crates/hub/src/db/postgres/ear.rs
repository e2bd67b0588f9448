//! How the processes of one hub hear each other: a channel of the database. What moved is told when it can be read.
//! A notification is lost where the line breaks or the teller dies; so heads are also looked at every few seconds and
//! after each new line.

use crate::db::postgres::Postgres;
use crate::db::postgres::tx::Tx;
use crate::db::read::uint;
use crate::db::{Heard, Said};
use crate::error::HubError;
use linchpin_domain::space::Space;
use postgres::Client;
use postgres::fallible_iterator::FallibleIterator;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How often heads are looked at whatever was heard.
const POLL: Duration = Duration::from_secs(5);
/// How long is listened before whoever follows is asked whether to go on.
const LISTEN: Duration = Duration::from_millis(250);

/// What is still to be told of moved spaces. To tell takes a lock of the whole server until COMMIT: told inside the
/// push, all pushes would wait for one another's disk. So it is told afterwards, by one thread for all that have come
/// meanwhile; the others go on. What dies untold is found by the next look at the heads.
#[derive(Default)]
pub(super) struct Untold {
    moved: Mutex<HashMap<Space, u64>>,
    telling: Mutex<()>,
}

impl Untold {
    /// Tells the other processes which spaces moved.
    pub(super) fn tell(&self, db: &Postgres, moved: &[(Space, u64)]) {
        held(&self.moved).extend(moved.iter().cloned());
        // Looked at once more after each turn: what came while the turn ended is told by the next one.
        while !held(&self.moved).is_empty() {
            let Ok(_turn) = self.telling.try_lock() else { return };
            let moved = std::mem::take(&mut *held(&self.moved));
            if let Err(error) = tell_heads(db, &moved) {
                tracing::warn!(%error, "the other processes were not told");
                return;
            }
        }
    }
}

/// Takes a lock. A thread that broke off inside left no half state.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

fn tell_heads(db: &Postgres, moved: &HashMap<Space, u64>) -> Result<(), HubError> {
    let words: Vec<String> = moved.iter().map(|(space, head)| format!("head {space} {head}")).collect();
    let sql = "SELECT pg_notify($1, word) FROM unnest($2::text[]) AS word";
    db.pool.lease()?.alone(sql, &[&db.channel, &words]).map(|_| ())
}

/// Tells the other processes what is stored nowhere.
pub(super) fn tell(tx: &mut Tx<'_>, channel: &str, process: &str, said: &Said) -> Result<(), HubError> {
    let json = serde_json::to_string(said).map_err(|_| HubError::corrupt("what is told"))?;
    tx.run("SELECT pg_notify($1, $2)", &[&channel, &format!("said {process} {json}")])?;
    Ok(())
}

/// Listens until `heard` says that it is enough. As long as it does, the database shows that the hub is served.
pub(super) fn follow(db: &Postgres, heard: &mut dyn FnMut(Heard) -> bool) -> Result<(), HubError> {
    let mut client = db.pool.connect()?;
    client.query("SELECT pg_advisory_lock_shared($1)", &[&db.serving])?;
    // First the ear, then the heads: what moves in between is heard twice and never missed.
    client.batch_execute(&format!("LISTEN \"{}\"", db.channel))?;
    let mut heads = HashMap::new();
    let mut polled = None;
    loop {
        if polled.is_none_or(|at: Instant| at.elapsed() >= POLL) {
            polled = Some(Instant::now());
            heard(Heard::Heads(moved(&mut client, &mut heads)?));
        }
        for word in words(&mut client)? {
            if let Some(one) = read(&word, &db.process) {
                heard(one);
            }
        }
        if !heard(Heard::Nothing) {
            return Ok(());
        }
    }
}

/// Returns how many processes listen: each holds the lock that says so.
pub(super) fn processes(tx: &mut Tx<'_>, serving: i64) -> Result<u64, HubError> {
    let sql = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
         AND ((classid::bigint << 32) | objid::bigint) = $1";
    let row = tx.row(sql, &[&serving])?.ok_or_else(|| HubError::corrupt("the locks"))?;
    Ok(uint(row.try_get(0)?))
}

/// Returns what was heard in a while: at once where there is something.
fn words(client: &mut Client) -> Result<Vec<String>, HubError> {
    let first = client.notifications().timeout_iter(LISTEN).next()?;
    if first.is_none() && client.is_closed() {
        return Err(HubError::Store("the line to the database broke".to_owned()));
    }
    let mut all: Vec<String> = first.into_iter().map(|one| one.payload().to_owned()).collect();
    let mut more = client.notifications();
    let mut more = more.iter();
    while let Some(one) = more.next()? {
        all.push(one.payload().to_owned());
    }
    Ok(all)
}

/// Reads a word; none where this process said it itself, or where a newer version says what is not known here.
fn read(word: &str, process: &str) -> Option<Heard> {
    let (sort, rest) = word.split_once(' ')?;
    let (first, second) = rest.split_once(' ')?;
    match sort {
        "head" => Some(Heard::Heads(vec![(first.parse().ok()?, second.parse().ok()?)])),
        "said" if first != process => serde_json::from_str(second).ok().map(Heard::Said),
        _ => None,
    }
}

/// Returns the spaces that are not where they were, and notes where they are.
fn moved(client: &mut Client, heads: &mut HashMap<String, u64>) -> Result<Vec<(Space, u64)>, HubError> {
    let mut moved = Vec::new();
    for row in client.query("SELECT name, head FROM space", &[])? {
        let (name, head): (String, u64) = (row.try_get(0)?, uint(row.try_get(1)?));
        if heads.get(&name) != Some(&head) {
            // A newer version may have made a space of a kind that is not known here.
            if let Ok(space) = name.parse() {
                moved.push((space, head));
            }
            heads.insert(name, head);
        }
    }
    Ok(moved)
}
