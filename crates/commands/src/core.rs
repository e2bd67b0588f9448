//! What a shell holds: the store of one folder once it is open, the sync that runs beside it, and the way back
//! to the shell. A core without a store is a first run or a locked one; every command says so by itself.

use crate::account::Phase;
use crate::docs::Docs;
use crate::error::Error;
use crate::host::{Event, Host, Origin};
use crate::jobs;
use crate::keychain::{Kept, Keys};
use crate::lock::{self, Cover};
use crate::settings::{self, Settings};
use crate::sync::Check;
use linchpin_domain::id::PersonId;
use linchpin_domain::record::Tag;
use linchpin_store::{By, Config, Store, StoreError};
use linchpin_sync::driver::{OpenBy, SystemClock};
use linchpin_sync::seam::Clock;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;
use tokio::runtime::Runtime;

/// The version of the app.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");
/// How long a store that is to be replaced may be in use by others.
const LET_GO: Duration = Duration::from_secs(10);

/// Everything of one profile folder.
pub struct Core {
    pub(crate) folder: PathBuf,
    pub(crate) host: Arc<dyn Host>,
    pub(crate) keys: Keys,
    pub(crate) cover: Cover,
    clock: SystemClock,
    runtime: Option<Runtime>,
    desk: RwLock<Option<Arc<Desk>>>,
}

/// An open store with what runs beside it.
pub(crate) struct Desk {
    pub(crate) store: Arc<Store>,
    pub(crate) kept: Kept,
    pub(crate) docs: Mutex<Docs>,
    pub(crate) moments: Arc<Moments>,
    pub(crate) check: Check,
    sync: Mutex<Option<linchpin_sync::Handle>>,
}

/// When things last happened, milliseconds since 1970; nought where they have not since the start.
#[derive(Default)]
pub(crate) struct Moments {
    /// The person changed something, and it is on disk.
    pub(crate) saved: AtomicU64,
    /// Anything that a backup is for changed, or had when the store was opened.
    pub(crate) changed: AtomicU64,
}

impl Core {
    /// Opens a folder for an app: sync and backups run by themselves.
    ///
    /// # Errors
    /// Where the store is here and cannot be opened; it is unchanged then. A store that waits for its passphrase is
    /// no error.
    pub fn open(folder: &Path, host: Arc<dyn Host>) -> Result<Self, Error> {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(2).thread_name("linchpin").enable_all().build();
        let runtime = runtime.map_err(|error| Error::internal(&error.to_string()))?;
        Self::open_with(folder, host, Some(runtime))
    }

    /// Opens a folder for a script: nothing runs by itself.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_for_scripts(folder: &Path, host: Arc<dyn Host>) -> Result<Self, Error> {
        Self::open_with(folder, host, None)
    }

    /// Opens a folder for a script and leaves its store alone: so that a backup can be put in place of a store
    /// that no longer opens.
    pub fn open_to_restore(folder: &Path, host: Arc<dyn Host>) -> Self {
        Self::closed(folder, host, None)
    }

    fn closed(folder: &Path, host: Arc<dyn Host>, runtime: Option<Runtime>) -> Self {
        let (folder, keys) = (folder.to_path_buf(), Keys::new(folder));
        let (clock, cover) = (SystemClock::new(), Cover::default());
        Self { folder, host, keys, cover, clock, runtime, desk: RwLock::new(None) }
    }

    fn open_with(folder: &Path, host: Arc<dyn Host>, runtime: Option<Runtime>) -> Result<Self, Error> {
        let core = Self::closed(folder, host, runtime);
        if linchpin_store::exists(&core.folder) {
            match core.keys.find().and_then(|kept| kept.map(|kept| core.open_store(kept)).transpose()) {
                Ok(_) => lock::at_start(&core)?,
                // The screens ask for what opens it; a script has nobody to ask.
                Err(error) if core.is_app() && (error.is_keychain() || error.is_wrong_key()) => {
                    tracing::warn!(key = error.key, "the store stays locked");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(core)
    }

    /// Returns the time, milliseconds since 1970.
    pub(crate) fn now_ms(&self) -> u64 {
        self.clock.now_ms()
    }

    /// Returns the time as calendars take it.
    pub(crate) fn now(&self) -> i64 {
        i64::try_from(self.now_ms()).unwrap_or(i64::MAX)
    }

    /// Tells whether this core serves an app, where sync runs by itself.
    pub(crate) fn is_app(&self) -> bool {
        self.runtime.is_some()
    }

    /// Returns what can be done now.
    pub(crate) fn phase(&self) -> Result<Phase, Error> {
        match self.opened() {
            Some(_) if self.cover.is_on() => Ok(Phase::Covered),
            // A person whose joining was refused has an id and no name yet.
            Some(desk) => match desk.store.identity()?.person {
                Some(person) if desk.store.read(|reader| reader.envelope(person))?.is_some() => {
                    Ok(Phase::Ready)
                }
                _ => Ok(Phase::FirstRun),
            },
            None if linchpin_store::exists(&self.folder) => Ok(Phase::Locked),
            None => Ok(Phase::FirstRun),
        }
    }

    /// Returns the open store, person or none.
    pub(crate) fn opened(&self) -> Option<Arc<Desk>> {
        self.desk.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the open store of a person, or says why there is none.
    pub(crate) fn desk(&self) -> Result<Arc<Desk>, Error> {
        match self.opened() {
            Some(desk) => Ok(desk),
            None if linchpin_store::exists(&self.folder) => Err(Error::locked()),
            None => Err(Error::first_run()),
        }
    }

    /// Returns who works here.
    pub(crate) fn me(&self, desk: &Desk) -> Result<PersonId, Error> {
        desk.store.identity()?.person.ok_or_else(Error::first_run)
    }

    /// Returns who changes something now; `what` is the name of the step.
    pub(crate) fn by(&self, desk: &Desk, what: &'static str) -> Result<By, Error> {
        Ok(By { person: self.me(desk)?, now_ms: self.now_ms(), what })
    }

    /// Tells the shell that something of this sort changed, where no record says so.
    pub(crate) fn tell(&self, tag: Tag) {
        self.host.tell(&Event::Changed { tags: vec![tag], ids: Vec::new(), origin: Origin::Here });
    }

    /// Opens the store with a key, makes it where there is none, and lets sync run.
    pub(crate) fn open_store(&self, kept: Kept) -> Result<Arc<Desk>, Error> {
        let config = Config::new(&self.folder).with_boot_token(self.keys.boot_token(&kept));
        let store = Arc::new(linchpin_store::open(config, &kept.key(), self.now_ms(), VERSION)?);
        if store.cloned() {
            tracing::info!("this copy was restored or cloned; it takes an id of its own");
            store.new_replica()?;
        }
        // A store that was put back from a copy came without what lay beside it; nothing else waits for that.
        if let Err(error) = store.tidy_files() {
            tracing::warn!(%error, "the files beside the store were not put in order");
        }
        if matches!(kept, Kept::Raw(_)) {
            self.keys.keep_boot_token(store.renew_boot_token()?);
        }
        self.keys.note(&kept)?;
        let (host, moments, clock) = (Arc::clone(&self.host), Arc::new(Moments::default()), self.clock);
        moments.changed.store(changed_on_disk(&self.folder), Ordering::Relaxed);
        let noted = Arc::clone(&moments);
        store.subscribe(move |changed, origin| {
            if jobs::is_worth_a_copy(changed) {
                noted.changed.store(clock.now_ms(), Ordering::Relaxed);
            }
            if origin == linchpin_store::Origin::Person {
                noted.saved.store(clock.now_ms(), Ordering::Relaxed);
            }
            let origin = match origin {
                linchpin_store::Origin::Person => Origin::Here,
                linchpin_store::Origin::Hub => Origin::Hub,
            };
            let tags = changed.tags.iter().copied().collect();
            host.tell(&Event::Changed { tags, ids: changed.ids.clone(), origin });
        });
        let (docs, check, sync) = (Mutex::default(), Check::default(), Mutex::new(None));
        let desk = Arc::new(Desk { store, kept, docs, moments, check, sync });
        *self.desk.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&desk));
        if let Some(runtime) = &self.runtime {
            runtime.spawn(jobs::run(Arc::downgrade(&desk)));
        }
        self.start_sync(&desk)?;
        Ok(desk)
    }

    /// Lets sync run where a network was joined and this is an app.
    pub(crate) fn start_sync(&self, desk: &Desk) -> Result<(), Error> {
        let Some(runtime) = &self.runtime else { return Ok(()) };
        if desk.store.identity()?.hub.is_none() {
            return Ok(());
        }
        let settings = settings::read(&desk.store)?;
        let handle = linchpin_sync::start(&desk.store, &line(&settings), runtime.handle())?;
        if desk.store.read(|reader| Ok(settings::is_paused(reader)))? {
            handle.pause(true);
        }
        self.watch(runtime, &handle);
        if let Some(before) = desk.sync().replace(handle) {
            before.stop();
        }
        Ok(())
    }

    /// Tells the shell when sync's status or a colleague's presence changes.
    fn watch(&self, runtime: &Runtime, handle: &linchpin_sync::Handle) {
        let (mut status, host) = (handle.watch_status(), Arc::clone(&self.host));
        runtime.spawn(async move {
            while status.changed().await.is_ok() {
                let event =
                    Event::Changed { tags: vec![Tag::SyncStatus], ids: Vec::new(), origin: Origin::Hub };
                host.tell(&event);
            }
        });
        let (mut open_by, host) = (handle.watch_open_by(), Arc::clone(&self.host));
        runtime.spawn(async move {
            let mut before = OpenBy::new();
            while open_by.changed().await.is_ok() {
                let now = open_by.borrow_and_update().clone();
                let answers =
                    before.keys().chain(now.keys()).copied().collect::<std::collections::BTreeSet<_>>();
                for answer in answers.into_iter().filter(|answer| before.get(answer) != now.get(answer)) {
                    host.tell(&Event::Presence { answer });
                }
                before = now;
            }
        });
    }

    /// Lets go of the store, so that its file can be replaced.
    pub(crate) fn close_store(&self) -> Result<(), Error> {
        self.close_store_within(LET_GO)
    }

    fn close_store_within(&self, let_go: Duration) -> Result<(), Error> {
        let Some(desk) = self.desk.write().unwrap_or_else(PoisonError::into_inner).take() else {
            return Ok(());
        };
        if let Some(sync) = desk.sync().take() {
            sync.stop();
        }
        let began = std::time::Instant::now();
        while Arc::strong_count(&desk) > 1 || Arc::strong_count(&desk.store) > 1 {
            if began.elapsed() > let_go {
                *self.desk.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&desk));
                // All is as it was, and whoever works on is in touch.
                self.start_sync(&desk)?;
                return Err(StoreError::Locked.into());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        if let Some(sync) = self.opened().and_then(|desk| desk.sync().take()) {
            sync.stop();
        }
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Desk {
    /// Returns the running sync, if any.
    pub(crate) fn sync(&self) -> MutexGuard<'_, Option<linchpin_sync::Handle>> {
        self.sync.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns who has which answer open.
    pub(crate) fn open_by(&self) -> OpenBy {
        self.sync().as_ref().map(|sync| sync.watch_open_by().borrow().clone()).unwrap_or_default()
    }
}

/// Returns when the store's file was last written, before this start.
fn changed_on_disk(folder: &Path) -> u64 {
    let written = folder.join(linchpin_store::open::FILE_NAME).metadata().and_then(|file| file.modified());
    let since = written.ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    since.and_then(|since| u64::try_from(since.as_millis()).ok()).unwrap_or(0)
}

/// Returns what a person has set about the line to the hub.
pub(crate) fn line(settings: &Settings) -> linchpin_sync::Settings {
    let proxy = settings.proxy.trim();
    linchpin_sync::Settings { proxy: (!proxy.is_empty()).then(|| proxy.to_owned()) }
}

#[cfg(test)]
impl Core {
    /// Returns a core over a store that is open already: no keychain, no sync, nothing that runs by itself.
    pub(crate) fn over(folder: &Path, host: Arc<dyn Host>, store: Store) -> Self {
        let core = Self::closed(folder, host, None);
        let kept = Kept::of_passphrase("a passphrase for tests");
        let (store, moments) = (Arc::new(store), Arc::new(Moments::default()));
        let (docs, check, sync) = (Mutex::default(), Check::default(), Mutex::new(None));
        let desk = Desk { store, kept, docs, moments, check, sync };
        *core.desk.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(desk));
        core
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::Nobody;
    use linchpin_domain::id::HubId;
    use linchpin_domain::role::NetworkRole;
    use linchpin_store::HubLink;

    #[test]
    fn a_store_that_is_not_let_go_of_stays_in_touch() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let core = Core::open(folder.path(), Arc::new(Nobody)).expect("it opens");
        let desk = core.open_store(Kept::of_passphrase("twelve letters")).expect("a store");
        let link = HubLink {
            hub: HubId::new(1, [1; 10]),
            url: "http://127.0.0.1:9".to_owned(),
            network: "Sample network".to_owned(),
            role: NetworkRole::Member,
            epoch: 0,
            nonce: None,
            next_nonce: None,
        };
        desk.store.set_hub(Some(&link)).expect("it is noted");
        core.start_sync(&desk).expect("it starts");
        let in_use = Arc::clone(&desk.store);
        assert!(core.close_store_within(Duration::ZERO).is_err());
        assert!(core.desk().expect("it is back").sync().is_some());
        drop((in_use, desk));
        core.close_store().expect("it lets go");
    }
}
