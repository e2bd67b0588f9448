//! Stories that cross crates, told through the programs without a window.

mod evidence_2021;
mod two_authors;
