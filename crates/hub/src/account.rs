//! Accounts: how a person is known at a computer that the hub has not met, by a passphrase and a second factor, and
//! the sessions that follow. What is asked of the store is in [`store`]; everything that is slow or counted is here.
//! Nothing of this is needed by a hub that knows its people by their devices alone.

mod factor;
mod gate;
mod keyfile;
mod passphrase;
mod recovery;
pub(crate) mod session;
pub(crate) mod store;
mod token;
mod totp;
mod tries;

pub(crate) use factor::Factor;

use crate::error::HubError;
use crate::hub::Hub;
use crate::request::Refusal;
use gate::Gate;
use linchpin_domain::id::DeviceId;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::sign_in::OwnDevice;
use std::path::Path;
use std::sync::Arc;
pub(crate) use tries::As;
use tries::Tries;

/// Bytes of a TOTP secret: 160 bits, as RFC 4226 advises.
const SECRET_BYTES: usize = 20;
/// How long a desk waits where too many sign in at once, in milliseconds.
const QUEUE_MS: u64 = 5_000;

/// What accounts need beside the store.
#[derive(Default)]
pub(crate) struct Accounts {
    gate: Gate,
    tries: Tries,
    /// Locks what is kept of second factors; none where there is no key file.
    lock: Option<Arc<keyfile::Lock>>,
}

impl Accounts {
    /// Returns what accounts need where there is a key file, or none.
    pub(crate) fn locked_by(lock: Option<Arc<keyfile::Lock>>) -> Self {
        Self { lock, ..Self::default() }
    }

    /// Returns what locks second factors.
    pub(crate) fn lock(&self) -> Option<Arc<keyfile::Lock>> {
        self.lock.clone()
    }
}

/// Returns the form in which an e-mail address is compared. Other letters than those of ASCII are left as they are, on
/// every engine alike: some of them become one of ASCII when they are made small, and would take another's address.
pub(crate) fn email_key(email: &str) -> String {
    email.trim().to_ascii_lowercase()
}

/// What an app for codes is given.
pub(crate) struct NewSecret {
    /// As it is kept.
    pub(crate) kept: Vec<u8>,
    /// As it is told.
    pub(crate) otpauth: String,
}

impl Hub {
    /// Takes the key file of a hub's folder, which is made where nobody has an account yet.
    pub(crate) fn with_key_of(mut self, folder: &Path) -> Result<Self, HubError> {
        let may_make = !store::any_account(self.db.as_ref())?;
        let lock = keyfile::ensure(folder, may_make, &mut |bytes| self.random(bytes))?;
        self.accounts = Accounts::locked_by(lock.map(Arc::new));
        Ok(self)
    }

    /// Takes a key file, for a hub whose store is no folder.
    ///
    /// # Errors
    /// [`HubError::File`] where it cannot be read or is none.
    pub fn with_key_file(mut self, file: &Path) -> Result<Self, HubError> {
        self.accounts = Accounts::locked_by(Some(Arc::new(keyfile::Lock::read(file)?)));
        Ok(self)
    }

    /// Says whether only those are served who are signed in, or every device that the hub knows.
    ///
    /// # Errors
    /// Any fault of the store.
    pub fn require_sign_in(&self, required: bool, now_ms: u64) -> Result<(), HubError> {
        store::set_required(self.db.as_ref(), required, now_ms)
    }

    /// Forgets the account of an e-mail address, so that it can be set up anew; false where there is none. Of the
    /// person's devices only `kept` may speak from then on: whoever else was signed in must not be the first to set it
    /// up again.
    ///
    /// # Errors
    /// Any fault of the store.
    pub fn forget_account(&self, email: &str, kept: &[DeviceId], now_ms: u64) -> Result<bool, HubError> {
        let Some(account) = store::account_named(self.db.as_ref(), &email_key(email))? else {
            return Ok(false);
        };
        for device in store::own(self.db.as_ref(), account.person, None)?.devices {
            if !device.is_revoked && !kept.contains(&device.device) {
                self.revoke(device.device, now_ms)?;
            }
        }
        store::forget(self.db.as_ref(), &account.email, now_ms)
    }

    /// Returns the devices that a forgotten account would leave its person; none where there is no such account.
    ///
    /// # Errors
    /// Any fault of the store.
    pub fn devices_of(&self, email: &str) -> Result<Option<Vec<OwnDevice>>, HubError> {
        let Some(account) = store::account_named(self.db.as_ref(), &email_key(email))? else {
            return Ok(None);
        };
        let all = store::own(self.db.as_ref(), account.person, None)?.devices;
        Ok(Some(all.into_iter().filter(|device| !device.is_revoked).collect()))
    }

    /// Notes that somebody tries a passphrase or a code.
    ///
    /// # Errors
    /// `busy`, with how long to wait.
    pub(crate) fn count_try(&self, who: As<'_>, peer: &str, now_ms: u64) -> Result<(), Refusal> {
        let wait = self.accounts.tries.count(who, peer, now_ms);
        wait.map_err(|ms| Refusal::new(ErrorCode::Busy).after(ms))
    }

    /// Takes a try back that was right.
    pub(crate) fn was_right(&self, who: As<'_>, peer: &str) {
        self.accounts.tries.was_right(who, peer);
    }

    /// Hashes a new passphrase, when its turn comes.
    ///
    /// # Errors
    /// `passphrase_refused`; `busy` where too many wait already.
    pub(crate) fn hash_passphrase(&self, words: &str) -> Result<String, Refusal> {
        if !passphrase::is_good(words) {
            return Err(ErrorCode::PassphraseRefused.into());
        }
        let _turn = self.turn()?;
        let mut salt = [0; passphrase::SALT_BYTES];
        self.random(&mut salt);
        passphrase::hash(words, &salt).ok_or_else(|| ErrorCode::Internal.into())
    }

    /// Tells whether words are the passphrase whose hash is kept, when its turn comes. Where none is kept it takes as
    /// long and says no.
    ///
    /// # Errors
    /// `busy` where too many wait already.
    pub(crate) fn is_passphrase(&self, words: &str, kept: Option<&str>) -> Result<bool, Refusal> {
        let _turn = self.turn()?;
        let same = passphrase::is_same(words, kept.unwrap_or(passphrase::NOBODYS));
        Ok(same && kept.is_some())
    }

    fn turn(&self) -> Result<gate::Turn<'_>, Refusal> {
        self.accounts.gate.enter().ok_or_else(|| Refusal::new(ErrorCode::Busy).after(QUEUE_MS))
    }

    /// Draws the secret of an app for codes.
    ///
    /// # Errors
    /// `internal` where it cannot be locked.
    pub(crate) fn new_secret(&self, network: &str, email: &str) -> Result<NewSecret, Refusal> {
        let mut secret = [0; SECRET_BYTES];
        self.random(&mut secret);
        let mut nonce = [0; keyfile::NONCE_BYTES];
        self.random(&mut nonce);
        let kept = keyfile::kept(self.accounts.lock.as_deref(), &secret, nonce);
        let kept = kept.ok_or_else(|| Refusal::new(ErrorCode::Internal))?;
        Ok(NewSecret { kept, otpauth: totp::otpauth(network, email, &secret) })
    }

    /// Returns what a code stands for, if it can stand for anything with this secret.
    pub(crate) fn factor(&self, code: &str, kept_secret: &[u8], now_ms: u64) -> Option<Factor> {
        if let Some(code) = totp::clean(code) {
            let secret = keyfile::opened(self.accounts.lock.as_deref(), kept_secret);
            if secret.is_none() {
                tracing::error!("the key file that opens second factors is missing or another one");
            }
            return totp::step_of(&secret?, &code, now_ms).map(Factor::Step);
        }
        recovery::hash_of(code).map(Factor::Recovery)
    }

    /// Draws ten recovery codes.
    pub(crate) fn new_recovery_codes(&self) -> Vec<String> {
        recovery::draw(|bytes| self.random(bytes))
    }

    /// Returns the hashes under which recovery codes are kept.
    pub(crate) fn hashes_of(codes: &[String]) -> Vec<String> {
        codes.iter().filter_map(|code| recovery::hash_of(code)).collect()
    }
}
