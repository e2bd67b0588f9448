//! The hub program: sets a hub up, serves it, looks after it. It holds the clock, the randomness and the words
//! for people; everything else is the library's. Exit codes: 1 what was looked at is wrong,
//! 2 a person's mistake, 70 a fault of ours.

mod words;

use clap::Parser;
use std::process::ExitCode;
use words::{Failed, Words};

fn main() -> ExitCode {
    let words = Words::parse();
    match words.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failed::Person(sentence)) => said(&sentence, 2),
        Err(Failed::Wrong(sentence)) => said(&sentence, 1),
        Err(Failed::Ours(sentence)) => said(&sentence, 70),
    }
}

fn said(sentence: &str, code: u8) -> ExitCode {
    eprintln!("linchpin-hub: {sentence}");
    ExitCode::from(code)
}
