//! The reads and writes of deeds with accounts. Whoever a deed is done with is held until COMMIT: what they push at the
//! same moment is before it or sees it.

use crate::account::store::{self as sessions, Ending};
use crate::audit::Note;
use crate::db::people::{
    Accounts, DeedRow, DeviceRow, PersonRow, deed_columns, deed_row, device_row, person_row, why_word,
};
use crate::db::postgres::tx::{Params, Tx};
use crate::db::postgres::{audit, load, rows, store, upkeep, write};
use crate::db::read::int;
use crate::db::{Inviting, KnownDevice, account_word, role_word};
use crate::error::HubError;
use crate::scope::Scope;
use crate::work::Work;
use linchpin_domain::id::{CommandId, DeviceId, PersonId, RecordId};
use linchpin_domain::space::Space;
use postgres::Row;
use std::collections::BTreeSet;

const PERSON: &str = "SELECT p.id, p.email, p.role, p.region, p.nation, p.state, p.joined_at, r.fields
     FROM person p LEFT JOIN record r ON r.id = p.id";
const DEVICE: &str = "SELECT id, person, why, added_at, revoked_at FROM device";
const DEED: &str = "SELECT id, deed, asked_by, done_by, asked_at, done_at FROM deed";

fn texts<const N: usize>(row: &Row) -> Result<[String; N], HubError> {
    let mut all = [const { String::new() }; N];
    for (n, text) in all.iter_mut().enumerate() {
        *text = row.try_get(n)?;
    }
    Ok(all)
}

fn people(tx: &mut Tx<'_>, sql: &str, values: Params<'_>) -> Result<Vec<PersonRow>, HubError> {
    let read = |row: &Row| person_row((texts(row)?, row.try_get(6)?, row.try_get(7)?));
    tx.rows(sql, values)?.iter().map(read).collect()
}

fn devices(tx: &mut Tx<'_>, sql: &str, values: Params<'_>) -> Result<Vec<DeviceRow>, HubError> {
    let read = |row: &Row| device_row((texts(row)?, [row.try_get(3)?, row.try_get(4)?]));
    tx.rows(sql, values)?.iter().map(read).collect()
}

fn deeds(tx: &mut Tx<'_>, sql: &str, values: Params<'_>) -> Result<Vec<DeedRow>, HubError> {
    let read = |row: &Row| deed_row((texts(row)?, [row.try_get(4)?, row.try_get(5)?]));
    tx.rows(sql, values)?.iter().map(read).collect()
}

impl Accounts for Tx<'_> {
    fn asker(&mut self, device: DeviceId) -> Result<Option<KnownDevice>, HubError> {
        store::held(self, device)
    }

    fn person(&mut self, id: PersonId) -> Result<Option<PersonRow>, HubError> {
        let sql = format!("{PERSON} WHERE p.id = $1 FOR UPDATE OF p");
        Ok(people(self, &sql, &[&id.to_string()])?.pop())
    }

    fn people(&mut self) -> Result<Vec<PersonRow>, HubError> {
        // Held, so that what is counted here stays so until COMMIT: two cannot each take the last administrator but one.
        people(self, &format!("{PERSON} ORDER BY p.joined_at, p.id FOR UPDATE OF p"), &[])
    }

    fn devices(&mut self) -> Result<Vec<DeviceRow>, HubError> {
        devices(self, &format!("{DEVICE} ORDER BY added_at, id"), &[])
    }

    fn device(&mut self, id: DeviceId) -> Result<Option<DeviceRow>, HubError> {
        let sql = format!("{DEVICE} WHERE id = $1 FOR UPDATE");
        Ok(devices(self, &sql, &[&id.to_string()])?.pop())
    }

    fn save_person(&mut self, person: &PersonRow) -> Result<(), HubError> {
        let (role, state) = (role_word(person.role), account_word(person.account));
        let sql = "UPDATE person SET role = $2, state = $3 WHERE id = $1";
        self.run(sql, &[&person.id.to_string(), &role, &state])?;
        Ok(())
    }

    fn save_device(&mut self, device: &DeviceRow) -> Result<(), HubError> {
        let sql = "UPDATE device SET revoked_at = $2, why = $3 WHERE id = $1";
        self.run(sql, &[&device.id.to_string(), &int(device.revoked_at), &why_word(device.why)])?;
        Ok(())
    }

    fn invite(&mut self, inviting: &Inviting<'_>) -> Result<(), HubError> {
        upkeep::invite(self, inviting)
    }

    fn deed(&mut self, id: CommandId) -> Result<Option<DeedRow>, HubError> {
        let sql = format!("{DEED} WHERE id = $1 FOR UPDATE");
        Ok(deeds(self, &sql, &[&id.to_string()])?.pop())
    }

    fn waiting(&mut self, asked_since: u64) -> Result<Vec<DeedRow>, HubError> {
        let sql = format!("{DEED} WHERE done_at = 0 AND asked_at >= $1 ORDER BY asked_at, id");
        deeds(self, &sql, &[&int(asked_since)])
    }

    fn add_deed(&mut self, deed: &DeedRow) -> Result<(), HubError> {
        let ([id, json, asked_by, done_by], [asked_at, done_at]) = deed_columns(deed)?;
        let sql = "INSERT INTO deed (id, deed, asked_by, asked_at, done_by, done_at)
             VALUES ($1, $2, $3, $4, $5, $6)";
        self.run(sql, &[&id, &json, &asked_by, &asked_at, &done_by, &done_at])?;
        Ok(())
    }

    fn end_deed(&mut self, deed: &DeedRow) -> Result<(), HubError> {
        let ([id, _, _, done_by], [_, done_at]) = deed_columns(deed)?;
        let sql = "UPDATE deed SET done_by = $2, done_at = $3 WHERE id = $1";
        self.run(sql, &[&id, &done_by, &done_at])?;
        Ok(())
    }

    fn end_sessions(&mut self, whose: Ending, now_ms: u64) -> Result<(), HubError> {
        sessions::end(self, whose, now_ms)
    }

    fn note(&mut self, note: &Note, now_ms: u64) -> Result<(), HubError> {
        audit::add(self, note, now_ms)
    }

    fn load(&mut self, space: &Space, record: RecordId, now_ms: u64) -> Result<Work, HubError> {
        let locked = BTreeSet::from([space.clone()]);
        let mut work = load::spaces(self, &Scope::of_the_hub(), &locked, &[], now_ms)?;
        for there in rows::records(self, &[record])? {
            work.records.insert(there.envelope.id, there);
        }
        Ok(work)
    }

    fn write(&mut self, work: &mut Work) -> Result<Vec<(Space, u64)>, HubError> {
        write::work(self, work)
    }
}
