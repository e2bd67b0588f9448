//! How the hub in memory takes words in, and how it sees which words a coming together has dropped: what an
//! author knew is told by the update itself, because numbers of before a restore say nothing.

use crate::hub_memory::serve::made_id;
use crate::hub_memory::take::{Taken, Work};
use crate::hub_memory::{HubBug, Update};
use linchpin_domain::change::{Done, Outcome, TextUpdate};
use linchpin_domain::id::{AnswerId, PersonId, ReplicaId};
use linchpin_domain::record::Record;
use linchpin_domain::record::look::Recovered;
use linchpin_domain::stamp::Stamp;
use linchpin_domain::sum::Sum;
use linchpin_text::TextDoc;
use linchpin_text::doc::{clocks, introduced};
use linchpin_text::look::{Side, look};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn open<'u>(rows: impl Iterator<Item = &'u Update>) -> Option<TextDoc> {
    TextDoc::open(None, rows.map(|row| row.bytes.as_slice()), 0).ok()
}

/// Tells whether what an update inserts is within these clocks.
fn within(row: &Update, clocks: &BTreeMap<u64, u32>) -> bool {
    let inserts = introduced(&row.bytes).unwrap_or_default();
    inserts
        .iter()
        .all(|(client, (low, high))| low >= high || clocks.get(client).is_some_and(|known| known >= high))
}

/// Returns the updates that the author of one knew when it was made. One that only deletes leaves no trace in
/// what an author says to know; it counts as known where its number does.
fn known_to<'u>(row: &Update, all: &'u [Update]) -> Vec<&'u Update> {
    let known = clocks(&row.sv_before).unwrap_or_default();
    let knew = |other: &&Update| {
        let inserts = introduced(&other.bytes).unwrap_or_default().values().any(|(low, high)| high > low);
        let earlier = other.seq < row.seq && (other.seq <= row.base || other.replica == row.replica);
        other.seq != row.seq && if inserts { within(other, &known) } else { earlier }
    };
    all.iter().filter(knew).collect()
}

fn dropped_of(row: &Update, all: &[Update], now: &TextDoc) -> Vec<(PersonId, String, String)> {
    // What it waited for came after it, and was known to its author all the same.
    let known = known_to(row, all);
    let others: Vec<&Update> = all.iter().filter(|other| other.seq != row.seq).collect();
    if known.len() == others.len() {
        return Vec::new();
    }
    let blocks = |doc: Option<TextDoc>| doc.and_then(|doc| doc.blocks().ok());
    let base = blocks(open(known.iter().copied()));
    let first = blocks(open(known.iter().copied().chain([row])));
    let second = blocks(open(others.iter().copied()));
    let (Some(base), Some(first), Some(second), Ok(now)) = (base, first, second, now.blocks()) else {
        return Vec::new();
    };
    let unknown =
        others.iter().rev().find(|other| other.author != row.author).map_or(row.author, |other| other.author);
    let found = look(&base, &first, &second, &now).dropped.into_iter();
    found
        .map(|dropped| {
            let person = if dropped.side == Side::First { row.author } else { unknown };
            (person, dropped.words, dropped.around)
        })
        .collect()
}

impl Work<'_> {
    pub(super) fn text(&mut self, update: &TextUpdate, bug: Option<HubBug>) -> Taken {
        let taken =
            |seq, as_sent| Taken { outcome: Outcome::Applied { seq }, clamped: BTreeMap::new(), as_sent };
        let log = self.there.texts.entry(update.doc).or_default();
        if let Some(there) = log.iter().find(|there| there.bytes == update.bytes.0)
            && bug != Some(HubBug::NoMemory)
        {
            return taken(there.seq, false);
        }
        if let Some(there) = log.last().filter(|last| last.at == self.now_ms)
            && bug == Some(HubBug::SameTimeIsSame)
        {
            return taken(there.seq, false);
        }
        let early = bug == Some(HubBug::DropsEarlyText) && {
            let all = log.iter().map(|row| row.bytes.as_slice()).chain([update.bytes.0.as_slice()]);
            TextDoc::open(None, all, 0).is_ok_and(|doc| doc.is_waiting())
        };
        if early {
            return taken(self.there.head(), false);
        }
        let seq = self.enter(Done::Text(update.clone()));
        self.there.sum = self.there.sum.plus(Sum::of_text(update.doc, &update.bytes.0));
        let row = Update {
            seq,
            author: self.person,
            replica: self.change.id.replica,
            base: self.change.base,
            at: self.now_ms,
            schema: update.schema,
            sv_before: update.sv_before.0.clone(),
            bytes: update.bytes.0.clone(),
        };
        self.there.texts.entry(update.doc).or_default().push(row);
        let looks = bug != Some(HubBug::NothingRecovered);
        let dropped = if looks { self.dropped(update.doc) } else { Vec::new() };
        let as_sent = dropped.is_empty();
        for (person, words, around) in dropped {
            self.recover(update.doc, person, &words, &around);
        }
        taken(seq, as_sent)
    }

    /// Returns words that a coming together has dropped: of the last update, and of those that waited for it.
    fn dropped(&self, doc: AnswerId) -> Vec<(PersonId, String, String)> {
        let all = self.there.texts.get(&doc).map(Vec::as_slice).unwrap_or_default();
        let Some((newest, before)) = all.split_last() else { return Vec::new() };
        let (Some(then), Some(now)) = (open(before.iter()), open(all.iter())) else {
            return Vec::new();
        };
        let (Ok(then_clocks), Ok(now_clocks)) = (clocks(&then.state_vector()), clocks(&now.state_vector()))
        else {
            return Vec::new();
        };
        let waited = |row: &&Update| !within(row, &then_clocks) && within(row, &now_clocks);
        let released = before.iter().filter(waited).chain([newest]);
        released.flat_map(|row| dropped_of(row, all, &now)).collect()
    }

    fn recover(&mut self, doc: AnswerId, person: PersonId, words: &str, around: &str) {
        let id = made_id(&["recovered", &doc.to_string(), words]);
        if self.there.records.contains_key(&id) {
            return;
        }
        let stamp = Stamp::new(self.now_ms, 0, ReplicaId(0));
        let fields: [(&str, Value); 5] = [
            ("answer", json!(doc)),
            ("person", json!(person)),
            ("words", json!(words)),
            ("around", json!(around)),
            ("at", json!(self.now_ms)),
        ];
        let edits = fields.into_iter().map(|(field, value)| (field.to_owned(), (value, stamp))).collect();
        self.put_by_hub(Recovered::KIND.name(), Recovered::SCHEMA, id, edits);
    }
}
