//! Where sending and fetching stand, and what a person does about it.

use crate::core::{Core, Desk, VERSION, line};
use crate::error::Error;
use crate::settings;
use crate::sync::{
    Link, PauseSync, Receiving, SeenByOthers, SeenByOthersAsked, SupportReport, SupportReportAsked, SyncNow,
    SyncStatus, SyncStatusAsked,
};
use crate::versions::looks_by_answer;
use linchpin_domain::record::Tag;
use linchpin_store::open::Identity;
use linchpin_store::outbox::OutboxFacts;
use linchpin_store::reader::SpaceRow;
use linchpin_sync::{Away, Outcome, Phase, Status};
use std::fmt::Write;
use std::sync::atomic::Ordering;

/// Returns the facts of the status line.
///
/// # Errors
/// Any fault of the store.
pub fn sync_status(core: &Core, _: SyncStatusAsked) -> Result<SyncStatus, Error> {
    let desk = core.desk()?;
    status_of(&desk)
}

struct Read {
    identity: Identity,
    outbox: OutboxFacts,
    spaces: Vec<SpaceRow>,
    looks: u32,
    paused: bool,
}

fn read(desk: &Desk) -> Result<Read, Error> {
    let identity = desk.store.identity()?;
    Ok(desk.store.read(|reader| {
        Ok(Read {
            identity,
            outbox: reader.outbox_facts()?,
            spaces: reader.spaces()?,
            looks: looks_by_answer(reader)?.values().sum(),
            paused: settings::is_paused(reader),
        })
    })?)
}

fn status_of(desk: &Desk) -> Result<SyncStatus, Error> {
    let read = read(desk)?;
    let running = desk.sync().as_ref().map(linchpin_sync::Handle::status);
    let last_pull = read.spaces.iter().filter_map(|row| row.last_pull_ok).max();
    let saved = desk.moments.saved.load(Ordering::Relaxed);
    let receiving = running.as_ref().and_then(|status| status.receiving.as_ref());
    Ok(SyncStatus {
        link: link(&read, running.as_ref()),
        in_step_at: running.as_ref().and_then(|status| status.in_step_ms).or(last_pull),
        saved_at: Some(saved).filter(|at| *at > 0).max(read.outbox.made_ms),
        waiting: read.outbox.waiting,
        oldest_waiting_at: read.outbox.oldest_ms,
        set_aside: read.outbox.held + read.outbox.refused,
        sent_at: running.as_ref().and_then(|status| status.sent_ms).max(read.outbox.sent_ms),
        next_try_at: running.as_ref().and_then(|status| status.next_try_ms),
        receiving: receiving.map(|receiving| Receiving { here: receiving.here, of: receiving.of }),
        looks: read.looks,
        held_deletions: read.outbox.held_deletions,
        checking: desk.check.progress(),
    })
}

/// Returns how the connection to the hub is.
pub(super) fn link_of(desk: &Desk) -> Result<Link, Error> {
    Ok(status_of(desk)?.link)
}

fn link(read: &Read, running: Option<&Status>) -> Link {
    if read.identity.hub.is_none() {
        return Link::NotJoined;
    }
    if read.paused {
        return Link::Paused;
    }
    let Some(status) = running else { return Link::Offline };
    match (status.away, status.phase) {
        (Some(away), _) => of_away(away),
        (None, Phase::Paused) => Link::Paused,
        (None, Phase::InStep) => Link::Connected,
        (None, _) => Link::Busy,
    }
}

/// Returns what a person is told of why there is no touch.
pub(super) fn of_away(away: Away) -> Link {
    match away {
        Away::Offline | Away::Disk => Link::Offline,
        Away::HubAway | Away::Strange => Link::HubAway,
        Away::Intercepted => Link::Intercepted,
        Away::NotTrusted => Link::NotTrusted,
        Away::HubBusy => Link::HubBusy,
        Away::TooOld => Link::TooOld,
        Away::SignedOut | Away::Revoked => Link::SignedOut,
    }
}

/// Returns until when others have looked at everything that was written here.
///
/// # Errors
/// Any fault of the store.
pub fn seen_by_others(core: &Core, _: SeenByOthersAsked) -> Result<SeenByOthers, Error> {
    let desk = core.desk()?;
    Ok(SeenByOthers { until: desk.store.read(|reader| reader.seen_until())? })
}

/// Sends and fetches now. For an app this only wakes the running sync; for a script it does a whole round.
///
/// # Errors
/// For a script: no network joined, no connection, or a hub that refuses.
pub fn sync_now(core: &Core, _: SyncNow) -> Result<SyncStatus, Error> {
    let desk = core.desk()?;
    if core.is_app() {
        if let Some(sync) = desk.sync().as_ref() {
            sync.sync_now();
        }
    } else {
        core.sync_once()?;
    }
    status_of(&desk)
}

impl Core {
    /// Does one whole round with the hub: own changes out, others' changes in. Returns how many of each.
    ///
    /// # Errors
    /// No network joined, no connection, or a hub that refuses.
    pub fn sync_once(&self) -> Result<(u64, u64), Error> {
        let desk = self.desk()?;
        match linchpin_sync::sync_once(&desk.store, &line(&settings::read(&desk.store)?))? {
            Outcome::Done { sent, received, .. } => Ok((sent, received)),
            Outcome::Offline(away) | Outcome::Refused(away) => Err(away.into()),
        }
    }
}

/// Stops or starts sending and fetching.
///
/// # Errors
/// Any fault of the store.
pub fn pause_sync(core: &Core, asked: PauseSync) -> Result<SyncStatus, Error> {
    let desk = core.desk()?;
    settings::set_paused(core, asked.paused)?;
    if let Some(sync) = desk.sync().as_ref() {
        sync.pause(asked.paused);
    }
    core.tell(Tag::SyncStatus);
    status_of(&desk)
}

/// Returns a report for support: ids, counts and times, and no words that a person typed.
///
/// # Errors
/// Any fault of the store.
pub fn support_report(core: &Core, _: SupportReportAsked) -> Result<SupportReport, Error> {
    let desk = core.desk()?;
    let read = read(&desk)?;
    let lines = desk.store.read(|reader| reader.sync_log(100))?;
    let running = desk.sync().as_ref().map(linchpin_sync::Handle::status);
    let mut text = String::new();
    let mut add = |words: std::fmt::Arguments<'_>| {
        text.write_fmt(words).and_then(|()| text.write_char('\n')).expect("BUG: writing to a string failed");
    };
    add(format_args!("Linchpin {VERSION} on {} {}", std::env::consts::OS, std::env::consts::ARCH));
    add(format_args!("device {} copy {}", read.identity.device, read.identity.replica));
    add(format_args!("clock off by {} ms", read.identity.clock_offset_ms));
    add(format_args!(
        "hub {}",
        read.identity
            .hub
            .as_ref()
            .map_or("none".to_owned(), |hub| format!("{} epoch {}", hub.hub, hub.epoch))
    ));
    add(format_args!(
        "waiting {} held {} refused {}",
        read.outbox.waiting, read.outbox.held, read.outbox.refused
    ));
    if let Some(status) = running {
        add(format_args!("sync {:?} away {:?} next try {:?}", status.phase, status.away, status.next_try_ms));
    }
    for row in &read.spaces {
        let others = desk.store.read(|reader| reader.cursors(&row.space))?;
        let others: Vec<u64> = others.into_iter().map(|(_, seq, _)| seq).collect();
        add(format_args!(
            "space {} {:?} at {} last pull {:?} others at {others:?}",
            row.space, row.state, row.cursor, row.last_pull_ok
        ));
    }
    for line in lines {
        add(format_args!("{} {} {}", line.at, line.what, line.facts));
    }
    Ok(SupportReport { text })
}
