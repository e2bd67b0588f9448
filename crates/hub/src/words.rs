//! The program's words: what each does and what it says. `invite`, `status` and `backup` work while another
//! process serves the same hub.

mod audit;
mod doctor;
mod files;
mod lock;
mod moving;
mod people;
mod place;
mod serve;
mod sign_in;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use linchpin_domain::role::NetworkRole;
use linchpin_hub::{FilesSeen, Hub, HubError, Random};
use linchpin_protocol::account::grouped;
use place::{Data, Place};
use ring::rand::{SecureRandom, SystemRandom};
use serde_json::{Value, json};
use sign_in::SignIn;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// The hub of a network of practice managers.
#[derive(Parser)]
#[command(name = "linchpin-hub", version)]
pub(crate) struct Words {
    #[command(subcommand)]
    word: Word,
}

#[derive(Subcommand)]
enum Word {
    /// Sets a new hub up and prints the first invitation, which makes an administrator.
    Init {
        #[command(flatten)]
        data: Data,
        /// The network's name, as people read it.
        #[arg(long)]
        network: String,
        /// The e-mail address of the first person.
        #[arg(long)]
        admin: String,
        /// Whom the hub serves; `linchpin-hub sign-in` changes it.
        #[arg(long, value_enum, default_value = "by-device")]
        sign_in: SignIn,
        #[command(flatten)]
        json: Json,
    },
    /// Serves the hub until it is told to stop (Ctrl-C or SIGTERM).
    Serve {
        #[command(flatten)]
        data: Data,
        #[command(flatten)]
        serving: serve::Serving,
    },
    /// Makes an invitation: one person, one use, seven days.
    Invite {
        #[command(flatten)]
        data: Data,
        /// What the person becomes.
        #[arg(long, default_value = "member", value_parser = role)]
        role: NetworkRole,
        /// The person's e-mail address.
        #[arg(long)]
        email: String,
        /// The code of the region they belong to.
        #[arg(long, default_value = "", value_parser = region)]
        region: String,
        #[command(flatten)]
        json: Json,
    },
    /// Says whom the hub serves: whoever is signed in with a passphrase and a code, or every device that was let in.
    SignIn {
        #[command(flatten)]
        data: Data,
        /// Whom.
        #[arg(value_enum)]
        whom: SignIn,
        #[command(flatten)]
        json: Json,
    },
    /// Forgets the account of somebody who lost passphrase or codes, so that it can be set up anew.
    ForgetAccount {
        #[command(flatten)]
        data: Data,
        /// The person's e-mail address.
        #[arg(long)]
        email: String,
        #[command(flatten)]
        keeping: sign_in::Keeping,
        #[command(flatten)]
        json: Json,
    },
    /// Lists people; changes what they are, suspends them, cuts a device off.
    People(people::People),
    /// Prints who may do what, as this program has it.
    Rights,
    /// Says how the hub stands.
    Status {
        #[command(flatten)]
        data: Data,
        #[command(flatten)]
        json: Json,
    },
    /// Writes a copy of everything to a file and proves that it is whole.
    Backup {
        #[command(flatten)]
        data: Data,
        /// The file to write; it must not be there yet.
        file: PathBuf,
        #[command(flatten)]
        json: Json,
    },
    /// Puts a copy into an empty folder. Everybody's app then sends again what the copy lacks.
    Restore {
        #[command(flatten)]
        data: Data,
        /// The copy.
        file: PathBuf,
        #[command(flatten)]
        json: Json,
    },
    /// Says that a database was put back from a copy, before it is served. Everybody's app then sends again what the
    /// copy lacks.
    Restored {
        #[command(flatten)]
        data: Data,
        #[command(flatten)]
        json: Json,
    },
    /// Writes everything to a file, for another engine. Stop the hub first, and do not serve it again afterwards.
    Export {
        #[command(flatten)]
        data: Data,
        /// The file to write; it must not be there yet.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        #[command(flatten)]
        json: Json,
    },
    /// Makes a hub of a file that `export` wrote, in an empty folder or database.
    Import {
        #[command(flatten)]
        data: Data,
        /// The file.
        file: PathBuf,
        /// The old hub was served after it was exported: everybody's app then sends again what the file lacks.
        #[arg(long)]
        new_epoch: bool,
        #[command(flatten)]
        json: Json,
    },
    /// Looks whether everything about the hub is as it should be, and says what is not. Exit code 1 where something is
    /// wrong. It changes nothing and works while the hub is served.
    Doctor {
        #[command(flatten)]
        data: Data,
        /// The folder that copies are written to: whether there is a young one.
        #[arg(long, value_name = "DIR")]
        backups: Option<PathBuf>,
        #[command(flatten)]
        json: Json,
    },
    /// Shows the record of who did what to whom, or checks it.
    Audit {
        #[command(flatten)]
        data: Data,
        #[command(subcommand)]
        what: Option<audit::What>,
        #[command(flatten)]
        json: Json,
    },
    /// Takes away files that nothing refers to, five hundred days after that was first seen. Desks are served meanwhile.
    Sweep {
        #[command(flatten)]
        data: Data,
        /// Only says what would be taken away.
        #[arg(long)]
        dry_run: bool,
        /// Lets go of files whose bytes are gone or damaged instead, so that whoever has them can add them again.
        #[arg(long)]
        damaged: bool,
        #[command(flatten)]
        json: Json,
    },
    /// Prints the description of the API (OpenAPI 3.1).
    Describe,
}

#[derive(Args)]
struct Json {
    /// Answers in JSON.
    #[arg(long)]
    json: bool,
}

/// Why a word was not done.
pub(crate) enum Failed {
    /// Somebody asked for what cannot be.
    Person(String),
    /// What was looked at is not as it should be.
    Wrong(String),
    /// A fault of ours, or of the computer.
    Ours(String),
}

impl From<HubError> for Failed {
    fn from(error: HubError) -> Self {
        match error {
            HubError::NoHub
            | HubError::HubThere
            | HubError::LogThere
            | HubError::TooNew
            | HubError::NoDatabase
            | HubError::Unsafe(_)
            | HubError::UsePgDump
            | HubError::NotDone(_)
            | HubError::File(..)
            | HubError::Full => Self::Person(error.to_string()),
            _ => Self::Ours(error.to_string()),
        }
    }
}

impl From<anyhow::Error> for Failed {
    fn from(error: anyhow::Error) -> Self {
        Self::Ours(format!("{error:#}"))
    }
}

impl Words {
    /// Does what was asked.
    pub(crate) fn run(self) -> Result<(), Failed> {
        match self.word {
            Word::Init { data, network, admin, sign_in, json } => {
                init(&data.place()?, (&network, &admin), sign_in, json.json)
            }
            Word::Serve { data, serving } => serve::serve(&data.place()?, &serving),
            Word::Invite { data, role, email, region, json } => {
                let hub = data.place()?.open()?;
                invite(&hub, role, &email, &region, json.json)
            }
            Word::SignIn { data, whom, json } => sign_in::set(&data.place()?, whom, json.json),
            Word::ForgetAccount { data, email, keeping, json } => {
                sign_in::forget(&data.place()?, &email, &keeping, json.json)
            }
            Word::People(people) => people.run(),
            Word::Rights => people::rights(),
            Word::Status { data, json } => status(&data.place()?, json.json),
            Word::Backup { data, file, json } => backup(&data.place()?, &file, json.json),
            Word::Restore { data, file, json } => restore(&data.place()?, &file, json.json),
            Word::Restored { data, json } => restored(&data.place()?, json.json),
            Word::Export { data, out, json } => moving::export(&data.place()?, &out, json.json),
            Word::Import { data, file, new_epoch, json } => {
                moving::import(&data.place()?, &file, new_epoch, json.json)
            }
            Word::Doctor { data, backups, json } => {
                doctor::doctor(&data.place()?, backups.as_deref(), json.json)
            }
            Word::Audit { data, what, json } => audit::audit(&data.place()?, what.as_ref(), json.json),
            Word::Sweep { data, dry_run, damaged: false, json } => {
                files::sweep(&data.place()?, dry_run, json.json)
            }
            Word::Sweep { data, dry_run, damaged: true, json } => {
                files::let_go_of_bad(&data.place()?, dry_run, json.json)
            }
            Word::Describe => say(linchpin_hub::describe().trim_end()),
        }
    }
}

fn init(place: &Place, (network, admin): (&str, &str), sign_in: SignIn, json: bool) -> Result<(), Failed> {
    if network.trim().is_empty() {
        return Err(Failed::Person("the network needs a name; nothing was set up".to_owned()));
    }
    check_email(admin)?;
    let hub = place.init(network)?;
    sign_in.note(&hub)?;
    invite(&hub, NetworkRole::Admin, admin, "", json)
}

fn invite(hub: &Hub, role: NetworkRole, email: &str, region: &str, json: bool) -> Result<(), Failed> {
    check_email(email)?;
    // What an observer may read stands in spaces that nothing is written to yet: the app would show nothing, and the
    // invitation would be used up.
    if role == NetworkRole::Observer {
        return Err(Failed::Person(
            "observers cannot be invited yet: there is nothing that they may read; no invitation was made. Invite the \
             person as a member, or when a later version has something for observers"
                .to_owned(),
        ));
    }
    let invited = hub.invite_to(email.trim(), role, region, now_ms())?;
    if json {
        return say_json(&json!({ "code": invited.code, "expiresAt": invited.expires_at }));
    }
    say(&format!(
        "Invitation for {}: {}\nIt can be used once, within seven days. Send it together with the hub's address.",
        email.trim(),
        grouped(&invited.code)
    ))
}

fn status(place: &Place, json: bool) -> Result<(), Failed> {
    let hub = place.open()?;
    let status = hub.status(now_ms())?;
    let processes = place.processes(&hub)?;
    if json {
        let mut value = serde_json::to_value(&status).context("write the status")?;
        if let Value::Object(map) = &mut value {
            map.insert("serving".to_owned(), Value::Bool(processes > 0));
        }
        return say_json(&value);
    }
    let served = match processes {
        0 => "is not being served".to_owned(),
        1 => "is being served".to_owned(),
        several => format!("is being served by {several} processes"),
    };
    say(&format!(
        "{} (hub {}, epoch {}) {served}.\n{} people, {} devices, {} open invitations.\n\
         {} spaces, {} records, {} texts, {} entries; {} set aside; {} KiB.",
        status.network,
        status.hub,
        status.epoch,
        status.people,
        status.devices,
        status.invitations,
        status.spaces,
        status.records,
        status.texts,
        status.entries,
        status.set_aside,
        status.bytes / 1024
    ))
}

fn backup(place: &Place, file: &Path, json: bool) -> Result<(), Failed> {
    place.folder("backup", "copy the database with pg_dump")?;
    if file.exists() {
        return Err(Failed::Person(format!(
            "{} is there already and was not touched; name a new file",
            file.display()
        )));
    }
    let seen = place.open()?.backup(file)?;
    let bytes = std::fs::metadata(file).context("look at the copy")?.len();
    if json {
        let FilesSeen { whole, bad } = &seen;
        say_json(
            &json!({ "file": file, "bytes": bytes, "verified": true, "files": whole, "badFiles": bad }),
        )?;
    } else {
        say(&format!(
            "Copied to {} ({} KiB) with {} files; it opens and adds up.",
            file.display(),
            bytes / 1024,
            seen.whole
        ))?;
    }
    files::not_bad(&seen, "everything else was copied")
}

fn restore(place: &Place, file: &Path, json: bool) -> Result<(), Failed> {
    let folder =
        place.folder("restore", "put the copy back with pg_restore, then say `linchpin-hub restored`")?;
    if !file.is_file() {
        return Err(Failed::Person(format!("there is no copy at {}; nothing was changed", file.display())));
    }
    let epoch = Hub::restore(folder, file, now_ms(), random())?;
    let came = files::came_along(&place.open()?)?;
    if json {
        return say_json(&json!({ "epoch": epoch, "files": came }));
    }
    say(&format!(
        "The hub is back, in epoch {epoch}, with {came} files. Everybody's app sends again what the copy lacks."
    ))
}

/// Begins a new epoch in a database that was put back from a copy. A folder's is begun by `restore`.
fn restored(place: &Place, json: bool) -> Result<(), Failed> {
    if let Place::Folder(_) = place {
        return Err(Failed::Person(
            "a hub in a folder is put back with `linchpin-hub restore`; nothing was changed".to_owned(),
        ));
    }
    let hub = place.open()?;
    if place.processes(&hub)? > 0 {
        // What is served meanwhile would be taken for what the copy held.
        return Err(Failed::Person("this hub is being served; stop every process first".to_owned()));
    }
    let epoch = hub.begin_epoch(now_ms())?;
    if json {
        return say_json(&json!({ "epoch": epoch }));
    }
    say(&format!("The hub is in epoch {epoch}. Everybody's app sends again what the copy lacks."))
}

fn role(word: &str) -> Result<NetworkRole, String> {
    let found = NetworkRole::ALL.iter().find(|(_, name)| *name == word).map(|(role, _)| *role);
    let names: Vec<&str> = NetworkRole::ALL.iter().map(|(_, name)| *name).collect();
    found.ok_or_else(|| format!("there is no role \"{word}\"; the roles are {}", names.join(", ")))
}

fn region(word: &str) -> Result<String, String> {
    let word = word.trim();
    if word.is_empty() || linchpin_domain::space::is_code(word) {
        return Ok(word.to_owned());
    }
    Err("a region's code has letters, digits and dashes, 40 at most".to_owned())
}

fn check_email(email: &str) -> Result<(), Failed> {
    let sound = email.trim().split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !email.trim().contains(char::is_whitespace)
    });
    if sound {
        Ok(())
    } else {
        Err(Failed::Person("that is no e-mail address; no invitation was made".to_owned()))
    }
}

fn random() -> Random {
    let system = SystemRandom::new();
    Box::new(move |bytes| system.fill(bytes).expect("BUG: the system gives no randomness"))
}

#[expect(clippy::disallowed_methods, reason = "the program holds the clock")]
fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

fn say_json(value: &Value) -> Result<(), Failed> {
    say(&value.to_string())
}

/// Prints; a reader that has gone away is no fault.
fn say(text: &str) -> Result<(), Failed> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failed::Ours(format!("write the answer: {error}")))
        }
        _ => Ok(()),
    }
}
