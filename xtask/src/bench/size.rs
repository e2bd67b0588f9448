//! How much is downloaded, installed and held in memory: the release program, the Debian package, and the
//! proportional share of memory of the app with all processes of its web view.

use crate::bench::Figure;
use crate::house::House;
use crate::{steps, ui};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Limits of the design: package in MB, memory in MB with the DMABUF renderer off.
const PACKAGE_LIMIT: f64 = 60.0;
const MEMORY_LIMIT: f64 = 250.0;
/// The memory counts once it has stood still for this long.
const STILL: Duration = Duration::from_secs(3);
const SETTLE_LIMIT: Duration = Duration::from_secs(60);

/// Builds the package and measures.
pub(crate) fn size(house: &House) -> Result<Vec<Figure>> {
    if !cfg!(target_os = "linux") {
        bail!("this bench builds a Debian package and reads Linux's memory figures");
    }
    ui::packages(house)?;
    steps::loudly(
        "build the release and its package",
        &mut ui::tauri(house, &["build", "--bundles", "deb"])?,
    )?;
    let program = house.target.join("release/linchpin-desktop");
    let package = package(&house.target.join("release/bundle/deb"))?;
    let (memory, processes) = memory(house, &program)?;
    Ok(vec![
        Figure { what: "program".into(), value: megabytes(&program)?, unit: "MB", against: None },
        figure("package (.deb)", megabytes(&package)?, PACKAGE_LIMIT),
        Figure { what: "installed".into(), value: installed(&package)?, unit: "MB", against: None },
        figure(&format!("memory of {processes} processes (PSS)"), memory, MEMORY_LIMIT),
    ])
}

fn figure(what: &str, value: f64, limit: f64) -> Figure {
    Figure { what: what.into(), value, unit: "MB", against: Some(("the limit", limit)) }
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

/// Opens the app on a display and folders of its own and waits until its memory stands still.
fn memory(house: &House, program: &Path) -> Result<(f64, usize)> {
    let home = house.target.join("bench/size");
    if home.exists() {
        std::fs::remove_dir_all(&home).context("clear the bench's folder")?;
    }
    std::fs::create_dir_all(home.join("run")).context("make the bench's folder")?;
    let display = ":191";
    let words = [display, "-screen", "0", "1280x800x24", "-nolisten", "tcp"];
    let mut screen = quiet(Command::new("Xvfb").args(words)).spawn().context("start Xvfb")?;
    let app = start(program, &home, display);
    let measured = app.and_then(|mut app| {
        let measured = settled(app.id());
        end(&mut app)?;
        measured
    });
    end(&mut screen)?;
    measured
}

fn start(program: &Path, home: &Path, display: &str) -> Result<Child> {
    let socket = PathBuf::from("/tmp/.X11-unix").join(display.replace(':', "X"));
    let began = Instant::now();
    while !socket.exists() {
        if began.elapsed() > SETTLE_LIMIT {
            bail!("Xvfb did not start");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut command = Command::new(program);
    command.arg("--profile").arg(home.join("profile")).env("DISPLAY", display).env("HOME", home);
    command.env("WEBKIT_DISABLE_DMABUF_RENDERER", "1").env("NO_AT_BRIDGE", "1");
    command
        .env("XDG_RUNTIME_DIR", home.join("run"))
        .env("LINCHPIN_PASSPHRASE", "bench")
        .env_remove("WAYLAND_DISPLAY");
    quiet(&mut command).spawn().context("open the app")
}

fn quiet(command: &mut Command) -> &mut Command {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null())
}

fn end(child: &mut Child) -> Result<()> {
    child.kill().context("end what the bench started")?;
    child.wait().context("wait for what the bench started")?;
    Ok(())
}

fn settled(app: u32) -> Result<(f64, usize)> {
    let began = Instant::now();
    let (mut last, mut since) = ((0, 0), Instant::now());
    while began.elapsed() < SETTLE_LIMIT {
        let now = shared_out(app)?;
        let moved = now.0.abs_diff(last.0) > last.0 / 50 || now.1 != last.1;
        if moved {
            (last, since) = (now, Instant::now());
        }
        // A window alone has the app, its network process and its page.
        if since.elapsed() > STILL && last.1 >= 3 {
            return Ok((to_megabytes(last.0), last.1));
        }
        std::thread::sleep(Duration::from_millis(250));
    }
    bail!("the app's memory did not stand still within {SETTLE_LIMIT:?}")
}

/// Returns the bytes of a process and everything it started, shared pages counted by share, and how many.
fn shared_out(app: u32) -> Result<(u64, usize)> {
    let mut family = vec![app];
    let parents = parents()?;
    let mut at = 0;
    while let Some(&parent) = family.get(at) {
        family.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(pid, _)| *pid));
        at += 1;
    }
    let share = |pid: &u32| -> Option<u64> {
        let text = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
        let line = text.lines().find(|line| line.starts_with("Pss:"))?;
        Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
    };
    let shares: Vec<u64> = family.iter().filter_map(share).collect();
    Ok((shares.iter().sum(), shares.len()))
}

fn parents() -> Result<Vec<(u32, u32)>> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir("/proc").context("list the processes")?.flatten() {
        let Ok(pid) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
        let Ok(text) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        // The name in brackets may hold spaces; the parent is the second word after it.
        let after = text.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1)?.parse().ok());
        all.extend(after.map(|parent| (pid, parent)));
    }
    Ok(all)
}
