//! The hub's answer to a push: numbers, lowered stamps, refusals. Where the answer shows that everything
//! between our cursor and the space's head is ours, the cursor moves at once and no pull is needed.

use crate::changed::{Changed, Origin};
use crate::door::Door;
use crate::error::StoreError;
use crate::open::Store;
use crate::settle::confirm::Confirming;
use crate::settle::copy::rekey;
use crate::settle::page::count_text;
use crate::settle::{Texts, refuse};
use crate::table::outbox::{self, Outgoing};
use crate::table::replica;
use crate::table::space::{self, SpaceRow, State};
use crate::table::{history, record, text};
use linchpin_domain::change::{Answered, Op, Outcome};
use linchpin_domain::record::{Record, Tag, answer::Answer};
use linchpin_domain::space::Space;
use linchpin_domain::stamp::{MAX_AHEAD_MS, Stamp};
use std::collections::BTreeMap;

/// The hub's answer to a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushSettled {
    /// One result a change.
    pub results: Vec<Answered>,
    /// How the push moved spaces.
    pub moved: Vec<SpaceMoved>,
    /// The hub's time, milliseconds since 1970.
    pub hub_time: u64,
    /// The time here.
    pub now_ms: u64,
}

/// How a push moved a space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpaceMoved {
    /// The space.
    pub space: Space,
    /// Its last number before.
    pub before: u64,
    /// Its last number after.
    pub after: u64,
    /// Whether everything in between is ours, applied as it was sent.
    pub ours: bool,
}

/// What settling a push came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushOutcome {
    /// What changed.
    pub changed: Changed,
    /// Changes that the hub acknowledged.
    pub acked: u32,
    /// Whether the hub knows one of the ids with other content: ask for a new replica id, then send again.
    pub forked: bool,
}

impl Store {
    /// Settles the hub's answer to a push.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn settle_push(&self, push: &PushSettled, texts: &mut dyn Texts) -> Result<PushOutcome, StoreError> {
        let ((acked, forked), changed) = self.write(Origin::Hub, |door| {
            let (mut acked, mut forked, mut reoffer) = (0, false, None);
            let mut lowered = false;
            let mut whole = whole_moves(door, push)?;
            let mut refused = Vec::new();
            for result in &push.results {
                let Some(row) = outbox::waiting_by_id(door.db, result.id)? else { continue };
                match &result.outcome {
                    Outcome::Applied { seq } | Outcome::Superseded { seq } => {
                        lowered |= !result.clamped.is_empty();
                        acked += 1;
                        acknowledge(door, row, *seq, &result.clamped, push.now_ms, &mut whole)?;
                    }
                    Outcome::Held { reason } => refuse::hold(door, &row, &refuse::word(reason)?)?,
                    Outcome::Refused { code } => {
                        refused.extend(refuse::refuse(door, &row, *code, texts, push.now_ms)?);
                    }
                    Outcome::Retry => {}
                    Outcome::Reoffer => reoffer = Some(reoffer.map_or(row.no, |no: i64| no.min(row.no))),
                    Outcome::IdReused => forked = true,
                }
            }
            refuse::show_again(door, &refused)?;
            follow_clock(door, push, lowered, reoffer)?;
            for moved in &push.moved {
                settle_moved(door, moved, &mut whole, push.now_ms)?;
            }
            settle_known(door, push.now_ms)?;
            Ok((acked, forked))
        })?;
        Ok(PushOutcome { changed, acked, forked })
    }
}

/// Spaces that a push moved from our cursor on by nothing but our own changes, as they were sent; with those of the
/// changes that are acknowledged now, on their way to be settled.
type Whole = BTreeMap<i64, Vec<Outgoing>>;

/// Finds the spaces whose changes can be acknowledged and settled in one go: the answer numbers them without a gap
/// from our cursor on.
fn whole_moves(door: &Door<'_>, push: &PushSettled) -> Result<Whole, StoreError> {
    let mut whole = Whole::new();
    for moved in push.moved.iter().filter(|moved| moved.ours) {
        let Some(row) = space::get(door.db, &moved.space)? else { continue };
        if row.state == State::Active && row.cursor == moved.before {
            whole.insert(row.no, Vec::new());
        }
    }
    // Changes that were acknowledged before may lie between; they are settled in the general way.
    for no in whole.keys().copied().collect::<Vec<_>>() {
        if outbox::any_acked(door.db, no)? {
            whole.remove(&no);
        }
    }
    Ok(whole)
}

fn acknowledge(
    door: &mut Door<'_>,
    mut row: Outgoing,
    seq: u64,
    clamped: &BTreeMap<String, Stamp>,
    now_ms: u64,
    whole: &mut Whole,
) -> Result<(), StoreError> {
    if !clamped.is_empty() {
        lower_stamps(door, &mut row, clamped)?;
    }
    door.touched.tag(Tag::SyncStatus);
    match &row.op {
        Op::Put(put) => door.touched.record(&put.kind, put.id),
        Op::Cmd(_) => {}
        Op::Text(update) => {
            if let Some(known) = text::known(door.db, update.doc, &update.bytes.0)? {
                text::set_seq(door, known.no, Some(seq), known.counted)?;
            }
            if let Some(mut doc) = text::doc(door.db, update.doc)? {
                doc.sent_at = Some(now_ms);
                doc.last_seq = doc.last_seq.max(seq);
                text::save_doc(door, &doc)?;
            }
            door.touched.record(Answer::KIND.name(), update.doc.into());
        }
    }
    if let Some(settling) = whole.get_mut(&row.space_no) {
        row.hub_seq = Some(seq);
        settling.push(row);
        return Ok(());
    }
    outbox::set_acked(door, row.no, seq, now_ms)
}

/// Takes over stamps that the hub lowered, wherever the old ones lie.
fn lower_stamps(
    door: &mut Door<'_>,
    row: &mut Outgoing,
    clamped: &BTreeMap<String, Stamp>,
) -> Result<(), StoreError> {
    let Op::Put(put) = &mut row.op else { return Ok(()) };
    let mut stored = record::get(door.db, put.id)?;
    let mut shows = false;
    for (field, new) in clamped {
        let Some((_, stamp)) = put.edits.get_mut(field) else { continue };
        let old = std::mem::replace(stamp, *new);
        history::restamp(door, put.id, field, old, *new)?;
        if let Some(shown) = stored.as_mut().and_then(|stored| stored.shown.stamps.get_mut(field))
            && *shown == old
        {
            *shown = *new;
            shows = true;
        }
    }
    if let Some(stored) = stored.as_mut().filter(|_| shows) {
        record::save(door, stored)?;
    }
    let space = space::by_no(door.db, row.space_no)?.space;
    outbox::set_op(door, row.no, &row.op, &space)
}

/// Follows the hub's clock, lowers our own stamps once the hub has, and gives changes that the hub no longer
/// remembers new ids.
fn follow_clock(
    door: &mut Door<'_>,
    push: &PushSettled,
    lowered: bool,
    reoffer: Option<i64>,
) -> Result<(), StoreError> {
    let mut author = replica::author(door.db)?;
    author.clock_offset_ms = crate::codec::int(push.hub_time).saturating_sub(crate::codec::int(push.now_ms));
    if lowered && author.last_stamp.ms() > push.hub_time + MAX_AHEAD_MS {
        author.last_stamp = Stamp::new(push.hub_time, 0, author.replica);
    }
    if let Some(from) = reoffer {
        rekey(door, &mut author, from)?;
    }
    replica::save_author(door, &author)
}

fn settle_moved(
    door: &mut Door<'_>,
    moved: &SpaceMoved,
    whole: &mut Whole,
    now_ms: u64,
) -> Result<(), StoreError> {
    let Some(mut row) = space::get(door.db, &moved.space)? else { return Ok(()) };
    row.head_known = row.head_known.max(moved.after);
    if let Some(own) = whole.remove(&row.no) {
        if is_dense(&own, row.cursor, moved.after) {
            settle_all(door, &mut row, &own, moved.after, now_ms)?;
        } else {
            for change in &own {
                outbox::set_acked(door, change.no, change.hub_seq.unwrap_or(moved.after), now_ms)?;
            }
        }
    } else if moved.ours && moved.before == row.cursor && row.state == State::Active {
        settle_own(door, &mut row, moved.after, now_ms)?;
    }
    space::save(door, &row)
}

/// Tells whether changes have every number between two, each once, in order.
fn is_dense(own: &[Outgoing], before: u64, after: u64) -> bool {
    let dense = own.iter().zip(before + 1..).all(|(change, seq)| change.hub_seq == Some(seq));
    dense && crate::codec::uint(crate::codec::len(own.len())) == after.saturating_sub(before)
}

/// Settles own changes whose numbers were pulled before they were acknowledged: sent twice under two ids, they
/// have the first one's number.
fn settle_known(door: &mut Door<'_>, now_ms: u64) -> Result<(), StoreError> {
    for mut row in space::all(door.db)? {
        let (no, upto) = (row.no, row.cursor);
        let own = outbox::acked(door.db, no, upto)?;
        if own.is_empty() {
            continue;
        }
        let mut confirming = Confirming::new(door, &mut row, upto)?;
        for change in own {
            confirming.look_again(door, change.record)?;
            outbox::settle(door, change.no, now_ms)?;
        }
        confirming.finish(door)?;
        space::save(door, &row)?;
    }
    Ok(())
}

/// Settles own changes up to a number, if they are all there up to it.
fn settle_own(door: &mut Door<'_>, row: &mut SpaceRow, after: u64, now_ms: u64) -> Result<(), StoreError> {
    let mut own = outbox::acked(door.db, row.no, after)?;
    own.retain(|change| change.hub_seq.is_some_and(|seq| seq > row.cursor));
    own.sort_by_key(|change| change.hub_seq);
    if is_dense(&own, row.cursor, after) { settle_all(door, row, &own, after, now_ms) } else { Ok(()) }
}

/// Settles own changes that have every number from the cursor on up to `after`, and moves the cursor.
fn settle_all(
    door: &mut Door<'_>,
    row: &mut SpaceRow,
    own: &[Outgoing],
    after: u64,
    now_ms: u64,
) -> Result<(), StoreError> {
    let mut confirming = Confirming::new(door, row, after)?;
    let me = confirming.me();
    for change in own {
        let seq = change.hub_seq.unwrap_or(after);
        match &change.op {
            Op::Put(put) => {
                if !confirming.confirm_made(door, put, seq)? {
                    confirming.merge(door, put, seq, me, change.made_at)?;
                }
            }
            Op::Text(update) => {
                count_text(door, &mut confirming, update, seq)?;
            }
            Op::Cmd(_) => {}
        }
        outbox::settle_under(door, (change.no, change.space_no), seq, now_ms)?;
    }
    confirming.finish(door)?;
    row.cursor = after;
    if after == row.head_known {
        row.last_pull_ok = Some(now_ms);
    }
    Ok(())
}
