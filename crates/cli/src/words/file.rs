//! The words of files: paths are named here, where in the window a person chooses.

use crate::Fault;
use crate::args::{FileOf, FileWord};
use crate::print::Printer;
use crate::words::{ask, id, number, rows, text};
use linchpin_commands::Core;
use serde_json::{Value, json};

/// Does a word.
pub(super) fn run(core: &Core, word: &FileWord, printer: Printer) -> Result<(), Fault> {
    match word {
        FileWord::Add { call, file, to } => {
            if !file.is_file() {
                return Err(Fault::Mistake(format!(
                    "{} is no file that is there. Nothing was added.",
                    file.display()
                )));
            }
            let of = match to {
                FileOf::Call => "call",
                FileOf::Response => "response",
            };
            let added = ask(core, "attach_file", json!({ "call": id(call)?, "of": of }))?;
            printer.answer(&added, |added| {
                format!(
                    "Added and saved on this computer: {} ({}). \"linchpin sync\" sends it.",
                    text(added, "/file/name"),
                    text(added, "/file/id")
                )
            })
        }
        FileWord::List { call } => {
            let found = ask(core, "list_files", json!({ "call": id(call)? }))?;
            printer.answer(&found, list)
        }
        FileWord::Save { file, out } => {
            if out.exists() {
                return Err(Fault::Mistake(format!(
                    "{} is there already and was not touched. Name another file.",
                    out.display()
                )));
            }
            let saved = ask(core, "save_file", json!({ "file": file }))?;
            printer.answer(&saved, |saved| format!("Written: {}.", text(saved, "/file")))
        }
        FileWord::Pin { file, off } => {
            let row = ask(core, "pin_file", json!({ "file": file, "pinned": !off }))?;
            printer.answer(&row, |row| format!("{}: {}.", text(row, "/name"), bytes(row)))
        }
    }
}

fn list(found: &Value) -> String {
    let rows = rows(found, "");
    if rows.is_empty() {
        return "There are no files.".to_owned();
    }
    let line = |row: &Value| {
        format!(
            "{}  {} ({} KB), {}",
            text(row, "/id"),
            text(row, "/name"),
            number(row, "/size").div_ceil(1024),
            bytes(row)
        )
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Says where the bytes of a file are.
fn bytes(row: &Value) -> &'static str {
    match text(row, "/bytes").as_str() {
        "here" => "on this computer",
        "sending" => "on this computer, waiting to be sent",
        "notTaken" => "on this computer; the hub does not take it",
        "coming" => "comes with the next sync",
        "notGot" => "the hub does not have it as it was added",
        _ => "not on this computer; it comes when it is asked for",
    }
}
