//! Words of two people in one answer: every one is there, once, with who wrote it, and people are shown where
//! they met.

use crate::kit::{Desk, NOW, Network, Opened, replayed, text};
use linchpin_domain::change::{Done, Entry, HeldBecause, Op, Outcome, RefusedBecause};
use linchpin_domain::id::ReplicaId;
use linchpin_domain::record::look::{Notice, NoticeKind, Recovered};
use linchpin_domain::record::{Record, decode};
use linchpin_protocol::bootstrap::Row;
use linchpin_protocol::live::PresenceRequest;
use linchpin_text::TextDoc;
use linchpin_text::edit::{append, rewrite};
use linchpin_text::plain::write;

struct Editor {
    doc: TextDoc,
    base: u64,
}

impl Editor {
    fn new(client: u64) -> Self {
        Self { doc: TextDoc::new(client), base: 2 }
    }

    fn op(&mut self, opened: &Opened, edit: impl FnOnce(&mut TextDoc) -> Vec<u8>) -> Op {
        let before = self.doc.state_vector();
        text(opened.answer, &before, edit(&mut self.doc))
    }

    fn types(&mut self, network: &Network, desk: &Desk, opened: &Opened, words: &str) -> Outcome {
        let op = self.op(opened, |doc| append(doc, words).unwrap());
        desk.push(network, &opened.of_response(), self.base, op).outcome
    }

    fn rewrites(&mut self, network: &Network, desk: &Desk, opened: &Opened, words: &str) -> Outcome {
        let op = self.op(opened, |doc| rewrite(doc, words).unwrap().unwrap());
        desk.push(network, &opened.of_response(), self.base, op).outcome
    }

    fn pulls(&mut self, network: &Network, desk: &Desk, opened: &Opened) -> Vec<Entry> {
        let entries = desk.entries(network, &opened.of_response(), 1_000);
        for entry in &entries {
            if let Done::Text(update) = &entry.done {
                self.doc.apply(&update.bytes.0).unwrap();
            }
        }
        self.base = entries.last().unwrap().seq;
        entries
    }

    fn words(&self) -> String {
        write(&self.doc.blocks().unwrap())
    }
}

fn looks<R: Record>(opened: &Opened, entries: &[Entry]) -> Vec<R> {
    let records = replayed(&opened.of_response(), entries);
    let of_kind = records.values().filter(|record| record.kind == R::KIND.name());
    of_kind.map(|record| decode::<R>(&record.fields).record).collect()
}

#[test]
fn words_written_apart_are_all_there_and_both_are_told_once() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let (mut of_asha, mut of_tom) = (Editor::new(11), Editor::new(12));
        for n in 0..5 {
            of_asha.types(&network, &asha, &opened, &format!("Asha {n}."));
        }
        for n in 0..5 {
            of_tom.types(&network, &tom, &opened, &format!("Tom {n}."));
        }
        let here = of_asha.pulls(&network, &asha, &opened);
        of_tom.pulls(&network, &tom, &opened);
        assert_eq!(of_asha.words(), of_tom.words());
        for n in 0..5 {
            for name in ["Asha", "Tom"] {
                assert_eq!(of_asha.words().matches(&format!("{name} {n}.")).count(), 1);
            }
        }
        let notices = looks::<Notice>(&opened, &here);
        assert_eq!(notices.len(), 1, "five updates that met are one thing to look at");
        assert_eq!(notices[0].kind, NoticeKind::SameAnswer);
        assert_eq!((notices[0].person_a, notices[0].person_b), (Some(tom.person), Some(asha.person)));
        assert_eq!(notices[0].answer, Some(opened.answer));
        assert!(notices[0].text_a.contains("Tom 4.") && notices[0].text_b.contains("Asha 0."));
        assert!(looks::<Recovered>(&opened, &here).is_empty());
    }
}

#[test]
fn words_that_met_at_one_place_get_a_space_that_is_nobodys() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let (mut of_asha, mut of_tom) = (Editor::new(11), Editor::new(12));
        of_asha.types(&network, &asha, &opened, "lines are busy");
        of_tom.types(&network, &tom, &opened, "patients wait");
        let entries = of_asha.pulls(&network, &asha, &opened);
        of_tom.pulls(&network, &tom, &opened);
        assert_eq!(of_asha.words(), of_tom.words());
        let mut words: Vec<_> = of_asha.words().split(' ').map(str::to_owned).collect();
        words.sort();
        assert_eq!(words, ["are", "busy", "lines", "patients", "wait"]);
        let by_hub: Vec<_> = entries.iter().filter(|entry| matches!(entry.done, Done::Text(_))).collect();
        assert_eq!(by_hub.len(), 3);
        assert!(by_hub[2].author.0.is_nil());
        let notices = looks::<Notice>(&opened, &entries);
        assert_eq!(notices[0].text_now, of_asha.words(), "what stands now is told as it stands");
        // The hub's own space is no second writer: who goes on without having seen it meets nobody.
        of_tom.base = 2;
        of_tom.types(&network, &tom, &opened, "And more.");
        let entries = of_asha.pulls(&network, &asha, &opened);
        assert_eq!(looks::<Notice>(&opened, &entries).len(), 1);
    }
}

#[test]
fn a_whole_push_of_words_is_looked_at_once() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let space = opened.of_response();
        let (mut of_asha, mut of_tom) = (Editor::new(11), Editor::new(12));
        of_asha.types(&network, &asha, &opened, "Asha.");
        let changes: Vec<_> = (0..300)
            .map(|n| {
                let op = of_tom.op(&opened, |doc| append(doc, &format!("Tom {n}.")).unwrap());
                tom.change(&network, &space, 2, op)
            })
            .collect();
        let answer = tom.pushes(&network, &changes);
        assert!(answer.results.iter().all(|one| matches!(one.outcome, Outcome::Applied { .. })));
        assert!(!answer.spaces[0].ours, "the hub has written something of its own");
        let entries = of_asha.pulls(&network, &asha, &opened);
        assert!(of_asha.words().contains("Tom 299."));
        assert_eq!(looks::<Notice>(&opened, &entries).len(), 1);
        // The log was folded on the way; whoever comes new gets every word.
        let (head, rows) = asha.part(&network, &format!("/v1/spaces/{space}/bootstrap?part=0"));
        let state = rows
            .into_iter()
            .find_map(|row| if let Row::Text(state) = row { Some(state) } else { None })
            .unwrap();
        assert!(state.snapshot.is_some() && state.updates.len() < 200);
        let updates = state.updates.iter().map(|update| update.bytes.0.as_slice());
        let filled =
            TextDoc::open(state.snapshot.as_ref().map(|bytes| bytes.0.as_slice()), updates, 0).unwrap();
        assert!(filled.blocks().unwrap() == of_asha.doc.blocks().unwrap());
        assert_eq!(head.seq, entries.last().unwrap().seq);
    }
}

#[test]
fn a_base_from_before_the_fold_is_still_found() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let space = opened.of_response();
        let (mut of_asha, mut of_tom) = (Editor::new(11), Editor::new(12));
        of_asha.types(&network, &asha, &opened, "Keep this.\nOld words here.");
        of_tom.pulls(&network, &tom, &opened);
        let removed = of_asha.op(&opened, |doc| rewrite(doc, "Keep this.").unwrap().unwrap());
        let mut changes = vec![asha.change(&network, &space, 3, removed)];
        for n in 0..250 {
            let op = of_asha.op(&opened, |doc| append(doc, &format!("More {n}.")).unwrap());
            changes.push(asha.change(&network, &space, 3, op));
        }
        asha.pushes(&network, &changes);
        of_tom.rewrites(&network, &tom, &opened, "Keep this.\nOld precious words here.");
        let entries = of_asha.pulls(&network, &asha, &opened);
        let recovered = looks::<Recovered>(&opened, &entries);
        assert_eq!(recovered.len(), 1);
        assert_eq!(recovered[0].words, "precious");
    }
}

#[test]
fn a_sentence_that_both_rewrote_is_shown_in_all_its_wordings() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let (mut of_asha, mut of_tom) = (Editor::new(11), Editor::new(12));
        of_asha.types(&network, &asha, &opened, "It is so. Keeping managers is hard. End.");
        of_tom.pulls(&network, &tom, &opened);
        of_asha.base = of_tom.base;
        of_asha.rewrites(&network, &asha, &opened, "It is so. Keeping managers is increasingly hard. End.");
        of_tom.rewrites(&network, &tom, &opened, "It is so. Keeping managers is now much harder. End.");
        let entries = of_asha.pulls(&network, &asha, &opened);
        let notices = looks::<Notice>(&opened, &entries);
        assert_eq!(notices.len(), 1);
        assert_eq!(notices[0].kind, NoticeKind::SameSentence);
        assert_eq!(notices[0].text_a, "Keeping managers is now much harder.");
        assert_eq!(notices[0].text_b, "Keeping managers is increasingly hard.");
        assert_eq!(notices[0].text_base, "Keeping managers is hard.");
        assert!(of_asha.words().contains(&notices[0].text_now));
    }
}

#[test]
fn words_typed_into_what_a_colleague_removed_lie_beside_the_answer() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let (mut of_asha, mut of_tom) = (Editor::new(11), Editor::new(12));
        of_asha.types(&network, &asha, &opened, "Keep this.\nOld words here.");
        of_tom.pulls(&network, &tom, &opened);
        of_asha.base = of_tom.base;
        of_asha.rewrites(&network, &asha, &opened, "Keep this.");
        of_tom.rewrites(&network, &tom, &opened, "Keep this.\nOld precious words here.");
        let entries = of_asha.pulls(&network, &asha, &opened);
        assert!(!of_asha.words().contains("precious"));
        let recovered = looks::<Recovered>(&opened, &entries);
        assert_eq!(recovered.len(), 1);
        assert_eq!((recovered[0].words.as_str(), recovered[0].person), ("precious", Some(tom.person)));
        assert_eq!(recovered[0].around, "Old precious words here.");
    }
}

#[test]
fn words_typed_into_what_its_author_removes_without_having_pulled_lie_beside_the_answer() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let (mut of_asha, mut of_tom) = (Editor::new(11), Editor::new(12));
        of_asha.types(&network, &asha, &opened, "Keep this.\nOld words here.");
        of_tom.pulls(&network, &tom, &opened);
        of_tom.rewrites(&network, &tom, &opened, "Keep this.\nOld precious words here.");
        // Asha's number is still the one from before her own first words.
        of_asha.rewrites(&network, &asha, &opened, "Keep this.");
        let entries = of_asha.pulls(&network, &asha, &opened);
        assert_eq!(of_asha.words(), "Keep this.");
        let recovered = looks::<Recovered>(&opened, &entries);
        assert_eq!(recovered.len(), 1);
        assert_eq!((recovered[0].words.as_str(), recovered[0].person), ("precious", Some(tom.person)));
    }
}

#[test]
fn words_sent_under_a_new_replica_id_are_looked_at_with_those_of_before() {
    for network in Network::on_every_engine() {
        let (asha, mut tom, opened) = network.two_managers();
        let (mut of_asha, mut of_tom) = (Editor::new(11), Editor::new(12));
        of_tom.types(&network, &tom, &opened, "Keep this.\nOld words here.");
        of_asha.pulls(&network, &asha, &opened);
        of_asha.rewrites(&network, &asha, &opened, "Keep this.");
        tom.replica = ReplicaId(4_711);
        of_tom.rewrites(&network, &tom, &opened, "Keep this.\nOld precious words here.");
        let entries = of_asha.pulls(&network, &asha, &opened);
        assert_eq!(of_asha.words(), "Keep this.");
        let recovered = looks::<Recovered>(&opened, &entries);
        assert_eq!(recovered.iter().map(|one| one.words.as_str()).collect::<Vec<_>>(), ["precious"]);
    }
}

#[test]
fn words_that_waited_and_come_to_stand_in_what_was_removed_lie_beside_the_answer() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let space = opened.of_response();
        let (mut of_asha, mut of_tom) = (Editor::new(11), Editor::new(12));
        // As after a hub's restore: what both built on comes last.
        let first = of_asha.op(&opened, |doc| append(doc, "Keep this.\nOld words here.").unwrap());
        let Op::Text(update) = &first else { panic!("words are a text") };
        of_tom.doc.apply(&update.bytes.0).unwrap();
        of_asha.rewrites(&network, &asha, &opened, "Keep this.");
        of_tom.rewrites(&network, &tom, &opened, "Keep this.\nOld precious words here.");
        asha.push(&network, &space, 2, first);
        let entries = asha.entries(&network, &space, 1_000);
        let recovered = looks::<Recovered>(&opened, &entries);
        let precious: Vec<_> = recovered.iter().filter(|one| one.words.contains("precious")).collect();
        assert_eq!(precious.len(), 1, "{:?}", recovered.iter().map(|one| &one.words).collect::<Vec<_>>());
        assert_eq!((precious[0].words.as_str(), precious[0].person), ("precious", Some(tom.person)));
    }
}

#[test]
fn writing_one_after_the_other_is_nothing_to_look_at() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let (mut of_asha, mut of_tom) = (Editor::new(11), Editor::new(12));
        for n in 0..5 {
            of_asha.types(&network, &asha, &opened, &format!("Asha {n}."));
            of_tom.pulls(&network, &tom, &opened);
            of_tom.types(&network, &tom, &opened, &format!("Tom {n}."));
            of_asha.pulls(&network, &asha, &opened);
        }
        let entries = of_asha.pulls(&network, &asha, &opened);
        assert!(
            looks::<Notice>(&opened, &entries).is_empty() && looks::<Recovered>(&opened, &entries).is_empty()
        );
    }
}

#[test]
fn two_who_write_together_on_line_are_not_told_what_they_see() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        for desk in [&asha, &tom] {
            let body =
                PresenceRequest { space: opened.of_response(), answer: Some(opened.answer), cursor: None };
            assert_eq!(network.handle(&desk.signed(&network, "POST", "/v1/presence", &body)).status, 204);
        }
        let (mut of_asha, mut of_tom) = (Editor::new(11), Editor::new(12));
        of_asha.types(&network, &asha, &opened, "Asha.");
        of_tom.types(&network, &tom, &opened, "Tom.");
        let entries = of_asha.pulls(&network, &asha, &opened);
        assert!(looks::<Notice>(&opened, &entries).is_empty());
        // Words that waited while their author was away are told of, wherever the two are now.
        let old = of_tom.op(&opened, |doc| append(doc, "Late.").unwrap());
        let late = tom.change(&network, &opened.of_response(), 2, old);
        network.passes(10_000);
        of_asha.types(&network, &asha, &opened, "Meanwhile.");
        tom.pushes(&network, &[late]);
        let entries = of_asha.pulls(&network, &asha, &opened);
        assert_eq!(looks::<Notice>(&opened, &entries).len(), 1);
    }
}

#[test]
fn a_bad_update_is_set_aside_and_nothing_else_waits_for_it() {
    for network in Network::on_every_engine() {
        let (asha, _, opened) = network.two_managers();
        let space = opened.of_response();
        let mut editor = Editor::new(11);
        let good: Vec<Op> =
            (0..6).map(|n| editor.op(&opened, |doc| append(doc, &format!("Good {n}.")).unwrap())).collect();
        let mut changes: Vec<_> = good.into_iter().map(|op| asha.change(&network, &space, 2, op)).collect();
        let bad = text(opened.answer, &[], vec![9, 9, 9, 200]);
        changes.insert(3, asha.change(&network, &space, 2, bad));
        changes.push(asha.change(&network, &space, 2, text(opened.answer, &[], vec![7; 600 << 10])));
        // Counters rise in the order of the push.
        for (n, change) in changes.iter_mut().enumerate() {
            change.id.counter = 100 + n as u64;
        }
        let results = asha.pushes(&network, &changes).results;
        for (n, answered) in results.iter().enumerate() {
            match n {
                3 => assert_eq!(answered.outcome, Outcome::Held { reason: HeldBecause::Unreadable }),
                7 => assert_eq!(answered.outcome, Outcome::Refused { code: RefusedBecause::TooLarge }),
                _ => assert!(matches!(answered.outcome, Outcome::Applied { .. }), "{n}: {answered:?}"),
            }
        }
        let mut again = Editor::new(12);
        again.pulls(&network, &asha, &opened);
        assert_eq!(again.words(), editor.words());
        assert_eq!(network.hub.status(NOW).unwrap().set_aside, 1);
    }
}

#[test]
fn an_update_that_came_too_early_waits_and_becomes_whole() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let space = opened.of_response();
        let mut editor = Editor::new(11);
        let first = editor.op(&opened, |doc| append(doc, "One.").unwrap());
        let second = editor.op(&opened, |doc| append(doc, "Two.").unwrap());
        for op in [second, first] {
            assert!(matches!(asha.push(&network, &space, 2, op).outcome, Outcome::Applied { .. }));
        }
        let mut other = Editor::new(12);
        other.pulls(&network, &tom, &opened);
        assert_eq!(other.words(), "One.\nTwo.");
    }
}

#[test]
fn the_same_words_under_another_change_id_go_in_once() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let space = opened.of_response();
        let mut editor = Editor::new(11);
        let op = editor.op(&opened, |doc| append(doc, "Once.").unwrap());
        let first = asha.push(&network, &space, 2, op.clone());
        let again = asha.copy(77).push(&network, &space, 2, op);
        assert_eq!(first.outcome, again.outcome);
        let mut other = Editor::new(12);
        other.pulls(&network, &tom, &opened);
        assert_eq!(other.words(), "Once.");
    }
}
