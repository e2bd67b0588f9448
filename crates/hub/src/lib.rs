//! The hub: brings everyone's work together.
