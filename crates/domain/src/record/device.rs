//! A device of a person, as its owner sees it. Keys and secrets are never records.

use crate::record::record;

record! {
    /// One installation of Linchpin.
    Device, schema 1, place [Me], words false {
        /// Its name, such as "Windows desk".
        name: String = "name" LastWriter 102;
        /// The system it runs on.
        platform: String = "platform" LastWriter 42;
        /// When it joined, in milliseconds since 1970.
        added_at: u64 = "addedAt" HubOnly 20;
        /// Whether it was cut off.
        revoked: bool = "revoked" HubOnly 5;
    }
}
