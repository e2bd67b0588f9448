//! What the hub has confirmed goes in beneath own values that are still under way. For each record: take the
//! confirmed state, merge, keep the space's checksum, then lay own unsettled values over it again. The same
//! lines serve pulled pages, own acknowledged changes, refusals and first fills.

use crate::codec::NOBODY;
use crate::door::Door;
use crate::error::StoreError;
use crate::table::record::{self, Stored};
use crate::table::space::SpaceRow;
use crate::table::{kept, outbox, pending, replica};
use linchpin_domain::change::Op;
use linchpin_domain::id::{PersonId, RecordId};
use linchpin_domain::merge::{Edits, merge};
use linchpin_domain::record::{Envelope, Record as _, look::Recovered};
use linchpin_domain::sum::Sum;
use rusqlite::Connection;
use std::collections::BTreeMap;

/// A record being brought in line with the hub.
pub(crate) struct Working {
    stored: Stored,
    confirmed: Envelope,
    authors: BTreeMap<String, PersonId>,
    share: Option<Sum>,
    has_base: bool,
}

/// Records being brought in line, one writing each however many entries speak of them.
pub(crate) struct Confirming<'s> {
    space: &'s mut SpaceRow,
    /// Own changes up to this number are settled.
    upto: u64,
    /// Whether any own change of the space is unsettled at all.
    any_own: bool,
    me: PersonId,
    records: BTreeMap<RecordId, Working>,
}

impl<'s> Confirming<'s> {
    pub(crate) fn new(door: &Door<'_>, space: &'s mut SpaceRow, upto: u64) -> Result<Self, StoreError> {
        let any_own = outbox::any_of_space(door.db, space.no)?;
        let me = replica::person(door.db)?;
        Ok(Self { space, upto, any_own, me, records: BTreeMap::new() })
    }

    pub(crate) fn any_own(&self) -> bool {
        self.any_own
    }

    pub(crate) fn me(&self) -> PersonId {
        self.me
    }

    /// Adds a share to the space's checksum.
    pub(crate) fn add_share(&mut self, share: Sum) {
        self.space.sum = self.space.sum.plus(share);
    }

    /// Merges edits that the hub has numbered.
    pub(crate) fn merge(
        &mut self,
        door: &mut Door<'_>,
        put: &linchpin_domain::change::Put,
        seq: u64,
        author: PersonId,
        at: u64,
    ) -> Result<(), StoreError> {
        let working = self.working(door, &put.kind, put.id)?;
        working.merge(&put.edits, put.schema, author, at);
        working.confirmed.seq = Some(working.confirmed.seq.unwrap_or(0).max(seq));
        if put.kind == Recovered::KIND.name() {
            forget_local(door, put)?;
        }
        Ok(())
    }

    /// Notes the hub's number of a record whose making is the only own change of it: then the hub has exactly what
    /// shows, and nothing need be read or compared. Returns false where that is not so.
    pub(crate) fn confirm_made(
        &mut self,
        door: &mut Door<'_>,
        put: &linchpin_domain::change::Put,
        seq: u64,
    ) -> Result<bool, StoreError> {
        let is_all = put.create
            && !self.records.contains_key(&put.id)
            && outbox::is_only_change(door.db, put.id)?
            && record::confirm_made(door, put.id, self.space.no, seq)?;
        if is_all {
            let mut made = Envelope::new(put.id, self.space.space.clone(), &put.kind, put.schema);
            merge(&mut made, &put.edits);
            self.add_share(Sum::of_record(&made));
            door.touched.record(&put.kind, put.id);
        }
        Ok(is_all)
    }

    /// Puts the confirmed state of a whole record in place of the one that is here.
    pub(crate) fn replace(&mut self, door: &mut Door<'_>, envelope: Envelope) -> Result<(), StoreError> {
        let upto = self.upto;
        let working = self.working(door, &envelope.kind, envelope.id)?;
        let latest = envelope.stamps.iter().max_by_key(|(_, stamp)| **stamp);
        working.stored.changed_at = latest.map_or(0, |(_, stamp)| stamp.ms());
        let known = |field: &String| working.confirmed.stamps.get(field) == envelope.stamps.get(field);
        working.authors.retain(|field, _| known(field));
        working.stored.changed_by =
            latest.and_then(|(field, _)| working.authors.get(field)).copied().unwrap_or(NOBODY);
        let seq = Some(envelope.seq.unwrap_or(upto));
        working.confirmed = Envelope { seq, ..envelope };
        Ok(())
    }

    /// Looks at a record again because own changes of it were settled or refused.
    pub(crate) fn look_again(&mut self, door: &mut Door<'_>, id: RecordId) -> Result<(), StoreError> {
        if self.records.contains_key(&id) {
            return Ok(());
        }
        if let Some(stored) = record::get(door.db, id)? {
            let working = Working::open(door.db, stored)?;
            self.records.insert(id, working);
        }
        Ok(())
    }

    /// Takes the hub's state of a record away: the hub no longer has it.
    pub(crate) fn unconfirm(&mut self, door: &mut Door<'_>, id: RecordId) -> Result<(), StoreError> {
        self.look_again(door, id)?;
        if let Some(working) = self.records.get_mut(&id) {
            let Envelope { id, space, kind, schema, .. } = working.confirmed.clone();
            working.confirmed = Envelope::new(id, space, &kind, schema);
            working.authors.clear();
        }
        Ok(())
    }

    fn working(&mut self, door: &mut Door<'_>, kind: &str, id: RecordId) -> Result<&mut Working, StoreError> {
        if !self.records.contains_key(&id) {
            let stored = match record::get(door.db, id)? {
                Some(stored) => stored,
                None => {
                    let shown = Envelope::new(id, self.space.space.clone(), kind, 0);
                    Stored::fresh(self.space.no, shown, 0, NOBODY)
                }
            };
            let mut working = Working::open(door.db, stored)?;
            if working.stored.space_no != self.space.no {
                working.move_to(door, self.space)?;
            }
            self.records.insert(id, working);
        }
        self.records.get_mut(&id).ok_or(StoreError::Corrupt)
    }

    /// Returns the sum of what is confirmed of the records at hand, before anything was merged.
    pub(crate) fn shares(&self) -> Sum {
        self.records.values().filter_map(|working| working.share).fold(Sum::default(), Sum::plus)
    }

    /// Writes every record once.
    pub(crate) fn finish(self, door: &mut Door<'_>) -> Result<(), StoreError> {
        let Self { space, upto, any_own, me, records } = self;
        for (id, working) in records {
            let after = working.confirmed.seq.is_some().then(|| Sum::of_record(&working.confirmed));
            space.sum = space.sum.minus(working.share.unwrap_or_default()).plus(after.unwrap_or_default());
            let own = if any_own { outbox::unsettled(door.db, id, upto)? } else { Vec::new() };
            let own: Vec<Edits> = own
                .into_iter()
                .filter_map(|row| match row.op {
                    Op::Put(put) => Some(put.edits),
                    Op::Text(_) | Op::Cmd(_) => None,
                })
                .collect();
            working.show(door, &own, me)?;
        }
        Ok(())
    }
}

/// Returns what a record that is here adds to its space's checksum: nothing where the hub has never confirmed it.
pub(crate) fn share_of(db: &Connection, stored: Stored) -> Result<Sum, StoreError> {
    Ok(Working::open(db, stored)?.share.unwrap_or_default())
}

impl Working {
    fn open(db: &Connection, stored: Stored) -> Result<Self, StoreError> {
        let bases = if stored.no == 0 { BTreeMap::new() } else { pending::get(db, stored.no)? };
        let has_base = !bases.is_empty();
        let (mut confirmed, mut authors) = (stored.shown.clone(), stored.authors.clone());
        if stored.shown.seq.is_none() {
            (confirmed.fields, confirmed.stamps) = Default::default();
            authors.clear();
        }
        for (field, base) in bases {
            match base {
                Some((value, stamp, author)) => {
                    confirmed.fields.insert(field.clone(), value);
                    confirmed.stamps.insert(field.clone(), stamp);
                    authors.insert(field, author);
                }
                None => {
                    confirmed.fields.remove(&field);
                    confirmed.stamps.remove(&field);
                    authors.remove(&field);
                }
            }
        }
        let share = confirmed.seq.is_some().then(|| Sum::of_record(&confirmed));
        Ok(Self { stored, confirmed, authors, share, has_base })
    }

    fn merge(&mut self, edits: &Edits, schema: u16, author: PersonId, at: u64) {
        self.confirmed.schema = self.confirmed.schema.max(schema);
        let merged = merge(&mut self.confirmed, edits);
        for field in merged.won {
            self.authors.insert(field, author);
        }
        if at >= self.stored.changed_at {
            (self.stored.changed_at, self.stored.changed_by) = (at, author);
        }
    }

    /// The hub moved the record here from another space: its share leaves the sum there.
    fn move_to(&mut self, door: &mut Door<'_>, space: &SpaceRow) -> Result<(), StoreError> {
        if let Some(share) = self.share.take() {
            let mut old = crate::table::space::by_no(door.db, self.stored.space_no)?;
            old.sum = old.sum.minus(share);
            crate::table::space::save(door, &old)?;
        }
        self.stored.space_no = space.no;
        self.confirmed.space = space.space.clone();
        Ok(())
    }

    /// Lays own values over the confirmed state and writes what shows.
    fn show(mut self, door: &mut Door<'_>, own: &[Edits], me: PersonId) -> Result<(), StoreError> {
        if self.confirmed.seq.is_none() && own.is_empty() {
            return if self.stored.no == 0 { Ok(()) } else { record::remove(door, &self.stored) };
        }
        let (mut shown, mut authors) = (self.confirmed.clone(), self.authors.clone());
        for (field, (value, stamp)) in own.iter().flatten() {
            shown.fields.insert(field.clone(), value.clone());
            shown.stamps.insert(field.clone(), *stamp);
            authors.insert(field.clone(), me);
        }
        let same = self.stored.no != 0
            && Envelope { seq: self.stored.shown.seq, ..shown.clone() } == self.stored.shown
            && authors == self.stored.authors;
        (self.stored.shown, self.stored.authors) = (shown, authors);
        if same {
            record::confirm(door, &self.stored)?;
            door.touched.record(&self.stored.shown.kind, self.stored.shown.id);
        } else {
            record::save(door, &mut self.stored)?;
        }
        if self.has_base {
            pending::clear(door, self.stored.no)?;
        }
        // A record that the hub has never confirmed needs no bases: nothing of it is confirmed.
        if self.confirmed.seq.is_some() {
            for field in own.iter().flat_map(|edits| edits.keys()) {
                pending::keep(door, self.stored.no, field, &self.base(field))?;
            }
        }
        Ok(())
    }

    fn base(&self, field: &str) -> pending::Base {
        let value = self.confirmed.fields.get(field)?.clone();
        let stamp = *self.confirmed.stamps.get(field)?;
        Some((value, stamp, self.authors.get(field).copied().unwrap_or(NOBODY)))
    }
}

/// The hub's own record of recovered words stands in for the one that was made here meanwhile.
fn forget_local(door: &mut Door<'_>, put: &linchpin_domain::change::Put) -> Result<(), StoreError> {
    let text = |field: &str| put.edits.get(field).and_then(|(value, _)| value.as_str().map(str::to_owned));
    let (Some(answer), Some(words)) = (text("answer"), text("words")) else { return Ok(()) };
    let Ok(answer) = answer.parse() else { return Ok(()) };
    let at = put.edits.values().map(|(_, stamp)| stamp.ms()).max().unwrap_or(0);
    kept::hub_recovered(door, answer, &words, at)
}
