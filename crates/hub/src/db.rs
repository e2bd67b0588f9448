//! What the hub asks of its store: a few coarse operations, each one transaction. What is decided is decided by
//! the same lines for every engine; an engine loads and writes. Two engines: [`sqlite`] and [`postgres`].

pub(crate) mod account;
pub(crate) mod decide;
pub(crate) mod joining;
pub(crate) mod moving;
pub(crate) mod people;
pub(crate) mod postgres;
pub(crate) mod read;
pub(crate) mod sqlite;

use crate::audit::{Links, Note, Noted};
use crate::db::people::{Acted, Doer, Doing};
use crate::error::HubError;
use crate::scope::Scope;
use crate::text_work::DocWork;
use linchpin_domain::can::{Account, Principal};
use linchpin_domain::canonical::Bytes;
use linchpin_domain::id::{AnswerId, DeviceId, HubId, PersonId, ReplicaId};
use linchpin_domain::nation::Nation;
use linchpin_domain::role::NetworkRole;
use linchpin_domain::space::Space;
use linchpin_domain::sum::Sum;
use linchpin_protocol::account::JoinRequest;
use linchpin_protocol::bootstrap::{KeptUpdate, TextState};
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::hello::{AuditHead, SpaceHead};
use linchpin_protocol::live::SeenBy;
use linchpin_protocol::people::PeopleAnswer;
use linchpin_protocol::pull::Cursor;
use linchpin_protocol::push::{PushAnswer, PushRequest};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// What the hub says of itself.
#[derive(Debug, Clone)]
pub struct HubFacts {
    /// Its id.
    pub id: HubId,
    /// The network's name.
    pub network: String,
    /// Rises when it is restored.
    pub epoch: u64,
}

/// A device that the hub knows.
pub(crate) struct KnownDevice {
    pub(crate) scope: Scope,
    pub(crate) public_key: Vec<u8>,
}

/// What became of a wish to join.
pub(crate) enum Joined {
    /// The person is in.
    Yes {
        role: NetworkRole,
        /// Spaces that moved, with their heads.
        moved: Vec<(Space, u64)>,
    },
    /// The invitation is unknown, used or expired, or the person's id is taken.
    No,
}

/// What a hello found.
pub(crate) enum Greeted {
    /// The replica is who it says.
    Yes,
    /// Another copy has spoken under its id.
    Forked,
}

/// A push on its way in.
pub(crate) struct Pushing<'a> {
    pub(crate) scope: &'a Scope,
    pub(crate) request: &'a PushRequest,
    /// Answers that the asker and somebody else have open.
    pub(crate) together: &'a BTreeSet<AnswerId>,
    pub(crate) now_ms: u64,
}

/// What a push came to.
pub(crate) enum PushDone {
    /// It was decided.
    Yes {
        answer: PushAnswer,
        /// Spaces that moved, with their heads.
        moved: Vec<(Space, u64)>,
        /// Whose rights have changed; none is everyone's.
        rights: BTreeSet<Option<PersonId>>,
    },
    /// The replica belongs to another device.
    Forked,
    /// The device was cut off while the push was on its way in.
    Revoked,
}

/// A page as it is stored: entries are JSON already.
pub(crate) struct StoredPage {
    pub(crate) space: Space,
    pub(crate) from: u64,
    pub(crate) to: u64,
    pub(crate) head: u64,
    pub(crate) sum: Option<Sum>,
    pub(crate) more: bool,
    pub(crate) entries: Vec<String>,
}

/// What a pull found.
pub(crate) struct Pulled {
    pub(crate) pages: Vec<StoredPage>,
    pub(crate) gone: Vec<Space>,
    pub(crate) bootstrap: Vec<Space>,
    pub(crate) also: Vec<Space>,
}

/// A space at one fixed number.
pub(crate) struct Fixed {
    pub(crate) seq: u64,
    pub(crate) sum: Sum,
    /// How many rows follow.
    pub(crate) rows: u64,
}

/// An invitation to be made.
pub(crate) struct Inviting<'a> {
    /// For whom.
    pub(crate) email: &'a str,
    /// What the person becomes.
    pub(crate) role: NetworkRole,
    /// The code of their region; empty where none is known.
    pub(crate) region: &'a str,
    /// The code's hash.
    pub(crate) hash: String,
    pub(crate) now_ms: u64,
    pub(crate) expires_at: u64,
    /// Who invites; none is whoever ran the program.
    pub(crate) by: Option<PersonId>,
}

impl Inviting<'_> {
    fn note(&self) -> Note {
        Note::by(self.by, Noted::Invited, &self.hash, role_word(self.role))
    }
}

/// How the hub stands, for whoever looks after it.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// The network's name.
    pub network: String,
    /// The hub's id.
    pub hub: String,
    /// Rises when the hub is restored.
    pub epoch: u64,
    /// People who joined.
    pub people: u64,
    /// Devices that may speak.
    pub devices: u64,
    /// Invitations that can still be used.
    pub invitations: u64,
    /// Spaces.
    pub spaces: u64,
    /// Records, deleted ones included.
    pub records: u64,
    /// Texts.
    pub texts: u64,
    /// Entries of all spaces.
    pub entries: u64,
    /// Changes that were set aside and wait for somebody to look.
    pub set_aside: u64,
    /// Bytes of the store.
    pub bytes: u64,
}

/// What one process of a hub tells the others; it is stored nowhere.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Said {
    /// Somebody has an answer open, or none any more.
    Presence(Opened),
    /// A device got further.
    Seen(SeenBy),
    /// Somebody's rights have changed; none is everyone's.
    Rights(Option<PersonId>),
}

/// Which answer a device has open.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Opened {
    pub(crate) person: PersonId,
    pub(crate) device: DeviceId,
    pub(crate) space: Space,
    pub(crate) answer: Option<AnswerId>,
    pub(crate) cursor: Option<String>,
}

/// What a process hears of the others.
pub(crate) enum Heard {
    /// Spaces that may have moved, with their heads.
    Heads(Vec<(Space, u64)>),
    /// What another process said.
    Said(Said),
    /// Nothing for a while.
    Nothing,
}

/// What a new hub begins with.
pub(crate) struct Setup<'a> {
    /// Its id.
    pub(crate) id: HubId,
    /// The network's name.
    pub(crate) network: &'a str,
    /// The time, milliseconds since 1970.
    pub(crate) now_ms: u64,
}

/// The hub's store.
pub(crate) trait HubDb: account::AccountDb + Send + Sync {
    /// Returns what the hub says of itself.
    fn facts(&self) -> Result<HubFacts, HubError>;

    /// Finds a device.
    fn device(&self, id: DeviceId) -> Result<Option<KnownDevice>, HubError>;

    /// Takes a person in who has an invitation. Asked again by the same device, it says yes again.
    fn join(&self, request: &JoinRequest, code_hash: &str, now_ms: u64) -> Result<Joined, HubError>;

    /// Checks a replica's nonce and counter and notes its next nonce. Asked again with the same next one, which
    /// only who drew it knows, it says yes again.
    fn hello(
        &self,
        scope: &Scope,
        replica: ReplicaId,
        shown: (Option<&str>, u64),
        next: &str,
    ) -> Result<Greeted, HubError>;

    /// Returns every space that may be read.
    fn heads(&self, scope: &Scope) -> Result<Vec<SpaceHead>, HubError>;

    /// Returns a space's head where it may be read.
    fn head(&self, scope: &Scope, space: &Space) -> Result<Option<u64>, HubError>;

    /// Returns head and checksum of those of some spaces that may be read.
    fn sums(&self, scope: &Scope, spaces: &[Space]) -> Result<BTreeMap<Space, (u64, Sum)>, HubError>;

    /// Decides and stores a push.
    fn push(&self, pushing: &Pushing<'_>) -> Result<PushDone, HubError>;

    /// Reads what is new in some spaces, at most so many entries and bytes.
    fn pull(
        &self,
        scope: &Scope,
        cursors: &[Cursor],
        entries: usize,
        bytes: usize,
    ) -> Result<Pulled, HubError>;

    /// Reads a whole space at one number: first `begin`, then each row as a line of JSON, in an order that is the
    /// same every time. None where the space may not be read.
    fn fill(
        &self,
        scope: &Scope,
        space: &Space,
        row: &mut dyn FnMut(&str) -> Result<(), HubError>,
    ) -> Result<Option<Fixed>, HubError>;

    /// Notes how far a device is; returns what is new of it.
    fn seen(&self, scope: &Scope, cursors: &[Cursor], now_ms: u64) -> Result<Vec<SeenBy>, HubError>;

    /// Returns how far devices are in calls and responses that may be read.
    fn seen_by(&self, scope: &Scope) -> Result<Vec<SeenBy>, HubError>;

    /// Tells whether an answer lies in a space.
    fn is_answer_of(&self, answer: AnswerId, space: &Space) -> Result<bool, HubError>;

    /// Makes an invitation.
    fn invite(&self, inviting: &Inviting<'_>) -> Result<(), HubError>;

    /// Does a deed with an account, lets it wait for another, or says no.
    fn deed(&self, doing: &Doing<'_>) -> Result<Acted, HubError>;

    /// Returns the people whom somebody looks after, or why not.
    fn people(&self, doer: Doer, now_ms: u64) -> Result<Result<PeopleAnswer, ErrorCode>, HubError>;

    /// Says how the hub stands.
    fn status(&self, now_ms: u64) -> Result<Status, HubError>;

    /// Writes a copy of the store to a file and proves that it opens and adds up.
    fn backup(&self, file: &Path) -> Result<(), HubError>;

    /// Proves that the store is whole: what the engine can say of its pages, and every space's sum computed anew.
    fn check(&self) -> Result<(), HubError>;

    /// Begins a new epoch: what every space has now is what it had when the hub was restored.
    /// `random` tells it apart from others that begin from the same copy.
    fn new_epoch(&self, random: u32, now_ms: u64) -> Result<u64, HubError>;

    /// Returns the end of the record of deeds.
    fn audit_head(&self) -> Result<AuditHead, HubError>;

    /// Gives the record of deeds from its beginning.
    fn audit(&self, links: &mut Links<'_>) -> Result<(), HubError>;

    /// Returns a copy of the store as it is now, in memory.
    fn copy(&self) -> Result<Arc<dyn HubDb>, HubError>;

    /// Gives every row of the store as it is now.
    fn export(&self, rows: &mut moving::Rows<'_>) -> Result<(), HubError>;

    /// Notes a proof where several processes have to remember it together; false where it was here before.
    fn is_first(&self, device: DeviceId, nonce: u128, now_ms: u64) -> Result<bool, HubError>;

    /// Tells the hub's other processes what is stored nowhere.
    fn say(&self, said: &Said) -> Result<(), HubError>;

    /// Hears what the hub's other processes did, until `heard` says no; it is asked several times a second. Returns
    /// at once where one process has the store for itself.
    fn follow(&self, heard: &mut dyn FnMut(Heard) -> bool) -> Result<(), HubError>;

    /// Returns how many processes follow now.
    fn processes(&self) -> Result<u64, HubError>;
}

/// Most marks of how far others are that one stream begins with.
const MOST_SEEN: usize = 2_000;

/// Reads a device with its person: id, role, nation, state and region.
pub(crate) fn known_device(
    id: DeviceId,
    [person, role, nation, state, region]: [&str; 5],
    public_key: Vec<u8>,
    device_revoked: bool,
) -> Result<KnownDevice, HubError> {
    let role = role_from(role).ok_or_else(|| HubError::corrupt("a person's role"))?;
    let principal = Principal { account: account_from(state), device_revoked, role };
    let (person, nation) = (read::parsed(person, "a person's id")?, Nation::from_code(nation));
    let region = region.to_owned();
    Ok(KnownDevice { scope: Scope { person, device: id, principal, nation, region }, public_key })
}

/// The states of an account, with their words in the store.
const STATES: [(Account, &str); 3] =
    [(Account::Confirmed, "confirmed"), (Account::Suspended, "suspended"), (Account::Invited, "invited")];

/// Returns a state's word in the store.
pub(crate) fn account_word(account: Account) -> &'static str {
    STATES.iter().find(|(known, _)| *known == account).map_or("suspended", |(_, word)| word)
}

/// Reads a state's word; whoever's cannot be read may do nothing.
pub(crate) fn account_from(word: &str) -> Account {
    STATES.iter().find(|(_, known)| *known == word).map_or(Account::Suspended, |(account, _)| *account)
}

/// Returns a document as a whole space brings it.
fn text_state(work: DocWork) -> TextState {
    let updates = work.rows.into_iter().map(|row| KeptUpdate {
        seq: row.seq,
        author: row.author,
        at: row.at,
        bytes: Bytes(row.bytes),
    });
    TextState {
        doc: work.doc,
        schema: work.schema,
        snapshot: (!work.snapshot.is_empty()).then_some(Bytes(work.snapshot)),
        updates: updates.collect(),
        sum: work.sum,
        authors: work.authors.into_iter().collect(),
    }
}

/// Returns the nation's word in the store.
pub(crate) fn nation_word(nation: Option<Nation>) -> &'static str {
    nation.map_or("", Nation::code)
}

/// Returns a role's word in the store.
pub(crate) fn role_word(role: NetworkRole) -> &'static str {
    NetworkRole::ALL.iter().find(|(known, _)| *known == role).map_or("member", |(_, name)| name)
}

/// Reads a role's word.
pub(crate) fn role_from(word: &str) -> Option<NetworkRole> {
    NetworkRole::ALL.iter().find(|(_, name)| *name == word).map(|(role, _)| *role)
}

/// Returns whether a person's id reads as one of a desk's: never the hub's own.
pub(crate) fn is_somebody(person: PersonId) -> bool {
    person != crate::work::NOBODY
}
