//! `POST /v1/hello`: at start, after 24 hours, and after the hub's epoch changed.

use crate::limits::Limits;
use linchpin_domain::id::{HubId, PersonId, ReplicaId};
use linchpin_domain::role::NetworkRole;
use linchpin_domain::space::Space;
use linchpin_domain::sum::Sum;
use serde::{Deserialize, Serialize};

/// What a desk says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HelloRequest {
    /// Its replica id.
    pub replica: ReplicaId,
    /// The nonce of the last hello; none at the first. An old one means that a copy of this store has spoken.
    pub nonce: Option<String>,
    /// What it will show at the next hello, drawn and kept before it asks, so that an answer which is lost leaves
    /// both in step. None from an app that leaves the drawing to the hub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_nonce: Option<String>,
    /// The last counter it used.
    pub last_counter: u64,
    /// The version of the app.
    pub app: String,
    /// The protocols it speaks, newest first.
    pub protocols: Vec<u16>,
    /// The newest editor schema it can write.
    pub schema: u16,
    /// What it can do.
    pub caps: Vec<String>,
}

/// What the hub says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HelloAnswer {
    /// The protocol to speak.
    pub protocol: u16,
    /// The hub's time, milliseconds since 1970.
    pub hub_time: u64,
    /// The hub.
    pub hub: HubId,
    /// The network's name.
    pub network: String,
    /// Rises when the hub is restored from a backup.
    pub epoch: u64,
    /// To be shown at the next hello: the desk's own where it drew one.
    pub nonce: String,
    /// The limits in force.
    pub limits: Limits,
    /// The oldest version of the app that is served.
    pub minimum_app: String,
    /// Capabilities in common.
    pub caps: Vec<String>,
    /// Who the device belongs to.
    pub person: PersonId,
    /// What that person is in the network.
    pub role: NetworkRole,
    /// Every space the person may read.
    pub spaces: Vec<SpaceHead>,
    /// How far the hub's record of deeds is. Whoever keeps it sees later whether its end was cut off. None from a
    /// hub that keeps no such record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audit: Option<AuditHead>,
}

/// The end of the hub's record of who did what to whom.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditHead {
    /// How many links there are.
    pub no: u64,
    /// The last link's hash, in hexadecimal digits; empty where there is none.
    pub hash: String,
}

/// How far a space is on the hub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SpaceHead {
    /// The space.
    pub space: Space,
    /// Its last number.
    pub head: u64,
    /// Its checksum at that number.
    pub sum: Sum,
    /// Where a restored hub began: numbers above it are not those of before. None if it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored_head: Option<u64>,
}
