//! What may stand in the lock files: no pre-release of the shell's crates, no second TLS stack, no plug-in that
//! hands the web view files or programs, one version of what must be one, and no address but the public
//! registries'.

use crate::files::read;
use crate::house::House;
use anyhow::{Result, bail};
use serde_json::Value;

/// Crates that may never be in the tree.
const NEVER: [&str; 12] = [
    "aws-lc-rs",
    "aws-lc-sys",
    "native-tls",
    "openssl",
    "sqlx",
    "sqlx-core",
    "tauri-plugin-fs",
    "tauri-plugin-http",
    "tauri-plugin-log",
    "tauri-plugin-shell",
    "tauri-plugin-sql",
    "webpki-roots",
];
/// The only crates that may bring OpenSSL, and only as a C library for SQLCipher.
const OPENSSL_FOR: [&str; 2] = ["libsqlite3-sys", "openssl-sys"];
/// Crates of which two versions in one program would be a fault.
const ONCE: [&str; 6] = ["libsqlite3-sys", "rusqlite", "rustls", "tauri", "yrs", "ring"];

const CRATES: &str = "registry+https://github.com/rust-lang/crates.io-index";
const PACKAGES: &str = "https://registry.npmjs.org/";

#[derive(Debug, Default, Clone)]
struct Locked {
    name: String,
    version: String,
    source: String,
    uses: Vec<String>,
}

/// Reads both lock files.
pub(crate) fn check(house: &House) -> Result<()> {
    let mut wrong = wrong_crates(&read(&house.at("Cargo.lock"))?);
    let packages = house.at("ui/package-lock.json");
    if packages.is_file() {
        wrong.extend(wrong_addresses(&serde_json::from_str(&read(&packages)?)?));
    }
    if wrong.is_empty() {
        println!("    lock files: nothing that may not be there");
        return Ok(());
    }
    bail!("in the lock files:\n  {}", wrong.join("\n  "))
}

fn wrong_crates(lock: &str) -> Vec<String> {
    let all = locked(lock);
    let mut wrong = Vec::new();
    for package in &all {
        let Locked { name, version, source, uses } = package;
        if NEVER.contains(&name.as_str()) {
            wrong.push(format!("{name} {version}: may not be in the tree"));
        }
        let shell = name.starts_with("tauri") || name == "wry" || name == "tao";
        if shell && version.contains('-') {
            wrong.push(format!("{name} {version}: a pre-release"));
        }
        if name.starts_with("linchpin-") || name == "xtask" {
            continue;
        }
        if source != CRATES {
            wrong.push(format!("{name} {version}: from {source}, not from the public registry"));
        }
        let openssl = uses.iter().any(|used| used == "openssl-sys" || used == "openssl-src");
        if openssl && !OPENSSL_FOR.contains(&name.as_str()) {
            wrong.push(format!("{name} {version}: uses OpenSSL, which is for SQLCipher alone"));
        }
    }
    for name in ONCE {
        let versions: Vec<&str> = all.iter().filter(|p| p.name == name).map(|p| p.version.as_str()).collect();
        if versions.len() > 1 {
            wrong.push(format!("{name}: more than one version ({})", versions.join(", ")));
        }
    }
    wrong
}

fn locked(lock: &str) -> Vec<Locked> {
    let mut all: Vec<Locked> = Vec::new();
    for line in lock.lines() {
        let line = line.trim();
        if line == "[[package]]" {
            all.push(Locked::default());
            continue;
        }
        let Some(package) = all.last_mut() else { continue };
        if let Some((key, value)) = line.split_once(" = ") {
            let value = value.trim_matches('"');
            match key {
                "name" => package.name = value.into(),
                "version" => package.version = value.into(),
                "source" => package.source = value.into(),
                _ => {}
            }
        } else if line.starts_with('"') {
            let used = line.trim_matches(['"', ',']);
            package.uses.extend(used.split(' ').next().map(str::to_owned));
        }
    }
    all
}

fn wrong_addresses(lock: &Value) -> Vec<String> {
    let packages = lock.get("packages").and_then(Value::as_object);
    let addresses =
        packages.into_iter().flatten().filter_map(|(name, about)| Some((name, about.get("resolved")?)));
    addresses
        .filter(|(_, address)| !address.as_str().is_some_and(|address| address.starts_with(PACKAGES)))
        .map(|(name, _)| format!("ui/package-lock.json: {name} is not from the public registry"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn lock(name: &str, version: &str, uses: &str) -> String {
        format!(
            "[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nsource = \"{CRATES}\"\ndependencies = [\n \"{uses}\",\n]\n"
        )
    }

    #[test]
    fn a_good_lock_file_passes() {
        let good = lock("tauri", "2.12.5", "serde") + &lock("libsqlite3-sys", "0.39.1", "openssl-sys");
        assert_eq!(wrong_crates(&good), Vec::<String>::new());
    }

    #[test]
    fn a_pre_release_of_the_shell_is_named() {
        assert_eq!(
            wrong_crates(&lock("tauri", "3.0.0-alpha.5", "serde")),
            ["tauri 3.0.0-alpha.5: a pre-release"]
        );
        assert_eq!(
            wrong_crates(&lock("wry", "0.60.0-beta.1", "serde")),
            ["wry 0.60.0-beta.1: a pre-release"]
        );
    }

    #[test]
    fn a_second_tls_stack_is_named() {
        assert_eq!(
            wrong_crates(&lock("aws-lc-rs", "1.13.0", "x")),
            ["aws-lc-rs 1.13.0: may not be in the tree"]
        );
        assert_eq!(
            wrong_crates(&lock("some-client", "1.0.0", "openssl-sys")),
            ["some-client 1.0.0: uses OpenSSL, which is for SQLCipher alone"]
        );
    }

    #[test]
    fn two_versions_of_one_engine_are_named() {
        let two = lock("yrs", "0.27.0", "serde") + &lock("yrs", "0.28.1", "serde");
        assert_eq!(wrong_crates(&two), ["yrs: more than one version (0.27.0, 0.28.1)"]);
    }

    #[test]
    fn another_registry_is_named() {
        let packages =
            json!({ "packages": { "": {}, "a": { "resolved": "https://mirror.example.org/a.tgz" } } });
        assert_eq!(wrong_addresses(&packages), ["ui/package-lock.json: a is not from the public registry"]);
    }
}
