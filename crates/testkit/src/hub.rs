//! A hub as a line sees it: something that answers one request at a time, can be stopped and started, and can
//! be put back to an earlier state. The simulator drives whatever stands behind this.

use crate::KitError;
use crate::people::Person;
use linchpin_domain::id::{DeviceId, PersonId};
use linchpin_sync::seam::{Call, Fault, Reply, Terms};

/// A device that joins.
#[derive(Clone, Copy)]
pub struct Joining {
    /// Its id.
    pub device: DeviceId,
    /// Whose it is.
    pub person: Person,
    /// The seed of its key pair.
    pub key_seed: [u8; 32],
}

/// One end of the line.
pub trait HubEnd {
    /// Makes a device known, as joining does.
    ///
    /// # Errors
    /// [`KitError::Hub`] where the hub does not take it.
    fn admit(&mut self, joining: Joining, now_ms: u64) -> Result<(), KitError>;

    /// Answers a request that reached it.
    ///
    /// # Errors
    /// A refusal.
    fn ask(&mut self, device: DeviceId, call: &Call, terms: Terms, now_ms: u64) -> Result<Reply, Fault>;

    /// Dies and starts again: what was not committed is gone.
    ///
    /// # Errors
    /// [`KitError::Hub`] where it does not start.
    fn restart(&mut self, now_ms: u64) -> Result<(), KitError>;

    /// Keeps a backup in place of the one before.
    ///
    /// # Errors
    /// [`KitError::Hub`] where it cannot.
    fn back_up(&mut self, now_ms: u64) -> Result<(), KitError>;

    /// Goes back to the backup; false where there is none.
    ///
    /// # Errors
    /// [`KitError::Hub`] where it cannot.
    fn restore(&mut self, now_ms: u64) -> Result<bool, KitError>;

    /// Suspends an account, or lifts that. Asked for what is so already, it does nothing.
    ///
    /// # Errors
    /// [`KitError::Hub`] where the hub does not.
    fn suspends(&mut self, person: PersonId, is_suspended: bool, now_ms: u64) -> Result<(), KitError>;

    /// Lets go of what the rules allow to be let go of: desks far behind must fill anew.
    fn compact(&mut self);
}
