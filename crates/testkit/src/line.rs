//! The line between a device and the hub: loses requests and answers, doubles them, delivers them late and out
//! of order, cuts them, and lets others answer in the hub's place. All of it drawn from the seed.

use crate::hub::HubEnd;
use crate::rng::Seeded;
use linchpin_domain::id::DeviceId;
use linchpin_protocol::error::{ErrorCode, Problem};
use linchpin_sync::seam::{Ask, Call, Fault, Reply};

/// How often each thing goes wrong, in a thousand requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Faults {
    /// The request does not arrive.
    pub lost: u64,
    /// The hub takes the request; its answer does not arrive.
    pub unanswered: u64,
    /// The answer is cut, so that it cannot be read.
    pub cut: u64,
    /// The request arrives twice.
    pub doubled: u64,
    /// The request arrives much later, behind others.
    pub late: u64,
    /// An answer from before arrives in place of this one.
    pub stale: u64,
    /// The hub has too much to do.
    pub busy: u64,
    /// Somebody else answers.
    pub intercepted: u64,
    /// A batch of several groups is refused as too large.
    pub too_large: u64,
}

impl Faults {
    /// A line on which nothing goes wrong.
    pub const NONE: Self = Self {
        lost: 0,
        unanswered: 0,
        cut: 0,
        doubled: 0,
        late: 0,
        stale: 0,
        busy: 0,
        intercepted: 0,
        too_large: 0,
    };
}

/// The line.
pub struct Line {
    /// How bad it is.
    pub faults: Faults,
    rng: Seeded,
    late: Vec<(DeviceId, Ask)>,
    before: Vec<(DeviceId, Reply)>,
    requests: u64,
}

impl Line {
    /// Returns a line with these faults.
    pub fn new(faults: Faults, rng: Seeded) -> Self {
        Self { faults, rng, late: Vec::new(), before: Vec::new(), requests: 0 }
    }

    /// Returns how many requests were tried on it.
    pub fn requests(&self) -> u64 {
        self.requests
    }

    /// Carries a request to the hub and the answer back, or does not.
    ///
    /// # Errors
    /// What the device sees of a fault.
    pub fn carry(
        &mut self,
        hub: &mut dyn HubEnd,
        device: DeviceId,
        ask: &Ask,
        now_ms: u64,
    ) -> Result<Reply, Fault> {
        self.requests += 1;
        self.deliver_late(hub, now_ms, 300);
        if self.rng.chance(self.faults.lost) {
            return Err(if self.rng.chance(500) { Fault::Offline } else { Fault::NoAnswer });
        }
        if self.rng.chance(self.faults.late) {
            self.late.push((device, ask.clone()));
            return Err(Fault::NoAnswer);
        }
        if let Some(fault) = self.refused_on_the_way(ask) {
            return Err(fault);
        }
        let first = hub.ask(device, &ask.call, ask.terms, now_ms);
        let answer = if self.rng.chance(self.faults.doubled) {
            let second = hub.ask(device, &ask.call, ask.terms, now_ms);
            if self.rng.chance(500) { first } else { second }
        } else {
            first
        };
        if self.rng.chance(self.faults.unanswered) {
            return Err(Fault::NoAnswer);
        }
        if self.rng.chance(self.faults.cut) {
            return Err(Fault::Strange);
        }
        self.perhaps_stale(device, &ask.call, answer)
    }

    /// Lets requests arrive that were long on their way; nobody hears the answers any more.
    pub fn deliver_late(&mut self, hub: &mut dyn HubEnd, now_ms: u64, in_a_thousand: u64) {
        while !self.late.is_empty() && self.rng.chance(in_a_thousand) {
            let at = self.rng.index(self.late.len());
            let (device, ask) = self.late.swap_remove(at);
            if hub.ask(device, &ask.call, ask.terms, now_ms).is_err() {
                // The hub refuses it: nobody waits for it any more.
                continue;
            }
        }
    }

    fn refused_on_the_way(&mut self, ask: &Ask) -> Option<Fault> {
        let problem = |code, retry_after_ms| {
            Some(Fault::Problem(Problem { code, retry_after_ms, hub_time: None, detail_id: None }))
        };
        if self.rng.chance(self.faults.busy) {
            return match self.rng.below(4) {
                0 => Some(Fault::Status(429)),
                1 => Some(Fault::Status(502)),
                2 => problem(ErrorCode::Busy, None),
                _ => problem(ErrorCode::Busy, Some(self.rng.below(5_000))),
            };
        }
        if self.rng.chance(self.faults.intercepted) {
            return Some(if self.rng.chance(500) { Fault::Intercepted } else { Fault::Status(403) });
        }
        if let Call::Push(push) = &ask.call
            && push
                .changes
                .iter()
                .any(|change| Some(change.group) != push.changes.first().map(|one| one.group))
            && self.rng.chance(self.faults.too_large)
        {
            return problem(ErrorCode::TooLarge, None);
        }
        None
    }

    fn perhaps_stale(
        &mut self,
        device: DeviceId,
        call: &Call,
        answer: Result<Reply, Fault>,
    ) -> Result<Reply, Fault> {
        let reply = answer?;
        let fits = |(to, reply): &&(DeviceId, Reply)| {
            let same_call = matches!(
                (call, reply),
                (Call::Push(_), Reply::Push(_))
                    | (Call::Pull(_), Reply::Pull(_))
                    | (Call::Part { .. }, Reply::Part(..))
            );
            *to == device && same_call
        };
        if self.rng.chance(self.faults.stale)
            && let Some((_, old)) = self.before.iter().rev().find(fits)
        {
            return Ok(old.clone());
        }
        self.before.push((device, reply.clone()));
        if self.before.len() > 40 {
            self.before.remove(0);
        }
        Ok(reply)
    }
}
