//! What the hub in memory knows of rights: who has a part in a response, and who is suspended. Everyone has one until
//! it is taken away by name; calls are everyone's.

use crate::hub_memory::take::{HUB, Taken, Work};
use crate::hub_memory::{HubBug, HubMemory, There};
use linchpin_domain::change::{Change, Done, Op, Outcome, Put, RefusedBecause};
use linchpin_domain::id::{DeviceId, PersonId};
use linchpin_domain::merge::Edits;
use linchpin_domain::record::membership::{Forget, Membership};
use linchpin_domain::record::{DELETED, Record};
use linchpin_domain::role::{Given, ResponseRole};
use linchpin_domain::space::{Space, SpaceKind};
use linchpin_domain::stamp::Stamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Parts in a space: of people by name, and what everyone else has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Parts(BTreeMap<PersonId, Option<Given>>);

impl Parts {
    /// Returns the parts of a space that somebody has just opened.
    pub(super) fn opened(space: &Space, by: PersonId) -> Self {
        let lead = (space.kind() == SpaceKind::Response).then_some(Given::Role(ResponseRole::Lead));
        Self(lead.map(|lead| (by, Some(lead))).into_iter().collect())
    }

    fn of(&self, person: PersonId) -> Option<Given> {
        self.0.get(&person).copied().unwrap_or(Some(Given::Role(ResponseRole::CoAuthor)))
    }

    fn reads(&self, person: PersonId) -> bool {
        self.of(person).is_some()
    }

    fn writes(&self, person: PersonId) -> bool {
        matches!(self.of(person), Some(Given::Role(ResponseRole::Lead | ResponseRole::CoAuthor)))
    }

    fn leads(&self, person: PersonId) -> bool {
        self.of(person).is_some_and(Given::leads)
    }
}

/// Tells whether a space is nobody's own, or the person's.
fn is_own(person: PersonId, space: &Space) -> bool {
    space.kind() != SpaceKind::Me || *space == Space::Me(person)
}

impl HubMemory {
    /// Tells whether a device's owner may read a space.
    pub(super) fn reads(&self, device: DeviceId, person: PersonId, space: &Space) -> bool {
        if self.has(HubBug::RightsOfHello)
            && let Some(then) = self.greeted.get(&device)
        {
            return then.contains(space);
        }
        let there = self.now.spaces.get(space);
        is_own(person, space) && there.is_some_and(|there| there.parts.reads(person))
    }

    /// Returns a space that a device's owner may read.
    pub(super) fn shown(&self, device: DeviceId, person: PersonId, space: &Space) -> Option<&There> {
        self.now.spaces.get(space).filter(|_| self.reads(device, person, space))
    }

    /// Returns the spaces that a person may read.
    pub(super) fn readable(&self, person: PersonId) -> impl Iterator<Item = (&Space, &There)> {
        self.now
            .spaces
            .iter()
            .filter(move |(space, there)| is_own(person, space) && there.parts.reads(person))
    }

    /// Refuses a change of somebody who may not make it.
    pub(super) fn may(&self, person: PersonId, change: &Change) -> Result<(), RefusedBecause> {
        let Some(there) = self.now.spaces.get(&change.space) else { return Ok(()) };
        let late = self.has(HubBug::RightsOfBefore);
        let parts = if late { &there.parts_before } else { &there.parts };
        let allowed = match &change.op {
            Op::Put(_) | Op::Text(_) => parts.writes(person),
            Op::Cmd(_) => parts.reads(person),
        };
        if allowed { Ok(()) } else { Err(RefusedBecause::ForbiddenSpace) }
    }

    /// Gives somebody a part in a response, or takes it away.
    pub(super) fn share(
        &mut self,
        asker: PersonId,
        change: &Change,
        (person, given): (PersonId, Option<Given>),
        now_ms: u64,
    ) -> Result<Taken, RefusedBecause> {
        let plainly =
            |seq| Taken { outcome: Outcome::Applied { seq }, clamped: BTreeMap::new(), as_sent: false };
        let there = self.now.spaces.get_mut(&change.space).ok_or(RefusedBecause::ForbiddenSpace)?;
        if !there.parts.leads(asker) || person == asker {
            return Err(RefusedBecause::ForbiddenSpace);
        }
        if there.parts.0.get(&person) == Some(&given) {
            return Ok(plainly(there.head()));
        }
        there.parts_before = there.parts.clone();
        there.parts.0.insert(person, given);
        let mut work = Work { there, change, person: asker, now_ms };
        let seq = work.tells(person, given);
        self.forgets(change, person, given.is_none(), now_ms);
        Ok(plainly(seq))
    }

    /// Tells a person's computers to forget a space, or that they need not any more.
    fn forgets(&mut self, change: &Change, person: PersonId, is_gone: bool, now_ms: u64) {
        let home = Space::Me(person);
        let id = Forget::id(person, &change.space);
        let there = self.now.spaces.entry(home.clone()).or_default();
        let known = there.records.get(&id).and_then(|known| known.envelope.stamps.get(DELETED)).copied();
        if known.is_none() && !is_gone {
            return;
        }
        let over = known.unwrap_or_default();
        let stamp = Stamp::after(now_ms, HUB, over, over);
        let fields = [(DELETED, json!(!is_gone)), ("space", json!(change.space)), ("at", json!(now_ms))];
        let edits = fields.into_iter().map(|(field, value)| (field.to_owned(), (value, stamp))).collect();
        let change = Change { space: home, ..change.clone() };
        let mut work = Work { there, change: &change, person, now_ms };
        work.put_by_hub(Forget::KIND.name(), Forget::SCHEMA, id, edits);
    }
}

impl Work<'_> {
    /// Writes the record by which a space's readers see who takes part.
    fn tells(&mut self, person: PersonId, given: Option<Given>) -> u64 {
        let space = self.change.space.clone();
        let id = Membership::id(&space, &space, Some(person));
        let over = |field: &str| {
            let known = self.there.records.get(&id);
            known.and_then(|known| known.envelope.stamps.get(field)).copied().unwrap_or_default()
        };
        let fields: [(&str, Value); 5] = [
            ("space", json!(space)),
            ("person", json!(person)),
            ("given", json!(given)),
            ("by", json!(self.person)),
            ("at", json!(self.now_ms)),
        ];
        let stamped = fields.into_iter().map(|(field, value)| {
            let stamp = Stamp::after(self.now_ms, HUB, over(field), over(field));
            (field.to_owned(), (value, stamp))
        });
        let edits: Edits = stamped.collect();
        let kind = Membership::KIND.name().to_owned();
        let put = Put { kind, id, schema: Membership::SCHEMA, create: true, edits };
        let seq = self.enter(Done::Put(put.clone()));
        self.merge(&put, seq, None);
        seq
    }
}
