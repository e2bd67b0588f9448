//! Running other programs so that a person sees what goes on: a heading, their own output or a line every few
//! seconds, and the time it took. A step that fails says which one it was.

use anyhow::{Context, Result, bail};
use std::io::{IsTerminal, Write};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How often a silent step says that it is still at work.
const SIGN_OF_LIFE: Duration = Duration::from_secs(5);

/// Runs a program whose own output is worth seeing.
pub(crate) fn loudly(what: &str, command: &mut Command) -> Result<()> {
    println!("\n==> {what}");
    let began = Instant::now();
    let status = command.stdin(Stdio::null()).status().with_context(|| cannot_start(what, command))?;
    if !status.success() {
        bail!("{what}: failed after {} ({status})", took(began.elapsed()));
    }
    println!("    {what}: {}", took(began.elapsed()));
    Ok(())
}

/// Runs a program whose output matters only when it fails.
pub(crate) fn quietly(what: &str, command: &mut Command) -> Result<()> {
    let began = Instant::now();
    let out = with_signs_of_life(what, || {
        command.stdin(Stdio::null()).output().with_context(|| cannot_start(what, command))
    })?;
    if !out.status.success() {
        bail!("{what}: failed ({})\n{}", out.status, said(&out));
    }
    println!("    {what}: {}", took(began.elapsed()));
    Ok(())
}

/// Runs a program and returns what it wrote to its standard output.
pub(crate) fn ask(what: &str, command: &mut Command) -> Result<String> {
    let out = with_signs_of_life(what, || {
        command.stdin(Stdio::null()).output().with_context(|| cannot_start(what, command))
    })?;
    if !out.status.success() {
        bail!("{what}: failed ({})\n{}", out.status, said(&out));
    }
    String::from_utf8(out.stdout).with_context(|| format!("{what}: read what it said"))
}

/// Runs a program with text on its standard input and returns what it wrote.
pub(crate) fn ask_with_input(what: &str, command: &mut Command, input: &str) -> Result<String> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| cannot_start(what, command))?;
    let mut pipe = child.stdin.take().with_context(|| format!("{what}: reach its input"))?;
    pipe.write_all(input.as_bytes()).with_context(|| format!("{what}: hand it the text"))?;
    drop(pipe);
    let out = child.wait_with_output().with_context(|| format!("{what}: wait for it"))?;
    if !out.status.success() {
        bail!("{what}: failed ({})\n{}", out.status, said(&out));
    }
    String::from_utf8(out.stdout).with_context(|| format!("{what}: read what it said"))
}

/// Writes a time as a person reads it.
pub(crate) fn took(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds >= 60 {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

fn with_signs_of_life<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let (done, still) = mpsc::channel::<()>();
    let what = what.to_owned();
    let watcher = std::thread::spawn(move || {
        let began = Instant::now();
        let here = std::io::stdout().is_terminal();
        while still.recv_timeout(SIGN_OF_LIFE) == Err(mpsc::RecvTimeoutError::Timeout) {
            let line = format!("    {what} ... {}", took(began.elapsed()));
            if here {
                print!("\r{line}");
                std::io::stdout().flush().ok();
            } else {
                println!("{line}");
            }
        }
        if here {
            print!("\r");
        }
    });
    let answer = work();
    drop(done);
    watcher.join().expect("BUG: the watcher only prints");
    answer
}

fn cannot_start(what: &str, command: &Command) -> String {
    format!("{what}: {} cannot be started", command.get_program().to_string_lossy())
}

fn said(out: &Output) -> String {
    let all = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    let lines: Vec<&str> = all.lines().collect();
    let from = lines.len().saturating_sub(60);
    lines.get(from..).unwrap_or_default().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_people_say_them() {
        assert_eq!(took(Duration::from_millis(1234)), "1.2 s");
        assert_eq!(took(Duration::from_secs(61)), "1 min 01 s");
    }
}
