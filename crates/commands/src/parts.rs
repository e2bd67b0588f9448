//! Who takes part in a response, and saying so. The hub decides; until it has, what is shown is what it said last.

use crate::calls::Changed;
use crate::core::Core;
use crate::error::{Code, Error};
use crate::people::PersonRow;
use crate::view::{CallView, Faces, call_view};
use linchpin_domain::can::{Account, Action, Facts, Hand, Principal, can};
use linchpin_domain::command::Command;
use linchpin_domain::id::{CallId, PersonId};
use linchpin_domain::record::membership::Membership;
use linchpin_domain::role::{Given, NetworkRole, ResponseRole};
use linchpin_domain::space::{Space, SpaceKind};
use linchpin_store::StoreError;
use linchpin_store::reader::{Filter, Reader};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// Asks who takes part in our response to a call.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PartsAsked {
    /// The call.
    pub call: CallId,
}

/// Who takes part.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Parts {
    /// What every member is who is not named; none where only those take part who are.
    pub everyone: Option<ResponseRole>,
    /// Those who are named, the lead first.
    pub people: Vec<PartRow>,
    /// Whether the person at this computer may change it.
    pub may_change: bool,
}

/// Somebody who is named.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PartRow {
    /// Who.
    pub person: PersonRow,
    /// As what; none for somebody who was taken out of what everyone has.
    pub role: Option<ResponseRole>,
}

/// Gives a part in our response to a call, or takes it away.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChangePart {
    /// The call.
    pub call: CallId,
    /// Who; none is every member who is not named.
    pub person: Option<PersonId>,
    /// As what; none takes the part away.
    pub role: Option<ResponseRole>,
}

/// What the records of the hub say: what everyone has, and what each has who is named.
struct Standing {
    everyone: Option<ResponseRole>,
    named: BTreeMap<PersonId, Option<ResponseRole>>,
}

impl Standing {
    /// Every response is opened to everyone as a co-author, with one lead, until the hub says otherwise.
    fn read(reader: &Reader<'_>, view: &CallView) -> Result<Self, StoreError> {
        let mut found = Self { everyone: Some(ResponseRole::CoAuthor), named: BTreeMap::new() };
        found.named.extend(view.lead.map(|lead| (lead, Some(ResponseRole::Lead))));
        for row in reader.list::<Membership>(Filter::In(&Space::Response(view.response)))? {
            let role = match row.record.given {
                Some(Given::Role(role)) => Some(role),
                _ => None,
            };
            match row.record.person {
                Some(person) => _ = found.named.insert(person, role),
                None => found.everyone = role,
            }
        }
        Ok(found)
    }

    fn may_change(&self, me: PersonId) -> bool {
        let role = self.named.get(&me).copied().unwrap_or(self.everyone);
        let who = Principal { account: Account::Confirmed, device_revoked: false, role: NetworkRole::Member };
        let facts = Facts::of(SpaceKind::Response, role.map(Hand::Role));
        can(&who, Action::Grant, &facts).is_allowed()
    }

    fn leads_without(&self, person: Option<PersonId>) -> bool {
        self.named.iter().any(|(who, role)| *role == Some(ResponseRole::Lead) && Some(*who) != person)
    }
}

/// Returns who takes part in our response to a call.
///
/// # Errors
/// A call that is not here, or any fault of the store.
pub fn list_parts(core: &Core, asked: PartsAsked) -> Result<Parts, Error> {
    let desk = core.desk()?;
    let me = core.me(&desk)?;
    let (given, faces) = desk.store.read(|reader| {
        let view = call_view(reader, asked.call)?;
        Ok((Standing::read(reader, &view)?, Faces::read(reader, me)?))
    })?;
    let may_change = given.may_change(me);
    let mut people: Vec<PartRow> =
        given.named.into_iter().map(|(id, role)| PartRow { person: faces.of(id), role }).collect();
    // Leads first; whoever was taken out stands last.
    people.sort_by_key(|row| (row.role.is_none(), row.role, row.person.name.to_lowercase()));
    Ok(Parts { everyone: given.everyone, people, may_change })
}

/// Asks the hub to give somebody a part in our response to a call, or to take it away.
///
/// # Errors
/// A person who is not known here, the last lead, what is not this person's to change, or any fault of the store.
pub fn change_part(core: &Core, asked: ChangePart) -> Result<Changed, Error> {
    let desk = core.desk()?;
    let me = core.me(&desk)?;
    if desk.store.identity()?.hub.is_none() {
        return Err(Error::new(
            Code::NotAllowed,
            "error_nobody_to_share_with",
            "You work alone here, so there is nobody to share with. Nothing was changed. Join a network first.",
        ));
    }
    let (view, given, known) = desk.store.read(|reader| {
        let view = call_view(reader, asked.call)?;
        let faces = Faces::read(reader, me)?;
        let known =
            asked.person.is_none_or(|person| person == me || faces.members().any(|(id, _)| *id == person));
        let given = Standing::read(reader, &view)?;
        Ok((view, given, known))
    })?;
    if !known {
        return Err(Error::field(
            "person",
            "error_unknown_person",
            "This is nobody whom this computer knows. Nothing was changed. Choose somebody from the list of people.",
        ));
    }
    if !given.may_change(me) {
        return Err(Error::new(
            Code::NotAllowed,
            "error_not_the_lead",
            "Who takes part is changed by whoever leads this response. Nothing was changed. Ask them.",
        ));
    }
    let leads = asked.role == Some(ResponseRole::Lead);
    if leads && asked.person.is_none() {
        return Err(Error::field(
            "role",
            "error_everyone_cannot_lead",
            "Not everyone can lead a response. Nothing was changed. Choose another part for everyone.",
        ));
    }
    if !leads && !given.leads_without(asked.person) {
        return Err(Error::field(
            "person",
            "error_last_lead",
            "Somebody must lead this response. Nothing was changed. Let somebody else lead it first.",
        ));
    }
    let by = core.by(&desk, "part")?;
    let space = Space::Response(view.response);
    let done = desk.store.transact(&by, |tx| {
        let command =
            Command::Share { space: space.clone(), person: asked.person, given: asked.role.map(Given::Role) };
        tx.command(&space, command).map(|_| ())
    })?;
    Ok(Changed::of(&done, &by))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::{Asha, asha, tom};
    use linchpin_domain::record::member::Member;

    fn says(asha: &Asha, call: CallId, person: Option<PersonId>, given: Option<Given>) {
        let response = linchpin_domain::id::ResponseId::of(call);
        let space = Space::Response(response);
        let record = Membership { space: Some(space.clone()), person, given, ..Membership::default() };
        asha.hub_makes(Membership::id(&space, &space, person), &space, &record);
    }

    #[test]
    fn a_response_is_everyones_until_the_hub_says_otherwise() {
        let asha = asha();
        let call = asha.brings_in("Access", &[("What of it?", "")]).id;
        let parts = || list_parts(&asha.core, PartsAsked { call }).expect("they are read");
        let first = parts();
        assert_eq!(first.everyone, Some(ResponseRole::CoAuthor));
        assert!(first.people.len() == 1 && first.people[0].person.me && first.may_change);
        says(&asha, call, None, None);
        says(&asha, call, Some(tom()), Some(Given::Role(ResponseRole::Lead)));
        let me = first.people[0].person.id;
        says(&asha, call, Some(me), Some(Given::Role(ResponseRole::Reviewer)));
        let now = parts();
        assert_eq!((now.everyone, now.may_change), (None, false));
        let shown: Vec<_> = now.people.iter().map(|row| (row.person.id, row.role)).collect();
        assert_eq!(shown, [(tom(), Some(ResponseRole::Lead)), (me, Some(ResponseRole::Reviewer))]);
    }

    #[test]
    fn what_the_hub_would_refuse_is_said_at_once() {
        let asha = asha();
        let call = asha.brings_in("Access", &[("What of it?", "")]).id;
        asha.hub_makes(tom(), &Space::ALL_MEMBERS, &Member { name: "Tom".into(), ..Member::default() });
        let change = |person, role| {
            change_part(&asha.core, ChangePart { call, person, role }).map(|_| ()).map_err(|error| error.key)
        };
        let observer = Some(ResponseRole::Observer);
        assert_eq!(change(Some(tom()), observer), Err("error_nobody_to_share_with"));
        asha.joins();
        let nobody = PersonId::new(9, [9; 10]);
        assert_eq!(change(Some(nobody), observer), Err("error_unknown_person"));
        assert_eq!(change(None, Some(ResponseRole::Lead)), Err("error_everyone_cannot_lead"));
        let me = list_parts(&asha.core, PartsAsked { call }).expect("they are read").people[0].person.id;
        assert_eq!(change(Some(me), observer), Err("error_last_lead"));
        assert_eq!(change(Some(tom()), observer), Ok(()));
        says(&asha, call, Some(me), None);
        assert_eq!(change(Some(tom()), None), Err("error_not_the_lead"));
    }
}
