//! Joining: a single-use invitation becomes a person with a device, and the records that others know them by.

use crate::db::joining::{self, Incoming, Invitation, Known, Standing, Verdict, judged};
use crate::db::read::{int, uint};
use crate::db::sqlite::{fault, load, rows, write};
use crate::db::{Joined, nation_word, role_from, role_word};
use crate::error::HubError;
use crate::work::{AccessRows, SpaceWork};
use linchpin_domain::id::PersonId;
use linchpin_domain::space::Space;
use linchpin_protocol::account::JoinRequest;
use rusqlite::{Connection, OptionalExtension, params};

/// Takes a person in, or says no.
pub(super) fn join(
    db: &Connection,
    request: &JoinRequest,
    code_hash: &str,
    now_ms: u64,
) -> Result<Joined, HubError> {
    let Some(invitation) = invitation(db, code_hash)? else { return Ok(Joined::No) };
    let standing = Standing {
        invitation,
        person: known(db, request.person)?,
        has_key: has_key(db, request)?,
        device_is_anothers: device_is_anothers(db, request)?,
        barred: db.query_row(joining::BARRED, [code_hash], |row| row.get::<_, i64>(0)).map_err(fault)? > 0,
    };
    match judged(&standing, request, now_ms) {
        Verdict::No => Ok(Joined::No),
        Verdict::Already(role) => Ok(Joined::Yes { role, moved: Vec::new() }),
        Verdict::In(incoming) => {
            people(db, request, &standing.invitation, &incoming, now_ms)?;
            db.execute(
                "UPDATE invitation SET used_at = ?2, used_by = ?3 WHERE hash = ?1",
                params![code_hash, int(now_ms.max(1)), request.device.to_string()],
            )
            .map_err(fault)?;
            let moved = records(db, request, &incoming, now_ms)?;
            Ok(Joined::Yes { role: incoming.role, moved })
        }
    }
}

fn invitation(db: &Connection, hash: &str) -> Result<Option<Invitation>, HubError> {
    let row = db
        .query_row(
            "SELECT email, role, region, expires_at, used_by FROM invitation WHERE hash = ?1",
            [hash],
            |row| {
                let expires_at = row.get::<_, i64>(3)?;
                Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?, expires_at, row.get(4)?))
            },
        )
        .optional()
        .map_err(fault)?;
    let Some((email, role, region, expires_at, used_by)) = row else { return Ok(None) };
    let role = role_from(&role).ok_or_else(|| HubError::corrupt("an invitation's role"))?;
    Ok(Some(Invitation { email, role, region, expires_at: uint(expires_at), used_by }))
}

fn known(db: &Connection, person: PersonId) -> Result<Option<Known>, HubError> {
    let row = db
        .query_row(
            "SELECT email, role, region, joined_at FROM person WHERE id = ?1",
            [person.to_string()],
            |row| Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?, row.get::<_, i64>(3)?)),
        )
        .optional()
        .map_err(fault)?;
    let Some((email, role, region, joined_at)) = row else { return Ok(None) };
    let role = role_from(&role).ok_or_else(|| HubError::corrupt("a person's role"))?;
    Ok(Some(Known { email, role, region, joined_at: uint(joined_at) }))
}

fn has_key(db: &Connection, request: &JoinRequest) -> Result<bool, HubError> {
    let same =
        "SELECT count(*) FROM device WHERE id = ?1 AND person = ?2 AND public_key = ?3 AND revoked_at = 0";
    let values = params![request.device.to_string(), request.person.to_string(), request.public_key.0];
    Ok(db.query_row(same, values, |row| row.get::<_, i64>(0)).map_err(fault)? > 0)
}

fn device_is_anothers(db: &Connection, request: &JoinRequest) -> Result<bool, HubError> {
    let other = "SELECT count(*) FROM device WHERE id = ?1 AND (person <> ?2 OR why = 'lost')";
    let values = params![request.device.to_string(), request.person.to_string()];
    Ok(db.query_row(other, values, |row| row.get::<_, i64>(0)).map_err(fault)? > 0)
}

fn people(
    db: &Connection,
    request: &JoinRequest,
    invitation: &Invitation,
    incoming: &Incoming,
    now_ms: u64,
) -> Result<(), HubError> {
    let (person, device) = (request.person.to_string(), request.device.to_string());
    db.execute(
        "INSERT INTO person (id, email, role, nation, state, joined_at, region)
         VALUES (?1, ?2, ?3, ?4, 'confirmed', ?5, ?6) ON CONFLICT (id) DO UPDATE SET nation = ?4",
        params![
            person,
            invitation.email,
            role_word(incoming.role),
            nation_word(request.nation),
            int(now_ms),
            incoming.region
        ],
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
    incoming: &Incoming,
    now_ms: u64,
) -> Result<Vec<(Space, u64)>, HubError> {
    let mut work = load::clocks(db, now_ms)?;
    let scope = joining::scope(request, incoming);
    for space in joining::spaces(request, incoming) {
        let there = rows::space_work(db, &scope, &space)?;
        work.spaces.insert(space, there.unwrap_or_else(|| SpaceWork::fresh(None, AccessRows::new())));
    }
    for id in [request.person.into(), request.device.into()] {
        if let Some(there) = rows::record(db, id)? {
            work.records.insert(id, there);
        }
    }
    joining::records(&mut work, request, incoming)?;
    write::work(db, &mut work)
}
