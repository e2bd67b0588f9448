//! Several processes over one database: what one does the others know at once, or soon, and nothing is believed
//! twice because it is brought to another door.

use crate::engines::Place;
use crate::kit::{Desk, NOW, Network, seeded, text};
use linchpin_domain::id::RecordId;
use linchpin_domain::record::call::Call;
use linchpin_domain::space::Space;
use linchpin_hub::{Hub, HubError, serve};
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::live::PresenceRequest;
use linchpin_text::TextDoc;
use linchpin_text::edit::append;
use postgres::{Client, NoTls};
use serde_json::json;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A second process that serves the same database, with one device's live stream from it.
pub(crate) struct Heard {
    lines: BufReader<TcpStream>,
    _stop: tokio::sync::oneshot::Sender<()>,
}

impl Heard {
    fn start(network: &Network, desk: &Desk) -> Self {
        Self::at(network.again(NOW, 77).hub, desk)
    }

    /// A device's live stream from a hub that is served by this process.
    pub(crate) fn at(hub: Arc<Hub>, desk: &Desk) -> Self {
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                tell.send(listener.local_addr().unwrap()).unwrap();
                let stop = async { _ = stopped.await };
                let sockets = serve::Sockets { hub: listener, metrics: None, fronts: Vec::new() };
                serve::serve(Arc::clone(&hub), sockets, || NOW, stop).await.unwrap();
            });
        });
        let mut line = TcpStream::connect(told.recv().unwrap()).unwrap();
        line.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let request = desk.signed_at(NOW, "GET", "/v1/live", Vec::new());
        let headers: String =
            request.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        write!(line, "GET /v1/live HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n{headers}\r\n").unwrap();
        Self { lines: BufReader::new(line), _stop: stop }
    }

    /// Waits for an event that says all of these words.
    pub(crate) fn hears(&mut self, words: &[&str]) {
        let heard = self.until(words);
        assert!(heard.is_some(), "the stream ended");
    }

    /// Waits for an event that says all of these words; returns what was said before it, or nothing where the stream
    /// ends first.
    pub(crate) fn until(&mut self, words: &[&str]) -> Option<String> {
        let mut before = String::new();
        loop {
            let mut line = String::new();
            if self.lines.read_line(&mut line).expect("it is told in time") == 0 {
                return None;
            }
            if words.iter().all(|word| line.contains(word)) {
                return Some(before);
            }
            before += &line;
        }
    }
}

#[test]
fn what_happens_at_one_process_is_heard_at_another() {
    let Some(network) = Network::on_postgres() else { return };
    let (asha, tom, opened) = network.two_managers();
    let space = opened.of_response();
    let mut heard = Heard::start(&network, &tom);
    heard.hears(&[&space.to_string(), "\"seq\":2"]);
    let mut doc = TextDoc::new(601);
    let update = append(&mut doc, "Words.").unwrap();
    asha.push(&network, &space, 2, text(opened.answer, &[], update));
    heard.hears(&[&space.to_string(), "\"seq\":3"]);
    let here = PresenceRequest {
        space: space.clone(),
        answer: Some(opened.answer),
        cursor: Some("here".to_owned()),
    };
    assert_eq!(network.handle(&asha.signed(&network, "POST", "/v1/presence", &here)).status, 204);
    heard.hears(&[&opened.answer.to_string(), &asha.device.to_string(), "here"]);
    let seen = json!({ "cursors": [{ "space": space, "seq": 3 }] });
    assert_eq!(network.handle(&asha.signed(&network, "POST", "/v1/seen", &seen)).status, 204);
    heard.hears(&[&asha.device.to_string(), "\"seq\":3"]);
    assert_eq!(network.hub.processes().unwrap(), 1, "one follows the others");
}

#[test]
fn what_was_missed_while_the_line_was_broken_is_heard_afterwards() {
    let Some(network) = Network::on_postgres() else { return };
    let (asha, tom, opened) = network.two_managers();
    let mut heard = Heard::start(&network, &tom);
    heard.hears(&[&opened.of_call().to_string()]);
    let mut client = Client::connect(network.place.url(), NoTls).unwrap();
    // The line that listens is known by the lock that it holds.
    let listens = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'
         AND objid::bigint = $1";
    let (_, low) = network.hub.facts().unwrap().id.0.as_u64_pair();
    let lock = i64::from(u32::try_from(low & u64::from(u32::MAX)).unwrap());
    while client.query(listens, &[&lock]).unwrap().is_empty() {
        std::thread::sleep(Duration::from_millis(10));
    }
    let call = Call { title: "Meanwhile".into(), ..Call::default() };
    let record = RecordId::new(NOW, [5; 10]);
    asha.push(&network, &opened.of_call(), 1, asha.creates(&network, record, &call));
    heard.hears(&[&opened.of_call().to_string(), "\"seq\":2"]);
}

#[test]
fn a_revocation_at_one_process_holds_at_the_other_on_the_next_request() {
    let Some(network) = Network::on_postgres() else { return };
    let tom = network.person(2);
    let other = network.again(NOW, 4);
    assert_eq!(tom.hello(&other, None).person, tom.person);
    assert!(network.hub.revoke(tom.device, NOW).unwrap());
    let request = tom.signed(&other, "POST", "/v1/hello", &tom.hello_request(None));
    assert_eq!(other.code(&request), ErrorCode::DeviceRevoked);
}

#[test]
fn a_request_that_one_process_answered_is_not_taken_by_another() {
    let Some(network) = Network::on_postgres() else { return };
    let tom = network.person(2);
    let other = network.again(NOW, 4);
    let request = tom.pull_request(&network, &[(Space::ALL_MEMBERS, 0)], 10);
    assert_eq!(network.handle(&request).status, 200);
    assert_eq!(other.code(&request), ErrorCode::AuthExpired);
}

#[test]
fn two_whose_desks_are_at_two_processes_write_together_all_the_same() {
    let Some(network) = Network::on_postgres() else { return };
    let (asha, tom, opened) = network.two_managers();
    let other = network.again(NOW, 4).hub;
    let heard = Arc::new(AtomicBool::new(false));
    let (hub, told) = (Arc::clone(&other), Arc::clone(&heard));
    let following = std::thread::spawn(move || {
        // The time is asked for when somebody's presence is heard of; then it is enough.
        let now = || {
            told.store(true, Ordering::SeqCst);
            NOW
        };
        hub.follow(now, || !told.load(Ordering::SeqCst)).unwrap();
    });
    while network.hub.processes().unwrap() == 0 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let here = |desk: &Desk| {
        let asked =
            PresenceRequest { space: opened.of_response(), answer: Some(opened.answer), cursor: None };
        desk.signed(&network, "POST", "/v1/presence", &asked)
    };
    assert_eq!(network.handle(&here(&asha)).status, 204);
    following.join().unwrap();
    assert!(heard.load(Ordering::SeqCst));
    assert_eq!(other.handle(&here(&tom), NOW).status, 204);
    let at = Network { hub: other, ..network.again(NOW, 6) };
    let (mut ours, mut theirs) = (TextDoc::new(601), TextDoc::new(602));
    let first = append(&mut ours, "One wrote this.").unwrap();
    let second = append(&mut theirs, "The other that.").unwrap();
    asha.push(&network, &opened.of_response(), 2, text(opened.answer, &[], first));
    tom.push(&at, &opened.of_response(), 2, text(opened.answer, &[], second));
    let entries = asha.entries(&network, &opened.of_response(), 100);
    assert!(!serde_json::to_string(&entries).unwrap().contains("notice"), "{entries:?}");
}

#[test]
fn a_database_that_is_none_of_ours_or_of_a_newer_version_is_refused_unharmed() {
    let Some(place) = Place::postgres() else { return };
    let open = || Hub::open_postgres(place.url(), NOW, seeded(3)).map(|_| ());
    assert!(matches!(open(), Err(HubError::NoHub)));
    place.init();
    assert!(open().is_ok());
    let mut client = Client::connect(place.url(), NoTls).unwrap();
    client.batch_execute("UPDATE hub_schema SET version = version + 1").unwrap();
    assert!(matches!(open(), Err(HubError::TooNew)));
    assert!(matches!(Hub::open_postgres("no address", NOW, seeded(3)), Err(HubError::NoDatabase)));
}

#[test]
fn a_database_that_would_not_keep_what_it_acknowledged_is_refused() {
    let Some(place) = Place::postgres() else { return };
    place.init();
    let mut client = Client::connect(place.url(), NoTls).unwrap();
    client.batch_execute("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0").unwrap();
    let latin = place.url().replace("/postgres?", "/latin?");
    let refused = Hub::init_postgres(&latin, "Sample network", NOW, seeded(3)).err();
    let said = refused.expect("names would be cut to one alphabet").to_string();
    assert!(said.contains("server_encoding is LATIN1 and must be UTF8"), "{said}");
    // Whether a commit waits for the disk is set for each line, whatever the server or the address say.
    let hasty = format!("{}%20-csynchronous_commit%3Doff", place.url());
    assert!(Hub::open_postgres(&hasty, NOW, seeded(3)).is_ok());
}
