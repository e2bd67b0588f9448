//! Joining a network: what a person pasted becomes an address and a code, and the code a place in the network.
//! Nothing is changed in the store before the hub has said yes; asked again with the same device, the hub says
//! yes again, so a lost answer costs nothing.

use crate::driver::SystemClock;
use crate::http::{DeviceKey, Http, LineError, Settings, base_url};
use crate::once::blocking;
use crate::seam::{Ask, Call, Clock, Fault, Net, Reply, Terms};
use crate::status::Away;
use linchpin_domain::id::PersonId;
use linchpin_domain::nation::Nation;
use linchpin_domain::role::NetworkRole;
use linchpin_protocol::account::{JoinAnswer, JoinRequest, clean_code};
use linchpin_protocol::error::{ErrorCode, Problem};
use linchpin_store::open::Identity;
use linchpin_store::{HubLink, Store, StoreError};

/// What a person pasted, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The hub's address, where it was in the text.
    pub url: Option<String>,
    /// The code.
    pub code: String,
}

impl Invitation {
    /// Reads what was pasted: address and code in either order, `https://hub.example.org/join#CODE`, or the
    /// code alone; words around them are passed over.
    ///
    /// # Errors
    /// [`JoinError::NoCode`], [`JoinError::BadAddress`] or [`JoinError::NotSecure`].
    pub fn read(text: &str) -> Result<Self, JoinError> {
        let words: Vec<&str> =
            text.split_whitespace().map(|word| word.trim_matches(['<', '>', '"', '\'', ','])).collect();
        let address = words.iter().position(|word| word.contains("://"));
        let url = match address.and_then(|n| words.get(n)) {
            Some(word) => Some(base_url(word).map_err(JoinError::of_line)?.to_string()),
            None => None,
        };
        let inside = address.and_then(|n| words.get(n)).and_then(|word| code_in_address(word));
        let others = || words.iter().enumerate().filter(|(n, _)| Some(*n) != address).map(|(_, word)| *word);
        let code = inside.or_else(|| code_among(&others().collect::<Vec<_>>())).ok_or(JoinError::NoCode)?;
        Ok(Self { url, code })
    }
}

fn code_in_address(word: &str) -> Option<String> {
    let tail = word.rsplit(['#', '=', '/']).next()?;
    clean_code(tail)
}

/// Finds the code among words: one of them, or a run of groups that belong together.
fn code_among(words: &[&str]) -> Option<String> {
    if let Some(code) = words.iter().find_map(|word| clean_code(word)) {
        return Some(code);
    }
    (0..words.len()).find_map(|from| {
        (from + 1..=words.len().min(from + 26)).find_map(|to| clean_code(&words.get(from..to)?.join("")))
    })
}

/// What is needed to join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinAsked {
    /// What was pasted.
    pub invitation: String,
    /// The hub's address, where the invitation lacks it.
    pub hub_url: Option<String>,
    /// The person's name.
    pub name: String,
    /// The practice, in words.
    pub practice: String,
    /// The nation of the practice.
    pub nation: Option<Nation>,
    /// The name of this device.
    pub device_name: String,
    /// `windows`, `macos` or `linux`.
    pub platform: String,
}

/// The network that was joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// Its name.
    pub network: String,
    /// The hub's address.
    pub url: String,
    /// Who we are there.
    pub person: PersonId,
    /// What we are there.
    pub role: NetworkRole,
}

/// Why joining did not work. The store is as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// There is no code in the text.
    #[error("there is no invitation code in the text")]
    NoCode,
    /// There is a code, and nothing says which hub it is for.
    #[error("the invitation does not say which hub it is for")]
    NoAddress,
    /// The address is none.
    #[error("the address is not a web address")]
    BadAddress,
    /// The address is not protected.
    #[error("the address does not begin with https://")]
    NotSecure,
    /// The code is unknown, used or expired.
    #[error("the invitation is unknown, used or expired")]
    BadInvitation,
    /// There is a web server at the address, and it is no Linchpin hub.
    #[error("there is no hub at this address")]
    NoHub,
    /// This copy belongs to another network already.
    #[error("this copy belongs to another network")]
    JoinedAlready,
    /// Nobody is known to work here yet.
    #[error("the store has no person yet")]
    NoPerson,
    /// The hub took something else than what was asked.
    #[error("the hub does not accept what was asked")]
    Refused,
    /// The hub had a fault of its own.
    #[error("the hub could not do it now")]
    HubFault,
    /// The hub could not be reached.
    #[error("the hub could not be reached")]
    Away(Away),
    /// The proxy or the system's certificates stand in the way.
    #[error(transparent)]
    Line(LineError),
    /// The store did not do what was asked.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl JoinError {
    pub(crate) fn of_line(error: LineError) -> Self {
        match error {
            LineError::BadAddress => Self::BadAddress,
            LineError::NotSecure => Self::NotSecure,
            LineError::Store(error) => Self::Store(error),
            other => Self::Line(other),
        }
    }
}

/// Joins a network. Blocks until the hub has answered or not.
///
/// # Errors
/// [`JoinError`]; the store is as it was.
pub fn join(store: &Store, asked: &JoinAsked, settings: &Settings) -> Result<Joined, JoinError> {
    let invitation = Invitation::read(&asked.invitation)?;
    let typed = asked.hub_url.as_deref().filter(|url| !url.trim().is_empty());
    let url = match (&invitation.url, typed) {
        (Some(url), _) => url.clone(),
        (None, Some(typed)) => base_url(typed).map_err(JoinError::of_line)?.to_string(),
        (None, None) => return Err(JoinError::NoAddress),
    };
    let identity = store.identity()?;
    let key = || DeviceKey::from_seed(&identity.device_key_seed);
    let net = Http::new(&url, identity.device, key(), settings).map_err(JoinError::of_line)?;
    blocking(join_at(store, &net, &SystemClock::new(), &url, &invitation.code, asked))
        .map_err(|error| JoinError::Line(LineError::NoRoots(error)))?
}

/// Joins the network at the end of a line.
///
/// # Errors
/// [`JoinError`].
pub async fn join_at(
    store: &Store,
    net: &impl Net,
    clock: &impl Clock,
    url: &str,
    code: &str,
    asked: &JoinAsked,
) -> Result<Joined, JoinError> {
    let identity = store.identity()?;
    let request = request(&identity, code, asked)?;
    let answer = asked_twice(net, clock.now_ms(), Call::Join(request)).await;
    let JoinAnswer { hub, network, person, role, hub_time } = match answer {
        Ok(Reply::Join(answer)) => answer,
        Ok(_) => return Err(JoinError::Away(Away::Strange)),
        Err(fault) => return Err(of_fault(&fault)),
    };
    if identity.hub.as_ref().is_some_and(|link| link.hub != hub) {
        return Err(JoinError::JoinedAlready);
    }
    if Some(person) != identity.person {
        return Err(JoinError::Refused);
    }
    // Epoch 0 is below every true one: the first hello looks at everything afresh.
    let link = HubLink {
        hub,
        url: url.to_owned(),
        network: network.clone(),
        role,
        epoch: 0,
        nonce: None,
        next_nonce: None,
    };
    store.set_hub(Some(&link))?;
    store.note_hub_time(hub_time, clock.now_ms())?;
    Ok(Joined { network, url: url.to_owned(), person, role })
}

/// Asks, and once more with the hub's time where this computer's clock is wrong.
pub(crate) async fn asked_twice(net: &impl Net, now_ms: u64, call: Call) -> Result<Reply, Fault> {
    let mut terms = Terms { hub_now_ms: now_ms, epoch: 0 };
    let answer = net.ask(Ask { call: call.clone(), terms }).await;
    match answer {
        Err(Fault::Problem(Problem { code: ErrorCode::AuthExpired, hub_time: Some(hub_time), .. })) => {
            terms.hub_now_ms = hub_time;
            net.ask(Ask { call, terms }).await
        }
        answer => answer,
    }
}

fn request(identity: &Identity, code: &str, asked: &JoinAsked) -> Result<JoinRequest, JoinError> {
    Ok(JoinRequest {
        code: code.to_owned(),
        name: asked.name.clone(),
        practice: asked.practice.clone(),
        nation: asked.nation,
        person: identity.person.ok_or(JoinError::NoPerson)?,
        device: identity.device,
        device_name: asked.device_name.clone(),
        platform: asked.platform.clone(),
        public_key: DeviceKey::from_seed(&identity.device_key_seed).public(),
    })
}

pub(crate) fn of_fault(fault: &Fault) -> JoinError {
    let away = match fault {
        Fault::Problem(problem) => match problem.code {
            ErrorCode::BadInvitation => return JoinError::BadInvitation,
            ErrorCode::BadRequest | ErrorCode::TooLarge => return JoinError::Refused,
            ErrorCode::NotFound => return JoinError::NoHub,
            ErrorCode::TooOld => Away::TooOld,
            ErrorCode::Busy => Away::HubBusy,
            ErrorCode::AuthExpired | ErrorCode::SignInNeeded | ErrorCode::DeviceRevoked => Away::SignedOut,
            _ => return JoinError::HubFault,
        },
        // Something answers there, and it is not ours.
        Fault::Status(404 | 405) => return JoinError::NoHub,
        Fault::Offline => Away::Offline,
        Fault::NoAnswer | Fault::Status(_) => Away::HubAway,
        Fault::NotTrusted => Away::NotTrusted,
        Fault::Intercepted => Away::Intercepted,
        Fault::Strange => Away::Strange,
    };
    JoinError::Away(away)
}

#[cfg(test)]
mod tests {
    use super::*;
    use linchpin_protocol::account::{code, grouped};

    #[test]
    fn an_invitation_is_read_however_it_was_pasted() {
        let code = code([0x5a; 16]);
        let spoken = grouped(&code);
        let spaced = spoken.replace('-', " ").to_lowercase();
        let url = "https://hub.example.org/";
        for (text, found) in [
            (format!("https://hub.example.org/join#{code}"), Some(url)),
            (format!("https://hub.example.org/join?code={code}"), Some(url)),
            (format!("https://hub.example.org/join/{code}"), Some("https://hub.example.org/join/")),
            (format!("https://hub.example.org {spoken}"), Some(url)),
            (format!("  {spoken}\n<https://hub.example.org>\n"), Some(url)),
            (format!("Dear Asha, your code: {spaced} for https://hub.example.org/join"), Some(url)),
            (format!("http://127.0.0.1:8080 {code}"), Some("http://127.0.0.1:8080/")),
            (code.clone(), None),
            (spaced.clone(), None),
        ] {
            let read = Invitation::read(&text).expect("it can be read");
            assert_eq!(read.code, code, "{text}");
            if !text.contains("/join/") {
                assert_eq!(read.url.as_deref(), found, "{text}");
            }
        }
    }

    #[test]
    fn a_fault_of_the_hub_is_told_from_something_that_is_no_hub() {
        let problem =
            |code| Fault::Problem(Problem { code, retry_after_ms: None, hub_time: None, detail_id: None });
        assert_eq!(of_fault(&problem(ErrorCode::Internal)), JoinError::HubFault);
        assert_eq!(of_fault(&problem(ErrorCode::Busy)), JoinError::Away(Away::HubBusy));
        assert_eq!(of_fault(&Fault::Intercepted), JoinError::Away(Away::Intercepted));
        assert_eq!(of_fault(&Fault::Strange), JoinError::Away(Away::Strange));
    }

    #[test]
    fn what_is_no_invitation_is_named() {
        assert_eq!(Invitation::read(""), Err(JoinError::NoCode));
        assert_eq!(Invitation::read("https://hub.example.org"), Err(JoinError::NoCode));
        assert_eq!(Invitation::read("ABCD EFGH"), Err(JoinError::NoCode));
        let code = code([1; 16]);
        assert_eq!(Invitation::read(&format!("http://hub.example.org {code}")), Err(JoinError::NotSecure));
        assert_eq!(Invitation::read(&format!("gopher://hub.example.org {code}")), Err(JoinError::BadAddress));
    }
}
