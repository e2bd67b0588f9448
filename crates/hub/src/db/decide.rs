//! The way of a push between an engine's loading and its writing, the same for every engine.

use crate::db::Pushing;
use crate::error::HubError;
use crate::push;
use crate::scope::Scope;
use crate::work::Work;
use linchpin_domain::can::{Account, Action};
use linchpin_domain::change::{Answered, Change, Op};
use linchpin_domain::command::Command;
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
    for change in changes {
        if let Op::Cmd(asked) = &change.op
            && let Command::OpenResponse { call, .. } = &asked.command
        {
            spaces.insert(Space::Call(*call));
        }
    }
    spaces
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
    let readable = |space: &Space, hand| scope.may(Action::Read, space, hand, false);
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
