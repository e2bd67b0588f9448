//! The people: every role, of the region and nation at hand and of others; and those who may do nothing.

use crate::engines::Place;
use crate::kit::{Desk, NOW, Network};
use linchpin_domain::id::PersonId;
use linchpin_domain::nation::Nation;
use linchpin_domain::role::NetworkRole;

pub(super) const REGION: &str = "Y60";
pub(super) const NATION: Nation = Nation::Wales;

/// Somebody in good standing.
pub(super) struct Actor {
    pub(super) desk: Desk,
    pub(super) role: NetworkRole,
    /// Whether region and nation are those of the spaces at hand.
    pub(super) at_home: bool,
}

impl Actor {
    pub(super) fn name(&self) -> String {
        format!("{:?}, {}", self.role, if self.at_home { "at home" } else { "from elsewhere" })
    }
}

/// Why somebody may do nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// The hub never heard of the device.
    Unknown,
    /// Invited and not yet confirmed.
    Invited,
    /// Suspended.
    Suspended,
    /// The device was cut off.
    Revoked,
}

pub(super) struct Outcast {
    pub(super) desk: Desk,
    pub(super) standing: Standing,
}

/// Everybody.
pub(super) struct Cast {
    /// A member who leads what the others are tried in.
    pub(super) lead: Desk,
    /// A member to whom parts are given.
    pub(super) guest: PersonId,
    pub(super) actors: Vec<Actor>,
    pub(super) outcasts: Vec<Outcast>,
}

/// Lets somebody in, of the region and nation at hand or of others.
pub(super) fn comes_in(network: &Network, n: u8, role: NetworkRole, at_home: bool) -> Desk {
    let (region, nation) = if at_home { (REGION, NATION) } else { ("Y61", Nation::England) };
    let email = format!("p{n}@example.org");
    let code = network.hub.invite_to(&email, role, region, NOW).unwrap().code;
    network.joins_from(n, &code, role, Some(nation))
}

impl Cast {
    pub(super) fn new(network: &Network) -> Self {
        let lead = comes_in(network, 1, NetworkRole::Member, true);
        let guest = comes_in(network, 2, NetworkRole::Member, true).person;
        let mut actors = Vec::new();
        for (n, (role, _)) in (10_u8..).step_by(2).zip(NetworkRole::ALL) {
            for (n, at_home) in [(n, true), (n + 1, false)] {
                actors.push(Actor { desk: comes_in(network, n, role, at_home), role, at_home });
            }
        }
        let standings = [Standing::Unknown, Standing::Invited, Standing::Suspended, Standing::Revoked];
        let outcasts = (30_u8..).zip(standings).map(|(n, standing)| outcast(network, n, standing));
        Self { lead, guest, outcasts: outcasts.collect(), actors }
    }
}

fn outcast(network: &Network, n: u8, standing: Standing) -> Outcast {
    if standing == Standing::Unknown {
        return Outcast { desk: Desk::new(n), standing };
    }
    let desk = comes_in(network, n, NetworkRole::Member, true);
    match standing {
        Standing::Revoked => assert!(network.hub.revoke(desk.device, NOW).unwrap()),
        Standing::Suspended => {
            let deed = linchpin_protocol::people::Deed::Suspend { person: desk.person };
            network.hub.deed(deed, NOW).unwrap();
        }
        // No word makes one: whoever joins is confirmed so far.
        Standing::Invited | Standing::Unknown => {
            sql(network, &format!("UPDATE person SET state = 'invited' WHERE id = '{}'", desk.person));
        }
    }
    Outcast { desk, standing }
}

/// Brings about in the store what no word of the product brings about yet.
pub(super) fn sql(network: &Network, statement: &str) {
    match &network.place {
        Place::Folder(folder) => {
            let db = rusqlite::Connection::open(folder.path().join("hub/hub.db")).unwrap();
            db.execute_batch(statement).unwrap();
        }
        Place::Postgres(url) => {
            postgres::Client::connect(url, postgres::NoTls).unwrap().batch_execute(statement).unwrap();
        }
        Place::Memory => panic!("nobody reaches a store in memory"),
    }
}
