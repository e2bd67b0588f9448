//! Folding a log of updates into a snapshot that provably contains them. Any doubt keeps the log.

use crate::TextError;
use crate::block::hash;
use crate::doc::TextDoc;

/// Why a log was not folded; it stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotFolded {
    /// An update waits for another one that is not here.
    #[error("an update waits for another one")]
    Waiting,
    /// The snapshot does not hold all that the log holds.
    #[error("the snapshot would lose something")]
    NotCovered,
    /// A part could not be read.
    #[error(transparent)]
    Text(#[from] TextError),
}

/// Folds a snapshot and the updates after it into a new packed snapshot. Proven before it is returned: the
/// snapshot alone, with every folded update applied to it again, has the same state vector, the same
/// deletions and the same blocks. A state vector alone would prove nothing about deletions.
///
/// # Errors
/// [`NotFolded`], and nothing is lost.
pub fn fold(snapshot: Option<&[u8]>, updates: &[&[u8]]) -> Result<Vec<u8>, NotFolded> {
    let whole = TextDoc::open(snapshot, updates.iter().copied(), 0)?;
    if whole.is_waiting() {
        return Err(NotFolded::Waiting);
    }
    let packed = whole.packed()?;
    let mut again = TextDoc::open(Some(&packed), [], 0)?;
    let (alone, text) = (again.cover(), hash(&again.blocks()?));
    for update in updates {
        again.apply(update)?;
    }
    let same = alone == again.cover() && alone == whole.cover() && text == hash(&again.blocks()?);
    if same && !again.is_waiting() { Ok(packed) } else { Err(NotFolded::NotCovered) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::{append, rewrite};

    #[test]
    fn a_log_that_ends_with_a_deletion_folds_with_it() {
        let mut doc = TextDoc::new(10);
        let log = [
            append(&mut doc, "one two three").expect("words were added"),
            rewrite(&mut doc, "one three")
                .expect("the text can be changed")
                .expect("there was something to change"),
        ];
        let parts: Vec<&[u8]> = log.iter().map(Vec::as_slice).collect();
        let packed = fold(None, &parts).expect("it folds");
        assert!(
            TextDoc::open(Some(&packed), [], 0).expect("it opens").blocks().expect("the text is read")
                == doc.blocks().expect("the text is read")
        );
    }

    #[test]
    fn a_log_with_a_gap_is_left_alone() {
        let mut doc = TextDoc::new(10);
        append(&mut doc, "one").expect("words were added");
        let second = append(&mut doc, "two").expect("words were added");
        assert_eq!(fold(None, &[&second]), Err(NotFolded::Waiting));
    }
}
