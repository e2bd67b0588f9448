//! What the hub in memory answers to each call.

use crate::hub_memory::{HubBug, HubMemory, There};
use linchpin_domain::canonical::Bytes;
use linchpin_domain::change::Entry;
use linchpin_domain::id::{DeviceId, HubId, PersonId, RecordId};
use linchpin_domain::role::NetworkRole;
use linchpin_domain::space::Space;
use linchpin_domain::sum::Sum;
use linchpin_protocol::bootstrap::{KeptUpdate, PartHead, Row, TextState};
use linchpin_protocol::error::{ErrorCode, Problem};
use linchpin_protocol::hello::{HelloAnswer, HelloRequest, SpaceHead};
use linchpin_protocol::limits::{self, Limits};
use linchpin_protocol::pull::{Page, PullAnswer, PullRequest};
use linchpin_protocol::push::PushAnswer;
use linchpin_protocol::verify::{SpaceSum, Verdict, Verified, VerifyAnswer, VerifyRequest};
use linchpin_sync::seam::{Call, Fault, Reply, Terms};

fn refuse(code: ErrorCode, now_ms: u64) -> Fault {
    Fault::Problem(Problem { code, retry_after_ms: None, hub_time: Some(now_ms), detail_id: None })
}

impl HubMemory {
    pub(super) fn serve(
        &mut self,
        device: DeviceId,
        call: &Call,
        terms: Terms,
        now_ms: u64,
    ) -> Result<Reply, Fault> {
        let no = |code| refuse(code, now_ms);
        let person = *self.now.devices.get(&device).ok_or(no(ErrorCode::DeviceRevoked))?;
        if self.now.suspended.contains(&person) {
            return Err(no(ErrorCode::DeviceRevoked));
        }
        if terms.hub_now_ms.abs_diff(now_ms) > limits::PROOF_WINDOW_MS {
            return Err(no(ErrorCode::AuthExpired));
        }
        if terms.epoch != self.now.epoch && !matches!(call, Call::Hello(_)) {
            return Err(no(ErrorCode::EpochChanged));
        }
        match call {
            Call::Hello(hello) => self.hello(hello, (device, person), now_ms).map(Reply::Hello).map_err(no),
            Call::Push(push) => {
                let (results, spaces) = self.push(person, &push.changes, now_ms);
                Ok(Reply::Push(PushAnswer { results, spaces, hub_time: now_ms }))
            }
            Call::Pull(pull) => Ok(Reply::Pull(self.pull((device, person), pull, now_ms))),
            Call::Part { space, .. } if !self.reads(device, person, space) => Err(no(ErrorCode::NotFound)),
            Call::Part { space, part, at, .. } => {
                self.part(space, *part, *at).map(|(head, rows)| Reply::Part(head, rows)).map_err(no)
            }
            Call::Verify(verify) => Ok(Reply::Verify(self.verify((device, person), verify, now_ms))),
            Call::Seen(_) | Call::Presence(_) => Ok(Reply::Noted),
            Call::Join(_) => Err(no(ErrorCode::BadInvitation)),
            Call::Account(_) | Call::File(_) => Err(no(ErrorCode::NotFound)),
        }
    }

    fn hello(
        &mut self,
        hello: &HelloRequest,
        (device, person): (DeviceId, PersonId),
        now_ms: u64,
    ) -> Result<HelloAnswer, ErrorCode> {
        let known = self.now.nonces.get(&hello.replica);
        let again = known.is_some() && known == hello.next_nonce.as_ref();
        if known.is_some() && known != hello.nonce.as_ref() && !again && !self.has(HubBug::IdAlone) {
            return Err(ErrorCode::ReplicaForked);
        }
        self.nonces += 1;
        let nonce = hello.next_nonce.clone().unwrap_or_else(|| format!("nonce {}", self.nonces));
        self.now.nonces.insert(hello.replica, nonce.clone());
        self.greeted.insert(device, self.readable(person).map(|(space, _)| space.clone()).collect());
        let spaces = self.readable(person).map(|(space, there)| SpaceHead {
            space: space.clone(),
            head: there.head(),
            sum: there.sum,
            restored_head: self.now.restored.get(space).copied(),
        });
        Ok(HelloAnswer {
            protocol: 1,
            hub_time: now_ms,
            hub: HubId::new(1, [9; 10]),
            network: "Sample network".into(),
            epoch: self.now.epoch,
            nonce,
            limits: Limits { changes: self.entries_a_page.max(1) * 4, ..Limits::default() },
            minimum_app: "0.1.0".into(),
            caps: Vec::new(),
            person,
            role: NetworkRole::Member,
            spaces: spaces.collect(),
            audit: None,
        })
    }

    fn pull(&self, (device, person): (DeviceId, PersonId), pull: &PullRequest, hub_time: u64) -> PullAnswer {
        let reads = |space: &&Space| self.reads(device, person, space);
        let mut answer =
            PullAnswer { pages: vec![], gone: vec![], bootstrap: vec![], also: vec![], hub_time };
        for cursor in &pull.spaces {
            match self.shown(device, person, &cursor.space) {
                None => answer.gone.push(cursor.space.clone()),
                Some(there) if cursor.seq < there.floor || cursor.seq > there.head() => {
                    answer.bootstrap.push(cursor.space.clone());
                }
                Some(there) if cursor.seq == there.head() => {}
                Some(there) => answer.pages.push(self.page(&cursor.space, there, cursor.seq)),
            }
        }
        let asked = |space: &&Space| pull.spaces.iter().any(|cursor| cursor.space == **space);
        answer.also = self.now.spaces.keys().filter(|space| !asked(space)).filter(reads).cloned().collect();
        answer
    }

    fn verify(
        &self,
        (device, person): (DeviceId, PersonId),
        asked: &VerifyRequest,
        hub_time: u64,
    ) -> VerifyAnswer {
        let verdict = |asked: &SpaceSum| match self.shown(device, person, &asked.space) {
            None => Verdict::Gone,
            Some(there) if there.head() != asked.seq => Verdict::Moved,
            Some(there) if there.sum == asked.sum => Verdict::Equal,
            Some(_) => Verdict::Differs,
        };
        let verified =
            asked.spaces.iter().map(|one| Verified { space: one.space.clone(), verdict: verdict(one) });
        VerifyAnswer { spaces: verified.collect(), hub_time }
    }

    fn page(&self, space: &Space, there: &There, from: u64) -> Page {
        let head = there.head();
        let rest = there.entries.iter().filter(|entry| entry.seq > from);
        let mut entries: Vec<Entry> = Vec::new();
        for entry in rest {
            let same_group = entries.last().is_some_and(|last: &Entry| last.group == entry.group);
            if entries.len() >= self.entries_a_page && !same_group {
                break;
            }
            entries.push(entry.clone());
        }
        let mut to = entries.last().map_or(from, |entry| entry.seq);
        if self.has(HubBug::SkipsEntries) && to < head {
            to += 1;
        }
        let sum = (to == head).then_some(there.sum);
        Page { space: space.clone(), from, to, head, sum, more: to < head, entries }
    }

    fn part(&self, space: &Space, part: u32, at: Option<u64>) -> Result<(PartHead, Vec<Row>), ErrorCode> {
        let there = self.now.spaces.get(space).ok_or(ErrorCode::NotFound)?;
        if at.is_some_and(|seq| seq != there.head()) {
            return Err(ErrorCode::PartGone);
        }
        let mut rows = rows(there);
        if self.has(HubBug::FillReachesTooFar)
            && let Some(Row::Text(text)) = rows.iter_mut().rev().find(|row| matches!(row, Row::Text(_)))
        {
            text.updates.pop();
        }
        let parts = rows.len().div_ceil(self.rows_a_part).max(1);
        let first = usize::try_from(part).unwrap_or(usize::MAX).saturating_mul(self.rows_a_part);
        let mine: Vec<Row> = rows.iter().skip(first).take(self.rows_a_part).cloned().collect();
        let head = PartHead {
            space: space.clone(),
            epoch: self.now.epoch,
            seq: there.head(),
            part,
            parts: u32::try_from(parts).unwrap_or(u32::MAX),
            sum: there.sum,
            rows: u64::try_from(rows.len()).unwrap_or(u64::MAX),
        };
        Ok((head, mine))
    }
}

fn rows(there: &There) -> Vec<Row> {
    let records = there.records.values().map(|known| Row::Record(known.envelope.clone()));
    let texts = there.texts.iter().map(|(doc, updates)| {
        let sum =
            updates.iter().fold(Sum::default(), |sum, update| sum.plus(Sum::of_text(*doc, &update.bytes)));
        let authors = updates.iter().flat_map(|update| {
            let clients = linchpin_text::doc::introduced(&update.bytes).unwrap_or_default();
            clients.into_keys().map(|client| (client, update.author))
        });
        Row::Text(TextState {
            doc: *doc,
            schema: updates.iter().map(|update| update.schema).max().unwrap_or(1),
            snapshot: None,
            updates: updates
                .iter()
                .map(|update| KeptUpdate {
                    seq: update.seq,
                    author: update.author,
                    at: update.at,
                    bytes: Bytes(update.bytes.clone()),
                })
                .collect(),
            sum,
            authors: authors.collect(),
        })
    });
    records.chain(texts).collect()
}

/// Returns an id made from what it names.
pub(super) fn made_id(parts: &[&str]) -> RecordId {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    let mut random = [0; 10];
    random.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
    RecordId::new(1, random)
}
