//! The store from outside: what its callers rely on.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a helper of a test fails the test"
)]

mod checking;
mod copies_come_together;
mod copies_on_disk;
mod deleting;
mod files;
mod former_form;
mod hub;
mod in_memory;
mod kit;
mod opening;
mod people_change_things;
mod the_hub_answers;
mod words_are_kept;
