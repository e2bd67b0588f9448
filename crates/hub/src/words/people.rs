//! People and their devices, for whoever looks after the hub's own computer: what they do here needs nobody's
//! confirmation.

use crate::words::place::Data;
use crate::words::{Failed, Json, now_ms, role, say, say_json};
use anyhow::Context;
use clap::{Args, Subcommand};
use linchpin_domain::can::TEXT;
use linchpin_domain::id::{DeviceId, PersonId};
use linchpin_domain::role::NetworkRole;
use linchpin_hub::Hub;
use linchpin_protocol::people::{Deed, DeviceFacts, PeopleAnswer, PersonFacts, Why};
use serde_json::json;

/// How an id stands on the command line.
type Parsed<T> = Result<T, String>;

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct People {
    #[command(subcommand)]
    word: Option<PeopleWord>,
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    json: Json,
}

#[derive(Subcommand)]
enum PeopleWord {
    /// Makes a person something else in the network.
    Role {
        #[command(flatten)]
        of: Of,
        /// What they become.
        #[arg(value_parser = role)]
        role: NetworkRole,
    },
    /// Suspends an account: from the next moment on its devices may do nothing.
    Suspend {
        #[command(flatten)]
        of: Of,
    },
    /// Lifts that.
    Reinstate {
        #[command(flatten)]
        of: Of,
    },
    /// Lists a person's devices.
    Devices {
        #[command(flatten)]
        of: Of,
    },
    /// Cuts a device off for good.
    Revoke {
        #[command(flatten)]
        data: Data,
        /// The device.
        #[arg(value_parser = device)]
        device: DeviceId,
        /// It is lost or was stolen.
        #[arg(long, required_unless_present = "retired", conflicts_with = "retired")]
        lost: bool,
        /// It is not used any more.
        #[arg(long)]
        retired: bool,
        #[command(flatten)]
        json: Json,
    },
}

/// A person, and where they are.
#[derive(Args)]
struct Of {
    #[command(flatten)]
    data: Data,
    /// The person, by the id that `people` prints.
    #[arg(value_parser = person)]
    person: PersonId,
    #[command(flatten)]
    json: Json,
}

fn person(word: &str) -> Parsed<PersonId> {
    word.parse().map_err(|_| "that is no id of a person; `linchpin-hub people` prints them".to_owned())
}

/// Reads the id of a device.
pub(super) fn device(word: &str) -> Parsed<DeviceId> {
    word.parse()
        .map_err(|_| "that is no id of a device; `linchpin-hub people devices` prints them".to_owned())
}

impl People {
    /// Does what was asked.
    pub(super) fn run(self) -> Result<(), Failed> {
        let Some(word) = self.word else {
            return list(&self.data.place()?.open()?, self.json.json);
        };
        match word {
            PeopleWord::Role { of, role } => {
                let deed = Deed::SetRole { person: of.person, role };
                of.does(deed, "The role was changed; it counts from now on.")
            }
            PeopleWord::Suspend { of } => {
                let deed = Deed::Suspend { person: of.person };
                of.does(deed, "The account is suspended. What the person writes stays on their computers.")
            }
            PeopleWord::Reinstate { of } => {
                let deed = Deed::Reinstate { person: of.person };
                of.does(deed, "The account is in good standing again.")
            }
            PeopleWord::Devices { of } => devices(of),
            PeopleWord::Revoke { data, device, lost, json, .. } => {
                let why = if lost { Why::Lost } else { Why::Retired };
                let deed = Deed::RevokeDevice { device, why };
                done(&data.place()?.open()?, deed, "The device is cut off from now on.", json.json)
            }
        }
    }
}

impl Of {
    fn does(self, deed: Deed, sentence: &str) -> Result<(), Failed> {
        done(&self.data.place()?.open()?, deed, sentence, self.json.json)
    }
}

fn done(hub: &Hub, deed: Deed, sentence: &str, json: bool) -> Result<(), Failed> {
    hub.deed(deed, now_ms())?;
    if json { say_json(&json!({ "done": true })) } else { say(sentence) }
}

fn list(hub: &Hub, json: bool) -> Result<(), Failed> {
    let all = hub.people(now_ms())?;
    if json {
        return say_json(&serde_json::to_value(&all).context("write the people")?);
    }
    let PeopleAnswer { people, waiting } = all;
    let mut lines: Vec<String> = people.iter().map(line).collect();
    if !waiting.is_empty() {
        lines.push(format!("{} wait for somebody to confirm them.", waiting.len()));
    }
    if lines.is_empty() {
        lines.push("Nobody has joined yet.".to_owned());
    }
    say(&lines.join("\n"))
}

/// Returns text that somebody else typed, without what would steer a terminal.
fn shown(text: &str) -> String {
    text.chars().map(|one| if one.is_control() { char::REPLACEMENT_CHARACTER } else { one }).collect()
}

fn line(person: &PersonFacts) -> String {
    let role = NetworkRole::ALL.iter().find(|(role, _)| *role == person.role).map_or("", |(_, name)| name);
    let region = if person.region.is_empty() { String::new() } else { format!(", region {}", person.region) };
    let state = if person.suspended { ", suspended" } else { "" };
    let speak = person.devices.iter().filter(|device| device.revoked_at == 0).count();
    format!(
        "{}  {} <{}>, {role}{region}{state}, {speak} of {} devices may speak",
        person.person,
        shown(&person.name),
        shown(&person.email),
        person.devices.len()
    )
}

fn devices(of: Of) -> Result<(), Failed> {
    let hub = of.data.place()?.open()?;
    let found = hub.people(now_ms())?.people.into_iter().find(|one| one.person == of.person);
    let Some(person) = found else {
        return Err(Failed::Person("nobody here has this id; `linchpin-hub people` lists all".to_owned()));
    };
    if of.json.json {
        return say_json(&serde_json::to_value(&person.devices).context("write the devices")?);
    }
    say(&person.devices.iter().map(device_line).collect::<Vec<_>>().join("\n"))
}

fn device_line(device: &DeviceFacts) -> String {
    let why = Why::ALL.iter().find(|(why, _)| Some(*why) == device.why).map_or("", |(_, name)| name);
    let state = if device.revoked_at == 0 {
        "may speak".to_owned()
    } else {
        format!("cut off ({})", if why.is_empty() { "no reason noted" } else { why })
    };
    format!("{}  {state}", device.device)
}

/// Prints the tables of rights.
pub(super) fn rights() -> Result<(), Failed> {
    say(TEXT.trim_end())
}
