//! What a workload leaves: a recording of its disk, and what was promised at which moment of it.

use linchpin_domain::id::{AnswerId, DeviceId};
use linchpin_protocol::push::{PushAnswer, PushRequest};
use linchpin_sync::engine::Action;
use linchpin_sync::seam::{Ask, Call, Fault, Reply, Terms};
use linchpin_testkit::KitError;
use linchpin_testkit::device::{Around, Device, When};
use linchpin_testkit::disk::{Disk, Recording};
use linchpin_testkit::hub::{HubEnd, Joining};
use linchpin_testkit::hub_real::HubReal;
use std::path::PathBuf;

/// What a call that has returned has promised.
pub(crate) enum Fact {
    /// The word stands in the answer, or in a backup.
    Word(AnswerId, String),
    /// The title is this value of the row of titles, or a later one.
    Title(usize),
    /// Counters up to this one are used and never drawn again.
    Counter(u64),
    /// The file, named within the store's folder, is a whole backup.
    Backup(PathBuf),
    /// The hub has answered a push so.
    Pushed(DeviceId, Terms, PushRequest, PushAnswer),
    /// The hub has let a device in, with this code.
    Joined(Joining, String),
}

/// A promise with the moment at which it was made.
pub(crate) struct Promise {
    pub(crate) moment: usize,
    pub(crate) fact: Fact,
}

/// A workload that has run.
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    pub(crate) recording: Recording,
    pub(crate) promises: Vec<Promise>,
    /// Every title that was set, in order.
    pub(crate) titles: Vec<String>,
    /// Whose devices the hub knows, where it is a hub's workload.
    pub(crate) joined: Vec<Joining>,
    pub(crate) of_hub: bool,
}

/// The promises made on one disk.
pub(crate) struct Promises {
    pub(crate) disk: Disk,
    made: Vec<Promise>,
}

impl Promises {
    pub(crate) fn on(disk: Disk) -> Self {
        Self { disk, made: Vec::new() }
    }

    /// Notes what the call that has just returned has promised.
    pub(crate) fn made(&mut self, facts: impl IntoIterator<Item = Fact>) -> Result<(), KitError> {
        let moment = self.disk.moment()?;
        self.made.extend(facts.into_iter().map(|fact| Promise { moment, fact }));
        Ok(())
    }

    pub(crate) fn kept_by_client(
        self,
        name: &'static str,
        titles: Vec<String>,
    ) -> Result<Workload, KitError> {
        self.disk.moment()?;
        let (recording, promises) = (self.disk.recording(), self.made);
        Ok(Workload { name, recording, promises, titles, joined: Vec::new(), of_hub: false })
    }

    pub(crate) fn kept_by_hub(self, name: &'static str, joined: Vec<Joining>) -> Result<Workload, KitError> {
        self.disk.moment()?;
        let (recording, promises) = (self.disk.recording(), self.made);
        Ok(Workload { name, recording, promises, titles: Vec::new(), joined, of_hub: true })
    }
}

/// A line that loses nothing, on which what is pushed is noted.
pub(crate) struct Line<'a> {
    pub(crate) hub: &'a mut HubReal,
    pub(crate) pushed: Vec<(DeviceId, Terms, PushRequest, PushAnswer)>,
}

impl<'a> Line<'a> {
    pub(crate) fn to(hub: &'a mut HubReal) -> Self {
        Self { hub, pushed: Vec::new() }
    }
}

impl Around for Line<'_> {
    fn carry(&mut self, device: DeviceId, ask: &Ask) -> Result<Reply, Fault> {
        let reply = self.hub.ask(device, &ask.call, ask.terms, ask.terms.hub_now_ms)?;
        if let (Call::Push(push), Reply::Push(answer)) = (&ask.call, &reply) {
            self.pushed.push((device, ask.terms, push.clone(), answer.clone()));
        }
        Ok(reply)
    }

    fn dies(&mut self, _: When, _: &Action) -> bool {
        false
    }

    fn meanwhile(&mut self, _: &mut Device) -> Result<(), KitError> {
        Ok(())
    }
}
