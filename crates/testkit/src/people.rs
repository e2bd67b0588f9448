//! People with names, so that a failure reads like a story. The same name is the same person in every test.

use linchpin_domain::id::PersonId;

/// A practice manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    /// The name.
    pub name: &'static str,
    /// The id.
    pub id: PersonId,
}

/// When everybody's ids were made.
const MADE_MS: u64 = 1_600_000_000_000;

const fn byte(n: u8) -> [u8; 10] {
    [n; 10]
}

/// Asha, who brings the call in.
pub fn asha() -> Person {
    Person { name: "asha", id: PersonId::new(MADE_MS, byte(1)) }
}

/// Ben, who writes with her.
pub fn ben() -> Person {
    Person { name: "ben", id: PersonId::new(MADE_MS, byte(2)) }
}

/// Carol, who comes later.
pub fn carol() -> Person {
    Person { name: "carol", id: PersonId::new(MADE_MS, byte(3)) }
}

/// Everybody, in the order in which they come.
pub fn everybody() -> [Person; 3] {
    [asha(), ben(), carol()]
}
