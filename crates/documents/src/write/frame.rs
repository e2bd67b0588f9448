//! What stands around the answers in every format, in words: who asked, when it closes, the heading of a
//! question, what was chosen. Formats only lay it out.

use super::{Answered, Response};
use crate::clean::one_line;
use jiff::civil::{Date, Time};
use linchpin_domain::london::ClosesAt;
use linchpin_domain::record::answer::Chosen;
use linchpin_domain::record::question_set::{Choice, ScaleEnds};

/// Says that nothing was written or chosen.
pub(super) const NO_ANSWER: &str = "No answer.";

/// What was chosen, ready to be laid out.
pub(super) enum Pick {
    /// One line.
    Line(String),
    /// Several choices.
    Several(Vec<String>),
    /// A choice for each row.
    Rows(Vec<(String, String)>),
}

/// Returns the title of the file.
pub(super) fn title(response: &Response) -> String {
    let title = one_line(&response.title);
    if title.is_empty() { "Response".to_owned() } else { title }
}

/// Returns the facts that stand below the title, name and value.
pub(super) fn facts(response: &Response) -> Vec<(&'static str, String)> {
    let closes = response.closes.as_ref().map(closing).unwrap_or_default();
    [("Response from", one_line(&response.from)), ("Asked by", one_line(&response.asker)), ("Closes", closes)]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

/// Returns a closing time in words; as it is stored where it is no date.
fn closing(closes: &ClosesAt) -> String {
    let Ok(date) = closes.date.parse::<Date>() else { return one_line(&closes.date) };
    let day = date.strftime("%-d %B %Y").to_string();
    match closes.time.as_deref().map(str::parse::<Time>) {
        Some(Ok(time)) => format!("{day} at {}, UK time", clock(time)),
        _ => day,
    }
}

fn clock(time: Time) -> String {
    match (time.hour(), time.minute()) {
        (0, 0) => "midnight".to_owned(),
        (12, 0) => "midday".to_owned(),
        (_, 0) => time.strftime("%-I%P").to_string(),
        _ => time.strftime("%-I.%M%P").to_string(),
    }
}

/// Returns the heading of a question.
pub(super) fn heading(question: &Answered) -> String {
    let (number, text) = (one_line(&question.number), one_line(&question.text));
    match (number.is_empty(), text.is_empty()) {
        (true, true) => "Question".to_owned(),
        (true, false) => text,
        (false, true) => format!("Question {number}"),
        (false, false) => format!("Question {number}: {text}"),
    }
}

/// Returns what was chosen; none where nothing was.
pub(super) fn picked(question: &Answered) -> Option<Pick> {
    match question.chosen.as_ref()? {
        Chosen::Choices { ids } => {
            let mut taken: Vec<String> = ids.iter().map(|id| says(&question.choices, id)).collect();
            match taken.len() {
                0 => None,
                1 => taken.pop().map(Pick::Line),
                _ => Some(Pick::Several(taken)),
            }
        }
        Chosen::Number { value } => Some(Pick::Line(number(*value, question.scale.as_ref()))),
        Chosen::Rows { by_row } => {
            let in_order = question.rows.iter().filter_map(|row| by_row.get(&row.id).map(|id| (&row.id, id)));
            let gone = by_row.iter().filter(|(row, _)| question.rows.iter().all(|known| known.id != **row));
            let rows: Vec<_> = in_order
                .chain(gone)
                .map(|(row, id)| (says(&question.rows, row), says(&question.choices, id)))
                .collect();
            (!rows.is_empty()).then_some(Pick::Rows(rows))
        }
        Chosen::File { name } => Some(Pick::Line(format!("File: {}", one_line(name)))),
    }
}

/// Returns what a choice says. One that was taken out of the question since is said to be gone.
fn says(choices: &[Choice], id: &str) -> String {
    let known = choices.iter().find(|choice| choice.id == id).map(|choice| one_line(&choice.text));
    known.unwrap_or_else(|| format!("{} (no longer among the choices)", one_line(id)))
}

fn number(value: f64, scale: Option<&ScaleEnds>) -> String {
    let Some(scale) = scale else { return value.to_string() };
    let end = |number: i32, label: &str| match one_line(label) {
        label if label.is_empty() => number.to_string(),
        label => format!("{number} ({label})"),
    };
    let (from, to) = (end(scale.from, &scale.from_label), end(scale.to, &scale.to_label));
    format!("{value} on a scale from {from} to {to}")
}
