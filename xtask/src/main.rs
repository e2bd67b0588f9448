//! The repository's own tool.

fn main() {}
