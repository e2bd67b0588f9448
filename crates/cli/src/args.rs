//! The words of the command line.

use clap::{Parser, Subcommand, ValueEnum};
use std::path::{Path, PathBuf};

/// Linchpin without its window: answer consultations together, on line and off.
#[derive(Parser)]
#[command(
    name = "linchpin",
    version,
    after_help = "Exit codes: 0 done, 1 not possible now, 2 a mistake in what was \
    typed, 3 off line, 4 refused, 70 a fault of Linchpin."
)]
pub(crate) struct Args {
    /// The folder of the profile; the usual one where it is left out.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) profile: Option<PathBuf>,
    /// Print JSON.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// What to do.
    #[command(subcommand)]
    pub(crate) word: Word,
}

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Word {
    /// Join a network with an invitation.
    Join {
        /// The hub's address.
        url: String,
        /// The invitation's code.
        code: String,
        /// Your name, as colleagues read it.
        #[arg(long)]
        name: String,
        /// Your practice.
        #[arg(long, default_value = "")]
        practice: String,
    },
    /// Sign in with your account, on this computer for the first time or again. The passphrase is asked for, or comes in
    /// the variable LINCHPIN_SIGN_IN_PASSPHRASE.
    SignIn {
        /// The hub's address.
        url: String,
        /// The e-mail address of your invitation.
        #[arg(long)]
        email: String,
        /// The code of your app, or a recovery code; asked for where it is left out.
        #[arg(long)]
        code: Option<String>,
    },
    /// Your account: a passphrase and codes, by which the hub knows you on another computer.
    #[command(subcommand)]
    Account(AccountWord),
    /// Send and fetch now.
    Sync,
    /// Say who and where we are, and what waits.
    Status,
    /// Check everything on this computer against the hub, and fetch again what differs.
    Verify,
    /// Much that was deleted at once, which the hub holds until you decide.
    #[command(subcommand)]
    Deletions(DeletionsWord),
    /// Calls: bring one in, list them, show one, say who takes part.
    #[command(subcommand)]
    Call(CallWord),
    /// Answers: add to one, write one, show one.
    #[command(subcommand)]
    Answer(AnswerWord),
    /// Files of a call and of our response to it: add one, list them, save one, keep one here.
    #[command(subcommand)]
    File(FileWord),
    /// Search everything on this computer.
    Search {
        /// The words; the last may be unfinished.
        text: String,
        /// Most results.
        #[arg(long, default_value_t = 20)]
        limit: u32,
    },
    /// Write a response to a file.
    Export {
        /// The call.
        call: String,
        /// The form of the file.
        #[arg(long, value_enum, default_value_t = ExportFormat::Markdown)]
        format: ExportFormat,
        /// The file.
        #[arg(long)]
        out: PathBuf,
    },
    /// Make a checked backup.
    Backup {
        /// The file.
        file: PathBuf,
    },
    /// Restore a backup; what is here now is kept aside.
    Restore {
        /// The file.
        file: PathBuf,
    },
    /// Call any command of the app with JSON.
    Invoke {
        /// Its name.
        command: String,
        /// What it takes; `-` reads it from the input.
        #[arg(default_value = "{}")]
        request: String,
        /// A file with the bytes it takes.
        #[arg(long)]
        bytes: Option<PathBuf>,
        /// Where bytes that it gives go, or the file that it asks a person for.
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// List the commands of the app.
    Commands {
        /// Their names alone.
        #[arg(long)]
        names: bool,
        /// Their types, for the screens.
        #[arg(long)]
        typescript: bool,
        /// As a table in Markdown, which is also what stands here without a word.
        #[arg(long)]
        markdown: bool,
    },
}

/// What to do with the account.
#[derive(Subcommand)]
pub(crate) enum AccountWord {
    /// Set it up, on a computer that joined. The passphrase is asked for, or comes in the variable
    /// LINCHPIN_SIGN_IN_PASSPHRASE.
    SetUp,
    /// Confirm it by the code that your app shows.
    Confirm {
        /// Six digits.
        code: String,
    },
    /// Draw other recovery codes; those before are good no more.
    Codes {
        /// The code of your app; asked for where it is left out.
        #[arg(long)]
        code: Option<String>,
    },
    /// List your computers.
    Devices,
    /// Sign out on this computer.
    SignOut,
    /// End the access of one of your computers.
    Revoke {
        /// Its id, as "account devices" prints it.
        device: String,
    },
    /// Set another passphrase; your other computers must sign in again. Both are asked for, or come in the variables
    /// LINCHPIN_SIGN_IN_PASSPHRASE and LINCHPIN_NEW_PASSPHRASE.
    Passphrase {
        /// The code of your app, or a recovery code; asked for where it is left out.
        #[arg(long)]
        code: Option<String>,
    },
}

/// What to do with calls.
#[derive(Subcommand)]
pub(crate) enum CallWord {
    /// Bring a call in.
    Add {
        /// Its title.
        #[arg(long)]
        title: String,
        /// Who asks; with `--find`, where it is left out, whom the file names.
        #[arg(long, default_value = "")]
        asker: String,
        /// When it closes, in UK time: 2027-01-14T23:45 or 2027-01-14; with `--find`, where it is left out, as the file
        /// says.
        #[arg(long)]
        closes: Option<String>,
        /// Find the questions in the text of a whole call, with sections, limits and choices, as the window does. What
        /// may be no question is left out, and every line that became no part of a question is named.
        #[arg(long)]
        find: bool,
        /// A file with its questions, one a paragraph or numbered; `-` reads the input.
        file: PathBuf,
    },
    /// List the calls that are open.
    List {
        /// Which list.
        #[arg(long, value_enum, default_value_t = ListName::Open)]
        list: ListName,
    },
    /// Show a call with its questions.
    Show {
        /// The call.
        call: String,
    },
    /// Show who takes part in our response.
    People {
        /// The call.
        call: String,
    },
    /// Give somebody a part in our response, or take it away.
    Share {
        /// The call.
        call: String,
        /// Who: a name as colleagues read it, an id as "call people" prints it, or "everyone".
        person: String,
        /// As what.
        #[arg(long, value_enum)]
        role: PartName,
    },
}

/// A part in a response.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum PartName {
    /// Leads it and says who takes part.
    Lead,
    /// Writes in it.
    CoAuthor,
    /// Reads, comments and approves.
    Reviewer,
    /// Reads and comments.
    Commenter,
    /// Reads frozen versions and signs.
    Signatory,
    /// Reads.
    Observer,
    /// Has no part any more.
    None,
}

/// What to do with deletions that the hub holds.
#[derive(Subcommand)]
pub(crate) enum DeletionsWord {
    /// Delete all of it for everybody.
    Confirm,
    /// Put all of it back.
    PutBack,
}

/// What to do with answers.
#[derive(Subcommand)]
pub(crate) enum AnswerWord {
    /// Add paragraphs at the end.
    Append {
        /// The call.
        call: String,
        /// The question: its number as "call show" prints it, or its id.
        question: String,
        /// A file with the text; `-` reads the input.
        file: PathBuf,
    },
    /// Give it this text by the smallest edit, so that a co-author's words of meanwhile survive.
    Write {
        /// The call.
        call: String,
        /// The question: its number as "call show" prints it, or its id.
        question: String,
        /// A file with the text; `-` reads the input.
        file: PathBuf,
    },
    /// Show its text.
    Show {
        /// The call.
        call: String,
        /// The question: its number as "call show" prints it, or its id.
        question: String,
        /// In which form; JSON tells who wrote which words.
        #[arg(long, value_enum)]
        format: Option<ShowFormat>,
    },
}

/// A list of calls.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ListName {
    /// Not closed.
    Open,
    /// With something of mine.
    Mine,
    /// Sent to the asker.
    Sent,
    /// Closed.
    Closed,
}

/// A form of file.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ExportFormat {
    /// Markdown.
    Markdown,
    /// Plain text.
    Text,
}

/// A form of an answer's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ShowFormat {
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
    /// JSON with who wrote which words.
    Json,
}

/// What to do with files.
#[derive(Subcommand)]
pub(crate) enum FileWord {
    /// Add a file: PDF, Word, Excel, PowerPoint, ODT, PNG, JPEG, text or CSV, up to 25 MB.
    Add {
        /// The call.
        call: String,
        /// The file.
        file: PathBuf,
        /// Whose file it becomes: everybody reads a call's, those who take part read a response's.
        #[arg(long, value_enum, default_value_t = FileOf::Response)]
        to: FileOf,
    },
    /// List the files of a call and of our response to it.
    List {
        /// The call.
        call: String,
    },
    /// Write a file to a place on this computer; it is fetched first where it is not here.
    Save {
        /// The file, by its id.
        file: String,
        /// Where; nothing may lie there.
        #[arg(long)]
        out: PathBuf,
    },
    /// Keep a file on this computer.
    Pin {
        /// The file, by its id.
        file: String,
        /// Do not keep it any more.
        #[arg(long)]
        off: bool,
    },
}

/// Whose file it becomes.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum FileOf {
    /// The call's.
    Call,
    /// Our response's.
    Response,
}

impl Word {
    /// Returns the file that stands for what an app would let a person choose.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::Export { out, .. } => Some(out),
            Self::Backup { file } | Self::Restore { file } => Some(file),
            Self::Invoke { out, .. } => out.as_deref(),
            Self::File(FileWord::Add { file, .. }) => Some(file),
            Self::File(FileWord::Save { out, .. }) => Some(out),
            _ => None,
        }
    }
}
