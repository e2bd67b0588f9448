//! Faults of the disk in the middle of a transaction, and the plans of every query.

use crate::error::StoreError;
use crate::open::{Config, Key, Store, open};
use crate::transact::By;
use linchpin_domain::id::{CallId, PersonId};
use linchpin_domain::record::call::Call;
use linchpin_domain::space::Space;
use serde_json::json;
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

const BY: By = By { person: PersonId(uuid::Uuid::from_u128(7)), now_ms: 1_700_000_000_000, what: "edit" };

fn store() -> (TempDir, Store) {
    let folder = TempDir::new_in("/dev/shm").or_else(|_| TempDir::new()).expect("a folder for the test");
    let store = open(Config::new(folder.path()), &Key::Raw([1; 32]), BY.now_ms, "0.1.0").expect("it opens");
    (folder, store)
}

fn call() -> CallId {
    CallId::new(1, [1; 10])
}

fn makes_call(store: &Store, title: &str) -> Result<(), StoreError> {
    let record = Call { title: title.to_owned(), ..Call::default() };
    store.transact(&BY, |tx| tx.create(call(), &Space::Call(call()), &record)).map(|_| ())
}

fn sets_summary(store: &Store, summary: &str) -> Result<(), StoreError> {
    store.transact(&BY, |tx| tx.set::<Call>(call(), "summary", json!(summary))).map(|_| ())
}

fn state(store: &Store) -> (Option<String>, Vec<u64>, u64) {
    let summary =
        store.read(|r| Ok(r.get::<Call>(call())?.map(|row| row.record.summary))).expect("it can be read");
    let waiting = store.waiting(10_000, 1 << 30).expect("the outbox is read");
    let counters = waiting.iter().map(|change| change.id.counter).collect();
    (summary, counters, store.identity().expect("the identity is read").last_counter)
}

#[test]
fn a_full_disk_is_named_leaves_the_last_commit_whole_and_is_got_over() {
    let (_folder, store) = store();
    makes_call(&store, "A").expect("the call is saved");
    let pages: i64 =
        store.writer().db.query_row("PRAGMA page_count", [], |row| row.get(0)).expect("the row is read");
    store.writer().db.pragma_update(None, "max_page_count", pages + 6).expect("the setting is taken");
    let mut last = String::new();
    let full = (0..200).find_map(|n| {
        let summary = format!("{n} ").repeat(400);
        match sets_summary(&store, &summary) {
            Ok(()) => {
                last = summary;
                None
            }
            Err(error) => Some(error),
        }
    });
    assert_eq!(full, Some(StoreError::DiskFull));
    let (summary, counters, last_counter) = state(&store);
    assert_eq!((summary.unwrap_or_default(), counters.len() as u64), (last, last_counter));
    store.writer().db.pragma_update(None, "max_page_count", 1_000_000).expect("the setting is taken");
    sets_summary(&store, "room again").expect("the summary is saved");
    let (summary, counters, _) = state(&store);
    assert_eq!(summary.as_deref(), Some("room again"));
    assert!(counters.windows(2).all(|pair| pair[0] + 1 == pair[1]));
    assert!(store.search_is_whole().expect("the search is checked"));
}

#[test]
fn a_transaction_that_stops_at_any_point_changes_nothing() {
    let (_folder, store) = store();
    makes_call(&store, "A").expect("the call is saved");
    sets_summary(&store, "before").expect("the summary is saved");
    let before = state(&store);
    let mut stopped = 0;
    // Stops the engine after n steps of its machine: an error of the disk can come at any of them.
    let mut n = 0;
    loop {
        n += 1 + n / 24;
        let left = AtomicU32::new(n);
        let stop = move || left.fetch_sub(1, Ordering::Relaxed) == 1;
        store.writer().db.progress_handler(1, Some(stop)).expect("the stop is set");
        let outcome = sets_summary(&store, "after");
        store.writer().db.progress_handler(0, None::<fn() -> bool>).expect("the stop is set");
        if outcome.is_ok() {
            break;
        }
        stopped += 1;
        assert!(n < 1_000_000, "{outcome:?}");
        assert_eq!(state(&store), before, "stopped at step {n}");
    }
    assert!(stopped > 50, "{stopped}");
    let (summary, counters, last) = state(&store);
    assert_eq!((summary.as_deref(), counters, last), (Some("after"), vec![1, 2, 3], 3));
    assert!(store.search_is_whole().expect("the search is checked"));
}

#[test]
fn a_listener_may_write() {
    let (_folder, store) = store();
    let store = std::sync::Arc::new(store);
    let (weak, told) = (std::sync::Arc::downgrade(&store), AtomicU32::new(0));
    store.subscribe(move |_, _| {
        if told.fetch_add(1, Ordering::Relaxed) == 0
            && let Some(store) = weak.upgrade()
        {
            sets_summary(&store, "from a listener").expect("the summary is saved");
        }
    });
    makes_call(&store, "A").expect("the call is saved");
    assert_eq!(state(&store).0.as_deref(), Some("from a listener"));
}

#[test]
fn a_closure_that_panics_leaves_the_store_whole_and_open() {
    let (_folder, store) = store();
    makes_call(&store, "A").expect("the call is saved");
    let before = state(&store);
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store.transact(&BY, |tx| {
            tx.set::<Call>(call(), "summary", json!("half"))?;
            assert!(tx.now_ms() == 0, "the test's own panic");
            Ok(())
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(state(&store), before);
    sets_summary(&store, "goes on").expect("the summary is saved");
}

/// Tables that stay small: a handful of rows, or one for each space or open fill.
const SMALL: [&str; 10] = [
    "replica",
    "hub",
    "space",
    "migration",
    "sqlite_master",
    "sqlite_schema",
    "stage",
    "kept",
    "aside",
    "recovered_local",
];

/// Reads every string literal of the crate's source that is a statement.
fn statements() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the folder is listed") {
            let path = entry.expect("the entry is read").path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("door/tests.rs") && !path.ends_with("backup.rs") {
                let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
                let source = std::fs::read_to_string(&path).expect("the source is read");
                let code = source.split("#[cfg(test)]").next().expect("there is a first part").to_owned();
                found.extend(literals(&code).into_iter().map(|text| (name.clone(), text)));
            }
        }
    }
    found.into_iter().filter_map(|(file, text)| Some((file.clone(), statement(&file, &text)?))).collect()
}

fn literals(source: &str) -> Vec<String> {
    let code: String =
        source.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    let mut letters = code.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '\'' && letters.next_if_eq(&'"').is_some() {
            continue;
        }
        if letter != '"' {
            continue;
        }
        let mut text = String::new();
        while let Some(letter) = letters.next() {
            match letter {
                '\\' => text.extend(letters.next().filter(|next| *next == '"')),
                '"' => break,
                other => text.push(other),
            }
        }
        found.push(text);
    }
    found
}

/// Makes a whole statement of a literal; none where it is no statement that reads.
fn statement(file: &str, text: &str) -> Option<String> {
    let columns = match file {
        "outbox.rs" => "o.no",
        "space.rs" => "no, name",
        "file_copy.rs" => "no",
        _ => "r.no",
    };
    let text = text
        .replace("{COLUMNS}", columns)
        .replace("{UPDATE}", "no, bytes")
        .replace("{UNSENT}", crate::table::file_copy::UNSENT)
        .replace("SELECT {} FROM record", "SELECT r.no FROM record");
    let begins = |word: &str| text.starts_with(word);
    let whole = if begins("SELECT") || begins("UPDATE") || begins("DELETE FROM") || begins("INSERT") {
        text.clone()
    } else if begins("JOIN space s") {
        format!("SELECT r.no FROM record r {text}")
    } else if file == "outbox.rs" && text.contains("?1") {
        format!("SELECT o.no FROM outbox o JOIN change c ON c.no = o.no WHERE {text}")
    } else {
        return None;
    };
    (!whole.contains("{tail}") && !whole.contains("{table}") && !whole.contains("r {tail}")).then_some(whole)
}

#[test]
fn no_query_scans_a_table_that_grows() {
    let (_folder, store) = store();
    let writer = store.writer();
    let (mut seen, mut scans) = (0, Vec::new());
    for (file, sql) in statements() {
        let mut plan = writer
            .db
            .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
            .unwrap_or_else(|error| panic!("{file}: {error}\n{sql}"));
        let lines: Vec<String> = plan
            .query_map(rusqlite::params_from_iter(vec![None::<i64>; plan_parameters(&sql)]), |row| row.get(3))
            .expect("the rows are read")
            .collect::<Result<_, _>>()
            .expect("the rows are read");
        seen += 1;
        // Read in the order of the rows and stopped after a few of them.
        let first_few = sql.contains("LIMIT") && lines.iter().all(|line| !line.contains("TEMP B-TREE"));
        for line in lines {
            let Some(scanned) = line.strip_prefix("SCAN ") else { continue };
            let table = scanned.split(' ').next().expect("there is a first part");
            let by_index = scanned.contains("USING INDEX") || scanned.contains("USING COVERING INDEX");
            let allowed = first_few
                || SMALL.contains(&table)
                || ["s", "l", "search", "found", "CONSTANT"].contains(&table)
                || by_index && !scanned.contains("sqlite_autoindex");
            if !allowed {
                scans.push(format!("{file}: {line}\n{sql}"));
            }
        }
    }
    assert!(scans.is_empty(), "{}", scans.join("\n\n"));
    assert!(seen > 100, "only {seen} statements were found");
}

fn plan_parameters(sql: &str) -> usize {
    (1..=20).rev().find(|n| sql.contains(&format!("?{n}"))).unwrap_or(0)
}

#[test]
fn the_form_of_the_file_is_the_one_that_was_agreed() {
    let (_folder, store) = store();
    let writer = store.writer();
    let mut query = writer
        .db
        .prepare(
            "SELECT m.name || '(' || group_concat(c.name || ' ' || c.type || CASE c.\"notnull\" WHEN 1 THEN '!' ELSE '' END, ', ') || ')'
             FROM sqlite_schema m, pragma_table_info(m.name) c
             WHERE m.type = 'table' AND m.name NOT LIKE 'search_%' AND m.name NOT LIKE 'sqlite_%' AND m.name <> 'search'
             GROUP BY m.name ORDER BY m.name",
        )
        .expect("the statement is sound");
    let tables: Vec<String> = query
        .query_map([], |row| row.get(0))
        .expect("the rows are read")
        .collect::<Result<_, _>>()
        .expect("the rows are read");
    let agreed = include_str!("../../tests/data/schema.txt");
    assert_eq!(tables.join("\n").trim(), agreed.trim(), "a released form only grows by a new migration");
}
