//! Codes of an app for codes: RFC 6238 with SHA-1, six digits and steps of 30 seconds, which is what every such app
//! can do. The step before and the one after count too, for clocks that are a little wrong.

use ring::hmac;

/// The length of a step, in milliseconds.
const STEP_MS: u64 = 30_000;
/// How many digits a code has.
const DIGITS: usize = 6;
/// Ten to the power of [`DIGITS`].
const MODULUS: u32 = 1_000_000;
/// The letters of RFC 4648, which is how apps for codes read a secret.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Returns the digits that somebody typed, spaces apart; none where it is no such code.
pub(super) fn clean(typed: &str) -> Option<String> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    (digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// Returns the step whose code it is, if it is of about now.
pub(super) fn step_of(secret: &[u8], code: &str, now_ms: u64) -> Option<u64> {
    let now = now_ms / STEP_MS;
    // All three are made, whichever it is.
    let steps = [now.saturating_sub(1), now, now + 1].map(|step| (step, code_of(secret, step)));
    steps.into_iter().filter(|(_, made)| made == code).map(|(step, _)| step).max()
}

/// Returns the code of a step.
fn code_of(secret: &[u8], step: u64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let offset = usize::from(bytes.last().copied().unwrap_or(0) & 0x0f);
    let part = bytes.get(offset..).and_then(|rest| rest.first_chunk()).copied().unwrap_or_default();
    let number = (u32::from_be_bytes(part) & 0x7fff_ffff) % MODULUS;
    format!("{number:06}")
}

/// Returns what an app for codes reads, as a picture or as text.
pub(super) fn otpauth(network: &str, email: &str, secret: &[u8]) -> String {
    let (network, email) = (escaped(network), escaped(email));
    let secret = base32(secret);
    format!(
        "otpauth://totp/{network}:{email}?secret={secret}&issuer={network}&algorithm=SHA1&digits={DIGITS}&period=30"
    )
}

fn base32(bytes: &[u8]) -> String {
    let bit = |n: usize| bytes.get(n / 8).map_or(0, |byte| byte >> (7 - n % 8) & 1);
    let digits =
        (0..bytes.len() * 8).step_by(5).map(|at| (at..at + 5).fold(0, |digit, n| digit << 1 | bit(n)));
    digits.map(|digit| char::from(BASE32.get(usize::from(digit)).copied().unwrap_or(b'A'))).collect()
}

fn escaped(text: &str) -> String {
    let one = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_rfc() {
        let secret = b"12345678901234567890";
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code_of(secret, seconds / 30), code, "{seconds}");
        }
    }

    #[test]
    fn one_step_either_side_counts_and_none_beyond() {
        let (secret, code) = (b"12345678901234567890", "287082");
        // The code of 30 to 60 seconds.
        for (ms, step) in [
            (0, Some(1)),
            (29_999, Some(1)),
            (59_999, Some(1)),
            (60_000, Some(1)),
            (89_999, Some(1)),
            (90_000, None),
        ] {
            assert_eq!(step_of(secret, code, ms), step, "{ms}");
        }
        assert_eq!(step_of(secret, "287083", 59_000), None);
        let two = code_of(secret, 4);
        assert_eq!(step_of(secret, &two, 90_000 - 1), None, "two steps ahead is too far");
    }

    #[test]
    fn what_apps_read_is_written_as_they_read_it() {
        assert_eq!(base32(b"12345678901234567890"), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let text = otpauth("Our network", "a+b@example.org", b"12345678901234567890");
        assert!(text.starts_with("otpauth://totp/Our%20network:a%2Bb%40example.org?secret=GEZD"), "{text}");
    }

    #[test]
    fn digits_are_read_with_a_gap_and_nothing_else_is_a_code() {
        assert_eq!(clean(" 123 456\n"), Some("123456".to_owned()));
        for text in ["12345", "1234567", "12345a", "\u{0661}23456", ""] {
            assert_eq!(clean(text), None, "{text}");
        }
    }
}
