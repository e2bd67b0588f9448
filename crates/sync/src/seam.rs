//! What sync needs from the world, as traits: the time, the line to the hub, chance. The product has one
//! implementation of each ([`http`](crate::http), [`driver`](crate::driver)), the simulator another, which is
//! why nothing else in this crate may touch a socket, a clock or a source of randomness.

use linchpin_domain::space::Space;
use linchpin_protocol::account::{JoinAnswer, JoinRequest};
use linchpin_protocol::bootstrap::{PartHead, Row};
use linchpin_protocol::error::Problem;
use linchpin_protocol::files::{FileRequest, FileState};
use linchpin_protocol::hello::{HelloAnswer, HelloRequest};
use linchpin_protocol::live::{LiveEvent, PresenceRequest, SeenRequest};
use linchpin_protocol::pull::{PullAnswer, PullRequest};
use linchpin_protocol::push::{PushAnswer, PushRequest};
use linchpin_protocol::sign_in::{
    AccountAnswer, ConfirmAccountRequest, ConfirmAnswer, PassphraseRequest, RecoveryCodesAnswer,
    RecoveryCodesRequest, RefreshRequest, RevokeRequest, Session, SetUpAnswer, SetUpRequest, SignInAnswer,
    SignInRequest, SignOutRequest,
};
use linchpin_protocol::verify::{VerifyAnswer, VerifyRequest};
use std::fmt;
use std::future::Future;

/// The time.
pub trait Clock: Send + Sync + 'static {
    /// Returns this computer's time, milliseconds since 1970. It may jump, both ways.
    fn now_ms(&self) -> u64;

    /// Returns milliseconds from some moment on; never goes back and does not jump with the clock.
    fn ticks_ms(&self) -> u64;
}

/// Chance.
pub trait Rng: Send + 'static {
    /// Returns the next random number.
    fn roll(&mut self) -> u64;
}

/// The line to one hub.
pub trait Net: Send + Sync + 'static {
    /// The live stream of this line.
    type Live: Live;

    /// Asks the hub once. Never tries again by itself: that is the engine's to decide.
    fn ask(&self, ask: Ask) -> impl Future<Output = Result<Reply, Fault>> + Send;

    /// Opens the live stream.
    fn live(&self, terms: Terms) -> impl Future<Output = Result<Self::Live, Fault>> + Send;
}

/// An open live stream.
pub trait Live: Send + 'static {
    /// Waits for what the hub says next; a beat says only that it is there.
    fn next(&mut self) -> impl Future<Output = Result<Heard, Fault>> + Send;
}

/// What the live stream says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// The hub is there.
    Beat,
    /// Something happened.
    Event(LiveEvent),
}

/// What goes with every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The time by the hub's clock, as far as it is known here.
    pub hub_now_ms: u64,
    /// The hub's epoch as last heard.
    pub epoch: u64,
}

/// One request.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// What is asked.
    pub call: Call,
    /// What goes with it.
    pub terms: Terms,
}

/// What can be asked of a hub.
#[derive(Debug, Clone, PartialEq)]
pub enum Call {
    /// `POST /v1/join`
    Join(JoinRequest),
    /// `POST /v1/hello`
    Hello(HelloRequest),
    /// `POST /v1/push`
    Push(PushRequest),
    /// `POST /v1/pull`
    Pull(PullRequest),
    /// `GET /v1/spaces/{space}/bootstrap`
    Part {
        /// The space.
        space: Space,
        /// Which part, from 0.
        part: u32,
        /// At which number; none asks for the hub's present one.
        at: Option<u64>,
        /// The number that is here already, which the hub's must not be below.
        from: u64,
    },
    /// `POST /v1/verify`
    Verify(VerifyRequest),
    /// `POST /v1/seen`
    Seen(SeenRequest),
    /// `POST /v1/presence`
    Presence(PresenceRequest),
    /// Below `/v1/account`
    Account(AccountCall),
    /// About a file.
    File(FileCall),
}

/// What can be asked about a file.
#[derive(Clone, PartialEq, Eq)]
pub enum FileCall {
    /// `POST /v1/files/begin`
    Begin(FileRequest),
    /// `POST /v1/files/part`
    Part {
        /// Where the file belongs.
        space: Space,
        /// The SHA-256 of the whole file.
        sha256: String,
        /// Which part, from 0.
        part: u32,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// `POST /v1/files/finish`
    Finish(FileRequest),
    /// `GET /v1/spaces/{space}/file`
    Get {
        /// Where the file belongs.
        space: Space,
        /// The SHA-256 of the whole file.
        sha256: String,
        /// From which byte on.
        from: u64,
    },
}

// What people add never reaches a log or a panic, so the bytes are left out.
impl fmt::Debug for FileCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Begin(file) => write!(f, "Begin({file:?})"),
            Self::Part { part, .. } => write!(f, "Part({part})"),
            Self::Finish(file) => write!(f, "Finish({file:?})"),
            Self::Get { from, .. } => write!(f, "Get({from})"),
        }
    }
}

/// What can be asked of the person's account.
#[derive(Debug, Clone, PartialEq)]
pub enum AccountCall {
    /// `GET /v1/account`
    Own,
    /// `POST /v1/account/set-up`
    SetUp(SetUpRequest),
    /// `POST /v1/account/confirm`
    Confirm(ConfirmAccountRequest),
    /// `POST /v1/account/sign-in`
    SignIn(SignInRequest),
    /// `POST /v1/account/refresh`
    Refresh(RefreshRequest),
    /// `POST /v1/account/sign-out`
    SignOut(SignOutRequest),
    /// `POST /v1/account/passphrase`
    Passphrase(PassphraseRequest),
    /// `POST /v1/account/recovery-codes`
    RecoveryCodes(RecoveryCodesRequest),
    /// `POST /v1/account/revoke`
    Revoke(RevokeRequest),
}

/// What the hub answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// To [`Call::Join`].
    Join(JoinAnswer),
    /// To [`Call::Hello`].
    Hello(HelloAnswer),
    /// To [`Call::Push`].
    Push(PushAnswer),
    /// To [`Call::Pull`].
    Pull(PullAnswer),
    /// To [`Call::Part`].
    Part(PartHead, Vec<Row>),
    /// To [`Call::Verify`].
    Verify(VerifyAnswer),
    /// To [`Call::Account`], where it has an answer.
    Account(AccountReply),
    /// To [`Call::File`].
    File(FileReply),
    /// To [`Call::Seen`], [`Call::Presence`], and what ends something of an account.
    Noted,
}

/// What the hub answered about a file.
#[derive(Clone, PartialEq, Eq)]
pub enum FileReply {
    /// To everything but [`FileCall::Get`].
    State(FileState),
    /// To [`FileCall::Get`]: bytes from there on, at most a part.
    Bytes(Vec<u8>),
}

impl fmt::Debug for FileReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::State(state) => write!(f, "State({state:?})"),
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
        }
    }
}

/// What the hub answered of the person's account.
#[derive(Debug, Clone, PartialEq)]
pub enum AccountReply {
    /// To [`AccountCall::Own`].
    Own(AccountAnswer),
    /// To [`AccountCall::SetUp`].
    SetUp(SetUpAnswer),
    /// To [`AccountCall::Confirm`].
    Confirm(ConfirmAnswer),
    /// To [`AccountCall::SignIn`].
    SignIn(SignInAnswer),
    /// To [`AccountCall::RecoveryCodes`].
    RecoveryCodes(RecoveryCodesAnswer),
    /// To [`AccountCall::Refresh`] and [`AccountCall::Passphrase`].
    Session(Session),
}

/// Why there is no answer. Closed, because each is told and treated in its own way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// This computer has no connection.
    Offline,
    /// Nobody answered, or the line broke.
    NoAnswer,
    /// The certificate is not trusted by this computer.
    NotTrusted,
    /// Something on the way answered in the hub's place.
    Intercepted,
    /// The answer cannot be read, or is larger than any true one.
    Strange,
    /// The hub refused.
    Problem(Problem),
    /// An error of the line between, by its HTTP number.
    Status(u16),
}
