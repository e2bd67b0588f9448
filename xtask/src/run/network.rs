//! The sample network: its folder, its hub, its two invented people and their one sample call. Made once, by
//! the programs that people use; later runs find it as it was left.

use crate::house::House;
use crate::steps;
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use std::fs::File;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

/// Opens the sample profiles; they hold nothing of anybody's.
const PASSPHRASE: &str = "sample-network-on-this-computer";
/// How long the hub may take to listen.
const START: Duration = Duration::from_secs(20);
/// Until the sample call closes.
const DAYS_LEFT: u64 = 30;
const TITLE: &str = "Sample: Access to general practice";
const QUESTIONS: &str = "\
1. What stands in the way of people who try to reach your practice, and what has helped?

2. Which of the measures in the plan would make the most difference, and which would not?

3. What should be measured, and what should no longer be?
";

/// Somebody on the sample network.
pub(crate) struct Person {
    /// What `--as` calls them.
    pub(crate) name: &'static str,
    /// Their name on screen.
    pub(crate) full_name: &'static str,
    mail: &'static str,
}

/// Both of them; the first one sets the network up.
pub(crate) const PEOPLE: [Person; 2] = [
    Person { name: "asha", full_name: "Asha Rao", mail: "asha@example.org" },
    Person { name: "ben", full_name: "Ben Carter", mail: "ben@example.org" },
];

/// Finds a person by the word after `--as`.
pub(crate) fn person(name: &str) -> Result<&'static Person> {
    let found = PEOPLE.iter().find(|person| person.name == name);
    found.with_context(|| format!("the sample network has asha and ben, but nobody called \"{name}\""))
}

/// The sample network's folder and what was noted about it.
pub(crate) struct Network {
    folder: PathBuf,
}

/// A hub that this run started.
pub(crate) struct RunningHub {
    process: Child,
}

impl RunningHub {
    /// Stops it; it keeps nothing that is not on disk already.
    pub(crate) fn stop(mut self) {
        if let Err(error) = self.process.kill().and_then(|()| self.process.wait()) {
            eprintln!("the hub could not be stopped: {error}");
        }
    }
}

impl Network {
    /// Returns the sample network of this checkout.
    pub(crate) fn at(house: &House) -> Self {
        Self { folder: house.target.join("run") }
    }

    /// Starts the hub, set up first where it is new; nothing where another window's run has started it.
    pub(crate) fn start(&self, house: &House) -> Result<Option<RunningHub>> {
        let mut notes = self.notes()?;
        if notes.get("port").is_none() {
            self.set_up(house, &mut notes)?;
        }
        let listen = format!("127.0.0.1:{}", port(&notes)?);
        if TcpStream::connect(&listen).is_ok() {
            println!("    the hub runs already");
            return Ok(None);
        }
        let log = self.folder.join("hub.log");
        let process = self
            .hub(house, "serve")
            .args(["--listen", &listen])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log).context("open the hub's log")?)
            .spawn()
            .context("start the hub")?;
        let mut hub = RunningHub { process };
        let began = Instant::now();
        while TcpStream::connect(&listen).is_err() {
            if let Some(status) = hub.process.try_wait().context("look after the hub")? {
                bail!("the hub ended with {status}:\n{}", crate::files::read(&log)?);
            }
            if began.elapsed() > START {
                hub.stop();
                bail!("the hub did not listen within {START:?}; see {}", log.display());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        println!("    the hub listens on http://{listen}");
        Ok(Some(hub))
    }

    /// Lets everybody join who has not, and brings the sample call in.
    pub(crate) fn people(&self, house: &House) -> Result<()> {
        let mut notes = self.notes()?;
        let url = format!("http://127.0.0.1:{}", port(&notes)?);
        for person in &PEOPLE {
            if notes.get(person.name).is_some() {
                continue;
            }
            let code = self.code_for(house, &notes, person)?;
            let join = ["join", &url, &code, "--name", person.full_name];
            steps::ask(&format!("{} joins", person.full_name), self.client(house, person).args(join))?;
            note(&mut notes, person.name, json!("joined"))?;
            self.keep(&notes)?;
        }
        let [asha, ..] = &PEOPLE;
        if notes.get("call").is_none() {
            let closes = format!("{}T23:45", day_in(DAYS_LEFT)?);
            let add = ["call", "add", "--title", TITLE, "--closes", &closes, "-"];
            let said = steps::ask_with_input(
                "bring the sample call in",
                self.client(house, asha).args(add),
                QUESTIONS,
            )?;
            let said: Value = serde_json::from_str(&said).context("read what linchpin call add said")?;
            note(&mut notes, "call", said.get("id").cloned().context("the sample call has an id")?)?;
            self.keep(&notes)?;
            for person in &PEOPLE {
                steps::ask(&format!("{} syncs", person.full_name), self.client(house, person).arg("sync"))?;
            }
        }
        Ok(())
    }

    /// Returns the app, joined as this person.
    pub(crate) fn app(&self, house: &House, person: &Person) -> Command {
        let mut command = Command::new(house.program("linchpin-desktop"));
        command
            .env("LINCHPIN_DATA_DIR", self.folder.join(person.name))
            .env("LINCHPIN_PASSPHRASE", PASSPHRASE)
            .stdin(Stdio::null());
        command
    }

    fn set_up(&self, house: &House, notes: &mut Value) -> Result<()> {
        let free = TcpListener::bind("127.0.0.1:0").context("find a free port")?.local_addr()?.port();
        let [asha, ..] = &PEOPLE;
        let init = ["--network", "Sample network", "--admin", asha.mail, "--json"];
        let said = steps::ask("set the hub up", self.hub(house, "init").args(init))?;
        note(notes, "first_code", json!(code_in(&said)?))?;
        note(notes, "port", json!(free))?;
        self.keep(notes)
    }

    fn code_for(&self, house: &House, notes: &Value, person: &Person) -> Result<String> {
        let [asha, ..] = &PEOPLE;
        if person.name == asha.name {
            let code = notes.get("first_code").and_then(Value::as_str);
            return Ok(code.context("the network was set up with an invitation")?.to_owned());
        }
        let invite = ["--role", "member", "--email", person.mail, "--json"];
        code_in(&steps::ask("invite the second person", self.hub(house, "invite").args(invite))?)
    }

    fn hub(&self, house: &House, word: &str) -> Command {
        let mut command = Command::new(house.program("linchpin-hub"));
        command.arg(word).arg("--data").arg(self.folder.join("hub"));
        command
    }

    fn client(&self, house: &House, person: &Person) -> Command {
        let mut command = Command::new(house.program("linchpin"));
        command
            .arg("--profile")
            .arg(self.folder.join(person.name))
            .arg("--json")
            .env("LINCHPIN_PASSPHRASE", PASSPHRASE);
        command
    }

    fn notes(&self) -> Result<Value> {
        let path = self.notes_path();
        if !path.is_file() {
            ensure!(
                !self.folder.join("hub").exists(),
                "{} is only half set up: {}",
                self.folder.display(),
                START_ANEW
            );
            return Ok(json!({}));
        }
        serde_json::from_str(&crate::files::read(&path)?)
            .with_context(|| format!("read {}: {START_ANEW}", path.display()))
    }

    fn keep(&self, notes: &Value) -> Result<()> {
        write_whole(&self.notes_path(), &notes.to_string())
    }

    fn notes_path(&self) -> PathBuf {
        self.folder.join("network.json")
    }
}

const START_ANEW: &str = "delete that folder and start again; it holds only the sample network";

fn write_whole(path: &Path, text: &str) -> Result<()> {
    let aside = path.with_extension("new");
    std::fs::write(&aside, text).with_context(|| format!("write {}", aside.display()))?;
    std::fs::rename(&aside, path).with_context(|| format!("write {}", path.display()))
}

fn note(notes: &mut Value, name: &str, value: Value) -> Result<()> {
    notes.as_object_mut().context("the notes are a list of names")?.insert(name.into(), value);
    Ok(())
}

fn port(notes: &Value) -> Result<u64> {
    notes.get("port").and_then(Value::as_u64).context("the notes name the hub's port")
}

fn code_in(said: &str) -> Result<String> {
    let said: Value = serde_json::from_str(said).context("read what the hub's program said")?;
    Ok(said.get("code").and_then(Value::as_str).context("the hub's program gives a code")?.to_owned())
}

fn day_in(days: u64) -> Result<String> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).context("read the clock")?;
    let (year, month, day) = civil(now.as_secs() / 86_400 + days);
    Ok(format!("{year:04}-{month:02}-{day:02}"))
}

/// Returns year, month and day of a number of days since 1 January 1970.
fn civil(days: u64) -> (u64, u64, u64) {
    let leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let (mut year, mut left) = (1970, days);
    loop {
        let length = if leap(year) { 366 } else { 365 };
        if left < length {
            break;
        }
        left -= length;
        year += 1;
    }
    let february = if leap(year) { 29 } else { 28 };
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if left < length {
            break;
        }
        left -= length;
        month += 1;
    }
    (year, month, left + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_dates() {
        for (days, date) in
            [(0, (1970, 1, 1)), (59, (1970, 3, 1)), (11_016, (2000, 2, 29)), (20_781, (2026, 11, 24))]
        {
            assert_eq!(civil(days), date);
        }
    }

    #[test]
    fn nobody_else_is_on_the_network() {
        assert!(person("asha").is_ok());
        assert!(person("carol").is_err());
    }
}
