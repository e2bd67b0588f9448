//! A hub as a line sees it: something that answers one request at a time, can be stopped and started, and can
//! be put back to an earlier state. The simulator drives whatever stands behind this.

use linchpin_domain::id::{DeviceId, PersonId};
use linchpin_sync::seam::{Call, Fault, Reply, Terms};

/// One end of the line.
pub trait HubEnd {
    /// Makes a device known, as joining does.
    fn admit(&mut self, device: DeviceId, person: PersonId);

    /// Answers a request that reached it.
    ///
    /// # Errors
    /// A refusal.
    fn ask(&mut self, device: DeviceId, call: &Call, terms: Terms, now_ms: u64) -> Result<Reply, Fault>;

    /// Dies and starts again: what was not committed is gone.
    fn restart(&mut self);

    /// Keeps a backup in place of the one before.
    fn back_up(&mut self);

    /// Goes back to the backup; false where there is none.
    fn restore(&mut self) -> bool;

    /// Lets go of what the rules allow to be let go of: desks far behind must fill anew.
    fn compact(&mut self);
}
