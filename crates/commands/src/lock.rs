//! The lock of the window: after some minutes without a key or the mouse it covers the work, and only who knows the
//! words for it sees it again. The store stays open and sync goes on. While it is covered no command gives anything
//! of the work out; what was typed in the last moments before is still written down.

use crate::account::{AppState, AppStateAsked, app_state};
use crate::core::{Core, Desk};
use crate::error::{Code, Error};
use crate::keychain::Kept;
use crate::recovery;
use linchpin_domain::canonical::Bytes;
use linchpin_domain::record::Tag;
use linchpin_store::Store;
use ring::pbkdf2::{self, PBKDF2_HMAC_SHA256};
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use ts_rs::TS;

/// What may be asked for while the window is covered.
const WHILE_COVERED: [&str; 5] = ["app_state", "get_settings", "open_lock", "lock_now", "append_update"];
/// Where it lies in the store.
const KEY: &str = "lock";
/// The minutes that can be chosen.
const MINUTES: [u32; 4] = [5, 15, 30, 60];
/// The fewest characters of the words for it.
const LEAST: usize = 6;
/// The most.
const MOST: usize = 200;
/// Rounds over the words. They keep the words themselves from whoever reads the open store, who has the work already.
const ROUNDS: NonZeroU32 = NonZeroU32::new(600_000).expect("BUG: nought");
/// How often somebody may be wrong before they wait.
const FREE_TRIES: u32 = 5;
/// How long the first wait is, in milliseconds; each later one is twice as long.
const FIRST_WAIT_MS: u64 = 30_000;
/// The longest wait, in milliseconds.
const LONGEST_WAIT_MS: u64 = 15 * 60_000;

/// Sets when the window is covered, and the words that uncover it.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetLock {
    /// After how many minutes: 5, 15, 30 or 60. None for never.
    pub minutes: Option<u32>,
    /// New words for it, at least 6 characters; none leaves them as they are. Where a passphrase opens the work at each
    /// start, that one uncovers it.
    pub words: Option<String>,
    /// The present words, where it is set already.
    pub present: Option<String>,
}

/// Covers the window now.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LockNow {}

/// Uncovers it.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OpenLock {
    /// The words for it, or the recovery key.
    pub words: String,
}

/// The lock as it is kept.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Lock {
    minutes: u32,
    /// None where the passphrase of the store is the words for it.
    words: Option<Hashed>,
}

/// Words that cannot be read back.
#[derive(Clone, Serialize, Deserialize)]
struct Hashed {
    salt: Bytes,
    hash: Bytes,
    rounds: NonZeroU32,
}

impl Hashed {
    fn of(words: &str) -> Result<Self, Error> {
        let (mut salt, mut hash) = ([0; 16], [0; 32]);
        SystemRandom::new().fill(&mut salt).map_err(|_| Error::internal("no randomness"))?;
        pbkdf2::derive(PBKDF2_HMAC_SHA256, ROUNDS, &salt, words.as_bytes(), &mut hash);
        Ok(Self { salt: Bytes(salt.to_vec()), hash: Bytes(hash.to_vec()), rounds: ROUNDS })
    }

    fn is(&self, words: &str) -> bool {
        pbkdf2::verify(PBKDF2_HMAC_SHA256, self.rounds, &self.salt.0, words.as_bytes(), &self.hash.0).is_ok()
    }
}

/// Whether the window is covered, and how often somebody was wrong.
#[derive(Default)]
pub(crate) struct Cover(Mutex<Covering>);

#[derive(Default)]
struct Covering {
    covered: bool,
    wrong: u32,
    /// Until when nobody may try, milliseconds since 1970.
    until_ms: u64,
}

impl Cover {
    /// Tells whether the window is covered.
    pub(crate) fn is_on(&self) -> bool {
        self.held().covered
    }

    /// Refuses what gives something of the work out while the window is covered.
    ///
    /// # Errors
    /// `error_covered`.
    pub(crate) fn check(&self, command: &str) -> Result<(), Error> {
        if self.is_on() && !WHILE_COVERED.contains(&command) { Err(covered()) } else { Ok(()) }
    }

    fn put_on(&self) {
        self.held().covered = true;
    }

    /// Counts a try.
    fn tries(&self, now_ms: u64, right: impl FnOnce() -> Result<bool, Error>) -> Result<(), Error> {
        let mut held = self.held();
        // A clock that was put back lengthens no wait beyond the longest there is.
        if now_ms < held.until_ms && held.until_ms - now_ms <= LONGEST_WAIT_MS {
            return Err(wait());
        }
        if right()? {
            *held = Covering::default();
            return Ok(());
        }
        held.wrong = held.wrong.saturating_add(1);
        if held.wrong >= FREE_TRIES {
            let times = 1_u64.checked_shl(held.wrong - FREE_TRIES).unwrap_or(u64::MAX);
            held.until_ms = now_ms + FIRST_WAIT_MS.saturating_mul(times).min(LONGEST_WAIT_MS);
        }
        Err(not_the_words())
    }

    fn held(&self) -> MutexGuard<'_, Covering> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns after how many minutes the window of a store is covered; none for never.
pub(crate) fn minutes(store: &Store) -> Result<Option<u32>, Error> {
    Ok(read(store)?.map(|lock| lock.minutes))
}

/// Covers the window of a store that was opened without asking anybody, where its lock is set.
pub(crate) fn at_start(core: &Core) -> Result<(), Error> {
    if let Some(desk) = core.opened()
        && core.is_app()
        && read(&desk.store)?.is_some()
    {
        core.cover.put_on();
    }
    Ok(())
}

/// Sets when the window is covered, and the words that uncover it.
///
/// # Errors
/// Present words that are wrong, new ones that are missing or too short, minutes that are none of the choices, or any
/// fault of the store.
pub fn set_lock(core: &Core, asked: SetLock) -> Result<AppState, Error> {
    let desk = core.desk()?;
    let before = read(&desk.store)?;
    let unknown = matches!(desk.kept, Kept::Raw(_)) && !recovery::is_made(&core.folder);
    if before.is_none() && unknown {
        return Err(no_way_back());
    }
    if let Some(before) = &before {
        let present = asked.present.as_deref().unwrap_or_default();
        core.cover.tries(core.now_ms(), || opens(core, &desk, before, present))?;
    }
    let after = asked.minutes.map(|minutes| next(&desk, before.as_ref(), minutes, asked.words.as_deref()));
    let after = after.transpose()?;
    let by = core.by(&desk, "lock")?;
    let value = after.map(|lock| json!(lock));
    desk.store.transact(&by, |tx| tx.setting(KEY, value.as_ref()))?;
    core.tell(Tag::Account);
    app_state(core, AppStateAsked {})
}

/// Covers the window now.
///
/// # Errors
/// A lock that is not set, or any fault of the store.
pub fn lock_now(core: &Core, _: LockNow) -> Result<AppState, Error> {
    if read(&core.desk()?.store)?.is_none() {
        return Err(Error::new(
            Code::Validation,
            "error_no_lock",
            "The window has no lock yet. Nothing was changed. Set one in Settings.",
        ));
    }
    core.cover.put_on();
    core.tell(Tag::Account);
    app_state(core, AppStateAsked {})
}

/// Uncovers the window.
///
/// # Errors
/// Words that are not the ones for it, too many of them, or any fault of the store.
pub fn open_lock(core: &Core, asked: OpenLock) -> Result<AppState, Error> {
    let desk = core.desk()?;
    if let (true, Some(lock)) = (core.cover.is_on(), read(&desk.store)?) {
        core.cover.tries(core.now_ms(), || opens(core, &desk, &lock, &asked.words))?;
        core.tell(Tag::Account);
    }
    app_state(core, AppStateAsked {})
}

fn next(desk: &Desk, before: Option<&Lock>, minutes: u32, words: Option<&str>) -> Result<Lock, Error> {
    if !MINUTES.contains(&minutes) {
        return Err(Error::field(
            "minutes",
            "error_bad_choice",
            "This is none of the choices. Nothing was changed.",
        ));
    }
    let words = match (&desk.kept, words.filter(|words| !words.is_empty())) {
        (Kept::Passphrase(_), _) => None,
        (Kept::Raw(_), None) => Some(before.and_then(|before| before.words.clone()).ok_or_else(too_short)?),
        (Kept::Raw(_), Some(words)) if (LEAST..=MOST).contains(&words.chars().count()) => {
            Some(Hashed::of(words)?)
        }
        (Kept::Raw(_), Some(_)) => return Err(too_short()),
    };
    Ok(Lock { minutes, words })
}

/// Tells whether words uncover the window.
fn opens(core: &Core, desk: &Desk, lock: &Lock, words: &str) -> Result<bool, Error> {
    // A recovery key of another store, or words that are no key at all, open nothing here.
    if recovery::kept_by(&core.folder, words).is_ok_and(|kept| kept.is_some_and(|kept| kept == desk.kept)) {
        return Ok(true);
    }
    Ok(match (&lock.words, &desk.kept) {
        (Some(hashed), _) => hashed.is(words),
        (None, Kept::Passphrase(_)) => !words.is_empty() && !desk.kept.is_other_passphrase(words),
        // The recovery key has opened the work at this start, and no words were set: it is asked for.
        (None, Kept::Raw(_)) => false,
    })
}

fn read(store: &Store) -> Result<Option<Lock>, Error> {
    let value = store.read(|reader| reader.setting(KEY))?;
    // What a later version wrote otherwise must not leave the work without a cover that nobody can take off.
    Ok(value.and_then(|value| serde_json::from_value(value).ok()))
}

const fn covered() -> Error {
    Error::new(
        Code::SignedOut,
        "error_covered",
        "The window is locked. Your work is safe. Type the words for it to go on.",
    )
}

const fn not_the_words() -> Error {
    Error::field(
        "words",
        "error_not_the_words",
        "These are not the words for it. Your work is safe and still covered. Try again, or type your recovery key.",
    )
}

const fn wait() -> Error {
    Error::new(
        Code::Busy,
        "error_lock_wait",
        "These were wrong too often. Your work is safe and still covered. Wait a little and try again.",
    )
}

const fn no_way_back() -> Error {
    Error::new(
        Code::Validation,
        "error_lock_no_key",
        "Without a recovery key nobody could open the lock once its words are forgotten. Nothing was changed. Make a \
         recovery key in Settings first.",
    )
}

const fn too_short() -> Error {
    Error::field(
        "words",
        "error_lock_words_short",
        "The words for the lock need at least 6 characters. Nothing was changed. Choose some that you can type quickly.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Phase;
    use crate::dispatch;
    use crate::kit::asha;

    const PASSPHRASE: &str = "a passphrase for tests";

    fn set(core: &Core, minutes: Option<u32>, present: Option<&str>) -> Result<AppState, Error> {
        let present = present.map(str::to_owned);
        set_lock(core, SetLock { minutes, words: None, present })
    }

    fn opened(core: &Core, words: &str) -> Result<AppState, Error> {
        open_lock(core, OpenLock { words: words.to_owned() })
    }

    #[test]
    fn a_covered_window_gives_nothing_out_and_still_takes_what_was_typed() {
        let asha = asha();
        let call = asha.brings_in("A call", &[("What helps?", "")]);
        assert_eq!(lock_now(&asha.core, LockNow {}).expect_err("it is refused").key, "error_no_lock");
        assert_eq!(set(&asha.core, Some(15), None).expect("it is done").lock_minutes, Some(15));
        assert!(matches!(lock_now(&asha.core, LockNow {}).expect("it is done").phase, Phase::Covered));
        let mut refused = 0;
        for name in crate::NAMES.iter().filter(|name| !WHILE_COVERED.contains(name)) {
            let error = dispatch(&asha.core, name, json!({}), None).expect_err("it is refused");
            assert_eq!(error.key, "error_covered", "{name}");
            refused += 1;
        }
        assert_eq!(refused, crate::NAMES.len() - WHILE_COVERED.len());
        let state = app_state(&asha.core, AppStateAsked {}).expect("it is done");
        assert!(state.me.is_none() && state.network.is_none());
        let mut doc = linchpin_text::TextDoc::new(9);
        let typed = linchpin_text::edit::append(&mut doc, "Words of the last moment.");
        let answer = asha.answers(&call)[0];
        let written = dispatch(&asha.core, "append_update", json!({ "answer": answer, "schema": 1 }), typed);
        assert!(written.is_ok(), "{:?}", written.err());
        opened(&asha.core, PASSPHRASE).expect("it is done");
        assert!(
            dispatch(&asha.core, "list_people", json!({}), None).is_ok(),
            "and everything is there again"
        );
    }

    #[test]
    fn whoever_is_wrong_five_times_waits() {
        let cover = Cover::default();
        cover.put_on();
        let wrong = |at| cover.tries(at, || Ok(false)).expect_err("it is refused").key;
        for _ in 0..5 {
            assert_eq!(wrong(1_000), "error_not_the_words");
        }
        assert_eq!(cover.tries(1_001, || Ok(true)).expect_err("it is refused").key, "error_lock_wait");
        assert_eq!(wrong(31_000), "error_not_the_words");
        assert_eq!(wrong(90_999), "error_lock_wait", "twice as long");
        assert!(cover.is_on());
        cover.tries(91_000, || Ok(true)).expect("it is done");
        assert!(!cover.is_on());
        assert_eq!(wrong(91_001), "error_not_the_words", "and begins anew");
    }

    #[test]
    fn the_lock_is_changed_by_who_knows_its_words() {
        let asha = asha();
        set(&asha.core, Some(15), None).expect("it is done");
        assert_eq!(set(&asha.core, None, None).expect_err("it is refused").key, "error_not_the_words");
        assert_eq!(
            set(&asha.core, Some(7), Some(PASSPHRASE)).expect_err("it is refused").key,
            "error_bad_choice"
        );
        assert_eq!(set(&asha.core, Some(5), Some(PASSPHRASE)).expect("it is done").lock_minutes, Some(5));
        assert_eq!(set(&asha.core, None, Some(PASSPHRASE)).expect("it is done").lock_minutes, None);
    }

    #[test]
    fn words_are_kept_so_that_they_cannot_be_read() {
        let hashed = Hashed::of("kettle hill").expect("it is done");
        assert!(hashed.is("kettle hill") && !hashed.is("kettle hil") && !hashed.is(""));
        assert!(!json!(hashed).to_string().contains("kettle"));
        assert_ne!(json!(Hashed::of("kettle hill").expect("it is done")), json!(hashed));
    }
}
