//! Everything that CI runs, from nothing: named stages with their times, and a summary that lists what was
//! skipped. A stage that has nothing to run yet is absent; one that cannot run here says SKIPPED and why, and
//! that never counts as passed. What the runners say is printed as they say it. Nothing is tried twice.

mod stages;

use crate::house::House;
use crate::steps::took;
use anyhow::{Result, bail};
use stages::{STAGES, Stage};
use std::time::{Duration, Instant};

/// Minutes that CI gives the whole run.
const BUDGET_MINUTES: u64 = 90;

/// How a stage ended.
pub(crate) enum Outcome {
    /// It ran and everything passed.
    Passed,
    /// It could not run here, and why.
    Skipped(String),
}

enum Line {
    Passed(Duration),
    Failed(Duration, String),
    Skipped(String),
    NotRun,
}

/// Runs all stages or one.
pub(crate) fn test(house: &House, words: &[&str]) -> Result<()> {
    let asked = asked(words)?;
    let there: Vec<&Stage> = STAGES.iter().filter(|stage| (stage.exists)(house)).collect();
    if let Some(only) = asked.only
        && !there.iter().any(|stage| stage.name == only)
    {
        let names: Vec<&str> = there.iter().map(|stage| stage.name).collect();
        bail!("there is no stage \"{only}\"; there are: {}", names.join(", "));
    }
    if asked.long {
        println!("Long runs: the tests are told by LINCHPIN_LONG=1.");
    }
    let began = Instant::now();
    let mut lines: Vec<(&Stage, Line)> = Vec::new();
    let mut stop = false;
    for stage in there.into_iter().filter(|stage| asked.wants(stage)) {
        let line = if stop { Line::NotRun } else { run(house, stage, asked.long) };
        stop |= stage.others_need_it && matches!(line, Line::Failed(..));
        lines.push((stage, line));
    }
    summary(&lines, began.elapsed())
}

struct Asked<'a> {
    only: Option<&'a str>,
    long: bool,
}

impl Asked<'_> {
    /// One stage alone still needs what is built before it.
    fn wants(&self, stage: &Stage) -> bool {
        self.only.is_none_or(|only| {
            only == stage.name || (stage.others_need_it && only != "lint" && only != "setup")
        })
    }
}

fn asked<'a>(words: &[&'a str]) -> Result<Asked<'a>> {
    match words {
        [] => Ok(Asked { only: None, long: false }),
        ["--long"] => Ok(Asked { only: None, long: true }),
        ["--only", name] => Ok(Asked { only: Some(name), long: false }),
        ["--only", name, "--long"] | ["--long", "--only", name] => Ok(Asked { only: Some(name), long: true }),
        other => bail!("cargo xtask test does not know \"{}\"", other.join(" ")),
    }
}

fn run(house: &House, stage: &Stage, long: bool) -> Line {
    println!("\n======== {} (budget {} min)", stage.name, stage.minutes);
    let began = Instant::now();
    match (stage.run)(house, long) {
        Ok(Outcome::Passed) => Line::Passed(began.elapsed()),
        Ok(Outcome::Skipped(why)) => {
            println!("SKIPPED {}: {why}", stage.name);
            Line::Skipped(why)
        }
        Err(error) => {
            println!("\n{}: {}", stage.name, first_line(&format!("{error:#}")));
            Line::Failed(began.elapsed(), format!("{error:#}"))
        }
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// Says again how the stages that failed ended: between their own output and here lie thousands of lines.
fn what_failed(lines: &[(&Stage, Line)]) {
    for (stage, line) in lines {
        if let Line::Failed(_, why) = line {
            println!("\n======== {} failed; its last words", stage.name);
            println!("{why}");
        }
    }
}

fn summary(lines: &[(&Stage, Line)], whole: Duration) -> Result<()> {
    what_failed(lines);
    println!("\n======== summary");
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for (stage, line) in lines {
        let budget = stage.minutes;
        match line {
            Line::Passed(time) => {
                passed += 1;
                println!("  passed   {:12} {:>12} of {budget} min", stage.name, took(*time));
            }
            Line::Failed(time, why) => {
                failed += 1;
                let first = first_line(why);
                println!("  FAILED   {:12} {:>12} of {budget} min  {first}", stage.name, took(*time));
            }
            Line::Skipped(why) => {
                skipped += 1;
                println!("  SKIPPED  {:12} {why}", stage.name);
            }
            Line::NotRun => {
                failed += 1;
                println!("  NOT RUN  {:12} an earlier stage that it needs failed", stage.name);
            }
        }
    }
    println!("  in all {} of {BUDGET_MINUTES} min", took(whole));
    println!("stages: {passed} passed, {failed} failed, {skipped} skipped");
    if failed > 0 {
        bail!("{failed} of {} stages did not pass", lines.len());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_taken_in_either_order() {
        for words in [["--only", "unit", "--long"], ["--long", "--only", "unit"]] {
            let asked = asked(&words).unwrap();
            assert_eq!((asked.only, asked.long), (Some("unit"), true));
        }
        assert!(asked(&["--fast"]).is_err());
    }

    #[test]
    fn a_failed_stage_fails_the_run() {
        let stage = &STAGES[0];
        let bad = [(stage, Line::Failed(Duration::ZERO, "a reason".into()))];
        assert!(summary(&bad, Duration::ZERO).is_err());
        let good = [(stage, Line::Passed(Duration::ZERO)), (stage, Line::Skipped("no display".into()))];
        assert!(summary(&good, Duration::ZERO).is_ok());
        assert!(summary(&[(stage, Line::NotRun)], Duration::ZERO).is_err());
    }

    #[test]
    fn the_budgets_fit_into_what_ci_gives() {
        let sum: u64 = STAGES.iter().map(|stage| stage.minutes).sum();
        assert!(sum <= BUDGET_MINUTES, "{sum} minutes");
    }
}
