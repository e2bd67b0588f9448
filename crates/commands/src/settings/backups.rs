//! Backups: made and checked, listed, restored. A restore puts what is here now aside and opens the copy under
//! an identity of its own; where anything fails, the present store is opened again as it was.

use crate::account::{AppState, AppStateAsked, app_state};
use crate::core::{Core, VERSION};
use crate::error::{Code, Error};
use crate::keychain::Kept;
use crate::settings::{BackupRow, ListBackups, MakeBackup, RestoreBackup};
use crate::{recovery, unlock};
use linchpin_domain::london::today_text;
use linchpin_domain::record::Tag;
use linchpin_store::open::BACKUPS;
use linchpin_store::reader::SyncLine;
use linchpin_store::{BEFORE_RESTORE, BackupFile, Config, SET_ASIDE, StoreError};
use serde_json::json;
use std::path::{Path, PathBuf};

/// What backups made by a person are called.
const BY_HAND: &str = "by-hand";

/// Returns the backups of this computer, newest first.
///
/// # Errors
/// Any fault of the disk.
pub fn list_backups(core: &Core, _: ListBackups) -> Result<Vec<BackupRow>, Error> {
    let files = linchpin_store::list_backups(&core.folder)?;
    // A copy is moved to its place only after it was opened and checked; what a restore put aside was moved as it was.
    let checked = |file: &BackupFile| file.why != BEFORE_RESTORE && file.why != SET_ASIDE;
    Ok(files.into_iter().map(|file| row(&file.path, file.at, file.bytes, checked(&file))).collect())
}

fn row(path: &Path, at: u64, bytes: u64, checked: bool) -> BackupRow {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let folder = path.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
    BackupRow { name, folder, at, bytes, checked }
}

/// Makes a checked backup.
///
/// # Errors
/// A place that cannot be written, a full disk, or any fault of the store.
pub fn make_backup(core: &Core, asked: MakeBackup) -> Result<BackupRow, Error> {
    let desk = core.desk()?;
    let now_ms = core.now_ms();
    let (path, verified) = if asked.choose {
        let suggested = format!("Linchpin backup {}.linchpin", today_text(core.now()));
        let path = core.host.choose_save("Keep a backup", &suggested).ok_or_else(nothing_chosen)?;
        crate::files::refuse_among_our_own(&path)?;
        let verified = replace(&path, |part| desk.store.backup_to(part))?;
        recovery::go_along(&core.folder, &path)?;
        (path, verified)
    } else {
        desk.store.backup(BY_HAND, now_ms)?
    };
    let bytes = path.metadata().map_err(|error| crate::files::of_io(&error))?.len();
    let facts = json!({ "records": verified.records, "updates": verified.updates });
    desk.store.log_sync(&SyncLine { at: now_ms, what: "backedUp".to_owned(), facts })?;
    core.tell(Tag::Jobs);
    Ok(row(&path, now_ms, bytes, true))
}

/// Makes a file beside its place and moves it there, over one that the person chose to replace.
fn replace<T>(path: &Path, make: impl FnOnce(&Path) -> Result<T, StoreError>) -> Result<T, Error> {
    let part = crate::files::part_of(path)?;
    if part.exists() {
        std::fs::remove_file(&part).map_err(|error| crate::files::of_io(&error))?;
    }
    let made = make(&part)?;
    std::fs::rename(&part, path).map_err(|error| crate::files::of_io(&error))?;
    Ok(made)
}

fn nothing_chosen() -> Error {
    Error::new(Code::NotFound, "error_nothing_chosen", "No file was chosen, so nothing was done.")
}

/// Restores a backup file; what is here now is kept aside.
///
/// # Errors
/// A file that is no backup or does not open, or any fault of the disk. What is here stays as it was then.
pub fn restore_backup(core: &Core, asked: RestoreBackup) -> Result<AppState, Error> {
    let from = match &asked.name {
        Some(name) => listed(core, name)?,
        None => core.host.choose_open("Choose a backup").ok_or_else(nothing_chosen)?,
    };
    // What is wrong with the file is said before the present store is closed.
    if from.is_dir() {
        return Err(no_backup());
    }
    let typed = asked.passphrase.as_deref().or(core.keys.given()).filter(|words| !words.trim().is_empty());
    let present = core.opened().map(|desk| desk.kept.clone());
    let kept = opener(core, &from, typed, present.as_ref())?;
    core.close_store()?;
    let mut random = Config::new(&core.folder).random;
    let now_ms = core.now_ms();
    let restored =
        linchpin_store::restore_file(&core.folder, &from, &kept.key(), &mut random, VERSION, now_ms);
    match restored {
        Ok(aside) => {
            // Opening notes where the key is kept now, so what opened the former work goes along with it first.
            let along = aside.map_or(Ok(()), |aside| unlock::go_along(core, &aside));
            core.open_store(kept.clone())?;
            let is_same = present.is_some_and(|present| present.to_bytes() == kept.to_bytes());
            if !is_same && let Err(error) = along.and_then(|()| take_over(core, typed, &kept, now_ms)) {
                // The work is back and open; the words that opened it do so again.
                tracing::warn!(key = error.key, "what opens the restored work could not be noted");
            }
        }
        Err(error) => {
            if let Some(present) = present {
                core.open_store(present)?;
            }
            return Err(error.into());
        }
    };
    for tag in [Tag::Account, Tag::Calls, Tag::Questions, Tag::Responses, Tag::Answers, Tag::People] {
        core.tell(tag);
    }
    app_state(core, AppStateAsked {})
}

/// Returns what opens a copy: words that were typed, what opens the present work, or what a keychain kept for it.
fn opener(core: &Core, from: &Path, typed: Option<&str>, present: Option<&Kept>) -> Result<Kept, Error> {
    let beside = core.keys.beside(from);
    let kept = match (typed, present, &beside) {
        (Some(words), ..) => of_words(core, from, words)?,
        (None, Some(present), _) => present.clone(),
        (None, None, Some(beside)) => beside.clone(),
        (None, None, None) => core.keys.find()?.ok_or_else(Error::locked)?,
    };
    match (linchpin_store::verify_file(from, &kept.key()), beside) {
        (Err(StoreError::WrongKey), Some(other)) if typed.is_none() => {
            linchpin_store::verify_file(from, &other.key()).map_err(of_copy).map(|_| other)
        }
        (verified, _) => verified.map_err(of_copy).map(|_| kept),
    }
}

/// Notes what opens the work from now on.
fn take_over(core: &Core, typed: Option<&str>, kept: &Kept, now_ms: u64) -> Result<(), Error> {
    recovery::adopt(&core.folder, typed.unwrap_or_default(), kept, now_ms)?;
    core.keys.put_back(kept);
    Ok(())
}

/// Returns what opens a copy by words that a person typed: a passphrase, or a recovery key of this computer or of the
/// one that the copy was made on.
fn of_words(core: &Core, from: &Path, words: &str) -> Result<Kept, Error> {
    match recovery::kept_beside(from, words) {
        Ok(Some(kept)) => Ok(kept),
        _ => core.keys.of_words(words),
    }
}

fn no_backup() -> Error {
    Error::new(
        Code::Validation,
        "error_no_backup",
        "This is no backup of Linchpin, or a damaged one. Your work is as it was. Choose another backup.",
    )
}

/// Puts into words why a copy cannot be restored: the words for the store itself would frighten.
fn of_copy(error: StoreError) -> Error {
    match error {
        StoreError::Corrupt => no_backup(),
        StoreError::NotFound => Error::new(
            Code::NotFound,
            "error_file_not_found",
            "There is no such file or folder. Nothing was changed. Choose another one.",
        ),
        StoreError::WrongKey => Error::new(
            Code::SignedOut,
            "error_backup_key",
            "This file is no backup of Linchpin, or one with another passphrase, as of another computer. Your work is as \
             it was. Choose another backup, or give its passphrase.",
        ),
        other => other.into(),
    }
}

/// Finds one of the listed backups; a name that leads elsewhere is none.
fn listed(core: &Core, name: &str) -> Result<PathBuf, Error> {
    let files = linchpin_store::list_backups(&core.folder)?;
    let found = files.into_iter().find(|file| file.path.file_name().is_some_and(|own| own == name));
    found.map(|file| file.path).ok_or_else(|| {
        tracing::info!(folder = BACKUPS, "a backup that is not listed was asked for");
        Error::not_found()
    })
}
