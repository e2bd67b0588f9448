//! Tables pasted with tabs: a table of questions, a table of choices with a row for each statement, or
//! choices in one row. Any other table is read as ordinary lines.

use super::{Reader, Zone};
use crate::clean::fold;
use crate::questions::MOST_QUESTIONS;
use crate::questions::choices;
use crate::questions::cues;
use crate::questions::draft::{Draft, Part};
use crate::questions::line::Line;
use crate::questions::mark::Mark;

/// Which column holds what.
struct Columns {
    question: usize,
    number: Option<usize>,
    answer: Option<usize>,
    /// Whether the first row names them.
    named: bool,
}

impl Reader<'_> {
    /// Takes the table that begins at this place and returns how many lines it was; none where it is neither
    /// questions nor choices.
    pub(super) fn table(&mut self, at: usize) -> usize {
        let is_row = |line: &&Line| !line.cells.is_empty();
        let follows = |line: &&Line| line.at == at || !line.gap;
        let rows: Vec<&Line> = self.lines.iter().skip(at).take_while(is_row).take_while(follows).collect();
        let is_open =
            self.draft.as_ref().is_some_and(|draft| !draft.text.is_empty()) && self.zone != Zone::Answer;
        if let Some(columns) = columns(&rows) {
            self.questions_of(&rows, &columns);
            rows.len()
        } else if is_open && rows.len() == 1 {
            self.one_row(&rows)
        } else if is_open {
            self.matrix(&rows)
        } else {
            0
        }
    }

    fn questions_of(&mut self, rows: &[&Line], columns: &Columns) {
        self.close();
        for (n, row) in rows.iter().enumerate() {
            let cell = |at: usize| row.cells.get(at).map(String::as_str).unwrap_or_default();
            let text = cell(columns.question);
            if text.is_empty() || (n == 0 && columns.named) || self.found.len() >= MOST_QUESTIONS {
                self.leave(row);
                continue;
            }
            let sure = columns.named || cues::asks(text);
            let mut draft = Draft { sure, ..Draft::default() };
            draft.number = columns.number.map(|at| short_number(cell(at))).unwrap_or_default();
            draft.ask(row, text);
            if let Some(heading) = &self.heading {
                draft.section = Some(heading.text.clone());
                draft.is_about_you = heading.is_about_you;
            }
            for (at, words) in row.cells.iter().enumerate().filter(|(_, words)| !words.is_empty()) {
                let has_place =
                    at == columns.question || (Some(at) == columns.number && !draft.number.is_empty());
                if Some(at) == columns.answer {
                    draft.answer.push(Part::words(row, words));
                } else if !has_place {
                    let name = rows.first().filter(|_| columns.named).and_then(|head| head.cells.get(at));
                    let name = name
                        .filter(|name| !name.is_empty())
                        .map(|name| format!("{name}: "))
                        .unwrap_or_default();
                    draft.help.push(Part::words(row, &format!("{name}{words}")));
                }
            }
            self.draft = Some(draft);
            self.close();
        }
    }

    /// Takes a row of choices.
    fn one_row(&mut self, rows: &[&Line]) -> usize {
        let Some(row) = rows.first() else { return 0 };
        let cells: Vec<String> = row.cells.iter().filter(|cell| !cell.is_empty()).cloned().collect();
        let all_known = cells.len() >= 2 && cells.iter().all(|cell| choices::is_known(&fold(cell)));
        if !all_known {
            return 0;
        }
        if let Some(draft) = self.draft.as_mut() {
            draft.choices.extend(cells);
        }
        self.zone = Zone::Options;
        1
    }

    /// Takes a table whose first row has the choices and whose other rows begin with a statement.
    fn matrix(&mut self, rows: &[&Line]) -> usize {
        let Some((head, body)) = rows.split_first() else { return 0 };
        let columns: Vec<String> = head.cells.iter().filter(|cell| !cell.is_empty()).cloned().collect();
        let known = columns.iter().filter(|cell| choices::is_known(&fold(cell))).count();
        let statements: Vec<&str> = body
            .iter()
            .filter_map(|row| row.cells.iter().map(String::as_str).find(|cell| !cell.is_empty()))
            .collect();
        let Some(draft) = self.draft.as_mut() else { return 0 };
        if known < 2 || statements.len() != body.len() || !draft.choices.is_empty() {
            return 0;
        }
        draft.choices = columns;
        draft.rows = statements.into_iter().map(str::to_owned).collect();
        for row in body {
            let marks = row.cells.iter().filter(|cell| cell.chars().any(char::is_alphanumeric)).skip(1);
            draft.help.extend(marks.map(|cell| Part::words(row, cell)));
        }
        self.zone = Zone::Options;
        rows.len()
    }
}

/// Returns which columns hold questions, by the first row or by what they hold.
fn columns(rows: &[&Line]) -> Option<Columns> {
    let head = rows.first()?;
    let keys: Vec<String> = head.cells.iter().map(|cell| fold(cell)).collect();
    let named =
        |names: &[&str]| keys.iter().position(|key| names.contains(&key.trim_end_matches(['.', ':'])));
    let question = named(&["question", "questions", "consultation question", "survey question", "cwestiwn"]);
    if let Some(question) = question.filter(|_| rows.len() > 1) {
        let number = named(&["no", "number", "ref", "#", "q", "question number", "question no", "rhif"]);
        let answer =
            named(&["answer", "response", "our response", "our answer", "draft answer", "reply", "ateb"]);
        return Some(Columns { question, number, answer, named: true });
    }
    let asking = |row: &&&Line| row.cells.iter().position(|cell| cues::asks(cell));
    let question = rows.iter().find_map(|row| asking(&row))?;
    let all_ask = rows.iter().all(|row| row.cells.get(question).is_some_and(|cell| cues::asks(cell)));
    let number = (question > 0).then_some(0);
    (all_ask && rows.iter().all(|row| row.mark == Mark::None || question > 0)).then_some(Columns {
        question,
        number,
        answer: Some(question + 1),
        named: false,
    })
}

/// Returns the number in a cell without its signs; nothing where it is too long to be one.
fn short_number(cell: &str) -> String {
    let bare = cell.trim_matches(|c: char| !c.is_alphanumeric());
    let bare =
        ["question ", "Question ", "Q", "q"].iter().find_map(|name| bare.strip_prefix(name)).unwrap_or(bare);
    if bare.chars().count() <= 12 { bare.to_owned() } else { String::new() }
}
