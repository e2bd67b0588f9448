//! Commands: what only the hub decides. Each is decided once; asked again it has its first outcome.

mod share;

use crate::push::{Stop, Went};
use crate::scope::Scope;
use crate::work::{AccessRows, From, SpaceWork, Work};
use linchpin_domain::can::Action;
use linchpin_domain::change::{Asked, Change, Done, Outcome, RefusedBecause};
use linchpin_domain::command::{CONFIRMED_AT_ONCE, Command, Sharing};
use linchpin_domain::id::RecordId;
use linchpin_domain::role::{Given, ResponseRole};
use linchpin_domain::space::Space;
use std::collections::BTreeMap;

/// Most people that are named at once.
pub(crate) const MOST_NAMED: usize = 500;

/// Decides a command.
pub(super) fn command(work: &mut Work, scope: &Scope, change: &Change, asked: &Asked) -> Result<Went, Stop> {
    if let Some(outcome) = work.commands.get(&asked.cid) {
        let went = Went { outcome: outcome.clone(), clamped: BTreeMap::new() };
        if work.spaces.contains_key(&change.space) {
            work.not_plain(&change.space);
        }
        return Ok(went);
    }
    if asked.command.space().is_some_and(|space| space != change.space) {
        return Err(RefusedBecause::BadValue.into());
    }
    let outcome = match &asked.command {
        Command::OpenCall { .. } => {
            let access = call_access(work, scope)?;
            open(work, scope, change, asked, access)?
        }
        Command::OpenResponse { call, sharing, .. } => {
            let access = response_access(work, scope, Space::Call(*call), sharing)?;
            let new = !work.spaces.contains_key(&change.space);
            let outcome = open(work, scope, change, asked, access)?;
            if let (true, Sharing::Named { .. }) = (new, sharing) {
                share::tell_opened(work, scope, change)?;
            }
            outcome
        }
        Command::Share { space, person, given } => {
            share::share(work, scope, change, &share::Part { space, person: *person, given: *given })?
        }
        Command::ConfirmMassDelete { records } => confirm(work, scope, &change.space, records)?,
    };
    work.commands.insert(asked.cid, outcome.clone());
    work.decided.push((asked.cid, outcome.clone()));
    Ok(Went { outcome, clamped: BTreeMap::new() })
}

/// Lets the asker's deletions of these records pass, however many they are. It changes nothing by itself, so nobody
/// is told of it; whether the asker may delete each is asked when the deletion comes.
fn confirm(work: &mut Work, scope: &Scope, space: &Space, records: &[RecordId]) -> Result<Outcome, Stop> {
    let there = work.spaces.get(space).filter(|there| scope.may(Action::Pull, space, there.hand, false));
    let seq = there.ok_or(RefusedBecause::ForbiddenSpace)?.head;
    if records.len() > CONFIRMED_AT_ONCE {
        return Err(RefusedBecause::TooLarge.into());
    }
    work.not_plain(space);
    work.deleting.newly_confirmed.extend(records);
    Ok(Outcome::Applied { seq })
}

/// Opens a space.
fn open(
    work: &mut Work,
    scope: &Scope,
    change: &Change,
    asked: &Asked,
    access: AccessRows,
) -> Result<Outcome, Stop> {
    let space = &change.space;
    match work.spaces.get(space) {
        // Opened by somebody else meanwhile; whoever may read it finds it open, which is what was asked for.
        Some(there) if scope.may(Action::Pull, space, there.hand, false) => {
            work.not_plain(space);
            Ok(Outcome::Applied { seq: 1 })
        }
        Some(_) => Err(RefusedBecause::ForbiddenSpace.into()),
        None => {
            let mut made = SpaceWork::fresh(None, access);
            made.hand = scope.hand(space, made.access_of(scope.person));
            work.make_space(space, made);
            let seq = work.enter(space, From::change(scope.person, change), Done::Cmd(asked.clone()))?;
            Ok(Outcome::Applied { seq })
        }
    }
}

/// A call is opened by whoever may make something for all members, and is open to all of them.
fn call_access(work: &Work, scope: &Scope) -> Result<AccessRows, Stop> {
    may_create(work, scope, &Space::ALL_MEMBERS)?;
    Ok(AccessRows::from([(None, Some(Given::Member)), (Some(scope.person), Some(Given::Full))]))
}

/// A response is opened by whoever may take part in its call; they lead it.
fn response_access(work: &Work, scope: &Scope, call: Space, sharing: &Sharing) -> Result<AccessRows, Stop> {
    may_create(work, scope, &call)?;
    let mut access = match sharing {
        Sharing::Everyone => AccessRows::from([(None, Some(Given::Role(ResponseRole::CoAuthor)))]),
        Sharing::Named { people } if people.len() > MOST_NAMED => {
            return Err(RefusedBecause::TooLarge.into());
        }
        Sharing::Named { people } => {
            people.iter().map(|(person, role)| (Some(*person), Some(Given::Role(*role)))).collect()
        }
    };
    access.insert(Some(scope.person), Some(Given::Role(ResponseRole::Lead)));
    Ok(access)
}

fn may_create(work: &Work, scope: &Scope, space: &Space) -> Result<(), Stop> {
    let hand = work.spaces.get(space).and_then(|space| space.hand);
    let allowed = scope.may(Action::RecordCreate, space, hand, true);
    if allowed { Ok(()) } else { Err(RefusedBecause::ForbiddenSpace.into()) }
}
