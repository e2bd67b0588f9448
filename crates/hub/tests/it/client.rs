//! Two real clients and the real program on a real line: they write in the same answer while the hub is away,
//! and it comes together.

use crate::program::{Served, json, people};
use linchpin_domain::command::{Command, Sharing};
use linchpin_domain::id::{AnswerId, CallId, PersonId, QuestionId, ResponseId};
use linchpin_domain::record::answer::Answer;
use linchpin_domain::record::call::Call;
use linchpin_domain::record::look::Notice;
use linchpin_domain::record::member::Member;
use linchpin_domain::record::membership::Forget;
use linchpin_domain::record::question_set::Question;
use linchpin_domain::role::{Given, NetworkRole, ResponseRole};
use linchpin_domain::space::Space;
use linchpin_store::reader::Filter;
use linchpin_store::{By, Config, Key, Store, TextEdit, open};
use linchpin_sync::texts::facts_of;
use linchpin_sync::{Away, JoinAsked, Outcome, Settings, join, sync_once};
use linchpin_text::TextDoc;
use linchpin_text::edit::{append, rewrite};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use tempfile::TempDir;

pub(crate) fn now_ms() -> u64 {
    u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

pub(crate) struct Client {
    pub(crate) store: Arc<Store>,
    pub(crate) me: PersonId,
    name: &'static str,
    drawn: u64,
}

#[derive(Clone, Copy)]
pub(crate) struct Work {
    pub(crate) call: CallId,
    pub(crate) response: ResponseId,
    pub(crate) answer: AnswerId,
}

impl Client {
    pub(crate) fn new(folder: &Path, name: &'static str, seed: u8) -> Self {
        let key = Key::Raw([seed; 32]);
        let store = open(Config::new(folder.join(name)), &key, now_ms(), "0.1.0").unwrap();
        let me = PersonId::new(now_ms(), [seed; 10]);
        store.set_person(me).unwrap();
        Self { store: Arc::new(store), me, name, drawn: u64::from(seed) * 1_000 }
    }

    fn joins(&self, url: &str, code: &str) {
        let asked = JoinAsked {
            invitation: code.to_owned(),
            hub_url: Some(url.to_owned()),
            name: self.name.to_owned(),
            practice: "Sample practice".to_owned(),
            nation: None,
            device_name: "Desk".to_owned(),
            platform: "linux".to_owned(),
        };
        assert_eq!(join(&self.store, &asked, &Settings::default()).unwrap().person, self.me);
    }

    pub(crate) fn syncs(&self) -> Outcome {
        sync_once(&self.store, &Settings::default()).unwrap()
    }

    pub(crate) fn in_step(&self) -> (u64, u64) {
        match self.syncs() {
            Outcome::Done { sent, received, held: 0, refused: 0 } => (sent, received),
            other => panic!("{}: {other:?}", self.name),
        }
    }

    fn by(&self) -> By {
        By { person: self.me, now_ms: now_ms(), what: "edit" }
    }

    pub(crate) fn makes_a_call(&self, questions: u8) -> Work {
        let call = CallId::new(now_ms(), [7; 10]);
        let response = ResponseId::of(call);
        let question = |n: u8| QuestionId::new(1_600_000_000_000, [n; 10]);
        let (of_call, of_response) = (Space::Call(call), Space::Response(response));
        self.store
            .transact(&self.by(), |tx| {
                tx.command(&of_call, Command::OpenCall { call })?;
                tx.create(call, &of_call, &Call { title: "Sample call".into(), ..Call::default() })?;
                let sharing = Sharing::Everyone;
                tx.command(&of_response, Command::OpenResponse { response, call, sharing })?;
                for n in 0..questions {
                    let asked = Question { text: format!("Question {n}?"), ..Question::default() };
                    tx.create(question(n), &of_call, &asked)?;
                    let answer =
                        Answer { response: Some(response), question: Some(question(n)), ..Answer::default() };
                    tx.create(AnswerId::of(response, question(n)), &of_response, &answer)?;
                }
                Ok(())
            })
            .unwrap();
        Work { call, response, answer: AnswerId::of(response, question(0)) }
    }

    fn doc(&mut self, work: &Work) -> TextDoc {
        self.drawn += 1;
        let parts = self.store.read(|reader| reader.text(work.answer)).unwrap();
        let (snapshot, updates) = parts.map_or((None, Vec::new()), |parts| (parts.snapshot, parts.updates));
        let updates = updates.iter().map(|update| update.bytes.as_slice());
        TextDoc::open(snapshot.as_deref(), updates, self.drawn).unwrap()
    }

    fn edits(&mut self, work: &Work, edit: impl FnOnce(&mut TextDoc) -> Vec<u8>) {
        let mut doc = self.doc(work);
        let sv_before = doc.state_vector();
        let bytes = edit(&mut doc);
        let mut facts = facts_of(&doc).unwrap();
        facts.authors = vec![self.drawn];
        let text = TextEdit { bytes, sv_before, schema: 1, facts, after: None };
        let space = Space::Response(work.response);
        self.store.transact(&self.by(), |tx| tx.append_text(work.answer, &space, text)).unwrap();
    }

    pub(crate) fn types(&mut self, work: &Work, words: &str) {
        self.edits(work, |doc| append(doc, words).unwrap());
    }

    fn rewrites(&mut self, work: &Work, words: &str) {
        self.edits(work, |doc| rewrite(doc, words).unwrap().unwrap());
    }

    pub(crate) fn shares(&self, work: &Work, person: PersonId, given: Option<Given>) {
        let space = Space::Response(work.response);
        let command = Command::Share { space: space.clone(), person: Some(person), given };
        self.store.transact(&self.by(), |tx| tx.command(&space, command)).unwrap();
    }

    pub(crate) fn words(&self, work: &Work) -> String {
        self.store.read(|reader| reader.text_plain(work.answer)).unwrap().unwrap_or_default()
    }

    fn notices(&self) -> Vec<Notice> {
        let rows = self.store.read(|reader| reader.list_all::<Notice>(Filter::All)).unwrap();
        rows.into_iter().map(|row| row.record).collect()
    }

    fn is_true_copy(&self, work: &Work) {
        for space in [Space::Call(work.call), Space::Response(work.response), Space::ALL_MEMBERS] {
            assert!(self.store.check_space(&space).unwrap(), "{}: {space}", self.name);
        }
    }
}

pub(crate) struct Two {
    pub(crate) folder: TempDir,
    pub(crate) served: Option<Served>,
    pub(crate) asha: Client,
    pub(crate) ben: Client,
}

impl Two {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let data = folder.path().join("hub");
        let first =
            json(&data, &["init", "--network", "Sample network", "--admin", "asha@example.org", "--json"]);
        let served = Served::start(&data, None);
        let second = json(&data, &["invite", "--email", "ben@example.org", "--json"]);
        let (asha, ben) = (Client::new(folder.path(), "asha", 1), Client::new(folder.path(), "ben", 2));
        asha.joins(&served.url, first["code"].as_str().unwrap());
        ben.joins(&served.url, second["code"].as_str().unwrap());
        Self { folder, served: Some(served), asha, ben }
    }

    pub(crate) fn hub_dies(&mut self) -> String {
        let served = self.served.take().unwrap();
        let url = served.url.clone();
        served.kill();
        url
    }

    pub(crate) fn hub_comes_back(&mut self, url: &str) {
        self.served = Some(Served::start(&self.folder.path().join("hub"), Some(url)));
    }

    /// Copies the hub and returns where the copy lies.
    pub(crate) fn hub_is_copied(&self) -> PathBuf {
        let copy = self.folder.path().join("copy.db");
        json(&self.folder.path().join("hub"), &["backup", copy.to_str().unwrap(), "--json"]);
        copy
    }

    /// Puts the hub back to a copy.
    pub(crate) fn hub_goes_back(&mut self, copy: &Path) {
        let (url, data) = (self.hub_dies(), self.folder.path().join("hub"));
        std::fs::rename(&data, self.folder.path().join("broken")).unwrap();
        json(&data, &["restore", copy.to_str().unwrap(), "--json"]);
        self.hub_comes_back(&url);
    }

    pub(crate) fn come_together(&self) {
        for client in [&self.asha, &self.ben, &self.asha, &self.ben] {
            client.in_step();
        }
    }
}

impl Drop for Two {
    fn drop(&mut self) {
        if let Some(served) = self.served.take() {
            served.kill();
        }
    }
}

#[test]
fn two_real_clients_who_wrote_apart_come_together_without_a_lost_word() {
    let mut two = Two::new();
    let work = two.asha.makes_a_call(3);
    assert!(two.asha.in_step().0 >= 8);
    assert!(two.ben.in_step().1 >= 8);
    two.asha.types(&work, "Keeping managers is hard.");
    two.come_together();
    assert_eq!(two.ben.words(&work), "Keeping managers is hard.");

    let url = two.hub_dies();
    two.asha.rewrites(&work, "Keeping managers is increasingly hard.");
    two.ben.rewrites(&work, "Keeping managers is now very hard.");
    for n in 0..20 {
        two.asha.types(&work, &format!("a{n}x"));
        two.ben.types(&work, &format!("b{n}x"));
    }
    assert!(matches!(two.asha.syncs(), Outcome::Offline(Away::HubAway)), "without the hub it is off line");
    two.hub_comes_back(&url);
    two.come_together();

    let words = two.asha.words(&work);
    assert_eq!(words, two.ben.words(&work), "both see the same text");
    for who in ["a", "b"] {
        let places: Vec<_> =
            (0..20).map(|n| words.find(&format!("{who}{n}x")).expect("a lost word")).collect();
        assert!(places.is_sorted(), "each person's words keep their order");
        assert!((0..20).all(|n| words.matches(&format!("{who}{n}x")).count() == 1), "no word is doubled");
    }
    assert!(words.contains("increasingly") && words.contains("very"));
    for client in [&two.asha, &two.ben] {
        let notices = client.notices();
        assert!(!notices.is_empty(), "{}: 2 people changed this", client.name);
        let people = [notices[0].person_a, notices[0].person_b];
        assert!(people.contains(&Some(two.asha.me)) && people.contains(&Some(two.ben.me)));
        client.is_true_copy(&work);
    }
}

#[test]
fn a_third_who_joins_late_gets_everything_from_the_hub_alone() {
    let mut two = Two::new();
    let work = two.asha.makes_a_call(120);
    for n in 0..230 {
        two.asha.types(&work, &format!("word{n}"));
    }
    two.asha.in_step();
    two.ben.in_step();
    two.ben.types(&work, "and Ben's.");
    two.come_together();
    let data = two.folder.path().join("hub");
    let code = json(&data, &["invite", "--email", "cara@example.org", "--json"]);
    let cara = Client::new(two.folder.path(), "cara", 3);
    cara.joins(&two.served.as_ref().unwrap().url, code["code"].as_str().unwrap());
    // Filled from parts, not pulled.
    for space in [Space::Call(work.call), Space::Response(work.response)] {
        cara.store.note_spaces(&[(space.clone(), 0)]).unwrap();
        cara.store.fill_anew(&space).unwrap();
    }
    cara.in_step();
    assert_eq!(cara.words(&work), two.asha.words(&work));
    assert!(cara.words(&work).contains("word229") && cara.words(&work).contains("and Ben's."));
    cara.is_true_copy(&work);
    let questions = cara.store.read(|reader| reader.list_all::<Question>(Filter::All)).unwrap();
    assert_eq!(questions.len(), 120);
}

#[test]
fn a_hub_put_back_from_an_old_copy_gets_back_what_it_lacks() {
    let mut two = Two::new();
    let work = two.asha.makes_a_call(2);
    two.asha.types(&work, "Before the copy.");
    two.come_together();
    let copy = two.hub_is_copied();
    two.asha.types(&work, "After it, by Asha.");
    two.ben.types(&work, "After it, by Ben.");
    two.come_together();
    let whole = two.asha.words(&work);

    two.hub_goes_back(&copy);
    two.come_together();
    assert_eq!(two.asha.words(&work), whole);
    assert_eq!(two.ben.words(&work), whole);
    for client in [&two.asha, &two.ben] {
        client.is_true_copy(&work);
    }
}

#[test]
fn ten_kills_of_the_hub_between_pushes_lose_nothing_that_was_sent() {
    let mut two = Two::new();
    let work = two.asha.makes_a_call(2);
    two.come_together();
    for round in 0..10 {
        two.asha.types(&work, &format!("round{round}a"));
        two.ben.types(&work, &format!("round{round}b"));
        two.asha.in_step();
        two.ben.in_step();
        let url = two.hub_dies();
        two.hub_comes_back(&url);
    }
    two.come_together();
    let words = two.ben.words(&work);
    assert_eq!(words, two.asha.words(&work));
    for round in 0..10 {
        for who in ["a", "b"] {
            assert_eq!(words.matches(&format!("round{round}{who}")).count(), 1);
        }
    }
}

#[test]
fn whoever_loses_their_part_keeps_their_unsent_words_while_the_response_leaves_their_computer() {
    let mut two = Two::new();
    let work = two.asha.makes_a_call(2);
    two.asha.types(&work, "Asha's words.");
    two.come_together();
    assert_eq!(two.ben.words(&work), "Asha's words.");
    two.ben.types(&work, "Ben's unsent words.");
    two.asha.shares(&work, two.ben.me, None);
    two.asha.in_step();
    // His change is refused, or its space is gone before it is sent; in either case it is told and kept.
    assert!(matches!(two.ben.syncs(), Outcome::Done { .. }));
    let kept = two.ben.store.read(|reader| reader.kept()).unwrap();
    assert!(kept.iter().any(|kept| kept.words.contains("Ben's unsent words.")), "{}", kept.len());
    let space = Space::Response(work.response);
    let left = two.ben.store.read(|reader| reader.list_all::<Answer>(Filter::In(&space))).unwrap();
    assert!(left.is_empty() && two.ben.words(&work).is_empty());
    let told = two.ben.store.read(|reader| reader.list_all::<Forget>(Filter::All)).unwrap();
    assert_eq!(told.len(), 1);
    // Everything else goes on.
    let other = two.ben.makes_a_call(1);
    two.come_together();
    two.asha.types(&other, "And on.");
    two.come_together();
    assert_eq!(two.ben.words(&other), "And on.");
    // Given again, the space comes back whole.
    two.asha.shares(&work, two.ben.me, Some(Given::Role(ResponseRole::Commenter)));
    two.come_together();
    assert_eq!(two.ben.words(&work), "Asha's words.");
    two.ben.is_true_copy(&work);
}

#[test]
fn whoever_looks_after_the_hub_changes_roles_and_ends_access_while_it_is_served() {
    let two = Two::new();
    let data = two.folder.path().join("hub");
    let all = json(&data, &["people", "--json"]);
    let found = |id: PersonId| {
        let people = all["people"].as_array().unwrap();
        people.iter().find(|one| one["person"] == id.to_string()).unwrap().clone()
    };
    let ben = found(two.ben.me);
    assert_eq!(
        (&ben["name"], &ben["role"], &ben["email"]),
        (&"ben".into(), &"member".into(), &"ben@example.org".into())
    );
    let id = two.ben.me.to_string();
    people(&data, "role", &[&id, "steering-group"]);
    two.ben.in_step();
    let role = two.ben.store.identity().unwrap().hub.unwrap().role;
    let member =
        |who: PersonId| two.ben.store.read(|reader| reader.get::<Member>(who)).unwrap().unwrap().record;
    assert_eq!((role, member(two.ben.me).role), (NetworkRole::SteeringGroup, NetworkRole::SteeringGroup));
    people(&data, "suspend", &[&id]);
    assert!(matches!(two.ben.syncs(), Outcome::Refused(Away::Revoked)));
    people(&data, "reinstate", &[&id]);
    two.ben.in_step();
    let devices = people(&data, "devices", &[&id]);
    people(&data, "revoke", &[devices[0]["device"].as_str().unwrap(), "--lost"]);
    assert!(matches!(two.ben.syncs(), Outcome::Refused(Away::Revoked)));
    let after = people(&data, "devices", &[&id]);
    assert_eq!((after[0]["why"].as_str(), after[0]["revokedAt"].as_u64() > Some(0)), (Some("lost"), true));
    // The one administrator stays.
    let asha = two.asha.me.to_string();
    let out = std::process::Command::new(env!("CARGO_BIN_EXE_linchpin-hub"))
        .args(["people", "suspend", "--data", data.to_str().unwrap(), &asha])
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&out.stderr).contains("without an administrator"));
}
