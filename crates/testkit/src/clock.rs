//! Time that passes only when a test says so, and computers' clocks that differ from it.

use linchpin_sync::seam::Clock;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// When every history begins, milliseconds since 1970.
pub const BEGAN_MS: u64 = 1_700_000_000_000;

/// The true time, shared by everything in a test.
#[derive(Debug, Clone)]
pub struct Time(Arc<AtomicU64>);

impl Default for Time {
    fn default() -> Self {
        Self(Arc::new(AtomicU64::new(BEGAN_MS)))
    }
}

impl Time {
    /// Returns the true time, milliseconds since 1970.
    pub fn now_ms(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Lets time pass.
    pub fn pass(&self, ms: u64) {
        self.0.fetch_add(ms, Ordering::Relaxed);
    }

    /// Returns the clock of a computer that is wrong by so much.
    pub fn clock(&self, wrong_by_ms: i64) -> SkewedClock {
        SkewedClock { time: self.clone(), wrong_by_ms: Arc::new(AtomicI64::new(wrong_by_ms)) }
    }
}

/// The clock of one computer.
#[derive(Debug, Clone)]
pub struct SkewedClock {
    time: Time,
    wrong_by_ms: Arc<AtomicI64>,
}

impl SkewedClock {
    /// Sets by how much it is wrong, as when somebody sets it by hand.
    pub fn jump(&self, wrong_by_ms: i64) {
        self.wrong_by_ms.store(wrong_by_ms, Ordering::Relaxed);
    }

    /// Returns the true time it runs on.
    pub fn time(&self) -> &Time {
        &self.time
    }
}

impl Clock for SkewedClock {
    fn now_ms(&self) -> u64 {
        self.time.now_ms().saturating_add_signed(self.wrong_by_ms.load(Ordering::Relaxed))
    }

    fn ticks_ms(&self) -> u64 {
        self.time.now_ms() - BEGAN_MS
    }
}
