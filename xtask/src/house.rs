//! Where things lie: the root of the repository and the folder that Cargo builds into. Nothing else in this
//! program writes a path to either, so that `CARGO_TARGET_DIR` is honoured everywhere.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The repository as it lies on this computer.
pub(crate) struct House {
    /// The folder with the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// The folder that Cargo builds into.
    pub(crate) target: PathBuf,
    /// What Cargo knows of the workspace's own packages.
    pub(crate) metadata: Value,
}

impl House {
    /// Asks Cargo where everything is.
    pub(crate) fn find() -> Result<Self> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = here.parent().context("find the folder above xtask")?.to_path_buf();
        let out = Command::new(cargo())
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .current_dir(&root)
            .output()
            .context("run cargo metadata")?;
        ensure!(out.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&out.stderr));
        let metadata: Value = serde_json::from_slice(&out.stdout).context("read what cargo metadata said")?;
        let target =
            metadata.get("target_directory").and_then(Value::as_str).context("find the target folder")?;
        Ok(Self { root, target: PathBuf::from(target), metadata })
    }

    /// Returns a file or folder of the repository.
    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Returns a built program of the development profile.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// Returns a Cargo command that builds the way every step builds: whole workspace, one feature set.
    pub(crate) fn cargo(&self, words: &[&str]) -> Command {
        let mut command = Command::new(cargo());
        command.args(words).current_dir(&self.root);
        command
    }

    /// Returns the names of the workspace's test binaries.
    pub(crate) fn test_binaries(&self) -> Vec<String> {
        let packages = self.metadata.get("packages").and_then(Value::as_array);
        let targets =
            packages.into_iter().flatten().filter_map(|package| package.get("targets")?.as_array()).flatten();
        let mut names: Vec<String> = targets
            .filter(|target| {
                let kinds = target.get("kind").and_then(Value::as_array);
                kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind == "test"))
            })
            .filter_map(|target| Some(target.get("name")?.as_str()?.to_owned()))
            .collect();
        names.sort();
        names.dedup();
        names
    }
}

fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}
