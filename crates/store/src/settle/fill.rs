//! A first fill: parts of a space at one fixed number lie in the stage, a commit each, and go in all at once
//! when they are whole and their checksum is the hub's. Half a fill is never seen. Own work that is under way
//! stays on top; what the hub no longer has lies aside.

use crate::changed::{Changed, Origin};
use crate::codec::NOBODY;
use crate::door::Door;
use crate::error::StoreError;
use crate::open::Store;
use crate::reader::Staged;
use crate::settle::confirm::Confirming;
use crate::settle::lost::offer_what_is_lost;
use crate::settle::page::read_text;
use crate::settle::{Texts, copy};
use crate::table::kept::AsideWhy;
use crate::table::outbox::{self, Outgoing};
use crate::table::space::{self, SpaceRow, State};
use crate::table::text::{self, NewUpdate};
use crate::table::{author, kept, record, search, stage};
use linchpin_domain::canonical::Bytes;
use linchpin_domain::change::Op;
use linchpin_domain::id::{AnswerId, PersonId, RecordId};
use linchpin_domain::record::{Envelope, Tag};
use linchpin_domain::space::Space;
use linchpin_domain::sum::Sum;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a part says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartHead {
    /// The space.
    pub space: Space,
    /// The hub's epoch.
    pub epoch: u64,
    /// The number at which the space is shown.
    pub seq: u64,
    /// Which part this is, from 0.
    pub part: u32,
    /// How many there are.
    pub parts: u32,
    /// The space's checksum at `seq`.
    pub sum: Sum,
    /// Rows of all parts.
    pub rows: u64,
}

/// One row of a part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StagedRow {
    /// A record as the hub has it, deleted ones included.
    Record(Envelope),
    /// A text as the hub has it.
    Text(StagedText),
}

/// A text as the hub has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StagedText {
    /// The document.
    pub doc: AnswerId,
    /// The editor's schema its content needs.
    pub schema: u16,
    /// The folded part.
    pub snapshot: Option<Bytes>,
    /// The updates after it.
    pub updates: Vec<StagedUpdate>,
    /// The sum of all updates' shares, folded ones included.
    pub sum: Sum,
    /// Who wrote under which client id.
    pub authors: Vec<(u64, PersonId)>,
}

/// One update of such a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StagedUpdate {
    /// Its number.
    pub seq: u64,
    /// Who made it.
    pub author: PersonId,
    /// When the hub took it.
    pub at: u64,
    /// The bytes.
    pub bytes: Bytes,
}

/// What became of a fill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Swapped {
    /// The space is filled; the cursor stands at the fill's number.
    Done {
        /// What changed.
        changed: Changed,
    },
    /// The rows do not have the hub's checksum; the stage is empty again and nothing else was touched.
    SumWrong,
    /// Parts are missing.
    NotWhole,
}

impl Store {
    /// Lays a part into the stage and returns the part that is wanted next: its own number again where it
    /// does not follow what is there. A part 0 begins anew.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn stage_part(&self, head: &PartHead, rows: &[StagedRow]) -> Result<Staged, StoreError> {
        let text = serde_json::to_string(rows)?;
        let (staged, _) = self.write(Origin::Hub, |door| {
            let row = space::ensure(door, &head.space)?;
            let there = stage::get(door.db, row.no)?;
            let follows = |staged: &Staged| {
                (staged.epoch, staged.seq, staged.parts, staged.sum)
                    == (head.epoch, head.seq, head.parts, head.sum)
            };
            let mut staged = match there {
                Some(staged) if follows(&staged) && staged.next_part == head.part => staged,
                Some(staged) if head.part > 0 => return Ok(staged),
                _ => {
                    stage::clear(door, row.no)?;
                    Staged {
                        epoch: head.epoch,
                        seq: head.seq,
                        parts: head.parts,
                        next_part: 0,
                        rows: 0,
                        rows_in_all: head.rows,
                        sum: head.sum,
                    }
                }
            };
            if staged.next_part == head.part {
                stage::add_part(door, row.no, head.part, &text)?;
                staged.next_part += 1;
                staged.rows += crate::codec::uint(crate::codec::len(rows.len()));
            }
            stage::save(door, row.no, &staged)?;
            door.touched.tag(Tag::SyncStatus);
            Ok(staged)
        })?;
        Ok(staged)
    }

    /// Returns how far the fill of a space is; none where none has begun.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn staged(&self, space: &Space) -> Result<Option<Staged>, StoreError> {
        self.read(|reader| reader.staged(space))
    }

    /// Empties the stage of a space: the parts are no longer to be had.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn clear_stage(&self, space: &Space) -> Result<(), StoreError> {
        self.write(Origin::Hub, |door| {
            let row = space::ensure(door, space)?;
            stage::clear(door, row.no)
        })
        .map(|_| ())
    }

    /// Puts the staged rows in place of the space's rows.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn swap_stage(
        &self,
        space: &Space,
        texts: &mut dyn Texts,
        now_ms: u64,
    ) -> Result<Swapped, StoreError> {
        match self.staged(space)? {
            Some(staged) if staged.next_part == staged.parts => {}
            _ => return Ok(Swapped::NotWhole),
        }
        let swapped = self.write(Origin::Hub, |door| {
            let mut row = space::ensure(door, space)?;
            swap(door, &mut row, texts, now_ms)
        });
        match swapped {
            Ok(((), changed)) => Ok(Swapped::Done { changed }),
            // The transaction left no trace, so the stage is emptied in one of its own.
            Err(StoreError::NotCovered) => self.clear_stage(space).map(|()| Swapped::SumWrong),
            Err(error) => Err(error),
        }
    }
}

fn swap(
    door: &mut Door<'_>,
    row: &mut SpaceRow,
    texts: &mut dyn Texts,
    now_ms: u64,
) -> Result<(), StoreError> {
    let staged = stage::get(door.db, row.no)?.ok_or(StoreError::NotFound)?;
    offer_what_is_lost(door, row.no, staged.parts, texts)?;
    let own = outbox::unsettled_of_space(door.db, row.no, staged.seq)?;
    if row.cursor > staged.seq {
        // A hub that went back without its knowing: what others wrote since may be nowhere else.
        copy::put_aside(door, row, staged.seq, now_ms)?;
    }
    let (space_no, space_name) = (row.no, row.space.clone());
    let (records_before, docs_before) =
        (record::ids_of_space(door.db, space_no)?, text::docs_of_space(door.db, space_no)?);
    let (mut records, mut docs) = (BTreeSet::new(), BTreeSet::new());
    row.sum = sum_of_confirmed(door, row)?;
    let mut confirming = Confirming::new(door, row, staged.seq)?;
    for part in 0..staged.parts {
        let rows: Vec<StagedRow> = serde_json::from_str(&stage::part(door.db, space_no, part)?)?;
        for staged_row in rows {
            match staged_row {
                StagedRow::Record(envelope) => {
                    records.insert(envelope.id);
                    confirming.replace(door, Envelope { space: space_name.clone(), ..envelope })?;
                }
                StagedRow::Text(staged_text) => {
                    docs.insert(staged_text.doc);
                    confirming.add_share(staged_text.sum);
                    replace_text(door, space_no, &staged_text, &own, texts, now_ms)?;
                }
            }
        }
    }
    for id in records_before.iter().filter(|id| !records.contains(id)) {
        put_aside(door, *id, now_ms)?;
        confirming.unconfirm(door, *id)?;
    }
    confirming.finish(door)?;
    for doc in docs_before.iter().filter(|doc| !docs.contains(doc)) {
        // The answer may be there without its words.
        put_aside(door, (*doc).into(), now_ms)?;
        keep_own_text(door, *doc, &own, texts, now_ms)?;
    }
    if row.sum != staged.sum {
        return Err(StoreError::NotCovered);
    }
    for change in outbox::acked(door.db, space_no, staged.seq)? {
        outbox::settle(door, change.no, now_ms)?;
    }
    stage::clear(door, space_no)?;
    (row.cursor, row.epoch, row.state) = (staged.seq, staged.epoch, State::Active);
    row.head_known = row.head_known.max(staged.seq);
    row.last_pull_ok = Some(now_ms);
    door.touched.tag(Tag::SyncStatus);
    space::save(door, row)
}

/// The sum that the swap starts from: the records' shares alone, as they leave it one by one; texts go in anew.
fn sum_of_confirmed(door: &mut Door<'_>, row: &SpaceRow) -> Result<Sum, StoreError> {
    let mut scratch = row.clone();
    let mut confirming = Confirming::new(door, &mut scratch, row.cursor)?;
    for id in record::ids_of_space(door.db, row.no)? {
        confirming.look_again(door, id)?;
    }
    Ok(confirming.shares())
}

/// What the hub no longer has lies aside with its words, where the person finds it among the words that are kept.
/// Own work that is under way stays where it is; what stands all the same is not shown twice.
fn put_aside(door: &mut Door<'_>, id: RecordId, now_ms: u64) -> Result<(), StoreError> {
    let Some(stored) = record::get(door.db, id)? else { return Ok(()) };
    if stored.shown.seq.is_none() {
        return Ok(());
    }
    let plain = search::plain(door.db, id)?.unwrap_or_default();
    kept::put_aside(door, &stored.shown, &plain, AsideWhy::Removed, now_ms)
}

fn replace_text(
    door: &mut Door<'_>,
    space_no: i64,
    staged: &StagedText,
    own: &[Outgoing],
    texts: &mut dyn Texts,
    now_ms: u64,
) -> Result<(), StoreError> {
    let doc = staged.doc;
    let mut row = text::ensure_doc(door, doc, space_no)?;
    row.space_no = space_no;
    text::clear_log(door, doc)?;
    let mut covered = staged.sum;
    for update in &staged.updates {
        row.last_seq = row.last_seq.max(update.seq);
        if update.at >= row.changed_at && update.author != NOBODY {
            (row.changed_at, row.changed_by) = (update.at, update.author);
        }
        let (seq, schema) = (Some(update.seq), staged.schema);
        let new = NewUpdate {
            doc,
            bytes: &update.bytes.0,
            seq,
            author: update.author,
            at: update.at,
            schema,
            own: false,
        };
        let no = text::add(door, &new)?;
        text::set_seq(door, no, seq, true)?;
        covered = covered.minus(Sum::of_text(doc, &update.bytes.0));
    }
    if let Some(snapshot) = &staged.snapshot {
        text::save_snapshot(door, doc, &snapshot.0, covered, now_ms)?;
        text::save_base(door, doc, &snapshot.0)?;
    }
    for (client, person) in staged.authors.iter().filter(|(_, person)| *person != NOBODY) {
        author::set(door, doc, *client, *person)?;
    }
    row.schema = row.schema.max(staged.schema);
    text::save_doc(door, &row)?;
    add_own(door, doc, own)?;
    door.touched.record("answer", doc.into());
    read_text(door, doc, staged.snapshot.as_ref().map(|bytes| bytes.0.as_slice()), &[], texts, now_ms)
}

/// Own updates that are under way go back on top of the hub's state.
fn add_own(door: &mut Door<'_>, doc: AnswerId, own: &[Outgoing]) -> Result<bool, StoreError> {
    let author = crate::table::replica::person(door.db)?;
    let mut any = false;
    for change in own.iter().filter(|change| change.record == doc.into()) {
        let Op::Text(update) = &change.op else { continue };
        any = true;
        if text::known(door.db, doc, &update.bytes.0)?.is_some() {
            continue;
        }
        let (seq, at, schema) = (change.hub_seq, change.made_at, update.schema);
        text::add(door, &NewUpdate { doc, bytes: &update.bytes.0, seq, author, at, schema, own: true })?;
    }
    Ok(any)
}

/// A text that the hub no longer has: own updates under way stay, the rest goes (its words lie aside).
fn keep_own_text(
    door: &mut Door<'_>,
    doc: AnswerId,
    own: &[Outgoing],
    texts: &mut dyn Texts,
    now_ms: u64,
) -> Result<(), StoreError> {
    text::clear_log(door, doc)?;
    if add_own(door, doc, own)? {
        return read_text(door, doc, None, &[], texts, now_ms);
    }
    text::remove(door, doc)?;
    search::remove(door, doc.into())?;
    door.touched.record("answer", doc.into());
    Ok(())
}
