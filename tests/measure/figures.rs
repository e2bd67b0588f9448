//! What the measuring programs share: one line of JSON a figure, and what the system tells of a process.

use anyhow::{Context, Result};
use std::time::Instant;

/// Prints a figure as `cargo xtask bench` reads it.
pub(crate) fn print(name: &str, value: f64) {
    println!("{{\"figure\":\"{name}\",\"value\":{value:.3}}}");
}

/// Returns the milliseconds since a moment.
pub(crate) fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1_000.0
}

/// Returns a percentile; of no times it is not a number.
pub(crate) fn percentile(times: &mut [f64], percent: usize) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get((times.len() * percent / 100).min(times.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
}

/// Returns the most memory that a process ever held.
pub(crate) fn peak_mib(process: u32) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no peak is told")?;
    let kib: f64 = line.split_whitespace().next().context("no figure is told")?.parse()?;
    Ok(kib / 1_024.0)
}

/// Returns the CPU seconds of a process so far, in user and system; Linux counts them in hundredths.
pub(crate) fn cpu_seconds(process: u32) -> Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let after = stat.rsplit_once(") ").context("no process is told")?.1;
    let ticks = after.split(' ').skip(11).take(2).map(str::parse::<f64>).sum::<Result<f64, _>>()?;
    Ok(ticks / 100.0)
}
