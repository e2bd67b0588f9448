//! Parts that are given and taken away while the hub goes back to a copy.

use crate::client::Two;
use linchpin_domain::record::answer::Answer;
use linchpin_domain::role::{Given, ResponseRole};
use linchpin_domain::space::Space;
use linchpin_store::reader::Filter;
use linchpin_sync::Outcome;

#[test]
fn a_part_taken_away_before_the_hub_went_back_still_leaves_the_computer() {
    let mut two = Two::new();
    let work = two.asha.makes_a_call(1);
    two.asha.types(&work, "Asha's words.");
    two.come_together();
    two.asha.shares(&work, two.ben.me, None);
    two.asha.in_step();
    let copy = two.hub_is_copied();
    two.ben.types(&work, "Ben's unsent words.");
    two.hub_goes_back(&copy);
    // A hub that does not name the response has not lost it: it must not stay, waiting to be brought back.
    for _ in 0..2 {
        assert!(matches!(two.ben.syncs(), Outcome::Done { .. }));
    }
    let space = Space::Response(work.response);
    let left = two.ben.store.read(|reader| reader.list_all::<Answer>(Filter::In(&space))).unwrap();
    assert!(left.is_empty() && two.ben.words(&work).is_empty());
    let kept = two.ben.store.read(|reader| reader.kept()).unwrap();
    assert_eq!(kept.iter().map(|kept| kept.words.as_str()).collect::<Vec<_>>(), ["Ben's unsent words."]);
}

#[test]
fn giving_a_part_does_not_send_words_to_a_hub_that_has_lost_their_response() {
    let mut two = Two::new();
    let copy = two.hub_is_copied();
    let work = two.asha.makes_a_call(1);
    let lead = Some(Given::Role(ResponseRole::Lead));
    two.asha.shares(&work, two.ben.me, lead);
    two.come_together();
    two.ben.types(&work, "Ben's words.");
    two.ben.shares(&work, two.asha.me, lead);
    two.hub_goes_back(&copy);
    // They wait until whoever opened the response has brought it back.
    two.ben.in_step();
    two.come_together();
    assert_eq!(
        (two.asha.words(&work).as_str(), two.ben.words(&work).as_str()),
        ("Ben's words.", "Ben's words.")
    );
    assert!(two.ben.store.read(|reader| reader.kept()).unwrap().is_empty());
}
