//! Branches of a document that come together in a push: what arrived, what was there without its author having seen
//! it, and the document as each had it.

use crate::push::Deciding;
use crate::push::freed::freed;
use crate::text_work::{DocWork, UpdateRow, open};
use crate::work::NOBODY;
use linchpin_domain::id::{GroupId, PersonId};
use linchpin_text::block::Block;
use linchpin_text::doc::{clocks, introduced};
use linchpin_text::space_between::{Inserted, Spaced, space_between};
use std::collections::BTreeMap;
use std::ops::Range;

/// How old an update may be when it arrives while two people write together on line, in milliseconds.
const TOGETHER_MS: u64 = 5_000;

/// The two branches of a document that have come together.
pub(super) struct Branches {
    /// The space's number up to which both had the same.
    pub(super) base: u64,
    /// The person whose change arrived second, and the one whose change was there.
    pub(super) arrived: PersonId,
    pub(super) there: PersonId,
    pub(super) group: GroupId,
    /// The document before, as each had it, and as it stands now.
    pub(super) before: Vec<Block>,
    pub(super) first: Vec<Block>,
    pub(super) second: Vec<Block>,
    pub(super) now: Vec<Block>,
    /// Spaces that were put between words which came to stand joined; `now` has them.
    pub(super) spaces: Vec<Spaced>,
    /// Whether both have it open and write on line: what they do they see at once.
    pub(super) together: bool,
}

/// Returns the branches that have come together with the new updates of a document.
pub(super) fn branches(doc: &DocWork, pushing: &Deciding<'_>, now_ms: u64) -> Vec<Branches> {
    let of_runs = runs(doc).into_iter().filter_map(|run| of_run(doc, &run, pushing, now_ms));
    let of_freed = freed(doc).into_iter().filter_map(|met| met.branches(doc, false));
    of_runs.chain(of_freed).collect()
}

/// New updates that were made in the knowledge of the same ones.
struct Run {
    /// Which of the new updates.
    new: Range<usize>,
    /// Which of those before were known to their author.
    known: Vec<bool>,
}

/// Sorts new updates by what their author knew. The update itself tells that best: numbers say nothing of what
/// came in under another replica, or after the hub went back to a backup.
fn runs(doc: &DocWork) -> Vec<Run> {
    let inserts: Vec<_> = doc.rows.iter().map(inserts).collect();
    // Where something waits for what has come now, it appears between two new updates and may go with the next.
    let one_by_one = doc.new.len() > 1 && doc.waited.is_some();
    let mut runs: Vec<Run> = Vec::new();
    for (n, new) in doc.new.iter().enumerate() {
        let vector = clocks(&new.sv_before).unwrap_or_default();
        let is_known = |(row, inserts): (&UpdateRow, &Inserts)| {
            let told =
                inserts.iter().all(|(client, high)| vector.get(client).is_some_and(|have| have >= high));
            // A deletion alone leaves no trace in what its author says to know.
            row.seq <= new.base || if inserts.is_empty() { row.replica == new.replica } else { told }
        };
        let known: Vec<bool> = doc.rows.iter().zip(&inserts).map(is_known).collect();
        match runs.last_mut().filter(|run| run.known == known && !one_by_one) {
            Some(run) => run.new.end = n + 1,
            None => runs.push(Run { new: n..n + 1, known }),
        }
    }
    runs
}

/// One past the last clock that an update inserts, by client id.
pub(super) type Inserts = BTreeMap<u64, u32>;

/// Returns what an update inserts.
pub(super) fn inserts(row: &UpdateRow) -> Inserts {
    let brought = introduced(&row.bytes).unwrap_or_default().into_iter();
    brought.filter(|(_, (low, high))| high > low).map(|(client, (_, high))| (client, high)).collect()
}

/// Returns the branches that new updates and those unknown to their author make.
fn of_run(doc: &DocWork, run: &Run, pushing: &Deciding<'_>, now_ms: u64) -> Option<Branches> {
    let ours: Vec<&UpdateRow> = doc.new.get(run.new.clone())?.iter().collect();
    let base = ours.iter().map(|row| row.base).min()?;
    let snapshot = (doc.folded_to > 0 && doc.folded_to <= base).then_some(doc.snapshot.as_slice());
    let from = if snapshot.is_some() { doc.folded_to } else { 0 };
    let rows = || doc.rows.iter().zip(&run.known).filter(|(row, _)| row.seq > from);
    let theirs: Vec<&UpdateRow> = rows().filter(|(_, known)| !**known).map(|(row, _)| row).collect();
    let before = doc.new.get(..run.new.start)?;
    let common: Vec<&UpdateRow> =
        rows().filter(|(_, known)| **known).map(|(row, _)| row).chain(before).collect();
    let made_ms = |group: GroupId| u64::try_from(group.0.as_u128() >> 80).unwrap_or(0);
    let fresh = |at: u64| at.abs_diff(now_ms) <= TOGETHER_MS;
    let together = pushing.together.contains(&doc.doc)
        && theirs.iter().all(|row| fresh(row.at))
        && ours.iter().all(|row| fresh(made_ms(row.group)));
    let group = ours.last()?.group;
    Met { snapshot, common, theirs, ours, group }.branches(doc, together)
}

/// Updates that have come together.
pub(super) struct Met<'d> {
    /// What stands before all of them.
    pub(super) snapshot: Option<&'d [u8]>,
    /// Those that both branches have.
    pub(super) common: Vec<&'d UpdateRow>,
    /// Those that were there.
    pub(super) theirs: Vec<&'d UpdateRow>,
    /// Those that arrived.
    pub(super) ours: Vec<&'d UpdateRow>,
    /// The group by which they came together.
    pub(super) group: GroupId,
}

impl Met<'_> {
    /// Reads the document as each branch has it; none where nobody else's words were there.
    pub(super) fn branches(&self, doc: &DocWork, together: bool) -> Option<Branches> {
        let Self { snapshot, common, theirs, ours, group } = self;
        let newest = ours.last()?;
        // What the hub put in itself is no second person's work.
        theirs.iter().find(|row| row.author != NOBODY)?;
        let read = |branches: &[&[&UpdateRow]]| -> Option<Vec<Block>> {
            open(*snapshot, branches.iter().copied().flatten().copied())?.blocks().ok()
        };
        let mut now = open(*snapshot, common.iter().chain(theirs).chain(ours).copied())?;
        let spaces = if together {
            Vec::new()
        } else {
            space_between(&mut now, &brought(doc, ours), &brought(doc, theirs)).unwrap_or_default()
        };
        Some(Branches {
            base: ours.iter().map(|row| row.base).min()?,
            arrived: newest.author,
            there: other_author(theirs, newest.author),
            group: *group,
            before: read(&[common])?,
            first: read(&[common, ours])?,
            second: read(&[common, theirs])?,
            now: now.blocks().ok()?,
            spaces,
            together,
        })
    }
}

/// Returns the clocks that some updates insert of their authors' own: what somebody sends along of another person's
/// words, or puts in their place, is not theirs.
fn brought(doc: &DocWork, rows: &[&UpdateRow]) -> Inserted {
    let mut all = Inserted::new();
    let of_row = |row: &&UpdateRow| {
        let author = row.author;
        let own = move |client: &u64| doc.authors.get(client) == Some(&author);
        introduced(&row.bytes).unwrap_or_default().into_iter().filter(move |(client, _)| own(client))
    };
    for (client, (low, high)) in rows.iter().flat_map(of_row) {
        let (first, end) = all.entry(client).or_insert((low, high));
        (*first, *end) = ((*first).min(low), (*end).max(high));
    }
    all
}

/// Returns the last author of the other branch, somebody else before oneself on another computer.
fn other_author(theirs: &[&UpdateRow], not: PersonId) -> PersonId {
    let others = theirs.iter().rev().map(|row| row.author).filter(|author| *author != NOBODY);
    others.clone().find(|author| *author != not).or_else(|| others.clone().next()).unwrap_or(not)
}
