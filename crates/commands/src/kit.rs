//! A practice manager's computer for the tests of this crate: commands over a real store, without a hub. What a
//! colleague does arrives as sync would bring it.

use crate::answers::{AppendText, QuestionName};
use crate::calls::{QuestionDraft, SaveCall, SavedCall};
use crate::core::{Core, Desk};
use crate::host::{Event, Host};
use linchpin_domain::canonical::Bytes;
use linchpin_domain::change::{ChangeId, Done, Entry, Put, TextUpdate};
use linchpin_domain::id::{AnswerId, GroupId, HubId, PersonId, RecordId, ReplicaId};
use linchpin_domain::merge::Edits;
use linchpin_domain::nation::NationScope;
use linchpin_domain::record::call::CallKind;
use linchpin_domain::record::{Record, encode};
use linchpin_domain::role::NetworkRole;
use linchpin_domain::space::Space;
use linchpin_domain::stamp::Stamp;
use linchpin_store::settle::PulledPage;
use linchpin_store::{Config, HubLink, Key, Store};
use linchpin_text::{TextDoc, edit};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

const NOW: u64 = 1_700_000_000_000;

/// The update that adds a block `callout` with the words "Newer words." at the end of a text.
const OF_A_NEWER_APP: &[u8] =
    b"\x01\x03\x58\x00\x87\x01\x00\x03\x07callout\x07\x00\x58\x00\x06\x04\x00\x58\x01\x0cNewer words.\x00";

/// A host that shows nothing.
pub(crate) struct Nobody;

impl Host for Nobody {
    fn choose_save(&self, _: &str, _: &str) -> Option<PathBuf> {
        None
    }
    fn choose_open(&self, _: &str) -> Option<PathBuf> {
        None
    }
    fn tell(&self, _: &Event) {}
}

/// Asha's computer.
pub(crate) struct Asha {
    pub(crate) core: Core,
    pub(crate) desk: Arc<Desk>,
    commits: Arc<AtomicU32>,
    _folder: TempDir,
}

pub(crate) fn asha() -> Asha {
    let folder = TempDir::new_in("/dev/shm").or_else(|_| TempDir::new()).expect("a folder for the test");
    let store: Store =
        linchpin_store::open(Config::new(folder.path()), &Key::Raw([1; 32]), NOW, "0.1.0").expect("it opens");
    store.set_person(PersonId::new(1, [1; 10])).expect("the person is noted");
    let commits = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&commits);
    store.subscribe(move |_, _| {
        counted.fetch_add(1, Ordering::Relaxed);
    });
    let core = Core::over(folder.path(), Arc::new(Nobody), store);
    let desk = core.desk().expect("the store is open");
    Asha { core, desk, commits, _folder: folder }
}

pub(crate) fn tom() -> PersonId {
    PersonId::new(2, [2; 10])
}

impl Asha {
    /// Brings a call in; each text is a question, with words to begin its answer.
    pub(crate) fn brings_in(&self, title: &str, questions: &[(&str, &str)]) -> SavedCall {
        let questions = questions.iter().map(|(text, below)| QuestionDraft {
            text: (*text).to_owned(),
            answer_below: (*below).to_owned(),
            ..QuestionDraft::default()
        });
        let asked = SaveCall {
            title: title.to_owned(),
            asker: String::new(),
            kind: CallKind::default(),
            nation: NationScope::default(),
            closes: None,
            link: String::new(),
            word_limit: None,
            questions: questions.collect(),
        };
        crate::calls::save_call(&self.core, asked).expect("the call is saved")
    }

    /// Notes a hub, as joining does; nothing is sent to it.
    pub(crate) fn joins(&self) {
        let link = HubLink {
            hub: HubId::new(1, [1; 10]),
            url: "http://127.0.0.1:9".to_owned(),
            network: "Sample network".to_owned(),
            role: NetworkRole::Member,
            epoch: 0,
            nonce: None,
            next_nonce: None,
        };
        self.desk.store.set_hub(Some(&link)).expect("it is noted");
    }

    pub(crate) fn answers(&self, call: &SavedCall) -> Vec<AnswerId> {
        let view =
            self.desk.store.read(|reader| crate::view::call_view(reader, call.id)).expect("it is here");
        view.questions.iter().map(|question| question.answer).collect()
    }

    pub(crate) fn types(&self, call: &SavedCall, question: &str, text: &str) {
        let at = QuestionName { call: call.id, question: question.to_owned() };
        crate::answers::append_text(&self.core, AppendText { at, text: text.to_owned() })
            .expect("it is saved");
    }

    pub(crate) fn plain(&self, answer: AnswerId) -> String {
        self.desk.store.read(|reader| reader.text_plain(answer)).expect("it is read").unwrap_or_default()
    }

    /// Returns how often something was committed and told while `work` ran.
    pub(crate) fn commits_of<T>(&self, work: impl FnOnce() -> T) -> (T, u32) {
        let before = self.commits.load(Ordering::Relaxed);
        let value = work();
        (value, self.commits.load(Ordering::Relaxed) - before)
    }

    /// Lets words of Tom arrive at the end of an answer.
    pub(crate) fn tom_types(&self, answer: AnswerId, space: &Space, words: &str) {
        let mut doc = TextDoc::new(77);
        let parts = self.desk.store.read(|reader| reader.text(answer)).expect("it is read");
        for update in parts.into_iter().flat_map(|parts| parts.updates) {
            doc.apply(&update.bytes).expect("the update fits");
        }
        let bytes = Bytes(edit::append(&mut doc, words).expect("words were added"));
        let update = TextUpdate { doc: answer, sv_before: Bytes(Vec::new()), schema: 1, bytes };
        self.arrives(space, tom(), Done::Text(update));
    }

    /// Lets a block arrive that only a newer app knows, with words of Tom in it.
    pub(crate) fn newer_app_adds(&self, answer: AnswerId, space: &Space) {
        let update = TextUpdate {
            doc: answer,
            sv_before: Bytes(Vec::new()),
            schema: 1,
            bytes: Bytes(OF_A_NEWER_APP.to_vec()),
        };
        self.arrives(space, tom(), Done::Text(update));
    }

    /// Lets a record arrive that the hub made.
    pub(crate) fn hub_makes<R: Record>(&self, id: impl Into<RecordId>, space: &Space, record: &R) {
        let stamp = Stamp::new(NOW, 0, ReplicaId(9));
        let edits: Edits = encode(record).into_iter().map(|(field, value)| (field, (value, stamp))).collect();
        let (kind, schema) = (R::KIND.name().to_owned(), R::SCHEMA);
        self.arrives(space, tom(), Done::Put(Put { kind, id: id.into(), schema, create: true, edits }));
    }

    fn arrives(&self, space: &Space, author: PersonId, done: Done) {
        let store = &self.desk.store;
        let cursor =
            store.read(|reader| reader.space(space)).expect("it is read").map_or(0, |row| row.cursor);
        let seq = cursor + 1;
        let entry = Entry {
            seq,
            id: ChangeId { replica: ReplicaId(9), counter: seq },
            group: GroupId::new(1, [3; 10]),
            author,
            at: NOW,
            done,
        };
        let page = PulledPage {
            space: space.clone(),
            from: cursor,
            to: seq,
            head: seq,
            sum: None,
            entries: vec![entry],
        };
        store.settle_page(&page, &mut linchpin_sync::texts::Texts, NOW).expect("the page is settled");
    }
}
