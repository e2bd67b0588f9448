//! The deeds themselves, one function each: what is written when one is done. Whether it may be done was decided
//! before.

use crate::account::store::Ending;
use crate::audit::{Note, Noted};
use crate::db::people::{Accounts, DeviceRow, Doing, PersonRow, Target, why_word};
use crate::db::{Inviting, role_word};
use crate::error::HubError;
use linchpin_domain::can::Account;
use linchpin_domain::id::{PersonId, RecordId};
use linchpin_domain::record::device::Device;
use linchpin_domain::record::member::Member;
use linchpin_domain::record::{Fields, Record};
use linchpin_domain::role::NetworkRole;
use linchpin_domain::space::{Space, is_code};
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::people::{Deed, Why};
use serde_json::{Value, json};

/// Most characters of an e-mail address.
const EMAIL_CHARS: usize = 200;

type Moved = Vec<(Space, u64)>;

/// Checks what an invitation says.
pub(super) fn check_invited(deed: &Deed) -> Result<(), ErrorCode> {
    let Deed::Invite { email, region, .. } = deed else { return Ok(()) };
    let whole = email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    // An address of other letters could be taken for another's, which is of these.
    let odd = |one: char| !one.is_ascii_graphic();
    let sound = whole && email.chars().count() <= EMAIL_CHARS && !email.contains(odd);
    let sound = sound && (region.is_empty() || is_code(region));
    if sound { Ok(()) } else { Err(ErrorCode::BadRequest) }
}

/// Returns what sort of deed it is, for the record.
pub(super) fn word(deed: &Deed) -> &'static str {
    match deed {
        Deed::Invite { .. } => "invite",
        Deed::SetRole { .. } => "setRole",
        Deed::Suspend { .. } => "suspend",
        Deed::Reinstate { .. } => "reinstate",
        Deed::RevokeDevice { .. } => "revokeDevice",
    }
}

/// Returns what goes into the record of a deed; none where nothing changes, and of an invitation, which is noted where
/// it is made.
pub(super) fn note_of(deed: &Deed, by: Option<PersonId>, target: &Target) -> Option<Note> {
    let note = |what, object: &dyn ToString, detail| Some(Note::by(by, what, &object.to_string(), detail));
    match deed {
        Deed::Invite { .. } => None,
        Deed::SetRole { person, role } => note(Noted::RoleSet, person, role_word(*role)),
        Deed::Suspend { person } => note(Noted::Suspended, person, ""),
        Deed::Reinstate { person } => note(Noted::Reinstated, person, ""),
        Deed::RevokeDevice { device, why } => {
            let still = target.device.as_ref().is_some_and(|there| there.revoked_at == 0);
            still.then(|| note(Noted::CutOff, device, why_word(Some(*why)))).flatten()
        }
    }
}

/// Does a deed; returns the spaces that moved.
pub(super) fn perform(
    db: &mut impl Accounts,
    doing: &Doing<'_>,
    deed: &Deed,
    target: Target,
    by: Option<PersonId>,
) -> Result<Moved, HubError> {
    match (deed, target.person, target.device) {
        (Deed::Invite { email, role, region }, ..) => invite(db, doing, (email, *role, region), by),
        (Deed::SetRole { role, .. }, Some(person), _) => set_role(db, doing, person, *role),
        (Deed::Suspend { .. }, Some(person), _) => suspend(db, doing, person),
        (Deed::Reinstate { .. }, Some(person), _) => reinstate(db, doing, person),
        (Deed::RevokeDevice { why, .. }, _, Some(device)) => revoke_device(db, doing, device, *why),
        _ => Err(HubError::corrupt("what a deed is done with")),
    }
}

fn invite(
    db: &mut impl Accounts,
    doing: &Doing<'_>,
    (email, role, region): (&str, NetworkRole, &str),
    by: Option<PersonId>,
) -> Result<Moved, HubError> {
    let (hash, now_ms, expires_at) = (doing.code.1.clone(), doing.now_ms, doing.expires_at);
    db.invite(&Inviting { email, role, region, hash, now_ms, expires_at, by })?;
    Ok(Moved::new())
}

fn set_role(
    db: &mut impl Accounts,
    doing: &Doing<'_>,
    person: PersonRow,
    role: NetworkRole,
) -> Result<Moved, HubError> {
    let person = PersonRow { role, ..person };
    db.save_person(&person)?;
    db.end_sessions(Ending::Person(person.id), doing.now_ms)?;
    note_member(db, doing, &person, ("role", json!(role)))
}

fn suspend(db: &mut impl Accounts, doing: &Doing<'_>, person: PersonRow) -> Result<Moved, HubError> {
    let person = PersonRow { account: Account::Suspended, ..person };
    db.save_person(&person)?;
    db.end_sessions(Ending::Person(person.id), doing.now_ms)?;
    note_member(db, doing, &person, ("suspended", json!(true)))
}

fn reinstate(db: &mut impl Accounts, doing: &Doing<'_>, person: PersonRow) -> Result<Moved, HubError> {
    let person = PersonRow { account: Account::Confirmed, ..person };
    db.save_person(&person)?;
    note_member(db, doing, &person, ("suspended", json!(false)))
}

fn revoke_device(
    db: &mut impl Accounts,
    doing: &Doing<'_>,
    device: DeviceRow,
    why: Why,
) -> Result<Moved, HubError> {
    if device.revoked_at != 0 {
        return Ok(Moved::new());
    }
    db.save_device(&DeviceRow { revoked_at: doing.now_ms.max(1), why: Some(why), ..device.clone() })?;
    db.end_sessions(Ending::Device(device.id), doing.now_ms)?;
    let (space, record) = (Space::Me(device.person), RecordId::from(device.id));
    note::<Device>(db, doing, &space, record, ("revoked", json!(true)))
}

/// Says it in the record by which colleagues know the person.
fn note_member(
    db: &mut impl Accounts,
    doing: &Doing<'_>,
    person: &PersonRow,
    field: (&str, Value),
) -> Result<Moved, HubError> {
    note::<Member>(db, doing, &Space::ALL_MEMBERS, person.id.into(), field)
}

/// Sets a field of a record that is there; where it is not, nobody would miss it.
fn note<R: Record>(
    db: &mut impl Accounts,
    doing: &Doing<'_>,
    space: &Space,
    id: RecordId,
    (field, value): (&str, Value),
) -> Result<Moved, HubError> {
    let mut work = db.load(space, id, doing.now_ms)?;
    let Some(created_by) = work.records.get(&id).map(|record| record.created_by) else {
        return Ok(Moved::new());
    };
    let fields = Fields::from([(field.to_owned(), value)]);
    let kind = (R::KIND.name(), R::SCHEMA, id);
    work.put_by_hub(space, doing.group(), created_by, kind, fields)?;
    work.cut(0);
    db.write(&mut work)
}
