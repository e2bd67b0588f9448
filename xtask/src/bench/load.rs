//! What a thousand editors at once meet, on a hub in a folder and on two over one PostgreSQL.

use crate::bench::examples;
use crate::bench::{Figure, only_on_linux};
use crate::house::House;
use anyhow::Result;

/// How long the editors work, in seconds.
const SHORT: &str = "60";
const LONG: &str = "1800";
/// The least pushes that are to be made durable in a CPU second of the hub.
const LEAST_PUSHES: f64 = 2_000.0;

type Name = (&'static str, &'static str, &'static str, Option<f64>);

const NAMES: [Name; 9] = [
    ("push_p50_ms", "push, p50", "ms", None),
    ("push_p99_ms", "push, p99", "ms", Some(150.0)),
    ("pull_p50_ms", "pull, p50", "ms", None),
    ("pull_p99_ms", "pull, p99", "ms", Some(100.0)),
    ("errors", "errors; the limit is none", "", None),
    ("pushes_a_second", "pushes a second", "", None),
    ("hub_cpu_s", "CPU of the hub", "s", None),
    ("driver_cpu_s", "CPU of what drives it", "s", None),
    ("hub_peak_mib", "most memory of a hub", "MiB", None),
];

/// Measures on both engines that are here.
pub(crate) fn load(house: &House, long: bool) -> Result<Vec<Figure>> {
    only_on_linux("reads the CPU seconds of processes")?;
    examples::build(house)?;
    let mut figures = Vec::new();
    for (engine, where_it_is) in [(None, "SQLite"), (Some("postgres"), "PostgreSQL")] {
        let said = examples::run_where_it_can(house, "measure_load", |command| {
            command.arg(if long { LONG } else { SHORT }).args(engine);
        })?;
        let Some(said) = said else { continue };
        for (name, what, unit, limit) in NAMES {
            let figure = Figure::new(&format!("{where_it_is}: {what}"), said.figure(name)?, unit);
            figures.push(limit.iter().fold(figure, |figure, limit| figure.against("the limit", *limit)));
        }
        let rate = said.figure("pushes_a_cpu_second")?;
        let what = format!("{where_it_is}: durable pushes a CPU second of the hub");
        figures.push(Figure::new(&what, rate, "").against("the least", LEAST_PUSHES));
    }
    Ok(figures)
}
