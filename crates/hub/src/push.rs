//! Deciding a push: duplicates, groups, rights, rules. Pure but for the working state it is handed, so that
//! every engine and the simulator decide alike.

mod branches;
mod command;
pub(crate) mod deleting;
mod freed;
mod look;
mod put;
mod text;

pub(crate) use command::MOST_NAMED;
pub(crate) use look::fold_due;
pub(crate) use text::hash_of;

use crate::error::HubError;
use crate::scope::Scope;
use crate::work::{HeldRow, Work};
use linchpin_domain::change::{Answered, Change, HeldBecause, Op, Outcome, RefusedBecause};
use linchpin_domain::id::{AnswerId, GroupId};
use linchpin_domain::space::Space;
use linchpin_domain::stamp::Stamp;
use linchpin_protocol::limits::GROUP_CHANGES;
use std::collections::{BTreeMap, BTreeSet};

/// Most bytes of a held change that are kept for whoever looks after the hub.
const HELD_BYTES: usize = 1 << 20;
/// How many results a replica's changes are remembered for.
pub(crate) const REMEMBERED: u64 = 10_000;

/// Why a change does not go in.
#[derive(Debug)]
pub(crate) enum Stop {
    /// It is set aside.
    Held(HeldBecause),
    /// It is refused.
    Refused(RefusedBecause),
    /// The store failed; nothing of the push goes in.
    Store(HubError),
}

impl From<HubError> for Stop {
    fn from(error: HubError) -> Self {
        Self::Store(error)
    }
}

impl From<RefusedBecause> for Stop {
    fn from(code: RefusedBecause) -> Self {
        Self::Refused(code)
    }
}

impl From<HeldBecause> for Stop {
    fn from(reason: HeldBecause) -> Self {
        Self::Held(reason)
    }
}

/// What one change came to.
pub(crate) struct Went {
    outcome: Outcome,
    clamped: BTreeMap<String, Stamp>,
}

impl Went {
    fn applied(seq: u64) -> Self {
        Self { outcome: Outcome::Applied { seq }, clamped: BTreeMap::new() }
    }
}

/// Who pushes, and in what circumstances.
pub(crate) struct Deciding<'a> {
    pub(crate) scope: &'a Scope,
    /// Whether each text update is tried on a copy of its own.
    pub(crate) carefully: bool,
    /// Answers that the asker and somebody else have open at this moment.
    pub(crate) together: &'a BTreeSet<AnswerId>,
}

/// What a push came to, besides what is in the working state.
pub(crate) struct Pushed {
    pub(crate) results: Vec<Answered>,
    /// A text that was taken in unread does not read: everything must be decided again, carefully.
    pub(crate) spoiled: bool,
}

/// Decides the changes in order, group by group.
pub(crate) fn decide(
    work: &mut Work,
    pushing: &Deciding<'_>,
    changes: &[Change],
) -> Result<Pushed, HubError> {
    let mut results: Vec<Option<Answered>> = changes.iter().map(|change| known(work, change)).collect();
    count_deletions(work, changes, &results);
    let mut groups: BTreeMap<(GroupId, &Space), Vec<usize>> = BTreeMap::new();
    for (n, change) in changes.iter().enumerate() {
        groups.entry((change.group, &change.space)).or_default().push(n);
    }
    for n in 0..changes.len() {
        let (Some(change), Some(None)) = (changes.get(n), results.get(n)) else { continue };
        let Some(members) = groups.remove(&(change.group, &change.space)) else { continue };
        let members: Vec<(usize, &Change)> = members
            .into_iter()
            .filter(|n| matches!(results.get(*n), Some(None)))
            .filter_map(|n| Some((n, changes.get(n)?)))
            .collect();
        for (n, answered) in group(work, pushing, &members)? {
            if let Some(slot) = results.get_mut(n) {
                *slot = Some(answered);
            }
        }
    }
    let touched: Vec<AnswerId> =
        work.docs.values().filter(|doc| !doc.new.is_empty()).map(|doc| doc.doc).collect();
    for doc in touched {
        if !pushing.carefully && !work.docs.get_mut(&doc).is_some_and(crate::text_work::DocWork::is_sound) {
            return Ok(Pushed { results: Vec::new(), spoiled: true });
        }
        let from = work.log.len();
        look::after_merge(work, pushing, doc)?;
        work.cut(from);
    }
    let answered = |(change, result): (&Change, Option<Answered>)| result.unwrap_or_else(|| retry(change));
    Ok(Pushed { results: changes.iter().zip(results).map(answered).collect(), spoiled: false })
}

/// Counts what the changes delete that were not here before: whether it is much is a question of all of them.
fn count_deletions(work: &mut Work, changes: &[Change], known: &[Option<Answered>]) {
    let mut deleting = std::mem::take(&mut work.deleting);
    let stands = |id| work.records.get(&id).is_some_and(|record| !record.envelope.is_deleted());
    let new = changes.iter().zip(known).filter(|(_, known)| known.is_none()).map(|(change, _)| change);
    deleting.count(new, stands);
    work.deleting = deleting;
}

/// Returns the first result of a change that was here before.
fn known(work: &mut Work, change: &Change) -> Option<Answered> {
    let answered = if let Some((hash, first)) = work.remembered.get(&change.id.counter) {
        let outcome = if *hash == change.hash { first.outcome.clone() } else { Outcome::IdReused };
        Answered { outcome, duplicate: true, ..first.clone() }
    } else if change.id.counter <= work.forgotten {
        Answered { id: change.id, outcome: Outcome::Reoffer, duplicate: false, clamped: BTreeMap::new() }
    } else {
        return None;
    };
    if work.spaces.contains_key(&change.space) {
        work.not_plain(&change.space);
    }
    Some(answered)
}

fn retry(change: &Change) -> Answered {
    Answered { id: change.id, outcome: Outcome::Retry, duplicate: false, clamped: BTreeMap::new() }
}

/// Takes a group in whole, or not at all: then every member has the outcome of the first that failed.
fn group(
    work: &mut Work,
    pushing: &Deciding<'_>,
    members: &[(usize, &Change)],
) -> Result<Vec<(usize, Answered)>, HubError> {
    work.begin();
    let mut went = Vec::with_capacity(members.len());
    let too_many = members.len() > GROUP_CHANGES;
    let mut stopped = too_many.then_some(Outcome::Refused { code: RefusedBecause::TooLarge });
    for (n, change) in members {
        if stopped.is_some() {
            break;
        }
        match one(work, pushing, change) {
            Ok(Went { outcome, clamped }) => {
                went.push((*n, Answered { id: change.id, outcome, duplicate: false, clamped }));
            }
            Err(Stop::Store(error)) => return Err(error),
            Err(Stop::Held(reason)) => stopped = Some(Outcome::Held { reason }),
            Err(Stop::Refused(code)) => stopped = Some(Outcome::Refused { code }),
        }
    }
    let Some(outcome) = stopped else {
        work.keep();
        remember(work, members, &went);
        return Ok(went);
    };
    work.undo();
    let all: Vec<_> = members
        .iter()
        .map(|(n, change)| {
            let outcome = outcome.clone();
            (*n, Answered { id: change.id, outcome, duplicate: false, clamped: BTreeMap::new() })
        })
        .collect();
    // Deletions wait at their author's desk, and concern nobody else.
    if let Outcome::Held { reason } = &outcome
        && *reason != HeldBecause::MassDeletion
    {
        let held = members.iter().filter_map(|(_, change)| serde_json::to_string(change).ok());
        let held = held.filter(|json| json.len() <= HELD_BYTES);
        work.held.extend(held.map(|json| HeldRow { reason: reason_name(*reason), json }));
    }
    for (_, change) in members {
        if work.spaces.contains_key(&change.space) {
            work.not_plain(&change.space);
        }
    }
    // A newer hub may know the kind; the same change is then looked at again.
    if outcome != (Outcome::Refused { code: RefusedBecause::SchemaAhead }) {
        remember(work, members, &all);
    }
    Ok(all)
}

fn remember(work: &mut Work, members: &[(usize, &Change)], answers: &[(usize, Answered)]) {
    for ((_, change), (_, answered)) in members.iter().zip(answers) {
        work.results.push((change.hash.clone(), answered.clone()));
        work.last_counter = work.last_counter.max(change.id.counter);
    }
}

fn one(work: &mut Work, pushing: &Deciding<'_>, change: &Change) -> Result<Went, Stop> {
    match &change.op {
        Op::Put(put) => put::put(work, pushing.scope, change, put),
        Op::Text(update) => text::text(work, pushing, change, update),
        Op::Cmd(asked) => command::command(work, pushing.scope, change, asked),
    }
}

fn reason_name(reason: HeldBecause) -> &'static str {
    match reason {
        HeldBecause::Unreadable => "unreadable",
        HeldBecause::AuthorMismatch => "authorMismatch",
        HeldBecause::MassDeletion => "massDeletion",
    }
}
