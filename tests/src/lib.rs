//! What the stories share: the built programs, a hub of their own, a profile for each person, and the real
//! files beside the checkout. No facts are proven here.
#![forbid(unsafe_code)]
#![expect(clippy::disallowed_methods, reason = "stories run the programs as people do")]

pub mod hub;
pub mod linchpin;
pub mod programs;
pub mod shared;
pub mod words;
