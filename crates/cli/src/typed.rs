//! What was typed, read. What cannot be followed is said as everything else is: to a program as JSON.

use crate::Fault;
use crate::args::Args;
use crate::print::Printer;
use clap::Parser;
use clap::error::{Error, ErrorKind};
use std::process::ExitCode;

/// Reads the words of the command line; where there is nothing to do, returns how the program ends.
pub(crate) fn read() -> Result<Args, ExitCode> {
    Args::try_parse().map_err(|error| {
        let wants_json = std::env::args_os().take_while(|word| word != "--").any(|word| word == "--json");
        if wants_json && error.use_stderr() {
            let fault = Fault::Mistake(sentence(&error));
            Printer { json: true }.fault(&fault);
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

/// Makes one sentence of what does not fit.
fn sentence(error: &Error) -> String {
    let none_typed = [ErrorKind::MissingSubcommand, ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand];
    if none_typed.contains(&error.kind()) {
        return "A word is missing that says what to do. Nothing was changed. \"linchpin --help\" lists the words.".into();
    }
    let said = error.render().to_string();
    let lines = said.lines().map(str::trim).take_while(|line| !line.starts_with("Usage:"));
    let what = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    let what = what.trim_start_matches("error: ").replace(" tip: ", "; ").replace("subcommand", "word");
    format!(
        "What was typed cannot be followed: {what}. Nothing was changed. \"linchpin --help\" lists the words."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_one_sentence_that_names_what_was_typed() {
        for (typed, named) in [
            (vec!["linchpin", "statsu"], "'statsu'"),
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
}
