//! Words that had waited for what they build on, and stand now that it has come: after a hub was put back to a backup
//! people's words come again in any order. They are looked at as if they had arrived last; else what they were typed
//! into may have been removed in the meantime, and they would be dropped unseen.

use crate::push::branches::{Inserts, Met, inserts};
use crate::text_work::{DocWork, UpdateRow, open, vector};
use linchpin_domain::id::{GroupId, PersonId};
use std::collections::BTreeMap;

/// How often the document is opened to find what words build on. Past it more counts as known to their author than
/// was, which costs at most that the words are not told of.
const MOST_TRIES: usize = 100;

/// Returns, by author, words that had waited until the new updates of a document, with what was there beside them.
pub(super) fn freed(doc: &DocWork) -> Vec<Met<'_>> {
    let (Some(then), Some(now)) = (&doc.waited, doc.vector()) else { return Vec::new() };
    let mut by_author: BTreeMap<PersonId, Vec<&UpdateRow>> = BTreeMap::new();
    for row in doc.rows.iter().filter(|row| row.seq > doc.folded_to) {
        let inserts = inserts(row);
        if !has(then, &inserts) && has(&now, &inserts) {
            by_author.entry(row.author).or_default().push(row);
        }
    }
    let snapshot = (doc.folded_to > 0).then_some(doc.snapshot.as_slice());
    let all: Vec<&UpdateRow> = doc.unfolded_rows().collect();
    let Some(group) = doc.new.last().map(|row| row.group) else { return Vec::new() };
    by_author.into_values().map(|ours| beside(snapshot, &all, ours, group)).collect()
}

/// Sorts all other updates into what some words build on and what they met.
fn beside<'d>(
    snapshot: Option<&'d [u8]>,
    all: &[&'d UpdateRow],
    ours: Vec<&'d UpdateRow>,
    group: GroupId,
) -> Met<'d> {
    let others: Vec<&UpdateRow> =
        all.iter().copied().filter(|row| ours.iter().all(|own| own.seq != row.seq)).collect();
    let known = builds_on(snapshot, &others, &ours);
    let of = |wanted: bool| {
        let rows = others.iter().zip(&known).filter(move |(_, known)| **known == wanted);
        rows.map(|(row, _)| *row).collect()
    };
    Met { snapshot, common: of(true), theirs: of(false), ours, group }
}

/// Tells of each of the other updates whether some words build on it: what came from the same copy, and as few of the
/// rest as they stand with. More and more of it is left out, in ever smaller pieces and the latest first.
fn builds_on(snapshot: Option<&[u8]>, others: &[&UpdateRow], ours: &[&UpdateRow]) -> Vec<bool> {
    let wanted: Vec<Inserts> = ours.iter().map(|row| inserts(row)).collect();
    let stand = |known: &[bool]| {
        let kept = others.iter().zip(known).filter(|(_, known)| **known).map(|(row, _)| *row);
        let have = open(snapshot, kept.chain(ours.iter().copied())).as_ref().and_then(vector);
        have.is_some_and(|have| wanted.iter().all(|inserts| has(&have, inserts)))
    };
    let mut known = vec![true; others.len()];
    let (mut size, mut tries) = (others.len(), 0);
    while size > 0 && tries < MOST_TRIES {
        for start in (0..others.len()).step_by(size).rev() {
            let mut without = known.clone();
            for (known, row) in without.iter_mut().zip(others).skip(start).take(size) {
                *known &= ours.iter().any(|own| own.replica == row.replica);
            }
            if without != known && tries < MOST_TRIES {
                tries += 1;
                if stand(&without) {
                    known = without;
                }
            }
        }
        size /= 2;
    }
    known
}

/// Tells whether all that is inserted stands.
fn has(vector: &Inserts, inserts: &Inserts) -> bool {
    inserts.iter().all(|(client, high)| vector.get(client).is_some_and(|have| have >= high))
}
