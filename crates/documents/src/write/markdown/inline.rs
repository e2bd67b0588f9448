//! Words with their marks, links and notes as Markdown. The rules of CommonMark for when stars count as
//! marks are narrow next to signs and inside words; where they would not count, tags are written instead.

use linchpin_text::block::Run;
use std::fmt::Write;

/// Where the words stand, which decides what a line break becomes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A paragraph: a line break stays one.
    Paragraph,
    /// A heading or note, which has one line.
    OneLine,
    /// A cell of a table.
    Cell,
}

/// Returns runs as Markdown. Notes are put on the list and leave their number.
pub(super) fn render(runs: &[Run], place: Place, notes: &mut Vec<String>) -> String {
    let runs: Vec<Run> = runs.iter().map(|run| fitted(run, place)).collect();
    let mut text = String::new();
    let mut at = 0;
    while let Some(run) = runs.get(at) {
        let length = runs.iter().skip(at).take_while(|next| next.link == run.link).count();
        let group = runs.get(at..at + length).unwrap_or_default();
        let after = runs.get(at + length);
        match run.link.as_deref() {
            Some(link) => push_link(&mut text, link, group, notes),
            None => {
                for (n, run) in group.iter().enumerate() {
                    push_run(&mut text, run, group.get(n + 1).or(after));
                    push_note(&mut text, run, notes);
                }
            }
        }
        at += length;
    }
    finished(&text, place)
}

/// Returns plain words on one line as Markdown.
pub(super) fn escape(words: &str) -> String {
    render(&[Run::plain(words)], Place::OneLine, &mut Vec::new())
}

/// Line breaks where there can be none become spaces.
fn fitted(run: &Run, place: Place) -> Run {
    let text = if place == Place::OneLine { run.text.replace('\n', " ") } else { run.text.clone() };
    Run { text, ..run.clone() }
}

/// Trims each line, escapes what would begin a block, and writes line breaks.
fn finished(text: &str, place: Place) -> String {
    let blank = |c: char| matches!(c, ' ' | '\t');
    let lines = text.trim_matches(|c| blank(c) || c == '\n').split('\n').map(|line| line.trim_matches(blank));
    match place {
        Place::OneLine => lines.collect::<Vec<_>>().join(" "),
        Place::Cell => lines.collect::<Vec<_>>().join("<br>"),
        Place::Paragraph => lines.map(line_start).collect::<Vec<_>>().join("\\\n"),
    }
}

/// Escapes the start of a line that would be read as a list, a heading's underline or the rule of a table.
fn line_start(line: &str) -> String {
    if line.starts_with(['+', '-', '=']) || line.starts_with(":-") {
        return format!("\\{line}");
    }
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    match line.split_at_checked(digits) {
        Some((number, rest)) if (1..=9).contains(&digits) && rest.starts_with(['.', ')']) => {
            format!("{number}\\{rest}")
        }
        _ => line.to_owned(),
    }
}

fn push_link(text: &mut String, link: &str, group: &[Run], notes: &mut Vec<String>) {
    let plain: String = group.iter().map(|run| run.text.as_str()).collect();
    let leads_out = link.starts_with("https://") || link.starts_with("mailto:");
    if leads_out {
        text.push('[');
    }
    for (n, run) in group.iter().enumerate() {
        push_run(text, run, group.get(n + 1));
    }
    if leads_out {
        let _ = write!(text, "]({})", address(link));
    } else if plain.trim() != link {
        let end = text.trim_end_matches([' ', '\n']).len();
        text.insert_str(end, &format!(" ({})", words(link, text.chars().next_back())));
    }
    for run in group {
        push_note(text, run, notes);
    }
}

fn push_note(text: &mut String, run: &Run, notes: &mut Vec<String>) {
    let Some(note) = &run.note else { return };
    // A note has no note of its own; if one came in all the same, its words stand in brackets.
    let flat: Vec<Run> = note.iter().flat_map(flattened).collect();
    notes.push(line_start(&render(&flat, Place::OneLine, &mut Vec::new())));
    let _ = write!(text, "[^{}]", notes.len());
}

fn flattened(run: &Run) -> Vec<Run> {
    let mut all = vec![Run { note: None, ..run.clone() }];
    if let Some(inner) = &run.note {
        all.push(Run::plain(" ["));
        all.extend(inner.iter().flat_map(flattened));
        all.push(Run::plain("]"));
    }
    all
}

fn push_run(text: &mut String, run: &Run, next: Option<&Run>) {
    let blank = |c: char| c.is_whitespace();
    let core = run.text.trim_matches(blank);
    if core.is_empty() || !(run.bold || run.italic) {
        let escaped = words(&run.text, text.chars().next_back());
        text.push_str(&escaped);
        return;
    }
    let lead = run.text.len() - run.text.trim_start_matches(blank).len();
    let (lead, rest) = run.text.split_at_checked(lead).unwrap_or(("", &run.text));
    let trail = rest.get(core.len()..).unwrap_or_default();
    text.push_str(lead);
    let core = words(core, None);
    let (open, close) = marks(run, &core, text.chars().next_back(), trail.chars().next(), next);
    text.push_str(open);
    text.push_str(&core);
    text.push_str(close);
    text.push_str(trail);
}

/// Returns what opens and closes a run's marks: stars where they count, else tags.
fn marks(
    run: &Run,
    core: &str,
    before: Option<char>,
    trail: Option<char>,
    next: Option<&Run>,
) -> (&'static str, &'static str) {
    let touches = |next: &Run| (next.bold || next.italic) && !next.text.starts_with(char::is_whitespace);
    let next_is_marked = next.is_some_and(touches);
    let after = trail.or_else(|| next.and_then(|next| next.text.chars().next()));
    let opens = before != Some('*') && counts(core.chars().next(), before);
    let closes = (trail.is_some() || !next_is_marked) && counts(core.chars().next_back(), after);
    match (run.bold, run.italic, opens && closes) {
        (true, true, true) => ("***", "***"),
        (true, false, true) => ("**", "**"),
        (_, _, true) => ("*", "*"),
        (true, true, false) => ("<strong><em>", "</em></strong>"),
        (true, false, false) => ("<strong>", "</strong>"),
        (_, _, false) => ("<em>", "</em>"),
    }
}

/// Tells whether stars between these two characters count: beside a letter always, beside a sign only where
/// space, a sign or nothing stands on the other side.
fn counts(inside: Option<char>, outside: Option<char>) -> bool {
    inside.is_some_and(char::is_alphanumeric)
        || outside.is_none_or(|c| c.is_whitespace() || c.is_ascii_punctuation())
}

/// Returns words with everything escaped that would be read as markup anywhere in a line.
fn words(text: &str, mut before: Option<char>) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let after = rest.as_str();
        let is_markup = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '~' | '|' => true,
            '_' => !(before.is_some_and(char::is_alphanumeric) && after.starts_with(char::is_alphanumeric)),
            '#' => before.is_none_or(char::is_whitespace),
            '!' => after.is_empty(),
            // Straight after a note these would make it a link, or its text.
            '(' | ':' => before == Some(']'),
            '&' => reads_as_one_sign(after),
            _ => false,
        };
        if is_markup {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
    out
}

/// Tells whether what follows an ampersand makes a reader show one sign instead, such as `&amp;`.
fn reads_as_one_sign(after: &str) -> bool {
    let name: String =
        after.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '#').take(40).collect();
    !name.is_empty() && after.chars().nth(name.len()) == Some(';')
}

/// Returns where a link leads, so that no character of it ends the link.
fn address(link: &str) -> String {
    let mut out = String::new();
    let mut rest = link.chars();
    while let Some(c) = rest.next() {
        if c == '&' && reads_as_one_sign(rest.as_str()) {
            out.push_str("&amp;");
        } else if c.is_ascii_alphanumeric() || "-._~:/?#@!$&'*+,;=%".contains(c) {
            out.push(c);
        } else {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}
