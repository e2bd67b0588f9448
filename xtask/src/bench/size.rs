//! How much is downloaded and installed: the release program and the Debian package.

use crate::bench::{Figure, only_on_linux};
use crate::house::House;
use crate::{steps, ui};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The limit of the design for the package, in MB.
const PACKAGE_LIMIT: f64 = 60.0;

/// Builds the package and measures.
pub(crate) fn size(house: &House, _long: bool) -> Result<Vec<Figure>> {
    only_on_linux("builds a Debian package")?;
    let program = app(house)?;
    let package = package(&house.target.join("release/bundle/deb"))?;
    Ok(vec![
        Figure::new("program", megabytes(&program)?, "MB"),
        Figure::new("package (.deb)", megabytes(&package)?, "MB").against("the limit", PACKAGE_LIMIT),
        Figure::new("installed", installed(&package)?, "MB"),
    ])
}

/// Builds the app as it is handed out, with its package, and returns the program.
pub(crate) fn app(house: &House) -> Result<PathBuf> {
    ui::packages(house)?;
    let what = "build the release and its package";
    steps::loudly(what, &mut ui::tauri(house, &["build", "--bundles", "deb"])?)?;
    Ok(house.target.join("release/linchpin-desktop"))
}

fn package(folder: &Path) -> Result<PathBuf> {
    let all = crate::files::files(folder, &[".deb"])?;
    all.into_iter().max_by_key(|path| crate::files::changed_at(path)).context("the build left no package")
}

fn megabytes(path: &Path) -> Result<f64> {
    let bytes = std::fs::metadata(path).with_context(|| format!("measure {}", path.display()))?.len();
    Ok(to_megabytes(bytes))
}

fn installed(package: &Path) -> Result<f64> {
    let said = steps::ask(
        "read the package",
        Command::new("dpkg-deb").arg("-f").arg(package).arg("Installed-Size"),
    )?;
    Ok(to_megabytes(said.trim().parse::<u64>().context("read the installed size")? * 1024))
}

#[expect(clippy::cast_precision_loss, reason = "a size for people")]
fn to_megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1_000_000.0
}
