//! How long a device that was away for 90 days takes to be in step, on a slow line.

use crate::bench::Figure;
use crate::bench::examples::{self, Name, PASSPHRASE};
use crate::house::House;
use anyhow::Result;

const NAMES: [Name; 7] = [
    ("away_s", "90 days away, 1 Mbit/s: until in step", "s", Some(30.0)),
    ("away_changes", "  changes it received", "", None),
    ("away_down_mb", "  down", "MB", None),
    ("away_up_mb", "  up", "MB", None),
    ("first_s", "first sync of the large set, no limit on the line", "s", None),
    ("first_changes", "  changes it received", "", None),
    ("first_down_mb", "  down", "MB", None),
];

/// Runs the example and reads its figures.
pub(crate) fn away(house: &House, _long: bool) -> Result<Vec<Figure>> {
    examples::build(house)?;
    let said = examples::run(house, "measure_away", |command| {
        command.envs([PASSPHRASE]);
    })?;
    said.named(&NAMES)
}
