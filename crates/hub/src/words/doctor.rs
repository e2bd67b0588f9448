//! Looking whether everything about a hub is as it should be: each finding is a sentence, with what to do.

use crate::words::place::Place;
use crate::words::{Failed, files, now_ms, say, say_json};
use linchpin_hub::{Hub, HubError};
use serde::Serialize;
use serde_json::json;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

/// How far a computer's clock may lie behind what the hub has written, in milliseconds.
const CLOCK_MS: u64 = 60_000;
/// How old the youngest copy may be: a day, and some hours for the night it is made in.
const COPY: Duration = Duration::from_secs(30 * 60 * 60);
/// How much room a disk should have left: as many copies of the store as this, and as many bytes.
const ROOM_COPIES: u64 = 3;
const ROOM_BYTES: u64 = 1 << 30;

/// How a thing stands.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
enum Stands {
    Well,
    /// Somebody should look.
    Look,
    Wrong,
}

impl Stands {
    const fn word(self) -> &'static str {
        match self {
            Self::Well => "well ",
            Self::Look => "look ",
            Self::Wrong => "WRONG",
        }
    }
}

/// What was found of one thing.
#[derive(Serialize)]
struct Finding {
    what: &'static str,
    stands: Stands,
    said: String,
}

/// What is found, one after the other.
#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, what: &'static str, stands: Stands, said: impl Into<String>) {
        self.0.push(Finding { what, stands, said: said.into() });
    }

    fn count(&self, stands: Stands) -> usize {
        self.0.iter().filter(|finding| finding.stands == stands).count()
    }
}

/// Looks at everything.
pub(super) fn doctor(place: &Place, copies: Option<&Path>, as_json: bool) -> Result<(), Failed> {
    let hub = place.open()?;
    let mut found = Findings::default();
    store(&hub, &mut found)?;
    whole_files(&hub, &mut found)?;
    record(&hub, &mut found)?;
    status(place, &hub, &mut found)?;
    if let Place::Folder(folder) = place {
        others_eyes(folder, &mut found);
        room(folder, hub.status(now_ms())?.bytes, &mut found);
    }
    if let Some(folder) = copies {
        youngest(folder, &mut found);
    }
    let wrong = found.count(Stands::Wrong);
    if as_json {
        say_json(&json!({ "findings": found.0, "wrong": wrong }))?;
    } else {
        let line =
            |finding: &Finding| format!("{}  {}: {}", finding.stands.word(), finding.what, finding.said);
        say(&found.0.iter().map(line).collect::<Vec<_>>().join("\n"))?;
    }
    match wrong {
        0 => Ok(()),
        1 => Err(Failed::Wrong("one thing is wrong".to_owned())),
        several => Err(Failed::Wrong(format!("{several} things are wrong"))),
    }
}

fn store(hub: &Hub, found: &mut Findings) -> Result<(), Failed> {
    match hub.check() {
        Ok(()) => found.add("store", Stands::Well, "it is whole and adds up"),
        Err(HubError::Corrupt(what)) => found.add(
            "store",
            Stands::Wrong,
            format!("it is damaged ({what}). Stop the hub, keep the store aside, and put the last copy back"),
        ),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

fn whole_files(hub: &Hub, found: &mut Findings) -> Result<(), Failed> {
    let seen = hub.check_files()?;
    match files::bad_ones(&seen) {
        None => found.add("files", Stands::Well, format!("{} files, each whole", seen.whole)),
        Some(said) => found.add("files", Stands::Wrong, said),
    }
    Ok(())
}

fn record(hub: &Hub, found: &mut Findings) -> Result<(), Failed> {
    let mut last = 0;
    let whole = hub.audit(&mut |link| {
        last = last.max(link.at);
        Ok(())
    })?;
    match whole {
        Ok(head) => found.add("record", Stands::Well, format!("{} deeds, and the chain holds", head.no)),
        Err(broken) => {
            let said = format!("it was changed from link {} on; see `linchpin-hub audit`", broken.no);
            found.add("record", Stands::Wrong, said);
        }
    }
    let behind = last.saturating_sub(now_ms());
    if behind > CLOCK_MS {
        let said =
            format!("this computer is {} s behind what the hub has written; mend its clock", behind / 1000);
        found.add("clock", Stands::Wrong, said);
    } else {
        found.add("clock", Stands::Well, "it is not behind what the hub has written");
    }
    Ok(())
}

fn status(place: &Place, hub: &Hub, found: &mut Findings) -> Result<(), Failed> {
    let status = hub.status(now_ms())?;
    match status.set_aside {
        0 => found.add("set aside", Stands::Well, "no change waits for somebody to look"),
        many => {
            let said =
                format!("{many} changes were set aside; their words are still on their authors' computers");
            found.add("set aside", Stands::Look, said);
        }
    }
    match place.processes(hub)? {
        0 => found.add("served", Stands::Look, "nobody serves this hub now"),
        1 => found.add("served", Stands::Well, "it is being served"),
        several => found.add("served", Stands::Well, format!("{several} processes serve it")),
    }
    Ok(())
}

/// Looks whether others on this computer can read the store.
#[cfg(unix)]
fn others_eyes(folder: &Path, found: &mut Findings) {
    use std::os::unix::fs::PermissionsExt;
    match std::fs::metadata(folder) {
        Ok(there) if there.permissions().mode() & 0o077 == 0 => {
            found.add("folder", Stands::Well, "only the hub's own account can read it");
        }
        Ok(_) => {
            let said = format!("others on this computer can read it; say `chmod 700 {}`", folder.display());
            found.add("folder", Stands::Wrong, said);
        }
        Err(error) => found.add("folder", Stands::Wrong, format!("it cannot be looked at: {error}")),
    }
}

#[cfg(not(unix))]
fn others_eyes(_folder: &Path, found: &mut Findings) {
    found.add(
        "folder",
        Stands::Look,
        "who can read it cannot be told on this system; look at its permissions",
    );
}

#[cfg(unix)]
fn room(folder: &Path, bytes: u64, found: &mut Findings) {
    let wanted = ROOM_BYTES.max(bytes.saturating_mul(ROOM_COPIES));
    match rustix::fs::statvfs(folder) {
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            let said = format!("{} MiB are free", free >> 20);
            let stands = if free >= wanted { Stands::Well } else { Stands::Look };
            found.add("disk", stands, said);
        }
        Err(error) => found.add("disk", Stands::Look, format!("its free room cannot be told: {error}")),
    }
}

#[cfg(not(unix))]
fn room(_folder: &Path, _bytes: u64, found: &mut Findings) {
    found.add("disk", Stands::Look, "its free room cannot be told on this system");
}

/// How the name of a file ends that is only being written, or that was given up halfway.
const HALVES: [&str; 5] = [".half", ".part", "-journal", "-wal", "-shm"];

fn youngest(folder: &Path, found: &mut Findings) {
    let now = Duration::from_millis(now_ms());
    let is_half = |file: &Path| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        HALVES.iter().any(|end| name.ends_with(end))
    };
    let age = |file: std::fs::DirEntry| {
        if is_half(&file.path()) {
            return None;
        }
        let there = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
        let written = there.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some(now.saturating_sub(written))
    };
    let ages = std::fs::read_dir(folder).map(|files| files.flatten().filter_map(age).min());
    match ages {
        Ok(Some(age)) if age <= COPY => {
            found.add("copies", Stands::Well, format!("the youngest is {} h old", age.as_secs() / 3600));
        }
        Ok(Some(age)) => {
            let said = format!("the youngest is {} h old; make one each night", age.as_secs() / 3600);
            found.add("copies", Stands::Wrong, said);
        }
        Ok(None) => found.add("copies", Stands::Wrong, "there is none in this folder"),
        Err(error) => found.add("copies", Stands::Wrong, format!("the folder cannot be read: {error}")),
    }
}
