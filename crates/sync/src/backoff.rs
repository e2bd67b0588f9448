//! How long to wait after a failure: exponential from a second to five minutes, the whole of it left to
//! chance, so that a thousand desks do not come back in the same second after a hub was started again.

/// The longest wait after the first failure, in milliseconds.
const FIRST_MS: u64 = 1_000;
/// The longest wait of all.
const MOST_MS: u64 = 5 * 60_000;
/// The shortest wait: a roll of nothing must not become a hot loop.
const LEAST_MS: u64 = 200;

/// Returns how long to wait after the `failures`th failure in a row, by a random number.
pub fn wait_ms(failures: u32, roll: u64) -> u64 {
    let doublings = failures.saturating_sub(1).min(20);
    let ceiling = (FIRST_MS << doublings).min(MOST_MS);
    LEAST_MS + roll % (ceiling - LEAST_MS + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_wait_is_at_most_a_second_and_none_is_above_five_minutes() {
        for roll in [0, 1, 12_345, u64::MAX] {
            assert!((LEAST_MS..=FIRST_MS).contains(&wait_ms(1, roll)));
            assert!((LEAST_MS..=MOST_MS).contains(&wait_ms(u32::MAX, roll)));
        }
    }

    #[test]
    fn the_mean_wait_doubles_until_the_ceiling() {
        let mean = |failures| {
            (0..1_000)
                .map(|n: u64| wait_ms(failures, n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 8))
                .sum::<u64>()
                / 1_000
        };
        for failures in 1..8 {
            let ratio = mean(failures + 1) as f64 / mean(failures) as f64;
            assert!((1.6..2.3).contains(&ratio), "{failures}: {ratio}");
        }
        assert!((120_000..180_000).contains(&mean(30)));
    }
}
