//! The hub as a library: opened on a folder or in memory, it answers requests one by one, with the time handed
//! in and randomness of the opener's choice. No socket, no thread, no clock: those are the shell's.

use crate::account::Accounts;
use crate::audit::{Broken, Chain, Link};
use crate::auth::Proofs;
use crate::body;
use crate::db::people::{Act, Doer, Doing};
use crate::db::postgres::Postgres;
use crate::db::sqlite::{Sqlite, with_end};
use crate::db::{Heard, HubDb, HubFacts, Inviting, Said, Setup, Status};
use crate::error::HubError;
use crate::files::{self, Files, FilesSeen};
use crate::limit::Limiter;
use crate::live::{Listener, Live};
use crate::parts::Parts;
use crate::request::{Answer, Refusal, Request};
use crate::router;
use linchpin_domain::canonical::sha256_hex;
use linchpin_domain::id::{CommandId, DeviceId, HubId, PersonId};
use linchpin_domain::role::NetworkRole;
use linchpin_domain::space::Space;
use linchpin_protocol::account;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::hello::AuditHead;
use linchpin_protocol::live::LiveEvent;
use linchpin_protocol::people::{Deed, DeedAnswer, DeedRequest, PeopleAnswer, Why};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Fills bytes with randomness.
pub type Random = Box<dyn FnMut(&mut [u8]) + Send>;

/// How long an invitation can be used, in milliseconds.
const INVITATION_MS: u64 = 7 * 24 * 60 * 60_000;
/// Most characters of the network's name and of an e-mail address.
const NAME_CHARS: usize = 200;
/// How long a desk waits when the disk is full or the store busy, in milliseconds.
const BUSY_MS: u64 = 2_000;

/// A hub.
pub struct Hub {
    pub(crate) db: Arc<dyn HubDb>,
    random: Mutex<Random>,
    pub(crate) proofs: Proofs,
    pub(crate) accounts: Accounts,
    pub(crate) limiter: Limiter,
    pub(crate) live: Live,
    pub(crate) parts: Parts,
    pub(crate) files: Files,
}

/// An invitation that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    /// The code, which is kept nowhere.
    pub code: String,
    /// Until when it can be used, milliseconds since 1970.
    pub expires_at: u64,
}

impl Hub {
    /// Sets a hub up in a folder.
    ///
    /// # Errors
    /// [`HubError::HubThere`], [`HubError::LogThere`], or any fault of the disk; no hub is in the folder then.
    pub fn init(folder: &Path, network: &str, now_ms: u64, mut random: Random) -> Result<Self, HubError> {
        let id = new_id(now_ms, &mut random);
        let sqlite = Sqlite::init(folder, &Setup { id, network: &short(network), now_ms })?;
        Self::of(Arc::new(sqlite), now_ms, random)
            .with_own_files(&folder.join(files::FOLDER))
            .with_key_of(folder)
    }

    /// Opens the hub of a folder. Requests that were signed before `now_ms` are not taken: what was answered
    /// before a restart is not remembered.
    ///
    /// # Errors
    /// [`HubError::NoHub`], [`HubError::TooNew`], or any fault of the disk.
    pub fn open(folder: &Path, now_ms: u64, random: Random) -> Result<Self, HubError> {
        let hub = Self::of(Arc::new(Sqlite::open(folder)?), now_ms, random);
        hub.with_own_files(&folder.join(files::FOLDER)).with_key_of(folder)
    }

    /// Sets a hub up in memory.
    ///
    /// # Errors
    /// Any fault of the store.
    pub fn in_memory(network: &str, now_ms: u64, mut random: Random) -> Result<Self, HubError> {
        let id = new_id(now_ms, &mut random);
        let sqlite = Sqlite::in_memory(&Setup { id, network: &short(network), now_ms })?;
        Ok(Self { files: Files::in_memory(), ..Self::of(Arc::new(sqlite), now_ms, random) })
    }

    /// Sets a hub up in an empty PostgreSQL database.
    ///
    /// # Errors
    /// [`HubError::HubThere`], [`HubError::Unsafe`], or any fault of the database.
    pub fn init_postgres(
        url: &str,
        network: &str,
        now_ms: u64,
        mut random: Random,
    ) -> Result<Self, HubError> {
        let id = new_id(now_ms, &mut random);
        let postgres = Postgres::init(url, &Setup { id, network: &short(network), now_ms })?;
        Ok(Self::of(Arc::new(postgres), now_ms, random))
    }

    /// Opens the hub of a PostgreSQL database, as one of any number of processes.
    ///
    /// # Errors
    /// [`HubError::NoHub`], [`HubError::TooNew`], [`HubError::Unsafe`], or any fault of the database.
    pub fn open_postgres(url: &str, now_ms: u64, random: Random) -> Result<Self, HubError> {
        Ok(Self::of(Arc::new(Postgres::open(url)?), now_ms, random))
    }

    fn of(db: Arc<dyn HubDb>, now_ms: u64, random: Random) -> Self {
        Self {
            db,
            random: Mutex::new(random),
            proofs: Proofs::new(now_ms),
            accounts: Accounts::default(),
            limiter: Limiter::default(),
            live: Live::default(),
            parts: Parts::default(),
            files: Files::default(),
        }
    }

    /// Limits how much one device may ask; the product's shell does, tests that stand still in time do not.
    #[must_use]
    pub fn limited(mut self) -> Self {
        self.limiter = Limiter::on();
        self
    }

    /// Returns a copy in memory of what the store holds now, as a backup would.
    ///
    /// # Errors
    /// Any fault of the store.
    pub fn copy(&self, now_ms: u64, random: Random) -> Result<Self, HubError> {
        let copy = Self::of(self.db.copy()?, now_ms, random);
        let accounts = Accounts::locked_by(self.accounts.lock());
        Ok(Self { accounts, files: self.files.same(), ..copy })
    }

    /// Answers a request.
    pub fn handle(&self, request: &Request, now_ms: u64) -> Answer {
        let answer = router::answer(self, request, now_ms);
        body::packed(request, answer.unwrap_or_else(|refusal| Answer::problem(&refusal.0)))
    }

    /// Opens a live stream, as `GET /v1/live` does.
    ///
    /// # Errors
    /// The refusal to send instead.
    pub fn listen(&self, request: &Request, now_ms: u64) -> Result<Listener, Answer> {
        router::listen(self, request, now_ms).map_err(|refusal| Answer::problem(&refusal.0))
    }

    /// Hears what the hub's other processes do and tells it to listeners here, for as long as `going` says; returns
    /// at once where this process has the store for itself.
    ///
    /// # Errors
    /// Any fault of the store; what was missed meanwhile is heard when it is followed again.
    pub fn follow(&self, now: impl Fn() -> u64, going: impl Fn() -> bool) -> Result<(), HubError> {
        self.db.follow(&mut |heard| {
            match heard {
                Heard::Heads(heads) => self.live.moved(heads),
                Heard::Said(Said::Presence(opened)) => self.live.present(opened, now()),
                Heard::Said(Said::Rights(person)) => self.live.rights(person),
                Heard::Said(Said::Seen(seen)) => self.live.tell(seen.space.clone(), LiveEvent::Seen(seen)),
                Heard::Nothing => {}
            }
            going()
        })
    }

    /// Returns how many processes follow each other over this store now; 0 where it is one process's alone.
    ///
    /// # Errors
    /// Any fault of the store.
    pub fn processes(&self) -> Result<u64, HubError> {
        self.db.processes()
    }

    /// Tells the hub's other processes. What they do not hear is lost and no harm: none of it is stored.
    pub(crate) fn say(&self, said: &Said) {
        if let Err(error) = self.db.say(said) {
            tracing::warn!(%error, "the other processes were not told");
        }
    }

    /// Tells listeners here and at the hub's other processes whose rights have changed.
    pub(crate) fn tell_rights(&self, rights: impl IntoIterator<Item = Option<PersonId>>) {
        for person in rights {
            self.live.rights(person);
            self.say(&Said::Rights(person));
        }
    }

    /// Returns the heads of all spaces that a device's owner may read; none for a device that may not speak.
    ///
    /// # Errors
    /// Any fault of the store.
    pub fn heads(&self, device: DeviceId) -> Result<Vec<(Space, u64)>, HubError> {
        let Some(known) = self.db.device(device)? else { return Ok(Vec::new()) };
        Ok(self.db.heads(&known.scope)?.into_iter().map(|head| (head.space, head.head)).collect())
    }

    /// Returns what the hub says of itself.
    ///
    /// # Errors
    /// Any fault of the store.
    pub fn facts(&self) -> Result<HubFacts, HubError> {
        self.db.facts()
    }

    /// Makes an invitation.
    ///
    /// # Errors
    /// Any fault of the store.
    pub fn invite(&self, email: &str, role: NetworkRole, now_ms: u64) -> Result<Invited, HubError> {
        self.invite_to(email, role, "", now_ms)
    }

    /// Makes an invitation for somebody of a region, by its code; empty where none is known.
    ///
    /// # Errors
    /// Any fault of the store.
    pub fn invite_to(
        &self,
        email: &str,
        role: NetworkRole,
        region: &str,
        now_ms: u64,
    ) -> Result<Invited, HubError> {
        let code = self.new_code();
        let expires_at = now_ms + INVITATION_MS;
        let email = short(email);
        let hash = code_hash(&code);
        self.db.invite(&Inviting { email: &email, role, region, hash, now_ms, expires_at, by: None })?;
        Ok(Invited { code, expires_at })
    }

    fn new_code(&self) -> String {
        let mut bytes = [0; 16];
        self.random(&mut bytes);
        account::code(bytes)
    }

    /// Does a deed with an account for whoever looks after the hub's computer, who needs nobody's confirmation.
    ///
    /// # Errors
    /// [`HubError::NotDone`], or any fault of the store.
    pub fn deed(&self, deed: Deed, now_ms: u64) -> Result<DeedAnswer, HubError> {
        self.asked(Doer::Operator, deed, now_ms)?.map_err(HubError::NotDone)
    }

    /// Asks for a deed that came without an id of its own.
    pub(crate) fn asked(
        &self,
        doer: Doer,
        deed: Deed,
        now_ms: u64,
    ) -> Result<Result<DeedAnswer, ErrorCode>, HubError> {
        let mut bytes = [0; 10];
        self.random(&mut bytes);
        let request = DeedRequest { id: CommandId::new(now_ms, bytes), deed };
        self.acted(doer, Act::Ask(&request), now_ms)
    }

    /// Does a deed, and tells whoever it concerns.
    pub(crate) fn acted(
        &self,
        doer: Doer,
        act: Act<'_>,
        now_ms: u64,
    ) -> Result<Result<DeedAnswer, ErrorCode>, HubError> {
        let code = self.new_code();
        let expires_at = now_ms + INVITATION_MS;
        let code = (code.as_str(), code_hash(&code));
        let acted = self.db.deed(&Doing { doer, act, code, expires_at, now_ms })?;
        self.tell_rights(acted.rights.map(Some));
        self.live.moved(acted.moved);
        Ok(acted.answer)
    }

    /// Returns everybody, with their devices and what waits to be confirmed.
    ///
    /// # Errors
    /// Any fault of the store.
    pub fn people(&self, now_ms: u64) -> Result<PeopleAnswer, HubError> {
        self.db.people(Doer::Operator, now_ms)?.map_err(HubError::NotDone)
    }

    /// Cuts a device off that is not used any more; tells whether it could speak until now.
    ///
    /// # Errors
    /// Any fault of the store.
    pub fn revoke(&self, device: DeviceId, now_ms: u64) -> Result<bool, HubError> {
        let could = self.db.device(device)?.is_some_and(|known| !known.scope.principal.device_revoked);
        if could {
            self.deed(Deed::RevokeDevice { device, why: Why::Retired }, now_ms)?;
        }
        Ok(could)
    }

    /// Says how the hub stands.
    ///
    /// # Errors
    /// Any fault of the store.
    pub fn status(&self, now_ms: u64) -> Result<Status, HubError> {
        self.db.status(now_ms)
    }

    /// Writes a copy of the store to a file and proves that it opens and adds up; files go into a folder beside it,
    /// which has its name and the ending `.files`. It gets its name last. Returns which files were copied and which could
    /// not be, because their bytes are gone, damaged or cannot be read, or because the disk of the copy does not take
    /// them: they stop nothing. Desks are served meanwhile.
    ///
    /// # Errors
    /// Any fault of the disk in copying the store; nothing has the copy's name then.
    pub fn backup(&self, file: &Path) -> Result<FilesSeen, HubError> {
        let half = with_end(file, ".half");
        let copied = self.db.backup(&half).and_then(|()| self.copy_files(&half, file)).and_then(|seen| {
            std::fs::rename(&half, file)
                .map_err(|error| HubError::File("name the copy".to_owned(), error))?;
            Ok(seen)
        });
        if copied.is_err()
            && let Err(error) = std::fs::remove_file(&half)
        {
            tracing::debug!(%error, "no half copy to remove");
        }
        copied
    }

    /// Proves that the store is whole: what the engine can say of its pages, and every space's sum computed anew.
    ///
    /// # Errors
    /// [`HubError::Corrupt`], or any other fault of the store.
    pub fn check(&self) -> Result<(), HubError> {
        self.db.check()
    }

    /// Begins a new epoch, after the store was put back from a copy: desks then offer again what the copy lacks.
    ///
    /// # Errors
    /// Any fault of the store.
    pub fn begin_epoch(&self, now_ms: u64) -> Result<u64, HubError> {
        let mut random = [0; 4];
        self.random(&mut random);
        self.db.new_epoch(u32::from_be_bytes(random), now_ms)
    }

    /// Gives the record of deeds, link after link from the beginning, and says whether the chain holds.
    ///
    /// # Errors
    /// Any fault of the store, or of `visit`.
    pub fn audit(
        &self,
        visit: &mut dyn FnMut(&Link) -> Result<(), HubError>,
    ) -> Result<Result<AuditHead, Broken>, HubError> {
        let mut chain = Chain::default();
        self.db.audit(&mut |link| {
            chain.add(&link);
            visit(&link)
        })?;
        Ok(chain.end())
    }

    /// Puts a backup into a folder that holds no hub, with a new epoch: under the old one desks would believe
    /// that the hub still has all they sent. The store comes first, and then as many files as go there:
    /// [`Self::check_files`] says which those are.
    ///
    /// # Errors
    /// [`HubError::HubThere`], [`HubError::Corrupt`], or any fault of the disk; no hub is in the folder then.
    pub fn restore(folder: &Path, backup: &Path, now_ms: u64, mut random: Random) -> Result<u64, HubError> {
        let mut bytes = [0; 4];
        random(&mut bytes);
        let epoch = Sqlite::restore(folder, backup, u32::from_be_bytes(bytes), now_ms)?;
        files::leave(backup, folder);
        Ok(epoch)
    }

    /// Returns how many live streams are open.
    pub(crate) fn listening(&self) -> u64 {
        self.live.listening()
    }

    pub(crate) fn random(&self, bytes: &mut [u8]) {
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        random(bytes);
    }

    /// Turns a fault of the store into what a desk is told, and notes it once.
    pub(crate) fn fault(&self, error: &HubError) -> Refusal {
        if matches!(error, HubError::Full | HubError::Busy | HubError::Met) {
            tracing::warn!(%error, "cannot write now");
            return Refusal::new(ErrorCode::Busy).after(BUSY_MS);
        }
        let mut bytes = [0; 8];
        self.random(&mut bytes);
        let detail_id = bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        tracing::error!(%error, detail_id, "a request failed");
        let mut refusal = Refusal::new(ErrorCode::Internal).after(BUSY_MS);
        refusal.0.detail_id = Some(detail_id);
        refusal
    }

    /// Tells who has an answer open with somebody else, as far as this person is among them.
    pub(crate) fn together(
        &self,
        person: PersonId,
        now_ms: u64,
    ) -> std::collections::BTreeSet<linchpin_domain::id::AnswerId> {
        self.live.together(person, now_ms)
    }
}

/// Returns the hash under which an invitation is kept.
pub(crate) fn code_hash(code: &str) -> String {
    sha256_hex(format!("linchpin-invitation-1\n{code}").as_bytes())
}

fn new_id(now_ms: u64, random: &mut Random) -> HubId {
    let mut bytes = [0; 10];
    random(&mut bytes);
    HubId::new(now_ms, bytes)
}

fn short(text: &str) -> String {
    text.trim().chars().take(NAME_CHARS).collect()
}
