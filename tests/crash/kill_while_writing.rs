//! Fifty kills: the program that writes is killed while it writes; what it had acknowledged is there.

use linchpin_tests::linchpin::Desk;
use linchpin_tests::words::{count, words};
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

const KILLS: u64 = 50;

#[test]
fn acknowledged_words_are_there_after_fifty_kills() {
    let folder = TempDir::new().unwrap();
    let desk = Desk::new(&folder.path().join("asha"));
    let made = desk
        .say(
            &["call", "add", "--title", "Sample call", "--closes", "2027-01-14T23:45", "-"],
            "1. One question?\n",
        )
        .unwrap();
    let call = made["id"].as_str().unwrap();
    let all = words(7, "k", usize::try_from(KILLS * 2).unwrap());
    let (mut acknowledged, mut killed) = (Vec::new(), 0);
    for (n, pair) in all.chunks(2).enumerate() {
        desk.say(&["answer", "append", call, "1", "-"], &pair[0]).unwrap();
        acknowledged.push(pair[0].clone());
        let mut writer = append(&desk, call, &pair[1]);
        // A kill at another moment of its short life each time: 0 to 245 ms.
        std::thread::sleep(Duration::from_millis(u64::try_from(n).unwrap() * 5));
        let ended = writer.try_wait().unwrap();
        if ended.is_none() {
            writer.kill().unwrap();
            killed += 1;
        }
        if ended.or_else(|| writer.wait().ok()).is_some_and(|status| status.success()) {
            acknowledged.push(pair[1].clone());
        }
    }
    let found = count(&acknowledged, &desk.text(call, "1").unwrap());
    println!("{killed} of {KILLS} were killed while they ran, {} words acknowledged", acknowledged.len());
    assert!(found.lost.is_empty() && found.doubled.is_empty(), "{found:?}");
    assert!(killed >= KILLS / 5, "too few kills hit a running program: {killed}");
}

fn append(desk: &Desk, call: &str, word: &str) -> std::process::Child {
    let mut command: Command = desk.command().unwrap();
    let mut child = command
        .args(["answer", "append", call, "1", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(word.as_bytes()).unwrap();
    child
}
