//! A hub of a story's own: the real program on a free port of this computer, stopped and started at will.

use crate::programs::program;
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running or stopped hub.
pub struct Hub {
    /// The arguments that say where its store lies.
    place: Vec<OsString>,
    log: PathBuf,
    port: u16,
    process: Option<Child>,
    first_code: String,
}

impl Hub {
    /// Sets up a hub in `data` and starts it.
    ///
    /// # Errors
    /// What the program said.
    pub fn start_new(data: &Path) -> Result<Self> {
        let place = vec!["--data".into(), data.into()];
        let mut hub = Self::stopped(place, data.with_extension("log"))?;
        let said =
            hub.run(&["init", "--network", "Sample network", "--admin", "asha@example.org", "--json"])?;
        hub.first_code = text(&said, "code")?;
        hub.start()?;
        Ok(hub)
    }

    /// Starts the program on a hub that is there; `place` are the arguments that say where. Several can serve one
    /// database.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn serve(place: Vec<OsString>, log: &Path) -> Result<Self> {
        let mut hub = Self::stopped(place, log.to_path_buf())?;
        hub.start()?;
        Ok(hub)
    }

    fn stopped(place: Vec<OsString>, log: PathBuf) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0").context("find a free port")?.local_addr()?.port();
        Ok(Self { place, log, port, process: None, first_code: String::new() })
    }

    /// Returns where it listens.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// Returns its address.
    pub fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// Returns its process while it runs.
    pub fn process(&self) -> Option<u32> {
        self.process.as_ref().map(Child::id)
    }

    /// Returns the invitation that setting it up gave.
    pub fn first_code(&self) -> &str {
        &self.first_code
    }

    /// Makes an invitation for a member.
    ///
    /// # Errors
    /// What the program said.
    pub fn invite(&self, email: &str) -> Result<String> {
        text(&self.run(&["invite", "--role", "member", "--email", email, "--json"])?, "code")
    }

    /// Serves only whoever is signed in, from the next request on.
    ///
    /// # Errors
    /// What the program said.
    pub fn require_sign_in(&self) -> Result<()> {
        self.run(&["sign-in", "required", "--json"]).map(|_| ())
    }

    /// Starts it and waits until it answers.
    ///
    /// # Errors
    /// Where it does not answer within 20 s.
    pub fn start(&mut self) -> Result<()> {
        ensure!(self.process.is_none(), "the hub runs already");
        let listen = self.address().to_string();
        let log = std::fs::File::create(&self.log).context("open the hub's log")?;
        let process = Command::new(program("linchpin-hub")?)
            .arg("serve")
            .args(&self.place)
            .args(["--listen", &listen])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .context("start the hub")?;
        self.process = Some(process);
        let began = Instant::now();
        while TcpStream::connect(&listen).is_err() {
            if began.elapsed() > Duration::from_secs(20) {
                bail!("the hub did not start within 20 s; see {}", self.log.display());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Kills it, as a power cut would.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn kill(&mut self) -> Result<()> {
        if let Some(mut process) = self.process.take() {
            process.kill().context("kill the hub")?;
            process.wait().context("wait for the hub to end")?;
        }
        Ok(())
    }

    fn run(&self, args: &[&str]) -> Result<Value> {
        let (word, rest) = args.split_first().context("a word for the hub")?;
        let out = Command::new(program("linchpin-hub")?)
            .arg(word)
            .args(&self.place)
            .args(rest)
            .output()
            .context("run the hub's program")?;
        ensure!(out.status.success(), "linchpin-hub {word}: {}", String::from_utf8_lossy(&out.stderr));
        serde_json::from_slice(&out.stdout).context("read what the hub's program said")
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        if let Err(error) = self.kill() {
            eprintln!("the hub was left running: {error:#}");
        }
    }
}

fn text(value: &Value, name: &str) -> Result<String> {
    let found = value.get(name).and_then(Value::as_str);
    Ok(found.with_context(|| format!("no \"{name}\" in what the program said"))?.to_owned())
}
