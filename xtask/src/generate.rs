//! Files that are made from the lists of commands and routes: the permissions of the window, the types of the
//! screens, the list for people, the description of the hub's API. This program asks `linchpin` and
//! `linchpin-hub` for them; it knows none of the lists. The files are committed, and a stale one fails.

use crate::files::read;
use crate::house::House;
use crate::steps;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::process::Command;

/// What the window itself may do beside our commands: move, resize, close and print itself, and hear our events.
const OF_THE_WINDOW: [&str; 11] = [
    "core:event:allow-listen",
    "core:event:allow-unlisten",
    "core:window:allow-close",
    "core:window:allow-internal-toggle-maximize",
    "core:window:allow-is-fullscreen",
    "core:window:allow-is-maximized",
    "core:window:allow-minimize",
    "core:window:allow-start-dragging",
    "core:window:allow-start-resize-dragging",
    "core:window:allow-toggle-maximize",
    // On macOS the web view prints only through the shell.
    "core:webview:allow-print",
];

/// A generated file and the program that says what it holds.
const MADE: [(&str, &str, &[&str]); 5] = [
    ("src-tauri/capabilities/main.json", "linchpin", &["commands", "--names"]),
    ("ui/src/ipc/generated.ts", "linchpin", &["commands", "--typescript"]),
    ("docs/commands.md", "linchpin", &["commands", "--markdown"]),
    ("crates/hub/api.json", "linchpin-hub", &["describe"]),
    ("docs/rights.md", "linchpin-hub", &["rights"]),
];

/// Writes the files that are not what they should be.
pub(crate) fn write(house: &House) -> Result<()> {
    build(house)?;
    for (file, program, words) in MADE {
        let fresh = made(house, file, program, words)?;
        let path = house.at(file);
        if path.is_file() && read(&path)? == fresh {
            println!("    {file}: fresh");
            continue;
        }
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).with_context(|| format!("make the folder of {file}"))?;
        }
        std::fs::write(&path, fresh).with_context(|| format!("write {file}"))?;
        println!("    {file}: written");
    }
    Ok(())
}

/// Fails where a file is not what it should be.
pub(crate) fn check(house: &House) -> Result<()> {
    build(house)?;
    let mut stale = Vec::new();
    for (file, program, words) in MADE {
        let fresh = made(house, file, program, words)?;
        let path = house.at(file);
        if !path.is_file() || read(&path)?.replace("\r\n", "\n") != fresh {
            stale.push(file);
        }
    }
    if stale.is_empty() {
        println!("    generated files: {} fresh", MADE.len());
        return Ok(());
    }
    bail!("stale: {}; run `cargo xtask generate` and commit what it writes", stale.join(", "))
}

fn build(house: &House) -> Result<()> {
    // With the tests, as everything else is built: else half of all libraries would be built anew.
    let words = ["build", "--workspace", "--all-targets"];
    steps::loudly("build the programs that know the lists", &mut house.cargo(&words))
}

fn made(house: &House, file: &str, program: &str, words: &[&str]) -> Result<String> {
    let what = format!("{program} {}", words.join(" "));
    let said = steps::ask(&what, Command::new(house.program(program)).args(words))?.replace("\r\n", "\n");
    if file.ends_with("capabilities/main.json") {
        return capabilities(said.lines().map(str::trim).filter(|name| !name.is_empty()));
    }
    Ok(format!("{}\n", said.trim_end()))
}

/// Returns the one capability: one window, our commands by name, and what the window needs itself.
fn capabilities<'a>(names: impl Iterator<Item = &'a str>) -> Result<String> {
    let mut ours: Vec<String> = names.map(|name| format!("allow-{}", name.replace('_', "-"))).collect();
    ours.sort();
    let of_the_window = OF_THE_WINDOW.iter().map(|name| (*name).to_owned());
    let permissions: Vec<Value> = of_the_window.chain(ours).map(Value::String).collect();
    let file = json!({
        "$schema": "../gen/schemas/desktop-schema.json",
        "identifier": "main",
        "description": "What the one window may ask for. Written by `cargo xtask generate`.",
        "windows": ["main"],
        "permissions": permissions,
    });
    let text = serde_json::to_string_pretty(&file).context("write the capability")?;
    Ok(format!("{text}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_command_is_a_line_and_the_lines_are_sorted() {
        let text = capabilities(["show_call", "append_update"].into_iter()).unwrap();
        let update = text.find("\"allow-append-update\"").unwrap();
        let call = text.find("\"allow-show-call\"").unwrap();
        assert!(update < call, "{text}");
        assert!(text.contains("\"core:window:allow-close\""), "{text}");
    }
}
