//! The live stream over a real line, heard by the real client: what others do arrives without asking, and the
//! stream ends when the owner may not listen any more.

use crate::client::{Client, Two};
use linchpin_domain::space::Space;
use linchpin_protocol::live::{LiveEvent, PresenceRequest};
use linchpin_sync::account::{self, Secret, SignInAsked};
use linchpin_sync::http::Http;
use linchpin_sync::seam::{AccountCall, Ask, Call, Heard, Live, Net, Reply, Terms};
use linchpin_sync::{Away, Outcome, Settings};
use std::time::Duration;
use tokio::time::timeout;

const SOON: Duration = Duration::from_secs(20);

fn terms() -> Terms {
    Terms { hub_now_ms: crate::client::now_ms(), epoch: 1 }
}

/// Waits until the stream says something that `wanted` takes.
async fn hears<T>(live: &mut impl Live, wanted: impl Fn(LiveEvent) -> Option<T>) -> T {
    let heard = async {
        loop {
            if let Heard::Event(event) = live.next().await.unwrap()
                && let Some(found) = wanted(event)
            {
                return found;
            }
        }
    };
    timeout(SOON, heard).await.expect("the stream says it in time")
}

#[test]
fn heads_and_presence_arrive_while_they_happen() {
    let mut two = Two::new();
    let work = two.asha.makes_a_call(2);
    two.come_together();
    let space = Space::Response(work.response);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let (of_asha, of_ben) = (two.asha.line(), two.ben.line());
    let mut live = runtime.block_on(of_ben.live(terms())).unwrap();
    let at = |event: LiveEvent| match event {
        LiveEvent::Head { space: there, seq } if there == space => Some(seq),
        _ => None,
    };
    let before = runtime.block_on(hears(&mut live, at));

    two.asha.types(&work, "Words.");
    two.asha.in_step();
    let after = runtime.block_on(hears(&mut live, |event| at(event).filter(|seq| *seq > before)));
    assert_eq!(after, before + 1);

    let here =
        PresenceRequest { space: space.clone(), answer: Some(work.answer), cursor: Some("here".into()) };
    let asked = Ask { call: Call::Presence(here), terms: terms() };
    assert_eq!(runtime.block_on(of_asha.ask(asked)), Ok(Reply::Noted));
    let presence = runtime.block_on(hears(&mut live, |event| match event {
        LiveEvent::Presence(presence) => Some(presence),
        _ => None,
    }));
    assert_eq!((presence.answer, presence.here[0].person), (work.answer, two.asha.me));
    assert_eq!(presence.here[0].cursor.as_deref(), Some("here"));

    // A space that is opened later is heard of without asking.
    let later = two.asha.makes_a_call(1);
    two.asha.in_step();
    let opened = Space::Call(later.call);
    runtime.block_on(hears(&mut live, |event| match event {
        LiveEvent::Head { space, .. } if space == opened => Some(()),
        _ => None,
    }));

    // A hub that stops ends the stream, and says so at once.
    two.hub_dies();
    let ended = async { while live.next().await.is_ok() {} };
    runtime.block_on(async { timeout(SOON, ended).await }).expect("the stream ends");
}

#[test]
fn of_one_device_the_two_newest_streams_are_heard() {
    let two = Two::new();
    two.come_together();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let line = two.ben.line();
    let mut opened: Vec<_> = (0..3).map(|_| runtime.block_on(line.live(terms())).unwrap()).collect();
    let ended = async { while opened[0].next().await.is_ok() {} };
    runtime.block_on(async { timeout(SOON, ended).await }).expect("the oldest ends");
    for live in &mut opened[1..] {
        runtime.block_on(hears(live, |event| matches!(event, LiveEvent::Head { .. }).then_some(())));
    }
}

#[test]
fn lines_of_one_store_share_one_session() {
    let two = Two::new();
    two.come_together();
    let (asha, settings) = (&two.asha.store, Settings::default());
    let begun = account::set_up(asha, Secret("lantern moss canary".to_owned()), &settings).unwrap();
    let code = linchpin_testkit::codes::code(&begun.otpauth.0, crate::client::now_ms()).unwrap();
    account::confirm(asha, Secret(code), &settings).unwrap();
    // Two lines that were made when the session was about to run out: what the one goes on with is the other's too.
    let mut kept = asha.session().unwrap().unwrap();
    kept["accessUntil"] = serde_json::json!(0);
    asha.keep_session(Some(&kept)).unwrap();
    let (driver, other) = (two.asha.line(), two.asha.line());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let asks = |line: &Http| {
        let call = Call::Account(AccountCall::Own);
        assert!(runtime.block_on(line.ask(Ask { call, terms: terms() })).is_ok());
    };
    asks(&other);
    asks(&other);
    let after = asha.session().unwrap();
    assert_ne!(after, Some(kept), "the other one has refreshed it");
    asks(&driver);
    assert_eq!(asha.session().unwrap(), after, "and the session goes on as it is");
    assert!(matches!(two.asha.syncs(), Outcome::Done { .. }));
}

#[test]
fn a_computer_that_its_owner_cuts_off_hears_no_more() {
    let two = Two::new();
    two.come_together();
    let (asha, settings) = (&two.asha.store, Settings::default());
    let words = || Secret("lantern moss canary".to_owned());
    let begun = account::set_up(asha, words(), &settings).unwrap();
    let code = linchpin_testkit::codes::code(&begun.otpauth.0, crate::client::now_ms()).unwrap();
    let recovery = account::confirm(asha, Secret(code), &settings).unwrap();
    let laptop = Client::new(two.folder.path(), "laptop", 9);
    let asked = SignInAsked {
        hub_url: two.served.as_ref().unwrap().url.clone(),
        email: begun.email,
        passphrase: words(),
        code: recovery[0].clone(),
        device_name: "Laptop".to_owned(),
        platform: "linux".to_owned(),
    };
    assert_eq!(account::sign_in(&laptop.store, &asked, &settings).unwrap().person, two.asha.me);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let line = laptop.line();
    let mut live = runtime.block_on(line.live(terms())).unwrap();
    runtime.block_on(hears(&mut live, |event| matches!(event, LiveEvent::Head { .. }).then_some(())));
    account::revoke(asha, laptop.store.identity().unwrap().device, &settings).unwrap();
    let ended = async { while live.next().await.is_ok() {} };
    runtime.block_on(async { timeout(SOON, ended).await }).expect("the stream ends");
    assert_eq!(laptop.syncs(), Outcome::Refused(Away::Revoked));
    assert!(matches!(two.asha.syncs(), Outcome::Done { .. }));
}

impl Client {
    fn line(&self) -> Http {
        Http::of_store(&self.store, &Settings::default()).unwrap()
    }
}
