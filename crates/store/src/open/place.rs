//! Where a store may lie: on a disk of this computer, readable by its owner alone. On a network drive WAL
//! loses words, so such a folder is refused before anything is written.

use crate::error::StoreError;
use std::path::Path;

/// Refuses folders on network drives as far as the path and the system's list of mounts tell.
pub(crate) fn refuse_network(folder: &Path) -> Result<(), StoreError> {
    let text = folder.to_string_lossy();
    if text.starts_with("\\\\") && !is_local_device(&text) || cfg!(windows) && text.starts_with("//") {
        return Err(StoreError::NetworkPath);
    }
    match std::fs::read_to_string("/proc/self/mountinfo") {
        Ok(mounts) if on_network(&mounts, &existing_part(folder)) => Err(StoreError::NetworkPath),
        _ => Ok(()),
    }
}

/// `\\?\C:\...` is the long form of a path on this computer; `\\?\UNC\...` is not.
fn is_local_device(text: &str) -> bool {
    (text.starts_with("\\\\?\\") || text.starts_with("\\\\.\\"))
        && !text.to_uppercase().starts_with("\\\\?\\UNC\\")
}

/// The folder with links followed, as far up as it exists.
fn existing_part(folder: &Path) -> std::path::PathBuf {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    absolute.ancestors().find_map(|part| part.canonicalize().ok()).unwrap_or(absolute)
}

/// Finds the mount of the path and tells whether its file system lies on another computer.
fn on_network(mounts: &str, path: &Path) -> bool {
    let mount = |line: &str| {
        let (left, right) = line.split_once(" - ")?;
        let point = left.split(' ').nth(4)?.replace("\\040", " ");
        let kind = right.split(' ').next()?.to_owned();
        path.starts_with(&point).then_some((point.len(), kind))
    };
    // Of mounts at one point the last one is seen, and `max_by_key` returns the last of equals.
    let nearest = mounts.lines().filter_map(mount).max_by_key(|(length, _)| *length);
    nearest.is_some_and(|(_, kind)| {
        ["nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "fuse.sshfs", "ncpfs", "davfs"]
            .contains(&kind.as_str())
    })
}

/// Makes the folder, for its owner alone.
pub(crate) fn make_private(folder: &Path) -> Result<(), StoreError> {
    if folder.is_dir() {
        return Ok(());
    }
    std::fs::create_dir_all(folder)?;
    only_owner(folder, 0o700)
}

/// Makes the file readable by its owner alone.
pub(crate) fn make_file_private(file: &Path) -> Result<(), StoreError> {
    only_owner(file, 0o600)
}

#[cfg(unix)]
fn only_owner(path: &Path, mode: u32) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt;
    let mut permissions = std::fs::metadata(path)?.permissions();
    if permissions.mode() & 0o777 != mode {
        permissions.set_mode(mode);
        std::fs::set_permissions(path, permissions)?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn only_owner(_: &Path, _: u32) -> Result<(), StoreError> {
    // The profile's folder is private there already.
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n\
        40 27 0:40 / /mnt/practice\\040share rw,relatime shared:1 - cifs //server/share rw\n\
        41 27 0:41 / /home rw - nfs4 server:/home rw\n\
        42 41 254:1 / /home/asha/disk rw - ext4 /dev/vdb rw\n";

    #[test]
    fn folders_on_other_computers_are_told_from_folders_here() {
        for (path, expected) in [
            ("/var/lib/x", false),
            ("/mnt/practice share/linchpin", true),
            ("/mnt/practice", false),
            ("/home/asha", true),
            ("/home/asha/disk/linchpin", false),
        ] {
            assert_eq!(on_network(MOUNTS, Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn a_path_to_a_server_is_refused_on_every_system() {
        assert_eq!(refuse_network(Path::new("\\\\server\\share\\x")), Err(StoreError::NetworkPath));
        assert_eq!(refuse_network(Path::new("\\\\?\\UNC\\server\\share")), Err(StoreError::NetworkPath));
        assert_eq!(refuse_network(Path::new("\\\\?\\C:\\Users\\asha")), Ok(()));
    }
}
