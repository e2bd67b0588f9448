//! Each word as the commands that do it.

mod call;

use crate::Fault;
use crate::args::{AnswerWord, CallWord, ExportFormat, ShowFormat, Word};
use crate::print::Printer;
use linchpin_commands::calls::CallId;
use linchpin_commands::{Body, Core, dispatch};
use serde_json::{Value, json};
use std::io::Read;
use std::path::Path;

/// The most bytes that are read from a file or the input.
const MOST: u64 = 64 << 20;

/// Stands beside an answer that is shown as words alone.
const NEEDS_NEWER: &str = "Part of this answer needs a newer Linchpin to be shown as it is; here are its words alone. \
                           Update Linchpin to see all of it.";

/// Does a word.
pub(crate) fn run(core: &Core, word: &Word, printer: Printer) -> Result<(), Fault> {
    match word {
        Word::Join { url, code, name, practice } => {
            let asked = json!({ "invitation": code, "hubUrl": url, "name": name, "practice": practice });
            let state = ask(core, "join_network", asked)?;
            printer.answer(&state, |state| format!("Joined {}.", text(state, "/network/name")))
        }
        Word::Sync => {
            let (sent, received) = core.sync_once()?;
            let said = json!({ "sent": sent, "received": received });
            printer
                .answer(&said, |_| format!("In step with the hub: {sent} changes sent, {received} received."))
        }
        Word::Status => status(core, printer),
        Word::Call(word) => {
            // A word that only looks makes nothing.
            if matches!(word, CallWord::Add { .. }) {
                begin(core)?;
            }
            call::run(core, word, printer)
        }
        Word::Answer(word) => answer(core, word, printer),
        Word::Search { text: words, limit } => {
            let found = ask(core, "search", json!({ "text": words, "limit": limit }))?;
            printer.answer(&found, call::hits)
        }
        Word::Export { call, format, .. } => {
            let format = match format {
                ExportFormat::Markdown => "markdown",
                ExportFormat::Text => "text",
            };
            let done = ask(core, "export_response", json!({ "call": id(call)?, "format": format }))?;
            printer.answer(&done, |done| {
                format!("Written: {} ({} words).", text(done, "/file"), number(done, "/words"))
            })
        }
        Word::Restore { file } if !file.is_file() => Err(Fault::Mistake(format!(
            "{} is {}. Nothing was changed. Name a file that \"linchpin backup\" made.",
            file.display(),
            if file.is_dir() { "a folder and no backup" } else { "no file that is there" }
        ))),
        Word::Backup { .. } => {
            let row = ask(core, "make_backup", json!({ "choose": true }))?;
            printer.answer(&row, |row| {
                format!("Backed up and checked: {} ({} bytes).", text(row, "/name"), number(row, "/bytes"))
            })
        }
        Word::Restore { .. } => {
            let state = ask(core, "restore_backup", json!({ "name": null, "passphrase": null }))?;
            printer.answer(&state, |_| {
                "Restored. What was here before is kept aside in the profile's folder. In a network the next sync brings \
                 everybody's newer words again; earlier words of one answer are in its history."
                    .into()
            })
        }
        Word::Invoke { command, request, bytes, out } => {
            invoke(core, printer, command, request, bytes.as_deref(), out.as_deref())
        }
        // Answered before a profile is opened.
        Word::Commands { .. } => Ok(()),
    }
}

/// A new profile begins off line, under the name of the computer's user; joining can come later.
fn begin(core: &Core) -> Result<(), Fault> {
    let state = ask(core, "app_state", json!({}))?;
    if text(&state, "/phase") != "firstRun" {
        return Ok(());
    }
    let named = ["USER", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
    let name = named.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| "Me".into());
    let asked = json!({ "name": name, "practice": "", "passphrase": null, "withSample": false });
    ask(core, "start_offline", asked)?;
    Ok(())
}

fn status(core: &Core, printer: Printer) -> Result<(), Fault> {
    let account = ask(core, "app_state", json!({}))?;
    if text(&account, "/phase") != "ready" {
        let said = json!({ "account": account });
        return printer.answer(&said, |_| {
            "Nobody works here yet. \"linchpin join\" joins a network; \"linchpin call add\" begins off line.".into()
        });
    }
    let sync = ask(core, "sync_status", json!({}))?;
    let said = json!({ "account": account, "sync": sync });
    printer.answer(&said, |said| {
        let network = match said.pointer("/account/network") {
            None | Some(Value::Null) => "no network joined".to_owned(),
            Some(network) => format!("{} at {}", text(network, "/name"), text(network, "/hubUrl")),
        };
        format!(
            "{}, {network}. {} changes wait to be sent.",
            text(said, "/account/me/name"),
            number(said, "/sync/waiting")
        )
    })
}

fn answer(core: &Core, word: &AnswerWord, printer: Printer) -> Result<(), Fault> {
    let at = |call: &str, question: &str| Ok::<_, Fault>(json!({ "call": id(call)?, "question": question }));
    let saved = |saved: &Value| {
        format!(
            "Saved on this computer under {}. {}\nWords in the answer now: {}.",
            text(saved, "/number"),
            text(saved, "/question"),
            number(saved, "/words")
        )
    };
    match word {
        AnswerWord::Append { call, question, file } => {
            let asked = json!({ "at": at(call, question)?, "text": read(file)? });
            printer.answer(&ask(core, "append_text", asked)?, saved)
        }
        AnswerWord::Write { call, question, file } => {
            let asked = json!({ "at": at(call, question)?, "text": read(file)? });
            printer.answer(&ask(core, "write_text", asked)?, saved)
        }
        AnswerWord::Show { call, question, format } => {
            let format = format.unwrap_or(if printer.json { ShowFormat::Json } else { ShowFormat::Text });
            let form = if format == ShowFormat::Markdown { "markdown" } else { "text" };
            let shown = ask(core, "read_text", json!({ "at": at(call, question)?, "format": form }))?;
            if format == ShowFormat::Json {
                return printer.line(&shown.to_string());
            }
            if shown.pointer("/needsNewer") == Some(&Value::Bool(true)) {
                printer.aside(NEEDS_NEWER);
            }
            printer.line(&text(&shown, "/text"))
        }
    }
}

fn invoke(
    core: &Core,
    printer: Printer,
    command: &str,
    request: &str,
    bytes: Option<&Path>,
    out: Option<&Path>,
) -> Result<(), Fault> {
    let request = if request == "-" { read(Path::new("-"))? } else { request.to_owned() };
    let asked = serde_json::from_str(&request)
        .map_err(|_| Fault::Mistake("The request is not JSON. Nothing was changed.".into()))?;
    let raw = bytes.map(read_bytes).transpose()?;
    match dispatch(core, command, asked, raw)? {
        Body::Json(text) => printer.line(&text),
        Body::Bytes(bytes) => match out {
            Some(path) => std::fs::write(path, bytes).map_err(|error| not_written(&error, path)),
            None => Err(Fault::Mistake("This command gives bytes: name a file for them with --out.".into())),
        },
    }
}

/// Says that a file could not be written: a full disk is nobody's slip of the finger.
fn not_written(error: &std::io::Error, path: &Path) -> Fault {
    use std::io::ErrorKind::{QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    let said = format!(
        "{} cannot be written: {}. What was asked is done. Name another file and ask again.",
        path.display(),
        why(error, path)
    );
    match error.kind() {
        StorageFull | QuotaExceeded | ReadOnlyFilesystem => Fault::Disk(said),
        _ => Fault::Mistake(said),
    }
}

/// Asks a command that gives JSON.
pub(crate) fn ask(core: &Core, command: &str, asked: Value) -> Result<Value, Fault> {
    match dispatch(core, command, asked, None)? {
        Body::Json(text) => Ok(serde_json::from_str(&text).unwrap_or_default()),
        Body::Bytes(_) => Ok(Value::Null),
    }
}

/// Reads the text of a file, or of the input where it is called `-`.
pub(crate) fn read(file: &Path) -> Result<String, Fault> {
    String::from_utf8(read_bytes(file)?).map_err(|_| {
        Fault::Mistake(
            "The file is not plain text in UTF-8. Nothing was changed. Save it as plain text first.".into(),
        )
    })
}

fn read_bytes(file: &Path) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    let done = if file == Path::new("-") {
        std::io::stdin().lock().take(MOST).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(file).and_then(|file| file.take(MOST).read_to_end(&mut bytes))
    };
    match done {
        Ok(_) => Ok(bytes),
        Err(error) => Err(Fault::Mistake(format!(
            "{} cannot be read: {}. Nothing was changed. Name another file.",
            file.display(),
            why(&error, file)
        ))),
    }
}

/// Puts the fault of a file into a person's words.
fn why(error: &std::io::Error, file: &Path) -> &'static str {
    use std::io::ErrorKind;
    if file.is_dir() {
        return "it is a folder";
    }
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidFilename => {
            "there is no such file"
        }
        ErrorKind::PermissionDenied => "it may not be opened by you",
        ErrorKind::ReadOnlyFilesystem => "its disk may not be written",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "the disk is full",
        _ => "its disk or device did not do what was asked",
    }
}

/// Checks that a word is an id before a command is troubled with it.
pub(crate) fn id(word: &str) -> Result<&str, Fault> {
    if word.parse::<CallId>().is_ok() {
        return Ok(word);
    }
    Err(Fault::Mistake(format!("\"{word}\" is no call. \"linchpin call list\" shows the ids of calls.")))
}

/// Returns a text inside an answer.
pub(crate) fn text(answer: &Value, path: &str) -> String {
    answer.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Returns a number inside an answer.
pub(crate) fn number(answer: &Value, path: &str) -> u64 {
    answer.pointer(path).and_then(Value::as_u64).unwrap_or_default()
}

/// Returns the rows of a list inside an answer.
pub(crate) fn rows<'a>(answer: &'a Value, path: &str) -> &'a [Value] {
    answer.pointer(path).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_cannot_be_written_is_no_mistake_of_the_one_who_typed() {
        let code =
            |kind: std::io::ErrorKind| not_written(&kind.into(), Path::new("/nowhere/out")).exit_code();
        assert_eq!(code(std::io::ErrorKind::StorageFull), 1);
        assert_eq!(code(std::io::ErrorKind::ReadOnlyFilesystem), 1);
        assert_eq!(code(std::io::ErrorKind::NotFound), 2);
    }
}
