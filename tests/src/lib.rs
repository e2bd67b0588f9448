//! Stories and proofs that cross crates live beside this file, one binary each.
