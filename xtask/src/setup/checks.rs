//! Looking for one needed thing at a time. A check only looks: it installs nothing and writes nothing.

use crate::house::House;
use crate::ui;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The oldest compiler that builds us: `rust-version` in the workspace says the same.
const RUST: (u32, u32) = (1, 95);
/// The oldest Node that builds the screens.
const NODE: (u32, u32) = (20, 19);
/// The oldest npm that reads our lock file.
const NPM: (u32, u32) = (10, 0);
/// Free disk for a first build, and for the next ones.
const FIRST_BUILD_GB: u64 = 8;
const NEXT_BUILD_GB: u64 = 2;

const COMPILER: &[&str] = &["build-essential", "pkg-config", "file", "perl"];
const LIBRARIES: &[&str] = &["libssl-dev", "libwebkit2gtk-4.1-dev", "librsvg2-dev"];
const DISPLAY: &[&str] = &["webkit2gtk-driver", "xvfb", "xauth"];
const KEYRING: &[&str] = &["dbus", "gnome-keyring"];
const BROWSER: &[&str] = &["chromium"];
/// The hub's second engine is tested on a server that the tests start themselves.
const POSTGRES: &[&str] = &["postgresql"];
const FONTS: &[&str] = &["fontconfig", "fonts-dejavu-core", "fonts-liberation", "fonts-noto-color-emoji"];

/// The Debian names of everything that a check may find missing.
#[cfg(test)]
pub(crate) const DEBIAN_NAMES: [&[&str]; 7] =
    [COMPILER, LIBRARIES, DISPLAY, KEYRING, BROWSER, POSTGRES, FONTS];

/// What a thing is needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Without it nothing is built.
    Build,
    /// Without it the app cannot be seen where there is no display.
    Display,
    /// Without it some tests are skipped.
    Test,
}

/// One line of the table.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    /// What is needed.
    pub(crate) needed: &'static str,
    /// What is there.
    pub(crate) found: String,
    /// Whether that is enough.
    pub(crate) here: bool,
    /// What mends it.
    pub(crate) cure: String,
    /// What it is needed for.
    pub(crate) purpose: Purpose,
    /// The Debian packages that bring it.
    pub(crate) packages: &'static [&'static str],
}

/// Looks for everything that this system needs.
pub(crate) fn all(house: &House) -> Vec<Finding> {
    let mut findings = vec![
        at_least(
            "Rust 1.95",
            "rustc",
            "--version",
            RUST,
            "install Rust from rustup.rs, or `rustup update stable`",
        ),
        at_least("Node 20.19", "node", "--version", NODE, "install Node 20.19 or later from nodejs.org"),
        at_least("npm 10", ui::NPM, "--version", NPM, "npm comes with Node: install Node again"),
    ];
    findings.extend(of_this_system());
    findings.push(disk(house));
    findings
}

#[cfg(target_os = "linux")]
fn of_this_system() -> Vec<Finding> {
    vec![
        programs(
            "C compiler, make, perl, pkg-config",
            &["cc", "make", "perl", "pkg-config"],
            Purpose::Build,
            COMPILER,
        ),
        library("WebKitGTK 4.1 for building", "webkit2gtk-4.1"),
        library("OpenSSL for building", "openssl"),
        library("librsvg for building", "librsvg-2.0"),
        programs("WebKitWebDriver and Xvfb", &["WebKitWebDriver", "Xvfb"], Purpose::Display, DISPLAY),
        programs(
            "keyring on a session bus",
            &["dbus-run-session", "gnome-keyring-daemon"],
            Purpose::Display,
            KEYRING,
        ),
        browser(),
        postgres(),
        fonts(),
    ]
}

#[cfg(windows)]
fn of_this_system() -> Vec<Finding> {
    let places = std::env::var("ProgramFiles(x86)").unwrap_or_default();
    let vswhere = format!("{places}\\Microsoft Visual Studio\\Installer\\vswhere.exe");
    let tools =
        ["-latest", "-products", "*", "-requires", "Microsoft.VisualStudio.Component.VC.Tools.x86.x64"];
    let msvc = output(&vswhere, &[&tools[..], &["-property", "displayName"]].concat());
    let client =
        "SOFTWARE\\WOW6432Node\\Microsoft\\EdgeUpdate\\Clients\\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}";
    let webview = output("reg", &["query", &format!("HKLM\\{client}"), "/v", "pv"]).or_else(|| {
        output("reg", &["query", &format!("HKCU\\{}", client.replace("WOW6432Node\\", "")), "/v", "pv"])
    });
    vec![
        seen(
            "MSVC build tools",
            msvc,
            "install Visual Studio Build Tools with \"Desktop development with C++\"",
        ),
        programs("perl", &["perl"], Purpose::Build, &[]),
        seen("WebView2 runtime", webview, "install the Evergreen WebView2 runtime from Microsoft"),
        browser(),
    ]
}

#[cfg(target_os = "macos")]
fn of_this_system() -> Vec<Finding> {
    let tools = output("xcode-select", &["-p"]);
    vec![
        seen("command line tools", tools, "run `xcode-select --install`"),
        programs("perl and make", &["perl", "make"], Purpose::Build, &[]),
        browser(),
    ]
}

#[cfg(not(target_os = "linux"))]
fn seen(needed: &'static str, found: Option<String>, cure: &str) -> Finding {
    let line = found.as_deref().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    let here = line.as_ref().is_some_and(|line| !line.is_empty());
    let found = line.unwrap_or_else(|| "nothing".into());
    Finding { needed, found, here, cure: cure.into(), purpose: Purpose::Build, packages: &[] }
}

/// Returns the browser that tests drive: `LINCHPIN_BROWSER`, or one in its usual place.
pub(crate) fn browser_path() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("LINCHPIN_BROWSER") {
        return Some(PathBuf::from(named)).filter(|path| path.is_file());
    }
    let names = ["chromium", "chromium-browser", "google-chrome", "chrome", "msedge"];
    let usual = [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
        "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
    ];
    let named = names.iter().find_map(|name| find_program(name));
    named.or_else(|| usual.iter().map(PathBuf::from).find(|path| path.is_file()))
}

/// Runs a program and returns what it said, if it could be run and ended well.
pub(crate) fn output(program: &str, words: &[&str]) -> Option<String> {
    let out = Command::new(program).args(words).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    out.status.success().then(|| String::from_utf8_lossy(&out.stdout).into_owned())
}

/// Returns whether this is Ubuntu or made from it.
pub(crate) fn is_ubuntu() -> bool {
    std::fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=ubuntu"))
}

/// Returns where a program lies on the search path.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let places = std::env::var_os("PATH")?;
    std::env::split_paths(&places).map(|folder| folder.join(&file)).find(|path| path.is_file())
}

fn at_least(needed: &'static str, program: &str, ask: &str, floor: (u32, u32), cure: &str) -> Finding {
    let said = output(program, &[ask]);
    let version = said.as_deref().and_then(version_in);
    let here = version.is_some_and(|version| version >= floor);
    let found = version.map_or_else(|| "nothing".into(), |(major, minor)| format!("{major}.{minor}"));
    Finding { needed, found, here, cure: cure.into(), purpose: Purpose::Build, packages: &[] }
}

/// Returns the first version number in a text.
fn version_in(text: &str) -> Option<(u32, u32)> {
    text.split_whitespace().find_map(|word| {
        let mut parts = word.trim_start_matches('v').split('.');
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    })
}

fn programs(
    needed: &'static str,
    names: &[&str],
    purpose: Purpose,
    packages: &'static [&'static str],
) -> Finding {
    let missing: Vec<&str> = names.iter().copied().filter(|name| find_program(name).is_none()).collect();
    let here = missing.is_empty();
    let found = if here { "all".into() } else { format!("no {}", missing.join(", ")) };
    Finding { needed, found, here, cure: cure(packages, &missing), purpose, packages }
}

#[cfg(target_os = "linux")]
fn library(needed: &'static str, name: &str) -> Finding {
    let found = output("pkg-config", &["--modversion", name]).map(|text| text.trim().to_owned());
    let here = found.is_some();
    let found = found.unwrap_or_else(|| "nothing".into());
    Finding {
        needed,
        found,
        here,
        cure: cure(LIBRARIES, &[name]),
        purpose: Purpose::Build,
        packages: LIBRARIES,
    }
}

fn cure(packages: &[&str], missing: &[&str]) -> String {
    if packages.is_empty() {
        format!("install {}", missing.join(", "))
    } else {
        format!("apt: {}", packages.join(" "))
    }
}

fn browser() -> Finding {
    let path = browser_path();
    let here = path.is_some();
    let found = path.map_or_else(|| "nothing".into(), |path| path.display().to_string());
    let cure = "install Chromium or Chrome, or name one in LINCHPIN_BROWSER".into();
    let packages: &[&str] = if is_ubuntu() { &[] } else { BROWSER };
    Finding { needed: "browser for the screens' tests", found, here, cure, purpose: Purpose::Test, packages }
}

/// Debian keeps the server's programs off the search path, one folder for each version.
#[cfg(target_os = "linux")]
fn postgres() -> Finding {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let folders = versions.map(|version| version.path().join("bin"));
    let found = folders.map(|folder| folder.join("initdb")).find(|path| path.is_file());
    let found = found.or_else(|| find_program("initdb"));
    Finding {
        needed: "PostgreSQL for the hub's tests",
        here: found.is_some(),
        found: found.map_or_else(|| "nothing".into(), |path| path.display().to_string()),
        cure: cure(POSTGRES, &[]),
        purpose: Purpose::Test,
        packages: POSTGRES,
    }
}

#[cfg(target_os = "linux")]
fn fonts() -> Finding {
    let listed = output("fc-list", &[":", "family"]).unwrap_or_default();
    let wanted = ["DejaVu Sans", "Liberation Sans", "Noto Color Emoji"];
    let missing: Vec<&str> = wanted.into_iter().filter(|name| !listed.contains(name)).collect();
    let here = missing.is_empty();
    let found = if here { "all".into() } else { format!("no {}", missing.join(", ")) };
    Finding {
        needed: "fonts with emoji",
        found,
        here,
        cure: cure(FONTS, &missing),
        purpose: Purpose::Display,
        packages: FONTS,
    }
}

fn disk(house: &House) -> Finding {
    let built = house.program("linchpin-desktop").is_file();
    let floor = if built { NEXT_BUILD_GB } else { FIRST_BUILD_GB };
    let free = free_gb(&house.root);
    Finding {
        needed: if built { "2 GB of free disk" } else { "8 GB of free disk" },
        found: free.map_or_else(|| "could not be told".into(), |free| format!("{free} GB")),
        here: free.is_none_or(|free| free >= floor),
        cure: "make room on the disk that holds this folder".into(),
        purpose: Purpose::Build,
        packages: &[],
    }
}

#[cfg(unix)]
fn free_gb(root: &Path) -> Option<u64> {
    let text = output("df", &["-Pk", root.to_str()?])?;
    let kilobytes: u64 = text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    Some(kilobytes / (1024 * 1024))
}

#[cfg(windows)]
fn free_gb(root: &Path) -> Option<u64> {
    let drive: String = root.to_str()?.chars().take(1).collect();
    let ask = format!("(Get-PSDrive -Name {drive}).Free");
    let bytes: u64 = output("powershell", &["-NoProfile", "-Command", &ask])?.trim().parse().ok()?;
    Some(bytes / (1024 * 1024 * 1024))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_programs_print_them() {
        assert_eq!(version_in("rustc 1.95.0 (59807616e 2026-04-14)"), Some((1, 95)));
        assert_eq!(version_in("v20.20.2\n"), Some((20, 20)));
        assert_eq!(version_in("11.19.1"), Some((11, 19)));
        assert_eq!(version_in("no version here"), None);
    }

    #[test]
    fn a_program_that_is_not_there_is_missing() {
        let finding = programs("a thing", &["linchpin-no-such-program"], Purpose::Test, COMPILER);
        assert!(!finding.here);
        assert!(finding.found.contains("linchpin-no-such-program"), "{finding:?}");
    }
}
