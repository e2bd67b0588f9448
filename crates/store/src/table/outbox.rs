//! Own changes on their way: waiting, acknowledged and not yet pulled, held, refused. What a change carries lies in
//! `change` and stays where it is; where the change stands lies in a small row of `outbox`, and once it is settled
//! in one of `outbox_sent`. A settled change stays with all it carried for thirty days, to be offered again to a
//! hub that was restored from a backup. `no` is the order in which they were made; it never changes, counters may.

use crate::codec::{int, len, record_id, replica, uint, uuid};
use crate::door::{Door, OutboxMoved};
use crate::error::StoreError;
use crate::settle::word;
use crate::table::Migration;
use linchpin_domain::change::{Change, ChangeId, HeldBecause, Op};
use linchpin_domain::id::{GroupId, RecordId};
use linchpin_domain::space::Space;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// The number of the form in which own changes lie here. Every later version reads every earlier form.
pub(crate) const FORMAT: u32 = 2;

pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration::breaking(
        6,
        "CREATE TABLE outbox (
        no INTEGER PRIMARY KEY AUTOINCREMENT,
        replica INTEGER NOT NULL,
        counter INTEGER NOT NULL,
        group_id BLOB NOT NULL,
        space INTEGER NOT NULL REFERENCES space (no),
        kind TEXT NOT NULL,
        record BLOB NOT NULL,
        payload TEXT NOT NULL,
        size INTEGER NOT NULL,
        hash TEXT NOT NULL,
        base INTEGER NOT NULL,
        made_at INTEGER NOT NULL,
        hub_seq INTEGER,
        acked_at INTEGER,
        status TEXT NOT NULL DEFAULT 'waiting',
        reason TEXT NOT NULL DEFAULT '',
        UNIQUE (replica, counter)
    ) STRICT;
    CREATE INDEX outbox_status ON outbox (status, no);
    CREATE INDEX outbox_record ON outbox (record, no);
    CREATE INDEX outbox_space ON outbox (space, status, hub_seq);
    CREATE TABLE outbox_sent (
        no INTEGER PRIMARY KEY,
        replica INTEGER NOT NULL,
        counter INTEGER NOT NULL,
        group_id BLOB NOT NULL,
        space INTEGER NOT NULL REFERENCES space (no),
        kind TEXT NOT NULL,
        record BLOB NOT NULL,
        payload TEXT NOT NULL,
        size INTEGER NOT NULL,
        hash TEXT NOT NULL,
        base INTEGER NOT NULL,
        made_at INTEGER NOT NULL,
        hub_seq INTEGER,
        sent_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX outbox_sent_space ON outbox_sent (space, hub_seq);
    CREATE INDEX outbox_sent_at ON outbox_sent (sent_at);",
    ),
    // What a change carries is written once; settling it writes small rows only. A sent change whose id waits again
    // is the same change and needs no second row.
    Migration::breaking(
        19,
        "CREATE TABLE change (
        no INTEGER PRIMARY KEY AUTOINCREMENT,
        replica INTEGER NOT NULL,
        counter INTEGER NOT NULL,
        group_id BLOB NOT NULL,
        space INTEGER NOT NULL REFERENCES space (no),
        kind TEXT NOT NULL,
        record BLOB NOT NULL,
        payload TEXT NOT NULL,
        size INTEGER NOT NULL,
        hash TEXT NOT NULL,
        base INTEGER NOT NULL,
        made_at INTEGER NOT NULL,
        UNIQUE (replica, counter)
    ) STRICT;
    INSERT INTO change SELECT no, replica, counter, group_id, space, kind, record, payload, size, hash, base, made_at
        FROM outbox;
    INSERT OR IGNORE INTO change
        SELECT no, replica, counter, group_id, space, kind, record, payload, size, hash, base, made_at
        FROM outbox_sent;
    CREATE TABLE outbox_stands (
        no INTEGER PRIMARY KEY REFERENCES change (no) ON DELETE CASCADE,
        space INTEGER NOT NULL,
        record BLOB NOT NULL,
        status TEXT NOT NULL DEFAULT 'waiting',
        reason TEXT NOT NULL DEFAULT '',
        hub_seq INTEGER,
        acked_at INTEGER
    ) STRICT;
    INSERT INTO outbox_stands SELECT no, space, record, status, reason, hub_seq, acked_at FROM outbox;
    CREATE TABLE outbox_settled (
        no INTEGER PRIMARY KEY REFERENCES change (no) ON DELETE CASCADE,
        space INTEGER NOT NULL,
        hub_seq INTEGER,
        sent_at INTEGER NOT NULL
    ) STRICT;
    INSERT INTO outbox_settled SELECT no, space, hub_seq, sent_at FROM outbox_sent
        WHERE no IN (SELECT no FROM change);
    DROP TABLE outbox;
    DROP TABLE outbox_sent;
    ALTER TABLE outbox_stands RENAME TO outbox;
    ALTER TABLE outbox_settled RENAME TO outbox_sent;
    CREATE INDEX outbox_status ON outbox (status, no);
    CREATE INDEX outbox_record ON outbox (record, no);
    CREATE INDEX outbox_space ON outbox (space, status, hub_seq);
    CREATE INDEX outbox_sent_space ON outbox_sent (space, hub_seq);
    CREATE INDEX outbox_sent_at ON outbox_sent (sent_at);
    UPDATE replica SET outbox_format = 2;",
    ),
];

/// What the hub made of an own change that it did not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Held,
    Refused,
}

impl Status {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Refused => "refused",
        }
    }
}

/// An own change as it lies in the outbox.
pub(crate) struct Outgoing {
    pub(crate) no: i64,
    pub(crate) id: ChangeId,
    pub(crate) group: GroupId,
    pub(crate) space_no: i64,
    pub(crate) record: RecordId,
    pub(crate) op: Op,
    pub(crate) hash: String,
    pub(crate) base: u64,
    pub(crate) made_at: u64,
    pub(crate) size: u64,
    pub(crate) hub_seq: Option<u64>,
}

impl Outgoing {
    pub(crate) fn into_change(self, space: Space) -> Change {
        let Self { id, hash, group, base, op, .. } = self;
        Change { id, hash, space, group, base, op }
    }
}

const COLUMNS: &str = "o.no, c.replica, c.counter, c.group_id, c.space, c.record, c.payload, c.hash, c.base,
    c.made_at, c.size, o.hub_seq";

pub(crate) struct Raw {
    outgoing: Outgoing,
    payload: String,
}

fn raw(row: &Row<'_>) -> rusqlite::Result<Raw> {
    // A place holder until the payload is parsed: parsing can fail, and not as an error of SQLite.
    let op = Op::Text(linchpin_domain::change::TextUpdate {
        doc: linchpin_domain::id::AnswerId(uuid(row, 5)?),
        sv_before: linchpin_domain::canonical::Bytes(Vec::new()),
        schema: 0,
        bytes: linchpin_domain::canonical::Bytes(Vec::new()),
    });
    let outgoing = Outgoing {
        no: row.get(0)?,
        id: ChangeId { replica: replica(row, 1)?, counter: uint(row.get(2)?) },
        group: GroupId(uuid(row, 3)?),
        space_no: row.get(4)?,
        record: record_id(row, 5)?,
        op,
        hash: row.get(7)?,
        base: uint(row.get(8)?),
        made_at: uint(row.get(9)?),
        size: uint(row.get(10)?),
        hub_seq: row.get::<_, Option<i64>>(11)?.map(uint),
    };
    Ok(Raw { outgoing, payload: row.get(6)? })
}

impl Raw {
    pub(crate) fn group(&self) -> GroupId {
        self.outgoing.group
    }

    pub(crate) fn size(&self) -> u64 {
        self.outgoing.size
    }

    pub(crate) fn read(self) -> Result<Outgoing, StoreError> {
        Ok(Outgoing { op: serde_json::from_str(&self.payload)?, ..self.outgoing })
    }
}

fn list(db: &Connection, tail: &str, values: impl rusqlite::Params) -> Result<Vec<Outgoing>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM outbox o JOIN change c ON c.no = o.no WHERE {tail}");
    let mut query = db.prepare_cached(&sql)?;
    let rows = query.query_map(values, raw)?;
    rows.map(|row| row?.read()).collect()
}

/// Returns the first changes that wait, in the order they were made, not parsed yet.
pub(crate) fn waiting(db: &Connection, most: usize) -> Result<Vec<Raw>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM outbox o JOIN change c ON c.no = o.no
         WHERE o.status = 'waiting' ORDER BY o.no"
    );
    // Counted here: SQLite plans a statement anew for each bound LIMIT, which costs more than running it.
    let mut query = db.prepare_cached(&sql)?;
    let rows = query.query_map([], raw)?;
    Ok(rows.take(most).collect::<Result<_, _>>()?)
}

/// Returns own changes of a record that show and that the hub has not confirmed up to `upto`, oldest first.
pub(crate) fn unsettled(db: &Connection, record: RecordId, upto: u64) -> Result<Vec<Outgoing>, StoreError> {
    let tail = "o.record = ?1 AND (o.status IN ('waiting', 'held') OR o.status = 'acked' AND o.hub_seq > ?2)
                ORDER BY o.no";
    list(db, tail, params![record.0.as_bytes(), int(upto)])
}

/// Returns every own change of a space that shows and that the hub has not confirmed up to `upto`.
pub(crate) fn unsettled_of_space(
    db: &Connection,
    space_no: i64,
    upto: u64,
) -> Result<Vec<Outgoing>, StoreError> {
    let tail = "o.space = ?1 AND (o.status IN ('waiting', 'held') OR o.status = 'acked' AND o.hub_seq > ?2)
                ORDER BY o.no";
    list(db, tail, params![space_no, int(upto)])
}

/// Returns own changes of a space that the hub has still to decide on; the words of refused ones are kept already.
pub(crate) fn not_taken(db: &Connection, space_no: i64) -> Result<Vec<Outgoing>, StoreError> {
    list(db, "o.space = ?1 AND o.status IN ('waiting', 'held') ORDER BY o.no", [space_no])
}

/// Returns own changes of a record that the hub has still to decide on, oldest first.
pub(crate) fn unsent_of(db: &Connection, record: RecordId) -> Result<Vec<Outgoing>, StoreError> {
    let tail = "o.record = ?1 AND o.status IN ('waiting', 'held') ORDER BY o.no";
    list(db, tail, [record.0.as_bytes()])
}

/// Returns acknowledged changes of a space up to a number.
pub(crate) fn acked(db: &Connection, space_no: i64, upto: u64) -> Result<Vec<Outgoing>, StoreError> {
    list(
        db,
        "o.space = ?1 AND o.status = 'acked' AND o.hub_seq <= ?2 ORDER BY o.no",
        params![space_no, int(upto)],
    )
}

/// Returns the changes that the hub holds for one reason, in the order they were made.
pub(crate) fn held(db: &Connection, reason: HeldBecause) -> Result<Vec<Outgoing>, StoreError> {
    list(db, "o.status = 'held' AND o.reason = ?1 ORDER BY o.no", [word(&reason)?])
}

/// Counts the records whose changes the hub holds for one reason.
pub(crate) fn count_held(db: &Connection, reason: HeldBecause) -> Result<u32, StoreError> {
    let sql = "SELECT count(DISTINCT record) FROM outbox WHERE status = 'held' AND reason = ?1";
    Ok(crate::codec::count(db.prepare_cached(sql)?.query_row([word(&reason)?], |row| row.get(0))?))
}

/// Tells whether a space has own changes that are acknowledged and not settled yet.
pub(crate) fn any_acked(db: &Connection, space_no: i64) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM outbox WHERE space = ?1 AND status = 'acked' LIMIT 1";
    Ok(db.prepare_cached(sql)?.query_row([space_no], |_| Ok(())).optional()?.is_some())
}

/// Tells whether a space has any own change that is not settled.
pub(crate) fn any_of_space(db: &Connection, space_no: i64) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM outbox WHERE space = ?1 AND status IN ('waiting', 'held', 'acked') LIMIT 1";
    Ok(db.prepare_cached(sql)?.query_row([space_no], |_| Ok(())).optional()?.is_some())
}

/// Returns an own change by its id, if it still lies here.
pub(crate) fn by_id(db: &Connection, id: ChangeId) -> Result<Option<Outgoing>, StoreError> {
    let found =
        list(db, "c.replica = ?1 AND c.counter = ?2", params![id.replica.0.cast_signed(), int(id.counter)])?;
    Ok(found.into_iter().next())
}

/// Returns an own change by its id, if it waits.
pub(crate) fn waiting_by_id(db: &Connection, id: ChangeId) -> Result<Option<Outgoing>, StoreError> {
    let tail = "c.replica = ?1 AND c.counter = ?2 AND o.status = 'waiting'";
    let found = list(db, tail, params![id.replica.0.cast_signed(), int(id.counter)])?;
    Ok(found.into_iter().next())
}

/// Tells whether a record has exactly one own change here, whatever became of it.
pub(crate) fn is_only_change(db: &Connection, record: RecordId) -> Result<bool, StoreError> {
    let sql = "SELECT count(*) FROM (SELECT 1 FROM outbox WHERE record = ?1 LIMIT 2)";
    let count: i64 = db.prepare_cached(sql)?.query_row([record.0.as_bytes()], |row| row.get(0))?;
    Ok(count == 1)
}

/// Adds a change that waits.
pub(crate) fn add(door: &mut Door<'_>, change: &Outgoing, kind: &str) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO change (replica, counter, group_id, space, kind, record, payload, size, hash, base,
                   made_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    let payload = serde_json::to_string(&change.op)?;
    door.db.prepare_cached(sql)?.execute(params![
        change.id.replica.0.cast_signed(),
        int(change.id.counter),
        change.group.0.as_bytes(),
        change.space_no,
        kind,
        change.record.0.as_bytes(),
        payload,
        len(payload.len()),
        change.hash,
        int(change.base),
        int(change.made_at)
    ])?;
    let sql = "INSERT INTO outbox (no, space, record) VALUES (?1, ?2, ?3)";
    let values = params![door.db.last_insert_rowid(), change.space_no, change.record.0.as_bytes()];
    door.db.prepare_cached(sql)?.execute(values)?;
    door.outbox.added();
    Ok(())
}

/// Notes the hub's number of a change.
pub(crate) fn set_acked(door: &mut Door<'_>, no: i64, seq: u64, now_ms: u64) -> Result<(), StoreError> {
    door.outbox = OutboxMoved::Otherwise;
    let sql = "UPDATE outbox SET status = 'acked', reason = '', hub_seq = ?2, acked_at = ?3 WHERE no = ?1";
    door.db.prepare_cached(sql)?.execute(params![no, int(seq), int(now_ms)])?;
    Ok(())
}

/// Sets a change aside.
pub(crate) fn set_status(
    door: &mut Door<'_>,
    no: i64,
    status: Status,
    reason: &str,
) -> Result<(), StoreError> {
    door.outbox = OutboxMoved::Otherwise;
    let sql = "UPDATE outbox SET status = ?2, reason = ?3 WHERE no = ?1";
    door.db.prepare_cached(sql)?.execute(params![no, status.name(), reason])?;
    Ok(())
}

/// Replaces what a change carries, for stamps that the hub lowered.
pub(crate) fn set_op(door: &mut Door<'_>, no: i64, op: &Op, space: &Space) -> Result<(), StoreError> {
    let sql = "UPDATE change SET payload = ?2, hash = ?3 WHERE no = ?1";
    door.db.prepare_cached(sql)?.execute(params![no, serde_json::to_string(op)?, op.hash(space)])?;
    Ok(())
}

/// Gives a change another id.
pub(crate) fn set_id(door: &mut Door<'_>, no: i64, id: ChangeId) -> Result<(), StoreError> {
    let sql = "UPDATE change SET replica = ?2, counter = ?3 WHERE no = ?1";
    door.db.prepare_cached(sql)?.execute(params![no, id.replica.0.cast_signed(), int(id.counter)])?;
    Ok(())
}

/// Lets a change wait again as the newest, under another id: behind what was made after it.
pub(crate) fn wait_anew(door: &mut Door<'_>, no: i64, id: ChangeId) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO change (replica, counter, group_id, space, kind, record, payload, size, hash, base,
                   made_at)
               SELECT ?2, ?3, group_id, space, kind, record, payload, size, hash, base, made_at
               FROM change WHERE no = ?1";
    door.db.prepare_cached(sql)?.execute(params![no, id.replica.0.cast_signed(), int(id.counter)])?;
    let sql = "INSERT INTO outbox (no, space, record) SELECT no, space, record FROM change WHERE no = ?1";
    door.db.prepare_cached(sql)?.execute([door.db.last_insert_rowid()])?;
    forget(door, no)
}

/// Takes a change out of the file, with all it carries.
pub(crate) fn forget(door: &mut Door<'_>, no: i64) -> Result<(), StoreError> {
    door.outbox = OutboxMoved::Otherwise;
    door.db.prepare_cached("DELETE FROM change WHERE no = ?1")?.execute([no])?;
    Ok(())
}

/// Returns the order numbers of all changes that wait, from one on.
pub(crate) fn waiting_from(db: &Connection, no: i64) -> Result<Vec<i64>, StoreError> {
    let mut query =
        db.prepare_cached("SELECT no FROM outbox WHERE status = 'waiting' AND no >= ?1 ORDER BY no")?;
    let rows = query.query_map([no], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Lowers the numbers that authors of waiting changes of a space had seen, where they are above one.
pub(crate) fn lower_bases(door: &mut Door<'_>, space_no: i64, most: u64) -> Result<(), StoreError> {
    let sql = "UPDATE change SET base = ?2 WHERE base > ?2
               AND no IN (SELECT no FROM outbox WHERE space = ?1 AND status = 'waiting')";
    door.db.execute(sql, params![space_no, int(most)])?;
    Ok(())
}

/// Counts a change among those that were sent, under the number it has.
pub(crate) fn settle(door: &mut Door<'_>, no: i64, now_ms: u64) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO outbox_sent (no, space, hub_seq, sent_at)
               SELECT no, space, hub_seq, ?2 FROM outbox WHERE no = ?1";
    door.db.prepare_cached(sql)?.execute(params![no, int(now_ms)])?;
    leave(door, no)
}

/// Counts a change of a space among those that were sent, under the number that the hub gave it.
pub(crate) fn settle_under(
    door: &mut Door<'_>,
    (no, space_no): (i64, i64),
    seq: u64,
    now_ms: u64,
) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO outbox_sent (no, space, hub_seq, sent_at) VALUES (?1, ?2, ?3, ?4)";
    door.db.prepare_cached(sql)?.execute(params![no, space_no, int(seq), int(now_ms)])?;
    leave(door, no)
}

fn leave(door: &mut Door<'_>, no: i64) -> Result<(), StoreError> {
    door.outbox = OutboxMoved::Otherwise;
    door.db.prepare_cached("DELETE FROM outbox WHERE no = ?1")?.execute([no])?;
    Ok(())
}

/// Lets sent and acknowledged changes of a space above a number wait again.
pub(crate) fn offer_again(door: &mut Door<'_>, space_no: i64, above: u64) -> Result<(), StoreError> {
    door.outbox = OutboxMoved::Otherwise;
    let values = params![space_no, int(above)];
    door.db.execute(
        "UPDATE outbox SET status = 'waiting', hub_seq = NULL, acked_at = NULL
         WHERE space = ?1 AND hub_seq > ?2",
        values,
    )?;
    door.db.execute(
        "INSERT INTO outbox (no, space, record)
         SELECT s.no, s.space, c.record FROM outbox_sent s JOIN change c ON c.no = s.no
         WHERE s.space = ?1 AND s.hub_seq > ?2",
        values,
    )?;
    door.db.execute("DELETE FROM outbox_sent WHERE space = ?1 AND hub_seq > ?2", values)?;
    Ok(())
}

/// Returns own changes of a space that were settled, in the order they were made.
pub(crate) fn sent_of_space(db: &Connection, space_no: i64) -> Result<Vec<Outgoing>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM outbox_sent o JOIN change c ON c.no = o.no WHERE o.space = ?1 ORDER BY o.no"
    );
    let mut query = db.prepare_cached(&sql)?;
    let rows = query.query_map([space_no], raw)?;
    rows.map(|row| row?.read()).collect()
}

/// Lets one sent change wait again.
pub(crate) fn offer_sent_again(door: &mut Door<'_>, no: i64) -> Result<(), StoreError> {
    door.outbox = OutboxMoved::Otherwise;
    let sql = "INSERT INTO outbox (no, space, record) SELECT no, space, record FROM change WHERE no = ?1";
    door.db.prepare_cached(sql)?.execute([no])?;
    door.db.prepare_cached("DELETE FROM outbox_sent WHERE no = ?1")?.execute([no])?;
    Ok(())
}

/// Lets go of the refused changes of a record: they wait for nothing and nobody any more.
pub(crate) fn let_go(door: &mut Door<'_>, record: RecordId) -> Result<(), StoreError> {
    let sql = "UPDATE outbox SET status = 'letGo' WHERE record = ?1 AND status = 'refused'";
    door.db.prepare_cached(sql)?.execute([record.0.as_bytes()])?;
    Ok(())
}

/// Takes that back.
pub(crate) fn keep_again(door: &mut Door<'_>, record: RecordId) -> Result<(), StoreError> {
    let sql = "UPDATE outbox SET status = 'refused' WHERE record = ?1 AND status = 'letGo'";
    door.db.prepare_cached(sql)?.execute([record.0.as_bytes()])?;
    Ok(())
}

/// Takes every change of a space out of the file, whatever became of it.
pub(crate) fn remove_of_space(door: &mut Door<'_>, space_no: i64) -> Result<(), StoreError> {
    door.outbox = OutboxMoved::Otherwise;
    let sql = "DELETE FROM change WHERE no IN (SELECT no FROM outbox WHERE space = ?1)
               OR no IN (SELECT no FROM outbox_sent WHERE space = ?1)";
    door.db.execute(sql, [space_no])?;
    Ok(())
}

/// Lets go of changes that were sent before a time, and of those made before it that a person let go of.
pub(crate) fn trim_sent(door: &mut Door<'_>, before_ms: u64) -> Result<(), StoreError> {
    let sent = "DELETE FROM change WHERE no IN (SELECT no FROM outbox_sent WHERE sent_at < ?1)";
    door.db.prepare_cached(sent)?.execute([int(before_ms)])?;
    let let_go = "DELETE FROM change WHERE made_at < ?1
                  AND no IN (SELECT no FROM outbox WHERE status = 'letGo')";
    door.db.prepare_cached(let_go)?.execute([int(before_ms)])?;
    Ok(())
}

pub(crate) fn count_waiting(db: &Connection) -> Result<u32, StoreError> {
    let sql = "SELECT count(*) FROM outbox WHERE status = 'waiting'";
    Ok(crate::codec::count(db.prepare_cached(sql)?.query_row([], |row| row.get(0))?))
}
