//! Calls on the command line: bringing one in, lists, one call, and what a search found.

use crate::Fault;
use crate::args::{CallWord, ListName, PartName};
use crate::print::Printer;
use crate::words::{ask, counted, id, number, read, rows, text};
use linchpin_commands::Core;
use linchpin_commands::calls::{ClosesAt, list_questions, read_questions};
use serde_json::{Value, json};

/// Does what is to be done with calls.
pub(crate) fn run(core: &Core, word: &CallWord, printer: Printer) -> Result<(), Fault> {
    match word {
        CallWord::Add { title, asker, closes, find, file } => {
            let words = read(file)?;
            let found = if *find { read_questions(core, &words)? } else { list_questions(&words)? };
            if found.questions.is_empty() {
                let hint = if *find {
                    " Leave --find out to take the text as a plain list of questions."
                } else {
                    ""
                };
                return Err(Fault::Mistake(format!(
                    "There is no question in the text. Nothing was saved.{hint}"
                )));
            }
            // What the caller says goes before what the file says.
            let found_asker = found.asker.filter(|_| asker.trim().is_empty());
            let closes = closes.as_deref().map(closing).transpose()?;
            let found_closes = found.closes.filter(|_| closes.is_none());
            let is_used = |line: &String| {
                same(line, title) || found_asker.as_ref().is_some_and(|found| same(line, found))
            };
            let left_over: Vec<_> = found.left_over.into_iter().filter(|line| !is_used(line)).collect();
            let asked = json!({
                "title": title,
                "asker": found_asker.as_ref().unwrap_or(asker),
                "kind": "consultation",
                "nation": "ukWide",
                "closes": closes.as_ref().or(found_closes.as_ref()),
                "link": "",
                "wordLimit": null,
                "questions": found.questions,
            });
            let mut saved = ask(core, "save_call", asked)?;
            if let Value::Object(fields) = &mut saved {
                fields.insert("questions".to_owned(), json!(found.questions.len()));
                fields.insert("unsure".to_owned(), json!(found.unsure));
                fields.insert("leftOut".to_owned(), json!(left_over));
                fields.insert("foundAsker".to_owned(), json!(found_asker));
                fields.insert("foundCloses".to_owned(), json!(found_closes));
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
        CallWord::People { call } => {
            let parts = ask(core, "list_parts", json!({ "call": id(call)? }))?;
            printer.answer(&parts, people)
        }
        CallWord::Share { call, person, role } => {
            let call = id(call)?;
            let who = person_id(core, person)?;
            let asked = json!({ "call": call, "person": who, "role": role_name(*role) });
            let saved = ask(core, "change_part", asked)?;
            printer.answer(&saved, |_| {
                "Saved on this computer. It counts when the hub has it: \"linchpin sync\" sends it."
                    .to_owned()
            })
        }
    }
}

/// Returns a part as the commands call it.
fn role_name(role: PartName) -> Option<&'static str> {
    match role {
        PartName::Lead => Some("lead"),
        PartName::CoAuthor => Some("coAuthor"),
        PartName::Reviewer => Some("reviewer"),
        PartName::Commenter => Some("commenter"),
        PartName::Signatory => Some("signatory"),
        PartName::Observer => Some("observer"),
        PartName::None => None,
    }
}

/// Finds the one person of this name or id; null is everyone.
fn person_id(core: &Core, word: &str) -> Result<Value, Fault> {
    if word == "everyone" {
        return Ok(Value::Null);
    }
    let found = ask(core, "list_people", json!({ "text": "" }))?;
    let found = found.as_array().cloned().unwrap_or_default();
    let is_it = |row: &&Value| same(&text(row, "/name"), word) || text(row, "/id") == word.trim();
    let mut found = found.iter().filter(is_it);
    match (found.next(), found.next()) {
        (Some(row), None) => Ok(json!(text(row, "/id"))),
        (None, _) => Err(Fault::Mistake(format!(
            "There is nobody called \"{word}\" on this computer. Nothing was changed. \"linchpin invoke list_people\" \
             shows everybody."
        ))),
        (Some(_), Some(_)) => Err(Fault::Mistake(format!(
            "More than one person is called \"{word}\". Nothing was changed. Name the one by the id: \"linchpin invoke \
             list_people\" shows it."
        ))),
    }
}

/// Says who takes part in a response.
fn people(parts: &Value) -> String {
    let everyone = text(parts, "/everyone");
    let first = if everyone.is_empty() {
        "Only those who are named here take part.".to_owned()
    } else {
        format!("Everyone who is not named here: {}.", part(&everyone))
    };
    let row = |row: &Value| {
        let role = text(row, "/role");
        let role = if role.is_empty() { "no part".to_owned() } else { part(&role).to_owned() };
        format!("{}  {}: {role}", text(row, "/person/id"), text(row, "/person/name"))
    };
    let rows = rows(parts, "/people").iter().map(row).collect::<Vec<_>>();
    std::iter::once(first).chain(rows).collect::<Vec<_>>().join("\n")
}

/// Returns a part in the words of people.
fn part(name: &str) -> &str {
    match name {
        "lead" => "leads",
        "coAuthor" => "writes",
        "reviewer" => "reads, comments and approves",
        "commenter" => "reads and comments",
        "signatory" => "signs",
        "observer" => "reads",
        // A newer app may know more; its own name says more than nothing.
        other => other,
    }
}

/// Tells whether a line says this and nothing else.
fn same(line: &str, words: &str) -> bool {
    line.trim().to_lowercase() == words.trim().to_lowercase()
}

/// Says what was saved, and which lines were not: nothing of the file is dropped in silence.
fn added(saved: &Value) -> String {
    let mut said = Vec::new();
    let unsure = number(saved, "/unsure");
    if unsure > 0 {
        said.push(format!(
            "Left out, because it is not sure that they are questions: {unsure}. Their words are below."
        ));
    }
    said.push(format!(
        "Saved on this computer: {} ({}).",
        text(saved, "/id"),
        counted(number(saved, "/questions"), "question")
    ));
    let asker = text(saved, "/foundAsker");
    if !asker.is_empty() {
        said.push(format!("Who asks, as the file says: {asker}."));
    }
    let closes = text(saved, "/foundCloses/date");
    if !closes.is_empty() {
        said.push(format!("When it closes, as the file says: {closes}."));
    }
    let left_out = rows(saved, "/leftOut");
    if !left_out.is_empty() {
        said.push("These lines became no part of a question:".to_owned());
    }
    let words = left_out.iter().filter_map(Value::as_str).flat_map(str::lines);
    said.extend(words.map(|line| format!("   {line}")));
    said.join("\n")
}

/// Reads a closing time as `2027-01-14T23:45` or `2027-01-14`.
fn closing(word: &str) -> Result<ClosesAt, Fault> {
    ClosesAt::parse(word).map_err(|_| {
        Fault::Mistake(format!("\"{word}\" is no date and time such as 2027-01-14T23:45. Nothing was saved."))
    })
}

fn left(days: i64) -> String {
    match days {
        0 => "today".to_owned(),
        1.. => format!("{} left", counted(days.unsigned_abs(), "day")),
        _ => format!("{} ago", counted(days.unsigned_abs(), "day")),
    }
}

fn listed(found: &Value) -> String {
    let rows = rows(found, "/rows");
    if rows.is_empty() {
        return "No calls here.".into();
    }
    let line = |row: &Value| {
        let closes = match row.pointer("/daysLeft").and_then(Value::as_i64) {
            Some(days) => format!("closes {} ({})", text(row, "/closes/date"), left(days)),
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

/// Shows a call: who asks and until when, then the questions by section, with what may be chosen.
fn questions(shown: &Value) -> String {
    let mut lines = vec![text(shown, "/row/title")];
    let told =
        [("Asked by", text(shown, "/row/asker")), ("Closes", closes(shown)), ("At", text(shown, "/link"))];
    lines.extend(told.iter().filter(|(_, is)| !is.is_empty()).map(|(what, is)| format!("{what}: {is}")));
    let mut section = String::new();
    for question in rows(shown, "/questions") {
        let of = text(question, "/sectionTitle");
        if of != section {
            lines.push(format!("\n{of}"));
            section = of;
        }
        lines.extend(one_question(question));
    }
    lines.join("\n")
}

fn one_question(question: &Value) -> Vec<String> {
    let limit = question.pointer("/wordLimit").and_then(Value::as_u64);
    let limit = limit.map(|limit| format!(" of {limit}")).unwrap_or_default();
    let mut lines = vec![format!("{}. {}", text(question, "/number"), text(question, "/text"))];
    let choices: Vec<String> =
        rows(question, "/choices").iter().map(|choice| text(choice, "/text")).collect();
    if !choices.is_empty() {
        lines.push(format!("   Choices: {}", choices.join("; ")));
    }
    let name = text(question, "/state");
    lines.push(format!("   {}, {}{limit} words", state(&name), number(question, "/words")));
    lines
}

fn closes(shown: &Value) -> String {
    let time = text(shown, "/row/closes/time");
    let at = if time.is_empty() { String::new() } else { format!(" at {time}") };
    let date = text(shown, "/row/closes/date");
    if date.is_empty() { date } else { format!("{date}{at}, UK time") }
}

/// Returns how far an answer is, in the words of the window.
fn state(name: &str) -> &str {
    match name {
        "notStarted" => "Not started",
        "inProgress" => "In progress",
        "needsReview" => "Needs review",
        "approved" => "Approved",
        "sent" => "Sent",
        // A newer app may know more; its own name says more than nothing.
        other => other,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_that_were_left_out_are_said_before_all_else() {
        let saved = json!({
            "id": "X", "questions": 2, "unsure": 1, "leftOut": ["What of it?\n\nThink.", "Yes"],
            "foundAsker": "Sample Board", "foundCloses": { "date": "2027-01-14", "time": null },
        });
        let said = added(&saved);
        assert!(said.starts_with("Left out, because it is not sure that they are questions: 1."), "{said}");
        for words in
            ["asks, as the file says: Sample Board.", "2027-01-14", "   What of it?\n", "   Think.\n   Yes"]
        {
            assert!(said.contains(words), "{words}: {said}");
        }
        let all = json!({ "id": "X", "questions": 2, "unsure": 0, "leftOut": [], "foundAsker": null, "foundCloses": null });
        assert_eq!(added(&all), "Saved on this computer: X (2 questions).");
    }

    #[test]
    fn a_call_is_shown_with_who_asks_its_sections_and_its_choices() {
        let question = |number: &str, section: Value, choices: Value| {
            json!({ "number": number, "text": "What of it?", "sectionTitle": section, "choices": choices,
                "state": "inProgress", "words": 1, "wordLimit": 250 })
        };
        let shown = json!({
            "row": { "title": "Access", "asker": "Sample Board", "closes": { "date": "2027-01-14", "time": "23:45" } },
            "link": "",
            "questions": [
                question("1", Value::Null, json!([])),
                question("2", json!("Rotas"), json!([{ "text": "Yes" }, { "text": "No" }])),
            ],
        });
        let said = questions(&shown);
        assert_eq!(
            said,
            "Access\nAsked by: Sample Board\nCloses: 2027-01-14 at 23:45, UK time\n1. What of it?\n   In progress, 1 of 250 \
             words\n\nRotas\n2. What of it?\n   Choices: Yes; No\n   In progress, 1 of 250 words"
        );
        let none =
            json!({ "row": { "title": "Access", "asker": "", "closes": null }, "link": "", "questions": [] });
        assert_eq!(questions(&none), "Access");
    }

    #[test]
    fn who_takes_part_is_said_in_words() {
        let row = |name: &str, role: Value| json!({ "person": { "id": name, "name": name }, "role": role });
        let parts = json!({
            "everyone": "coAuthor",
            "people": [row("Asha", json!("lead")), row("Tom", Value::Null)],
        });
        let said = people(&parts);
        assert_eq!(said, "Everyone who is not named here: writes.\nAsha  Asha: leads\nTom  Tom: no part");
        let named = json!({ "everyone": null, "people": [] });
        assert_eq!(people(&named), "Only those who are named here take part.");
    }

    #[test]
    fn days_are_counted_as_people_do() {
        assert_eq!(
            [left(0), left(1), left(7), left(-1)],
            ["today", "1 day left", "7 days left", "1 day ago"]
        );
    }
}
