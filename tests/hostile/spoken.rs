//! What two desks and the hub really say to each other, to be spoilt.

use linchpin_domain::change::{Done, Entry, Op};
use linchpin_domain::id::{DeviceId, ReplicaId};
use linchpin_domain::space::Space;
use linchpin_protocol::live::LiveEvent;
use linchpin_protocol::pull::Page;
use linchpin_sync::engine::Action;
use linchpin_sync::http::{DeviceKey, letter};
use linchpin_sync::seam::{Ask, Call, Fault, Reply, Terms};
use linchpin_testkit::KitError;
use linchpin_testkit::build::{answer, response};
use linchpin_testkit::clock::Time;
use linchpin_testkit::device::{Around, Device, When};
use linchpin_testkit::hub::HubEnd;
use linchpin_testkit::hub_real::{HubReal, join_request};
use linchpin_testkit::people::{asha, ben};
use linchpin_testkit::rng::Seeded;
use linchpin_text::edit::append;
use serde::Serialize;

/// Everything that was said.
pub(crate) struct Spoken {
    pub(crate) hub: HubReal,
    /// Who speaks.
    pub(crate) desk: Device,
    pub(crate) terms: Terms,
    said: Vec<(Call, Reply)>,
}

struct Ear<'a>(&'a mut HubReal, &'a mut Vec<(Call, Reply)>, &'a mut Terms);

impl Around for Ear<'_> {
    fn carry(&mut self, device: DeviceId, ask: &Ask) -> Result<Reply, Fault> {
        let reply = self.0.ask(device, &ask.call, ask.terms, ask.terms.hub_now_ms)?;
        self.1.push((ask.call.clone(), reply.clone()));
        *self.2 = ask.terms;
        Ok(reply)
    }

    fn dies(&mut self, _: When, _: &Action) -> bool {
        false
    }

    fn meanwhile(&mut self, _: &mut Device) -> Result<(), KitError> {
        Ok(())
    }
}

/// Lets two people write in one answer, through the real hub.
pub(crate) fn spoken() -> Spoken {
    let time = Time::default();
    let mut hub = HubReal::new(Seeded::new(1), time.now_ms()).expect("a hub");
    let mut said = Vec::new();
    let mut terms = Terms { hub_now_ms: time.now_ms(), epoch: 0 };
    let mut desks = [(asha(), 2), (ben(), 3)].map(|(person, seed)| {
        let desk = Device::new(person, time.clock(0), Seeded::new(seed), false).expect("a device");
        let joining = desk.joining().expect("it can join");
        hub.admit(joining, time.now_ms()).expect("it joins");
        desk
    });
    desks[0].brings_in(0, "Sample call", 2).expect("a call");
    desks[0].begins_response(0, 2).expect("a response");
    for n in 0..12 {
        let desk = &mut desks[n % 2];
        let text = format!("Words of the {n}th round, \u{e9}\u{1f600} and so on.");
        let space = Space::Response(response(0));
        if n > 1 {
            desk.edits(answer(0, 0), &space, |doc| Ok(append(doc, &text))).expect("it is saved");
        }
        desk.syncs(&mut Ear(&mut hub, &mut said, &mut terms)).expect("it is sent");
    }
    let [desk, _] = desks;
    let joining = desk.joining().expect("it can join");
    let reply = hub.ask(joining.device, &part_of(&Space::Response(response(0))), terms, terms.hub_now_ms);
    said.push((part_of(&Space::Response(response(0))), reply.expect("a part")));
    let (code, join) = ("AAAA-AAAA-AAAA-AAAA".to_owned(), Call::Join);
    let joined = linchpin_protocol::account::JoinAnswer {
        hub: hub.hub().facts().expect("facts").id,
        network: "Sample network".to_owned(),
        person: joining.person.id,
        role: linchpin_domain::role::NetworkRole::Member,
        hub_time: terms.hub_now_ms,
    };
    said.push((join(join_request(&joining, code)), Reply::Join(joined)));
    Spoken { hub, desk, terms, said }
}

fn part_of(space: &Space) -> Call {
    Call::Part { space: space.clone(), part: 0, at: None, from: 0 }
}

impl Spoken {
    /// Returns the bodies of requests that `which` takes.
    pub(crate) fn asked(&self, which: fn(&Call) -> bool) -> Vec<Vec<u8>> {
        let key = DeviceKey::from_seed(&[1; 32]);
        let bodies = self.said.iter().filter(|(call, _)| which(call)).map(|(call, _)| {
            let nonce = "00".repeat(16);
            letter(call, self.terms, self.desk.id(), &key, nonce, false).expect("it is written").body
        });
        bodies.collect()
    }

    /// Returns a request that `which` takes, and the bodies of the answers to such.
    pub(crate) fn answered(&self, which: fn(&Call) -> bool) -> (Call, Vec<Vec<u8>>) {
        let all: Vec<&(Call, Reply)> = self.said.iter().filter(|(call, _)| which(call)).collect();
        let call = all.first().expect("it was asked").0.clone();
        (call, all.iter().map(|(_, reply)| written(reply)).collect())
    }

    /// Returns the pages that were pulled and bring updates of texts.
    pub(crate) fn pages_with_texts(&self) -> Vec<Page> {
        let pages = self.said.iter().filter_map(|(_, reply)| match reply {
            Reply::Pull(answer) => Some(answer.pages.clone()),
            _ => None,
        });
        let is_text = |entry: &Entry| matches!(entry.done, Done::Text(_));
        pages.flatten().filter(|page| page.entries.iter().any(is_text)).collect()
    }

    /// Returns the replica under which the desk speaks.
    pub(crate) fn replica(&self) -> ReplicaId {
        self.desk.store().identity().expect("it has one").replica
    }

    /// Returns every update of a text that was sent.
    pub(crate) fn updates(&self) -> Vec<Vec<u8>> {
        let pushes = self.said.iter().filter_map(|(call, _)| match call {
            Call::Push(push) => Some(&push.changes),
            _ => None,
        });
        let ops = pushes.flatten().map(|change| &change.op);
        ops.filter_map(|op| if let Op::Text(update) = op { Some(update.bytes.0.clone()) } else { None })
            .collect()
    }
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("it is written")
}

fn written(reply: &Reply) -> Vec<u8> {
    match reply {
        Reply::Join(answer) => json(answer),
        Reply::Hello(answer) => json(answer),
        Reply::Push(answer) => json(answer),
        Reply::Pull(answer) => json(answer),
        Reply::Verify(answer) => json(answer),
        Reply::Part(head, rows) => {
            let lines = std::iter::once(json(head)).chain(rows.iter().map(json));
            lines.collect::<Vec<_>>().join(&b'\n')
        }
        Reply::Account(_) | Reply::File(_) | Reply::Noted => Vec::new(),
    }
}

/// What the live stream says.
pub(crate) fn lines() -> Vec<Vec<u8>> {
    let head = LiveEvent::Head { space: Space::Response(response(0)), seq: 4 };
    let event =
        format!("event: head\nid: 4\ndata: {}\n\n", serde_json::to_string(&head).expect("it is written"));
    vec![b": here\n\n".to_vec(), event.clone().into_bytes(), format!(": here\n\n{event}{event}").into_bytes()]
}
