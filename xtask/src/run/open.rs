//! Who has a window open on the sample network. Each open window holds a lock file, which the system lets go
//! however the program ends; so the hub is stopped only after the last window, and nobody opens one twice.

use crate::house::House;
use crate::run::network::PEOPLE;
use anyhow::{Context, Result, bail};
use std::fs::{File, TryLockError};
use std::path::PathBuf;

/// Takes the place of a person; given back when dropped.
pub(crate) fn take(house: &House, name: &str) -> Result<File> {
    let file = lock_file(house, name)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            bail!("{name}'s window is open already; the other person is there with --as")
        }
        Err(TryLockError::Error(error)) => Err(error).context("see whether the window is open already"),
    }
}

/// Waits until nobody else has a window open.
pub(crate) fn wait_for_the_others(house: &House, name: &str) -> Result<()> {
    for other in PEOPLE.iter().filter(|person| person.name != name) {
        let file = lock_file(house, other.name)?;
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            println!("{} still has a window open; the hub stops when that one is closed.", other.full_name);
            file.lock().context("wait for the other window")?;
        }
    }
    Ok(())
}

fn lock_file(house: &House, name: &str) -> Result<File> {
    let folder: PathBuf = house.target.join("run");
    std::fs::create_dir_all(&folder).context("make the folder of the sample network")?;
    let path = folder.join(format!("{name}.open"));
    File::options().create(true).truncate(false).write(true).open(path).context("open the window's lock file")
}
