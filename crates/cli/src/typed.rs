//! What was typed, read. What cannot be followed is said as everything else is: to a program as JSON.

use crate::Fault;
use crate::args::Args;
use crate::print::Printer;
use clap::Parser;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use std::process::ExitCode;

/// Stands after every slip.
const SEE: &str = "Nothing was changed. Type \"linchpin --help\" to see all words.";

/// Reads the words of the command line; where there is nothing to do, returns how the program ends.
pub(crate) fn read() -> Result<Args, ExitCode> {
    Args::try_parse().map_err(|error| {
        let json = std::env::args_os().take_while(|word| word != "--").any(|word| word == "--json");
        if is_slip(&error, json) {
            let fault = Fault::Mistake(sentence(&error));
            Printer { json }.fault(&fault);
            return ExitCode::from(fault.exit_code());
        }
        // Help goes to the output and is no mistake; a reader that has gone away is none either.
        let code = u8::try_from(error.exit_code()).unwrap_or(2);
        if error.print().is_err() && error.use_stderr() {
            return ExitCode::FAILURE;
        }
        ExitCode::from(code)
    })
}

/// Tells whether a sentence is due. A person who typed nothing is shown all words instead.
fn is_slip(error: &Error, json: bool) -> bool {
    error.use_stderr() && (json || error.kind() != ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand)
}

/// Makes one sentence of what does not fit.
fn sentence(error: &Error) -> String {
    let none_typed = [ErrorKind::MissingSubcommand, ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand];
    if none_typed.contains(&error.kind()) {
        return format!("A word is missing that says what to do. {SEE}");
    }
    if let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidSubcommand) {
        let alike = match error.get(ContextKind::SuggestedSubcommand) {
            Some(ContextValue::String(word)) => format!(" Did you mean \"{word}\"?"),
            Some(ContextValue::Strings(words)) if !words.is_empty() => {
                format!(" Did you mean \"{}\"?", words.join("\" or \""))
            }
            _ => String::new(),
        };
        return format!("Linchpin knows no word \"{typed}\".{alike} {SEE}");
    }
    let said = error.render().to_string();
    let lines = said.lines().map(str::trim).take_while(|line| !line.starts_with("Usage:"));
    let what = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    let what = what.trim_start_matches("error: ").replace(" tip: ", "; ");
    format!("What was typed cannot be followed: {what}. {SEE}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_one_sentence_that_names_what_was_typed() {
        for (typed, named) in [
            (vec!["linchpin", "statsu"], "no word \"statsu\". Did you mean \"status\"?"),
            (vec!["linchpin", "subcommand"], "no word \"subcommand\""),
            (vec!["linchpin", "export", "--subcommand"], "'--subcommand'"),
            (vec!["linchpin", "export", "x"], "--out"),
            (vec!["linchpin", "--profle", "x", "status"], "'--profle'"),
            (vec!["linchpin"], "A word is missing"),
            (vec!["linchpin", "--json"], "A word is missing"),
        ] {
            let Err(error) = Args::try_parse_from(&typed) else { panic!("{typed:?} can be followed") };
            let said = sentence(&error);
            assert!(said.contains(named) && said.contains("Nothing was changed."), "{said}");
            assert!(!said.contains('\n') && !said.contains("Usage"), "{said}");
        }
    }

    #[test]
    fn a_slip_is_said_in_the_same_words_to_people_and_programs() {
        let error = |typed: &[&str]| Args::try_parse_from(typed).err().expect("it cannot be followed");
        assert!(
            is_slip(&error(&["linchpin", "statsu"]), false) && is_slip(&error(&["linchpin", "statsu"]), true)
        );
        assert!(!is_slip(&error(&["linchpin"]), false) && is_slip(&error(&["linchpin"]), true));
        assert!(!is_slip(&error(&["linchpin", "--help"]), true));
    }
}
