//! Files that nobody refers to any more.

use crate::words::place::Place;
use crate::words::{Failed, now_ms, say, say_json};
use anyhow::Context;
use linchpin_hub::{Hub, HubError, Swept};

/// Takes them away, or says what would be taken away.
pub(super) fn sweep(place: &Place, dry: bool, json: bool) -> Result<(), Failed> {
    let swept = place.open()?.sweep_files(now_ms(), dry)?;
    if json {
        return say_json(&serde_json::to_value(&swept).context("write what was swept")?);
    }
    let Swept { files, uploads, unknown, bytes } = swept;
    let did = if dry { "Would take away" } else { "Took away" };
    say(&format!(
        "{did} {files} files that nothing speaks of, {uploads} that never came up whole, and {unknown} pieces that \
         belong to neither: {} KiB.",
        bytes / 1024
    ))
}

/// Says of a hub that was put back whether its files came with it.
pub(super) fn came_along(hub: &Hub) -> Result<u64, Failed> {
    hub.check_files().map_err(|error| match error {
        HubError::Corrupt(_) => Failed::Wrong(
            "the hub is back, but not all of its files: they lie in the folder beside the copy that ends in .files; \
             copy what is in it into the folder named files"
                .to_owned(),
        ),
        other => other.into(),
    })
}
