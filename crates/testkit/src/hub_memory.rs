//! A hub in memory, as small as the rules allow: numbers, one merge, results remembered, lowered stamps, pages,
//! fills, and a way back to a backup. It exists so that the simulator can run thousands of histories a minute,
//! and so that faults a hub could have can be planted in it and found.
//! What does not live here: the table of rights, bodies and sockets; the product's hub has them.

mod rights;
mod serve;
mod take;
mod words;

use crate::KitError;
use crate::hub::{HubEnd, Joining};
use crate::hub_memory::rights::Parts;
use linchpin_domain::change::{Answered, Entry, Outcome};
use linchpin_domain::epoch;
use linchpin_domain::id::{AnswerId, CommandId, DeviceId, PersonId, RecordId, ReplicaId};
use linchpin_domain::record::{DELETED, Envelope};
use linchpin_domain::space::Space;
use linchpin_domain::stamp::Stamp;
use linchpin_domain::sum::Sum;
use linchpin_sync::seam::{Call, Fault, Reply, Terms};
use std::collections::{BTreeMap, BTreeSet};

/// A fault that can be planted in the hub, to see that it is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HubBug {
    /// A change is known by its id alone, whatever its content, and a copy that speaks twice is not noticed.
    IdAlone,
    /// A change that was here before is applied again.
    NoMemory,
    /// It answers before it has committed, so a crash takes acknowledged words away.
    AnswersBeforeCommit,
    /// The value that arrives last shows, whatever its stamp.
    LastArrivalWins,
    /// An update whose author's earlier words are missing is taken and thrown away.
    DropsEarlyText,
    /// A page claims to reach further than it does.
    SkipsEntries,
    /// Going back to a backup is told to nobody.
    SilentRestore,
    /// Going back twice to one backup looks the same as going back once.
    SameEpochAgain,
    /// Words that a merge dropped are not put beside the answer.
    NothingRecovered,
    /// What comes within the same millisecond as another is taken for the same.
    SameTimeIsSame,
    /// Of a push with several groups only the first half is kept, and all of it acknowledged.
    HalfAPush,
    /// What is forgotten in compaction takes the deletions along.
    CompactionRevives,
    /// A value under a deletion that its author could not know of is dropped, instead of bringing the record back.
    DropsUnderDeletion,
    /// Lowered stamps of one author are all alike, so that the order of edits is gone.
    LowersAlike,
    /// A fill says that it reaches one entry further than it does.
    FillReachesTooFar,
    /// The sum keeps what an overwritten value added to it.
    SumOnlyGrows,
    /// Who may read what is as it was when the device said hello.
    RightsOfHello,
    /// A change is decided by the parts as they were before the last that was given or taken away.
    RightsOfBefore,
}

/// A record, and who set each field at which number.
#[derive(Clone)]
struct Known {
    envelope: Envelope,
    marks: BTreeMap<String, (PersonId, u64)>,
}

/// One update of a text.
#[derive(Clone)]
struct Update {
    seq: u64,
    author: PersonId,
    replica: ReplicaId,
    base: u64,
    at: u64,
    schema: u16,
    /// What its author knew.
    sv_before: Vec<u8>,
    bytes: Vec<u8>,
}

/// What there is of one space.
#[derive(Clone, Default)]
struct There {
    entries: Vec<Entry>,
    records: BTreeMap<RecordId, Known>,
    texts: BTreeMap<AnswerId, Vec<Update>>,
    sum: Sum,
    /// Cursors below this must fill anew.
    floor: u64,
    parts: Parts,
    /// As they were before the last change of them.
    parts_before: Parts,
}

impl There {
    fn head(&self) -> u64 {
        u64::try_from(self.entries.len()).unwrap_or(u64::MAX)
    }

    /// Forgets every deletion, and keeps the sum right: only what people see tells.
    fn revive(&mut self) {
        for known in self.records.values_mut() {
            self.sum = self.sum.minus(Sum::of_record(&known.envelope));
            known.envelope.fields.remove(DELETED);
            known.envelope.stamps.remove(DELETED);
            self.sum = self.sum.plus(Sum::of_record(&known.envelope));
        }
    }
}

/// What is on the hub's disk.
#[derive(Clone, Default)]
struct State {
    spaces: BTreeMap<Space, There>,
    results: BTreeMap<ReplicaId, BTreeMap<u64, (String, Answered)>>,
    nonces: BTreeMap<ReplicaId, String>,
    last_clamped: Stamp,
    devices: BTreeMap<DeviceId, PersonId>,
    suspended: BTreeSet<PersonId>,
    /// What came of commands, however often they are sent.
    commands: BTreeMap<CommandId, Outcome>,
    epoch: u64,
    /// Up to where each space was when the hub last went back.
    restored: BTreeMap<Space, u64>,
}

/// The hub.
pub struct HubMemory {
    now: State,
    /// What a crash goes back to; the same as now, unless a fault is planted.
    committed: Option<State>,
    backup: Option<State>,
    epochs: u32,
    nonces: u64,
    answers: u64,
    bug: Option<HubBug>,
    /// What each device was told at its last hello.
    greeted: BTreeMap<DeviceId, BTreeSet<Space>>,
    /// Rows of one part of a fill.
    rows_a_part: usize,
    /// Entries of one page, at most.
    entries_a_page: usize,
}

impl HubMemory {
    /// Returns a hub where nobody has joined, with pages and parts as small as that.
    pub fn new(entries_a_page: usize, rows_a_part: usize, bug: Option<HubBug>) -> Self {
        let spaces = BTreeMap::from([(Space::ALL_MEMBERS, There::default())]);
        let now = State { epoch: epoch::FIRST, spaces, ..State::default() };
        let committed = (bug == Some(HubBug::AnswersBeforeCommit)).then(|| now.clone());
        Self {
            now,
            committed,
            backup: None,
            epochs: 1,
            nonces: 0,
            answers: 0,
            bug,
            greeted: BTreeMap::new(),
            rows_a_part,
            entries_a_page,
        }
    }

    /// Whether this fault is planted.
    fn has(&self, bug: HubBug) -> bool {
        self.bug == Some(bug)
    }
}

impl HubEnd for HubMemory {
    fn admit(&mut self, joining: Joining, _: u64) -> Result<(), KitError> {
        let (device, person) = (joining.device, joining.person.id);
        self.now.devices.insert(device, person);
        // Who has joined is not what a crash is to take away here.
        for state in [self.committed.as_mut(), self.backup.as_mut()].into_iter().flatten() {
            state.devices.insert(device, person);
        }
        Ok(())
    }

    fn ask(&mut self, device: DeviceId, call: &Call, terms: Terms, now_ms: u64) -> Result<Reply, Fault> {
        let answer = self.serve(device, call, terms, now_ms);
        self.answers += 1;
        if self.committed.is_some() && self.answers.is_multiple_of(3) {
            self.committed = Some(self.now.clone());
        }
        answer
    }

    fn restart(&mut self, _: u64) -> Result<(), KitError> {
        if let Some(committed) = &self.committed {
            self.now = committed.clone();
        }
        Ok(())
    }

    fn back_up(&mut self, _: u64) -> Result<(), KitError> {
        self.backup = Some(self.now.clone());
        Ok(())
    }

    fn restore(&mut self, _: u64) -> Result<bool, KitError> {
        let Some(backup) = self.backup.clone() else { return Ok(false) };
        let devices = std::mem::take(&mut self.now.devices);
        let epoch = self.now.epoch;
        self.now = State { devices, ..backup };
        if self.has(HubBug::SilentRestore) {
            self.now.epoch = epoch;
            return Ok(true);
        }
        self.epochs += 1;
        let random = if self.has(HubBug::SameEpochAgain) { 0 } else { self.epochs };
        self.now.epoch = epoch::next(self.now.epoch, random);
        self.now.restored =
            self.now.spaces.iter().map(|(space, there)| (space.clone(), there.head())).collect();
        if self.committed.is_some() {
            self.committed = Some(self.now.clone());
        }
        Ok(true)
    }

    fn suspends(&mut self, person: PersonId, is_suspended: bool, _: u64) -> Result<(), KitError> {
        if is_suspended {
            self.now.suspended.insert(person);
        } else {
            self.now.suspended.remove(&person);
        }
        Ok(())
    }

    fn compact(&mut self) {
        let revives = self.has(HubBug::CompactionRevives);
        for there in self.now.spaces.values_mut() {
            there.floor = there.head();
            if revives {
                there.revive();
            }
        }
    }
}
