//! How much one device or one address may ask: a bucket for each that fills with time. Far above what the app
//! does, even while two people type; below what would keep others waiting.

use crate::request::Refusal;
use linchpin_protocol::error::ErrorCode;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// What sort of request it is, for limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Writes, or reads much.
    Heavy,
    /// Costs little.
    Light,
    /// Somebody from outside who has to be let in.
    Door,
    /// Looks at a passphrase, which takes long by intent: it has a gate of its own.
    Passphrase,
}

impl Class {
    /// Returns its name, for the log and the description.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Heavy => "heavy",
            Self::Light => "light",
            Self::Door => "door",
            Self::Passphrase => "passphrase",
        }
    }

    /// Returns how many tenths of a drop a request takes.
    const fn cost(self) -> u64 {
        match self {
            Self::Heavy => 20,
            Self::Light => 10,
            Self::Door | Self::Passphrase => 500,
        }
    }
}

/// What a bucket holds, in tenths.
const FULL: u64 = 10_000;
/// What comes back a second, in tenths.
const A_SECOND: u64 = 1_500;
/// From how many buckets on full ones are let go.
const MOST: usize = 20_000;

#[derive(Clone, Copy)]
struct Bucket {
    holds: u64,
    at: u64,
}

impl Bucket {
    fn filled(self, now_ms: u64) -> Self {
        let more = now_ms.saturating_sub(self.at).saturating_mul(A_SECOND) / 1_000;
        Self { holds: self.holds.saturating_add(more).min(FULL), at: now_ms.max(self.at) }
    }
}

/// Limits requests, or lets all through.
#[derive(Default)]
pub(crate) struct Limiter {
    buckets: Option<Mutex<HashMap<String, Bucket>>>,
}

impl Limiter {
    pub(crate) fn on() -> Self {
        Self { buckets: Some(Mutex::default()) }
    }

    /// Takes what a request costs.
    ///
    /// # Errors
    /// `busy` with how long to wait.
    pub(crate) fn take(&self, who: &str, class: Class, now_ms: u64) -> Result<(), Refusal> {
        let Some(buckets) = &self.buckets else { return Ok(()) };
        let mut buckets = buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST {
            buckets.retain(|_, bucket| bucket.filled(now_ms).holds < FULL);
        }
        let there = buckets.get(who).copied().unwrap_or(Bucket { holds: FULL, at: now_ms });
        let Bucket { holds, at } = there.filled(now_ms);
        let left = holds.checked_sub(class.cost());
        buckets.insert(who.to_owned(), Bucket { holds: left.unwrap_or(holds), at });
        match left {
            Some(_) => Ok(()),
            None => Err(Refusal::new(ErrorCode::Busy).after(class.cost() * 1_000 / A_SECOND + 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_runs_dry_and_fills_with_time() {
        let limiter = Limiter::on();
        let joins = (0..100).take_while(|_| limiter.take("a", Class::Door, 5).is_ok()).count();
        assert_eq!(joins, 20);
        let refused = limiter.take("a", Class::Door, 5).unwrap_err().0;
        assert_eq!(refused.code, ErrorCode::Busy);
        assert!(limiter.take("b", Class::Door, 5).is_ok(), "another address is not held up");
        assert!(limiter.take("a", Class::Door, 5 + refused.retry_after_ms.expect("it says when")).is_ok());
    }

    #[test]
    fn two_people_who_type_together_are_never_held_up() {
        let limiter = Limiter::on();
        for n in 0..10_000 {
            // A push and a pull every 30 ms.
            assert!(limiter.take("a", Class::Heavy, n * 30).is_ok());
            assert!(limiter.take("a", Class::Heavy, n * 30 + 15).is_ok());
        }
    }
}
