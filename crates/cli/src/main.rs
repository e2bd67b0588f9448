//! `linchpin`: the headless client over the same list of commands as the app, for scripts, co-ordinators and
//! tests. It reads words, calls commands and prints what they give; no rule of the product lives here.
//! Exit codes: 0 done, 1 not possible now (disk full, folder in use), 2 a person's mistake, 3 off line,
//! 4 refused, 70 a fault of ours.
#![forbid(unsafe_code)]

mod args;
mod host;
mod print;
mod profile;
mod typed;
mod words;

use args::{Args, Word};
use host::Terminal;
use linchpin_commands::Core;
use linchpin_commands::error::{Code, Error};
use print::Printer;
use std::process::ExitCode;
use std::sync::Arc;

/// Why a word could not be done.
enum Fault {
    /// A command refused.
    Command(Error),
    /// What was typed or handed over cannot be used.
    Mistake(String),
    /// The hub was not to be had for something that was asked.
    Offline(String),
    /// The hub refused something of what was asked.
    Refused(String),
    /// The disk does not take a file that was named.
    Disk(String),
    /// The answer cannot be written to where it should go.
    Output(std::io::Error),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Command(error)
    }
}

impl Fault {
    fn exit_code(&self) -> u8 {
        match self {
            Self::Mistake(_) => 2,
            Self::Offline(_) => 3,
            Self::Refused(_) => 4,
            Self::Disk(_) | Self::Output(_) => 1,
            Self::Command(error) => match error.code {
                Code::Validation | Code::NotFound | Code::TooNew | Code::SignedOut => 2,
                Code::Offline => 3,
                Code::NotAllowed | Code::TooOld => 4,
                Code::Full | Code::Busy => 1,
                Code::Internal => 70,
            },
        }
    }
}

fn main() -> ExitCode {
    let args = match typed::read() {
        Ok(args) => args,
        Err(code) => return code,
    };
    // Where a program reads what is said, lines of a log between would spoil it.
    let usual = if args.json { "off" } else { "error" };
    let filter = tracing_subscriber::EnvFilter::try_from_env("LINCHPIN_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(usual));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let printer = Printer { json: args.json };
    match run(&args, printer) {
        Ok(()) => ExitCode::SUCCESS,
        // A reader that has seen enough, such as `head`, is no fault.
        Err(Fault::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(fault) => {
            printer.fault(&fault);
            ExitCode::from(fault.exit_code())
        }
    }
}

fn run(args: &Args, printer: Printer) -> Result<(), Fault> {
    if let Word::Commands { names, typescript, .. } = &args.word {
        return printer.line(&match (names, typescript) {
            (true, _) => linchpin_commands::NAMES.join("\n"),
            (_, true) => linchpin_commands::typescript(),
            _ => linchpin_commands::markdown(),
        });
    }
    let folder = profile::folder(args)?;
    let host = Arc::new(Terminal::new(args.word.file()));
    let core = match &args.word {
        Word::Restore { .. } => Core::open_to_restore(&folder, host),
        _ => Core::open_for_scripts(&folder, host)?,
    };
    profile::refuse_locked(&core, &args.word)?;
    words::run(&core, &args.word, printer)
}
