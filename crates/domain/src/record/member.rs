//! A member of the network as colleagues see them: name, practice, role. Ways to reach a person are other
//! records in narrower spaces, because no field is filtered inside a space.

use crate::id::OrganisationId;
use crate::nation::Nation;
use crate::record::record;
use crate::role::NetworkRole;

record! {
    /// A person of the network; the record's id is the person's id.
    Member, schema 1, place [Nation], words false {
        /// The name as colleagues read it.
        name: String = "name" LastWriter 202;
        /// The practice or body, in words.
        practice: String = "practice" LastWriter 202;
        /// The same as a record, where it is known.
        organisation: Option<OrganisationId> = "organisation" LastWriter 60;
        /// The nation the practice lies in.
        nation: Option<Nation> = "nation" LastWriter 40;
        /// What the person is in the network.
        role: NetworkRole = "role" HubOnly 40;
        /// The code of the region the person belongs to; empty where none is known.
        region: String = "region" HubOnly 44;
        /// Whether the account is suspended.
        suspended: bool = "suspended" HubOnly 5;
        /// When the person joined, in milliseconds since 1970.
        joined_at: u64 = "joinedAt" HubOnly 20;
        /// Marked where it belongs to sample data.
        sample: bool = "sample" LastWriter 5;
    }
}
