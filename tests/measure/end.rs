//! One end of sync over a profile of its own, with an open line, as the app holds it.

use anyhow::{Result, bail};
use linchpin_commands::Core;
use linchpin_commands::account::{JoinNetwork, join_network};
use linchpin_commands::host::{Event, Host};
use linchpin_domain::command::{Command, Sharing};
use linchpin_domain::id::{AnswerId, CallId, PersonId, QuestionId, ResponseId};
use linchpin_domain::record::answer::Answer;
use linchpin_domain::record::call::Call;
use linchpin_domain::record::question_set::Question;
use linchpin_domain::space::Space;
use linchpin_store::{By, Config, Key, Store, open};
use linchpin_sync::driver::{SystemClock, SystemRng};
use linchpin_sync::http::{Http, Settings};
use linchpin_sync::once::{Outcome, round};
use linchpin_sync::seam::Clock;
use linchpin_tests::linchpin::PASSPHRASE;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// One end.
pub(crate) struct End {
    pub(crate) store: Arc<Store>,
    line: Http,
    runtime: tokio::runtime::Runtime,
    person: PersonId,
}

impl End {
    /// Opens the store of a profile that has joined.
    pub(crate) fn open(profile: &Path) -> Result<Self> {
        let key = Key::Passphrase(PASSPHRASE.to_owned().into());
        let store = Arc::new(open(Config::new(profile), &key, SystemClock::new().now_ms(), "measure")?);
        let line = Http::of_store(&store, &Settings::default())?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let Some(person) = store.identity()?.person else { bail!("nobody works here") };
        Ok(Self { store, line, runtime, person })
    }

    /// Joins the network at an address, and opens the store.
    pub(crate) fn joined(profile: &Path, url: &str, code: &str, name: &str) -> Result<Self> {
        let core = Core::open_for_scripts(profile, Arc::new(Nobody))?;
        let asked = JoinNetwork {
            invitation: code.to_owned(),
            hub_url: Some(url.to_owned()),
            name: name.to_owned(),
            practice: String::new(),
            passphrase: Some(PASSPHRASE.to_owned()),
        };
        join_network(&core, asked)?;
        drop(core);
        Self::open(profile)
    }

    /// Makes a round of sync; returns how many changes were received.
    pub(crate) fn round(&self) -> Result<u64> {
        let (clock, mut rng) = (SystemClock::new(), SystemRng::new());
        match self.runtime.block_on(round(&self.store, &self.line, &clock, &mut rng))? {
            Outcome::Done { received, .. } => Ok(received),
            other => bail!("not in step: {other:?}"),
        }
    }

    /// Returns who changes something here, now.
    pub(crate) fn by(&self) -> By {
        By { person: self.person, now_ms: SystemClock::new().now_ms(), what: "measure" }
    }

    /// Makes a call with its questions and a response that is open to everybody, as bringing one in does; returns
    /// the answers.
    pub(crate) fn brings_in(&self, questions: Vec<Question>) -> Result<(CallId, Vec<AnswerId>)> {
        let done = self.store.transact(&self.by(), |tx| {
            let call: CallId = tx.new_id();
            let response = ResponseId::of(call);
            let (of_call, of_response) = (Space::Call(call), Space::Response(response));
            tx.command(&of_call, Command::OpenCall { call })?;
            let sharing = Sharing::Everyone;
            tx.command(&of_response, Command::OpenResponse { response, call, sharing })?;
            tx.create(call, &of_call, &Call { title: "Sample".to_owned(), ..Call::default() })?;
            let mut answers = Vec::new();
            for question in &questions {
                let id: QuestionId = tx.new_id();
                tx.create(id, &of_call, question)?;
                let answer = AnswerId::of(response, id);
                let record = Answer { response: Some(response), question: Some(id), ..Answer::default() };
                tx.create(answer, &of_response, &record)?;
                answers.push(answer);
            }
            Ok((call, answers))
        })?;
        Ok(done.value)
    }
}

/// A shell without a person.
struct Nobody;

impl Host for Nobody {
    fn choose_save(&self, _title: &str, _suggested_name: &str) -> Option<PathBuf> {
        None
    }

    fn choose_open(&self, _title: &str) -> Option<PathBuf> {
        None
    }

    fn tell(&self, _event: &Event) {}
}
