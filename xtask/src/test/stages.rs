//! The stages, in the order in which they run, with the minutes each may take of CI's.

use crate::house::House;
use crate::test::Outcome;
use crate::{lint, setup, steps, ui};
use anyhow::{Result, ensure};
use std::process::Command;

/// Test binaries that have a stage of their own.
const OWN_STAGE: [&str; 5] = ["simulate", "crash", "powercut", "upgrade", "desktop"];

/// One stage.
pub(crate) struct Stage {
    /// What `--only` calls it.
    pub(crate) name: &'static str,
    /// Its share of CI's time.
    pub(crate) minutes: u64,
    /// Whether what comes after is of no use when it fails.
    pub(crate) others_need_it: bool,
    /// Whether there is anything to run yet.
    pub(crate) exists: fn(&House) -> bool,
    /// Runs it; the second word asks for a release's long runs.
    pub(crate) run: fn(&House, bool) -> Result<Outcome>,
}

/// All stages.
pub(crate) const STAGES: [Stage; 12] = [
    Stage { name: "setup", minutes: 6, others_need_it: true, exists: always, run: setting_up },
    Stage { name: "build", minutes: 23, others_need_it: true, exists: always, run: building },
    Stage { name: "lint", minutes: 8, others_need_it: false, exists: always, run: linting },
    Stage { name: "unit", minutes: 12, others_need_it: false, exists: always, run: unit },
    Stage {
        name: "ui-unit",
        minutes: 2,
        others_need_it: false,
        exists: |h| ui::has_script(h, UNIT),
        run: ui_unit,
    },
    Stage {
        name: "ui-browser",
        minutes: 3,
        others_need_it: false,
        exists: |h| ui::has_script(h, BROWSER),
        run: ui_browser,
    },
    Stage {
        name: "ui-whole",
        minutes: 5,
        others_need_it: false,
        exists: |h| ui::has_script(h, WHOLE),
        run: ui_whole,
    },
    Stage {
        name: "simulate",
        minutes: 12,
        others_need_it: false,
        exists: |h| has(h, "simulate"),
        run: simulate,
    },
    Stage { name: "crash", minutes: 4, others_need_it: false, exists: |h| has(h, "crash"), run: crash },
    Stage {
        name: "powercut",
        minutes: 5,
        others_need_it: false,
        exists: |h| has(h, "powercut"),
        run: powercut,
    },
    Stage { name: "upgrade", minutes: 2, others_need_it: false, exists: |h| has(h, "upgrade"), run: upgrade },
    Stage { name: "desktop", minutes: 8, others_need_it: false, exists: |h| has(h, "desktop"), run: desktop },
];

const UNIT: &str = "test:unit";
const BROWSER: &str = "test:browser";
const WHOLE: &str = "test:whole";

fn always(_: &House) -> bool {
    true
}

fn has(house: &House, name: &str) -> bool {
    house.test_binaries().iter().any(|binary| binary == name)
}

fn setting_up(house: &House, _: bool) -> Result<Outcome> {
    setup::setup(house)?;
    Ok(Outcome::Passed)
}

/// Builds the screens, the programs and every test once, so that later stages measure their own time. Programs
/// and tests in one command: apart, what only tests ask of a library would build half of all libraries twice.
fn building(house: &House, _: bool) -> Result<Outcome> {
    ui::build(house)?;
    steps::loudly(
        "build the programs and tests",
        &mut house.cargo(&["build", "--workspace", "--all-targets"]),
    )?;
    Ok(Outcome::Passed)
}

fn linting(house: &House, _: bool) -> Result<Outcome> {
    lint::lint(house, None)?;
    Ok(Outcome::Passed)
}

/// Everything but the binaries with a stage of their own; one command, so that the features stay the same.
fn unit(house: &House, long: bool) -> Result<Outcome> {
    let binaries = house.test_binaries();
    let mut words = vec!["test", "--workspace", "--no-fail-fast", "--lib", "--bins"];
    for binary in binaries.iter().filter(|name| !OWN_STAGE.contains(&name.as_str())) {
        words.extend(["--test", binary]);
    }
    tests(house, "unit tests, crates' tests and stories", &words, long)
}

fn simulate(house: &House, long: bool) -> Result<Outcome> {
    binary(house, "simulate", long)
}

fn crash(house: &House, long: bool) -> Result<Outcome> {
    binary(house, "crash", long)
}

fn powercut(house: &House, long: bool) -> Result<Outcome> {
    binary(house, "powercut", long)
}

fn upgrade(house: &House, long: bool) -> Result<Outcome> {
    binary(house, "upgrade", long)
}

fn desktop(house: &House, long: bool) -> Result<Outcome> {
    if !cfg!(target_os = "linux") {
        return Ok(Outcome::Skipped("the stories in the real window need Linux".into()));
    }
    if let Some(missing) = setup::missing_for(house, "WebKitWebDriver") {
        return Ok(Outcome::Skipped(missing));
    }
    binary(house, "desktop", long)
}

fn binary(house: &House, name: &str, long: bool) -> Result<Outcome> {
    tests(house, name, &["test", "--workspace", "--test", name], long)
}

fn tests(house: &House, what: &str, words: &[&str], long: bool) -> Result<Outcome> {
    let mut command = house.cargo(words);
    tell_long(&mut command, long);
    steps::loudly(what, &mut command)?;
    Ok(Outcome::Passed)
}

fn ui_unit(house: &House, long: bool) -> Result<Outcome> {
    script(house, UNIT, long)
}

fn ui_browser(house: &House, long: bool) -> Result<Outcome> {
    in_browser(house, BROWSER, long)
}

fn ui_whole(house: &House, long: bool) -> Result<Outcome> {
    in_browser(house, WHOLE, long)
}

fn in_browser(house: &House, name: &str, long: bool) -> Result<Outcome> {
    if let Some(missing) = setup::missing_for(house, "browser") {
        return Ok(Outcome::Skipped(missing));
    }
    script(house, name, long)
}

fn script(house: &House, name: &str, long: bool) -> Result<Outcome> {
    ensure!(ui::has_script(house, name), "ui/package.json lost its script \"{name}\"");
    let mut command = ui::npm(house, &["run", name]);
    tell_long(&mut command, long);
    if let Some(browser) = setup::browser() {
        command.env("LINCHPIN_BROWSER", browser);
    }
    steps::loudly(&format!("npm run {name}"), &mut command)?;
    Ok(Outcome::Passed)
}

fn tell_long(command: &mut Command, long: bool) {
    if long {
        command.env("LINCHPIN_LONG", "1");
    }
}
