//! What it costs to bring records to the hub and on to a colleague, beside the floor that SQLite sets and, where
//! they are installed, beside Anki's sync server and PouchDB in the same run. CPU seconds count, of both ends
//! together: they stay the same on a busy computer.

use crate::bench::examples::{self, PASSPHRASE, Said};
use crate::bench::peers::{Peer, Peers, number};
use crate::bench::{Figure, only_on_linux};
use crate::house::House;
use anyhow::Result;

const RECORDS: &str = "10000";
const RUNS: usize = 5;
/// Five times as many, in fewer runs: they are long.
const MANY: &str = "50000";
const RUNS_OF_MANY: usize = 3;
/// How much more they may take than the few, and how much memory of the hub.
const MANY_LIMIT: f64 = 5.5;
const MEMORY_LIMIT: f64 = 91.0;
/// What the drivers of the peers call the steps: up, down, one change up, one down, nothing to do.
const ANKI: Steps = ["record sync up", "record sync down", "one change up", "one change down", "no-op"];
const POUCH: Steps =
    ["first sync up", "first sync down", "one change up", "one change down", "no-op two-way"];

type Steps = [&'static str; 5];

/// Measures ours, the floor, and the peers that are here.
pub(crate) fn sync(house: &House, _long: bool) -> Result<Vec<Figure>> {
    only_on_linux("reads the CPU seconds of processes")?;
    examples::build(house)?;
    let ours = |records| {
        examples::run(house, "measure_sync", |command| {
            command.arg(records).envs([PASSPHRASE]);
        })
    };
    let floor = || {
        examples::run(house, "measure_floor", |command| {
            command.arg(RECORDS);
        })
    };
    let runs = (0..RUNS).map(|_| Ok((ours(RECORDS)?, floor()?))).collect::<Result<Vec<_>>>()?;
    let (few, floor): (Vec<_>, Vec<_>) = runs.into_iter().unzip();
    let many = (0..RUNS_OF_MANY).map(|_| ours(MANY)).collect::<Result<Vec<_>>>()?;
    let peers = peers(house)?;
    let (few, floor) = (examples::medians(&few)?, examples::medians(&floor)?);
    let mut figures = figures(&few, &floor, &peers)?;
    figures.extend(figures_of_many(&few, &examples::medians(&many)?)?);
    Ok(figures)
}

/// Returns the CPU seconds of both ends.
fn cpu_of(said: &Said, way: &str) -> Result<f64> {
    Ok(said.figure(&format!("{way}_client_cpu_s"))? + said.figure(&format!("{way}_hub_cpu_s"))?)
}

fn figures_of_many(few: &Said, many: &Said) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (way, what) in
        [("up", "50,000 records up, CPU of both ends"), ("down", "50,000 records down, CPU of both ends")]
    {
        let (few, many) = (cpu_of(few, way)?, cpu_of(many, way)?);
        let figure = Figure::new(what, many, "s").against("the 10,000", few);
        figures.push(if way == "up" { figure.against("the limit", MANY_LIMIT * few) } else { figure });
    }
    let memory = Figure::new("most memory of the hub, 50,000 records", many.figure("hub_peak_mib")?, "MiB");
    figures.push(memory.against("the limit", MEMORY_LIMIT));
    Ok(figures)
}

fn figures(ours: &Said, floor: &Said, peers: &[Raced]) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (way, what) in
        [("up", "10,000 records up, CPU of both ends"), ("down", "10,000 records down, CPU of both ends")]
    {
        let cpu = cpu_of(ours, way)?;
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

fn beside(figure: Figure, peers: &[Raced], name: &str) -> Figure {
    peers
        .iter()
        .filter_map(|raced| Some((raced.peer.name, raced.figure(name)?)))
        .fold(figure, |figure, (peer, value)| figure.against(peer, value))
}

/// A peer that was raced, with what its driver calls the steps.
struct Raced {
    peer: Peer,
    steps: Steps,
}

impl Raced {
    fn figure(&self, name: &str) -> Option<f64> {
        let [up, down, one_up, one_down, nothing] = self.steps;
        let peer = &self.peer;
        let milliseconds = |step| Some(peer.median(step, |line| number(line, "wall_s"))? * 1_000.0);
        let cpu = |step| {
            peer.median(step, |line| Some(number(line, "client_cpu_s")? + number(line, "server_cpu_s")?))
        };
        match name {
            "up" => cpu(up),
            "down" => cpu(down),
            "one_up_ms" => milliseconds(one_up),
            "one_down_ms" => milliseconds(one_down),
            "nothing_ms" => milliseconds(nothing),
            "hub_peak_mib" => {
                peer.lines.iter().filter_map(|line| number(line, "server_peak_mib")).max_by(f64::total_cmp)
            }
            _ => None,
        }
    }
}

/// Races the peers that are installed.
fn peers(house: &House) -> Result<Vec<Raced>> {
    let Some(peers) = Peers::find(house) else { return Ok(Vec::new()) };
    Ok(vec![
        Raced { peer: peers.python("Anki", &["anki_sync.py", RECORDS])?, steps: ANKI },
        Raced { peer: peers.node("PouchDB", &["pouchdb.mjs", RECORDS, "1000"])?, steps: POUCH },
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_peer_tells_both_ends_together_and_the_median_of_its_small_steps() {
        let step = |what: &str, wall: f64| json!({ "what": what, "wall_s": wall, "client_cpu_s": 1.0, "server_cpu_s": 2.0 });
        let lines = vec![step("a", 1.0), step("c", 0.003), step("c", 0.001), step("c", 0.002)];
        let raced = Raced { peer: Peer { name: "Sample", lines }, steps: ["a", "b", "c", "d", "e"] };
        assert_eq!(raced.figure("up"), Some(3.0));
        assert_eq!(raced.figure("down"), None);
        assert_eq!(raced.figure("one_up_ms"), Some(2.0));
    }
}
