//! What the crate promises, through its public types only.

mod calls;
