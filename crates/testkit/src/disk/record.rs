//! What happened to the files of one folder, in order: what SQLite did, as the layer tells it, and what was done
//! beside it (a file renamed, copied or removed), as the folder shows. May be told to refuse writes.

use crate::disk::Failing;
use rusqlite::ffi::{SQLITE_FULL, SQLITE_IOERR_WRITE};
use std::collections::BTreeMap;
use std::ffi::c_int;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// Which file, whatever it is called now.
pub(super) type FileNo = usize;

/// One thing that happened.
#[derive(Debug, Clone)]
pub(super) enum Event {
    /// A file was there all at once, put there beside SQLite.
    Placed { file: FileNo, name: PathBuf, bytes: Vec<u8> },
    /// A file got another name beside SQLite, which made that last.
    Named { from: PathBuf, to: PathBuf },
    /// A file was removed beside SQLite.
    Gone { name: PathBuf },
    /// SQLite made a file; its name lasts once its folder was synced.
    Made { file: FileNo, name: PathBuf },
    /// SQLite removed a file, and synced the folder or did not.
    Removed { name: PathBuf, synced: bool },
    /// Bytes were written.
    Wrote { file: FileNo, at: usize, bytes: Vec<u8> },
    /// A file was cut to a size.
    Cut { file: FileNo, size: usize },
    /// What was written to a file was made to last; `folder` names the folder where its names were, too.
    Synced { file: FileNo, folder: Option<PathBuf> },
}

#[derive(Default)]
struct State {
    events: Vec<Event>,
    /// What each name is: the file, and the system's number of it.
    names: BTreeMap<PathBuf, (FileNo, u64)>,
    files: FileNo,
    writes: u64,
    failing: Option<Failing>,
    refused: u64,
}

/// Records one folder.
pub(super) struct Recorder {
    root: PathBuf,
    state: Mutex<State>,
}

/// A file that SQLite has open.
pub(super) struct Opened {
    recorder: Arc<Recorder>,
    file: FileNo,
    name: PathBuf,
    /// A log that SQLite has just made: its first sync makes its name last too, as SQLite's own layer does it.
    is_new_log: std::cell::Cell<bool>,
}

static RECORDERS: Mutex<Vec<Weak<Recorder>>> = Mutex::new(Vec::new());

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns who watches the folder in which a path lies.
pub(super) fn watching(path: &Path) -> Option<Arc<Recorder>> {
    held(&RECORDERS).iter().filter_map(Weak::upgrade).find(|recorder| path.starts_with(&recorder.root))
}

fn is_log(name: &Path) -> bool {
    ends_with(name, "-wal") || ends_with(name, "-journal")
}

/// Tells how a file's name ends.
pub(super) fn ends_with(name: &Path, end: &str) -> bool {
    name.to_string_lossy().ends_with(end)
}

impl Recorder {
    /// Begins to watch a folder; what lies there already lasts.
    pub(super) fn begin(root: &Path) -> std::io::Result<Arc<Self>> {
        let recorder = Arc::new(Self { root: root.canonicalize()?, state: Mutex::default() });
        recorder.look()?;
        let mut all = held(&RECORDERS);
        all.retain(|known| known.strong_count() > 0);
        all.push(Arc::downgrade(&recorder));
        Ok(recorder)
    }

    /// Looks at what was done beside SQLite, and returns how much has happened so far.
    pub(super) fn look(&self) -> std::io::Result<usize> {
        let mut there = BTreeMap::new();
        list(&self.root, &self.root, &mut there)?;
        let mut state = held(&self.state);
        state.compare(&self.root, &there)?;
        Ok(state.events.len())
    }

    /// Returns what happened so far.
    pub(super) fn events(&self) -> Vec<Event> {
        held(&self.state).events.clone()
    }

    /// Returns how often something was written, cut or synced.
    pub(super) fn writes(&self) -> u64 {
        held(&self.state).writes
    }

    /// Refuses from now on as told, or no more; returns how often it has refused.
    pub(super) fn fails(&self, failing: Option<Failing>) -> u64 {
        let mut state = held(&self.state);
        state.failing = failing;
        std::mem::take(&mut state.refused)
    }

    /// Tells whether SQLite is about to make a file, having looked at what was done before.
    pub(super) fn finds_new(&self, path: &Path) -> bool {
        // A folder that cannot be read is told by `opened`, which looks again.
        self.look().is_ok() && !path.exists()
    }

    /// Notes a file that SQLite opened; none where the folder cannot be read.
    pub(super) fn opened(self: &Arc<Self>, path: &Path, is_new: bool) -> Option<Opened> {
        let name = path.strip_prefix(&self.root).ok()?.to_owned();
        let mut state = held(&self.state);
        let file = if is_new {
            let (file, inode) = (state.next_file(), path.metadata().ok()?.ino());
            state.names.insert(name.clone(), (file, inode));
            state.events.push(Event::Made { file, name: name.clone() });
            file
        } else {
            drop(state);
            self.look().ok()?;
            held(&self.state).names.get(&name)?.0
        };
        let is_new_log = std::cell::Cell::new(is_new && is_log(&name));
        Some(Opened { recorder: Arc::clone(self), file, name, is_new_log })
    }

    /// Notes a file that SQLite removed.
    pub(super) fn deleted(&self, path: &Path, synced: bool) {
        let Ok(name) = path.strip_prefix(&self.root) else { return };
        let mut state = held(&self.state);
        if state.names.remove(name).is_some() {
            state.events.push(Event::Removed { name: name.to_owned(), synced });
        }
    }
}

impl State {
    fn next_file(&mut self) -> FileNo {
        self.files += 1;
        self.files
    }

    /// Turns what differs between the folder and what is known of it into events.
    fn compare(&mut self, root: &Path, there: &BTreeMap<PathBuf, u64>) -> std::io::Result<()> {
        let mut moved: BTreeMap<u64, (PathBuf, FileNo)> = BTreeMap::new();
        let known = self.names.clone();
        for (name, (file, inode)) in &known {
            if there.get(name) != Some(inode) {
                self.names.remove(name);
                moved.insert(*inode, (name.clone(), *file));
            }
        }
        for (name, inode) in there {
            if self.names.contains_key(name) {
                continue;
            }
            if let Some((from, file)) = moved.remove(inode) {
                self.names.insert(name.clone(), (file, *inode));
                self.events.push(Event::Named { from, to: name.clone() });
            } else {
                let (file, bytes) = (self.next_file(), std::fs::read(root.join(name))?);
                self.names.insert(name.clone(), (file, *inode));
                self.events.push(Event::Placed { file, name: name.clone(), bytes });
            }
        }
        // A name that went to another file is not gone.
        for (name, _) in moved.into_values() {
            if !self.names.contains_key(&name) {
                self.events.push(Event::Gone { name });
            }
        }
        Ok(())
    }
}

/// Lists files with the system's numbers; shared memory does not last and is left out.
fn list(root: &Path, folder: &Path, into: &mut BTreeMap<PathBuf, u64>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let (path, about) = (entry.path(), entry.metadata()?);
        if about.is_dir() {
            list(root, &path, into)?;
        } else if !ends_with(&path, "-shm")
            && let Ok(name) = path.strip_prefix(root)
        {
            into.insert(name.to_owned(), about.ino());
        }
    }
    Ok(())
}

impl Opened {
    fn state(&self) -> MutexGuard<'_, State> {
        held(&self.recorder.state)
    }

    /// Counts one write, and returns SQLite's number of a fault where it is to fail.
    pub(super) fn refuses(&self) -> Option<c_int> {
        let mut state = self.state();
        state.writes += 1;
        let refused = match state.failing? {
            Failing::FullFrom(n) if state.writes >= n => SQLITE_FULL,
            Failing::BrokenFrom(n) if state.writes >= n => SQLITE_IOERR_WRITE,
            Failing::BrokenOnce(n) if state.writes == n => SQLITE_IOERR_WRITE,
            _ => return None,
        };
        state.refused += 1;
        Some(refused)
    }

    /// Notes what was written.
    pub(super) fn wrote(&self, at: usize, bytes: &[u8]) {
        self.state().events.push(Event::Wrote { file: self.file, at, bytes: bytes.to_vec() });
    }

    /// Notes that the file was cut.
    pub(super) fn cut(&self, size: usize) {
        self.state().events.push(Event::Cut { file: self.file, size });
    }

    /// Notes that the file was synced.
    pub(super) fn synced(&self) {
        let folder = self.is_new_log.take().then(|| self.name.parent().map(Path::to_owned)).flatten();
        self.state().events.push(Event::Synced { file: self.file, folder });
    }
}
