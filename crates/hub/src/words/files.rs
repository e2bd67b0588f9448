//! Files that nobody refers to any more, and files whose bytes are gone or damaged.

use crate::words::place::Place;
use crate::words::{Failed, now_ms, say, say_json};
use anyhow::Context;
use linchpin_hub::{FilesSeen, Hub, Swept};

/// How many files are named in a sentence; the rest is counted.
const NAMED: usize = 20;

/// Takes away what nobody refers to, or says what would be taken away.
pub(super) fn sweep(place: &Place, dry: bool, json: bool) -> Result<(), Failed> {
    let swept = place.open()?.sweep_files(now_ms(), dry)?;
    if json {
        return say_json(&serde_json::to_value(&swept).context("write what was swept")?);
    }
    let Swept { files, uploads, unknown, bytes } = swept;
    let did = if dry { "Would take away" } else { "Took away" };
    say(&format!(
        "{did} {files} files that nothing speaks of, {uploads} that never came up whole, and {unknown} pieces that \
         belong to neither: {} KiB.",
        bytes / 1024
    ))
}

/// Lets go of files whose bytes are gone or damaged, so that whoever has them can send them again; or says which they
/// are.
pub(super) fn let_go_of_bad(place: &Place, dry: bool, json: bool) -> Result<(), Failed> {
    let hub = place.open()?;
    let seen = hub.check_files()?;
    if !dry && seen.whole == 0 && seen.bad.len() > 1 {
        // A folder that is not mounted looks like this.
        return Err(Failed::Person(format!(
            "not one of {} files is there: look whether their folder is where it should be; nothing was changed",
            seen.bad.len()
        )));
    }
    let seen = if dry { seen } else { hub.let_go_of_bad_files()? };
    if json {
        return say_json(&serde_json::to_value(&seen).context("write what was found")?);
    }
    let did = if dry { "Would let go" } else { "Let go" };
    let names = if seen.bad.is_empty() { ".".to_owned() } else { format!(": {}.", names(&seen)) };
    say(&format!("{did} of {} files whose bytes are gone or damaged{names}", seen.bad.len()))
}

/// Says of a hub that was put back how many files came with it.
pub(super) fn came_along(hub: &Hub) -> Result<u64, Failed> {
    let seen = hub.check_files()?;
    match seen.bad.as_slice() {
        [] => Ok(seen.whole),
        _ => Err(Failed::Wrong(format!(
            "the hub is back, but not all of its files: they lie in the folder beside the copy that ends in .files; copy \
             what is in it into the folder named files. Gone or damaged: {}",
            names(&seen)
        ))),
    }
}

/// Ends with what is wrong where files are gone or damaged; `done` says what was done without them.
pub(super) fn not_bad(seen: &FilesSeen, done: &str) -> Result<(), Failed> {
    bad_ones(seen).map_or(Ok(()), |said| Err(Failed::Wrong(format!("{done}, but {said}"))))
}

/// Says which files are gone or damaged, and what to do; none where none is.
pub(super) fn bad_ones(seen: &FilesSeen) -> Option<String> {
    let count = match seen.bad.len() {
        0 => return None,
        1 => "one file is".to_owned(),
        several => format!("{several} files are"),
    };
    Some(format!(
        "{count} gone or damaged: {}. Put what you have of them back from the folder of an older copy that ends in .files, \
         then say `linchpin-hub sweep --damaged`: whoever has the rest can then add it again",
        names(seen)
    ))
}

fn names(seen: &FilesSeen) -> String {
    let name = |file: &linchpin_hub::BadFile| {
        format!("{} (SHA-256 {}, in {})", file.stored, file.sha256, file.space)
    };
    let mut names: Vec<String> = seen.bad.iter().take(NAMED).map(name).collect();
    let more = seen.bad.len().saturating_sub(NAMED);
    if more > 0 {
        names.push(format!("{more} more"));
    }
    names.join(", ")
}
