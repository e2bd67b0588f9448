//! What a person mistypes, or hands over in place of something else, is answered with a sentence and the exit code of a
//! person's mistake; nothing is made, lost or used up by it.

use linchpin_tests::hub::Hub;
use linchpin_tests::linchpin::Desk;
use std::io::{Read, Write};
use std::net::TcpListener;
use tempfile::TempDir;

/// Runs words that cannot be done and returns the exit code with the sentence.
fn refused(desk: &Desk, words: &[&str], input: &str) -> (i32, String) {
    let out = desk.run(words, input).unwrap();
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    let json: serde_json::Value =
        serde_json::from_str(said.trim()).unwrap_or_else(|_| panic!("{words:?}: {said}"));
    (out.status.code().unwrap(), json["error"]["sentence"].as_str().unwrap().to_owned())
}

#[test]
fn what_is_no_backup_is_said_and_the_work_stays() {
    let folder = TempDir::new().unwrap();
    let desk = Desk::new(&folder.path().join("asha"));
    let made = desk.say(&["call", "add", "--title", "Sample", "-"], "1. What of it?\n").unwrap();
    let call = made["id"].as_str().unwrap();
    desk.say(&["answer", "write", call, "1", "-"], "Words that stay.").unwrap();
    let (short, long) = (folder.path().join("short.txt"), folder.path().join("long.txt"));
    std::fs::write(&short, "no backup").unwrap();
    std::fs::write(&long, "no backup ".repeat(4_000)).unwrap();
    let empty = folder.path().join("empty");
    std::fs::write(&empty, "").unwrap();
    let missing = folder.path().join("missing");
    for file in [&short, &long, &empty, &missing, &folder.path().to_path_buf()] {
        let (code, said) = refused(&desk, &["restore", file.to_str().unwrap()], "");
        assert_eq!(code, 2, "{file:?}: {said}");
        assert!(said.contains("backup"), "{file:?}: {said}");
    }
    let (code, said) = refused(&desk, &["backup", folder.path().to_str().unwrap()], "");
    assert_eq!((code, said.contains("folder")), (2, true), "{said}");
    let (code, said) = refused(&desk, &["backup", missing.join("x").to_str().unwrap()], "");
    assert_eq!((code, said.contains("no such file or folder")), (2, true), "{said}");
    let (code, said) = refused(&desk, &["answer", "write", call, "1", missing.to_str().unwrap()], "");
    assert_eq!((code, said.contains("there is no such file")), (2, true), "{said}");
    assert_eq!(desk.text(call, "1").unwrap().trim(), "Words that stay.");
}

#[test]
fn nothing_is_written_over_the_store_a_backup_or_a_file_of_another_kind() {
    let folder = TempDir::new().unwrap();
    let desk = Desk::new(&folder.path().join("asha"));
    let made = desk.say(&["call", "add", "--title", "Sample", "-"], "1. What of it?\n").unwrap();
    let call = made["id"].as_str().unwrap();
    desk.say(&["answer", "write", call, "1", "-"], "Words that stay.").unwrap();
    let store = desk.folder().join("linchpin.db");
    let (backup, letter) = (folder.path().join("kept.linchpin"), folder.path().join("letter.txt"));
    desk.say(&["backup", backup.to_str().unwrap()], "").unwrap();
    std::fs::write(&letter, "Dear colleagues").unwrap();
    let answer = desk.say(&["answer", "show", call, "1"], "").unwrap()["answer"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let load = format!("{{\"answer\":\"{answer}\"}}");
    for words in [
        &["export", call, "--out", store.to_str().unwrap()][..],
        &["export", call, "--out", backup.to_str().unwrap()],
        &["backup", store.to_str().unwrap()],
        &["backup", letter.to_str().unwrap()],
        &["backup", desk.folder().join("own.linchpin").to_str().unwrap()],
        &["invoke", "load_answer", &load, "--out", store.to_str().unwrap()],
    ] {
        let (code, said) = refused(&desk, words, "");
        assert_eq!(code, 2, "{words:?}: {said}");
    }
    assert_eq!(desk.text(call, "1").unwrap().trim(), "Words that stay.");
    assert_eq!(std::fs::read(&letter).unwrap(), b"Dear colleagues");
    let twice = folder.path().join("response.md");
    for _ in 0..2 {
        desk.say(&["export", call, "--out", twice.to_str().unwrap()], "").unwrap();
    }
    desk.say(&["restore", backup.to_str().unwrap()], "").unwrap();
}

#[test]
fn a_restore_says_where_unsent_work_lies() {
    let folder = TempDir::new().unwrap();
    let desk = Desk::new(&folder.path().join("asha"));
    let made = desk.say(&["call", "add", "--title", "Sample", "-"], "1. What of it?\n").unwrap();
    let call = made["id"].as_str().unwrap();
    let backup = folder.path().join("kept.linchpin");
    desk.say(&["backup", backup.to_str().unwrap()], "").unwrap();
    desk.say(&["answer", "append", call, "1", "-"], "Newer words.").unwrap();
    let done = desk.say(&["restore", backup.to_str().unwrap()], "").unwrap();
    assert_eq!(desk.text(call, "1").unwrap().trim(), "");
    desk.say(&["restore", done["keptAside"].as_str().unwrap()], "").unwrap();
    assert_eq!(desk.text(call, "1").unwrap().trim(), "Newer words.");
    let other = Desk::new(&folder.path().join("ben"));
    let done = other.say(&["restore", backup.to_str().unwrap()], "").unwrap();
    assert!(done["keptAside"].is_null(), "nothing was here before: {done}");
}

#[test]
fn text_is_taken_without_its_mark_and_what_is_no_text_is_refused() {
    let folder = TempDir::new().unwrap();
    let desk = Desk::new(&folder.path().join("asha"));
    let made = desk.say(&["call", "add", "--title", "Sample", "-"], "\u{feff}1. What of it?\n").unwrap();
    let call = made["id"].as_str().unwrap();
    desk.say(&["answer", "write", call, "1", "-"], "\u{feff}Words.").unwrap();
    let (code, said) = refused(&desk, &["answer", "write", call, "1", "-"], "W\0o\0r\0d\0");
    assert_eq!((code, said.contains("not plain text")), (2, true), "{said}");
    assert_eq!(desk.text(call, "1").unwrap().trim_end(), "Words.");
}

#[test]
fn what_the_hub_refuses_is_no_success() {
    let folder = TempDir::new().unwrap();
    let hub = Hub::start_new(&folder.path().join("hub")).unwrap();
    let (asha, ben) = (Desk::new(&folder.path().join("asha")), Desk::new(&folder.path().join("ben")));
    for (desk, name) in [(&asha, "Asha"), (&ben, "Ben")] {
        let code = hub.invite(&format!("{name}@example.org")).unwrap();
        desk.say(&["join", &hub.url(), &code, "--name", name], "").unwrap();
    }
    let made = asha.say(&["call", "add", "--title", "Sample", "-"], "1. What of it?\n").unwrap();
    asha.say(&["sync"], "").unwrap();
    ben.say(&["sync"], "").unwrap();
    let field = format!(r#"{{"call":{},"field":"title","value":"Mine"}}"#, made["id"]);
    ben.say(&["invoke", "set_call_field", &field], "").unwrap();
    let (code, said) = refused(&ben, &["sync"], "");
    assert_eq!((code, said.contains("did not take 1 change of yours")), (4, true), "{said}");
    assert_eq!(ben.say(&["status"], "").unwrap()["sync"]["setAside"].as_u64(), Some(1));
    ben.say(&["sync"], "").unwrap();
}

#[test]
fn a_mistyped_profile_is_said_and_not_made() {
    let folder = TempDir::new().unwrap();
    let mistyped = folder.path().join("mistyped");
    let desk = Desk::new(&mistyped);
    for words in [&["status"][..], &["sync"], &["call", "list"], &["search", "x"]] {
        let (code, said) = refused(&desk, words, "");
        assert_eq!((code, said.contains("There is no profile")), (2, true), "{words:?}: {said}");
    }
    assert!(!mistyped.exists());
    std::fs::write(&mistyped, "a file").unwrap();
    let (code, said) = refused(&desk, &["status"], "");
    assert_eq!((code, said.contains("is a file")), (2, true), "{said}");
    let (code, said) = refused(&desk, &["statsu"], "");
    assert_eq!((code, said.contains("statsu")), (2, true), "{said}");
}

#[test]
fn a_locked_profile_asks_for_its_passphrase() {
    let folder = TempDir::new().unwrap();
    let desk = Desk::new(&folder.path().join("asha"));
    desk.say(&["call", "add", "--title", "Sample", "-"], "1. What of it?\n").unwrap();
    for passphrase in ["", "another passphrase"] {
        let out =
            desk.command().unwrap().arg("status").env("LINCHPIN_PASSPHRASE", passphrase).output().unwrap();
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(out.status.code(), Some(2), "{said}");
        assert!(said.contains("passphrase") && said.contains("safe"), "{said}");
    }
}

/// Answers one request as a web server does that is no hub.
fn a_web_page() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut request = [0; 4_096];
            if stream.read(&mut request).is_err() {
                continue;
            }
            let page = "<!doctype html><title>Welcome</title>";
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\r\n",
                page.len()
            );
            if stream.write_all((head + page).as_bytes()).is_err() {
                return;
            }
        }
    });
    url
}

#[test]
fn a_mistyped_address_is_told_from_a_missing_connection() {
    let folder = TempDir::new().unwrap();
    let desk = Desk::new(&folder.path().join("asha"));
    let code = "0".repeat(26);
    let nobody = format!("http://{}", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap());
    // No name is longer, so it is refused here, also where a network answers every name.
    let no_name = format!("https://{}.invalid", "x".repeat(64));
    for url in [nobody.as_str(), &a_web_page(), &no_name] {
        let (code, said) = refused(&desk, &["join", url, &code, "--name", "Asha"], "");
        assert_eq!(code, 3, "{url}: {said}");
        assert!(said.contains("Check the address"), "{url}: {said}");
    }
}

#[test]
fn whoever_is_in_already_is_told_so_and_uses_no_invitation_up() {
    let folder = TempDir::new().unwrap();
    let hub = Hub::start_new(&folder.path().join("hub")).unwrap();
    let (asha, ben) = (Desk::new(&folder.path().join("asha")), Desk::new(&folder.path().join("ben")));
    asha.say(&["join", &hub.url(), hub.first_code(), "--name", "Asha"], "").unwrap();
    let code = hub.invite("ben@example.org").unwrap();
    let (exit, said) = refused(&asha, &["join", &hub.url(), &code, "--name", "Asha"], "");
    assert_eq!((exit, said.contains("already")), (2, true), "{said}");
    ben.say(&["join", &hub.url(), &code, "--name", "Ben"], "").unwrap();
}

#[test]
fn joining_again_while_sync_is_paused_sends_nothing_and_uses_no_invitation_up() {
    let folder = TempDir::new().unwrap();
    let hub = Hub::start_new(&folder.path().join("hub")).unwrap();
    let (asha, ben) = (Desk::new(&folder.path().join("asha")), Desk::new(&folder.path().join("ben")));
    asha.say(&["join", &hub.url(), hub.first_code(), "--name", "Asha"], "").unwrap();
    asha.say(&["call", "add", "--title", "Sample", "-"], "1. What of it?\n").unwrap();
    asha.say(&["invoke", "pause_sync", r#"{"paused":true}"#], "").unwrap();
    let waiting = || asha.say(&["status"], "").unwrap()["sync"]["waiting"].as_u64().unwrap();
    let before = waiting();
    assert!(before > 0);
    let code = hub.invite("ben@example.org").unwrap();
    asha.say(&["join", &hub.url(), &code, "--name", "Asha"], "").unwrap();
    assert!(waiting() >= before, "nothing was sent");
    ben.say(&["join", &hub.url(), &code, "--name", "Ben"], "").unwrap();
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the program is run without the words that every desk adds")]
fn with_and_without_json_a_slip_is_one_sentence() {
    let folder = TempDir::new().unwrap();
    let desk = Desk::new(&folder.path().join("asha"));
    let (_, said) = refused(&desk, &["statsu"], "");
    let plain = std::process::Command::new(linchpin_tests::programs::program("linchpin").unwrap())
        .arg("statsu")
        .output()
        .unwrap();
    assert_eq!(
        (plain.status.code(), String::from_utf8_lossy(&plain.stderr).trim()),
        (Some(2), said.as_str())
    );
}

#[test]
fn the_answer_to_a_write_names_the_question() {
    let folder = TempDir::new().unwrap();
    let desk = Desk::new(&folder.path().join("asha"));
    let made =
        desk.say(&["call", "add", "--title", "Sample", "-"], "4. What of it?\n\n5. And then?\n").unwrap();
    let call = made["id"].as_str().unwrap();
    let saved = desk.say(&["answer", "append", call, "4", "-"], "Some words.").unwrap();
    assert_eq!((saved["number"].as_str(), saved["question"].as_str()), (Some("4"), Some("What of it?")));
    let (code, said) = refused(&desk, &["answer", "append", call, "1", "-"], "Some words.");
    assert_eq!((code, said.contains("no question with this number")), (2, true), "{said}");
    let (code, said) = refused(&desk, &["answer", "write", call, "4", "-"], "\n");
    assert_eq!((code, said.contains("delete the whole answer")), (2, true), "{said}");
    assert_eq!(desk.text(call, "4").unwrap().trim(), "Some words.");
}
