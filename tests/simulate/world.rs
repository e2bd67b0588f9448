//! Plays one history: people write, change, delete, sync and lose things; then everything heals.

use crate::kind::Kind;
use crate::model::{Fate, Model, Unsent, Write};
use crate::plan::{Bug, Plan};
use linchpin_domain::change::Op;
use linchpin_domain::id::{DeviceId, PersonId, RecordId};
use linchpin_domain::record::Record;
use linchpin_domain::record::answer::Answer;
use linchpin_domain::record::call::Call;
use linchpin_domain::space::{Space, SpaceKind};
use linchpin_store::StoreError;
use linchpin_sync::engine::Action;
use linchpin_sync::seam::{Ask, Fault, Reply};
use linchpin_testkit::KitError;
use linchpin_testkit::build::{answer, call, response};
use linchpin_testkit::clock::Time;
use linchpin_testkit::device::{Around, Backup, Device, Ended, When};
use linchpin_testkit::editor::plain_of;
use linchpin_testkit::hub::HubEnd;
use linchpin_testkit::hub_memory::HubMemory;
use linchpin_testkit::hub_real::HubReal;
use linchpin_testkit::line::{Faults, Line};
use linchpin_testkit::people::everybody;
use linchpin_testkit::rng::Seeded;
use linchpin_text::edit::{append, rewrite};
use serde_json::json;
use std::rc::Rc;

const DAY_MS: u64 = 86_400_000;
/// Calls that people may bring in.
const CALLS: u8 = 2;

/// A device in a history.
pub(crate) struct Desk {
    pub(crate) device: Device,
    backup: Option<(Rc<Backup>, u64)>,
    /// When it was last in step with the hub.
    in_step_at: u64,
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
}

impl Counts {
    /// Adds those of another history.
    pub(crate) fn add(&mut self, other: &Self) {
        self.rounds += other.rounds;
        self.deaths += other.deaths;
        self.devices_back += other.devices_back;
        self.hubs_back += other.hubs_back;
    }
}

/// Everything that changes in a history, the devices apart.
pub(crate) struct Outside {
    pub(crate) plan: Plan,
    pub(crate) rng: Seeded,
    pub(crate) time: Time,
    pub(crate) line: Line,
    pub(crate) hub: Box<dyn HubEnd>,
    pub(crate) model: Model,
    pub(crate) counts: Counts,
    hub_backup: Option<u64>,
    hub_went_back_at: u64,
    /// Who brought each call in: by the hub's rules the call is theirs to change.
    brought_in: [Option<PersonId>; CALLS as usize],
    healing: bool,
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
            hub,
            model,
            counts: Counts::default(),
            hub_backup: None,
            hub_went_back_at: 0,
            brought_in: [None; CALLS as usize],
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
        let device = self.out.device(person)?;
        self.desks.push(Desk::of(device));
        Ok(())
    }

    /// Ends all faults and lets everybody sync until nothing is left to do; false where that does not come.
    pub(crate) fn heals(&mut self, most_rounds: usize) -> Result<bool, KitError> {
        self.out.healing = true;
        self.out.line.faults = Faults::NONE;
        let now = self.out.time.now_ms();
        self.out.line.deliver_late(&mut *self.out.hub, now, 1_000);
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
        let mut all = Vec::new();
        for desk in &self.desks {
            let rows = desk.device.store().read(|reader| reader.spaces())?;
            let shared = rows.into_iter().filter(|row| row.space.kind() != SpaceKind::Me);
            let mut rows: Vec<_> = shared.map(|row| (row.space, row.cursor)).collect();
            rows.sort();
            all.push(rows);
        }
        Ok(all.windows(2).all(|pair| pair.first() == pair.last()))
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
        self.out.line.carry(&mut *self.out.hub, device, ask, now)
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

impl Outside {
    pub(crate) fn device(&mut self, person: linchpin_testkit::people::Person) -> Result<Device, KitError> {
        let bug = self.plan.bug.and_then(Bug::of_devices);
        let wrong = self.wrong_by();
        let stays = self.rng.chance(500);
        let make = if self.plan.kind.on_disk { Device::new } else { Device::in_memory };
        let device = make(person, self.time.clock(wrong), self.rng.fork(), stays)?;
        self.hub.admit(device.joining()?, self.time.now_ms())?;
        Ok(device.with_bug(bug).folding_from(self.plan.fold_from))
    }

    fn wrong_by(&mut self) -> i64 {
        if !self.plan.wrong_clocks || self.rng.chance(400) {
            return 0;
        }
        let wrong = i64::try_from(self.rng.below(366 * DAY_MS)).unwrap_or(0);
        if self.rng.chance(500) { wrong } else { -wrong / 366 }
    }

    fn sets_clock(&mut self, device: &Device) {
        let wrong = self.wrong_by();
        device.clock.jump(wrong);
    }

    /// Brings a call in, or begins the response to one that is here.
    fn begins(&mut self, device: &Device) -> Result<(), KitError> {
        for (n, brought_in) in (0..).zip(&mut self.brought_in) {
            let Some(by) = *brought_in else {
                *brought_in = Some(device.person.id);
                let title = self.model.draw();
                device.brings_in(n, &title, self.plan.questions)?;
                return device.begins_response(n, self.plan.questions);
            };
            let (has_call, has_response) = (has(device, call(n))?, has(device, response(n))?);
            if by == device.person.id && has_call && !has_response {
                return device.begins_response(n, self.plan.questions);
            }
        }
        Ok(())
    }

    fn owns(&self, device: &Device, n: u8) -> bool {
        self.brought_in.get(usize::from(n)).is_some_and(|by| *by == Some(device.person.id))
    }

    /// Writes in an answer that is here.
    fn writes(&mut self, at: usize, device: &mut Device) -> Result<(), KitError> {
        let (n, q) = (self.rng.below(2), self.rng.below(u64::from(self.plan.questions)));
        let (n, q) = (u8::try_from(n).unwrap_or(0), u8::try_from(q).unwrap_or(0));
        let (id, space) = (answer(n, q), Space::Response(response(n)));
        if !has(device, id)? {
            return Ok(());
        }
        let kind = self.rng.below(10);
        let (rng, model) = (&mut self.rng, &mut self.model);
        let edited = device.edits(id, &space, |doc| {
            let plain = plain_of(doc)?;
            let mut lines: Vec<String> =
                plain.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
            let line = rng.index(lines.len());
            let words = lines.get(line).map_or(0, |text| text.split(' ').count());
            match kind {
                0..=4 => return Ok(append(doc, &paragraph(rng, model))),
                5 => lines.insert(line, paragraph(rng, model)),
                6 => {
                    if line < lines.len() {
                        lines.remove(line);
                    }
                }
                _ => {
                    let Some(text) = lines.get_mut(line) else { return Ok(None) };
                    let mut all: Vec<String> = text.split(' ').map(str::to_owned).collect();
                    let word = rng.index(all.len());
                    if kind == 7 && words >= 4 {
                        all.remove(word);
                    } else {
                        all.insert(word, model.draw());
                    }
                    *text = all.join(" ");
                }
            }
            rewrite(doc, &lines.join("\n"))
        })?;
        if let Some(edited) = edited {
            self.model.saved(at, device.person.id, id, edited);
        }
        Ok(())
    }

    /// Sets a value that nobody has used.
    fn sets(&mut self, at: usize, device: &Device) -> Result<(), KitError> {
        let n = u8::try_from(self.rng.below(u64::from(CALLS))).unwrap_or(0);
        if self.rng.chance(500) && self.owns(device, n) {
            self.sets_field::<Call>(at, device, call(n).into(), "title")
        } else {
            self.sets_field::<Answer>(at, device, answer(n, 0).into(), "due")
        }
    }

    fn sets_field<R: Record>(
        &mut self,
        desk: usize,
        device: &Device,
        record: RecordId,
        field: &'static str,
    ) -> Result<(), KitError> {
        let Some(there) = device.store().read(|reader| reader.envelope(record))? else { return Ok(()) };
        let over = there.fields.get(field).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
        let value = self.model.draw();
        let set = device.store().transact(&device.by("set"), |tx| tx.set::<R>(record, field, json!(value)));
        match set {
            Ok(_) => {
                let at = self.model.moment();
                self.model.writes.push(Write { desk, at, record, field, value, over, fate: Fate::Must });
                Ok(())
            }
            Err(StoreError::Gone | StoreError::NotFound) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes something, or brings it back.
    fn deletes(&mut self, device: &Device) -> Result<(), KitError> {
        let n = u8::try_from(self.rng.below(u64::from(CALLS))).unwrap_or(0);
        if !self.owns(device, n) {
            return Ok(());
        }
        let id = if self.rng.chance(500) { RecordId::from(call(n)) } else { answer(n, 0).into() };
        let Some(there) = device.store().read(|reader| reader.envelope(id))? else { return Ok(()) };
        let by = device.by("delete");
        let done = device
            .store()
            .transact(&by, |tx| if there.is_deleted() { tx.restore(id) } else { tx.delete(id) });
        done.map(|_| ()).map_err(KitError::from)
    }

    fn backs_up(&mut self, desk: &mut Desk) -> Result<(), KitError> {
        if self.plan.device_restores {
            desk.backup = Some((Rc::new(desk.device.backs_up()?), self.model.moment()));
        }
        Ok(())
    }

    fn goes_back(&mut self, at: usize, desk: &mut Desk) -> Result<(), KitError> {
        let Some((backup, moment)) = desk.backup.clone() else { return Ok(()) };
        let mut unsent = Unsent::default();
        for change in desk.device.store().waiting(100_000, usize::MAX >> 1)? {
            match change.op {
                Op::Text(update) => {
                    unsent.texts.insert(update.bytes.0);
                }
                Op::Put(put) => {
                    let texts = put.edits.values().filter_map(|(value, _)| value.as_str().map(str::to_owned));
                    unsent.values.extend(texts);
                }
                Op::Cmd(_) => {}
            }
        }
        self.counts.devices_back += 1;
        self.model.device_went_back(at, moment, &unsent, self.hub_went_back_at > desk.in_step_at);
        desk.device.goes_back(&backup)
    }

    fn hub_event(&mut self) -> Result<(), KitError> {
        let now = self.time.now_ms();
        match self.rng.below(4) {
            0 => self.hub.compact(),
            1 | 2 if self.plan.hub_restores => {
                self.hub.back_up(now)?;
                self.hub_backup = Some(self.model.moment());
            }
            3 if self.plan.hub_restores => {
                if let Some(moment) = self.hub_backup
                    && self.hub.restore(now)?
                {
                    self.counts.hubs_back += 1;
                    self.model.hub_went_back(moment);
                    self.hub_went_back_at = self.model.moment();
                }
            }
            _ => self.hub.restart(now)?,
        }
        Ok(())
    }
}

fn paragraph(rng: &mut Seeded, model: &mut Model) -> String {
    let words: Vec<String> = (0..=rng.below(5)).map(|_| model.draw()).collect();
    words.join(" ")
}

fn has(device: &Device, id: impl Into<RecordId>) -> Result<bool, StoreError> {
    let id = id.into();
    Ok(device.store().read(|reader| reader.envelope(id))?.is_some())
}
