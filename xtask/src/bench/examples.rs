//! The figures of our own measuring programs: examples of the packages, built for release, that print one line of
//! JSON a figure.

use crate::bench::Figure;
use crate::house::House;
use crate::steps;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::process::Command;

/// A figure of an example: its name there, what people call it, its unit, and the limit of the design if it has one.
pub(crate) type Name = (&'static str, &'static str, &'static str, Option<f64>);

/// What opens the stores of examples that have some, where a person would be asked.
pub(crate) const PASSPHRASE: (&str, &str) = ("LINCHPIN_PASSPHRASE", "correct-horse-battery-staple");

/// What an example said: figures by name, in its order.
#[derive(Clone)]
pub(crate) struct Said(Vec<(String, f64)>);

/// Builds every program but the app, and every example that measures, as one set of features.
pub(crate) fn build(house: &House) -> Result<()> {
    let words =
        ["build", "--release", "--workspace", "--exclude", "linchpin-desktop", "--bins", "--examples"];
    steps::loudly("build what measures, for release", &mut house.cargo(&words))
}

/// Runs a built example and reads its figures.
pub(crate) fn run(house: &House, example: &str, prepare: impl FnOnce(&mut Command)) -> Result<Said> {
    let said = run_where_it_can(house, example, prepare)?;
    said.with_context(|| format!("{example} cannot run here"))
}

/// As [`run`]; none where the example says SKIPPED and why, which is passed on.
pub(crate) fn run_where_it_can(
    house: &House,
    example: &str,
    prepare: impl FnOnce(&mut Command),
) -> Result<Option<Said>> {
    let program = house.target.join("release/examples").join(example);
    let mut command = Command::new(program);
    prepare(&mut command);
    let text = steps::ask(example, &mut command)?;
    if let Some(skipped) = text.lines().find(|line| line.starts_with("SKIPPED")) {
        println!("{skipped}");
        return Ok(None);
    }
    read(&text).map(Some)
}

impl Said {
    /// Returns a figure.
    pub(crate) fn figure(&self, name: &str) -> Result<f64> {
        let found = self.0.iter().find(|(of, _)| of == name).map(|(_, value)| *value);
        found.with_context(|| format!("the example gave no figure \"{name}\""))
    }

    /// Returns the figures that have names for people, beside their limits.
    pub(crate) fn named(&self, names: &[Name]) -> Result<Vec<Figure>> {
        let named = |(name, what, unit, limit): &Name| {
            let figure = Figure::new(what, self.figure(name)?, unit);
            Ok(limit.iter().fold(figure, |figure, limit| figure.against("the limit", *limit)))
        };
        names.iter().map(named).collect()
    }
}

/// Returns the median of each figure over several runs.
pub(crate) fn medians(runs: &[Said]) -> Result<Said> {
    let first = runs.first().context("at least one run")?;
    let middle = |(name, _): &(String, f64)| {
        let mut values = runs.iter().map(|run| run.figure(name)).collect::<Result<Vec<_>>>()?;
        Ok((name.clone(), median(&mut values)))
    };
    Ok(Said(first.0.iter().map(middle).collect::<Result<_>>()?))
}

/// Returns the middle value; none is not a number.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn read(text: &str) -> Result<Said> {
    let mut figures = Vec::new();
    for line in text.lines().filter(|line| line.starts_with('{')) {
        let line: Value = serde_json::from_str(line).context("read a figure")?;
        let name = line.get("figure").and_then(Value::as_str).context("a figure has a name")?;
        let value = line.get("value").and_then(Value::as_f64).context("a figure has a value")?;
        figures.push((name.to_owned(), value));
    }
    ensure!(!figures.is_empty(), "the example gave no figure");
    Ok(Said(figures))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_runs_is_told_for_each_figure() -> Result<()> {
        let run = |value: &str| read(&format!("building\n{{\"figure\":\"up\",\"value\":{value}}}\n"));
        let all = medians(&[run("3")?, run("1")?, run("2")?])?;
        assert_eq!(all.figure("up")?.to_bits(), 2.0_f64.to_bits());
        assert!(all.figure("down").is_err());
        Ok(())
    }
}
