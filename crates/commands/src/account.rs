//! Who we are and where: first run, joining, unlocking, the person's own profile.

use crate::calls::Changed;
use crate::core::{Core, Desk, VERSION};
use crate::error::Error;
use crate::lock;
use crate::{recovery, sample, settings, view};
use linchpin_domain::id::PersonId;
use linchpin_domain::london::today_text;
use linchpin_domain::nation::Nation;
use linchpin_domain::record::member::Member;
use linchpin_domain::role::NetworkRole;
use linchpin_domain::space::Space;
use linchpin_store::{By, Tx};
use linchpin_sync::JoinAsked;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;
use ts_rs::TS;

/// The most characters of a name or a practice.
const MOST: usize = 200;

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
    /// Whether a recovery key was made that opens the store.
    pub has_recovery_key: bool,
    /// The version of the app.
    pub version: String,
    /// `windows`, `macos` or `linux`.
    pub platform: String,
    /// Today in UK time, `YYYY-MM-DD`.
    pub today: String,
    /// After how many minutes without a key or the mouse the window is covered; none for never.
    pub lock_minutes: Option<u32>,
}

/// What can be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Phase {
    /// No person yet: join, start or restore.
    FirstRun,
    /// The store is here but needs its passphrase.
    Locked,
    /// The store is open and the window covered, until somebody types the words for its lock.
    Covered,
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
    /// With whoever started the program, for scripts and tests.
    Given,
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

/// Returns who and where we are.
///
/// # Errors
/// Any fault of the store.
pub fn app_state(core: &Core, _: AppStateAsked) -> Result<AppState, Error> {
    let mut state = AppState {
        phase: core.phase()?,
        me: None,
        network: None,
        has_sample: false,
        key_place: core.keys.place(),
        has_recovery_key: recovery::is_made(&core.folder),
        version: VERSION.to_owned(),
        platform: std::env::consts::OS.to_owned(),
        today: today_text(core.now()),
        lock_minutes: None,
    };
    let Some(desk) = core.opened() else { return Ok(state) };
    if matches!(state.phase, Phase::Covered) {
        return Ok(state);
    }
    state.lock_minutes = lock::minutes(&desk.store)?;
    let identity = desk.store.identity()?;
    let role = identity.hub.as_ref().map_or(NetworkRole::Member, |hub| hub.role);
    if let Some(hub) = identity.hub {
        state.network = Some(Network { name: hub.network, hub_url: hub.url });
    }
    if let Some(person) = identity.person {
        let (member, has_sample) = desk.store.read(|reader| {
            Ok((
                reader.get::<Member>(person)?.map(|row| row.record).unwrap_or_default(),
                sample::is_here(reader)?,
            ))
        })?;
        state.has_sample = has_sample;
        state.me = Some(Me {
            id: person,
            initials: view::initials(&member.name),
            colour: view::colour(person),
            name: member.name,
            practice: member.practice,
            nation: member.nation,
            role,
        });
    }
    Ok(state)
}

/// Begins without a network.
///
/// # Errors
/// A name that is empty or too long, a passphrase that is too short, or any fault of the store.
pub fn start_offline(core: &Core, asked: StartOffline) -> Result<AppState, Error> {
    let name = view::line("name", &asked.name, MOST)?;
    let practice = optional("practice", &asked.practice)?;
    let desk = begin(core, asked.passphrase.as_deref())?;
    introduce(core, &desk, &name, &practice)?;
    if asked.with_sample {
        sample::lay(core, &desk)?;
    }
    app_state(core, AppStateAsked {})
}

/// Joins a network. Work that was begun off line comes along.
///
/// # Errors
/// An invitation or address that is none, a hub that cannot be reached or refuses, or any fault of the store.
pub fn join_network(core: &Core, asked: JoinNetwork) -> Result<AppState, Error> {
    let name = view::line("name", &asked.name, MOST)?;
    let practice = optional("practice", &asked.practice)?;
    // What is no invitation is said before anything is made on disk.
    let invitation = linchpin_sync::join::Invitation::read(&asked.invitation)?;
    if invitation.url.is_none() && asked.hub_url.as_deref().is_none_or(|url| url.trim().is_empty()) {
        return Err(linchpin_sync::JoinError::NoAddress.into());
    }
    let desk = begin(core, asked.passphrase.as_deref())?;
    refuse_again(core, &desk, invitation.url.as_deref().or(asked.hub_url.as_deref()).unwrap_or_default())?;
    let fresh = desk.store.identity()?.person.is_none();
    if fresh {
        // The hub takes the id that this desk offers; a person is here for good only when it has said yes.
        desk.store.set_person(new_person(core)?)?;
    }
    let join = JoinAsked {
        invitation: asked.invitation,
        hub_url: asked.hub_url,
        name: name.clone(),
        practice: practice.clone(),
        nation: None,
        device_name: device_name(),
        platform: std::env::consts::OS.to_owned(),
    };
    linchpin_sync::join(&desk.store, &join, &crate::core::line(&settings::read(&desk.store)?))
        .map_err(Error::of_joining)?;
    introduce(core, &desk, &name, &practice)?;
    core.start_sync(&desk)?;
    app_state(core, AppStateAsked {})
}

/// Says that this desk is in the network already, so that its own invitation is not used up by the one who is in. A
/// hub that does not know this desk, as after a restore, is joined anew. While sync is paused nothing of the work goes
/// to and fro: the hub itself then keeps the invitation of one who is in.
fn refuse_again(core: &Core, desk: &Desk, url: &str) -> Result<(), Error> {
    // In an app sync runs by itself already, and the hub lets nobody use an invitation up twice.
    let Some(hub) = desk.store.identity()?.hub.filter(|_| !core.is_app()) else { return Ok(()) };
    if desk.store.read(|reader| Ok(settings::is_paused(reader)))? {
        return Ok(());
    }
    let same = |url: &str| url.trim().trim_end_matches('/').to_ascii_lowercase();
    if same(&hub.url) == same(url) && core.sync_once().is_ok() {
        return Err(Error::field(
            "invitation",
            "error_is_joined",
            "This computer is in this network already; what waited was sent and fetched just now. The invitation was not \
             used: it is for one other person.",
        ));
    }
    Ok(())
}

/// Changes the person's own name or practice.
///
/// # Errors
/// A value that is empty or too long, or any fault of the store.
pub fn set_profile(core: &Core, asked: SetProfile) -> Result<Changed, Error> {
    let desk = core.desk()?;
    let mut fields = std::collections::BTreeMap::new();
    if let Some(name) = &asked.name {
        fields.insert("name".to_owned(), json!(view::line("name", name, MOST)?));
    }
    if let Some(practice) = &asked.practice {
        fields.insert("practice".to_owned(), json!(optional("practice", practice)?));
    }
    if let Some(nation) = asked.nation {
        fields.insert("nation".to_owned(), json!(nation));
    }
    let by = core.by(&desk, "profile")?;
    let done = desk.store.transact(&by, |tx| tx.set_many::<Member>(by.person, fields))?;
    Ok(Changed::of(&done, &by))
}

/// Removes the sample consultation.
///
/// # Errors
/// Any fault of the store.
pub fn remove_sample(core: &Core, _: RemoveSample) -> Result<Changed, Error> {
    let desk = core.desk()?;
    let by = core.by(&desk, "sample")?;
    let done = desk.store.transact(&by, sample::remove)?;
    Ok(Changed::of(&done, &by))
}

/// Returns the open store, made where there is none.
pub(crate) fn begin(core: &Core, passphrase: Option<&str>) -> Result<Arc<Desk>, Error> {
    match core.opened() {
        // A first try that failed has made the store already: another passphrase now would open nothing later.
        Some(desk)
            if passphrase.is_some_and(|words| !words.is_empty() && desk.kept.is_other_passphrase(words)) =>
        {
            Err(Error::field(
                "passphrase",
                "error_other_passphrase",
                "A passphrase was chosen here already, at the first try. Your work is safe. Type that one: it opens your \
                 work.",
            ))
        }
        Some(desk) => Ok(desk),
        None if linchpin_store::exists(&core.folder) => Err(Error::locked()),
        None => {
            // One that an interrupted beginning left would be taken for this store's.
            recovery::lay_by(&core.folder, core.now_ms())?;
            core.open_store(core.keys.make(passphrase)?)
        }
    }
}

fn new_person(core: &Core) -> Result<PersonId, Error> {
    let mut random = [0; 10];
    ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut random)
        .map_err(|_| Error::internal("no randomness"))?;
    Ok(PersonId::new(core.now_ms(), random))
}

/// Writes the person's own record, as colleagues will see it.
fn introduce(core: &Core, desk: &Desk, name: &str, practice: &str) -> Result<(), Error> {
    let person = match desk.store.identity()?.person {
        Some(person) => person,
        None => {
            let person = new_person(core)?;
            desk.store.set_person(person)?;
            person
        }
    };
    let by = By { person, now_ms: core.now_ms(), what: "profile" };
    desk.store.transact(&by, |tx: &mut Tx<'_, '_>| {
        let member = Member { name: name.to_owned(), practice: practice.to_owned(), ..Member::default() };
        if tx.reader().envelope(person)?.is_none() {
            return tx.create(person, &Space::ALL_MEMBERS, &member);
        }
        let mut fields = linchpin_domain::record::encode(&member);
        fields.retain(|_, value| *value != Value::Null);
        tx.set_many::<Member>(person, fields)
    })?;
    Ok(())
}

fn optional(field: &'static str, text: &str) -> Result<String, Error> {
    if text.trim().is_empty() { Ok(String::new()) } else { view::line(field, text, MOST) }
}

/// Returns a name for this computer that its owner recognises.
pub(crate) fn device_name() -> String {
    let named = ["COMPUTERNAME", "HOSTNAME"].iter().find_map(|name| std::env::var(name).ok());
    let system = match std::env::consts::OS {
        "windows" => "Windows",
        "macos" => "Mac",
        _ => "Linux",
    };
    named.map_or_else(|| format!("{system} computer"), |name| name.chars().take(80).collect())
}
