//! How fast the real window is and what it holds in memory, with 1,000 answers in its store.

use crate::bench::examples::{self, Name};
use crate::bench::{Figure, only_on_linux, size};
use crate::house::House;
use anyhow::Result;

/// The limit of memory counts with the DMABUF renderer off, as the stage sets it.
const NAMES: [Name; 4] = [
    ("start_p50_s", "start until an answer can be written in, files cached", "s", Some(2.0)),
    ("key_to_paint_p95_ms", "key to paint in an answer of 10,000 words, p95", "ms", Some(32.0)),
    ("key_to_disk_p99_ms", "last key of a burst to disk, p99", "ms", Some(300.0)),
    ("memory_mb", "memory of all its processes with that answer open (PSS)", "MB", Some(250.0)),
];

/// Builds the app as it is handed out and runs the window's example on it.
pub(crate) fn window(house: &House, _long: bool) -> Result<Vec<Figure>> {
    only_on_linux("needs Xvfb and reads the memory of processes")?;
    examples::build(house)?;
    size::app(house)?;
    examples::run(house, "measure_window", |_| {})?.named(&NAMES)
}
