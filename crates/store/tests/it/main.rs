//! The store from outside: what its callers rely on.

mod copies_come_together;
mod hub;
mod kit;
mod people_change_things;
