//! How soon a letter that one editor types is at the other's end, every commit on the way made durable, beside
//! Hocuspocus, which stores nothing.

use crate::bench::Figure;
use crate::bench::examples::{self, PASSPHRASE, Said};
use crate::bench::peers::{Peers, number};
use crate::house::House;
use anyhow::Result;

const EDITS: &str = "500";
const RUNS: usize = 3;
/// What the peer's driver calls the step.
const STEP: &str = "live edits A->B";

/// How the way of a letter divides, at the median.
const PARTS: [(&str, &str); 4] = [
    ("saved_p50_ms", "  of the whole: saved at the writer's end"),
    ("waited_p50_ms", "  of the whole: waits to be sent"),
    ("acknowledged_p50_ms", "  of it: the hub acknowledges"),
    ("stored_p50_ms", "  of the whole: saved at the reader's end"),
];

/// Measures ours and the peer that is here.
pub(crate) fn live(house: &House, _long: bool) -> Result<Vec<Figure>> {
    examples::build(house)?;
    let ours = || {
        examples::run(house, "measure_live", |command| {
            command.arg(EDITS).envs([PASSPHRASE]);
        })
    };
    let peers = Peers::find(house);
    let (mut all, mut theirs) = (Vec::new(), Vec::new());
    // One after the other, so that both meet the same computer.
    for _ in 0..RUNS {
        all.push(ours()?);
        if let Some(peers) = &peers {
            let peer = peers.node("Hocuspocus", &["hocuspocus.mjs", EDITS])?;
            theirs.extend(peer.median(STEP, |line| number(line, "p50_ms")));
        }
    }
    let peer = (!theirs.is_empty()).then(|| examples::median(&mut theirs));
    figures(&examples::medians(&all)?, peer)
}

fn figures(ours: &Said, peer: Option<f64>) -> Result<Vec<Figure>> {
    let beside = |name: &str, what: &str| -> Result<Figure> {
        let figure = Figure::new(what, ours.figure(name)?, "ms");
        Ok(match peer {
            Some(peer) => figure.against("Hocuspocus", peer).against("the limit", 2.0 * peer),
            None => figure,
        })
    };
    let plain =
        |name: &str, what: &str| -> Result<Figure> { Ok(Figure::new(what, ours.figure(name)?, "ms")) };
    let mut figures = vec![
        beside("socket_p50_ms", "a letter from socket to socket, p50")?,
        plain("socket_p95_ms", "  p95")?,
        plain("socket_p99_ms", "  p99")?,
        beside("whole_p50_ms", "a letter from key to the reader's disk, p50")?,
        plain("whole_p95_ms", "  p95")?,
        plain("whole_p99_ms", "  p99")?,
    ];
    for (name, what) in PARTS {
        figures.push(plain(name, what)?);
    }
    Ok(figures)
}
