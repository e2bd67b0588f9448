//! Promises that a reviewer would have to look for, as a program: lengths, headers, words that never stand on
//! screen, tests that are never run, paths of somebody's computer. Each finding names its file.

mod rules;

use crate::files::{files, read, shown};
use crate::house::House;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::Path;

/// Texts that people read and programs are made from.
const TEXTS: [&str; 12] =
    [".rs", ".ts", ".svelte", ".js", ".css", ".html", ".json", ".toml", ".md", ".yml", ".sql", ".svg"];

/// Goes through every file of ours.
pub(crate) fn check(house: &House) -> Result<()> {
    let all = files(&house.root, &TEXTS)?;
    let mut wrong = Vec::new();
    for file in &all {
        let name = shown(&house.root, file);
        let text = read(file)?;
        wrong.extend(rules::any_text(&name, &text));
        if name.ends_with(".rs") {
            wrong.extend(rules::rust(&name, &text));
        }
        if name.starts_with("ui/src/") {
            wrong.extend(rules::screens(&name, &text));
        }
        if name.starts_with("ui/messages/") {
            let messages: Value = serde_json::from_str(&text).with_context(|| format!("read {name}"))?;
            wrong.extend(rules::messages(&name, &messages));
        }
    }
    wrong.extend(unnamed_tests(&house.root)?);
    if wrong.is_empty() {
        println!("    tidy: {} files", all.len());
        return Ok(());
    }
    bail!("not tidy ({}):\n  {}", wrong.len(), wrong.join("\n  "))
}

/// Returns test files that no `mod` line names, so that they never run.
fn unnamed_tests(root: &Path) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for file in files(root, &["main.rs"])? {
        let name = shown(root, &file);
        let is_test =
            name.ends_with("/tests/it/main.rs") || (name.starts_with("tests/") && name != "tests/main.rs");
        if let (true, Some(folder)) = (is_test, file.parent()) {
            let beside = files(folder, &[".rs"])?;
            let names: Vec<String> = beside.iter().map(|path| shown(folder, path)).collect();
            let texts = beside.iter().map(|path| read(path)).collect::<Result<Vec<String>>>()?;
            let place = shown(root, folder);
            wrong.extend(
                rules::unnamed(&names, &texts)
                    .iter()
                    .map(|file| format!("{place}/{file}: no mod line names it")),
            );
        }
    }
    Ok(wrong)
}
