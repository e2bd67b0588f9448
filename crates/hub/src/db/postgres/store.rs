//! The engine's operations, each one transaction.

use crate::audit::Links;
use crate::db::decide::{decided, may_speak, rights};
use crate::db::moving::Rows;
use crate::db::people::{self, Acted, Doer, Doing};
use crate::db::postgres::rows;
use crate::db::postgres::tx::Tx;
use crate::db::postgres::{Postgres, audit, deleting, ear, join, load, moving, pull, upkeep, write};
use crate::db::read::{int, parsed, uint};
use crate::db::{Fixed, Heard, Said, known_device};
use crate::db::{Greeted, HubDb, HubFacts, Inviting, Joined, KnownDevice, Pulled, PushDone, Pushing, Status};
use crate::error::HubError;
use crate::scope::Scope;
use linchpin_domain::id::{AnswerId, DeviceId, HubId, ReplicaId};
use linchpin_domain::space::Space;
use linchpin_domain::sum::Sum;
use linchpin_protocol::account::JoinRequest;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::hello::{AuditHead, SpaceHead};
use linchpin_protocol::limits::PROOF_WINDOW_MS;
use linchpin_protocol::live::SeenBy;
use linchpin_protocol::people::PeopleAnswer;
use linchpin_protocol::pull::Cursor;
use postgres::Row;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Once in how many requests old proofs are forgotten; nonces are drawn.
const OLD_PROOFS: u128 = 512;

impl HubDb for Postgres {
    fn facts(&self) -> Result<HubFacts, HubError> {
        let rows = self.pool.lease()?.alone(FACTS, &[])?;
        facts_of(rows.first())
    }

    fn device(&self, id: DeviceId) -> Result<Option<KnownDevice>, HubError> {
        let rows = self.pool.lease()?.alone(KNOWN, &[&id.to_string()])?;
        rows.first().map(|row| known(id, row)).transpose()
    }

    fn join(&self, request: &JoinRequest, code_hash: &str, now_ms: u64) -> Result<Joined, HubError> {
        let joined = self.write(|tx| join::join(tx, request, code_hash, now_ms))?;
        if let Joined::Yes { moved, .. } = &joined {
            self.untold.tell(self, moved);
        }
        Ok(joined)
    }

    fn hello(
        &self,
        scope: &Scope,
        replica: ReplicaId,
        (shown, last_counter): (Option<&str>, u64),
        next: &str,
    ) -> Result<Greeted, HubError> {
        self.write(|tx| {
            let (device, nonce, last) = write::hold_replica(tx, replica, scope.device)?;
            let old_nonce = !nonce.is_empty() && shown != Some(nonce.as_str()) && nonce != next;
            if device != scope.device.to_string() || old_nonce || last_counter < uint(last) {
                return Ok(Greeted::Forked);
            }
            tx.run("UPDATE replica SET nonce = $2 WHERE id = $1", &[&replica.to_string(), &next])?;
            Ok(Greeted::Yes)
        })
    }

    fn heads(&self, scope: &Scope) -> Result<Vec<SpaceHead>, HubError> {
        let spaces = self.read(|tx| pull::readable(tx, scope))?;
        let head = |(space, row): (Space, crate::db::read::SpaceRow)| SpaceHead {
            space,
            head: row.head,
            sum: row.sum,
            restored_head: row.restored_head,
        };
        Ok(spaces.into_iter().map(head).collect())
    }

    fn head(&self, scope: &Scope, space: &Space) -> Result<Option<u64>, HubError> {
        let there = self.read(|tx| pull::readable_among(tx, scope, [space]))?;
        Ok(there.get(space).map(|row| row.head))
    }

    fn sums(&self, scope: &Scope, spaces: &[Space]) -> Result<BTreeMap<Space, (u64, Sum)>, HubError> {
        let there = self.read(|tx| pull::readable_among(tx, scope, spaces))?;
        Ok(there.into_iter().map(|(space, row)| (space, (row.head, row.sum))).collect())
    }

    fn push(&self, pushing: &Pushing<'_>) -> Result<PushDone, HubError> {
        let done = self.write(|tx| push(tx, pushing))?;
        if let PushDone::Yes { moved, .. } = &done {
            self.untold.tell(self, moved);
        }
        Ok(done)
    }

    fn pull(
        &self,
        scope: &Scope,
        cursors: &[Cursor],
        entries: usize,
        bytes: usize,
    ) -> Result<Pulled, HubError> {
        self.read(|tx| pull::pull(tx, scope, cursors, entries, bytes))
    }

    fn fill(
        &self,
        scope: &Scope,
        space: &Space,
        row: &mut dyn FnMut(&str) -> Result<(), HubError>,
    ) -> Result<Option<Fixed>, HubError> {
        self.read(|tx| pull::fill(tx, scope, space, row))
    }

    fn seen(&self, scope: &Scope, cursors: &[Cursor], now_ms: u64) -> Result<Vec<SeenBy>, HubError> {
        self.write(|tx| pull::seen(tx, scope, cursors, now_ms))
    }

    fn seen_by(&self, scope: &Scope) -> Result<Vec<SeenBy>, HubError> {
        self.read(|tx| pull::seen_by(tx, scope))
    }

    fn is_answer_of(&self, answer: AnswerId, space: &Space) -> Result<bool, HubError> {
        let there = self.read(|tx| rows::records(tx, &[answer.into()]))?;
        Ok(there.iter().any(|record| record.envelope.space == *space && record.envelope.kind == "answer"))
    }

    fn invite(&self, inviting: &Inviting<'_>) -> Result<(), HubError> {
        self.write(|tx| upkeep::invite(tx, inviting))
    }

    fn deed(&self, doing: &Doing<'_>) -> Result<Acted, HubError> {
        let acted = self.write(|tx| people::act(tx, doing))?;
        self.untold.tell(self, &acted.moved);
        Ok(acted)
    }

    fn people(&self, doer: Doer, now_ms: u64) -> Result<Result<PeopleAnswer, ErrorCode>, HubError> {
        // A deed holds whom it finds, and so does this; it is asked for now and then.
        self.write(|tx| people::list(tx, doer, now_ms))
    }

    fn status(&self, now_ms: u64) -> Result<Status, HubError> {
        self.read(|tx| upkeep::status(tx, now_ms))
    }

    fn backup(&self, _file: &Path) -> Result<(), HubError> {
        Err(HubError::UsePgDump)
    }

    fn copy(&self) -> Result<Arc<dyn HubDb>, HubError> {
        Err(HubError::UsePgDump)
    }

    fn check(&self) -> Result<(), HubError> {
        self.read(upkeep::check)
    }

    fn new_epoch(&self, random: u32, now_ms: u64) -> Result<u64, HubError> {
        self.write(|tx| upkeep::new_epoch(tx, random, now_ms))
    }

    fn audit_head(&self) -> Result<AuditHead, HubError> {
        self.read(audit::head)
    }

    fn audit(&self, links: &mut Links<'_>) -> Result<(), HubError> {
        self.read(|tx| audit::each(tx, links))
    }

    fn export(&self, rows: &mut Rows<'_>) -> Result<(), HubError> {
        self.read(|tx| moving::export(tx, rows))
    }

    fn is_first(&self, device: DeviceId, nonce: u128, now_ms: u64) -> Result<bool, HubError> {
        let mut lease = self.pool.lease()?;
        if nonce.is_multiple_of(OLD_PROOFS) {
            let old = now_ms.saturating_sub(2 * PROOF_WINDOW_MS);
            lease.alone("DELETE FROM proof WHERE at < $1", &[&int(old)])?;
        }
        // The table is not logged, so nobody waits for the disk.
        let sql =
            "INSERT INTO proof (device, nonce, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING at";
        let new = lease.alone(sql, &[&device.to_string(), &format!("{nonce:032x}"), &int(now_ms)])?;
        Ok(!new.is_empty())
    }

    fn say(&self, said: &Said) -> Result<(), HubError> {
        self.write(|tx| ear::tell(tx, &self.channel, &self.process, said))
    }

    fn follow(&self, heard: &mut dyn FnMut(Heard) -> bool) -> Result<(), HubError> {
        ear::follow(self, heard)
    }

    fn processes(&self) -> Result<u64, HubError> {
        self.read(|tx| ear::processes(tx, self.serving))
    }
}

/// A device with its person.
const KNOWN: &str = "SELECT p.id, p.role, p.nation, p.state, p.region, d.public_key, d.revoked_at
     FROM device d JOIN person p ON p.id = d.person WHERE d.id = $1";

const FACTS: &str = "SELECT id, network, epoch FROM hub";

/// Returns what the hub says of itself.
pub(super) fn facts(tx: &mut Tx<'_>) -> Result<HubFacts, HubError> {
    facts_of(tx.row(FACTS, &[])?.as_ref())
}

fn facts_of(row: Option<&Row>) -> Result<HubFacts, HubError> {
    let row = row.ok_or(HubError::NoHub)?;
    let id = HubId(parsed(row.try_get(0)?, "the hub's id")?);
    Ok(HubFacts { id, network: row.try_get(1)?, epoch: uint(row.try_get(2)?) })
}

fn known(id: DeviceId, row: &Row) -> Result<KnownDevice, HubError> {
    let of_person = [row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?, row.try_get(4)?];
    known_device(id, of_person, row.try_get(5)?, row.try_get::<_, i64>(6)? != 0)
}

/// Finds a device with its person and holds both, so that whoever cuts them off waits for this or is seen by it.
pub(super) fn held(tx: &mut Tx<'_>, device: DeviceId) -> Result<Option<KnownDevice>, HubError> {
    let row = tx.row(&format!("{KNOWN} FOR SHARE"), &[&device.to_string()])?;
    row.map(|row| known(device, &row)).transpose()
}

/// Takes a push in.
fn push(tx: &mut Tx<'_>, pushing: &Pushing<'_>) -> Result<PushDone, HubError> {
    let (replica, device) = (pushing.request.replica, pushing.scope.device);
    let asker = held(tx, device)?;
    let (owner, ..) = write::hold_replica(tx, replica, device)?;
    if owner != device.to_string() {
        return Ok(PushDone::Forked);
    }
    let Some(KnownDevice { scope, .. }) = asker.filter(|known| may_speak(&known.scope)) else {
        return Ok(PushDone::Revoked);
    };
    let load = || load::push(tx, &scope, replica, &pushing.request.changes, pushing.now_ms);
    let (mut work, answer) = decided(pushing, &scope, load)?;
    let moved = write::work(tx, &mut work)?;
    write::remembered(tx, &work, replica, scope.person)?;
    deleting::write(tx, &work, scope.person, replica)?;
    Ok(PushDone::Yes { answer, moved, rights: rights(&work) })
}
