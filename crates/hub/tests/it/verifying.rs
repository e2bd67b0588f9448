//! Whether what a desk has is what the hub has: told at the same number alone, and to readers alone.

use crate::kit::{Desk, NOW, Network, fields};
use linchpin_domain::record::answer::Answer;
use linchpin_domain::space::Space;
use linchpin_domain::sum::Sum;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::limits;
use linchpin_protocol::verify::{SpaceSum, Verdict, VerifyAnswer, VerifyRequest};
use serde_json::json;

fn request(network: &Network, spaces: Vec<SpaceSum>) -> VerifyRequest {
    VerifyRequest { epoch: network.hub.facts().unwrap().epoch, spaces }
}

fn verdicts(network: &Network, desk: &Desk, spaces: &[SpaceSum]) -> Vec<Verdict> {
    let asked = request(network, spaces.to_vec());
    let answer: VerifyAnswer = network.ok(&desk.signed(network, "POST", "/v1/verify", &asked));
    assert!(answer.spaces.iter().zip(spaces).all(|(verified, asked)| verified.space == asked.space));
    answer.spaces.into_iter().map(|verified| verified.verdict).collect()
}

#[test]
fn a_copy_is_equal_different_or_behind() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let space = opened.of_response();
        let head = || asha.part(&network, &format!("/v1/spaces/{space}/bootstrap?part=0")).0;
        let has = |seq, sum| vec![SpaceSum { space: space.clone(), seq, sum }];
        let (seq, sum) = (head().seq, head().sum);
        assert_eq!(verdicts(&network, &tom, &has(seq, sum)), [Verdict::Equal]);
        assert_eq!(verdicts(&network, &tom, &has(seq, sum.plus(Sum(1)))), [Verdict::Differs]);
        let op = asha.sets::<Answer>(NOW, opened.answer, fields(&[("due", json!("2027-01-01"))]));
        asha.push(&network, &space, 2, op);
        assert_eq!(verdicts(&network, &tom, &has(seq, sum)), [Verdict::Moved]);
        assert_eq!(verdicts(&network, &tom, &has(head().seq, head().sum)), [Verdict::Equal]);
    }
}

#[test]
fn who_may_not_read_a_space_learns_nothing_of_it() {
    for network in Network::on_every_engine() {
        let (asha, tom, _) = network.two_managers();
        let own = Space::Me(asha.person);
        let never = Space::Me(crate::kit::id(77));
        let of_own = asha.hello(&network, None).spaces.into_iter().find(|head| head.space == own);
        let (seq, sum) = of_own.map_or((0, Sum::default()), |head| (head.head, head.sum));
        let asked = [&own, &never].map(|space| SpaceSum { space: space.clone(), seq, sum });
        assert_eq!(verdicts(&network, &tom, &asked), [Verdict::Gone, Verdict::Gone]);
    }
}

#[test]
fn another_epoch_and_too_many_spaces_are_refused() {
    for network in Network::on_every_engine() {
        let asha = network.person(1);
        let one = SpaceSum { space: Space::National, seq: 0, sum: Sum::default() };
        let mut asked = request(&network, vec![one.clone(); limits::SPACES + 1]);
        assert_eq!(network.code(&asha.signed(&network, "POST", "/v1/verify", &asked)), ErrorCode::TooLarge);
        asked = VerifyRequest { epoch: asked.epoch + 1, spaces: vec![one] };
        assert_eq!(
            network.code(&asha.signed(&network, "POST", "/v1/verify", &asked)),
            ErrorCode::EpochChanged
        );
    }
}
