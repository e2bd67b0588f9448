//! Files that nobody refers to any more, and files whose bytes are gone, damaged or cannot be read.

use crate::words::place::Place;
use crate::words::{Failed, now_ms, say, say_json};
use anyhow::Context;
use linchpin_hub::{BadBecause, BadFile, FilesSeen, Hub, Swept};

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
/// are. Those that cannot be read now stay.
pub(super) fn let_go_of_bad(place: &Place, dry: bool, json: bool) -> Result<(), Failed> {
    let hub = place.open()?;
    let seen = if dry { hub.check_files()? } else { hub.let_go_of_bad_files()? };
    if json {
        say_json(&serde_json::to_value(&seen).context("write what was found")?)?;
    } else {
        let lost = lost(&seen);
        let did = if dry { "Would let go" } else { "Let go" };
        let names = if lost.is_empty() { ".".to_owned() } else { format!(": {}.", names(&lost)) };
        say(&format!("{did} of {} files whose bytes are gone or damaged{names}", lost.len()))?;
    }
    unreadable(&seen).map_or(Ok(()), |said| Err(Failed::Wrong(format!("nothing else was let go of: {said}"))))
}

/// Says of a hub that was put back how many files came with it.
pub(super) fn came_along(hub: &Hub) -> Result<u64, Failed> {
    let seen = hub.check_files()?;
    if seen.bad.is_empty() {
        return Ok(seen.whole);
    }
    Err(Failed::Wrong(format!(
        "the hub is back with all of its words, but not with all of its files: they lie in the folder beside the copy \
         that ends in .files; make room, and copy what is in it into the folder named files. Not here: {}",
        names(&seen.bad.iter().collect::<Vec<_>>())
    )))
}

/// Ends with what is wrong where files are not as they should be; `done` says what was done without them.
pub(super) fn not_bad(seen: &FilesSeen, done: &str) -> Result<(), Failed> {
    bad_ones(seen).map_or(Ok(()), |said| Err(Failed::Wrong(format!("{done}, but {said}"))))
}

/// Says which files are not as they should be, and what to do; none where all are.
pub(super) fn bad_ones(seen: &FilesSeen) -> Option<String> {
    let said: Vec<String> =
        [gone_or_damaged(seen), unreadable(seen), not_copied(seen)].into_iter().flatten().collect();
    (!said.is_empty()).then(|| said.join(". And "))
}

fn gone_or_damaged(seen: &FilesSeen) -> Option<String> {
    let lost = lost(seen);
    Some(format!(
        "{} gone or damaged: {}. Put what you have of them back from the folder of an older copy that ends in .files, \
         then say `linchpin-hub sweep --damaged`: whoever has the rest can then add it again",
        count(&lost)?,
        names(&lost)
    ))
}

fn unreadable(seen: &FilesSeen) -> Option<String> {
    let unread = because(seen, &[BadBecause::Unreadable]);
    Some(format!(
        "{} there, perhaps, and cannot be read: {}. Look whether their folder is where it should be (for a database the \
         variable LINCHPIN_FILES names it), whether this account may read it, and at the disk. What the disk cannot read \
         any more, take away by hand",
        count(&unread)?,
        names(&unread)
    ))
}

fn not_copied(seen: &FilesSeen) -> Option<String> {
    let left = because(seen, &[BadBecause::NotCopied]);
    Some(format!(
        "{} not in the copy, because its disk has no room or does not take them: {}. Make room and make another copy",
        count(&left)?,
        names(&left)
    ))
}

/// Returns the files that nobody has at the hub.
fn lost(seen: &FilesSeen) -> Vec<&BadFile> {
    because(seen, &[BadBecause::Gone, BadBecause::Damaged])
}

fn because<'a>(seen: &'a FilesSeen, of: &[BadBecause]) -> Vec<&'a BadFile> {
    seen.bad.iter().filter(|file| of.contains(&file.because)).collect()
}

/// Returns how many there are; none where there is none.
fn count(files: &[&BadFile]) -> Option<String> {
    match files.len() {
        0 => None,
        1 => Some("one file is".to_owned()),
        several => Some(format!("{several} files are")),
    }
}

fn names(files: &[&BadFile]) -> String {
    let name = |file: &&BadFile| format!("{} (SHA-256 {}, in {})", file.stored, file.sha256, file.space);
    let mut names: Vec<String> = files.iter().take(NAMED).map(name).collect();
    let more = files.len().saturating_sub(NAMED);
    if more > 0 {
        names.push(format!("{more} more"));
    }
    names.join(", ")
}
