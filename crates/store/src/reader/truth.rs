//! The three truths about written words: saved on this computer, with the hub, seen by others. None is told before
//! it is a fact.

use crate::codec::count;
use crate::error::StoreError;
use crate::reader::{Filter, Reader};
use crate::table::space::{self, State};
use crate::table::{replica, text};
use linchpin_domain::id::{AnswerId, PersonId};
use linchpin_domain::record::answer::ReadMark;
use std::collections::BTreeMap;

/// The three truths about an answer's text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Truth {
    /// When own words were last saved on this computer.
    pub saved_at_ms: Option<u64>,
    /// Own updates of the text that wait to be sent.
    pub unsent: u32,
    /// Own updates of the text that the hub holds or refused.
    pub set_aside: u32,
    /// When the hub last acknowledged own words.
    pub sent_at_ms: Option<u64>,
    /// Other people who have seen it as it stands, and when; nobody while own words are not with the hub.
    pub seen: Vec<SeenBy>,
}

/// Somebody who has seen an answer as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenBy {
    /// The person.
    pub person: PersonId,
    /// When, milliseconds since 1970.
    pub at_ms: u64,
}

/// The furthest that somebody else looked at an answer.
#[derive(Default)]
struct Looked {
    seq: u64,
    at_ms: u64,
}

impl Reader<'_> {
    /// Returns the three truths about an answer's text.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn truth(&self, doc: AnswerId) -> Result<Truth, StoreError> {
        let Some(row) = text::doc(self.db, doc)? else { return Ok(Truth::default()) };
        let sql = "SELECT count(*) FILTER (WHERE o.status = 'waiting'),
                       count(*) FILTER (WHERE o.status IN ('held', 'refused'))
                   FROM outbox o JOIN change c ON c.no = o.no WHERE o.record = ?1 AND c.kind = 'text'";
        let (unsent, set_aside) = self
            .db
            .prepare_cached(sql)?
            .query_row([doc.0.as_bytes()], |row| Ok((count(row.get(0)?), count(row.get(1)?))))?;
        let me = replica::person(self.db)?;
        let marks = self.list::<ReadMark>(Filter::Naming { field: "answer", parent: doc.into() })?;
        let mut seen = Vec::new();
        for mark in marks.into_iter().filter(|_| unsent == 0 && set_aside == 0 && row.last_seq > 0) {
            let Some(person) = mark.record.person.filter(|person| *person != me) else { continue };
            // Who writes has seen what they write; they make no mark of it.
            let others = text::last_seq_of_others(self.db, doc, person)?.unwrap_or(row.last_seq);
            if mark.record.seq >= others {
                seen.push(SeenBy { person, at_ms: mark.record.at });
            }
        }
        Ok(Truth { saved_at_ms: row.saved_at, unsent, set_aside, sent_at_ms: row.sent_at, seen })
    }

    /// Returns the hub's last number of an answer's text that somebody else wrote; nought where nobody else has.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn written_by_others(&self, doc: AnswerId, person: PersonId) -> Result<u64, StoreError> {
        let Some(row) = text::doc(self.db, doc)? else { return Ok(0) };
        // Where updates came folded, only who wrote last is known.
        let unknown = if row.changed_by == person { 0 } else { row.last_seq };
        Ok(text::last_seq_of_others(self.db, doc, person)?.unwrap_or(unknown))
    }

    /// Returns until when all own words were seen by somebody else, milliseconds since 1970: whoever looked at an
    /// answer has seen what the hub had of it. None while nobody has looked at an answer with own words in it.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn seen_until(&self) -> Result<Option<u64>, StoreError> {
        let me = replica::person(self.db)?;
        let mut looked: BTreeMap<AnswerId, Looked> = BTreeMap::new();
        for mark in self.list::<ReadMark>(Filter::All)? {
            let (Some(person), Some(answer)) = (mark.record.person, mark.record.answer) else { continue };
            if person != me {
                let furthest = looked.entry(answer).or_default();
                furthest.seq = furthest.seq.max(mark.record.seq);
                furthest.at_ms = furthest.at_ms.max(mark.record.at);
            }
        }
        let (mut last_look, mut unseen_from): (Option<u64>, Option<u64>) = (None, None);
        for answer in self.written_here()? {
            if self.envelope(answer)?.is_none_or(|answer| answer.is_deleted()) {
                continue;
            }
            let look = looked.get(&answer);
            last_look = last_look.max(look.map(|look| look.at_ms));
            let unseen = self.unseen_from(answer, me, look.map_or(0, |look| look.seq))?;
            unseen_from = [unseen_from, unseen].into_iter().flatten().min();
        }
        // What was written after the last look makes that look no later.
        Ok(last_look.map(|look| unseen_from.map_or(look, |from| from.min(look))))
    }

    /// Returns the answers of shared spaces that were written in on this computer.
    fn written_here(&self) -> Result<Vec<AnswerId>, StoreError> {
        let shared = |row: &space::SpaceRow| matches!(row.state, State::Active | State::Bootstrapping);
        let spaces = space::all(self.db)?;
        let answers = spaces.iter().filter(|row| shared(row)).map(|row| text::written_here(self.db, row.no));
        Ok(answers.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    /// Returns when the first own words were written that a look up to `seq` has not seen. Where own updates came
    /// back folded, when each was made is not known any more; then it is told of the last.
    fn unseen_from(&self, answer: AnswerId, me: PersonId, seq: u64) -> Result<Option<u64>, StoreError> {
        let (own, first) = text::first_beyond(self.db, answer, me, seq)?;
        if own > 0 {
            return Ok(first);
        }
        let doc = text::doc(self.db, answer)?.filter(|doc| doc.last_seq > seq);
        Ok(doc.and_then(|doc| doc.saved_at))
    }

    /// Tells whether somebody else wrote in an answer since a time, and after the hub's number `seq`. Where all of
    /// a text came folded, it is told of who changed it last.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn others_wrote(
        &self,
        answer: AnswerId,
        me: PersonId,
        seq: u64,
        since_ms: u64,
    ) -> Result<bool, StoreError> {
        if text::last_row(self.db, answer)? > 0 {
            return text::others_wrote(self.db, answer, me, seq, since_ms);
        }
        let doc = text::doc(self.db, answer)?;
        Ok(doc.is_some_and(|doc| doc.changed_by != me && doc.last_seq > seq && doc.changed_at >= since_ms))
    }
}
