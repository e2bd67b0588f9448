//! How often somebody may try to sign in: five times in a quarter of an hour for one e-mail address, whether it is
//! known or not, and thirty times from one place. In the memory of one process.

use linchpin_domain::canonical::sha256_hex;
use std::collections::HashMap;
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

impl Tries {
    /// Counts a try.
    ///
    /// # Errors
    /// How long to wait, in milliseconds, where there were too many.
    pub(super) fn count(&self, email: &str, peer: &str, now_ms: u64) -> Result<(), u64> {
        let mut all = self.held();
        if all.len() >= MOST {
            all.retain(|_, times| times.iter().any(|at| counts(*at, now_ms)));
        }
        let keys = [(as_key(email), AS_ONE), (format!("from {peer}"), FROM_ONE)];
        if all.len() >= MOST && keys.iter().any(|(key, _)| !all.contains_key(key)) {
            return Err(WINDOW_MS);
        }
        // Both are looked at before either is counted: who is sent away has not tried.
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

    /// Forgets the tries as an e-mail address.
    pub(super) fn forget(&self, email: &str) {
        self.held().remove(&as_key(email));
    }

    fn held(&self) -> MutexGuard<'_, HashMap<String, Vec<u64>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn counts(at: u64, now_ms: u64) -> bool {
    at + WINDOW_MS > now_ms
}

/// Whatever was typed takes the same room.
fn as_key(email: &str) -> String {
    format!("as {}", sha256_hex(email.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_tries_as_one_and_thirty_from_one_place_in_a_quarter_of_an_hour() {
        let tries = Tries::default();
        for n in 0..5 {
            assert_eq!(tries.count("a@example.org", "home", 1_000 + n), Ok(()));
        }
        assert_eq!(tries.count("a@example.org", "elsewhere", 1_010), Err(WINDOW_MS - 10));
        for n in 0..25 {
            assert_eq!(tries.count(&format!("p{n}@example.org"), "home", 2_000), Ok(()));
        }
        assert!(tries.count("z@example.org", "home", 2_000).is_err());
        assert_eq!(tries.count("z@example.org", "elsewhere", 2_000), Ok(()));
        assert_eq!(
            tries.count("a@example.org", "home", 1_000 + WINDOW_MS),
            Ok(()),
            "the oldest counts no more"
        );
    }

    #[test]
    fn whoever_is_in_begins_anew() {
        let tries = Tries::default();
        for _ in 0..5 {
            assert_eq!(tries.count("a@example.org", "home", 1), Ok(()));
        }
        tries.forget("a@example.org");
        assert_eq!(tries.count("a@example.org", "home", 1), Ok(()));
    }
}
