//! Joining: a single-use invitation becomes a person with a device. The invitation's row is held, so that it is used
//! once; what two joins make at the same moment breaks a unique key, and is judged again.

use crate::db::joining::{self, Incoming, Invitation, Known, Standing, Verdict, judged};
use crate::db::postgres::tx::Tx;
use crate::db::postgres::{load, rows, write};
use crate::db::read::{int, uint};
use crate::db::{Joined, nation_word, role_from, role_word};
use crate::error::HubError;
use crate::work::{AccessRows, SpaceWork};
use linchpin_domain::role::NetworkRole;
use linchpin_domain::space::Space;
use linchpin_protocol::account::JoinRequest;
use postgres::Row;

/// Takes a person in, or says no.
pub(super) fn join(
    tx: &mut Tx<'_>,
    request: &JoinRequest,
    code_hash: &str,
    now_ms: u64,
) -> Result<Joined, HubError> {
    let Some(standing) = standing(tx, request, code_hash)? else { return Ok(Joined::No) };
    match judged(&standing, request, now_ms) {
        Verdict::No => Ok(Joined::No),
        Verdict::Already(role) => Ok(Joined::Yes { role, moved: Vec::new() }),
        Verdict::In(incoming) => {
            person(tx, request, &standing, &incoming, now_ms)?;
            device(tx, request, now_ms)?;
            let sql = "UPDATE invitation SET used_at = $2, used_by = $3 WHERE hash = $1";
            tx.run(sql, &[&code_hash, &int(now_ms.max(1)), &request.device.to_string()])?;
            let moved = records(tx, request, &incoming, now_ms)?;
            Ok(Joined::Yes { role: incoming.role, moved })
        }
    }
}

fn role_of(row: &Row, column: usize) -> Result<NetworkRole, HubError> {
    role_from(row.try_get(column)?).ok_or_else(|| HubError::corrupt("a role"))
}

fn standing(tx: &mut Tx<'_>, request: &JoinRequest, hash: &str) -> Result<Option<Standing>, HubError> {
    let sql = "SELECT email, role, expires_at, used_by, region FROM invitation WHERE hash = $1 FOR UPDATE";
    let Some(row) = tx.row(sql, &[&hash])? else { return Ok(None) };
    let invitation = Invitation {
        email: row.try_get(0)?,
        role: role_of(&row, 1)?,
        expires_at: uint(row.try_get(2)?),
        used_by: row.try_get(3)?,
        region: row.try_get(4)?,
    };
    let person = request.person.to_string();
    let sql = "SELECT email, role, joined_at, region FROM person WHERE id = $1 FOR UPDATE";
    let row = tx.row(sql, &[&person])?;
    let known = |row: Row| -> Result<Known, HubError> {
        let (role, joined_at) = (role_of(&row, 1)?, uint(row.try_get(2)?));
        Ok(Known { email: row.try_get(0)?, role, region: row.try_get(3)?, joined_at })
    };
    let sql = "SELECT person, public_key, revoked_at, why FROM device WHERE id = $1 FOR UPDATE";
    let (mut has_key, mut device_is_anothers) = (false, false);
    if let Some(row) = tx.row(sql, &[&request.device.to_string()])? {
        let (owner, key): (String, Vec<u8>) = (row.try_get(0)?, row.try_get(1)?);
        device_is_anothers = owner != person || row.try_get::<_, String>(3)? == "lost";
        has_key = !device_is_anothers && key == request.public_key.0 && row.try_get::<_, i64>(2)? == 0;
    }
    let barred = tx.row(joining::BARRED, &[&hash])?.ok_or_else(|| HubError::corrupt("an invitation"))?;
    let barred = barred.try_get::<_, i64>(0)? > 0;
    let person = row.map(known).transpose()?;
    Ok(Some(Standing { invitation, person, has_key, device_is_anothers, barred }))
}

/// A person who is new is inserted and nothing else: one of the same id that came in meanwhile was not judged.
fn person(
    tx: &mut Tx<'_>,
    request: &JoinRequest,
    standing: &Standing,
    incoming: &Incoming,
    now_ms: u64,
) -> Result<(), HubError> {
    let (id, nation) = (request.person.to_string(), nation_word(request.nation));
    if standing.person.is_some() {
        tx.run("UPDATE person SET nation = $2 WHERE id = $1", &[&id, &nation])?;
        return Ok(());
    }
    let sql = "INSERT INTO person (id, email, role, nation, state, joined_at, region)
         VALUES ($1, $2, $3, $4, 'confirmed', $5, $6)";
    let (email, role) = (&standing.invitation.email, role_word(incoming.role));
    tx.run(sql, &[&id, email, &role, &nation, &int(now_ms), &incoming.region])?;
    Ok(())
}

fn device(tx: &mut Tx<'_>, request: &JoinRequest, now_ms: u64) -> Result<(), HubError> {
    let (id, person, key) = (request.device.to_string(), request.person.to_string(), &request.public_key.0);
    let known = "UPDATE device SET public_key = $3, revoked_at = 0 WHERE id = $1 AND person = $2";
    if tx.run(known, &[&id, &person, key])? == 0 {
        let new = "INSERT INTO device (id, person, public_key, added_at) VALUES ($1, $2, $3, $4)";
        tx.run(new, &[&id, &person, key, &int(now_ms)])?;
    }
    Ok(())
}

/// Writes the records by which others know the person, and by which the person knows the device.
fn records(
    tx: &mut Tx<'_>,
    request: &JoinRequest,
    incoming: &Incoming,
    now_ms: u64,
) -> Result<Vec<(Space, u64)>, HubError> {
    let wanted = joining::spaces(request, incoming);
    let locked = wanted.iter().cloned().collect();
    let mut work = load::spaces(tx, &joining::scope(request, incoming), &locked, &[], now_ms)?;
    for space in wanted {
        work.spaces.entry(space).or_insert_with(|| SpaceWork::fresh(None, AccessRows::new()));
    }
    for record in rows::records(tx, &[request.person.into(), request.device.into()])? {
        work.records.insert(record.envelope.id, record);
    }
    joining::records(&mut work, request, incoming)?;
    write::work(tx, &mut work)
}
