//! Carries files to the hub and from it, behind everything else: after the records that speak of them, part by part, each
//! as often as need be. Cut off anywhere, it goes on with the parts that are missing; what is not on disk here, or not
//! acknowledged there, is missing.

use crate::driver::SystemClock;
use crate::http::{Http, LineError, Settings};
use crate::once::blocking;
use crate::seam::{Ask, Call, Clock, Fault, FileCall, FileReply, Net, Reply, Terms};
use crate::status::Away;
use linchpin_domain::space::Space;
use linchpin_protocol::error::{ErrorCode, Problem};
use linchpin_protocol::files::{FileRequest, FileState, part_of, parts_of};
use linchpin_protocol::limits::FILE_PART_BYTES;
use linchpin_store::files::{FILE_PIECE, FileCopy, FileStands};
use linchpin_store::{Store, StoreError};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

// What is read here is sent as it is, and what comes is kept as it comes.
const _: () = assert!(FILE_PIECE == FILE_PART_BYTES, "a piece is a part");

/// How often a file is begun anew in one go where what arrived was not what was said.
const TRIES: u32 = 2;
/// How often the hub is asked the same where it is too busy; then that file waits.
const BUSY_TRIES: u32 = 5;
/// How often a busy hub is waited for in one go, whatever the file; then all that is left waits.
const MOST_WAITS: u32 = 20;
/// How long it is waited for where it does not say.
const USUAL_WAIT: Duration = Duration::from_secs(1);
/// The longest of these waits: somebody may sit before the screen.
const LONGEST_WAIT: Duration = Duration::from_secs(6);

/// What was carried.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Carried {
    /// Files that the hub has now.
    pub sent: u32,
    /// Files that are here now.
    pub fetched: u32,
    /// Files that the hub does not take, or that it does not have as their records say.
    pub refused: u32,
    /// Files that must wait: their space is not open at the hub yet, nobody has sent them up yet, there is no room, the hub
    /// is too busy, or their bytes could not be read or written here.
    pub left: u32,
}

/// What became of one file.
enum Went {
    Sent,
    Fetched,
    Refused(&'static str),
    Later,
}

/// Why the rest is not carried now.
enum Stop {
    Away(Away),
    Store(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Fetches one file that is wanted, over the network that the store has joined. Blocks. Whether it is here then, the
/// store tells.
///
/// # Errors
/// [`LineError`]; inside, why the hub was left.
pub fn fetch_now(
    store: &Arc<Store>,
    settings: &Settings,
    space: &Space,
    sha256: &str,
) -> Result<Result<Carried, Away>, LineError> {
    let net = Http::of_store(store, settings)?;
    let is_it = |file: &FileCopy| file.space == *space && file.sha256 == sha256;
    let carried = blocking(carry_some(store, &net, &SystemClock::new(), is_it));
    Ok(carried.map_err(LineError::NoRoots)??)
}

/// Carries every file that waits, over a line.
///
/// # Errors
/// Faults of the store; inside, why the hub was left.
pub async fn carry(
    store: &Arc<Store>,
    net: &impl Net,
    clock: &impl Clock,
) -> Result<Result<Carried, Away>, StoreError> {
    carry_some(store, net, clock, |_| true).await
}

async fn carry_some(
    store: &Arc<Store>,
    net: &impl Net,
    clock: &impl Clock,
    wanted: impl Fn(&FileCopy) -> bool,
) -> Result<Result<Carried, Away>, StoreError> {
    let files = on(store, |store| store.read(|reader| reader.files_to_move())).await?;
    let mut carrier = Carrier { store, net, clock, waits: 0 };
    let mut carried = Carried::default();
    for file in files.into_iter().filter(wanted) {
        match carrier.carry(&file).await {
            Ok(Went::Sent) => carried.sent += 1,
            Ok(Went::Fetched) => carried.fetched += 1,
            Ok(Went::Refused(_)) => carried.refused += 1,
            Ok(Went::Later) => carried.left += 1,
            Err(Stop::Away(away)) => return Ok(Err(away)),
            // On a full disk no other file fares better.
            Err(Stop::Store(StoreError::DiskFull)) => return Err(StoreError::DiskFull),
            Err(Stop::Store(error)) => {
                tracing::warn!(%error, "a file waits for another time");
                carried.left += 1;
            }
        }
    }
    // What was carried is carried, whatever lies beside the store.
    if carried.sent + carried.fetched > 0
        && let Err(error) = on(store, Store::tidy_files).await
    {
        tracing::warn!(%error, "the files beside the store were not put in order");
    }
    Ok(Ok(carried))
}

/// Runs work of the store where it may block.
async fn on<T: Send + 'static>(
    store: &Arc<Store>,
    work: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let store = Arc::clone(store);
    let done = tokio::task::spawn_blocking(move || work(&store)).await;
    done.map_err(|error| StoreError::Io(error.to_string()))?
}

/// Tells whether a refusal says something of the file at hand, and not of whoever asks. A hub that cannot read what it
/// has of one file, does not understand what is said of it, or cannot take it now, gives and takes the others.
fn is_of_the_file(code: ErrorCode) -> bool {
    use ErrorCode as C;
    let refused = matches!(code, C::NotFound | C::NotAllowed | C::TooLarge | C::WrongFile | C::NoRoom);
    refused || matches!(code, C::Internal | C::BadRequest | C::Busy)
}

/// Returns what a refusal means for a file that is to go up.
fn not_taken(code: ErrorCode) -> Went {
    match code {
        ErrorCode::NotAllowed => Went::Refused("notAllowed"),
        ErrorCode::TooLarge => Went::Refused("tooLarge"),
        ErrorCode::WrongFile => Went::Refused("wrongFile"),
        _ => Went::Later,
    }
}

fn state_of(reply: FileReply) -> Result<FileState, Stop> {
    match reply {
        FileReply::State(state) => Ok(state),
        FileReply::Bytes(_) => Err(Stop::Away(Away::Strange)),
    }
}

/// Carries files one after the other.
struct Carrier<'a, N, C> {
    store: &'a Arc<Store>,
    net: &'a N,
    clock: &'a C,
    /// How often a busy hub was waited for.
    waits: u32,
}

impl<N: Net, C: Clock> Carrier<'_, N, C> {
    /// Carries a file, and notes where the hub does not take or give it.
    async fn carry(&mut self, file: &FileCopy) -> Result<Went, Stop> {
        let went = match file.stands {
            FileStands::Sending => self.send(file).await?,
            FileStands::Coming | FileStands::Here => self.fetch(file).await?,
        };
        if let Went::Refused(why) = went {
            let (space, sha256) = (file.space.clone(), file.sha256.clone());
            on(self.store, move |store| store.note_file_refused(&space, &sha256, why)).await?;
        }
        Ok(went)
    }

    /// Asks the hub, and again where it is busy: whole files are looked at one at a time there, so that desks with
    /// something to send meet.
    async fn ask(&mut self, call: FileCall) -> Result<Result<FileReply, ErrorCode>, Stop> {
        for _ in 1..BUSY_TRIES {
            match self.ask_once(call.clone()).await? {
                Err(problem) if problem.code == ErrorCode::Busy => self.wait(&problem).await?,
                answer => return Ok(answer.map_err(|problem| problem.code)),
            }
        }
        Ok(self.ask_once(call).await?.map_err(|problem| problem.code))
    }

    async fn wait(&mut self, problem: &Problem) -> Result<(), Stop> {
        if self.waits == MOST_WAITS {
            return Err(Stop::Away(Away::HubBusy));
        }
        self.waits += 1;
        tokio::time::sleep(
            problem.retry_after_ms.map_or(USUAL_WAIT, Duration::from_millis).min(LONGEST_WAIT),
        )
        .await;
        Ok(())
    }

    async fn ask_once(&self, call: FileCall) -> Result<Result<FileReply, Problem>, Stop> {
        let identity = on(self.store, Store::identity).await?;
        let hub_now_ms = self.clock.now_ms().saturating_add_signed(identity.clock_offset_ms);
        let terms = Terms { hub_now_ms, epoch: identity.hub.map_or(0, |hub| hub.epoch) };
        match self.net.ask(Ask { call: Call::File(call), terms }).await {
            Ok(Reply::File(reply)) => Ok(Ok(reply)),
            Ok(_) => Err(Stop::Away(Away::Strange)),
            Err(Fault::Problem(problem)) if is_of_the_file(problem.code) => Ok(Err(problem)),
            Err(fault) => Err(Stop::Away(Away::of(&fault))),
        }
    }

    /// Sends a file up.
    async fn send(&mut self, file: &FileCopy) -> Result<Went, Stop> {
        let FileCopy { space, sha256, size, .. } = file;
        let request = FileRequest { space: space.clone(), sha256: sha256.clone(), size: *size };
        for last in (0..TRIES).map(|n| n + 1 == TRIES) {
            let mut state = match self.ask(FileCall::Begin(request.clone())).await? {
                Ok(reply) => state_of(reply)?,
                Err(code) => return Ok(not_taken(code)),
            };
            let there: BTreeSet<u32> = state.parts.iter().copied().collect();
            for part in (0..parts_of(*size)).filter(|part| !there.contains(part)) {
                if state.done {
                    break;
                }
                let Some(bytes) = piece(self.store, file, part).await? else {
                    return lost(self.store, file).await;
                };
                let call = FileCall::Part { space: space.clone(), sha256: sha256.clone(), part, bytes };
                state = match self.ask(call).await? {
                    Ok(reply) => state_of(reply)?,
                    Err(code) => return Ok(not_taken(code)),
                };
            }
            if !state.done {
                state = match self.ask(FileCall::Finish(request.clone())).await? {
                    Ok(reply) => state_of(reply)?,
                    // Something of it was spoilt on the way; the hub has let go of all of it.
                    Err(ErrorCode::WrongFile) if !last => continue,
                    Err(code) => return Ok(not_taken(code)),
                };
            }
            if state.done {
                let (space, sha256) = (space.clone(), sha256.clone());
                on(self.store, move |store| store.note_file_sent(&space, &sha256)).await?;
                return Ok(Went::Sent);
            }
        }
        Ok(Went::Later)
    }

    /// Fetches a file.
    async fn fetch(&mut self, file: &FileCopy) -> Result<Went, Stop> {
        let FileCopy { space, sha256, size, .. } = file;
        let named = || (space.clone(), sha256.clone());
        for _ in 0..TRIES {
            let (at, hash) = named();
            let here = on(self.store, move |store| store.file_pieces(&at, &hash)).await?;
            for part in (0..parts_of(*size)).filter(|part| !here.contains(part)) {
                let Some((from, bytes)) = part_of(*size, part) else { continue };
                let call = FileCall::Get { space: space.clone(), sha256: sha256.clone(), from };
                let got = match self.ask(call).await? {
                    Ok(FileReply::Bytes(got)) => got,
                    Ok(FileReply::State(_)) => return Err(Stop::Away(Away::Strange)),
                    Err(ErrorCode::NotAllowed) => return Ok(Went::Refused("notAllowed")),
                    Err(_) => return Ok(Went::Later),
                };
                if u64::try_from(got.len()) != Ok(bytes) {
                    return Ok(Went::Refused("wrongFile"));
                }
                let (at, hash) = named();
                on(self.store, move |store| store.take_file_piece(&at, &hash, part, &got)).await?;
            }
            let (at, hash) = named();
            if on(self.store, move |store| store.end_file(&at, &hash)).await? {
                return Ok(Went::Fetched);
            }
        }
        Ok(Went::Refused("wrongFile"))
    }
}

/// Returns a piece of a file that is here; none where it is damaged.
async fn piece(store: &Arc<Store>, file: &FileCopy, part: u32) -> Result<Option<Vec<u8>>, Stop> {
    let (space, sha256) = (file.space.clone(), file.sha256.clone());
    match on(store, move |store| store.file_piece(&space, &sha256, part)).await {
        Ok(bytes) => Ok(Some(bytes)),
        Err(StoreError::Corrupt | StoreError::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Says what becomes of a file that cannot be read here: one that the hub had once may come from it.
async fn lost(store: &Arc<Store>, file: &FileCopy) -> Result<Went, Stop> {
    let (space, sha256) = (file.space.clone(), file.sha256.clone());
    let comes = on(store, move |store| store.note_file_lost(&space, &sha256)).await?;
    Ok(if comes { Went::Later } else { Went::Refused("damaged") })
}
