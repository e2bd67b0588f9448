//! The lock by which one process alone serves the hub of a folder.

use crate::words::Failed;
use anyhow::Context;
use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

/// The file whose lock says that the hub is being served.
const LOCK: &str = "serve.lock";
/// How often the lock is tried, and how long is waited in between.
const LOCK_TRIES: u32 = 10;
const LOCK_WAIT: Duration = Duration::from_millis(50);

/// Holds the hub for this process alone; the system lets go of it when the process ends, however it ends.
pub(super) fn lock(folder: &Path) -> Result<File, Failed> {
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join(LOCK))
        .context("open the hub's lock")?;
    // Somebody who asks for the status holds it for a moment.
    for _ in 0..LOCK_TRIES {
        if file.try_lock().is_ok() {
            return Ok(file);
        }
        std::thread::sleep(LOCK_WAIT);
    }
    Err(Failed::Person("this hub is being served already; stop that one first".to_owned()))
}

/// Tells whether somebody serves the hub now.
pub(super) fn is_served(folder: &Path) -> bool {
    let file = File::options().write(true).open(folder.join(LOCK));
    file.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}
