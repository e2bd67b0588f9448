//! An update of an answer's text: tried before anybody believes it, known by its bytes, written in the name of
//! whoever sent it.

use crate::error::HubError;
use crate::push::{Deciding, Stop, Went};
use crate::text_work::{DocWork, NotTaken, UpdateRow};
use crate::work::{From, NOBODY, Work};
use linchpin_domain::can::Action;
use linchpin_domain::canonical::Bytes;
use linchpin_domain::change::{Change, Done, HeldBecause, RefusedBecause, TextUpdate};
use linchpin_domain::id::{AnswerId, GroupId};
use linchpin_domain::space::{Space, SpaceKind};
use linchpin_domain::sum::Sum;
use linchpin_text::schema::SCHEMA;
use linchpin_text::space_between::Spaced;
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
    pushing: &Deciding<'_>,
    change: &Change,
    update: &TextUpdate,
) -> Result<Went, Stop> {
    let (scope, space) = (pushing.scope, &change.space);
    let hand = work.spaces.get(space).and_then(|space| space.hand);
    if space.kind() != SpaceKind::Response || !scope.may(Action::TextUpdate, space, hand, false) {
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
    Ok(Went::applied(enter(work, space, From::change(person, change), change.base, update)?))
}

/// Numbers an update that the document has, and adds it to log and checksum.
fn enter(
    work: &mut Work,
    space: &Space,
    from: From,
    base: u64,
    update: &TextUpdate,
) -> Result<u64, HubError> {
    let seq = work.enter(space, from, Done::Text(update.clone()))?;
    work.add_share(space, Sum::default(), Sum::of_text(update.doc, &update.bytes.0))?;
    let at = work.now_ms;
    if let Some(doc) = work.docs.get_mut(&update.doc) {
        doc.schema = doc.schema.max(update.schema);
        let (replica, author, group) = (from.id.replica, from.author, from.group);
        let (hash, sv_before, bytes) =
            (hash_of(&update.bytes.0), update.sv_before.0.clone(), update.bytes.0.clone());
        doc.add(UpdateRow { seq, replica, author, at, base, group, hash, sv_before, bytes });
    }
    Ok(seq)
}

/// Enters a space that the hub puts between two people's words. It is nobody's. One that does not go in is left
/// out: the words are there without it.
pub(super) fn by_hub(
    work: &mut Work,
    space: &Space,
    group: GroupId,
    doc: AnswerId,
    spaced: &Spaced,
) -> Result<(), HubError> {
    work.touch_doc(doc);
    let Some(there) = work.docs.get_mut(&doc) else { return Ok(()) };
    let known = there.seq_of(&hash_of(&spaced.bytes)).is_some();
    if known || there.take(&spaced.bytes, NOBODY, false).is_err() {
        return Ok(());
    }
    let (bytes, sv_before) = (Bytes(spaced.bytes.clone()), Bytes(spaced.sv_before.clone()));
    let update = TextUpdate { doc, sv_before, schema: there.schema, bytes };
    work.not_plain(space);
    let base = work.spaces.get(space).map_or(0, |space| space.head);
    enter(work, space, From::hub(group), base, &update).map(|_| ())
}
