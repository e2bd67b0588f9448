//! Records as their kinds read them.

use crate::codec::{NOBODY, record_id, uint, uuid};
use crate::error::StoreError;
use crate::reader::Reader;
use crate::table::record::{self, COLUMNS, Stored};
use linchpin_domain::id::{AnswerId, PersonId, RecordId, ReplicaId};
use linchpin_domain::record::look::Recovered;
use linchpin_domain::record::{Envelope, Record, decode};
use linchpin_domain::space::Space;
use linchpin_domain::stamp::Stamp;
use rusqlite::{Params, params};

/// A record with where it stands.
pub struct Row<R> {
    /// Its id.
    pub id: RecordId,
    /// Where it lives.
    pub space: Space,
    /// Whether it is deleted.
    pub deleted: bool,
    /// Its values.
    pub record: R,
    /// Fields in a form of a newer version; shown read-only.
    pub unreadable: Vec<String>,
    /// When it was last changed, milliseconds since 1970.
    pub changed_at_ms: u64,
    /// Who changed it last.
    pub changed_by: PersonId,
    /// Who made it, as far as its values tell.
    pub maker: Maker,
    /// The hub's number of its last confirmed change; none where the hub has never confirmed it.
    pub seq: Option<u64>,
}

impl<R: Record> Row<R> {
    fn of(stored: &Stored) -> Self {
        let decoded = decode(&stored.shown.fields);
        Self {
            id: stored.shown.id,
            space: stored.shown.space.clone(),
            deleted: stored.shown.is_deleted(),
            record: decoded.record,
            unreadable: decoded.unreadable,
            changed_at_ms: stored.changed_at,
            changed_by: stored.changed_by,
            maker: Maker::of(stored),
            seq: stored.shown.seq,
        }
    }
}

/// Who made a record, as far as its values tell: whoever set the oldest one that still stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Maker {
    stamp: Stamp,
    person: PersonId,
}

impl Maker {
    fn of(stored: &Stored) -> Self {
        let oldest = stored.shown.stamps.iter().min_by_key(|(_, stamp)| **stamp);
        let person = oldest.and_then(|(field, _)| stored.authors.get(field)).copied();
        let stamp = oldest.map_or(Stamp::ZERO, |(_, stamp)| *stamp);
        Self { stamp, person: person.unwrap_or(NOBODY) }
    }

    /// Tells whether it was this person. Where the hub handed values over without their authors, the copy that
    /// stamped them counts.
    pub fn is(self, person: PersonId, replica: ReplicaId) -> bool {
        if self.person == NOBODY { self.stamp.replica() == replica } else { self.person == person }
    }
}

/// Something that needs a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenLook {
    /// Its id.
    pub id: RecordId,
    /// Whether it is words that a merge dropped, and not a notice.
    pub recovered: bool,
    /// The answer it is about.
    pub answer: AnswerId,
}

/// Which records are listed.
#[derive(Debug, Clone, Copy)]
pub enum Filter<'a> {
    /// All of the kind.
    All,
    /// Those of one space.
    In(&'a Space),
    /// Those that name a record in a field; the kind's table file lists the field.
    Naming {
        /// The field.
        field: &'a str,
        /// The record that it names.
        parent: RecordId,
    },
}

impl Reader<'_> {
    /// Returns a record as it is stored, of whatever kind.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn envelope(&self, id: impl Into<RecordId>) -> Result<Option<Envelope>, StoreError> {
        Ok(record::get(self.db, id.into())?.map(|stored| stored.shown))
    }

    /// Returns a record, deleted or not; none where there is none of that kind.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn get<R: Record>(&self, id: impl Into<RecordId>) -> Result<Option<Row<R>>, StoreError> {
        let stored = record::get(self.db, id.into())?;
        Ok(stored.filter(|stored| stored.shown.kind == R::KIND.name()).map(|stored| Row::of(&stored)))
    }

    /// Returns the records of a kind that are not deleted, oldest first.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn list<R: Record>(&self, filter: Filter<'_>) -> Result<Vec<Row<R>>, StoreError> {
        let mut rows = self.list_all(filter)?;
        rows.retain(|row| !row.deleted);
        Ok(rows)
    }

    /// Returns the records of a kind, deleted ones included, oldest first.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn list_all<R: Record>(&self, filter: Filter<'_>) -> Result<Vec<Row<R>>, StoreError> {
        let kind = R::KIND.name();
        match filter {
            Filter::All => {
                self.rows("JOIN space s ON s.no = r.space WHERE r.kind = ?1 ORDER BY r.no", [kind])
            }
            Filter::In(space) => self.rows(
                "JOIN space s ON s.no = r.space
                 WHERE r.space = (SELECT no FROM space WHERE name = ?1) AND r.kind = ?2 ORDER BY r.no",
                params![space.to_string(), kind],
            ),
            Filter::Naming { field, parent } => self.rows(
                "JOIN space s ON s.no = r.space
                 WHERE r.id IN (SELECT child FROM link WHERE parent = ?1 AND kind = ?2 AND field = ?3)
                 ORDER BY r.no",
                params![parent.0.as_bytes(), kind, field],
            ),
        }
    }

    fn rows<R: Record>(&self, tail: &str, values: impl Params) -> Result<Vec<Row<R>>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM record r {tail}");
        let mut query = self.db.prepare_cached(&sql)?;
        let rows = query.query_map(values, record::raw)?;
        rows.map(|row| Ok(Row::of(&row?.read()?))).collect()
    }

    /// Returns what merges left for people to look at and nobody has settled, of calls that are not deleted. Settled
    /// ones are not read: they only grow in number.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn open_looks(&self) -> Result<Vec<OpenLook>, StoreError> {
        let sql = "SELECT r.id, r.kind, a.parent FROM record r INDEXED BY record_open_look
                   JOIN link a ON a.child = r.id AND a.field = 'answer'
                   JOIN link o ON o.child = a.parent AND o.field = 'response'
                   JOIN link c ON c.child = o.parent AND c.field = 'call'
                   JOIN record k ON k.id = c.parent AND k.deleted = 0
                   WHERE r.deleted = 0 AND r.kind IN ('notice', 'recovered')
                       AND json_extract(r.fields, '$.settledBy') IS NULL
                   ORDER BY r.no";
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map([], |row| {
            let recovered = row.get::<_, String>(1)? == Recovered::KIND.name();
            Ok(OpenLook { id: record_id(row, 0)?, recovered, answer: AnswerId(uuid(row, 2)?) })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Counts the records of a kind that are not deleted.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn count<R: Record>(&self) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM record WHERE kind = ?1 AND deleted = 0";
        Ok(uint(self.db.prepare_cached(sql)?.query_row([R::KIND.name()], |row| row.get(0))?))
    }
}
