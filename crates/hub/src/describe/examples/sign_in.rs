//! Examples of what is said of accounts.

use crate::describe::examples::{id, value};
use linchpin_domain::canonical::Bytes;
use linchpin_domain::id::HubId;
use linchpin_domain::role::NetworkRole;
use linchpin_protocol::sign_in::{
    AccountAnswer, ConfirmAccountRequest, ConfirmAnswer, OwnDevice, PassphraseRequest, RecoveryCodesAnswer,
    RecoveryCodesRequest, RefreshRequest, RevokeRequest, Secret, Session, SetUpAnswer, SetUpRequest,
    SignInAnswer, SignInRequest, SignOutRequest,
};
use serde_json::Value;

/// Returns an example of each message, by name.
pub(super) fn all() -> Vec<(&'static str, Value)> {
    vec![
        ("Session", value(&session())),
        ("SetUpRequest", value(&SetUpRequest { passphrase: secret() })),
        ("SetUpAnswer", value(&SetUpAnswer { otpauth: secret(), email: String::new() })),
        ("ConfirmAccountRequest", value(&ConfirmAccountRequest { code: secret() })),
        ("ConfirmAnswer", value(&ConfirmAnswer { recovery_codes: vec![secret()], session: session() })),
        ("SignInRequest", value(&sign_in_request())),
        ("SignInAnswer", value(&sign_in_answer())),
        ("RefreshRequest", value(&RefreshRequest { refresh: secret() })),
        ("SignOutRequest", value(&SignOutRequest { refresh: secret() })),
        ("PassphraseRequest", value(&passphrase_request())),
        ("RecoveryCodesRequest", value(&RecoveryCodesRequest { code: secret() })),
        ("RecoveryCodesAnswer", value(&RecoveryCodesAnswer { recovery_codes: vec![secret()] })),
        ("AccountAnswer", value(&account_answer())),
        ("RevokeRequest", value(&RevokeRequest { device: id() })),
    ]
}

fn secret() -> Secret {
    Secret(String::new())
}

fn session() -> Session {
    Session { access: secret(), access_until: 1, refresh: secret(), refresh_until: 1 }
}

fn sign_in_request() -> SignInRequest {
    SignInRequest {
        email: String::new(),
        passphrase: secret(),
        code: secret(),
        device: id(),
        device_name: String::new(),
        platform: String::new(),
        public_key: Bytes::default(),
        person: Some(id()),
    }
}

fn sign_in_answer() -> SignInAnswer {
    SignInAnswer {
        hub: HubId::new(1, [1; 10]),
        network: String::new(),
        person: id(),
        role: NetworkRole::Member,
        session: session(),
        recovery_codes_left: 1,
        hub_time: 1,
    }
}

fn passphrase_request() -> PassphraseRequest {
    PassphraseRequest { passphrase: secret(), code: secret(), new_passphrase: secret() }
}

fn account_answer() -> AccountAnswer {
    let device = OwnDevice {
        device: id(),
        name: String::new(),
        added_at: 1,
        seen_at: Some(1),
        is_revoked: true,
        is_this: true,
    };
    AccountAnswer {
        email: String::new(),
        is_set_up: true,
        sign_in_required: true,
        recovery_codes_left: 1,
        devices: vec![device],
    }
}
