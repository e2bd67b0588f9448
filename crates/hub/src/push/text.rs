//! An update of an answer's text: tried before anybody believes it, known by its bytes, written in the name of
//! whoever sent it.

use crate::push::{Pushing, Stop, Went};
use crate::text_work::{DocWork, NotTaken, UpdateRow};
use crate::work::{From, Work};
use linchpin_domain::can::Action;
use linchpin_domain::change::{Change, Done, HeldBecause, RefusedBecause, TextUpdate};
use linchpin_domain::space::SpaceKind;
use linchpin_domain::sum::Sum;
use linchpin_text::schema::SCHEMA;
use sha2::{Digest, Sha256};

/// Most bytes of a state vector.
const VECTOR_BYTES: usize = 64 << 10;

/// Returns the hash by which an update is known.
pub(crate) fn hash_of(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Takes an update in.
pub(super) fn text(
    work: &mut Work,
    pushing: &Pushing<'_>,
    change: &Change,
    update: &TextUpdate,
) -> Result<Went, Stop> {
    let (scope, space) = (pushing.scope, &change.space);
    let hand = work.spaces.get(space).and_then(|space| space.hand);
    if space.kind() != SpaceKind::Response || !scope.may(Action::Edit, space, hand, false) {
        return Err(RefusedBecause::ForbiddenSpace.into());
    }
    if update.schema > SCHEMA {
        return Err(RefusedBecause::SchemaAhead.into());
    }
    if update.sv_before.0.len() > VECTOR_BYTES {
        return Err(RefusedBecause::TooLarge.into());
    }
    // The document has the id of its answer; one that lies elsewhere answers as one that is unknown.
    let answer = work.records.get(&update.doc.into());
    if answer.is_some_and(|answer| answer.envelope.space != *space) {
        return Err(RefusedBecause::UnknownRecord.into());
    }
    let hash = hash_of(&update.bytes.0);
    let doc = work.docs.entry(update.doc).or_insert_with(|| DocWork::fresh(update.doc, space.clone()));
    if doc.space != *space {
        return Err(RefusedBecause::UnknownRecord.into());
    }
    if let Some(seq) = doc.seq_of(&hash) {
        work.not_plain(space);
        return Ok(Went::applied(seq));
    }
    work.touch_doc(update.doc);
    let person = scope.person;
    let taken = work
        .docs
        .get_mut(&update.doc)
        .map_or(Err(NotTaken::Unreadable), |doc| doc.take(&update.bytes.0, person, pushing.carefully));
    match taken {
        Ok(()) => {}
        Err(NotTaken::TooLarge) => return Err(RefusedBecause::TooLarge.into()),
        Err(NotTaken::Unreadable) => return Err(HeldBecause::Unreadable.into()),
        Err(NotTaken::NotTheirs) => return Err(HeldBecause::AuthorMismatch.into()),
    }
    let seq = work.enter(space, From::change(person, change), Done::Text(update.clone()))?;
    work.add_share(space, Sum::default(), Sum::of_text(update.doc, &update.bytes.0))?;
    let at = work.now_ms;
    if let Some(doc) = work.docs.get_mut(&update.doc) {
        doc.schema = doc.schema.max(update.schema);
        let (replica, group, bytes) = (change.id.replica, change.group, update.bytes.0.clone());
        let (base, sv_before) = (change.base, update.sv_before.0.clone());
        doc.add(UpdateRow { seq, replica, author: person, at, base, group, hash, sv_before, bytes });
    }
    Ok(Went::applied(seq))
}
