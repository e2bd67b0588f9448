//! A pulled page: the whole of it, cursor included, in one commit. A page that does not begin at our cursor,
//! or whose space is not active, is dropped.

use crate::changed::{Changed, Origin};
use crate::codec::NOBODY;
use crate::door::Door;
use crate::error::StoreError;
use crate::open::Store;
use crate::reader::StoredUpdate;
use crate::settle::Texts;
use crate::settle::confirm::Confirming;
use crate::table::history::{self, Past};
use crate::table::space::{self, SpaceRow, State};
use crate::table::text::{self, DocRow, NewUpdate};
use crate::table::{author, kept, outbox, search};
use linchpin_domain::change::{Done, Entry, TextUpdate};
use linchpin_domain::id::{AnswerId, PersonId};
use linchpin_domain::record::{Record, Tag, answer::Answer};
use linchpin_domain::space::Space;
use linchpin_domain::sum::Sum;
use std::collections::{BTreeMap, BTreeSet};

/// What is new in one space.
#[derive(Debug, Clone, PartialEq)]
pub struct PulledPage {
    /// The space.
    pub space: Space,
    /// The cursor the page begins at.
    pub from: u64,
    /// The cursor after it.
    pub to: u64,
    /// The space's last number.
    pub head: u64,
    /// The checksum at `to`, where `to` is the head.
    pub sum: Option<Sum>,
    /// The entries, numbers rising.
    pub entries: Vec<Entry>,
}

/// What became of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageOutcome {
    /// What changed.
    pub changed: Changed,
    /// Whether it was applied; a page that does not begin at our cursor is dropped.
    pub applied: bool,
    /// Whether our checksum is the hub's; where it is not, the space must be filled anew.
    pub sum_ok: bool,
    /// How many entries came from other people.
    pub from_others: u32,
    /// The people they came from.
    pub people: Vec<PersonId>,
    /// Documents that others wrote in.
    pub texts: Vec<AnswerId>,
}

impl Store {
    /// Applies a page.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] for a page whose numbers do not rise within its ends, or any fault of the disk.
    pub fn settle_page(
        &self,
        page: &PulledPage,
        texts: &mut dyn Texts,
        now_ms: u64,
    ) -> Result<PageOutcome, StoreError> {
        let (outcome, changed) = self.write(Origin::Hub, |door| {
            let mut row = space::ensure(door, &page.space)?;
            if page.from != row.cursor || row.state != State::Active {
                return Ok(PageOutcome { applied: false, ..PageOutcome::nothing() });
            }
            check_numbers(page)?;
            let mut outcome = PageOutcome::nothing();
            let arrived = apply(door, &mut row, page, now_ms, &mut outcome)?;
            outcome.texts = arrived.keys().copied().collect();
            for (doc, arrived) in arrived {
                settle_text(door, doc, &arrived, texts, now_ms)?;
            }
            row.cursor = page.to;
            row.head_known = row.head_known.max(page.head);
            if page.to == page.head {
                row.last_pull_ok = Some(now_ms);
            }
            door.touched.tag(Tag::SyncStatus);
            outcome.sum_ok = page.to != page.head || page.sum.is_none_or(|sum| sum == row.sum);
            space::save(door, &row)?;
            Ok(outcome)
        })?;
        Ok(PageOutcome { changed, ..outcome })
    }
}

impl PageOutcome {
    fn nothing() -> Self {
        Self {
            changed: Changed::default(),
            applied: true,
            sum_ok: true,
            from_others: 0,
            people: Vec::new(),
            texts: Vec::new(),
        }
    }
}

fn check_numbers(page: &PulledPage) -> Result<(), StoreError> {
    let mut last = page.from;
    for entry in &page.entries {
        if entry.seq <= last || entry.seq > page.to {
            return Err(StoreError::Corrupt);
        }
        last = entry.seq;
    }
    if page.to < page.from || page.head < page.to { Err(StoreError::Corrupt) } else { Ok(()) }
}

/// What others wrote in one document, and the document as it stood where own unsent updates were in it.
#[derive(Default)]
struct Arrived {
    theirs: Vec<i64>,
    before: Option<Vec<StoredUpdate>>,
}

fn apply(
    door: &mut Door<'_>,
    row: &mut SpaceRow,
    page: &PulledPage,
    now_ms: u64,
    outcome: &mut PageOutcome,
) -> Result<BTreeMap<AnswerId, Arrived>, StoreError> {
    let mut arrived: BTreeMap<AnswerId, Arrived> = BTreeMap::new();
    let mut people = BTreeSet::new();
    let space_no = row.no;
    let mut confirming = Confirming::new(door, row, page.to)?;
    for entry in &page.entries {
        if entry.author != confirming.me() && entry.author != NOBODY {
            people.insert(entry.author);
            outcome.from_others += 1;
        }
        if confirming.any_own() {
            arrived_own(door, entry, now_ms)?;
        }
        match &entry.done {
            Done::Put(put) => confirming.merge(door, put, entry.seq, entry.author, entry.at)?,
            Done::Text(update) => {
                let before = unsent_before(door, update.doc, &arrived)?;
                let no = count_text_of(door, &mut confirming, update, entry, space_no)?;
                if let Some(no) = no {
                    let texts = arrived.entry(update.doc).or_default();
                    texts.theirs.push(no);
                    texts.before = texts.before.take().or(before);
                }
            }
            Done::Lost(lost) => {
                let past = Past {
                    record: lost.id,
                    field: lost.field.clone(),
                    value: lost.value.clone(),
                    stamp: lost.stamp,
                    author: lost.by,
                    apart: lost.apart,
                    at: entry.at,
                };
                history::add(door, &past)?;
                door.touched.record(&lost.kind, lost.id);
            }
            Done::Cmd(_) => {}
        }
    }
    for change in outbox::acked(door.db, space_no, page.to)? {
        confirming.look_again(door, change.record)?;
        outbox::settle(door, change.no, now_ms)?;
    }
    confirming.finish(door)?;
    outcome.people = people.into_iter().collect();
    Ok(arrived)
}

/// An own change that comes back is with the hub, even where the answer to its push was lost.
fn arrived_own(door: &mut Door<'_>, entry: &Entry, now_ms: u64) -> Result<(), StoreError> {
    let Some(row) = outbox::by_id(door.db, entry.id)? else { return Ok(()) };
    if row.hub_seq.is_none() {
        outbox::set_acked(door, row.no, entry.seq, now_ms)?;
    }
    Ok(())
}

/// Returns the document's updates where own unsent ones are among them and none of the page's are yet.
fn unsent_before(
    door: &Door<'_>,
    doc: AnswerId,
    arrived: &BTreeMap<AnswerId, Arrived>,
) -> Result<Option<Vec<StoredUpdate>>, StoreError> {
    if arrived.contains_key(&doc) {
        return Ok(None);
    }
    let updates = text::live(door.db, doc, 0)?;
    Ok(updates.iter().any(|update| update.own_unsent).then_some(updates))
}

/// Takes one confirmed update into log and checksum; returns its row where it is new here.
fn count_text_of(
    door: &mut Door<'_>,
    confirming: &mut Confirming<'_>,
    update: &TextUpdate,
    entry: &Entry,
    space_no: i64,
) -> Result<Option<i64>, StoreError> {
    if count_text(door, confirming, update, entry.seq)? {
        return Ok(None);
    }
    let mut doc = text::ensure_doc(door, update.doc, space_no)?;
    doc.schema = doc.schema.max(update.schema);
    // A space that the hub put between two people's words is nobody's change.
    if entry.author != NOBODY {
        (doc.changed_at, doc.changed_by) = (entry.at.max(doc.changed_at), entry.author);
    }
    doc.last_seq = doc.last_seq.max(entry.seq);
    text::save_doc(door, &doc)?;
    let (seq, author, at) = (Some(entry.seq), entry.author, entry.at);
    let new = NewUpdate {
        doc: update.doc,
        bytes: &update.bytes.0,
        seq,
        author,
        at,
        schema: update.schema,
        own: false,
    };
    let no = text::add(door, &new)?;
    text::set_seq(door, no, seq, true)?;
    confirming.add_share(Sum::of_text(update.doc, &update.bytes.0));
    door.touched.record(Answer::KIND.name(), update.doc.into());
    Ok(Some(no))
}

/// Counts an update that is here already in the checksum, once; tells whether it is here.
pub(crate) fn count_text(
    door: &mut Door<'_>,
    confirming: &mut Confirming<'_>,
    update: &TextUpdate,
    seq: u64,
) -> Result<bool, StoreError> {
    let Some(known) = text::known(door.db, update.doc, &update.bytes.0)? else { return Ok(false) };
    if !known.counted {
        text::set_seq(door, known.no, Some(seq), true)?;
        confirming.add_share(Sum::of_text(update.doc, &update.bytes.0));
        if let Some(mut doc) = text::doc(door.db, update.doc)? {
            doc.last_seq = doc.last_seq.max(seq);
            text::save_doc(door, &doc)?;
        }
        door.touched.record(Answer::KIND.name(), update.doc.into());
    }
    Ok(true)
}

/// Brings facts, authors and search in line with a document that others wrote in.
fn settle_text(
    door: &mut Door<'_>,
    doc: AnswerId,
    arrived: &Arrived,
    texts: &mut dyn Texts,
    now_ms: u64,
) -> Result<(), StoreError> {
    let snapshot = text::snapshot(door.db, doc)?.map(|(bytes, _)| bytes);
    let is_theirs = |update: &StoredUpdate| arrived.theirs.contains(&update.row);
    let theirs: Vec<StoredUpdate> = text::live(door.db, doc, 0)?.into_iter().filter(is_theirs).collect();
    for update in theirs.iter().filter(|update| update.author != NOBODY) {
        for client in texts.authors(&update.bytes).unwrap_or_default() {
            author::add(door, doc, client, update.author)?;
        }
    }
    read_text(door, doc, snapshot.as_deref(), &arrived.theirs, texts, now_ms)?;
    if let Some(before) = &arrived.before {
        for found in texts.pulled_over_own(doc, snapshot.as_deref(), before, &theirs) {
            kept::add_recovered(door, doc, &found, now_ms)?;
        }
    }
    Ok(())
}

/// Reads the document; where it cannot be read, finds which of the new updates spoil it and sets them aside.
pub(crate) fn read_text(
    door: &mut Door<'_>,
    doc: AnswerId,
    snapshot: Option<&[u8]>,
    new: &[i64],
    texts: &mut dyn Texts,
    now_ms: u64,
) -> Result<(), StoreError> {
    let Some(mut row) = text::doc(door.db, doc)? else { return Ok(()) };
    let all = text::live(door.db, doc, 0)?;
    let bytes = |updates: &[StoredUpdate]| -> Vec<Vec<u8>> {
        updates.iter().map(|update| update.bytes.clone()).collect()
    };
    let facts = match texts.facts(doc, snapshot, &bytes(&all)) {
        Ok(facts) => Some(facts),
        Err(_) => {
            let (suspects, mut good): (Vec<_>, Vec<_>) =
                all.into_iter().partition(|update| new.contains(&update.row));
            for suspect in suspects {
                let no = suspect.row;
                good.push(suspect);
                if let Err(why) = texts.facts(doc, snapshot, &bytes(&good)) {
                    good.pop();
                    text::set_unreadable(door, &row, no, &why, now_ms)?;
                }
            }
            texts.facts(doc, snapshot, &bytes(&good)).ok()
        }
    };
    let Some(facts) = facts else { return Ok(()) };
    row.schema = row.schema.max(facts.schema);
    (row.words, row.characters) = (facts.words, facts.characters);
    save_read(door, &row, &facts.plain)
}

fn save_read(door: &mut Door<'_>, row: &DocRow, plain: &str) -> Result<(), StoreError> {
    text::save_doc(door, row)?;
    search::save_text(door, row.doc, row.space_no, plain)
}
