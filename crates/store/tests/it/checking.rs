//! "Check my copy": damage shows in the sums, a fill mends it, and no hub takes away by a lie what is here.

use crate::hub::Hub;
use crate::kit::{Desk, NOW, WordTexts, id, named, open_at};
use crate::opening::past_the_store;
use crate::the_hub_answers::pair;
use linchpin_domain::id::{AnswerId, CallId};
use linchpin_domain::space::Space;
use linchpin_domain::sum::Sum;
use linchpin_store::reader::{AsideWhy, SpaceState};
use linchpin_store::settle::Swapped;

/// Does something to the file past the store, while nobody has it open.
fn damaged(desk: Desk, sql: &str) -> Desk {
    let Desk { store, folder, me } = desk;
    drop(store);
    let path = folder.path().join("store");
    let changed = past_the_store(&path).execute(sql, []).unwrap();
    assert!(changed > 0, "nothing was damaged");
    Desk { store: open_at(&path, 77).unwrap(), folder, me }
}

fn adds_up(desk: &Desk, space: &Space) -> bool {
    desk.store.read(|reader| reader.space_adds_up(space)).unwrap()
}

/// A desk in step that has words which are not sent yet.
fn with_unsent() -> (Desk, Desk, Hub, CallId, AnswerId, Space) {
    let (asha, tom, mut hub, call, answer, space) = pair();
    tom.types(answer, &space, "by Tom");
    tom.syncs(&mut hub);
    asha.syncs(&mut hub);
    asha.types(answer, &space, "unsent words");
    asha.sets_title(call, "An unsent title");
    (asha, tom, hub, call, answer, space)
}

#[test]
fn an_honest_copy_adds_up_whatever_waits_on_top_of_it() {
    let (asha, tom, _, call, _, space) = with_unsent();
    for space in [&space, &Space::Call(call)] {
        assert!(adds_up(&asha, space) && adds_up(&tom, space), "{space}");
    }
}

#[test]
fn a_damaged_row_is_found_and_mended_and_unsent_words_survive() {
    for (damage, of_call) in [
        ("DELETE FROM record WHERE kind = 'answer'", false),
        ("UPDATE record SET stamps = replace(stamps, '\"', '\"') , seq = NULL WHERE kind = 'answer'", false),
        ("DELETE FROM text_update WHERE own = 0", false),
        ("UPDATE text_update SET bytes = x'6f74686572' WHERE own = 0", false),
        ("DELETE FROM record WHERE kind = 'call'", true),
        ("DELETE FROM pending_base", true),
    ] {
        let (asha, _, mut hub, call, answer, of_answer) = with_unsent();
        let space = if of_call { Space::Call(call) } else { of_answer };
        let asha = damaged(asha, damage);
        assert!(!adds_up(&asha, &space), "{damage}");
        asha.store.fill_anew(&space).unwrap();
        asha.fills(&hub, &space);
        assert!(adds_up(&asha, &space), "{damage}");
        assert_eq!(asha.plain(answer), "start by Tom unsent words", "{damage}");
        assert_eq!(asha.title(call), "An unsent title", "{damage}");
        assert_eq!(asha.store.waiting(9, 1 << 20).unwrap().len(), 2, "{damage}");
        asha.syncs(&mut hub);
        assert!(adds_up(&asha, &space), "{damage}");
        let sum = asha.store.read(|reader| reader.space(&space)).unwrap().unwrap().sum;
        assert_eq!(sum, hub.spaces[&space].sum, "{damage}");
    }
}

#[test]
fn a_hub_that_lies_about_the_sum_does_not_empty_the_desk() {
    let (asha, _, hub, call, answer, space) = with_unsent();
    let of_call = Space::Call(call);
    // It says that all differs, and gives parts that do not have the sum it names.
    for space in [&of_call, &space] {
        asha.store.fill_anew(space).unwrap();
        let mut lie = hub.parts(space, 100).remove(0);
        lie.1.clear();
        asha.store.stage_part(&lie.0, &lie.1).unwrap();
        assert_eq!(asha.store.swap_stage(space, &mut WordTexts, NOW).unwrap(), Swapped::SumWrong);
        let row = asha.store.read(|reader| reader.space(space)).unwrap().unwrap();
        assert_eq!(row.state, SpaceState::Bootstrapping, "it is tried again");
    }
    assert_eq!(asha.title(call), "An unsent title");
    assert_eq!(asha.plain(answer), "start by Tom unsent words");
    // An honest answer later finds everything in its place.
    for space in [&of_call, &space] {
        asha.fills(&hub, space);
        assert!(adds_up(&asha, space));
    }
    assert_eq!(asha.plain(answer), "start by Tom unsent words");
}

#[test]
fn what_a_hub_says_it_never_had_lies_aside_for_ninety_days() {
    let (asha, tom, mut hub, call, ..) = pair();
    let space = Space::Call(call);
    for n in 20..90 {
        let title = format!("Extra {n}");
        tom.store.transact(&tom.by(), |tx| tx.create(id::<CallId>(n), &space, &named(&title))).unwrap();
    }
    tom.syncs(&mut hub);
    asha.syncs(&mut hub);
    let mut empty = hub.parts(&space, 1_000).remove(0);
    (empty.1, empty.0.sum) = (Vec::new(), Sum::default());
    asha.store.fill_anew(&space).unwrap();
    asha.store.stage_part(&empty.0, &empty.1).unwrap();
    let swapped = asha.store.swap_stage(&space, &mut WordTexts, NOW).unwrap();
    assert!(matches!(swapped, Swapped::Done { .. }), "{swapped:?}");
    let aside = || asha.store.read(|reader| reader.words_aside()).unwrap();
    let extra = |n: u32| aside().iter().any(|row| row.words.contains(&format!("Extra {n}")));
    assert!((20..90).all(extra));
    assert!(aside().iter().all(|row| row.why == AsideWhy::Removed));
    asha.store.tidy(&mut WordTexts, NOW + 89 * 86_400_000).unwrap();
    assert!((20..90).all(extra), "kept for ninety days");
}
