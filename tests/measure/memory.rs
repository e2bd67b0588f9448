//! The memory of a process with everything it started, pages that are shared counted by share (Linux's PSS), so
//! that the processes of a web view can be added up.

use anyhow::{Context, Result, bail};
use std::time::{Duration, Instant};

/// The memory counts once it has stood still for this long.
const STILL: Duration = Duration::from_secs(3);
const SETTLE_LIMIT: Duration = Duration::from_secs(60);

/// Returns the MB and the number of processes once both stand still.
pub(crate) fn settled(app: u32) -> Result<(f64, f64)> {
    let began = Instant::now();
    let (mut last, mut since) = ((0, 0), Instant::now());
    while began.elapsed() < SETTLE_LIMIT {
        let now = shared_out(app)?;
        if now.0.abs_diff(last.0) > last.0 / 50 || now.1 != last.1 {
            (last, since) = (now, Instant::now());
        }
        // A window alone has the app, its network process and its page.
        if since.elapsed() > STILL && last.1 >= 3 {
            return Ok((f64::from(last.0) / 1_000.0, f64::from(last.1)));
        }
        std::thread::sleep(Duration::from_millis(250));
    }
    bail!("the app's memory did not stand still within {SETTLE_LIMIT:?}")
}

/// Returns the kB of a process and everything it started, and how many they are.
fn shared_out(app: u32) -> Result<(u32, u32)> {
    let mut family = vec![app];
    let parents = parents()?;
    let mut at = 0;
    while let Some(&parent) = family.get(at) {
        family.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(pid, _)| *pid));
        at += 1;
    }
    let shares: Vec<u32> = family.iter().filter_map(share).collect();
    Ok((shares.iter().sum(), u32::try_from(shares.len()).unwrap_or(u32::MAX)))
}

/// Returns the kB of a process; none where it has ended meanwhile.
fn share(pid: &u32) -> Option<u32> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let kib: u64 =
        text.lines().find_map(|line| line.strip_prefix("Pss:"))?.split_whitespace().next()?.parse().ok()?;
    u32::try_from(kib * 1_024 / 1_000).ok()
}

fn parents() -> Result<Vec<(u32, u32)>> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir("/proc").context("list the processes")?.flatten() {
        let Ok(pid) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
        let Ok(text) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        // The name in brackets may hold spaces; the parent is the second word after it.
        let after = text.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1)?.parse().ok());
        all.extend(after.map(|parent| (pid, parent)));
    }
    Ok(all)
}
