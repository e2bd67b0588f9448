//! Whether a hub's image keeps what was promised: every push is known as the very one that was answered, and its
//! entries are read by whoever sent them.

use crate::hub::joins;
use crate::judge::{LATER_MS, Wrong, broken};
use crate::workload::{Fact, Promise, Workload};
use linchpin_domain::change::{ChangeId, Outcome};
use linchpin_domain::id::DeviceId;
use linchpin_domain::space::Space;
use linchpin_hub::{Hub, HubError};
use linchpin_protocol::pull::{Cursor, PullRequest};
use linchpin_protocol::push::{PushAnswer, PushRequest};
use linchpin_sync::seam::{Call, Reply, Terms};
use linchpin_testkit::hub::HubEnd;
use linchpin_testkit::hub_real::HubReal;
use linchpin_testkit::rng::Seeded;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// How many entries a pull may bring.
const MOST: usize = 1_000;

/// Judges a hub's image.
pub(crate) fn judge(
    workload: &Workload,
    promises: &[&Promise],
    place: &Path,
    rng: &mut Seeded,
) -> Result<(), Wrong> {
    let hub = match Hub::open(place, LATER_MS, rng.fork().for_store()) {
        Ok(hub) => hub,
        // It was being set up, and nobody was told that it is.
        Err(HubError::NoHub) if promises.is_empty() => return Ok(()),
        Err(HubError::NoHub) => return Err(Wrong::Lost("the hub".to_owned())),
        Err(error) => return Err(Wrong::Broken(format!("it does not open: {error}"))),
    };
    // A copy is read page by page, and its sums are added up.
    hub.backup(&place.join("checked")).map_err(|error| Wrong::Broken(format!("the check: {error}")))?;
    let mut hub = HubReal::over(hub, rng.fork());
    workload.joined.iter().for_each(|joining| hub.signs_for(joining));
    let mut entries = BTreeMap::new();
    for promise in promises {
        match &promise.fact {
            Fact::Pushed(device, terms, push, answer) => {
                is_known(&mut hub, (*device, *terms), push, answer)?;
                is_read(&mut hub, (*device, *terms), answer, push, &mut entries)?;
            }
            Fact::Joined(joining, code) => {
                let again = joins(&mut hub, joining, code, LATER_MS + 1).map_err(broken)?;
                again.ok_or_else(|| Wrong::Lost(format!("the device {}", joining.device)))?;
            }
            _ => return Err(Wrong::Lost("a client's promise".to_owned())),
        }
    }
    Ok(())
}

/// Pushes the same again: the hub answers what it answered then, and takes nothing twice.
fn is_known(
    hub: &mut HubReal,
    (device, terms): (DeviceId, Terms),
    push: &PushRequest,
    answer: &PushAnswer,
) -> Result<(), Wrong> {
    let terms = Terms { hub_now_ms: LATER_MS + 1, ..terms };
    let reply = hub.ask(device, &Call::Push(push.clone()), terms, LATER_MS + 1);
    let Ok(Reply::Push(again)) = reply else {
        return Err(Wrong::Lost(format!("a push is not taken again: {reply:?}")));
    };
    for (then, now) in answer.results.iter().zip(&again.results) {
        if !now.duplicate || now.outcome != then.outcome {
            return Err(Wrong::Lost(format!("change {:?} was {then:?} and is {now:?}", then.id)));
        }
    }
    Ok(())
}

/// Looks for the entries of an answered push among what its sender may pull.
fn is_read(
    hub: &mut HubReal,
    (device, terms): (DeviceId, Terms),
    answer: &PushAnswer,
    push: &PushRequest,
    entries: &mut BTreeMap<Space, BTreeSet<ChangeId>>,
) -> Result<(), Wrong> {
    for (change, result) in push.changes.iter().zip(&answer.results) {
        if !matches!(result.outcome, Outcome::Applied { .. }) {
            continue;
        }
        if !entries.contains_key(&change.space) {
            entries.insert(change.space.clone(), pulled(hub, device, terms, &change.space)?);
        }
        if !entries.get(&change.space).is_some_and(|known| known.contains(&change.id)) {
            return Err(Wrong::Lost(format!("change {:?} is not read", change.id)));
        }
    }
    Ok(())
}

fn pulled(
    hub: &mut HubReal,
    device: DeviceId,
    terms: Terms,
    space: &Space,
) -> Result<BTreeSet<ChangeId>, Wrong> {
    let terms = Terms { hub_now_ms: LATER_MS + 1, ..terms };
    let (mut known, mut seq) = (BTreeSet::new(), 0);
    loop {
        let spaces = vec![Cursor { space: space.clone(), seq }];
        let pull = PullRequest { epoch: terms.epoch, spaces, limit: MOST };
        let reply = hub.ask(device, &Call::Pull(pull), terms, LATER_MS + 1);
        let Ok(Reply::Pull(pulled)) = reply else {
            return Err(Wrong::Lost(format!("{space} is not read: {reply:?}")));
        };
        let Some(page) = pulled.pages.into_iter().find(|page| page.to > seq) else { return Ok(known) };
        seq = page.to;
        known.extend(page.entries.iter().map(|entry| entry.id));
    }
}
