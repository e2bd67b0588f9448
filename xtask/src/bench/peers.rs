//! The peers: other products, raced by drivers that are not part of this repository, where both lie beside it.

use crate::bench::examples;
use crate::house::House;
use crate::steps;
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;

/// The folder that holds the peers, as the drivers take it.
const PEERS: &str = "PEERS_DIR";

/// The drivers and the peers.
pub(crate) struct Peers {
    drivers: PathBuf,
    folder: PathBuf,
}

/// What a peer's driver said, one line a step.
pub(crate) struct Peer {
    /// Its name.
    pub(crate) name: &'static str,
    pub(crate) lines: Vec<Value>,
}

impl Peers {
    /// Finds them; says so where they are not here.
    pub(crate) fn find(house: &House) -> Option<Self> {
        let drivers = house.at("../shared/peers");
        let folder = std::env::var_os(PEERS).map(PathBuf::from).filter(|_| drivers.is_dir());
        if folder.is_none() {
            println!(
                "SKIPPED the peers: their drivers are not beside the checkout, or {PEERS} does not name their folder"
            );
        }
        Some(Self { drivers, folder: folder? })
    }

    /// Runs a driver that Node.js runs.
    pub(crate) fn node(&self, name: &'static str, words: &[&str]) -> Result<Peer> {
        let mut command = Command::new("node");
        self.run(name, command.args(words))
    }

    /// Runs a driver that the peers' own Python runs.
    pub(crate) fn python(&self, name: &'static str, words: &[&str]) -> Result<Peer> {
        let mut command = Command::new(self.folder.join("venv/bin/python"));
        self.run(name, command.args(words))
    }

    fn run(&self, name: &'static str, command: &mut Command) -> Result<Peer> {
        let said = steps::ask(name, command.current_dir(&self.drivers).env(PEERS, &self.folder))?;
        let lines = said.lines().filter(|line| line.starts_with('{'));
        let lines = lines.map(|line| serde_json::from_str(line).context("read a peer's figure"));
        Ok(Peer { name, lines: lines.collect::<Result<_>>()? })
    }
}

impl Peer {
    /// Returns the median of what is reckoned from each line of a step; none where there is no such step.
    pub(crate) fn median(&self, step: &str, value: impl Fn(&Value) -> Option<f64>) -> Option<f64> {
        let of_step = self.lines.iter().filter(|line| line.get("what").and_then(Value::as_str) == Some(step));
        let mut values: Vec<f64> = of_step.filter_map(value).collect();
        (!values.is_empty()).then(|| examples::median(&mut values))
    }
}

/// Returns a number of a line.
pub(crate) fn number(line: &Value, name: &str) -> Option<f64> {
    line.get(name).and_then(Value::as_f64)
}
