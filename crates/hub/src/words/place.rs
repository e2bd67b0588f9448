//! Where a hub's store lies: a folder, or a database of PostgreSQL whose address is kept from others' eyes.

use crate::words::{Failed, now_ms, random};
use anyhow::Context;
use clap::Args;
use linchpin_hub::{Hub, HubError, Moved};
use std::io::Read;
use std::path::{Path, PathBuf};

/// The variable that may hold the database's address.
const DATABASE: &str = "LINCHPIN_DATABASE";
/// The variable that may name the file whose key locks second factors in a database. In a folder it lies there.
const KEY_FILE: &str = "LINCHPIN_KEY_FILE";
/// The variable that may name the folder for files, where the store is a database.
const FILES: &str = "LINCHPIN_FILES";

#[derive(Args)]
pub(super) struct Data {
    /// The hub's folder.
    #[arg(long = "data", value_name = "DIR")]
    folder: Option<PathBuf>,
    /// The address of a PostgreSQL database, such as postgres://linchpin@/linchpin?host=/run/postgresql. Everybody on
    /// this computer can read it while the program runs; one with a password belongs in a file or in the variable
    /// LINCHPIN_DATABASE.
    #[arg(long, value_name = "URL", conflicts_with = "folder")]
    database: Option<String>,
    /// A file that holds the address of a PostgreSQL database.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["folder", "database"])]
    database_file: Option<PathBuf>,
}

/// Where the store lies.
pub(super) enum Place {
    /// In a folder.
    Folder(PathBuf),
    /// In the PostgreSQL database of this address.
    Database(String),
}

impl Data {
    /// Finds out which store is meant.
    pub(super) fn place(self) -> Result<Place, Failed> {
        let Self { folder, database, database_file } = self;
        if let Some(folder) = folder {
            return Ok(Place::Folder(folder));
        }
        if let Some(url) = database {
            return Ok(Place::Database(url));
        }
        if let Some(file) = database_file {
            let said = |error| HubError::File(format!("read {}", file.display()), error);
            let text = std::fs::read_to_string(&file).map_err(said)?;
            return Ok(Place::Database(text.trim().to_owned()));
        }
        match std::env::var(DATABASE) {
            Ok(url) => Ok(Place::Database(url)),
            Err(_) => Err(Failed::Person(format!(
                "say where the hub's store lies: --data DIR, --database-file FILE, or the variable {DATABASE}"
            ))),
        }
    }
}

impl Place {
    /// Sets a new hub up.
    pub(super) fn init(&self, network: &str) -> Result<Hub, Failed> {
        Ok(match self {
            Self::Folder(folder) => Hub::init(folder, network, now_ms(), random())?,
            Self::Database(url) => {
                with_files(with_key(Hub::init_postgres(url, network, now_ms(), random())?)?)?
            }
        })
    }

    /// Opens the hub.
    pub(super) fn open(&self) -> Result<Hub, Failed> {
        Ok(match self {
            Self::Folder(folder) => Hub::open(folder, now_ms(), random())?,
            Self::Database(url) => with_files(with_key(Hub::open_postgres(url, now_ms(), random())?)?)?,
        })
    }

    /// Makes a hub of what another wrote.
    pub(super) fn import(&self, file: &mut dyn Read) -> Result<Moved, Failed> {
        Ok(match self {
            Self::Folder(folder) => Hub::import(folder, file)?,
            Self::Database(url) => Hub::import_postgres(url, files_folder().as_deref(), file)?,
        })
    }

    /// Returns the folder; `word` is what works with a folder alone, and `instead` what does it with a database.
    pub(super) fn folder(&self, word: &str, instead: &str) -> Result<&Path, Failed> {
        match self {
            Self::Folder(folder) => Ok(folder),
            Self::Database(_) => Err(Failed::Person(format!(
                "{word} is for a hub in a folder; {instead}. See docs/operations.md"
            ))),
        }
    }

    /// Returns how many processes serve the hub now.
    pub(super) fn processes(&self, hub: &Hub) -> Result<u64, Failed> {
        match self {
            Self::Folder(folder) => Ok(super::lock::is_served(folder).into()),
            Self::Database(_) => Ok(hub.processes().context("look who serves the hub")?),
        }
    }
}

/// Takes the key file that the environment names, if it does.
fn with_key(hub: Hub) -> Result<Hub, Failed> {
    match std::env::var_os(KEY_FILE) {
        Some(file) => Ok(hub.with_key_file(Path::new(&file))?),
        None => Ok(hub),
    }
}

/// Returns the folder that the environment names for files, if it does.
fn files_folder() -> Option<PathBuf> {
    std::env::var_os(FILES).map(PathBuf::from)
}

/// Keeps files where the environment says, if it does.
fn with_files(hub: Hub) -> Result<Hub, Failed> {
    match files_folder() {
        Some(folder) => Ok(hub.with_files(&folder)?),
        None => Ok(hub),
    }
}
