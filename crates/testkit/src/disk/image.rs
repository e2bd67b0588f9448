//! From what happened to what a power cut leaves: a folder's files at a moment, drawn from a seed.

use crate::KitError;
use crate::disk::record::{Event, FileNo, ends_with};
use crate::rng::Seeded;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What a disk writes whole or not at all.
const SECTOR: usize = 512;

/// What becomes of what SQLite asks to be synced. Only [`Honesty::Full`] is what the product asks for; the others
/// show that the proof finds a store that asks for less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Honesty {
    /// It is synced.
    Full,
    /// As with `synchronous=NORMAL`: a commit's log is synced only before the log is brought into the store.
    Normal,
    /// As with `synchronous=OFF`: nothing ever is.
    Off,
}

/// What happened to a folder, in order.
pub struct Recording(Vec<Event>);

/// One write that may be lost.
enum Unsynced<'a> {
    Bytes(usize, &'a [u8]),
    Cut(usize),
}

/// A file as it is on disk, and what was not synced since.
#[derive(Default)]
struct File<'a> {
    bytes: Vec<u8>,
    unsynced: Vec<Unsynced<'a>>,
    /// How many of those a postponed sync was asked for.
    postponed: usize,
    is_log: bool,
    /// Whether its head was written last, which is synced at once even where commits are not.
    at_head: bool,
}

/// A change of names that may be lost.
enum Naming<'a> {
    Made(&'a Path, FileNo),
    Removed(&'a Path),
}

impl Naming<'_> {
    fn folder(&self) -> Option<&Path> {
        match self {
            Self::Made(name, _) | Self::Removed(name) => name.parent(),
        }
    }
}

#[derive(Default)]
struct Folder<'a> {
    files: BTreeMap<FileNo, File<'a>>,
    names: BTreeMap<PathBuf, FileNo>,
    unsynced: Vec<Naming<'a>>,
}

impl Recording {
    pub(super) fn of(events: Vec<Event>) -> Self {
        Self(events)
    }

    /// Returns how much happened: the last moment.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Tells whether nothing happened.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Builds what a power cut at a moment leaves, in an empty folder.
    ///
    /// # Errors
    /// [`KitError::Folder`].
    pub fn image(
        &self,
        moment: usize,
        honesty: Honesty,
        rng: &mut Seeded,
        into: &Path,
    ) -> Result<(), KitError> {
        let mut folder = Folder::default();
        for event in self.0.iter().take(moment) {
            folder.happens(event, honesty);
        }
        // One power cut in four loses all it can.
        let keeps = if rng.chance(250) { 0 } else { 333 };
        folder.is_cut(keeps, rng);
        for (name, file) in &folder.names {
            let Some(file) = folder.files.get(file) else { continue };
            let path = into.join(name);
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(path, &file.bytes)?;
        }
        Ok(())
    }
}

impl<'a> Folder<'a> {
    fn happens(&mut self, event: &'a Event, honesty: Honesty) {
        match event {
            Event::Placed { file, name, bytes } => {
                self.files.insert(*file, File { bytes: bytes.clone(), ..File::of(name) });
                self.names.insert(name.clone(), *file);
            }
            Event::Named { from, to } => {
                self.names_last(None);
                if let Some(file) = self.names.remove(from) {
                    self.names.insert(to.clone(), file);
                }
            }
            Event::Gone { name } => {
                self.names_last(None);
                self.names.remove(name);
            }
            Event::Made { file, name } => {
                self.files.insert(*file, File::of(name));
                self.unsynced.push(Naming::Made(name, *file));
            }
            Event::Removed { name, synced } => {
                self.unsynced.push(Naming::Removed(name));
                if *synced && honesty != Honesty::Off {
                    self.names_last(name.parent());
                }
            }
            Event::Wrote { file, at, bytes } => self.is_written(*file, Unsynced::Bytes(*at, bytes)),
            Event::Cut { file, size } => self.is_written(*file, Unsynced::Cut(*size)),
            Event::Synced { .. } if honesty == Honesty::Off => {}
            Event::Synced { file, folder } => {
                if let Some(file) = self.files.get_mut(file) {
                    file.is_synced(honesty);
                }
                if folder.is_some() {
                    self.names_last(folder.as_deref());
                }
            }
        }
    }

    fn is_written(&mut self, file: FileNo, what: Unsynced<'a>) {
        if self.files.get(&file).is_some_and(|file| !file.is_log) {
            // The log is being brought into the store: SQLite has synced it just before.
            self.files.values_mut().for_each(File::catch_up);
        }
        if let Some(file) = self.files.get_mut(&file) {
            file.at_head = matches!(what, Unsynced::Bytes(0, _));
            file.unsynced.push(what);
        }
    }

    /// Makes the names of a folder last, or of all.
    fn names_last(&mut self, folder: Option<&Path>) {
        let here = |naming: &Naming<'_>| folder.is_none() || naming.folder() == folder;
        let (now, later) = std::mem::take(&mut self.unsynced).into_iter().partition(here);
        self.unsynced = later;
        self.rename(now);
    }

    fn rename(&mut self, namings: Vec<Naming<'a>>) {
        for naming in namings {
            match naming {
                Naming::Made(name, file) => self.names.insert(name.to_owned(), file),
                Naming::Removed(name) => self.names.remove(name),
            };
        }
    }

    /// Decides what becomes of everything that was not synced; of so many in a thousand writes all is kept, as
    /// many are torn. Names are kept in their order up to a point, as file systems do.
    fn is_cut(&mut self, keeps: u64, rng: &mut Seeded) {
        let mut namings = std::mem::take(&mut self.unsynced);
        let kept = if keeps == 0 { 0 } else { rng.index(namings.len() + 1) };
        namings.truncate(kept);
        self.rename(namings);
        for file in self.files.values_mut() {
            for what in std::mem::take(&mut file.unsynced) {
                let roll = rng.below(1_000);
                if roll < keeps {
                    file.write(&what);
                } else if roll < 2 * keeps {
                    file.tear(&what, rng);
                }
            }
        }
    }
}

impl File<'_> {
    fn of(name: &Path) -> Self {
        Self { is_log: ends_with(name, "-wal"), ..Self::default() }
    }

    fn is_synced(&mut self, honesty: Honesty) {
        self.postponed = self.unsynced.len();
        if honesty == Honesty::Full || !self.is_log || self.at_head {
            self.catch_up();
        }
    }

    /// Syncs what was postponed.
    fn catch_up(&mut self) {
        let rest = self.unsynced.split_off(std::mem::take(&mut self.postponed));
        for what in std::mem::replace(&mut self.unsynced, rest) {
            self.write(&what);
        }
    }

    fn write(&mut self, what: &Unsynced<'_>) {
        match what {
            Unsynced::Bytes(at, bytes) => self.put(*at, bytes),
            Unsynced::Cut(size) => self.bytes.resize(*size, 0),
        }
    }

    fn put(&mut self, at: usize, bytes: &[u8]) {
        let end = at + bytes.len();
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        if let Some(there) = self.bytes.get_mut(at..end) {
            there.copy_from_slice(bytes);
        }
    }

    /// Keeps every other sector, by chance; a cut that is torn has not happened.
    fn tear(&mut self, what: &Unsynced<'_>, rng: &mut Seeded) {
        let Unsynced::Bytes(at, bytes) = what else { return };
        let (mut at, mut rest) = (*at, *bytes);
        while !rest.is_empty() {
            let (sector, after) = rest.split_at(rest.len().min(SECTOR - at % SECTOR));
            if rng.chance(500) {
                self.put(at, sector);
            }
            (at, rest) = (at + sector.len(), after);
        }
    }
}
