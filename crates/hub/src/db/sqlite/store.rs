//! The engine's operations, each one transaction.

use crate::db::sqlite::rows::{self, parsed};
use crate::db::sqlite::{Sqlite, fault, int, join, load, pull, uint, upkeep, write};
use crate::db::{Fixed, role_from};
use crate::db::{Greeted, HubDb, HubFacts, Inviting, Joined, KnownDevice, Pulled, PushDone, Pushing, Status};
use crate::error::HubError;
use crate::push;
use crate::scope::Scope;
use crate::work::Work;
use linchpin_domain::can::{Account, Action, Principal};
use linchpin_domain::change::{Answered, Change};
use linchpin_domain::id::{AnswerId, DeviceId, ReplicaId};
use linchpin_domain::nation::Nation;
use linchpin_domain::space::Space;
use linchpin_protocol::account::JoinRequest;
use linchpin_protocol::hello::SpaceHead;
use linchpin_protocol::live::SeenBy;
use linchpin_protocol::pull::Cursor;
use linchpin_protocol::push::{Moved, PushAnswer};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeSet;
use std::path::Path;

impl HubDb for Sqlite {
    fn facts(&self) -> Result<HubFacts, HubError> {
        self.read(|db| {
            let (id, network, epoch) = db
                .query_row("SELECT id, network, epoch FROM hub", [], |row| {
                    Ok((row.get::<_, String>(0)?, row.get(1)?, row.get::<_, i64>(2)?))
                })
                .map_err(fault)?;
            Ok(HubFacts {
                id: linchpin_domain::id::HubId(parsed(&id, "the hub's id")?),
                network,
                epoch: uint(epoch),
            })
        })
    }

    fn device(&self, id: DeviceId) -> Result<Option<KnownDevice>, HubError> {
        self.read(|db| device(db, id))
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

    fn push(&self, pushing: &Pushing<'_>) -> Result<PushDone, HubError> {
        self.write(|db| {
            let replica = pushing.request.replica;
            let forked = replica_row(db, replica)?
                .is_some_and(|(device, ..)| device != pushing.scope.device.to_string());
            if forked { Ok(PushDone::Forked) } else { decided(db, pushing) }
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

    fn revoke(&self, device: DeviceId, now_ms: u64) -> Result<bool, HubError> {
        self.write(|db| {
            let sql = "UPDATE device SET revoked_at = ?2 WHERE id = ?1 AND revoked_at = 0";
            Ok(db.execute(sql, params![device.to_string(), int(now_ms.max(1))]).map_err(fault)? > 0)
        })
    }

    fn status(&self, now_ms: u64) -> Result<Status, HubError> {
        self.read(|db| upkeep::status(db, now_ms))
    }

    fn backup(&self, file: &Path) -> Result<(), HubError> {
        self.read(|db| upkeep::backup(db, file))
    }

    fn new_epoch(&self, random: u32) -> Result<u64, HubError> {
        self.write(|db| upkeep::new_epoch(db, random))
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

fn device(db: &Connection, id: DeviceId) -> Result<Option<KnownDevice>, HubError> {
    let row = db
        .prepare_cached(
            "SELECT p.id, p.role, p.nation, p.state, d.public_key, d.revoked_at
             FROM device d JOIN person p ON p.id = d.person WHERE d.id = ?1",
        )
        .map_err(fault)?
        .query_row([id.to_string()], |row| {
            let texts = (row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?);
            Ok((texts, row.get::<_, String>(3)?, row.get::<_, Vec<u8>>(4)?, row.get::<_, i64>(5)?))
        })
        .optional()
        .map_err(fault)?;
    let Some(((person, role, nation), state, public_key, revoked_at)) = row else { return Ok(None) };
    let role = role_from(&role).ok_or_else(|| HubError::corrupt("a person's role"))?;
    let account = if state == "confirmed" { Account::Confirmed } else { Account::Suspended };
    let principal = Principal { account, device_revoked: revoked_at != 0, role };
    let (person, nation) = (parsed(&person, "a person's id")?, Nation::from_code(&nation));
    Ok(Some(KnownDevice { scope: Scope { person, device: id, principal, nation }, public_key }))
}

/// Decides a push: at first as a whole, and change by change where something in it turns out not to read.
fn decided(db: &Connection, pushing: &Pushing<'_>) -> Result<PushDone, HubError> {
    let request = pushing.request;
    let few =
        request.changes.iter().filter(|change| matches!(change.op, linchpin_domain::change::Op::Text(_)));
    let mut carefully = few.count() <= 2;
    loop {
        let mut work = load::push(db, pushing.scope, request.replica, &request.changes, pushing.now_ms)?;
        let deciding = push::Deciding { scope: pushing.scope, carefully, together: pushing.together };
        let pushed = push::decide(&mut work, &deciding, &request.changes)?;
        if pushed.spoiled {
            carefully = true;
            continue;
        }
        let moved = write::work(db, &mut work)?;
        write::remembered(db, &work, request.replica, pushing.scope.device, pushing.scope.person)?;
        let answer = answer(&work, pushing, pushed.results);
        return Ok(PushDone::Yes { answer, moved });
    }
}

fn answer(work: &Work, pushing: &Pushing<'_>, results: Vec<Answered>) -> PushAnswer {
    let touched: BTreeSet<&Space> =
        pushing.request.changes.iter().map(|change: &Change| &change.space).collect();
    let readable = |space: &Space, hand| pushing.scope.may(Action::Read, space, hand, false);
    let spaces = touched
        .into_iter()
        .filter_map(|name| work.spaces.get(name).map(|space| (name, space)))
        .filter(|(name, space)| readable(name, space.hand))
        .map(|(name, space)| Moved {
            space: name.clone(),
            before: space.before,
            after: space.head,
            ours: space.plain,
        });
    PushAnswer { results, spaces: spaces.collect(), hub_time: pushing.now_ms }
}
