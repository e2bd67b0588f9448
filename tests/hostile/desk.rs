//! What a hostile hub answers: it is refused, or it is believed and the store takes it or refuses it whole.

use crate::cases::each;
use crate::spoken::{Spoken, lines, spoken};
use linchpin_domain::canonical::Bytes;
use linchpin_domain::change::Done;
use linchpin_domain::space::Space;
use linchpin_protocol::limits;
use linchpin_store::{Config, Store, open};
use linchpin_sync::http::{SseReader, inflate, read_letter};
use linchpin_sync::seam::{Call, Reply};
use linchpin_sync::steps::{Step, Steps};
use linchpin_testkit::clock::BEGAN_MS;
use linchpin_testkit::device::{VERSION, folder, key};
use linchpin_testkit::rng::Seeded;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

/// After so many answers the store begins anew: one that was believed may have moved it far away.
const ANEW: u32 = 100;

/// A store that is put back to where it began.
struct Put {
    copy: TempDir,
    store: Option<(TempDir, Steps, Arc<Store>)>,
    used: u32,
}

impl Put {
    fn of(spoken: &Spoken) -> Self {
        let copy = folder().expect("a folder");
        spoken.desk.store().backup_to(&copy.path().join("copy.db")).expect("a copy");
        Self { copy, store: None, used: 0 }
    }

    fn steps(&mut self) -> Steps {
        self.used += 1;
        if self.used.is_multiple_of(ANEW) {
            self.is_whole();
            self.store = None;
        }
        let copy = self.copy.path();
        self.store.get_or_insert_with(|| begun(copy)).1.clone()
    }

    fn cursor(&mut self, space: &Space) -> u64 {
        let copy = self.copy.path();
        let (_, _, store) = self.store.get_or_insert_with(|| begun(copy));
        store.read(|reader| reader.space(space)).expect("it reads").map_or(0, |row| row.cursor)
    }

    fn is_whole(&self) {
        if let Some((_, _, store)) = &self.store {
            store.check_file().expect("the store is whole");
        }
    }
}

fn begun(copy: &Path) -> (TempDir, Steps, Arc<Store>) {
    let place = folder().expect("a folder");
    std::fs::copy(copy.join("copy.db"), place.path().join("linchpin.db")).expect("it is copied");
    let config = Config::new(place.path()).with_random(Seeded::new(9).for_store());
    let store = Arc::new(open(config, &key(), BEGAN_MS, VERSION).expect("it opens"));
    (place, Steps::new(Arc::clone(&store)).folding_from(4, 1 << 20), store)
}

fn answers(name: &str, which: fn(&Call) -> bool) {
    let spoken = spoken();
    let (call, good) = spoken.answered(which);
    let mut put = Put::of(&spoken);
    each(name, &good, |_, body| {
        let Ok(reply) = read_letter(&call, 200, body) else { return false };
        let steps = put.steps();
        // What the store refuses is left as it was; that it does not break is the fact here.
        steps_of(reply).into_iter().all(|step| steps.run(step, BEGAN_MS).is_ok())
    });
    put.is_whole();
}

fn steps_of(reply: Reply) -> Vec<Step> {
    match reply {
        Reply::Hello(answer) => vec![Step::Hello(answer)],
        Reply::Push(answer) => {
            vec![Step::Push { results: answer.results, moved: answer.spaces, hub_time: answer.hub_time }]
        }
        Reply::Pull(answer) => answer.pages.into_iter().map(Step::Page).collect(),
        Reply::Part(head, rows) => {
            let space = head.space.clone();
            vec![Step::FillAnew(space.clone()), Step::Part(head, rows), Step::Swap(space)]
        }
        Reply::Join(_) | Reply::Verify(_) | Reply::Account(_) | Reply::File(_) | Reply::Noted => Vec::new(),
    }
}

#[test]
fn answers_to_pulls_break_nothing() {
    answers("answer to pull", |call| matches!(call, Call::Pull(_)));
}

#[test]
fn answers_to_pushes_break_nothing() {
    answers("answer to push", |call| matches!(call, Call::Push(_)));
}

#[test]
fn answers_to_hellos_break_nothing() {
    answers("answer to hello", |call| matches!(call, Call::Hello(_)));
}

#[test]
fn answers_to_joins_break_nothing() {
    answers("answer to join", |call| matches!(call, Call::Join(_)));
}

#[test]
fn parts_of_a_fill_break_nothing() {
    answers("part of a fill", |call| matches!(call, Call::Part { .. }));
}

/// What is wrong only where the text engine reads it comes in an answer that is right in every other way.
#[test]
fn pulled_hostile_texts_break_nothing() {
    let spoken = spoken();
    let pages = spoken.pages_with_texts();
    let mut put = Put::of(&spoken);
    each("page with a hostile text", &spoken.updates(), |rng, bytes| {
        let mut page = rng.pick(&pages).expect("there is one").clone();
        let texts = page.entries.iter_mut().filter_map(|entry| match &mut entry.done {
            Done::Text(update) => Some(update),
            _ => None,
        });
        for update in texts {
            update.bytes = Bytes(bytes.clone());
        }
        // The store is at the end of the page already: it is told of one that follows.
        let ahead = put.cursor(&page.space);
        let by = ahead.saturating_sub(page.from);
        (page.from, page.to, page.head) = (page.from + by, page.to + by, page.head + by);
        page.entries.iter_mut().for_each(|entry| entry.seq += by);
        put.steps().run(Step::Page(page), BEGAN_MS).is_ok()
    });
    put.is_whole();
}

#[test]
fn refusals_break_nothing() {
    let spoken = spoken();
    let (call, _) = spoken.answered(|call| matches!(call, Call::Push(_)));
    let good = [br#"{"code":"busy","retryAfterMs":2000,"hubTime":1700000000000,"detailId":"00"}"#.to_vec()];
    each("refusal", &good, |rng, body| {
        let status = [400, 401, 403, 404, 409, 413, 429, 500, 503];
        let status = *rng.pick(&status).expect("there are some");
        assert!(read_letter(&call, status, body).is_err(), "a refusal is no answer");
        false
    });
}

fn packed(body: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(body, 1).expect("it packs")
}

#[test]
fn packed_answers_are_refused_while_they_swell() {
    let (_, mut good) = spoken().answered(|call| matches!(call, Call::Pull(_)));
    for body in &mut good {
        *body = packed(body);
    }
    good.extend((0..3).map(|n| packed(&vec![b' ' + n; 24 << 20])));
    each("packed answer", &good, |_, body| {
        let unpacked = inflate(&body, limits::INFLATED_BYTES);
        assert!(unpacked.as_ref().map_or(0, Vec::len) <= limits::INFLATED_BYTES, "larger than it may be");
        unpacked.is_ok()
    });
}

#[test]
fn lines_of_the_live_stream_break_nothing() {
    each("live stream", &lines(), |rng, body| {
        let mut reader = SseReader::default();
        let size = if rng.chance(500) { body.len().max(1) } else { 1 + rng.index(64) };
        body.chunks(size).all(|chunk| reader.take(chunk).is_ok())
    });
    let mut ends = vec![vec![b'\n'; 1 << 20], b"data:\n".repeat(100_000), b":\n".repeat(500_000)];
    let before = std::time::Instant::now();
    while let Some(body) = ends.pop() {
        // Either answer will do, soon.
        drop(SseReader::default().take(&body));
    }
    assert!(before.elapsed().as_secs() < 2, "many short lines take {:?}", before.elapsed());
}
