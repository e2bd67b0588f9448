//! A person's profile, driven through the program `linchpin` as a script would.

use crate::programs::program;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The passphrase of every profile in the stories.
pub const PASSPHRASE: &str = "correct-horse-battery-staple";

/// A person's profile folder.
pub struct Desk {
    folder: PathBuf,
}

impl Desk {
    /// Returns the desk in `folder`; nothing is made before the first word.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf() }
    }

    /// Returns the folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the program with this profile, ready for words.
    ///
    /// # Errors
    /// Where it was not built.
    pub fn command(&self) -> Result<Command> {
        let mut command = Command::new(program("linchpin")?);
        command.arg("--profile").arg(&self.folder).arg("--json").env("LINCHPIN_PASSPHRASE", PASSPHRASE);
        Ok(command)
    }

    /// Runs one word with `input` on its standard input and returns how it ended.
    ///
    /// # Errors
    /// Where it cannot be run.
    pub fn run(&self, words: &[&str], input: &str) -> Result<Output> {
        let mut child = self
            .command()?
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("run linchpin")?;
        child
            .stdin
            .take()
            .context("the program's input")?
            .write_all(input.as_bytes())
            .context("hand it the text")?;
        child.wait_with_output().context("wait for linchpin")
    }

    /// Runs one word and returns the JSON it said.
    ///
    /// # Errors
    /// What the program said where it failed.
    pub fn say(&self, words: &[&str], input: &str) -> Result<Value> {
        let out = self.run(words, input)?;
        ensure!(out.status.success(), "linchpin {words:?}: {}", String::from_utf8_lossy(&out.stderr));
        serde_json::from_slice(&out.stdout).with_context(|| format!("read what linchpin {words:?} said"))
    }

    /// Returns the plain text of an answer.
    ///
    /// # Errors
    /// What the program said where it failed.
    pub fn text(&self, call: &str, question: &str) -> Result<String> {
        let mut command = Command::new(program("linchpin")?);
        command.arg("--profile").arg(&self.folder).env("LINCHPIN_PASSPHRASE", PASSPHRASE);
        let out = command.args(["answer", "show", call, question, "--format", "text"]).output()?;
        ensure!(out.status.success(), "answer show: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).context("the text is UTF-8")
    }
}
