//! The session with the hub, kept for sync as a value that the store does not read: in the encrypted file and never
//! sent.

use crate::changed::Origin;
use crate::error::StoreError;
use crate::open::Store;
use crate::table::setting;
use serde_json::Value;

/// The setting that holds it.
const KEY: &str = "hubSession";

impl Store {
    /// Returns the session that was kept, if there is one.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn session(&self) -> Result<Option<Value>, StoreError> {
        self.read(|reader| reader.setting(KEY))
    }

    /// Keeps a session in the place of the former one; none forgets it.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn keep_session(&self, session: Option<&Value>) -> Result<(), StoreError> {
        self.write(Origin::Hub, |door| setting::set(door, KEY, session)).map(|_| ())
    }
}
