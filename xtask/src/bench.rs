//! Measurements, on release builds, run by hand and never as a test: a figure without a limit, printed with the
//! command that made it. A bench is a name and a function in the table below.

mod away;
mod examples;
mod live;
mod load;
mod peers;
mod size;
mod store;
mod sync;
mod window;

use crate::house::House;
use anyhow::{Result, bail, ensure};

/// A bench: its name, what it tells, and the work, which is told whether it may take long.
type Bench = (&'static str, &'static str, fn(&House, bool) -> Result<Vec<Figure>>);

/// All benches.
const BENCHES: [Bench; 7] = [
    ("size", "what is downloaded and installed", size::size),
    ("store", "how fast the local store finds and saves", store::store),
    ("window", "how fast the real window is, and its memory", window::window),
    ("sync", "what records cost on their way to the hub and on", sync::sync),
    ("live", "how soon a letter is at the other editor's end", live::live),
    ("load", "what a thousand editors at once meet (--long: for half an hour)", load::load),
    ("away", "how long a device takes that was away for 90 days", away::away),
];

/// Turns away where a bench cannot work.
fn only_on_linux(because: &str) -> Result<()> {
    ensure!(cfg!(target_os = "linux"), "this bench {because}, so it runs on Linux only");
    Ok(())
}

/// One measured figure, beside what it is compared with.
pub(crate) struct Figure {
    /// What was measured.
    pub(crate) what: String,
    /// The figure.
    pub(crate) value: f64,
    /// Its unit.
    pub(crate) unit: &'static str,
    /// What it is measured against: names and their figures in the same unit.
    pub(crate) against: Vec<(&'static str, f64)>,
}

impl Figure {
    /// Returns a figure that stands alone.
    pub(crate) fn new(what: &str, value: f64, unit: &'static str) -> Self {
        Self { what: what.to_owned(), value, unit, against: Vec::new() }
    }

    /// Puts a limit or a peer beside it.
    pub(crate) fn against(mut self, name: &'static str, value: f64) -> Self {
        self.against.push((name, value));
        self
    }
}

/// Runs one bench or all.
pub(crate) fn bench(house: &House, words: &[&str]) -> Result<()> {
    let long = words.contains(&"--long");
    let only = match words.iter().filter(|word| **word != "--long").collect::<Vec<_>>().as_slice() {
        [] => None,
        [only] => Some(**only),
        _ => bail!("cargo xtask bench does not know \"{}\"", words.join(" ")),
    };
    if let Some(only) = only
        && !BENCHES.iter().any(|(name, ..)| *name == only)
    {
        bail!("there is no bench \"{only}\"; there are: {}", BENCHES.map(|(name, ..)| name).join(", "));
    }
    for (name, tells, work) in BENCHES.iter().filter(|(name, ..)| only.is_none_or(|only| only == *name)) {
        println!("\n==> {name}: {tells}");
        let figures = work(house, long)?;
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
        let ratio = |(name, other): &(&str, f64)| {
            format!("  {:.2} of {name} ({} {})", figure.value / other, written(*other), figure.unit)
        };
        let ratios: String = figure.against.iter().map(ratio).collect();
        format!("{:wide$}  {:>8} {}{ratios}", figure.what, written(figure.value), figure.unit)
    };
    figures.iter().map(line).collect()
}

/// Writes small figures finer than large ones.
fn written(value: f64) -> String {
    if value < 10.0 { format!("{value:.2}") } else { format!("{value:.1}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_stands_beside_its_ratio() {
        let figure = Figure::new("size", 5.0, "MB");
        assert_eq!(table(&[figure]), ["size      5.00 MB"]);
        let figure = Figure::new("size", 5.0, "MB").against("the limit", 10.0).against("a peer", 2.5);
        assert_eq!(
            table(&[figure]),
            ["size      5.00 MB  0.50 of the limit (10.0 MB)  2.00 of a peer (2.50 MB)"]
        );
    }
}
