//! Joining: an invitation code becomes a person with a device. `POST /v1/join`, the one call that needs no
//! proof by a known device; it is signed with the key that it brings.

use linchpin_domain::canonical::Bytes;
use linchpin_domain::id::{DeviceId, HubId, PersonId};
use linchpin_domain::nation::Nation;
use linchpin_domain::readable;
use linchpin_domain::role::NetworkRole;
use serde::{Deserialize, Serialize};

/// Asks to join with an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JoinRequest {
    /// The code, as [`clean_code`] returns it.
    pub code: String,
    /// The person's name as colleagues will read it.
    pub name: String,
    /// The practice, in words.
    #[serde(default)]
    pub practice: String,
    /// The nation of the practice.
    #[serde(default)]
    pub nation: Option<Nation>,
    /// The id the person has on this computer already, from work begun before joining.
    pub person: PersonId,
    /// The id of this device.
    pub device: DeviceId,
    /// The name of this device.
    pub device_name: String,
    /// The system it runs on.
    pub platform: String,
    /// The public half of the device's ed25519 key, 32 bytes.
    pub public_key: Bytes,
}

/// The person has joined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JoinAnswer {
    /// The hub.
    pub hub: HubId,
    /// The network's name.
    pub network: String,
    /// The person; the one that was asked for.
    pub person: PersonId,
    /// What the person is in the network.
    pub role: NetworkRole,
    /// The hub's time, milliseconds since 1970.
    pub hub_time: u64,
}

/// How many characters a code has: 128 bits and two that are always zero.
pub const CODE_LENGTH: usize = 26;
/// How many characters stand together when a code is read out.
const GROUP: usize = 4;

/// Returns a code from 16 random bytes.
pub fn code(random: [u8; 16]) -> String {
    let number = u128::from_be_bytes(random);
    let digits = (0..CODE_LENGTH).rev().map(|n| u8::try_from(number >> (5 * n) & 31).unwrap_or(0));
    digits.map(readable::letter).collect()
}

/// Returns a code in groups, as it is read out: `0123-4567-…`.
pub fn grouped(code: &str) -> String {
    readable::grouped(code, GROUP)
}

/// Returns the code in what a person pasted, forgiving spaces, dashes, small letters and the usual
/// misreadings; none where it is not one.
pub fn clean_code(pasted: &str) -> Option<String> {
    readable::clean(pasted).filter(|code| code.len() == CODE_LENGTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_survives_being_read_out_and_typed() {
        let code = code([0xf3; 16]);
        assert_eq!(code.len(), CODE_LENGTH);
        let typed = grouped(&code).to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        assert_eq!(clean_code(&typed), Some(code));
    }

    #[test]
    fn a_code_holds_nothing_that_a_shell_or_a_mail_takes_for_its_own() {
        for byte in 0..=u8::MAX {
            let sent = grouped(&code([byte; 16]));
            assert!(sent.starts_with(|c: char| c.is_ascii_alphanumeric()), "{sent}");
            assert!(sent.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{sent}");
        }
    }

    #[test]
    fn two_random_numbers_give_two_codes() {
        assert_ne!(code([1; 16]), code([2; 16]));
        assert_ne!(code(1u128.to_be_bytes()), code(0u128.to_be_bytes()));
    }

    #[test]
    fn what_is_no_code_is_not_taken_for_one() {
        for text in ["", "K7QF 2M9X 4T", "https://example.org", &"U".repeat(26)] {
            assert_eq!(clean_code(text), None, "{text}");
        }
    }
}
