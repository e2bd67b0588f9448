//! How fast the local store is: searching many answers, saving words, opening.

use crate::bench::Figure;
use crate::bench::examples::{self, Name};
use crate::house::House;
use anyhow::Result;

const NAMES: [Name; 6] = [
    ("search_p50_ms", "search over 30,000 answers, p50", "ms", None),
    ("search_p95_ms", "search over 30,000 answers, p95", "ms", Some(50.0)),
    ("save_in_10000_words_p99_ms", "words to disk in an answer of 10,000 words, p99", "ms", Some(300.0)),
    ("open_again_ms", "open the store", "ms", None),
    ("backup_checked_ms", "back up and check", "ms", None),
    ("check_20000_documents_ms", "check this copy, 20,000 documents", "ms", Some(2_000.0)),
];

/// Runs the store's example and reads its figures.
pub(crate) fn store(house: &House, _long: bool) -> Result<Vec<Figure>> {
    examples::build(house)?;
    examples::run(house, "measure_store", |_| {})?.named(&NAMES)
}
