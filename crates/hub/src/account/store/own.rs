//! What a person is told of their own account and devices.

use crate::account::store::{account_in, codes_left, read};
use crate::db::HubDb;
use crate::db::account::{Row, text};
use crate::db::read::parsed;
use crate::error::HubError;
use linchpin_domain::id::{DeviceId, PersonId};
use linchpin_protocol::sign_in::OwnDevice;

/// What a person is told of their own account.
pub(crate) struct OwnAccount {
    pub(crate) is_set_up: bool,
    pub(crate) left: u32,
    pub(crate) devices: Vec<OwnDevice>,
}

/// Returns what a person is told; `asks` is the device that asks, if one does.
pub(crate) fn own(db: &dyn HubDb, person: PersonId, asks: Option<DeviceId>) -> Result<OwnAccount, HubError> {
    read(db, |tx| {
        let found = account_in(tx, person)?;
        // Names stand in the records by which the person knows the devices.
        let sql = "SELECT d.id, d.added_at, d.revoked_at,
                 coalesce((SELECT max(c.at) FROM device_cursor c WHERE c.device = d.id), 0),
                 coalesce((SELECT r.fields FROM record r WHERE r.id = d.id), '{}')
             FROM device d WHERE d.person = $1 ORDER BY d.added_at, d.id";
        let devices = tx.rows(sql, &[text(person)])?;
        let device = |row: &Row| -> Result<OwnDevice, HubError> {
            let device = parsed(row.text(0)?, "the id of a device")?;
            Ok(OwnDevice {
                device,
                name: name_in(row.text(4)?),
                added_at: row.number(1)?,
                seen_at: Some(row.number(3)?).filter(|at| *at > 0),
                is_revoked: row.number(2)? != 0,
                is_this: Some(device) == asks,
            })
        };
        Ok(OwnAccount {
            is_set_up: found.is_some_and(|account| account.is_confirmed),
            left: codes_left(tx, person)?,
            devices: devices.iter().map(device).collect::<Result<_, _>>()?,
        })
    })
}

fn name_in(fields: &str) -> String {
    let fields: serde_json::Value = serde_json::from_str(fields).unwrap_or_default();
    fields.get("name").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}
