//! The program itself: its words, its exit codes, and that it keeps what it acknowledged when it is killed.

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_linchpin-hub");

pub(crate) fn says(data: &Path, words: &[&str]) -> Output {
    let (word, rest) = words.split_first().unwrap();
    Command::new(PROGRAM).arg(word).arg("--data").arg(data).args(rest).output().unwrap()
}

pub(crate) fn json(data: &Path, words: &[&str]) -> Value {
    answered(words, &says(data, words))
}

/// One of the words under `people`, answered in JSON.
pub(crate) fn people(data: &Path, word: &str, rest: &[&str]) -> Value {
    let out = Command::new(PROGRAM)
        .args(["people", word, "--json", "--data"])
        .arg(data)
        .args(rest)
        .output()
        .unwrap();
    answered(rest, &out)
}

fn answered(words: &[&str], out: &Output) -> Value {
    assert!(out.status.success(), "{words:?}: {}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

/// A hub that is being served by the program.
pub(crate) struct Served {
    process: Child,
    pub(crate) url: String,
}

impl Served {
    /// Serves on a free port, or on the one of an earlier address.
    pub(crate) fn start(data: &Path, at: Option<&str>) -> Self {
        Self::start_at(&["--data", data.to_str().unwrap()], at)
    }

    /// Serves on a free port, with these arguments.
    pub(crate) fn start_with(arguments: &[&str]) -> Self {
        Self::start_at(arguments, None)
    }

    /// Serves with these arguments until the program has said one line.
    pub(crate) fn first_line(arguments: &[&str]) -> String {
        let mut process = Self::process(arguments, "127.0.0.1:0");
        let line = BufReader::new(process.stderr.take().unwrap()).lines().next();
        process.kill().unwrap();
        process.wait().unwrap();
        line.expect("the hub says something").unwrap()
    }

    fn process(arguments: &[&str], listen: &str) -> Child {
        Command::new(PROGRAM)
            .arg("serve")
            .args(arguments)
            .args(["--listen", listen])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    fn start_at(place: &[&str], at: Option<&str>) -> Self {
        let listen = at.map_or("127.0.0.1:0", |url| url.trim_start_matches("http://"));
        let mut process = Self::process(place, listen);
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let local = loop {
            let line = lines.next().expect("the hub listens").unwrap();
            if let Some((_, rest)) = line.split_once("local=") {
                break rest.split_whitespace().next().unwrap().to_owned();
            }
        };
        // Somebody must go on reading, or the program would wait to be heard.
        std::thread::spawn(move || lines.map_while(Result::ok).count());
        Self { process, url: format!("http://{local}") }
    }

    pub(crate) fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    #[cfg(unix)]
    fn asked_to_stop(mut self) -> Option<i32> {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.process.wait().unwrap().code()
    }
}

#[test]
fn init_invite_status_and_backup_speak_json_and_work_beside_serve() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("hub");
    let code = json(&data, &["init", "--network", "Sample network", "--admin", "asha@example.org", "--json"]);
    assert_eq!(code["code"].as_str().unwrap().len(), 26);
    let served = Served::start(&data, None);
    let invited = json(&data, &["invite", "--role", "member", "--email", "ben@example.org", "--json"]);
    assert_ne!(invited["code"], code["code"]);
    let status = json(&data, &["status", "--json"]);
    assert_eq!((&status["invitations"], &status["serving"]), (&Value::from(2), &Value::from(true)));
    let copy = folder.path().join("copy.db");
    let made = json(&data, &["backup", copy.to_str().unwrap(), "--json"]);
    assert_eq!(made["verified"], true);
    let elsewhere = folder.path().join("elsewhere");
    let restored = json(&elsewhere, &["restore", copy.to_str().unwrap(), "--json"]);
    assert!(linchpin_domain::epoch::follows(1, restored["epoch"].as_u64().unwrap()));
    assert_eq!(json(&elsewhere, &["status", "--json"])["invitations"], 2);
    served.kill();
}

#[test]
fn a_persons_mistake_is_told_in_a_sentence_and_ends_with_two() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("hub");
    let missing = says(&data, &["status"]);
    json(&data, &["init", "--network", "Sample network", "--admin", "asha@example.org", "--json"]);
    let mistakes = [
        missing,
        says(&data, &["init", "--network", "Again", "--admin", "asha@example.org"]),
        says(&data, &["invite", "--email", "nobody"]),
        says(&data, &["invite", "--email", "a@example.org", "--role", "king"]),
        says(&data, &["backup", data.join("hub.db").to_str().unwrap()]),
        says(&data, &["restore", "nothing.db"]),
        says(&data, &["sing"]),
    ];
    for out in mistakes {
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(out.status.code(), Some(2), "{said}");
        assert!(said.contains(' ') && !said.contains("panicked"), "{said}");
    }
    let served = Served::start(&data, None);
    assert_eq!(says(&data, &["serve"]).status.code(), Some(2), "one hub is served once");
    served.kill();
}

#[test]
fn a_hub_in_a_database_is_set_up_looked_after_and_served_by_several() {
    let Some(place) = crate::engines::Place::postgres() else { return };
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("database");
    std::fs::write(&file, format!("{}\n", place.url())).unwrap();
    let says = |words: &[&str]| {
        let (word, rest) = words.split_first().unwrap();
        Command::new(PROGRAM).arg(word).arg("--database-file").arg(&file).args(rest).output().unwrap()
    };
    let json = |words: &[&str]| -> Value {
        let out = says(words);
        assert!(out.status.success(), "{words:?}: {}", String::from_utf8_lossy(&out.stderr));
        serde_json::from_slice(&out.stdout).unwrap()
    };
    let code = json(&["init", "--network", "Sample network", "--admin", "asha@example.org", "--json"]);
    assert_eq!(code["code"].as_str().unwrap().len(), 26);
    let served = [0, 1].map(|_| Served::start_at(&["--database", place.url()], None));
    json(&["invite", "--role", "member", "--email", "ben@example.org", "--json"]);
    // Each says that it serves a moment after it listens.
    let serving = || String::from_utf8(says(&["status"]).stdout).unwrap().contains("served by 2 processes");
    while !serving() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let status = json(&["status", "--json"]);
    assert_eq!((&status["invitations"], &status["serving"]), (&Value::from(2), &Value::from(true)));
    served.into_iter().for_each(Served::kill);
    let epoch = json(&["restored", "--json"])["epoch"].as_u64().unwrap();
    assert!(linchpin_domain::epoch::follows(1, epoch));
    let copy = folder.path().join("copy");
    let mistakes = [
        (says(&["init", "--network", "Again", "--admin", "asha@example.org"]), "already"),
        (says(&["backup", copy.to_str().unwrap()]), "pg_dump"),
        (says(&["restore", file.to_str().unwrap()]), "pg_restore"),
        (Command::new(PROGRAM).args(["status", "--database", "nowhere"]).output().unwrap(), "postgres://"),
        (Command::new(PROGRAM).arg("status").output().unwrap(), "LINCHPIN_DATABASE"),
    ];
    for (out, word) in mistakes {
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(out.status.code(), Some(2), "{said}");
        assert!(said.contains(word), "{said}");
    }
    let moved = folder.path().join("moved");
    let written = json(&["export", "--out", moved.to_str().unwrap(), "--json"]);
    let elsewhere = folder.path().join("elsewhere");
    let taken = self::json(&elsewhere, &["import", moved.to_str().unwrap(), "--json"]);
    assert_eq!((&taken["rows"], &taken["sha256"]), (&written["rows"], &written["sha256"]));
    assert_eq!(self::json(&elsewhere, &["status", "--json"])["epoch"], Value::from(epoch));
    let by_variable = Command::new(PROGRAM).arg("status").env("LINCHPIN_DATABASE", place.url()).output();
    assert!(by_variable.unwrap().status.success());
}

#[cfg(unix)]
#[test]
fn serve_stops_when_it_is_asked_to_even_while_somebody_listens() {
    use std::io::{Read, Write};
    let folder = TempDir::new().unwrap();
    json(folder.path(), &["init", "--network", "Sample network", "--admin", "asha@example.org", "--json"]);
    let served = Served::start(folder.path(), None);
    let mut idle = std::net::TcpStream::connect(served.url.trim_start_matches("http://")).unwrap();
    idle.write_all(b"GET /v1/health HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    let mut some = [0; 12];
    idle.read_exact(&mut some).unwrap();
    assert_eq!(&some, b"HTTP/1.1 200");
    assert_eq!(served.asked_to_stop(), Some(0));
}

#[test]
fn describe_prints_the_description_in_the_tree() {
    let out = Command::new(PROGRAM).arg("describe").output().unwrap();
    let there = include_str!("../../api.json").replace("\r\n", "\n");
    assert_eq!(String::from_utf8(out.stdout).unwrap().trim_end(), there.trim_end());
}

#[test]
fn an_observer_is_not_invited_to_what_shows_nothing() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("hub");
    json(&data, &["init", "--network", "Sample network", "--admin", "asha@example.org", "--json"]);
    let refused = says(&data, &["invite", "--role", "observer", "--email", "partner@example.org"]);
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("no invitation was made"), "{said}");
    assert_eq!(json(&data, &["status", "--json"])["invitations"], 1);
}
