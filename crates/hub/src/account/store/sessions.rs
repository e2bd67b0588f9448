//! Sessions in the store, and whether the hub requires one.

use crate::account::session::{Refreshing, Shown, judged};
use crate::account::store::{Tx, read, write};
use crate::audit::{Note, Noted};
use crate::db::HubDb;
use crate::db::account::{Row, number, text};
use crate::db::read::parsed;
use crate::error::HubError;
use linchpin_domain::id::{DeviceId, PersonId};

/// The name of the setting that says whether sign-in is required.
const SIGN_IN: &str = "sign_in";
/// Its value where it is.
const REQUIRED: &str = "required";

/// A session as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct SessionRow {
    pub(crate) device: DeviceId,
    pub(crate) person: PersonId,
    pub(crate) family: String,
    /// Hashes of the tokens.
    pub(crate) access: String,
    pub(crate) access_until: u64,
    pub(crate) refresh: String,
    pub(crate) refresh_until: u64,
    pub(crate) former: String,
    /// Whether one of the present two was used.
    pub(crate) is_heard: bool,
    /// 0 until somebody ended it.
    pub(crate) ended_at: u64,
}

/// Where a device stands.
pub(crate) struct Standing {
    /// Whether the hub requires that everybody is signed in.
    pub(crate) required: bool,
    pub(crate) session: Option<SessionRow>,
}

impl Standing {
    /// Tells whether the device needs a session. One that somebody ended must be begun anew, whatever the hub
    /// requires; one that only ran out is missed where it does.
    pub(crate) fn is_needed(&self) -> bool {
        self.required || self.session.as_ref().is_some_and(|session| session.ended_at != 0)
    }
}

/// Says whether sign-in is required.
pub(crate) fn set_required(db: &dyn HubDb, required: bool, now_ms: u64) -> Result<(), HubError> {
    let value = if required { REQUIRED } else { "by-device" };
    write(db, |tx| {
        if is_required(tx)? == required {
            return Ok(());
        }
        let sql = "INSERT INTO hub_setting (name, value) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        tx.run(sql, &[text(SIGN_IN), text(value)])?;
        tx.note(&Note::by_operator(Noted::SignInSet, &value), now_ms)
    })
}

/// Returns where a device stands.
pub(crate) fn standing(db: &dyn HubDb, device: DeviceId) -> Result<Standing, HubError> {
    read(db, |tx| Ok(Standing { required: is_required(tx)?, session: session_of(tx, device)? }))
}

fn is_required(tx: Tx<'_>) -> Result<bool, HubError> {
    let setting = tx.row("SELECT value FROM hub_setting WHERE name = $1", &[text(SIGN_IN)])?;
    let required = setting.map(|row| row.text(0).map(|word| word == REQUIRED)).transpose()?;
    Ok(required.unwrap_or(false))
}

const SESSION: &str =
    "SELECT device, person, family, access, access_until, refresh, refresh_until, former, heard,
     ended_at FROM session";

fn session(row: &Row) -> Result<SessionRow, HubError> {
    Ok(SessionRow {
        device: parsed(row.text(0)?, "the device of a session")?,
        person: parsed(row.text(1)?, "the person of a session")?,
        family: row.text(2)?.to_owned(),
        access: row.text(3)?.to_owned(),
        access_until: row.number(4)?,
        refresh: row.text(5)?.to_owned(),
        refresh_until: row.number(6)?,
        former: row.text(7)?.to_owned(),
        is_heard: row.number(8)? != 0,
        ended_at: row.number(9)?,
    })
}

fn session_of(tx: Tx<'_>, device: DeviceId) -> Result<Option<SessionRow>, HubError> {
    tx.row(&format!("{SESSION} WHERE device = $1"), &[text(device)])?.as_ref().map(session).transpose()
}

/// Notes that the present tokens of a device came to it.
pub(crate) fn note_heard(db: &dyn HubDb, device: DeviceId, access: &str) -> Result<(), HubError> {
    write(db, |tx| {
        let sql = "UPDATE session SET heard = 1 WHERE device = $1 AND access = $2";
        tx.run(sql, &[text(device), text(access)]).map(|_| ())
    })
}

/// Begins a session in the place of the device's former one.
pub(super) fn begin(tx: Tx<'_>, row: &SessionRow) -> Result<(), HubError> {
    tx.run("DELETE FROM session WHERE device = $1", &[text(row.device)])?;
    let sql = "INSERT INTO session (device, person, family, access, access_until, refresh, refresh_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let (access, refresh) = (text(&row.access), text(&row.refresh));
    let until = (number(row.access_until), number(row.refresh_until));
    tx.run(sql, &[text(row.device), text(row.person), text(&row.family), access, until.0, refresh, until.1])?;
    Ok(())
}

/// Goes on with a session: the next two tokens in the place of the present ones. A token that was replaced, or comes
/// from another device, ends it.
pub(crate) fn refresh(
    db: &dyn HubDb,
    device: DeviceId,
    shown: &Shown,
    next: &SessionRow,
    now_ms: u64,
) -> Result<bool, HubError> {
    write(db, |tx| {
        let sql = format!("{SESSION} WHERE family = $1");
        let Some(row) = tx.row_to_change(&sql, &[text(&shown.kept)])? else { return Ok(false) };
        let there = session(&row)?;
        if there.ended_at != 0 || there.refresh_until <= now_ms {
            return Ok(false);
        }
        let former = match judged(&there, &shown.hash) {
            _ if there.device != device => None,
            Refreshing::Present => Some(&there.refresh),
            Refreshing::Unanswered => Some(&there.former),
            Refreshing::Replaced => None,
        };
        let Some(former) = former else {
            end(tx, Ending::Device(there.device), now_ms)?;
            tx.note(&Note::by(Some(there.person), Noted::TokenReplayed, &there.device, ""), now_ms)?;
            return Ok(false);
        };
        let sql = "UPDATE session SET access = $1, access_until = $2, refresh = $3, refresh_until = $4, former = $5,
             heard = 0 WHERE family = $6";
        let (access, refresh) = (text(&next.access), text(&next.refresh));
        let until = (number(next.access_until), number(next.refresh_until));
        tx.run(sql, &[access, until.0, refresh, until.1, text(former), text(&shown.kept)])?;
        Ok(true)
    })
}

/// Whose sessions end.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ending {
    /// All of a person's.
    Person(PersonId),
    /// The one of a device.
    Device(DeviceId),
}

/// Ends sessions; whoever held one must sign in again.
pub(crate) fn end(tx: Tx<'_>, whose: Ending, now_ms: u64) -> Result<(), HubError> {
    let (column, value) = match whose {
        Ending::Person(person) => ("person", text(person)),
        Ending::Device(device) => ("device", text(device)),
    };
    let sql = format!("UPDATE session SET ended_at = $1 WHERE {column} = $2 AND ended_at = 0");
    tx.run(&sql, &[number(now_ms.max(1)), value]).map(|_| ())
}

/// Ends the session of a device, by the refresh token that it shows; false where it is none of its own.
pub(crate) fn sign_out(
    db: &dyn HubDb,
    device: DeviceId,
    shown: &Shown,
    now_ms: u64,
) -> Result<bool, HubError> {
    write(db, |tx| {
        let own = session_of(tx, device)?
            .filter(|there| there.family == shown.kept && judged(there, &shown.hash) == Refreshing::Present);
        if let Some(there) = own {
            end(tx, Ending::Device(device), now_ms)?;
            tx.note(&Note::by(Some(there.person), Noted::SignedOut, &device, ""), now_ms)?;
            return Ok(true);
        }
        Ok(false)
    })
}
