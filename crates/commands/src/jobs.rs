//! What an app does by itself beside sync: a checked backup each hour while something changes, and letting old
//! ones go. Each step is safe to be cut off.

use crate::core::Desk;
use crate::error::Error;
use crate::settings;
use linchpin_domain::record::Tag;
use linchpin_store::reader::SyncLine;
use linchpin_store::{BackupFile, Changed, list_backups};
use linchpin_sync::driver::SystemClock;
use linchpin_sync::seam::Clock;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Weak;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How often it is looked whether a backup is due.
const LOOK: Duration = Duration::from_secs(5 * 60);
const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;
/// Backups made by themselves: all of a day, then one a day for so many days.
const DAYS: usize = 30;
/// What backups made by themselves are called.
const AUTO: &str = "auto";

/// Runs until the store is closed.
pub(crate) async fn run(desk: Weak<Desk>) {
    let clock = SystemClock::new();
    loop {
        tokio::time::sleep(LOOK).await;
        let Some(desk) = desk.upgrade() else { return };
        let now_ms = clock.now_ms();
        let done = tokio::task::spawn_blocking(move || back_up_if_due(&desk, now_ms)).await;
        if let Ok(Err(error)) = done {
            tracing::warn!(key = error.key, "the hourly backup was not made");
        }
    }
}

/// Makes the hourly backup where one is due.
fn back_up_if_due(desk: &Desk, now_ms: u64) -> Result<(), Error> {
    let files = list_backups(desk.store.folder())?;
    let last = files.iter().find(|file| file.why == AUTO).map_or(0, |file| file.at);
    let renew = desk.store.backups_to_renew()?;
    let wanted = settings::read(&desk.store)?.hourly_backup;
    let changed = desk.moments.changed.load(Ordering::Relaxed);
    let due = wanted && changed > last && now_ms.saturating_sub(last) >= HOUR_MS;
    if !due && renew.is_none() {
        return Ok(());
    }
    let (_, verified) = desk.store.backup(AUTO, now_ms)?;
    let facts = json!({ "records": verified.records, "updates": verified.updates });
    desk.store.log_sync(&SyncLine { at: now_ms, what: "backedUp".to_owned(), facts })?;
    if let Some(since) = renew {
        for_each_removed(to_renew(&files, since.max(last)).into_iter());
        desk.store.backups_renewed()?;
    } else {
        for_each_removed(to_let_go(&files, now_ms).into_iter());
    }
    Ok(())
}

/// Tells whether a commit leaves something to be backed up: what sync notes about itself, such as when it last
/// asked, would keep an app that nobody uses copying its store for ever.
pub(crate) fn is_worth_a_copy(changed: &Changed) -> bool {
    changed.tags.iter().any(|tag| *tag != Tag::SyncStatus)
}

fn for_each_removed<'a>(files: impl Iterator<Item = &'a BackupFile>) {
    for file in files {
        if let Err(error) = std::fs::remove_file(&file.path) {
            tracing::warn!(%error, "an old backup could not be removed");
        }
    }
}

/// Returns the backups up to a time that a new one takes the place of, because something had to leave this computer: it
/// must not live on in copies. A store that was put aside stays: it alone may hold words that were never sent.
fn to_renew(files: &[BackupFile], upto: u64) -> Vec<&BackupFile> {
    files.iter().filter(|file| file.at <= upto && !file.is_aside()).collect()
}

/// Returns the backups that need not be kept; those that a person or an update made always are.
fn to_let_go(files: &[BackupFile], now_ms: u64) -> Vec<&BackupFile> {
    let mut days = BTreeSet::new();
    let old = |file: &&BackupFile| file.why == AUTO && now_ms.saturating_sub(file.at) > DAY_MS;
    files.iter().filter(old).filter(|file| !days.insert(file.at / DAY_MS) || days.len() > DAYS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use linchpin_store::{BEFORE_RESTORE, SET_ASIDE};

    #[test]
    fn what_sync_notes_of_itself_asks_for_no_backup() {
        let tagged = |tags: &[Tag]| Changed { tags: tags.iter().copied().collect(), ..Changed::default() };
        assert!(!is_worth_a_copy(&tagged(&[Tag::SyncStatus])));
        assert!(is_worth_a_copy(&tagged(&[Tag::SyncStatus, Tag::Answers])));
        assert!(is_worth_a_copy(&tagged(&[Tag::Calls])));
    }

    #[test]
    fn what_had_to_leave_goes_from_every_copy_but_from_stores_that_were_put_aside() {
        let file = |at: u64, why: &str| BackupFile { path: "x".into(), at, bytes: 1, why: why.to_owned() };
        let files = [AUTO, "byHand", SET_ASIDE, BEFORE_RESTORE].map(|why| file(10, why));
        let whys = |upto| to_renew(&files, upto).iter().map(|file| file.why.clone()).collect::<Vec<_>>();
        assert_eq!(whys(10), [AUTO, "byHand"]);
        assert!(whys(9).is_empty());
    }

    #[test]
    fn all_of_a_day_and_one_a_day_before_are_kept() {
        let now = 100 * DAY_MS;
        let file = |at: u64, why: &str| BackupFile { path: "x".into(), at, bytes: 1, why: why.to_owned() };
        let mut files: Vec<_> = (1..30 * 40).map(|hours| file(now - hours * HOUR_MS, AUTO)).collect();
        files.push(file(now - 99 * DAY_MS, "byHand"));
        let gone: BTreeSet<_> = to_let_go(&files, now).iter().map(|file| file.at).collect();
        let kept: Vec<_> = files.iter().filter(|file| !gone.contains(&file.at)).collect();
        assert_eq!(kept.iter().filter(|file| file.at >= now - DAY_MS).count(), 24);
        assert_eq!(kept.iter().filter(|file| file.why == AUTO && file.at < now - DAY_MS).count(), DAYS);
        assert!(kept.iter().any(|file| file.why == "byHand"));
    }
}
