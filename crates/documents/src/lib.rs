//! Files in and out: finding the questions of a call in pasted text, writing a response as one file, and
//! names for files that every system takes. Values in, values out: no file is opened here and no clock read.
#![forbid(unsafe_code)]

mod clean;
pub mod name;
pub mod questions;
pub mod write;
