//! The engine's operations, each one transaction.

use crate::audit::Links;
use crate::db::decide::{decided, may_speak, rights};
use crate::db::moving::Rows;
use crate::db::people::{self, Acted, Doer, Doing};
use crate::db::read::{parsed, uint};
use crate::db::sqlite::people::Deeds;
use crate::db::sqlite::{Sqlite, audit, deleting, fault, join, load, moving, pull, rows, upkeep, write};
use crate::db::{Fixed, Heard, Said, known_device};
use crate::db::{Greeted, HubDb, HubFacts, Inviting, Joined, KnownDevice, Pulled, PushDone, Pushing, Status};
use crate::error::HubError;
use crate::scope::Scope;
use linchpin_domain::id::{AnswerId, DeviceId, ReplicaId};
use linchpin_domain::space::Space;
use linchpin_domain::sum::Sum;
use linchpin_protocol::account::JoinRequest;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::hello::{AuditHead, SpaceHead};
use linchpin_protocol::live::SeenBy;
use linchpin_protocol::people::PeopleAnswer;
use linchpin_protocol::pull::Cursor;
use rusqlite::{Connection, OptionalExtension};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

impl HubDb for Sqlite {
    fn facts(&self) -> Result<HubFacts, HubError> {
        self.read(|db| {
            // Every push and every pull asks for it.
            let (id, network, epoch) = db
                .prepare_cached("SELECT id, network, epoch FROM hub")
                .map_err(fault)?
                .query_row([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get::<_, i64>(2)?)))
                .map_err(fault)?;
            Ok(HubFacts {
                id: linchpin_domain::id::HubId(parsed(&id, "the hub's id")?),
                network,
                epoch: uint(epoch),
            })
        })
    }

    fn device(&self, id: DeviceId) -> Result<Option<KnownDevice>, HubError> {
        self.read(|db| known(db, id))
    }

    fn join(&self, request: &JoinRequest, code_hash: &str, now_ms: u64) -> Result<Joined, HubError> {
        self.write(|db| join::join(db, request, code_hash, now_ms))
    }

    fn hello(
        &self,
        scope: &Scope,
        replica: ReplicaId,
        (shown, last_counter): (Option<&str>, u64),
        next: &str,
    ) -> Result<Greeted, HubError> {
        self.write(|db| {
            let there = replica_row(db, replica)?;
            if let Some((device, nonce, last)) = &there {
                let old_nonce = !nonce.is_empty() && shown != Some(nonce.as_str()) && nonce != next;
                if *device != scope.device.to_string() || old_nonce || last_counter < *last {
                    return Ok(Greeted::Forked);
                }
            }
            db.prepare_cached(
                "INSERT INTO replica (id, device, nonce) VALUES (?1, ?2, ?3)
                 ON CONFLICT (id) DO UPDATE SET nonce = ?3",
            )
            .map_err(fault)?
            .execute([replica.to_string(), scope.device.to_string(), next.to_owned()])
            .map_err(fault)?;
            Ok(Greeted::Yes)
        })
    }

    fn heads(&self, scope: &Scope) -> Result<Vec<SpaceHead>, HubError> {
        self.read(|db| {
            let spaces = pull::readable(db, scope)?;
            Ok(spaces
                .into_iter()
                .map(|(space, row)| SpaceHead {
                    space,
                    head: row.head,
                    sum: row.sum,
                    restored_head: row.restored_head,
                })
                .collect())
        })
    }

    fn head(&self, scope: &Scope, space: &Space) -> Result<Option<u64>, HubError> {
        self.read(|db| Ok(pull::readable_one(db, scope, space)?.map(|row| row.head)))
    }

    fn sums(&self, scope: &Scope, spaces: &[Space]) -> Result<BTreeMap<Space, (u64, Sum)>, HubError> {
        self.read(|db| {
            let mut sums = BTreeMap::new();
            for space in spaces {
                if let Some(row) = pull::readable_one(db, scope, space)? {
                    sums.insert(space.clone(), (row.head, row.sum));
                }
            }
            Ok(sums)
        })
    }

    fn push(&self, pushing: &Pushing<'_>) -> Result<PushDone, HubError> {
        self.write(|db| {
            let (replica, device) = (pushing.request.replica, pushing.scope.device);
            let forked = replica_row(db, replica)?.is_some_and(|(owner, ..)| owner != device.to_string());
            if forked {
                return Ok(PushDone::Forked);
            }
            // What the asker may is looked at again inside: nothing slips past a device that was cut off.
            let Some(KnownDevice { scope, .. }) = known(db, device)?.filter(|known| may_speak(&known.scope))
            else {
                return Ok(PushDone::Revoked);
            };
            let changes = &pushing.request.changes;
            let load = || load::push(db, &scope, replica, changes, pushing.now_ms);
            let (mut work, answer) = decided(pushing, &scope, load)?;
            let moved = write::work(db, &mut work)?;
            write::remembered(db, &work, replica, device, scope.person)?;
            deleting::write(db, &work, scope.person, replica)?;
            Ok(PushDone::Yes { answer, moved, rights: rights(&work) })
        })
    }

    fn pull(
        &self,
        scope: &Scope,
        cursors: &[Cursor],
        entries: usize,
        bytes: usize,
    ) -> Result<Pulled, HubError> {
        self.read(|db| pull::pull(db, scope, cursors, entries, bytes))
    }

    fn fill(
        &self,
        scope: &Scope,
        space: &Space,
        row: &mut dyn FnMut(&str) -> Result<(), HubError>,
    ) -> Result<Option<Fixed>, HubError> {
        self.read(|db| pull::fill(db, scope, space, row))
    }

    fn seen(&self, scope: &Scope, cursors: &[Cursor], now_ms: u64) -> Result<Vec<SeenBy>, HubError> {
        self.write(|db| pull::seen(db, scope, cursors, now_ms))
    }

    fn seen_by(&self, scope: &Scope) -> Result<Vec<SeenBy>, HubError> {
        self.read(|db| pull::seen_by(db, scope))
    }

    fn is_answer_of(&self, answer: AnswerId, space: &Space) -> Result<bool, HubError> {
        self.read(|db| {
            let there = rows::record(db, answer.into())?;
            Ok(there
                .is_some_and(|record| record.envelope.space == *space && record.envelope.kind == "answer"))
        })
    }

    fn invite(&self, inviting: &Inviting<'_>) -> Result<(), HubError> {
        self.write(|db| upkeep::invite(db, inviting))
    }

    fn deed(&self, doing: &Doing<'_>) -> Result<Acted, HubError> {
        self.write(|db| people::act(&mut Deeds(db), doing))
    }

    fn people(&self, doer: Doer, now_ms: u64) -> Result<Result<PeopleAnswer, ErrorCode>, HubError> {
        self.read(|db| people::list(&mut Deeds(db), doer, now_ms))
    }

    fn status(&self, now_ms: u64) -> Result<Status, HubError> {
        self.read(|db| upkeep::status(db, now_ms))
    }

    fn backup(&self, file: &Path) -> Result<(), HubError> {
        self.read(|db| upkeep::backup(db, file))
    }

    fn check(&self) -> Result<(), HubError> {
        self.read(upkeep::check)
    }

    fn new_epoch(&self, random: u32, now_ms: u64) -> Result<u64, HubError> {
        self.write(|db| upkeep::new_epoch(db, random, now_ms))
    }

    fn audit_head(&self) -> Result<AuditHead, HubError> {
        self.read(audit::head)
    }

    fn audit(&self, links: &mut Links<'_>) -> Result<(), HubError> {
        self.read(|db| audit::each(db, links))
    }

    fn copy(&self) -> Result<Arc<dyn HubDb>, HubError> {
        Ok(Arc::new(self.copy_in_memory()?))
    }

    fn export(&self, rows: &mut Rows<'_>) -> Result<(), HubError> {
        self.read(|db| moving::export(db, rows))
    }

    fn is_first(&self, _device: DeviceId, _nonce: u128, _now_ms: u64) -> Result<bool, HubError> {
        // One process serves the file, and remembers for itself.
        Ok(true)
    }

    fn say(&self, _said: &Said) -> Result<(), HubError> {
        Ok(())
    }

    fn follow(&self, _heard: &mut dyn FnMut(Heard) -> bool) -> Result<(), HubError> {
        Ok(())
    }

    fn processes(&self) -> Result<u64, HubError> {
        Ok(0)
    }
}

type ReplicaRow = (String, String, u64);

fn replica_row(db: &Connection, replica: ReplicaId) -> Result<Option<ReplicaRow>, HubError> {
    db.prepare_cached("SELECT device, nonce, last_counter FROM replica WHERE id = ?1")
        .map_err(fault)?
        .query_row([replica.to_string()], |row| Ok((row.get(0)?, row.get(1)?, uint(row.get(2)?))))
        .optional()
        .map_err(fault)
}

pub(super) fn known(db: &Connection, id: DeviceId) -> Result<Option<KnownDevice>, HubError> {
    let row = db
        .prepare_cached(
            "SELECT p.id, p.role, p.nation, p.state, p.region, d.public_key, d.revoked_at
             FROM device d JOIN person p ON p.id = d.person WHERE d.id = ?1",
        )
        .map_err(fault)?
        .query_row([id.to_string()], |row| {
            let texts = (row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?);
            let more = (row.get::<_, String>(3)?, row.get::<_, String>(4)?);
            Ok((texts, more, row.get::<_, Vec<u8>>(5)?, row.get::<_, i64>(6)?))
        })
        .optional()
        .map_err(fault)?;
    let Some(((person, role, nation), (state, region), public_key, revoked_at)) = row else {
        return Ok(None);
    };
    known_device(id, [&person, &role, &nation, &state, &region], public_key, revoked_at != 0).map(Some)
}
