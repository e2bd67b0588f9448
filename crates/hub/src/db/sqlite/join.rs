//! Joining: a single-use invitation becomes a person with a device, and the records that others know them by.

use crate::db::sqlite::{fault, int, load, rows, uint, write};
use crate::db::{Joined, is_somebody, nation_word, role_from, role_word};
use crate::error::HubError;
use crate::scope::Scope;
use crate::work::{SpaceWork, Work};
use linchpin_domain::can::{Account, Principal};
use linchpin_domain::id::{GroupId, PersonId};
use linchpin_domain::record::device::Device;
use linchpin_domain::record::member::Member;
use linchpin_domain::record::{Fields, Record};
use linchpin_domain::role::NetworkRole;
use linchpin_domain::space::Space;
use linchpin_protocol::account::JoinRequest;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;

struct Invitation {
    email: String,
    role: NetworkRole,
    expires_at: u64,
    used_by: String,
}

struct Known {
    email: String,
    role: NetworkRole,
    joined_at: u64,
}

/// Takes a person in, or says no without saying why: unknown, used and expired look alike from outside.
pub(super) fn join(
    db: &Connection,
    request: &JoinRequest,
    code_hash: &str,
    now_ms: u64,
) -> Result<Joined, HubError> {
    let Some(invitation) = invitation(db, code_hash)? else { return Ok(Joined::No) };
    let person = known(db, request.person)?;
    if !invitation.used_by.is_empty() {
        // The first answer was lost on the way: the same device hears it again.
        let again = invitation.used_by == request.device.to_string() && has_key(db, request)?;
        return Ok(match person {
            Some(person) if again => Joined::Yes { role: person.role, moved: Vec::new() },
            _ => Joined::No,
        });
    }
    // Whoever is in already needs no invitation: it stays for somebody else.
    if let (Some(person), true) = (&person, has_key(db, request)?) {
        return Ok(Joined::Yes { role: person.role, moved: Vec::new() });
    }
    let taken = person.as_ref().is_some_and(|person| !person.email.eq_ignore_ascii_case(&invitation.email));
    if invitation.expires_at <= now_ms
        || taken
        || !is_somebody(request.person)
        || device_is_anothers(db, request)?
    {
        return Ok(Joined::No);
    }
    let role = person.as_ref().map_or(invitation.role, |person| person.role);
    let joined_at = person.as_ref().map_or(now_ms, |person| person.joined_at);
    people(db, request, &invitation, role, now_ms)?;
    db.execute(
        "UPDATE invitation SET used_at = ?2, used_by = ?3 WHERE hash = ?1",
        params![code_hash, int(now_ms.max(1)), request.device.to_string()],
    )
    .map_err(fault)?;
    let moved = records(db, request, role, joined_at, now_ms)?;
    Ok(Joined::Yes { role, moved })
}

fn invitation(db: &Connection, hash: &str) -> Result<Option<Invitation>, HubError> {
    let row = db
        .query_row("SELECT email, role, expires_at, used_by FROM invitation WHERE hash = ?1", [hash], |row| {
            Ok((row.get(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?, row.get(3)?))
        })
        .optional()
        .map_err(fault)?;
    let Some((email, role, expires_at, used_by)) = row else { return Ok(None) };
    let role = role_from(&role).ok_or_else(|| HubError::corrupt("an invitation's role"))?;
    Ok(Some(Invitation { email, role, expires_at: uint(expires_at), used_by }))
}

fn known(db: &Connection, person: PersonId) -> Result<Option<Known>, HubError> {
    let row = db
        .query_row("SELECT email, role, joined_at FROM person WHERE id = ?1", [person.to_string()], |row| {
            Ok((row.get(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?))
        })
        .optional()
        .map_err(fault)?;
    let Some((email, role, joined_at)) = row else { return Ok(None) };
    let role = role_from(&role).ok_or_else(|| HubError::corrupt("a person's role"))?;
    Ok(Some(Known { email, role, joined_at: uint(joined_at) }))
}

fn has_key(db: &Connection, request: &JoinRequest) -> Result<bool, HubError> {
    let same =
        "SELECT count(*) FROM device WHERE id = ?1 AND person = ?2 AND public_key = ?3 AND revoked_at = 0";
    let values = params![request.device.to_string(), request.person.to_string(), request.public_key.0];
    Ok(db.query_row(same, values, |row| row.get::<_, i64>(0)).map_err(fault)? > 0)
}

fn device_is_anothers(db: &Connection, request: &JoinRequest) -> Result<bool, HubError> {
    let other = "SELECT count(*) FROM device WHERE id = ?1 AND person <> ?2";
    let values = params![request.device.to_string(), request.person.to_string()];
    Ok(db.query_row(other, values, |row| row.get::<_, i64>(0)).map_err(fault)? > 0)
}

fn people(
    db: &Connection,
    request: &JoinRequest,
    invitation: &Invitation,
    role: NetworkRole,
    now_ms: u64,
) -> Result<(), HubError> {
    let (person, device) = (request.person.to_string(), request.device.to_string());
    db.execute(
        "INSERT INTO person (id, email, role, nation, state, joined_at) VALUES (?1, ?2, ?3, ?4, 'confirmed', ?5)
         ON CONFLICT (id) DO UPDATE SET nation = ?4",
        params![person, invitation.email, role_word(role), nation_word(request.nation), int(now_ms)],
    )
    .map_err(fault)?;
    db.execute(
        "INSERT INTO device (id, person, public_key, added_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (id) DO UPDATE SET public_key = ?3, revoked_at = 0",
        params![device, person, request.public_key.0, int(now_ms)],
    )
    .map_err(fault)?;
    Ok(())
}

/// Writes the records by which others know the person, and by which the person knows the device.
fn records(
    db: &Connection,
    request: &JoinRequest,
    role: NetworkRole,
    joined_at: u64,
    now_ms: u64,
) -> Result<Vec<(Space, u64)>, HubError> {
    let mut work = load::clocks(db, now_ms)?;
    let principal = Principal { account: Account::Confirmed, device_revoked: false, role };
    let scope = Scope { person: request.person, device: request.device, principal, nation: request.nation };
    let mut wanted = vec![Space::Me(request.person), Space::ALL_MEMBERS];
    wanted.extend(request.nation.map(|nation| Space::Nation(Some(nation))));
    for space in wanted {
        let there = rows::space_work(db, &scope, &space)?;
        work.spaces.insert(space, there.unwrap_or_else(|| SpaceWork::fresh(None, Vec::new())));
    }
    for id in [request.person.into(), request.device.into()] {
        if let Some(there) = rows::record(db, id)? {
            work.records.insert(id, there);
        }
    }
    let group = GroupId(request.device.0);
    member(&mut work, request, (role, joined_at), group)?;
    let fields = Fields::from([
        ("name".to_owned(), json!(request.device_name)),
        ("platform".to_owned(), json!(request.platform)),
        ("addedAt".to_owned(), json!(now_ms)),
    ]);
    let kind = (Device::KIND.name(), Device::SCHEMA, request.device.into());
    work.put_by_hub(&Space::Me(request.person), group, request.person, kind, fields)?;
    work.cut(0);
    write::work(db, &mut work)
}

fn member(
    work: &mut Work,
    request: &JoinRequest,
    (role, joined_at): (NetworkRole, u64),
    group: GroupId,
) -> Result<(), HubError> {
    let fields = Fields::from([
        ("name".to_owned(), json!(request.name)),
        ("practice".to_owned(), json!(request.practice)),
        ("nation".to_owned(), json!(request.nation)),
        ("role".to_owned(), json!(role)),
        ("joinedAt".to_owned(), json!(joined_at)),
    ]);
    let kind = (Member::KIND.name(), Member::SCHEMA, request.person.into());
    work.put_by_hub(&Space::ALL_MEMBERS, group, request.person, kind, fields)
}
