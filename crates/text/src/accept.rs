//! Updates from outside are tried on a copy before anybody believes them: a bad one is set aside with its
//! reason, the rest of the answer goes on.

use crate::doc::{MAX_BYTES, TextDoc};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Most bytes of one update.
pub const MAX_UPDATE_BYTES: usize = 512 << 10;

/// What became of an update that was tried.
pub enum Tried {
    /// It is sound; the document with it applied.
    Accepted(TextDoc),
    /// It is sound but needs another one that is not here yet.
    Waiting(TextDoc),
    /// It must be set aside.
    Refused(RefusedUpdate),
}

/// Why an update is set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusedUpdate {
    /// The update, or the document with it, is over its limit.
    TooLarge,
    /// It is no update, or it broke the reader.
    Unreadable,
}

/// Tries an update on a copy of a document.
pub fn try_update(doc: &TextDoc, update: &[u8]) -> Tried {
    if update.len() > MAX_UPDATE_BYTES {
        return Tried::Refused(RefusedUpdate::TooLarge);
    }
    let tried = catch_unwind(AssertUnwindSafe(|| {
        let mut copy = TextDoc::new(0);
        copy.apply(&doc.whole())?;
        copy.apply(update)?;
        // Reading it is part of the trial: what cannot be read must not reach an editor.
        let readable = match copy.blocks() {
            Ok(_) => true,
            Err(crate::TextError::Unknown(_)) => !copy.is_too_deep(),
            Err(_) => false,
        };
        // So is writing it, which what waits may break.
        let bytes = copy.whole().len();
        Ok::<_, crate::TextError>((copy, readable, bytes))
    }));
    match tried {
        Ok(Ok((_, _, bytes))) if bytes > MAX_BYTES => Tried::Refused(RefusedUpdate::TooLarge),
        Ok(Ok((copy, true, _))) if copy.is_waiting() => Tried::Waiting(copy),
        Ok(Ok((copy, true, _))) => Tried::Accepted(copy),
        _ => Tried::Refused(RefusedUpdate::Unreadable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::append;

    #[test]
    fn a_sound_update_is_accepted_and_rubbish_is_not() {
        let doc = TextDoc::new(10);
        let mut other = TextDoc::new(20);
        let update = append(&mut other, "words").expect("words were added");
        assert!(matches!(try_update(&doc, &update), Tried::Accepted(_)));
        for bad in
            [&[][..], &[1, 2, 3, 4, 5, 250], &vec![7; MAX_UPDATE_BYTES + 1], &update[..update.len() / 2]]
        {
            assert!(matches!(try_update(&doc, bad), Tried::Refused(_)));
        }
    }

    #[test]
    fn an_update_that_came_too_early_waits() {
        let doc = TextDoc::new(10);
        let mut other = TextDoc::new(20);
        append(&mut other, "one").expect("words were added");
        let second = append(&mut other, "two").expect("words were added");
        assert!(matches!(try_update(&doc, &second), Tried::Waiting(_)));
    }

    #[test]
    fn a_thousand_broken_updates_break_nothing() {
        let mut other = TextDoc::new(20);
        let update =
            append(&mut other, "words that will be damaged, one byte at a time").expect("words were added");
        let doc = TextDoc::new(10);
        let mut state = 1u64;
        for _ in 0..1_000 {
            let mut broken = update.clone();
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let at = usize::try_from(state >> 33).expect("the number fits") % broken.len();
            broken[at] = broken[at].wrapping_add(1 + (state >> 20 & 0xff) as u8 % 255);
            let _outcome = try_update(&doc, &broken);
        }
    }
}
