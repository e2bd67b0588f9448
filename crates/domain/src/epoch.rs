//! Epochs of a hub: a new one begins each time it is put back to a backup. An epoch names the one it came from,
//! so that a hub put back twice to the same backup is never taken for one that was put back once.
//! Counted from the right: twenty bits of its own, twenty of the epoch before, twelve that count. Fits the
//! numbers of JSON.

/// The epoch of a hub that was never put back.
pub const FIRST: u64 = 1;

const OWN: u64 = (1 << 20) - 1;
const COUNT: u64 = (1 << 12) - 1;

/// Returns the epoch that begins when a hub is put back to a backup of epoch `before`.
pub fn next(before: u64, random: u32) -> u64 {
    let own = u64::from(random) & OWN;
    ((count(before) + 1) & COUNT) << 40 | (before & OWN) << 20 | own
}

/// Tells whether a hub of epoch `after` was put back, once, to a backup of epoch `before`: then what it says of
/// that backup holds for whoever knew the hub until then.
pub fn follows(before: u64, after: u64) -> bool {
    count(after) == (count(before) + 1) & COUNT && after >> 20 & OWN == before & OWN
}

fn count(epoch: u64) -> u64 {
    epoch >> 40 & COUNT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_follows_the_one_of_its_backup_and_no_other() {
        let (once, again) = (next(FIRST, 7), next(FIRST, 8));
        assert!(follows(FIRST, once) && follows(FIRST, again));
        assert!(
            !follows(once, again) && !follows(again, once) && !follows(FIRST, FIRST) && !follows(0, FIRST)
        );
        let later = next(again, 9);
        assert!(follows(again, later) && !follows(once, later) && !follows(FIRST, later));
    }

    #[test]
    fn many_epochs_stay_within_the_numbers_of_json() {
        let mut epoch = FIRST;
        for random in 0..10_000u32 {
            let after = next(epoch, random.wrapping_mul(0x9e37_79b9));
            assert!(follows(epoch, after) && after < 1 << 53);
            epoch = after;
        }
    }
}
