//! Accounts: setting one up, and signing in from another computer. What does not fit is never told apart.

use crate::kit::{Desk, NOW, Network, unpacked};
use linchpin_domain::canonical::Bytes;
use linchpin_domain::change::Done;
use linchpin_domain::id::{CommandId, DeviceId};
use linchpin_domain::record::decode;
use linchpin_domain::record::device::Device;
use linchpin_domain::role::NetworkRole;
use linchpin_domain::space::Space;
use linchpin_hub::Request;
use linchpin_protocol::error::ErrorCode;
use linchpin_protocol::people::{Deed, DeedRequest};
use linchpin_protocol::sign_in::{
    AccountAnswer, ConfirmAccountRequest, ConfirmAnswer, SetUpAnswer, SetUpRequest, SignInAnswer,
    SignInRequest,
};
use linchpin_testkit::codes;
use ring::signature::KeyPair;

pub(crate) const WORDS: &str = "lantern moss canary";
/// The length of a step of codes.
pub(crate) const STEP_MS: u64 = 30_000;

/// An account that was set up: what the person has in hand.
pub(crate) struct InHand {
    pub(crate) email: String,
    pub(crate) otpauth: String,
    pub(crate) recovery: Vec<String>,
}

impl InHand {
    /// The code of now, which was not used yet.
    pub(crate) fn code(&self, network: &Network) -> String {
        network.passes(STEP_MS);
        codes::code(&self.otpauth, network.now.get()).unwrap()
    }
}

impl Desk {
    /// Sets an account up and is signed in.
    pub(crate) fn sets_up(&self, network: &Network) -> InHand {
        let asked = SetUpRequest { passphrase: WORDS.into() };
        let SetUpAnswer { otpauth, email } =
            network.ok(&self.signed(network, "POST", "/v1/account/set-up", &asked));
        let code = codes::code(&otpauth.0, network.now.get()).unwrap();
        let ConfirmAnswer { recovery_codes, session } = network.ok(&self.confirms(network, &code));
        *self.session.borrow_mut() = Some(session);
        let recovery = recovery_codes.into_iter().map(|code| code.0).collect();
        InHand { email, otpauth: otpauth.0, recovery }
    }

    pub(crate) fn confirms(&self, network: &Network, code: &str) -> Request {
        self.signed(network, "POST", "/v1/account/confirm", &ConfirmAccountRequest { code: code.into() })
    }

    pub(crate) fn sign_in_request(&self, email: &str, words: &str, code: &str) -> SignInRequest {
        SignInRequest {
            email: email.to_owned(),
            passphrase: words.into(),
            code: code.into(),
            device: self.device,
            device_name: "Laptop".to_owned(),
            platform: "linux".to_owned(),
            public_key: Bytes(self.key.public_key().as_ref().to_vec()),
            person: None,
        }
    }

    pub(crate) fn asks_in(&self, network: &Network, email: &str, words: &str, code: &str) -> Request {
        self.signed(network, "POST", "/v1/account/sign-in", &self.sign_in_request(email, words, code))
    }

    /// Signs in and is known from then on.
    pub(crate) fn signs_in(&mut self, network: &Network, account: &InHand) -> SignInAnswer {
        let code = account.code(network);
        let answer: SignInAnswer = network.ok(&self.asks_in(network, &account.email, WORDS, &code));
        self.person = answer.person;
        *self.session.borrow_mut() = Some(answer.session.clone());
        answer
    }

    pub(crate) fn account(&self, network: &Network) -> AccountAnswer {
        network.ok(&self.signed_at(network.now.get(), "GET", "/v1/account", Vec::new()))
    }
}

#[test]
fn a_second_computer_is_the_same_person_and_receives_the_same_spaces() {
    for network in Network::on_every_engine() {
        let (asha, _tom, opened) = network.two_managers();
        let account = asha.sets_up(&network);
        assert_eq!((account.email.as_str(), account.recovery.len()), ("p1@example.org", 10));
        let mut laptop = Desk::new(30);
        network.passes(7);
        let answer = laptop.signs_in(&network, &account);
        assert_eq!((answer.person, answer.role), (asha.person, NetworkRole::Member));
        assert_eq!((answer.network.as_str(), answer.recovery_codes_left), ("Sample network", 10));

        let spaces = |desk: &Desk| -> Vec<Space> {
            desk.hello(&network, None).spaces.into_iter().map(|head| head.space).collect()
        };
        let received = spaces(&laptop);
        assert_eq!(received, spaces(&asha));
        assert!(received.contains(&opened.of_response()));
        let of_me = asha.entries(&network, &Space::Me(asha.person), 100);
        let device = of_me.iter().rev().find_map(|entry| match &entry.done {
            Done::Put(put) if put.id == laptop.device.into() => {
                let fields = put.edits.iter().map(|(name, (value, _))| (name.clone(), value.clone()));
                Some(decode::<Device>(&fields.collect()).record)
            }
            _ => None,
        });
        let device = device.expect("the person knows the new device");
        assert_eq!((device.name.as_str(), device.added_at), ("Laptop", network.now.get()));

        let own = laptop.account(&network);
        let seen: Vec<(DeviceId, &str, bool)> =
            own.devices.iter().map(|one| (one.device, one.name.as_str(), one.is_this)).collect();
        assert_eq!(seen, [(asha.device, "Desk", false), (laptop.device, "Laptop", true)]);
        assert!(own.is_set_up && !own.sign_in_required);
    }
}

#[test]
fn whatever_does_not_fit_is_answered_alike() {
    for network in Network::on_every_engine() {
        let (asha, tom) = (network.person(1), network.person(2));
        let account = asha.sets_up(&network);
        // Begun and never confirmed: it opens nothing.
        let asked = SetUpRequest { passphrase: WORDS.into() };
        let begun: SetUpAnswer = network.ok(&tom.signed(&network, "POST", "/v1/account/set-up", &asked));
        let laptop = Desk::new(30);
        let code = account.code(&network);
        let of_tom = codes::code(&begun.otpauth.0, network.now.get()).unwrap();
        let wrong = [
            (account.email.as_str(), "lantern moss canarY", code.as_str()),
            (account.email.as_str(), WORDS, "000000"),
            (account.email.as_str(), WORDS, "no code at all"),
            (account.email.as_str(), WORDS, "0000-0000-0000-0000"),
            ("nobody@example.org", WORDS, code.as_str()),
            (begun.email.as_str(), WORDS, of_tom.as_str()),
        ];
        let answers = wrong.map(|(email, words, code)| {
            let answer = network.handle(&laptop.asks_in(&network, email, words, code));
            (answer.status, answer.headers.clone(), unpacked(&answer))
        });
        assert!(answers.iter().all(|answer| *answer == answers[0]), "they are told apart");
        let told = String::from_utf8_lossy(&answers[0].2).into_owned();
        assert_eq!((answers[0].0, told.as_str()), (403, "{\"code\":\"sign_in_failed\"}"));
        assert_eq!(
            network.handle(&laptop.signed_at(network.now.get(), "GET", "/v1/account", Vec::new())).status,
            401
        );
        // The code was not used up by those who did not know the passphrase.
        let answer: SignInAnswer = network.ok(&laptop.asks_in(&network, " P1@Example.org ", WORDS, &code));
        assert_eq!(answer.person, asha.person);
    }
}

#[test]
fn a_code_is_used_once_and_one_step_either_side() {
    for network in Network::on_every_engine() {
        let asha = network.person(1);
        let account = asha.sets_up(&network);
        let confirmed_with = codes::code(&account.otpauth, network.now.get()).unwrap();
        let laptop = Desk::new(30);
        let tried =
            |code: &str| network.handle(&laptop.asks_in(&network, &account.email, WORDS, code)).status;
        assert_eq!(tried(&confirmed_with), 403, "the first code was used by the confirmation");
        network.passes(10 * STEP_MS);
        let at = |step: i64| {
            let ms = network.now.get().saturating_add_signed(step * STEP_MS as i64);
            codes::code(&account.otpauth, ms).unwrap()
        };
        assert_eq!((tried(&at(-2)), tried(&at(2))), (403, 403), "a clock that is further off is wrong");
        assert_eq!((tried(&at(-1)), tried(&at(-1))), (200, 403));
        assert_eq!((tried(&at(1)), tried(&at(1))), (200, 403));
        assert_eq!(tried(&at(0)), 403, "an earlier one does not count after a later one");
    }
}

#[test]
fn a_recovery_code_stands_in_for_the_phone_once() {
    for network in Network::on_every_engine() {
        let asha = network.person(1);
        let account = asha.sets_up(&network);
        let laptop = Desk::new(30);
        let typed = account.recovery[4].to_lowercase().replace('-', " ");
        let answer: SignInAnswer = network.ok(&laptop.asks_in(&network, &account.email, WORDS, &typed));
        assert_eq!(answer.recovery_codes_left, 9);
        assert_eq!(
            network.code(&laptop.asks_in(&network, &account.email, WORDS, &typed)),
            ErrorCode::SignInFailed
        );
        let next = &account.recovery[5];
        assert_eq!(
            network.code(&laptop.asks_in(&network, &account.email, "lantern mosses", next)),
            ErrorCode::SignInFailed
        );
        network.ok::<SignInAnswer>(&laptop.asks_in(&network, &account.email, WORDS, next));
    }
}

#[test]
fn an_account_is_set_up_once_with_words_that_are_not_everybodys() {
    for network in Network::on_every_engine() {
        let (asha, tom) = (network.person(1), network.person(2));
        let set_up = |desk: &Desk, words: &str| {
            let asked = SetUpRequest { passphrase: words.into() };
            desk.signed(&network, "POST", "/v1/account/set-up", &asked)
        };
        for words in ["short words", "password1234", "aaaaaaaaaaaa"] {
            assert_eq!(network.code(&set_up(&asha, words)), ErrorCode::PassphraseRefused, "{words}");
        }
        assert_eq!(network.code(&asha.confirms(&network, "123456")), ErrorCode::SignInFailed);
        // Begun twice: the later one counts.
        let first: SetUpAnswer = network.ok(&set_up(&asha, "other words here"));
        let second: SetUpAnswer = network.ok(&set_up(&asha, WORDS));
        let now = network.now.get();
        let code = |set_up: &SetUpAnswer| codes::code(&set_up.otpauth.0, now).unwrap();
        assert_eq!(network.code(&asha.confirms(&network, &code(&first))), ErrorCode::SignInFailed);
        network.ok::<ConfirmAnswer>(&asha.confirms(&network, &code(&second)));
        assert_eq!(network.code(&asha.confirms(&network, &code(&second))), ErrorCode::AccountExists);
        assert_eq!(network.code(&set_up(&asha, WORDS)), ErrorCode::AccountExists);

        // Somebody who was invited twice by one e-mail address, as people had to be for a second computer.
        let code = network.hub.invite("P1@example.org", NetworkRole::Member, NOW).unwrap().code;
        let twice = Desk::new(40);
        network.ok::<linchpin_protocol::account::JoinAnswer>(&twice.signed(
            &network,
            "POST",
            "/v1/join",
            &twice.join_request(&code),
        ));
        assert_eq!(network.code(&set_up(&twice, WORDS)), ErrorCode::AccountExists);
        network.ok::<SetUpAnswer>(&set_up(&tom, WORDS));

        // Whoever looks after the hub can let somebody begin anew who lost everything.
        assert!(network.hub.forget_account("p1@EXAMPLE.org", &[asha.device], NOW).unwrap());
        assert!(!network.hub.forget_account("p1@example.org", &[], NOW).unwrap());
        asha.sets_up(&network);
    }
}

#[test]
fn a_device_of_another_person_or_with_another_key_is_not_let_in() {
    for network in Network::on_every_engine() {
        let (asha, tom) = (network.person(1), network.person(2));
        let account = asha.sets_up(&network);
        let code = account.code(&network);
        let mut thief = Desk::new(30);
        assert_eq!(
            network.code(&tom.asks_in(&network, &account.email, WORDS, &code)),
            ErrorCode::SignInFailed
        );
        thief.device = asha.device;
        thief.nonces.set(9_000);
        let code = account.code(&network);
        assert_eq!(
            network.code(&thief.asks_in(&network, &account.email, WORDS, &code)),
            ErrorCode::SignInFailed
        );
        // Signed with another key than it brings.
        let mut asked = Desk::new(31).sign_in_request(&account.email, WORDS, &account.code(&network));
        asked.device = thief.device;
        let forged = thief.signed(&network, "POST", "/v1/account/sign-in", &asked);
        assert_eq!(network.code(&forged), ErrorCode::AuthExpired);
        assert_eq!(asha.account(&network).devices.len(), 1);
        // A device that was cut off stays so, whoever signs in there.
        assert!(network.hub.revoke(asha.device, NOW).unwrap());
        let code = account.code(&network);
        assert_eq!(
            network.code(&asha.asks_in(&network, &account.email, WORDS, &code)),
            ErrorCode::DeviceRevoked
        );
    }
}

#[test]
fn five_tries_as_one_person_and_thirty_from_one_place_while_others_go_on() {
    for network in Network::on_every_engine() {
        let (asha, tom, opened) = network.two_managers();
        let account = asha.sets_up(&network);
        let laptop = Desk::new(30);
        let tried = |email: &str, peer: &str| {
            let mut request = laptop.asks_in(&network, email, "words that are wrong", "000000");
            request.peer = peer.to_owned();
            network.code(&request)
        };
        for _ in 0..5 {
            assert_eq!(tried(&account.email, "192.0.2.7"), ErrorCode::SignInFailed);
        }
        assert_eq!(tried(&account.email, "192.0.2.8"), ErrorCode::Busy, "wherever it is tried from");
        for _ in 0..5 {
            assert_eq!(tried("nobody@example.org", "192.0.2.9"), ErrorCode::SignInFailed);
        }
        assert_eq!(
            tried("nobody@example.org", "192.0.2.9"),
            ErrorCode::Busy,
            "an unknown one is not told apart"
        );
        // Neither the person who is in nor anybody else is held up.
        let seen = |desk: &Desk| desk.pulls(&network, &[(opened.of_response(), 0)], 100).pages.len();
        assert_eq!((seen(&asha), seen(&tom)), (1, 1));
        network.passes(15 * 60_000);
        asha.session.borrow_mut().take();
        network.ok::<SignInAnswer>(&laptop.asks_in(&network, &account.email, WORDS, &account.code(&network)));
    }
}

#[test]
fn what_opens_something_lies_in_no_table_and_no_answer_but_the_one_that_tells_it() {
    for network in Network::on_every_engine() {
        let asha = network.person(1);
        let account = asha.sets_up(&network);
        let mut laptop = Desk::new(30);
        let answer = laptop.signs_in(&network, &account);
        let mut packed = Vec::new();
        network.hub.export(&mut packed).unwrap();
        let tables = String::from_utf8(zstd::decode_all(packed.as_slice()).unwrap()).unwrap();
        assert!(
            tables.contains("$argon2id$") && tables.contains("\"session\""),
            "it holds what was looked through"
        );
        let secret = account.otpauth.split("secret=").nth(1).unwrap().split('&').next().unwrap();
        let mut canaries = vec![WORDS.to_owned(), secret.to_owned()];
        canaries.extend(account.recovery.iter().flat_map(|code| [code.clone(), code.replace('-', "")]));
        for session in [answer.session, asha.session.borrow().clone().unwrap()] {
            canaries.push(session.access.0);
            canaries.push(session.refresh.0.split_once('.').unwrap().1.to_owned());
            canaries.push(session.refresh.0);
        }
        let wrong = laptop.asks_in(&network, &account.email, WORDS, "000000");
        canaries.push("000000".to_owned());
        let told = [
            tables,
            String::from_utf8(unpacked(&network.handle(&wrong))).unwrap(),
            format!("{:?}", laptop.account(&network)),
            format!("{:?}", laptop.sign_in_request(&account.email, WORDS, "000000")),
        ];
        for canary in &canaries[..canaries.len() - 1] {
            assert!(told.iter().all(|text| !text.contains(canary.as_str())), "{canary}");
        }
    }
}

#[test]
fn whose_work_a_computer_has_is_nobody_elses() {
    for network in Network::on_every_engine() {
        let (asha, tom) = (network.person(1), network.person(2));
        let account = asha.sets_up(&network);
        let laptop = Desk::new(30);
        let asked = |person, code: &str| {
            let request = SignInRequest { person, ..laptop.sign_in_request(&account.email, WORDS, code) };
            laptop.signed(&network, "POST", "/v1/account/sign-in", &request)
        };
        let code = account.code(&network);
        assert_eq!(network.code(&asked(Some(tom.person), &code)), ErrorCode::NotAllowed);
        assert_eq!(
            laptop.is_served(&network),
            Err(ErrorCode::AuthExpired),
            "and the device was not taken in"
        );
        assert_eq!(network.handle(&asked(Some(asha.person), &account.code(&network))).status, 200);
    }
}

#[test]
fn strangers_who_try_an_address_do_not_keep_its_owner_out() {
    for network in Network::on_every_engine() {
        let asha = network.person(1);
        let account = asha.sets_up(&network);
        for n in 0..6 {
            network.code(&Desk::new(30 + n).asks_in(
                &network,
                &account.email,
                "not the one at all",
                "000000",
            ));
        }
        let far = Desk::new(50).asks_in(&network, &account.email, WORDS, &account.code(&network));
        assert_eq!(network.code(&far), ErrorCode::Busy);
        let own = asha.asks_in(&network, &account.email, WORDS, &account.code(&network));
        assert_eq!(network.handle(&own).status, 200, "from a computer of their own");
    }
}

#[test]
fn an_address_of_other_letters_is_not_taken_for_anothers() {
    for network in Network::on_every_engine() {
        let admin = network.person_as(3, NetworkRole::Admin);
        let asks = |email: &str| {
            let deed = Deed::Invite { email: email.into(), role: NetworkRole::Member, region: String::new() };
            let id = CommandId::new(NOW, [email.len() as u8; 10]);
            admin.signed(&network, "POST", "/v1/people/do", &DeedRequest { id, deed })
        };
        // The sign for kelvin becomes a k when it is made small.
        assert_eq!(network.code(&asks("kim@example.u\u{212a}")), ErrorCode::BadRequest);
        assert_eq!(network.handle(&asks("kim@example.uk")).status, 200);
    }
}
