//! What a fill lacks of what the hub had acknowledged: a hub whose disk was put back without its knowing answers as
//! if it had never had it. Found before the fill goes in and offered again, exactly that and nothing that the hub
//! still has, which would be counted twice.

use crate::door::Door;
use crate::error::StoreError;
use crate::settle::fill::{StagedRow, StagedText};
use crate::settle::{Texts, rekey};
use crate::table::outbox::{self, Outgoing};
use crate::table::{replica, stage};
use linchpin_domain::change::{Op, Put};
use linchpin_domain::id::{AnswerId, RecordId};
use linchpin_domain::record::Stamps;
use std::collections::{BTreeMap, BTreeSet};

/// Lets sent changes wait again that the staged fill of a space lacks.
pub(crate) fn offer_what_is_lost(
    door: &mut Door<'_>,
    space_no: i64,
    parts: u32,
    texts: &mut dyn Texts,
) -> Result<(), StoreError> {
    let sent = outbox::sent_of_space(door.db, space_no)?;
    if sent.is_empty() {
        return Ok(());
    }
    let (stamps, filled) = staged(door, space_no, parts, &sent)?;
    let mut lost = Vec::new();
    let mut of_docs: BTreeMap<AnswerId, Vec<(i64, &[u8])>> = BTreeMap::new();
    for change in &sent {
        match &change.op {
            Op::Put(put) if lacks(stamps.get(&put.id), put) => lost.push(change.no),
            Op::Text(update) => of_docs.entry(update.doc).or_default().push((change.no, &update.bytes.0)),
            Op::Put(_) | Op::Cmd(_) => {}
        }
    }
    for (doc, own) in of_docs {
        lost.extend(lost_updates(doc, filled.get(&doc), &own, texts));
    }
    let Some(first) = lost.iter().min().copied() else { return Ok(()) };
    for no in lost {
        outbox::offer_sent_again(door, no)?;
    }
    // This copy may have another id by now, and counters must rise in the order of sending.
    let mut author = replica::author(door.db)?;
    rekey(door, &mut author, first)?;
    replica::save_author(door, &author)
}

type Filled = (BTreeMap<RecordId, Stamps>, BTreeMap<AnswerId, StagedText>);

/// Reads from the stage what speaks of the records of these changes.
fn staged(door: &Door<'_>, space_no: i64, parts: u32, sent: &[Outgoing]) -> Result<Filled, StoreError> {
    let wanted: BTreeSet<RecordId> = sent.iter().map(|change| change.record).collect();
    let (mut stamps, mut filled) = Filled::default();
    for part in 0..parts {
        let rows: Vec<StagedRow> = serde_json::from_str(&stage::part(door.db, space_no, part)?)?;
        for row in rows {
            match row {
                StagedRow::Record(envelope) if wanted.contains(&envelope.id) => {
                    stamps.insert(envelope.id, envelope.stamps);
                }
                StagedRow::Text(text) if wanted.contains(&text.doc.into()) => {
                    filled.insert(text.doc, text);
                }
                StagedRow::Record(_) | StagedRow::Text(_) => {}
            }
        }
    }
    Ok((stamps, filled))
}

/// Tells whether a record as it was filled has an older value somewhere than an edit set.
fn lacks(filled: Option<&Stamps>, put: &Put) -> bool {
    put.edits.iter().any(|(field, (_, stamp))| {
        filled.and_then(|stamps| stamps.get(field)).is_none_or(|there| there < stamp)
    })
}

/// Returns which own updates bring words that the filled text lacks, in order.
fn lost_updates(
    doc: AnswerId,
    filled: Option<&StagedText>,
    own: &[(i64, &[u8])],
    texts: &mut dyn Texts,
) -> Vec<i64> {
    let snapshot = filled.and_then(|text| text.snapshot.as_ref()).map(|bytes| bytes.0.as_slice());
    let mut there: Vec<Vec<u8>> =
        filled.into_iter().flat_map(|text| &text.updates).map(|update| update.bytes.0.clone()).collect();
    let missing: Vec<_> = own.iter().filter(|(_, bytes)| !there.iter().any(|known| known == bytes)).collect();
    let mut brings = |there: &[Vec<u8>], ours: Vec<Vec<u8>>| {
        // What cannot be read is offered again: the hub says what it makes of it.
        texts.words_of(doc, snapshot, there, &ours).map_or(true, |words| !words.is_empty())
    };
    let all: Vec<Vec<u8>> = missing.iter().map(|(_, bytes)| bytes.to_vec()).collect();
    if all.is_empty() || !brings(&there, all) {
        return Vec::new();
    }
    let mut lost = Vec::new();
    for (no, bytes) in missing {
        if brings(&there, vec![bytes.to_vec()]) {
            there.push(bytes.to_vec());
            lost.push(*no);
        }
    }
    lost
}
