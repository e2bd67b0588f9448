//! What a merge did to people's words, seen inside the push so that it is seen once: words that were dropped go
//! verbatim beside the answer, and "2 people changed this" is told to everybody. Never stops a push.

use crate::error::HubError;
use crate::push::Deciding;
use crate::push::branches::{Branches, branches};
use crate::text_work::DocWork;
use crate::work::{NOBODY, Work};
use linchpin_domain::id::{AnswerId, RecordId};
use linchpin_domain::record::look::{Notice, NoticeKind, Recovered};
use linchpin_domain::record::{Fields, Record};
use linchpin_domain::space::Space;
use linchpin_text::block::{Block, each_text};
use linchpin_text::look::{Look, Side, look};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
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

/// Tells whether a document's log has grown long enough to be folded.
pub(crate) fn fold_due(doc: &DocWork) -> bool {
    let (updates, bytes) = doc.unfolded();
    updates >= FOLD_UPDATES || bytes >= FOLD_BYTES
}

/// Looks at a document that has new updates, and writes what people should see.
pub(super) fn after_merge(work: &mut Work, pushing: &Deciding<'_>, doc: AnswerId) -> Result<(), HubError> {
    let Some(there) = work.docs.get(&doc) else { return Ok(()) };
    let space = there.space.clone();
    let read = catch_unwind(AssertUnwindSafe(|| {
        let looked = |met: Branches| {
            let found = look(&met.before, &met.first, &met.second, &met.now);
            (met, found)
        };
        branches(there, pushing, work.now_ms).into_iter().map(looked).collect::<Vec<_>>()
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
