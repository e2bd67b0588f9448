//! Several desks and a hub: whatever is lost, repeated, restarted, cloned or restored on the way, every copy
//! ends up the same, every word is there once, and nothing stays behind.

use crate::hub::Hub;
use crate::kit::{Desk, WordTexts, id, named};
use linchpin_domain::change::{Change, Op};
use linchpin_domain::id::{AnswerId, CallId, ResponseId};
use linchpin_domain::record::answer::Answer;
use linchpin_domain::record::call::Call;
use linchpin_domain::space::Space;
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;

const DESKS: usize = 3;

#[derive(Debug, Clone)]
enum Step {
    Sets { desk: usize, call: u8, value: u8, late: bool },
    Deletes { desk: usize, call: u8 },
    Types { desk: usize, answer: u8 },
    Pushes { desk: usize, most: usize, answer_arrives: bool },
    Pulls { desk: usize, space: u8, limit: usize },
    Fills { desk: usize, space: u8 },
    Restarts { desk: usize },
    IsCloned { desk: usize },
    HubKeepsBackup,
    HubGoesBack,
}

fn step() -> impl Strategy<Value = Step> {
    let desk = 0..DESKS;
    prop_oneof![
        6 => (desk.clone(), 0u8..2, 0u8..9, prop::bool::weighted(0.1))
            .prop_map(|(desk, call, value, late)| Step::Sets { desk, call, value, late }),
        1 => (desk.clone(), 0u8..2).prop_map(|(desk, call)| Step::Deletes { desk, call }),
        6 => (desk.clone(), 0u8..2).prop_map(|(desk, answer)| Step::Types { desk, answer }),
        6 => (desk.clone(), 1usize..6, prop::bool::weighted(0.7))
            .prop_map(|(desk, most, answer_arrives)| Step::Pushes { desk, most, answer_arrives }),
        6 => (desk.clone(), 0u8..4, 1usize..5)
            .prop_map(|(desk, space, limit)| Step::Pulls { desk, space, limit }),
        1 => (desk.clone(), 0u8..4).prop_map(|(desk, space)| Step::Fills { desk, space }),
        1 => desk.clone().prop_map(|desk| Step::Restarts { desk }),
        1 => desk.prop_map(|desk| Step::IsCloned { desk }),
        1 => Just(Step::HubKeepsBackup),
        1 => Just(Step::HubGoesBack),
    ]
}

fn call(n: u8) -> CallId {
    id(n + 1)
}

fn space(n: u8) -> Space {
    match n {
        0 | 1 => Space::Call(call(n)),
        _ => Space::Response(id(n + 10)),
    }
}

fn answer(n: u8) -> AnswerId {
    AnswerId::of(id(n + 12), id(n + 100))
}

struct World {
    desks: Vec<Option<Desk>>,
    hub: Hub,
    backup: Option<Hub>,
    words: BTreeMap<AnswerId, Vec<String>>,
    typed: usize,
    last_set: BTreeMap<(usize, u8), String>,
}

impl World {
    fn new() -> Self {
        let mut hub = Hub { epoch: 1, ..Hub::default() };
        let desks: Vec<Desk> = (0..DESKS).map(|n| Desk::new(u8::try_from(n).unwrap() + 200)).collect();
        let first = &desks[0];
        first
            .store
            .transact(&first.by(), |tx| {
                for n in 0..2 {
                    tx.create(call(n), &space(n), &named("start"))?;
                    let (response, question): (ResponseId, _) = (id(n + 12), id(n + 100));
                    let record =
                        Answer { response: Some(response), question: Some(question), ..Answer::default() };
                    tx.create(answer(n), &Space::Response(response), &record)?;
                }
                Ok(())
            })
            .unwrap();
        first.syncs(&mut hub);
        desks.iter().for_each(|desk| {
            desk.follows_epoch(&hub);
            desk.syncs(&mut hub);
        });
        // The oldest backup is one that has the records: who made them is not what is tried here.
        let backup = Some(hub.clone());
        Self {
            desks: desks.into_iter().map(Some).collect(),
            hub,
            backup,
            words: BTreeMap::new(),
            typed: 0,
            last_set: BTreeMap::new(),
        }
    }

    fn desk(&self, n: usize) -> &Desk {
        self.desks[n].as_ref().unwrap()
    }

    fn does(&mut self, step: &Step) {
        match *step {
            Step::Sets { desk: desk_no, call: n, value, late } => {
                let desk = self.desk(desk_no);
                let now = crate::kit::NOW + if late { 86_400_000 } else { u64::from(value) };
                let value = json!(format!("value {value}"));
                let title = value.as_str().unwrap().to_owned();
                desk.store.transact(&desk.by_at(now), |tx| tx.set::<Call>(call(n), "title", value)).unwrap();
                self.last_set.insert((desk_no, n), title);
            }
            Step::Deletes { desk, call: n } => {
                let desk = self.desk(desk);
                desk.store.transact(&desk.by(), |tx| tx.delete(call(n))).unwrap();
            }
            Step::Types { desk, answer: n } => {
                self.typed += 1;
                let word = format!("w{}", self.typed);
                self.desk(desk).types(answer(n), &space(n + 2), &word);
                self.words.entry(answer(n)).or_default().push(word);
            }
            Step::Pushes { desk, most, answer_arrives } => {
                self.desks[desk].as_ref().unwrap().follows_epoch(&self.hub);
                self.desks[desk].as_ref().unwrap().pushes(&mut self.hub, most, answer_arrives);
            }
            Step::Pulls { desk, space: n, limit } => {
                self.desk(desk).follows_epoch(&self.hub);
                // What goes above the old head goes first: a push comes before a pull.
                let desk = self.desks[desk].as_ref().unwrap();
                desk.pulls(&self.hub, &space(n), limit);
            }
            Step::Fills { desk, space: n } => {
                self.desk(desk).follows_epoch(&self.hub);
                self.desk(desk).store.fill_anew(&space(n)).unwrap();
                self.desk(desk).fills(&self.hub, &space(n));
            }
            Step::Restarts { desk } => {
                let restarted = self.desks[desk].take().unwrap().reopened();
                self.desks[desk] = Some(restarted);
            }
            Step::IsCloned { desk } => {
                self.desk(desk).store.new_replica().unwrap();
            }
            Step::HubKeepsBackup => self.backup = Some(self.hub.clone()),
            Step::HubGoesBack => {
                let backup = self.backup.clone().unwrap();
                self.hub.goes_back_to(&backup);
                // What waits again may have been overruled before; it shows what the hub had decided.
                self.last_set.clear();
            }
        }
    }

    /// While an own change of a field waits, the own value shows, whatever arrived meanwhile.
    fn shows_own_values(&self) {
        for ((desk, n), title) in &self.last_set {
            let waiting = self.desk(*desk).store.waiting(1_000, 1 << 24).unwrap();
            let sets_title = |change: &Change| match &change.op {
                Op::Put(put) => put.id == call(*n).into() && put.edits.contains_key("title"),
                Op::Text(_) | Op::Cmd(_) => false,
            };
            if waiting.iter().any(sets_title) {
                assert_eq!(&self.desk(*desk).title(call(*n)), title, "desk {desk}");
            }
        }
    }

    fn heals(&mut self) {
        for _ in 0..3 {
            for n in 0..DESKS {
                let desk = self.desks[n].as_ref().unwrap();
                desk.follows_epoch(&self.hub);
                desk.syncs(&mut self.hub);
            }
        }
    }

    fn is_whole(&self) {
        for n in 0..DESKS {
            let desk = self.desk(n);
            let facts = desk.store.read(|r| r.outbox_facts()).unwrap();
            assert_eq!((facts.waiting, facts.held, facts.refused), (0, 0, 0), "desk {n}");
            for (space, there) in &self.hub.spaces {
                let row = desk.store.read(|r| r.space(space)).unwrap().unwrap();
                assert_eq!((row.cursor, row.sum), (self.hub.head(space), there.sum), "desk {n}, {space}");
                assert!(desk.store.check_space(space).unwrap(), "desk {n}, {space}");
                for (id, record) in &there.records {
                    let shown = desk.store.read(|r| r.envelope(*id)).unwrap().unwrap();
                    assert_eq!((&shown.fields, &shown.stamps), (&record.fields, &record.stamps), "desk {n}");
                }
            }
            for (doc, words) in &self.words {
                let plain = desk.plain(*doc);
                let mut shown: Vec<&str> = plain.split_whitespace().collect();
                let mut typed: Vec<&str> = words.iter().map(String::as_str).collect();
                shown.sort_unstable();
                typed.sort_unstable();
                assert_eq!(shown, typed, "desk {n}");
            }
            assert!(desk.store.search_is_whole().unwrap());
            let found = desk.store.read(|r| r.search("w", 50)).unwrap().len();
            assert_eq!(found, self.words.len(), "desk {n} finds every text with words");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, max_shrink_iters: 400, ..ProptestConfig::default() })]
    #[test]
    fn whatever_happens_on_the_way_every_copy_ends_up_the_same_with_every_word(
        steps in prop::collection::vec(step(), 1..40)
    ) {
        let mut world = World::new();
        for step in &steps {
            world.does(step);
            world.shows_own_values();
        }
        world.heals();
        world.is_whole();
    }
}

#[test]
fn a_page_told_twice_and_one_out_of_turn_change_nothing() {
    let (asha, tom) = (Desk::new(200), Desk::new(201));
    let mut hub = Hub { epoch: 1, ..Hub::default() };
    let call = asha.creates_call(1, "A");
    asha.sets_title(call, "B");
    asha.syncs(&mut hub);
    let space = Space::Call(call);
    let page = hub.page(&space, 0, 1);
    let later = hub.page(&space, 1, 9);
    assert!(!tom.store.settle_page(&later, &mut WordTexts, 1).unwrap().applied);
    assert!(tom.store.settle_page(&page, &mut WordTexts, 1).unwrap().applied);
    assert!(!tom.store.settle_page(&page, &mut WordTexts, 1).unwrap().applied);
    assert_eq!(tom.title(call), "A");
    assert!(tom.store.settle_page(&later, &mut WordTexts, 1).unwrap().applied);
    assert_eq!(tom.title(call), "B");
}
