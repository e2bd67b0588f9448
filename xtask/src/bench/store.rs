//! How fast the local store is: searching many answers, saving words, filling and opening. The store's own
//! example does the work in a release build; this gives its figures names and limits.

use crate::bench::Figure;
use crate::house::House;
use crate::steps;
use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// A figure of the example: what people call it, its unit, and the limit of the design where it has one.
const FIGURES: [(&str, &str, &str, Option<f64>); 3] = [
    ("search_p95_ms", "search over the answers, p95", "ms", Some(50.0)),
    ("save_in_10000_words_p99_ms", "words to disk in an answer of 10,000 words, p99", "ms", Some(300.0)),
    ("open_again_ms", "open the store", "ms", None),
];

/// Runs the store's example and reads its figures.
pub(crate) fn store(house: &House) -> Result<Vec<Figure>> {
    let words = ["run", "--release", "-p", "linchpin-store", "--example", "measure"];
    let said = steps::ask("measure the store in a release build", &mut house.cargo(&words))?;
    let mut figures = Vec::new();
    for line in said.lines().filter(|line| line.starts_with('{')) {
        let line: Value = serde_json::from_str(line).context("read a figure of the store's example")?;
        let name = line.get("figure").and_then(Value::as_str).context("a figure has a name")?;
        let value = line.get("value").and_then(Value::as_f64).context("a figure has a value")?;
        let known = FIGURES.iter().find(|(of, ..)| *of == name);
        let (what, unit, limit) =
            known.map_or((name, unit_of(name), None), |(_, what, unit, limit)| (*what, *unit, *limit));
        figures.push(Figure {
            what: what.to_owned(),
            value,
            unit,
            against: limit.map(|limit| ("the limit", limit)),
        });
    }
    ensure!(!figures.is_empty(), "the store's example gave no figure");
    Ok(figures)
}

/// Returns the unit with which a figure's name ends.
fn unit_of(name: &str) -> &'static str {
    if name.ends_with("_ms") {
        "ms"
    } else if name.ends_with("_s") {
        "s"
    } else {
        ""
    }
}
