//! Sessions: two tokens for one device. A refresh gives two new ones; whoever comes with a token that was replaced
//! ends the session for all who have any of it, because one of them is not the owner. A refresh whose answer was lost
//! is no such thing: the former token is good until one of the new ones was used.

use crate::account::store::{self, SessionRow};
use crate::account::token::{Token, hash, is_same};
use crate::hub::Hub;
use crate::request::{Refusal, Request};
use linchpin_domain::id::{DeviceId, PersonId};
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::sign_in::{HEADER_SESSION, Secret, Session};

/// How long an access token is good, in milliseconds.
const ACCESS_MS: u64 = 10 * 60_000;
/// How long a refresh token is good, in milliseconds.
const REFRESH_MS: u64 = 30 * 24 * 60 * 60_000;

/// Which session a route asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Demand {
    /// None: the device's proof is enough.
    No,
    /// One where the hub requires it, or where somebody ended the last one.
    AsTheHub,
    /// One in any case.
    Always,
}

/// A session that was just drawn: as it is told, and as it is kept.
pub(crate) struct Drawn {
    pub(crate) told: Session,
    pub(crate) row: SessionRow,
}

impl Hub {
    /// Draws a session of a device; `family` is that of the session which it goes on, if it does.
    pub(crate) fn draw_session(
        &self,
        (person, device): (PersonId, DeviceId),
        family: Option<String>,
        now_ms: u64,
    ) -> Drawn {
        let family = family.unwrap_or_else(|| Token::<16>::draw(|bytes| self.random(bytes)).text());
        let access = Token::<32>::draw(|bytes| self.random(bytes)).text();
        let refresh = Token::<32>::draw(|bytes| self.random(bytes)).text();
        let (access_until, refresh_until) = (now_ms + ACCESS_MS, now_ms + REFRESH_MS);
        let row = SessionRow {
            device,
            person,
            access: hash(&access),
            access_until,
            refresh: hash(&refresh),
            refresh_until,
            former: String::new(),
            is_heard: false,
            ended_at: 0,
            family: hash(&family),
        };
        let refresh = Secret(format!("{family}.{refresh}"));
        Drawn { told: Session { access: Secret(access), access_until, refresh, refresh_until }, row }
    }

    /// Refuses a request that needs a session and comes without a good one.
    ///
    /// # Errors
    /// `sign_in_needed`.
    pub(crate) fn check_session(
        &self,
        request: &Request,
        device: DeviceId,
        demand: Demand,
        now_ms: u64,
    ) -> Result<(), Refusal> {
        if demand == Demand::No {
            return Ok(());
        }
        let fault = |error| self.fault(&error);
        let standing = store::standing(self.db.as_ref(), device).map_err(fault)?;
        let needed = demand == Demand::Always || standing.is_needed();
        let token = request.header(HEADER_SESSION).map(hash);
        let good = standing.session.filter(|session| {
            let theirs = token.as_ref().is_some_and(|token| is_same(token, &session.access));
            session.ended_at == 0 && theirs && session.access_until > now_ms
        });
        match good {
            Some(session) => {
                if !session.is_heard {
                    store::note_heard(self.db.as_ref(), device, &session.access).map_err(fault)?;
                }
                Ok(())
            }
            None if needed => Err(ErrorCode::SignInNeeded.into()),
            None => Ok(()),
        }
    }

    /// Tells whether a device may go on listening: what was good when it began may have ended.
    ///
    /// # Errors
    /// Any fault of the store.
    pub(crate) fn may_listen(&self, device: DeviceId, now_ms: u64) -> Result<bool, crate::HubError> {
        let standing = store::standing(self.db.as_ref(), device)?;
        let good =
            standing.session.as_ref().is_some_and(|one| one.ended_at == 0 && one.refresh_until > now_ms);
        Ok(good || !standing.is_needed())
    }
}

/// What a refresh token is to a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refreshing {
    /// The present one.
    Present,
    /// The one before, whose answer nobody got.
    Unanswered,
    /// One that was replaced, or none of it.
    Replaced,
}

/// A refresh token that was shown, in its two halves.
pub(crate) struct Shown {
    /// Whose successor it may be, as it is told.
    pub(crate) family: String,
    /// The same as it is kept.
    pub(crate) kept: String,
    /// The hash of the other half.
    pub(crate) hash: String,
}

/// Reads a refresh token.
pub(crate) fn shown(refresh: &Secret) -> Option<Shown> {
    let (family, rest) = refresh.0.split_once('.')?;
    Some(Shown { family: family.to_owned(), kept: hash(family), hash: hash(rest) })
}

/// Judges a refresh token by its second half.
pub(crate) fn judged(session: &SessionRow, hash: &str) -> Refreshing {
    if is_same(hash, &session.refresh) {
        Refreshing::Present
    } else if is_same(hash, &session.former) && !session.is_heard {
        Refreshing::Unanswered
    } else {
        Refreshing::Replaced
    }
}
