//! The core of the app in a process of its own, which writes without a pause and is killed at any moment, again and
//! again: every word whose saving had returned is there, once.

use crate::desks::Desk;
use linchpin_tests::linchpin::{Desk as Program, PASSPHRASE};
use linchpin_tests::words::count;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// How often it is killed; a release kills more.
const KILLS: u32 = 300;
const LONG: u32 = 1_000;
/// After so many kills the words are counted.
const COUNTED: u32 = 50;
/// The variables that tell the process what it writes in.
const FOLDER: &str = "LINCHPIN_CRASH_FOLDER";
const CALL: &str = "LINCHPIN_CRASH_CALL";
const ROUND: &str = "LINCHPIN_CRASH_ROUND";
/// What stands before a word that was saved.
const SAVED: &str = "saved ";

/// The process that is killed: this same program, told by its environment. It says each word after its saving has
/// returned.
fn writes_until_it_is_killed(folder: &str) {
    let value = |name: &str| std::env::var(name).unwrap();
    let (call, round) = (value(CALL), value(ROUND));
    let desk = Desk::open(folder.as_ref(), &call);
    let mut out = std::io::stdout();
    for n in 0_u64.. {
        let word = format!("k{round}n{n}z");
        desk.appends(&word);
        writeln!(out, "{SAVED}{word}").unwrap();
        out.flush().unwrap();
    }
}

/// Starts the process, kills it after a while of writing, and returns the words that it had said.
fn killed(asha: &Program, call: &str, round: u32) -> Vec<String> {
    let mut writer = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "kill_core::saved_words_are_there_after_three_hundred_kills_of_the_core",
            "--nocapture",
        ])
        .env(FOLDER, asha.folder())
        .env(CALL, call)
        .env(ROUND, round.to_string())
        .env("LINCHPIN_PASSPHRASE", PASSPHRASE)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(writer.stdout.take().unwrap()).lines().map_while(Result::ok);
    let word = |line: String| line.strip_prefix(SAVED).map(str::to_owned);
    let mut words: Vec<String> = said.by_ref().find_map(word).into_iter().collect();
    // At another moment of its work each time: 0 to 38 ms after the first word.
    std::thread::sleep(Duration::from_micros(u64::from(round * 7_919 % 39_000)));
    writer.kill().unwrap();
    writer.wait().unwrap();
    // The last line may have been cut off; then nobody was told of its word.
    words.extend(said.filter_map(word).filter(|word| word.ends_with('z')));
    words
}

#[test]
fn saved_words_are_there_after_three_hundred_kills_of_the_core() {
    if let Ok(folder) = std::env::var(FOLDER) {
        return writes_until_it_is_killed(&folder);
    }
    let folder = TempDir::new().unwrap();
    let program = Program::new(&folder.path().join("asha"));
    let add = ["call", "add", "--title", "Sample call", "--closes", "2027-01-14T23:45", "-"];
    let made = program.say(&add, "1. One question?\n").unwrap();
    let call = made["id"].as_str().unwrap();
    let kills = if std::env::var_os("LINCHPIN_LONG").is_some() { LONG } else { KILLS };
    let mut saved = Vec::new();
    for round in 1..=kills {
        let words = killed(&program, call, round);
        assert!(!words.is_empty(), "the core wrote nothing after kill {}", round - 1);
        saved.extend(words);
        if round % COUNTED == 0 || round == kills {
            let found = count(&saved, &program.text(call, "1").unwrap());
            assert!(found.lost.is_empty() && found.doubled.is_empty(), "after {round} kills: {found:?}");
        }
    }
    println!("{kills} kills of the core, {} words saved, 0 lost, 0 doubled", saved.len());
}
