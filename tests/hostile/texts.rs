//! Updates of texts, which come from other people's editors through the hub: each end reads them behind a guard of
//! its own, because the engine below was not made for bytes that mean harm.

use crate::cases::each;
use crate::spoken::spoken;
use linchpin_domain::id::AnswerId;
use linchpin_store::settle::Texts as _;
use linchpin_sync::texts::Texts;
use linchpin_testkit::build::answer;
use linchpin_text::TextDoc;
use linchpin_text::accept::{Tried, try_update};
use linchpin_text::doc::clocks;

fn doc() -> AnswerId {
    answer(0, 0)
}

#[test]
fn updates_break_nothing_at_the_hub() {
    let good = spoken().updates();
    each("update of a text, at the hub", &good, |rng, body| {
        let known = good.iter().take(rng.index(good.len())).map(Vec::as_slice);
        let doc = TextDoc::open(None, known, 7).expect("good updates are read");
        let before = doc.whole();
        let tried = try_update(&doc, &body);
        assert_eq!(doc.whole(), before, "an update that was tried has changed the document");
        !matches!(tried, Tried::Refused(_))
    });
}

#[test]
fn updates_break_nothing_at_the_desk() {
    let good = spoken().updates();
    each("update of a text, at the desk", &good, |rng, body| {
        let mut updates = good.clone();
        updates.truncate(rng.index(good.len()));
        updates.push(body);
        let told = Texts.facts(doc(), None, &updates).is_ok();
        let folded = Texts.folded(None, &updates);
        let (own, others) = updates.split_last().expect("there is one");
        let words = Texts.words_of(doc(), None, others, std::slice::from_ref(own));
        // What reads is folded and counted too, or is said to be unreadable: never half.
        assert!(words.is_err() || told, "words of what cannot be told");
        told && folded.is_ok() && Texts.authors(own).is_ok()
    });
}

#[test]
fn state_vectors_break_nothing() {
    let updates = spoken().updates();
    let doc = TextDoc::open(None, updates.iter().map(Vec::as_slice), 7).expect("good updates are read");
    each("state vector", &[doc.state_vector()], |_, body| {
        let known = clocks(&body).is_ok();
        assert_eq!(doc.since(&body).is_ok(), known, "one door reads what another refuses");
        known
    });
}

#[test]
fn snapshots_break_nothing() {
    let good = [Texts.folded(None, &spoken().updates()).expect("good updates are folded")];
    each("snapshot of a text", &good, |_, body| Texts.facts(doc(), Some(&body), &[]).is_ok());
}
