//! The network's words as types, and the rules that hold wherever they travel: records, stamps,
//! the one field merge, spaces, rights. Pure on purpose: no I/O, no clock, no async, no SQL, so that
//! the desk, the hub and the simulator run the very same lines.
#![forbid(unsafe_code)]

pub mod can;
pub mod canonical;
pub mod change;
pub mod command;
pub mod epoch;
pub mod file;
pub mod id;
pub mod london;
pub mod merge;
pub mod nation;
pub mod order;
pub mod readable;
pub mod record;
pub mod role;
pub mod space;
pub mod stamp;
pub mod sum;

/// A value that breaks a rule of its kind, said so that a person can put it right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {why}")]
pub struct Wrong {
    /// The field that is wrong, as it is called in the record.
    pub field: &'static str,
    /// What is wrong with it, in a few plain words.
    pub why: &'static str,
}

impl Wrong {
    /// Returns the fault `why` of `field`.
    pub const fn new(field: &'static str, why: &'static str) -> Self {
        Self { field, why }
    }
}
