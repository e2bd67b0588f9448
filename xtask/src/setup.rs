//! What a computer needs to build, run and test Linchpin: one table with what is needed, what was found, the
//! verdict and the cure. Installs only with apt, and only as root or through `sudo -n`; where it may not, it
//! prints the one line to paste. A second run changes nothing.

mod apt;
mod checks;

use crate::house::House;
use crate::ui;
use anyhow::{Result, bail};
use checks::{Finding, Purpose};
use std::path::PathBuf;

/// Checks, installs what is missing, and fetches the screens' packages.
pub(crate) fn setup(house: &House) -> Result<()> {
    println!("What Linchpin needs on this computer:\n");
    let findings = checks::all(house);
    print_table(&findings);
    mend(house, &findings, &[Purpose::Build], &[Purpose::Display, Purpose::Test])?;
    ui::packages(house)
}

/// Checks without a table and installs or names what building and running need, before anything is built; returns
/// in a moment when nothing is missing. Without a display a virtual one is needed too.
pub(crate) fn ready_to_run(house: &House, has_display: bool) -> Result<()> {
    let findings = checks::all(house);
    let musts: &[Purpose] = if has_display { &[Purpose::Build] } else { &[Purpose::Build, Purpose::Display] };
    mend(house, &findings, musts, &[])?;
    ui::packages(house)
}

/// Names what is missing for a purpose, in words.
pub(crate) fn missing_for(house: &House, what: &str) -> Option<String> {
    let finding = checks::all(house).into_iter().find(|finding| finding.needed.starts_with(what))?;
    (!finding.here).then(|| format!("{} is missing: {}", finding.needed, finding.cure))
}

/// Returns the browser that the screens' tests drive.
pub(crate) fn browser() -> Option<PathBuf> {
    checks::browser_path()
}

/// Installs what is missing. What still is then stops everything if it is one of the `musts`, and is named if it is
/// one of the `mays`.
fn mend(house: &House, findings: &[Finding], musts: &[Purpose], mays: &[Purpose]) -> Result<()> {
    let wanted = |f: &&Finding| musts.contains(&f.purpose) || mays.contains(&f.purpose);
    let lacking = |findings: &[Finding]| -> Vec<Finding> {
        findings.iter().filter(|f| !f.here).filter(wanted).cloned().collect()
    };
    let missing = lacking(findings);
    let packages: Vec<&str> = missing.iter().flat_map(|f| f.packages.iter().copied()).collect();
    if !packages.is_empty() {
        apt::install(house, &packages)?;
    }
    let still = if packages.is_empty() { missing } else { lacking(&checks::all(house)) };
    if still.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = still.iter().map(|f| format!("  {}: {}", f.needed, f.cure)).collect();
    if !still.iter().any(|f| musts.contains(&f.purpose)) {
        println!("\nMissing, so the tests that need it will be skipped:\n{}", lines.join("\n"));
        return Ok(());
    }
    bail!("This computer still lacks:\n{}", lines.join("\n"))
}

fn print_table(findings: &[Finding]) {
    let wide = findings.iter().map(|f| f.needed.len()).max().unwrap_or(0);
    let found_wide = findings.iter().map(|f| f.found.len()).max().unwrap_or(0).min(40);
    for finding in findings {
        let verdict = if finding.here { "here" } else { "missing" };
        let cure = if finding.here { "" } else { finding.cure.as_str() };
        let found: String = finding.found.chars().take(40).collect();
        let line = format!("  {:wide$}  {found:found_wide$}  {verdict:7}  {cure}", finding.needed);
        println!("{}", line.trim_end());
    }
    println!();
}
