//! Writing what was decided, in the one transaction that loaded it: many rows with each statement. What somebody
//! else made meanwhile breaks a unique key, and everything is decided again.

use crate::db::postgres::audit;
use crate::db::postgres::tx::Tx;
use crate::db::read::{access_words, int};
use crate::error::HubError;
use crate::text_work::DocWork;
use crate::work::{RecordWork, SpaceWork, Work};
use linchpin_domain::id::{DeviceId, PersonId, ReplicaId};
use linchpin_domain::record::look::{Notice, Recovered};
use linchpin_domain::record::{Fields, Record as _};
use linchpin_domain::space::Space;
use std::collections::BTreeMap;

/// Writes the working state; returns the spaces that moved, with their heads.
pub(super) fn work(tx: &mut Tx<'_>, work: &mut Work) -> Result<Vec<(Space, u64)>, HubError> {
    let numbers = spaces(tx, work)?;
    new_records(tx, work, &numbers)?;
    known_records(tx, work)?;
    for doc in work.docs.values_mut().filter(|doc| !doc.new.is_empty()) {
        if crate::push::fold_due(doc) {
            doc.fold()?;
        }
        text(tx, doc, number(&numbers, &doc.space)?)?;
    }
    log(tx, work, &numbers)?;
    for (cid, outcome) in &work.decided {
        let json = serde_json::to_string(outcome).map_err(|_| HubError::corrupt("an outcome"))?;
        tx.run("INSERT INTO command_result (cid, outcome) VALUES ($1, $2)", &[&cid.to_string(), &json])?;
    }
    for note in &work.notes {
        audit::add(tx, note, work.now_ms)?;
    }
    let moved = work.spaces.iter().filter(|(_, space)| space.head != space.before);
    Ok(moved.map(|(name, space)| (name.clone(), space.head)).collect())
}

type Numbers = BTreeMap<Space, i64>;

fn number(numbers: &Numbers, space: &Space) -> Result<i64, HubError> {
    numbers.get(space).copied().ok_or_else(|| HubError::corrupt("a space without number"))
}

fn spaces(tx: &mut Tx<'_>, work: &mut Work) -> Result<Numbers, HubError> {
    let mut numbers = Numbers::new();
    let (stamp, clamped) = (work.last_stamp.to_string(), work.last_clamped.to_string());
    for (name, space) in &mut work.spaces {
        let (head, sum) = (int(space.head), space.sum.to_string());
        if let Some(no) = space.no {
            if space.head != space.before {
                let sql =
                    "UPDATE space SET head = $2, sum = $3, last_stamp = $4, last_clamped = $5 WHERE no = $1";
                tx.run(sql, &[&no, &head, &sum, &stamp, &clamped])?;
            }
            access(tx, no, space)?;
            numbers.insert(name.clone(), no);
            continue;
        }
        let sql = "INSERT INTO space (name, head, sum, last_stamp, last_clamped) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (name) DO NOTHING RETURNING no";
        let made = tx.row(sql, &[&name.to_string(), &head, &sum, &stamp, &clamped])?;
        let no: i64 = made.ok_or(HubError::Met)?.try_get(0)?;
        access(tx, no, space)?;
        space.no = Some(no);
        numbers.insert(name.clone(), no);
    }
    Ok(numbers)
}

/// Writes what was given, or taken away. Whoever changes it in a space that is there holds the space's row, as every
/// push into it does: none slips past.
fn access(tx: &mut Tx<'_>, no: i64, space: &SpaceWork) -> Result<(), HubError> {
    for who in &space.shared {
        let (who, given) = access_words(*who, space.access.get(who).copied().flatten());
        let sql = "INSERT INTO access (who, space_no, given) VALUES ($1, $2, $3)
             ON CONFLICT (who, space_no) DO UPDATE SET given = $3";
        tx.run(sql, &[&who, &no, &given])?;
    }
    Ok(())
}

/// What of records' rows may change, column by column.
#[derive(Default)]
struct Columns {
    schema: Vec<i32>,
    fields: Vec<String>,
    stamps: Vec<String>,
    marks: Vec<String>,
    seq: Vec<i64>,
    look_of: Vec<String>,
}

impl Columns {
    fn add(&mut self, record: &RecordWork) -> Result<(), HubError> {
        let bad = |_| HubError::corrupt("a record");
        let there = &record.envelope;
        self.schema.push(there.schema.into());
        self.fields.push(serde_json::to_string(&there.fields).map_err(bad)?);
        self.stamps.push(serde_json::to_string(&there.stamps).map_err(bad)?);
        self.marks.push(serde_json::to_string(&record.marks).map_err(bad)?);
        self.seq.push(int(there.seq.unwrap_or(0)));
        self.look_of.push(look_of(&there.kind, &there.fields));
        Ok(())
    }
}

fn new_records(tx: &mut Tx<'_>, work: &Work, numbers: &Numbers) -> Result<(), HubError> {
    let mut columns = Columns::default();
    let (mut ids, mut nos, mut kinds, mut by) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for record in work.records.values().filter(|record| record.touched && record.no.is_none()) {
        let there = &record.envelope;
        ids.push(there.id.to_string());
        nos.push(number(numbers, &there.space)?);
        kinds.push(there.kind.as_str());
        by.push(record.created_by.to_string());
        columns.add(record)?;
    }
    if ids.is_empty() {
        return Ok(());
    }
    let sql = "INSERT INTO record
         (id, space_no, kind, schema, fields, stamps, marks, created_by, seq, look_of)
         SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::integer[], $5::text[], $6::text[],
         $7::text[], $8::text[], $9::bigint[], $10::text[])";
    let Columns { schema, fields, stamps, marks, seq, look_of } = &columns;
    tx.run(sql, &[&ids, &nos, &kinds, schema, fields, stamps, marks, &by, seq, look_of])?;
    Ok(())
}

fn known_records(tx: &mut Tx<'_>, work: &Work) -> Result<(), HubError> {
    let mut columns = Columns::default();
    let mut nos = Vec::new();
    for record in work.records.values().filter(|record| record.touched) {
        if let Some(no) = record.no {
            nos.push(no);
            columns.add(record)?;
        }
    }
    if nos.is_empty() {
        return Ok(());
    }
    let sql = "UPDATE record r SET schema = new.schema, fields = new.fields, stamps = new.stamps,
         marks = new.marks, seq = new.seq, look_of = new.look_of
         FROM unnest($1::bigint[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[])
         AS new (no, schema, fields, stamps, marks, seq, look_of) WHERE r.no = new.no";
    let Columns { schema, fields, stamps, marks, seq, look_of } = &columns;
    tx.run(sql, &[&nos, schema, fields, stamps, marks, seq, look_of])?;
    Ok(())
}

/// Returns the answer that a record bids people look at; empty where it does not.
pub(super) fn look_of(kind: &str, fields: &Fields) -> String {
    let looks = [Notice::KIND, Recovered::KIND].iter().any(|look| look.name() == kind);
    let answer = fields.get("answer").and_then(serde_json::Value::as_str);
    answer.filter(|_| looks).unwrap_or_default().to_owned()
}

fn text(tx: &mut Tx<'_>, doc: &DocWork, space_no: i64) -> Result<(), HubError> {
    let (id, schema, sum) = (doc.doc.to_string(), i32::from(doc.schema), doc.sum.to_string());
    let folded_to = int(doc.folded_to);
    if doc.known {
        let sql = "UPDATE text_doc SET schema = $2, sum = $3, snapshot = $4, folded_to = $5 WHERE doc = $1";
        tx.run(sql, &[&id, &schema, &sum, &doc.snapshot, &folded_to])?;
    } else {
        let sql = "INSERT INTO text_doc (doc, schema, sum, snapshot, folded_to, space_no)
             VALUES ($1, $2, $3, $4, $5, $6)";
        tx.run(sql, &[&id, &schema, &sum, &doc.snapshot, &folded_to, &space_no])?;
    }
    for row in &doc.new {
        let (replica, author) = (row.replica.to_string(), row.author.to_string());
        let (seq, at, base, hash) = (int(row.seq), int(row.at), int(row.base), row.hash.as_slice());
        let sql = "INSERT INTO text_update (doc, seq, replica, author, at, base, hash, bytes)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        tx.run(sql, &[&id, &seq, &replica, &author, &at, &base, &hash, &row.bytes])?;
    }
    for (client, person) in &doc.new_authors {
        let sql = "INSERT INTO text_author (doc, client, person) VALUES ($1, $2, $3)";
        tx.run(sql, &[&id, &client.to_string(), &person.to_string()])?;
    }
    Ok(())
}

fn log(tx: &mut Tx<'_>, work: &Work, numbers: &Numbers) -> Result<(), HubError> {
    if work.log.is_empty() {
        return Ok(());
    }
    let nos = work.log.iter().map(|row| number(numbers, &row.space));
    let nos: Vec<i64> = nos.collect::<Result<_, _>>()?;
    let seqs: Vec<i64> = work.log.iter().map(|row| int(row.seq)).collect();
    let cuts: Vec<bool> = work.log.iter().map(|row| row.cut).collect();
    let entries: Vec<&str> = work.log.iter().map(|row| row.json.as_str()).collect();
    let sql = "INSERT INTO change_log (space_no, seq, cut, entry)
         SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::boolean[], $4::text[])";
    tx.run(sql, &[&nos, &seqs, &cuts, &entries])?;
    Ok(())
}

/// Writes what is remembered of a replica's changes. Its row is there and held.
pub(super) fn remembered(
    tx: &mut Tx<'_>,
    work: &Work,
    replica: ReplicaId,
    person: PersonId,
) -> Result<(), HubError> {
    let id = replica.to_string();
    let (last, forgotten) = (int(work.last_counter), int(work.forget_to()));
    tx.run("UPDATE replica SET last_counter = $2, forgotten = $3 WHERE id = $1", &[&id, &last, &forgotten])?;
    let counters: Vec<i64> = work.results.iter().map(|(_, answered)| int(answered.id.counter)).collect();
    let hashes: Vec<&str> = work.results.iter().map(|(hash, _)| hash.as_str()).collect();
    let answers = work.results.iter().map(|(_, answered)| serde_json::to_string(answered));
    let answers: Vec<String> =
        answers.collect::<Result<_, _>>().map_err(|_| HubError::corrupt("a result"))?;
    let sql = "INSERT INTO result (replica, counter, hash, answered)
         SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::text[])";
    if !counters.is_empty() {
        tx.run(sql, &[&id, &counters, &hashes, &answers])?;
    }
    if work.forget_to() > work.forgotten {
        tx.run("DELETE FROM result WHERE replica = $1 AND counter <= $2", &[&id, &forgotten])?;
    }
    for held in &work.held {
        let sql = "INSERT INTO held (person, reason, at, change) VALUES ($1, $2, $3, $4)";
        tx.run(sql, &[&person.to_string(), &held.reason, &int(work.now_ms), &held.json])?;
    }
    Ok(())
}

/// Makes a replica's row where it is not there, and holds it until COMMIT; returns the device it belongs to.
pub(super) fn hold_replica(
    tx: &mut Tx<'_>,
    replica: ReplicaId,
    device: DeviceId,
) -> Result<(String, String, i64), HubError> {
    let (id, device) = (replica.to_string(), device.to_string());
    let hold = "SELECT device, nonce, last_counter FROM replica WHERE id = $1 FOR UPDATE";
    let mut row = tx.row(hold, &[&id])?;
    if row.is_none() {
        let make = "INSERT INTO replica (id, device) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
        tx.run(make, &[&id, &device])?;
        row = tx.row(hold, &[&id])?;
    }
    let row = row.ok_or(HubError::Met)?;
    Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))
}
