//! The floor under every sync that keeps records in SQLite at both ends: rows read from an encrypted store,
//! written as JSON, packed, unpacked, read and committed with FULL at the other end, and nothing else: no
//! merge, no rights, no line. What our sync takes is told as a multiple of this.
//! `measure_floor [RECORDS]`; prints one line of JSON a figure.
#![expect(clippy::print_stdout, reason = "printing is what a measurement does")]

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::path::Path;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Rows of one batch, packed and committed together.
const TOGETHER: u32 = 1_000;
const PACKING: i32 = 3;

#[derive(Serialize, Deserialize)]
struct Row {
    id: i64,
    fields: serde_json::Value,
}

fn main() -> Outcome<()> {
    let records = std::env::args().nth(1).and_then(|word| word.parse().ok()).unwrap_or(10_000usize);
    let folder = tempfile::TempDir::new()?;
    let mut asha = opened(&folder.path().join("asha"), true)?;
    let mut ben = opened(&folder.path().join("ben"), true)?;
    let mut hub = opened(&folder.path().join("hub"), false)?;
    let made: Vec<Row> = (0..records).map(row).collect();
    for rows in made.chunks(TOGETHER as usize) {
        insert(&mut asha, rows)?;
    }
    measured("up", || carry(&asha, &mut hub))?;
    measured("down", || carry(&hub, &mut ben))
}

/// Brings all rows of one file into another by way of packed JSON.
fn carry(from: &Connection, to: &mut Connection) -> Outcome<()> {
    let mut after = -1;
    loop {
        let rows = read(from, after)?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.id;
        let packed = zstd::encode_all(serde_json::to_vec(&rows)?.as_slice(), PACKING)?;
        let rows: Vec<Row> = serde_json::from_slice(&zstd::decode_all(packed.as_slice())?)?;
        insert(to, &rows)?;
    }
}

fn read(from: &Connection, after: i64) -> Outcome<Vec<Row>> {
    let mut rows = from.prepare_cached("select id, fields from row where id > ?1 order by id limit ?2")?;
    let found =
        rows.query_map(params![after, TOGETHER], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
    found
        .map(|row| {
            row.map_err(Into::into)
                .and_then(|(id, text)| Ok(Row { id, fields: serde_json::from_str(&text)? }))
        })
        .collect()
}

fn insert(to: &mut Connection, rows: &[Row]) -> Outcome<()> {
    let tx = to.transaction()?;
    {
        let mut insert = tx.prepare_cached("insert into row (id, fields) values (?1, ?2)")?;
        for row in rows {
            insert.execute(params![row.id, row.fields.to_string()])?;
        }
    }
    Ok(tx.commit()?)
}

fn opened(path: &Path, encrypted: bool) -> Outcome<Connection> {
    let file = Connection::open(path)?;
    if encrypted {
        file.pragma_update(None, "key", format!("x'{}'", "2a".repeat(32)))?;
    }
    file.pragma_update(None, "journal_mode", "wal")?;
    file.pragma_update(None, "synchronous", "full")?;
    file.execute_batch("create table row (id integer primary key, fields text not null)")?;
    Ok(file)
}

/// A record of about 650 bytes as JSON.
fn row(n: usize) -> Row {
    const WORDS: [&str; 8] =
        ["practice", "manager", "network", "surgery", "consultation", "patient", "contract", "workforce"];
    let mut seed = n as u64;
    let mut word = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        *WORDS.get(usize::try_from(seed >> 61).unwrap_or(0)).unwrap_or(&"manager")
    };
    let mut sentence = |words: usize| (0..words).map(|_| word()).collect::<Vec<_>>().join(" ");
    let fields =
        serde_json::json!({ "number": n, "text": sentence(12), "help": sentence(60), "order": "a0" });
    Row { id: i64::try_from(n).unwrap_or(i64::MAX), fields }
}

fn measured(name: &str, step: impl FnOnce() -> Outcome<()>) -> Outcome<()> {
    let before = cpu_seconds()?;
    step()?;
    println!("{{\"figure\":\"{name}_floor_cpu_s\",\"value\":{:.3}}}", cpu_seconds()? - before);
    Ok(())
}

/// Returns the CPU seconds of this process so far; Linux counts them in hundredths.
fn cpu_seconds() -> Outcome<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let after = stat.rsplit_once(") ").ok_or("no process is told")?.1;
    Ok(after.split(' ').skip(11).take(2).map(str::parse::<f64>).sum::<Result<f64, _>>()? / 100.0)
}
