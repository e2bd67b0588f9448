//! What must be true when everything has come to rest: every word that was told to be saved is in the text or
//! kept beside it, none is there twice, every copy is the same, and authors are right.

use crate::model::{Fate, Model, TextEdit, Word, Write, scan};
use crate::world::World;
use linchpin_domain::id::{AnswerId, PersonId};
use linchpin_domain::record::Record;
use linchpin_domain::record::answer::Answer;
use linchpin_domain::record::call::Call;
use linchpin_domain::record::look::Recovered;
use linchpin_domain::record::question_set::Question;
use linchpin_domain::record::response::Response;
use linchpin_domain::space::{Space, SpaceKind};
use linchpin_domain::sum::Sum;
use linchpin_store::reader::{Filter, SpaceState};
use linchpin_testkit::KitError;
use linchpin_testkit::device::Device;
use linchpin_testkit::editor::plain_of;
use linchpin_testkit::people::carol;
use linchpin_text::TextDoc;
use linchpin_text::doc::{clocks, introduced};
use std::collections::{BTreeMap, BTreeSet};

/// What was found wrong; empty where all is well.
pub(crate) type Faults = Vec<String>;

/// Looks at a world that has healed. `beside` counts the words that are only beside the texts.
pub(crate) fn judge(world: &mut World, beside: &mut u64) -> Result<Faults, KitError> {
    let mut faults = Vec::new();
    // A device that comes now sees what the hub has.
    let newcomer = world.out.device(carol())?;
    world.desks.push(crate::world::Desk::of(newcomer));
    if !world.heals(3)? {
        faults.push("a newcomer does not come into step".to_owned());
    }
    let Some((newcomer, desks)) = world.desks.split_last() else { return Ok(faults) };
    let reference = Copy::of(&newcomer.device)?;
    faults.append(&mut world.out.hub.alarms);
    for (n, desk) in desks.iter().enumerate() {
        let name = format!("{} ({n})", desk.device.person.name);
        faults.extend(desk.device.alarms.iter().map(|alarm| format!("{name}: {alarm}")));
        let person = desk.device.person.id;
        let reads = |space: &Space| world.out.hub.may_read(person, space);
        Copy::of(&desk.device)?.compare(&reference, &reads, &name, &mut faults);
        let was_refused = world.out.model.shared.iter().any(|(whom, _)| *whom == person);
        at_rest(&desk.device, was_refused, &name, &mut faults)?;
    }
    let kept = kept_words(world)?;
    let counts = world.out.counts;
    // Only where the hub went back, and a device too or one that had to let go of what it had sent, can words be gone
    // that others built on.
    let may_wait = counts.hubs_back > 0 && (counts.devices_back > 0 || counts.shared > 0);
    let hub_back = counts.hubs_back > 0;
    *beside = words(&world.out.model, &reference, &kept, (may_wait, hub_back), &mut faults);
    values(&world.out.model, &reference, &mut faults);
    Ok(faults)
}

/// What one device shows.
struct Copy {
    spaces: BTreeMap<Space, String>,
    records: BTreeMap<String, (Space, String)>,
    texts: BTreeMap<AnswerId, Text>,
}

struct Text {
    space: Space,
    plain: String,
    /// Who wrote each word, by the document.
    authors: BTreeMap<String, Option<PersonId>>,
    /// Updates that are here and build on words that are nowhere any more.
    waiting: BTreeSet<Vec<u8>>,
}

impl Copy {
    fn of(device: &Device) -> Result<Self, KitError> {
        let store = device.store();
        let rows = store.read(|reader| reader.spaces())?;
        let here = rows.into_iter().filter(|row| {
            let is_empty = (row.cursor, row.sum, row.state) == (0, Sum::default(), SpaceState::Active);
            row.space.kind() != SpaceKind::Me && row.state != SpaceState::Gone && !is_empty
        });
        let spaces = here.map(|row| {
            let shown = format!("{} {} {:?}", row.cursor, row.sum, row.state);
            (row.space, shown)
        });
        let mut copy = Self { spaces: spaces.collect(), records: BTreeMap::new(), texts: BTreeMap::new() };
        copy.take::<Call>(device)?;
        copy.take::<Question>(device)?;
        copy.take::<Response>(device)?;
        copy.take::<Recovered>(device)?;
        for id in copy.take::<Answer>(device)? {
            let doc = AnswerId::from(id);
            let (text, _) = device.opened(doc, 0)?;
            let known: BTreeMap<u64, PersonId> =
                store.read(|reader| reader.text_authors(doc))?.into_iter().collect();
            let mut authors = BTreeMap::new();
            for written in text.written() {
                for word in scan(&written.text) {
                    authors.insert(word, known.get(&written.client).copied());
                }
            }
            let waiting = waiting(device, doc, &text)?;
            let space = store.read(|reader| reader.envelope(id))?.map(|there| there.space);
            let Some(space) = space else { continue };
            copy.texts.insert(doc, Text { space, plain: plain_of(&text)?, authors, waiting });
        }
        Ok(copy)
    }

    fn take<R: Record>(&mut self, device: &Device) -> Result<Vec<linchpin_domain::id::RecordId>, KitError> {
        let ids: Vec<_> = device
            .store()
            .read(|reader| Ok(reader.list_all::<R>(Filter::All)?.into_iter().map(|row| row.id).collect()))?;
        for id in &ids {
            if let Some(envelope) = device.store().read(|reader| reader.envelope(*id))? {
                let shown = format!("{:?} {:?}", envelope.fields, envelope.stamps);
                self.records.insert(format!("{} {id}", R::KIND.name()), (envelope.space, shown));
            }
        }
        Ok(ids)
    }

    /// Compares what somebody's device shows with what there is, as far as they may read it; of everything else
    /// nothing may be there.
    fn compare(&self, reference: &Self, reads: &dyn Fn(&Space) -> bool, name: &str, faults: &mut Faults) {
        let kept = self.spaces.keys().chain(self.records.values().map(|(space, _)| space));
        let kept: BTreeSet<&Space> = kept.filter(|space| !reads(space)).collect();
        faults.extend(kept.iter().map(|space| format!("{name}: still has something of {space}")));
        let readable = |all: &BTreeMap<Space, String>| -> Vec<(Space, String)> {
            all.clone().into_iter().filter(|(space, _)| reads(space)).collect()
        };
        let (mine, theirs) = (readable(&self.spaces), readable(&reference.spaces));
        if mine != theirs {
            faults.push(format!("{name}: spaces {mine:?} and not {theirs:?}"));
        }
        for key in self.records.keys().chain(reference.records.keys()).collect::<BTreeSet<_>>() {
            let (mine, theirs) = (self.records.get(key), reference.records.get(key));
            if mine != theirs && theirs.is_none_or(|(space, _)| reads(space)) {
                faults.push(format!("{name}: {key} is {mine:?} and not {theirs:?}"));
            }
        }
        for (doc, theirs) in reference.texts.iter().filter(|(_, text)| reads(&text.space)) {
            let mine = self.texts.get(doc);
            if mine.map(|text| &text.plain) != Some(&theirs.plain) {
                let mine = mine.map(|text| text.plain.clone());
                faults.push(format!("{name}: the text of {doc} is {mine:?} and not {:?}", theirs.plain));
            }
        }
    }
}

fn waiting(device: &Device, doc: AnswerId, text: &TextDoc) -> Result<BTreeSet<Vec<u8>>, KitError> {
    let clocks = clocks(&text.state_vector())?;
    let mut waiting = BTreeSet::new();
    for update in
        device.store().read(|reader| reader.text(doc))?.map(|parts| parts.updates).unwrap_or_default()
    {
        let inserts = introduced(&update.bytes)?;
        if inserts.iter().any(|(client, (_, high))| clocks.get(client).copied().unwrap_or(0) < *high) {
            waiting.insert(update.bytes);
        }
    }
    Ok(waiting)
}

/// Nothing waits, nothing is set aside without a reason, and the copy is what its checksums say.
fn at_rest(device: &Device, was_refused: bool, name: &str, faults: &mut Faults) -> Result<(), KitError> {
    let store = device.store();
    let outbox = store.read(|reader| reader.outbox_facts())?;
    let refused = if was_refused { 0 } else { outbox.refused };
    if (outbox.waiting, outbox.held, refused) != (0, 0, 0) {
        let rows = store.read(|reader| reader.waiting_rows(20))?;
        faults.push(format!("{name}: not at rest: {rows:?}"));
    }
    for row in store.read(|reader| reader.spaces())?.iter().filter(|row| row.state != SpaceState::Gone) {
        if row.state != SpaceState::Active || !store.check_space(&row.space)? {
            faults.push(format!("{name}: {} is {:?}, and its rows have another sum", row.space, row.state));
        }
    }
    if !store.search_is_whole()? {
        faults.push(format!("{name}: the search misses something"));
    }
    Ok(())
}

/// Returns words that lie beside the texts, on whatever device.
fn kept_words(world: &World) -> Result<BTreeSet<String>, KitError> {
    let mut words = BTreeSet::new();
    for desk in &world.desks {
        let texts = desk.device.store().read(|reader| {
            let mut texts: Vec<String> = reader.kept()?.into_iter().map(|kept| kept.words).collect();
            texts.extend(reader.recovered_local()?.into_iter().map(|row| row.found.words));
            texts.extend(reader.list::<Recovered>(Filter::All)?.into_iter().map(|row| row.record.words));
            // As the screen asks for them: what no screen shows is lost.
            texts.extend(reader.words_aside()?.into_iter().map(|aside| aside.words));
            Ok(texts)
        })?;
        words.extend(texts.iter().flat_map(|text| scan(text)));
    }
    Ok(words)
}

fn words(
    model: &Model,
    reference: &Copy,
    kept: &BTreeSet<String>,
    (may_wait, hub_back): (bool, bool),
    faults: &mut Faults,
) -> u64 {
    let mut beside = 0;
    let waits = |typed: &Word| {
        let update = model.edits.get(typed.edit).map(|edit| &edit.update);
        let text = reference.texts.get(&typed.answer);
        may_wait && text.zip(update).is_some_and(|(text, update)| text.waiting.contains(update))
    };
    let mut counts: BTreeMap<(AnswerId, String), usize> = BTreeMap::new();
    for (doc, text) in &reference.texts {
        for word in scan(&text.plain) {
            if !model.words.contains_key(&word) {
                faults.push(format!("{word} stands in {doc} and nobody typed it"));
            }
            *counts.entry((*doc, word)).or_default() += 1;
        }
    }
    for (word, typed) in &model.words {
        let count = counts.get(&(typed.answer, word.clone())).copied().unwrap_or(0);
        let edit = model.edits.get(typed.edit);
        // A computer that had to let go of a space has nothing to offer to a hub that went back.
        let let_go = |edit: &TextEdit| hub_back && model.may_be_refused(edit.by, &edit.space);
        let must = edit.is_none_or(|edit| edit.fate != Fate::May && !let_go(edit));
        let removal = model.removal(word);
        match count {
            0 if must && removal.is_none() && !kept.contains(word) && !waits(typed) => {
                faults.push(format!("{word} is lost from {}", typed.answer));
            }
            1 if removal.is_some_and(|fate| fate == Fate::Must) => {
                faults.push(format!("{word} came back in {}", typed.answer));
            }
            0 if must && removal.is_none() => beside += 1,
            0 | 1 => {}
            _ => faults.push(format!("{word} stands {count} times in {}", typed.answer)),
        }
        if count == 1 {
            let author = reference.texts.get(&typed.answer).and_then(|text| text.authors.get(word));
            if author != Some(&Some(typed.by)) {
                faults.push(format!("{word} is said to be by {author:?}, it is by {}", typed.by));
            }
        }
    }
    beside
}

/// A value that somebody overwrote in the knowledge of it must not show.
fn values(model: &Model, reference: &Copy, faults: &mut Faults) {
    let stands = |write: &&Write| write.fate != Fate::May && !model.may_be_refused(write.by, &write.space);
    for write in model.writes.iter().filter(stands) {
        let kind = if write.field == "title" { Call::KIND.name() } else { Answer::KIND.name() };
        let Some((_, shown)) = reference.records.get(&format!("{kind} {}", write.record)) else {
            faults.push(format!("the {kind} {} is nowhere", write.record));
            continue;
        };
        let shows = |value: &str| shown.contains(&format!("\"{}\": String(\"{value}\")", write.field));
        if !write.over.is_empty() && shows(&write.over) {
            let (over, value) = (&write.over, &write.value);
            faults.push(format!(
                "{} of {} shows {over} again, which {value} had replaced",
                write.field, write.record
            ));
        }
    }
}
