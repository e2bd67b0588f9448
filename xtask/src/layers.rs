//! Which of our packages may use which, and which outside crates stay behind which fence. The two tables are
//! the law; an arrow that is in neither is wrong. Looks at direct dependencies only, normal and build ones;
//! dev-dependencies are free, except that only tests may name `testkit`.

use anyhow::{Result, bail};
use serde_json::Value;

/// X may use these; nothing else.
const LAYERS: [(&str, &[&str]); 13] = [
    ("domain", &[]),
    ("text", &["domain"]),
    ("documents", &["domain", "text"]),
    ("protocol", &["domain"]),
    ("store", &["domain"]),
    ("sync", &["domain", "text", "protocol", "store"]),
    ("commands", &["domain", "text", "documents", "store", "sync"]),
    ("desktop", &["commands"]),
    ("cli", &["commands"]),
    ("hub", &["domain", "text", "protocol"]),
    ("testkit", EVERY),
    ("tests", EVERY),
    ("xtask", &[]),
];

/// May use every package of ours.
const EVERY: &[&str] =
    &["domain", "text", "documents", "protocol", "store", "sync", "commands", "cli", "hub", "testkit"];

/// An outside crate, and the only packages of ours that may name it. A star at the end stands for any ending.
const FENCES: [(&str, &[&str]); 15] = [
    ("tauri", &["desktop"]),
    ("tauri-*", &["desktop"]),
    ("rfd", &["desktop"]),
    ("rusqlite", &["store", "hub"]),
    ("postgres", &["hub"]),
    ("tokio-postgres", &["hub"]),
    ("axum", &["hub"]),
    ("openidconnect", &["hub"]),
    ("reqwest", &["sync"]),
    ("yrs", &["text"]),
    ("typst*", &["pdf"]),
    ("rten*", &["similar"]),
    ("keyring", &["commands"]),
    ("tokio", &["sync", "commands", "hub", "desktop", "cli"]),
    ("sqlx", &[]),
];

/// The fences do not bind these: they stand outside the product.
const OUTSIDE: [&str; 3] = ["testkit", "tests", "xtask"];

/// Compares the workspace with the tables.
pub(crate) fn check(metadata: &Value) -> Result<()> {
    let wrong = wrong_arrows(metadata);
    if wrong.is_empty() {
        println!("    arrows: {} packages, none wrong", packages(metadata).len());
        return Ok(());
    }
    bail!("wrong arrows:\n  {}", wrong.join("\n  "))
}

fn wrong_arrows(metadata: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    for package in packages(metadata) {
        let name = short(text(package, "name"));
        let Some((_, may)) = LAYERS.iter().find(|(layer, _)| *layer == name) else {
            wrong.push(format!("{name}: the package is missing from LAYERS in xtask/src/layers.rs"));
            continue;
        };
        for dependency in package.get("dependencies").and_then(Value::as_array).into_iter().flatten() {
            let target = text(dependency, "name");
            let for_tests = dependency.get("kind").and_then(Value::as_str) == Some("dev");
            if let Some(why) = wrong_arrow(name, may, target, for_tests) {
                wrong.push(why);
            }
        }
    }
    wrong
}

fn wrong_arrow(name: &str, may: &[&str], target: &str, for_tests: bool) -> Option<String> {
    if target == "linchpin-testkit" && !for_tests && name != "tests" {
        return Some(format!("{name} -> testkit: only tests may use it"));
    }
    if for_tests {
        return None;
    }
    if target.starts_with("linchpin-") {
        let target = short(target);
        return (!may.contains(&target)).then(|| format!("{name} -> {target}: not in LAYERS"));
    }
    let fence = FENCES.iter().find(|(fenced, _)| fits(fenced, target))?;
    let free = fence.1.contains(&name) || OUTSIDE.contains(&name);
    (!free).then(|| format!("{name} -> {target}: fenced, only for {}", list(fence.1)))
}

fn fits(fenced: &str, name: &str) -> bool {
    fenced.strip_suffix('*').map_or(fenced == name, |start| name.starts_with(start))
}

fn list(names: &[&str]) -> String {
    if names.is_empty() { "nobody".into() } else { names.join(", ") }
}

fn packages(metadata: &Value) -> Vec<&Value> {
    metadata.get("packages").and_then(Value::as_array).into_iter().flatten().collect()
}

fn short(name: &str) -> &str {
    name.strip_prefix("linchpin-").unwrap_or(name)
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn tree(name: &str, dependencies: &[(&str, Option<&str>)]) -> Value {
        let dependencies: Vec<Value> =
            dependencies.iter().map(|(name, kind)| json!({ "name": name, "kind": kind })).collect();
        json!({ "packages": [{ "name": name, "dependencies": dependencies }] })
    }

    #[test]
    fn a_good_tree_has_no_wrong_arrow() {
        let tree = tree("linchpin-store", &[("linchpin-domain", None), ("rusqlite", None), ("serde", None)]);
        assert_eq!(wrong_arrows(&tree), Vec::<String>::new());
    }

    #[test]
    fn a_wrong_arrow_is_named() {
        let tree = tree("linchpin-store", &[("linchpin-commands", None)]);
        assert_eq!(wrong_arrows(&tree), ["store -> commands: not in LAYERS"]);
    }

    #[test]
    fn a_build_dependency_is_an_arrow_too() {
        let tree = tree("linchpin-desktop", &[("linchpin-store", Some("build"))]);
        assert_eq!(wrong_arrows(&tree), ["desktop -> store: not in LAYERS"]);
    }

    #[test]
    fn a_fenced_crate_outside_its_fence_is_named() {
        let sql = tree("linchpin-sync", &[("rusqlite", None)]);
        assert_eq!(wrong_arrows(&sql), ["sync -> rusqlite: fenced, only for store, hub"]);
        let plugin = tree("linchpin-cli", &[("tauri-plugin-opener", None)]);
        assert_eq!(wrong_arrows(&plugin), ["cli -> tauri-plugin-opener: fenced, only for desktop"]);
        let never = tree("linchpin-hub", &[("sqlx", None)]);
        assert_eq!(wrong_arrows(&never), ["hub -> sqlx: fenced, only for nobody"]);
    }

    #[test]
    fn a_package_that_is_not_in_the_table_fails() {
        let tree = tree("linchpin-helpers", &[]);
        assert_eq!(
            wrong_arrows(&tree),
            ["helpers: the package is missing from LAYERS in xtask/src/layers.rs"]
        );
    }

    #[test]
    fn the_kit_is_for_tests_alone() {
        let shipped = tree("linchpin-commands", &[("linchpin-testkit", None)]);
        assert_eq!(wrong_arrows(&shipped), ["commands -> testkit: only tests may use it"]);
        let tested = tree("linchpin-commands", &[("linchpin-testkit", Some("dev"))]);
        assert_eq!(wrong_arrows(&tested), Vec::<String>::new());
    }
}
