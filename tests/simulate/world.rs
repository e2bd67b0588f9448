//! Plays one history: people write, change, delete, sync and lose things; then everything heals.

use crate::guard::Guard;
use crate::kind::Kind;
use crate::model::Model;
use crate::plan::{Bug, Plan};
use linchpin_domain::id::{DeviceId, PersonId};
use linchpin_domain::space::{Space, SpaceKind};
use linchpin_sync::engine::Action;
use linchpin_sync::seam::{Ask, Fault, Reply};
use linchpin_testkit::KitError;
use linchpin_testkit::clock::Time;
use linchpin_testkit::device::{Around, Backup, Device, Ended, When};
use linchpin_testkit::hub::HubEnd;
use linchpin_testkit::hub_memory::HubMemory;
use linchpin_testkit::hub_real::HubReal;
use linchpin_testkit::line::{Faults, Line};
use linchpin_testkit::people::everybody;
use linchpin_testkit::rng::Seeded;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A day in milliseconds.
pub(crate) const DAY_MS: u64 = 86_400_000;
/// Calls that people may bring in.
pub(crate) const CALLS: u8 = 2;

/// A device in a history.
pub(crate) struct Desk {
    pub(crate) device: Device,
    pub(crate) backup: Option<(Rc<Backup>, u64)>,
    /// When it was last in step with the hub.
    pub(crate) in_step_at: u64,
}

impl Desk {
    /// Returns a device that has just come.
    pub(crate) fn of(device: Device) -> Self {
        Self { device, backup: None, in_step_at: 0 }
    }
}

/// What happened, so that a run can say that it tried something.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) rounds: u64,
    pub(crate) deaths: u64,
    pub(crate) devices_back: u64,
    pub(crate) hubs_back: u64,
    pub(crate) shared: u64,
    pub(crate) suspended: u64,
}

impl Counts {
    /// Adds those of another history.
    pub(crate) fn add(&mut self, other: &Self) {
        self.rounds += other.rounds;
        self.deaths += other.deaths;
        self.devices_back += other.devices_back;
        self.hubs_back += other.hubs_back;
        self.shared += other.shared;
        self.suspended += other.suspended;
    }
}

/// Everything that changes in a history, the devices apart.
pub(crate) struct Outside {
    pub(crate) plan: Plan,
    pub(crate) rng: Seeded,
    pub(crate) time: Time,
    pub(crate) line: Line,
    pub(crate) hub: Guard,
    pub(crate) model: Model,
    pub(crate) counts: Counts,
    pub(crate) hub_backup: Option<u64>,
    pub(crate) hub_went_back_at: u64,
    /// Who brought each call in: by the hub's rules the call is theirs to change.
    pub(crate) brought_in: [Option<PersonId>; CALLS as usize],
    /// When the call was brought in, or its response begun.
    pub(crate) begun_at: [u64; CALLS as usize],
    pub(crate) healing: bool,
}

/// A history at work.
pub(crate) struct World {
    pub(crate) out: Outside,
    pub(crate) desks: Vec<Desk>,
}

impl World {
    pub(crate) fn new(seed: u64, bug: Option<Bug>, kind: Kind) -> Result<Self, KitError> {
        let (plan, mut rng) = Plan::of(seed, bug, kind);
        let hub_bug = bug.and_then(Bug::of_hub);
        let time = Time::default();
        let hub: Box<dyn HubEnd> = if plan.kind.real_hub {
            Box::new(HubReal::new(rng.fork(), time.now_ms())?)
        } else {
            Box::new(HubMemory::new(plan.entries_a_page, plan.rows_a_part, hub_bug))
        };
        let line = Line::new(plan.faults, rng.fork());
        let model = Model::default();
        let people = everybody();
        let whose: Vec<_> =
            plan.devices.iter().zip(people).flat_map(|(count, person)| vec![person; *count]).collect();
        let out = Outside {
            plan,
            rng,
            time,
            line,
            hub: Guard::of(hub),
            model,
            counts: Counts::default(),
            hub_backup: None,
            hub_went_back_at: 0,
            brought_in: [None; CALLS as usize],
            begun_at: [0; CALLS as usize],
            healing: false,
        };
        let mut world = Self { out, desks: Vec::new() };
        for person in whose {
            let device = world.out.device(person)?;
            world.desks.push(Desk::of(device));
        }
        Ok(world)
    }

    /// Plays the events of the plan.
    pub(crate) fn plays(&mut self) -> Result<(), KitError> {
        if self.out.plan.warm {
            self.begins_together()?;
        }
        for _ in 0..self.out.plan.events {
            self.event()?;
            self.out.time.pass(self.out.rng.below(3_000));
        }
        Ok(())
    }

    /// The first call is there and everybody has it before anything goes wrong.
    fn begins_together(&mut self) -> Result<(), KitError> {
        let faults = std::mem::replace(&mut self.out.line.faults, Faults::NONE);
        self.out.healing = true;
        if let Some(desk) = self.desks.first() {
            self.out.begins(&desk.device)?;
        }
        for (at, desk) in self.desks.iter_mut().enumerate() {
            desk.device.syncs(&mut Sync { at, out: &mut self.out })?;
        }
        (self.out.line.faults, self.out.healing) = (faults, false);
        Ok(())
    }

    fn event(&mut self) -> Result<(), KitError> {
        let at = self.out.rng.index(self.desks.len());
        let Some(desk) = self.desks.get_mut(at) else { return Ok(()) };
        if self.out.rng.chance(self.out.plan.hub_events) {
            return self.out.hub_event();
        }
        if self.out.plan.shares > 0 && self.out.rng.chance(self.out.plan.shares) {
            return self.out.shares(&desk.device);
        }
        if self.out.rng.chance(self.out.plan.syncs) {
            self.out.counts.rounds += 1;
            let ended = desk.device.syncs(&mut Sync { at, out: &mut self.out })?;
            self.out.counts.deaths += u64::from(ended == Ended::Died);
            if ended == Ended::InStep {
                desk.in_step_at = self.out.model.moment();
            }
            return Ok(());
        }
        match self.out.rng.below(100) {
            0..=9 => self.out.begins(&desk.device),
            10..=61 => self.out.writes(at, &mut desk.device),
            62..=71 => self.out.sets(at, &desk.device),
            72..=76 => self.out.deletes(&desk.device),
            77..=80 => {
                self.out.counts.deaths += 1;
                desk.device.dies()
            }
            81..=83 => {
                desk.device.closes_editor();
                Ok(())
            }
            84..=86 => {
                self.out.time.pass(self.out.rng.below(2 * DAY_MS));
                Ok(())
            }
            87..=88 => {
                self.out.sets_clock(&desk.device);
                Ok(())
            }
            89..=92 => self.out.backs_up(desk),
            93..=96 => self.out.goes_back(at, desk),
            _ => self.joins(),
        }
    }

    /// Somebody takes up another device, at most twice in a history.
    fn joins(&mut self) -> Result<(), KitError> {
        if self.desks.len() >= self.out.plan.devices.iter().sum::<usize>() + 2 {
            return Ok(());
        }
        let Some(person) = self.out.rng.pick(&everybody()).copied() else { return Ok(()) };
        if self.out.hub.is_suspended(person.id) {
            return Ok(());
        }
        let device = self.out.device(person)?;
        self.desks.push(Desk::of(device));
        Ok(())
    }

    /// Ends all faults and lets everybody sync until nothing is left to do; false where that does not come.
    pub(crate) fn heals(&mut self, most_rounds: usize) -> Result<bool, KitError> {
        self.out.healing = true;
        self.out.line.faults = Faults::NONE;
        let now = self.out.time.now_ms();
        self.out.reinstates()?;
        self.out.line.deliver_late(&mut self.out.hub, now, 1_000);
        for _ in 0..most_rounds {
            let mut still = true;
            for (at, desk) in self.desks.iter_mut().enumerate() {
                // A space whose fill went wrong rests up to an hour.
                self.out.time.pass(2 * 60 * 60_000);
                let sent_before = desk.device.store().read(|reader| reader.outbox_facts())?.waiting;
                let ended = desk.device.syncs(&mut Sync { at, out: &mut self.out })?;
                still &= ended == Ended::InStep && sent_before == 0;
            }
            if still && self.same_cursors()? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn same_cursors(&self) -> Result<bool, KitError> {
        let mut all: BTreeMap<Space, Vec<(PersonId, u64)>> = BTreeMap::new();
        for desk in &self.desks {
            for row in desk.device.store().read(|reader| reader.spaces())? {
                if row.space.kind() != SpaceKind::Me {
                    all.entry(row.space).or_default().push((desk.device.person.id, row.cursor));
                }
            }
        }
        let reads = |person, space: &Space| self.out.hub.may_read(person, space);
        Ok(all.into_iter().all(|(space, cursors)| {
            let readers = self.desks.iter().filter(|desk| reads(desk.device.person.id, &space)).count();
            let mine: Vec<u64> = cursors
                .iter()
                .filter(|(person, _)| reads(*person, &space))
                .map(|(_, cursor)| *cursor)
                .collect();
            mine.len() == readers && mine.windows(2).all(|pair| pair.first() == pair.last())
        }))
    }
}

/// One round of sync of one device.
struct Sync<'w> {
    at: usize,
    out: &'w mut Outside,
}

impl Around for Sync<'_> {
    fn carry(&mut self, device: DeviceId, ask: &Ask) -> Result<Reply, Fault> {
        let now = self.out.time.now_ms();
        if !self.out.healing
            && self.out.rng.chance(self.out.plan.hub_dies)
            && self.out.hub.restart(now).is_err()
        {
            return Err(Fault::NoAnswer);
        }
        self.out.line.carry(&mut self.out.hub, device, ask, now)
    }

    fn dies(&mut self, _: When, _: &Action) -> bool {
        !self.out.healing && self.out.rng.chance(self.out.plan.dies)
    }

    fn meanwhile(&mut self, device: &mut Device) -> Result<(), KitError> {
        if self.out.healing || !self.out.rng.chance(self.out.plan.types_meanwhile) {
            return Ok(());
        }
        if self.out.rng.chance(800) {
            self.out.writes(self.at, device)
        } else {
            self.out.sets(self.at, device)
        }
    }
}
