//! The encrypted local store: one door for changes, one for what sync applies.
