//! The second factor as the store is told of it: what is used up.

/// What a code stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Factor {
    /// A step of time, whose code is used once.
    Step(u64),
    /// A recovery code, by its hash.
    Recovery(String),
}
