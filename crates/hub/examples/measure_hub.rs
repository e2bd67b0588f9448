//! Measures what the hub costs without a line: records in, records out by pages and by parts, single pushes.
//! `cargo run --release -p linchpin-hub --example measure_hub -- [RECORDS] [postgres]`; prints CPU seconds of this process.

#![expect(clippy::unwrap_used, reason = "a measurement may break off")]

use std::time::Instant;

#[path = "../tests/it/engines.rs"]
#[expect(dead_code, reason = "the tests use what this does not")]
mod engines;
#[path = "../tests/it/kit.rs"]
#[expect(dead_code, reason = "the tests use what this does not")]
mod kit;

use engines::Place;
use kit::{NOW, Network, fields};
use linchpin_domain::id::{GroupId, RecordId};
use linchpin_domain::record::call::Call;
use serde_json::json;

fn main() {
    let records: usize = std::env::args().nth(1).and_then(|word| word.parse().ok()).unwrap_or(10_000);
    let network = match std::env::args().nth(2) {
        Some(_) => Network::on_postgres().expect("PostgreSQL is here"),
        None => Place::folder().init(),
    };
    let (asha, tom, opened) = network.two_managers();
    let space = opened.of_call();
    let call = Call { title: "Sample".into(), summary: "x".repeat(400), ..Call::default() };

    let requests: Vec<_> = (0..records)
        .collect::<Vec<_>>()
        .chunks(1_000)
        .map(|chunk| {
            let changes: Vec<_> = chunk
                .iter()
                .map(|n| {
                    let mut random = [0; 10];
                    random[..8].copy_from_slice(&(*n as u64).to_be_bytes());
                    let op = asha.creates(&network, RecordId::new(NOW, random), &call);
                    asha.change_in(GroupId::new(NOW + (*n / 200) as u64, [9; 10]), &space, 1, op)
                })
                .collect();
            asha.push_request(&network, &changes)
        })
        .collect();
    measured("records in", records, || {
        for request in &requests {
            assert_eq!(network.handle(request).status, 200);
        }
    });
    measured("records out by pages", records, || {
        let mut cursor = 0;
        loop {
            let mut request = tom.pull_request(&network, &[(space.clone(), cursor)], 1_000);
            request.headers.insert("accept-encoding".into(), "zstd".into());
            let answer = network.handle(&request);
            let bytes = kit::unpacked(&answer);
            let answer: linchpin_protocol::pull::PullAnswer = serde_json::from_slice(&bytes).unwrap();
            let Some(page) = answer.pages.first() else { break };
            cursor = page.to;
        }
    });
    measured("records out by parts", records, || {
        let head = tom.part(&network, &format!("/v1/spaces/{space}/bootstrap?part=0")).0;
        for part in 1..head.parts {
            tom.part(&network, &format!("/v1/spaces/{space}/bootstrap?part={part}&at={}", head.seq));
        }
    });
    let first: RecordId = RecordId::new(NOW, [0; 10]);
    measured("single edits in", 1_000, || {
        for n in 0..1_000u64 {
            let op = asha.sets::<Call>(NOW + n, first, fields(&[("asker", json!(format!("a{n}")))]));
            asha.push(&network, &space, 1 + n, op);
        }
    });
    measured("nothing to do", 1_000, || {
        let head = network.hub.heads(tom.device).unwrap();
        for _ in 0..1_000 {
            assert!(tom.pulls(&network, &head, 1_000).pages.is_empty());
        }
    });
}

#[expect(clippy::print_stdout, reason = "this is what it is for")]
fn measured(what: &str, count: usize, run: impl FnOnce()) {
    let (began, cpu) = (Instant::now(), cpu_seconds());
    run();
    println!(
        "{what}: {count} in {:.3} s wall, {:.3} s CPU",
        began.elapsed().as_secs_f64(),
        cpu_seconds() - cpu
    );
}

/// Returns the CPU seconds of this process so far, where the system tells.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let times: Vec<f64> =
        stat.split_whitespace().skip(13).take(2).filter_map(|word| word.parse().ok()).collect();
    times.iter().sum::<f64>() / 100.0
}
