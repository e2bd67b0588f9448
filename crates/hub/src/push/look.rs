//! What a merge did to people's words, seen inside the push so that it is seen once: words that were dropped go
//! verbatim beside the answer, and "2 people changed this" is told to everybody. Never stops a push.

use crate::error::HubError;
use crate::push::Deciding;
use crate::text_work::{DocWork, UpdateRow, open};
use crate::work::{NOBODY, Work};
use linchpin_domain::id::{AnswerId, GroupId, PersonId, RecordId};
use linchpin_domain::record::look::{Notice, NoticeKind, Recovered};
use linchpin_domain::record::{Fields, Record};
use linchpin_domain::space::Space;
use linchpin_text::block::{Block, each_text};
use linchpin_text::doc::{clocks, introduced};
use linchpin_text::look::{Look, Side, look};
use linchpin_text::space_between::{Inserted, Spaced, space_between};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// From how many updates on a document is folded.
const FOLD_UPDATES: usize = 200;
/// From how many bytes of updates on a document is folded.
const FOLD_BYTES: usize = 256 << 10;
/// Most notices of one merge.
const MOST: usize = 20;
/// Most characters of a wording in a notice.
const WORDING_CHARS: usize = 9_000;
/// Most characters of recovered words.
const RECOVERED_CHARS: usize = 90_000;
/// How old an update may be when it arrives while two people write together on line, in milliseconds.
const TOGETHER_MS: u64 = 5_000;

/// Tells whether a document's log has grown long enough to be folded.
pub(crate) fn fold_due(doc: &DocWork) -> bool {
    let (updates, bytes) = doc.unfolded();
    updates >= FOLD_UPDATES || bytes >= FOLD_BYTES
}

/// The two branches of a document that have come together.
struct Branches {
    /// The space's number up to which both had the same.
    base: u64,
    /// The person whose change arrived second, and the one whose change was there.
    arrived: PersonId,
    there: PersonId,
    group: GroupId,
    /// The document before, as each had it, and as it stands now.
    before: Vec<Block>,
    first: Vec<Block>,
    second: Vec<Block>,
    now: Vec<Block>,
    /// Spaces that were put between words which came to stand joined; `now` has them.
    spaces: Vec<Spaced>,
    /// Whether both have it open and write on line: what they do they see at once.
    together: bool,
}

/// Looks at a document that has new updates, and writes what people should see.
pub(super) fn after_merge(work: &mut Work, pushing: &Deciding<'_>, doc: AnswerId) -> Result<(), HubError> {
    let Some(there) = work.docs.get(&doc) else { return Ok(()) };
    let space = there.space.clone();
    let read = catch_unwind(AssertUnwindSafe(|| {
        let branches = runs(there).into_iter().filter_map(|run| branches(there, &run, pushing, work.now_ms));
        let looked = |met: Branches| {
            let found = look(&met.before, &met.first, &met.second, &met.now);
            (met, found)
        };
        branches.map(looked).collect::<Vec<_>>()
    }));
    // A text that cannot be compared is still whole; nothing is told of it.
    let Ok(looks) = read else { return Ok(()) };
    work.begin();
    for (branches, found) in &looks {
        recover(work, &space, doc, branches, found)?;
        if branches.arrived != branches.there {
            notice(work, &space, doc, branches, found)?;
        }
        for spaced in &branches.spaces {
            super::text::by_hub(work, &space, branches.group, doc, spaced)?;
        }
    }
    work.keep();
    Ok(())
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
    let snapshot = (doc.folded_to > 0).then_some(doc.snapshot.as_slice());
    let unfolded = doc.rows.iter().filter(|row| row.seq > doc.folded_to);
    // Where something waits for what has come now, it appears between two new updates and may go with the next.
    let one_by_one = doc.new.len() > 1 && open(snapshot, unfolded).is_none_or(|doc| doc.is_waiting());
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
type Inserts = BTreeMap<u64, u32>;

fn inserts(row: &UpdateRow) -> Inserts {
    let brought = introduced(&row.bytes).unwrap_or_default().into_iter();
    brought.filter(|(_, (low, high))| high > low).map(|(client, (_, high))| (client, high)).collect()
}

fn branches(doc: &DocWork, run: &Run, pushing: &Deciding<'_>, now_ms: u64) -> Option<Branches> {
    let ours = doc.new.get(run.new.clone())?;
    let newest = ours.last()?;
    let base = ours.iter().map(|row| row.base).min()?;
    let snapshot = (doc.folded_to > 0 && doc.folded_to <= base).then_some(doc.snapshot.as_slice());
    let from = if snapshot.is_some() { doc.folded_to } else { 0 };
    let rows = || doc.rows.iter().zip(&run.known).filter(|(row, _)| row.seq > from);
    let theirs: Vec<&UpdateRow> = rows().filter(|(_, known)| !**known).map(|(row, _)| row).collect();
    // What the hub put in itself is no second person's work.
    theirs.iter().find(|row| row.author != NOBODY)?;
    let before = doc.new.get(..run.new.start)?;
    let common: Vec<&UpdateRow> =
        rows().filter(|(_, known)| **known).map(|(row, _)| row).chain(before).collect();
    let ours: Vec<&UpdateRow> = ours.iter().collect();
    let read = |branches: &[&[&UpdateRow]]| -> Option<Vec<Block>> {
        open(snapshot, branches.iter().copied().flatten().copied())?.blocks().ok()
    };
    let made_ms = |group: GroupId| u64::try_from(group.0.as_u128() >> 80).unwrap_or(0);
    let fresh = |at: u64| at.abs_diff(now_ms) <= TOGETHER_MS;
    let together = pushing.together.contains(&doc.doc)
        && theirs.iter().all(|row| fresh(row.at))
        && ours.iter().all(|row| fresh(made_ms(row.group)));
    let mut now = open(snapshot, common.iter().chain(&theirs).chain(&ours).copied())?;
    let spaces = if together {
        Vec::new()
    } else {
        space_between(&mut now, &brought(doc, &ours), &brought(doc, &theirs)).unwrap_or_default()
    };
    Some(Branches {
        base,
        arrived: newest.author,
        there: other_author(&theirs, newest.author),
        group: newest.group,
        before: read(&[&common])?,
        first: read(&[&common, &ours])?,
        second: read(&[&common, &theirs])?,
        now: now.blocks().ok()?,
        spaces,
        together,
    })
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

/// Writes words that the merge dropped beside the answer.
fn recover(
    work: &mut Work,
    space: &Space,
    doc: AnswerId,
    branches: &Branches,
    found: &Look,
) -> Result<(), HubError> {
    for dropped in &found.dropped {
        let person = match dropped.side {
            Side::First => branches.arrived,
            Side::Second => branches.there,
        };
        let words = cut(&dropped.words, RECOVERED_CHARS);
        let id =
            made_id(Recovered::KIND.name(), doc, &[&person.to_string(), &branches.base.to_string(), &words]);
        if work.records.contains_key(&id) {
            continue;
        }
        let fields = Fields::from([
            ("answer".to_owned(), json!(doc)),
            ("person".to_owned(), json!(person)),
            ("words".to_owned(), Value::String(words)),
            ("around".to_owned(), Value::String(cut(&dropped.around, WORDING_CHARS))),
            ("at".to_owned(), json!(work.now_ms)),
        ]);
        let kind = (Recovered::KIND.name(), Recovered::SCHEMA, id);
        work.put_by_hub(space, branches.group, NOBODY, kind, fields)?;
    }
    Ok(())
}

/// Writes the notices of a merge: for each sentence that both touched, for words that stand alone now, else one
/// for the answer as a whole.
fn notice(
    work: &mut Work,
    space: &Space,
    doc: AnswerId,
    branches: &Branches,
    found: &Look,
) -> Result<(), HubError> {
    if branches.together {
        return Ok(());
    }
    let mut told = 0;
    for same in found.same_sentence.iter().take(MOST) {
        let texts = [&same.first, &same.second, &same.now, &same.base];
        one_notice(work, space, doc, branches, NoticeKind::SameSentence, texts)?;
        told += 1;
    }
    for stranded in found.stranded.iter().take(MOST) {
        let (first, second) = match stranded.side {
            Side::First => (stranded.around.clone(), String::new()),
            Side::Second => (String::new(), stranded.around.clone()),
        };
        let texts = [&first, &second, &stranded.words, &stranded.around];
        one_notice(work, space, doc, branches, NoticeKind::StrandedInsert, texts)?;
        told += 1;
    }
    if told > 0 || !found.both_changed {
        return Ok(());
    }
    let changed = |to: &[Block]| changed_paragraphs(&branches.before, to);
    let (first, second) = (changed(&branches.first), changed(&branches.second));
    let texts = [&first, &second, &changed(&branches.now), &String::new()];
    one_notice(work, space, doc, branches, NoticeKind::SameAnswer, texts)
}

/// Returns the paragraphs that are not as they were before.
fn changed_paragraphs(before: &[Block], after: &[Block]) -> String {
    let lines = |blocks: &[Block]| {
        let mut lines = Vec::new();
        each_text(blocks, &mut |_, text| lines.push(text.trim().to_owned()));
        lines
    };
    let before = lines(before);
    let changed: Vec<String> =
        lines(after).into_iter().filter(|line| !line.is_empty() && !before.contains(line)).collect();
    changed.join("\n")
}

fn one_notice(
    work: &mut Work,
    space: &Space,
    doc: AnswerId,
    branches: &Branches,
    kind: NoticeKind,
    [first, second, now, base]: [&String; 4],
) -> Result<(), HubError> {
    let waiting =
        work.waiting_notice(doc, kind, (branches.arrived, branches.there), &cut(base, WORDING_CHARS));
    let id = waiting.unwrap_or_else(|| {
        let name = serde_json::to_string(&kind).unwrap_or_default();
        made_id(Notice::KIND.name(), doc, &[&name, &branches.base.to_string(), base])
    });
    let mut fields = Fields::from([
        ("textA".to_owned(), Value::String(cut(first, WORDING_CHARS))),
        ("textB".to_owned(), Value::String(cut(second, WORDING_CHARS))),
        ("textNow".to_owned(), Value::String(cut(now, WORDING_CHARS))),
        ("at".to_owned(), json!(work.now_ms)),
        ("personA".to_owned(), json!(branches.arrived)),
        ("personB".to_owned(), json!(branches.there)),
    ]);
    if waiting.is_none() {
        fields.insert("answer".to_owned(), json!(doc));
        fields.insert("kind".to_owned(), json!(kind));
        fields.insert("textBase".to_owned(), Value::String(cut(base, WORDING_CHARS)));
        // The same merge seen again, after somebody said that it is fine, is news again.
        if work.records.contains_key(&id) {
            fields.insert("settledBy".to_owned(), Value::Null);
        }
    }
    work.put_by_hub(space, branches.group, NOBODY, (Notice::KIND.name(), Notice::SCHEMA, id), fields)
}

/// Returns an id that is made from what it names, so that the same merge seen twice names the same thing.
fn made_id(kind: &str, doc: AnswerId, parts: &[&str]) -> RecordId {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    let mut random = [0; 10];
    random.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
    RecordId::of_pair(kind, doc.into(), RecordId::new(0, random))
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        text.to_owned()
    } else {
        text.chars().take(most - 1).chain(['…']).collect()
    }
}
