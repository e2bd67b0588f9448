//! Giving somebody a part in a space, or taking it away. What was decided is a row of access, which every other push
//! of the space is decided by, and records: one in the space, by which its readers see who takes part, and one in
//! the person's own space, by which their computers hear of it.

use crate::audit::{Note, Noted};
use crate::push::Stop;
use crate::scope::Scope;
use crate::work::{From, Work};
use linchpin_domain::can::Action;
use linchpin_domain::change::{Change, Outcome, RefusedBecause};
use linchpin_domain::id::PersonId;
use linchpin_domain::record::membership::{Forget, Membership};
use linchpin_domain::record::{DELETED, Fields, Record as _};
use linchpin_domain::role::{Given, NetworkRole, ResponseRole};
use linchpin_domain::space::{Space, SpaceKind};
use serde_json::{Value, json};

/// What a desk is told of why it must forget a space.
const REVOKED: &str = "revoked";

/// A part in a space.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) space: &'a Space,
    /// None is everyone.
    pub(super) person: Option<PersonId>,
    /// None takes it away.
    pub(super) given: Option<Given>,
}

/// Decides about a part.
pub(super) fn share(
    work: &mut Work,
    scope: &Scope,
    change: &Change,
    part: &Part<'_>,
) -> Result<Outcome, Stop> {
    let Part { space, person, given } = *part;
    let there = work.spaces.get(space).ok_or(RefusedBecause::ForbiddenSpace)?;
    let before = there.access.get(&person).copied().flatten();
    let action = match (before, given) {
        (_, None) => Action::Revoke,
        (None, Some(_)) => Action::Grant,
        (Some(_), Some(_)) => Action::SetRole,
    };
    if !scope.may(action, space, there.hand, false) {
        return Err(RefusedBecause::ForbiddenSpace.into());
    }
    if there.access.get(&person) == Some(&given) {
        // Nothing is written of what changes nothing.
        let seq = there.head;
        work.not_plain(space);
        return Ok(Outcome::Applied { seq });
    }
    check(work, part)?;
    give(work, scope, part);
    let seq = tell(work, scope, change, part)?;
    let who = person.map_or_else(|| "everyone".to_owned(), |person| person.to_string());
    let what = given.map_or("nothing", Given::name);
    work.notes.push(Note::by(Some(scope.person), Noted::Shared, space, &format!("{who} {what}")));
    Ok(Outcome::Applied { seq })
}

/// Checks what the table of rights does not say: that the part is one of this sort of space, that the person exists
/// and may have it, and that somebody goes on leading.
fn check(work: &Work, part: &Part<'_>) -> Result<(), Stop> {
    let Part { space, person, given } = *part;
    let bad = || Err(RefusedBecause::BadValue.into());
    if given.is_some_and(|given| !given.fits(space.kind()) || person.is_none() && given.leads()) {
        return bad();
    }
    if let Some(person) = person {
        let role = work.people.get(&person).ok_or(RefusedBecause::UnknownRecord)?;
        // A partner's observer looks on at most, and nowhere but in responses.
        let looks_on = Some(Given::Role(ResponseRole::Observer));
        if *role == NetworkRole::Observer && given.is_some() && given != looks_on {
            return bad();
        }
    }
    let there = work.spaces.get(space).ok_or(RefusedBecause::ForbiddenSpace)?;
    if space.kind() == SpaceKind::Region {
        // Whoever belongs to the region is there by that, and no row takes it away or makes them lead.
        let by_name = there.access.contains_key(&person);
        let holds = given.map_or(by_name, |given| !given.leads());
        return if holds { Ok(()) } else { bad() };
    }
    let others = there.access.iter().filter(|(who, _)| **who != person);
    let mut lead = others.filter_map(|(_, given)| *given).chain(given).filter(|given| given.leads());
    if lead.next().is_none() { bad() } else { Ok(()) }
}

/// Changes the row of access. Nothing of the space that is decided later in this push is decided by the former one.
fn give(work: &mut Work, scope: &Scope, part: &Part<'_>) {
    let asker = scope.person;
    work.change_space(part.space, |there| {
        there.access.insert(part.person, part.given);
        there.shared.insert(part.person);
        there.hand = scope.hand(part.space, there.access_of(asker));
        // Desks must pull the record that is written of it.
        there.plain = false;
    });
}

/// Writes the records of a part; returns the number of the one in the space itself.
fn tell(work: &mut Work, scope: &Scope, change: &Change, part: &Part<'_>) -> Result<u64, Stop> {
    let Part { space, person, .. } = *part;
    let fields = fields(work, scope, part);
    let (kind, schema) = (Membership::KIND.name(), Membership::SCHEMA);
    let id = Membership::id(space, space, person);
    // In the name of whoever pressed the button, under the id of their change.
    let seq = work.put_for(space, From::change(scope.person, change), (kind, schema, id), fields.clone())?;
    let Some(person) = person else { return Ok(seq) };
    let home = Space::Me(person);
    if !work.spaces.contains_key(&home) {
        return Ok(seq);
    }
    let id = Membership::id(&home, space, Some(person));
    work.put_by_hub(&home, change.group, scope.person, (kind, schema, id), fields)?;
    forget(work, scope, change, part, person)?;
    Ok(seq)
}

/// Tells a person's computers to forget the space, or that they need not any more.
fn forget(
    work: &mut Work,
    scope: &Scope,
    change: &Change,
    part: &Part<'_>,
    person: PersonId,
) -> Result<(), Stop> {
    let id = Forget::id(person, part.space);
    let gone = part.given.is_none();
    if !gone && !work.records.contains_key(&id) {
        return Ok(());
    }
    let mut fields = Fields::from([(DELETED.to_owned(), Value::Bool(!gone))]);
    if gone {
        fields.insert("space".to_owned(), json!(part.space));
        fields.insert("reason".to_owned(), json!(REVOKED));
        fields.insert("by".to_owned(), json!(scope.person));
        fields.insert("at".to_owned(), json!(work.now_ms));
    }
    let kind = (Forget::KIND.name(), Forget::SCHEMA, id);
    work.put_by_hub(&Space::Me(person), change.group, scope.person, kind, fields)?;
    Ok(())
}

fn fields(work: &Work, scope: &Scope, part: &Part<'_>) -> Fields {
    Fields::from([
        ("space".to_owned(), json!(part.space)),
        ("person".to_owned(), json!(part.person)),
        ("given".to_owned(), json!(part.given)),
        ("by".to_owned(), json!(scope.person)),
        ("at".to_owned(), json!(work.now_ms)),
    ])
}

/// Writes the records of all parts that a space was opened with.
pub(super) fn tell_opened(work: &mut Work, scope: &Scope, change: &Change) -> Result<(), Stop> {
    let space = &change.space;
    let Some(there) = work.spaces.get(space).filter(|there| there.no.is_none()) else { return Ok(()) };
    let mut parts = there.access.clone();
    parts.entry(None).or_insert(None);
    for (person, given) in parts {
        tell(work, scope, change, &Part { space, person, given })?;
    }
    Ok(())
}
