//! A hub on each engine. What a test says of what is stored it says of all of them: in memory, in a file, and on
//! PostgreSQL where that is on this computer.

use crate::kit::{NOW, Network, seeded};
use linchpin_hub::Hub;
use linchpin_testkit::postgres;
use std::cell::Cell;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Once, OnceLock};
use tempfile::TempDir;

/// Where a hub's store lies.
#[derive(Clone)]
pub(crate) enum Place {
    Memory,
    Folder(Arc<TempDir>),
    Postgres(String),
}

/// The folder for the files of a hub whose store is a database: one for each, for as long as the tests run.
pub(crate) fn files_beside(url: &str) -> PathBuf {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let name = linchpin_domain::canonical::sha256_hex(url.as_bytes());
    FOLDER.get_or_init(|| TempDir::new().unwrap()).path().join(name)
}

impl Place {
    /// A folder that is removed after its last hub.
    pub(crate) fn folder() -> Self {
        Self::Folder(Arc::new(TempDir::new().unwrap()))
    }

    /// An empty database of PostgreSQL; none, and said once, where it is not on this computer: then nothing was shown
    /// of this engine.
    pub(crate) fn postgres() -> Option<Self> {
        static SAID: Once = Once::new();
        match postgres::server() {
            Ok(server) => Some(Self::Postgres(server.empty().expect("a schema"))),
            Err(why) => {
                // Not by a macro: what those print is kept back while a test goes well.
                let said = format!("SKIPPED: the hub on PostgreSQL: {why}\n");
                SAID.call_once(|| std::io::stderr().write_all(said.as_bytes()).unwrap());
                None
            }
        }
    }

    pub(crate) fn url(&self) -> &str {
        let Self::Postgres(url) = self else { panic!("only PostgreSQL has an address") };
        url
    }

    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Sets a hub up.
    pub(crate) fn init(&self) -> Network {
        // Hubs of one database hear each other by their ids, which are drawn.
        let seed = match self {
            Self::Postgres(url) => url.bytes().fold(7, |seed, byte| seed * 31 % 1_000_003 + u64::from(byte)),
            _ => 1,
        };
        let (name, random) = ("Sample network", seeded(seed));
        let hub = match self {
            Self::Memory => Hub::in_memory(name, NOW, random),
            Self::Folder(folder) => Hub::init(&folder.path().join("hub"), name, NOW, random),
            Self::Postgres(url) => {
                Hub::init_postgres(url, name, NOW, random).and_then(|hub| hub.with_files(&files_beside(url)))
            }
        };
        Network { hub: Arc::new(hub.unwrap()), now: Cell::new(NOW), place: self.clone() }
    }
}

impl Network {
    /// One network after the other, on every engine that is here.
    pub(crate) fn on_every_engine() -> impl Iterator<Item = Self> {
        let engines = [
            ("SQLite in memory", Some(Place::Memory)),
            ("SQLite in a file", Some(Place::folder())),
            ("PostgreSQL", Place::postgres()),
        ];
        engines.into_iter().filter_map(|(name, place)| {
            let place = place?;
            // Shown where the test fails.
            eprintln!("on {name}");
            Some(place.init())
        })
    }

    /// On PostgreSQL alone, for what several processes do over one store.
    pub(crate) fn on_postgres() -> Option<Self> {
        Some(Place::postgres()?.init())
    }

    /// The same process, for another thread.
    pub(crate) fn as_is(&self) -> Self {
        let (hub, place) = (Arc::clone(&self.hub), self.place.clone());
        Self { hub, now: self.now.clone(), place }
    }

    /// The same store in another process, or after a restart.
    pub(crate) fn again(&self, now_ms: u64, seed: u64) -> Self {
        let random = seeded(seed);
        let hub = match &self.place {
            Place::Memory => self.hub.copy(now_ms, random),
            Place::Folder(folder) => Hub::open(&folder.path().join("hub"), now_ms, random),
            Place::Postgres(url) => {
                Hub::open_postgres(url, now_ms, random).and_then(|hub| hub.with_files(&files_beside(url)))
            }
        };
        Self { hub: Arc::new(hub.unwrap()), now: Cell::new(now_ms), place: self.place.clone() }
    }
}
