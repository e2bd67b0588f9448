//! Opening the store: folder, lock, key, form of the file, and who this install is. Refuses network drives,
//! files of newer versions and a second program, and touches nothing in any of these cases.
//! What does not live here: the keychain and the reading of passphrases from people.

mod key;
mod memory;
mod place;

pub use memory::Memory;
pub(crate) use place::{make_file_private, make_private};

use crate::backup;
use crate::changed::{Changed, Origin};
use crate::codec::NOBODY;
use crate::connections::{CipherKey, Connections, Writer, open_file, open_untouched};
use crate::error::StoreError;
use crate::migrate;
use crate::table::replica;
use linchpin_domain::id::{DeviceId, HubId, PersonId, ReplicaId};
use linchpin_domain::role::NetworkRole;
use ring::rand::{SecureRandom, SystemRandom};
use rusqlite::OpenFlags;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use zeroize::Zeroizing;

/// The name of the database file.
pub const FILE_NAME: &str = "linchpin.db";
/// The name of the file that holds the lock of the folder.
pub const LOCK_NAME: &str = "linchpin.lock";
/// The folder of backups within the store's folder.
pub const BACKUPS: &str = "backups";

/// The size of a page: a file that is shorter is no store.
const PAGE: u64 = 4_096;

/// Fills bytes with randomness: the system's in the product, seeded in the simulator.
pub type Random = Box<dyn FnMut(&mut [u8]) + Send>;

/// What the operating system's keychain knows of this store's last start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BootToken {
    /// There is no keychain, so copies of the file cannot be told apart at the start.
    NoKeychain,
    /// The keychain has no token for this store.
    Missing,
    /// The token of the last start.
    Is([u8; 16]),
}

/// Where the store lies and what it is opened with.
pub struct Config {
    /// The folder; made where it is missing.
    pub folder: PathBuf,
    /// The token in the keychain.
    pub boot_token: BootToken,
    /// The source of randomness.
    pub random: Random,
}

impl Config {
    /// Returns the usual configuration for a folder: the system's randomness, no keychain.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        let system = SystemRandom::new();
        let random: Random = Box::new(move |bytes: &mut [u8]| {
            system.fill(bytes).expect("BUG: the system gives no randomness");
        });
        Self { folder: folder.into(), boot_token: BootToken::NoKeychain, random }
    }

    /// Sets what the keychain knows.
    #[must_use]
    pub fn with_boot_token(mut self, token: BootToken) -> Self {
        self.boot_token = token;
        self
    }

    /// Sets the source of randomness.
    #[must_use]
    pub fn with_random(mut self, random: Random) -> Self {
        self.random = random;
        self
    }
}

/// What opens the file.
pub enum Key {
    /// The key itself.
    Raw([u8; 32]),
    /// A passphrase; the key is made from it and the file's salt.
    Passphrase(Zeroizing<String>),
}

/// Who this install is.
pub struct Identity {
    /// The person, once known.
    pub person: Option<PersonId>,
    /// The install.
    pub device: DeviceId,
    /// The copy: changes when a store is restored or cloned.
    pub replica: ReplicaId,
    /// The hub, once joined.
    pub hub: Option<HubLink>,
    /// The seed of the device's key pair.
    pub device_key_seed: Zeroizing<[u8; 32]>,
    /// What to add to this computer's clock to get the hub's time, in milliseconds.
    pub clock_offset_ms: i64,
    /// The last counter that was used.
    pub last_counter: u64,
}

/// The hub that was joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubLink {
    /// Its id.
    pub hub: HubId,
    /// Its address.
    pub url: String,
    /// The network's name.
    pub network: String,
    /// What the person is there.
    pub role: NetworkRole,
    /// The hub's epoch, as last heard.
    pub epoch: u64,
    /// What to show at the next hello.
    pub nonce: Option<String>,
    /// What will be shown after it, once it was drawn; see [`Store::draw_next_nonce`].
    pub next_nonce: Option<String>,
}

type Listener = Box<dyn Fn(&Changed, Origin) + Send + Sync>;

/// An open store. One writer at a time, any number of readers.
pub struct Store {
    writer: Mutex<Writer>,
    /// None where the store lies in memory alone.
    disk: Option<Disk>,
    listeners: RwLock<Vec<Arc<Listener>>>,
    cloned: bool,
}

/// What a store on a disk has beside the connection that writes.
struct Disk {
    folder: PathBuf,
    connections: Connections,
    /// Held while what lies beside the store is put in order.
    tidying: Mutex<()>,
    // Held until the store is dropped.
    _lock: File,
}

/// Tells whether a folder holds a store.
pub fn exists(folder: &Path) -> bool {
    let there = folder.join(FILE_NAME).metadata().is_ok_and(|file| file.len() > 0);
    there || backup::is_restoring(folder)
}

/// Opens the store of a folder, or makes one. `version` is the version of the app.
///
/// # Errors
/// [`StoreError::Locked`], [`StoreError::WrongKey`], [`StoreError::TooNew`], [`StoreError::NetworkPath`],
/// [`StoreError::DiskFull`], [`StoreError::ReadOnly`], [`StoreError::Corrupt`] or [`StoreError::Io`].
pub fn open(config: Config, key: &Key, now_ms: u64, version: &str) -> Result<Store, StoreError> {
    let Config { folder, boot_token, mut random } = config;
    place::refuse_network(&folder)?;
    make_private(&folder)?;
    let lock = lock(&folder)?;
    backup::finish_restore(&folder)?;
    let path = folder.join(FILE_NAME);
    let key = key::cipher_key(key, &path, &mut random)?;
    if exists(&folder) {
        look(&folder, &path, &key, now_ms)?;
    } else {
        make(&path, &key, version, now_ms)?;
    }
    let mut db = open_file(&path, &key, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    make_file_private(&path)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    migrate::run(&mut db, version, now_ms)?;
    let writer = Writer { db, random, waiting: None };
    let connections = Connections::new(path, key);
    let listeners = RwLock::new(Vec::new());
    let disk = Some(Disk { folder, connections, tidying: Mutex::default(), _lock: lock });
    let mut store = Store { writer: Mutex::new(writer), disk, listeners, cloned: false };
    store.write(Origin::Hub, |door| replica::ensure(door, now_ms))?;
    store.cloned = store.is_cloned(boot_token)?;
    Ok(store)
}

/// Looks at a file through a handle that cannot write, so that one of a newer version stays as it is, and
/// copies one that is behind.
fn look(folder: &Path, path: &Path, key: &CipherKey, now_ms: u64) -> Result<(), StoreError> {
    if path.metadata()?.len() < PAGE {
        return Err(StoreError::Corrupt);
    }
    if backup::has_journal(path) {
        // A power cut fell into the first moments of a file, before it has a log: its first page may be half written,
        // and reads only after SQLite has taken that back, which a handle that cannot write does not.
        drop(open_file(path, key, OpenFlags::SQLITE_OPEN_READ_WRITE)?);
    }
    let seen = open_untouched(path, key)?;
    migrate::refuse_newer(&seen)?;
    let is_behind = migrate::is_behind(&seen)?;
    drop(seen);
    if is_behind {
        backup::copy_before_update(folder, path, key, now_ms)?;
    }
    Ok(())
}

/// Makes a store beside its place and moves it there whole: a start that is killed leaves none or all of it.
fn make(path: &Path, key: &CipherKey, version: &str, now_ms: u64) -> Result<(), StoreError> {
    let part = backup::with_end(path, ".new");
    backup::remove_with_logs(&part)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let mut db = open_file(&part, key, flags)?;
    make_file_private(&part)?;
    migrate::run(&mut db, version, now_ms)?;
    drop(db);
    backup::sync_file(&part)?;
    // An empty file, or the log of a store that is gone, must not be taken for a part of the new one.
    backup::remove_with_logs(path)?;
    std::fs::rename(&part, path)?;
    path.parent().map_or(Ok(()), backup::sync_folder)
}

/// Returns the key of an existing file in the form connections take.
pub(crate) fn cipher_key_of(key: &Key, path: &Path) -> Result<CipherKey, StoreError> {
    let mut none: Random = Box::new(|_| {});
    key::cipher_key(key, path, &mut none)
}

pub(crate) fn lock(folder: &Path) -> Result<File, StoreError> {
    let file = File::options().create(true).write(true).truncate(false).open(folder.join(LOCK_NAME))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

impl Store {
    /// Returns the folder; an empty path where the store lies in memory alone.
    pub fn folder(&self) -> &Path {
        self.disk.as_ref().map_or(Path::new(""), |disk| &disk.folder)
    }

    /// Returns the connections that read; none where the store lies in memory and has one for everything.
    pub(crate) fn connections(&self) -> Option<&Connections> {
        self.disk.as_ref().map(|disk| &disk.connections)
    }

    /// Waits until nobody else puts in order what lies beside the store, and keeps others from it; none where the store
    /// lies in memory and nothing beside it.
    pub(crate) fn tidying(&self) -> Option<MutexGuard<'_, ()>> {
        self.disk.as_ref().map(|disk| disk.tidying.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Tells whether the file is not the one that this computer last had open: restored, cloned or copied.
    /// The caller then asks for a new replica id before anything is sent.
    pub fn cloned(&self) -> bool {
        self.cloned
    }

    fn is_cloned(&self, token: BootToken) -> Result<bool, StoreError> {
        let stored = replica::boot_token(&self.writer().db)?;
        Ok(match (token, stored) {
            (BootToken::NoKeychain, _) | (_, None) => false,
            (BootToken::Missing, Some(_)) => true,
            (BootToken::Is(known), Some(stored)) => known != stored,
        })
    }

    /// Draws the token of this start and stores it; the caller then puts it into the keychain.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn renew_boot_token(&self) -> Result<[u8; 16], StoreError> {
        let (token, _) = self.write(Origin::Hub, |door| {
            let token = door.random();
            replica::set_boot_token(door, token)?;
            Ok(token)
        })?;
        Ok(token)
    }

    /// Returns who this install is.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn identity(&self) -> Result<Identity, StoreError> {
        self.read(|reader| replica::identity(reader.db))
    }

    /// Sets who works here, before or at joining.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn set_person(&self, person: PersonId) -> Result<(), StoreError> {
        if person == NOBODY {
            return Err(StoreError::NotFound);
        }
        self.write(Origin::Person, |door| replica::set_person(door, person)).map(|_| ())
    }

    /// Notes the hub that was joined; none leaves it, and keeps every change that waits.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn set_hub(&self, hub: Option<&HubLink>) -> Result<(), StoreError> {
        self.write(Origin::Person, |door| replica::set_hub(door, hub)).map(|_| ())
    }

    /// Calls `listener` after each commit, of a person or from the hub. It may use the store.
    pub fn subscribe(&self, listener: impl Fn(&Changed, Origin) + Send + Sync + 'static) {
        let listener: Listener = Box::new(listener);
        self.listeners.write().unwrap_or_else(PoisonError::into_inner).push(Arc::new(listener));
    }

    pub(crate) fn tell(&self, changed: &Changed, origin: Origin) {
        let listeners = self.listeners.read().unwrap_or_else(PoisonError::into_inner).clone();
        for listener in listeners {
            listener(changed, origin);
        }
    }

    /// A writer that panicked left a transaction that was rolled back, so the connection is whole.
    pub(crate) fn writer(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
