//! The layer between SQLite and the system's files, registered as the process's default, so that the product's
//! own code opens its stores through it. Files of a watched folder are told to their [`Recorder`], which may
//! also refuse; everything else passes through untouched. Shared memory passes through: it does not last.
#![expect(unsafe_code, reason = "SQLite asks for a table of C functions")]

use crate::disk::record::{self, Opened, Recorder};
use rusqlite::ffi::{
    self, SQLITE_CANTOPEN, SQLITE_IOERR, SQLITE_OK, sqlite3_file, sqlite3_filename, sqlite3_io_methods,
    sqlite3_vfs,
};
use std::ffi::{CStr, OsStr, c_char, c_int, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// The name of the layer among SQLite's.
const NAME: &CStr = c"linchpin-recorded";

/// One open file of ours. The system's own follows it in memory.
#[repr(C)]
struct Shim {
    base: sqlite3_file,
    /// None where nobody watches.
    watched: Option<Box<Opened>>,
}

/// Makes the layer the default; what is opened from now on goes through it. Tells whether it is.
pub(super) fn install() -> bool {
    static DONE: OnceLock<bool> = OnceLock::new();
    *DONE.get_or_init(|| {
        // SAFETY: a null name asks for the default layer; the answer lives as long as the process.
        let system = unsafe { ffi::sqlite3_vfs_find(std::ptr::null()) };
        if system.is_null() {
            return false;
        }
        // SAFETY: not null, and SQLite never changes a layer that is registered.
        let base = unsafe { *system };
        let ours = Box::leak(Box::new(sqlite3_vfs {
            iVersion: 2,
            szOsFile: base.szOsFile + size_of_shim(),
            pNext: std::ptr::null_mut(),
            zName: NAME.as_ptr(),
            pAppData: system.cast(),
            xOpen: Some(open),
            xDelete: Some(delete),
            xAccess: Some(access),
            xFullPathname: Some(full_pathname),
            xRandomness: Some(randomness),
            xSleep: Some(sleep),
            xCurrentTime: Some(current_time),
            xGetLastError: Some(last_error),
            xCurrentTimeInt64: Some(current_time_int64),
            xDlOpen: None,
            xDlError: None,
            xDlSym: None,
            xDlClose: None,
            ..base
        }));
        // SAFETY: `ours` is never freed, and its functions keep SQLite's contract.
        unsafe { ffi::sqlite3_vfs_register(ours, 1) == SQLITE_OK }
    })
}

fn size_of_shim() -> c_int {
    c_int::try_from(size_of::<Shim>()).unwrap_or(c_int::MAX)
}

/// Calls the system's layer.
macro_rules! below {
    ($vfs:expr, $name:ident $(, $arg:expr)*) => {{
        // SAFETY: `pAppData` was set to the system's layer by `install`, and SQLite hands the arguments in.
        unsafe {
            let system = (*$vfs).pAppData.cast::<sqlite3_vfs>();
            (*system).$name.map_or(SQLITE_IOERR, |call| call(system $(, $arg)*))
        }
    }};
}

/// Calls the system's own file below one of ours.
macro_rules! inner {
    ($file:expr, $name:ident $(, $arg:expr)*) => {{
        // SAFETY: SQLite hands in a file that `open` filled, and the system's file lies behind it.
        unsafe {
            let below = inner_of($file);
            (*(*below).pMethods).$name.map_or(SQLITE_IOERR, |call| call(below $(, $arg)*))
        }
    }};
}

/// Returns where the system's own file lies.
fn inner_of(file: *mut sqlite3_file) -> *mut sqlite3_file {
    file.wrapping_byte_add(size_of::<Shim>())
}

/// Returns who watches a file.
fn watched<'a>(file: *mut sqlite3_file) -> Option<&'a Opened> {
    // SAFETY: SQLite hands in a file that `open` filled, and closes it once, after every other call.
    unsafe { (*file.cast::<Shim>()).watched.as_deref() }
}

/// Returns who watches the file of a name that SQLite hands in; none for a file without a name.
fn recorder_of(name: *const c_char) -> Option<(Arc<Recorder>, PathBuf)> {
    if name.is_null() {
        return None;
    }
    // SAFETY: SQLite's names end with a nought and live as long as the call.
    let bytes = unsafe { CStr::from_ptr(name) }.to_bytes();
    let path = Path::new(OsStr::from_bytes(bytes));
    record::watching(path).map(|recorder| (recorder, path.to_owned()))
}

unsafe extern "C" fn open(
    vfs: *mut sqlite3_vfs,
    name: sqlite3_filename,
    file: *mut sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    let recorder = recorder_of(name);
    let is_new = recorder.as_ref().is_some_and(|(recorder, path)| recorder.finds_new(path));
    let shim = file.cast::<Shim>();
    // SAFETY: SQLite gives `szOsFile` bytes at `file`, which hold a shim and the system's file; both are filled
    // here before anything reads them.
    unsafe {
        shim.write(Shim { base: sqlite3_file { pMethods: std::ptr::null() }, watched: None });
        (*inner_of(file)).pMethods = std::ptr::null();
    }
    let answer = below!(vfs, xOpen, name, inner_of(file), flags, out);
    if answer != SQLITE_OK {
        return answer;
    }
    let watched = match recorder {
        None => None,
        Some((recorder, path)) => match recorder.opened(&path, is_new) {
            Some(opened) => Some(Box::new(opened)),
            None => {
                let closed = inner!(file, xClose);
                return if closed == SQLITE_OK { SQLITE_CANTOPEN } else { closed };
            }
        },
    };
    // SAFETY: as above; `METHODS` lives as long as the process.
    unsafe { shim.write(Shim { base: sqlite3_file { pMethods: &raw const METHODS }, watched }) };
    SQLITE_OK
}

unsafe extern "C" fn delete(vfs: *mut sqlite3_vfs, name: *const c_char, sync: c_int) -> c_int {
    let answer = below!(vfs, xDelete, name, sync);
    if answer == SQLITE_OK
        && let Some((recorder, path)) = recorder_of(name)
    {
        recorder.deleted(&path, sync != 0);
    }
    answer
}

unsafe extern "C" fn access(
    vfs: *mut sqlite3_vfs,
    name: *const c_char,
    what: c_int,
    out: *mut c_int,
) -> c_int {
    below!(vfs, xAccess, name, what, out)
}

unsafe extern "C" fn full_pathname(
    vfs: *mut sqlite3_vfs,
    name: *const c_char,
    len: c_int,
    out: *mut c_char,
) -> c_int {
    below!(vfs, xFullPathname, name, len, out)
}

unsafe extern "C" fn randomness(vfs: *mut sqlite3_vfs, len: c_int, out: *mut c_char) -> c_int {
    below!(vfs, xRandomness, len, out)
}

unsafe extern "C" fn sleep(vfs: *mut sqlite3_vfs, microseconds: c_int) -> c_int {
    below!(vfs, xSleep, microseconds)
}

unsafe extern "C" fn current_time(vfs: *mut sqlite3_vfs, out: *mut f64) -> c_int {
    below!(vfs, xCurrentTime, out)
}

unsafe extern "C" fn current_time_int64(vfs: *mut sqlite3_vfs, out: *mut i64) -> c_int {
    below!(vfs, xCurrentTimeInt64, out)
}

unsafe extern "C" fn last_error(vfs: *mut sqlite3_vfs, len: c_int, out: *mut c_char) -> c_int {
    below!(vfs, xGetLastError, len, out)
}

/// What SQLite calls for an open file. Version 2: with shared memory, without mapped reading.
static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    let answer = inner!(file, xClose);
    // SAFETY: SQLite closes a file once and uses it no more.
    drop(unsafe { (*file.cast::<Shim>()).watched.take() });
    answer
}

unsafe extern "C" fn read(file: *mut sqlite3_file, into: *mut c_void, len: c_int, at: i64) -> c_int {
    inner!(file, xRead, into, len, at)
}

unsafe extern "C" fn write(file: *mut sqlite3_file, from: *const c_void, len: c_int, at: i64) -> c_int {
    let watched = watched(file);
    if let Some(refused) = watched.and_then(Opened::refuses) {
        return refused;
    }
    let answer = inner!(file, xWrite, from, len, at);
    if answer == SQLITE_OK
        && let Some(opened) = watched
    {
        // SAFETY: SQLite hands in `len` bytes that nobody changes during the call.
        let bytes =
            unsafe { std::slice::from_raw_parts(from.cast::<u8>(), usize::try_from(len).unwrap_or(0)) };
        opened.wrote(usize::try_from(at).unwrap_or(0), bytes);
    }
    answer
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, size: i64) -> c_int {
    let watched = watched(file);
    if let Some(refused) = watched.and_then(Opened::refuses) {
        return refused;
    }
    let answer = inner!(file, xTruncate, size);
    if answer == SQLITE_OK
        && let Some(opened) = watched
    {
        opened.cut(usize::try_from(size).unwrap_or(0));
    }
    answer
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, flags: c_int) -> c_int {
    let watched = watched(file);
    if let Some(refused) = watched.and_then(Opened::refuses) {
        return refused;
    }
    let answer = inner!(file, xSync, flags);
    if answer == SQLITE_OK
        && let Some(opened) = watched
    {
        opened.synced();
    }
    answer
}

unsafe extern "C" fn file_size(file: *mut sqlite3_file, out: *mut i64) -> c_int {
    inner!(file, xFileSize, out)
}

unsafe extern "C" fn lock(file: *mut sqlite3_file, level: c_int) -> c_int {
    inner!(file, xLock, level)
}

unsafe extern "C" fn unlock(file: *mut sqlite3_file, level: c_int) -> c_int {
    inner!(file, xUnlock, level)
}

unsafe extern "C" fn check_reserved_lock(file: *mut sqlite3_file, out: *mut c_int) -> c_int {
    inner!(file, xCheckReservedLock, out)
}

unsafe extern "C" fn file_control(file: *mut sqlite3_file, what: c_int, with: *mut c_void) -> c_int {
    inner!(file, xFileControl, what, with)
}

unsafe extern "C" fn sector_size(file: *mut sqlite3_file) -> c_int {
    inner!(file, xSectorSize)
}

unsafe extern "C" fn device_characteristics(file: *mut sqlite3_file) -> c_int {
    inner!(file, xDeviceCharacteristics)
}

unsafe extern "C" fn shm_map(
    file: *mut sqlite3_file,
    page: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    inner!(file, xShmMap, page, size, extend, out)
}

unsafe extern "C" fn shm_lock(file: *mut sqlite3_file, from: c_int, count: c_int, flags: c_int) -> c_int {
    inner!(file, xShmLock, from, count, flags)
}

unsafe extern "C" fn shm_barrier(file: *mut sqlite3_file) {
    // SAFETY: as `inner!`; this one alone returns nothing.
    unsafe {
        let below = inner_of(file);
        if let Some(call) = (*(*below).pMethods).xShmBarrier {
            call(below);
        }
    }
}

unsafe extern "C" fn shm_unmap(file: *mut sqlite3_file, delete: c_int) -> c_int {
    inner!(file, xShmUnmap, delete)
}
