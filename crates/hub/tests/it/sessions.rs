//! Sessions: what a hub that requires sign-in serves, how tokens follow one another, and how they end.

use crate::kit::{Desk, NOW, Network};
use crate::signing_in::{InHand, STEP_MS, WORDS};
use linchpin_domain::change::Outcome;
use linchpin_domain::role::NetworkRole;
use linchpin_hub::Request;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::people::{Deed, Why};
use linchpin_protocol::sign_in::{
    HEADER_SESSION, PassphraseRequest, RecoveryCodesAnswer, RecoveryCodesRequest, RefreshRequest,
    RevokeRequest, Secret, Session, SignOutRequest,
};
use linchpin_text::TextDoc;
use linchpin_text::edit::append;

const DAY_MS: u64 = 24 * 60 * 60_000;

impl Desk {
    pub(crate) fn refresh_request(&self, network: &Network, refresh: &Secret) -> Request {
        let asked = RefreshRequest { refresh: refresh.clone() };
        self.signed(network, "POST", "/v1/account/refresh", &asked)
    }

    /// Refreshes with the present token and keeps what it is given.
    pub(crate) fn refreshes(&self, network: &Network) -> Session {
        let refresh = self.session.borrow().as_ref().unwrap().refresh.clone();
        let session: Session = network.ok(&self.refresh_request(network, &refresh));
        *self.session.borrow_mut() = Some(session.clone());
        session
    }

    /// What becomes of a request that any device in good standing may make.
    pub(crate) fn is_served(&self, network: &Network) -> Result<(), ErrorCode> {
        let answer = network.handle(&self.pull_request(network, &[], 10));
        if answer.status == 200 {
            return Ok(());
        }
        let problem: linchpin_protocol::error::Problem = serde_json::from_slice(&answer.body).unwrap();
        Err(problem.code)
    }
}

/// A person with two computers, both signed in.
fn two_computers(network: &Network) -> (Desk, Desk, InHand) {
    let asha = network.person(1);
    let account = asha.sets_up(network);
    let mut laptop = Desk::new(30);
    laptop.signs_in(network, &account);
    (asha, laptop, account)
}

#[test]
fn a_hub_that_requires_it_serves_nobody_without_a_session() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        network.hub.require_sign_in(true, NOW).unwrap();
        let refused = [
            asha.push_request(&network, &[]),
            asha.pull_request(&network, &[], 10),
            asha.signed(&network, "POST", "/v1/seen", &"x"),
            asha.signed(&network, "POST", "/v1/presence", &"x"),
            asha.signed_at(network.now.get(), "GET", "/v1/live", Vec::new()),
            asha.signed_at(network.now.get(), "GET", "/v1/account", Vec::new()),
            asha.signed_at(network.now.get(), "GET", "/v1/spaces/national/bootstrap?part=0", Vec::new()),
            asha.signed(&network, "POST", "/v1/account/revoke", &RevokeRequest { device: asha.device }),
        ];
        for request in refused {
            assert_eq!(network.code(&request), ErrorCode::SignInNeeded, "{}", request.path);
        }
        // It may say hello and set its account up.
        asha.hello(&network, None);
        asha.sets_up(&network);
        assert_eq!(asha.is_served(&network), Ok(()));
        let op = crate::kit::text(opened.answer, &[], append(&mut TextDoc::new(601), "Signed in.").unwrap());
        assert!(matches!(asha.push(&network, &opened.of_response(), 2, op).outcome, Outcome::Applied { .. }));
        assert_eq!(tom.is_served(&network), Err(ErrorCode::SignInNeeded), "one session is not another's");
        network.hub.require_sign_in(false, NOW).unwrap();
        assert_eq!(tom.is_served(&network), Ok(()));
    }
}

#[test]
fn a_token_is_good_for_its_own_device_and_for_ten_minutes() {
    for network in Network::on_every_engine() {
        network.hub.require_sign_in(true, NOW).unwrap();
        let (asha, laptop, _) = two_computers(&network);
        let of_asha = asha.session.borrow().clone().unwrap();
        let mut borrowed = laptop.pull_request(&network, &[], 10);
        borrowed.headers.insert(HEADER_SESSION.to_owned(), of_asha.access.0.clone());
        assert_eq!(network.code(&borrowed), ErrorCode::SignInNeeded);
        for odd in ["", "x", &of_asha.refresh.0] {
            let mut request = asha.pull_request(&network, &[], 10);
            request.headers.insert(HEADER_SESSION.to_owned(), odd.to_owned());
            assert_eq!(network.code(&request), ErrorCode::SignInNeeded, "{odd}");
        }
        network.now.set(of_asha.access_until - 1);
        assert_eq!(asha.is_served(&network), Ok(()));
        network.passes(1);
        assert_eq!(asha.is_served(&network), Err(ErrorCode::SignInNeeded));
        let next = asha.refreshes(&network);
        assert_eq!(asha.is_served(&network), Ok(()));
        assert!(next.access != of_asha.access && next.refresh != of_asha.refresh);
    }
}

#[test]
fn thirty_days_without_a_refresh_end_a_session() {
    for network in Network::on_every_engine() {
        network.hub.require_sign_in(true, NOW).unwrap();
        let (asha, laptop, _) = two_computers(&network);
        network.passes(30 * DAY_MS - STEP_MS - 1);
        asha.refreshes(&network);
        network.passes(2 * STEP_MS);
        let refresh = laptop.session.borrow().as_ref().unwrap().refresh.clone();
        assert_eq!(network.code(&laptop.refresh_request(&network, &refresh)), ErrorCode::SignInNeeded);
        asha.refreshes(&network);
        assert_eq!(asha.is_served(&network), Ok(()));
        // Where it is not required, one that only ran out is not missed.
        network.hub.require_sign_in(false, NOW).unwrap();
        assert_eq!(laptop.is_served(&network), Ok(()));
    }
}

#[test]
fn a_token_that_was_replaced_ends_the_whole_family() {
    for network in Network::on_every_engine() {
        let (asha, laptop, _) = two_computers(&network);
        let first = asha.session.borrow().clone().unwrap();
        asha.refreshes(&network);
        assert_eq!(asha.is_served(&network), Ok(()), "the new token is used");
        assert_eq!(network.code(&asha.refresh_request(&network, &first.refresh)), ErrorCode::SignInNeeded);
        // Neither the one who came second nor the one who came first has anything now.
        assert_eq!(asha.is_served(&network), Err(ErrorCode::SignInNeeded));
        let present = asha.session.borrow().as_ref().unwrap().refresh.clone();
        assert_eq!(network.code(&asha.refresh_request(&network, &present)), ErrorCode::SignInNeeded);
        assert_eq!(laptop.is_served(&network), Ok(()), "the other computer has a session of its own");
    }
}

#[test]
fn a_refresh_whose_answer_was_lost_is_asked_again() {
    for network in Network::on_every_engine() {
        let (asha, laptop, _) = two_computers(&network);
        let first = asha.session.borrow().clone().unwrap();
        let lost: Session = network.ok(&asha.refresh_request(&network, &first.refresh));
        let found: Session = network.ok(&asha.refresh_request(&network, &first.refresh));
        assert_ne!(lost.refresh, found.refresh);
        *asha.session.borrow_mut() = Some(found);
        assert_eq!(asha.is_served(&network), Ok(()));
        let next = asha.refreshes(&network);
        // From another device it is no lost answer.
        assert_eq!(network.code(&laptop.refresh_request(&network, &next.refresh)), ErrorCode::SignInNeeded);
        assert_eq!(asha.is_served(&network), Err(ErrorCode::SignInNeeded));
        for odd in ["", ".", "x.y", "no token"] {
            assert_eq!(network.code(&asha.refresh_request(&network, &odd.into())), ErrorCode::SignInNeeded);
        }
    }
}

#[test]
fn who_signs_out_must_sign_in_again_whatever_the_hub_requires() {
    for network in Network::on_every_engine() {
        let (asha, mut laptop, account) = two_computers(&network);
        let refresh = laptop.session.borrow().as_ref().unwrap().refresh.clone();
        let asked = SignOutRequest { refresh };
        let sign_out = |desk: &Desk| desk.signed(&network, "POST", "/v1/account/sign-out", &asked);
        assert_eq!(network.code(&sign_out(&asha)), ErrorCode::SignInNeeded, "it is another device's");
        assert_eq!(network.handle(&sign_out(&laptop)).status, 204);
        assert_eq!(laptop.is_served(&network), Err(ErrorCode::SignInNeeded));
        laptop.session.borrow_mut().take();
        assert_eq!(
            laptop.is_served(&network),
            Err(ErrorCode::SignInNeeded),
            "leaving the token out is no way in"
        );
        assert_eq!(asha.is_served(&network), Ok(()));
        laptop.signs_in(&network, &account);
        assert_eq!(laptop.is_served(&network), Ok(()));
    }
}

#[test]
fn another_passphrase_ends_every_other_session() {
    for network in Network::on_every_engine() {
        let (asha, laptop, account) = two_computers(&network);
        let change = |present: &str, new: &str| {
            let asked = PassphraseRequest {
                passphrase: present.into(),
                code: account.code(&network).as_str().into(),
                new_passphrase: new.into(),
            };
            asha.signed(&network, "POST", "/v1/account/passphrase", &asked)
        };
        assert_eq!(network.code(&change("lantern mosses", "kettle on the hill")), ErrorCode::SignInFailed);
        assert_eq!(network.code(&change(WORDS, "password1234")), ErrorCode::PassphraseRefused);
        let session: Session = network.ok(&change(WORDS, "kettle on the hill"));
        assert_eq!(laptop.is_served(&network), Err(ErrorCode::SignInNeeded));
        *asha.session.borrow_mut() = Some(session);
        assert_eq!(asha.is_served(&network), Ok(()));
        let code = account.code(&network);
        assert_eq!(
            network.code(&laptop.asks_in(&network, &account.email, WORDS, &code)),
            ErrorCode::SignInFailed
        );
        let anew = laptop.asks_in(&network, &account.email, "kettle on the hill", &account.code(&network));
        assert_eq!(network.handle(&anew).status, 200);
    }
}

#[test]
fn a_person_ends_the_access_of_their_own_devices_and_of_no_others() {
    for network in Network::on_every_engine() {
        let (asha, laptop, account) = two_computers(&network);
        let tom = network.person(2);
        let revoke =
            |device| laptop.signed(&network, "POST", "/v1/account/revoke", &RevokeRequest { device });
        assert_eq!(network.code(&revoke(tom.device)), ErrorCode::NotFound);
        assert_eq!(network.handle(&revoke(asha.device)).status, 204);
        assert_eq!(network.code(&revoke(asha.device)), ErrorCode::NotFound, "it is cut off already");
        assert_eq!(asha.is_served(&network), Err(ErrorCode::DeviceRevoked), "at its next request");
        let refresh = asha.session.borrow().as_ref().unwrap().refresh.clone();
        assert_eq!(network.code(&asha.refresh_request(&network, &refresh)), ErrorCode::DeviceRevoked);
        let again = asha.asks_in(&network, &account.email, WORDS, &account.code(&network));
        assert_eq!(network.code(&again), ErrorCode::DeviceRevoked);
        let own = laptop.account(&network);
        let revoked: Vec<bool> = own.devices.iter().map(|one| one.is_revoked).collect();
        assert_eq!(revoked, [true, false]);
        assert_eq!((laptop.is_served(&network), tom.is_served(&network)), (Ok(()), Ok(())));
        // Without a session nobody is cut off.
        tom.session.borrow_mut().take();
        let asked = RevokeRequest { device: tom.device };
        let bare = tom.signed(&network, "POST", "/v1/account/revoke", &asked);
        assert_eq!(network.code(&bare), ErrorCode::SignInNeeded);
    }
}

#[test]
fn sessions_and_accounts_outlive_a_restart() {
    for network in Network::on_every_engine() {
        let (asha, laptop, account) = two_computers(&network);
        network.hub.require_sign_in(true, NOW).unwrap();
        let again = network.again(network.now.get() + 60_000, 3);
        assert_eq!(asha.is_served(&again), Ok(()));
        asha.refreshes(&again);
        let code = account.code(&again);
        assert_eq!(again.handle(&laptop.asks_in(&again, &account.email, WORDS, &code)).status, 200);
        let bare = Desk::new(1);
        bare.nonces.set(5_000_000);
        assert_eq!(bare.is_served(&again), Err(ErrorCode::SignInNeeded), "it still requires it");
    }
}

#[test]
fn what_is_done_to_a_person_ends_their_sessions() {
    for network in Network::on_every_engine() {
        let (mut asha, mut laptop, account) = two_computers(&network);
        let person = asha.person;
        let done = |deed| network.hub.deed(deed, network.now.get()).unwrap();
        done(Deed::Suspend { person });
        done(Deed::Reinstate { person });
        assert_eq!(asha.is_served(&network), Err(ErrorCode::SignInNeeded), "after a suspension");
        asha.signs_in(&network, &account);
        laptop.signs_in(&network, &account);
        assert_eq!((asha.is_served(&network), laptop.is_served(&network)), (Ok(()), Ok(())));
        done(Deed::SetRole { person, role: NetworkRole::SteeringGroup });
        assert_eq!(laptop.is_served(&network), Err(ErrorCode::SignInNeeded), "after another role");
        laptop.signs_in(&network, &account);
        done(Deed::RevokeDevice { device: laptop.device, why: Why::Lost });
        assert_eq!(laptop.is_served(&network), Err(ErrorCode::DeviceRevoked), "after its device was lost");
    }
}

#[test]
fn a_hub_that_was_put_back_takes_no_session_of_before() {
    for network in Network::on_every_engine() {
        let (asha, laptop, account) = two_computers(&network);
        network.hub.begin_epoch(network.now.get()).unwrap();
        assert_eq!(laptop.is_served(&network), Ok(()), "its key is known, and nobody has to be signed in");
        let shown = laptop.session.borrow().as_ref().unwrap().refresh.clone();
        assert_eq!(network.code(&laptop.refresh_request(&network, &shown)), ErrorCode::SignInNeeded);
        assert_eq!(laptop.is_served(&network), Ok(()), "which was no theft");
        network.hub.require_sign_in(true, network.now.get()).unwrap();
        assert_eq!(asha.is_served(&network), Err(ErrorCode::SignInNeeded));
        let again = asha.asks_in(&network, &account.email, WORDS, &account.code(&network));
        assert_eq!(network.handle(&again).status, 200);
    }
}

#[test]
fn recovery_codes_are_drawn_anew_for_a_code_of_the_app_alone() {
    for network in Network::on_every_engine() {
        let (asha, laptop, account) = two_computers(&network);
        let draws = |code: &str| {
            let asked = RecoveryCodesRequest { code: code.into() };
            laptop.signed(&network, "POST", "/v1/account/recovery-codes", &asked)
        };
        assert_eq!(network.code(&draws(&account.recovery[0])), ErrorCode::SignInFailed, "one is not ten");
        let code = account.code(&network);
        let drawn: RecoveryCodesAnswer = network.ok(&draws(&code));
        assert_eq!(drawn.recovery_codes.len(), 10);
        assert_eq!(network.code(&draws(&code)), ErrorCode::SignInFailed, "a code is for one use");
        let old = asha.asks_in(&network, &account.email, WORDS, &account.recovery[1]);
        assert_eq!(network.code(&old), ErrorCode::SignInFailed);
        let new = asha.asks_in(&network, &account.email, WORDS, &drawn.recovery_codes[1].0);
        assert_eq!(network.handle(&new).status, 200);
    }
}

#[test]
fn an_account_that_is_forgotten_leaves_only_the_computers_that_were_kept() {
    for network in Network::on_every_engine() {
        let (asha, laptop, account) = two_computers(&network);
        let names: Vec<_> = network.hub.devices_of(&account.email).unwrap().unwrap();
        assert_eq!(names.iter().map(|one| one.device).collect::<Vec<_>>(), [asha.device, laptop.device]);
        assert!(network.hub.forget_account(&account.email, &[asha.device], network.now.get()).unwrap());
        assert_eq!(laptop.is_served(&network), Err(ErrorCode::DeviceRevoked));
        asha.session.borrow_mut().take();
        assert_eq!(asha.is_served(&network), Ok(()));
        asha.sets_up(&network);
        assert_eq!(network.hub.devices_of("nobody@example.org").unwrap(), None);
    }
}
