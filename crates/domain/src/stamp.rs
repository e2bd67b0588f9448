//! Clock stamps: hybrid logical clocks that order edits without trusting anybody's clock.
//! The invariant: a stamp made over a value is greater than that value's stamp, so an edit to what
//! you have seen always wins. Reading the time is not done here; it is handed in.

use crate::id::ReplicaId;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How far ahead of the hub's time a stamp may be before the hub lowers it, in milliseconds.
pub const MAX_AHEAD_MS: u64 = 60_000;

/// When a field was set, and by which replica: 48 bits of milliseconds, 16 bits of counter, 64 bits of
/// replica id, compared as one big-endian number. Written as 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Stamp(u128);

impl Stamp {
    /// Below every stamp that a replica makes.
    pub const ZERO: Self = Self(0);

    /// Returns the stamp of the three parts; milliseconds beyond 48 bits are cut to the largest.
    pub fn new(ms: u64, counter: u16, replica: ReplicaId) -> Self {
        let ms = ms.min((1 << 48) - 1);
        Self(u128::from(ms) << 80 | u128::from(counter) << 64 | u128::from(replica.0))
    }

    /// Returns its milliseconds since 1970.
    pub fn ms(self) -> u64 {
        u64::try_from(self.0 >> 80).unwrap_or(u64::MAX)
    }

    /// Returns its counter within the millisecond.
    pub fn counter(self) -> u16 {
        u16::try_from(self.0 >> 64 & 0xffff).unwrap_or(u16::MAX)
    }

    /// Returns the replica that made it.
    pub fn replica(self) -> ReplicaId {
        ReplicaId(u64::try_from(self.0 & u128::from(u64::MAX)).unwrap_or_default())
    }

    /// Returns its sixteen bytes, big-endian: comparing them compares stamps.
    pub fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    /// Returns the stamp of sixteen big-endian bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(bytes))
    }

    /// Returns the smallest stamp of `replica` that is greater than both and not before `now_ms`.
    pub fn after(now_ms: u64, replica: ReplicaId, last: Self, over: Self) -> Self {
        let seen = last.max(over);
        if now_ms > seen.ms() {
            Self::new(now_ms, 0, replica)
        } else if let Some(counter) = seen.counter().checked_add(1) {
            Self::new(seen.ms(), counter, replica)
        } else {
            Self::new(seen.ms() + 1, 0, replica)
        }
    }

    /// Returns the stamp lowered to the hub's time where it lies more than [`MAX_AHEAD_MS`] ahead.
    /// `last_clamped` rises with every lowered stamp, so that a run of edits keeps its order.
    pub fn clamped(self, hub_ms: u64, last_clamped: &mut Self) -> Self {
        if self.ms() <= hub_ms + MAX_AHEAD_MS {
            return self;
        }
        let lowered = Self::after(hub_ms, self.replica(), *last_clamped, Self::ZERO);
        *last_clamped = lowered;
        lowered
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}@{}", self.ms(), self.counter(), self.replica())
    }
}

/// Text that is no stamp.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a stamp has 32 hexadecimal digits")]
pub struct NotAStamp;

impl FromStr for Stamp {
    type Err = NotAStamp;
    fn from_str(text: &str) -> Result<Self, NotAStamp> {
        if text.len() == 32 {
            u128::from_str_radix(text, 16).map(Self).map_err(|_| NotAStamp)
        } else {
            Err(NotAStamp)
        }
    }
}

impl Serialize for Stamp {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Stamp {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    const A: ReplicaId = ReplicaId(7);
    const B: ReplicaId = ReplicaId(9);

    #[test]
    fn an_edit_over_a_value_from_a_fast_clock_still_wins() {
        let from_next_year = Stamp::new(2_000_000, 3, B);
        assert!(Stamp::after(1_000, A, Stamp::ZERO, from_next_year) > from_next_year);
    }

    #[test]
    fn a_full_counter_runs_over_into_the_next_millisecond() {
        let last = Stamp::new(5, u16::MAX, A);
        let next = Stamp::after(5, A, last, Stamp::ZERO);
        assert_eq!((next.ms(), next.counter()), (6, 0));
    }

    #[test]
    fn a_run_of_far_future_edits_keeps_its_order_when_lowered() {
        let mut last = Stamp::ZERO;
        let far = 10 * MAX_AHEAD_MS;
        let lowered: Vec<_> = (0..5).map(|n| Stamp::new(far + n, 0, A).clamped(1_000, &mut last)).collect();
        assert!(lowered.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(lowered.iter().all(|stamp| stamp.ms() == 1_000 && stamp.replica() == A));
    }

    #[test]
    fn a_stamp_within_the_limit_is_left_alone() {
        let stamp = Stamp::new(1_000 + MAX_AHEAD_MS, 1, A);
        assert_eq!(stamp.clamped(1_000, &mut Stamp::default()), stamp);
    }

    #[test]
    fn bytes_and_text_sort_as_the_stamp_does() {
        let (low, high) = (Stamp::new(1, 9, B), Stamp::new(2, 0, A));
        assert!(low < high && low.to_bytes() < high.to_bytes() && low.to_string() < high.to_string());
        assert_eq!(high.to_string().parse::<Stamp>().expect("it parses"), high);
    }
}
