//! What goes to the terminal: text for people, JSON for programs, sentences where something could not be done.

use crate::Fault;
use serde_json::{Value, json};
use std::io::Write;

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
        let end = if text.ends_with('\n') || text.is_empty() { "" } else { "\n" };
        write!(out, "{text}{end}").and_then(|()| out.flush()).map_err(Fault::Output)
    }

    /// Says why something could not be done.
    pub(crate) fn fault(self, fault: &Fault) {
        let said = match fault {
            Fault::Command(error) if self.json => json!({ "error": error }).to_string(),
            Fault::Command(error) => error.sentence.to_owned(),
            Fault::Mistake(sentence) if self.json => {
                json!({ "error": { "code": "validation", "key": "cli", "sentence": sentence } }).to_string()
            }
            Fault::Mistake(sentence) => sentence.clone(),
            Fault::Output(_) => {
                "The answer could not be written to where it should go. What was asked is done.".to_owned()
            }
        };
        eprintln!("{said}");
    }
}
