//! The network's words as types: records, stamps, merge rules and rights. No I/O.
