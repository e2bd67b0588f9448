//! Where sync stands, in facts that a screen can put into words. Never a fact before it is true: the time of
//! the last pull is that of a pull that was committed.

use crate::seam::Fault;
use linchpin_domain::space::Space;
use linchpin_protocol::error::ErrorCode;

/// What sync is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Stopped by the person.
    Paused,
    /// Out of touch; see [`Away`].
    Away,
    /// Saying hello.
    Hello,
    /// Sending.
    Push,
    /// Fetching.
    Pull,
    /// Filling a space for the first time, or anew.
    Fill,
    /// In step with the hub.
    InStep,
}

/// Why sync is out of touch. Closed: each has its own words on screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Away {
    /// This computer has no connection.
    Offline,
    /// The hub does not answer.
    HubAway,
    /// Something between this computer and the hub answered in its place.
    Intercepted,
    /// The hub's certificate is not trusted by this computer.
    NotTrusted,
    /// The hub is full or has too much to do.
    HubBusy,
    /// The hub's answers cannot be understood.
    Strange,
    /// The hub no longer speaks with this version.
    TooOld,
    /// The hub does not know this computer.
    SignedOut,
    /// The hub has cut this computer off.
    Revoked,
    /// This computer's disk did not take what arrived.
    Disk,
}

impl Away {
    /// Returns why there was no answer. What a hub refused for a reason of its own is understood elsewhere, where
    /// something can be done about it.
    pub(crate) fn of(fault: &Fault) -> Self {
        match fault {
            Fault::Offline => Self::Offline,
            Fault::NoAnswer => Self::HubAway,
            Fault::NotTrusted => Self::NotTrusted,
            Fault::Strange => Self::Strange,
            Fault::Status(429 | 503) => Self::HubBusy,
            Fault::Status(408 | 425 | 500..) => Self::HubAway,
            // Whatever said no was not the hub, which says why.
            Fault::Intercepted | Fault::Status(_) => Self::Intercepted,
            Fault::Problem(problem) => match problem.code {
                ErrorCode::AuthExpired => Self::SignedOut,
                ErrorCode::DeviceRevoked => Self::Revoked,
                ErrorCode::TooOld => Self::TooOld,
                ErrorCode::Busy => Self::HubBusy,
                ErrorCode::Internal => Self::HubAway,
                _ => Self::Strange,
            },
        }
    }

    /// Tells whether waiting does not help: somebody must do something first.
    pub fn needs_somebody(self) -> bool {
        matches!(self, Self::TooOld | Self::SignedOut | Self::Revoked)
    }
}

/// A space that is being filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiving {
    /// The space.
    pub space: Space,
    /// Rows that are here.
    pub here: u64,
    /// Rows in all.
    pub of: u64,
}

/// What the engine knows of where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// What it is doing.
    pub phase: Phase,
    /// Why it is out of touch.
    pub away: Option<Away>,
    /// When it tries again, by the ticks; none where it waits for somebody.
    pub next_try_ticks: Option<u64>,
    /// The space that is being filled.
    pub receiving: Option<Receiving>,
    /// When everything was last in step, milliseconds since 1970; none where it has not been since the start.
    pub in_step_ms: Option<u64>,
    /// When the hub last acknowledged a change, and this computer noted it.
    pub sent_ms: Option<u64>,
    /// Whether a colleague has the same answer open.
    pub co_editing: bool,
}

/// Where sync stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// What it is doing.
    pub phase: Phase,
    /// Why it is out of touch.
    pub away: Option<Away>,
    /// When the last pull went well, milliseconds since 1970: kept over restarts.
    pub last_pull_ms: Option<u64>,
    /// When everything was last in step in this run.
    pub in_step_ms: Option<u64>,
    /// When the hub last acknowledged a change in this run.
    pub sent_ms: Option<u64>,
    /// Changes that wait to be sent.
    pub waiting: u32,
    /// When the oldest of them was made.
    pub oldest_ms: Option<u64>,
    /// Changes that the hub holds.
    pub held: u32,
    /// Changes that the hub refused.
    pub refused: u32,
    /// When it tries again, milliseconds since 1970.
    pub next_try_ms: Option<u64>,
    /// The space that is being filled.
    pub receiving: Option<Receiving>,
    /// Whether a colleague has the same answer open.
    pub co_editing: bool,
}
