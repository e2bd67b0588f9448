//! The gate before passphrases: each takes 64 MiB and a good part of a second, so two are looked at at once and fifty
//! wait. Otherwise signing in would be the way to stop a hub. It holds no lock of the store.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// How many passphrases are looked at at once.
const AT_ONCE: usize = 2;
/// How many may wait.
const WAITING: usize = 50;

#[derive(Default)]
struct Inside {
    working: usize,
    waiting: usize,
}

/// The gate.
#[derive(Default)]
pub(super) struct Gate {
    inside: Mutex<Inside>,
    left: Condvar,
}

/// A turn; it ends when it is dropped.
pub(super) struct Turn<'a>(&'a Gate);

impl Gate {
    /// Waits for a turn; none where too many wait already.
    pub(super) fn enter(&self) -> Option<Turn<'_>> {
        let mut inside = self.held();
        if inside.working >= AT_ONCE {
            if inside.waiting >= WAITING {
                return None;
            }
            inside.waiting += 1;
            let full = |inside: &mut Inside| inside.working >= AT_ONCE;
            inside = self.left.wait_while(inside, full).unwrap_or_else(PoisonError::into_inner);
            inside.waiting -= 1;
        }
        inside.working += 1;
        Some(Turn(self))
    }

    fn held(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.held().working -= 1;
        self.0.left.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn two_are_inside_fifty_wait_and_the_next_is_sent_away() {
        let (gate, done) = (Gate::default(), AtomicUsize::new(0));
        let turns = [gate.enter(), gate.enter()];
        assert!(turns.iter().all(Option::is_some));
        std::thread::scope(|scope| {
            for _ in 0..WAITING {
                scope.spawn(|| {
                    let turn = gate.enter().expect("there is room to wait");
                    assert!(gate.held().working <= AT_ONCE);
                    drop(turn);
                    done.fetch_add(1, Ordering::Relaxed);
                });
            }
            while gate.held().waiting < WAITING {
                std::thread::yield_now();
            }
            assert!(gate.enter().is_none(), "nobody else may wait");
            drop(turns);
        });
        assert_eq!(done.load(Ordering::Relaxed), WAITING);
        assert!(gate.enter().is_some());
    }
}
