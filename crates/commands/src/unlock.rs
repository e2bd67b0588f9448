//! A store that is here and not open: its passphrase, its recovery key, a keychain that answers again; and the way to
//! begin anew where nothing opens it.

use crate::account::{AppState, AppStateAsked, app_state};
use crate::core::Core;
use crate::error::Error;
use crate::recovery;
use linchpin_domain::record::Tag;
use serde::Deserialize;
use std::path::Path;
use ts_rs::TS;

/// Opens the store.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Unlock {
    /// The passphrase or the recovery key; none asks the keychain again.
    pub passphrase: Option<String>,
}

/// Puts a store that nothing opens aside.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetStoreAside {}

/// Opens the store with its passphrase, its recovery key, or a keychain that answers again.
///
/// # Errors
/// Words that do not open it, a keychain that still does not answer, or any fault of the store.
pub fn unlock(core: &Core, asked: Unlock) -> Result<AppState, Error> {
    if core.opened().is_some() {
        return app_state(core, AppStateAsked {});
    }
    if !linchpin_store::exists(&core.folder) {
        return Err(Error::first_run());
    }
    let words = asked.passphrase.unwrap_or_default();
    let kept = match words.trim() {
        "" => core.keys.find()?.ok_or_else(Error::locked)?,
        _ => core.keys.of_words(&words)?,
    };
    let opened = core.open_store(kept.clone());
    opened.map_err(|error| recovery::mistyped(&words).filter(|_| error.is_wrong_key()).unwrap_or(error))?;
    core.keys.put_back(&kept);
    app_state(core, AppStateAsked {})
}

/// Puts a store that nothing opens aside among the backups, so that this computer can begin anew. It can be restored
/// whenever what opens it is found.
///
/// # Errors
/// A store that is open, or any fault of the disk; everything stays as it was then.
pub fn set_store_aside(core: &Core, _: SetStoreAside) -> Result<AppState, Error> {
    if core.opened().is_some() {
        return Err(Error::store_is_open());
    }
    let now_ms = core.now_ms();
    if linchpin_store::set_aside(&core.folder, now_ms, |aside| go_along(core, aside))?.is_some() {
        recovery::lay_by(&core.folder, now_ms)?;
        core.keys.forget_place()?;
    }
    core.tell(Tag::Account);
    app_state(core, AppStateAsked {})
}

/// Puts what opens a store that is put aside beside it.
pub(crate) fn go_along(core: &Core, aside: &Path) -> Result<(), Error> {
    core.keys.go_along(aside)?;
    recovery::go_along(&core.folder, aside)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Phase;
    use crate::error::Code;
    use crate::host::{Event, Host};
    use crate::keychain::Kept;
    use crate::recovery::{MakeRecoveryKey, make_recovery_key};
    use crate::settings::{
        ListBackups, MakeBackup, RestoreBackup, list_backups, make_backup, restore_backup,
    };
    use linchpin_domain::id::PersonId;
    use std::path::PathBuf;
    use std::sync::Arc;
    use tempfile::TempDir;

    /// A host whose person always chooses one file.
    struct Chooses(PathBuf);

    impl Host for Chooses {
        fn choose_save(&self, _: &str, _: &str) -> Option<PathBuf> {
            Some(self.0.clone())
        }
        fn choose_open(&self, _: &str) -> Option<PathBuf> {
            Some(self.0.clone())
        }
        fn tell(&self, _: &Event) {}
    }

    const BACKUP: &str = "stick/kept.linchpin";

    /// A computer with work on it, and the folder of a stick.
    fn computer(at: &Path, kept: &Kept) -> Core {
        std::fs::create_dir_all(at.join("stick")).expect("a stick");
        let core = Core::open_to_restore(&at.join("asha"), Arc::new(Chooses(at.join(BACKUP))));
        let desk = core.open_store(kept.clone()).expect("a store");
        desk.store.set_person(PersonId::new(1, [1; 10])).expect("a person");
        core
    }

    fn sheet(core: &Core) -> String {
        make_recovery_key(core, MakeRecoveryKey {}).expect("a key").groups.join(" ").to_lowercase()
    }

    fn open_with(core: &Core, words: &str) -> Result<(), (Code, &'static str)> {
        core.close_store().expect("it closes");
        let opened = unlock(core, Unlock { passphrase: Some(words.to_owned()) });
        opened.map(|_| ()).map_err(|error| (error.code, error.key))
    }

    fn passphrase() -> Kept {
        Kept::of_passphrase("twelve letters")
    }

    #[test]
    fn the_sheet_opens_the_work_until_a_newer_one_is_made() {
        let at = TempDir::new().expect("a folder");
        let core = computer(at.path(), &passphrase());
        let first = sheet(&core);
        assert_eq!(open_with(&core, &first), Ok(()));
        let second = sheet(&core);
        assert_eq!(open_with(&core, &first), Err((Code::Validation, "error_other_recovery_key")));
        assert_eq!(open_with(&core, &second), Ok(()));
        assert_eq!(open_with(&core, "twelve letters"), Ok(()), "the passphrase is as good as before");
    }

    #[test]
    fn a_slip_of_the_pen_is_told_from_another_passphrase() {
        let at = TempDir::new().expect("a folder");
        let core = computer(at.path(), &passphrase());
        let sheet = sheet(&core);
        let slip = if sheet.starts_with('7') {
            sheet.replacen('7', "8", 1)
        } else {
            format!("7{}", sheet.get(1..).unwrap_or(""))
        };
        assert_eq!(open_with(&core, &slip), Err((Code::Validation, "error_recovery_key_mistyped")));
        assert_eq!(open_with(&core, "another passphrase"), Err((Code::SignedOut, "error_wrong_key")));
        assert_eq!(open_with(&core, &sheet), Ok(()));
    }

    #[test]
    fn a_key_of_the_keychain_comes_back_from_the_sheet() {
        let at = TempDir::new().expect("a folder");
        let core = computer(at.path(), &Kept::Raw(zeroize::Zeroizing::new([7; 32])));
        let sheet = sheet(&core);
        assert_eq!(open_with(&core, &sheet), Ok(()));
        let file = std::fs::read_to_string(at.path().join("asha/recovery.json")).expect("the file");
        assert!(!file.to_lowercase().contains(&sheet.replace(' ', "")) && !file.contains(&"07".repeat(32)));
    }

    #[test]
    fn work_that_nothing_opens_is_put_aside_and_comes_back_with_its_sheet() {
        let at = TempDir::new().expect("a folder");
        let core = computer(at.path(), &passphrase());
        let sheet = sheet(&core);
        assert_eq!(
            set_store_aside(&core, SetStoreAside {}).expect_err("it is open").key,
            "error_store_is_open"
        );
        core.close_store().expect("it closes");
        let state = set_store_aside(&core, SetStoreAside {}).expect("it is put aside");
        assert_eq!((state.phase, state.has_recovery_key), (Phase::FirstRun, false));
        core.open_store(Kept::of_passphrase("another twelve")).expect("a new store");
        let listed = list_backups(&core, ListBackups {}).expect("a list");
        let name = listed.first().map(|row| row.name.clone());
        restore_backup(&core, RestoreBackup { name, passphrase: Some(sheet.clone()) })
            .expect("it comes back");
        let person = core.desk().and_then(|desk| core.me(&desk)).expect("somebody");
        assert_eq!(person, PersonId::new(1, [1; 10]));
        assert_eq!(open_with(&core, &sheet), Ok(()), "the sheet stays good");
    }

    #[test]
    fn a_backup_on_a_stick_opens_on_another_computer_with_the_sheet() {
        let at = TempDir::new().expect("a folder");
        let core = computer(at.path(), &Kept::Raw(zeroize::Zeroizing::new([7; 32])));
        let sheet = sheet(&core);
        make_backup(&core, MakeBackup { choose: true }).expect("a backup");
        let other =
            Core::open_to_restore(&at.path().join("other"), Arc::new(Chooses(at.path().join(BACKUP))));
        let asked = |words: &str| RestoreBackup { name: None, passphrase: Some(words.to_owned()) };
        assert!(restore_backup(&other, asked("a passphrase of nothing")).is_err());
        restore_backup(&other, asked(&sheet)).expect("it comes back");
        assert_eq!(open_with(&other, &sheet), Ok(()));
    }

    #[test]
    fn a_sheet_is_not_taken_for_a_passphrase_of_ones_own() {
        let at = TempDir::new().expect("a folder");
        let core = computer(at.path(), &passphrase());
        let sheet = sheet(&core);
        let refused = core.keys.make(Some(&sheet)).map(|_| ()).expect_err("it would open nothing later");
        assert_eq!((refused.key, refused.field), ("error_passphrase_is_recovery_key", Some("passphrase")));
    }

    #[test]
    fn a_restore_leaves_the_sheet_good_and_what_it_puts_aside_within_reach() {
        let at = TempDir::new().expect("a folder");
        let core = computer(at.path(), &passphrase());
        let first = sheet(&core);
        make_backup(&core, MakeBackup { choose: true }).expect("a backup");
        let from_stick = |words: &str| RestoreBackup { name: None, passphrase: Some(words.to_owned()) };
        restore_backup(&core, from_stick("twelve letters")).expect("it is restored");
        assert_eq!(open_with(&core, &first), Ok(()), "what opens it is the same");

        let other = computer(&at.path().join("other"), &Kept::of_passphrase("quite another one"));
        let foreign = sheet(&other);
        make_backup(&other, MakeBackup { choose: true }).expect("a backup");
        for name in ["kept.linchpin", "kept.linchpin.recovery"] {
            let stick = at.path().join("other/stick").join(name);
            std::fs::copy(stick, at.path().join("stick").join(name)).expect("it is carried over");
        }
        restore_backup(&core, from_stick(&foreign)).expect("it is restored");
        assert_eq!(open_with(&core, &foreign), Ok(()));
        let newest = list_backups(&core, ListBackups {}).expect("a list").first().map(|row| row.name.clone());
        restore_backup(&core, RestoreBackup { name: newest, passphrase: Some(first.clone()) })
            .expect("what was put aside comes back with its own sheet");
        assert_eq!(open_with(&core, &first), Ok(()));
    }
}
