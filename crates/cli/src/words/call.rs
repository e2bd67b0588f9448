//! Calls on the command line: bringing one in, lists, one call, and what a search found.

use crate::Fault;
use crate::args::{CallWord, ListName};
use crate::print::Printer;
use crate::words::{ask, id, number, read, rows, text};
use linchpin_commands::Core;
use linchpin_commands::calls::{ClosesAt, Scripted, scripted_questions};
use serde_json::{Value, json};

/// Does what is to be done with calls.
pub(crate) fn run(core: &Core, word: &CallWord, printer: Printer) -> Result<(), Fault> {
    match word {
        CallWord::Add { title, asker, closes, file } => {
            let Scripted { questions, left_over } = scripted_questions(core, &read(file)?)?;
            if questions.is_empty() {
                return Err(Fault::Mistake("There is no question in the text. Nothing was saved.".into()));
            }
            let asked = json!({
                "title": title,
                "asker": asker,
                "kind": "consultation",
                "nation": "ukWide",
                "closes": closes.as_deref().map(closing).transpose()?,
                "link": "",
                "wordLimit": null,
                "questions": questions,
            });
            let mut saved = ask(core, "save_call", asked)?;
            if let Value::Object(fields) = &mut saved {
                fields.insert("questions".to_owned(), json!(questions.len()));
                fields.insert("leftOut".to_owned(), json!(left_over));
            }
            printer.answer(&saved, added)
        }
        CallWord::List { list } => {
            let name = match list {
                ListName::Open => "open",
                ListName::Mine => "mine",
                ListName::Sent => "sent",
                ListName::Closed => "closed",
            };
            let found = ask(core, "list_calls", json!({ "filter": name, "text": "" }))?;
            printer.answer(&found, listed)
        }
        CallWord::Show { call } => {
            let shown = ask(core, "show_call", json!({ "call": id(call)? }))?;
            printer.answer(&shown, questions)
        }
    }
}

/// Says what was saved, and which lines were not: nothing of the file is dropped in silence.
fn added(saved: &Value) -> String {
    let mut said = format!(
        "Saved on this computer: {} ({} questions).",
        text(saved, "/id"),
        number(saved, "/questions")
    );
    let left_out = rows(saved, "/leftOut");
    if !left_out.is_empty() {
        said.push_str("\nThese lines belong to no question and were left out:");
    }
    for line in left_out {
        said.push_str("\n   ");
        said.push_str(line.as_str().unwrap_or_default());
    }
    said
}

/// Reads a closing time as `2027-01-14T23:45` or `2027-01-14`.
fn closing(word: &str) -> Result<ClosesAt, Fault> {
    ClosesAt::parse(word).map_err(|_| {
        Fault::Mistake(format!("\"{word}\" is no date and time such as 2027-01-14T23:45. Nothing was saved."))
    })
}

fn listed(found: &Value) -> String {
    let rows = rows(found, "/rows");
    if rows.is_empty() {
        return "No calls here.".into();
    }
    let line = |row: &Value| {
        let closes = match row.pointer("/daysLeft").and_then(Value::as_i64) {
            Some(days) => format!("closes {} ({days} days left)", text(row, "/closes/date")),
            None => "no closing date".into(),
        };
        format!(
            "{}  {}  {closes}, {} of {} done",
            text(row, "/id"),
            text(row, "/title"),
            number(row, "/done"),
            number(row, "/questions")
        )
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn questions(shown: &Value) -> String {
    let mut lines = vec![text(shown, "/row/title")];
    for question in rows(shown, "/questions") {
        let limit = question
            .pointer("/wordLimit")
            .and_then(Value::as_u64)
            .map(|limit| format!(" of {limit}"))
            .unwrap_or_default();
        lines.push(format!("{}. {}", text(question, "/number"), text(question, "/text")));
        lines.push(format!("   {}, {}{limit} words", text(question, "/state"), number(question, "/words")));
    }
    lines.join("\n")
}

/// Says what a search found.
pub(crate) fn hits(found: &Value) -> String {
    let joined =
        |hit: &Value, path: &str| rows(hit, path).iter().map(|run| text(run, "/text")).collect::<String>();
    let hits = rows(found, "/hits");
    if hits.is_empty() {
        return "Nothing found on this computer.".into();
    }
    hits.iter()
        .map(|hit| format!("{}\n   {}", joined(hit, "/title"), joined(hit, "/detail")))
        .collect::<Vec<_>>()
        .join("\n")
}
