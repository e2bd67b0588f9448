//! Words about what is safe: whether this copy is the hub's, and much that was deleted at once.

use crate::Fault;
use crate::args::DeletionsWord;
use crate::print::Printer;
use crate::words::{ask, counted, number, rows, text};
use linchpin_commands::Core;
use serde_json::{Value, json};

/// Checks this copy. That there is no connection is told as such, after what could be checked without one.
pub(super) fn verify(core: &Core, printer: Printer) -> Result<(), Fault> {
    let found = ask(core, "check_copy", json!({}))?;
    printer.answer(&found, said)?;
    match found.pointer("/notCompared").and_then(Value::as_str) {
        None | Some("notJoined") => Ok(()),
        Some(_) => Err(Fault::Offline(
            "The hub was not asked: there is no connection to it. Try again when there is.".to_owned(),
        )),
    }
}

fn said(found: &Value) -> String {
    let checked = format!(
        "Checked {} in {}.",
        counted(number(found, "/records"), "record"),
        counted(number(found, "/spaces"), "part")
    );
    let compared = found.pointer("/notCompared").is_none_or(Value::is_null);
    let all = number(found, "/stillMoving") == 0 && found.pointer("/stopped") != Some(&Value::Bool(true));
    let (fetched, later) = (places(found, "/fetched"), places(found, "/later"));
    let mut lines = vec![checked];
    if fetched.is_empty() && later.is_empty() {
        lines.push(match (compared, all) {
            (true, true) => "Everything on this computer is the same as at the hub.".to_owned(),
            (true, false) => "All that was compared is the same as at the hub.".to_owned(),
            (false, _) => "Everything on this computer adds up.".to_owned(),
        });
    }
    if !fetched.is_empty() {
        lines.push(format!(
            "Fetched again, because it differed: {}. Nothing unsent was touched.",
            fetched.join(", ")
        ));
    }
    if !later.is_empty() {
        lines.push(format!("Differs, and is fetched again with the next sync: {}.", later.join(", ")));
    }
    let moving = number(found, "/stillMoving");
    if moving > 0 {
        lines.push(format!("Not compared, because it changed meanwhile: {}.", counted(moving, "part")));
    }
    lines.join("\n")
}

fn places(found: &Value, list: &str) -> Vec<String> {
    let named = |place: &Value| match text(place, "/title") {
        title if title.is_empty() => "people and settings".to_owned(),
        title => title,
    };
    rows(found, list).iter().map(named).collect()
}

/// Confirms or puts back what the hub holds.
pub(super) fn deletions(core: &Core, word: &DeletionsWord, printer: Printer) -> Result<(), Fault> {
    let held = number(&ask(core, "sync_status", json!({}))?, "/heldDeletions");
    if held == 0 {
        return printer.answer(&json!({ "things": 0 }), |_| "No deletion waits to be confirmed.".to_owned());
    }
    match word {
        DeletionsWord::Confirm => {
            let done = ask(core, "confirm_deletions", json!({}))?;
            printer.answer(&done, |done| {
                let things = counted(number(done, "/things"), "thing");
                format!("Confirmed: {things}. \"linchpin sync\" deletes it for everybody.")
            })
        }
        DeletionsWord::PutBack => {
            let done = ask(core, "put_back_deletions", json!({}))?;
            printer.answer(&done, |done| format!("Put back: {}.", counted(number(done, "/things"), "thing")))
        }
    }
}
