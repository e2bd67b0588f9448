//! Pulling, filling, restarting, copying: everybody gets the same, and nothing that was acknowledged is missing.

use crate::engines::Place;
use crate::kit::{NOW, Network, fields, id, replayed, seeded, text};
use linchpin_domain::change::Outcome;
use linchpin_domain::epoch;
use linchpin_domain::id::{GroupId, HubId, RecordId};
use linchpin_domain::record::answer::Answer;
use linchpin_domain::record::call::Call;
use linchpin_domain::role::NetworkRole;
use linchpin_domain::space::Space;
use linchpin_domain::sum::Sum;
use linchpin_hub::{Hub, HubError};
use linchpin_protocol::bootstrap::Row;
use linchpin_protocol::error::ErrorCode;
use linchpin_text::TextDoc;
use linchpin_text::edit::append;
use serde_json::json;
use tempfile::TempDir;

#[test]
fn pages_are_dense_end_behind_whole_groups_and_give_the_sum_at_the_head() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let space = opened.of_call();
        for n in 0..5u8 {
            let group = GroupId::new(NOW, [100 + n; 10]);
            let call = Call { title: format!("Call {n}"), ..Call::default() };
            let changes: Vec<_> = (0..=n)
                .map(|m| {
                    asha.change_in(
                        group,
                        &space,
                        1,
                        asha.creates(&network, id::<RecordId>(100 + n * 10 + m), &call),
                    )
                })
                .collect();
            asha.pushes(&network, &changes);
        }
        let whole = tom.entries(&network, &space, 1_000);
        assert!(whole.iter().zip(1..).all(|(entry, seq)| entry.seq == seq));
        assert_eq!(whole.len(), 16);
        for limit in 1..17 {
            assert_eq!(tom.entries(&network, &space, limit), whole, "limit {limit}");
            let page = &tom.pulls(&network, &[(space.clone(), 0)], limit).pages[0];
            let last = page.entries.last().unwrap().group;
            assert!(
                whole[page.entries.len()..].iter().all(|entry| entry.group != last),
                "a group was cut at {limit}"
            );
            assert_eq!(page.more, page.to < page.head);
            assert_eq!(page.sum.is_some(), !page.more);
        }
        let sum = replayed(&space, &whole)
            .values()
            .fold(Sum::default(), |sum, record| sum.plus(Sum::of_record(record)));
        assert_eq!(tom.pulls(&network, &[(space, 0)], 1_000).pages[0].sum, Some(sum));
    }
}

#[test]
fn a_pull_says_what_is_gone_what_is_new_and_what_must_be_filled() {
    for network in Network::on_every_engine() {
        let (_, tom, opened) = network.two_managers();
        let asked = [(opened.of_call(), 1), (Space::Call(id(99)), 3), (opened.of_response(), 900)];
        let answer = tom.pulls(&network, &asked, 100);
        assert!(answer.pages.is_empty(), "nothing is new in a space that is in step");
        assert_eq!(answer.gone, [Space::Call(id(99))]);
        assert_eq!(answer.bootstrap, [opened.of_response()], "a number that the hub never had");
        assert!(answer.also.contains(&Space::Me(tom.person)) && !answer.also.contains(&opened.of_call()));
    }
}

#[test]
fn spaces_for_which_a_page_has_no_room_are_not_taken_for_quiet_ones() {
    for network in Network::on_every_engine() {
        let (_, tom, opened) = network.two_managers();
        let asked = [(opened.of_response(), 0), (opened.of_call(), 0), (Space::ALL_MEMBERS, 0)];
        let pages = tom.pulls(&network, &asked, 1).pages;
        assert_eq!(pages.len(), 3);
        for page in &pages[1..] {
            assert!(page.more && page.entries.is_empty() && page.to == page.from && page.sum.is_none());
        }
    }
}

#[test]
fn a_fill_is_what_all_pages_come_to() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let space = opened.of_response();
        let mut doc = TextDoc::new(501);
        for n in 0..30 {
            let before = doc.state_vector();
            let update = append(&mut doc, &format!("Sentence {n}.")).unwrap();
            asha.push(&network, &space, 2, text(opened.answer, &before, update));
            let due = fields(&[("due", json!(format!("2027-01-{n:02}")))]);
            tom.push(&network, &space, 2, tom.sets::<Answer>(NOW + n, opened.answer, due));
        }
        let target = format!("/v1/spaces/{space}/bootstrap?part=0");
        let (head, rows) = tom.part(&network, &target);
        assert_eq!((head.parts, head.rows, head.epoch), (1, rows.len() as u64, 1));
        let entries = tom.entries(&network, &space, 1_000);
        assert_eq!(head.seq, entries.last().unwrap().seq);
        let mut there = replayed(&space, &entries);
        let mut sum = Sum::default();
        for row in rows {
            match row {
                Row::Record(record) => {
                    sum = sum.plus(Sum::of_record(&record));
                    assert!(there.remove(&record.id).unwrap() == record);
                }
                Row::Text(state) => {
                    sum = sum.plus(state.sum);
                    assert_eq!(state.authors, [(501, asha.person)]);
                    let updates = state.updates.iter().map(|update| update.bytes.0.as_slice());
                    let snapshot = state.snapshot.as_ref().map(|bytes| bytes.0.as_slice());
                    let filled = TextDoc::open(snapshot, updates, 0).unwrap();
                    assert!(filled.blocks().unwrap() == doc.blocks().unwrap());
                }
            }
        }
        assert!(there.is_empty());
        assert_eq!(sum, head.sum);
    }
}

#[test]
fn parts_are_of_one_state_even_while_the_space_moves() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let space = opened.of_call();
        // Large enough for several parts.
        for n in 0..20u8 {
            let call = Call { title: format!("Call {n}"), ..Call::default() };
            let mut op = asha.creates(&network, id::<RecordId>(100 + n), &call);
            if let linchpin_domain::change::Op::Put(put) = &mut op {
                for m in 0..10 {
                    let stamp = linchpin_domain::stamp::Stamp::new(NOW, 0, asha.replica);
                    put.edits.insert(format!("x{m}"), (json!("x".repeat(19_000)), stamp));
                }
            }
            asha.push(&network, &space, 1, op);
        }
        let at = tom.part(&network, &format!("/v1/spaces/{space}/bootstrap?part=0")).0;
        assert!(at.parts > 2, "{}", at.parts);
        asha.push(
            &network,
            &space,
            1,
            asha.sets::<Call>(NOW + 1, id::<RecordId>(100), fields(&[("title", json!("B"))])),
        );
        let mut rows = 0;
        for part in 0..at.parts {
            let (head, some) =
                tom.part(&network, &format!("/v1/spaces/{space}/bootstrap?part={part}&at={}", at.seq));
            assert_eq!((head.seq, head.sum, head.part), (at.seq, at.sum, part));
            rows += some.len() as u64;
        }
        assert_eq!(rows, at.rows);
        // After a restart the old state is gone; a desk begins again with the new one.
        let again = network.again(NOW, 2);
        let get = |target: String| tom.signed_at(NOW, "GET", &target, Vec::new());
        assert_eq!(
            again.code(&get(format!("/v1/spaces/{space}/bootstrap?part=1&at={}", at.seq))),
            ErrorCode::PartGone
        );
        // Who begins meanwhile gets the state that others are filling from, unless they have more themselves.
        let kept = tom.part(&again, &format!("/v1/spaces/{space}/bootstrap?part=0&from=0")).0;
        let head = tom.part(&again, &format!("/v1/spaces/{space}/bootstrap?part=0&from={}", kept.seq)).0.seq;
        asha.push(
            &again,
            &space,
            head,
            asha.sets::<Call>(NOW + 9, id::<RecordId>(100), fields(&[("title", json!("Moved"))])),
        );
        let begun =
            |from: u64| tom.part(&again, &format!("/v1/spaces/{space}/bootstrap?part=0&from={from}")).0.seq;
        assert_eq!((begun(0), begun(head)), (head, head));
        assert_eq!(begun(head + 1), head + 1);
        assert_eq!(
            again.code(&get(format!("/v1/spaces/{space}/bootstrap?part=0&at={head}"))),
            ErrorCode::PartGone
        );
        assert_eq!(again.code(&get(format!("/v1/spaces/{space}/bootstrap?part=99"))), ErrorCode::PartGone);
        assert_eq!(again.code(&get(format!("/v1/spaces/{space}/bootstrap?part=x"))), ErrorCode::BadRequest);
        let unknown = Space::Call(id(77));
        assert_eq!(again.code(&get(format!("/v1/spaces/{unknown}/bootstrap?part=0"))), ErrorCode::NotFound);
    }
}

#[test]
fn a_restart_keeps_everything() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let space = opened.of_response();
        let mut doc = TextDoc::new(601);
        let update = append(&mut doc, "Words that stay.").unwrap();
        let change = asha.change(&network, &space, 2, text(opened.answer, &[], update));
        asha.pushes(&network, std::slice::from_ref(&change));
        let before = tom.entries(&network, &space, 100);
        let nonce = asha.hello(&network, None).nonce;
        let network = network.again(NOW, 9);
        network.passes(1_000);
        assert_eq!(tom.entries(&network, &space, 100), before);
        let again = asha.pushes(&network, &[change]);
        assert!(
            again.results[0].duplicate && matches!(again.results[0].outcome, Outcome::Applied { seq: 3 })
        );
        asha.hello(&network, Some(&nonce));
    }
}

#[test]
fn a_hub_is_never_set_up_over_another() {
    for network in Network::on_every_engine() {
        let set_up = |folder: &std::path::Path| Hub::init(folder, "Another", NOW, seeded(1));
        let twice = match &network.place {
            Place::Memory => continue,
            Place::Folder(folder) => set_up(&folder.path().join("hub")),
            Place::Postgres(url) => Hub::init_postgres(url, "Another", NOW, seeded(1)),
        };
        assert!(matches!(twice, Err(HubError::HubThere)));
        assert_eq!(network.hub.facts().unwrap().network, "Sample network");
    }
}

#[test]
fn a_backup_opens_adds_up_and_begins_a_new_epoch() {
    let folder = TempDir::new().unwrap();
    let hub = Hub::init(&folder.path().join("hub"), "Sample network", NOW, seeded(1)).unwrap();
    let network = Network { hub: hub.into(), now: std::cell::Cell::new(NOW), place: Place::Memory };
    let (asha, tom, opened) = network.two_managers();
    let space = opened.of_response();
    let mut doc = TextDoc::new(601);
    let update = append(&mut doc, "Words before the copy.").unwrap();
    asha.push(&network, &space, 2, text(opened.answer, &[], update));
    let file = folder.path().join("copy.db");
    network.hub.backup(&file).unwrap();
    let before = tom.entries(&network, &space, 100);
    let nonce = asha.hello(&network, None).nonce;
    let late = append(&mut doc, "And after it.").unwrap();
    let late = asha.change(&network, &space, 3, text(opened.answer, &[], late));
    asha.pushes(&network, std::slice::from_ref(&late));

    let elsewhere = folder.path().join("elsewhere");
    let epoch = Hub::restore(&elsewhere, &file, NOW, seeded(4)).unwrap();
    assert!(epoch::follows(epoch::FIRST, epoch));
    // Put back once more to the same copy, it is in another epoch: desks must notice it again.
    let twice = folder.path().join("twice");
    assert_ne!(Hub::restore(&twice, &file, NOW, seeded(6)).unwrap(), epoch);
    let hub = Hub::open(&elsewhere, NOW, seeded(5)).unwrap();
    let restored = Network { hub: hub.into(), now: std::cell::Cell::new(NOW), place: Place::Memory };
    // Whoever speaks of the old epoch is sent to say hello, which tells up to where all is as it was.
    let mut stale = asha.push_request(&restored, std::slice::from_ref(&late));
    stale.headers.insert("linchpin-epoch".to_owned(), "1".to_owned());
    assert_eq!(restored.code(&stale), ErrorCode::EpochChanged);
    let hello = asha.hello(&restored, Some(&nonce));
    let head = hello.spaces.iter().find(|head| head.space == space).unwrap();
    assert_eq!((hello.epoch, head.head, head.restored_head), (epoch, 3, Some(3)));
    assert_eq!(tom.entries(&restored, &space, 100), before);
    // What the copy lacked is offered again under the same id, and goes in.
    let again = asha.pushes(&restored, &[late]);
    assert!(matches!(again.results[0].outcome, Outcome::Applied { seq: 4 }), "{again:?}");

    std::fs::write(&file, b"no store").unwrap();
    assert!(Hub::restore(&folder.path().join("third"), &file, NOW, seeded(4)).is_err());
    assert!(!folder.path().join("third").join("hub.db").exists());
}

#[test]
fn a_store_is_put_back_whole_or_not_at_all() {
    let folder = TempDir::new().unwrap();
    let hub = Hub::init(&folder.path().join("hub"), "Sample network", NOW, seeded(3)).unwrap();
    let (file, there) = (folder.path().join("copy.db"), folder.path().join("there"));
    hub.backup(&file).unwrap();
    std::fs::create_dir(&there).unwrap();
    let within =
        || -> Vec<_> { std::fs::read_dir(&there).unwrap().map(|entry| entry.unwrap().file_name()).collect() };
    // A log of that name would be played into the copy.
    std::fs::write(there.join("hub.db-wal"), b"of before").unwrap();
    assert!(matches!(Hub::restore(&there, &file, NOW, seeded(4)), Err(HubError::LogThere)));
    assert_eq!(within(), ["hub.db-wal"]);
    std::fs::remove_file(there.join("hub.db-wal")).unwrap();
    // A disk that does not take the new epoch: no store of the old one must be there to be served.
    let copy = rusqlite::Connection::open(&file).unwrap();
    let full = "CREATE TRIGGER full BEFORE UPDATE ON hub BEGIN SELECT RAISE(ABORT, 'full'); END";
    copy.execute_batch(full).unwrap();
    assert!(Hub::restore(&there, &file, NOW, seeded(4)).is_err());
    assert_eq!(within(), Vec::<std::ffi::OsString>::new());
    copy.execute_batch("DROP TRIGGER full").unwrap();
    Hub::restore(&there, &file, NOW, seeded(4)).unwrap();
    assert_eq!(within(), ["hub.db"]);
}

#[test]
fn a_store_of_a_newer_version_is_refused_unharmed() {
    let folder = TempDir::new().unwrap();
    drop(Hub::init(folder.path(), "Sample network", NOW, seeded(1)).unwrap());
    let file = folder.path().join("hub.db");
    let db = rusqlite::Connection::open(&file).unwrap();
    db.pragma_update(None, "user_version", 900).unwrap();
    drop(db);
    let before = std::fs::read(&file).unwrap();
    assert!(matches!(Hub::open(folder.path(), NOW, seeded(1)), Err(HubError::TooNew)));
    assert!(std::fs::read(&file).unwrap() == before);
}

/// What each version added to the store of a folder.
const VERSIONS: [&str; 6] = [
    include_str!("../../migrations/sqlite/0001_start.sql"),
    include_str!("../../migrations/sqlite/0002_looks_by_answer.sql"),
    include_str!("../../migrations/sqlite/0003_audit.sql"),
    include_str!("../../migrations/sqlite/0004_people.sql"),
    include_str!("../../migrations/sqlite/0005_deletions.sql"),
    include_str!("../../migrations/sqlite/0006_accounts.sql"),
];

/// The tables and indexes of a store, as they were made.
fn schema(file: &std::path::Path) -> Vec<String> {
    let db = rusqlite::Connection::open(file).unwrap();
    let mut find = db.prepare("SELECT sql FROM sqlite_schema WHERE sql <> '' ORDER BY name").unwrap();
    find.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

#[test]
fn a_store_of_an_older_version_is_brought_up_to_date() {
    let folder = TempDir::new().unwrap();
    drop(Hub::init(&folder.path().join("new"), "Sample network", NOW, seeded(1)).unwrap());
    let new = schema(&folder.path().join("new/hub.db"));
    for version in 1..=VERSIONS.len() {
        let old = folder.path().join(version.to_string());
        std::fs::create_dir(&old).unwrap();
        let db = rusqlite::Connection::open(old.join("hub.db")).unwrap();
        VERSIONS[..version].iter().for_each(|sql| db.execute_batch(sql).unwrap());
        let one = HubId::new(1, [1; 10]).to_string();
        db.execute("INSERT INTO hub VALUES (1, ?1, 'Sample network', 1, 1, '0', '0')", [one]).unwrap();
        db.pragma_update(None, "user_version", i64::try_from(version).unwrap()).unwrap();
        db.pragma_update(None, "application_id", 0x4c48_5542).unwrap();
        drop(db);
        let hub = Hub::open(&old, NOW, seeded(1)).unwrap();
        assert_eq!(hub.facts().unwrap().id, HubId::new(1, [1; 10]), "of version {version}");
        hub.invite("asha@example.org", NetworkRole::Member, NOW).unwrap();
        drop(hub);
        assert_eq!(schema(&old.join("hub.db")), new, "of version {version}");
    }
}

#[test]
fn nothing_that_grows_is_read_from_end_to_end() {
    let folder = TempDir::new().unwrap();
    drop(Hub::init(folder.path(), "Sample network", NOW, seeded(1)).unwrap());
    let db = rusqlite::Connection::open(folder.path().join("hub.db")).unwrap();
    for sql in [
        "SELECT no, cut, entry FROM change_log WHERE no > ?1 AND no <= ?2 ORDER BY no",
        "SELECT 1 FROM record r JOIN space s ON s.no = r.space_no WHERE r.kind IN ('notice', 'recovered')
         AND r.space_no = ?1 AND json_extract(r.fields, '$.answer') = ?2",
        "SELECT s.name, a.given FROM access a JOIN space s ON s.no = a.space_no WHERE a.who IN ('*', ?1)",
        "SELECT 1 FROM record r JOIN space s ON s.no = r.space_no WHERE r.space_no = ?1 ORDER BY r.kind, r.id",
        "SELECT 1 FROM record r JOIN space s ON s.no = r.space_no WHERE r.id = ?1",
        "SELECT seq FROM text_update WHERE doc = ?1 AND hash = ?2",
        "SELECT bytes FROM text_update WHERE doc = ?1 AND seq > ?2 ORDER BY seq",
        "SELECT doc FROM text_doc WHERE space_no = ?1 ORDER BY doc",
        "SELECT who, given FROM access WHERE who IN ('*', ?1) AND space_no = ?2",
        "SELECT hash FROM result WHERE replica = ?1 AND counter = ?2",
        "DELETE FROM result WHERE replica = ?1 AND counter <= ?2",
        "SELECT device FROM device_cursor WHERE space_no = ?1",
        "SELECT records FROM deletion WHERE replica = ?1 AND minute > ?2",
        "SELECT count(*) FROM record WHERE space_no = ?1",
        "SELECT 1 FROM deletion_confirmed WHERE person = ?1 AND record = ?2",
        "SELECT access FROM session WHERE device = ?1",
        "SELECT access FROM session WHERE family = ?1",
        "SELECT passphrase FROM account WHERE email = ?1",
        "SELECT used_at FROM recovery_code WHERE person = ?1 AND hash = ?2",
    ] {
        let mut plan = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let count = plan.parameter_count();
        let values: Vec<i64> = vec![1; count];
        let lines: Vec<String> = plan
            .query_map(rusqlite::params_from_iter(values), |row| row.get(3))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        assert!(lines.iter().all(|line| !line.starts_with("SCAN")), "{sql}: {lines:?}");
        assert!(lines.iter().all(|line| !line.contains("TEMP B-TREE")), "{sql}: {lines:?}");
    }
}
