//! Each word as the commands that do it.

mod account;
mod call;
mod file;
mod safety;

use crate::Fault;
use crate::args::{AnswerWord, CallWord, ExportFormat, ShowFormat, Word};
use crate::print::Printer;
use linchpin_commands::calls::CallId;
use linchpin_commands::{Body, Core, dispatch, refuse_among_our_own};
use serde_json::{Value, json};
use std::io::Read;
use std::path::{Path, PathBuf};

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
            printer.answer(&state, |state| {
                let name = text(state, "/network/name");
                format!("Joined {name}. \"linchpin sync\" sends what you have and fetches what is there.")
            })
        }
        Word::SignIn { url, email, code } => account::sign_in(core, (url, email, code.as_deref()), printer),
        Word::Account(word) => account::run(core, word, printer),
        Word::Sync => sync(core, printer),
        Word::Status => status(core, printer),
        Word::Verify => safety::verify(core, printer),
        Word::Deletions(word) => safety::deletions(core, word, printer),
        Word::Call(word) => {
            // A word that only looks makes nothing.
            if matches!(word, CallWord::Add { .. }) {
                begin(core)?;
            }
            call::run(core, word, printer)
        }
        Word::Answer(word) => answer(core, word, printer),
        Word::File(word) => file::run(core, word, printer),
        Word::Search { text: words, limit } => {
            let found = ask(core, "search", json!({ "text": words, "limit": limit }))?;
            printer.answer(&found, call::hits)
        }
        Word::Export { call, format, out } => {
            refuse_other_kind(out)?;
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
        Word::Backup { file } => {
            if file.is_file() {
                return Err(Fault::Mistake(format!(
                    "{} is there already and was not touched. Name a file that is not there yet.",
                    file.display()
                )));
            }
            let row = ask(core, "make_backup", json!({ "choose": true }))?;
            printer.answer(&row, |row| {
                format!("Backed up and checked: {} ({} bytes).", text(row, "/name"), number(row, "/bytes"))
            })
        }
        Word::Restore { .. } => restore(core, printer),
        Word::Invoke { command, request, bytes, out } => {
            invoke(core, printer, command, request, bytes.as_deref(), out.as_deref())
        }
        // Answered before a profile is opened.
        Word::Commands { .. } => Ok(()),
    }
}

/// Sends and fetches. What the hub refused meanwhile is no success, though all else was done.
fn sync(core: &Core, printer: Printer) -> Result<(), Fault> {
    let set_aside = || Ok::<_, Fault>(number(&ask(core, "sync_status", json!({}))?, "/setAside"));
    let before = set_aside()?;
    let (sent, received) = core.sync_once()?;
    let now = set_aside()?;
    if now > before {
        return Err(Fault::Refused(format!(
            "The hub did not take {} of yours. All of it is kept on this computer; {} sent otherwise, {received} received. \
             \"linchpin invoke list_waiting\" shows which, and Sync and history in the window.",
            counted(now - before, "change"),
            counted(sent, "change"),
        )));
    }
    let said = json!({ "sent": sent, "received": received, "setAside": now });
    printer.answer(&said, |_| {
        format!("In step with the hub: {} sent, {received} received.", counted(sent, "change"))
    })
}

/// Restores, and says where the work that was here lies: what was never sent is there alone.
fn restore(core: &Core, printer: Printer) -> Result<(), Fault> {
    let (before, mut state) =
        (aside(core)?, ask(core, "restore_backup", json!({ "name": null, "passphrase": null }))?);
    let aside = aside(core)?.filter(|aside| before.as_ref() != Some(aside));
    if let Value::Object(fields) = &mut state {
        fields.insert("keptAside".to_owned(), json!(aside));
    }
    printer.answer(&state, |state| {
        let mut said = format!("Restored the work of {}.", text(state, "/me/name"));
        if let Some(aside) = &aside {
            said.push_str(&format!(
                " What was here before, with all that was never sent, is kept in {}.",
                aside.display()
            ));
        }
        said.push_str(
            " In a network the next sync brings everybody's newer words again; earlier words of one answer are in its \
             history.",
        );
        said
    })
}

/// Returns the newest file that a restore put aside.
fn aside(core: &Core) -> Result<Option<PathBuf>, Fault> {
    let backups = ask(core, "list_backups", json!({}))?;
    let newest = rows(&backups, "").iter().find(|row| text(row, "/name").starts_with("before-restore"));
    Ok(newest.map(|row| Path::new(&text(row, "/folder")).join(text(row, "/name"))))
}

/// Refuses to write a response over a file that is none, such as a backup.
fn refuse_other_kind(out: &Path) -> Result<(), Fault> {
    if !out.is_file() {
        return Ok(());
    }
    let bytes = read_bytes(out)?;
    if std::str::from_utf8(&bytes).is_ok_and(|text| !text.contains('\0')) {
        return Ok(());
    }
    Err(Fault::Mistake(format!(
        "{} is there already and is no text, so it was not touched. Name another file.",
        out.display()
    )))
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
        let kept = match number(said, "/sync/setAside") {
            0 => String::new(),
            kept => format!(
                " The hub did not take {}; all of it is kept on this computer.",
                counted(kept, "change")
            ),
        };
        let held = match number(said, "/sync/heldDeletions") {
            0 => String::new(),
            held => format!(
                " You deleted {} at once, and it waits: \"linchpin deletions confirm\" or \"put-back\".",
                counted(held, "thing")
            ),
        };
        format!(
            "{}, {network}. Waiting to be sent: {}.{kept}{held}",
            text(said, "/account/me/name"),
            counted(number(said, "/sync/waiting"), "change")
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
    if let Some(path) = out {
        refuse_among_our_own(path)?;
    }
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
    let text = String::from_utf8(read_bytes(file)?).ok().filter(|text| !text.contains('\0'));
    let text = text.ok_or_else(|| {
        Fault::Mistake(
            "The file is not plain text in UTF-8. Nothing was changed. Save it as plain text first.".into(),
        )
    })?;
    // The mark that some editors put before a text is no part of it.
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
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

/// Returns a number with what it counts.
pub(crate) fn counted(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
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
