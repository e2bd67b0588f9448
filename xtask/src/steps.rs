//! Running other programs so that a person sees what goes on: a heading, their own output or a line every few
//! seconds, and the time it took. A step that fails says which one it was.

use anyhow::{Context, Result, bail};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, IsTerminal, Write};
use std::process::{Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

/// How often a silent step says that it is still at work.
const SIGN_OF_LIFE: Duration = Duration::from_secs(5);

/// How many lines of a program that failed are kept, so that a summary can say them again.
const LAST_LINES: usize = 40;

/// How long the last lines of a program that has ended may take. A server that it left behind may hold the pipe open
/// for ever.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Runs a program whose own output is worth seeing. Where nobody watches, the error ends with its last lines: a
/// record that keeps only the end of a long run still tells what failed.
pub(crate) fn loudly(what: &str, command: &mut Command) -> Result<()> {
    println!("\n==> {what}");
    let began = Instant::now();
    command.stdin(Stdio::null());
    let (status, last) = if std::io::stdout().is_terminal() {
        (command.status().with_context(|| cannot_start(what, command))?, String::new())
    } else {
        passed_on(what, command)?
    };
    if !status.success() {
        bail!("{what}: failed after {} ({status})\n{last}", took(began.elapsed()));
    }
    println!("    {what}: {}", took(began.elapsed()));
    Ok(())
}

/// Passes on what a program says, line by line, and returns how it ended with its last lines.
fn passed_on(what: &str, command: &mut Command) -> Result<(ExitStatus, String)> {
    let (reader, writer) = std::io::pipe().with_context(|| format!("{what}: make a pipe"))?;
    command.stdout(writer.try_clone().with_context(|| format!("{what}: share the pipe"))?).stderr(writer);
    let mut child = command.spawn().with_context(|| cannot_start(what, command))?;
    // The command holds the pipe's other end; while it does, the reading would never end.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let last = Arc::new(Mutex::new(VecDeque::new()));
    let (done, read) = mpsc::channel::<()>();
    let kept = Arc::clone(&last);
    std::thread::spawn(move || {
        pass_on(reader, &kept);
        drop(done);
    });
    let status = child.wait().with_context(|| format!("{what}: wait for it"))?;
    // Both ways to return say the same: enough was read.
    read.recv_timeout(LAST_WORDS).ok();
    let last: Vec<String> = last.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect();
    Ok((status, last.join("\n")))
}

/// Prints lines as they come, to the end, and keeps the last ones.
fn pass_on(reader: impl std::io::Read, last: &Mutex<VecDeque<String>>) {
    for line in BufReader::new(reader).split(b'\n').map_while(std::io::Result::ok) {
        let line = String::from_utf8_lossy(&line).into_owned();
        println!("{line}");
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.len() == LAST_LINES {
            last.pop_front();
        }
        last.push_back(line);
    }
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
    #[cfg(unix)]
    fn what_failed_says_its_last_words() {
        let (status, last) = passed_on("count", Command::new("seq").arg("100")).unwrap();
        assert!(status.success());
        assert_eq!(last.lines().count(), LAST_LINES);
        assert!(last.ends_with("99\n100"));
        let mut both = Command::new("sh");
        both.args(["-c", "echo one; echo two >&2; exit 3"]);
        let (status, last) = passed_on("speak", &mut both).unwrap();
        assert_eq!((status.code(), last.as_str()), (Some(3), "one\ntwo"));
    }

    #[test]
    #[cfg(unix)]
    fn a_server_that_was_left_holds_nothing_up() {
        let began = Instant::now();
        let (status, last) =
            passed_on("leave", Command::new("sh").args(["-c", "sleep 30 & echo said"])).unwrap();
        assert_eq!((status.code(), last.as_str()), (Some(0), "said"));
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    }

    #[test]
    fn times_read_as_people_say_them() {
        assert_eq!(took(Duration::from_millis(1234)), "1.2 s");
        assert_eq!(took(Duration::from_secs(61)), "1 min 01 s");
    }
}
