//! Measurements, on release builds, run by hand and never as a test: a figure without a limit, printed with the
//! command that made it. A bench is a name and a function in the table below.

mod size;
mod store;

use crate::house::House;
use anyhow::{Result, bail};

/// A bench: its name, what it tells, and the work.
type Bench = (&'static str, &'static str, fn(&House) -> Result<Vec<Figure>>);

/// All benches.
const BENCHES: [Bench; 2] = [
    ("size", "what is downloaded, installed and held in memory", size::size),
    ("store", "how fast the local store finds and saves", store::store),
];

/// One measured figure, beside what it is compared with.
pub(crate) struct Figure {
    /// What was measured.
    pub(crate) what: String,
    /// The figure.
    pub(crate) value: f64,
    /// Its unit.
    pub(crate) unit: &'static str,
    /// What it is measured against: a name and its figure in the same unit.
    pub(crate) against: Option<(&'static str, f64)>,
}

/// Runs one bench or all.
pub(crate) fn bench(house: &House, only: Option<&str>) -> Result<()> {
    if let Some(only) = only
        && !BENCHES.iter().any(|(name, ..)| *name == only)
    {
        bail!("there is no bench \"{only}\"; there are: {}", BENCHES.map(|(name, ..)| name).join(", "));
    }
    for (name, tells, work) in BENCHES.iter().filter(|(name, ..)| only.is_none_or(|only| only == *name)) {
        println!("\n==> {name}: {tells}");
        let figures = work(house)?;
        println!("\n  cargo xtask bench {name}");
        for line in table(&figures) {
            println!("  {line}");
        }
    }
    Ok(())
}

fn table(figures: &[Figure]) -> Vec<String> {
    let wide = figures.iter().map(|figure| figure.what.len()).max().unwrap_or(0);
    let line = |figure: &Figure| {
        let ratio = figure.against.map_or_else(String::new, |(name, other)| {
            format!("  {:.2} of {name} ({other:.1} {})", figure.value / other, figure.unit)
        });
        format!("{:wide$}  {:>8.1} {}{ratio}", figure.what, figure.value, figure.unit)
    };
    figures.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_stands_beside_its_ratio() {
        let figure = |against| Figure { what: "size".into(), value: 5.0, unit: "MB", against };
        assert_eq!(
            table(&[figure(Some(("the limit", 10.0)))]),
            ["size       5.0 MB  0.50 of the limit (10.0 MB)"]
        );
        assert_eq!(table(&[figure(None)]), ["size       5.0 MB"]);
    }
}
