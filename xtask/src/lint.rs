//! Everything that is checked without running the product, part by part; all parts run even when one fails, so
//! that one look shows everything.

use crate::house::House;
use crate::{generate, layers, lock, steps, tidy, ui, ui_arrows};
use anyhow::{Result, bail};

/// A part: its name and the work.
type Part = (&'static str, fn(&House) -> Result<()>);

/// The parts, in the order in which they run: the quick ones first.
const PARTS: [Part; 8] = [
    ("layers", |house| layers::check(&house.metadata)),
    ("lock", lock::check),
    ("ui-arrows", ui_arrows::check),
    ("tidy", tidy::check),
    ("fmt", |house| steps::quietly("cargo fmt --check", &mut house.cargo(&["fmt", "--all", "--check"]))),
    ("screens", |house| script(house, "check")),
    ("clippy", clippy),
    ("generated", generate::check),
];

/// Runs one part or all.
pub(crate) fn lint(house: &House, only: Option<&str>) -> Result<()> {
    if let Some(only) = only
        && !PARTS.iter().any(|(name, _)| *name == only)
    {
        bail!("lint has no part \"{only}\"; there are: {}", PARTS.map(|(name, _)| name).join(", "));
    }
    let mut failed = Vec::new();
    let mut passed = 0;
    for (name, part) in PARTS.iter().filter(|(name, _)| only.is_none_or(|only| only == *name)) {
        match part(house) {
            Ok(()) => passed += 1,
            Err(error) => {
                println!("\nlint {name}: {error:#}\n");
                failed.push(*name);
            }
        }
    }
    println!("lint: {passed} passed, {} failed", failed.len());
    if !failed.is_empty() {
        bail!("lint failed: {}", failed.join(", "));
    }
    Ok(())
}

fn clippy(house: &House) -> Result<()> {
    let words = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
    steps::loudly("cargo clippy", &mut house.cargo(&words))
}

fn script(house: &House, name: &str) -> Result<()> {
    if !ui::has_script(house, name) {
        bail!("ui/package.json has no script \"{name}\"");
    }
    steps::quietly(&format!("npm run {name}"), &mut ui::npm(house, &["run", name]))
}
