//! What it costs to bring records to the hub and on to a colleague, beside the floor that SQLite sets and, where
//! they are installed, beside Anki's sync server and PouchDB in the same run. CPU seconds count, of both ends
//! together: they stay the same on a busy computer.

use crate::bench::examples::{self, Said};
use crate::bench::{Figure, only_on_linux};
use crate::house::House;
use crate::steps;
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

const RECORDS: &str = "10000";
const RUNS: usize = 5;
/// The folder that holds the peers, as the drivers beside the checkout take it.
const PEERS: &str = "PEERS_DIR";

/// Measures ours, the floor, and the peers that are here.
pub(crate) fn sync(house: &House) -> Result<Vec<Figure>> {
    only_on_linux("reads the CPU seconds of processes")?;
    examples::build(house)?;
    let ours = || {
        examples::run(house, "measure_sync", |command| {
            command.arg(RECORDS).env("LINCHPIN_PASSPHRASE", "correct-horse-battery-staple");
        })
    };
    let floor = || {
        examples::run(house, "measure_floor", |command| {
            command.arg(RECORDS);
        })
    };
    let runs = (0..RUNS).map(|_| Ok((ours()?, floor()?))).collect::<Result<Vec<_>>>()?;
    let (ours, floor): (Vec<_>, Vec<_>) = runs.into_iter().unzip();
    let peers = peers(house)?;
    figures(&examples::medians(&ours)?, &examples::medians(&floor)?, &peers)
}

fn figures(ours: &Said, floor: &Said, peers: &[Peer]) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (way, what) in
        [("up", "10,000 records up, CPU of both ends"), ("down", "10,000 records down, CPU of both ends")]
    {
        let cpu = ours.figure(&format!("{way}_client_cpu_s"))? + ours.figure(&format!("{way}_hub_cpu_s"))?;
        let floor = floor.figure(&format!("{way}_floor_cpu_s"))?;
        figures.push(beside(Figure::new(what, cpu, "s").against("the floor", floor), peers, way));
        figures.push(Figure::new(
            &format!("  of it the hub, {way}"),
            ours.figure(&format!("{way}_hub_cpu_s"))?,
            "s",
        ));
        figures.push(Figure::new(&format!("  wall, {way}"), ours.figure(&format!("{way}_wall_s"))?, "s"));
    }
    for (name, what) in [
        ("one_up_ms", "one change up, p50"),
        ("one_down_ms", "one change down, p50"),
        ("nothing_ms", "nothing to do, p50"),
    ] {
        figures.push(beside(Figure::new(what, ours.figure(name)?, "ms"), peers, name));
    }
    let memory = Figure::new("most memory of the hub", ours.figure("hub_peak_mib")?, "MiB");
    figures.push(beside(memory, peers, "hub_peak_mib"));
    Ok(figures)
}

fn beside(figure: Figure, peers: &[Peer], name: &str) -> Figure {
    peers
        .iter()
        .filter_map(|peer| Some((peer.name, peer.figure(name)?)))
        .fold(figure, |figure, (peer, value)| figure.against(peer, value))
}

/// What a peer's driver said, one line a step.
struct Peer {
    name: &'static str,
    /// What its driver calls the steps: up, down, one change up, one down, nothing to do.
    steps: [&'static str; 5],
    lines: Vec<Value>,
}

impl Peer {
    fn figure(&self, name: &str) -> Option<f64> {
        let [up, down, one_up, one_down, nothing] = self.steps;
        let milliseconds = |step| Some(self.median(step, |line| number(line, "wall_s"))? * 1_000.0);
        let cpu = |step| {
            self.median(step, |line| Some(number(line, "client_cpu_s")? + number(line, "server_cpu_s")?))
        };
        match name {
            "up" => cpu(up),
            "down" => cpu(down),
            "one_up_ms" => milliseconds(one_up),
            "one_down_ms" => milliseconds(one_down),
            "nothing_ms" => milliseconds(nothing),
            "hub_peak_mib" => {
                self.lines.iter().filter_map(|line| number(line, "server_peak_mib")).max_by(f64::total_cmp)
            }
            _ => None,
        }
    }

    fn median(&self, step: &str, value: impl Fn(&Value) -> Option<f64>) -> Option<f64> {
        let of_step = self.lines.iter().filter(|line| line.get("what").and_then(Value::as_str) == Some(step));
        let mut values: Vec<f64> = of_step.filter_map(value).collect();
        (!values.is_empty()).then(|| examples::median(&mut values))
    }
}

fn number(line: &Value, name: &str) -> Option<f64> {
    line.get(name).and_then(Value::as_f64)
}

/// Runs the drivers of the peers that are installed; says which are not.
fn peers(house: &House) -> Result<Vec<Peer>> {
    let drivers = house.at("../shared/peers");
    let Some(folder) = std::env::var_os(PEERS).filter(|_| drivers.is_dir()) else {
        println!(
            "SKIPPED the peers: their drivers are not beside the checkout, or {PEERS} does not name their folder"
        );
        return Ok(Vec::new());
    };
    let python = Path::new(&folder).join("venv/bin/python");
    let anki = || {
        let mut command = Command::new(python);
        command.arg("anki_sync.py").arg(RECORDS);
        command
    };
    let pouch = || {
        let mut command = Command::new("node");
        command.args(["pouchdb.mjs", RECORDS, "1000"]);
        command
    };
    let of_anki = ["record sync up", "record sync down", "one change up", "one change down", "no-op"];
    let of_pouch = ["first sync up", "first sync down", "one change up", "one change down", "no-op two-way"];
    [("Anki", of_anki, anki()), ("PouchDB", of_pouch, pouch())]
        .into_iter()
        .map(|(name, steps, mut command)| {
            let said = steps::ask(name, command.current_dir(&drivers).env(PEERS, &folder))?;
            let lines = said.lines().filter(|line| line.starts_with('{'));
            let lines = lines.map(|line| serde_json::from_str(line).context("read a peer's figure"));
            Ok(Peer { name, steps, lines: lines.collect::<Result<_>>()? })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_peer_tells_both_ends_together_and_the_median_of_its_small_steps() {
        let step = |what: &str, wall: f64| json!({ "what": what, "wall_s": wall, "client_cpu_s": 1.0, "server_cpu_s": 2.0 });
        let lines = vec![step("a", 1.0), step("c", 0.003), step("c", 0.001), step("c", 0.002)];
        let peer = Peer { name: "Sample", steps: ["a", "b", "c", "d", "e"], lines };
        assert_eq!(peer.figure("up"), Some(3.0));
        assert_eq!(peer.figure("down"), None);
        assert_eq!(peer.figure("one_up_ms"), Some(2.0));
    }
}
