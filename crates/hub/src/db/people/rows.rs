//! People, devices and deeds as rows of a store, and as whoever looks after accounts is told of them.

use crate::db::read::{int, parsed, uint};
use crate::db::{account_from, role_from};
use crate::error::HubError;
use linchpin_domain::can::{Account, Principal};
use linchpin_domain::id::{CommandId, DeviceId, PersonId};
use linchpin_domain::nation::Nation;
use linchpin_domain::record::member::Member;
use linchpin_domain::record::{Fields, decode};
use linchpin_domain::role::NetworkRole;
use linchpin_protocol::people::{DEED_MS, Deed, DeedAnswer, DeviceFacts, PersonFacts, Why};

/// A person as the store has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PersonRow {
    pub(crate) id: PersonId,
    pub(crate) email: String,
    pub(crate) role: NetworkRole,
    /// Empty where none is known.
    pub(crate) region: String,
    pub(crate) nation: Option<Nation>,
    pub(crate) account: Account,
    pub(crate) joined_at: u64,
    /// As colleagues read it; empty where there is no record of it.
    pub(crate) name: String,
}

/// A device as the store has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DeviceRow {
    pub(crate) id: DeviceId,
    pub(crate) person: PersonId,
    pub(crate) added_at: u64,
    /// 0 while it may speak.
    pub(crate) revoked_at: u64,
    pub(crate) why: Option<Why>,
}

/// A deed as the store has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DeedRow {
    pub(crate) id: CommandId,
    pub(crate) deed: Deed,
    pub(crate) asked_by: PersonId,
    pub(crate) asked_at: u64,
    /// Nobody while it waits.
    pub(crate) done_by: Option<PersonId>,
    /// 0 while it waits.
    pub(crate) done_at: u64,
}

/// A person's columns: id, email, role, region, nation, state, when they joined, and their record's fields.
pub(crate) type PersonColumns = ([String; 6], i64, Option<String>);

/// Reads a person.
pub(crate) fn person_row(
    ([id, email, role, region, nation, state], joined_at, fields): PersonColumns,
) -> Result<PersonRow, HubError> {
    let member = fields.and_then(|fields| serde_json::from_str::<Fields>(&fields).ok());
    Ok(PersonRow {
        id: parsed(&id, "a person's id")?,
        email,
        role: role_from(&role).ok_or_else(|| HubError::corrupt("a person's role"))?,
        region,
        nation: Nation::from_code(&nation),
        account: account_from(&state),
        joined_at: uint(joined_at),
        name: member.map(|fields| decode::<Member>(&fields).record.name).unwrap_or_default(),
    })
}

/// A device's columns: id, person, why it was cut off; when it joined and when it was cut off.
pub(crate) type DeviceColumns = ([String; 3], [i64; 2]);

/// Reads a device.
pub(crate) fn device_row(
    ([id, person, why], [added_at, revoked_at]): DeviceColumns,
) -> Result<DeviceRow, HubError> {
    Ok(DeviceRow {
        id: parsed(&id, "a device's id")?,
        person: parsed(&person, "a device's person")?,
        added_at: uint(added_at),
        revoked_at: uint(revoked_at),
        why: Why::ALL.iter().find(|(_, name)| *name == why).map(|(why, _)| *why),
    })
}

/// Returns the word for why a device was cut off.
pub(crate) fn why_word(why: Option<Why>) -> &'static str {
    Why::ALL.iter().find(|(known, _)| Some(*known) == why).map_or("", |(_, name)| name)
}

/// A deed's columns: id, deed, who asked, who did it; when it was asked for and when it was done.
pub(crate) type DeedColumns = ([String; 4], [i64; 2]);

/// Reads a deed.
pub(crate) fn deed_row(
    ([id, deed, asked_by, done_by], [asked_at, done_at]): DeedColumns,
) -> Result<DeedRow, HubError> {
    let done_by = if done_by.is_empty() { None } else { Some(parsed(&done_by, "who did a deed")?) };
    Ok(DeedRow {
        id: parsed(&id, "a deed's id")?,
        deed: serde_json::from_str(&deed).map_err(|_| HubError::corrupt("a deed"))?,
        asked_by: parsed(&asked_by, "who asked for a deed")?,
        asked_at: uint(asked_at),
        done_by,
        done_at: uint(done_at),
    })
}

/// Returns a deed as its columns.
pub(crate) fn deed_columns(row: &DeedRow) -> Result<DeedColumns, HubError> {
    let deed = serde_json::to_string(&row.deed).map_err(|_| HubError::corrupt("a deed"))?;
    let done_by = row.done_by.map(|person| person.to_string()).unwrap_or_default();
    Ok(([row.id.to_string(), deed, row.asked_by.to_string(), done_by], [int(row.asked_at), int(row.done_at)]))
}

impl DeedRow {
    pub(super) fn until(&self) -> u64 {
        self.asked_at.saturating_add(DEED_MS)
    }

    pub(super) fn answer(&self) -> DeedAnswer {
        // The code of an invitation is kept nowhere, so it is not told twice.
        let waits = DeedAnswer::Waits { until: self.until() };
        if self.done_by.is_some() { DeedAnswer::Done { code: None } } else { waits }
    }
}

impl PersonRow {
    pub(super) fn principal(&self) -> Principal {
        Principal { account: self.account, device_revoked: false, role: self.role }
    }
}

/// Returns a person as whoever looks after them is told.
pub(super) fn facts(person: PersonRow, devices: &[DeviceRow]) -> PersonFacts {
    let devices = devices.iter().filter(|device| device.person == person.id).map(|device| DeviceFacts {
        device: device.id,
        added_at: device.added_at,
        revoked_at: device.revoked_at,
        why: device.why,
    });
    PersonFacts {
        person: person.id,
        name: person.name,
        email: person.email,
        role: person.role,
        region: person.region,
        nation: person.nation,
        suspended: person.account == Account::Suspended,
        joined_at: person.joined_at,
        devices: devices.collect(),
    }
}
