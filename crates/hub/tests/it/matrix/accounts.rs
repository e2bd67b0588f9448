//! Deeds with accounts, each tried by everybody with people of their own region and of another.

use super::expected::Expected;
use super::people::{Actor, comes_in};
use super::{Count, people};
use crate::kit::{Desk, Network};
use linchpin_domain::id::CommandId;
use linchpin_domain::role::NetworkRole;
use linchpin_protocol::people::{Deed, DeedRequest, Why};

/// People to whom things are done, new ones as they are needed.
pub(super) struct Targets {
    next: u8,
    deeds: u64,
}

impl Targets {
    pub(super) fn new(network: &Network) -> Self {
        // With two more administrators none is ever the last one.
        for n in [40, 41] {
            comes_in(network, n, NetworkRole::Admin, true);
        }
        Self { next: 50, deeds: 0 }
    }

    fn target(&mut self, network: &Network, at_home: bool) -> Desk {
        self.next += 1;
        comes_in(network, self.next, NetworkRole::Member, at_home)
    }

    /// What a deed comes to: `done`, `waits`, or the code of a refusal.
    fn comes_to(&mut self, network: &Network, desk: &Desk, deed: Deed) -> String {
        self.deeds += 1;
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.deeds.to_be_bytes());
        let body = DeedRequest { id: CommandId::new(network.now.get(), random), deed };
        let answer = network.handle(&desk.signed(network, "POST", "/v1/people/do", &body));
        let answer: serde_json::Value = serde_json::from_slice(&crate::kit::unpacked(&answer)).unwrap();
        answer["state"].as_str().or(answer["code"].as_str()).unwrap().to_owned()
    }

    pub(super) fn check(&mut self, network: &Network, actor: &Actor, expected: &Expected, count: &Count) {
        let desk = &actor.desk;
        let cell = |action: &str, same_region: bool| match column(actor.role) {
            None => "not_allowed",
            Some(column) => match (expected.account(action, column), same_region) {
                ("Y", _) | ("region", true) => "done",
                ("propose" | "two people", _) => "waits",
                _ => "not_allowed",
            },
        };
        for at_home in [true, false] {
            let same = at_home == actor.at_home;
            let whose = if same { "own region" } else { "another region" };
            let mut tries = |action: &str, deed: Deed| {
                let what = format!("{}: {action} in {whose}", actor.name());
                count.is(self.comes_to(network, desk, deed), cell(action, same).to_owned(), &what);
            };
            let region = if at_home { people::REGION } else { "Y61" }.to_owned();
            for (role, _) in NetworkRole::ALL {
                let action = to_make(role);
                let email = "new@example.org".to_owned();
                tries(action, Deed::Invite { email, role, region: region.clone() });
            }
            let target = self.target(network, at_home);
            let mut tries = |action: &str, deed: Deed| {
                let what = format!("{}: {action} in {whose}", actor.name());
                count.is(self.comes_to(network, desk, deed), cell(action, same).to_owned(), &what);
            };
            for (role, _) in NetworkRole::ALL {
                // What is done counts for what is done next: the same person is made a member again by nobody here.
                if role != NetworkRole::Member {
                    tries(to_make(role), Deed::SetRole { person: target.person, role });
                }
            }
            tries("revoke_device", Deed::RevokeDevice { device: target.device, why: Why::Retired });
            tries("suspend", Deed::Suspend { person: target.person });
            tries("suspend", Deed::Reinstate { person: target.person });
        }
        let list = network.handle(&desk.signed_at(network.now.get(), "GET", "/v1/people", Vec::new())).status;
        let lists = matches!(cell("list_people", true), "done");
        count.is(list, if lists { 200 } else { 403 }, &format!("{}: list_people", actor.name()));
        let own = Deed::RevokeDevice { device: desk.device, why: Why::Retired };
        assert_eq!(expected.account("revoke_own_device", "self"), "Y");
        count.is(self.comes_to(network, desk, own), "done".to_owned(), &actor.name());
    }
}

/// The column of a role; none for roles that have none.
fn column(role: NetworkRole) -> Option<&'static str> {
    match role {
        NetworkRole::LocalCoordinator => Some("local co-ordinator"),
        NetworkRole::NationalCoordinator => Some("national co-ordinator"),
        NetworkRole::Admin => Some("admin"),
        NetworkRole::Member | NetworkRole::SteeringGroup | NetworkRole::Observer => None,
    }
}

/// The row of what it takes to make somebody this.
fn to_make(role: NetworkRole) -> &'static str {
    match role {
        NetworkRole::Member => "invite_member",
        NetworkRole::LocalCoordinator | NetworkRole::NationalCoordinator => "grant_coordinator",
        NetworkRole::SteeringGroup => "grant_steering",
        NetworkRole::Observer => "grant_partner",
        NetworkRole::Admin => "grant_admin",
    }
}
