//! Words that must not vanish: of changes that the hub refused, of spaces whose access ended, words that a
//! merge dropped, and records that a fill would have removed. Nothing here is ever touched by a purge, a fill
//! or a migration; people let go of it, or time does where the design says so.

use crate::codec::{int, record_id, uint, uuid};
use crate::door::Door;
use crate::error::StoreError;
use crate::table::{Migration, outbox};
use crate::typed;
use linchpin_domain::id::{AnswerId, PersonId, RecordId};
use linchpin_domain::record::{Envelope, Tag};
use linchpin_domain::space::Space;
use rusqlite::{Connection, params};

pub(crate) const MIGRATIONS: &[Migration] = &[Migration::breaking(
    11,
    "CREATE TABLE kept (
        no INTEGER PRIMARY KEY AUTOINCREMENT,
        record BLOB NOT NULL,
        space TEXT NOT NULL,
        kind TEXT NOT NULL,
        why TEXT NOT NULL,
        reason TEXT NOT NULL,
        place TEXT NOT NULL,
        words TEXT NOT NULL,
        at INTEGER NOT NULL,
        settled_at INTEGER,
        UNIQUE (record, why)
    ) STRICT;
    CREATE TABLE recovered_local (
        no INTEGER PRIMARY KEY AUTOINCREMENT,
        doc BLOB NOT NULL,
        person BLOB NOT NULL,
        words TEXT NOT NULL,
        around TEXT NOT NULL,
        at INTEGER NOT NULL,
        settled_at INTEGER
    ) STRICT;
    CREATE INDEX recovered_local_doc ON recovered_local (doc);
    CREATE TABLE aside (
        no INTEGER PRIMARY KEY AUTOINCREMENT,
        record BLOB NOT NULL,
        space TEXT NOT NULL,
        envelope TEXT NOT NULL,
        plain TEXT NOT NULL,
        why TEXT NOT NULL,
        at INTEGER NOT NULL,
        UNIQUE (record, why)
    ) STRICT;
    CREATE INDEX aside_why ON aside (why, at);
    CREATE INDEX aside_space ON aside (space);",
)];

/// Why words are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptWhy {
    /// The hub refused the change.
    Refused,
    /// Access to the space ended.
    NoAccess,
}

impl KeptWhy {
    const fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::NoAccess => "noAccess",
        }
    }
}

/// Words that could not be sent or lost their place.
#[derive(Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its number on this computer.
    pub no: i64,
    /// The record they belong to.
    pub record: RecordId,
    /// The space it lay in.
    pub space: Space,
    /// The record's kind.
    pub kind: String,
    /// Why they are kept.
    pub why: KeptWhy,
    /// The hub's reason, as its code.
    pub reason: String,
    /// Where they were written, as far as it is known in words: the call's or question's title.
    pub place: String,
    /// The words.
    pub words: String,
    /// When they were set aside, milliseconds since 1970.
    pub at: u64,
}

/// Words to be kept.
pub(crate) struct Keep<'a> {
    pub(crate) record: RecordId,
    pub(crate) space: &'a Space,
    pub(crate) kind: &'a str,
    pub(crate) why: KeptWhy,
    pub(crate) reason: &'a str,
    pub(crate) place: String,
    pub(crate) words: String,
    pub(crate) at: u64,
}

/// Keeps words. Later words of the same record and reason stand in for earlier ones that they contain, and
/// are added to them where they do not.
pub(crate) fn keep(door: &mut Door<'_>, keep: &Keep<'_>) -> Result<(), StoreError> {
    if keep.words.trim().is_empty() {
        return Ok(());
    }
    let sql = "INSERT INTO kept (record, space, kind, why, reason, place, words, at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
               ON CONFLICT (record, why) DO UPDATE SET
                   words = CASE
                       WHEN settled_at IS NOT NULL OR instr(excluded.words, words) > 0 THEN excluded.words
                       WHEN instr(words, excluded.words) > 0 THEN words
                       ELSE words || char(10) || excluded.words END,
                   reason = excluded.reason, at = excluded.at, settled_at = NULL";
    door.db.prepare_cached(sql)?.execute(params![
        keep.record.0.as_bytes(),
        keep.space.to_string(),
        keep.kind,
        keep.why.name(),
        keep.reason,
        keep.place,
        keep.words,
        int(keep.at)
    ])?;
    door.touched.tag(Tag::SyncStatus);
    Ok(())
}

/// Returns kept words that nobody has let go of, newest first.
pub(crate) fn list(db: &Connection) -> Result<Vec<Kept>, StoreError> {
    let sql = "SELECT no, record, kind, why, reason, place, words, at, space FROM kept
               WHERE settled_at IS NULL ORDER BY no DESC";
    let mut query = db.prepare_cached(sql)?;
    let rows = query.query_map([], |row| {
        let refused = row.get::<_, String>(3)? == KeptWhy::Refused.name();
        let kept = Kept {
            no: row.get(0)?,
            record: record_id(row, 1)?,
            space: Space::National,
            kind: row.get(2)?,
            why: if refused { KeptWhy::Refused } else { KeptWhy::NoAccess },
            reason: row.get(4)?,
            place: row.get(5)?,
            words: row.get(6)?,
            at: uint(row.get(7)?),
        };
        Ok((kept, row.get::<_, String>(8)?))
    })?;
    rows.map(|row| {
        let (kept, space) = row?;
        Ok(Kept { space: crate::codec::parse(&space)?, ..kept })
    })
    .collect()
}

/// Lets go of what is kept of a record: its words, those a merge here dropped from it, and the refused changes they
/// came from. Nothing is erased, so that it can be taken back.
pub(crate) fn let_go(door: &mut Door<'_>, record: RecordId, now_ms: u64) -> Result<(), StoreError> {
    let values = params![record.0.as_bytes(), int(now_ms)];
    let kept = "UPDATE kept SET settled_at = ?2 WHERE record = ?1 AND settled_at IS NULL";
    let dropped = "UPDATE recovered_local SET settled_at = ?2 WHERE doc = ?1 AND settled_at IS NULL";
    for sql in [kept, dropped] {
        door.db.prepare_cached(sql)?.execute(values)?;
    }
    outbox::let_go(door, record)?;
    touch(door);
    Ok(())
}

/// Keeps again what was let go of at a time or later.
pub(crate) fn keep_again(door: &mut Door<'_>, record: RecordId, since_ms: u64) -> Result<(), StoreError> {
    let values = params![record.0.as_bytes(), int(since_ms)];
    let kept = "UPDATE kept SET settled_at = NULL WHERE record = ?1 AND settled_at >= ?2";
    let dropped = "UPDATE recovered_local SET settled_at = NULL WHERE doc = ?1 AND settled_at >= ?2";
    for sql in [kept, dropped] {
        door.db.prepare_cached(sql)?.execute(values)?;
    }
    outbox::keep_again(door, record)?;
    touch(door);
    Ok(())
}

fn touch(door: &mut Door<'_>) {
    door.touched.tag(Tag::SyncStatus);
    door.touched.tag(Tag::Notices);
}

/// Words that a merge on this computer dropped, until the hub's own record of them arrives.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveredLocal {
    /// The words.
    pub words: String,
    /// The sentence around them.
    pub around: String,
    /// Who typed them.
    pub person: PersonId,
}

/// The same with where it lies.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveredRow {
    /// Its number on this computer.
    pub no: i64,
    /// The answer.
    pub doc: AnswerId,
    /// When it was found, milliseconds since 1970.
    pub at: u64,
    /// The words.
    pub found: RecoveredLocal,
}

pub(crate) fn add_recovered(
    door: &mut Door<'_>,
    doc: AnswerId,
    found: &RecoveredLocal,
    now_ms: u64,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO recovered_local (doc, person, words, around, at) VALUES (?1, ?2, ?3, ?4, ?5)";
    let values = params![doc.0.as_bytes(), found.person.0.as_bytes(), found.words, found.around, int(now_ms)];
    door.db.execute(sql, values)?;
    door.touched.tag(Tag::Notices);
    Ok(())
}

pub(crate) fn recovered(db: &Connection) -> Result<Vec<RecoveredRow>, StoreError> {
    let sql = "SELECT no, doc, at, words, around, person FROM recovered_local
               WHERE settled_at IS NULL ORDER BY no DESC";
    let mut query = db.prepare_cached(sql)?;
    let rows = query.query_map([], |row| {
        let found =
            RecoveredLocal { words: row.get(3)?, around: row.get(4)?, person: PersonId(uuid(row, 5)?) };
        Ok(RecoveredRow { no: row.get(0)?, doc: AnswerId(uuid(row, 1)?), at: uint(row.get(2)?), found })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Lets go of words once the hub's record of the same words is here.
pub(crate) fn hub_recovered(
    door: &mut Door<'_>,
    doc: RecordId,
    words: &str,
    now_ms: u64,
) -> Result<(), StoreError> {
    let sql = "UPDATE recovered_local SET settled_at = ?3
               WHERE doc = ?1 AND settled_at IS NULL AND instr(?2, words) > 0";
    door.db.execute(sql, params![doc.0.as_bytes(), words, int(now_ms)])?;
    Ok(())
}

/// Why a record lies aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsideWhy {
    /// A fill no longer had it.
    Removed,
    /// The hub went back to a backup that is older than it.
    HubWentBack,
}

impl AsideWhy {
    const fn name(self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::HubWentBack => "hubWentBack",
        }
    }
}

/// A record that lies aside, with its words where it had a text.
#[derive(Clone, PartialEq)]
pub struct Aside {
    /// The record as it stood.
    pub envelope: Envelope,
    /// The plain text that went with it, and words of it that lay aside before.
    pub plain: String,
    /// Why it lies aside.
    pub why: AsideWhy,
    /// Since when, milliseconds since 1970.
    pub at: u64,
}

pub(crate) fn put_aside(
    door: &mut Door<'_>,
    envelope: &Envelope,
    plain: &str,
    why: AsideWhy,
    now_ms: u64,
) -> Result<(), StoreError> {
    let before = aside(door.db, envelope.id, why)?;
    let plain = match before.map(|before| before.words()).filter(|words| !typed::stands_in(words, plain)) {
        // What lay aside before may be nowhere else.
        Some(words) => format!("{plain}\n{words}").trim().to_owned(),
        None => plain.to_owned(),
    };
    let sql = "INSERT OR REPLACE INTO aside (record, space, envelope, plain, why, at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    door.db.prepare_cached(sql)?.execute(params![
        envelope.id.0.as_bytes(),
        envelope.space.to_string(),
        serde_json::to_string(envelope)?,
        plain,
        why.name(),
        int(now_ms)
    ])?;
    Ok(())
}

/// Returns what lies aside, newest first.
pub(crate) fn asides(db: &Connection, why: AsideWhy) -> Result<Vec<Aside>, StoreError> {
    read_asides(db, why, "why = ?1 ORDER BY no DESC", [why.name()])
}

fn aside(db: &Connection, record: RecordId, why: AsideWhy) -> Result<Option<Aside>, StoreError> {
    let found = read_asides(db, why, "record = ?1 AND why = ?2", params![record.0.as_bytes(), why.name()])?;
    Ok(found.into_iter().next())
}

fn read_asides(
    db: &Connection,
    why: AsideWhy,
    tail: &str,
    values: impl rusqlite::Params,
) -> Result<Vec<Aside>, StoreError> {
    let mut query = db.prepare_cached(&format!("SELECT envelope, plain, at FROM aside WHERE {tail}"))?;
    let rows = query.query_map(values, |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, uint(row.get(2)?)))
    })?;
    rows.map(|row| {
        let (envelope, plain, at) = row?;
        Ok(Aside { envelope: serde_json::from_str(&envelope)?, plain, why, at })
    })
    .collect()
}

impl Aside {
    /// Returns every word of it.
    pub(crate) fn words(&self) -> String {
        let typed = typed::typed(&self.envelope.kind, &self.envelope.fields);
        if typed::stands_in(&typed, &self.plain) {
            return self.plain.clone();
        }
        format!("{typed}\n{}", self.plain).trim().to_owned()
    }
}

/// Lets go of what has lain aside long enough.
pub(crate) fn trim_aside(door: &mut Door<'_>, removed_ms: u64, went_back_ms: u64) -> Result<(), StoreError> {
    for (why, before) in [(AsideWhy::Removed, removed_ms), (AsideWhy::HubWentBack, went_back_ms)] {
        door.db.execute("DELETE FROM aside WHERE why = ?1 AND at < ?2", params![why.name(), int(before)])?;
    }
    Ok(())
}

/// A space whose access ended leaves nothing aside either.
pub(crate) fn remove_asides_of(door: &mut Door<'_>, space: &Space) -> Result<(), StoreError> {
    door.db.execute("DELETE FROM aside WHERE space = ?1", [space.to_string()])?;
    Ok(())
}
