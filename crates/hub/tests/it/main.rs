//! The hub as its desks meet it: in one process with the time handed in, and over a real line with the real
//! client.

mod client;
mod kit;
mod letting_in;
mod program;
mod proofs;
mod reading;
mod records;
mod rights;
mod texts;
mod wrong_bodies;
