//! The working state of one transaction: what it touches of spaces, records and texts, in memory. Everything is
//! decided here, by the same lines for every engine; an engine only loads it before and writes it after. A group
//! of changes goes in whole or leaves no trace.

use crate::audit::Note;
use crate::error::HubError;
use crate::push::REMEMBERED;
use crate::push::deleting::Deleting;
use crate::scope::Access;
use crate::text_work::DocWork;
use linchpin_domain::can::Hand;
use linchpin_domain::change::{Answered, Change, ChangeId, Done, Entry, LostValue, Outcome, Put};
use linchpin_domain::id::{AnswerId, CommandId, GroupId, PersonId, RecordId, ReplicaId};
use linchpin_domain::merge::{Edits, Lost, merge};
use linchpin_domain::record::look::{Notice, NoticeKind};
use linchpin_domain::record::{Envelope, Fields, Record as _, decode};
use linchpin_domain::role::{Given, NetworkRole};
use linchpin_domain::space::Space;
use linchpin_domain::stamp::Stamp;
use linchpin_domain::sum::Sum;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The replica under which the hub makes stamps and entries of its own. No desk draws it.
pub(crate) const HUB: ReplicaId = ReplicaId(0);

/// The author of the hub's own entries.
pub(crate) const NOBODY: PersonId = PersonId(uuid::Uuid::nil());

/// Who set a field, and with which number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mark(pub(crate) PersonId, pub(crate) u64);

/// A record at hand.
#[derive(Clone)]
pub(crate) struct RecordWork {
    /// The engine's own number; none where it is new.
    pub(crate) no: Option<i64>,
    pub(crate) envelope: Envelope,
    pub(crate) marks: BTreeMap<String, Mark>,
    pub(crate) created_by: PersonId,
    pub(crate) touched: bool,
}

/// A space at hand.
#[derive(Clone)]
pub(crate) struct SpaceWork {
    /// The engine's own number; none where it is new.
    pub(crate) no: Option<i64>,
    pub(crate) head: u64,
    pub(crate) sum: Sum,
    /// What the asker is there.
    pub(crate) hand: Option<Hand>,
    /// The head before this transaction.
    pub(crate) before: u64,
    /// Whether every new entry is one of the sent changes, applied as it was sent.
    pub(crate) plain: bool,
    /// Who was given what, none to everyone; what was taken away is none. All of it where a command asks for it, and
    /// where the space is new.
    pub(crate) access: AccessRows,
    /// Whose row of these is to be written.
    pub(crate) shared: BTreeSet<Option<PersonId>>,
}

/// What was given, by whom it was given to: none is every confirmed member.
pub(crate) type AccessRows = BTreeMap<Option<PersonId>, Option<Given>>;

impl SpaceWork {
    /// Returns a space that the store has.
    pub(crate) fn known(no: i64, head: u64, sum: Sum, hand: Option<Hand>) -> Self {
        let (access, shared) = (AccessRows::new(), BTreeSet::new());
        Self { no: Some(no), head, sum, hand, before: head, plain: true, access, shared }
    }

    /// Returns a new space.
    pub(crate) fn fresh(hand: Option<Hand>, access: AccessRows) -> Self {
        let shared = access.keys().copied().collect();
        Self { no: None, head: 0, sum: Sum::default(), hand, before: 0, plain: true, access, shared }
    }

    /// Returns the rows that speak of one person.
    pub(crate) fn access_of(&self, person: PersonId) -> Access {
        let rows = self.access.iter().filter(|(who, _)| who.is_none_or(|who| who == person));
        access_of(rows.map(|(who, given)| (who.is_some(), *given)))
    }
}

/// A new entry of a space's log.
pub(crate) struct LogRow {
    pub(crate) space: Space,
    pub(crate) seq: u64,
    /// Whether a page may end behind it.
    pub(crate) cut: bool,
    pub(crate) json: String,
}

/// A change that was set aside.
pub(crate) struct HeldRow {
    pub(crate) reason: &'static str,
    pub(crate) json: String,
}

/// Who makes an entry.
#[derive(Clone, Copy)]
pub(crate) struct From {
    pub(crate) author: PersonId,
    pub(crate) id: ChangeId,
    pub(crate) group: GroupId,
}

impl From {
    /// Returns the hub itself, in the wake of a group.
    pub(crate) fn hub(group: GroupId) -> Self {
        Self { author: NOBODY, id: ChangeId { replica: HUB, counter: 0 }, group }
    }

    pub(crate) fn change(person: PersonId, change: &Change) -> Self {
        Self { author: person, id: change.id, group: change.group }
    }
}

/// What stood before the group at hand.
#[derive(Default)]
struct Before {
    records: Vec<(RecordId, Option<RecordWork>)>,
    spaces: Vec<(Space, Option<SpaceWork>)>,
    docs: BTreeSet<AnswerId>,
    log: usize,
    notes: usize,
    decided: usize,
    last_stamp: Stamp,
    last_clamped: Stamp,
}

/// The working state.
#[derive(Default)]
pub(crate) struct Work {
    pub(crate) now_ms: u64,
    pub(crate) last_stamp: Stamp,
    pub(crate) last_clamped: Stamp,
    pub(crate) spaces: BTreeMap<Space, SpaceWork>,
    pub(crate) records: HashMap<RecordId, RecordWork>,
    pub(crate) docs: BTreeMap<AnswerId, DocWork>,
    /// Outcomes of commands that were decided before.
    pub(crate) commands: HashMap<CommandId, Outcome>,
    /// Commands decided now.
    pub(crate) decided: Vec<(CommandId, Outcome)>,
    /// Results remembered of the changes at hand.
    pub(crate) remembered: HashMap<u64, (String, Answered)>,
    /// Results to remember, with the hash of their changes.
    pub(crate) results: Vec<(String, Answered)>,
    pub(crate) last_counter: u64,
    pub(crate) forgotten: u64,
    pub(crate) log: Vec<LogRow>,
    pub(crate) held: Vec<HeldRow>,
    /// What goes into the record of deeds.
    pub(crate) notes: Vec<Note>,
    /// People whom a command names, with what they are in the network; whoever is not there is nobody.
    pub(crate) people: BTreeMap<PersonId, NetworkRole>,
    /// What the asker deletes, and has deleted lately.
    pub(crate) deleting: Deleting,
    before: Option<Before>,
}

impl Work {
    /// Returns an empty state with the hub's clocks.
    pub(crate) fn at(now_ms: u64, last_stamp: Stamp, last_clamped: Stamp) -> Self {
        Self { now_ms, last_stamp, last_clamped, ..Self::default() }
    }

    /// Returns the counter up to which results are forgotten when this is written.
    pub(crate) fn forget_to(&self) -> u64 {
        self.last_counter.saturating_sub(REMEMBERED).max(self.forgotten)
    }

    /// Begins a group.
    pub(crate) fn begin(&mut self) {
        let (log, notes, decided) = (self.log.len(), self.notes.len(), self.decided.len());
        let (last_stamp, last_clamped) = (self.last_stamp, self.last_clamped);
        self.before = Some(Before { log, notes, decided, last_stamp, last_clamped, ..Before::default() });
    }

    /// Ends a group that went in: a page may end behind it.
    pub(crate) fn keep(&mut self) {
        let from = self.before.take().map_or(0, |before| before.log);
        self.cut(from);
        self.docs.values_mut().for_each(DocWork::keep);
    }

    /// Marks where pages may end among entries from `from` on: behind the last of each space.
    pub(crate) fn cut(&mut self, from: usize) {
        let mut ended = BTreeSet::new();
        for row in self.log.iter_mut().skip(from).rev() {
            row.cut = ended.insert(row.space.clone());
        }
    }

    /// Ends a group that did not go in: everything is as it was before.
    pub(crate) fn undo(&mut self) {
        let Some(before) = self.before.take() else { return };
        for (id, record) in before.records.into_iter().rev() {
            match record {
                Some(record) => self.records.insert(id, record),
                None => self.records.remove(&id),
            };
        }
        for (name, space) in before.spaces.into_iter().rev() {
            match space {
                Some(space) => self.spaces.insert(name, space),
                None => self.spaces.remove(&name),
            };
        }
        for doc in before.docs {
            if let Some(doc) = self.docs.get_mut(&doc) {
                doc.undo();
            }
        }
        self.log.truncate(before.log);
        self.notes.truncate(before.notes);
        for (cid, _) in self.decided.drain(before.decided..) {
            self.commands.remove(&cid);
        }
        (self.last_stamp, self.last_clamped) = (before.last_stamp, before.last_clamped);
    }

    pub(crate) fn touch_doc(&mut self, doc: AnswerId) {
        if let Some(before) = &mut self.before {
            before.docs.insert(doc);
        }
    }

    fn touch_record(&mut self, id: RecordId) {
        if let Some(before) = &mut self.before
            && !before.records.iter().any(|(known, _)| *known == id)
        {
            before.records.push((id, self.records.get(&id).cloned()));
        }
    }

    fn touch_space(&mut self, space: &Space) {
        if let Some(before) = &mut self.before
            && !before.spaces.iter().any(|(known, _)| known == space)
        {
            before.spaces.push((space.clone(), self.spaces.get(space).cloned()));
        }
    }

    /// Makes a space.
    pub(crate) fn make_space(&mut self, space: &Space, made: SpaceWork) {
        self.touch_space(space);
        self.spaces.insert(space.clone(), made);
    }

    /// Changes what is known of a space.
    pub(crate) fn change_space(&mut self, space: &Space, change: impl FnOnce(&mut SpaceWork)) {
        self.touch_space(space);
        if let Some(there) = self.spaces.get_mut(space) {
            change(there);
        }
    }

    /// Changes a space's sum.
    pub(crate) fn add_share(&mut self, space: &Space, gone: Sum, come: Sum) -> Result<(), HubError> {
        self.touch_space(space);
        let space =
            self.spaces.get_mut(space).ok_or_else(|| HubError::corrupt("a space that was not loaded"))?;
        space.sum = space.sum.minus(gone).plus(come);
        Ok(())
    }

    /// Notes that a desk must pull what this push did to a space.
    pub(crate) fn not_plain(&mut self, space: &Space) {
        self.change_space(space, |there| there.plain = false);
    }

    /// Numbers an entry and adds it to the log.
    pub(crate) fn enter(&mut self, space: &Space, from: From, done: Done) -> Result<u64, HubError> {
        self.touch_space(space);
        let there =
            self.spaces.get_mut(space).ok_or_else(|| HubError::corrupt("a space that was not loaded"))?;
        there.head += 1;
        let seq = there.head;
        let entry = Entry { seq, author: from.author, at: self.now_ms, id: from.id, group: from.group, done };
        let json = serde_json::to_string(&entry).map_err(|error| HubError::Corrupt(error.to_string()))?;
        self.log.push(LogRow { space: space.clone(), seq, cut: false, json });
        Ok(seq)
    }

    /// Returns a notice of the same kind, answer, people and earlier wording that nobody has settled yet.
    pub(crate) fn waiting_notice(
        &self,
        answer: AnswerId,
        kind: NoticeKind,
        people: (PersonId, PersonId),
        base: &str,
    ) -> Option<RecordId> {
        let same = |notice: &Notice| {
            let there = (notice.person_a, notice.person_b);
            let (a, b) = (Some(people.0), Some(people.1));
            let same_people = there == (a, b) || there == (b, a);
            let waits = notice.settled_by.is_none();
            notice.answer == Some(answer)
                && notice.kind == kind
                && same_people
                && waits
                && notice.text_base == base
        };
        let notices = self.records.values().filter(|record| record.envelope.kind == Notice::KIND.name());
        let waiting = notices.filter(|record| same(&decode::<Notice>(&record.envelope.fields).record));
        waiting.map(|record| record.envelope.id).min()
    }

    /// Returns a stamp of the hub's own, above the value that it replaces.
    pub(crate) fn stamp(&mut self, over: Stamp) -> Stamp {
        self.last_stamp = Stamp::after(self.now_ms, HUB, self.last_stamp, over);
        self.last_stamp
    }

    /// Merges a put into its record, which is made where it is not there, and enters it. Returns its number and
    /// whether any value of it shows.
    pub(crate) fn put(
        &mut self,
        space: &Space,
        from: From,
        base: Option<u64>,
        created_by: PersonId,
        put: Put,
    ) -> Result<(u64, bool), HubError> {
        self.touch_record(put.id);
        let seq = self.enter(space, from, Done::Put(put.clone()))?;
        let record = self.records.entry(put.id).or_insert_with(|| RecordWork {
            no: None,
            envelope: Envelope::new(put.id, space.clone(), &put.kind, put.schema),
            marks: BTreeMap::new(),
            created_by,
            touched: false,
        });
        let gone = record.envelope.seq.map(|_| Sum::of_record(&record.envelope)).unwrap_or_default();
        let merged = merge(&mut record.envelope, &put.edits);
        record.envelope.schema = record.envelope.schema.max(put.schema);
        record.envelope.seq = Some(seq);
        record.touched = true;
        let come = Sum::of_record(&record.envelope);
        let shows = put.edits.is_empty() || !merged.won.is_empty();
        let lost: Vec<LostValue> =
            merged.lost.into_iter().filter_map(|lost| told(record, &merged.won, lost, from, base)).collect();
        for field in merged.won {
            record.marks.insert(field, Mark(from.author, seq));
        }
        self.add_share(space, gone, come)?;
        for value in lost {
            self.not_plain(space);
            self.enter(space, From::hub(from.group), Done::Lost(value))?;
        }
        Ok((seq, shows))
    }

    /// Sets fields of a record in the hub's own name; values that stand already are left alone.
    pub(crate) fn put_by_hub(
        &mut self,
        space: &Space,
        group: GroupId,
        created_by: PersonId,
        (kind, schema, id): (&str, u16, RecordId),
        fields: Fields,
    ) -> Result<(), HubError> {
        let there = self.records.get(&id).map(|record| record.envelope.clone());
        let edits = self.hub_edits(there.as_ref(), fields);
        if there.as_ref().is_some_and(|there| edits.is_empty() || is_another(there, space, kind)) {
            return Ok(());
        }
        self.not_plain(space);
        let put = Put { kind: kind.to_owned(), id, schema, create: there.is_none(), edits };
        self.put(space, From::hub(group), None, created_by, put).map(|_| ())
    }

    /// Sets fields that only the hub sets, as part of what a person asked for; returns the entry's number.
    pub(crate) fn put_for(
        &mut self,
        space: &Space,
        from: From,
        (kind, schema, id): (&str, u16, RecordId),
        fields: Fields,
    ) -> Result<u64, HubError> {
        let there = self.records.get(&id).map(|record| record.envelope.clone());
        let edits = self.hub_edits(there.as_ref(), fields);
        self.not_plain(space);
        if there.as_ref().is_some_and(|there| edits.is_empty() || is_another(there, space, kind)) {
            return Ok(self.spaces.get(space).map_or(0, |there| there.head));
        }
        let put = Put { kind: kind.to_owned(), id, schema, create: there.is_none(), edits };
        self.put(space, from, None, from.author, put).map(|(seq, _)| seq)
    }

    /// Returns the edits that bring a record to these values; values that stand already are left alone.
    fn hub_edits(&mut self, there: Option<&Envelope>, fields: Fields) -> Edits {
        let mut edits = Edits::new();
        for (field, value) in fields {
            if there.and_then(|there| there.fields.get(&field)) == Some(&value) {
                continue;
            }
            let over = there.and_then(|there| there.stamps.get(&field)).copied().unwrap_or_default();
            let stamp = self.stamp(over);
            edits.insert(field, (value, stamp));
        }
        edits
    }
}

/// Tells whether what has the id of a record of the hub's is something else: somebody could have made it under that id
/// on purpose, for the ids of such records follow from what they tell of. It stays as it is, and so does the sum.
fn is_another(there: &Envelope, space: &Space, kind: &str) -> bool {
    there.space != *space || there.kind != kind
}

/// Returns what readers are told of a value that does not show: none where a person replaced a value of their
/// own that they had seen, where the value shows all the same, or where the hub corrects itself.
fn told(record: &RecordWork, won: &[String], lost: Lost, from: From, base: Option<u64>) -> Option<LostValue> {
    let Lost { field, value, stamp } = lost;
    if record.envelope.fields.get(&field) == Some(&value) {
        return None;
    }
    let base = base?;
    let (by, apart) = if won.contains(&field) {
        let Mark(by, seq) = record.marks.get(&field).copied().unwrap_or(Mark(NOBODY, 0));
        (by, by != from.author && base < seq)
    } else {
        let winner = record.marks.get(&field).map_or(NOBODY, |mark| mark.0);
        (from.author, winner != from.author)
    };
    let own = by == from.author && !apart;
    let Envelope { kind, id, .. } = &record.envelope;
    (!own).then(|| LostValue { kind: kind.clone(), id: *id, field, value, stamp, by, apart })
}

/// What a space is given to, as the store keeps it: the pair of the rows that speak of one person.
pub(crate) fn access_of(rows: impl Iterator<Item = (bool, Option<Given>)>) -> Access {
    let mut access = Access::default();
    for (own, given) in rows {
        if own {
            (access.own, access.barred) = (given, given.is_none());
        } else {
            access.everyone = given;
        }
    }
    access
}
