//! Where the built programs lie: beside the test that runs, so that a story never drives an older build of
//! another profile.

use anyhow::{Context, Result, ensure};
use std::path::PathBuf;

/// Returns the folder with the programs of this build.
///
/// # Errors
/// Where the test's own path cannot be read.
pub fn folder() -> Result<PathBuf> {
    let test = std::env::current_exe().context("find the test's own path")?;
    let deps = test.parent().context("the test lies in a folder")?;
    Ok(deps.parent().context("the programs lie above the tests")?.to_path_buf())
}

/// Returns the path of a built program.
///
/// # Errors
/// Where it was not built.
pub fn program(name: &str) -> Result<PathBuf> {
    let path = folder()?.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    ensure!(path.is_file(), "{name} is not built: run `cargo build --workspace` first");
    Ok(path)
}
