//! Installing Debian's packages: one apt at a time, always with the lock time-out, only as root or through
//! `sudo -n`. Downloads go to a folder of their own, because an image's clean-up hook may empty the usual one
//! half-way through.

use crate::house::House;
use crate::setup::checks::{is_ubuntu, output};
use crate::steps;
use anyhow::{Context, Result, bail};
use std::process::Command;

/// Everything a bare Debian or Ubuntu needs, as one line to paste.
pub(crate) const PACKAGES: [&str; 18] = [
    "build-essential",
    "pkg-config",
    "file",
    "perl",
    "libssl-dev",
    "libwebkit2gtk-4.1-dev",
    "librsvg2-dev",
    "webkit2gtk-driver",
    "xvfb",
    "xauth",
    "dbus",
    "gnome-keyring",
    "chromium",
    "postgresql",
    "fontconfig",
    "fonts-dejavu-core",
    "fonts-liberation",
    "fonts-noto-color-emoji",
];

/// Installs what is missing, or says the line that does.
pub(crate) fn install(house: &House, missing: &[&str]) -> Result<()> {
    if output("apt-get", &["--version"]).is_none() {
        println!("\nThere is no apt here, so nothing is installed by itself.");
        return Ok(());
    }
    let Some(before) = right() else {
        bail!(
            "Something is missing and this account may not install it. Paste this line, then start again:\n\n  {}",
            line_to_paste()
        );
    };
    let wanted: Vec<&str> =
        PACKAGES.iter().copied().filter(|name| missing.contains(name) && fits(name)).collect();
    println!("\nInstalling with apt: {}", wanted.join(" "));
    let archives = house.target.join("apt");
    std::fs::create_dir_all(archives.join("partial")).context("make a folder for apt's downloads")?;
    let mut words: Vec<&str> = before.to_vec();
    words.push("apt-get");
    steps::quietly(
        "apt-get update",
        command(&words, &["update", "-o", "DPkg::Lock::Timeout=300"])?.as_mut(),
    )?;
    let archives = format!("Dir::Cache::archives={}", archives.display());
    let mut rest = vec!["install", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300", "-o"];
    rest.push(&archives);
    rest.extend(&wanted);
    steps::quietly("apt-get install", command(&words, &rest)?.as_mut())
}

/// Returns the line that installs everything.
fn line_to_paste() -> String {
    let names: Vec<&str> = PACKAGES.iter().copied().filter(|name| fits(name)).collect();
    format!(
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 {}",
        names.join(" ")
    )
}

/// Ubuntu's chromium is a snap that tests cannot drive; a browser is named by `LINCHPIN_BROWSER` there.
fn fits(name: &str) -> bool {
    name != "chromium" || !is_ubuntu()
}

fn right() -> Option<&'static [&'static str]> {
    if output("id", &["-u"])?.trim() == "0" {
        return Some(&["env", "DEBIAN_FRONTEND=noninteractive"]);
    }
    output("sudo", &["-n", "true"])?;
    Some(&["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive"])
}

fn command(words: &[&str], rest: &[&str]) -> Result<Box<Command>> {
    let (first, more) = words.split_first().context("BUG: apt has a name")?;
    let mut command = Box::new(Command::new(first));
    command.args(more).args(rest);
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setup::checks::DEBIAN_NAMES;

    #[test]
    fn every_package_of_a_check_is_in_the_line_to_paste() {
        for name in DEBIAN_NAMES.iter().flat_map(|names| names.iter()) {
            assert!(PACKAGES.contains(name), "{name} would never be installed");
        }
    }
}
