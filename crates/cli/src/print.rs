//! What goes to the terminal: text for people, JSON for programs, sentences where something could not be done.

use crate::Fault;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::io::{IsTerminal, Write};

/// How answers are printed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Printer {
    /// As JSON.
    pub(crate) json: bool,
}

impl Printer {
    /// Prints an answer: the JSON, or for people what `words` makes of it.
    pub(crate) fn answer(self, answer: &Value, words: impl FnOnce(&Value) -> String) -> Result<(), Fault> {
        if self.json { self.line(&answer.to_string()) } else { self.line(&words(answer)) }
    }

    /// Prints text, ended by one line end.
    pub(crate) fn line(self, text: &str) -> Result<(), Fault> {
        let mut out = std::io::stdout().lock();
        let text = if out.is_terminal() { harmless(text) } else { Cow::Borrowed(text) };
        let end = if text.ends_with('\n') || text.is_empty() { "" } else { "\n" };
        write!(out, "{text}{end}").and_then(|()| out.flush()).map_err(Fault::Output)
    }

    /// Says something beside the answer, to people alone: programs find it in the answer.
    pub(crate) fn aside(self, sentence: &str) {
        if !self.json {
            eprintln!("{sentence}");
        }
    }

    /// Says why something could not be done.
    pub(crate) fn fault(self, fault: &Fault) {
        eprintln!("{}", self.said(fault));
    }

    fn said(self, fault: &Fault) -> String {
        let (code, sentence) = match fault {
            Fault::Command(error) if self.json => return json!({ "error": error }).to_string(),
            Fault::Command(error) => ("", error.sentence),
            Fault::Mistake(sentence) => ("validation", sentence.as_str()),
            Fault::Offline(sentence) => ("offline", sentence.as_str()),
            Fault::Refused(sentence) => ("notAllowed", sentence.as_str()),
            Fault::Disk(sentence) => ("disk", sentence.as_str()),
            Fault::Output(_) => {
                ("output", "The answer could not be written to where it should go. What was asked is done.")
            }
        };
        if self.json {
            return json!({ "error": { "code": code, "key": "cli", "sentence": sentence } }).to_string();
        }
        sentence.to_owned()
    }
}

/// Returns text with signs in place of control characters: what a colleague or a hub's operator typed must not steer
/// the terminal. Ends of lines and tabs stay; a file or a program gets everything as it is.
fn harmless(text: &str) -> Cow<'_, str> {
    let steers = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let sign = |c: char| match u32::from(c) {
        code @ 0..=0x1f => char::from_u32(0x2400 + code).unwrap_or(char::REPLACEMENT_CHARACTER),
        0x7f => '\u{2421}',
        _ => char::REPLACEMENT_CHARACTER,
    };
    Cow::Owned(text.chars().map(|c| if steers(c) { sign(c) } else { c }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_steer_a_terminal_is_shown_as_a_sign() {
        assert_eq!(harmless("a\tb\nc \u{e9}"), "a\tb\nc \u{e9}");
        assert_eq!(harmless("\u{1b}[2J\r\u{7f}\u{9b}"), "\u{241b}[2J\u{240d}\u{2421}\u{fffd}");
    }

    #[test]
    fn with_json_every_fault_is_json() {
        let faults = [
            Fault::Mistake("No.".to_owned()),
            Fault::Disk("Full.".to_owned()),
            Fault::Output(std::io::ErrorKind::StorageFull.into()),
        ];
        for fault in &faults {
            let json: Value = serde_json::from_str(&Printer { json: true }.said(fault)).expect("it is JSON");
            let sentence = json.pointer("/error/sentence").and_then(Value::as_str);
            assert_eq!(sentence, Some(Printer { json: false }.said(fault).as_str()));
        }
    }
}
