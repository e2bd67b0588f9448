//! Words that nobody may find on the disk: two hundred markers go through everything that a person does, and then
//! the whole profile, its log, its backups and the folder for temporary files are searched for them.

use anyhow::{Context, Result, ensure};
use linchpin_tests::hub::Hub;
use linchpin_tests::linchpin::Desk;
use linchpin_tests::words::words;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

const MARKERS: usize = 200;

/// A person who uses only marked words.
struct Marked<'a> {
    desk: Desk,
    temporary: &'a Path,
    markers: std::vec::IntoIter<String>,
}

impl Marked<'_> {
    /// Returns the next `n` markers as words.
    fn next(&mut self, n: usize) -> String {
        self.markers.by_ref().take(n).collect::<Vec<_>>().join(" ")
    }

    fn command(&self, said: &[&str]) -> Result<Command> {
        let mut command = self.desk.command()?;
        command.args(said).env("TMPDIR", self.temporary).env("LINCHPIN_LOG", "trace");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Ok(command)
    }

    /// Runs one word; returns what it said, and fails where its log tells a marker.
    fn say(&self, said: &[&str], input: &str) -> Result<Value> {
        let mut child = self.command(said)?.spawn()?;
        child.stdin.take().context("the program's input")?.write_all(input.as_bytes())?;
        let out = child.wait_with_output()?;
        ensure!(out.status.success(), "{said:?}: {}", String::from_utf8_lossy(&out.stderr));
        ensure!(!String::from_utf8_lossy(&out.stderr).contains("canary"), "the log of {said:?} tells words");
        serde_json::from_slice(&out.stdout).with_context(|| format!("read what {said:?} said"))
    }
}

#[test]
fn no_word_lies_open_on_the_disk() -> Result<()> {
    let folder = TempDir::new()?;
    let at = |name: &str| folder.path().join(name);
    for name in ["tmp", "stick", "out", "given"] {
        std::fs::create_dir(at(name))?;
    }
    let hub = Hub::start_new(&at("hub"))?;
    let markers = words(11, "canary", MARKERS);
    let (profile, temporary) = (at("asha"), at("tmp"));
    let mut asha =
        Marked { desk: Desk::new(&profile), temporary: &temporary, markers: markers.clone().into_iter() };
    let call = everyday(&mut asha, &hub)?;
    files(&mut asha, &call, &at("given"), &at("out"))?;
    backups(&mut asha, &at("stick"), &call)?;
    killed_while_writing(&mut asha, &call)?;
    asha.say(&["export", &call, "--format", "text", "--out", &at("out/answers.txt").to_string_lossy()], "")?;
    assert_eq!(asha.markers.len(), 0, "every marker was used");
    let closed = ["asha", "tmp", "stick"].map(at);
    let found = closed.iter().map(|folder| search(folder, &markers)).collect::<Result<Vec<_>>>()?.concat();
    assert!(found.is_empty(), "{found:?}");
    // What a person exports is open, so a search that finds nothing there finds nothing anywhere.
    let exported = search(&at("out"), &markers)?;
    assert!(exported.len() > MARKERS / 2, "only {} of the exported markers were found", exported.len());
    Ok(())
}

/// Names, a call, answers, history, search, settings and sync; returns the call.
fn everyday(asha: &mut Marked<'_>, hub: &Hub) -> Result<String> {
    let person =
        json!({ "name": asha.next(2), "practice": asha.next(3), "passphrase": null, "withSample": true });
    asha.say(&["invoke", "start_offline", "-"], &person.to_string())?;
    let questions = format!("1. {}?\n\n2. {}?\n", asha.next(10), asha.next(10));
    let title = asha.next(5);
    let call =
        asha.say(&["call", "add", "--title", &title, "--closes", "2027-01-14T23:45", "-"], &questions)?;
    let call = call.get("id").and_then(Value::as_str).context("a call has an id")?.to_owned();
    for question in ["1", "2"] {
        let (written, appended, after) = (asha.next(20), asha.next(20), asha.next(20));
        asha.say(&["answer", "write", &call, question, "-"], &written)?;
        asha.say(&["answer", "append", &call, question, "-"], &appended)?;
        asha.say(&["answer", "write", &call, question, "-"], &format!("{written} {after}\n\n{appended}"))?;
    }
    asha.say(&["search", "canary"], "")?;
    let name = asha.next(2);
    asha.say(&["join", &hub.url(), hub.first_code(), "--name", &name], "")?;
    asha.say(&["sync"], "")?;
    Ok(call)
}

/// A small file and one that lies beside the store, both sent, kept and written out again.
fn files(asha: &mut Marked<'_>, call: &str, given: &Path, out: &Path) -> Result<()> {
    for (n, times) in [1, 20_000].into_iter().enumerate() {
        let words = format!("{}\n", asha.next(10)).repeat(times);
        let (name, marked) = (asha.next(1), format!("{n}.txt"));
        let (file, copy) = (given.join(format!("{name}.txt")), out.join(marked));
        std::fs::write(&file, &words)?;
        let added = asha.say(&["file", "add", call, &file.to_string_lossy()], "")?;
        let id = added.pointer("/file/id").and_then(Value::as_str).context("a file has an id")?.to_owned();
        asha.say(&["sync"], "")?;
        asha.say(&["file", "pin", &id], "")?;
        let list = asha.say(&["file", "list", call], "")?;
        let row = list.as_array().and_then(|rows| rows.iter().find(|row| row.get("id") == Some(&json!(id))));
        ensure!(row.and_then(|row| row.get("bytes")) == Some(&json!("here")), "the hub has it: {row:?}");
        asha.say(&["file", "save", &id, "--out", &copy.to_string_lossy()], "")?;
        ensure!(std::fs::read_to_string(&copy)? == words, "what was written is what was added");
    }
    let beside = std::fs::read_dir(asha.desk.folder().join("files"))?.count();
    ensure!(beside == 1, "the large one lies beside the store: {beside}");
    Ok(())
}

/// Backups here and on a stick, one put back, and a recovery key.
fn backups(asha: &mut Marked<'_>, stick: &Path, call: &str) -> Result<()> {
    asha.say(&["invoke", "make_recovery_key", "{}"], "")?;
    asha.say(&["invoke", "make_backup", r#"{"choose":false}"#], "")?;
    let file = stick.join("kept.linchpin");
    let file = file.to_string_lossy();
    asha.say(&["backup", &file], "")?;
    let words = asha.next(20);
    asha.say(&["answer", "append", call, "1", "-"], &words)?;
    asha.say(&["restore", &file], "")?;
    asha.say(&["sync"], "")?;
    Ok(())
}

/// Programs that are killed in the middle leave what they were writing.
fn killed_while_writing(asha: &mut Marked<'_>, call: &str) -> Result<()> {
    for n in 0_u64.. {
        let words = asha.next(4);
        if words.is_empty() {
            return Ok(());
        }
        let mut child = asha.command(&["answer", "append", call, "2", "-"])?.spawn()?;
        child.stdin.take().context("the program's input")?.write_all(words.as_bytes())?;
        std::thread::sleep(std::time::Duration::from_millis(40 + n * 30));
        child.kill()?;
        child.wait()?;
    }
    Ok(())
}

/// Returns which markers lie in the files of a folder, as they are or as UTF-16.
fn search(folder: &Path, markers: &[String]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.extend(search(&entry.path(), markers)?);
            continue;
        }
        let bytes = std::fs::read(entry.path())?;
        let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
        let wide = |word: &str| word.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        // One search for what all of them begin with, so that the folder is read once where it is clean.
        if holds(b"canary") || holds(&wide("canary")) {
            let here = markers.iter().filter(|marker| holds(marker.as_bytes()) || holds(&wide(marker)));
            found.extend(here.cloned());
        }
    }
    Ok(found)
}
