//! Stories that cross crates, told through the programs without a window.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a story that cannot go on ends there")]

mod canary;
mod evidence_2021;
mod one_person;
mod own_copy;
mod parts;
mod put_back;
mod slips;
mod two_authors;
