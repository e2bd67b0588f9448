//! The hub with somebody beside it who writes down, from its own answers alone, who has a part in what, and who is
//! suspended; and says so when it hands something to whoever may not read it, or takes something from them. As simple
//! as it can be, so that it can be believed.

use linchpin_domain::change::{Answered, Change, Op, Outcome};
use linchpin_domain::command::Command;
use linchpin_domain::id::{CommandId, DeviceId, PersonId};
use linchpin_domain::role::Given;
use linchpin_domain::space::Space;
use linchpin_sync::seam::{Call, Fault, Reply, Terms};
use linchpin_testkit::KitError;
use linchpin_testkit::hub::{HubEnd, Joining};
use std::collections::{BTreeMap, BTreeSet};

/// What the hub has said of parts.
#[derive(Debug, Clone, Default)]
struct Parts {
    /// Parts that were changed by name; whoever is not named has what everyone has.
    by_name: BTreeMap<(Space, PersonId), Option<Given>>,
    suspended: BTreeSet<PersonId>,
    /// A command takes effect once, however often it is sent.
    decided: BTreeSet<CommandId>,
}

/// A hub, watched.
pub(crate) struct Guard {
    hub: Box<dyn HubEnd>,
    people: BTreeMap<DeviceId, PersonId>,
    parts: Parts,
    backup: Option<Parts>,
    /// What it did that it must not do.
    pub(crate) alarms: Vec<String>,
    /// How often a part was given or taken away.
    pub(crate) shared: u64,
}

impl Guard {
    /// Watches a hub that nobody has joined.
    pub(crate) fn of(hub: Box<dyn HubEnd>) -> Self {
        let parts = Parts::default();
        Self { hub, people: BTreeMap::new(), parts, backup: None, alarms: Vec::new(), shared: 0 }
    }

    /// Tells whether a person may read a space, as far as parts go.
    pub(crate) fn may_read(&self, person: PersonId, space: &Space) -> bool {
        let named = self.parts.by_name.get(&(space.clone(), person));
        !self.parts.suspended.contains(&person) && named.is_none_or(Option::is_some)
    }

    /// Tells whether an account is suspended.
    pub(crate) fn is_suspended(&self, person: PersonId) -> bool {
        self.parts.suspended.contains(&person)
    }

    /// Looks at what was taken of a push, in the order in which it was decided.
    fn pushed(&mut self, person: PersonId, changes: &[Change], results: &[Answered]) {
        for change in changes {
            let result = results.iter().find(|result| result.id == change.id);
            let Some(Answered { outcome: Outcome::Applied { .. }, duplicate: false, .. }) = result else {
                continue;
            };
            if !self.may_read(person, &change.space) {
                self.alarms.push(format!("the hub took {change:?} of {person}, who has no part"));
            }
            let Op::Cmd(asked) = &change.op else { continue };
            if let Command::Share { space, person: Some(whom), given } = &asked.command
                && self.parts.decided.insert(asked.cid)
            {
                self.shared += 1;
                self.parts.by_name.insert((space.clone(), *whom), *given);
            }
        }
    }

    /// Looks at what is handed out.
    fn handed(&mut self, person: PersonId, reply: &Reply) {
        let spaces: Vec<&Space> = match reply {
            Reply::Hello(hello) => hello.spaces.iter().map(|head| &head.space).collect(),
            Reply::Pull(pull) => {
                pull.pages.iter().map(|page| &page.space).chain(&pull.also).chain(&pull.bootstrap).collect()
            }
            Reply::Part(head, _) => vec![&head.space],
            _ => Vec::new(),
        };
        let told: Vec<String> = spaces
            .into_iter()
            .filter(|space| !self.may_read(person, space))
            .map(|space| format!("the hub showed {space} to {person}, who has no part"))
            .collect();
        self.alarms.extend(told);
    }
}

impl HubEnd for Guard {
    fn admit(&mut self, joining: Joining, now_ms: u64) -> Result<(), KitError> {
        self.people.insert(joining.device, joining.person.id);
        self.hub.admit(joining, now_ms)
    }

    fn ask(&mut self, device: DeviceId, call: &Call, terms: Terms, now_ms: u64) -> Result<Reply, Fault> {
        let answer = self.hub.ask(device, call, terms, now_ms);
        if let (Some(person), Ok(reply)) = (self.people.get(&device).copied(), &answer) {
            if let (Call::Push(push), Reply::Push(pushed)) = (call, reply) {
                self.pushed(person, &push.changes, &pushed.results);
            }
            self.handed(person, reply);
        }
        answer
    }

    fn restart(&mut self, now_ms: u64) -> Result<(), KitError> {
        self.hub.restart(now_ms)
    }

    fn back_up(&mut self, now_ms: u64) -> Result<(), KitError> {
        self.backup = Some(self.parts.clone());
        self.hub.back_up(now_ms)
    }

    fn restore(&mut self, now_ms: u64) -> Result<bool, KitError> {
        let is_back = self.hub.restore(now_ms)?;
        if let Some(backup) = self.backup.clone().filter(|_| is_back) {
            self.parts = backup;
        }
        Ok(is_back)
    }

    fn compact(&mut self) {
        self.hub.compact();
    }

    fn suspends(&mut self, person: PersonId, is_suspended: bool, now_ms: u64) -> Result<(), KitError> {
        self.hub.suspends(person, is_suspended, now_ms)?;
        if is_suspended {
            self.parts.suspended.insert(person);
        } else {
            self.parts.suspended.remove(&person);
        }
        Ok(())
    }
}
