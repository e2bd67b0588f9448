//! One person at two computers: an account is set up on the first, the second signs in and is the same person, and
//! ends the access of the first.

use linchpin_protocol::sign_in::PASSPHRASE_LEAST;
use linchpin_testkit::codes;
use linchpin_tests::hub::Hub;
use linchpin_tests::linchpin::Desk;
use linchpin_tests::words::{count, words};
use serde_json::Value;
use std::process::{Output, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tempfile::TempDir;

const WORDS: &str = "lantern moss canary";
const EMAIL: &str = "asha@example.org";

/// Runs a word with the passphrase of the account in its variable.
fn run(desk: &Desk, words: &[&str]) -> Output {
    let mut command = desk.command().unwrap();
    command.args(words).env("LINCHPIN_SIGN_IN_PASSPHRASE", WORDS).stdin(Stdio::null());
    command.output().unwrap()
}

fn says(desk: &Desk, words: &[&str]) -> Value {
    let out = run(desk, words);
    assert!(out.status.success(), "{words:?}: {}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

/// The code that a phone shows, once it shows another one than before.
fn next_code(otpauth: &str, before: &str) -> String {
    loop {
        #[expect(clippy::disallowed_methods, reason = "a phone has a clock of its own")]
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let code = codes::code(otpauth, u64::try_from(now.as_millis()).unwrap()).unwrap();
        if code != before {
            return code;
        }
        std::thread::sleep(Duration::from_millis(300));
    }
}

struct Two {
    _folder: TempDir,
    hub: Hub,
    first: Desk,
    second: Desk,
    call: String,
    /// What the second computer signed in with.
    otpauth: String,
    codes: Vec<String>,
}

/// Asha joins on one computer, sets an account up there, and signs in on another one.
fn two_computers() -> Two {
    let folder = TempDir::new().unwrap();
    let hub = Hub::start_new(&folder.path().join("hub")).unwrap();
    let (first, second) = (Desk::new(&folder.path().join("first")), Desk::new(&folder.path().join("second")));
    first.say(&["join", &hub.url(), hub.first_code(), "--name", "Asha Rao"], "").unwrap();
    let made = first
        .say(&["call", "add", "--title", "Sample call", "--closes", "2027-01-14T23:45", "-"], "1. What?\n")
        .unwrap();
    let call = made["id"].as_str().unwrap().to_owned();
    first.say(&["sync"], "").unwrap();

    let begun = says(&first, &["account", "set-up"]);
    assert_eq!(begun["email"], EMAIL);
    let otpauth = begun["otpauth"].as_str().unwrap().to_owned();
    let told = says(&first, &["account", "confirm", &next_code(&otpauth, "")]);
    let codes: Vec<String> =
        told["codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned()).collect();
    assert_eq!(codes.len(), 10);

    let state = says(&second, &["sign-in", &hub.url(), "--email", EMAIL, "--code", &codes[0]]);
    assert_eq!((state["phase"].as_str(), state["me"]["name"].as_str()), (Some("ready"), Some("Asha Rao")));
    let own = says(&first, &["status"]);
    assert_eq!(state["me"]["id"], own["account"]["me"]["id"], "it is the same person");
    Two { _folder: folder, hub, first, second, call, otpauth, codes }
}

#[test]
fn two_computers_write_as_one_person_and_one_ends_the_access_of_the_other() {
    let mut two = two_computers();
    two.second.say(&["sync"], "").unwrap();
    two.hub.kill().unwrap();
    let (here, there) = (words(1, "a", 40), words(2, "b", 40));
    two.first.say(&["answer", "append", &two.call, "1", "-"], &here.join(" ")).unwrap();
    two.second.say(&["answer", "append", &two.call, "1", "-"], &there.join(" ")).unwrap();
    two.hub.start().unwrap();
    for _ in 0..2 {
        two.first.say(&["sync"], "").unwrap();
        two.second.say(&["sync"], "").unwrap();
    }
    let text = two.first.text(&two.call, "1").unwrap();
    assert_eq!(text, two.second.text(&two.call, "1").unwrap());
    for own in [&here, &there] {
        let found = count(own, &text);
        assert!(found.lost.is_empty() && found.doubled.is_empty(), "{found:?}");
    }
    let told = two.first.say(&["answer", "show", &two.call, "1", "--format", "json"], "").unwrap();
    let names: Vec<_> = told["written"].as_array().unwrap().iter().map(|run| run["name"].clone()).collect();
    assert!(names.iter().all(|name| name == "Asha Rao"), "all of it is one person's: {names:?}");

    let devices = says(&two.second, &["account", "devices"]);
    let devices = devices["devices"].as_array().unwrap();
    assert_eq!(devices.len(), 2);
    let first = devices.iter().find(|one| one["isThis"] == false).unwrap()["device"].as_str().unwrap();
    says(&two.second, &["account", "revoke", first]);
    let refused = two.first.run(&["sync"], "").unwrap();
    assert_eq!(refused.status.code(), Some(4), "{}", String::from_utf8_lossy(&refused.stderr));
    // What it holds is still its owner's, and writing goes on.
    two.first.say(&["answer", "append", &two.call, "1", "-"], "Written after it.").unwrap();
    two.second.say(&["sync"], "").unwrap();
}

#[test]
fn who_is_signed_out_writes_on_and_sends_it_after_signing_in() {
    let two = two_computers();
    two.hub.require_sign_in().unwrap();
    two.first.say(&["sync"], "").unwrap();
    two.second.say(&["sync"], "").unwrap();
    says(&two.second, &["account", "sign-out"]);
    let refused = two.second.run(&["sync"], "").unwrap();
    assert_eq!(refused.status.code(), Some(4), "{}", String::from_utf8_lossy(&refused.stderr));
    two.second.say(&["answer", "append", &two.call, "1", "-"], "Written while signed out.").unwrap();
    let wrong = run(&two.second, &["sign-in", &two.hub.url(), "--email", EMAIL, "--code", &two.codes[0]]);
    assert_eq!(wrong.status.code(), Some(2), "a recovery code is used once");
    let code = next_code(&two.otpauth, &next_code(&two.otpauth, ""));
    says(&two.second, &["sign-in", &two.hub.url(), "--email", EMAIL, "--code", &code]);
    two.second.say(&["sync"], "").unwrap();
    two.first.say(&["sync"], "").unwrap();
    assert!(two.first.text(&two.call, "1").unwrap().contains("Written while signed out."));
}

#[test]
fn what_opens_an_account_is_in_no_file_and_no_word_that_is_said() {
    let two = two_computers();
    assert!(WORDS.len() >= PASSPHRASE_LEAST);
    let secret = two.otpauth.split("secret=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let canaries: Vec<String> = two.codes.iter().cloned().chain([WORDS.to_owned(), secret]).collect();
    let said = [
        run(&two.first, &["account", "devices"]),
        run(&two.first, &["invoke", "support_report"]),
        run(&two.second, &["sign-in", &two.hub.url(), "--email", EMAIL, "--code", &two.codes[0]]),
        run(&two.second, &["account", "set-up"]),
    ];
    let mut looked = 0;
    for canary in &canaries {
        for out in &said {
            for bytes in [&out.stdout, &out.stderr] {
                assert!(!String::from_utf8_lossy(bytes).contains(canary.as_str()));
            }
        }
        let bytes = canary.as_bytes();
        for file in files(two._folder.path()) {
            let held = std::fs::read(&file).unwrap();
            assert!(!held.windows(bytes.len()).any(|part| part == bytes), "{}", file.display());
            looked += 1;
        }
    }
    assert!(looked > canaries.len() * 3, "there were files to look through");
}

fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let all = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    all.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
