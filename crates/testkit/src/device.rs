//! A device: a person's store, in a folder of its own or in memory, the sync engine over it, a clock that may be
//! wrong. It can be killed between any two actions, backed up, and put back to a backup.

use crate::KitError;
use crate::clock::SkewedClock;
use crate::editor::Mounted;
use crate::home::Home;
use crate::hub::Joining;
use crate::people::Person;
use crate::rng::Seeded;
use linchpin_domain::change::{Answered, Done, Op, Outcome};
use linchpin_domain::id::{AnswerId, DeviceId, HubId};
use linchpin_domain::role::NetworkRole;
use linchpin_domain::space::Space;
use linchpin_domain::sum::Sum;
use linchpin_protocol::pull::Page;
use linchpin_protocol::push::PushAnswer;
use linchpin_store::settle::Folded;
use linchpin_store::{By, HubLink, Store, StoreError, TextEdit};
use linchpin_sync::engine::{Action, Engine, Event, Moment};
use linchpin_sync::seam::{Ask, Call, Clock, Fault, Reply};
use linchpin_sync::steps::{Step, Stepped, Steps};
use linchpin_sync::texts::Texts;
use linchpin_text::TextDoc;
use linchpin_text::doc::introduced;
use linchpin_text::fold::fold;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use tempfile::TempDir;

pub use crate::home::{Backup, KEY, folder, key, store_folder};

/// The version that test devices say they have.
pub const VERSION: &str = "0.1.0";
/// How many actions one round may take.
const MOST_ACTIONS: usize = 5_000;

/// A fault that can be planted in a device, to see that it is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceBug {
    /// The cursor is committed before the rows of its page.
    CursorBeforeRows,
    /// A restored copy keeps its replica id and its counters.
    SameIdAfterRestore,
    /// A push whose answer is lost counts as sent.
    LostAnswerIsSent,
    /// Changes that wait are forgotten at a start.
    ForgetsWaiting,
    /// Saved is said before it is committed.
    SavedTooEarly,
    /// An update that builds on words that are not here yet is thrown away.
    DropsEarlyText,
    /// A hub that went back is not followed.
    IgnoresEpoch,
    /// A page that says that more follows is taken for the last.
    PageIsTheEnd,
    /// Every opening of a text writes under the same client id, in every copy of this store.
    SameClient,
    /// A fold counts on what is inserted alone, and drops updates that only delete.
    FoldsWithoutDeletions,
    /// What must leave this computer stays.
    GoneStays,
    /// A change that is refused is tried again, and those behind it wait.
    RefusedBlocks,
}

/// When a device may die.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Before it does what it is about to do.
    Before,
    /// After that was done, before it knows.
    After,
}

/// How a round ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Everything known is sent and fetched.
    InStep,
    /// It stopped out of touch, or waits.
    Away,
    /// It died.
    Died,
}

/// The world around a round of sync.
pub trait Around {
    /// Carries a request.
    ///
    /// # Errors
    /// What the device sees of a fault.
    fn carry(&mut self, device: DeviceId, ask: &Ask) -> Result<Reply, Fault>;

    /// Tells whether the device dies here.
    fn dies(&mut self, when: When, action: &Action) -> bool;

    /// What the person does while a request is on its way.
    ///
    /// # Errors
    /// Faults of the store or the text.
    fn meanwhile(&mut self, device: &mut Device) -> Result<(), KitError>;
}

/// A device.
pub struct Device {
    /// Whose it is.
    pub person: Person,
    /// Its clock.
    pub clock: SkewedClock,
    /// Checksums that were wrong and steps that the store refused: on a sound system there are none.
    pub alarms: Vec<String>,
    pub(crate) mounted: BTreeMap<AnswerId, Mounted>,
    pub(crate) rng: Seeded,
    id: DeviceId,
    home: Home,
    store: Option<Arc<Store>>,
    engine: Option<Engine>,
    stays: bool,
    fold_from: u32,
    bug: Option<DeviceBug>,
    unsaved: Vec<(AnswerId, Space, TextEdit)>,
    /// Whether a planted fault has torn a commit in two, so that it must die now.
    torn: bool,
}

impl Device {
    /// Returns a device that has joined. `stays` says whether its engine lives on between rounds.
    ///
    /// # Errors
    /// Faults of the store.
    pub fn new(person: Person, clock: SkewedClock, rng: Seeded, stays: bool) -> Result<Self, KitError> {
        Self::in_folder(folder()?, person, clock, rng, stays)
    }

    /// As [`Self::new`], in a folder of the caller's; [`store_folder`] says where the store lies in it.
    ///
    /// # Errors
    /// Faults of the store.
    pub fn in_folder(
        folder: TempDir,
        person: Person,
        clock: SkewedClock,
        rng: Seeded,
        stays: bool,
    ) -> Result<Self, KitError> {
        Self::at(Home::Folder(folder), person, clock, rng, stays)
    }

    /// As [`Self::new`], with a store in memory.
    ///
    /// # Errors
    /// Faults of the store.
    pub fn in_memory(person: Person, clock: SkewedClock, rng: Seeded, stays: bool) -> Result<Self, KitError> {
        let home = Home::in_memory(clock.now_ms())?;
        Self::at(home, person, clock, rng, stays)
    }

    fn at(
        mut home: Home,
        person: Person,
        clock: SkewedClock,
        mut rng: Seeded,
        stays: bool,
    ) -> Result<Self, KitError> {
        let store = home.opens(&mut rng, &clock)?;
        store.set_person(person.id)?;
        store.set_hub(Some(&HubLink {
            hub: HubId::new(1, [9; 10]),
            url: "https://hub.example.org".to_owned(),
            network: "Sample network".to_owned(),
            role: NetworkRole::Member,
            epoch: 0,
            nonce: None,
            next_nonce: None,
        }))?;
        let id = store.identity()?.device;
        Ok(Self {
            person,
            clock,
            alarms: Vec::new(),
            mounted: BTreeMap::new(),
            rng,
            id,
            home,
            store: Some(Arc::new(store)),
            engine: None,
            stays,
            fold_from: u32::MAX,
            bug: None,
            unsaved: Vec::new(),
            torn: false,
        })
    }

    /// Plants a fault.
    #[must_use]
    pub fn with_bug(mut self, bug: Option<DeviceBug>) -> Self {
        self.bug = bug;
        self
    }

    /// Folds documents from so many updates on.
    #[must_use]
    pub fn folding_from(mut self, updates: u32) -> Self {
        self.fold_from = updates;
        self
    }

    /// Returns its id.
    pub fn id(&self) -> DeviceId {
        self.id
    }

    /// Returns what it joins with.
    ///
    /// # Errors
    /// Faults of the store.
    pub fn joining(&self) -> Result<Joining, KitError> {
        let key_seed = *self.store().identity()?.device_key_seed;
        Ok(Joining { device: self.id, person: self.person, key_seed })
    }

    /// Whether a planted fault makes every copy write as one client.
    pub(crate) fn writes_as_one_client(&self) -> bool {
        self.bug == Some(DeviceBug::SameClient)
    }

    /// Returns its store.
    pub fn store(&self) -> &Arc<Store> {
        self.store.as_ref().expect("BUG: a device without a store is used")
    }

    /// Returns who changes something here, and when.
    pub fn by(&self, what: &'static str) -> By {
        By { person: self.person.id, now_ms: self.clock.now_ms(), what }
    }

    /// Saves an update of an answer.
    pub(crate) fn saves(&mut self, answer: AnswerId, space: &Space, edit: TextEdit) -> Result<(), KitError> {
        self.unsaved.push((answer, space.clone(), edit));
        if self.bug == Some(DeviceBug::SavedTooEarly) && self.unsaved.len() < 2 {
            return Ok(());
        }
        for (answer, space, edit) in std::mem::take(&mut self.unsaved) {
            self.store().transact(&self.by("write"), |tx| tx.append_text(answer, &space, edit))?;
        }
        Ok(())
    }

    /// Dies and starts again: whatever was not committed is gone.
    ///
    /// # Errors
    /// Faults of the store at the start.
    pub fn dies(&mut self) -> Result<(), KitError> {
        self.lets_go();
        self.opens()?;
        if self.bug == Some(DeviceBug::ForgetsWaiting) {
            self.forgets_waiting()?;
        }
        Ok(())
    }

    fn lets_go(&mut self) {
        self.engine = None;
        self.mounted.clear();
        self.unsaved.clear();
        if let Some(store) = self.store.take() {
            self.home.left_by(store);
        }
    }

    fn opens(&mut self) -> Result<(), StoreError> {
        self.store = Some(Arc::new(self.home.opens(&mut self.rng, &self.clock)?));
        Ok(())
    }

    /// Makes a backup.
    ///
    /// # Errors
    /// Faults of the store.
    pub fn backs_up(&self) -> Result<Backup, KitError> {
        Ok(self.home.backs_up(self.store(), self.clock.now_ms())?)
    }

    /// Goes back to a backup.
    ///
    /// # Errors
    /// Faults of the store.
    pub fn goes_back(&mut self, backup: &Backup) -> Result<(), KitError> {
        self.lets_go();
        if self.bug == Some(DeviceBug::SameIdAfterRestore) {
            self.home.is_copied_over(backup)?;
        } else {
            self.home.goes_back(backup, &mut self.rng, &self.clock)?;
        }
        Ok(self.opens()?)
    }

    /// Sends and fetches until there is nothing more to do, the line fails, or the device dies.
    ///
    /// # Errors
    /// Faults of the store at a start, or an engine that does not come to rest.
    pub fn syncs(&mut self, around: &mut dyn Around) -> Result<Ended, KitError> {
        let fresh = if self.stays { Engine::new(self.id) } else { Engine::once(self.id) };
        let mut engine = self.engine.take().unwrap_or(fresh);
        let steps = Steps::new(Arc::clone(self.store())).folding_from(self.fold_from, u64::MAX);
        let mut events = VecDeque::from([Event::SyncNow]);
        let mut actions = 0;
        while let Some(event) = events.pop_front() {
            for action in engine.handle(self.moment(), event) {
                actions += 1;
                if actions > MOST_ACTIONS {
                    return Err(KitError::Restless(actions));
                }
                let torn = self.bug == Some(DeviceBug::CursorBeforeRows) && is_page(&action);
                if !torn && around.dies(When::Before, &action) {
                    return self.killed(steps);
                }
                let answer = self.does(around, &steps, &action)?;
                if std::mem::take(&mut self.torn) || around.dies(When::After, &action) {
                    return self.killed(steps);
                }
                events.extend(answer);
            }
        }
        let ended = if engine.is_in_step() { Ended::InStep } else { Ended::Away };
        self.engine = self.stays.then_some(engine);
        Ok(ended)
    }

    fn killed(&mut self, steps: Steps) -> Result<Ended, KitError> {
        drop(steps);
        self.dies()?;
        Ok(Ended::Died)
    }

    fn moment(&mut self) -> Moment {
        Moment { now_ms: self.clock.now_ms(), ticks_ms: self.clock.ticks_ms(), roll: self.rng.draw() }
    }

    fn does(
        &mut self,
        around: &mut dyn Around,
        steps: &Steps,
        action: &Action,
    ) -> Result<Option<Event>, KitError> {
        Ok(match action {
            Action::Ask(ask) => {
                self.clock.time().pass(5 + self.rng.below(40));
                around.meanwhile(self)?;
                Some(match around.carry(self.id, ask) {
                    Ok(reply) => Event::Answered(reply),
                    Err(fault) => self.failed(ask, fault),
                })
            }
            Action::Do(step) => Some(self.steps(around, steps, step)),
            Action::OpenLive(_) => Some(Event::LiveClosed(Fault::NoAnswer)),
            Action::CloseLive => None,
        })
    }

    fn failed(&self, ask: &Ask, fault: Fault) -> Event {
        match &ask.call {
            Call::Push(push) if self.bug == Some(DeviceBug::LostAnswerIsSent) && fault == Fault::NoAnswer => {
                let results = push.changes.iter().map(|change| taken(change.id, change.base + 1)).collect();
                let hub_time = ask.terms.hub_now_ms;
                Event::Answered(Reply::Push(PushAnswer { results, spaces: Vec::new(), hub_time }))
            }
            _ => Event::Failed(fault),
        }
    }

    fn steps(&mut self, around: &mut dyn Around, steps: &Steps, step: &Step) -> Event {
        let step = match (self.bug, step) {
            (Some(DeviceBug::CursorBeforeRows), Step::Page(page)) => {
                let action = Action::Do(step.clone());
                // The rows would come in a second commit; dying between the two leaves the cursor alone.
                let torn = around.dies(When::Before, &action);
                let page =
                    if torn { Page { entries: vec![], sum: None, ..page.clone() } } else { page.clone() };
                Step::Page(page)
            }
            (Some(DeviceBug::DropsEarlyText), Step::Page(page)) => Step::Page(self.without_early(page)),
            (Some(DeviceBug::PageIsTheEnd), Step::Page(page)) => {
                Step::Page(Page { to: page.head, more: false, sum: None, ..page.clone() })
            }
            (Some(DeviceBug::FoldsWithoutDeletions), Step::Fold(doc)) => {
                if let Err(error) = self.folds_without_deletions(*doc) {
                    self.alarms.push(format!("{}: {error} at a planted fold", self.person.name));
                }
                step.clone()
            }
            (Some(DeviceBug::GoneStays), Step::Gone(space)) => Step::PullOk(vec![space.clone()]),
            (Some(DeviceBug::RefusedBlocks), Step::Push { results, moved, hub_time }) => {
                Step::Push { results: until_refused(results), moved: moved.clone(), hub_time: *hub_time }
            }
            (Some(DeviceBug::IgnoresEpoch), Step::Epoch { epoch, .. }) => self.not_followed(*epoch),
            _ => step.clone(),
        };
        let refuses =
            |results: &[Answered]| results.iter().any(|one| matches!(one.outcome, Outcome::Refused { .. }));
        let reloads = match &step {
            Step::Swap(_) | Step::Gone(_) => true,
            Step::Push { results, .. } => refuses(results),
            _ => false,
        };
        if reloads {
            // What is open was read from rows that are about to be replaced, or to leave this computer.
            self.mounted.clear();
        }
        match steps.run(step.clone(), self.clock.now_ms()) {
            Ok(stepped) => {
                match &stepped {
                    Stepped::Paged { space, sum_ok: Some(false), .. } => {
                        self.alarms.push(format!("{}: wrong checksum in {space}", self.person.name));
                    }
                    Stepped::Swapped(space, false) => {
                        self.alarms.push(format!("{}: wrong fill of {space}", self.person.name));
                    }
                    _ => {}
                }
                Event::Stepped(stepped)
            }
            Err(error) => {
                self.alarms.push(format!("{}: {error} at {step:?}", self.person.name));
                Event::NotStepped(error)
            }
        }
    }

    fn without_early(&self, page: &Page) -> Page {
        let mut page = page.clone();
        let mut docs: BTreeMap<AnswerId, TextDoc> = BTreeMap::new();
        page.entries.retain(|entry| {
            let Done::Text(update) = &entry.done else { return true };
            let opened =
                docs.remove(&update.doc).map_or_else(|| self.opened(update.doc, 0), |doc| Ok((doc, 0)));
            let Ok((mut doc, _)) = opened else { return true };
            let waited = doc.is_waiting();
            let stays = doc.apply(&update.bytes.0).is_err() || waited || !doc.is_waiting();
            docs.insert(update.doc, doc);
            stays
        });
        page
    }

    /// Folds as if what only deletes were nothing.
    fn folds_without_deletions(&self, doc: AnswerId) -> Result<(), KitError> {
        let Some(parts) = self.store().read(|reader| reader.text(doc))? else { return Ok(()) };
        if parts.updates.iter().any(|update| update.seq.is_none() || update.own_unsent) {
            return Ok(());
        }
        let bytes = || parts.updates.iter().map(|update| update.bytes.as_slice());
        let inserts = |bytes: &&[u8]| introduced(bytes).is_ok_and(|clients| !clients.is_empty());
        let kept: Vec<&[u8]> = bytes().filter(inserts).collect();
        let Ok(snapshot) = fold(parts.snapshot.as_deref(), &kept) else { return Ok(()) };
        let covered = parts.updates.iter().map(|update| update.row).collect();
        let sum = bytes().fold(parts.snapshot_sum, |sum, bytes| sum.plus(Sum::of_text(doc, bytes)));
        Ok(self.store().fold(doc, &Folded { snapshot, covered, sum }, self.clock.now_ms())?)
    }

    fn not_followed(&self, epoch: u64) -> Step {
        let spaces = self.store().read(|reader| reader.spaces()).unwrap_or_default();
        Step::Epoch { epoch, restored: spaces.into_iter().map(|row| (row.space, u64::MAX >> 1)).collect() }
    }

    fn forgets_waiting(&self) -> Result<(), StoreError> {
        let waiting = self.store().waiting(10_000, usize::MAX >> 1)?;
        let texts = waiting.iter().filter(|change| matches!(change.op, Op::Text(_)));
        let results = texts.map(|change| taken(change.id, change.base.max(1))).collect();
        let push = linchpin_store::settle::PushSettled {
            results,
            moved: Vec::new(),
            hub_time: self.clock.now_ms(),
            now_ms: self.clock.now_ms(),
        };
        self.store().settle_push(&push, &mut Texts).map(|_| ())
    }
}

fn taken(id: linchpin_domain::change::ChangeId, seq: u64) -> Answered {
    Answered { id, outcome: Outcome::Applied { seq }, duplicate: false, clamped: BTreeMap::new() }
}

/// Returns the results up to the first refusal.
fn until_refused(results: &[Answered]) -> Vec<Answered> {
    let taken = results.iter().take_while(|result| !matches!(result.outcome, Outcome::Refused { .. }));
    taken.cloned().collect()
}

fn is_page(action: &Action) -> bool {
    matches!(action, Action::Do(Step::Page(_)))
}

impl Drop for Device {
    fn drop(&mut self) {
        // What lies in memory serves another device.
        self.lets_go();
    }
}
