//! The screens as Cargo's neighbour: their packages, their build, and whether what is built is older than what
//! is written.

use crate::files::{changed_at, newest};
use crate::house::House;
use crate::steps;
use anyhow::{Result, ensure};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;

/// What npm is called here.
pub(crate) const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// Fetches the screens' packages where the lock file is newer than what lies there.
pub(crate) fn packages(house: &House) -> Result<()> {
    let lock = house.at("ui/package-lock.json");
    let laid = house.at("ui/node_modules/.package-lock.json");
    if changed_at(&laid) >= changed_at(&lock) && laid.is_file() {
        return Ok(());
    }
    println!("Fetching the screens' packages");
    let mut command = npm(house, &["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    steps::quietly("npm ci", &mut command)
}

/// Builds the screens where their sources are newer than what was built.
pub(crate) fn build(house: &House) -> Result<()> {
    if !stale(house)? {
        println!("    the screens are built and fresh");
        return Ok(());
    }
    steps::quietly("build the screens", &mut npm(house, &["run", "build"]))?;
    ensure!(house.at("ui/dist/index.html").is_file(), "the build of the screens left no ui/dist/index.html");
    Ok(())
}

/// Returns whether the screens must be built.
fn stale(house: &House) -> Result<bool> {
    let Some(built) = changed_at(&house.at("ui/dist/index.html")) else {
        return Ok(true);
    };
    let sources =
        ["src", "messages", "public", "index.html", "package-lock.json", "vite.config.ts", "project.inlang"];
    let places: Vec<PathBuf> =
        sources.iter().map(|name| house.at("ui").join(name)).filter(|path| path.exists()).collect();
    Ok(newest(&places)?.is_some_and(|newest| newest > built))
}

/// Returns whether the screens have a script of this name.
pub(crate) fn has_script(house: &House, name: &str) -> bool {
    let text = std::fs::read_to_string(house.at("ui/package.json")).unwrap_or_default();
    let package: Value = serde_json::from_str(&text).unwrap_or_default();
    package.get("scripts").and_then(|scripts| scripts.get(name)).is_some()
}

/// Returns an npm command in the screens' folder.
pub(crate) fn npm(house: &House, words: &[&str]) -> Command {
    let mut command = Command::new(NPM);
    command.args(words).current_dir(house.at("ui"));
    command
}

/// Returns Tauri's command line, which comes with the screens' packages.
pub(crate) fn tauri(house: &House, words: &[&str]) -> Result<Command> {
    let name = if cfg!(windows) { "tauri.cmd" } else { "tauri" };
    let path = house.at("ui/node_modules/.bin").join(name);
    ensure!(path.is_file(), "Tauri's command line is not there: run `cargo xtask setup` first");
    let mut command = Command::new(path);
    command.args(words).current_dir(&house.root);
    Ok(command)
}
