//! Rich text: an answer's words as one Yjs document. The document type, the block model that everything
//! else reads, counts, comparisons, minimal edits, folding, and what a merge did to people's words.
//! The only crate that knows yrs. No I/O and no clock.
#![forbid(unsafe_code)]

pub mod accept;
pub mod block;
pub mod compare;
pub mod count;
pub mod doc;
pub mod edit;
pub mod fold;
pub mod look;
pub mod plain;
mod read;
pub mod replace;
pub mod schema;
mod sentence;
mod shape;
pub mod space_between;

pub use doc::TextDoc;

/// Why a text could not be read or changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// The bytes are no update or snapshot.
    #[error("the bytes are no text update")]
    NotAnUpdate,
    /// The document holds something that this version does not know; it is shown read-only.
    #[error("the text holds \"{0}\", which this version does not know")]
    Unknown(String),
    /// A limit is passed.
    #[error("the text is larger than {0} bytes")]
    TooLarge(usize),
}
