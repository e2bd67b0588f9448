//! The reads and writes of deeds with accounts.

use crate::account::store::{self as sessions, Ending};
use crate::audit::Note;
use crate::db::people::{
    Accounts, DeedRow, DeviceRow, PersonRow, deed_columns, deed_row, device_row, person_row, why_word,
};
use crate::db::read::int;
use crate::db::sqlite::{account, audit, fault, load, rows, store, upkeep, write};
use crate::db::{Inviting, KnownDevice, account_word, role_word};
use crate::error::HubError;
use crate::scope::Scope;
use crate::work::Work;
use linchpin_domain::id::{CommandId, DeviceId, PersonId, RecordId};
use linchpin_domain::space::Space;
use rusqlite::{Connection, Params, Row, params};

/// A transaction that does deeds. The one that writes holds all of the store.
pub(super) struct Deeds<'a>(pub(super) &'a Connection);

const PERSON: &str = "SELECT p.id, p.email, p.role, p.region, p.nation, p.state, p.joined_at, r.fields
     FROM person p LEFT JOIN record r ON r.id = p.id";
const DEVICE: &str = "SELECT id, person, why, added_at, revoked_at FROM device";
const DEED: &str = "SELECT id, deed, asked_by, done_by, asked_at, done_at FROM deed";

impl Deeds<'_> {
    fn all<T, C>(
        &self,
        sql: &str,
        values: impl Params,
        columns: fn(&Row<'_>) -> rusqlite::Result<C>,
        read: fn(C) -> Result<T, HubError>,
    ) -> Result<Vec<T>, HubError> {
        let mut find = self.0.prepare_cached(sql).map_err(fault)?;
        let found = find.query_map(values, columns).map_err(fault)?;
        found.map(|row| row.map_err(fault).and_then(read)).collect()
    }

    fn run(&self, sql: &str, values: impl Params) -> Result<(), HubError> {
        self.0.prepare_cached(sql).map_err(fault)?.execute(values).map_err(fault)?;
        Ok(())
    }
}

fn texts<const N: usize>(row: &Row<'_>) -> rusqlite::Result<[String; N]> {
    let mut all = [const { String::new() }; N];
    for (n, text) in all.iter_mut().enumerate() {
        *text = row.get(n)?;
    }
    Ok(all)
}

impl Accounts for Deeds<'_> {
    fn asker(&mut self, device: DeviceId) -> Result<Option<KnownDevice>, HubError> {
        store::known(self.0, device)
    }

    fn person(&mut self, id: PersonId) -> Result<Option<PersonRow>, HubError> {
        let sql = format!("{PERSON} WHERE p.id = ?1");
        let columns = |row: &Row<'_>| Ok((texts(row)?, row.get(6)?, row.get(7)?));
        Ok(self.all(&sql, [id.to_string()], columns, person_row)?.pop())
    }

    fn people(&mut self) -> Result<Vec<PersonRow>, HubError> {
        let sql = format!("{PERSON} ORDER BY p.joined_at, p.id");
        self.all(&sql, [], |row| Ok((texts(row)?, row.get(6)?, row.get(7)?)), person_row)
    }

    fn devices(&mut self) -> Result<Vec<DeviceRow>, HubError> {
        let sql = format!("{DEVICE} ORDER BY added_at, id");
        self.all(&sql, [], |row| Ok((texts(row)?, [row.get(3)?, row.get(4)?])), device_row)
    }

    fn device(&mut self, id: DeviceId) -> Result<Option<DeviceRow>, HubError> {
        let sql = format!("{DEVICE} WHERE id = ?1");
        let columns = |row: &Row<'_>| Ok((texts(row)?, [row.get(3)?, row.get(4)?]));
        Ok(self.all(&sql, [id.to_string()], columns, device_row)?.pop())
    }

    fn save_person(&mut self, person: &PersonRow) -> Result<(), HubError> {
        let (role, state) = (role_word(person.role), account_word(person.account));
        let sql = "UPDATE person SET role = ?2, state = ?3 WHERE id = ?1";
        self.run(sql, params![person.id.to_string(), role, state])
    }

    fn save_device(&mut self, device: &DeviceRow) -> Result<(), HubError> {
        let sql = "UPDATE device SET revoked_at = ?2, why = ?3 WHERE id = ?1";
        self.run(sql, params![device.id.to_string(), int(device.revoked_at), why_word(device.why)])
    }

    fn invite(&mut self, inviting: &Inviting<'_>) -> Result<(), HubError> {
        upkeep::invite(self.0, inviting)
    }

    fn deed(&mut self, id: CommandId) -> Result<Option<DeedRow>, HubError> {
        let sql = format!("{DEED} WHERE id = ?1");
        let columns = |row: &Row<'_>| Ok((texts(row)?, [row.get(4)?, row.get(5)?]));
        Ok(self.all(&sql, [id.to_string()], columns, deed_row)?.pop())
    }

    fn waiting(&mut self, asked_since: u64) -> Result<Vec<DeedRow>, HubError> {
        let sql = format!("{DEED} WHERE done_at = 0 AND asked_at >= ?1 ORDER BY asked_at, id");
        let columns = |row: &Row<'_>| Ok((texts(row)?, [row.get(4)?, row.get(5)?]));
        self.all(&sql, [int(asked_since)], columns, deed_row)
    }

    fn add_deed(&mut self, deed: &DeedRow) -> Result<(), HubError> {
        let ([id, json, asked_by, done_by], [asked_at, done_at]) = deed_columns(deed)?;
        let sql = "INSERT INTO deed (id, deed, asked_by, asked_at, done_by, done_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        self.run(sql, params![id, json, asked_by, asked_at, done_by, done_at])
    }

    fn end_deed(&mut self, deed: &DeedRow) -> Result<(), HubError> {
        let ([id, _, _, done_by], [_, done_at]) = deed_columns(deed)?;
        let sql = "UPDATE deed SET done_by = ?2, done_at = ?3 WHERE id = ?1";
        self.run(sql, params![id, done_by, done_at])
    }

    fn end_sessions(&mut self, whose: Ending, now_ms: u64) -> Result<(), HubError> {
        sessions::end(&mut account::Tx(self.0), whose, now_ms)
    }

    fn note(&mut self, note: &Note, now_ms: u64) -> Result<(), HubError> {
        audit::add(self.0, note, now_ms)
    }

    fn load(&mut self, space: &Space, record: RecordId, now_ms: u64) -> Result<Work, HubError> {
        let mut work = load::clocks(self.0, now_ms)?;
        if let Some(there) = rows::space_work(self.0, &Scope::of_the_hub(), space)? {
            work.spaces.insert(space.clone(), there);
        }
        if let Some(there) = rows::record(self.0, record)? {
            work.records.insert(record, there);
        }
        Ok(work)
    }

    fn write(&mut self, work: &mut Work) -> Result<Vec<(Space, u64)>, HubError> {
        write::work(self.0, work)
    }
}
