//! The simulator: histories of people who write apart, on lines that lose everything, with devices and a hub that
//! die and go back to backups; and at the end no word is lost. `LINCHPIN_SEED` plays one history again,
//! `LINCHPIN_LONG` plays many more.

mod doings;
mod guard;
mod histories;
mod kind;
mod model;
mod oracle;
mod plan;
mod planted;
mod world;
