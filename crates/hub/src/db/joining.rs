//! Joining: who may, and the records that others know them by. An engine reads what it knows of who asks, and
//! writes what is found here.

use crate::audit::{Note, Noted};
use crate::db::{is_somebody, role_word};
use crate::error::HubError;
use crate::scope::Scope;
use crate::work::Work;
use linchpin_domain::can::{Account, Principal};
use linchpin_domain::id::{DeviceId, GroupId, PersonId};
use linchpin_domain::record::device::Device;
use linchpin_domain::record::member::Member;
use linchpin_domain::record::{Fields, Record};
use linchpin_domain::role::NetworkRole;
use linchpin_domain::space::Space;
use linchpin_protocol::account::JoinRequest;
use serde_json::json;

/// An invitation as it was made.
pub(crate) struct Invitation {
    pub(crate) email: String,
    pub(crate) role: NetworkRole,
    /// Empty where none is known.
    pub(crate) region: String,
    pub(crate) expires_at: u64,
    /// The device that used it; empty where nobody did.
    pub(crate) used_by: String,
}

/// A person who is there already.
pub(crate) struct Known {
    pub(crate) email: String,
    pub(crate) role: NetworkRole,
    /// Empty where none is known.
    pub(crate) region: String,
    pub(crate) joined_at: u64,
}

/// What the store knows of who asks.
pub(crate) struct Standing {
    pub(crate) invitation: Invitation,
    /// The person whose id they bring.
    pub(crate) person: Option<Known>,
    /// Whether that person has this very device with this very key.
    pub(crate) has_key: bool,
    /// Whether the device is another person's, or was lost.
    pub(crate) device_is_anothers: bool,
    /// Whether the invitation has ended by what became of the people: [`BARRED`].
    pub(crate) barred: bool,
}

/// Tells whether an invitation has ended, by its hash. Nobody whose account is suspended comes back by another one.
/// What a person made (and not whoever looks after the hub's computer) ends when they may not invite any more, and lets
/// nobody in under an address that somebody is known by: it would open that person's account to whoever has the code.
pub(crate) const BARRED: &str = "SELECT count(*) FROM invitation i WHERE i.hash = $1 AND (
     EXISTS (SELECT 1 FROM person p WHERE lower(p.email) = lower(i.email) AND p.state <> 'confirmed')
     OR i.made_by <> '' AND (
         EXISTS (SELECT 1 FROM person p WHERE lower(p.email) = lower(i.email))
         OR NOT EXISTS (SELECT 1 FROM person p WHERE p.id = i.made_by AND p.state = 'confirmed'
             AND p.role IN ('local-coordinator', 'national-coordinator', 'admin'))))";

/// What becomes of them.
pub(crate) enum Verdict {
    /// No, without saying why: unknown, used and expired look alike from outside.
    No,
    /// They are in already; nothing is to be written.
    Already(NetworkRole),
    /// They come in now.
    In(Incoming),
}

/// What somebody who comes in is to the hub.
pub(crate) struct Incoming {
    pub(crate) role: NetworkRole,
    /// Empty where none is known.
    pub(crate) region: String,
    pub(crate) joined_at: u64,
}

/// Judges a wish to join.
pub(crate) fn judged(standing: &Standing, request: &JoinRequest, now_ms: u64) -> Verdict {
    let Standing { invitation, person, has_key, device_is_anothers, barred } = standing;
    let used = !invitation.used_by.is_empty();
    // The first answer was lost on the way: the same device hears it again. And whoever is in already needs no
    // invitation: it stays for somebody else.
    if let (Some(person), true) = (person, *has_key)
        && (!used || invitation.used_by == request.device.to_string())
    {
        return Verdict::Already(person.role);
    }
    let taken = person.as_ref().is_some_and(|person| !person.email.eq_ignore_ascii_case(&invitation.email));
    let old = invitation.expires_at <= now_ms;
    if used || old || taken || *barred || !is_somebody(request.person) || *device_is_anothers {
        return Verdict::No;
    }
    Verdict::In(match person {
        Some(Known { role, region, joined_at, .. }) => {
            Incoming { role: *role, region: region.clone(), joined_at: *joined_at }
        }
        None => Incoming { role: invitation.role, region: invitation.region.clone(), joined_at: now_ms },
    })
}

/// Returns as whom their records are written.
pub(crate) fn scope(request: &JoinRequest, incoming: &Incoming) -> Scope {
    let (account, role) = (Account::Confirmed, incoming.role);
    let principal = Principal { account, device_revoked: false, role };
    let region = incoming.region.clone();
    Scope { person: request.person, device: request.device, principal, nation: request.nation, region }
}

/// Returns the spaces that their records go to, or that begin with them.
pub(crate) fn spaces(request: &JoinRequest, incoming: &Incoming) -> Vec<Space> {
    let mut wanted = vec![Space::Me(request.person), Space::ALL_MEMBERS];
    wanted.extend(request.nation.map(|nation| Space::Nation(Some(nation))));
    wanted.extend((!incoming.region.is_empty()).then(|| Space::Region(incoming.region.clone())));
    wanted
}

/// Makes the records by which others know the person, and by which the person knows the device.
pub(crate) fn records(work: &mut Work, request: &JoinRequest, incoming: &Incoming) -> Result<(), HubError> {
    let group = GroupId(request.device.0);
    let mut of_person = Fields::from([
        ("name".to_owned(), json!(request.name)),
        ("practice".to_owned(), json!(request.practice)),
        ("nation".to_owned(), json!(request.nation)),
        ("role".to_owned(), json!(incoming.role)),
        ("joinedAt".to_owned(), json!(incoming.joined_at)),
    ]);
    if !incoming.region.is_empty() {
        of_person.insert("region".to_owned(), json!(incoming.region));
    }
    let kind = (Member::KIND.name(), Member::SCHEMA, request.person.into());
    work.put_by_hub(&Space::ALL_MEMBERS, group, request.person, kind, of_person)?;
    device_record(work, request.person, request.device, (&request.device_name, &request.platform))?;
    let role = role_word(incoming.role);
    work.notes.push(Note::by(Some(request.person), Noted::Joined, &request.device, role));
    work.cut(0);
    Ok(())
}

/// Makes the record by which a person knows one of their devices, of its name and the system that it runs on.
pub(crate) fn device_record(
    work: &mut Work,
    person: PersonId,
    device: DeviceId,
    (name, platform): (&str, &str),
) -> Result<(), HubError> {
    let of_device = Fields::from([
        ("name".to_owned(), json!(name)),
        ("platform".to_owned(), json!(platform)),
        ("addedAt".to_owned(), json!(work.now_ms)),
    ]);
    let kind = (Device::KIND.name(), Device::SCHEMA, device.into());
    work.put_by_hub(&Space::Me(person), GroupId(device.0), person, kind, of_device)
}
