//! "Check my copy": what is here is reckoned anew, compared with the hub, and fetched again where it differs. Nothing
//! that was written here and not sent is touched by it.

use crate::core::{Core, Desk, line};
use crate::error::Error;
use crate::settings;
use crate::sync::status::{link_of, of_away};
use crate::sync::{CheckCopy, CheckStopped, CheckedCopy, CheckedPlace, Checking, Link, StopCheck};
use crate::view::Views;
use linchpin_domain::record::Tag;
use linchpin_domain::record::response::Response;
use linchpin_domain::space::Space;
use linchpin_store::StoreError;
use linchpin_store::reader::{Reader, SpaceRow, SpaceState, SyncLine};
use linchpin_sync::{Compared, Outcome, Phase};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often the hub is asked again about spaces that moved meanwhile.
const MOST_ROUNDS: usize = 4;
/// How long the app's own sync is waited for until it is in step.
const IN_STEP: Duration = Duration::from_secs(15);
/// How long a fetching may stand still before it is left to go on by itself.
const STANDS_STILL: Duration = Duration::from_secs(30);
/// How often it is looked.
const LOOK: Duration = Duration::from_millis(50);

/// How far the check of an open store is.
#[derive(Default)]
pub(crate) struct Check {
    /// One at a time.
    running: Mutex<()>,
    done: AtomicU32,
    /// Nought while none runs.
    of: AtomicU32,
    stop: AtomicBool,
}

impl Check {
    /// Returns how far it is; none where none runs.
    pub(crate) fn progress(&self) -> Option<Checking> {
        let of = self.of.load(Ordering::Relaxed);
        (of > 0).then(|| Checking { done: self.done.load(Ordering::Relaxed), of })
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// Checks everything on this computer against itself and the hub, and fetches again what differs.
///
/// # Errors
/// Any fault of the store.
pub fn check_copy(core: &Core, _: CheckCopy) -> Result<CheckedCopy, Error> {
    let desk = core.desk()?;
    let _running = desk.check.running.lock().unwrap_or_else(PoisonError::into_inner);
    desk.check.stop.store(false, Ordering::Relaxed);
    let checked = checked(core, &desk);
    desk.check.of.store(0, Ordering::Relaxed);
    core.tell(Tag::SyncStatus);
    checked
}

/// Ends a check that runs. What it found until then is told, and nothing more is fetched for it.
///
/// # Errors
/// None but that there is no store.
pub fn stop_check(core: &Core, _: StopCheck) -> Result<CheckStopped, Error> {
    core.desk()?.check.stop.store(true, Ordering::Relaxed);
    Ok(CheckStopped {})
}

fn checked(core: &Core, desk: &Desk) -> Result<CheckedCopy, Error> {
    let mut found = CheckedCopy::default();
    let mut wrong = damaged(core, desk, &mut found)?;
    let compared = match desk.store.identity()?.hub {
        Some(_) if desk.check.is_stopped() => Ok(Compared::default()),
        Some(_) => compare(core, desk)?,
        None => Err(Link::NotJoined),
    };
    match compared {
        Ok(compared) => {
            wrong.extend(compared.differing);
            found.still_moving = u32::try_from(compared.moved.len()).unwrap_or(u32::MAX);
        }
        Err(link) => found.not_compared = Some(link),
    }
    found.stopped = desk.check.is_stopped();
    if !wrong.is_empty() {
        mend(core, desk, &wrong, &mut found)?;
    }
    let (spaces, fetched) = (found.spaces, found.fetched.len());
    let facts = json!({ "spaces": spaces, "fetched": fetched, "later": found.later.len() });
    desk.store.log_sync(&SyncLine { at: core.now_ms(), what: "checked".to_owned(), facts })?;
    Ok(found)
}

/// Returns the spaces whose rows do not have the checksum that was kept for them.
fn damaged(core: &Core, desk: &Desk, found: &mut CheckedCopy) -> Result<BTreeSet<Space>, Error> {
    let rows = desk.store.read(|reader| reader.spaces())?;
    let rows: Vec<SpaceRow> = rows.into_iter().filter(is_the_hubs).collect();
    desk.check.done.store(0, Ordering::Relaxed);
    desk.check.of.store(u32::try_from(rows.len()).unwrap_or(u32::MAX), Ordering::Relaxed);
    core.tell(Tag::SyncStatus);
    let mut wrong = BTreeSet::new();
    for row in rows {
        if desk.check.is_stopped() {
            break;
        }
        let (adds_up, records) = desk
            .store
            .read(|reader| Ok((reader.space_adds_up(&row.space)?, reader.confirmed_in(&row.space)?)))?;
        if !adds_up {
            tracing::warn!(space = %row.space, "what is here of the space does not add up");
            wrong.insert(row.space);
        }
        found.spaces += 1;
        found.records = found.records.saturating_add(records);
        if desk.check.done.fetch_add(1, Ordering::Relaxed).is_multiple_of(50) {
            core.tell(Tag::SyncStatus);
        }
    }
    Ok(wrong)
}

/// What the hub has numbered: a space that was never sent has nothing to be compared with.
fn is_the_hubs(row: &SpaceRow) -> bool {
    row.state == SpaceState::Active && row.cursor > 0
}

/// Asks the hub, and asks again about what moved meanwhile when this computer is in step. Inside, why it was not
/// compared.
fn compare(core: &Core, desk: &Desk) -> Result<Result<Compared, Link>, Error> {
    let settings = line(&settings::read(&desk.store)?);
    let spaces = desk.store.read(|reader| reader.spaces())?.into_iter().filter(is_the_hubs);
    let mut asked: BTreeSet<Space> = spaces.map(|row| row.space).collect();
    let mut all = Compared::default();
    if core.is_app() && link_of(desk)? == Link::Paused {
        return Ok(Err(Link::Paused));
    }
    for _ in 0..MOST_ROUNDS {
        if let Err(link) = in_step(core, desk)? {
            return Ok(Err(link));
        }
        let Compared { equal, differing, moved } =
            match linchpin_sync::compare(&desk.store, &settings, &asked)? {
                Ok(compared) => compared,
                Err(away) => return Ok(Err(of_away(away))),
            };
        all.equal.extend(equal);
        all.differing.extend(differing);
        (all.moved, asked) = (moved.clone(), moved);
        if asked.is_empty() || desk.check.is_stopped() {
            break;
        }
    }
    Ok(Ok(all))
}

/// Brings this computer in step: a script does a round of its own, an app waits for the sync that runs. Inside, why
/// there is no touch.
fn in_step(core: &Core, desk: &Desk) -> Result<Result<(), Link>, Error> {
    if !core.is_app() {
        let outcome = linchpin_sync::sync_once(&desk.store, &line(&settings::read(&desk.store)?))?;
        return Ok(match outcome {
            Outcome::Done { .. } => Ok(()),
            Outcome::Offline(away) | Outcome::Refused(away) => Err(of_away(away)),
        });
    }
    let Some(sync) = desk.sync().clone() else { return Ok(Err(Link::Offline)) };
    sync.sync_now();
    let began = Instant::now();
    while began.elapsed() < IN_STEP && !desk.check.is_stopped() {
        std::thread::sleep(LOOK);
        let status = sync.status();
        match status.away {
            Some(away) => return Ok(Err(of_away(away))),
            None if status.phase == Phase::InStep => break,
            None => {}
        }
    }
    Ok(Ok(()))
}

/// Fetches spaces again. What cannot be had now is fetched as soon as there is a connection.
fn mend(core: &Core, desk: &Desk, wrong: &BTreeSet<Space>, found: &mut CheckedCopy) -> Result<(), Error> {
    for space in wrong {
        desk.store.fill_anew(space)?;
    }
    if found.not_compared.is_none() && !found.stopped {
        fetch(core, desk, wrong)?;
    }
    let (fetched, later) = desk.store.read(|reader| {
        let (mut fetched, mut later) = (Vec::new(), Vec::new());
        for space in wrong {
            let here = reader.space(space)?.is_some_and(|row| row.state == SpaceState::Active);
            let list = if here && reader.space_adds_up(space)? { &mut fetched } else { &mut later };
            list.push(place(reader, space)?);
        }
        Ok((fetched, later))
    })?;
    (found.fetched, found.later) = (fetched, later);
    Ok(())
}

fn fetch(core: &Core, desk: &Desk, wrong: &BTreeSet<Space>) -> Result<(), Error> {
    if in_step(core, desk)?.is_err() || !core.is_app() {
        return Ok(());
    }
    let mut last = (left(desk, wrong)?, None);
    let mut moved = Instant::now();
    while last.0 > 0 && !desk.check.is_stopped() && moved.elapsed() < STANDS_STILL {
        std::thread::sleep(LOOK);
        let status = desk.sync().as_ref().map(linchpin_sync::Handle::status);
        if status.as_ref().is_none_or(|status| status.away.is_some()) {
            break;
        }
        let here = status.and_then(|status| status.receiving).map(|receiving| receiving.here);
        let now = (left(desk, wrong)?, here);
        if now != last {
            (last, moved) = (now, Instant::now());
        }
    }
    Ok(())
}

/// Counts the spaces that are still to be fetched.
fn left(desk: &Desk, wrong: &BTreeSet<Space>) -> Result<usize, StoreError> {
    let rows = desk.store.read(|reader| reader.spaces())?;
    Ok(rows.iter().filter(|row| row.state == SpaceState::Bootstrapping && wrong.contains(&row.space)).count())
}

/// Says what a space is in words that people use.
fn place(reader: &Reader<'_>, space: &Space) -> Result<CheckedPlace, StoreError> {
    let call = match space {
        Space::Call(call) => Some(*call),
        Space::Response(response) => reader.get::<Response>(*response)?.and_then(|row| row.record.call),
        _ => None,
    };
    let mut views = Views::default();
    let title = match call {
        Some(call) => views.of(reader, call)?.map(|view| view.call.record.title.clone()),
        None => None,
    };
    Ok(CheckedPlace { call, title: title.unwrap_or_default() })
}
