//! Who asks: a request is believed when it bears the signature of a device that the hub knows, was made about
//! now, and was not here before. Nothing else makes a scope.

use crate::hub::Hub;
use crate::request::{Refusal, Request};
use crate::scope::Scope;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use linchpin_domain::can::Account;
use linchpin_domain::id::DeviceId;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::limits::PROOF_WINDOW_MS;
use linchpin_protocol::proof::{HEADER_DEVICE, HEADER_NONCE, HEADER_PROOF, HEADER_TIME, signed_bytes};
use linchpin_protocol::{HEADER_PROTOCOL, PROTOCOLS};
use ring::signature::{ED25519, UnparsedPublicKey};
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// How long before its start the hub still takes what was signed: a desk's idea of the hub's time lags by a
/// moment, and what could be repeated from so short a time does nothing twice.
const BEFORE_START_MS: u64 = 30_000;

type Once = (DeviceId, u128);

/// What was signed with what is remembered, for as long as it could be believed again.
pub(crate) struct Proofs {
    /// Nothing that was signed before this is taken: it may have been here before a restart.
    not_before: u64,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    since: u64,
    now: HashSet<Once>,
    before: HashSet<Once>,
}

impl Proofs {
    pub(crate) fn new(now_ms: u64) -> Self {
        Self { not_before: now_ms.saturating_sub(BEFORE_START_MS), seen: Mutex::default() }
    }

    /// Notes a request; false where it was here before.
    fn note(&self, once: Once, now_ms: u64) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if now_ms >= seen.since + 2 * PROOF_WINDOW_MS {
            seen.before = std::mem::take(&mut seen.now);
            seen.since = now_ms;
        }
        !seen.before.contains(&once) && seen.now.insert(once)
    }
}

/// Returns who asks.
///
/// # Errors
/// `auth_expired` with the hub's time, or `device_revoked`.
pub(crate) fn scope(hub: &Hub, request: &Request, now_ms: u64) -> Result<Scope, Refusal> {
    let expired = || Refusal::new(ErrorCode::AuthExpired).at(now_ms);
    check_protocol(request)?;
    let device = device_of(request).ok_or_else(expired)?;
    let known = hub.db.device(device).map_err(|error| hub.fault(&error))?.ok_or_else(expired)?;
    check(hub, request, device, &known.public_key, now_ms)?;
    if known.scope.principal.device_revoked || known.scope.principal.account != Account::Confirmed {
        return Err(ErrorCode::DeviceRevoked.into());
    }
    Ok(known.scope)
}

/// Returns which device says that it asks.
pub(crate) fn device_of(request: &Request) -> Option<DeviceId> {
    request.header(HEADER_DEVICE)?.parse().ok()
}

/// Refuses a protocol that is not spoken here.
pub(crate) fn check_protocol(request: &Request) -> Result<(), Refusal> {
    let spoken = request
        .header(HEADER_PROTOCOL)
        .is_none_or(|word| word.parse::<u16>().is_ok_and(|protocol| PROTOCOLS.contains(&protocol)));
    if spoken { Ok(()) } else { Err(ErrorCode::TooOld.into()) }
}

/// Checks time, signature and nonce, in the order in which a stranger learns least.
pub(crate) fn check(
    hub: &Hub,
    request: &Request,
    device: DeviceId,
    public_key: &[u8],
    now_ms: u64,
) -> Result<(), Refusal> {
    let expired = || Refusal::new(ErrorCode::AuthExpired).at(now_ms);
    let time_ms: u64 = request.header(HEADER_TIME).and_then(|time| time.parse().ok()).ok_or_else(expired)?;
    let nonce = request.header(HEADER_NONCE).unwrap_or_default();
    let once =
        Some(nonce).filter(|nonce| nonce.len() == 32).and_then(|nonce| u128::from_str_radix(nonce, 16).ok());
    let once = once.ok_or_else(expired)?;
    let proof =
        request.header(HEADER_PROOF).and_then(|proof| STANDARD.decode(proof).ok()).ok_or_else(expired)?;
    if time_ms.abs_diff(now_ms) > PROOF_WINDOW_MS || time_ms < hub.proofs.not_before {
        return Err(expired());
    }
    let signed = signed_bytes(&request.method, &request.target(), &request.body, time_ms, nonce);
    UnparsedPublicKey::new(&ED25519, public_key).verify(&signed, &proof).map_err(|_| expired())?;
    if !hub.proofs.note((device, once), now_ms) {
        return Err(expired());
    }
    let first = hub.db.is_first(device, once, now_ms).map_err(|error| hub.fault(&error))?;
    if first { Ok(()) } else { Err(expired()) }
}
