//! Rich text as Yjs documents: block model, counts, folding, authors, lost words.
