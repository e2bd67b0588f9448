//! How often somebody may try to sign in: five times in a quarter of an hour for one e-mail address, whether it is
//! known or not, and thirty times from one place. A device that the person has already counts for itself, so that no
//! stranger keeps its owner out by trying the address. What was right does not count. In the memory of one process.

use linchpin_domain::canonical::sha256_hex;
use linchpin_domain::id::DeviceId;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// For how long a try counts, in milliseconds.
const WINDOW_MS: u64 = 15 * 60_000;
/// Most tries as one e-mail address.
const AS_ONE: usize = 5;
/// Most tries from one place.
const FROM_ONE: usize = 30;
/// From how many names on those that count no more are let go.
const MOST: usize = 20_000;

/// The tries of late.
#[derive(Default)]
pub(super) struct Tries(Mutex<HashMap<String, Vec<u64>>>);

/// As whom somebody tries.
#[derive(Clone, Copy)]
pub(crate) enum As<'a> {
    /// As an e-mail address, from a device that is nobody's yet or another's.
    Email(&'a str),
    /// From a device that the person has.
    Device(DeviceId),
}

impl As<'_> {
    /// Whatever was typed takes the same room.
    fn key(self) -> String {
        match self {
            Self::Email(email) => format!("as {}", sha256_hex(email.as_bytes())),
            Self::Device(device) => format!("on {device}"),
        }
    }
}

impl Tries {
    /// Counts a try.
    ///
    /// # Errors
    /// How long to wait, in milliseconds, where there were too many.
    pub(super) fn count(&self, who: As<'_>, peer: &str, now_ms: u64) -> Result<(), u64> {
        let mut all = self.held();
        if all.len() >= MOST {
            all.retain(|_, times| times.iter().any(|at| counts(*at, now_ms)));
        }
        let keys = keys(who, peer);
        if all.len() >= MOST && keys.iter().any(|(key, _)| !all.contains_key(key)) {
            return Err(WINDOW_MS);
        }
        // All are looked at before any is counted: who is sent away has not tried.
        for (key, most) in &keys {
            let times = all.entry(key.clone()).or_default();
            times.retain(|at| counts(*at, now_ms));
            if times.len() >= *most {
                let oldest = times.iter().copied().min().unwrap_or(now_ms);
                return Err((oldest + WINDOW_MS).saturating_sub(now_ms).max(1));
            }
        }
        for (key, _) in keys {
            all.entry(key).or_default().push(now_ms);
        }
        Ok(())
    }

    /// Takes a try back that was right, and forgets those before it as the same.
    pub(super) fn was_right(&self, who: As<'_>, peer: &str) {
        let mut all = self.held();
        all.remove(&who.key());
        for (key, _) in keys(who, peer) {
            if let Some(times) = all.get_mut(&key) {
                times.pop();
            }
        }
    }

    fn held(&self) -> MutexGuard<'_, HashMap<String, Vec<u64>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn counts(at: u64, now_ms: u64) -> bool {
    at + WINDOW_MS > now_ms
}

/// Returns under what a try is counted, and how many there may be. This computer is no place: behind a server in front
/// that is not named to the hub everybody comes from here.
fn keys(who: As<'_>, peer: &str) -> Vec<(String, usize)> {
    let here = peer.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let place = (!here).then(|| (format!("from {peer}"), FROM_ONE));
    std::iter::once((who.key(), AS_ONE)).chain(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(email: &str) -> As<'_> {
        As::Email(email)
    }

    #[test]
    fn five_tries_as_one_and_thirty_from_one_place_in_a_quarter_of_an_hour() {
        let tries = Tries::default();
        for n in 0..5 {
            assert_eq!(tries.count(email("a@example.org"), "home", 1_000 + n), Ok(()));
        }
        assert_eq!(tries.count(email("a@example.org"), "elsewhere", 1_010), Err(WINDOW_MS - 10));
        for n in 0..25 {
            assert_eq!(tries.count(email(&format!("p{n}@example.org")), "home", 2_000), Ok(()));
        }
        assert!(tries.count(email("z@example.org"), "home", 2_000).is_err());
        assert_eq!(tries.count(email("z@example.org"), "elsewhere", 2_000), Ok(()));
        let later = tries.count(email("a@example.org"), "home", 1_000 + WINDOW_MS);
        assert_eq!(later, Ok(()), "the oldest counts no more");
    }

    #[test]
    fn what_was_right_counts_nowhere() {
        let tries = Tries::default();
        for n in 0..100 {
            let name = format!("p{n}@example.org");
            assert_eq!(tries.count(email(&name), "surgery", 1), Ok(()));
            tries.was_right(email(&name), "surgery");
        }
        for _ in 0..4 {
            assert_eq!(tries.count(email("a@example.org"), "home", 1), Ok(()));
        }
        tries.was_right(email("a@example.org"), "home");
        for _ in 0..5 {
            assert_eq!(tries.count(email("a@example.org"), "home", 1), Ok(()));
        }
        assert!(tries.count(email("a@example.org"), "home", 1).is_err());
    }

    #[test]
    fn strangers_keep_nobody_from_their_own_device_and_this_computer_is_no_place() {
        let tries = Tries::default();
        for n in 0..100 {
            assert_eq!(tries.count(email(&format!("p{n}@example.org")), "127.0.0.1", 1), Ok(()));
        }
        for _ in 0..5 {
            assert_eq!(tries.count(email("a@example.org"), "far", 1), Ok(()));
        }
        assert!(tries.count(email("a@example.org"), "home", 1).is_err());
        let own = As::Device(DeviceId::new(1, [1; 10]));
        assert_eq!(tries.count(own, "home", 1), Ok(()));
    }
}
