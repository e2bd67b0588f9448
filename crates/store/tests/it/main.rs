//! The store from outside: what its callers rely on.

mod kit;
mod people_change_things;
