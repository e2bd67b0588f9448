//! The way of a push between an engine's loading and its writing, the same for every engine.

use crate::db::Pushing;
use crate::error::HubError;
use crate::push::{self, MOST_NAMED};
use crate::scope::Scope;
use crate::work::Work;
use linchpin_domain::can::{Account, Action};
use linchpin_domain::change::{Answered, Change, Op};
use linchpin_domain::command::{Command, Sharing};
use linchpin_domain::id::{PersonId, RecordId};
use linchpin_domain::record::membership::{Forget, Membership};
use linchpin_domain::space::Space;
use linchpin_protocol::push::{Moved, PushAnswer};
use std::collections::BTreeSet;

/// Tells whether somebody may speak at all.
pub(crate) fn may_speak(scope: &Scope) -> bool {
    !scope.principal.device_revoked && scope.principal.account == Account::Confirmed
}

/// Returns the spaces that a push writes to, or whose rights decide what it opens.
pub(crate) fn touched(changes: &[Change]) -> BTreeSet<Space> {
    let mut spaces: BTreeSet<Space> = changes.iter().map(|change| change.space.clone()).collect();
    for command in commands(changes) {
        if let Command::OpenResponse { call, .. } = command {
            spaces.insert(Space::Call(*call));
        }
    }
    spaces.extend(named(changes).into_iter().map(Space::Me));
    spaces
}

/// Returns the people whom commands give a part by name, or take one from.
pub(crate) fn named(changes: &[Change]) -> BTreeSet<PersonId> {
    let mut people = BTreeSet::new();
    for command in commands(changes) {
        match command {
            Command::Share { person, .. } => people.extend(*person),
            Command::OpenResponse { sharing: Sharing::Named { people: named }, .. } => {
                people.extend(named.iter().take(MOST_NAMED).map(|(person, _)| *person));
            }
            Command::OpenResponse { .. } | Command::OpenCall { .. } | Command::ConfirmMassDelete { .. } => {}
        }
    }
    people
}

/// Returns the spaces of which somebody is given a part: of those every row of access is needed.
pub(crate) fn shared(changes: &[Change]) -> BTreeSet<Space> {
    let shares = |command: &&Command| matches!(command, Command::Share { .. });
    commands(changes).filter(shares).filter_map(Command::space).collect()
}

/// Returns the ids of the records that tell of parts which are given or taken away.
pub(crate) fn parts(changes: &[Change]) -> BTreeSet<RecordId> {
    let mut ids = BTreeSet::new();
    let mut add = |space: &Space, person: Option<PersonId>| {
        ids.insert(Membership::id(space, space, person));
        if let Some(person) = person {
            ids.insert(Membership::id(&Space::Me(person), space, Some(person)));
            ids.insert(Forget::id(person, space));
        }
    };
    for command in commands(changes) {
        match command {
            Command::Share { space, person, .. } => add(space, *person),
            Command::OpenResponse { response, sharing: Sharing::Named { people }, .. } => {
                let space = Space::Response(*response);
                add(&space, None);
                people.iter().take(MOST_NAMED).for_each(|(person, _)| add(&space, Some(*person)));
            }
            Command::OpenResponse { .. } | Command::OpenCall { .. } | Command::ConfirmMassDelete { .. } => {}
        }
    }
    ids
}

/// Returns whose rights a push has changed; none is everyone's. Of a space that is new nobody has heard.
pub(crate) fn rights(work: &Work) -> BTreeSet<Option<PersonId>> {
    let known = work.spaces.values().filter(|there| there.before > 0);
    known.flat_map(|there| there.shared.iter().copied()).collect()
}

fn commands(changes: &[Change]) -> impl Iterator<Item = &Command> {
    changes.iter().filter_map(|change| match &change.op {
        Op::Cmd(asked) => Some(&asked.command),
        Op::Put(_) | Op::Text(_) => None,
    })
}

/// Decides a push: at first as a whole, and change by change where something in it turns out not to read.
/// `scope` is what the asker is inside the transaction; `load` loads what the changes touch, each time anew.
pub(crate) fn decided(
    pushing: &Pushing<'_>,
    scope: &Scope,
    mut load: impl FnMut() -> Result<Work, HubError>,
) -> Result<(Work, PushAnswer), HubError> {
    let changes = &pushing.request.changes;
    let texts = changes.iter().filter(|change| matches!(change.op, Op::Text(_)));
    let mut carefully = texts.count() <= 2;
    loop {
        let mut work = load()?;
        let deciding = push::Deciding { scope, carefully, together: pushing.together };
        let pushed = push::decide(&mut work, &deciding, changes)?;
        if pushed.spoiled {
            carefully = true;
            continue;
        }
        let answer = answer(&work, pushing, scope, pushed.results);
        return Ok((work, answer));
    }
}

fn answer(work: &Work, pushing: &Pushing<'_>, scope: &Scope, results: Vec<Answered>) -> PushAnswer {
    let touched: BTreeSet<&Space> =
        pushing.request.changes.iter().map(|change: &Change| &change.space).collect();
    let readable = |space: &Space, hand| scope.may(Action::Pull, space, hand, false);
    let spaces = touched
        .into_iter()
        .filter_map(|name| work.spaces.get(name).map(|space| (name, space)))
        .filter(|(name, space)| readable(name, space.hand))
        .map(|(name, space)| Moved {
            space: name.clone(),
            before: space.before,
            after: space.head,
            ours: space.plain,
        });
    PushAnswer { results, spaces: spaces.collect(), hub_time: pushing.now_ms }
}
