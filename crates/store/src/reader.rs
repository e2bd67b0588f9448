//! Reading: records by id, kind, space and parent; texts; what was kept; how things stand. Every reader is a
//! connection that cannot write, and sees one moment of the store.

mod facts;
mod records;
mod texts;
mod truth;

pub use crate::outbox::{OutboxFacts, WaitingRow};
pub use crate::table::history::Past;
pub use crate::table::kept::{Aside, AsideWhy, Kept, KeptWhy, RecoveredLocal, RecoveredRow};
pub use crate::table::space::{SpaceRow, State as SpaceState};
pub use crate::table::stage::Staged;
pub use crate::table::sync_log::SyncLine;
pub use crate::table::text::StoredUpdate;
pub use facts::{DeletedRow, WordsAside};
pub use records::{Filter, Maker, OpenLook, Row};
pub use texts::{DocFacts, TextParts};
pub use truth::{SeenBy, Truth};

use crate::error::StoreError;
use crate::open::Store;
use rusqlite::Connection;

/// One moment of the store.
pub struct Reader<'a> {
    pub(crate) db: &'a Connection,
}

impl Store {
    /// Runs `f` over one moment of the store.
    ///
    /// # Errors
    /// What `f` returns, or any fault of the disk.
    pub fn read<T>(&self, f: impl FnOnce(&Reader<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let Some(connections) = self.connections() else {
            let mut writer = self.writer();
            let moment = writer.db.transaction()?;
            return f(&Reader { db: &moment });
        };
        let mut db = connections.reader()?;
        let value = {
            let moment = db.transaction()?;
            f(&Reader { db: &moment })
        };
        connections.put_back(db);
        value
    }
}
