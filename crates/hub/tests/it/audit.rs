//! The record of who did what: every deed is in it, on every engine, and whoever changes it is found out.

use crate::engines::Place;
use crate::kit::{Desk, NOW, Network};
use crate::program::{Served, json, says};
use crate::signing_in::WORDS;
use linchpin_domain::change::{Outcome, RefusedBecause};
use linchpin_domain::role::{Given, NetworkRole, ResponseRole};
use linchpin_hub::{Hub, Link};
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::hello::AuditHead;
use linchpin_protocol::people::Deed;
use std::io::{Read, Write};
use std::net::TcpStream;
use tempfile::TempDir;

const FORBIDDEN: Outcome = Outcome::Refused { code: RefusedBecause::ForbiddenSpace };

/// The record, and its head where the chain holds.
fn record(hub: &Hub) -> (Vec<Link>, Option<AuditHead>) {
    let mut links = Vec::new();
    let whole = hub.audit(&mut |link| {
        links.push(link.clone());
        Ok(())
    });
    (links, whole.unwrap().ok())
}

#[test]
fn what_people_do_with_their_accounts_is_written_down() {
    for network in Network::on_every_engine() {
        let asha = network.person(1);
        let account = asha.sets_up(&network);
        let mut laptop = Desk::new(30);
        laptop.signs_in(&network, &account);
        let first = laptop.session.borrow().as_ref().unwrap().refresh.clone();
        laptop.refreshes(&network);
        laptop.refreshes(&network);
        assert_eq!(network.code(&laptop.refresh_request(&network, &first)), ErrorCode::SignInNeeded);
        let recovery = laptop.asks_in(&network, &account.email, WORDS, &account.recovery[0]);
        assert_eq!(network.handle(&recovery).status, 200);
        network.hub.require_sign_in(true, NOW + 1).unwrap();
        assert!(network.hub.forget_account(&account.email, &[asha.device], NOW + 2).unwrap());
        let (links, head) = record(&network.hub);
        let (person, device) = (asha.person.to_string(), laptop.device.to_string());
        let all: Vec<[&str; 4]> = links
            .iter()
            .map(|link| [&link.actor, &link.act, &link.object, &link.detail].map(String::as_str))
            .collect();
        let (person, device) = (person.as_str(), device.as_str());
        assert_eq!(
            all[3..],
            [
                [person, "accountSetUp", person, ""],
                [person, "signedIn", device, ""],
                [person, "tokenReplayed", device, ""],
                [person, "signedIn", device, "recoveryCode"],
                ["", "signInSet", "required", ""],
                ["", "cutOff", device, "retired"],
                ["", "accountForgotten", person, ""],
            ]
        );
        assert!(head.is_some(), "the chain holds");
    }
}

#[test]
fn what_is_done_is_written_down_on_every_engine_and_told_at_hello() {
    for network in Network::on_every_engine() {
        let asha = network.person_as(1, NetworkRole::Admin);
        network.hub.revoke(asha.device, NOW + 1).unwrap();
        assert!(!network.hub.revoke(asha.device, NOW + 2).unwrap(), "once is enough, and writes nothing");
        network.hub.begin_epoch(NOW + 3).unwrap();
        let tom = network.person(2);
        let (links, head) = record(&network.hub);
        let deeds: Vec<(&str, &str)> =
            links.iter().map(|link| (link.act.as_str(), link.detail.as_str())).collect();
        assert_eq!(
            deeds,
            [
                ("setUp", ""),
                ("invited", "admin"),
                ("joined", "admin"),
                ("cutOff", "retired"),
                ("epochBegan", ""),
                ("invited", "member"),
                ("joined", "member"),
            ]
        );
        assert_eq!((&links[2].actor, &links[2].object), (&asha.person.to_string(), &asha.device.to_string()));
        assert_eq!((&links[3].actor, &links[3].object), (&String::new(), &asha.device.to_string()));
        assert!(links.iter().zip(1..).all(|(link, no)| link.no == no));
        assert_eq!(tom.hello(&network, None).audit, head);
        assert!(!serde_json::to_string(&links).unwrap().contains("example.org"), "ids, and no address");
    }
}

#[test]
fn what_is_done_with_people_and_their_parts_is_written_down_with_who_did_it() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let before = record(&network.hub).0.len();
        let observer = Some(Given::Role(ResponseRole::Observer));
        let space = opened.of_response();
        assert!(matches!(asha.shares(&network, &space, Some(tom.person), observer), Outcome::Applied { .. }));
        assert_eq!(tom.shares(&network, &space, Some(asha.person), None), FORBIDDEN, "and leaves no trace");
        let person = tom.person;
        for deed in [
            Deed::SetRole { person, role: NetworkRole::SteeringGroup },
            Deed::Suspend { person },
            Deed::Reinstate { person },
        ] {
            network.hub.deed(deed, NOW).unwrap();
        }
        let (links, head) = record(&network.hub);
        assert!(head.is_some(), "the chain holds");
        let told: Vec<_> = links
            .iter()
            .skip(before)
            .map(|link| (link.act.as_str(), link.actor.clone(), link.object.clone(), link.detail.clone()))
            .collect();
        let (nobody, tom, none) = (String::new(), person.to_string(), String::new());
        assert_eq!(
            told,
            [
                ("shared", asha.person.to_string(), space.to_string(), format!("{person} observer")),
                ("roleSet", nobody.clone(), tom.clone(), "steering-group".to_owned()),
                ("suspended", nobody.clone(), tom.clone(), none.clone()),
                ("reinstated", nobody, tom, none),
            ]
        );
    }
}

#[test]
fn deeds_of_several_processes_at_once_make_one_chain() {
    let Some(network) = Network::on_postgres() else { return };
    let (_, before) = record(&network.hub);
    std::thread::scope(|threads| {
        for process in 0..4 {
            let hub = network.again(NOW, 50 + process).hub;
            threads.spawn(move || {
                for n in 0..10 {
                    hub.invite(&format!("p{process}-{n}@example.org"), NetworkRole::Member, NOW).unwrap();
                }
            });
        }
    });
    let (links, head) = record(&network.hub);
    assert_eq!(links.len() as u64, before.unwrap().no + 40);
    assert_eq!(head.map(|head| head.no), Some(links.len() as u64), "the chain holds");
}

#[test]
fn a_record_that_was_changed_by_hand_is_found_out_by_the_program() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("hub");
    json(&data, &["init", "--network", "Sample network", "--admin", "asha@example.org", "--json"]);
    json(&data, &["invite", "--email", "ben@example.org", "--json"]);
    let head = json(&data, &["audit", "--json", "verify"]);
    let kept = format!("{}:{}", head["no"], head["hash"].as_str().unwrap());
    json(&data, &["invite", "--email", "tom@example.org", "--json"]);
    json(&data, &["audit", "--json", "verify", "--head", &kept]);
    let by_hand = |sql: &str| {
        let db = rusqlite::Connection::open(data.join("hub.db")).unwrap();
        assert_eq!(db.execute(sql, []).unwrap(), 1);
    };
    by_hand("UPDATE audit SET detail = 'admin' WHERE no = 3");
    let found = says(&data, &["audit", "verify"]);
    assert_eq!(found.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&found.stderr).contains("from link 3 on"));
    assert_eq!(says(&data, &["doctor"]).status.code(), Some(1));
    by_hand("UPDATE audit SET detail = 'member' WHERE no = 3");
    by_hand("DELETE FROM audit WHERE no = 4");
    json(&data, &["audit", "--json", "verify"]);
    json(&data, &["audit", "--json", "verify", "--head", &kept]);
    by_hand("DELETE FROM audit WHERE no = 3");
    json(&data, &["audit", "--json", "verify"]);
    let cut = says(&data, &["audit", "verify", "--head", &kept]);
    assert_eq!(cut.status.code(), Some(1), "whoever kept the head sees that the end was cut off");
    let odd = says(&data, &["audit", "verify", "--head", "3:nothing"]);
    assert_eq!(odd.status.code(), Some(2));
}

#[test]
fn the_doctor_finds_a_damaged_store_an_open_folder_and_copies_that_are_missing() {
    let folder = TempDir::new().unwrap();
    let (data, copies) = (folder.path().join("hub"), folder.path().join("copies"));
    json(&data, &["init", "--network", "Sample network", "--admin", "asha@example.org", "--json"]);
    std::fs::create_dir(&copies).unwrap();
    // What a copy left that was cut off is none.
    for half in ["night.db.half", "hub.moved.part", "night.db.part-journal"] {
        std::fs::write(copies.join(half), b"half").unwrap();
    }
    let with_copies = ["doctor", "--backups", copies.to_str().unwrap()];
    let none = says(&data, &with_copies);
    assert_eq!(none.status.code(), Some(1), "{}", String::from_utf8_lossy(&none.stdout));
    json(&data, &["backup", copies.join("first.db").to_str().unwrap(), "--json"]);
    let well = says(&data, &with_copies);
    assert_eq!(well.status.code(), Some(0), "{}", String::from_utf8_lossy(&well.stdout));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let open = |mode| std::fs::set_permissions(&data, std::fs::Permissions::from_mode(mode)).unwrap();
        open(0o755);
        let seen = says(&data, &["doctor"]);
        assert!(String::from_utf8_lossy(&seen.stdout).contains("chmod 700"));
        assert_eq!(seen.status.code(), Some(1));
        open(0o700);
    }
    let db = rusqlite::Connection::open(data.join("hub.db")).unwrap();
    let damage = "UPDATE space SET sum = '00000000000000000000000000000001' WHERE name = 'national'";
    assert_eq!(db.execute(damage, []).unwrap(), 1);
    drop(db);
    let damaged = json_of(&says(&data, &["doctor", "--json"]));
    assert_eq!(
        (&damaged["findings"][0]["what"], &damaged["findings"][0]["stands"]),
        (&"store".into(), &"wrong".into())
    );
}

fn json_of(out: &std::process::Output) -> serde_json::Value {
    serde_json::from_slice(&out.stdout).unwrap()
}

fn get(address: &str, path: &str) -> String {
    let mut line = TcpStream::connect(address).unwrap();
    write!(line, "GET {path} HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_served_hub_says_that_it_is_ready_and_gives_figures_on_a_socket_of_their_own() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("hub");
    json(&data, &["init", "--network", "Sample network", "--admin", "asha@example.org", "--json"]);
    // A port that was free a moment ago.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let served = Served::start_with(&["--data", data.to_str().unwrap(), "--metrics", &free, "--log", "text"]);
    let hub = served.url.trim_start_matches("http://");
    assert!(get(hub, "/v1/ready").starts_with("HTTP/1.1 200"));
    assert!(get(hub, "/metrics").starts_with("HTTP/1.1 404"), "desks are given no figures");
    let figures = get(&free, "/metrics");
    for line in [
        "linchpin_hub_requests_total{route=\"ready\",status=\"200\"} 1\n",
        "linchpin_hub_request_seconds_count{route=\"ready\"} 1\n",
        "linchpin_hub_people 0\n",
        "linchpin_hub_deeds 2\n",
        "linchpin_hub_live_streams 0\n",
        "# EOF\n",
    ] {
        assert!(figures.contains(line), "{line}{figures}");
    }
    assert!(!figures.contains("example.org"));
    served.kill();
}

#[test]
fn the_log_is_json_where_it_is_asked_for() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("hub");
    json(&data, &["init", "--network", "Sample network", "--admin", "asha@example.org", "--json"]);
    let first = Served::first_line(&["--data", data.to_str().unwrap(), "--log", "json"]);
    let line: serde_json::Value = serde_json::from_str(&first).unwrap();
    assert_eq!((&line["message"], &line["level"]), (&"listening".into(), &"INFO".into()));
}

#[test]
fn a_hub_that_moves_takes_its_record_along() {
    let network = Place::folder().init();
    network.person(1);
    let (links, head) = record(&network.hub);
    let mut file = Vec::new();
    network.hub.export(&mut file).unwrap();
    let folder = TempDir::new().unwrap();
    Hub::import(folder.path(), &mut file.as_slice()).unwrap();
    let there = Hub::open(folder.path(), NOW, crate::kit::seeded(3)).unwrap();
    assert_eq!(record(&there), (links, head));
}
