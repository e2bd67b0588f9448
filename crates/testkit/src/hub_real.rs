//! The product's own hub behind the simulator's line: requests are written, signed and read by the very code of
//! the product; only the socket is missing.

use crate::KitError;
use crate::hub::{HubEnd, Joining};
use crate::rng::Seeded;
use linchpin_domain::id::{DeviceId, PersonId};
use linchpin_domain::role::NetworkRole;
use linchpin_hub::{Answer, Hub, HubError, Request};
use linchpin_protocol::account::JoinRequest;
use linchpin_protocol::people::Deed;
use linchpin_protocol::proof::{HEADER_DEVICE, HEADER_NONCE, HEADER_PROOF, HEADER_TIME, signed_bytes};
use linchpin_protocol::{HEADER_EPOCH, HEADER_PROTOCOL};
use linchpin_sync::http::{DeviceKey, letter, read_letter};
use linchpin_sync::seam::{Call, Fault, Reply, Terms};
use std::collections::BTreeMap;

/// The hub.
pub struct HubReal {
    hub: Hub,
    backup: Option<(Hub, usize)>,
    rng: Seeded,
    joined: Vec<Joining>,
    keys: BTreeMap<DeviceId, DeviceKey>,
    nonces: u128,
}

fn hub_error(error: HubError) -> KitError {
    KitError::Hub(error.to_string())
}

impl HubReal {
    /// Returns a hub in memory where nobody has joined.
    ///
    /// # Errors
    /// [`KitError::Hub`].
    pub fn new(mut rng: Seeded, now_ms: u64) -> Result<Self, KitError> {
        let hub = Hub::in_memory("Sample network", now_ms, rng.fork().for_store()).map_err(hub_error)?;
        Ok(Self::over(hub, rng))
    }

    /// Returns a hub that was opened elsewhere, on a disk for example.
    pub fn over(hub: Hub, rng: Seeded) -> Self {
        Self { hub, backup: None, rng, joined: Vec::new(), keys: BTreeMap::new(), nonces: 0 }
    }

    /// Returns the product's hub itself.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Signs for a device that the hub has let in before.
    pub fn signs_for(&mut self, joining: &Joining) {
        self.keys.insert(joining.device, DeviceKey::from_seed(&joining.key_seed));
    }

    /// Hands any body in as a device's, signed as it should be.
    pub fn handed(
        &mut self,
        device: DeviceId,
        target: &str,
        bytes: Vec<u8>,
        is_packed: bool,
        terms: Terms,
    ) -> Answer {
        self.nonces += 1;
        let (time, nonce) = (terms.hub_now_ms, format!("{:032x}", self.nonces));
        let signed = signed_bytes("POST", target, &bytes, time, &nonce);
        let proof = self.keys.get(&device).map(|key| key.sign(&signed)).unwrap_or_default();
        let mut headers: BTreeMap<String, String> = [
            (HEADER_PROTOCOL, "1".to_owned()),
            (HEADER_EPOCH, terms.epoch.to_string()),
            (HEADER_DEVICE, device.to_string()),
            (HEADER_TIME, time.to_string()),
            (HEADER_NONCE, nonce),
            (HEADER_PROOF, proof),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        if is_packed {
            headers.insert("content-encoding".to_owned(), "zstd".to_owned());
        }
        let request = Request {
            method: "POST".to_owned(),
            path: target.to_owned(),
            query: String::new(),
            headers,
            body: bytes,
            peer: "192.0.2.1".to_owned(),
        };
        self.hub.handle(&request, time)
    }

    fn joins(&mut self, joining: &Joining, now_ms: u64) -> Result<(), KitError> {
        self.signs_for(joining);
        let email = format!("{}@example.org", joining.person.name);
        let code = self.hub.invite(&email, NetworkRole::Member, now_ms).map_err(hub_error)?.code;
        let request = join_request(joining, code);
        let terms = Terms { hub_now_ms: now_ms, epoch: 0 };
        match self.ask(joining.device, &Call::Join(request), terms, now_ms) {
            Ok(Reply::Join(_)) => Ok(()),
            other => Err(KitError::Hub(format!("{} cannot join: {other:?}", joining.person.name))),
        }
    }
}

/// Returns how a device asks to join with an invitation's code.
pub fn join_request(joining: &Joining, code: String) -> JoinRequest {
    JoinRequest {
        code,
        name: joining.person.name.to_owned(),
        practice: String::new(),
        nation: None,
        person: joining.person.id,
        device: joining.device,
        device_name: "test".to_owned(),
        platform: "test".to_owned(),
        public_key: DeviceKey::from_seed(&joining.key_seed).public(),
    }
}

impl HubEnd for HubReal {
    fn admit(&mut self, joining: Joining, now_ms: u64) -> Result<(), KitError> {
        self.joined.push(joining);
        self.joins(&joining, now_ms)
    }

    fn ask(&mut self, device: DeviceId, call: &Call, terms: Terms, now_ms: u64) -> Result<Reply, Fault> {
        self.nonces += 1;
        let key = self.keys.get(&device).ok_or(Fault::NoAnswer)?;
        let letter = letter(call, terms, device, key, format!("{:032x}", self.nonces), true)?;
        let headers = letter.plain_headers().into_iter().collect();
        let (path, query) = letter.target.split_once('?').unwrap_or((&letter.target, ""));
        let request = Request {
            method: letter.method.as_str().to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers,
            body: letter.body,
            peer: "192.0.2.1".to_owned(),
        };
        let answer = self.hub.handle(&request, now_ms);
        read_letter(call, answer.status, answer.body)
    }

    fn restart(&mut self, now_ms: u64) -> Result<(), KitError> {
        self.hub = self.hub.copy(now_ms, self.rng.fork().for_store()).map_err(hub_error)?;
        Ok(())
    }

    fn back_up(&mut self, now_ms: u64) -> Result<(), KitError> {
        let copy = self.hub.copy(now_ms, self.rng.fork().for_store()).map_err(hub_error)?;
        self.backup = Some((copy, self.joined.len()));
        Ok(())
    }

    fn restore(&mut self, now_ms: u64) -> Result<bool, KitError> {
        let Some((backup, joined)) = &self.backup else { return Ok(false) };
        self.hub = backup.copy(now_ms, self.rng.fork().for_store()).map_err(hub_error)?;
        let later: Vec<Joining> = self.joined.iter().skip(*joined).copied().collect();
        self.hub.begin_epoch(now_ms).map_err(hub_error)?;
        // Who joined after the backup is unknown now, and is invited once more.
        later.iter().try_for_each(|joining| self.joins(joining, now_ms))?;
        Ok(true)
    }

    fn suspends(&mut self, person: PersonId, is_suspended: bool, now_ms: u64) -> Result<(), KitError> {
        let people = self.hub.people(now_ms).map_err(hub_error)?.people;
        // A hub that went back may have forgotten who was suspended, or that somebody joined.
        if people.iter().any(|facts| facts.person == person && facts.suspended != is_suspended) {
            let deed = if is_suspended { Deed::Suspend { person } } else { Deed::Reinstate { person } };
            self.hub.deed(deed, now_ms).map_err(hub_error)?;
        }
        Ok(())
    }

    fn compact(&mut self) {
        // The product's hub keeps its whole log in this release.
    }
}
