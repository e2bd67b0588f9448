//! THE list of routes: each once, with who may ask, what it does and what it costs. It makes the way from a
//! request to its handler, the limits, the names in the log and the description of the API. There is no other
//! way in.

use crate::account::session::Demand;
use crate::auth;
use crate::body::{self, Size};
use crate::hub::Hub;
use crate::limit::Class;
use crate::live::Listener;
use crate::request::{Answer, Refusal, Request};
use crate::routes;
use crate::scope::Scope;
use linchpin_domain::can::{AccountAction, Action};
use linchpin_domain::space::Space;
use linchpin_protocol::error::ErrorCode;
use serde::de::DeserializeOwned;

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// Anybody who reaches the hub.
    Anybody,
    /// A device that the hub knows, in good standing, whether or not somebody is signed in there.
    Known,
    /// As [`Self::Known`], with a session where the hub requires one; what it may see or do is decided by `can()` for
    /// each space.
    Device,
    /// As [`Self::Known`], with a session in any case.
    SignedIn,
}

impl Asker {
    /// Returns which session is asked for.
    fn demand(self) -> Demand {
        match self {
            Self::Anybody | Self::Known => Demand::No,
            Self::Device => Demand::AsTheHub,
            Self::SignedIn => Demand::Always,
        }
    }
}

/// What the table of rights must allow. A route that needs nothing is for anybody; so is signing in, which opens one's
/// own account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// One of these, for each space that it touches.
    Spaces(&'static [Action]),
    /// One of these, for each account that it touches.
    Accounts(&'static [AccountAction]),
    /// It is about the asker's own account and nothing else, which is everybody's to look after.
    OwnAccount,
}

impl Needs {
    /// Returns the names of the actions.
    pub fn names(self) -> Vec<&'static str> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Spaces(actions) => actions.iter().map(|action| action.name()).collect(),
            Self::Accounts(actions) => actions.iter().map(|action| action.name()).collect(),
            Self::OwnAccount => vec!["own_account"],
        }
    }
}

/// One call on its way to its handler.
pub(crate) struct Call<'a> {
    pub(crate) hub: &'a Hub,
    pub(crate) request: &'a Request,
    route: &'static Route,
    /// Who asks; none on routes for anybody.
    scope: Option<Scope>,
    /// The space that the path names.
    pub(crate) space: Option<Space>,
    pub(crate) now_ms: u64,
}

impl Call<'_> {
    /// Returns who asks.
    pub(crate) fn scope(&self) -> Result<&Scope, Refusal> {
        self.scope.as_ref().ok_or_else(|| ErrorCode::AuthExpired.into())
    }

    /// Reads the body within the route's limits.
    pub(crate) fn body<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        body::read(self.request, self.route.size)
    }

    /// Returns the body as it came, within the route's limit.
    pub(crate) fn raw_body(&self) -> Result<&[u8], Refusal> {
        body::raw(self.request, self.route.size)
    }
}

type Handler = fn(&Call<'_>) -> Result<Answer, Refusal>;

/// One route.
pub struct Route {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The path; `{space}` stands for a space's name.
    pub path: &'static str,
    /// Its name in the log and the description.
    pub name: &'static str,
    /// What it is for, in a sentence.
    pub about: &'static str,
    /// The name of the message that is asked with; empty where there is none.
    pub asks: &'static str,
    /// The name of the message that answers; empty where there is none.
    pub gives: &'static str,
    /// Who may ask.
    pub asker: Asker,
    /// What is done, as the table of rights calls it.
    pub needs: Needs,
    /// What it costs.
    pub class: Class,
    /// How large its body may be.
    pub(crate) size: Size,
    handler: Handler,
}

impl Route {
    /// Tells whether it answers with a stream, which the shell keeps open.
    pub(crate) fn streams(&self) -> bool {
        self.gives == "LiveEvent"
    }
}

macro_rules! needs {
    (Nothing) => { Needs::Nothing };
    (OwnAccount) => { Needs::OwnAccount };
    (Spaces $($action:ident),+) => { Needs::Spaces(&[$(Action::$action),+]) };
    (Accounts $($action:ident),+) => { Needs::Accounts(&[$(AccountAction::$action),+]) };
}

macro_rules! routes {
    ($( $(#[doc = $about:literal])+ $method:ident $path:literal $name:ident($($asks:ident)?) -> $($gives:ident)?,
        $asker:ident, needs $needs:ident $([$($action:ident),+])?, class $class:ident, body $size:ident; )+) => {
        /// Every route.
        pub const ROUTES: &[Route] = &[$(Route {
            method: stringify!($method),
            path: $path,
            name: stringify!($name),
            about: concat!($($about),+),
            asks: concat!("", $(stringify!($asks))?),
            gives: concat!("", $(stringify!($gives))?),
            asker: Asker::$asker,
            needs: needs!($needs $($($action),+)?),
            class: Class::$class,
            size: Size::$size,
            handler: routes::$name::$name,
        }),+];
    };
}

routes! {
    /// Says that the hub is there.
    GET "/v1/health" health() -> , Anybody, needs Nothing, class Light, body Empty;
    /// Says that the hub can answer: its store can be read.
    GET "/v1/ready" ready() -> , Anybody, needs Nothing, class Light, body Empty;
    /// Turns an invitation into a person with a device.
    POST "/v1/join" join(JoinRequest) -> JoinAnswer, Anybody, needs Nothing, class Door, body Small;
    /// Says who both are: protocol, time, epoch, limits, spaces.
    POST "/v1/hello" hello(HelloRequest) -> HelloAnswer, Known, needs Spaces [Live, Checksum], class Light, body Small;
    /// Takes changes in.
    POST "/v1/push" push(PushRequest) -> PushAnswer, Device,
        needs Spaces [RecordCreate, FieldSet, Tombstone, Restore, TextUpdate, Grant, Revoke, SetRole],
        class Heavy, body Large;
    /// Gives what is new in some spaces.
    POST "/v1/pull" pull(PullRequest) -> PullAnswer, Device, needs Spaces [Pull, History, WhoWrote, Checksum],
        class Heavy, body Large;
    /// Gives a whole space at one number, in parts: lines of JSON, the first a PartHead, each other a Row.
    GET "/v1/spaces/{space}/bootstrap" bootstrap() -> PartHead, Device, needs Spaces [Bootstrap, WhoWrote, Checksum],
        class Heavy, body Empty;
    /// Compares what a desk has of some spaces with what is here.
    POST "/v1/verify" verify(VerifyRequest) -> VerifyAnswer, Device, needs Spaces [Checksum], class Heavy, body Small;
    /// Tells what happens, as server-sent events.
    GET "/v1/live" live() -> LiveEvent, Device, needs Spaces [Live], class Light, body Empty;
    /// Notes how far a device is.
    POST "/v1/seen" seen(SeenRequest) -> , Device, needs Spaces [Live], class Light, body Small;
    /// Notes which answer a device has open.
    POST "/v1/presence" presence(PresenceRequest) -> , Device, needs Spaces [Live], class Light, body Small;
    /// Begins to take a file in, or says which of its parts are there.
    POST "/v1/files/begin" file_begin(FileRequest) -> FileState, Device, needs Spaces [BlobPut], class Heavy, body Small;
    /// Takes a part of a file, its bytes as the body; space, sha256 and part are named in the query.
    POST "/v1/files/part" file_part() -> FileState, Device, needs Spaces [BlobPut], class Heavy, body Part;
    /// Says that all parts of a file are there.
    POST "/v1/files/finish" file_finish(FileRequest) -> FileState, Device, needs Spaces [BlobPut], class Heavy, body Small;
    /// Gives bytes of a file, at most a part, as they are.
    GET "/v1/spaces/{space}/file" file_get() -> , Device, needs Spaces [BlobGet], class Heavy, body Empty;
    /// Gives the people whom the asker looks after, with their devices, and what waits to be confirmed.
    GET "/v1/people" people_list() -> PeopleAnswer, Device, needs Accounts [ListPeople], class Heavy, body Empty;
    /// Does something with an account, or asks another to confirm it.
    POST "/v1/people/do" people_do(DeedRequest) -> DeedAnswer, Device,
        needs Accounts [InviteMember, Suspend, RevokeOwnDevice, RevokeDevice, GrantCoordinator, GrantSteering,
            GrantPartner, GrantAdmin],
        class Heavy, body Small;
    /// Confirms what another asked for.
    POST "/v1/people/confirm" people_confirm(ConfirmRequest) -> DeedAnswer, Device,
        needs Accounts [InviteMember, Suspend, RevokeDevice, GrantCoordinator, GrantSteering, GrantPartner, GrantAdmin],
        class Heavy, body Small;
    /// Tells a person of their own account and devices.
    GET "/v1/account" account() -> AccountAnswer, Device, needs OwnAccount, class Light, body Empty;
    /// Begins an account on a device that the hub knows.
    POST "/v1/account/set-up" set_up(SetUpRequest) -> SetUpAnswer, Known, needs OwnAccount, class Passphrase, body Small;
    /// Confirms an account by the first code.
    POST "/v1/account/confirm" confirm(ConfirmAccountRequest) -> ConfirmAnswer, Known, needs OwnAccount, class Door, body Small;
    /// Signs a person in, from a device that the hub may not know.
    POST "/v1/account/sign-in" sign_in(SignInRequest) -> SignInAnswer, Anybody, needs OwnAccount, class Passphrase, body Small;
    /// Gives the next two tokens of a session.
    POST "/v1/account/refresh" refresh(RefreshRequest) -> Session, Known, needs OwnAccount, class Light, body Small;
    /// Ends the session of the device that asks.
    POST "/v1/account/sign-out" sign_out(SignOutRequest) -> , Known, needs OwnAccount, class Light, body Small;
    /// Sets another passphrase and ends every other session of the person.
    POST "/v1/account/passphrase" passphrase(PassphraseRequest) -> Session, SignedIn, needs OwnAccount, class Passphrase, body Small;
    /// Draws other recovery codes.
    POST "/v1/account/recovery-codes" recovery_codes(RecoveryCodesRequest) -> RecoveryCodesAnswer, SignedIn, needs OwnAccount, class Light, body Small;
    /// Cuts off one of the person's own devices.
    POST "/v1/account/revoke" revoke(RevokeRequest) -> , SignedIn, needs OwnAccount, class Light, body Small;
}

/// Finds a request's route, and the space its path names.
pub(crate) fn find(method: &str, path: &str) -> Option<(&'static Route, Option<Space>)> {
    ROUTES.iter().filter(|route| route.method == method).find_map(|route| {
        let Some((before, after)) = route.path.split_once("{space}") else {
            return (route.path == path).then_some((route, None));
        };
        let name = path.strip_prefix(before)?.strip_suffix(after)?;
        space_named(name).map(|space| (route, Some(space)))
    })
}

/// Returns the space of a name as it stands in a path or a query.
pub(crate) fn space_named(name: &str) -> Option<Space> {
    name.replace("%3A", ":").replace("%3a", ":").parse().ok()
}

/// Answers a request.
pub(crate) fn answer(hub: &Hub, request: &Request, now_ms: u64) -> Result<Answer, Refusal> {
    let call = admit(hub, request, now_ms)?;
    (call.route.handler)(&call)
}

/// Opens a stream: the same way in, and a listener instead of an answer.
pub(crate) fn listen(hub: &Hub, request: &Request, now_ms: u64) -> Result<Listener, Refusal> {
    let call = admit(hub, request, now_ms)?;
    if !call.route.streams() {
        return Err(ErrorCode::NotFound.into());
    }
    hub.live.listen(hub, call.scope()?.clone())
}

/// Lets a request in: by its route, who asks, and how much they have asked.
fn admit<'a>(hub: &'a Hub, request: &'a Request, now_ms: u64) -> Result<Call<'a>, Refusal> {
    let found = find(&request.method, &request.path);
    let (route, space) = found.ok_or_else(|| Refusal::new(ErrorCode::NotFound))?;
    let scope = match route.asker {
        Asker::Anybody => {
            hub.limiter.take(&request.peer, route.class, now_ms)?;
            None
        }
        asker => {
            let scope = auth::scope(hub, request, now_ms)?;
            hub.limiter.take(&scope.device.to_string(), route.class, now_ms)?;
            hub.check_session(request, scope.device, asker.demand(), now_ms)?;
            Some(scope)
        }
    };
    Ok(Call { hub, request, route, scope, space, now_ms })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_but_four_wants_a_device() {
        let open: Vec<_> =
            ROUTES.iter().filter(|route| route.asker == Asker::Anybody).map(|r| r.name).collect();
        assert_eq!(open, ["health", "ready", "join", "sign_in"]);
    }

    #[test]
    fn every_route_for_devices_names_what_it_needs_and_no_other_does() {
        for route in ROUTES {
            let open = route.asker == Asker::Anybody && route.name != "sign_in";
            assert_eq!(route.needs == Needs::Nothing, open, "{}", route.path);
            assert_eq!(route.needs.names().is_empty(), open, "{}", route.path);
        }
    }

    #[test]
    fn a_path_that_names_no_space_names_no_route() {
        assert!(find("GET", "/v1/spaces/national/bootstrap").is_some());
        assert!(find("GET", "/v1/spaces/nation%3Auk/bootstrap").is_some());
        for path in
            ["/v1/spaces//bootstrap", "/v1/spaces/../bootstrap", "/v1/spaces/bootstrap", "/", "/v1/Hello"]
        {
            assert!(find("GET", path).is_none(), "{path}");
        }
    }
}
