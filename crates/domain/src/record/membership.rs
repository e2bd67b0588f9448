//! Who takes part in what. The hub writes each twice: in the space itself, where all its readers see who has a part,
//! and in the person's own space, where their computers hear of it. Rights are facts of the hub and never read from
//! these records.

use crate::id::{PersonId, RecordId};
use crate::record::record;
use crate::role::Given;
use crate::space::Space;

record! {
    /// A part that was given in a space.
    Membership, schema 1, place [Me, Org, Region, Call, Response], words false {
        /// The space.
        space: Option<Space> = "space" HubOnly 60;
        /// Who has the part; none is every confirmed member.
        person: Option<PersonId> = "person" HubOnly 60;
        /// The part; none where it was taken away.
        given: Option<Given> = "given" HubOnly 20;
        /// Who gave it or took it away.
        by: Option<PersonId> = "by" HubOnly 60;
        /// When, in milliseconds since 1970.
        at: u64 = "at" HubOnly 20;
    }
}

record! {
    /// Says that the person's computers must forget a space.
    Forget, schema 1, place [Me], words false {
        /// The space.
        space: Option<Space> = "space" HubOnly 60;
        /// Why, as one of the codes that a desk knows; "revoked" so far.
        reason: String = "reason" HubOnly 40;
        /// Who took the part away.
        by: Option<PersonId> = "by" HubOnly 60;
        /// When, in milliseconds since 1970.
        at: u64 = "at" HubOnly 20;
    }
}

impl Membership {
    /// Returns the id of the record that `home` holds of a person's part in `space`.
    pub fn id(home: &Space, space: &Space, person: Option<PersonId>) -> RecordId {
        let who = person.map_or_else(|| "*".to_owned(), |person| person.to_string());
        RecordId::of_named("membership", &home.to_string(), &format!("{space} {who}"))
    }
}

impl Forget {
    /// Returns the id of the record that tells a person's computers to forget `space`.
    pub fn id(person: PersonId, space: &Space) -> RecordId {
        RecordId::of_named("forget", &Space::Me(person).to_string(), &space.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_has_one_record_in_each_of_its_two_homes() {
        let (asha, ben) = (PersonId::new(1, [1; 10]), PersonId::new(1, [2; 10]));
        let space = Space::Call(crate::id::CallId::new(1, [3; 10]));
        let ids = [
            Membership::id(&space, &space, None),
            Membership::id(&space, &space, Some(asha)),
            Membership::id(&space, &space, Some(ben)),
            Membership::id(&Space::Me(asha), &space, Some(asha)),
            Forget::id(asha, &space),
        ];
        for (n, id) in ids.iter().enumerate() {
            assert!(ids.iter().skip(n + 1).all(|other| other != id));
        }
        assert_eq!(ids.first(), Some(&Membership::id(&space, &space, None)));
    }
}
