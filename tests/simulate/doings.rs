//! What happens in a history: what people do on their devices, and what befalls the hub.

use crate::model::{Fate, Model, Unsent, Write};
use crate::plan::Bug;
use crate::world::{CALLS, DAY_MS, Desk, Outside};
use linchpin_domain::change::Op;
use linchpin_domain::command::Command;
use linchpin_domain::id::RecordId;
use linchpin_domain::record::Record;
use linchpin_domain::record::answer::Answer;
use linchpin_domain::record::call::Call;
use linchpin_domain::role::{Given, ResponseRole};
use linchpin_domain::space::Space;
use linchpin_store::StoreError;
use linchpin_testkit::KitError;
use linchpin_testkit::build::{answer, call, response};
use linchpin_testkit::device::Device;
use linchpin_testkit::editor::plain_of;
use linchpin_testkit::hub::HubEnd;
use linchpin_testkit::people::{Person, everybody};
use linchpin_testkit::rng::Seeded;
use linchpin_text::edit::{append, rewrite};
use serde_json::json;
use std::rc::Rc;

impl Outside {
    pub(crate) fn device(&mut self, person: Person) -> Result<Device, KitError> {
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

    pub(crate) fn sets_clock(&mut self, device: &Device) {
        let wrong = self.wrong_by();
        device.clock.jump(wrong);
    }

    /// Brings a call in, or begins the response to one that is here.
    pub(crate) fn begins(&mut self, device: &Device) -> Result<(), KitError> {
        for ((n, brought_in), begun_at) in (0..).zip(&mut self.brought_in).zip(&mut self.begun_at) {
            let Some(by) = *brought_in else {
                *brought_in = Some(device.person.id);
                let title = self.model.draw();
                *begun_at = self.model.moment();
                device.brings_in(n, &title, self.plan.questions)?;
                return device.begins_response(n, self.plan.questions);
            };
            let (has_call, has_response) = (has(device, call(n))?, has(device, response(n))?);
            if by == device.person.id && has_call && !has_response {
                *begun_at = self.model.moment();
                return device.begins_response(n, self.plan.questions);
            }
        }
        Ok(())
    }

    fn owns(&self, device: &Device, n: u8) -> bool {
        self.brought_in.get(usize::from(n)).is_some_and(|by| *by == Some(device.person.id))
    }

    /// Writes in an answer that is here.
    pub(crate) fn writes(&mut self, at: usize, device: &mut Device) -> Result<(), KitError> {
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
            self.model.saved((at, device.person.id), (id, space), edited);
        }
        Ok(())
    }

    /// Sets a value that nobody has used.
    pub(crate) fn sets(&mut self, at: usize, device: &Device) -> Result<(), KitError> {
        let n = u8::try_from(self.rng.below(u64::from(CALLS))).unwrap_or(0);
        if self.rng.chance(500) && self.owns(device, n) {
            self.sets_field::<Call>(at, device, (Space::Call(call(n)), call(n).into()), "title")
        } else {
            let place = (Space::Response(response(n)), answer(n, 0).into());
            self.sets_field::<Answer>(at, device, place, "due")
        }
    }

    fn sets_field<R: Record>(
        &mut self,
        desk: usize,
        device: &Device,
        (space, record): (Space, RecordId),
        field: &'static str,
    ) -> Result<(), KitError> {
        let Some(there) = device.store().read(|reader| reader.envelope(record))? else { return Ok(()) };
        let over = there.fields.get(field).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
        let value = self.model.draw();
        let set = device.store().transact(&device.by("set"), |tx| tx.set::<R>(record, field, json!(value)));
        match set {
            Ok(_) => {
                let at = self.model.moment();
                let (by, fate) = (device.person.id, Fate::Must);
                self.model.writes.push(Write { desk, by, space, at, record, field, value, over, fate });
                Ok(())
            }
            Err(StoreError::Gone | StoreError::NotFound) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes something, or brings it back.
    pub(crate) fn deletes(&mut self, device: &Device) -> Result<(), KitError> {
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

    pub(crate) fn backs_up(&mut self, desk: &mut Desk) -> Result<(), KitError> {
        if self.plan.device_restores {
            desk.backup = Some((Rc::new(desk.device.backs_up()?), self.model.moment()));
        }
        Ok(())
    }

    pub(crate) fn goes_back(&mut self, at: usize, desk: &mut Desk) -> Result<(), KitError> {
        let Some((backup, moment)) = desk.backup.clone() else { return Ok(()) };
        let mut begun = self.brought_in.iter().zip(self.begun_at);
        let before_its_own = begun.any(|(by, at)| *by == Some(desk.device.person.id) && at > moment);
        if self.plan.openers_stay && before_its_own {
            return Ok(());
        }
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
        // What was refused is neither with the hub nor waiting: it is kept, in the copy that is left behind.
        let by = desk.device.person.id;
        let was_shared = self.model.shared.iter().any(|(person, _)| *person == by);
        let doubt = was_shared || self.hub_went_back_at > desk.in_step_at;
        self.model.device_went_back(at, moment, &unsent, doubt);
        desk.device.goes_back(&backup)
    }

    pub(crate) fn hub_event(&mut self) -> Result<(), KitError> {
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

impl Outside {
    /// Gives a part in a response or takes it away, or suspends an account or lifts that. The last of everybody keeps
    /// every part, so that somebody sees everything at the end.
    pub(crate) fn shares(&mut self, device: &Device) -> Result<(), KitError> {
        let [first, second, _] = everybody().map(|person| person.id);
        let whom = if self.rng.chance(500) { first } else { second };
        // A hub that goes back has forgotten who was suspended since, and who joined meanwhile must join again.
        if !self.plan.hub_restores && self.rng.chance(150) {
            self.counts.suspended += 1;
            let is_suspended = !self.hub.is_suspended(whom);
            return self.hub.suspends(whom, is_suspended, self.time.now_ms());
        }
        for n in 0..CALLS {
            let space = Space::Response(response(n));
            if whom == device.person.id || !self.owns(device, n) || !has(device, response(n))? {
                continue;
            }
            let given = self.rng.chance(450).then_some(Given::Role(ResponseRole::CoAuthor));
            let command = Command::Share { space: space.clone(), person: Some(whom), given };
            match device.store().transact(&device.by("share"), |tx| tx.command(&space, command)) {
                Ok(_) => {
                    self.counts.shared += 1;
                    self.model.shared.insert((whom, space));
                }
                Err(StoreError::Gone) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Lifts every suspension.
    pub(crate) fn reinstates(&mut self) -> Result<(), KitError> {
        let now = self.time.now_ms();
        everybody().into_iter().try_for_each(|person| self.hub.suspends(person.id, false, now))
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
