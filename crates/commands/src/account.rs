//! Who we are and where: first run, joining, unlocking, the person's own profile.

use linchpin_domain::id::PersonId;
use linchpin_domain::nation::Nation;
use linchpin_domain::role::NetworkRole;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks for [`AppState`].
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AppStateAsked {}

/// Where the app stands.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AppState {
    /// What can be done now.
    pub phase: Phase,
    /// The person; none before the first run is over.
    pub me: Option<Me>,
    /// The network, once joined.
    pub network: Option<Network>,
    /// Whether the sample consultation is here.
    pub has_sample: bool,
    /// Where the key of the store is kept.
    pub key_place: KeyPlace,
    /// The version of the app.
    pub version: String,
    /// `windows`, `macos` or `linux`.
    pub platform: String,
    /// Today in UK time, `YYYY-MM-DD`.
    pub today: String,
}

/// What can be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Phase {
    /// No person yet: join, start or restore.
    FirstRun,
    /// The store is here but needs its passphrase.
    Locked,
    /// Everything.
    Ready,
}

/// Where the key of the store is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum KeyPlace {
    /// In the system's keychain.
    Keychain,
    /// In the person's head.
    Passphrase,
}

/// The person at this computer.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    /// The id.
    pub id: PersonId,
    /// The name.
    pub name: String,
    /// Two letters.
    pub initials: String,
    /// The author colour, 1 to 8.
    pub colour: u8,
    /// The practice, in words.
    pub practice: String,
    /// The nation.
    pub nation: Option<Nation>,
    /// What the person is in the network.
    pub role: NetworkRole,
}

/// The network that was joined.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Network {
    /// Its name.
    pub name: String,
    /// The hub's address.
    pub hub_url: String,
}

/// Begins without a network.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StartOffline {
    /// The person's name, at most 200 characters.
    pub name: String,
    /// The practice, may be empty.
    pub practice: String,
    /// Needed where the computer has no keychain, at least 12 characters.
    pub passphrase: Option<String>,
    /// Whether to lay a sample consultation in.
    pub with_sample: bool,
}

/// Joins a network.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct JoinNetwork {
    /// What was pasted: an address with a code in it, or the code alone.
    pub invitation: String,
    /// The hub's address where the invitation lacks it.
    pub hub_url: Option<String>,
    /// The person's name.
    pub name: String,
    /// The practice, may be empty.
    pub practice: String,
    /// Needed where the computer has no keychain and no store yet.
    pub passphrase: Option<String>,
}

/// Opens the store.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Unlock {
    /// The passphrase.
    pub passphrase: String,
}

/// Changes the person's own details.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetProfile {
    /// A new name.
    pub name: Option<String>,
    /// A new practice.
    pub practice: Option<String>,
    /// A new nation.
    pub nation: Option<Nation>,
}

/// Removes the sample.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RemoveSample {}
