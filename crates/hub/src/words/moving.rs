//! Moving a hub from a folder to a database, or back.

use crate::words::lock::lock;
use crate::words::place::Place;
use crate::words::{Failed, files, now_ms, say, say_json};
use linchpin_hub::{FilesSeen, HubError, Moved};
use serde_json::json;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

/// Writes everything to a new file, while nobody serves the hub.
pub(super) fn export(place: &Place, out: &Path, json: bool) -> Result<(), Failed> {
    if out.exists() {
        let sentence = format!("{} is there already and was not touched; name a new file", out.display());
        return Err(Failed::Person(sentence));
    }
    let hub = place.open()?;
    let _lock = match place {
        Place::Folder(folder) => Some(lock(folder)?),
        Place::Database(_) if place.processes(&hub)? > 0 => {
            return Err(Failed::Person("this hub is being served; stop it first".to_owned()));
        }
        Place::Database(_) => None,
    };
    let mut part = out.as_os_str().to_owned();
    part.push(".part");
    let part = Path::new(&part);
    let lay_there = part.exists();
    let written = || -> Result<(Moved, FilesSeen), HubError> {
        let said = |error| HubError::File(format!("write {}", part.display()), error);
        let file = private(part).map_err(said)?;
        let mut out = BufWriter::new(file);
        let moved = hub.export(&mut out)?;
        out.into_inner().map_err(|error| said(error.into_error()))?.sync_all().map_err(said)?;
        Ok(moved)
    };
    let named = written().and_then(|moved| {
        std::fs::rename(part, out).map_err(|error| HubError::File("name the file".to_owned(), error))?;
        Ok(moved)
    });
    let (moved, seen) = match named {
        Ok(moved) => moved,
        Err(error) => {
            // What is half written is of no use; that it is not there either is no second fault. A file that lay
            // there before is not ours.
            if !lay_there {
                let _removed = std::fs::remove_file(part);
            }
            return Err(error.into());
        }
    };
    told(&format!("Written to {}", out.display()), &moved, None, json)?;
    files::not_bad(&seen, "everything else was written")
}

/// Makes a new file that its owner alone may read: it holds everything that the hub holds. One that lies there is
/// not taken: it may be somebody else's, who could then read on.
fn private(file: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}

/// Makes a hub of a file.
pub(super) fn import(place: &Place, file: &Path, new_epoch: bool, json: bool) -> Result<(), Failed> {
    let said = |error| HubError::File(format!("read {}", file.display()), error);
    let mut input = File::open(file).map_err(said)?;
    let moved = place.import(&mut input)?;
    let epoch = if new_epoch { Some(place.open()?.begin_epoch(now_ms())?) } else { None };
    told("The hub is here", &moved, epoch, json)
}

fn told(what: &str, moved: &Moved, epoch: Option<u64>, json: bool) -> Result<(), Failed> {
    let Moved { rows, sha256 } = moved;
    if json {
        return say_json(&json!({ "rows": rows, "sha256": sha256, "newEpoch": epoch }));
    }
    say(&format!("{what}: {rows} rows, SHA-256 {sha256}."))
}
