//! Commands: what only the hub decides. Each is decided once; asked again it has its first outcome.

use crate::push::{Stop, Went};
use crate::scope::{Access, Given, Scope};
use crate::work::{From, SpaceWork, Work};
use linchpin_domain::can::Action;
use linchpin_domain::change::{Asked, Change, Done, Outcome, RefusedBecause};
use linchpin_domain::command::{CONFIRMED_AT_ONCE, Command, Sharing};
use linchpin_domain::id::{PersonId, RecordId};
use linchpin_domain::role::ResponseRole;
use linchpin_domain::space::Space;
use std::collections::BTreeMap;

/// Most people that are named at once.
const MOST_NAMED: usize = 500;

/// Decides a command.
pub(super) fn command(work: &mut Work, scope: &Scope, change: &Change, asked: &Asked) -> Result<Went, Stop> {
    if let Some(outcome) = work.commands.get(&asked.cid) {
        let went = Went { outcome: outcome.clone(), clamped: BTreeMap::new() };
        if work.spaces.contains_key(&change.space) {
            work.not_plain(&change.space);
        }
        return Ok(went);
    }
    let outcome = match &asked.command {
        Command::OpenCall { call } => {
            let access = call_access(work, scope)?;
            open(work, scope, (change, asked), Space::Call(*call), access)?
        }
        Command::OpenResponse { response, call, sharing } => {
            let access = response_access(work, scope, Space::Call(*call), sharing)?;
            open(work, scope, (change, asked), Space::Response(*response), access)?
        }
        Command::ConfirmMassDelete { records } => confirm(work, scope, &change.space, records)?,
    };
    work.commands.insert(asked.cid, outcome.clone());
    work.decided.push((asked.cid, outcome.clone()));
    Ok(Went { outcome, clamped: BTreeMap::new() })
}

fn open(
    work: &mut Work,
    scope: &Scope,
    (change, asked): (&Change, &Asked),
    space: Space,
    access: Vec<(Option<PersonId>, Given)>,
) -> Result<Outcome, Stop> {
    if space != change.space {
        return Err(RefusedBecause::BadValue.into());
    }
    match work.spaces.get(&space) {
        // Opened by somebody else meanwhile; whoever may read it finds it open, which is what was asked for.
        Some(there) if scope.may(Action::Read, &space, there.hand, false) => {
            work.not_plain(&space);
            Ok(Outcome::Applied { seq: 1 })
        }
        Some(_) => Err(RefusedBecause::ForbiddenSpace.into()),
        None => {
            let mine = access_for(scope.person, &access);
            work.make_space(&space, SpaceWork::fresh(scope.hand(&space, mine), access));
            let seq = work.enter(&space, From::change(scope.person, change), Done::Cmd(asked.clone()))?;
            Ok(Outcome::Applied { seq })
        }
    }
}

/// Lets the asker's deletions of these records pass, however many they are. It changes nothing by itself, so nobody
/// is told of it; whether the asker may delete each is asked when the deletion comes.
fn confirm(work: &mut Work, scope: &Scope, space: &Space, records: &[RecordId]) -> Result<Outcome, Stop> {
    let there = work.spaces.get(space).filter(|there| scope.may(Action::Read, space, there.hand, false));
    let seq = there.ok_or(RefusedBecause::ForbiddenSpace)?.head;
    if records.len() > CONFIRMED_AT_ONCE {
        return Err(RefusedBecause::TooLarge.into());
    }
    work.not_plain(space);
    work.deleting.newly_confirmed.extend(records);
    Ok(Outcome::Applied { seq })
}

/// A call is opened by whoever may make something for all members, and is open to all of them.
fn call_access(work: &Work, scope: &Scope) -> Result<Vec<(Option<PersonId>, Given)>, Stop> {
    may_create(work, scope, &Space::ALL_MEMBERS)?;
    Ok(vec![(None, Given::Member), (Some(scope.person), Given::Full)])
}

/// A response is opened by whoever may take part in its call; they lead it.
fn response_access(
    work: &Work,
    scope: &Scope,
    call: Space,
    sharing: &Sharing,
) -> Result<Vec<(Option<PersonId>, Given)>, Stop> {
    may_create(work, scope, &call)?;
    let lead = (Some(scope.person), Given::Role(ResponseRole::Lead));
    match sharing {
        Sharing::Everyone => Ok(vec![(None, Given::Role(ResponseRole::CoAuthor)), lead]),
        Sharing::Named { people } if people.len() > MOST_NAMED => Err(RefusedBecause::TooLarge.into()),
        Sharing::Named { people } => {
            let named = people.iter().filter(|(person, _)| *person != scope.person);
            let named = named.map(|(person, role)| (Some(*person), Given::Role(*role)));
            Ok(named.chain([lead]).collect())
        }
    }
}

fn may_create(work: &Work, scope: &Scope, space: &Space) -> Result<(), Stop> {
    let hand = work.spaces.get(space).and_then(|space| space.hand);
    let allowed = scope.may(Action::Create, space, hand, true);
    if allowed { Ok(()) } else { Err(RefusedBecause::ForbiddenSpace.into()) }
}

fn access_for(person: PersonId, rows: &[(Option<PersonId>, Given)]) -> Access {
    let rows = rows.iter().filter(|(who, _)| who.is_none_or(|who| who == person));
    crate::work::access_of(rows.map(|(who, given)| (who.is_some(), *given)))
}
