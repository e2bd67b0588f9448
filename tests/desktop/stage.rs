//! What a window needs to stand in: a display, a driver, folders of its own, and where its pictures go.

use anyhow::{Context, Result, bail, ensure};
use linchpin_tests::linchpin::PASSPHRASE;
use linchpin_tests::programs::{folder, program};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a display or driver may take to start.
const START: Duration = Duration::from_secs(20);

/// A display with a driver on it, for one window at a time.
pub(crate) struct Stage {
    display: Child,
    driver: Child,
    screen: PathBuf,
    port: u16,
    profile: PathBuf,
}

/// Returns the folder where the pictures of a story are kept.
pub(crate) fn pictures(story: &str) -> Result<PathBuf> {
    let folder = folder()?.join("pictures").join(story);
    std::fs::create_dir_all(&folder).context("make the folder for pictures")?;
    Ok(folder)
}

impl Stage {
    /// Sets up a display of 1280 x 800 and a driver for the app on `profile`.
    pub(crate) fn new(profile: &Path) -> Result<Self> {
        let home = profile.with_extension("home");
        let screen = home.join("screen");
        std::fs::create_dir_all(&screen).context("make the folder of the display")?;
        let (number, display) = start_display(&screen)?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let run = home.join("run");
        std::fs::create_dir_all(&run).context("make the window's folders")?;
        set_private(&run)?;
        let driver = Command::new("WebKitWebDriver")
            .args([format!("--port={port}"), "--host=127.0.0.1".into()])
            .env("DISPLAY", format!(":{number}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
            .env("NO_AT_BRIDGE", "1")
            .env("GTK_A11Y", "none")
            .env("LANG", "C.UTF-8")
            .env("HOME", &home)
            .env("XDG_DATA_HOME", home.join("share"))
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_CACHE_HOME", home.join("cache"))
            .env("XDG_RUNTIME_DIR", &run)
            .env("LINCHPIN_PASSPHRASE", PASSPHRASE)
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(home.join("app.log")).context("open the app's log")?)
            .spawn()
            .context("start WebKitWebDriver (package webkit2gtk-driver)")?;
        let stage = Self {
            display,
            driver,
            screen: screen.join("Xvfb_screen0"),
            port,
            profile: profile.to_path_buf(),
        };
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if began.elapsed() > START {
                bail!("WebKitWebDriver did not listen within {START:?}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(stage)
    }

    /// Returns a fresh stage for the same profile, as a computer that was started again.
    pub(crate) fn again(self) -> Result<Self> {
        let profile = self.profile.clone();
        drop(self);
        Self::new(&profile)
    }

    /// Returns the driver's address.
    pub(crate) fn driver_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Returns the folder of the person who sits here.
    pub(crate) fn profile(&self) -> &Path {
        &self.profile
    }

    /// Returns the file that holds what the display shows.
    pub(crate) fn screen(&self) -> PathBuf {
        self.screen.clone()
    }

    /// Returns the process of the app that runs on this stage.
    pub(crate) fn app(&self) -> Result<u32> {
        let app = program("linchpin-desktop")?;
        let profile = self.profile.as_os_str().as_encoded_bytes();
        for entry in std::fs::read_dir("/proc").context("list the processes")?.flatten() {
            let here = entry.path();
            let is_app = std::fs::read_link(here.join("exe")).is_ok_and(|exe| exe == app);
            let words = std::fs::read(here.join("cmdline")).unwrap_or_default();
            let ours = words.split(|&byte| byte == 0).any(|word| word == profile);
            if is_app && ours {
                return entry.file_name().to_string_lossy().parse().context("read the app's process number");
            }
        }
        bail!("no running app was found")
    }

    /// Kills the app that runs on this stage, as a power cut would.
    pub(crate) fn kill_app(&self) -> Result<()> {
        let pid = self.app()?.to_string();
        let status = Command::new("kill").args(["-KILL", &pid]).status().context("kill the app")?;
        ensure!(status.success(), "the app could not be killed");
        Ok(())
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        for child in [&mut self.driver, &mut self.display] {
            if let Err(error) = child.kill().and_then(|()| child.wait()) {
                eprintln!("a display or driver was left running: {error}");
            }
        }
    }
}

fn start_display(screen: &Path) -> Result<(u32, Child)> {
    let first = 100 + std::process::id() % 300 * 10;
    for number in first..first + 10 {
        if Path::new(&format!("/tmp/.X11-unix/X{number}")).exists() {
            continue;
        }
        let mut display = Command::new("Xvfb")
            .args([&format!(":{number}"), "-screen", "0", "1280x800x24", "-nolisten", "tcp"])
            .arg("-fbdir")
            .arg(screen)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("start Xvfb (package xvfb)")?;
        let began = Instant::now();
        while began.elapsed() < START && display.try_wait()?.is_none() {
            if Path::new(&format!("/tmp/.X11-unix/X{number}")).exists() {
                return Ok((number, display));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        display.kill().ok();
        display.wait()?;
    }
    bail!("no display could be started")
}

#[cfg(unix)]
fn set_private(folder: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
        .context("make the folder private")
}
