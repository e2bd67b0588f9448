//! A store in a folder of its own with fixed randomness, a text engine made of plain words, and a hub that is
//! as small as the rules allow.

use linchpin_domain::id::{AnswerId, CallId, HubId, PersonId, QuestionId, RecordId, ResponseId};
use linchpin_domain::record::answer::Answer;
use linchpin_domain::record::call::Call;
use linchpin_domain::role::NetworkRole;
use linchpin_domain::space::Space;
use linchpin_store::reader::{RecoveredLocal, StoredUpdate};
use linchpin_store::settle::Texts;
use linchpin_store::{BootToken, By, Config, HubLink, Key, Store, StoreError, TextEdit, TextFacts, open};
use std::path::Path;
use tempfile::TempDir;

pub(crate) const NOW: u64 = 1_700_000_000_000;
pub(crate) const KEY: Key = Key::Raw([7; 32]);

/// A desk: a store with the folder it lies in.
pub(crate) struct Desk {
    pub(crate) store: Store,
    pub(crate) folder: TempDir,
    pub(crate) me: PersonId,
}

pub(crate) fn id<I: From<RecordId>>(n: u8) -> I {
    I::from(RecordId::new(1_600_000_000_000 + u64::from(n), [n; 10]))
}

/// Randomness that is the same in every run: SplitMix64.
pub(crate) fn seeded(seed: u64) -> linchpin_store::Random {
    let mut state = seed;
    Box::new(move |bytes: &mut [u8]| {
        for byte in bytes {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            *byte = (z ^ (z >> 31)).to_le_bytes()[0];
        }
    })
}

pub(crate) fn open_at(folder: &Path, seed: u64) -> Result<Store, StoreError> {
    open(Config::new(folder).with_random(seeded(seed)), &KEY, NOW, "0.1.0")
}

pub(crate) fn open_with_token(folder: &Path, token: BootToken) -> Result<Store, StoreError> {
    open(Config::new(folder).with_random(seeded(9)).with_boot_token(token), &KEY, NOW, "0.1.0")
}

pub(crate) fn hub_link() -> HubLink {
    HubLink {
        hub: HubId(id::<RecordId>(250).0),
        url: "https://hub.example.org".to_owned(),
        network: "Sample network".to_owned(),
        role: NetworkRole::Member,
        epoch: 1,
        nonce: None,
        next_nonce: None,
    }
}

/// A folder in memory where the system has one: what is tried here is not the disk.
pub(crate) fn quick_folder() -> TempDir {
    TempDir::new_in("/dev/shm").or_else(|_| TempDir::new()).unwrap()
}

impl Desk {
    pub(crate) fn new(person: u8) -> Self {
        let folder = quick_folder();
        let store = open_at(&folder.path().join("store"), u64::from(person)).unwrap();
        let me = id(person);
        store.set_person(me).unwrap();
        store.set_hub(Some(&hub_link())).unwrap();
        Self { store, folder, me }
    }

    /// Closes the store and opens it again, as after a kill.
    pub(crate) fn reopened(self) -> Self {
        let Self { store, folder, me } = self;
        drop(store);
        let store = open_at(&folder.path().join("store"), 77).unwrap();
        Self { store, folder, me }
    }

    pub(crate) fn by(&self) -> By {
        By { person: self.me, now_ms: NOW, what: "edit" }
    }

    pub(crate) fn by_at(&self, now_ms: u64) -> By {
        By { person: self.me, now_ms, what: "edit" }
    }

    pub(crate) fn creates_call(&self, n: u8, title: &str) -> CallId {
        let call: CallId = id(n);
        self.store.transact(&self.by(), |tx| tx.create(call, &Space::Call(call), &named(title))).unwrap();
        call
    }

    pub(crate) fn sets_title(&self, call: CallId, title: &str) {
        let title = title.into();
        self.store.transact(&self.by(), |tx| tx.set::<Call>(call, "title", title)).unwrap();
    }

    pub(crate) fn title(&self, call: CallId) -> String {
        self.store.read(|r| Ok(r.get::<Call>(call)?.unwrap().record.title)).unwrap()
    }

    pub(crate) fn creates_answer(&self, n: u8) -> (AnswerId, Space) {
        let (response, question): (ResponseId, QuestionId) = (id(n), id(n + 100));
        let (answer, space) = (AnswerId::of(response, question), Space::Response(response));
        let record = Answer { response: Some(response), question: Some(question), ..Answer::default() };
        self.store.transact(&self.by(), |tx| tx.create(answer, &space, &record)).unwrap();
        (answer, space)
    }

    /// Types words at the end of an answer: one update.
    pub(crate) fn types(&self, answer: AnswerId, space: &Space, words: &str) {
        self.types_at(answer, space, words, NOW);
    }

    pub(crate) fn types_at(&self, answer: AnswerId, space: &Space, words: &str, now_ms: u64) {
        let before = self.store.read(|r| r.text_plain(answer)).unwrap().unwrap_or_default();
        let plain = format!("{before} {words}").trim().to_owned();
        let edit = edit(words, &plain, self.me);
        self.store.transact(&self.by_at(now_ms), |tx| tx.append_text(answer, space, edit)).unwrap();
    }

    pub(crate) fn plain(&self, answer: AnswerId) -> String {
        self.store.read(|r| r.text_plain(answer)).unwrap().unwrap_or_default()
    }
}

pub(crate) fn named(title: &str) -> Call {
    Call { title: title.to_owned(), ..Call::default() }
}

pub(crate) fn edit(words: &str, plain: &str, author: PersonId) -> TextEdit {
    let facts = WordTexts.facts(AnswerId(author.0), None, &[plain.as_bytes().to_vec()]).unwrap();
    let facts = TextFacts { authors: vec![u64::from(author.0.as_bytes()[15])], ..facts };
    TextEdit { bytes: words.as_bytes().to_vec(), sv_before: Vec::new(), schema: 1, facts, after: None }
}

/// A text engine whose updates are words and whose documents are the words of all updates, in any order the
/// same. `!` cannot be read.
pub(crate) struct WordTexts;

impl Texts for WordTexts {
    fn facts(
        &mut self,
        _: AnswerId,
        snapshot: Option<&[u8]>,
        updates: &[Vec<u8>],
    ) -> Result<TextFacts, String> {
        let mut words = Vec::new();
        for bytes in snapshot.into_iter().chain(updates.iter().map(Vec::as_slice)) {
            let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
            if text.contains('!') {
                return Err("cannot be read".to_owned());
            }
            words.extend(text.split_whitespace());
        }
        let plain = words.join(" ");
        let (words, characters) =
            (words.len().try_into().unwrap(), plain.chars().count().try_into().unwrap());
        Ok(TextFacts { plain, words, characters, schema: 1, authors: Vec::new() })
    }

    fn folded(&mut self, snapshot: Option<&[u8]>, updates: &[Vec<u8>]) -> Result<Vec<u8>, String> {
        let doc = AnswerId(id::<RecordId>(1).0);
        Ok(self.facts(doc, snapshot, updates)?.plain.into_bytes())
    }

    fn authors(&mut self, update: &[u8]) -> Result<Vec<u64>, String> {
        Ok(vec![update.len() as u64])
    }

    fn pulled_over_own(
        &mut self,
        _: AnswerId,
        _: Option<&[u8]>,
        before: &[StoredUpdate],
        theirs: &[StoredUpdate],
    ) -> Vec<RecoveredLocal> {
        // "-word" removes what stands around an own unsent word.
        let removed: Vec<String> = theirs
            .iter()
            .filter_map(|update| String::from_utf8_lossy(&update.bytes).strip_prefix('-').map(str::to_owned))
            .collect();
        before
            .iter()
            .filter(|update| update.own_unsent)
            .map(|update| (String::from_utf8_lossy(&update.bytes).into_owned(), update.author))
            .filter(|(words, _)| removed.contains(words))
            .map(|(words, person)| RecoveredLocal { around: words.clone(), words, person })
            .collect()
    }

    fn words_of(
        &mut self,
        _: AnswerId,
        _: Option<&[u8]>,
        _: &[Vec<u8>],
        ours: &[Vec<u8>],
    ) -> Result<String, String> {
        let words: Vec<_> = ours.iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
        Ok(words.join(" "))
    }
}
