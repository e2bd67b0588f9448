//! The person's account with the hub: setting it up on a computer that joined, signing in on another one, and the end
//! of one. Each asks the hub once and blocks until it has answered or not; none of it is needed to write.

use crate::driver::SystemClock;
use crate::http::{DeviceKey, Http, Settings, base_url, session};
use crate::join::{JoinError, asked_twice, of_fault};
use crate::once::blocking;
use crate::seam::{AccountCall, AccountReply, Call, Clock, Fault, Reply};
use crate::status::Away;
use linchpin_domain::id::{DeviceId, PersonId};
use linchpin_protocol::error::ErrorCode;
pub use linchpin_protocol::sign_in::{AccountAnswer, OwnDevice, Secret, SetUpAnswer};
use linchpin_protocol::sign_in::{
    ConfirmAccountRequest, PassphraseRequest, RecoveryCodesRequest, RevokeRequest, SetUpRequest,
    SignInAnswer, SignInRequest, SignOutRequest,
};
use linchpin_store::open::Identity;
use linchpin_store::{HubLink, Store};
use std::sync::Arc;

/// Why it did not work. The store is as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// E-mail address, passphrase and code do not belong together.
    #[error("the hub does not know this e-mail address with this passphrase and code")]
    Failed,
    /// The new passphrase is too short or a common one.
    #[error("the passphrase is too short or a common one")]
    PassphraseRefused,
    /// There is an account for this e-mail address already.
    #[error("there is an account already")]
    Exists,
    /// There is no such device of this person that may speak.
    #[error("there is no such device")]
    NoDevice,
    /// Nobody is signed in here.
    #[error("nobody is signed in here")]
    NotSignedIn,
    /// Work was begun here as another person.
    #[error("this copy is another person's")]
    AnotherPerson,
    /// Somebody tried too often.
    #[error("too many tries")]
    TooMany,
    /// As where a network is joined.
    #[error(transparent)]
    Join(#[from] JoinError),
}

impl From<linchpin_store::StoreError> for AccountError {
    fn from(error: linchpin_store::StoreError) -> Self {
        Self::Join(error.into())
    }
}

/// What is needed to sign in.
pub struct SignInAsked {
    /// The hub's address.
    pub hub_url: String,
    /// The e-mail address of the invitation.
    pub email: String,
    /// The passphrase.
    pub passphrase: Secret,
    /// Six digits, or a recovery code.
    pub code: Secret,
    /// The name of this device.
    pub device_name: String,
    /// `windows`, `macos` or `linux`.
    pub platform: String,
}

/// The account that was signed in to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The network's name.
    pub network: String,
    /// Who we are there.
    pub person: PersonId,
    /// How many recovery codes are left.
    pub recovery_codes_left: u32,
}

/// Begins an account.
///
/// # Errors
/// [`AccountError`].
pub fn set_up(
    store: &Arc<Store>,
    passphrase: Secret,
    settings: &Settings,
) -> Result<SetUpAnswer, AccountError> {
    match ask(store, settings, AccountCall::SetUp(SetUpRequest { passphrase }))? {
        Reply::Account(AccountReply::SetUp(answer)) => Ok(answer),
        _ => Err(strange()),
    }
}

/// Confirms the account by its first code; returns the recovery codes. This computer is signed in from then on.
///
/// # Errors
/// [`AccountError`].
pub fn confirm(store: &Arc<Store>, code: Secret, settings: &Settings) -> Result<Vec<Secret>, AccountError> {
    match ask(store, settings, AccountCall::Confirm(ConfirmAccountRequest { code }))? {
        Reply::Account(AccountReply::Confirm(answer)) => {
            // The codes are told this once; without the session one signs in, which loses nothing.
            if let Err(error) = session::keep_in_turn(store, Some(&answer.session)) {
                tracing::warn!(%error, "the session could not be kept");
            }
            Ok(answer.recovery_codes)
        }
        _ => Err(strange()),
    }
}

/// Returns the person's own account.
///
/// # Errors
/// [`AccountError`].
pub fn own(store: &Arc<Store>, settings: &Settings) -> Result<AccountAnswer, AccountError> {
    match ask(store, settings, AccountCall::Own)? {
        Reply::Account(AccountReply::Own(answer)) => Ok(answer),
        _ => Err(strange()),
    }
}

/// Ends the access of one of the person's own devices.
///
/// # Errors
/// [`AccountError`].
pub fn revoke(store: &Arc<Store>, device: DeviceId, settings: &Settings) -> Result<(), AccountError> {
    ask(store, settings, AccountCall::Revoke(RevokeRequest { device })).map(|_| ())
}

/// Sets another passphrase; every other computer must sign in again.
///
/// # Errors
/// [`AccountError`].
pub fn change_passphrase(
    store: &Arc<Store>,
    passphrase: Secret,
    code: Secret,
    new_passphrase: Secret,
    settings: &Settings,
) -> Result<(), AccountError> {
    let asked = PassphraseRequest { passphrase, code, new_passphrase };
    match ask(store, settings, AccountCall::Passphrase(asked))? {
        Reply::Account(AccountReply::Session(next)) => Ok(session::keep_in_turn(store, Some(&next))?),
        _ => Err(strange()),
    }
}

/// Draws other recovery codes; those before are good no more.
///
/// # Errors
/// [`AccountError`].
pub fn recovery_codes(
    store: &Arc<Store>,
    code: Secret,
    settings: &Settings,
) -> Result<Vec<Secret>, AccountError> {
    match ask(store, settings, AccountCall::RecoveryCodes(RecoveryCodesRequest { code }))? {
        Reply::Account(AccountReply::RecoveryCodes(answer)) => Ok(answer.recovery_codes),
        _ => Err(strange()),
    }
}

/// Signs out here: nothing is sent or fetched until somebody signs in again.
///
/// # Errors
/// [`AccountError`]; somebody is signed in then as before.
pub fn sign_out(store: &Arc<Store>, settings: &Settings) -> Result<(), AccountError> {
    // What is kept now, and not what was kept before a line was made, which may refresh it.
    own(store, settings)?;
    let session = session::read(store)?.ok_or(AccountError::NotSignedIn)?;
    ask(store, settings, AccountCall::SignOut(SignOutRequest { refresh: session.refresh }))?;
    Ok(session::keep_in_turn(store, None)?)
}

/// Signs in, on a computer that may be new to the hub.
///
/// # Errors
/// [`AccountError`].
pub fn sign_in(
    store: &Arc<Store>,
    asked: &SignInAsked,
    settings: &Settings,
) -> Result<SignedIn, AccountError> {
    let url = base_url(&asked.hub_url).map_err(JoinError::of_line)?.to_string();
    let identity = store.identity()?;
    refuse_another(store, &identity)?;
    let key = DeviceKey::from_seed(&identity.device_key_seed);
    let request = SignInRequest {
        email: asked.email.clone(),
        passphrase: asked.passphrase.clone(),
        code: asked.code.clone(),
        device: identity.device,
        device_name: asked.device_name.clone(),
        platform: asked.platform.clone(),
        public_key: key.public(),
        person: identity.person.filter(|_| identity.hub.is_some()),
    };
    let net = Http::new(&url, identity.device, key, settings).map_err(JoinError::of_line)?;
    let reply = asked_by(&net, Call::Account(AccountCall::SignIn(request)))?;
    let Reply::Account(AccountReply::SignIn(answer)) = reply else { return Err(strange()) };
    note(store, &identity, &url, answer)
}

/// Work that was begun here as somebody else would change its author.
fn refuse_another(store: &Store, identity: &Identity) -> Result<(), AccountError> {
    let Some(person) = identity.person.filter(|_| identity.hub.is_none()) else { return Ok(()) };
    // A person whose joining was refused has an id and nothing else.
    let has_work = store.read(|reader| Ok(reader.envelope(person)?.is_some()))?;
    if has_work { Err(AccountError::AnotherPerson) } else { Ok(()) }
}

/// Notes who we are and where.
fn note(
    store: &Arc<Store>,
    identity: &Identity,
    url: &str,
    answer: SignInAnswer,
) -> Result<SignedIn, AccountError> {
    let SignInAnswer { hub, network, person, role, session, recovery_codes_left, hub_time } = answer;
    match &identity.hub {
        Some(link) if link.hub != hub => return Err(JoinError::JoinedAlready.into()),
        Some(_) if identity.person != Some(person) => return Err(AccountError::AnotherPerson),
        Some(_) => {}
        None => link(
            store,
            person,
            HubLink {
                hub,
                url: url.to_owned(),
                network: network.clone(),
                role,
                // Below every true one: the first hello looks at everything afresh.
                epoch: 0,
                nonce: None,
                next_nonce: None,
            },
        )?,
    }
    session::keep_in_turn(store, Some(&session))?;
    store.note_hub_time(hub_time, SystemClock::new().now_ms())?;
    Ok(SignedIn { network, person, recovery_codes_left })
}

fn link(store: &Store, person: PersonId, link: HubLink) -> Result<(), AccountError> {
    store.set_person(person)?;
    Ok(store.set_hub(Some(&link))?)
}

/// Asks the hub that the store has joined.
fn ask(store: &Arc<Store>, settings: &Settings, call: AccountCall) -> Result<Reply, AccountError> {
    let net = Http::of_store(store, settings).map_err(JoinError::of_line)?;
    asked_by(&net, Call::Account(call))
}

fn asked_by(net: &Http, call: Call) -> Result<Reply, AccountError> {
    let answer = blocking(asked_twice(net, SystemClock::new().now_ms(), call));
    let answer = answer.map_err(|error| JoinError::Line(crate::http::LineError::NoRoots(error)))?;
    answer.map_err(|fault| of_account(&fault))
}

fn of_account(fault: &Fault) -> AccountError {
    let Fault::Problem(problem) = fault else { return of_fault(fault).into() };
    match problem.code {
        ErrorCode::SignInFailed => AccountError::Failed,
        ErrorCode::PassphraseRefused => AccountError::PassphraseRefused,
        ErrorCode::AccountExists => AccountError::Exists,
        ErrorCode::NotFound => AccountError::NoDevice,
        ErrorCode::SignInNeeded => AccountError::NotSignedIn,
        ErrorCode::NotAllowed => AccountError::AnotherPerson,
        ErrorCode::Busy => AccountError::TooMany,
        _ => of_fault(fault).into(),
    }
}

fn strange() -> AccountError {
    JoinError::Away(Away::Strange).into()
}
