//! Measures how many pushes a second several processes take in over one PostgreSQL: two hubs, sixteen desks, one
//! change a push, over 64 spaces and then all in one.
//! `cargo run --release -p linchpin-hub --example measure_pushes -- [PUSHES A DESK]`

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a measurement may break off")]

use std::time::Instant;

#[path = "../tests/it/engines.rs"]
#[expect(dead_code, reason = "the tests use what this does not")]
mod engines;
#[path = "../tests/it/kit.rs"]
#[expect(dead_code, reason = "the tests use what this does not")]
mod kit;

use kit::{Desk, NOW, Network, Opened};
use linchpin_domain::change::{Asked, Op, Outcome};
use linchpin_domain::command::Command;
use linchpin_domain::id::{CommandId, RecordId};
use linchpin_domain::record::call::Call;
use linchpin_domain::space::Space;

const DESKS: u8 = 16;
const SPACES: u8 = 64;

#[expect(clippy::print_stdout, reason = "this is what it is for")]
fn main() {
    let pushes: u64 = std::env::args().nth(1).and_then(|word| word.parse().ok()).unwrap_or(500);
    let network = Network::on_postgres().expect("PostgreSQL is here");
    let desks: Vec<Desk> = (1..=DESKS).map(|n| network.person(n)).collect();
    let spaces: Vec<Space> = (0..SPACES).map(|n| opens(&network, &desks[0], n)).collect();
    let hubs = [network.again(NOW, 2).hub, network.again(NOW, 3).hub];
    for spaces in [&spaces[..], &spaces[..1]] {
        // Requests are made and signed before: a desk's work is not the hub's.
        let asked: Vec<Vec<_>> =
            desks.iter().zip(0..).map(|(desk, n)| requests(&network, desk, n, spaces, pushes)).collect();
        let began = Instant::now();
        std::thread::scope(|scope| {
            for (requests, hub) in asked.iter().zip(hubs.iter().cycle()) {
                scope.spawn(move || {
                    for request in requests {
                        assert_eq!(hub.handle(request, NOW).status, 200);
                    }
                });
            }
        });
        let (count, seconds) = (pushes * u64::from(DESKS), began.elapsed().as_secs_f64());
        let rate = count as f64 / seconds;
        println!("{count} pushes over {} spaces: {seconds:.2} s, {rate:.0} a second", spaces.len());
    }
}

fn opens(network: &Network, desk: &Desk, n: u8) -> Space {
    let opened = Opened::new(100 + n);
    let cid = CommandId::new(NOW + u64::from(n), [7; 10]);
    let command = Command::OpenCall { call: opened.call };
    let answered = desk.push(network, &opened.of_call(), 0, Op::Cmd(Asked { cid, command }));
    assert!(matches!(answered.outcome, Outcome::Applied { .. }));
    opened.of_call()
}

fn requests(
    network: &Network,
    desk: &Desk,
    n: usize,
    spaces: &[Space],
    pushes: u64,
) -> Vec<linchpin_hub::Request> {
    let call = Call { title: "Sample".into(), ..Call::default() };
    (0..pushes)
        .map(|push| {
            let at = usize::try_from(push).unwrap() * 7 + n * 5;
            let space = &spaces[at % spaces.len()];
            let mut random = [u8::try_from(n).unwrap(); 10];
            random[2..].copy_from_slice(&desk.counter.get().to_be_bytes());
            let change =
                desk.change(network, space, 1, desk.creates(network, RecordId::new(NOW, random), &call));
            desk.push_request(network, &[change])
        })
        .collect()
}
