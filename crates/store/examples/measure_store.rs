//! Measures the store on this computer: search over many answers, saving words, bulk changes, opening.
//! Prints one line of JSON a figure. Not a test: figures depend on the computer.
#![expect(clippy::print_stdout, reason = "printing is what a measurement does")]
#![expect(clippy::expect_used, reason = "a measurement that cannot go on ends")]

use linchpin_domain::canonical::Bytes;
use linchpin_domain::change::{ChangeId, Done, Entry, Op, Put, TextUpdate};
use linchpin_domain::id::{AnswerId, CallId, GroupId, PersonId, QuestionId, ReplicaId, ResponseId};
use linchpin_domain::record::answer::Answer;
use linchpin_domain::record::call::Call;
use linchpin_domain::record::{Record as _, encode};
use linchpin_domain::space::Space;
use linchpin_domain::stamp::Stamp;
use linchpin_store::reader::{RecoveredLocal, StoredUpdate};
use linchpin_store::settle::{PulledPage, Texts};
use linchpin_store::{By, Config, Key, Store, StoreError, TextEdit, TextFacts, open};
use std::time::Instant;

const NOW: u64 = 1_700_000_000_000;
const WORDS: &[&str] = &[
    "appointment",
    "access",
    "practice",
    "manager",
    "patient",
    "list",
    "rota",
    "bureaucracy",
    "workload",
    "premises",
    "funding",
    "contract",
    "digital",
    "telephone",
    "reception",
    "nurse",
    "partner",
    "locum",
    "vaccination",
    "returns",
    "claims",
    "inspection",
    "recruitment",
    "retention",
    "training",
    "estate",
    "the",
    "of",
    "and",
    "to",
    "in",
    "that",
    "is",
    "for",
    "with",
    "we",
];

fn main() -> Result<(), StoreError> {
    let folder = tempfile::TempDir::new()?;
    let key = Key::Raw([3; 32]);
    let started = Instant::now();
    let store = open(Config::new(folder.path()), &key, NOW, "0.1.0")?;
    print("open_new_ms", ms(started));
    let by = By { person: PersonId::new(1, [1; 10]), now_ms: NOW, what: "measure" };
    store.set_person(by.person)?;
    searching(&store, &by)?;
    saving(&store, &by)?;
    bulk(&store, &by, folder.path())?;
    checking(&folder.path().join("checked"))?;
    drop(store);
    let started = Instant::now();
    let store = open(Config::new(folder.path()), &key, NOW, "0.1.0")?;
    print("open_again_ms", ms(started));
    let started = Instant::now();
    store.backup("measure", NOW)?;
    print("backup_checked_ms", ms(started));
    Ok(())
}

/// Thirty thousand answers of about 120 words; then 400 queries as people type them.
fn searching(store: &Store, by: &By) -> Result<(), StoreError> {
    let answers: u32 = std::env::var("ANSWERS").ok().and_then(|n| n.parse().ok()).unwrap_or(30_000);
    let started = Instant::now();
    let mut mix = Mix(1);
    for batch in 0..answers.div_ceil(300) {
        store.transact(by, |tx| {
            let response: ResponseId = tx.new_id();
            let space = Space::Response(response);
            for n in 0..300u32.min(answers - batch * 300) {
                let question: QuestionId = tx.new_id();
                let answer = AnswerId::of(response, question);
                let record =
                    Answer { response: Some(response), question: Some(question), ..Answer::default() };
                tx.create(answer, &space, &record)?;
                let mut plain = mix.sentence(120);
                plain.push_str(&format!(" case{n} of{batch}"));
                tx.append_text(answer, &space, text(&plain, &plain))?;
            }
            Ok(())
        })?;
    }
    print("fill_answers_s", ms(started) / 1_000.0);
    let mut times = Vec::new();
    for n in 0..400u32 {
        let query = match n % 5 {
            0 => mix.word().to_owned(),
            1 => format!("{} {}", mix.word(), mix.word()),
            2 => mix.word().chars().take(2).collect(),
            3 => format!("case{} of{}", n % 300, n % 90),
            _ => format!("{} {} {}", mix.word(), mix.word(), mix.word().chars().take(3).collect::<String>()),
        };
        let started = Instant::now();
        let found = store.read(|r| r.search(&query, 20))?;
        times.push(ms(started));
        assert!(!found.is_empty() || n % 5 == 3, "{query}");
    }
    percentiles("search", &mut times);
    Ok(())
}

/// A burst of typing in an answer of ten thousand words.
fn saving(store: &Store, by: &By) -> Result<(), StoreError> {
    let (response, question) = (ResponseId::new(9, [9; 10]), QuestionId::new(9, [8; 10]));
    let (answer, space) = (AnswerId::of(response, question), Space::Response(response));
    let mut mix = Mix(7);
    let mut plain = mix.sentence(10_000);
    let mut times = Vec::new();
    for n in 0..200 {
        let word = format!(" word{n}");
        plain.push_str(&word);
        let edit = text(&word, &plain);
        let started = Instant::now();
        store.transact(by, |tx| tx.append_text(answer, &space, edit))?;
        times.push(ms(started));
    }
    percentiles("save_in_10000_words", &mut times);
    let mut times = Vec::new();
    let call = CallId::new(5, [5; 10]);
    let record = Call { title: "A call".to_owned(), ..Call::default() };
    store.transact(by, |tx| tx.create(call, &Space::Call(call), &record))?;
    for n in 0..200 {
        let started = Instant::now();
        store.transact(by, |tx| tx.set::<Call>(call, "asker", format!("Board {n}").into()))?;
        times.push(ms(started));
    }
    percentiles("save_a_field", &mut times);
    Ok(())
}

/// Ten thousand records made here, then as many pulled.
fn bulk(store: &Store, by: &By, folder: &std::path::Path) -> Result<(), StoreError> {
    let call = CallId::new(6, [6; 10]);
    let space = Space::Call(call);
    let record = |n: u32| Call {
        title: format!("Record {n} about appointments"),
        asker: "A sample body".to_owned(),
        summary: "Invented words that fill the summary of a record. ".repeat(8),
        ..Call::default()
    };
    let started = Instant::now();
    for batch in 0..10u32 {
        store.transact(by, |tx| {
            (0..1_000).try_for_each(|n| {
                let id: CallId = tx.new_id();
                tx.create(id, &space, &record(batch * 1_000 + n))
            })
        })?;
    }
    print("make_10000_records_s", ms(started) / 1_000.0);
    let changes = store.waiting(1_000_000, 1 << 30)?;
    let mut entries: Vec<Entry> = Vec::new();
    for change in changes.iter().filter(|change| change.space == space) {
        let Op::Put(put) = &change.op else { continue };
        let seq = u64::try_from(entries.len()).unwrap_or(u64::MAX) + 1;
        let author = PersonId::new(2, [2; 10]);
        let (id, group) = (change.id, GroupId(change.group.0));
        entries.push(Entry { seq, author, at: NOW, id, group, done: Done::Put(put.clone()) });
    }
    let other = open(Config::new(folder.join("other")), &Key::Raw([4; 32]), NOW, "0.1.0")?;
    let head = u64::try_from(entries.len()).unwrap_or(u64::MAX);
    let started = Instant::now();
    for (page, from) in entries.chunks(1_000).zip((0u64..).step_by(1_000)) {
        let to = from + u64::try_from(page.len()).unwrap_or(0);
        let page = PulledPage { space: space.clone(), from, to, head, sum: None, entries: page.to_vec() };
        other.settle_page(&page, &mut NoTexts, NOW)?;
    }
    print("pull_10000_records_s", ms(started) / 1_000.0);
    Ok(())
}

/// Twenty thousand answers with a text each, as the hub gave them; then all of it reckoned anew.
fn checking(folder: &std::path::Path) -> Result<(), StoreError> {
    let store = open(Config::new(folder), &Key::Raw([5; 32]), NOW, "0.1.0")?;
    let (author, mut mix) = (PersonId::new(2, [2; 10]), Mix(11));
    for batch in 0..40u8 {
        let response = ResponseId::new(7, [batch; 10]);
        let space = Space::Response(response);
        let mut entries: Vec<Entry> = Vec::new();
        for n in 0..500u16 {
            let [high, low] = n.to_be_bytes();
            let question = QuestionId::new(8, [batch, high, low, 0, 0, 0, 0, 0, 0, 0]);
            let answer = AnswerId::of(response, question);
            let record = Answer { response: Some(response), question: Some(question), ..Answer::default() };
            let stamp = Stamp::new(NOW, n, ReplicaId(2));
            let edits = encode(&record).into_iter().map(|(field, value)| (field, (value, stamp)));
            let put = Put {
                kind: Answer::KIND.name().to_owned(),
                id: answer.into(),
                schema: Answer::SCHEMA,
                create: true,
                edits: edits.collect(),
            };
            let text = TextUpdate {
                doc: answer,
                sv_before: Bytes::default(),
                schema: 1,
                bytes: Bytes(mix.sentence(120).into_bytes()),
            };
            for done in [Done::Put(put), Done::Text(text)] {
                let seq = u64::try_from(entries.len()).unwrap_or(u64::MAX) + 1;
                let id = ChangeId { replica: ReplicaId(2), counter: seq };
                let group = GroupId::new(NOW, [batch; 10]);
                entries.push(Entry { seq, author, at: NOW, id, group, done });
            }
        }
        let head = u64::try_from(entries.len()).unwrap_or(u64::MAX);
        let page = PulledPage { space, from: 0, to: head, head, sum: None, entries };
        store.settle_page(&page, &mut NoTexts, NOW)?;
    }
    let started = Instant::now();
    let spaces = store.read(|reader| reader.spaces())?;
    for row in &spaces {
        assert!(store.check_space(&row.space)?, "the copy adds up");
    }
    print("check_20000_documents_ms", ms(started));
    Ok(())
}

struct NoTexts;

impl Texts for NoTexts {
    fn facts(&mut self, _: AnswerId, _: Option<&[u8]>, _: &[Vec<u8>]) -> Result<TextFacts, String> {
        Ok(TextFacts::default())
    }
    fn folded(&mut self, _: Option<&[u8]>, _: &[Vec<u8>]) -> Result<Vec<u8>, String> {
        Ok(Vec::new())
    }
    fn authors(&mut self, _: &[u8]) -> Result<Vec<u64>, String> {
        Ok(Vec::new())
    }
    fn pulled_over_own(
        &mut self,
        _: AnswerId,
        _: Option<&[u8]>,
        _: &[StoredUpdate],
        _: &[StoredUpdate],
    ) -> Vec<RecoveredLocal> {
        Vec::new()
    }
    fn words_of(
        &mut self,
        _: AnswerId,
        _: Option<&[u8]>,
        _: &[Vec<u8>],
        _: &[Vec<u8>],
    ) -> Result<String, String> {
        Ok(String::new())
    }
}

fn text(bytes: &str, plain: &str) -> TextEdit {
    let words = u32::try_from(plain.split_whitespace().count()).unwrap_or(u32::MAX);
    let facts = TextFacts { plain: plain.to_owned(), words, characters: 0, schema: 1, authors: vec![1] };
    TextEdit { bytes: bytes.as_bytes().to_vec(), sv_before: Vec::new(), schema: 1, facts, after: None }
}

/// Seeded choice of words; a few stand in nearly every text, as in real ones.
struct Mix(u64);

impl Mix {
    fn word(&mut self) -> &'static str {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let n = usize::try_from(self.0 >> 33).unwrap_or(0);
        WORDS.get(n % WORDS.len()).copied().expect("BUG: the list is not empty")
    }

    fn sentence(&mut self, words: usize) -> String {
        (0..words).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }
}

fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1_000.0
}

fn percentiles(name: &str, times: &mut [f64]) {
    times.sort_by(f64::total_cmp);
    for percent in [50, 95, 99] {
        let at = times.len() * percent / 100;
        print(&format!("{name}_p{percent}_ms"), times.get(at).copied().unwrap_or(f64::NAN));
    }
}

fn print(name: &str, value: f64) {
    println!("{{\"figure\":\"{name}\",\"value\":{value:.3}}}");
}
