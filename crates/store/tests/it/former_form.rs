//! Files of former forms: whatever lay in them is there after the step to the present one, and goes on.

use crate::hub::Hub;
use crate::kit::{Desk, KEY, NOW, WordTexts, id};
use crate::opening::past_the_store;
use crate::the_hub_answers::{answers, pair};
use linchpin_domain::change::{Answered, HeldBecause, Outcome, RefusedBecause};
use linchpin_domain::id::CallId;
use linchpin_domain::record::call::Call;
use linchpin_domain::space::Space;
use linchpin_store::settle::PushSettled;
use linchpin_store::{list_backups, verify_file};
use rusqlite::Connection;
use serde_json::json;
use std::collections::BTreeMap;

/// Everything that is known of an own change.
type Row = (i64, i64, String, String, i64, String, Option<i64>, String);

const SETTLED: &str = "SELECT no, counter, payload, hash, base, 'sent', hub_seq, '' FROM outbox_sent";
const STANDS: &str = "SELECT no, counter, payload, hash, base, status, hub_seq, reason FROM outbox";

fn rows(db: &Connection, from_change: bool) -> Vec<Row> {
    let joined = |sql: &str, table: &str| {
        let both = format!("FROM {table} JOIN change USING (no)");
        if from_change { sql.replace(&format!("FROM {table}"), &both) } else { sql.to_owned() }
    };
    let sql = format!("{} UNION ALL {} ORDER BY 1", joined(STANDS, "outbox"), joined(SETTLED, "outbox_sent"));
    let mut query = db.prepare(&sql).unwrap();
    let rows = query.query_map([], |row| {
        let first = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        let (no, counter, payload, hash) = first;
        Ok((no, counter, payload, hash, row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?))
    });
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}

/// A desk with an own change in every place where one can be, and the hub as it stands.
fn desk_with_everything() -> (Desk, Hub) {
    let (asha, _, hub, call, answer, space) = pair();
    asha.sets_title(call, "Held");
    answers(&asha, &Outcome::Held { reason: HeldBecause::MassDeletion });
    asha.types(answer, &space, "refused words");
    answers(&asha, &Outcome::Refused { code: RefusedBecause::ForbiddenSpace });
    let refused = asha.creates_call(9, "Let go of");
    answers(&asha, &Outcome::Refused { code: RefusedBecause::BadValue });
    asha.store.transact(&asha.by(), |tx| tx.let_go(refused.into())).unwrap();
    // Acknowledged and not pulled: the answer says nothing of what lies between.
    asha.creates_call(3, "Acknowledged");
    let acked = asha.store.waiting(9, 1 << 20).unwrap();
    let results = acked.iter().map(|change| Answered {
        id: change.id,
        outcome: Outcome::Applied { seq: 7 },
        duplicate: false,
        clamped: BTreeMap::new(),
    });
    let push = PushSettled { results: results.collect(), moved: Vec::new(), hub_time: NOW, now_ms: NOW };
    asha.store.settle_push(&push, &mut WordTexts).unwrap();
    asha.sets_title(call, "Waits");
    asha.types(answer, &space, "waiting words");
    (asha, hub)
}

#[test]
fn own_changes_of_the_former_form_are_all_there_and_are_sent() {
    let (asha, mut hub) = desk_with_everything();
    let facts = asha.store.read(|r| r.outbox_facts()).unwrap();
    let waiting = asha.store.waiting(99, 1 << 20).unwrap();
    let Desk { store, folder, me } = asha;
    drop(store);
    let path = folder.path().join("store");
    let former = past_the_store(&path);
    let before = rows(&former, true);
    former.execute_batch(include_str!("../data/form_18.sql")).unwrap();
    assert_eq!(rows(&former, false), before, "the former form has the same rows");
    let standing: Vec<&str> = before.iter().map(|row| row.5.as_str()).collect();
    for status in ["waiting", "acked", "held", "refused", "letGo", "sent"] {
        assert!(standing.contains(&status), "nothing is {status}");
    }
    drop(former);

    let store = crate::kit::open_at(&path, 77).unwrap();
    let asha = Desk { store, folder, me };
    assert_eq!(asha.store.read(|r| r.outbox_facts()).unwrap(), facts);
    assert_eq!(asha.store.waiting(99, 1 << 20).unwrap(), waiting);
    let copies = list_backups(&path).unwrap();
    assert_eq!(copies[0].why, "before-update");
    assert_eq!(verify_file(&copies[0].path, &KEY).unwrap().outbox, before.len() as u64 - settled(&before));
    let db = past_the_store(&path);
    assert_eq!(rows(&db, true), before);
    let format: u32 = db.query_row("SELECT outbox_format FROM replica", [], |row| row.get(0)).unwrap();
    assert_eq!(format, 2);
    drop(db);

    let next =
        asha.store.transact(&asha.by(), |tx| tx.set::<Call>(id::<CallId>(1), "asker", json!("A board")));
    next.unwrap();
    asha.syncs(&mut hub);
    assert_eq!(asha.store.read(|r| r.outbox_facts()).unwrap().waiting, 0);
    let there = &hub.spaces[&Space::Call(id::<CallId>(1))];
    assert!(there.entries.iter().any(|entry| format!("{:?}", entry.done).contains("Waits")));
}

fn settled(rows: &[Row]) -> u64 {
    rows.iter().filter(|row| row.5 == "sent").count() as u64
}
