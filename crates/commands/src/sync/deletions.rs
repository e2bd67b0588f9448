//! Much that was deleted at once, which the hub holds until it is confirmed.

use crate::core::Core;
use crate::error::Error;
use crate::sync::{ConfirmDeletions, Decided, PutBackDeletions};

/// Says that everything which the hub holds for this reason is meant to be deleted.
///
/// # Errors
/// Any fault of the store.
pub fn confirm_deletions(core: &Core, _: ConfirmDeletions) -> Result<Decided, Error> {
    let desk = core.desk()?;
    let by = core.by(&desk, "confirmDeletions")?;
    Ok(Decided { things: desk.store.transact(&by, |tx| tx.confirm_deletions())?.value })
}

/// Takes these deletions back: at the hub nothing was gone, and here everything shows again.
///
/// # Errors
/// Any fault of the store.
pub fn put_back_deletions(core: &Core, _: PutBackDeletions) -> Result<Decided, Error> {
    let desk = core.desk()?;
    let by = core.by(&desk, "putBackDeletions")?;
    Ok(Decided { things: desk.store.transact(&by, |tx| tx.put_back_deletions())?.value })
}
